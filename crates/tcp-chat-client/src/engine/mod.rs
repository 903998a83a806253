//! Chats with one server, and connects again when the connection is lost.
//!
//! The way of a message, one file a step: the loop, `connection::run`, gets a connection from the `network` (`server_host` is what
//! a user typed, `known_servers` the keys of servers that are trusted) and hands commands, bytes and times to a `conversation`,
//! which does no IO: it knows which messages are open and how to read what comes back, `plain` for servers without our
//! protocol. `reason` says why a connection or a message failed. `discovery` runs beside all this.

mod connection;
mod conversation;
mod discovery;
mod known_servers;
mod network;
mod plain;
mod reason;
mod server_host;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use common::chat::ServerKey;
use common::discovery::DiscoveryError;
use common::encoding::EncodingChoice;
use common::engine::{Backoff, EngineHandle, EngineLink, Flavor, Waker};
use common::net::Host;
use common::secret::Secret;
use serde::{Deserialize, Serialize, Serializer};

use crate::event::Event;

pub use discovery::FoundServer;
use known_servers::KnownServers;
pub use plain::PLAIN_ANSWER_WAIT;
pub use reason::{DisconnectReason, FailedReason};
pub use server_host::{ServerHost, ServerHostError};

/// The client's own number for a message, unique in a run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct MessageId(pub u64);

/// How to talk to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DialectChoice {
    /// Say hello, and find out from what comes back
    #[default]
    Auto,
    /// One JSON object a line: tcp-chat-server
    Records,
    /// Bare text: the original demo, nc, a microcontroller
    Plain,
}

/// Where to connect, and how to talk there. People and programs read its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub host: ServerHost,
    pub port: u16,
    pub dialect: DialectChoice,
    /// How a plain server is read and written to.
    pub encoding: EncodingChoice,
    /// What an invitation, or the user, says about the server beside its address.
    pub trust: Arc<Trust>,
}

/// What the server has to prove, and what we prove to the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trust {
    /// The key that the server has to have; without one, the key that is known of its address.
    pub key: Option<ServerKey>,
    /// The pass phrase that the server asks for.
    pub pass: Option<Secret>,
    /// The key came with an invitation: a text from elsewhere, which does not put itself in place of a key that is known.
    pub is_invited: bool,
    /// Further addresses of the same server, tried in turn.
    pub others: Vec<(ServerHost, u16)>,
}

impl Default for Target {
    /// A server on this computer.
    fn default() -> Self {
        Self {
            host: ServerHost::default(),
            port: 6666,
            dialect: DialectChoice::Auto,
            encoding: EncodingChoice::Auto,
            trust: Arc::default(),
        }
    }
}

impl Target {
    /// Where the server can be reached, in the order in which that is tried.
    fn addresses(&self) -> impl Iterator<Item = Self> {
        let others = self.trust.others.iter();
        let others = others.map(|(host, port)| Self { host: host.clone(), port: *port, ..self.clone() });
        std::iter::once(self.clone()).chain(others)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.as_host() {
            Host::Ip(ip) => SocketAddr::new(*ip, self.port).fmt(f),
            Host::Zoned(..) => write!(f, "[{}]:{}", self.host, self.port),
            Host::Name(name) => write!(f, "{name}:{}", self.port),
        }
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Connect there, and again whenever the connection is lost. A connection that is open ends.
    Connect(Target),
    /// End the connection, or the attempts to get one.
    Disconnect,
    /// Send a message; every event about it carries its id.
    Send { id: MessageId, text: String },
    /// Take a message back.
    Cancel { id: MessageId },
    /// The server at the address that was asked about is trusted by this key from now on.
    Trust(ServerKey),
}

/// The servers on the network. All about the connection is an event: no event is dropped, while of snapshots only the newest
/// is seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Servers that announce themselves on the network, by name.
    pub found: Arc<[FoundServer]>,
    /// Why no announcement can be heard.
    pub discovery_error: Option<DiscoveryError>,
}

/// The window's side of the link.
pub type Handle = EngineHandle<Command, Event, Snapshot>;

/// The engine's side of the link.
pub type Link = EngineLink<Command, Event, Snapshot>;

/// Starts the engine on a thread of its own. Where it `finds`, the snapshot lists the servers that announce themselves on
/// the network.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(waker: Waker, finds: bool) -> io::Result<Handle> {
    let run = move |link| run(link, KnownServers::of_program(), finds);
    common::engine::start("chat", Flavor::CurrentThread, waker, Snapshot::default(), run)
}

/// Chats until the program ends or the window is gone. Begins with the first [`Command::Connect`].
async fn run(mut link: Link, known: KnownServers, finds: bool) {
    let (shutdown, snapshot) = (link.shutdown.clone(), link.snapshot.clone());
    let pauses = Backoff::new(connection::FIRST_PAUSE, connection::LONGEST_PAUSE);
    tokio::select! {
        () = shutdown.cancelled() => (),
        never = discovery::follow(&known, &snapshot), if finds => never,
        () = connection::run(&mut link, &known, &network::Sockets, &pauses) => (),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_it_is_typed() {
        let target = |host: &str| Target { host: host.parse().unwrap(), ..Target::default() };
        assert_eq!(target("127.0.0.1").to_string(), "127.0.0.1:6666");
        assert_eq!(target("::1").to_string(), "[::1]:6666");
        assert_eq!(target("chat.example.org").to_string(), "chat.example.org:6666");
    }
}
