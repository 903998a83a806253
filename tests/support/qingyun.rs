//! A bot service that behaves like Qingyun, or as badly as a test wants.
//!
//! As the real one it answers `GET /api.php?key=free&appid=0&msg=...` with JSON that it calls
//! `text/html`, and keeps connections open.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::sync::mpsc::{Receiver, Sender};

use super::PATIENCE;

/// What the service does with one question.
pub(crate) enum Answer {
    /// `{"result":0,"content":...}`.
    Content(String),
    /// This body, with status 200.
    Body(Vec<u8>),
    /// A whole response, to the byte; then the connection is closed.
    Raw(Vec<u8>),
    /// Nothing, for as long as the service lives.
    Hang,
    /// A head that promises a body, a byte of it now and then, never its end.
    Drip,
}

/// The service; it ends with the test's process.
pub(crate) struct Qingyun {
    /// The address of its interface: what `--bot-url` takes.
    pub(crate) url: String,
    questions: Receiver<String>,
}

impl Qingyun {
    /// Starts it; `answer` decides each question's fate.
    pub(crate) fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/api.php", listener.local_addr().expect("an address"));
        let (asked, questions) = question_queue();
        let answer = Arc::new(answer);
        std::thread::Builder::new()
            .name("qingyun".to_owned())
            .spawn(move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    let (answer, asked) = (Arc::clone(&answer), asked.clone());
                    std::thread::Builder::new()
                        .name("qingyun connection".to_owned())
                        .spawn(move || serve(stream, answer.as_ref(), &asked))
                        .expect("a thread");
                }
            })
            .expect("a thread");
        Self { url, questions }
    }

    /// One that repeats every question behind `hello: `.
    pub(crate) fn friendly() -> Self {
        Self::start(|question| Answer::Content(format!("hello: {question}")))
    }

    /// The next question that reached the service.
    pub(crate) fn question(&self) -> String {
        self.questions.recv_timeout(PATIENCE).expect("no question came")
    }
}

#[expect(clippy::disallowed_methods, reason = "a test asks a known number of questions")]
fn question_queue() -> (Sender<String>, Receiver<String>) {
    mpsc::channel()
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&str) -> Answer, asked: &Sender<String>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
    while let Some(target) = read_request(&mut reader) {
        let question = question(&target);
        let _test_over = asked.send(question.clone()).is_err();
        match answer(&question) {
            Answer::Content(content) => {
                let body = serde_json::json!({ "result": 0, "content": content }).to_string();
                if write_body(&mut stream, body.as_bytes()).is_err() {
                    return;
                }
            }
            Answer::Body(body) => {
                if write_body(&mut stream, &body).is_err() {
                    return;
                }
            }
            Answer::Raw(response) => {
                let _gone = stream.write_all(&response).is_err();
                return;
            }
            Answer::Hang => {
                // Until the other side gives up.
                let _closed = reader.read_line(&mut String::new()).is_err();
                return;
            }
            Answer::Drip => {
                let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
                if stream.write_all(head).is_err() {
                    return;
                }
                while stream.write_all(b" ").is_ok() {
                    std::thread::park_timeout(std::time::Duration::from_millis(500));
                }
                return;
            }
        }
    }
}

/// The target of the next request on the connection.
fn read_request(reader: &mut impl std::io::BufRead) -> Option<String> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|n| *n > 0)?;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|n| *n > 0)?;
        if header == "\r\n" {
            return first.split(' ').nth(1).map(str::to_owned);
        }
    }
}

fn write_body(stream: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat())
}

/// The decoded `msg` of a request whose other fields are as the service wants them.
fn question(target: &str) -> String {
    let (path, query) = target.split_once('?').expect("a query");
    assert_eq!(path, "/api.php");
    let mut fields = query.split('&').filter_map(|field| field.split_once('='));
    assert_eq!(fields.next(), Some(("key", "free")));
    assert_eq!(fields.next(), Some(("appid", "0")));
    let (name, value) = fields.next().expect("a question");
    assert_eq!(name, "msg");
    percent_decode(value)
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next(), rest.next()].map(|digit| char::from(digit.expect("two digits")));
                let digits: String = digits.iter().collect();
                bytes.push(u8::from_str_radix(&digits, 16).expect("hexadecimal digits"));
            }
            b'+' => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// A response with a status of its own.
pub(crate) fn response(status: &str, content_type: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Raw(
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes(),
    )
}
