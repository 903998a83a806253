//! Any bytes as the settings file of each program.
#![no_main]

#[path = "../../tests/stored_files/invariants.rs"]
#[expect(dead_code, reason = "each target checks one part")]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::settings(bytes));
