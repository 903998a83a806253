//! What the engine reports.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use common::engine;
use common::status::Level;
use common::texts::{as_sentence, rfc3339_millis, shared};
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
        #[serde(serialize_with = "shared")]
        to: Arc<Target>,
        /// The first address, where one is known.
        address: Option<SocketAddr>,
        #[serde(serialize_with = "as_sentence")]
        error: Fault,
    },
    /// A destination no longer fails.
    Recovered {
        #[serde(serialize_with = "shared")]
        to: Arc<Target>,
        address: Option<SocketAddr>,
    },
}

impl engine::Event for Event {
    fn level(&self) -> Level {
        match self {
            Self::Error { .. } => Level::Warning,
            Self::Started(_) | Self::Stopped | Self::Tick(_) | Self::Recovered { .. } => Level::Info,
        }
    }

    fn is_printed(&self) -> bool {
        !matches!(self, Self::Started(_) | Self::Stopped)
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
    #[serde(serialize_with = "shared")]
    pub to: Arc<Target>,
    /// The first of its addresses.
    pub address: Option<SocketAddr>,
    /// Its addresses, as far as they are known.
    #[serde(serialize_with = "shared")]
    pub addresses: Arc<[SocketAddr]>,
    /// Whether the datagram left this computer for at least one of the addresses.
    #[serde(rename = "sent")]
    pub is_sent: bool,
    /// Why the datagram did not leave, or not for every address.
    #[serde(serialize_with = "as_sentence")]
    pub error: Option<Fault>,
}
