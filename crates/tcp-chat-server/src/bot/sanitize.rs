//! The one path that every reply takes before anybody sees it, whole or in pieces.

use common::chat::MAX_REPLY_BYTES;
use common::text::is_blank_char;

use super::BotError;

/// Longest note that ends a reply, in bytes: beside the reply's own limit.
const MAX_NOTE_BYTES: usize = 512;

/// Whether nothing of a reply is left to be seen.
pub(super) fn is_blank(reply: &str) -> bool {
    let mut sanitizer = Sanitizer::default();
    sanitizer.push(reply).is_ok() && sanitizer.text.is_empty()
}

/// Makes a reply plain text, however it is cut into pieces: every kind of line break becomes a line
/// feed, other control characters go, and so do line breaks at either end.
///
/// Characters that turn the direction of what follows go too: with them a reply could be made to
/// read as something else. Those that mark the direction of a single place stay.
#[derive(Debug, Default)]
pub(super) struct Sanitizer {
    text: String,
    /// White space that may turn out to be at an end.
    held: String,
    /// The last character was a carriage return: a line feed after it is the same line break.
    is_after_return: bool,
    /// Bytes that came, sanitized away or not.
    len: usize,
}

impl Sanitizer {
    /// The text so far.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &str) -> Result<(), BotError> {
        self.len = self.len.saturating_add(piece.len());
        if self.len > MAX_REPLY_BYTES {
            return Err(BotError::TooLong { max: MAX_REPLY_BYTES });
        }
        for c in piece.chars() {
            let is_after_return = std::mem::replace(&mut self.is_after_return, c == '\r');
            match c {
                '\n' if is_after_return => (),
                // Unicode Standard Annex 14: carriage return, vertical tab, form feed, next line, and
                // the separators of lines and paragraphs.
                '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.held.push('\n'),
                '\t' => self.add(c),
                c if c.is_control() || is_direction_control(c) => (),
                c => self.add(c),
            }
        }
        Ok(())
    }

    fn add(&mut self, c: char) {
        if self.text.is_empty() && is_blank_char(c) {
            // A reply of nothing else is empty.
            self.held.push(c);
            return;
        }
        if !self.held.is_empty() {
            let held = if self.text.is_empty() { self.held.trim_start_matches('\n') } else { &self.held };
            self.text.push_str(held);
            self.held.clear();
        }
        self.text.push(c);
    }

    /// Ends the reply with a line that is not the bot's.
    pub(super) fn add_note(&mut self, note: &str) {
        let mut line = Self { len: MAX_REPLY_BYTES - MAX_NOTE_BYTES, ..Self::default() };
        // A note that is too long is cut.
        let note = common::text::cut(note, MAX_NOTE_BYTES / 4).unwrap_or(note);
        if line.push(note).is_ok() {
            self.held.clear();
            self.text.push('\n');
            self.text.push_str(&line.text.replace('\n', " "));
        }
    }
}

/// The embeddings, overrides and isolates of Unicode Standard Annex 9.
fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clean_pieces<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Result<String, BotError> {
        let mut sanitizer = Sanitizer::default();
        pieces.into_iter().try_for_each(|piece| sanitizer.push(piece))?;
        Ok(sanitizer.text)
    }

    fn clean(reply: &str) -> Result<String, BotError> {
        clean_pieces([reply])
    }

    #[test]
    fn line_breaks_are_one_kind_and_controls_go() {
        for (reply, text) in [
            ("a\r\nb\rc\u{2028}d\ne\r\r\nf", "a\nb\nc\nd\ne\n\nf"),
            ("\r\n a\tb \u{1b}[2J\0\n\n", " a\tb [2J"),
            ("★ 天气 <b>", "★ 天气 <b>"),
            ("pay \u{202e}001\u{202c} \u{2067}x\u{2069}", "pay 001 x"),
            ("\u{5e9}\u{200f}!", "\u{5e9}\u{200f}!"),
        ] {
            assert_eq!(clean(reply).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_blank_leaves_nothing_and_too_much_is_a_failure() {
        for reply in ["", " \n", "\u{7}\u{1b}", "\u{2028}", "\u{200b}\u{feff} \u{2060}\n", "\u{3164}"] {
            assert_eq!((clean(reply).as_deref(), is_blank(reply)), (Ok(""), true), "{reply:?}");
        }
        assert!(clean(&"a".repeat(MAX_REPLY_BYTES)).is_ok());
        let error = BotError::TooLong { max: MAX_REPLY_BYTES };
        assert_eq!(clean(&"a".repeat(MAX_REPLY_BYTES + 1)), Err(error.clone()));
        let halves = ["a".repeat(MAX_REPLY_BYTES / 2), "a".repeat(MAX_REPLY_BYTES / 2 + 1)];
        assert_eq!(clean_pieces(halves.iter().map(String::as_str)), Err(error));
    }

    #[test]
    fn a_note_is_a_line_of_its_own() {
        let mut sanitizer = Sanitizer::default();
        sanitizer.push("half a rep\n\n").unwrap();
        sanitizer.add_note("[cut: it says\n\u{7}no]");
        assert_eq!(sanitizer.text(), "half a rep\n[cut: it says no]");
        sanitizer.add_note(&"好".repeat(5000));
        assert!(sanitizer.text().len() < 600);
    }

    /// Texts in which what is cleaned is frequent.
    fn reply() -> impl Strategy<Value = String> {
        let c = prop_oneof![
            3 => proptest::sample::select(vec!['\n', '\r', ' ', '\t', '\u{2028}', '\u{7}', '\u{202e}', 'a', '好']),
            1 => any::<char>(),
        ];
        proptest::collection::vec(c, 0..40).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn what_is_clean_stays_as_it_is(reply in reply()) {
            let text = clean(&reply).unwrap();
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
            prop_assert!(!text.starts_with('\n') && !text.ends_with('\n'));
            prop_assert_eq!(clean(&text), Ok(text.clone()));
        }

        #[test]
        fn pieces_make_the_same_text_and_what_is_out_stays_out(reply in reply()) {
            let mut sanitizer = Sanitizer::default();
            let mut before = String::new();
            for c in reply.chars() {
                sanitizer.push(c.encode_utf8(&mut [0; 4])).unwrap();
                prop_assert!(sanitizer.text().starts_with(&before));
                before = sanitizer.text().to_owned();
            }
            prop_assert_eq!(Ok(before), clean(&reply));
        }
    }
}
