//! A reply with its tags, read once: what a client says is put in as text and never read as tags.

use super::error::{BrainFault, BrainName};
use super::words::words;

/// Tags within tags.
const MAX_DEPTH: usize = 6;

/// Most that a reply may be preferred to others.
const MAX_WEIGHT: u32 = 1000;

/// Characters of a faulty tag that are shown.
const SHOWN: usize = 24;

/// A piece of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// What a wildcard took, the first is 1.
    Star(usize),
    /// What a wildcard of the `%` line took.
    BotStar(usize),
    /// What the client said last.
    Input,
    /// What the bot said last.
    Reply,
    /// A value that is remembered.
    Get(Box<str>),
    /// Remembers a value.
    Set(Box<str>, Vec<Piece>),
    /// Adds to a number that is remembered.
    Add {
        name: Box<str>,
        sign: i64,
        value: Vec<Piece>,
    },
    /// Changes the topic.
    Topic(Box<str>),
    /// What the bot says to this.
    Redirect(Vec<Piece>),
    /// One of these.
    Random(Vec<Vec<Piece>>),
    /// The same in another form.
    Form(Form, Vec<Piece>),
    /// What a skill says.
    Call(Box<str>, Vec<Piece>),
}

/// A form of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Formal,
    Sentence,
    Upper,
    Lower,
    Person,
}

impl Form {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "formal" => Self::Formal,
            "sentence" => Self::Sentence,
            "uppercase" => Self::Upper,
            "lowercase" => Self::Lower,
            "person" => Self::Person,
            _ => return None,
        })
    }
}

/// What tags can name.
pub(super) trait Names {
    /// The value of a variable of the bot.
    fn bot_value(&self, name: &str) -> Option<&str>;
    fn has_topic(&self, name: &str) -> bool;
    fn has_skill(&self, name: &str) -> bool;
}

/// A reply, and how much it is preferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) pieces: Vec<Piece>,
    pub(super) weight: u32,
}

/// Reads a reply.
pub(super) fn parse(text: &str, names: &dyn Names) -> Result<Template, BrainFault> {
    let mut reader = Reader { rest: text, names, weight: 1 };
    let pieces = reader.sequence(&[], 0)?;
    Ok(Template { pieces, weight: reader.weight })
}

/// Splits a leading or trailing `{weight=N}` from a trigger.
pub(super) fn split_weight(trigger: &str) -> Result<(String, u32), BrainFault> {
    let Some((before, rest)) = trigger.split_once("{weight=") else { return Ok((trigger.to_owned(), 0)) };
    let (number, after) = rest.split_once('}').ok_or_else(|| fault_at(trigger))?;
    Ok((format!("{before}{after}"), weight(number)?))
}

fn weight(number: &str) -> Result<u32, BrainFault> {
    let number = number.trim().parse().ok().filter(|weight| (1..=MAX_WEIGHT).contains(weight));
    number.ok_or(BrainFault::Number(MAX_WEIGHT))
}

fn fault_at(rest: &str) -> BrainFault {
    BrainFault::Tag(rest.chars().take(SHOWN).collect())
}

struct Reader<'a> {
    rest: &'a str,
    names: &'a dyn Names,
    weight: u32,
}

impl<'a> Reader<'a> {
    /// Reads up to one of `ends`, which stays.
    fn sequence(&mut self, ends: &[&str], depth: usize) -> Result<Vec<Piece>, BrainFault> {
        if depth > MAX_DEPTH {
            return Err(BrainFault::TooDeep);
        }
        let mut pieces = Vec::new();
        let mut text = String::new();
        loop {
            if ends.iter().any(|end| self.rest.starts_with(end)) {
                break;
            }
            let mut characters = self.rest.chars();
            let Some(c) = characters.next() else {
                if ends.is_empty() {
                    break;
                }
                // Shown by the one that opened it.
                return Err(fault_at(""));
            };
            if matches!(c, '<' | '{') {
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                let start = self.rest;
                self.rest = characters.as_str();
                let piece = if c == '<' { self.angle(depth) } else { self.curly(depth) };
                pieces.extend(piece.map_err(|fault| match fault {
                    BrainFault::Tag(_) => fault_at(start),
                    fault => fault,
                })?);
                continue;
            }
            text.push(match (c, characters.clone().next()) {
                ('\\', Some(escaped)) => {
                    characters.next();
                    match escaped {
                        'n' => '\n',
                        's' => ' ',
                        escaped => escaped,
                    }
                }
                _ => c,
            });
            self.rest = characters.as_str();
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Ok(pieces)
    }

    /// Reads the rest of `<...>`.
    fn angle(&mut self, depth: usize) -> Result<Option<Piece>, BrainFault> {
        let name = self.take_while(|c| c.is_ascii_lowercase() || c == '@');
        let piece = match name {
            "star" => Piece::Star(self.number()?),
            "botstar" => Piece::BotStar(self.number()?),
            "input" => Piece::Input,
            "reply" => Piece::Reply,
            "@" => Piece::Redirect(vec![Piece::Star(1)]),
            "get" => Piece::Get(self.name().into()),
            "bot" => {
                let name = self.name();
                let unknown = || BrainFault::Unknown { kind: BrainName::Variable, name: name.to_owned() };
                Piece::Text(self.names.bot_value(name).ok_or_else(unknown)?.to_owned())
            }
            "set" | "add" | "sub" => {
                let variable = self.name();
                self.expect("=")?;
                let value = self.sequence(&[">"], depth + 1)?;
                match name {
                    "set" => Piece::Set(variable.into(), value),
                    _ => {
                        Piece::Add { name: variable.into(), sign: if name == "add" { 1 } else { -1 }, value }
                    }
                }
            }
            "call" => {
                self.expect(">")?;
                let skill = self.name();
                self.rest = self.rest.trim_start();
                let arguments = self.sequence(&["</call>"], depth + 1)?;
                if !self.names.has_skill(skill) {
                    return Err(BrainFault::Unknown { kind: BrainName::Skill, name: skill.to_owned() });
                }
                self.expect("</call")?;
                Piece::Call(skill.into(), arguments)
            }
            name => {
                let form = Form::named(name).ok_or_else(|| fault_at(""))?;
                Piece::Form(form, vec![Piece::Star(1)])
            }
        };
        self.expect(">")?;
        Ok(Some(piece))
    }

    /// Reads the rest of `{...}`.
    fn curly(&mut self, depth: usize) -> Result<Option<Piece>, BrainFault> {
        if self.expect("@").is_ok() {
            let text = self.sequence(&["}"], depth + 1)?;
            self.expect("}")?;
            return Ok(Some(Piece::Redirect(text)));
        }
        let name = self.take_while(|c| c.is_ascii_lowercase());
        let piece = match name {
            "weight" => {
                self.expect("=")?;
                self.weight = weight(self.take_while(|c| c != '}'))?;
                self.expect("}")?;
                return Ok(None);
            }
            "topic" => {
                self.expect("=")?;
                let topic = self.name();
                if !self.names.has_topic(topic) {
                    return Err(BrainFault::Unknown { kind: BrainName::Topic, name: topic.to_owned() });
                }
                self.expect("}")?;
                Piece::Topic(topic.into())
            }
            "random" => {
                self.expect("}")?;
                let mut options = vec![self.sequence(&["|", "{/random}"], depth + 1)?];
                while self.expect("|").is_ok() {
                    options.push(self.sequence(&["|", "{/random}"], depth + 1)?);
                }
                self.expect("{/random}")?;
                Piece::Random(options)
            }
            name => {
                let form = Form::named(name).ok_or_else(|| fault_at(""))?;
                let end = format!("{{/{name}}}");
                self.expect("}")?;
                let inner = self.sequence(&[&end], depth + 1)?;
                self.expect(&end)?;
                Piece::Form(form, inner)
            }
        };
        Ok(Some(piece))
    }

    /// The number of a star, 1 where none stands there.
    fn number(&mut self) -> Result<usize, BrainFault> {
        match self.take_while(|c| c.is_ascii_digit()) {
            "" => Ok(1),
            digits => digits.parse().ok().filter(|number| *number > 0).ok_or_else(|| fault_at("")),
        }
    }

    fn name(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    }

    fn take_while(&mut self, is_wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !is_wanted(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn expect(&mut self, wanted: &str) -> Result<(), BrainFault> {
        self.rest = self.rest.strip_prefix(wanted).ok_or_else(|| fault_at(""))?;
        Ok(())
    }
}

/// `text` in another form; `person` stands in for its words one by one.
pub(super) fn form(form: Form, text: &str, person: impl Fn(&str) -> Option<String>) -> String {
    let first_upper = |text: &str| {
        let mut characters = text.chars();
        let first = characters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(characters.as_str().chars()).collect::<String>()
    };
    match form {
        Form::Upper => text.to_uppercase(),
        Form::Lower => text.to_lowercase(),
        Form::Sentence => first_upper(&text.to_lowercase()),
        Form::Formal => text.split(' ').map(first_upper).collect::<Vec<_>>().join(" "),
        Form::Person => {
            let mut turned = String::new();
            let mut end = 0;
            for word in words(text) {
                turned.push_str(text.get(end..word.place.start).unwrap_or_default());
                let own = text.get(word.place.clone()).unwrap_or_default();
                turned.push_str(person(&word.text).as_deref().unwrap_or(own));
                end = word.place.end;
            }
            turned.push_str(text.get(end..).unwrap_or_default());
            turned
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Names for Known {
        fn bot_value(&self, name: &str) -> Option<&str> {
            (name == "name").then_some("Robby")
        }

        fn has_topic(&self, name: &str) -> bool {
            name == "game"
        }

        fn has_skill(&self, name: &str) -> bool {
            name == "time"
        }
    }

    #[test]
    fn a_reply_is_text_and_tags() {
        let text = |text: &str| Piece::Text(text.into());
        for (reply, pieces) in [
            (r"a\nb\s\<c\{\\", vec![text("a\nb <c{\\")]),
            ("1 > 0 | } ok", vec![text("1 > 0 | } ok")]),
            ("I am <bot name>!", vec![text("I am "), text("Robby"), text("!")]),
            ("<star2><star>", vec![Piece::Star(2), Piece::Star(1)]),
            (
                "<set a=<formal>>",
                vec![Piece::Set("a".into(), vec![Piece::Form(Form::Formal, vec![Piece::Star(1)])])],
            ),
            ("<sub n=2>", vec![Piece::Add { name: "n".into(), sign: -1, value: vec![text("2")] }]),
            ("{topic=game}", vec![Piece::Topic("game".into())]),
            ("{@hi <star>}", vec![Piece::Redirect(vec![text("hi "), Piece::Star(1)])]),
            ("{random}a|b c{/random}", vec![Piece::Random(vec![vec![text("a")], vec![text("b c")]])]),
            ("<call>time now</call>", vec![Piece::Call("time".into(), vec![text("now")])]),
        ] {
            assert_eq!(parse(reply, &Known).map(|template| template.pieces), Ok(pieces), "{reply}");
        }
        assert_eq!(parse("{weight=20}hi", &Known).unwrap().weight, 20);
        assert_eq!(split_weight("hi{weight=3}"), Ok(("hi".into(), 3)));
    }

    #[test]
    fn a_broken_tag_is_shown() {
        for (reply, shown) in [
            ("hi <nonsense>", "<nonsense>"),
            ("hi {random}a|b", "{random}a|b"),
            ("<set a>", "<set a>"),
            ("<star0>", "<star0>"),
            ("a < b", "< b"),
            ("{formal}a", "{formal}a"),
            ("<call>time", "<call>time"),
        ] {
            assert_eq!(parse(reply, &Known), Err(BrainFault::Tag(shown.into())));
        }
        for reply in ["<bot age>", "{topic=nowhere}", "<call>fly</call>"] {
            assert!(matches!(parse(reply, &Known), Err(BrainFault::Unknown { .. })), "{reply}");
        }
        for number in ["0", "1001", "x", "99999999999999999999"] {
            assert_eq!(parse(&format!("{{weight={number}}}"), &Known), Err(BrainFault::Number(MAX_WEIGHT)));
        }
        assert_eq!(parse(&"{formal}".repeat(9), &Known), Err(BrainFault::TooDeep));
    }
}
