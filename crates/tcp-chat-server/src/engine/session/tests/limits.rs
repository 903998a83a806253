use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use super::*;
use common::chat::ErrorReason;
use tokio::io::{AsyncRead, ReadBuf};

const HALF_AN_HOUR: u128 = 30 * 60 * 1000;

fn idle() -> DisconnectReason {
    let message = "nothing was said for 30 minutes".to_owned();
    DisconnectReason::AtFault { reason: ErrorReason::Idle, message }
}

#[tokio::test(start_paused = true)]
async fn an_idle_client_is_told_and_closed_after_half_an_hour() {
    for (hello, last) in [
        (HELLO, "{\"type\":\"error\",\"reason\":\"idle\",\"message\":\"nothing was said for 30 minutes\"}\n"),
        ("hi\n", "[server] nothing was said for 30 minutes\n"),
        ("", "[server] nothing was said for 30 minutes\n"),
    ] {
        let mut server = Server::new();
        let mut client = server.connect(WIDE);
        client.send(hello).await;
        if !hello.is_empty() {
            client.line().await;
        }
        let start = Instant::now();
        assert_eq!(client.rest().await, last);
        let waited = millis(start);
        assert!((HALF_AN_HOUR - 1..=HALF_AN_HOUR + 1).contains(&waited), "{waited}");
        drop(client);
        assert_eq!(server.disconnected().await, idle());
    }
}

#[tokio::test(start_paused = true)]
async fn one_who_waits_for_an_answer_is_not_idle() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.send("slow 3000\n").await;
    assert_eq!(client.line().await, "slowly 3000\n");
    let start = Instant::now();
    assert_eq!(client.rest().await, "[server] nothing was said for 30 minutes\n");
    assert!(millis(start) >= HALF_AN_HOUR - 1, "{}", millis(start));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_not_read_either_and_then_cut() {
    let mut server = Server::new();
    let mut client = server.connect(16 * 1024);
    client.send("big 200000\nbig 200000\n").await;
    client.expect("x").await;
    // More than the pipe and one read take.
    let more = "more\n".repeat(20_000);
    let sending = tokio::time::timeout(Duration::from_secs(9), client.send(more));
    assert!(sending.await.is_err(), "what a client says was read although it does not read the answers");
    assert_eq!(server.disconnected().await, DisconnectReason::SlowReader);
    assert_eq!(server.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_again_is_read_again() {
    let mut server = Server::new();
    let mut client = server.connect(16 * 1024);
    client.send("big 200000\nbig 200000\n").await;
    client.expect("x").await;
    client.send("more\n").await;
    tokio::time::sleep(Duration::from_secs(9)).await;
    assert_eq!(server.asked(), 2);
    let big = "x".repeat(200_000);
    client.expect(&format!("{}\n{big}\nre: more\n", big.split_at(1).1)).await;
}

#[tokio::test(start_paused = true)]
async fn what_waits_of_all_clients_has_a_bound_and_who_is_refused_is_told() {
    let max = 100_000;
    let mut server = Server::with_waiting(max);
    let told = format!(
        "{max} bytes of messages are waiting at the server already, this one was refused, try again later"
    );
    let text = format!("hang {}", "a".repeat(29_995));
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = server.connect(WIDE);
        client.hello().await;
        client.say(1, &text).await;
        assert!(matches!(client.record().await, ServerRecord::Accepted { .. }));
        clients.push(client);
    }
    let mut client = server.connect(WIDE);
    client.hello().await;
    client.say(1, &text[..12_000]).await;
    let refused = ServerRecord::Failed { id: 1, reason: FailReason::TooManyWaiting, message: told.clone() };
    assert_eq!(client.record().await, refused);
    let mut plain = server.connect(WIDE);
    plain.send(format!("{}\n", &text[..14_500])).await;
    assert_eq!(plain.rest().await, format!("[server] {told}\n"), "it could not even be read");
    let mut begun = server.connect(WIDE);
    begun.hello().await;
    begun.send(format!("{{\"type\":\"say\",\"id\":1,\"text\":\"{}", "a".repeat(14_500))).await;
    let error = ServerRecord::Error { reason: ErrorReason::ServerFull, message: told };
    assert_eq!((begun.record().await, begun.rest().await.as_str()), (error, ""));
    // Who has no answer any more makes room.
    clients[0].cancel(1).await;
    assert!(matches!(clients[0].record().await, ServerRecord::Failed { .. }));
    client.say(2, &text[..12_000]).await;
    assert!(matches!(client.record().await, ServerRecord::Accepted { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_plain_client_that_never_pauses_is_told_after_ten_seconds() {
    let mut server = Server::new();
    let client = server.connect(WIDE);
    let start = Instant::now();
    let (mut reader, mut writer) = tokio::io::split(client.stream.into_inner());
    let flood = async {
        loop {
            writer.write_all(&[b'a'; 16 * 1024]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let mut told = [0; 9];
    tokio::select! {
        _ = flood => unreachable!("it never ends"),
        read = reader.read_exact(&mut told) => assert_eq!(read.unwrap(), told.len()),
    }
    assert_eq!(&told, b"[server] ");
    assert!((10_000..12_000).contains(&millis(start)), "{}", millis(start));
}

#[tokio::test(start_paused = true)]
async fn the_tail_of_a_flood_is_no_message() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    let piece = "a".repeat(16 * 1024 - 1) + "\n";
    for _ in 0..1100 {
        client.send(&piece).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(client.line().await.starts_with("[server] "));
    let whole = 1100 * piece.len();
    let told = format!("[server] {whole} bytes came without a pause, the limit is 1048576\n");
    let line = client.line().await;
    assert!(line == told, "{}", &line[..line.len().min(told.len())]);
    client.send("hi\n").await;
    client.expect("re: hi\n").await;
    assert_eq!(server.asked(), 1);
}

/// A client from which there is always something to read, all the time.
struct Busy {
    /// How often it is read before it ends.
    left: usize,
}

impl AsyncRead for Busy {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.left > 0 {
            self.left -= 1;
            buffer.put_slice(&[b'a'; 4096]);
            // Time passes at once; what is left of this is a turn for others, which it does not give.
            let _turn = pin!(tokio::time::advance(Duration::from_millis(10))).poll(cx);
        }
        Poll::Ready(Ok(()))
    }
}

#[tokio::test(start_paused = true)]
async fn the_clock_is_heard_beside_a_client_that_is_always_read() {
    let server = Server::new();
    let guard = server.context.registry.admit("10.0.0.1:1".parse().unwrap(), Limits::default()).unwrap();
    let (mut ours, theirs) = tokio::io::duplex(WIDE);
    let context = Arc::clone(&server.context);
    crate::engine::session::run(context, guard, Busy { left: 2000 }, theirs, false).await;
    let mut told = String::new();
    ours.read_to_string(&mut told).await.unwrap();
    assert_eq!(told.matches("[server] ").count(), 2, "it is told at its end alone: {told}");
}

#[tokio::test]
async fn an_idle_session_takes_little_memory() {
    let server = Server::new();
    let (listener, addr) = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        (listener, addr)
    };
    let _client = tokio::net::TcpStream::connect(addr).await.unwrap();
    let (reader, writer) = listener.accept().await.unwrap().0.into_split();
    let guard = server.context.registry.admit(addr, server.context.limits).unwrap();
    let session = crate::engine::session::run(Arc::clone(&server.context), guard, reader, writer, false);
    let size = std::mem::size_of_val(&session);
    assert!(size <= 4096, "{size} bytes");
}
