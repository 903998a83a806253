//! Getting a connection, chatting over it, and getting it back.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::pin::pin;
use std::time::Duration;

use common::chat::ServerKey;
use common::engine::{Backoff, is_overdue, wait_until};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until};

use super::conversation::{Conversation, Privacy};
use super::network::Network;
use super::reason::Ended;
use super::{Command, DisconnectReason, FailedReason, KnownServers, Link, Target};
use crate::event::Event;

pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(500);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// After a connection that was kept this long the pauses start over.
const GOOD_CONNECTION: Duration = Duration::from_secs(10);

/// Most that one read takes.
const READ_BYTES: usize = 16 * 1024;

/// Why neither a connection to this server nor an attempt to get one goes on.
#[derive(Debug)]
enum Leave {
    /// The user wants another connection.
    For(Target),
    /// The user wants no connection.
    Disconnect,
    /// Nobody is left to chat.
    WindowGone,
}

/// Connects over `network` and chats as commanded, until the window is gone; `pauses` are those between attempts.
pub(super) async fn run(link: &mut Link, known: &KnownServers, network: &impl Network, pauses: &Backoff) {
    let mut wanted: Option<Target> = None;
    loop {
        let left = match &wanted {
            Some(target) => {
                let connector =
                    Connector { target, link: &mut *link, known, network, pinned: target.trust.key };
                connector.keep_connected(pauses.clone()).await
            }
            None => meanwhile(pending(), link).await,
        };
        let Err(leave) = left;
        match leave {
            Leave::For(target) => wanted = Some(target),
            Leave::Disconnect => {
                if let Some(target) = wanted.take() {
                    link.events.send_waiting(Event::Disconnected { target }).await;
                }
            }
            Leave::WindowGone => return,
        }
    }
}

/// Gets the connection to one server, again and again.
struct Connector<'a, N> {
    target: &'a Target,
    link: &'a mut Link,
    known: &'a KnownServers,
    network: &'a N,
    /// The key that the server has to have: the user, an invitation or a server on this computer named it, or it is the known one.
    pinned: Option<ServerKey>,
}

/// How one attempt to chat with the server turned out.
enum Attempt {
    /// There was no connection, or it was lost after it had `lasted` so long. After a pause it is tried again.
    Lost { reason: DisconnectReason, lasted: Duration },
    /// The server has this key: it is reached again with that, at once.
    Pin(ServerKey),
    /// The server has a key that is not `known`: the user is asked before anything is said to it.
    UnverifiedKey { seen: ServerKey, known: Option<ServerKey> },
    /// The server does not want us as we are: no further attempt is made until the user wants one.
    TurnedAway(Event),
}

impl<N: Network> Connector<'_, N> {
    async fn keep_connected(mut self, mut backoff: Backoff) -> Result<Infallible, Leave> {
        if self.target.trust.is_invited
            && let Ok(Some(known)) = self.known_key()
        {
            // It was trusted with more care than one that somebody sent. A server that has the other key is asked about as any is.
            self.pinned = Some(known);
        }
        let mut attempt = 1;
        loop {
            let target = self.target.clone();
            self.link.events.send_waiting(Event::Connecting { target, attempt }).await;
            let (reason, lasted) = match self.attempt().await? {
                Attempt::Lost { reason, lasted } => (reason, lasted),
                Attempt::Pin(key) => {
                    self.pinned = Some(key);
                    continue;
                }
                Attempt::UnverifiedKey { seen, known } => {
                    self.ask_about(seen, known).await?;
                    continue;
                }
                Attempt::TurnedAway(event) => {
                    self.link.events.send_waiting(event).await;
                    return meanwhile(pending(), self.link).await;
                }
            };
            attempt += 1;
            if lasted >= GOOD_CONNECTION {
                backoff.reset();
                attempt = 1;
            }
            let pause = backoff.next_pause();
            let retry_at = Instant::now() + pause;
            let retry_in_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            self.link.events.send_waiting(Event::Retrying { reason, retry_in_ms, attempt }).await;
            meanwhile(sleep_until(retry_at), self.link).await?;
        }
    }

    /// Reaches the server once, and chats with it until the connection is over.
    async fn attempt(&mut self) -> Result<Attempt, Leave> {
        let target = self.target;
        let expected = match self.pinned.map_or_else(|| self.known_key(), |key| Ok(Some(key))) {
            Ok(key) => key,
            Err(error) => {
                let (address, why) = (target.clone(), error.to_string());
                let reason = DisconnectReason::KnownUnreadable { address, why };
                return Ok(Attempt::Lost { reason, lasted: Duration::ZERO });
            }
        };
        let reached = meanwhile(self.network.reach(target, expected), self.link).await?;
        let (stream, privacy) = match reached {
            Ok(reached) => reached,
            Err(ended) => return Ok(self.outcome(ended, expected, Duration::ZERO)),
        };
        if privacy == Privacy::Encrypted {
            self.remember_given_key();
        }
        let since = Instant::now();
        match chat(stream, privacy, target, self.link).await? {
            // Nobody on the way can have put another key in place of the server's.
            Ended::TlsOffered(key) if privacy == Privacy::ThisComputer => Ok(Attempt::Pin(key)),
            ended => Ok(self.outcome(ended, None, since.elapsed())),
        }
    }

    /// What follows when a server that was to have the key `known`, and with which a connection `lasted` so long, is lost.
    fn outcome(&self, ended: Ended, known: Option<ServerKey>, lasted: Duration) -> Attempt {
        match ended {
            Ended::TlsOffered(seen) | Ended::OtherKey(seen) => Attempt::UnverifiedKey { seen, known },
            Ended::PassWanted { is_wrong } => {
                Attempt::TurnedAway(Event::PassAsked { target: self.target.clone(), is_wrong })
            }
            Ended::Lost(
                reason @ (DisconnectReason::SentAway { .. } | DisconnectReason::PassWithheld { .. }),
            ) => Attempt::TurnedAway(Event::SentAway { reason }),
            Ended::Lost(reason) => Attempt::Lost { reason, lasted },
        }
    }

    /// Asks the user whether the server has the right key. From then on it has to have that one.
    async fn ask_about(&mut self, key: ServerKey, known: Option<ServerKey>) -> Result<(), Leave> {
        let target = self.target.clone();
        self.link.events.send_waiting(Event::KeyAsked { target, key, known }).await;
        loop {
            match self.link.commands.recv().await {
                Some(Command::Trust(trusted)) if trusted == key => break,
                command => obey_unconnected(command, self.link).await?,
            }
        }
        // Where it cannot be remembered the user is asked again, the next time.
        let _is_kept = self.known.learn(&self.target.to_string(), key).is_ok();
        self.pinned = Some(key);
        Ok(())
    }

    /// The key that is known at one of the server's addresses: all of them are of one server.
    fn known_key(&self) -> io::Result<Option<ServerKey>> {
        let addresses: Vec<_> = self.target.addresses().map(|one| one.to_string()).collect();
        self.known.key_of_any(addresses.iter().map(String::as_str))
    }

    /// Remembers the key that the user gave and the server has, where none is known: a key that is known already was trusted with more
    /// care.
    fn remember_given_key(&self) {
        let address = self.target.to_string();
        if let Some(key) = self.target.trust.key.filter(|key| self.pinned == Some(*key))
            && self.known.key_of(&address).is_ok_and(|known| known.is_none())
        {
            // Where it cannot be remembered the user gives it again.
            let _is_kept = self.known.learn(&address, key).is_ok();
        }
    }
}

/// Does `work` while there is no connection, and takes commands meanwhile; a command that makes the work pointless ends it.
async fn meanwhile<T>(work: impl Future<Output = T>, link: &mut Link) -> Result<T, Leave> {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            // What comes at once is taken in the same order each time.
            biased;
            done = &mut work => return Ok(done),
            command = link.commands.recv() => obey_unconnected(command, link).await?,
        }
    }
}

/// Obeys a command that came while there is no connection, or says that what is being done is not wanted any more.
async fn obey_unconnected(command: Option<Command>, link: &Link) -> Result<(), Leave> {
    if let Some(Command::Send { id, .. }) = command {
        // It was on its way when the connection ended.
        let reason = FailedReason::NotConnected;
        link.events.send_waiting(Event::Failed { id, reason }).await;
        return Ok(());
    }
    // A message that is to be cancelled has failed already.
    go_on(command)
}

/// Says whether what is being done is still wanted after a command that has nothing else to say: a key is trusted where it is asked
/// about, and nowhere else.
fn go_on(command: Option<Command>) -> Result<(), Leave> {
    match command {
        Some(Command::Send { .. } | Command::Cancel { .. } | Command::Trust(_)) => Ok(()),
        Some(Command::Connect(target)) => Err(Leave::For(target)),
        Some(Command::Disconnect) => Err(Leave::Disconnect),
        None => Err(Leave::WindowGone),
    }
}

/// Chats over `stream` until the connection is lost, and says why; by then every message has its reply or has failed.
async fn chat<S>(stream: S, privacy: Privacy, target: &Target, link: &mut Link) -> Result<Ended, Leave>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut conversation = Conversation::new(target, privacy, Instant::now());
    tell(&mut conversation, link).await;
    let end = talk(stream, &mut conversation, link).await;
    conversation.fail_all();
    tell(&mut conversation, link).await;
    end
}

async fn talk<S>(stream: S, conversation: &mut Conversation, link: &mut Link) -> Result<Ended, Leave>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut buffer = vec![0; READ_BYTES];
    // TLS may still hold some of what it took where the network takes no more.
    let mut is_flushed = true;
    loop {
        let deadline = conversation.deadline();
        let has_more = !conversation.to_write().is_empty();
        let sending = async {
            if has_more {
                writer.write(conversation.to_write()).await
            } else {
                writer.flush().await.map(|()| 0)
            }
        };
        // In this order: a flood of bytes holds up neither commands nor writing, and what has arrived is read before the
        // deadline says that nothing came.
        let step = tokio::select! {
            biased;
            command = link.commands.recv() => match command {
                Some(Command::Send { id, text }) => { conversation.send(id, text, Instant::now()); Ok(()) }
                Some(Command::Cancel { id }) => { conversation.cancel(id); Ok(()) }
                command => { go_on(command)?; Ok(()) }
            },
            sent = sending, if has_more || !is_flushed => {
                is_flushed = !has_more;
                match sent {
                    Ok(len) => { conversation.written(len, Instant::now()); Ok(()) }
                    Err(error) => Err(conversation.broken(&error).into()),
                }
            }
            read = reader.read(&mut buffer), if !is_overdue(deadline) => match read {
                Ok(0) => Err(conversation.closed().into()),
                // TLS without a goodbye, as many have it.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(conversation.closed().into()),
                Ok(len) => conversation.received(buffer.get(..len).unwrap_or_default(), Instant::now()),
                Err(error) => Err(conversation.broken(&error).into()),
            },
            () = wait_until(deadline) => conversation.time_passed(Instant::now()),
        };
        tell(conversation, link).await;
        if let Err(reason) = step {
            return Ok(reason);
        }
    }
}

/// Tells what has happened. None of it may be lost: a window that is behind slows us down, and so, by way of TCP,
/// the server.
async fn tell(conversation: &mut Conversation, link: &Link) {
    for event in conversation.take_events() {
        match event {
            Event::Reply { .. } | Event::Part { .. } => link.events.send_large(event).await,
            event => link.events.send_waiting(event).await,
        }
    }
}

#[cfg(test)]
#[path = "../../../common/tests/dice/mod.rs"]
mod dice;
#[cfg(test)]
mod plain_tests;
#[cfg(test)]
mod reconnect_tests;
#[cfg(test)]
mod records_tests;
#[cfg(test)]
mod seeds_tests;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod test_peer;
