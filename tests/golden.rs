//! What the four programs print, word for word: each event as a line for people and as JSON, `--help`, and
//! what is said about a wrong command line. The expected output is in `tests/golden/`, with times, ports and
//! figures replaced.
//!
//! `UPDATE_GOLDEN=1 cargo nextest run --workspace -E 'test(/^golden::/)'` writes it anew: look at the diff.

mod chat_client;
mod chat_server;
mod command_line;
mod time_client;
mod time_server;

use std::fmt::Write as _;
use std::path::Path;

use crate::support::Program;

/// What a run prints.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Lines,
    Json,
}

const FORMS: [Form; 2] = [Form::Lines, Form::Json];

/// What is different in each run: a pattern, and what stands for it. In a pattern `9` is a digit, `#` a number
/// with its sign and its decimals, `@` a letter, `~` a hexadecimal digit, and all else is itself.
const MASKS: &[(&str, &str)] = &[
    ("~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~", "<key>"),
    ("9999-99-99T99:99:99.999999+99:99", "<time>"),
    ("9999-99-99T99:99:99.999999999+99:99", "<time>"),
    ("9999-99-99T99:99:99.999+99:99", "<time>"),
    ("9999-99-99T99:99:99.999Z", "<time>"),
    ("@@@ @@@ # 99:99:99 9999", "<text time>"),
    ("sender\":\"~~~~~~~~\"", "sender\":\"<id>\""),
    ("sender\\\":\\\"~~~~~~~~\\\"", "sender\\\":\\\"<id>\\\""),
    ("since 9999-99-99 99:99:99", "since <clock>"),
    ("since 99:99:99", "since <clock>"),
    ("at 99:99:99", "at <clock>"),
    ("127.0.0.1:#", "127.0.0.1:<port>"),
    ("127.255.255.255:#", "127.255.255.255:<port>"),
    ("10.66.0.2:#", "10.66.0.2:<port>"),
    (", port #", ", port <port>"),
    ("Port: #", "Port: <port>"),
    ("\"port\": #", "\"port\": <port>"),
    ("\"late_us\": #", "\"late_us\": <us>"),
    ("\"elapsed_ms\": #", "\"elapsed_ms\": <ms>"),
    ("\"took_ms\": #", "\"took_ms\": <ms>"),
    ("\"retry_in_ms\": #", "\"retry_in_ms\": <ms>"),
    ("\"receive_buffer_bytes\": #", "\"receive_buffer_bytes\": <bytes>"),
    (" after # s", " after <secs> s"),
    ("again in # s", "again in <secs> s"),
    ("next try in # s", "next try in <secs> s"),
    (env!("CARGO_PKG_VERSION"), "<version>"),
    ("Name or service not known", "<resolver>"),
    ("Temporary failure in name resolution", "<resolver>"),
];

/// Longest run of one character that is kept.
const MAX_RUN: usize = 60;

/// What a program has printed, as far as it is to be compared.
struct Recording {
    form: Form,
    text: String,
    /// What else is different in each run.
    masks: Vec<(&'static str, &'static str)>,
}

impl Recording {
    fn new(form: Form) -> Self {
        Self { form, text: String::new(), masks: Vec::new() }
    }

    /// Starts a program headless; prints in the form that is recorded.
    fn start(&self, name: &str, args: &[&str]) -> Program {
        Program::headless(name, &[self.form_args(), args].concat())
    }

    fn form_args(&self) -> &'static [&'static str] {
        match self.form {
            Form::Lines => &[],
            Form::Json => &["--json"],
        }
    }

    /// A heading for what comes.
    fn scene(&mut self, title: &str) {
        self.text.extend(["== ", title, "\n"]);
    }

    fn add(&mut self, line: &str) {
        let value = (self.form == Form::Json).then(|| serde_json::from_str::<serde_json::Value>(line));
        match value {
            // One key a line: what is added is seen as added.
            Some(Ok(value)) => self.text.push_str(&serde_json::to_string_pretty(&value).expect("JSON")),
            _ => self.text.push_str(line),
        }
        self.text.push('\n');
    }

    /// Records the next line of this event: for people it holds `part`. What comes before is passed over.
    fn pick(&mut self, program: &mut Program, event: &str, part: &str) -> String {
        let line = match self.form {
            Form::Lines => program.line_with(part),
            Form::Json => program.line_with(&format!("\"event\":\"{event}\"")),
        };
        self.add(&line);
        line
    }

    /// Records the line of each event, in this order.
    fn pick_all(&mut self, program: &mut Program, events: &[(&str, &str)]) {
        for (event, part) in events {
            self.pick(program, event, part);
        }
    }

    /// Records the next lines of a program, however many.
    fn next(&mut self, program: &mut Program, count: usize) {
        for _ in 0..count {
            let line = program.line();
            self.add(&line);
        }
    }

    /// Records all that a program says from now on, and how it ends.
    fn rest(&mut self, program: &mut Program) {
        for line in program.rest() {
            self.add(&line);
        }
        let code = program.exit().code();
        let stderr = program.stderr();
        self.text.extend([stderr, format!("-> exit code {code:?}\n")]);
    }

    /// Compares what was recorded.
    fn check(self, name: &str) {
        let ending = if self.form == Form::Json { "json.txt" } else { "txt" };
        assert_golden(&format!("{name}.{ending}"), &self.text, &self.masks);
    }
}

/// Compares `text`, with what differs in each run replaced, with a golden file.
fn assert_golden(name: &str, text: &str, masks: &[(&str, &str)]) {
    let mut actual = shorten_runs(text);
    for (pattern, placeholder) in masks.iter().chain(MASKS) {
        actual = mask(&actual, pattern, placeholder);
    }
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden")).join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).expect("a file");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        actual == expected,
        "{} differs (UPDATE_GOLDEN=1 takes over what is new):\n{}",
        path.display(),
        diff(&expected, &actual)
    );
}

/// Replaces whatever matches a pattern of [`MASKS`].
fn mask(text: &str, pattern: &str, placeholder: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(len) = match_len(rest, pattern) {
            masked.push_str(placeholder);
            rest = &rest[len..];
        } else {
            masked.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    masked
}

/// The bytes of `text` that match at its beginning.
fn match_len(text: &str, pattern: &str) -> Option<usize> {
    let mut rest = text;
    for wanted in pattern.chars() {
        let len = match wanted {
            '#' => number_len(rest)?,
            wanted => {
                let found = rest.chars().next()?;
                let is_match = match wanted {
                    '9' => found.is_ascii_digit(),
                    '@' => found.is_ascii_alphabetic(),
                    '~' => found.is_ascii_hexdigit(),
                    literal => found == literal,
                };
                is_match.then_some(found.len_utf8())?
            }
        };
        rest = &rest[len..];
    }
    Some(text.len() - rest.len())
}

fn number_len(text: &str) -> Option<usize> {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let sign = usize::from(text.starts_with(['+', '-']));
    let whole = digits(&text[sign..]);
    let len = sign + whole;
    let decimals = text[len..].strip_prefix('.').map_or(0, digits);
    (whole > 0).then_some(if decimals > 0 { len + 1 + decimals } else { len })
}

/// Long texts of one character become short.
fn shorten_runs(text: &str) -> String {
    let mut short = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(first).len();
        let count = run / first.len_utf8();
        if count > MAX_RUN {
            write!(short, "<{first} {count} times>").expect("a string takes all");
        } else {
            short.push_str(&rest[..run]);
        }
        rest = &rest[run..];
    }
    short
}

/// The lines that differ, with some around them: what has been there with `-`, what is there with `+`.
fn diff(expected: &str, actual: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    // The longest common subsequence, from the end.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines: Vec<(char, &str)> = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    let is_near =
        |at: usize| lines[at.saturating_sub(4)..(at + 5).min(lines.len())].iter().any(|(c, _)| *c != ' ');
    let near = lines.iter().enumerate().filter(|(at, _)| is_near(*at));
    let near: Vec<String> = near.map(|(_, (change, line))| format!("{change} {line}\n")).collect();
    near.concat()
}

#[test]
fn a_mask_hides_what_differs_and_nothing_else() {
    for (pattern, text, masked) in [
        ("port #", "port 6666, port x", "port <n>, port x"),
        ("# ms", "+0.40 ms, -3 ms.", "<n>, <n>."),
        ("at 99:99:99", "at 12:00:01 or at 1:00:00", "<n> or at 1:00:00"),
        ("@@@ #", "Nov 28, No 28", "<n>, No 28"),
    ] {
        let placeholder = if pattern == "port #" { "port <n>" } else { "<n>" };
        assert_eq!(mask(text, pattern, placeholder), masked);
    }
    assert_eq!(shorten_runs(&format!("x{}y", "★".repeat(100))), "x<★ 100 times>y");
    assert_eq!(diff("a\nb\nc\n", "a\nx\nc\n"), "  a\n- b\n+ x\n  c\n");
}
