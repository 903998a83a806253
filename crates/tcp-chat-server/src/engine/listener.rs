//! Listens, and accepts connections until the server stops, whatever the system says in between.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use common::chat::LineBreak;
use common::engine::Backoff;
use common::net::{BindError, Host, prepare_connection, resolve};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use super::context::ServerContext;
use super::{Event, Refusal, handshake, session};

/// How long it may take to tell a client in one line that it is refused.
const REFUSAL_WAIT: Duration = Duration::from_secs(1);

/// How many refused clients are told so at a time; the connections of further ones are just closed.
const MAX_REFUSALS: usize = 64;

/// How many connections the system queues while the server is busy, for a room full of clients that come
/// back at once after a restart. The system's own limit applies as well.
const BACKLOG: u32 = 4096;

/// Listens on `host` and `port`.
///
/// # Errors
/// Where the name has no address or the address cannot be listened on.
pub(super) async fn bind(host: &Host, port: u16) -> Result<(TcpListener, SocketAddr), BindError> {
    let addr = resolve(host, port).await.map_err(|error| BindError::of_lookup(host, &error))?;
    let explain = |error| BindError::of(addr, &error);
    let listener = listen(addr).map_err(explain)?;
    let local_addr = listener.local_addr().map_err(explain)?;
    Ok((listener, local_addr))
}

fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Unix this option lets a server listen again while old connections of its port still fade out; on
    // other systems it would take the port from another program.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

/// Where connections come from: a TCP listener, or a queue in tests.
pub(super) trait Incoming: Send {
    type Reader: AsyncRead + Unpin + Send + 'static;
    type Writer: AsyncWrite + Unpin + Send + 'static;

    /// Waits for the next connection.
    fn next(&mut self) -> impl Future<Output = io::Result<(SocketAddr, Self::Reader, Self::Writer)>> + Send;
}

impl Incoming for TcpListener {
    type Reader = OwnedReadHalf;
    type Writer = OwnedWriteHalf;

    async fn next(&mut self) -> io::Result<(SocketAddr, OwnedReadHalf, OwnedWriteHalf)> {
        let (stream, addr) = self.accept().await?;
        // This fails where the client is gone already, which its session finds out.
        let _is_ready = prepare_connection(&stream).is_ok();
        let (reader, writer) = stream.into_split();
        Ok((addr, reader, writer))
    }
}

/// Runs a session for each connection until the server stops. Dropping the future ends the accepting alone,
/// not the sessions.
pub(super) async fn accept_all(
    context: &Arc<ServerContext>,
    sessions: &TaskTracker,
    mut incoming: impl Incoming,
) {
    let mut backoff = Backoff::new(Duration::from_millis(10), Duration::from_secs(1));
    let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
    let mut is_failing = false;
    while !context.stop.is_cancelled() {
        match incoming.next().await {
            Ok((addr, reader, writer)) => {
                backoff.reset();
                is_failing = false;
                let admitted = match context.access.address_refusal(addr.ip()) {
                    None => context.registry.admit(addr, context.limits),
                    Some(refusal) => Err(refusal),
                };
                match admitted {
                    Ok(guard) => {
                        sessions.spawn(handshake::run(Arc::clone(context), guard, reader, writer));
                    }
                    Err(reason) => {
                        context.publisher.refused(addr, reason);
                        if let Ok(permit) = Arc::clone(&refusals).try_acquire_owned() {
                            sessions.spawn(refuse(reason, permit, reader, writer));
                        }
                    }
                }
            }
            // Out of descriptors or memory, or the client went away while it queued: that passes.
            Err(error) => {
                if !std::mem::replace(&mut is_failing, true) {
                    context.publisher.tell(Event::AcceptFailed { message: error.to_string() });
                }
                tokio::time::sleep(backoff.next_pause()).await;
            }
        }
    }
}

/// Tells a client why it is refused, as a plain line: whether it speaks records or TLS is not known yet, and our client knows
/// such a line in place of a welcome and of a handshake.
async fn refuse(
    reason: Refusal,
    _permit: OwnedSemaphorePermit,
    reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
) {
    // Trying again later is of no use from a network that may not connect.
    let later = if reason == Refusal::NotAllowed { "" } else { ", try again later" };
    let line = session::server_line(&format!("{reason}{later}"), Some(LineBreak::Lf));
    let telling = async {
        if writer.write_all(line.as_bytes()).await.is_ok() {
            session::lingering_close(reader, writer).await;
        }
    };
    let _late = tokio::time::timeout(REFUSAL_WAIT, telling).await.is_err();
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::encoding::EncodingChoice;
    use common::engine::{SystemClock, Waker, link};
    use tokio::io::{AsyncReadExt as _, DuplexStream, ReadHalf, WriteHalf, duplex, split};
    use tokio::sync::mpsc;
    use tokio::time::Instant;

    use crate::bot::Chain;
    use crate::config::Limits;
    use crate::engine::publisher::Publisher;
    use crate::engine::registry::Registry;
    use crate::engine::{Handle, Snapshot};
    use common::config::Bounded;

    type Halves = (SocketAddr, ReadHalf<DuplexStream>, WriteHalf<DuplexStream>);

    impl Incoming for mpsc::Receiver<io::Result<Halves>> {
        type Reader = ReadHalf<DuplexStream>;
        type Writer = WriteHalf<DuplexStream>;

        async fn next(&mut self) -> io::Result<Halves> {
            self.recv().await.unwrap()
        }
    }

    /// Accepts the connections that are sent.
    fn listening(limits: Limits) -> (Handle, mpsc::Sender<io::Result<Halves>>, impl Future<Output = ()>) {
        let (handle, link) = link(Waker::none(), Snapshot::default());
        let publisher = Arc::new(Publisher::new(link.events, link.snapshot));
        let registry = Arc::new(Registry::new(Arc::clone(&publisher), Arc::new(SystemClock)));
        let chain = Chain::new(Vec::new(), Arc::new(SystemClock));
        let context = Arc::new(ServerContext::new(publisher, registry, chain, limits, EncodingChoice::Auto));
        let (sender, receiver) = mpsc::channel(2000);
        let accepting = async move {
            let _commands = link.commands;
            accept_all(&context, &TaskTracker::new(), receiver).await;
        };
        (handle, sender, accepting)
    }

    fn connection_from(from: &str) -> (DuplexStream, io::Result<Halves>) {
        let (ours, theirs) = duplex(1024);
        let (reader, writer) = split(theirs);
        (ours, Ok((from.parse().unwrap(), reader, writer)))
    }

    #[tokio::test(start_paused = true)]
    async fn errors_are_told_and_never_end_the_accepting() {
        let (mut handle, sender, accepting) = listening(Limits::default());
        for _ in 0..20 {
            sender.try_send(Err(io::Error::other("no descriptors left"))).unwrap();
        }
        let (_client, connection) = connection_from("127.0.0.1:46114");
        sender.try_send(connection).unwrap();
        let start = Instant::now();
        let mut elapsed = Duration::ZERO;
        let watching = async {
            let reason = "no descriptors left".to_owned();
            // Told once, however often it is tried.
            assert_eq!(handle.next_event().await, Some(Event::AcceptFailed { message: reason.clone() }));
            assert!(matches!(handle.next_event().await, Some(Event::Connected(_))));
            elapsed = start.elapsed();
            sender.try_send(Err(io::Error::other("no descriptors left"))).unwrap();
            assert_eq!(handle.next_event().await, Some(Event::AcceptFailed { message: reason }));
            // A connection that was accepted ends the long pauses.
            let start = Instant::now();
            let (_client, connection) = connection_from("127.0.0.1:46115");
            sender.try_send(connection).unwrap();
            assert!(matches!(handle.next_event().await, Some(Event::Connected(_))));
            assert!(start.elapsed() <= Duration::from_millis(11), "{:?}", start.elapsed());
        };
        tokio::select! {
            () = accepting => panic!("the accepting ended"),
            () = watching => (),
        }
        // 10, 20, .. 640 ms, then a second each; of each pause at least three quarters.
        let expected = Duration::from_millis(1270 + 13_000);
        assert!(elapsed <= expected + Duration::from_millis(40), "{elapsed:?}");
        assert!(elapsed >= expected.mul_f64(0.75), "{elapsed:?}");
    }

    /// What each of several clients is told: nothing, or why it is refused.
    async fn told(limits: Limits, from: &[&str]) -> Vec<Option<Refusal>> {
        let (mut handle, sender, accepting) = listening(limits);
        let mut clients = Vec::new();
        for from in from {
            let (client, connection) = connection_from(from);
            sender.try_send(connection).unwrap();
            clients.push(client);
        }
        let watching = async {
            let mut told = Vec::new();
            for mut client in clients.drain(..) {
                match handle.next_event().await {
                    Some(Event::Refused { reason, .. }) => {
                        // What it says at once takes the line from nobody.
                        client.write_all(b"hello\n").await.unwrap();
                        let mut line = String::new();
                        client.read_to_string(&mut line).await.unwrap();
                        assert_eq!(line, format!("[server] {reason}, try again later\n"));
                        told.push(Some(reason));
                    }
                    Some(Event::Connected(_)) => {
                        std::mem::forget(client);
                        told.push(None);
                    }
                    other => panic!("{other:?}"),
                }
            }
            told
        };
        tokio::select! {
            () = accepting => panic!("the accepting ended"),
            told = watching => told,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_client_too_many_is_told_so() {
        let limits = Limits { max_clients: Bounded::nearest(2), ..Limits::default() };
        let refusal = Refusal::TooManyClients { max: 2 };
        let from = ["127.0.0.1:1", "10.0.0.1:2", "10.0.0.2:3", "127.0.0.1:4"];
        assert_eq!(told(limits, &from).await, [None, None, Some(refusal), Some(refusal)]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_takes_no_more_than_its_share() {
        let limits = Limits { max_clients_per_address: Bounded::nearest(1), ..Limits::default() };
        let refusal = Some(Refusal::TooManyOfAddress { max: 1 });
        let from = [
            "10.0.0.1:1",
            "10.0.0.1:2",
            "[::ffff:10.0.0.1]:3",
            "10.0.0.2:4",
            "127.0.0.1:5",
            "127.0.0.1:6",
            "[::1]:7",
            "[::ffff:127.0.0.1]:8",
        ];
        assert_eq!(told(limits, &from).await, [None, refusal, refusal, None, None, None, None, None]);
        let from = [
            "[2001:db8::1]:1",
            "[2001:db8::ffff:1:2:3]:2",
            "[2001:db8:0:1::1]:3",
            "[fe80::1%4]:4",
            "[::1]:5",
            "[::1]:6",
        ];
        assert_eq!(told(limits, &from).await, [None, refusal, None, None, None, None], "IPv6 by its network");
    }

    #[tokio::test]
    async fn a_client_that_is_gone_leaves_its_place() {
        let limits = Limits {
            max_clients: Bounded::nearest(1),
            max_clients_per_address: Bounded::nearest(1),
            ..Limits::default()
        };
        let (mut handle, sender, accepting) = listening(limits);
        let watching = async {
            for _ in 0..3 {
                let (client, connection) = connection_from("10.0.0.1:1");
                sender.try_send(connection).unwrap();
                assert!(matches!(handle.next_event().await, Some(Event::Connected(_))));
                drop(client);
                assert!(matches!(handle.next_event().await, Some(Event::Disconnected { .. })));
            }
        };
        tokio::select! {
            () = accepting => panic!("the accepting ended"),
            () = watching => (),
        }
    }
}
