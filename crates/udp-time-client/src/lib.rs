//! UDP time client: shows the datagrams that arrive on a port, whoever sends them.
//!
//! [`engine`] receives, [`model`] and [`ui`] show it in a window ([`app`]), [`headless`] as lines.

pub mod app;
pub mod cli;
pub mod csv;
pub mod engine;
pub mod headless;
pub mod json;
pub mod kept;
pub mod model;
pub mod ui;
pub mod words;
