//! The panels of the window.

mod bottom;
mod bytes;
mod columns;
mod datagrams;
mod listen;
mod plot;
mod quality;
mod senders;

pub use bottom::bottom_ui;
pub use datagrams::Datagrams;
pub use listen::listen_ui;
pub use quality::{Wish as QualityWish, quality_ui};
pub use senders::senders_ui;
