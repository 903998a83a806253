//! What the tests share.

pub(crate) mod accessibility;
mod binaries;
pub(crate) mod desktop;
pub(crate) mod input_method;
pub(crate) mod network;
pub(crate) mod portal;
mod process;
pub(crate) mod qingyun;
mod sockets;
pub(crate) mod talk;
pub(crate) mod web;

use std::time::{Duration, Instant};

pub(crate) use binaries::binary;
pub(crate) use process::{Program, Stuck, send_signal};
pub(crate) use sockets::{RawChat, reserve_port};

/// How long a test waits for something that should take milliseconds. Only failures wait so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Looks until `look` finds something, at most [`PATIENCE`]. For what sends no event of its own.
pub(crate) fn patiently<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if Instant::now() > deadline {
            return None;
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Like [`patiently`], for what has to be there in the end.
pub(crate) fn eventually<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    patiently(look).unwrap_or_else(|| panic!("never seen: {what}"))
}
