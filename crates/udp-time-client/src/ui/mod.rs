//! The panels of the window.

mod address;
mod datagrams;
mod senders;

pub use address::address_ui;
pub use datagrams::datagrams_ui;
pub use senders::senders_ui;
