//! Any bytes as text of a peer.
#![no_main]

#[path = "../../crates/common/tests/invariants/mod.rs"]
#[expect(dead_code, reason = "each target checks one part")]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::text(bytes));
