//! Writing a tick.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, FixedOffset, SecondsFormat};

use serde::Serialize;

use super::{JsonStamp, QT_TEXT_DATE};

/// Longest payload that a server sends: fits every usual path without IP fragments.
pub const MAX_DATAGRAM_BYTES: usize = 1200;

/// Tells two runs of a server apart: random for each start of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SenderId(pub u32);

impl fmt::Display for SenderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// What a tick says, before it is written in one [`Format`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The sender's clock at the moment of sending, with its offset from UTC.
    pub time: DateTime<FixedOffset>,
    /// Counts from 1 at each Start.
    pub seq: u64,
    /// Who sends.
    pub sender: SenderId,
    /// Milliseconds between two ticks.
    pub interval_ms: u64,
}

/// How a tick is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Format {
    /// Qt's text date in English, as the original demo sends it: `Wed Jan 5 03:04:05 2022`.
    #[default]
    Text,
    /// RFC 3339 with milliseconds and offset: `2022-01-05T03:04:05.000+01:00`.
    Rfc3339,
    /// One JSON object: time in microseconds, `seq`, `sender`, `interval_ms`.
    Json,
    /// The user's own strftime pattern.
    Custom(Pattern),
}

impl Format {
    /// The payload of one datagram, at most [`MAX_DATAGRAM_BYTES`] long.
    #[must_use]
    pub fn encode(&self, stamp: &Stamp) -> String {
        match self {
            Self::Text => stamp.time.format(QT_TEXT_DATE).to_string(),
            Self::Rfc3339 => stamp.time.to_rfc3339_opts(SecondsFormat::Millis, false),
            Self::Json => JsonStamp::from(stamp).encode(),
            Self::Custom(pattern) => pattern.write(&stamp.time),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Rfc3339 => f.write_str("rfc3339"),
            Self::Json => f.write_str("json"),
            Self::Custom(pattern) => write!(f, "custom:{}", pattern.as_str()),
        }
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(name: &str) -> Result<Self, FormatError> {
        match name {
            "text" => Ok(Self::Text),
            "rfc3339" => Ok(Self::Rfc3339),
            "json" => Ok(Self::Json),
            other => match other.strip_prefix("custom:") {
                Some(pattern) => pattern.parse().map(Self::Custom),
                None => Err(FormatError::Unknown { typed: other.to_owned() }),
            },
        }
    }
}

/// A strftime pattern (chrono's set) that is known to be writable and short enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn write(&self, time: &DateTime<FixedOffset>) -> String {
        time.format(&self.0).to_string()
    }
}

impl FromStr for Pattern {
    type Err = FormatError;

    fn from_str(pattern: &str) -> Result<Self, FormatError> {
        if pattern.is_empty() {
            return Err(FormatError::EmptyPattern);
        }
        if StrftimeItems::new(pattern).any(|item| item == Item::Error) {
            return Err(FormatError::BadPattern { typed: bad_sequence(pattern).to_owned() });
        }
        // A sample with long names and fractions of a second, and eight bytes more for each item: a longer year.
        let mut sample = ByteCount(0);
        let time = DateTime::from_timestamp_nanos(LONG_TIME_NS).fixed_offset();
        if write!(sample, "{}", time.format(pattern)).is_err() {
            return Err(FormatError::BadPattern { typed: pattern.to_owned() });
        }
        let spare = StrftimeItems::new(pattern).count().saturating_mul(8);
        let len = sample.0.saturating_add(spare);
        if len > MAX_DATAGRAM_BYTES {
            return Err(FormatError::PatternTooLong { len, max: MAX_DATAGRAM_BYTES });
        }
        Ok(Self(pattern.to_owned()))
    }
}

/// The first `%` sequence of `pattern` that strftime does not know, up to its letter.
fn bad_sequence(pattern: &str) -> &str {
    let mut rest = pattern;
    while let Some((_, after)) = rest.split_once('%') {
        let letter = after.find(|c: char| !c.is_ascii_digit() && !".-_:#".contains(c)).unwrap_or(after.len());
        let len = letter.saturating_add(after.chars().nth(letter).map_or(0, char::len_utf8));
        let (sequence, next) = after.split_at_checked(len).unwrap_or((after, ""));
        let start = rest.len().saturating_sub(after.len()).saturating_sub(1);
        let whole = rest.get(start..).and_then(|from| from.get(..sequence.len().saturating_add(1)));
        let whole = whole.unwrap_or(rest);
        if StrftimeItems::new(whole).any(|item| item == Item::Error) {
            return whole;
        }
        rest = next;
    }
    pattern
}

/// Wednesday, 2026-09-30T23:59:59.123456789: few times are written longer.
const LONG_TIME_NS: i64 = 1_790_812_799_123_456_789;

/// Counts bytes instead of keeping them.
struct ByteCount(usize);

impl fmt::Write for ByteCount {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0 = self.0.saturating_add(s.len());
        Ok(())
    }
}

/// Why a format was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum FormatError {
    /// No format has this name.
    Unknown {
        /// What was typed.
        typed: String,
    },
    /// A pattern without a character would send nothing.
    EmptyPattern,
    /// The pattern holds a `%` sequence that strftime does not know.
    BadPattern {
        /// What was typed.
        typed: String,
    },
    /// The text could outgrow one datagram.
    PatternTooLong {
        /// Bytes it can give.
        len: usize,
        /// Bytes that fit.
        max: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp() -> Stamp {
        Stamp {
            time: DateTime::parse_from_rfc3339("2022-01-05T03:04:05.000123+01:00").unwrap(),
            seq: 17,
            sender: SenderId(0x9f3c_2a51),
            interval_ms: 1000,
        }
    }

    #[test]
    fn each_format_is_written_as_the_contract_shows() {
        let table = [
            ("text", "Wed Jan 5 03:04:05 2022"),
            ("rfc3339", "2022-01-05T03:04:05.000+01:00"),
            (
                "json",
                r#"{"time":"2022-01-05T03:04:05.000123+01:00","seq":17,"sender":"9f3c2a51","interval_ms":1000}"#,
            ),
            ("custom:%H:%M", "03:04"),
        ];
        for (name, payload) in table {
            let format: Format = name.parse().unwrap();
            assert_eq!(format.encode(&stamp()), payload);
            assert_eq!(format.to_string(), name);
        }
    }

    #[test]
    fn universal_time_is_an_offset_like_any_other() {
        let stamp = Stamp { time: DateTime::UNIX_EPOCH.fixed_offset(), ..stamp() };
        assert_eq!(Format::Rfc3339.encode(&stamp), "1970-01-01T00:00:00.000+00:00");
        let json = Format::Json.encode(&stamp);
        assert!(json.starts_with(r#"{"time":"1970-01-01T00:00:00.000000+00:00","#), "{json}");
    }

    #[test]
    fn the_longest_pattern_is_taken() {
        // Eight bytes are kept free for each item, and literal text is one.
        let taken = format!("custom:{}", "x".repeat(MAX_DATAGRAM_BYTES - 8));
        assert!(taken.parse::<Format>().is_ok());
        assert!((taken + "x").parse::<Format>().is_err());
    }

    #[test]
    fn what_is_taken_fits_into_a_datagram_at_any_time() {
        let long = DateTime::from_timestamp_nanos(LONG_TIME_NS).to_rfc2822();
        assert_eq!(long, "Wed, 30 Sep 2026 23:59:59 +0000");
        let times = [&long, "Fri, 31 Dec 9999 23:59:59 +1400"].map(|typed| {
            let time = DateTime::parse_from_rfc2822(typed).unwrap();
            time.checked_add_signed(chrono::TimeDelta::nanoseconds(123_456_789)).unwrap()
        });
        for item in ["%.f", "%s", "%+", "%A", "%B", "%c", "%Z", "%9f", "%Y", "x"] {
            let accepted = |count| format!("custom:{}", item.repeat(count)).parse::<Format>().ok();
            let longest = (1..=MAX_DATAGRAM_BYTES).map_while(accepted).last().unwrap();
            for time in times {
                let len = longest.encode(&Stamp { time, ..stamp() }).len();
                assert!(len <= MAX_DATAGRAM_BYTES, "{len} bytes of {item}");
            }
        }
    }

    #[test]
    fn bad_formats_say_why() {
        let refused = |name: &str| name.parse::<Format>().unwrap_err();
        assert_eq!(refused("qt"), FormatError::Unknown { typed: "qt".into() });
        assert_eq!(refused("custom:"), FormatError::EmptyPattern);
        assert_eq!(refused("custom:%H:%Q and"), FormatError::BadPattern { typed: "%Q".into() });
        assert_eq!(refused("custom:100%"), FormatError::BadPattern { typed: "%".into() });
        for (pattern, bad) in [("%%%é", "%é"), ("%-d %.9f %:Q", "%:Q"), ("%3%", "%3%")] {
            let error = refused(&format!("custom:{pattern}"));
            assert_eq!(error, FormatError::BadPattern { typed: bad.into() }, "{pattern}");
        }
        let long = format!("custom:{}", "x".repeat(1300));
        assert!(matches!(refused(&long), FormatError::PatternTooLong { max: 1200, .. }));
    }
}
