//! Qingyun at a service that answers what a test wants, over real sockets.

use crate::bot::kind::Setup;
use crate::bot::*;
use std::sync::Arc;
use std::time::Duration;

use common::chat::FailReason;
use common::engine::{Clock, SystemClock};
use reqwest::Url;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What the service does with a call, after it has read it.
#[derive(Clone, Copy)]
enum Answer {
    /// Sends this and keeps the connection.
    Send(&'static str),
    /// Sends this and closes.
    SendAndClose(&'static str),
    /// Sends a body of so many bytes, ten times what is read.
    Flood,
    /// Sends nothing.
    Hang,
}

/// A service and what it was asked for.
struct Mock {
    url: Url,
    seen: tokio::sync::mpsc::Receiver<String>,
    _tasks: JoinSet<()>,
}

async fn mock(answer: Answer) -> Mock {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/api.php", listener.local_addr().unwrap())).unwrap();
    let (sender, seen) = tokio::sync::mpsc::channel(100);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut calls = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let sender = sender.clone();
            calls.spawn(async move {
                sender.send("connected".to_owned()).await.unwrap();
                // A caller that goes away is what some tests want.
                let _broken = serve(stream, answer, &sender).await.is_err();
            });
        }
    });
    Mock { url, seen, _tasks: tasks }
}

async fn serve(
    stream: TcpStream,
    answer: Answer,
    seen: &tokio::sync::mpsc::Sender<String>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut request = String::new();
        if stream.read_line(&mut request).await? == 0 {
            seen.send("closed".to_owned()).await.unwrap();
            return Ok(());
        }
        let mut header = String::new();
        while stream.read_line(&mut header).await? > 2 {
            header.clear();
        }
        seen.send(request.trim_end().to_owned()).await.unwrap();
        match answer {
            Answer::Send(response) => stream.write_all(response.as_bytes()).await?,
            Answer::SendAndClose(response) => return stream.write_all(response.as_bytes()).await,
            Answer::Flood => {
                let size = 10 * http::MAX_BODY_BYTES;
                stream
                    .write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n").as_bytes())
                    .await?;
                for _ in 0..size / 4096 {
                    stream.write_all(&[b'x'; 4096]).await?;
                }
            }
            Answer::Hang => (),
        }
    }
}

fn bot(url: &Url) -> Box<dyn Bot> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let deadlines = Deadlines { connect: Duration::from_secs(5), whole: Duration::from_secs(5) };
    built(url, deadlines, &clock)
}

fn built(url: &Url, deadlines: Deadlines, clock: &Arc<dyn Clock>) -> Box<dyn Bot> {
    let mut choice = BotChoice::new(&qingyun::KIND);
    choice.set("url", url.as_str()).unwrap();
    (qingyun::KIND.build)(&Setup { choice: &choice, key: None, deadlines, clock })
}

fn question(text: &str) -> Question {
    Question { text: text.to_owned(), conversation: ConversationId(1) }
}

async fn ask(url: &Url, text: &str) -> Result<String, BotError> {
    bot(url).ask(&question(text), &ReplyStream::default()).await
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\nContent-Length: 36\r\n\r\n\
                  {\"result\":0,\"content\":\"a{br}你好\"}";

#[tokio::test]
async fn a_reply_is_utf8_whatever_its_content_type() {
    let mut mock = mock(Answer::Send(OK)).await;
    assert_eq!(ask(&mock.url, "a+b &你").await.as_deref(), Ok("a\n你好"));
    assert_eq!(mock.seen.recv().await.unwrap(), "connected");
    let request = "GET /api.php?key=free&appid=0&msg=a%2Bb%20%26%E4%BD%A0 HTTP/1.1";
    assert_eq!(mock.seen.recv().await.unwrap(), request);
}

#[tokio::test]
async fn connections_are_kept_for_the_next_call() {
    let mut mock = mock(Answer::Send(OK)).await;
    let bot = bot(&mock.url);
    for _ in 0..2 {
        assert!(bot.ask(&question("hi"), &ReplyStream::default()).await.is_ok());
    }
    assert_eq!(mock.seen.recv().await.unwrap(), "connected");
    for _ in 0..2 {
        assert!(mock.seen.recv().await.unwrap().starts_with("GET "), "a second connection");
    }
}

#[tokio::test]
async fn what_is_no_reply_is_a_failure() {
    let table = [
        (
            Answer::Send("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>"),
            BotError::Status { status: 502 },
        ),
        (
            Answer::Send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"),
            BotError::NotAReply { body: UnexpectedBody::WebPage },
        ),
        (
            Answer::Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            BotError::NotAReply { body: UnexpectedBody::Nothing },
        ),
        (
            Answer::Send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"),
            BotError::Redirect { status: 302 },
        ),
        (
            Answer::Send("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{\"result\":1,\"content\":\"limit\"}"),
            BotError::Refused { text: "limit".into() },
        ),
        (Answer::Flood, BotError::TooLong { max: http::MAX_BODY_BYTES }),
    ];
    for (answer, error) in table {
        assert_eq!(ask(&mock(answer).await.url, "hi").await, Err(error));
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_cut_off() {
    for response in ["HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "HTTP/1.1", "hello\r\n\r\n"] {
        let mock = mock(Answer::SendAndClose(response)).await;
        let error = ask(&mock.url, "hi").await.unwrap_err();
        assert!(matches!(error, BotError::CutOff { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_service_that_hangs_has_its_deadline() {
    let mock = mock(Answer::Hang).await;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let after = Duration::from_millis(100);
    let deadlines = Deadlines { connect: after, whole: after };
    let bot = built(&mock.url, deadlines, &clock);
    let error = bot.ask(&question("hi"), &ReplyStream::default()).await.unwrap_err();
    assert_eq!(error, BotError::TimedOut { after });
    assert_eq!(
        (error.to_string().as_str(), error.reason()),
        ("no answer within 0.1 s", FailReason::BotTimeout)
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_closes_its_connection() {
    let mut mock = mock(Answer::Hang).await;
    let bot = bot(&mock.url);
    let (question, parts) = (question("hi"), ReplyStream::default());
    tokio::select! {
        answer = bot.ask(&question, &parts) => panic!("{answer:?}"),
        () = async {
            while !mock.seen.recv().await.unwrap().starts_with("GET ") {}
        } => (),
    }
    assert_eq!(mock.seen.recv().await.unwrap(), "closed");
}

#[tokio::test]
async fn nobody_there_and_no_such_name_are_said_in_words() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let error = ask(&url, "hi").await.unwrap_err();
    assert_eq!(error.to_string(), format!("no program is listening there: 127.0.0.1:{port}"));
    assert_eq!(error.reason(), FailReason::BotUnreachable);
    // No name server is asked: RFC 1035, section 2.3.4, allows 63 letters.
    let url = Url::parse(&format!("http://{}/", "a".repeat(64))).unwrap();
    let error = ask(&url, "hi").await.unwrap_err();
    assert_eq!(error.to_string(), format!("the name cannot be looked up: {}:80", "a".repeat(64)));
}

#[tokio::test]
async fn a_question_that_fits_into_no_request_is_refused() {
    let mock = mock(Answer::Send(OK)).await;
    let error = ask(&mock.url, &"好".repeat(10_000)).await.unwrap_err();
    assert!(matches!(error, BotError::QuestionTooLong { len: 90_000.., .. }), "{error:?}");
    assert!(ask(&mock.url, &"a".repeat(32 * 1024)).await.is_ok());
}
