//! Addresses by name, their reach in words, interfaces, and errors of the network said clearly.

mod bind;
mod host;
mod interfaces;
mod network;
mod watcher;

pub use bind::{BindError, ConnectError, explain_lookup};
pub use host::{Host, HostError, Reach, host_name, resolve, zone_index};
pub use interfaces::{
    DATAGRAM_ROOM_BYTES, Interface, InterfaceAddress, InterfaceKind, LOOPBACK_BROADCAST, interfaces,
};
pub use network::{Network, NetworkError};
pub use watcher::InterfaceWatcher;
