//! The panels of the window.

mod bot_settings;
mod bots;
mod chain;
mod clients;
mod form;

pub(crate) use bots::bots_ui;
pub(crate) use clients::clients_ui;
pub(crate) use form::{Form, form_ui};
