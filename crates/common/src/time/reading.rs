//! Reading whatever a datagram holds.

use chrono::{DateTime, FixedOffset, NaiveDateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

use super::{C_TEXT_DATE, QT_TEXT_DATE, Stamp};
use crate::encoding::{Encoding, EncodingChoice};
use crate::text;

/// Characters of a datagram that are shown; the full size is named where more came.
pub const MAX_SHOWN_CHARS: usize = 2000;

/// One datagram, as a person can read it and as a program can use it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// One line: invalid UTF-8 and control characters escaped, cut after [`MAX_SHOWN_CHARS`]. Of a recognised time without
    /// what stands around it.
    pub text: String,
    /// Whether [`Reading::text`] is not all of it.
    pub cut: bool,
    /// Bytes that arrived.
    pub len: usize,
    /// How the text is written, where that can be told: it may be ASCII, or no text.
    pub encoding: Option<Encoding>,
    /// What the content was recognised as.
    pub recognised: Recognised,
}

/// The time in a datagram, as far as its format tells it.
#[derive(Debug, Clone, PartialEq)]
pub enum Recognised {
    /// Our JSON object.
    Json(JsonStamp),
    /// RFC 3339.
    Rfc3339(DateTime<FixedOffset>),
    /// Qt's text date in English: the sender's local time, zone unknown.
    Text(NaiveDateTime),
    /// Anything else.
    Other,
}

/// The `json` format on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonStamp {
    /// RFC 3339 with microseconds.
    pub time: String,
    /// Counts from 1 at each Start.
    pub seq: u64,
    /// Random for each start of the sending program: 8 hexadecimal digits from ours.
    pub sender: String,
    /// Milliseconds between two ticks.
    pub interval_ms: u64,
}

impl JsonStamp {
    pub(super) fn encode(&self) -> String {
        // A struct of strings and numbers always serialises.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<&Stamp> for JsonStamp {
    fn from(stamp: &Stamp) -> Self {
        Self {
            time: stamp.time.to_rfc3339_opts(SecondsFormat::Micros, false),
            seq: stamp.seq,
            sender: stamp.sender.to_string(),
            interval_ms: stamp.interval_ms,
        }
    }
}

/// Reads any datagram. Never fails: what is not recognised is text, in UTF-8 or what sounds as GB18030.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    read_in(bytes, EncodingChoice::Auto)
}

/// Reads any datagram, where text is written as `choice` says.
#[must_use]
pub fn read_in(bytes: &[u8], choice: EncodingChoice) -> Reading {
    let recognised = recognise(bytes);
    let shown = if recognised == Recognised::Other { bytes } else { bare(bytes) };
    // A character has at most four bytes: nothing past this many bytes is ever shown.
    let head = shown.get(..MAX_SHOWN_CHARS.saturating_mul(4)).unwrap_or(shown);
    let whole = if head.len() < shown.len() {
        head.len().saturating_sub(choice.unfinished(head))
    } else {
        head.len()
    };
    let (escaped, encoding) = match head.get(..whole).map(|head| choice.decode(head)) {
        Some(Ok((text, encoding))) => (text::escape_line(&text).into_owned(), encoding),
        _ => (text::escape_bytes(head), None),
    };
    let (text, cut) = match text::cut(&escaped, MAX_SHOWN_CHARS) {
        Some(start) => (start.to_owned(), true),
        None => (escaped, head.len() < shown.len()),
    };
    Reading { text, cut, len: bytes.len(), encoding, recognised }
}

/// Without the spaces, line ends and zeros that scripts and C programs leave around a time.
fn bare(bytes: &[u8]) -> &[u8] {
    let is_around = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let start = bytes.iter().position(|byte| !is_around(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_around(byte)).map_or(start, |last| last.saturating_add(1));
    bytes.get(start..end).unwrap_or_default()
}

/// What a datagram holds, for those who do not show its text.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Recognised {
    if bytes.len() > super::MAX_DATAGRAM_BYTES {
        return Recognised::Other;
    }
    let Ok(text) = std::str::from_utf8(bare(bytes)) else { return Recognised::Other };
    if text.starts_with('{') {
        return match serde_json::from_str::<JsonStamp>(text) {
            Ok(stamp) if DateTime::parse_from_rfc3339(&stamp.time).is_ok() => Recognised::Json(stamp),
            _ => Recognised::Other,
        };
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Recognised::Rfc3339(time);
    }
    match NaiveDateTime::parse_from_str(text, QT_TEXT_DATE) {
        // The parser takes any white space; the formats have none to spare.
        Ok(time) if [QT_TEXT_DATE, C_TEXT_DATE].iter().any(|form| time.format(form).to_string() == text) => {
            Recognised::Text(time)
        }
        _ => Recognised::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Format, SenderId};
    use chrono::TimeZone as _;
    use proptest::prelude::*;

    #[test]
    fn the_three_formats_are_recognised_by_content() {
        let text = NaiveDateTime::parse_from_str("2022-01-05 03:04:05", "%F %T").unwrap();
        assert_eq!(read(b"Wed Jan 5 03:04:05 2022").recognised, Recognised::Text(text));
        let time = DateTime::parse_from_rfc3339("2022-01-05T03:04:05.000+01:00").unwrap();
        assert_eq!(read(b"2022-01-05T03:04:05.000+01:00").recognised, Recognised::Rfc3339(time));
        let json = br#"{"time":"2022-01-05T03:04:05.000123+01:00","seq":17,"sender":"9f3c2a51","interval_ms":1000,"x":1}"#;
        let Recognised::Json(stamp) = read(json).recognised else { panic!("not json") };
        assert_eq!((stamp.seq, stamp.sender.as_str()), (17, "9f3c2a51"));
    }

    #[test]
    fn the_longest_datagram_is_recognised() {
        let start = r#"{"time":"2022-01-05T03:04:05.000123+01:00","seq":17,"sender":"9f3c2a51","interval_ms":1000,"x":""#;
        let of_len = |len: usize| format!(r#"{start}{}"}}"#, "x".repeat(len - start.len() - 2));
        let (longest, longer) = (of_len(1200), of_len(1201));
        assert!(matches!(read(longest.as_bytes()).recognised, Recognised::Json(_)));
        assert_eq!(read(longer.as_bytes()).recognised, Recognised::Other);
    }

    #[test]
    fn near_misses_are_text_of_unknown_form() {
        for near in [
            "Wed  Jan 5 03:04:05 2022",
            "Wed Jan   5 03:04:05 2022",
            "Thu Jan 5 03:04:05 2022",
            "周三 1月 5 03:04:05 2022",
            "{}",
            "",
            "12:00",
        ] {
            assert_eq!(read(near.as_bytes()).recognised, Recognised::Other, "{near}");
        }
    }

    #[test]
    fn a_time_is_the_same_however_a_program_ends_it_and_pads_its_day() {
        for (time, padded) in [
            ("Wed Jan 5 03:04:05 2022", "Wed Jan  5 03:04:05 2022"),
            ("Sat Dec 12 03:04:05 2026", "Sat Dec 12 03:04:05 2026"),
            ("2022-01-05T03:04:05.000+01:00", "2022-01-05T03:04:05.000+01:00"),
            (r#"{"time":"2022-01-05T03:04:05Z","seq":1,"sender":"9f","interval_ms":1000}"#, ""),
        ] {
            let expected = recognise(time.as_bytes());
            assert_ne!(expected, Recognised::Other, "{time}");
            for text in [time, padded].into_iter().filter(|text| !text.is_empty()) {
                for (before, after) in [
                    ("", ""),
                    ("", "\n"),
                    ("", "\r\n"),
                    ("", "\0"),
                    (" ", " "),
                    ("\t", "\n\0\0"),
                    ("\r\n", ""),
                ] {
                    let sent = format!("{before}{text}{after}");
                    let reading = read(sent.as_bytes());
                    assert_eq!((&reading.recognised, reading.len), (&expected, sent.len()), "{sent:?}");
                    assert_eq!(reading.text, text, "{sent:?}");
                }
            }
        }
        assert_eq!(read(b"12:00\n").text, r"12:00\n");
        assert_eq!(read(b" \0\n").recognised, Recognised::Other);
    }

    #[test]
    fn odd_datagrams_are_shown_as_plain_text() {
        assert_eq!(read(b"\xFF\xFEA").text, r"\xFF\xFEA");
        let chinese = Encoding::GB18030.encode("时间：12点");
        let reading = read(&chinese);
        assert_eq!((reading.text.as_str(), reading.encoding), ("时间：12点", Some(Encoding::GB18030)));
        let long = Encoding::GB18030.encode("a").into_owned();
        let long = [long, Encoding::GB18030.encode("好").repeat(5000)].concat();
        assert!(read(&long).text.starts_with("a好好") && read(&long).cut);
        assert_eq!(read_in(&chinese, "utf-8".parse().unwrap()).encoding, None);
        assert_eq!((read(b"").text.as_str(), read(b"").len), ("", 0));
        assert_eq!(read(b"<img src=x>").text, "<img src=x>");
        let long = read(&vec![b'a'; 60_000]);
        assert_eq!((long.text, long.cut, long.len), ("a".repeat(2000), true, 60_000));
        let exact = read(&[b'a'; 2000]);
        assert_eq!((exact.text, exact.cut), ("a".repeat(2000), false));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_within_the_limit(bytes: Vec<u8>) {
            let reading = read(&bytes);
            prop_assert_eq!(reading.len, bytes.len());
            prop_assert!(reading.text.chars().count() <= MAX_SHOWN_CHARS);
        }

        #[test]
        fn what_is_written_is_read_back(secs in 0_i64..4_000_000_000, micros in 0_u32..1_000_000, seq: u64, sender: u32) {
            let zone = FixedOffset::east_opt(3600).unwrap();
            let time = zone.timestamp_opt(secs, micros * 1000).unwrap();
            let stamp = Stamp { time, seq, sender: SenderId(sender), interval_ms: 50 };
            let Recognised::Json(json) = read(Format::Json.encode(&stamp).as_bytes()).recognised else {
                return Err(TestCaseError::fail("json not recognised"));
            };
            prop_assert_eq!(json, JsonStamp::from(&stamp));
            let Recognised::Text(text) = read(Format::Text.encode(&stamp).as_bytes()).recognised else {
                return Err(TestCaseError::fail("text not recognised"));
            };
            prop_assert_eq!(text.and_utc().timestamp(), time.naive_local().and_utc().timestamp());
            prop_assert!(matches!(read(Format::Rfc3339.encode(&stamp).as_bytes()).recognised, Recognised::Rfc3339(_)));
        }
    }
}
