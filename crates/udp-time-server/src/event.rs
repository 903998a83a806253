//! What the engine reports.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use common::discovery::DiscoveryError;
use common::engine;
use common::status::Level;
use common::texts::{as_sentence, rfc3339_millis};
use serde::Serialize;

use crate::config::Config;
use crate::engine::{Fault, Target};

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename = "udp-time-server-event")]
pub enum Event {
    /// Ticks come from now on.
    Started(Config),
    /// No more ticks come.
    Stopped,
    /// A tick was sent.
    Tick(Tick),
    /// A destination began to fail, or fails with another error than before.
    Error {
        to: Arc<Target>,
        /// The first address, where one is known.
        address: Option<SocketAddr>,
        #[serde(serialize_with = "as_sentence")]
        error: Fault,
    },
    /// A destination no longer fails.
    Recovered { to: Arc<Target>, address: Option<SocketAddr> },
    /// Time clients on the network find the server by this name, which may be another one than before.
    Announced { name: String },
    /// Time clients on the network cannot find the server, though they should.
    NotAnnounced { reason: DiscoveryError },
}

impl engine::Event for Event {
    fn level(&self) -> Level {
        match self {
            Self::Error { .. } => Level::Warning,
            Self::Started(_)
            | Self::Stopped
            | Self::Tick(_)
            | Self::Recovered { .. }
            | Self::Announced { .. }
            | Self::NotAnnounced { .. } => Level::Info,
        }
    }

    /// A payload that left for nowhere is no line: the error was one. Programs are told of every tick.
    fn is_printed(&self, is_json: bool) -> bool {
        match self {
            Self::Started(_) | Self::Stopped => false,
            Self::Tick(tick) if !is_json => tick.destinations.iter().any(|delivery| delivery.is_sent),
            _ => true,
        }
    }
}

/// One tick.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tick {
    /// Counts from 1 at each start.
    pub seq: u64,
    /// The payload.
    pub text: String,
    /// The clock at the moment of sending, in the chosen time zone.
    #[serde(serialize_with = "rfc3339_millis")]
    pub time: DateTime<FixedOffset>,
    /// Microseconds from the mark, the multiple of the interval that this tick is for, to `time`.
    pub late_us: u64,
    /// How it went, for each destination that is on.
    pub destinations: Vec<Delivery>,
}

/// How one tick went to one destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The destination as it was typed.
    pub to: Arc<Target>,
    /// The first of its addresses.
    pub address: Option<SocketAddr>,
    /// Its addresses, as far as they are known.
    pub addresses: Arc<[SocketAddr]>,
    /// Whether the datagram left this computer for at least one of the addresses.
    #[serde(rename = "sent")]
    pub is_sent: bool,
    /// Why the datagram did not leave, or not for every address.
    #[serde(serialize_with = "as_sentence")]
    pub error: Option<Fault>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::headless::json;
    use common::texts::english;

    #[test]
    fn a_payload_that_left_for_nowhere_is_told_to_programs_alone() {
        let tick = |sent: &[bool]| {
            let delivery = |is_sent: &bool| Delivery {
                to: Arc::new("a.b".parse().unwrap()),
                address: None,
                addresses: Arc::default(),
                is_sent: *is_sent,
                error: None,
            };
            let destinations = sent.iter().map(delivery).collect();
            Event::Tick(Tick {
                seq: 1,
                text: "now".to_owned(),
                time: DateTime::default(),
                late_us: 0,
                destinations,
            })
        };
        let is_printed =
            |event: &Event| [false, true].map(|is_json| engine::Event::is_printed(event, is_json));
        assert_eq!(is_printed(&tick(&[false, false])), [false, true]);
        assert_eq!(is_printed(&tick(&[false, true])), [true, true]);
    }

    #[test]
    fn the_name_that_it_is_found_by_is_a_line_as_every_server_has_it() {
        let reason = DiscoveryError::PortRefused { reason: "in use".to_owned() };
        let sentence = "port 5353, where servers are announced, is refused: in use";
        for (event, line, record) in [
            (
                Event::Announced { name: "kitchen".to_owned() },
                "Announced on the network as kitchen".to_owned(),
                r#"{"event":"announced","name":"kitchen","level":"info"}"#.to_owned(),
            ),
            (
                Event::NotAnnounced { reason },
                format!("Not announced on the network: {sentence}"),
                format!(
                    r#"{{"event":"not_announced","reason":"port_refused","message":"{sentence}","level":"info"}}"#
                ),
            ),
        ] {
            assert_eq!((english(&event), json(&event).unwrap()), (line, record));
        }
    }
}
