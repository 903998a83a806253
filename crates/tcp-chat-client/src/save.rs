//! The conversation as lines, for the clipboard and for files.

use std::io;

use common::text::{escape_block, escape_json};
use common::texts::{phrase, word};
use serde::Serialize;

use crate::engine::FailedReason;
use crate::transcript::{Body, Entry, OwnState};

/// An entry as a program reads it.
#[derive(Debug, Serialize)]
struct JsonLine<'a> {
    time: String,
    /// `client`, `server` or `note`.
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bot: Option<&'a str>,
    /// What became of a message of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    text: &'a str,
}

/// An entry as people read it, with its line feed.
pub(crate) fn text_line(entry: &Entry) -> String {
    let time = entry.at.format("%Y-%m-%d %H:%M:%S");
    let text = entry.body.text();
    let text = escape_block(&text);
    match &entry.body {
        Body::Note(_) => format!("{time}  {text}\n"),
        Body::Own { state, .. } if state.is_bad() => {
            format!("{time}  {} ({}): {text}\n", entry.body.speaker(), phrase(state))
        }
        body => format!("{time}  {}: {text}\n", body.speaker()),
    }
}

fn json_line(entry: &Entry) -> io::Result<String> {
    let text = entry.body.text();
    let (from, bot, state) = match &entry.body {
        Body::Note(_) => ("note", None, None),
        Body::Own { state, .. } => ("client", None, Some(state_word(state))),
        Body::Server { bot, .. } => ("server", bot.as_deref(), None),
    };
    let line = JsonLine { time: entry.at.to_rfc3339(), from, bot, state, text: &text };
    Ok(escape_json(&serde_json::to_string(&line)?).into_owned() + "\n")
}

fn state_word(state: &OwnState) -> String {
    match state {
        state if state.is_open() => "open".into(),
        OwnState::Failed { reason: FailedReason::Server { reason, .. }, .. } => word(reason),
        OwnState::Failed { reason, .. } => word(reason),
        state => word(state),
    }
}

/// Writes the entries as text or as JSON lines; gives how many lines that are.
///
/// # Errors
/// Where `out` does not take them.
pub(crate) fn write(entries: &[Entry], out: &mut dyn io::Write, is_json: bool) -> io::Result<usize> {
    let mut lines = 0;
    for entry in entries {
        let line = if is_json { json_line(entry)? } else { text_line(entry) };
        out.write_all(line.as_bytes())?;
        lines += line.matches('\n').count();
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::MessageId;
    use crate::transcript::{Note, Transcript};
    use chrono::DateTime;

    fn written(is_json: bool) -> String {
        let mut transcript = Transcript::default();
        let at = DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap();
        transcript.push(at, Body::Note(Note::Ready));
        let state = OwnState::Failed { reason: FailedReason::ConnectionLost, is_retried: false };
        transcript.push(at, Body::Own { id: MessageId(1), text: "a\nb".to_owned(), state, to: None });
        let bot = Some("Echo".to_owned());
        transcript.push(at, Body::Server { bot, text: "\u{1b}好".to_owned(), streams_for: None });
        let entries: Vec<Entry> = transcript.entries().cloned().collect();
        let mut out = Vec::new();
        assert_eq!(write(&entries, &mut out, is_json).unwrap(), if is_json { 3 } else { 4 });
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn people_get_who_when_and_what() {
        let expected = "2026-11-22 14:01:00  Connected! Ready to chat! :)\n\
            2026-11-22 14:01:00  You (failed, the connection ended before the answer came): a\nb\n2026-11-22 14:01:00  Echo: \\x1B好\n";
        assert_eq!(written(false), expected);
    }

    #[test]
    fn programs_get_a_line_for_each_entry() {
        let expected = [
            r#"{"time":"2026-11-22T14:01:00+01:00","from":"note","text":"Connected! Ready to chat! :)"}"#,
            r#"{"time":"2026-11-22T14:01:00+01:00","from":"client","state":"connection_lost","text":"a\nb"}"#,
            r#"{"time":"2026-11-22T14:01:00+01:00","from":"server","bot":"Echo","text":"\u001b好"}"#,
        ];
        assert_eq!(written(true).lines().collect::<Vec<_>>(), expected);
    }
}
