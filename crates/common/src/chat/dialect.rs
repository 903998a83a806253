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

/// Bytes that tell a TLS client.
const CLIENT_HELLO_BYTES: usize = 6;

/// Whether a connection begins with a TLS `ClientHello` (RFC 8446, sections 4.1.2 and 5.1: a handshake record of version 3.x that
/// holds message 1); `None` while it still could.
#[must_use]
pub fn is_client_hello(first: &[u8]) -> Option<bool> {
    let is_so_far = first.iter().take(CLIENT_HELLO_BYTES).enumerate().all(|(at, byte)| match at {
        0 => *byte == 0x16,
        1 => *byte == 3,
        5 => *byte == 1,
        _ => true,
    });
    if is_so_far && first.len() < CLIENT_HELLO_BYTES { None } else { Some(is_so_far) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_told_by_six_bytes() {
        let hello = [0x16, 3, 1, 2, 0, 1, 0, 1];
        for length in 0..6 {
            assert_eq!(is_client_hello(&hello[..length]), None);
        }
        assert_eq!(is_client_hello(&hello[..6]), Some(true));
        assert_eq!(is_client_hello(&hello), Some(true));
        for (at, byte) in [(0, 0x15), (1, 2), (5, 2)] {
            let mut other = hello;
            other[at] = byte;
            assert_eq!(is_client_hello(&other[..=at]), Some(false), "{at}");
        }
        assert_eq!(is_client_hello(b"h"), Some(false));
    }

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
