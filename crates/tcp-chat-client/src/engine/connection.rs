//! Getting a connection, chatting over it, and getting it back.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::pin::pin;
use std::time::Duration;

use common::chat::ServerKey;
use common::engine::{Backoff, wait_until};
use common::net::{Host, explain_lookup, resolve};
use common::tls::{self, TlsError};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::conversation::{Conversation, Privacy};
use super::{Command, DisconnectReason, FailedReason, KnownServers, Link, Target};
use crate::event::Event;

/// A server that has not answered by then is tried again.
const CONNECT_WAIT: Duration = Duration::from_secs(5);

pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(500);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// After a connection that was kept this long the pauses start over.
const GOOD_CONNECTION: Duration = Duration::from_secs(10);

/// How long after a deadline bytes are still read first: a server that never pauses must not keep time from passing.
const LATE: Duration = Duration::from_secs(1);

/// Most that one read takes.
const READ_BYTES: usize = 16 * 1024;

/// Why neither a connection to this server nor an attempt to get one goes on.
#[derive(Debug)]
enum Leave {
    /// The user wants another connection.
    For(Target),
    /// The user wants no connection.
    Disconnect,
    /// The server does not want us.
    SentAway(DisconnectReason),
    /// The server wants a pass phrase.
    PassAsked { target: Target, is_wrong: bool },
    /// The user trusts a key.
    Trust(ServerKey),
    /// Nobody is left to chat.
    WindowGone,
}

/// Why a connection is over.
#[derive(Debug)]
enum End {
    /// It broke, or the server closed it: it is got back unless the reason speaks against that.
    Lost(DisconnectReason),
    Left(Leave),
}

/// Connects over `network` and chats as commanded, until the window is gone; `pauses` are those between attempts.
pub(super) async fn run(link: &mut Link, known: &KnownServers, network: &impl Network, pauses: &Backoff) {
    let mut wanted: Option<Target> = None;
    loop {
        let left = match &wanted {
            Some(target) => keep_connected(target, link, known, network, pauses.clone()).await,
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
            Leave::SentAway(reason) => {
                wanted = None;
                link.events.send_waiting(Event::SentAway { reason }).await;
            }
            Leave::PassAsked { target, is_wrong } => {
                wanted = None;
                link.events.send_waiting(Event::PassAsked { target, is_wrong }).await;
            }
            // The user was asked about an earlier connection.
            Leave::Trust(_) => (),
            Leave::WindowGone => return,
        }
    }
}

/// Connects to `target` and chats there, again and again.
async fn keep_connected(
    target: &Target,
    link: &mut Link,
    known: &KnownServers,
    network: &impl Network,
    mut backoff: Backoff,
) -> Result<Infallible, Leave> {
    let mut attempt = 1;
    // What the user, or a server on this computer, said about the key in the meantime.
    let mut pinned = target.trust.key;
    if let Some(given) = pinned.filter(|_| target.trust.is_invited)
        && let Ok(Some(old)) = known_key(target, known)
        && old != given
    {
        pinned = Some(ask_about(given, Some(old), target, link, known).await?);
    }
    loop {
        link.events.send_waiting(Event::Connecting { target: target.clone(), attempt }).await;
        let key = match pinned {
            Some(key) => Ok(Some(key)),
            None => known_key(target, known),
        };
        let expected = key.as_ref().ok().copied().flatten();
        let reached = match key {
            Ok(key) => meanwhile(network.reach(target, key), link).await?,
            Err(error) => {
                Err(DisconnectReason::KnownUnreadable { address: target.clone(), why: error.to_string() })
            }
        };
        let reason = match reached {
            Ok((stream, privacy)) => {
                let since = Instant::now();
                if let Some(key) = target.trust.key.filter(|_| privacy == Privacy::Encrypted) {
                    remember(key, target, known);
                }
                match chat(stream, privacy, target, link).await {
                    End::Left(leave) => return Err(leave),
                    End::Lost(DisconnectReason::TlsOffered { key, .. })
                        if privacy == Privacy::ThisComputer =>
                    {
                        // Nobody on the way can have put another key in place of the server's.
                        pinned = Some(key);
                        continue;
                    }
                    End::Lost(DisconnectReason::TlsOffered { key, .. }) => {
                        pinned = Some(ask_about(key, None, target, link, known).await?);
                        continue;
                    }
                    End::Lost(DisconnectReason::Pass { is_wrong, .. }) => {
                        return Err(Leave::PassAsked { target: target.clone(), is_wrong });
                    }
                    End::Lost(reason @ DisconnectReason::SentAway { .. }) => {
                        return Err(Leave::SentAway(reason));
                    }
                    End::Lost(reason) => {
                        if since.elapsed() >= GOOD_CONNECTION {
                            backoff.reset();
                            attempt = 0;
                        }
                        reason
                    }
                }
            }
            Err(DisconnectReason::OtherKey { seen, .. }) => {
                pinned = Some(ask_about(seen, expected, target, link, known).await?);
                continue;
            }
            Err(reason) => reason,
        };
        attempt += 1;
        let pause = backoff.next_pause();
        let retry_in_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        let over = sleep(pause);
        link.events.send_waiting(Event::Retrying { reason, retry_in_ms, attempt }).await;
        meanwhile(over, link).await?;
    }
}

/// Asks the user whether a server has the right key, and remembers it. Nothing is said to the server until then.
async fn ask_about(
    key: ServerKey,
    old: Option<ServerKey>,
    target: &Target,
    link: &mut Link,
    known: &KnownServers,
) -> Result<ServerKey, Leave> {
    link.events.send_waiting(Event::KeyAsked { target: target.clone(), key, known: old }).await;
    loop {
        let Err(leave) = meanwhile(pending::<Infallible>(), link).await;
        match leave {
            Leave::Trust(trusted) if trusted == key => {
                // Where it cannot be remembered the user is asked again, the next time.
                let _is_kept = known.learn(&target.to_string(), key).is_ok();
                return Ok(key);
            }
            Leave::Trust(_) => (),
            leave => return Err(leave),
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
            command = link.commands.recv() => match command {
                // The message was on its way when the connection ended.
                Some(Command::Send { id, .. }) => {
                    let reason = FailedReason::NotConnected;
                    link.events.send_waiting(Event::Failed { id, reason }).await;
                }
                // The message has failed already.
                Some(Command::Cancel { .. }) => (),
                Some(Command::Connect(target)) => return Err(Leave::For(target)),
                Some(Command::Disconnect) => return Err(Leave::Disconnect),
                Some(Command::Trust(key)) => return Err(Leave::Trust(key)),
                None => return Err(Leave::WindowGone),
            },
        }
    }
}

/// Where servers are reached. Tests have another one than [`Sockets`].
pub(super) trait Network {
    /// Connects to a server, which has to have `key` where one is known.
    async fn reach(
        &self,
        target: &Target,
        key: Option<ServerKey>,
    ) -> Result<(Box<dyn Stream>, Privacy), DisconnectReason>;
}

/// TCP, and TLS where a key is known.
pub(super) struct Sockets;

/// A connection that can be read and written.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Remembers the key that the user gave, where none is known: a key that is known already was trusted with more care.
fn remember(key: ServerKey, target: &Target, known: &KnownServers) {
    let address = target.to_string();
    if known.key_of(&address).is_ok_and(|known| known.is_none()) {
        // Where it cannot be remembered the user gives it again.
        let _is_kept = known.learn(&address, key).is_ok();
    }
}

/// The key that is known at one of a server's addresses: all of them are of one server.
fn known_key(target: &Target, known: &KnownServers) -> io::Result<Option<ServerKey>> {
    let addresses: Vec<_> = addresses(target).map(|one| one.to_string()).collect();
    known.key_of_any(addresses.iter().map(String::as_str))
}

/// Where a server can be reached, in the order in which that is tried.
fn addresses(target: &Target) -> impl Iterator<Item = Target> {
    let others = target.trust.others.iter();
    let others = others.map(|(host, port)| Target { host: host.clone(), port: *port, ..target.clone() });
    std::iter::once(target.clone()).chain(others)
}

impl Network for Sockets {
    async fn reach(
        &self,
        target: &Target,
        key: Option<ServerKey>,
    ) -> Result<(Box<dyn Stream>, Privacy), DisconnectReason> {
        let mut dialed = dial(target).await;
        for other in addresses(target).skip(1) {
            if dialed.is_ok() {
                break;
            }
            // What is told is what happened to the first address.
            dialed = dial(&other).await.or(dialed);
        }
        let stream = dialed?;
        let Some(key) = key else {
            let is_here = stream.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback());
            let privacy = if is_here { Privacy::ThisComputer } else { Privacy::None };
            return Ok((Box::new(stream), privacy));
        };
        let address = target.clone();
        match tls::connect(stream, &target.host.to_string(), key, CONNECT_WAIT).await {
            Ok(stream) => Ok((Box::new(stream), Privacy::Encrypted)),
            Err(TlsError::OtherKey { seen, .. }) => Err(DisconnectReason::OtherKey { address, seen }),
            Err(tls) => Err(DisconnectReason::NotEncrypted { address, tls: Box::new(tls) }),
        }
    }
}

async fn dial(target: &Target) -> Result<TcpStream, DisconnectReason> {
    let unreachable = |error| DisconnectReason::unreachable(target, &error);
    let host = target.host.as_host();
    let dialing = async {
        let address = resolve(host, target.port).await.map_err(|error| match host {
            Host::Name(_) => {
                DisconnectReason::NoSuchHost { address: target.clone(), why: explain_lookup(&error) }
            }
            Host::Ip(_) | Host::Zoned(..) => unreachable(error),
        })?;
        let stream = TcpStream::connect(address).await.map_err(unreachable)?;
        // Messages are short, and somebody waits for each.
        stream.set_nodelay(true).map_err(unreachable)?;
        Ok(stream)
    };
    let (address, seconds) = (target.clone(), CONNECT_WAIT.as_secs());
    let dialed = timeout(CONNECT_WAIT, dialing).await;
    dialed.unwrap_or(Err(DisconnectReason::ConnectTimeout { address, seconds }))
}

/// Chats over `stream` until the connection is over; by then every message has its reply or has failed.
async fn chat<S>(stream: S, privacy: Privacy, target: &Target, link: &mut Link) -> End
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

async fn talk<S>(stream: S, conversation: &mut Conversation, link: &mut Link) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let deadline = conversation.deadline();
        // A server that never pauses must not hold the clock.
        let is_late = deadline.is_some_and(|at| Instant::now() >= at + LATE);
        // In this order: a flood of bytes holds up neither commands nor writing, and what has arrived is read before the
        // deadline says that nothing came.
        let step = tokio::select! {
            biased;
            command = link.commands.recv() => match command {
                Some(Command::Send { id, text }) => { conversation.send(id, text, Instant::now()); Ok(()) }
                Some(Command::Cancel { id }) => { conversation.cancel(id); Ok(()) }
                Some(Command::Connect(target)) => return End::Left(Leave::For(target)),
                Some(Command::Disconnect) => return End::Left(Leave::Disconnect),
                // The user was asked about an earlier connection.
                Some(Command::Trust(_)) => Ok(()),
                None => return End::Left(Leave::WindowGone),
            },
            wrote = writer.write(conversation.to_write()), if !conversation.to_write().is_empty() => match wrote {
                Ok(len) => { conversation.written(len, Instant::now()); Ok(()) }
                Err(error) => Err(conversation.broken(&error)),
            },
            read = reader.read(&mut buffer), if !is_late => match read {
                Ok(0) => Err(conversation.closed()),
                // TLS without a goodbye, as many have it.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(conversation.closed()),
                Ok(len) => conversation.received(buffer.get(..len).unwrap_or_default(), Instant::now()),
                Err(error) => Err(conversation.broken(&error)),
            },
            () = wait_until(deadline) => conversation.time_passed(Instant::now()),
        };
        tell(conversation, link).await;
        if let Err(reason) = step {
            return End::Lost(reason);
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
