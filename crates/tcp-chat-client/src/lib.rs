//! TCP chat client: a conversation with the bot behind a chat server.
//!
//! [`engine`] connects and chats and tells [`event`]s; [`ui`] shows them in a window, [`stdin`] as lines.

mod chunks;
pub mod config;
pub mod drafts;
pub mod engine;
pub mod event;
mod find;
mod input_history;
mod model;
mod save;
pub mod stdin;
pub mod transcript;
pub mod ui;
