//! What the chat client does on the network.

mod arrivals;
mod connection;
mod conversation;
mod plain;
mod reason;
mod reconnect;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use common::chat::Dialect;
use common::engine::{EngineHandle, EngineLink};
use common::net::Host;
use serde::{Deserialize, Serialize};

pub use plain::{HELLO_ANSWER_WAIT, PLAIN_ANSWER_WAIT};
pub(crate) use reason::peer;
pub use reason::{DisconnectReason, FailedReason};

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

/// Where to connect, and how to talk there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The server.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// How to talk to it.
    pub dialect: DialectChoice,
}

impl Default for Target {
    /// A server on this computer.
    fn default() -> Self {
        Self { host: Host::Ip(Ipv4Addr::LOCALHOST.into()), port: 6666, dialect: DialectChoice::Auto }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Ip(ip) => SocketAddr::new(*ip, self.port).fmt(f),
            Host::Zoned(..) => write!(f, "[{}]:{}", self.host, self.port),
            Host::Name(name) => write!(f, "{name}:{}", self.port),
        }
    }
}

/// What the user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Connect there, and again whenever the connection is lost. Ends a connection that is open.
    Connect(Target),
    /// End the connection, or the attempts to get one.
    Disconnect,
    /// Say something.
    Send {
        /// Comes back in every event about this message.
        id: MessageId,
        /// What is said.
        text: String,
    },
    /// Take a message back.
    Cancel {
        /// Which one.
        id: MessageId,
    },
}

/// What happened. Every message that was sent ends with exactly one `Reply` that carries its id,
/// or one `Failed`; none of these is ever dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An attempt begins.
    Connecting {
        /// Where.
        target: Target,
        /// Counts from 1.
        attempt: u32,
    },
    /// Somebody listens there; how to talk is being found out.
    Reached {
        /// Where.
        target: Target,
    },
    /// Ready to chat.
    Connected {
        /// Where.
        target: Target,
        /// How the two ends talk.
        dialect: Dialect,
        /// Who answers, where the server says so.
        bot: Option<String>,
        /// Name and version of the server, where it says so.
        server: Option<String>,
        /// Longest message that can be sent.
        max_text_bytes: usize,
    },
    /// There is no connection (any more); the next attempt comes by itself.
    Retrying {
        /// Where.
        target: Target,
        /// Why.
        reason: DisconnectReason,
        /// When the next attempt begins, from now.
        retry_in: Duration,
        /// Its number.
        attempt: u32,
    },
    /// The connection, or the attempts to get one, ended because the user wished it.
    Disconnected {
        /// Where.
        target: Target,
    },
    /// A plain server answered our hello. That is not shown, only counted.
    GreetingAnswered {
        /// How much it was.
        bytes: usize,
    },
    /// The message is in a queue; nought ahead: it is being asked. The queue is the server's, or,
    /// at a plain server, our own.
    Accepted {
        /// Which message.
        id: MessageId,
        /// Messages that are asked before it.
        ahead: usize,
    },
    /// The next piece of a streamed reply.
    Part {
        /// To which message.
        id: MessageId,
        /// The piece.
        text: String,
    },
    /// What the server said.
    Reply {
        /// The message that this answers; `None`: none that is known.
        id: Option<MessageId>,
        /// Who answered, where the server says so.
        bot: Option<String>,
        /// The whole text.
        text: String,
    },
    /// There will be no reply.
    Failed {
        /// To which message.
        id: MessageId,
        /// Why.
        reason: FailedReason,
    },
}

/// The window's side of the link. There is no snapshot: nothing here is lossy.
pub type Handle = EngineHandle<Command, Event, ()>;

/// The engine's side of the link.
pub type Link = EngineLink<Command, Event, ()>;

/// Chats until the program ends or the window is gone. Begins with the first
/// [`Command::Connect`].
pub async fn run(mut link: Link) {
    let shutdown = link.shutdown.clone();
    tokio::select! {
        () = shutdown.cancelled() => (),
        () = reconnect::drive(&mut link) => (),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_it_is_typed() {
        let target =
            |host: &str| Target { host: host.parse().unwrap(), port: 6666, dialect: DialectChoice::Auto };
        assert_eq!(target("127.0.0.1").to_string(), "127.0.0.1:6666");
        assert_eq!(target("::1").to_string(), "[::1]:6666");
        assert_eq!(target("chat.example.org").to_string(), "chat.example.org:6666");
    }
}
