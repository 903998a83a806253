use super::*;
use common::chat::{FailReason, GoodbyeReason};

use crate::engine::ClientId;

#[tokio::test(start_paused = true)]
async fn an_idle_client_is_told_and_closed_at_once() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    let mut plain = server.connect(WIDE);
    plain.send("hi").await;
    plain.expect("re: hi").await;
    let start = Instant::now();
    server.context.stop.cancel();
    assert_eq!(client.rest().await, "{\"type\":\"goodbye\",\"message\":\"the server is stopping\"}\n");
    assert_eq!(plain.rest().await, "");
    assert_eq!(millis(start), 0);
    drop((client, plain));
    assert_eq!(server.disconnected().await, DisconnectReason::Stopped);
}

#[tokio::test(start_paused = true)]
async fn open_questions_are_answered_or_failed_within_two_seconds() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    for (id, text) in [(1, "slow 1"), (2, "hang"), (3, "c")] {
        client.say(id, text).await;
        assert!(matches!(client.record().await, ServerRecord::Accepted { .. }));
    }
    let start = Instant::now();
    server.context.stop.cancel();
    assert!(matches!(client.record().await, ServerRecord::Goodbye { .. }));
    client.say(4, "too late").await;
    let stopping = |id| {
        let message = "the server is stopping".to_owned();
        ServerRecord::Failed { id, reason: FailReason::Stopping, message }
    };
    assert_eq!(client.record().await, stopping(4));
    assert!(matches!(client.record().await, ServerRecord::Reply { id: 1, .. }));
    assert_eq!(client.record().await, stopping(2));
    assert_eq!(client.record().await, stopping(3));
    assert_eq!(client.rest().await, "");
    assert!((2000..2002).contains(&millis(start)), "{}", millis(start));
    assert_eq!(server.dropped(), 1, "the call goes on");
}

#[tokio::test(start_paused = true)]
async fn a_plain_client_gets_its_lines() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.send("hang\nb\n").await;
    tokio::time::sleep(Duration::from_millis(30)).await;
    // Its quiet gap is not over, but it was said before the stop.
    client.send("c\n").await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    server.context.stop.cancel();
    assert_eq!(client.rest().await, "[server] the server is stopping\n".repeat(3));
}

#[tokio::test(start_paused = true)]
async fn nothing_that_a_client_does_holds_the_stop() {
    let mut server = Server::new();
    let mut deaf = server.connect(16);
    deaf.send("big 200000\n").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut open = server.connect(WIDE);
    open.hello().await;
    let start = Instant::now();
    server.context.stop.cancel();
    while server.sessions.join_next().await.is_some() {}
    // Neither reads to the end or closes; both are gone in time.
    assert!(millis(start) <= 2601, "{}", millis(start));
}

#[tokio::test(start_paused = true)]
async fn the_servers_user_can_end_a_session_and_its_call() {
    let mut server = Server::new();
    let mut client = server.connect(WIDE);
    client.hello().await;
    for (id, text) in [(1, "hang"), (2, "b")] {
        client.say(id, text).await;
        assert!(matches!(client.record().await, ServerRecord::Accepted { .. }));
    }
    let mut neighbour = server.connect(WIDE);
    let start = Instant::now();
    server.context.registry.disconnect(ClientId(1));
    // One that was never there, or is gone.
    server.context.registry.disconnect(ClientId(99));
    let message = "disconnected by the server's operator".to_owned();
    assert_eq!(
        client.record().await,
        ServerRecord::Goodbye { reason: Some(GoodbyeReason::Disconnected), message: message.clone() }
    );
    for id in [1, 2] {
        let (reason, message) = (FailReason::Stopping, message.clone());
        assert_eq!(client.record().await, ServerRecord::Failed { id, reason, message });
    }
    assert_eq!(client.rest().await, "");
    drop(client);
    assert_eq!(server.disconnected().await, DisconnectReason::ByUser { stays_away: true });
    assert_eq!((server.asked(), server.dropped(), millis(start)), (1, 1, 0));
    neighbour.send("hi\n").await;
    assert_eq!(neighbour.line().await, "re: hi\n");
}

#[tokio::test(start_paused = true)]
async fn a_plain_client_that_is_disconnected_is_told_once() {
    for said in ["", "hang\n"] {
        let mut server = Server::new();
        let mut client = server.connect(WIDE);
        client.send(said).await;
        tokio::time::sleep(Duration::from_millis(30)).await;
        server.context.registry.disconnect(ClientId(1));
        assert_eq!(client.rest().await, "[server] disconnected by the server's operator\n", "{said:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_records_client_at_fault_that_is_disconnected_gets_records_alone() {
    let mut server = Server::new();
    let mut client = server.connect(16);
    client.hello().await;
    client.send("x\n").await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    server.context.registry.disconnect(ClientId(1));
    tokio::time::sleep(Duration::from_millis(1)).await;
    let rest = client.rest().await;
    assert!(matches!(ServerRecord::decode(rest.as_bytes()), Ok(ServerRecord::Error { .. })), "{rest}");
}
