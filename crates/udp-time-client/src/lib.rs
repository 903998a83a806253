//! UDP time client: shows the datagrams that arrive on a port, and how good their senders' clocks are.
//!
//! [`engine`] receives and tells [`event`]s; [`ui`] shows them in a window.

pub mod config;
mod csv;
pub mod engine;
pub mod event;
mod figures;
mod model;
pub mod ui;
