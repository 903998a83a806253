//! How often a tick is sent.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use common::{localized, serde_as_text};
use serde::Serialize;

const MIN_MS: u64 = 50;
const MAX_MS: u64 = 3_600_000;

/// The time between two ticks: 50 ms to 1 h, in whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    millis: u64,
}

impl Interval {
    /// The interval in milliseconds.
    #[must_use]
    pub fn millis(self) -> u64 {
        self.millis
    }

    /// The interval as a duration.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_millis(self.millis)
    }
}

impl Default for Interval {
    fn default() -> Self {
        Self { millis: 1000 }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.millis {
            MAX_MS => f.write_str("1 h"),
            ms if ms % 60_000 == 0 => write!(f, "{} min", ms / 60_000),
            ms if ms % 1000 == 0 => write!(f, "{} s", ms / 1000),
            ms if ms < 1000 => write!(f, "{ms} ms"),
            ms => write!(f, "{} s", Duration::from_millis(ms).as_secs_f64()),
        }
    }
}

/// Why an interval was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum IntervalError {
    /// Not a number with a unit.
    NotATime { typed: String },
    /// Too short or too long.
    OutOfRange { typed: String },
}

localized!(IntervalError);
serde_as_text!(Interval);

impl FromStr for Interval {
    type Err = IntervalError;

    fn from_str(typed: &str) -> Result<Self, IntervalError> {
        let typed = typed.trim();
        let end = typed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(typed.len());
        let (number, unit) = typed.split_at(end);
        let unit_ms = match unit.trim_start() {
            "ms" => 1.0,
            "" | "s" => 1000.0,
            "m" | "min" => 60_000.0,
            "h" => 3_600_000.0,
            _ => return Err(IntervalError::NotATime { typed: typed.to_owned() }),
        };
        let Ok(number) = number.parse::<f64>() else {
            return Err(IntervalError::NotATime { typed: typed.to_owned() });
        };
        Duration::try_from_secs_f64((number * unit_ms).round() / 1000.0)
            .ok()
            .and_then(|duration| u64::try_from(duration.as_millis()).ok())
            .filter(|millis| (MIN_MS..=MAX_MS).contains(millis))
            .map(|millis| Self { millis })
            .ok_or_else(|| IntervalError::OutOfRange { typed: typed.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_units_are_understood() {
        for (typed, millis, shown) in [
            ("1", 1000, "1 s"),
            ("0.5", 500, "500 ms"),
            (" 1.5 s ", 1500, "1.5 s"),
            ("250ms", 250, "250 ms"),
            ("50 ms", 50, "50 ms"),
            ("2m", 120_000, "2 min"),
            ("1 min", 60_000, "1 min"),
            ("1h", 3_600_000, "1 h"),
            ("1.1", 1100, "1.1 s"),
        ] {
            let interval: Interval = typed.parse().unwrap();
            assert_eq!(interval.millis(), millis, "{typed}");
            assert_eq!(interval.to_string(), shown);
            assert_eq!(shown.parse(), Ok(interval), "what is shown can be typed");
        }
    }

    #[test]
    fn what_is_refused_says_the_range_or_the_form() {
        for typed in ["0", "0.04", "49ms", "1.1h", "3601", "99999999999999999999999"] {
            let error = typed.parse::<Interval>().unwrap_err();
            assert_eq!(error, IntervalError::OutOfRange { typed: typed.to_owned() });
            assert!(error.to_string().contains("50 ms to 1 h"));
        }
        for typed in ["", "s", "1 day", "-1", "1e3", "inf", "NaN", "1.2.3", "1,5"] {
            assert_eq!(typed.parse::<Interval>(), Err(IntervalError::NotATime { typed: typed.to_owned() }));
        }
    }
}
