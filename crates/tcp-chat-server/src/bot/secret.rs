//! Keys of services: where they come from, and that nobody sees them.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::PathBuf;

use common::files::within;
use common::secret::Secret;

use super::{BotKind, MissingKey};

/// What replaces a key in texts.
pub(super) const REDACTED: &str = "(secret)";

/// The key in the first line that is read, where there is one.
///
/// # Errors
/// Where nothing can be read, or no text.
pub fn key_of_first_line(reader: impl Read) -> io::Result<Option<Secret>> {
    let mut line = String::new();
    // A pipe may stay open after it.
    BufReader::new(reader.take(MAX_KEY_BYTES)).read_line(&mut line)?;
    Ok(Secret::new(&line))
}

/// Where a bot's key comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum KeySource {
    /// The environment, where it is set there, or else the system's key store.
    #[default]
    EnvironmentOrStore,
    /// The first line of a file.
    File(PathBuf),
    /// Typed in the window, for this run.
    Typed(Secret),
}

/// Longest key that is read, in bytes.
const MAX_KEY_BYTES: u64 = 16 * 1024;

impl KeySource {
    /// The key, where there is one; the key store is not asked. Waits for a file that is slow.
    pub(super) fn read(&self, kind: &BotKind) -> Result<Option<Secret>, MissingKey> {
        match self {
            Self::EnvironmentOrStore => {
                Ok(std::env::var(kind.key_variable()).ok().as_deref().and_then(Secret::new))
            }
            Self::Typed(secret) => Ok(Some(secret.clone())),
            Self::File(path) => {
                let file = path.display().to_string();
                let path = path.clone();
                match within(move || Ok(File::open(path).and_then(key_of_first_line)?)) {
                    Ok(Some(key)) => Ok(Some(key)),
                    Ok(None) => Err(MissingKey::FileEmpty { file }),
                    Err(error) => Err(MissingKey::FileUnreadable { error, file }),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::{BotChoice, BotError, bot_kind};

    #[test]
    fn no_print_shows_a_key() {
        let secret = Secret::new(" sk-12345\n").unwrap();
        assert_eq!(secret.reveal(), "sk-12345");
        assert_eq!(format!("{secret:?} {:#?}", KeySource::Typed(secret.clone())).matches("12345").count(), 0);
        let mut choice = BotChoice::new(bot_kind("http").unwrap());
        choice.set("header", "X-Login: sk-12345").unwrap();
        assert!(!format!("{choice:?}").contains("12345"));
        let error = BotError::Refused { text: "no such key: sk-12345".into() }.presentable(Some(&secret));
        assert_eq!(error, BotError::Refused { text: "no such key: (secret)".into() });
        assert_eq!(Secret::new("\u{FEFF} \n"), None);
    }

    #[test]
    fn the_key_is_what_stands_in_the_first_line_of_a_file() {
        for text in ["k3y", "\u{FEFF}k3y\r\n", " k3y\t\n\n", "k3y\r\nanother\n"] {
            let key = key_of_first_line(text.as_bytes()).unwrap();
            assert_eq!(key.as_ref().map(Secret::reveal), Some("k3y"), "{text:?}");
        }
        assert_eq!(key_of_first_line(&b"\nk3y\n"[..]).unwrap(), None);
    }
}
