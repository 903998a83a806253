//! The panels of the window.

mod bottom;
mod bytes;
mod columns;
mod datagrams;
mod listen;
mod plot;
mod quality;
mod save;
mod senders;

pub use bottom::bottom_ui;
pub use datagrams::{Datagrams, Wish as ListWish};
pub use listen::listen_ui;
pub use quality::{Wish as QualityWish, quality_ui};
pub use save::{Wish as SaveWish, save_ui};
pub use senders::senders_ui;
