//! Servers that announce themselves on the LAN, and servers that are heard there: DNS-SD (RFC 6763) over multicast DNS
//! (RFC 6762). `docs/protocol.md`, part 3, has the names and the texts.
//!
//! What is heard is a hint, never trust: everybody on the network can announce anything. Nothing of it is used before a
//! user chooses it, and the key of a server is compared as always.
//!
//! Only networks by cable and radio take part; containers, VPNs and this computer itself hear nothing.

mod announcer;
mod browser;
mod daemon;
mod found;
mod list;

use serde::Serialize;

use crate::texts::phrase;
use crate::{localized, tr};

pub use announcer::{Announcement, Announcing};
pub use browser::Browser;
pub use found::Found;
pub use list::list_found;

/// The kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The chat.
    Chat,
    /// The time.
    Time,
}

impl Service {
    /// The type of its announcements, in the domain of this network (RFC 6763, section 7).
    fn domain(self) -> &'static str {
        match self {
            Self::Chat => "_tcp-chat-bot._tcp.local.",
            Self::Time => "_udp-time-bcn._udp.local.",
        }
    }

    /// What the name of a computer in its announcements ends with: that name is not the computer's own, which another
    /// program announces.
    fn suffix(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Time => "time",
        }
    }
}

/// The name that a server is found by, or why it is not, in a sentence.
#[must_use]
pub fn announced(name: &Result<String, DiscoveryError>) -> String {
    match name {
        Ok(name) => tr!("announced-as", name = name.as_str()),
        Err(reason) => tr!("not-announced", reason = phrase(reason)),
    }
}

/// Why nothing is announced, or heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum DiscoveryError {
    /// The port of multicast DNS, 5353, cannot be shared.
    PortRefused {
        /// The system's words.
        reason: String,
    },
    /// Anything else, in the words of the system or of the crate.
    Other {
        /// Those words.
        reason: String,
    },
    /// No server was heard.
    NothingHeard {
        /// How long it was listened, in seconds.
        seconds: u64,
    },
}

localized!(DiscoveryError);

impl From<mdns_sd::Error> for DiscoveryError {
    fn from(error: mdns_sd::Error) -> Self {
        Self::Other { reason: error.to_string() }
    }
}
