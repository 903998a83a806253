//! Which of the two dialects a connection speaks.

use serde::Serialize;

/// What a connection that speaks records begins with, to the byte.
pub const HELLO_START: &[u8] = br#"{"type":"hello""#;

/// How two ends of a chat talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// One JSON object a line: our client.
    Records,
    /// Bare text: the original demo, `nc`, telnet, a microcontroller.
    Plain,
}

/// Tells the dialect from the first bytes of a connection; `None` while they could still become
/// [`HELLO_START`].
#[must_use]
pub fn recognise(first: &[u8]) -> Option<Dialect> {
    if first.starts_with(HELLO_START) {
        Some(Dialect::Records)
    } else if HELLO_START.starts_with(first) {
        None
    } else {
        Some(Dialect::Plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide() {
        let table: [(&[u8], Option<Dialect>); 7] = [
            (b"", None),
            (b"{\"type\":", None),
            (HELLO_START, Some(Dialect::Records)),
            (b"{\"type\":\"hello\",\"protocol\":1}\n", Some(Dialect::Records)),
            (b"{\"type\":\"help\"}", Some(Dialect::Plain)),
            (b"hello", Some(Dialect::Plain)),
            (b" {\"type\":\"hello\"", Some(Dialect::Plain)),
        ];
        for (first, dialect) in table {
            assert_eq!(recognise(first), dialect, "{}", String::from_utf8_lossy(first));
        }
    }
}
