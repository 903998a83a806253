//! Any bytes as a brain of the built-in bot, and as what is said to it.
#![no_main]

#[path = "../../crates/tcp-chat-server/src/bot/builtin/brain/mod.rs"]
mod brain;
#[path = "../../crates/tcp-chat-server/src/bot/builtin/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::brain(bytes));
