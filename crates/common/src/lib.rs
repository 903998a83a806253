//! What at least two of the four programs share.
//!
//! [`text`], [`encoding`], [`secret`], [`time`] and [`chat`] are pure: bytes and times in, values out; no IO, no clock, no
//! tokio, no egui. They are all that `--no-default-features` builds. The rest (feature `app`)
//! carries an engine, a window and a command line: see `docs/architecture.md`.

#![warn(missing_docs)]

pub mod chat;
pub mod encoding;
pub mod secret;
pub mod text;
pub mod time;

#[cfg(feature = "app")]
pub mod check;
#[cfg(feature = "app")]
pub mod cli;
#[cfg(feature = "app")]
pub mod config;
#[cfg(feature = "app")]
pub mod discovery;
#[cfg(feature = "app")]
pub mod engine;
#[cfg(feature = "app")]
pub mod files;
#[cfg(feature = "app")]
pub mod headless;
#[cfg(feature = "app")]
pub mod net;
#[cfg(feature = "app")]
pub mod status;
#[cfg(feature = "app")]
pub mod texts;
#[cfg(feature = "tls")]
pub mod tls;
#[cfg(feature = "app")]
pub mod undo;
#[cfg(feature = "app")]
pub mod window;
