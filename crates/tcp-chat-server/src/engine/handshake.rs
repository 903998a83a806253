//! What a connection begins with: its first bytes tell whether the client speaks TLS, and then comes the handshake.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use common::chat::is_client_hello;
use common::tls::TlsError;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::time::{Instant, timeout_at};

use super::context::ServerContext;
use super::registry::ClientGuard;
use super::{DisconnectReason, session};

/// How long a client may take to set up its encryption, from its first byte on.
const HANDSHAKE_WAIT: Duration = Duration::from_secs(5);

/// Finds out whether the client speaks TLS, sets up the encryption if it does, and runs the session. The client was
/// admitted before that: a thousand handshakes that are never finished count against the limits like other clients.
pub(super) async fn run(
    context: Arc<ServerContext>,
    mut guard: ClientGuard,
    reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin,
) {
    let Some(identity) = context.access.identity().cloned() else {
        return session::run(context, guard, reader, writer, false).await;
    };
    let mut reader = Peeked::new(reader);
    let (stop, kick) = (context.stop.clone(), Arc::clone(&guard.kick));
    let deadline = tokio::select! {
        biased;
        () = stop.cancelled() => None,
        () = kick.notified() => {
            // The notification is used up here, and the session, which says goodbye, waits for one.
            kick.notify_one();
            None
        }
        deadline = reader.client_hello() => deadline,
    };
    let Some(deadline) = deadline else {
        return session::run(context, guard, reader, writer, false).await;
    };
    // Within the handshake there is no way to say goodbye.
    let accepting = identity.accept(tokio::io::join(reader, writer));
    let accepted = tokio::select! {
        biased;
        () = stop.cancelled() => return guard.reason = DisconnectReason::Stopped,
        () = kick.notified() => return guard.reason = DisconnectReason::ByUser { stays_away: false },
        accepted = timeout_at(deadline, accepting) => {
            accepted.unwrap_or(Err(TlsError::Timeout { seconds: HANDSHAKE_WAIT.as_secs() }))
        }
    };
    match accepted {
        Ok(stream) => {
            context.publisher.encrypted(guard.client);
            guard.active_at = Instant::now();
            let (reader, writer) = tokio::io::split(stream);
            session::run(context, guard, reader, writer, true).await;
        }
        Err(tls) => guard.reason = DisconnectReason::NotEncrypted { tls },
    }
}

/// A reader whose first bytes were looked at, and are read all the same.
struct Peeked<R> {
    reader: R,
    first: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Peeked<R> {
    fn new(reader: R) -> Self {
        Self { reader, first: Vec::new() }
    }

    /// Waits until the first bytes tell whether they are a `ClientHello`. If so, gives the time by which the handshake
    /// has to be finished; `None` is a plain client, or one that stopped sending.
    async fn client_hello(&mut self) -> Option<Instant> {
        let mut deadline = Instant::now() + session::IDLE_WAIT;
        loop {
            if let Some(is_tls) = is_client_hello(&self.first) {
                return is_tls.then_some(deadline);
            }
            let mut space = [0; 16];
            match timeout_at(deadline, self.reader.read(&mut space)).await {
                Ok(Ok(len)) if len > 0 => self.first.extend_from_slice(space.get(..len).unwrap_or_default()),
                _ => return None,
            }
            deadline = deadline.min(Instant::now() + HANDSHAKE_WAIT);
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Peeked<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            ready!(Pin::new(&mut self.reader).poll_read(cx, buffer))?;
        } else {
            let len = self.first.len().min(buffer.remaining());
            let rest = self.first.split_off(len);
            buffer.put_slice(&self.first);
            // An idle client holds no memory.
            self.first = if rest.is_empty() { Vec::new() } else { rest };
        }
        Poll::Ready(Ok(()))
    }
}
