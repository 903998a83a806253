//! Addresses by name, their reach in words, interfaces, and errors of the network said clearly.

mod bind;
mod host;
mod interfaces;
mod network;
mod tcp;
mod udp;
mod watcher;

pub use bind::{BindError, ConnectError, explain_lookup};
pub use host::{Host, HostError, Reach, host_name, resolve, resolve_all, zone_index};
pub use interfaces::{Interface, InterfaceAddress, InterfaceKind, interfaces};
pub use network::{Network, NetworkError};
pub use tcp::prepare_connection;
pub use udp::{DATAGRAM_ROOM_BYTES, GROUP_V4, GROUP_V6, LOOPBACK_BROADCAST};
pub use watcher::InterfaceWatcher;
