//! Connecting, and connecting again.

use std::sync::Arc;

use common::chat::Dialect;
use common::engine::{Waker, link};
use common::tls::{Identity, TlsError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::network::Sockets;
use super::super::{Handle, MessageId, Snapshot, Trust};
use super::*;
use crate::event::Connected;

const WELCOME: &[u8] =
    b"{\"type\":\"welcome\",\"protocol\":1,\"server\":\"s\",\"bot\":\"Echo\",\"max_text_bytes\":32768}\n";

fn start() -> (Handle, JoinSet<()>) {
    let (window, mut link) = link(Waker::none(), Snapshot::default());
    let mut engine = JoinSet::new();
    engine.spawn(async move {
        let pauses = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        run(&mut link, &KnownServers::default(), &Sockets, &pauses).await;
    });
    (window, engine)
}

fn target(port: u16) -> Target {
    Target { host: "127.0.0.1".parse().unwrap(), port, ..Target::default() }
}

async fn event(window: &mut Handle) -> Event {
    timeout(Duration::from_secs(30), window.next_event()).await.unwrap().unwrap()
}

async fn welcome(listener: &TcpListener, window: &mut Handle) -> TcpStream {
    let (mut server, _) = listener.accept().await.unwrap();
    server.write_all(WELCOME).await.unwrap();
    assert!(matches!(event(window).await, Event::Reached { .. }));
    assert!(matches!(event(window).await, Event::Connected(Connected { dialect: Dialect::Records, .. })));
    server
}

#[tokio::test]
async fn a_server_that_comes_late_and_restarts_is_found_again() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let (mut window, _engine) = start();
    window.command(Command::Connect(target(port))).unwrap();
    assert_eq!(event(&mut window).await, Event::Connecting { target: target(port), attempt: 1 });
    let Event::Retrying { reason, retry_in_ms, attempt: 2 } = event(&mut window).await else {
        panic!("not retrying")
    };
    assert_eq!(reason, DisconnectReason::Refused { address: target(port) });
    assert!((375..=500).contains(&retry_in_ms), "{retry_in_ms}");

    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    assert_eq!(event(&mut window).await, Event::Connecting { target: target(port), attempt: 2 });
    let mut server = welcome(&listener, &mut window).await;
    window.command(Command::Send { id: MessageId(1), text: "x".into() }).unwrap();
    server.read_u8().await.unwrap();
    drop((server, listener));
    let lost = Event::Failed { id: MessageId(1), reason: FailedReason::ConnectionLost };
    assert_eq!(event(&mut window).await, lost);
    assert!(matches!(event(&mut window).await, Event::Retrying { attempt: 3, .. }));

    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    assert_eq!(event(&mut window).await, Event::Connecting { target: target(port), attempt: 3 });
    welcome(&listener, &mut window).await;
}

#[tokio::test]
async fn commands_are_obeyed_while_there_is_no_connection() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let open = listener.local_addr().unwrap().port();
    let (mut window, mut engine) = start();
    window.command(Command::Connect(target(closed))).unwrap();
    assert!(matches!(event(&mut window).await, Event::Connecting { .. }));
    assert!(matches!(event(&mut window).await, Event::Retrying { .. }));
    // An answer to a question that is not open any more begins nothing anew.
    window.command(Command::Trust(ServerKey::of_hash([1; 32]))).unwrap();
    window.command(Command::Send { id: MessageId(1), text: "x".into() }).unwrap();
    let unsent = Event::Failed { id: MessageId(1), reason: FailedReason::NotConnected };
    assert_eq!(event(&mut window).await, unsent);
    window.command(Command::Disconnect).unwrap();
    assert_eq!(event(&mut window).await, Event::Disconnected { target: target(closed) });

    window.command(Command::Connect(target(open))).unwrap();
    assert_eq!(event(&mut window).await, Event::Connecting { target: target(open), attempt: 1 });
    let mut server = welcome(&listener, &mut window).await;
    window.command(Command::Connect(target(closed))).unwrap();
    assert_eq!(event(&mut window).await, Event::Connecting { target: target(closed), attempt: 1 });
    let mut rest = Vec::new();
    server.read_to_end(&mut rest).await.unwrap();

    drop(window);
    timeout(Duration::from_secs(30), engine.join_next()).await.unwrap();
}

#[tokio::test]
async fn a_client_that_is_sent_away_stays_away_until_its_user_connects_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (mut window, _engine) = start();
    window.command(Command::Connect(target(port))).unwrap();
    assert_eq!(event(&mut window).await, Event::Connecting { target: target(port), attempt: 1 });
    let mut server = welcome(&listener, &mut window).await;
    server
        .write_all(b"{\"type\":\"goodbye\",\"reason\":\"disconnected\",\"message\":\"bye\"}\n")
        .await
        .unwrap();
    drop(server);
    let reason = DisconnectReason::SentAway { address: target(port), said: "bye".to_owned() };
    assert_eq!(event(&mut window).await, Event::SentAway { reason });
    // The next thing that happens is what the user wants.
    window.command(Command::Connect(target(port))).unwrap();
    assert_eq!(event(&mut window).await, Event::Connecting { target: target(port), attempt: 1 });
    welcome(&listener, &mut window).await;
}

#[tokio::test]
async fn who_is_asked_for_a_pass_phrase_can_disconnect_instead() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target(listener.local_addr().unwrap().port());
    let (mut window, _engine) = start();
    window.command(Command::Connect(target.clone())).unwrap();
    assert!(matches!(event(&mut window).await, Event::Connecting { .. }));
    let (mut server, _) = listener.accept().await.unwrap();
    server
        .write_all(b"{\"type\":\"error\",\"reason\":\"pass_wanted\",\"message\":\"pass?\"}\n")
        .await
        .unwrap();
    assert_eq!(event(&mut window).await, Event::Reached { target: target.clone() });
    assert_eq!(event(&mut window).await, Event::PassAsked { target: target.clone(), is_wrong: false });
    window.command(Command::Disconnect).unwrap();
    assert_eq!(event(&mut window).await, Event::Disconnected { target });
}

#[tokio::test]
async fn a_name_without_an_address_is_said_to_be_one() {
    let (mut window, _engine) = start();
    let target = Target { host: "no-such-host.invalid".parse().unwrap(), port: 1, ..Target::default() };
    window.command(Command::Connect(target)).unwrap();
    assert!(matches!(event(&mut window).await, Event::Connecting { .. }));
    let Event::Retrying { reason, .. } = event(&mut window).await else { panic!("not retrying") };
    // Where nobody can be asked at all, the look-up may run into the deadline instead.
    assert!(
        matches!(reason, DisconnectReason::NoSuchHost { .. } | DisconnectReason::ConnectTimeout { .. }),
        "{reason:?}"
    );
}

#[tokio::test]
async fn a_stranger_at_one_address_hides_no_server_at_another() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::kept_in(folder.path(), &[]).unwrap();
    let (key, stranger) =
        (identity.key(), Identity::kept_in(tempfile::tempdir().unwrap().path(), &[]).unwrap());
    let bind = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (plain, other, server) = (bind().await, bind().await, bind().await);
    let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
    let others = [port(&other), port(&server)].map(|port| ("127.0.0.1".parse().unwrap(), port));
    let trust = Trust { key: Some(key), others: others.to_vec(), ..Trust::default() };
    let target = Target { trust: Arc::new(trust), ..target(port(&plain)) };
    let strangers = async {
        loop {
            let (mut talker, _) = plain.accept().await.unwrap();
            talker.write_all(b"220 mail.example.org ready\r\n").await.unwrap();
            let (stream, _) = other.accept().await.unwrap();
            assert!(stranger.accept(stream).await.is_err(), "it is trusted");
        }
    };
    let reached = async {
        let serving = async {
            let _stream = identity.accept(server.accept().await.unwrap().0).await.unwrap();
            pending::<()>().await;
        };
        let reached = tokio::select! {
            reached = Sockets.reach(&target, Some(key)) => reached,
            () = serving => unreachable!("it never ends"),
        };
        assert_eq!(reached.ok().map(|(_, privacy)| privacy), Some(Privacy::Encrypted));
        drop(server);
        // Where no address is the server's, the first that answers is told.
        let failed = Sockets.reach(&target, Some(key)).await.err();
        let said = "220 mail.example.org ready\r\n".to_owned();
        let tls = Box::new(TlsError::NotTls { said });
        assert_eq!(failed, Some(DisconnectReason::NotEncrypted { address: target.clone(), tls }.into()));
    };
    tokio::select! {
        () = strangers => (),
        () = reached => (),
    }
}

#[tokio::test]
async fn a_server_that_refuses_us_before_the_handshake_is_heard() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target(listener.local_addr().unwrap().port());
    let refusing = async {
        let (mut server, _) = listener.accept().await.unwrap();
        server.write_all(b"[server] too many clients\n").await.unwrap();
        server.shutdown().await.unwrap();
        server
    };
    let reaching = Sockets.reach(&target, Some(ServerKey::of_hash([7; 32])));
    let (reached, _server) = tokio::join!(reaching, refusing);
    let said = "too many clients".to_owned();
    assert_eq!(reached.err(), Some(DisconnectReason::NotAdmitted { address: target, said }.into()));
}

#[test]
fn each_address_of_an_invitation_has_its_port() {
    let others = vec![("10.0.0.7".parse().unwrap(), 7), ("h.example".parse().unwrap(), 8)];
    let trust = Arc::new(Trust { others, ..Trust::default() });
    let target = Target { trust, ..target(6) };
    let all: Vec<_> = target.addresses().map(|one| one.to_string()).collect();
    assert_eq!(all, ["127.0.0.1:6", "10.0.0.7:7", "h.example:8"]);
}
