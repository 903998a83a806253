//! The rows of a log as a file.

use std::io;

use eframe::egui;
use serde::Serialize;

use super::lines::Lines;
use super::rows::Rows;
use crate::text::escape_json;
use crate::window::SaveBar;

/// What a line is to a program.
#[derive(Debug, Serialize)]
struct JsonLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    tag: u32,
    text: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_zero(tag: &u32) -> bool {
    *tag == 0
}

/// Has `bar` write the rows that are shown.
pub(super) fn save_rows(bar: &mut SaveBar, lines: &Lines, ctx: &egui::Context) {
    let (rows, numbers) = (lines.rows().clone(), lines.passing());
    bar.write(ctx, move |out, is_json| write_rows(out, is_json, &rows, numbers));
}

fn write_rows(
    out: &mut dyn io::Write,
    is_json: bool,
    rows: &Rows,
    numbers: Option<Vec<u64>>,
) -> io::Result<usize> {
    let numbers = numbers.unwrap_or_else(|| (rows.first()..rows.end()).collect());
    let mut count = 0;
    let mut text = String::new();
    // In a file each line has its day.
    for row in numbers.into_iter().filter_map(|number| rows.get(number)).filter(|row| !row.is_day()) {
        if !row.is_continuation {
            text.clear();
        }
        text.push_str(row.line.text);
        if row.is_continued {
            continue;
        }
        count += 1;
        if is_json {
            let time = row.line.time.map(|time| time.to_rfc3339());
            let json = serde_json::to_string(&JsonLine { time, tag: row.line.tag, text: &text })?;
            writeln!(out, "{}", escape_json(&json))?;
        } else {
            let day = row.line.time.map(|time| time.format("%Y-%m-%d ").to_string()).unwrap_or_default();
            writeln!(out, "{day}{text}")?;
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::super::rows::{DAY, LogLine};
    use super::*;

    #[test]
    fn text_and_json_lines_are_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut rows = Rows::new(usize::MAX, usize::MAX, 0);
        let long = "x".repeat(5000);
        rows.push(LogLine { text: &long, ..LogLine::default() });
        let time = chrono::DateTime::parse_from_rfc3339("2026-11-22T14:03:27+01:00").ok();
        rows.push(LogLine { text: "2026-11-22", tag: DAY, ..LogLine::default() });
        rows.push(LogLine { text: "好\"", tag: 3, time, tone: None });
        let saved = |name: &str, numbers| {
            let path = folder.path().join(name);
            let count = crate::files::write_whole(&path, |out| {
                write_rows(out, name.ends_with("jsonl"), &rows, numbers)
            })
            .unwrap();
            (count, std::fs::read_to_string(path).unwrap())
        };
        assert_eq!(saved("a.txt", None), (2, format!("{long}\n2026-11-22 好\"\n")));
        let json = r#"{"time":"2026-11-22T14:03:27+01:00","tag":3,"text":"好\""}"#;
        assert_eq!(saved("a.jsonl", Some(vec![3, 4])), (1, format!("{json}\n")));
    }
}
