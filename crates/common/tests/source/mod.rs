//! Reads the code of all crates, well enough to find texts in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A file of a crate, without its tests and comments.
pub(crate) struct Source {
    /// `udp-time-server/src/app.rs`
    pub(crate) name: String,
    pub(crate) code: String,
    /// Whether a window shows what it says.
    pub(crate) is_window: bool,
}

/// What is not shown although it looks like a text.
const NOT_SHOWN: &[&str] = &[
    "#[",
    "reason = ",
    "Panel::",
    "id_salt(",
    "Id::",
    ".with(",
    "request_discard(",
    "debug_struct(",
    ".name(",
    "anyhow!(",
    "Failure::",
    "Name(",
];

/// The sources of all crates.
pub(crate) fn read_all() -> Vec<Source> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut sources = Vec::new();
    for entry in fs::read_dir(crates).unwrap() {
        read_folder(crates, &entry.unwrap().path().join("src"), &mut sources);
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(sources.len() > 50);
    sources
}

fn read_folder(crates: &Path, folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_folder(crates, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let name = path.strip_prefix(crates).unwrap().to_str().unwrap().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            sources.push(Source {
                code: without_tests_and_comments(&text),
                is_window: is_window(&name),
                name,
            });
        }
    }
}

fn is_window(name: &str) -> bool {
    // Errors at the start are for the terminal, and the portal's names for the bus.
    let is_elsewhere = ["window/launch.rs", "window/portal.rs"].iter().any(|end| name.ends_with(end));
    let is_panel = name.contains("/src/ui/") || name.contains("common/src/window/");
    let is_model = ["/app.rs", "/model.rs", "/words.rs", "/transcript.rs", "/table.rs"]
        .iter()
        .any(|end| name.ends_with(end));
    // What a window's log says, too.
    let is_log = ["tcp-chat-server/src/level.rs", "tcp-chat-server/src/lines.rs"].contains(&name);
    (is_panel || is_model || is_log) && !is_elsewhere
}

fn without_tests_and_comments(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.fold(String::new(), |code, line| code + line + "\n")
}

/// Each use of `tr!` with a key: the key and the names of the arguments.
pub(crate) fn uses(code: &str) -> Vec<(String, BTreeSet<String>)> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let own = |(at, _): &(usize, &str)| !code[..*at].ends_with(is_name);
    code.match_indices("tr!(")
        .filter(own)
        .filter_map(|(at, start)| one_use(&code[at + start.len()..]))
        .collect()
}

fn one_use(rest: &str) -> Option<(String, BTreeSet<String>)> {
    let (key, mut rest) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
    let mut arguments = BTreeSet::new();
    let (mut depth, mut is_string) = (1, false);
    while depth > 0 {
        let c = rest.chars().next()?;
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => is_string = !is_string,
            _ if is_string => (),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 1 => {
                if let Some((name, _)) = rest.split_once('=')
                    && !name.contains(')')
                {
                    arguments.insert(name.trim().to_owned());
                }
            }
            _ => (),
        }
    }
    Some((key.to_owned(), arguments))
}

/// The literals of `code` that look like a text for people.
pub(crate) fn texts_of_a_window(code: &str) -> Vec<String> {
    code.lines()
        .filter(|line| !NOT_SHOWN.iter().any(|sign| line.contains(sign)))
        .flat_map(literals)
        .filter(|literal| is_text(literal))
        .collect()
}

fn literals(line: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let line = line.replace("'\"'", "");
    let mut parts = line.split('"');
    while let (Some(_code), Some(literal)) = (parts.next(), parts.next()) {
        literals.push(literal.to_owned());
    }
    literals
}

/// Two words, or one with a capital letter.
fn is_text(literal: &str) -> bool {
    let mut depth = 0;
    let words: String = literal
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '{');
            let is_outside = depth == 0;
            depth -= i32::from(*c == '}');
            is_outside
        })
        .collect();
    let letters: Vec<char> = words.chars().collect();
    let is_word = |pair: &[char]| pair.iter().all(|c| c.is_alphabetic());
    let has_word = letters.windows(2).any(is_word);
    let has_capital = letters.windows(2).any(|pair| pair[0].is_uppercase() && pair[1].is_lowercase());
    let has_two =
        words.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1);
    // Names of keys are on the keyboard, not in a language.
    let is_key = ["Ctrl", "Enter", "Shift", "Tab", "Esc", "Page", "Home", "Up,"]
        .iter()
        .any(|key| literal.starts_with(key));
    has_word && !is_key && (has_capital || has_two.count() > 1 || !words.is_ascii())
}

#[test]
fn texts_are_told_from_names() {
    for text in ["Stop", "{} new ones", "trying on", "好的", "Listening on {addr}"] {
        assert!(is_text(text), "{text}");
    }
    for name in
        ["Ctrl+S", "Tab, Shift+Tab", "log-clear", "{}:{}", "{} ms", "status", "%H:%M:%S", "zh-CN", "   "]
    {
        assert!(!is_text(name), "{name}");
    }
}

#[test]
fn uses_are_found_with_their_arguments() {
    let code = r#"tr!("a", x = f(1, 2), y = "b, c = d"); tr!("b"); tr!(key); include_str!("x")"#;
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(uses(code), [("a".into(), names(&["x", "y"])), ("b".into(), names(&[]))]);
}
