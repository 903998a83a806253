//! Any bytes as the answer of a service: events, JSON, thoughts.
#![no_main]

#[path = "../../crates/tcp-chat-server/src/bot/openai/invariants.rs"]
mod invariants;
#[path = "../../crates/tcp-chat-server/src/bot/openai/reading.rs"]
mod reading;
#[path = "../../crates/tcp-chat-server/src/bot/openai/sse.rs"]
mod sse;
#[path = "../../crates/tcp-chat-server/src/bot/openai/thoughts.rs"]
mod thoughts;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::service(bytes));
