//! The panels of the window. Each reads the model and returns what the user wants.

mod composer;
mod entry;
mod history;
mod server;
mod status;

pub use composer::{Composer, composer_ui};
pub use history::{History, HistoryIntent, history_ui};
pub use server::{ServerForm, server_menu_ui, server_ui};
pub use status::{status, status_ui};
