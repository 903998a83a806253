//! The languages that the built-in bot speaks.

use crate::bot::is_han;

/// A language of a question, and so of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Chinese,
}

/// Bytes of a text that tell its language.
const LOOKED_AT: usize = 4000;

impl Language {
    /// The language of `text`: Chinese where it has a Chinese character or is a Chinese question mark.
    pub(super) fn of(text: &str) -> Self {
        let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
        let is_chinese = text.trim() == "？" || text.chars().any(is_han);
        if is_chinese { Self::Chinese } else { Self::English }
    }

    /// The one of the two that is in this language.
    pub(super) fn pick<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}
