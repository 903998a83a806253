//! The panels of the window. Each reads the model and returns what the user wants.

mod bottom;
mod closing;
mod composer;
mod find_bar;
mod history;
mod server;
mod splitter;
mod status;

pub use bottom::{BottomIntent, bottom_ui};
pub use closing::{Closing, closing_ui};
pub use composer::{Composer, composer_ui};
pub use find_bar::{FindBar, FindShown, find_bar_ui};
pub use history::{History, HistoryIntent, history_ui};
pub use server::{ServerForm, rooms_ui};
pub use splitter::splitter_ui;
pub use status::{StatusIntent, status, status_ui};
