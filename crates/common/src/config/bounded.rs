//! Numbers that know their bounds.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use crate::localized;

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Bounded<const MIN: u32, const MAX: u32>(u32);

/// A text is not such a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NumberError {
    /// What was typed.
    typed: String,
    /// The lowest that is possible.
    pub min: u32,
    /// The highest that is possible.
    pub max: u32,
}

localized!(NumberError);

impl<const MIN: u32, const MAX: u32> Bounded<MIN, MAX> {
    /// The number that is next to `number` within the bounds.
    #[must_use]
    pub const fn nearest(number: u32) -> Self {
        Self(if number < MIN {
            MIN
        } else if number > MAX {
            MAX
        } else {
            number
        })
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// So many seconds.
    #[must_use]
    pub fn seconds(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

impl<const MIN: u32> Bounded<MIN, 65_535> {
    /// The number of a port.
    #[must_use]
    pub fn port(self) -> u16 {
        u16::try_from(self.0).unwrap_or(u16::MAX)
    }
}

/// The port of a listener, as it is typed: 0 takes one that is free.
///
/// # Errors
/// Where that is none.
pub fn listen_port(typed: &str) -> Result<u16, NumberError> {
    typed.parse::<Bounded<0, 65_535>>().map(Bounded::port)
}

impl<const MIN: u32, const MAX: u32> fmt::Display for Bounded<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MIN: u32, const MAX: u32> FromStr for Bounded<MIN, MAX> {
    type Err = NumberError;

    fn from_str(typed: &str) -> Result<Self, NumberError> {
        match typed.trim().parse() {
            Ok(number) if (MIN..=MAX).contains(&number) => Ok(Self(number)),
            _ => Err(NumberError { typed: typed.to_owned(), min: MIN, max: MAX }),
        }
    }
}

/// A file that was edited by hand may be out of bounds: the nearest number that is possible is meant.
impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Bounded<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?.clamp(0, u32::MAX.into());
        Ok(Self::nearest(u32::try_from(number).unwrap_or(u32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Percent = Bounded<1, 100>;

    #[test]
    fn what_is_typed_is_within_the_bounds_or_refused_with_them() {
        assert_eq!("7".parse(), Ok(Percent::nearest(7)));
        for typed in ["0", "101", "-1", "99999999999", "x", "1.5", ""] {
            let error = typed.parse::<Percent>().unwrap_err();
            assert_eq!(error, NumberError { typed: typed.into(), min: 1, max: 100 });
        }
    }

    #[test]
    fn a_file_is_corrected() {
        for (text, number) in [("0", 1), ("7", 7), ("4000", 100), ("-3", 1)] {
            assert_eq!(serde_json::from_str::<Percent>(text).unwrap().get(), number);
        }
    }
}
