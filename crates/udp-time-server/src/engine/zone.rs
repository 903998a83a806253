//! The time zone that ticks are written in.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, Offset as _, Utc};
use common::{localized, serde_as_text};
use serde::Serialize;

/// The time zone that ticks are written in.
///
/// The rules of named zones are the system's (`/usr/share/zoneinfo`), so that an update of the system is one of ours; on
/// Windows, which has none, they are built in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Zone {
    /// This computer's.
    #[default]
    Local,
    /// UTC.
    Utc,
    /// One of the IANA database: `Europe/Berlin`.
    Named(jiff::tz::TimeZone),
}

/// The system knows no such time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZoneError {
    pub typed: String,
}

localized!(ZoneError);
serde_as_text!(Zone);

impl Zone {
    /// The same moment, by this zone's clocks.
    #[must_use]
    pub fn apply(&self, time: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        match self {
            Self::Local => time,
            Self::Utc => time.with_timezone(&Utc.fix()),
            Self::Named(zone) => {
                let offset = jiff::Timestamp::from_second(time.timestamp())
                    .ok()
                    .and_then(|moment| FixedOffset::east_opt(zone.to_offset(moment).seconds()));
                offset.map_or(time, |offset| time.with_timezone(&offset))
            }
        }
    }

    /// The names that the system knows, in order.
    #[must_use]
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        names.sort_unstable();
        names
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Utc => f.write_str("UTC"),
            Self::Named(zone) => f.write_str(zone.iana_name().unwrap_or("unknown")),
        }
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(typed: &str) -> Result<Self, ZoneError> {
        let name = typed.trim();
        match name.to_ascii_lowercase().as_str() {
            "local" => Ok(Self::Local),
            "utc" | "z" => Ok(Self::Utc),
            "" => Err(ZoneError { typed: name.to_owned() }),
            _ => {
                let zone = jiff::tz::TimeZone::get(name).ok();
                zone.map(Self::Named).ok_or_else(|| ZoneError { typed: name.to_owned() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon(zone: &str, day: &str) -> String {
        let time = DateTime::parse_from_rfc3339(&format!("{day}T12:00:00.000123+05:00")).unwrap();
        zone.parse::<Zone>().unwrap().apply(time).to_rfc3339()
    }

    #[test]
    fn the_moment_stays_and_the_clock_is_the_zones() {
        assert_eq!(noon("local", "2026-01-05"), "2026-01-05T12:00:00.000123+05:00");
        assert_eq!(noon("utc", "2026-01-05"), "2026-01-05T07:00:00.000123+00:00");
        assert_eq!(noon("europe/berlin", "2026-01-05"), "2026-01-05T08:00:00.000123+01:00");
        assert_eq!(noon("Europe/Berlin", "2026-07-05"), "2026-07-05T09:00:00.000123+02:00");
        assert_eq!(noon("Asia/Kathmandu", "2026-07-05"), "2026-07-05T12:45:00.000123+05:45");
    }

    #[test]
    fn what_is_shown_can_be_typed_and_what_is_unknown_is_refused() {
        for name in ["local", "UTC", "Europe/Berlin"] {
            assert_eq!(name.parse::<Zone>().unwrap().to_string(), name);
        }
        for typed in ["", "Mars/Olympus", "../../etc/passwd"] {
            assert!(typed.parse::<Zone>().unwrap_err().to_string().contains("Europe/Berlin"), "{typed}");
        }
        assert!(Zone::names().iter().any(|name| name == "Europe/Berlin"));
    }
}
