//! What a datagram tells about its sender's clock, and how finely.

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use common::time::Recognised;

/// A whole second, in microseconds.
pub(super) const SECOND_US: i64 = 1_000_000;

/// A datagram, as far as its quality can be judged by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Our JSON: time, number and name.
    Numbered {
        /// The sender's clock.
        time: DateTime<FixedOffset>,
        /// The last digit of [`Self::Numbered::time`], in microseconds.
        resolution_us: i64,
        /// Counts the ticks.
        seq: u64,
        /// Who sends.
        sender: String,
    },
    /// A time with its zone.
    Dated {
        /// The sender's clock.
        time: DateTime<FixedOffset>,
        /// Its last digit, in microseconds.
        resolution_us: i64,
    },
    /// A time without a zone, in whole seconds.
    Local(NaiveDateTime),
    /// Nothing: it came, and when.
    Nothing,
}

impl Reading {
    /// What was recognised in `payload`.
    #[must_use]
    pub fn of(recognised: Recognised, payload: &[u8]) -> Self {
        match recognised {
            Recognised::Json(stamp) => match DateTime::parse_from_rfc3339(&stamp.time) {
                Ok(time) => Self::Numbered {
                    time,
                    resolution_us: resolution_us(stamp.time.as_bytes()),
                    seq: stamp.seq,
                    sender: stamp.sender,
                },
                Err(_) => Self::Nothing,
            },
            Recognised::Rfc3339(time) => Self::Dated { time, resolution_us: resolution_us(payload) },
            Recognised::Text(time) => Self::Local(time),
            Recognised::Other => Self::Nothing,
        }
    }
}

/// The worth of the last digit behind the point: a second where there is none.
fn resolution_us(time: &[u8]) -> i64 {
    let Some(point) = time.iter().position(|byte| *byte == b'.') else { return SECOND_US };
    let digits = time.iter().skip(point + 1).take_while(|byte| byte.is_ascii_digit()).count();
    (0..digits.min(6)).fold(SECOND_US, |worth, _| worth / 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::time::recognise;

    #[test]
    fn the_resolution_is_that_of_the_text() {
        for (payload, us) in [
            (&b"2022-01-05T03:04:05+01:00"[..], SECOND_US),
            (b"2022-01-05T03:04:05.5Z", 100_000),
            (b"2022-01-05T03:04:05.000+01:00", 1000),
            (b"2022-01-05T03:04:05.123456789+01:00", 1),
        ] {
            match Reading::of(recognise(payload), payload) {
                Reading::Dated { resolution_us, .. } => assert_eq!(resolution_us, us),
                other => panic!("{other:?}"),
            }
        }
        let json =
            br#"{"time":"2022-01-05T03:04:05.000123+01:00","seq":17,"sender":"9f","interval_ms":1000}"#;
        let reading = Reading::of(recognise(json), json);
        assert!(matches!(reading, Reading::Numbered { resolution_us: 1, seq: 17, .. }), "{reading:?}");
        assert_eq!(Reading::of(recognise(b"12:00"), b"12:00"), Reading::Nothing);
    }
}
