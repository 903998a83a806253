//! The panels of the window.

mod bot_settings;
mod bot_words;
mod bots;
mod chain;
mod client_row;
mod clients;
mod filter;
mod form;
mod key_store;
mod number;

pub(crate) use bots::bots_ui;
pub(crate) use clients::clients_ui;
pub(crate) use filter::filter_ui;
pub(crate) use form::Form;
