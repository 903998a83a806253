//! The IO of one connection.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until};

use super::conversation::Conversation;
use super::{Command, DisconnectReason, Event, Link, Target};

/// Most that one read takes.
const READ_BYTES: usize = 16 * 1024;

/// Why a connection is over.
#[derive(Debug)]
pub(super) enum End {
    /// It was lost.
    Lost(DisconnectReason),
    /// The user wants something else.
    Left(Command),
    /// The window is gone.
    WindowGone,
}

/// Chats over `stream` until the connection is over; by then every message has its verdict.
pub(super) async fn run<S>(stream: S, target: &Target, link: &mut Link) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut conversation = Conversation::new(target, Instant::now());
    show(&mut conversation, link).await;
    let end = talk(stream, &mut conversation, link).await;
    conversation.fail_all();
    show(&mut conversation, link).await;
    end
}

async fn talk<S>(stream: S, conversation: &mut Conversation, link: &mut Link) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let deadline = conversation.deadline();
        let at = deadline.unwrap_or_else(Instant::now);
        let step = tokio::select! {
            read = reader.read(&mut buffer) => match read {
                Ok(0) => Err(conversation.closed()),
                Ok(len) => conversation.received(buffer.get(..len).unwrap_or_default(), Instant::now()),
                Err(error) => Err(conversation.broken(&error)),
            },
            wrote = writer.write(conversation.to_write()), if !conversation.to_write().is_empty() => match wrote {
                Ok(len) => { conversation.written(len, Instant::now()); Ok(()) }
                Err(error) => Err(conversation.broken(&error)),
            },
            () = sleep_until(at), if deadline.is_some() => conversation.time_passed(Instant::now()),
            command = link.commands.recv() => match command {
                Some(Command::Send { id, text }) => { conversation.say(id, text, Instant::now()); Ok(()) }
                Some(Command::Cancel { id }) => { conversation.cancel(id); Ok(()) }
                Some(command) => return End::Left(command),
                None => return End::WindowGone,
            },
        };
        show(conversation, link).await;
        if let Err(reason) = step {
            return End::Lost(reason);
        }
    }
}

/// Hands over what has happened. None of it may be lost: a window that is behind slows us down,
/// and by way of TCP the server.
async fn show(conversation: &mut Conversation, link: &Link) {
    for event in conversation.take_events() {
        match event {
            Event::Reply { .. } | Event::Part { .. } => link.events.send_large(event).await,
            event => link.events.send_waiting(event).await,
        }
    }
}

#[cfg(test)]
mod plain_tests;
#[cfg(test)]
mod records_tests;
#[cfg(test)]
mod test_peer;
