//! Text from the network made safe to show: one line stays one line, nothing drives a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// Escapes everything that could end a line, move a cursor or reorder what is shown.
///
/// Line feed, carriage return and tab become `\n`, `\r`, `\t`; other control characters become
/// `\x1B`; line and paragraph separators and the bidirectional controls become `\u{202e}`.
#[must_use]
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape(text, is_unsafe_in_line)
}

/// Like [`escape_line`], for places that show several lines: line feeds stay, `\r\n` becomes a
/// line feed, tabs stay.
#[must_use]
pub fn escape_block(text: &str) -> Cow<'_, str> {
    let is_unsafe = |c: char| c != '\n' && c != '\t' && is_unsafe_in_line(c);
    if text.contains("\r\n") {
        Cow::Owned(escape(&text.replace("\r\n", "\n"), is_unsafe).into_owned())
    } else {
        escape(text, is_unsafe)
    }
}

/// A JSON text as one line: what JSON allows within strings and [`escape_line`] does not becomes
/// `\u0085`, which means the same.
#[must_use]
pub fn escape_json(json: &str) -> Cow<'_, str> {
    if !json.contains(is_unsafe_in_line) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len().saturating_add(16));
    for c in json.chars() {
        if is_unsafe_in_line(c) {
            // Writing to a String cannot fail; all of these have four digits.
            let _ok = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Bytes of unknown encoding as one line: UTF-8 where it is valid, `\xFF` for every byte that is
/// not, and everything else as in [`escape_line`].
#[must_use]
pub fn escape_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(&escape_line(chunk.valid()));
        for byte in chunk.invalid() {
            push_hex(&mut out, u32::from(*byte));
        }
    }
    out
}

/// The first `max_chars` characters of `text`; `None` where nothing has to be cut.
#[must_use]
pub fn cut(text: &str, max_chars: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(max_chars)?;
    text.get(..end)
}

/// A text to look for, in capitals or not: each character as Unicode's simple lower case has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needle {
    folded: Vec<char>,
    /// `folded` as bytes where it is ASCII: most texts are, and are compared byte by byte.
    ascii: Option<Vec<u8>>,
}

impl Needle {
    /// Looks for `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let ascii = text.is_ascii().then(|| text.as_bytes().to_ascii_lowercase());
        Self { folded: text.chars().map(lower).collect(), ascii }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// Bytes of a text that it can cover at most.
    #[must_use]
    pub fn max_len(&self) -> usize {
        self.folded.len().saturating_mul(4)
    }

    /// The first place in `text`; none for an empty one.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        self.find_all(text).next()
    }

    /// Every place in `text`, without overlaps.
    pub fn find_all<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> {
        let ascii = self.ascii.as_deref().filter(|_| text.is_ascii());
        let mut from = 0;
        std::iter::from_fn(move || {
            let found = match ascii {
                _ if self.is_empty() => None,
                Some(needle) => find_ascii(text.as_bytes(), needle, from),
                None => self.find_folded(text, from),
            }?;
            from = found.end;
            Some(found)
        })
    }

    fn find_folded(&self, text: &str, from: usize) -> Option<Range<usize>> {
        text.get(from..)?.char_indices().find_map(|(start, _)| {
            let start = from + start;
            let mut chars = text.get(start..)?.chars();
            let is_here = self.folded.iter().all(|wanted| chars.next().map(lower) == Some(*wanted));
            is_here.then(|| start..text.len() - chars.as_str().len())
        })
    }
}

fn find_ascii(text: &[u8], needle: &[u8], from: usize) -> Option<Range<usize>> {
    let first = *needle.first()?;
    let mut at = from;
    loop {
        at += text.get(at..)?.iter().position(|byte| byte.to_ascii_lowercase() == first)?;
        if text.get(at..at + needle.len())?.eq_ignore_ascii_case(needle) {
            return Some(at..at + needle.len());
        }
        at += 1;
    }
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Serialises a type as people type it, by its `Display` and `FromStr`.
#[macro_export]
macro_rules! serde_as_text {
    ($($kind:ty),+ $(,)?) => {$(
        impl ::serde::Serialize for $kind {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $kind {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(<D::Error as ::serde::de::Error>::custom)
            }
        }
    )+};
}

fn escape(text: &str, is_unsafe: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().saturating_add(16));
    for c in text.chars() {
        match c {
            _ if !is_unsafe(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii() => push_hex(&mut out, u32::from(c)),
            c => out.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

fn push_hex(out: &mut String, byte: u32) {
    // Writing to a String cannot fail.
    let _ok = write!(out, "\\x{byte:02X}");
}

fn is_unsafe_in_line(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}')
        // Unicode Standard Annex 9: marks, embeddings, overrides and isolates.
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether nothing of `text` can be seen.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_blank_char)
}

/// Whether a character is white space or invisible: those that Unicode's `DerivedCoreProperties.txt` has as
/// `Default_Ignorable_Code_Point`, and the blank pattern of Braille.
#[must_use]
pub fn is_blank_char(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_found_in_either_case_and_places_do_not_overlap() {
        let at = |text: &str, needle: &str| Needle::new(needle).find_all(text).collect::<Vec<_>>();
        assert_eq!(at("Hello hELLO", "hello"), [0..5, 6..11]);
        assert_eq!(at("aaaa", "aa"), [0..2, 2..4]);
        assert_eq!(at("Ünï 好的ünï", "ÜN"), [0..3, 12..15]);
        assert_eq!(at("Привет привет", "ПРИ"), [0..6, 13..19]);
        assert_eq!(at("\u{212a} k", "k"), [0..3, 4..5], "the sign for kelvin is a k");
        assert_eq!(at("Ünï 好的好", "好").len(), 2);
        assert_eq!((at("a", "ab").len(), at("a", "").len()), (0, 0));
    }

    proptest! {
        #[test]
        fn ascii_is_found_as_all_else_is(text in "[aAbB]{0,12}", needle in "[aAb]{1,3}") {
            let whole = format!("{text}ü");
            let fast: Vec<_> = Needle::new(&needle).find_all(&text).collect();
            prop_assert_eq!(fast, Needle::new(&needle).find_all(&whole).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(escape_line("a\nb\r\tc\u{1b}[2J"), r"a\nb\r\tc\x1B[2J");
        assert_eq!(escape_line("x\u{202e}y\u{2028}z"), r"x\u{202e}y\u{2028}z");
        assert!(matches!(escape_line("天气 ☀ <b>"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(escape_block("a\r\nb\n\tc\rd\u{7}"), "a\nb\n\tc\\rd\\x07");
    }

    #[test]
    fn json_is_one_harmless_line_that_means_the_same() {
        let text = "\u{9b}31m\u{85}\u{7f}\u{2028}\u{202e}天";
        let json = serde_json::to_string(text).unwrap();
        let escaped = escape_json(&json);
        assert_eq!(escaped, "\"\\u009b31m\\u0085\\u007f\\u2028\\u202e天\"");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }

    #[test]
    fn invalid_bytes_are_named() {
        assert_eq!(escape_bytes(b"\xFF\xFEA"), r"\xFF\xFEA");
        assert_eq!(escape_bytes("好".as_bytes()), "好");
        assert_eq!(escape_bytes(b"a\xE5\xA5"), r"a\xE5\xA5");
    }

    #[test]
    fn cut_counts_characters() {
        assert_eq!(cut("好好好", 2), Some("好好"));
        assert_eq!(cut("好好", 2), None);
    }

    proptest! {
        #[test]
        fn whatever_arrives_is_one_line_without_controls(bytes: Vec<u8>) {
            let shown = escape_bytes(&bytes);
            prop_assert!(!shown.chars().any(is_unsafe_in_line));
        }
    }
}
