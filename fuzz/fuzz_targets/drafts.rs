//! Any bytes as what was written in the chat and not sent.
#![no_main]

#[path = "../../tests/stored_files/invariants.rs"]
#[expect(dead_code, reason = "each target checks one part")]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::drafts(bytes));
