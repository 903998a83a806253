use std::time::Duration;

use common::chat::Dialect;
use common::encoding::Encoding;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep, timeout};

use super::super::plain::MAX_PIECE_BYTES;
use super::super::{Command, DialectChoice, DisconnectReason, FailedReason, MessageId};
use super::test_peer::{HELLO, Peer, WELCOME};
use super::{Ended, Event};

/// After hello, with the time before it.
async fn greeted() -> (Peer, Instant) {
    let start = Instant::now();
    let mut peer = Peer::new(DialectChoice::Auto);
    peer.reads(HELLO).await;
    assert!(matches!(peer.event().await, Event::Reached { .. }));
    (peer, start)
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_silent_at_hello_is_a_plain_one() {
    let (mut peer, start) = greeted().await;
    peer.say(1, "early");
    peer.shows_plain().await;
    assert_eq!(start.elapsed().as_secs(), 2);
    // The original server may still be asking its bot about the hello.
    peer.reads_nothing_for(Duration::from_millis(2900)).await;
    peer.reads("early").await;
    peer.is_asking(1).await;
    peer.writes("late, but an answer").await;
    peer.shows_plain_reply(Some(1), "late, but an answer").await;
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_to_hello_is_not_shown() {
    let (mut peer, _) = greeted().await;
    peer.shows_plain().await;
    peer.say(1, "hi");
    peer.shows(Event::Accepted { id: MessageId(1), ahead: 0 }).await;
    sleep(Duration::from_secs(1)).await;
    peer.writes("I do not know type hello").await;
    peer.shows(Event::GreetingAnswered { bytes: 24 }).await;
    peer.reads("hi").await;
    peer.is_asking(1).await;
    peer.writes("hi to you").await;
    peer.shows_plain_reply(Some(1), "hi to you").await;

    // All of a long one, up to its pause.
    let (mut peer, _) = greeted().await;
    peer.shows_plain().await;
    let long = "x".repeat(3 * MAX_PIECE_BYTES + 1);
    peer.writes(&long).await;
    peer.shows(Event::GreetingAnswered { bytes: long.len() }).await;
    peer.writes("Anybody there?").await;
    peer.shows_plain_reply(None, "Anybody there?").await;

    // Much later, with nothing said by us: still the answer to hello.
    let (mut peer, _) = greeted().await;
    peer.shows_plain().await;
    sleep(Duration::from_mins(10)).await;
    peer.writes("What?").await;
    peer.shows(Event::GreetingAnswered { bytes: 5 }).await;
    peer.writes("Anybody there?\r\n").await;
    peer.shows_plain_reply(None, "Anybody there?").await;
}

#[tokio::test(start_paused = true)]
async fn a_welcome_that_comes_late_is_one() {
    let (mut peer, _) = greeted().await;
    peer.shows_plain().await;
    peer.say(1, "hi");
    peer.shows(Event::Accepted { id: MessageId(1), ahead: 0 }).await;
    // Cut, and with more behind it.
    peer.writes(&WELCOME[..20]).await;
    sleep(Duration::from_millis(10)).await;
    peer.writes(format!("{}{{\"type\":\"wave\"}}\n", &WELCOME[20..])).await;
    peer.shows_connected(Dialect::Records, Some("Echo".to_owned()), Some("s 1".to_owned())).await;
    peer.reads("{\"type\":\"say\",\"id\":1,\"text\":\"hi\"}\n").await;
    peer.writes("{\"type\":\"reply\",\"id\":1,\"text\":\"hi to you\"}\n").await;
    peer.shows_plain_reply(Some(1), "hi to you").await;

    // A message went out bare: the server waits for the end of a record.
    let (mut peer, _) = greeted().await;
    peer.shows_plain().await;
    peer.say(1, "hi");
    peer.reads("hi").await;
    peer.shows(Event::Accepted { id: MessageId(1), ahead: 0 }).await;
    peer.is_asking(1).await;
    peer.writes(WELCOME).await;
    peer.shows(Event::Failed { id: MessageId(1), reason: FailedReason::ConnectionLost }).await;
    peer.is_lost(DisconnectReason::LateWelcome { address: peer.target.clone(), seconds: 2 }).await;

    // So is the word that there is none.
    let (mut peer, _) = greeted().await;
    peer.shows_plain().await;
    peer.writes("{\"type\":\"error\",\"reason\":\"pass_wanted\",\"message\":\"pass?\"}\n").await;
    peer.server.shutdown().await.unwrap();
    assert_eq!(peer.end().await.unwrap(), Ended::PassWanted { is_wrong: false });
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_something_else_is_a_plain_one() {
    let mut big = "x".repeat(2 * MAX_PIECE_BYTES);
    big.push('!');
    for answer in ["What?", HELLO, "{\"type\":\"reply\"}\n", "{\n", "好", &big] {
        let (mut peer, start) = greeted().await;
        peer.say(1, "hi");
        peer.writes(answer).await;
        peer.shows(Event::GreetingAnswered { bytes: answer.len() }).await;
        peer.shows_plain().await;
        assert!(start.elapsed() < Duration::from_millis(100), "{answer:?} took {:?}", start.elapsed());
        peer.reads("hi").await;
        peer.is_asking(1).await;
        peer.writes("hi to you").await;
        peer.shows_plain_reply(Some(1), "hi to you").await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_hello_in_two_pieces_is_one() {
    let (mut peer, _) = greeted().await;
    peer.writes(b"Wh\xE5").await;
    sleep(Duration::from_millis(500)).await;
    peer.writes(b"\xA5\xBD").await;
    sleep(Duration::from_millis(20)).await;
    peer.writes(b"?").await;
    peer.shows(Event::GreetingAnswered { bytes: 6 }).await;
    peer.shows_plain().await;
}

#[tokio::test(start_paused = true)]
async fn one_that_closes_at_hello_is_said_to_be() {
    let (mut peer, _) = greeted().await;
    peer.say(1, "early");
    sleep(Duration::from_secs(1)).await;
    peer.server.shutdown().await.unwrap();
    peer.shows(Event::Failed { id: MessageId(1), reason: FailedReason::NotConnected }).await;
    peer.is_lost(DisconnectReason::ClosedAtGreeting { address: peer.target.clone() }).await;
}

#[tokio::test(start_paused = true)]
async fn an_arrival_is_over_when_the_server_pauses_between_characters() {
    let mut peer = Peer::plain().await;
    peer.writes(b"a\xE5").await;
    sleep(Duration::from_millis(100)).await;
    peer.writes(b"\xA5\xBDb").await;
    sleep(Duration::from_millis(20)).await;
    peer.writes(b"c").await;
    peer.shows_plain_reply(None, "a好bc").await;
    sleep(Duration::from_millis(26)).await;
    peer.writes(b"<b>\xFF\n").await;
    peer.shows_plain_reply(None, r"<b>\xFF").await;
    peer.writes(b"cut \xE5").await;
    peer.server.shutdown().await.unwrap();
    peer.shows_plain_reply(None, r"cut \xE5").await;
    peer.is_lost(DisconnectReason::Closed { address: peer.target.clone() }).await;
}

#[tokio::test(start_paused = true)]
async fn a_plain_server_gets_one_message_at_a_time() {
    let mut peer = Peer::plain().await;
    for (id, text) in [(1, "one"), (2, "two"), (3, "three"), (4, "four")] {
        peer.say(id, text);
    }
    peer.reads("one").await;
    peer.is_asking(1).await;
    for (id, ahead) in [(2, 1), (3, 2), (4, 3)] {
        peer.shows(Event::Accepted { id: MessageId(id), ahead }).await;
    }
    peer.window.command(Command::Cancel { id: MessageId(3) }).unwrap();
    peer.shows(Event::Failed { id: MessageId(3), reason: FailedReason::Cancelled }).await;
    peer.reads_nothing_for(Duration::from_secs(9)).await;
    peer.writes("1").await;
    peer.shows_plain_reply(Some(1), "1").await;
    peer.reads("two").await;
    peer.is_asking(2).await;
    // Without an answer the next one goes out ten seconds later, and answers come in order.
    peer.reads_nothing_for(Duration::from_secs(9)).await;
    peer.reads("four").await;
    peer.is_asking(4).await;
    peer.writes("2").await;
    peer.shows_plain_reply(Some(2), "2").await;
    peer.server.shutdown().await.unwrap();
    peer.shows(Event::Failed { id: MessageId(4), reason: FailedReason::ConnectionLost }).await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_without_a_pause_is_shown_in_pieces() {
    let mut peer = Peer::plain().await;
    peer.say(1, "go");
    peer.reads("go").await;
    peer.is_asking(1).await;
    let text = "好".repeat(100_000);
    peer.writes(&text).await;
    let mut shown = String::new();
    loop {
        let Event::Reply { id, text, .. } = peer.event().await else { panic!("no reply") };
        assert!(text.len() <= MAX_PIECE_BYTES);
        shown.push_str(&text);
        if id.is_some() {
            break;
        }
    }
    assert_eq!(shown.len(), text.len());
    assert!(shown == text, "not the same text");
}

#[tokio::test(start_paused = true)]
async fn a_flood_that_nobody_looks_at_is_not_read() {
    let mut peer = Peer::plain().await;
    let mut written = 0;
    let segment = vec![b'x'; 64 * 1024];
    while timeout(Duration::from_secs(1), peer.server.write_all(&segment)).await.is_ok() {
        written += segment.len();
        assert!(written < 64 << 20, "everything is read");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_is_written_to_in_the_encoding_that_it_writes() {
    let mut peer = Peer::plain().await;
    peer.say(1, "hi");
    peer.reads("hi").await;
    peer.is_asking(1).await;
    peer.writes(Encoding::GB18030.encode("你好\n")).await;
    peer.shows(Event::Encoding { encoding: Encoding::GB18030 }).await;
    peer.shows_plain_reply(Some(1), "你好").await;
    peer.say(2, "天气");
    let mut sent = [0; 4];
    peer.server.read_exact(&mut sent).await.unwrap();
    assert_eq!(sent.as_slice(), Encoding::GB18030.encode("天气").as_ref());
}
