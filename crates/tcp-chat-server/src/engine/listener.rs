//! Taking connections, whatever happens.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use common::engine::Backoff;
use common::net::{BindError, Host, explain_bind, explain_lookup, resolve};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio_util::task::TaskTracker;

use super::desk::Desk;
use super::session;

/// Clients at once.
pub(super) const MAX_CLIENTS: usize = 1024;

/// How long the one line to a client that is one too many may take.
const REFUSAL_WAIT: Duration = Duration::from_secs(1);

/// Listens on `host` and `port`.
///
/// # Errors
/// Where the name has no address or the address cannot be listened on.
pub(super) async fn bind(host: &Host, port: u16) -> Result<(TcpListener, SocketAddr), BindError> {
    let no_such_host =
        |error: io::Error| BindError::NoSuchHost { host: host.clone(), reason: explain_lookup(&error) };
    let addr = resolve(host, port).await.map_err(no_such_host)?;
    let explain = |error| explain_bind(addr, &error);
    // On Unix tokio lets a port be listened on again while old connections of it still fade out.
    let listener = TcpListener::bind(addr).await.map_err(explain)?;
    let local_addr = listener.local_addr().map_err(explain)?;
    Ok((listener, local_addr))
}

/// Where connections come from.
pub(super) trait Incoming: Send {
    /// What a client says.
    type Reader: AsyncRead + Unpin + Send + 'static;
    /// What a client hears.
    type Writer: AsyncWrite + Unpin + Send + 'static;

    /// Waits for the next one.
    fn next(&mut self) -> impl Future<Output = io::Result<(SocketAddr, Self::Reader, Self::Writer)>> + Send;
}

impl Incoming for TcpListener {
    type Reader = OwnedReadHalf;
    type Writer = OwnedWriteHalf;

    async fn next(&mut self) -> io::Result<(SocketAddr, OwnedReadHalf, OwnedWriteHalf)> {
        let (stream, addr) = self.accept().await?;
        // An answer that waits for the next to fill its packet is late.
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        Ok((addr, reader, writer))
    }
}

/// Runs a session for each connection until the server stops; dropping the future ends the taking
/// alone.
pub(super) async fn take_all(desk: &Arc<Desk>, sessions: &TaskTracker, mut incoming: impl Incoming) {
    let mut backoff = Backoff::new(Duration::from_millis(10), Duration::from_secs(1));
    while !desk.stop.is_cancelled() {
        match incoming.next().await {
            Ok((addr, _reader, writer)) if sessions.len() >= MAX_CLIENTS => {
                desk.reporter.refused(addr, MAX_CLIENTS);
                sessions.spawn(refuse(writer));
            }
            Ok((addr, reader, writer)) => {
                backoff.reset();
                let presence = desk.reporter.connected(addr);
                sessions.spawn(session::run(Arc::clone(desk), presence, reader, writer));
            }
            // Out of descriptors or memory, or the client went away while it queued: it passes.
            Err(error) => {
                desk.reporter.accept_failed(&error);
                tokio::time::sleep(backoff.next_pause()).await;
            }
        }
    }
}

async fn refuse(mut writer: impl AsyncWrite + Unpin) {
    let message = format!("{MAX_CLIENTS} clients are connected already, try again later");
    let line = session::server_line(&message, Some(common::chat::LineBreak::Lf));
    let _late = tokio::time::timeout(REFUSAL_WAIT, writer.write_all(line.as_bytes())).await.is_err();
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::engine::{SystemClock, Waker, link};
    use tokio::io::{AsyncReadExt as _, DuplexStream, ReadHalf, WriteHalf, duplex, split};
    use tokio::sync::mpsc;
    use tokio::time::Instant;

    use crate::engine::bot::Chain;
    use crate::engine::reporter::Reporter;
    use crate::engine::{Event, Handle, Snapshot};

    type Halves = (SocketAddr, ReadHalf<DuplexStream>, WriteHalf<DuplexStream>);

    impl Incoming for mpsc::Receiver<io::Result<Halves>> {
        type Reader = ReadHalf<DuplexStream>;
        type Writer = WriteHalf<DuplexStream>;

        async fn next(&mut self) -> io::Result<Halves> {
            self.recv().await.unwrap()
        }
    }

    /// Takes what is sent.
    fn listening() -> (Handle, mpsc::Sender<io::Result<Halves>>, impl Future<Output = ()>) {
        let (handle, link) = link(Waker::none(), Snapshot::default());
        let reporter = Arc::new(Reporter::new(link.events, link.snapshot, Arc::new(SystemClock)));
        let desk = Arc::new(Desk::new(reporter, Chain::new(Vec::new())));
        let (sender, receiver) = mpsc::channel(2000);
        let taking = async move {
            let _commands = link.commands;
            take_all(&desk, &TaskTracker::new(), receiver).await;
        };
        (handle, sender, taking)
    }

    fn connection() -> (DuplexStream, io::Result<Halves>) {
        let (ours, theirs) = duplex(1024);
        let (reader, writer) = split(theirs);
        (ours, Ok(("127.0.0.1:46114".parse().unwrap(), reader, writer)))
    }

    #[tokio::test(start_paused = true)]
    async fn errors_are_told_and_never_end_the_taking() {
        let (mut handle, sender, taking) = listening();
        for _ in 0..20 {
            sender.try_send(Err(io::Error::other("no descriptors left"))).unwrap();
        }
        let (_client, connection) = connection();
        sender.try_send(connection).unwrap();
        let start = Instant::now();
        let watching = async {
            for _ in 0..20 {
                let reason = "no descriptors left".to_owned();
                assert_eq!(handle.next_event().await, Some(Event::AcceptFailed { reason }));
            }
            assert!(matches!(handle.next_event().await, Some(Event::Connected(_))));
        };
        tokio::select! {
            () = taking => panic!("the taking ended"),
            () = watching => (),
        }
        // 10, 20, .. 640 ms, then a second each; of each pause at least three quarters.
        let expected = Duration::from_millis(1270 + 13_000);
        assert!(start.elapsed() <= expected + Duration::from_millis(40), "{:?}", start.elapsed());
        assert!(start.elapsed() >= expected.mul_f64(0.75), "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn one_client_too_many_is_told_so() {
        let (mut handle, sender, taking) = listening();
        let mut clients = Vec::new();
        for _ in 0..=MAX_CLIENTS {
            let (client, connection) = connection();
            sender.try_send(connection).unwrap();
            clients.push(client);
        }
        let mut line = String::new();
        let refused = async {
            clients.pop().unwrap().read_to_string(&mut line).await.unwrap();
            assert!(handle.wait_snapshot(|snapshot| snapshot.totals.refused == 1).await);
            assert_eq!(handle.snapshot().clients.len(), MAX_CLIENTS);
        };
        tokio::select! {
            () = taking => panic!("the taking ended"),
            () = refused => (),
        }
        assert_eq!(line, "[server] 1024 clients are connected already, try again later\n");
    }
}
