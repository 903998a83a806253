//! TCP chat client: a conversation with the bot behind a chat server.
//!
//! [`engine`] connects and chats, [`model`] and [`ui`] show it in a window ([`app`]), [`headless`]
//! as lines.

pub mod app;
pub mod cli;
pub mod drafts;
pub mod engine;
pub mod find;
pub mod headless;
pub mod kept;
pub mod model;
pub mod pieces;
pub mod recall;
pub mod save;
mod stdin;
pub mod transcript;
pub mod ui;
pub mod words;
