//! A text as the words that triggers are compared with.

use std::ops::Range;

/// Most words of a text that are looked at: what a reply costs is bounded by this.
pub(super) const MAX_WORDS: usize = 200;

/// A word in lower case, and where it stands in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: Box<str>,
    pub(super) place: Range<usize>,
}

/// The first [`MAX_WORDS`] words of `text`: runs of letters and digits, and each Chinese or Japanese
/// character by itself, as these are written without spaces. Punctuation and symbols are no words.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut characters = text.char_indices().peekable();
    let mut run: Option<(usize, String)> = None;
    while let Some((start, c)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let end = start + c.len_utf8();
        if is_ideograph(c) {
            words.push(Word { text: c.to_string().into(), place: start..end });
        } else if c.is_alphanumeric() || is_mark(c) && run.is_some() {
            run.get_or_insert_with(|| (start, String::new())).1.extend(c.to_lowercase());
            if !next.is_some_and(|next| goes_on(c, next)) {
                words.extend(run.take().map(|(start, text)| Word { text: text.into(), place: start..end }));
            }
        } else if let Some((_, text)) = &mut run {
            // An apostrophe or a decimal point within a word, see goes_on.
            text.push(if c == '.' { '.' } else { '\'' });
            if !next.is_some_and(|next| next.is_alphanumeric() && !is_ideograph(next)) {
                text.pop();
                words.extend(run.take().map(|(from, text)| Word { text: text.into(), place: from..start }));
            }
        }
        if words.len() >= MAX_WORDS {
            break;
        }
    }
    words
}

/// Whether a word with `c` goes on with `next`.
fn goes_on(c: char, next: char) -> bool {
    (next.is_alphanumeric() || is_mark(next)) && !is_ideograph(next)
        || matches!(next, '\'' | '’')
        || next == '.' && c.is_ascii_digit()
}

/// Marks that stand on the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// The characters of Chinese, and the syllables of Japanese.
fn is_ideograph(c: char) -> bool {
    is_han(c) || matches!(c, '\u{3040}'..='\u{30ff}')
}

/// The blocks of Chinese characters: CJK unified ideographs, extension A, the supplementary planes.
pub(in super::super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_lower_case_and_know_their_place() {
        for (text, expected) in [
            ("Hello, World!", &["hello", "world"][..]),
            ("What's 3.14?", &["what's", "3.14"]),
            ("it’s 2. And 'quoted'", &["it's", "2", "and", "quoted"]),
            ("你好，我是Tom。", &["你", "好", "我", "是", "tom"]),
            ("25岁", &["25", "岁"]),
            ("cafe\u{301} ÉTÉ", &["cafe\u{301}", "été"]),
            ("{@x} <b> \u{1F600} ...", &["x", "b"]),
            ("it's你", &["it's", "你"]),
            ("it'你 3.你", &["it", "你", "3", "你"]),
            ("", &[]),
        ] {
            let words = words(text);
            assert_eq!(words.iter().map(|word| &*word.text).collect::<Vec<_>>(), expected, "{text}");
        }
        let text = "I am Tom Jones!";
        let words = words(text);
        assert_eq!(&text[words[2].place.start..words[3].place.end], "Tom Jones");
    }

    proptest! {
        #[test]
        fn every_place_is_in_the_text(text: String) {
            let words = words(&text);
            let mut end = 0;
            for word in words {
                prop_assert!(word.place.start >= end && !word.text.is_empty());
                prop_assert!(!text[word.place.clone()].is_empty());
                end = word.place.end;
            }
        }

        #[test]
        fn a_long_text_has_no_more_words_than_fit(text in "[a你]{0,9} [a你]{300}") {
            prop_assert!(words(&text).len() <= MAX_WORDS);
        }
    }
}
