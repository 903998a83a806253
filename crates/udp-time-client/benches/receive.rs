//! What the engine takes in, beside a bare loop around recvmmsg(2) in the same run.
//!
//! `cargo bench -p udp-time-client` runs both, three times each, in turns. With `-- flood PORT RATE SECONDS` it only sends,
//! to a program that is being watched.

#[cfg(target_os = "linux")]
#[path = "receive/linux.rs"]
mod linux;

fn main() {
    #[cfg(target_os = "linux")]
    linux::run();
}
