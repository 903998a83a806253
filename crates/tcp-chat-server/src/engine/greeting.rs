//! The first bytes of a connection: TLS or plain text.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use common::chat::is_client_hello;
use common::tls::{Identity, TlsError};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::time::{Instant, timeout_at};

use super::context::ServerContext;
use super::registry::ClientGuard;
use super::{DisconnectReason, session};

/// How long a client may take to set up its encryption, from its first byte on.
const HANDSHAKE_WAIT: Duration = Duration::from_secs(5);

/// Runs a session, encrypted where the client begins that way. The client counts from the first moment: it is in the table, and
/// nothing is paid for it that its address's limits do not allow.
pub(super) async fn run(
    context: Arc<ServerContext>,
    mut guard: ClientGuard,
    reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin,
) {
    let mut reader = Peeked::new(reader);
    let Some(identity) = context.door.identity().cloned() else {
        return session::run(context, guard, reader, writer, false).await;
    };
    let (stop, kick) = (context.stop.clone(), Arc::clone(&guard.kick));
    let deadline = tokio::select! {
        biased;
        () = stop.cancelled() => None,
        () = kick.notified() => {
            // For the session, which says goodbye.
            kick.notify_one();
            None
        }
        deadline = reader.handshake() => deadline,
    };
    let Some(deadline) = deadline else {
        return session::run(context, guard, reader, writer, false).await;
    };
    let accepted = tokio::select! {
        biased;
        () = stop.cancelled() => return guard.reason = DisconnectReason::Stopped,
        () = kick.notified() => return guard.reason = DisconnectReason::ByUser { stays_away: false },
        accepted = encrypt(&identity, tokio::io::join(reader, writer), deadline) => accepted,
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

async fn encrypt<S: AsyncRead + AsyncWrite + Unpin>(
    identity: &Identity,
    stream: S,
    deadline: Instant,
) -> Result<impl AsyncRead + AsyncWrite + Unpin, TlsError> {
    let accepting = timeout_at(deadline, identity.accept(stream, HANDSHAKE_WAIT));
    accepting.await.unwrap_or(Err(TlsError::Timeout { seconds: HANDSHAKE_WAIT.as_secs() }))
}

/// What is read from a connection, from its first byte on, also of what was looked at.
struct Peeked<R> {
    reader: R,
    first: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Peeked<R> {
    fn new(reader: R) -> Self {
        Self { reader, first: Vec::new() }
    }

    /// Waits until the first bytes tell, and says until when a handshake has to be done; nothing for a plain client, as one is that does
    /// not go on.
    async fn handshake(&mut self) -> Option<Instant> {
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
