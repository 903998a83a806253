//! A chat server: takes the original demo's clients and ours, and has bots answer them.
//!
//! [`engine`] listens and asks; [`ui`] is its window, [`headless`] its lines on standard output.

pub mod bot;
pub mod bytes;
pub mod config;
pub mod engine;
pub mod headless;
pub mod json;
pub mod keys;
pub mod level;
pub mod lines;
pub mod model;
pub mod table;
pub mod ui;
mod words;
