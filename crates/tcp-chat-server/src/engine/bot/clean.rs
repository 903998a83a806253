//! The one path that every reply takes before anybody sees it.

use common::chat::MAX_REPLY_BYTES;

use super::BotError;

/// Makes a reply plain text: every kind of line break becomes a line feed, other control
/// characters go, and so do line breaks at either end.
///
/// # Errors
/// Where nothing is left, or more than a reply may have.
pub(super) fn clean(reply: &str) -> Result<String, BotError> {
    if reply.len() > MAX_REPLY_BYTES {
        return Err(BotError::TooLong { max: MAX_REPLY_BYTES });
    }
    let mut text = String::with_capacity(reply.len());
    let mut characters = reply.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => (),
            // Unicode Standard Annex 14: carriage return, vertical tab, form feed, next line, and
            // the separators of lines and paragraphs.
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => text.push('\n'),
            '\n' | '\t' => text.push(c),
            c if c.is_control() => (),
            c => text.push(c),
        }
    }
    let text = text.trim_matches('\n');
    if text.trim().is_empty() { Err(BotError::Empty) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn line_breaks_are_one_kind_and_controls_go() {
        for (reply, text) in [
            ("a\r\nb\rc\u{2028}d\ne", "a\nb\nc\nd\ne"),
            ("\r\n a\tb \u{1b}[2J\0\n\n", " a\tb [2J"),
            ("★ 天气 <b>", "★ 天气 <b>"),
        ] {
            assert_eq!(clean(reply).as_deref(), Ok(text));
        }
    }

    #[test]
    fn nothing_and_too_much_are_failures() {
        for reply in ["", " \n", "\u{7}\u{1b}", "\u{2028}"] {
            assert_eq!(clean(reply), Err(BotError::Empty), "{reply:?}");
        }
        assert!(clean(&"a".repeat(MAX_REPLY_BYTES)).is_ok());
        let error = BotError::TooLong { max: MAX_REPLY_BYTES };
        assert_eq!(clean(&"a".repeat(MAX_REPLY_BYTES + 1)), Err(error));
    }

    proptest! {
        #[test]
        fn what_is_clean_stays_as_it_is(reply: String) {
            if let Ok(text) = clean(&reply) {
                prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
                prop_assert_eq!(clean(&text), Ok(text.clone()));
            }
        }
    }
}
