//! What a server is known by when it speaks TLS.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The SHA-256 of a certificate's `SubjectPublicKeyInfo` in DER (RFC 5280, section 4.1): `docs/protocol.md`, part 3. The
/// certificate may be made anew, the key stays.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServerKey([u8; 32]);

/// What is typed is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ServerKeyError;

impl ServerKey {
    /// The key of this hash.
    #[must_use]
    pub const fn of_hash(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// As people compare it: the first 32 digits in eight groups of four.
    #[must_use]
    pub fn groups(&self) -> String {
        let digits = self.to_string();
        let groups = digits.as_bytes().chunks(4).take(8).map(String::from_utf8_lossy);
        groups.collect::<Vec<_>>().join(" ")
    }

    /// The first 16 digits: what an announcement has room for.
    #[must_use]
    pub fn half(&self) -> String {
        self.to_string().chars().take(16).collect()
    }
}

/// All of its 64 hexadecimal digits.
impl fmt::Display for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerKey({self})")
    }
}

/// Reads 64 hexadecimal digits, in groups or not.
impl FromStr for ServerKey {
    type Err = ServerKeyError;

    fn from_str(typed: &str) -> Result<Self, ServerKeyError> {
        let digits = typed.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, ':' | '-'));
        let digits: Option<Vec<u8>> =
            digits.map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok())).collect();
        let digits = digits.filter(|digits| digits.len() == 64).ok_or(ServerKeyError)?;
        let bytes: Vec<u8> =
            digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
        bytes.try_into().ok().map(Self).ok_or(ServerKeyError)
    }
}

impl Serialize for ServerKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ServerKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = |_| D::Error::invalid_value(Unexpected::Str(&text), &"64 hexadecimal digits");
        text.parse().map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written_and_in_groups() {
        let key = ServerKey::of_hash(std::array::from_fn(|at| u8::try_from(at * 7 + 1).unwrap()));
        let digits = key.to_string();
        assert_eq!(digits.len(), 64);
        assert!(digits.starts_with("01080f161d242b32"), "{digits}");
        assert_eq!(key.groups(), "0108 0f16 1d24 2b32 3940 474e 555c 636a");
        assert_eq!(key.half(), "01080f161d242b32");
        assert_eq!(digits.parse(), Ok(key));
        assert_eq!(digits.to_uppercase().parse(), Ok(key));
        let pairs: Vec<&str> = (0..32).map(|at| &digits[at * 2..at * 2 + 2]).collect();
        assert_eq!(pairs.join(":").parse(), Ok(key), "as openssl writes it");
        for wrong in ["", &key.groups(), &digits[1..], &format!("{digits}0"), &digits.replace('0', "g")] {
            assert_eq!(wrong.parse::<ServerKey>(), Err(ServerKeyError), "{wrong}");
        }
    }
}
