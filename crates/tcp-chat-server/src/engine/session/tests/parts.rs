//! Replies that come piece by piece.

use super::*;

#[tokio::test(start_paused = true)]
async fn parts_come_as_they_are_said_and_joined_are_the_reply() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    let start = Instant::now();
    client.say(7, "parts \r a\r \nb\u{7} c\n").await;
    assert!(matches!(client.record().await, ServerRecord::Accepted { .. }));
    let mut joined = String::new();
    for (millis_then, piece) in [(1000, "a"), (2000, "\nb"), (3000, "c"), (4000, "\n!")] {
        // Who answers is told once.
        let bot = if joined.is_empty() { "Script".to_owned() } else { String::new() };
        assert_eq!(client.record().await, ServerRecord::Part { id: 7, bot, text: piece.to_owned() });
        assert_eq!(millis(start), millis_then);
        joined.push_str(piece);
    }
    let bot = "Script".to_owned();
    assert_eq!(client.record().await, ServerRecord::Reply { id: 7, bot, text: joined });
    // A plain client gets the whole alone.
    let mut plain = server.connect(WIDE);
    plain.send("parts a b\n").await;
    plain.expect("ab!\n").await;
}

#[tokio::test(start_paused = true)]
async fn thoughts_come_as_they_are_thought_and_are_no_part_of_the_reply() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    client.say(7, "think a\u{7} \u{202e} b\n").await;
    assert!(matches!(client.record().await, ServerRecord::Accepted { .. }));
    for piece in ["a", "b"] {
        assert_eq!(client.record().await, ServerRecord::Thinking { id: 7, text: piece.to_owned() });
    }
    let (bot, text) = ("Script".to_owned(), "so!".to_owned());
    assert_eq!(client.record().await, ServerRecord::Reply { id: 7, bot, text }, "it came as a whole");
    // A plain client gets nothing of it.
    let mut plain = server.connect(WIDE);
    plain.send("think a b\n").await;
    plain.expect("so!\n").await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_slowly_slows_no_bot_down() {
    let mut server = Server::new();
    let mut client = server.connect(1024);
    client.hello().await;
    client.say(1, "many 20").await;
    // It reads nothing yet.
    server.answered().await;
    assert!(matches!(client.record().await, ServerRecord::Accepted { .. }));
    let mut joined = String::new();
    loop {
        match client.record().await {
            ServerRecord::Part { id: 1, text, .. } => joined.push_str(&text),
            ServerRecord::Reply { id: 1, text, .. } => {
                assert!(joined == text && text.len() == 200_000);
                return;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_slow_reader_was_not_sent_comes_in_one_part() {
    let mut server = Server::new();
    let mut client = server.connect(1024);
    client.hello().await;
    client.say(1, "escaped 20").await;
    server.answered().await;
    assert!(matches!(client.record().await, ServerRecord::Accepted { .. }));
    let (mut joined, mut parts) = (String::new(), 0);
    let reply = loop {
        match client.record().await {
            ServerRecord::Part { id: 1, text, .. } => joined.push_str(&text),
            ServerRecord::Reply { id: 1, text, .. } => break text,
            other => panic!("{other:?}"),
        }
        parts += 1;
    };
    assert_eq!((joined.len(), joined == reply), (200_000, true));
    // As JSON each piece has 20,000 bytes, and the outbox is full with 256 KiB.
    assert!((14..=16).contains(&parts), "{parts} parts");
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_taken_back_in_the_middle_sends_no_more_parts() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    client.say(1, "parts a b c").await;
    assert!(matches!(client.record().await, ServerRecord::Accepted { .. }));
    assert!(matches!(client.record().await, ServerRecord::Part { .. }));
    client.cancel(1).await;
    assert!(matches!(client.record().await, ServerRecord::Failed { id: 1, .. }));
    client.say(2, "hi").await;
    assert!(matches!(client.record().await, ServerRecord::Accepted { id: 2, .. }));
    assert!(matches!(client.record().await, ServerRecord::Reply { id: 2, .. }));
}
