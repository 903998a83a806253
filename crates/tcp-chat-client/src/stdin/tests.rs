use std::time::Duration;

use common::chat::FailReason;
use common::engine::link;
use common::headless::json;
use common::texts::english;
use tokio::time::{sleep, timeout};

use super::*;
use crate::engine::{DisconnectReason, Link, Snapshot};
use crate::event::Connected;

fn target() -> Target {
    Target { host: "127.0.0.1".parse().unwrap(), ..Target::default() }
}

fn connected(dialect: Dialect) -> Event {
    let bot = (dialect == Dialect::Records).then(|| "Qingyun".to_owned());
    Event::Connected(Connected { bot, ..Connected::new(target(), dialect) })
}

fn reply(id: u64, text: &str) -> Event {
    Event::Reply { id: Some(MessageId(id)), bot: None, text: text.to_owned(), is_other_bot: false }
}

/// The number of the message that the engine gets next.
async fn sent(link: &mut Link) -> u64 {
    match timeout(Duration::from_mins(1), link.commands.recv()).await.unwrap() {
        Some(Command::Send { id, .. }) => id.0,
        other => panic!("{other:?}"),
    }
}

async fn is_sent_nothing(link: &mut Link, time: Duration) -> bool {
    timeout(time, link.commands.recv()).await.is_err()
}

/// Runs a chat over `messages` with an engine played by `play`, which gives the link back to be kept
/// to the end; what was printed, and how it went.
async fn run_with<T, F: Future<Output = T>>(
    messages: &'static [&'static str],
    play: impl FnOnce(Link) -> F,
) -> (Vec<String>, Outcome) {
    let (mut handle, engine) = link(Waker::none(), Snapshot::default());
    let (sender, input) = mpsc::channel(1);
    let typing = async move {
        for message in messages {
            let input = match message.strip_prefix("bad ") {
                Some(line) => Input::Unusable { text: Some(line.to_owned()), reason: FailedReason::NotUtf8 },
                None => Input::Message((*message).to_owned()),
            };
            if sender.send(input).await.is_err() {
                return;
            }
        }
    };
    let mut printed = Vec::new();
    let chatting = chat(&mut handle, input, |line| {
        if common_engine::Event::is_printed(&line, false) {
            printed.push(english(&line));
        }
        Ok(())
    });
    let (outcome, (), _link) =
        timeout(Duration::from_mins(10), async { tokio::join!(chatting, typing, play(engine)) })
            .await
            .unwrap();
    (printed, outcome.unwrap())
}

#[tokio::test(start_paused = true)]
async fn input_waits_for_the_connection_and_the_end_for_every_answer() {
    let (printed, outcome) = run_with(&["a\tb", "two"], |mut link| async move {
        link.events.send(Event::Connecting { target: target(), attempt: 1 });
        let reason = DisconnectReason::Refused { address: target() };
        link.events.send(Event::Retrying { reason, retry_in_ms: 500, attempt: 2 });
        assert!(is_sent_nothing(&mut link, Duration::from_secs(5)).await, "sent without a connection");
        link.events.send(connected(Dialect::Records));
        assert_eq!((sent(&mut link).await, sent(&mut link).await), (1, 2));
        link.events.send(Event::Accepted { id: MessageId(2), ahead: 1 });
        link.events.send(reply(1, "x\ny"));
        sleep(Duration::from_mins(1)).await;
        let bot = Some("Built-in".to_owned());
        link.events.send(Event::Reply {
            id: Some(MessageId(2)),
            bot,
            text: "2".to_owned(),
            is_other_bot: true,
        });
        link
    })
    .await;
    assert_eq!(
        printed,
        [
            "Connecting to 127.0.0.1:6666",
            "Trying again in 0.5 s, no server at 127.0.0.1:6666",
            "Connected to 127.0.0.1:6666, Qingyun answers, not encrypted\nConnected! Ready to chat! :)",
            r"Client: a\tb",
            "Client: two",
            "Waiting: 1 ahead",
            r"Server: x\ny",
            "Bot: Built-in\nServer: 2",
        ]
    );
    assert_eq!(outcome, Outcome { sent: 2, missing: 0, ..Outcome::default() });
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_the_server_tells_is_an_answer_and_a_lost_message_is_missing() {
    let (printed, outcome) = run_with(&["one", "bad a\\xFF", "two"], |mut link| async move {
        link.events.send(connected(Dialect::Records));
        assert_eq!((sent(&mut link).await, sent(&mut link).await), (1, 3));
        let reason = FailedReason::Server { reason: FailReason::BotTimeout, said: "late\nbot".to_owned() };
        link.events.send(Event::Failed { id: MessageId(1), reason });
        link.events.send(Event::Failed { id: MessageId(3), reason: FailedReason::ConnectionLost });
        link
    })
    .await;
    assert_eq!(
        printed[2..],
        [
            r"Failed: a\xFF (not sent, it is not UTF-8 text)",
            "Client: two",
            r"Failed: one (late\nbot)",
            "Failed: two (the connection ended before the answer came)",
        ]
    );
    assert_eq!(outcome, Outcome { sent: 3, missing: 2, ..Outcome::default() });
}

#[tokio::test(start_paused = true)]
async fn a_plain_server_is_asked_one_message_at_a_time() {
    let (_, outcome) = run_with(&["1", "2", "3"], |mut link| async move {
        link.events.send(connected(Dialect::Plain));
        assert_eq!(sent(&mut link).await, 1);
        assert!(is_sent_nothing(&mut link, Duration::from_secs(9)).await, "the first is not answered");
        link.events.send(reply(1, "a"));
        assert_eq!(sent(&mut link).await, 2);
        assert!(is_sent_nothing(&mut link, Duration::from_secs(9)).await, "the second is not answered");
        assert_eq!(timeout(Duration::from_secs(2), sent(&mut link)).await, Ok(3), "held for ever");
        link.events.send(reply(2, "b"));
        link.events.send(reply(3, "c"));
        link
    })
    .await;
    assert_eq!(outcome, Outcome { sent: 3, missing: 0, ..Outcome::default() });
}

#[tokio::test(start_paused = true)]
async fn no_more_messages_are_under_way_than_the_server_lets_wait() {
    const MANY: &[&str] = &["x"; 40];
    let (_, outcome) = run_with(MANY, |mut link| async move {
        link.events.send(connected(Dialect::Records));
        for id in 1..=32 {
            assert_eq!(sent(&mut link).await, id);
        }
        assert!(is_sent_nothing(&mut link, Duration::from_mins(1)).await, "a 33rd message");
        for id in 1..=40 {
            link.events.send(reply(id, "y"));
            if id <= 8 {
                assert_eq!(sent(&mut link).await, id + 32);
            }
        }
        link
    })
    .await;
    assert_eq!(outcome, Outcome { sent: 40, missing: 0, ..Outcome::default() });
}

#[tokio::test(start_paused = true)]
async fn the_user_ends_it_in_mid_chat() {
    let (_, outcome) = run_with(&["one"], |mut link| async move {
        link.events.send(connected(Dialect::Records));
        sent(&mut link).await;
        drop(link);
    })
    .await;
    assert_eq!(outcome, Outcome::default());
}

#[test]
fn json_carries_the_same_facts() {
    let address = "\"address\":\"127.0.0.1:6666\"";
    let closed = DisconnectReason::Closed { address: target() };
    let retrying = Event::Retrying { reason: closed, retry_in_ms: 480, attempt: 2 };
    let (id, text) = (Some(MessageId(3)), Some("a".to_owned()));
    let (reason, said) = (FailReason::BotTimeout, "late".to_owned());
    let table = [
        (
            Line::Event(connected(Dialect::Records)),
            format!(
                r#"{{"event":"connected",{address},"dialect":"records","bot":"Qingyun","server":null,"max_text_bytes":32768,"encrypted":false,"level":"info"}}"#
            ),
        ),
        (
            Line::Event(retrying),
            format!(
                r#"{{"event":"retrying","reason":"closed",{address},"message":"127.0.0.1:6666 closed the connection","retry_in_ms":480,"attempt":2,"level":"warning"}}"#
            ),
        ),
        (
            Line::Event(reply(3, "a\u{1b}\n")),
            r#"{"event":"reply","id":3,"bot":null,"text":"a\u001b\n","other_bot":false,"level":"info"}"#.into(),
        ),
        (
            Line::Sent { id: MessageId(3), text: "a".to_owned() },
            r#"{"event":"sent","id":3,"text":"a","level":"info"}"#.into(),
        ),
        (
            Line::Failed { id, text: text.clone(), reason: FailedReason::ConnectionLost },
            r#"{"event":"failed","id":3,"text":"a","reason":"connection_lost","message":"the connection ended before the answer came","level":"warning"}"#.into(),
        ),
        (
            Line::Failed { id, text, reason: FailedReason::Server { reason, said } },
            r#"{"event":"failed","id":3,"text":"a","reason":"bot_timeout","said":"late","message":"late","level":"warning"}"#.into(),
        ),
    ];
    for (line, expected) in table {
        assert_eq!(json(&line).unwrap(), expected);
    }
}

fn lines(bytes: &[u8]) -> Vec<Input> {
    let mut lines = read_lines(io::Cursor::new(bytes.to_vec())).unwrap();
    std::iter::from_fn(|| lines.blocking_recv()).collect()
}

#[test]
fn a_line_is_a_message_and_blank_lines_are_none() {
    let messages = ["a", "  好 b", "last"].map(|text| Input::Message(text.to_owned()));
    assert_eq!(lines("a\n\n \t\n  好 b\r\nlast".as_bytes()), messages);
    assert_eq!(lines("\u{FEFF}a\n\n  好 b\nlast".as_bytes()), messages, "a byte order mark is no text");
    assert_eq!(lines(b""), []);
}

#[test]
fn a_line_that_cannot_be_sent_says_why_and_ends_nothing() {
    let max = MAX_TEXT_BYTES;
    let mut bytes = vec![b'x'; max];
    bytes.extend_from_slice(b"\r\n");
    bytes.extend(vec![b'y'; max + 1]);
    bytes.extend_from_slice(b"\n");
    bytes.extend(vec![b'z'; 1 << 20]);
    bytes.extend_from_slice(b"\na\xFF\nok\n");
    let too_long = |len| Input::Unusable { text: None, reason: FailedReason::TooLong { len, max } };
    assert_eq!(
        lines(&bytes),
        [
            Input::Message("x".repeat(max)),
            too_long(max + 1),
            too_long(1 << 20),
            Input::Unusable { text: Some(r"a\xFF".to_owned()), reason: FailedReason::NotUtf8 },
            Input::Message("ok".to_owned()),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_sent_away_ends_and_says_so() {
    let reason = DisconnectReason::SentAway { address: target(), said: String::new() };
    let told = reason.clone();
    let (printed, outcome) = run_with(&["one"], |mut link| async move {
        link.events.send(connected(Dialect::Records));
        assert_eq!(sent(&mut link).await, 1);
        link.events.send(Event::SentAway { reason: told });
        link
    })
    .await;
    assert_eq!(
        printed.last().map(String::as_str),
        Some("Client: one"),
        "the failure of the run says it, once"
    );
    assert_eq!(
        english(&reason),
        "the operator of 127.0.0.1:6666 disconnected you, connect again to come back"
    );
    assert_eq!(outcome, Outcome { sent: 1, missing: 0, sent_away: Some(reason), ..Outcome::default() });
}
