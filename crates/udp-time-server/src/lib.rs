//! UDP time server: sends the time of day as a datagram on every multiple of an interval.
//!
//! [`engine`] sends, [`model`] and [`ui`] show it in a window ([`app`]), [`headless`] as lines.

pub mod app;
pub mod cli;
pub mod engine;
pub mod form;
pub mod headless;
pub mod kept;
pub mod list;
pub mod model;
pub mod ui;
pub mod words;
pub mod zones;
