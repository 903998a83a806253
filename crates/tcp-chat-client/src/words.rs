//! What the window and the lines say about the connection, in the same words.

use common::chat::Dialect;
use common::text::{cut, escape_line};

/// On connecting, as the original demo has it.
pub const READY: &str = "Connected! Ready to chat! :)";

/// Longest name of a bot that is shown, in characters.
const MAX_NAME_CHARS: usize = 40;

/// An attempt to connect.
#[must_use]
pub fn connecting(address: &str, attempt: u32) -> String {
    match attempt {
        1 => format!("Connecting to {address}"),
        _ => format!("Connecting to {address}, attempt {attempt}"),
    }
}

/// Somebody listens, and has not said anything yet.
#[must_use]
pub fn reached(address: &str) -> String {
    format!("Reached {address}, waiting for its welcome")
}

/// A connection that can be used.
#[must_use]
pub fn connected(address: &str, dialect: Dialect, bot: Option<&str>) -> String {
    match (dialect, bot) {
        (_, Some(bot)) => format!("Connected to {address}, {} answers", name(bot)),
        (Dialect::Plain, None) => format!("Connected to {address}, a plain server"),
        (Dialect::Records, None) => format!("Connected to {address}"),
    }
}

/// The name of a bot, on one line and not too long.
#[must_use]
pub fn name(bot: &str) -> String {
    let line = escape_line(bot.trim());
    cut(&line, MAX_NAME_CHARS).unwrap_or(&line).to_owned()
}

/// The clause as the beginning of a sentence.
#[must_use]
pub fn sentence(clause: &str) -> String {
    let mut chars = clause.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_says_who_answers() {
        let address = "127.0.0.1:6666";
        let records = connected(address, Dialect::Records, Some("Qingyun"));
        assert_eq!(records, "Connected to 127.0.0.1:6666, Qingyun answers");
        let plain = connected(address, Dialect::Plain, None);
        assert_eq!(plain, "Connected to 127.0.0.1:6666, a plain server");
        let hostile = connected(address, Dialect::Records, Some(&format!("a\nb{}", "x".repeat(1000))));
        assert!(
            hostile.starts_with(r"Connected to 127.0.0.1:6666, a\nbx") && hostile.len() < 100,
            "{hostile}"
        );
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(sentence("nobody listens"), "Nobody listens");
        assert_eq!(sentence("127.0.0.1:1 closed"), "127.0.0.1:1 closed");
        assert_eq!(sentence(""), "");
    }
}
