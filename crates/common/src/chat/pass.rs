//! What a server may want to be told before it answers.

use crate::text::Hidden;

/// A pass phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassPhrase(Hidden);

impl PassPhrase {
    /// The phrase in `text`, without white space or a byte order mark around it; nothing where there is none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let phrase = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{FEFF}');
        (!phrase.is_empty()).then(|| Self(Hidden(phrase.to_owned())))
    }

    /// The phrase itself: for whoever asks for it, and no log.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0.0
    }

    /// Whether `said` is the same, in a time that does not tell how much of it is.
    #[must_use]
    pub fn is_same(&self, said: &str) -> bool {
        let (own, said) = (self.reveal().as_bytes(), said.trim().as_bytes());
        let differs = own.iter().zip(said).fold(0, |differs, (own, said)| differs | (own ^ said));
        own.len() == said.len() && std::hint::black_box(differs) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_compared_whole_and_shown_nowhere() {
        let phrase = PassPhrase::new(" \u{FEFF}correct horse\n").unwrap();
        assert_eq!(phrase.reveal(), "correct horse");
        assert!(phrase.is_same("correct horse") && phrase.is_same("correct horse\r"));
        for wrong in ["", "correct", "correct horsf", "correct horse!", "correct hosre"] {
            assert!(!phrase.is_same(wrong), "{wrong}");
        }
        assert_eq!(PassPhrase::new(" \n"), None);
        assert_eq!(format!("{phrase:?}"), "PassPhrase((secret))");
    }
}
