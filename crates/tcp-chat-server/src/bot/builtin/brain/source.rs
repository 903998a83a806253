//! The text of a brain as commands, and these as topics and definitions.

use std::collections::HashMap;

use super::error::{BrainError, BrainFault};

/// The topic that everybody begins in.
pub(super) const FIRST_TOPIC: &str = "random";

/// A text, and the line it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lined {
    pub(super) line: usize,
    pub(super) text: String,
}

/// A trigger and what belongs to it, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) topic: Box<str>,
    pub(super) trigger: Lined,
    pub(super) previous: Option<Lined>,
    pub(super) redirect: Option<Lined>,
    pub(super) conditions: Vec<Lined>,
    pub(super) replies: Vec<Lined>,
}

/// A topic's lines `> topic name includes a b inherits c`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct TopicHead {
    pub(super) line: usize,
    pub(super) includes: Vec<String>,
    pub(super) inherits: Vec<String>,
}

/// A brain as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Source {
    pub(super) blocks: Vec<Block>,
    pub(super) topics: HashMap<Box<str>, TopicHead>,
    /// `! kind name = value` for `var`, `sub`, `person` and `array`.
    pub(super) definitions: Vec<(&'static str, String, Lined)>,
}

/// Reads a brain.
pub(super) fn read(text: &str) -> Result<Source, BrainError> {
    let mut source = Source::default();
    let mut topic = (Box::<str>::from(FIRST_TOPIC), 0);
    let mut is_open = false;
    for (sign, Lined { line, text }) in commands(text)? {
        let at = |fault| BrainError { line, fault };
        let lined = Lined { line, text };
        match sign {
            '!' => source.define(lined)?,
            '>' if topic.1 != 0 => return Err(BrainError { line: topic.1, fault: BrainFault::OpenTopic }),
            '>' => topic = (source.open(lined)?, line),
            '<' if topic.1 == 0 => return Err(at(BrainFault::NoTopic)),
            '<' => topic = (FIRST_TOPIC.into(), 0),
            '+' => {
                let topic = topic.0.clone();
                let (conditions, replies) = (Vec::new(), Vec::new());
                let block =
                    Block { topic, trigger: lined, previous: None, redirect: None, conditions, replies };
                source.blocks.push(block);
            }
            _ => {
                let block = source.blocks.last_mut().filter(|_| is_open);
                let block = block.ok_or_else(|| at(BrainFault::NoTrigger(sign)))?;
                match sign {
                    '-' => block.replies.push(lined),
                    '*' => block.conditions.push(lined),
                    '%' => block.previous = Some(lined),
                    _ => block.redirect = Some(lined),
                }
            }
        }
        is_open = !matches!(sign, '<' | '>') && (is_open || sign == '+');
    }
    if topic.1 != 0 {
        return Err(BrainError { line: topic.1, fault: BrainFault::OpenTopic });
    }
    for block in &source.blocks {
        if block.redirect.is_none() && block.conditions.is_empty() && block.replies.is_empty() {
            return Err(BrainError { line: block.trigger.line, fault: BrainFault::NoReply });
        }
    }
    Ok(source)
}

/// The commands with their signs: comments are gone, continued lines (`^`) are one.
fn commands(text: &str) -> Result<Vec<(char, Lined)>, BrainError> {
    let mut commands: Vec<(char, Lined)> = Vec::new();
    let mut is_comment = false;
    let mut glue = "";
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = index + 1;
        let mut line = line.trim();
        if is_comment || line.starts_with("/*") {
            let end = line.split_once("*/");
            is_comment = end.is_none();
            line = end.map_or("", |(_, rest)| rest.trim());
        }
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        let line = line.split_once(" // ").map_or(line, |(line, _)| line.trim_end());
        let mut characters = line.chars();
        let Some(sign) = characters.next() else { continue };
        let text = characters.as_str().trim();
        let fault = |fault| BrainError { line: number, fault };
        match sign {
            '^' => {
                let (_, last) = commands.last_mut().ok_or_else(|| fault(BrainFault::NoTrigger('^')))?;
                last.text.push_str(glue);
                last.text.push_str(text);
            }
            '!' if text.starts_with("local") => {
                let value = text.split_once('=').map(|(_, value)| value.trim());
                glue = match value {
                    Some("none") => "",
                    Some("space") => " ",
                    Some("newline") => "\\n",
                    _ => return Err(fault(BrainFault::Unsupported(format!("\"{text}\"")))),
                };
            }
            '+' | '-' | '%' | '@' | '*' | '!' | '>' | '<' => {
                commands.push((sign, Lined { line: number, text: text.to_owned() }));
            }
            sign => return Err(fault(BrainFault::UnknownSign(sign))),
        }
    }
    Ok(commands)
}

impl Source {
    fn define(&mut self, Lined { line, text }: Lined) -> Result<(), BrainError> {
        let fault = |fault| Err(BrainError { line, fault });
        let Some((head, value)) = text.split_once('=') else { return fault(BrainFault::Definition) };
        let (kind, name) = head.trim().split_once(char::is_whitespace).unwrap_or((head.trim(), ""));
        let (name, value) = (name.trim(), value.trim());
        let kind = match kind {
            "version" if value.parse().is_ok_and(|version: f32| version <= 2.0) => return Ok(()),
            "version" => return fault(BrainFault::Version(value.to_owned())),
            "var" => "var",
            "sub" => "sub",
            "person" => "person",
            "array" => "array",
            _ => return fault(BrainFault::Unsupported(format!("\"! {kind}\""))),
        };
        if name.is_empty() || value.is_empty() && kind != "sub" {
            return fault(BrainFault::Definition);
        }
        self.definitions.push((kind, name.to_owned(), Lined { line, text: value.to_owned() }));
        Ok(())
    }

    fn open(&mut self, Lined { line, text }: Lined) -> Result<Box<str>, BrainError> {
        let fault = |fault| BrainError { line, fault };
        let mut words = text.split_whitespace();
        let kind = words.next().unwrap_or_default();
        let Some(name) = words.next().filter(|_| kind == "topic") else {
            return Err(fault(BrainFault::Unsupported(format!("\"> {kind}\""))));
        };
        let head = self.topics.entry(name.into()).or_default();
        head.line = line;
        let mut list = None;
        for word in words {
            match (word, &mut list) {
                ("includes", _) => list = Some(&mut head.includes),
                ("inherits", _) => list = Some(&mut head.inherits),
                (word, Some(list)) => list.push(word.to_owned()),
                (word, None) => return Err(fault(BrainFault::Unsupported(format!("{word:?}")))),
            }
        }
        Ok(name.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_continued_lines_are_one() {
        let text = "\u{feff}// one\n/* two\n - three */\n+ hello // four\n- see http://x\n^ y\n! local concat = newline\n^ z\n";
        let source = read(text).unwrap();
        let block = &source.blocks[0];
        assert_eq!(block.trigger, Lined { line: 4, text: "hello".into() });
        assert_eq!(block.replies, [Lined { line: 5, text: "see http://xy\\nz".into() }]);
    }

    #[test]
    fn a_fault_has_its_line() {
        use BrainFault::{Definition, NoReply, NoTopic, NoTrigger, OpenTopic, Unsupported};
        for (text, line, fault) in [
            ("hello", 1, BrainFault::UnknownSign('h')),
            ("\n- hi", 2, NoTrigger('-')),
            ("^ hi", 1, NoTrigger('^')),
            ("+ a\n- b\n> topic x\n- c\n< topic", 4, NoTrigger('-')),
            ("+ a\n\n+ b\n- c", 1, NoReply),
            ("+ a\n- b\n> topic x\n+ c\n- d", 3, OpenTopic),
            ("> topic x\n> topic y\n< topic\n< topic", 1, OpenTopic),
            ("< topic", 1, NoTopic),
            ("> begin\n< begin", 1, Unsupported("\"> begin\"".into())),
            ("> object f perl\n< object", 1, Unsupported("\"> object\"".into())),
            ("! global depth = 5", 1, Unsupported("\"! global\"".into())),
            ("! var name", 1, Definition),
            ("! var = x", 1, Definition),
            ("! version = 3.0", 1, BrainFault::Version("3.0".into())),
        ] {
            assert_eq!(read(text), Err(BrainError { line, fault }), "{text}");
        }
    }
}
