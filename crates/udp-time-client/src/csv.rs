//! Writes tables for spreadsheets, CSV after RFC 4180 with a heading, and JSON lines.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat};
use common::headless::json;

use crate::engine::Mark;
use crate::engine::quality::{History, Offsets, Point};
use crate::event::{Datagram, Event};

/// Writes the points of a plot, and returns how many there are.
///
/// # Errors
/// Where `out` fails.
pub(crate) fn write_history(out: &mut dyn Write, history: &History) -> io::Result<usize> {
    write!(out, "time,received,lost,resumed,offset_low_us,offset_high_us,offset_us,jitter_us\r\n")?;
    for point in history.points() {
        let Point { wall_us, received, lost, is_resumed, offset, jitter_us, .. } = point;
        let time = DateTime::from_timestamp_micros(*wall_us).unwrap_or_default();
        let time = time.to_rfc3339_opts(SecondsFormat::Micros, true);
        let offset = offset.map_or_else(
            || ",,".to_owned(),
            |Offsets { low_us, high_us, newest }| {
                let newest = if newest.is_exact() { newest.low_us.to_string() } else { String::new() };
                format!("{low_us},{high_us},{newest}")
            },
        );
        let jitter = jitter_us.map_or_else(String::new, |jitter| format!("{jitter:.1}"));
        write!(out, "{time},{received},{lost},{is_resumed},{offset},{jitter}\r\n")?;
    }
    Ok(history.points().len())
}

/// Writes datagrams, and returns how many there are.
///
/// # Errors
/// Where `out` fails.
pub(crate) fn write_datagrams<'a>(
    out: &mut dyn Write,
    datagrams: impl Iterator<Item = &'a Datagram>,
) -> io::Result<usize> {
    write!(out, "time_received,host,port,bytes,mark,lost_before,text\r\n")?;
    let mut count = 0;
    for received in datagrams {
        let Datagram { time, source, payload, mark, .. } = received;
        let usual = if matches!(mark, Mark::InOrder { .. }) { "in order" } else { "" };
        let (mark, lost) = (mark.word().unwrap_or(usual), mark.lost());
        let (time, ip) = (time.to_rfc3339_opts(SecondsFormat::Micros, false), source.ip());
        let text = field(&received.reading().text);
        write!(out, "{time},{ip},{},{},{mark},{lost},{text}\r\n", source.port(), payload.len())?;
        count += 1;
    }
    Ok(count)
}

/// Writes the records that a headless run prints, one a line, and returns how many there are.
///
/// # Errors
/// Where `out` fails.
pub(crate) fn write_records(out: &mut dyn Write, datagrams: Vec<Datagram>) -> io::Result<usize> {
    let count = datagrams.len();
    for datagram in datagrams {
        writeln!(out, "{}", json(&Event::Datagram(datagram))?)?;
    }
    Ok(count)
}

/// The text of a peer as one field. A spreadsheet would run a text that begins like a formula: an apostrophe
/// in front of it says that it is text. Some spreadsheets have other separators than the comma, so a field
/// may begin after any of them.
fn field(text: &str) -> String {
    let mut field = String::with_capacity(text.len() + 2);
    field.push('"');
    let mut is_start = true;
    for c in text.chars() {
        match c {
            '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' if is_start => {
                field.push('\'');
                is_start = false;
            }
            ';' | ',' | '\t' => is_start = true,
            // The field itself has not begun yet.
            '"' => (),
            c => is_start &= c.is_whitespace(),
        }
        if c == '"' {
            field.push('"');
        }
        field.push(c);
    }
    field.push('"');
    field
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::RowId;
    use common::encoding::EncodingChoice;

    #[test]
    fn a_formula_is_none_behind_any_separator() {
        for (text, guarded) in [
            ("12:00;=1+1", "\"12:00;'=1+1\""),
            ("a, +1\t-2;@x", "\"a, '+1\t'-2;'@x\""),
            ("  =1", "\"  '=1\""),
            ("a;\"=1", "\"a;\"\"'=1\""),
            ("2026-11-22T14:00:00+01:00; a=b", "\"2026-11-22T14:00:00+01:00; a=b\""),
        ] {
            assert_eq!(field(text), guarded, "{text}");
        }
    }

    #[test]
    fn a_field_stays_a_field_and_never_becomes_a_formula() {
        let rows: Vec<Datagram> = ["12:00, \"noon\"", "=cmd|' /C calc'!A0", "a\r\nb"]
            .map(|text| Datagram {
                time: DateTime::parse_from_rfc3339("2022-01-05T03:04:05.001234+01:00").unwrap(),
                source: "10.0.0.7:1".parse().unwrap(),
                payload: text.to_owned().into_bytes().into(),
                sender: RowId(0),
                mark: Mark::InOrder { lost: 2 },
                encoding: EncodingChoice::Auto,
            })
            .into();
        let mut out = Vec::new();
        assert_eq!(write_datagrams(&mut out, rows.iter()).unwrap(), 3);
        let start = "2022-01-05T03:04:05.001234+01:00,10.0.0.7,1";
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!(
                "time_received,host,port,bytes,mark,lost_before,text\r\n\
                 {start},13,in order,2,\"12:00, \"\"noon\"\"\"\r\n\
                 {start},18,in order,2,\"'=cmd|' /C calc'!A0\"\r\n\
                 {start},4,in order,2,\"a\\r\\nb\"\r\n"
            )
        );
    }
}
