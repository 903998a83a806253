use super::*;
use common::chat::{MAX_BURST_BYTES, MAX_TEXT_BYTES};

#[tokio::test(start_paused = true)]
async fn a_message_ends_with_a_quiet_gap_and_is_answered_bare() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.send("a\n").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let last = Instant::now();
    client.send("b").await;
    client.expect("re: a\nb").await;
    // Whole milliseconds of the clock that wakes the session.
    assert!((25..=26).contains(&millis(last)), "{}", millis(last));
    client.half_close().await;
    assert_eq!(client.rest().await, "");
    assert_eq!(server.disconnected().await, DisconnectReason::ClosedByClient);
}

#[tokio::test(start_paused = true)]
async fn a_character_in_two_segments_is_one_message() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    let (head, tail) = "好".as_bytes().split_at(1);
    client.send(head).await;
    tokio::time::sleep(Duration::from_millis(1900)).await;
    client.send(tail).await;
    client.expect("re: 好").await;
}

#[tokio::test(start_paused = true)]
async fn a_character_that_stays_unfinished_is_invalid_after_two_seconds() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    let start = Instant::now();
    client.send(b"a\xE5").await;
    client.expect("[server] the message is not UTF-8 text: its byte 2 is invalid").await;
    assert!((2025..=2026).contains(&millis(start)), "{}", millis(start));
    client.send("b").await;
    client.expect("re: b").await;
}

#[tokio::test(start_paused = true)]
async fn line_oriented_peers_get_lines() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.send("a\n\nfail\nb\n").await;
    client.expect("re: a\n[server] Script failed (the service says: over\\nlimit)\nre: b\n").await;
    client.send("c\r\n").await;
    client.expect("re: c\r\n").await;
    client.send(" \n").await;
    client.expect("[server] the message is blank\n").await;
}

#[tokio::test(start_paused = true)]
async fn after_a_half_close_all_answers_are_written() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.send("a\nb").await;
    client.half_close().await;
    assert_eq!(client.rest().await, "re: a\nb");
    let mut client = server.connect(WIDE);
    client.send("slow 5\nslow 7\n").await;
    client.half_close().await;
    assert_eq!(client.rest().await, "slowly 5\nslowly 7\n");
}

#[tokio::test(start_paused = true)]
async fn what_could_become_hello_is_plain_after_two_seconds_or_at_its_end() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    let start = Instant::now();
    client.send("{").await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    client.send("\"").await;
    client.expect("re: {\"").await;
    assert!((2000..2100).contains(&millis(start)), "{}", millis(start));
    let mut client = server.connect(WIDE);
    let start = Instant::now();
    client.send(r#"{"type":"#).await;
    client.half_close().await;
    assert_eq!(client.rest().await, r#"re: {"type":"#);
    assert_eq!(millis(start), 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_for_a_while_may_stay() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    tokio::time::sleep(Duration::from_mins(29)).await;
    client.send("hi\n").await;
    assert_eq!(client.line().await, "re: hi\n");
}

#[tokio::test(start_paused = true)]
async fn limits_are_named_and_bound_what_is_asked() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    let long = "a".repeat(MAX_TEXT_BYTES + 1);
    client.send(format!("{long}\nb\n")).await;
    assert_eq!(client.line().await, "[server] the message has 32769 bytes, the limit is 32768\n");
    assert_eq!(client.line().await, "re: b\n");
    let longest = "a".repeat(MAX_TEXT_BYTES);
    client.send(format!("{longest}\n")).await;
    assert_eq!(client.line().await, format!("re: {longest}\n"));

    // One is asked, 32 wait, and the other 7 get one answer.
    client.send(format!("slow 3\n{}", "x\n".repeat(39))).await;
    assert_eq!(client.line().await, "slowly 3\n");
    for _ in 0..32 {
        assert_eq!(client.line().await, "re: x\n");
    }
    assert_eq!(client.line().await, "[server] 32 messages are waiting already, 7 more were refused\n");

    client.send(vec![b'a'; MAX_BURST_BYTES + 1]).await;
    let line = client.line().await;
    assert_eq!(line, "[server] 1048577 bytes came without a pause, the limit is 1048576\n");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_is_cut_and_asked_for_no_more() {
    let mut server = Server::new();
    let mut client = server.connect(1024);
    for _ in 0..20 {
        client.send("big 200000\n").await;
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let start = Instant::now();
    assert_eq!(server.disconnected().await, DisconnectReason::SlowReader);
    assert!(millis(start) < 10_000, "{}", millis(start));
    assert_eq!(server.asked(), 2, "answers pile up");
    // The same where all messages come at once.
    let mut server = Server::new();
    let mut client = server.connect(1024);
    client.send("big 200000\n".repeat(20)).await;
    assert_eq!(server.disconnected().await, DisconnectReason::SlowReader);
    assert_eq!(server.asked(), 2, "answers pile up");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_quiet_while_the_server_does_not_read() {
    let mut server = Server::new();
    let mut client = server.connect(1024);
    client.send("many 20\nmany 20\n").await;
    server.answered().await;
    client.send("a").await;
    // Now the outbox is full: the rest of the message is not read in time.
    server.answered().await;
    client.send("b").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let many = "x".repeat(200_000);
    client.expect(&format!("{many}\n{many}\nre: ab")).await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_gone_before_its_answer_has_closed_the_connection() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.send("slow 1\n").await;
    tokio::time::sleep(Duration::from_millis(30)).await;
    drop(client);
    assert_eq!(server.disconnected().await, DisconnectReason::ClosedByClient);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_slowly_stays() {
    let mut server = Server::new();
    let mut client = server.connect(64 * 1024);
    client.send("big 200000\nb\n").await;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(9)).await;
        client.expect(&"x".repeat(40_000)).await;
    }
    client.expect("\nre: b\n").await;
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_somebody_elses_bot() {
    let mut server = Server::new();
    let mut stuck = Vec::new();
    for _ in 0..15 {
        let mut client = server.connect(WIDE);
        client.send("hang\n").await;
        stuck.push(client);
    }
    let mut client = server.connect(WIDE);
    client.send("hi\n").await;
    assert_eq!(client.line().await, "re: hi\n");
    assert_eq!(server.asked(), 16);

    // The calls at once are bounded: the next one waits for one to end.
    client.send("hang\n").await;
    stuck.push(client);
    let mut late = server.connect(WIDE);
    late.send("hi\n").await;
    assert!(tokio::time::timeout(Duration::from_mins(1), late.line()).await.is_err(), "17 calls at once");
    server.sessions.shutdown().await;
    assert_eq!(server.dropped(), 16, "the calls of closed sessions go on");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_panics_takes_nothing_with_it() {
    let mut server = Server::new();
    let mut neighbour = server.connect(WIDE);
    let mut client = server.connect(WIDE);
    client.send("panic\n").await;
    assert_eq!(client.rest().await, "");
    assert_eq!(server.disconnected().await, DisconnectReason::Internal);
    neighbour.send("hi\n").await;
    assert_eq!(neighbour.line().await, "re: hi\n");
    server.context.publisher.publish();
    assert_eq!(server.handle.snapshot().clients.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_is_answered_in_the_encoding_that_it_writes() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    let start = Instant::now();
    let gb = |text: &str| Encoding::GB18030.encode(text).into_owned();
    client.send(gb("你")).await;
    let mut answer = [0; 6];
    client.stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer.as_slice(), gb("re: 你"));
    assert!(millis(start) < 100, "half of it looks like the beginning of a character in UTF-8");
    // What is ASCII alone, what fails, and what the server says by itself.
    client.send("fail\n").await;
    let mut line = Vec::new();
    client.stream.read_until(b'\n', &mut line).await.unwrap();
    assert!(line.starts_with(b"[server] "));
    client.send("你好\n").await;
    client.expect("re: 你好\n").await;
    let mut told = Vec::new();
    while told.len() < 2 {
        if let Event::Encoding { encoding, .. } = server.handle.next_event().await.unwrap() {
            told.push(encoding);
        }
    }
    assert_eq!(told, [Encoding::GB18030, Encoding::UTF_8]);
}
