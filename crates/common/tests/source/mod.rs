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
    // A zone of the database that is none.
    "\"Factory\"",
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
    // What the window shows stands beside it. The rest is for the command line, what a spreadsheet reads, and symbols of units.
    let beside =
        name.split_once("/src/").filter(|(program, file)| *program != "common" && !file.contains('/'));
    let is_model = beside.is_some_and(|(_, file)| {
        !["byte_size.rs", "config.rs", "csv.rs", "event.rs", "keys.rs", "lib.rs", "main.rs", "stdin.rs"]
            .contains(&file)
    });
    (is_panel || is_model) && !is_elsewhere
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
    let is_key = ["Ctrl", "Delete", "Enter", "Shift", "Tab", "Esc", "Page", "Home", "Up,"]
        .iter()
        .any(|key| literal.starts_with(key));
    has_word && !is_key && (has_capital || has_two.count() > 1 || !words.is_ascii())
}

/// A struct, or an enum, that serialises: what its sentences are called and which arguments they get.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) name: String,
    /// The name that `#[serde(rename)]` gives it in front of its keys.
    pub(crate) key: String,
    pub(crate) variants: Vec<Variant>,
}

/// One sentence: of a variant, or of a struct, which has no name for it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// Names of the fields; `None` where another type's fields are among them.
    pub(crate) fields: Option<BTreeSet<String>>,
    /// Types of the fields, where they have a name of one word: `BindError`, also where that is optional.
    pub(crate) types: Vec<String>,
    /// Whether its value's sentence stands for it.
    pub(crate) is_transparent: bool,
}

impl Described {
    /// The keys of its sentences.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (String, &Variant)> {
        self.variants.iter().filter(|variant| !variant.is_transparent).map(|variant| {
            let end =
                if variant.name.is_empty() { String::new() } else { format!("-{}", words(&variant.name)) };
            (words(&self.key) + &end, variant)
        })
    }
}

fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() && !words.ends_with('-') {
            words.push('-');
        }
        words.push(if c == '_' { '-' } else { c.to_ascii_lowercase() });
    }
    words
}

/// The types of a file, in the form that rustfmt gives it, that derive `Serialize`, or add fields to it by hand.
pub(crate) fn described(code: &str) -> Vec<Described> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let head = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub(super) "));
        let head = head.or(line.strip_prefix("pub ")).unwrap_or(line);
        let is_enum = head.starts_with("enum ");
        let Some(name) = head.strip_prefix("enum ").or(head.strip_prefix("struct ")) else { continue };
        let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
        let attributes: Vec<&str> =
            lines[..at].iter().rev().take_while(|line| line.starts_with("#[")).copied().collect();
        let by_hand = format!("impl Serialize for {name} {{");
        if !attributes.iter().any(|line| line.starts_with("#[derive(") && line.contains("Serialize"))
            && !lines.contains(&by_hand.as_str())
        {
            continue;
        }
        let key = attributes.iter().find_map(|line| renamed(line)).unwrap_or_else(|| name.clone());
        let rest = if line.ends_with('{') { &lines[at + 1..] } else { &[] };
        let body: Vec<&str> = rest.iter().take_while(|line| **line != "}").copied().collect();
        let variants = if is_enum { variants(&body) } else { vec![of_struct(&body, 4)] };
        found.push(Described { name, key, variants });
    }
    found
}

fn renamed(attribute: &str) -> Option<String> {
    Some(attribute.split_once("serde(rename = \"")?.1.split_once('"')?.0.to_owned())
}

fn variants(body: &[&str]) -> Vec<Variant> {
    let mut variants = Vec::new();
    let (mut is_transparent, mut rename) = (false, None);
    for (at, line) in body.iter().enumerate() {
        let Some(text) = line.strip_prefix("    ").filter(|text| !text.starts_with([' ', '}', ')'])) else {
            continue;
        };
        if text.starts_with('#') {
            is_transparent |= text.contains("untagged");
            rename = renamed(text).or(rename);
            continue;
        }
        let name: String = text.chars().take_while(|c| c.is_alphanumeric()).collect();
        let rest = &text[name.len()..];
        let mut variant = if let Some(fields) = rest.strip_prefix(" { ") {
            let fields = fields.trim_end_matches([' ', '}', ',']);
            of_struct(&fields.split(", ").collect::<Vec<_>>(), 0)
        } else if rest == " {" {
            let inner: Vec<&str> =
                body[at + 1..].iter().take_while(|line| **line != "    },").copied().collect();
            of_struct(&inner, 8)
        } else if rest.starts_with('(') {
            Variant::default()
        } else {
            Variant { fields: Some(BTreeSet::new()), ..Variant::default() }
        };
        variant.name = rename.take().unwrap_or(name);
        variant.is_transparent = std::mem::take(&mut is_transparent);
        variants.push(variant);
    }
    variants
}

fn of_struct(lines: &[&str], indent: usize) -> Variant {
    let (mut fields, mut types, mut is_known, mut rename) = (BTreeSet::new(), Vec::new(), true, None);
    for line in lines {
        let text = line.get(indent..).unwrap_or_default();
        if text.starts_with('#') {
            is_known &= !text.contains("flatten");
            rename = renamed(text).or(rename);
        } else if let Some((name, kind)) = text.split_once(": ")
            && !text.starts_with([' ', '}'])
        {
            let name = name.rsplit(' ').next().unwrap();
            let kind = kind.trim_end_matches([',', '>']);
            types.push(kind.rsplit('<').next().unwrap().to_owned());
            fields.insert(rename.take().unwrap_or_else(|| name.to_owned()));
        }
    }
    Variant { fields: is_known.then_some(fields), types, ..Variant::default() }
}

/// The types of which every sentence has to be there: those of `localized!`, and events.
pub(crate) fn told(code: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, start) in code.match_indices("localized!(") {
        let list = code[at + start.len()..].split(')').next().unwrap();
        names.extend(list.split(',').map(|name| name.trim().rsplit("::").next().unwrap().to_owned()));
    }
    names.retain(|name| name.chars().next().is_some_and(char::is_uppercase));
    names
}

#[test]
fn types_are_read_with_their_sentences() {
    let code = r#"
#[derive(Debug, Serialize)]
#[serde(rename = "chat-event")]
pub enum Event {
    Stopped,
    PortTaken { port: u16, host: String },
    #[serde(untagged)]
    Other(Reason),
    Asked {
        #[serde(rename = "client")]
        id: u32,
        pub text: String,
    },
}
localized!(BindError, crate::Event);
"#;
    let types = described(code);
    let keys: Vec<String> = types[0].keys().map(|(key, _)| key).collect();
    assert_eq!(keys, ["chat-event-stopped", "chat-event-port-taken", "chat-event-asked"]);
    let fields = |at: usize| types[0].variants[at].fields.clone().unwrap().into_iter().collect::<Vec<_>>();
    assert_eq!(
        (fields(1), fields(3)),
        (vec!["host".into(), "port".into()], vec!["client".into(), "text".into()])
    );
    assert_eq!(told(code), ["BindError", "Event"]);
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
