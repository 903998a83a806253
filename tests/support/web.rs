//! A web service that answers what a test wants, or behaves as badly.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::PATIENCE;

/// Requests that can wait to be looked at; what comes after them waits too.
const MAX_UNSEEN: usize = 10_000;

/// What the service was asked.
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// The value of a header; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The body, as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }
}

/// What the service does with one request.
pub(crate) enum Answer {
    /// This body, with status 200, as `text/html` whatever it is.
    Body(Vec<u8>),
    /// A whole response, to the byte; then the connection is closed.
    Raw(Vec<u8>),
    /// Nothing, for as long as the other side waits.
    Hang,
    /// A head that promises a body, a byte of it now and then, never its end.
    Drip,
    /// Server-sent events in these pieces, each in a segment of its own; then the end, or silence.
    Stream { pieces: Vec<Vec<u8>>, hangs: bool },
}

/// A response with a status of its own, the last on its connection.
pub(crate) fn response(status: &str, content_type: &str, body: &str) -> Answer {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nConnection: close\r\n");
    Answer::Raw(format!("{head}Content-Length: {length}\r\n\r\n{body}").into_bytes())
}

/// The service; it ends with the test's process.
pub(crate) struct WebService {
    /// Its address and port.
    pub(crate) address: String,
    requests: Receiver<Request>,
}

impl WebService {
    /// Starts it; `answer` decides each request's fate.
    pub(crate) fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_after(|_| Some(()), answer)
    }

    /// Starts it as if it were behind a SOCKS 5 proxy, which answers as RFC 1928 says.
    pub(crate) fn behind_socks(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_after(pass_socks, answer)
    }

    /// Starts it; each connection begins with what `greet` does.
    fn start_after(
        greet: fn(&mut TcpStream) -> Option<()>,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (seen, requests) = sync_channel(MAX_UNSEEN);
        let answer = Arc::new(answer);
        std::thread::Builder::new()
            .name("service".to_owned())
            .spawn(move || {
                for mut stream in listener.incoming().map_while(Result::ok) {
                    let (answer, seen) = (Arc::clone(&answer), seen.clone());
                    std::thread::Builder::new()
                        .name("service connection".to_owned())
                        .spawn(move || {
                            if greet(&mut stream).is_some() {
                                serve(stream, answer.as_ref(), &seen);
                            }
                        })
                        .expect("a thread");
                }
            })
            .expect("a thread");
        Self { address, requests }
    }

    /// The next request that has reached the service.
    pub(crate) fn request(&self) -> Request {
        self.requests.recv_timeout(PATIENCE).expect("no request came")
    }

    /// A request that has reached the service already.
    pub(crate) fn waiting_request(&self) -> Option<Request> {
        self.requests.try_recv().ok()
    }
}

fn read(stream: &mut TcpStream, len: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; len];
    stream.read_exact(&mut bytes).ok().map(|()| bytes)
}

/// Lets a client pass that wants no login and gives the name of a host.
fn pass_socks(stream: &mut TcpStream) -> Option<()> {
    let methods = read(stream, 2)?[1];
    read(stream, methods.into())?;
    stream.write_all(&[5, 0]).ok()?;
    let head = read(stream, 5)?;
    assert_eq!(head[..4], [5, 1, 0, 3], "a connection to a host by its name");
    read(stream, usize::from(head[4]) + 2)?;
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).ok()
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&Request) -> Answer, seen: &SyncSender<Request>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
    while let Some(request) = read_request(&mut reader) {
        let answer = answer(&request);
        // Where nobody looks the oldest are enough.
        let _unseen = seen.try_send(request).is_err();
        match answer {
            Answer::Body(body) => {
                if write_body(&mut stream, &body).is_err() {
                    return;
                }
            }
            Answer::Raw(response) => {
                let _gone = stream.write_all(&response).is_err();
                return;
            }
            Answer::Stream { pieces, hangs } => {
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
                for piece in std::iter::once(head.as_bytes().to_vec()).chain(pieces) {
                    if stream.write_all(&piece).is_err() {
                        return;
                    }
                    std::thread::park_timeout(Duration::from_millis(5));
                }
                if hangs {
                    let _closed = reader.read_line(&mut String::new()).is_err();
                }
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
                    std::thread::park_timeout(Duration::from_millis(100));
                }
                return;
            }
        }
    }
}

/// The next request on the connection.
fn read_request(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let (method, rest) = line.split_once(' ')?;
    let (method, target) = (method.to_owned(), rest.split(' ').next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|n| *n > 0)?;
        let Some((name, value)) = header.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { method, target, headers, body: Vec::new() };
    request.body = vec![0; request.header("content-length").parse().unwrap_or_default()];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}

fn write_body(stream: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat())
}

/// The text that was percent-encoded; a plus is a space.
pub(crate) fn percent_decode(text: &str) -> String {
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
