use super::*;
use common::chat::{
    ErrorReason, FailReason, LineDecoder, MAX_RECORD_BYTES, MAX_REPLY_BYTES, MAX_SERVER_RECORD_BYTES,
    MAX_TEXT_BYTES,
};

fn accepted(id: u64, ahead: usize) -> ServerRecord {
    ServerRecord::Accepted { id, ahead }
}

fn reply(id: u64, text: &str) -> ServerRecord {
    ServerRecord::Reply { id, bot: "Script".to_owned(), text: text.to_owned() }
}

fn failed(id: u64, reason: FailReason, message: &str) -> ServerRecord {
    ServerRecord::Failed { id, reason, message: message.to_owned() }
}

fn cancelled(id: u64) -> ServerRecord {
    failed(id, FailReason::Cancelled, "cancelled by the client")
}

#[tokio::test(start_paused = true)]
async fn hello_is_welcomed_and_what_is_said_answered() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    let start = Instant::now();
    client.send(HELLO).await;
    let version = env!("CARGO_PKG_VERSION");
    let welcome = format!(
        "{{\"type\":\"welcome\",\"protocol\":1,\"server\":\"tcp-chat-server {version}\",\"bot\":\"Script\",\"max_text_bytes\":32768}}\n"
    );
    assert_eq!(client.line().await, welcome);
    client.send("{\"type\":\"wave\"}\n").await;
    client.send("{\"type\":\"hello\",\"protocol\":9,\"client\":\"again\"}\n").await;
    client.say(7, "a\nb").await;
    assert_eq!(client.record().await, accepted(7, 0));
    assert_eq!(client.record().await, reply(7, "re: a\nb"));
    client.say(7, "fail").await;
    assert_eq!(client.record().await, accepted(7, 0));
    let message = r"Script failed (the service says: over\nlimit)";
    assert_eq!(client.record().await, failed(7, FailReason::BotFailed, message));
    assert_eq!(millis(start), 0, "records wait for no quiet gap");
    client.half_close().await;
    assert_eq!(client.rest().await, "");
    assert_eq!(server.disconnected().await, DisconnectReason::ClosedByClient);
    assert_eq!(server.forgotten.load(Ordering::Relaxed), 1, "what the bot keeps of the conversation can go");
}

#[tokio::test(start_paused = true)]
async fn answers_come_in_order_and_a_cancelled_message_keeps_its_turn() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    for (id, text) in [(1, "hang"), (2, "slow 1"), (3, "hang"), (4, "d")] {
        client.say(id, text).await;
    }
    for (id, ahead) in [(1, 0), (2, 1), (3, 2), (4, 3)] {
        assert_eq!(client.record().await, accepted(id, ahead));
    }
    client.cancel(3).await;
    client.cancel(99).await;
    client.say(5, "e").await;
    assert_eq!(client.record().await, accepted(5, 3), "what is cancelled is not asked");
    assert_eq!(server.dropped(), 0);
    let row = server.row();
    assert_eq!((row.state, row.turn, row.waiting), (ClientState::Asking, 1, 4));
    client.cancel(1).await;
    assert_eq!(client.record().await, cancelled(1));
    assert_eq!(client.record().await, reply(2, "slowly 1"));
    assert_eq!(client.record().await, cancelled(3));
    assert_eq!(client.record().await, reply(4, "re: d"));
    assert_eq!(client.record().await, reply(5, "re: e"));
    let row = server.row();
    assert_eq!((row.state, row.turn, row.waiting), (ClientState::Idle, 4, 0));
    client.say(6, "hang").await;
    assert_eq!(client.record().await, accepted(6, 0));
    client.cancel(6).await;
    assert_eq!(client.record().await, cancelled(6));
    assert_eq!(server.row().state, ClientState::Idle);
    assert_eq!((server.asked(), server.dropped()), (5, 2));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_taken_is_failed_at_once() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    client.say(1, "hang").await;
    assert_eq!(client.record().await, accepted(1, 0));
    client.say(2, " \n").await;
    assert_eq!(client.record().await, failed(2, FailReason::Blank, "the message is blank"));
    client.say(3, &"a".repeat(MAX_TEXT_BYTES + 1)).await;
    let message = "the message has 32769 bytes, the limit is 32768";
    assert_eq!(client.record().await, failed(3, FailReason::TooLong, message));
    for id in 4..36 {
        client.say(id, "x").await;
        assert_eq!(client.record().await, accepted(id, usize::try_from(id).unwrap() - 3));
    }
    client.say(36, "x").await;
    let message = "32 messages are waiting already, this one was refused";
    assert_eq!(client.record().await, failed(36, FailReason::TooManyWaiting, message));
}

#[tokio::test(start_paused = true)]
async fn the_limit_does_not_depend_on_segments() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    let says = (0..34).map(|id| format!("{{\"type\":\"say\",\"id\":{id},\"text\":\"hang\"}}\n"));
    client.send(format!("{HELLO}{}", says.collect::<String>())).await;
    client.line().await;
    for id in 0..33 {
        assert!(matches!(client.record().await, ServerRecord::Accepted { id: taken, .. } if taken == id));
    }
    assert!(matches!(client.record().await, ServerRecord::Failed { id: 33, .. }));
}

#[tokio::test(start_paused = true)]
async fn a_fault_is_named_and_ends_the_connection() {
    let long = format!("{HELLO}{}\n", "x".repeat(MAX_RECORD_BYTES + 1));
    let twice = format!("{HELLO}{0}{0}", "{\"type\":\"say\",\"id\":1,\"text\":\"slow 1\"}\n");
    let table = [
        (
            "{\"type\":\"hello\",\"protocol\":2,\"client\":\"x\"}\n".to_owned(),
            ErrorReason::UnknownProtocol,
            "this server speaks protocol 1, not 2",
        ),
        (format!("{HELLO}hello\n"), ErrorReason::BadRecord, "not a record: "),
        ("{\"type\":\"hello\",\"protocol\":\"x\"}\n".to_owned(), ErrorReason::BadRecord, "not a record: "),
        (long, ErrorReason::RecordTooLong, "the line has 262145 bytes, the limit is 262144"),
        (twice, ErrorReason::DuplicateId, "a message with this id still waits for its answer"),
    ];
    for (sent, expected, words) in table {
        let mut server = Server::new();
        let mut client = server.connect(WIDE);
        // What comes after a fault is not looked at.
        client.send(format!("{sent}{{\"type\":\"say\",\"id\":9,\"text\":\"x\"}}\n")).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
        client.say(10, "x").await;
        let rest = client.rest().await;
        assert!(!rest.contains("\"id\":9") && !rest.contains("\"id\":10"), "{rest}");
        let last = ServerRecord::decode(rest.lines().last().unwrap().as_bytes()).unwrap();
        let ServerRecord::Error { reason, message } = last else { panic!("{rest}") };
        assert_eq!(reason, expected);
        assert!(message.starts_with(words), "{message}");
        assert_eq!(server.disconnected().await, DisconnectReason::AtFault { reason, message });
        assert!(server.asked() <= 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_said_before_a_fault_is_still_answered() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    client.say(1, "slow 3").await;
    client.send("x\n").await;
    assert_eq!(client.record().await, accepted(1, 0));
    assert_eq!(client.record().await, reply(1, "slowly 3"));
    assert!(matches!(client.record().await, ServerRecord::Error { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_record_has_to_be_finished() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    tokio::time::sleep(Duration::from_mins(29)).await;
    let start = Instant::now();
    client.send("{\"type\"").await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    client.send(":\"say\"").await;
    let unfinished = ServerRecord::Error {
        reason: ErrorReason::UnfinishedRecord,
        message: "a record was begun and not finished".to_owned(),
    };
    assert_eq!(client.record().await, unfinished);
    assert!((10_000..10_002).contains(&millis(start)), "{}", millis(start));

    let mut client = server.connect(WIDE);
    client.hello().await;
    client.say(1, "slow 3").await;
    client.send("{\"type\"").await;
    client.half_close().await;
    assert_eq!(client.record().await, accepted(1, 0));
    assert_eq!(client.record().await, reply(1, "slowly 3"));
    assert_eq!(client.record().await, unfinished);
    assert_eq!(client.rest().await, "");
}

#[tokio::test(start_paused = true)]
async fn each_record_has_its_own_time() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    client.send("{\"type\"").await;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(6)).await;
        client.send(":\"wave\"}\n{\"type\"").await;
    }
    client.send(":\"wave\"}\n").await;
    client.say(1, "x").await;
    assert_eq!(client.record().await, accepted(1, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_held_is_written_once_there_is_room_for_it() {
    let mut server = Server::new();
    let mut other = server.connect(WIDE);
    other.send(HELLO).await;
    let welcome = other.line().await;
    // The pipe holds just the welcome, which is not read yet: what follows is held, then due, but not written.
    let mut client = server.connect(welcome.len());
    client.send(HELLO).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    client.say(1, "slow 1").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(client.line().await, welcome);
    assert_eq!(client.record().await, accepted(1, 0));
}

#[tokio::test(start_paused = true)]
async fn after_a_half_close_all_answers_are_written() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    client.say(1, "slow 3").await;
    client.say(2, "b").await;
    client.half_close().await;
    let rest = client.rest().await;
    let records = rest.lines().map(|line| ServerRecord::decode(line.as_bytes()).unwrap());
    let expected = [accepted(1, 0), accepted(2, 1), reply(1, "slowly 3"), reply(2, "re: b")];
    assert_eq!(records.collect::<Vec<_>>(), expected);
}

#[tokio::test(start_paused = true)]
async fn what_is_accepted_waits_a_moment_for_a_quick_reply_and_no_longer() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    let start = Instant::now();
    client.say(1, "quick").await;
    assert_eq!((client.record().await, millis(start)), (accepted(1, 0), 0), "the reply takes it along");
    assert_eq!(client.record().await, reply(1, "re: quick"));
    client.say(2, "slow 1").await;
    assert_eq!((client.record().await, millis(start)), (accepted(2, 0), 20));
    assert_eq!((client.record().await, millis(start)), (reply(2, "slowly 1"), 1000));
}

#[tokio::test(start_paused = true)]
async fn the_longest_reply_is_a_record_that_a_client_reads() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    client.say(1, &format!("quotes {}", MAX_REPLY_BYTES / 2 - 1)).await;
    assert!(matches!(client.record().await, ServerRecord::Accepted { id: 1, .. }));
    let line = client.line().await;
    assert!(line.len() > MAX_RECORD_BYTES, "JSON writes it longer than a client's own records may be");
    let mut decoder = LineDecoder::new(MAX_SERVER_RECORD_BYTES);
    decoder.push(line.as_bytes());
    let record = ServerRecord::decode(&decoder.next_line().unwrap().unwrap()).unwrap();
    assert!(matches!(record, ServerRecord::Reply { id: 1, text, .. } if text.len() == MAX_REPLY_BYTES));
    // What JSON writes longest.
    let (text, bot) = ("\0".repeat(MAX_REPLY_BYTES), "b".repeat(1000));
    let record = ServerRecord::Reply { id: u64::MAX, bot, text };
    assert!(record.encode().len() <= MAX_SERVER_RECORD_BYTES);
}
