//! UDP time server: sends the time of day as a datagram on every multiple of an interval.
//!
//! [`engine`] sends and tells [`event`]s; [`ui`] shows them in a window.

pub mod config;
pub mod destinations;
pub mod engine;
pub mod event;
mod form;
mod model;
mod names;
pub mod ui;
mod zones;
