//! One client, from its connection to its end.
//!
//! A `say` that cannot be taken (blank, too long, too many waiting, the server stops) is answered
//! with `failed` at once, without `accepted`. What was accepted is answered in its order, and so
//! is all that a plain client sends. A fault ends the connection in its turn: what was said before
//! it is still answered, so that its verdict does not hang on timing.

mod inbox;
mod outbox;
mod queue;
mod talk;
#[cfg(test)]
mod tests;
mod ticket;
mod wishes;

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};

use self::talk::Session;
pub(super) use self::ticket::server_line;
use self::wishes::Ending;
use super::DisconnectReason;
use super::context::ServerContext;
use super::registry::ClientGuard;

/// From the wish to stop: how long open questions may take to be answered.
pub(super) const ANSWER_GRACE: Duration = Duration::from_secs(2);

/// And how long what is left may take to be written after that.
pub(super) const WRITE_GRACE: Duration = Duration::from_millis(300);

/// How long the server waits for the client's end of a connection that it ends itself: to close
/// while bytes still come would reset the connection, and take the last words with it.
pub(super) const LINGER: Duration = Duration::from_millis(300);

/// Most that is read at once.
const READ_BYTES: usize = 16 * 1024;

/// Runs a session until its connection has ended. Dropping the future drops the bot call, too.
pub(super) async fn run(
    context: Arc<ServerContext>,
    guard: ClientGuard,
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
) {
    let (stop, kick) = (context.stop.clone(), Arc::clone(&guard.kick));
    let ending = async {
        tokio::select! {
            biased;
            () = stop.cancelled() => Ending::Stop,
            () = kick.notified() => Ending::Kick,
        }
    };
    let ending = std::pin::pin!(ending);
    let mut session = Session::new(context, guard);
    let reason = session.talk(ending, &mut reader, &mut writer).await;
    let is_own_end = matches!(
        reason,
        DisconnectReason::AtFault { .. } | DisconnectReason::Stopped | DisconnectReason::ByUser
    );
    // Until the connection has ended the client is in the table.
    let _guard = session.end(reason);
    if is_own_end {
        end(reader, writer).await;
    } else {
        let _shut = writer.shutdown().await.is_ok();
    }
}

/// Ends a connection so that the client can still read what was written last.
pub(super) async fn end(mut reader: impl AsyncRead + Unpin, mut writer: impl AsyncWrite + Unpin) {
    if writer.shutdown().await.is_ok() {
        let _still_open = tokio::time::timeout(LINGER, drain(&mut reader)).await.is_err();
    }
}

/// Reads until the client ends its side.
async fn drain(reader: &mut (impl AsyncRead + Unpin)) {
    while read(reader).await.is_ok_and(|bytes| !bytes.is_empty()) {}
}

/// Reads what there is, nothing at the end; by way of the stack, as an idle client holds no buffer.
async fn read(reader: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    std::future::poll_fn(|cx| {
        let mut space = [const { MaybeUninit::uninit() }; READ_BYTES];
        let mut buffer = ReadBuf::uninit(&mut space);
        Pin::new(&mut *reader).poll_read(cx, &mut buffer).map_ok(|()| buffer.filled().to_vec())
    })
    .await
}
