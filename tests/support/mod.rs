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

use std::io::Write as _;
use std::time::{Duration, Instant};

pub(crate) use binaries::binary;
pub(crate) use process::{Program, Stuck, keep_apart, send_signal};
pub(crate) use sockets::{RawChat, reserve_port};

/// How long a test waits for something that should take milliseconds. Only failures wait so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Says that the test that calls this does not run here, and why. `scripts/test.sh` lists these, as a runner shows nothing of
/// what a test that passes says.
pub(crate) fn skip(reason: &str) {
    let thread = std::thread::current();
    let line = format!("{}: {reason}\n", thread.name().unwrap_or_default());
    print!("skipped: {line}");
    let file = std::fs::create_dir_all("../target/tmp")
        .and_then(|()| std::fs::OpenOptions::new().append(true).create(true).open("../target/tmp/skipped"));
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("a line about a test that was skipped");
}

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
