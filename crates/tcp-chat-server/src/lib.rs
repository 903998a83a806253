//! A chat server: takes the original demo's clients and ours, and has bots answer them.
//!
//! [`engine`] listens and asks the bots, [`event`] is what it reports, and [`ui`] is its window.

pub mod bot;
mod byte_size;
pub mod config;
pub mod engine;
pub mod event;
pub mod keys;
mod model;
mod names;
mod table;
pub mod ui;
