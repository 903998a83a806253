//! What is no text in the bytes of a plain peer: what a Telnet client says to the other program, and a byte order mark.

use std::borrow::Cow;

use super::BYTE_ORDER_MARK;
use crate::encoding::EncodingChoice;

/// "Interpret as command": RFC 854 has it begin each command. It is in no UTF-8 and no GB18030.
const IAC: u8 = 255;
/// Subnegotiation begins, until IAC SE.
const SB: u8 = 250;
const SE: u8 = 240;
/// Most bytes of a subnegotiation that are waited through.
const MAX_SUBNEGOTIATION: u16 = 512;
/// The last option of those that IANA has numbered in a row.
const LAST_OPTION: u8 = 49;
/// From WILL to DONT: an option follows.
const WILL: u8 = 251;
const DONT: u8 = 254;

/// Takes Telnet commands out of the bytes of a peer, however they are cut. None is answered: whoever offers an option
/// and hears nothing goes on without it.
#[derive(Debug, Default)]
struct TelnetFilter(State);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Text,
    Command,
    Option(u8),
    Subnegotiation(u16),
    CommandInSubnegotiation(u16),
}

impl TelnetFilter {
    /// What of `bytes` is text.
    fn text<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.0 == State::Text && !bytes.contains(&IAC) {
            return Cow::Borrowed(bytes);
        }
        let mut text = Vec::with_capacity(bytes.len());
        for byte in bytes {
            self.take(*byte, &mut text);
        }
        Cow::Owned(text)
    }

    fn take(&mut self, byte: u8, text: &mut Vec<u8>) {
        self.0 = match (self.0, byte) {
            (State::Text, IAC) => State::Command,
            (State::Command, SB) => State::Subnegotiation(0),
            (State::Command, WILL..=DONT) => State::Option(byte),
            // Such as the letter behind a byte order mark of UTF-16, which somebody has to be told too.
            (State::Option(command), byte) if byte > LAST_OPTION && byte != IAC => {
                text.extend([IAC, command, byte]);
                State::Text
            }
            (State::Command, SE..) | (State::Option(_), _) | (State::CommandInSubnegotiation(_), SE) => {
                State::Text
            }
            (State::Subnegotiation(len), IAC) => State::CommandInSubnegotiation(len),
            (State::Subnegotiation(MAX_SUBNEGOTIATION), _) => {
                // It has no end: no Telnet.
                text.extend([IAC, SB, byte]);
                State::Text
            }
            (State::Subnegotiation(len) | State::CommandInSubnegotiation(len), _) => {
                State::Subnegotiation(len.saturating_add(1).min(MAX_SUBNEGOTIATION))
            }
            (State::Command, _) => {
                // No command: a byte that is no text either, which somebody has to be told.
                text.extend([IAC, byte]);
                State::Text
            }
            (State::Text, _) => {
                text.push(byte);
                State::Text
            }
        };
    }
}

/// Takes what is no text out of the bytes of a plain peer: Telnet commands, and a byte order mark at the very start.
#[derive(Debug, Default)]
pub struct PlainFilter {
    choice: EncodingChoice,
    telnet: TelnetFilter,
    /// Text was seen already: no byte order mark stands at the start any more.
    has_begun: bool,
}

impl PlainFilter {
    /// A filter for a peer that is read as `choice` says.
    #[must_use]
    pub fn new(choice: EncodingChoice) -> Self {
        Self { choice, ..Self::default() }
    }

    /// How the peer is read.
    #[must_use]
    pub fn choice(&self) -> EncodingChoice {
        self.choice
    }

    /// What of arrived bytes is text; a byte order mark is still in it.
    pub fn push<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.choice.has_letter_255() { Cow::Borrowed(bytes) } else { self.telnet.text(bytes) }
    }

    /// `text` without a byte order mark, where it is the first of the connection.
    pub fn without_mark<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        let is_first = !text.is_empty() && !std::mem::replace(&mut self.has_begun, true);
        text.strip_prefix(BYTE_ORDER_MARK).filter(|_| is_first).unwrap_or(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_no_text_however_they_are_cut() {
        // What PuTTY offers first, an interrupt, a subnegotiation with an escaped 255 in it.
        let bytes =
            b"\xFF\xFB\x1F\xFF\xFD\x03hel\xFF\xF4\xFF\xFD\x06lo\xFF\xFA\x1F\x00\xFF\xFF\x18\xFF\xF0\r\n";
        assert_eq!(*TelnetFilter::default().text(bytes), *b"hello\r\n");
        let mut filter = TelnetFilter::default();
        let singly: Vec<u8> = bytes.iter().flat_map(|byte| filter.text(&[*byte]).into_owned()).collect();
        assert_eq!(singly, b"hello\r\n");
        for text in [&b"a\xFF\n"[..], b"\xFF\xFEh\0i\0"] {
            assert_eq!(*TelnetFilter::default().text(text), *text);
        }
        // 49 is an option, 50 is the text "2".
        assert_eq!(*TelnetFilter::default().text(b"\xFF\xFB1\xFF\xFB2"), *b"\xFF\xFB2");
        let endless = [b"\xFF\xFA", "hello\n".repeat(100).as_bytes()].concat();
        assert!(TelnetFilter::default().text(&endless).starts_with(b"\xFF\xFA"), "it is swallowed");
        assert!(matches!(TelnetFilter::default().text(b"plain"), Cow::Borrowed(_)));
    }
}
