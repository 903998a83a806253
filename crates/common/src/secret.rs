//! What no debug print tells.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that may be a secret: a debug print of what it is a part of does not tell it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// The pass phrase of a server, or a key of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret(Hidden);

impl Secret {
    /// The secret in `text`, without white space or a byte order mark around it; nothing where there is none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let secret = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{FEFF}');
        (!secret.is_empty()).then(|| Self(Hidden(secret.to_owned())))
    }

    /// The secret in clear. Never log it.
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
    fn a_secret_is_compared_whole_and_shown_nowhere() {
        let phrase = Secret::new(" \u{FEFF}correct horse\n").unwrap();
        assert_eq!(phrase.reveal(), "correct horse");
        assert!(phrase.is_same("correct horse") && phrase.is_same("correct horse\r"));
        for wrong in ["", "correct", "correct horsf", "correct horse!", "correct hosre"] {
            assert!(!phrase.is_same(wrong), "{wrong}");
        }
        assert_eq!(Secret::new(" \n"), None);
        assert_eq!(format!("{phrase:?}"), "Secret((secret))");
    }
}
