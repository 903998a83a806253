//! Where a service's reply is, and how it says that it failed.

use serde_json::Value;

use super::TemplateError;
use crate::bot::{BotError, UnexpectedBody, body};

/// What is looked at in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Rules {
    /// JSON pointer (RFC 6901) to the reply; the whole body is the reply where there is none.
    reply: Option<String>,
    /// JSON pointer to a field that tells of errors.
    error: Option<String>,
    /// The field's value where there was no error; without one, anything there is an error.
    good: Option<String>,
    /// What stands for a line break in the reply.
    line_break: Option<String>,
}

impl Rules {
    pub(super) fn new(reply: &str, error: &str, good: &str, line_break: &str) -> Result<Self, TemplateError> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let rules =
            Self { reply: some(reply), error: some(error), good: some(good), line_break: some(line_break) };
        rules.reply.iter().chain(&rules.error).try_for_each(|pointer| check_pointer(pointer))?;
        if rules.error.is_some() && rules.reply.is_none() {
            return Err(TemplateError::ErrorWithoutReply);
        }
        if rules.good.is_some() && rules.error.is_none() {
            return Err(TemplateError::GoodWithoutError);
        }
        Ok(rules)
    }

    /// The reply in a body.
    pub(super) fn read(&self, body: &[u8]) -> Result<String, BotError> {
        let reply = match &self.reply {
            None => plain(body)?,
            Some(pointer) => {
                let answer = body::json(body)?;
                self.check_error(&answer)?;
                let reply = answer.pointer(pointer).and_then(in_words);
                reply.ok_or(BotError::NotAReply { body: UnexpectedBody::NoReply })?
            }
        };
        let reply = match &self.line_break {
            Some(mark) => reply.replace(mark, "\n"),
            None => reply,
        };
        if reply.trim().is_empty() { Err(BotError::Empty) } else { Ok(reply) }
    }

    fn check_error(&self, answer: &Value) -> Result<(), BotError> {
        let Some(pointer) = &self.error else { return Ok(()) };
        let field = answer.pointer(pointer);
        let words = |value: &Value| in_words(value).unwrap_or_else(|| value.to_string());
        match (field, &self.good) {
            (None, Some(_)) => Err(BotError::NotAReply { body: UnexpectedBody::NoErrorField }),
            (Some(value), Some(good)) if words(value) == *good => Ok(()),
            (Some(value), Some(_)) => {
                Err(BotError::Refused { text: format!("{pointer} is {}", words(value)) })
            }
            (None | Some(Value::Null | Value::Bool(false)), None) => Ok(()),
            (Some(Value::String(text)), None) if text.is_empty() => Ok(()),
            (Some(value), None) => Err(BotError::Refused { text: words(value) }),
        }
    }
}

/// A body that is the reply: text, not a page of whoever stands in between.
fn plain(body: &[u8]) -> Result<String, BotError> {
    let text = body::text(body)?;
    if body::is_page(text) {
        Err(BotError::NotAReply { body: UnexpectedBody::WebPage })
    } else {
        Ok(text.to_owned())
    }
}

/// A value as a reply; lists a line each.
fn in_words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Array(items) => items
            .iter()
            .map(|item| if item.is_array() { None } else { in_words(item) })
            .collect::<Option<Vec<_>>>()
            .map(|lines| lines.join("\n")),
        Value::Null | Value::Object(_) => None,
    }
}

/// RFC 6901: empty, or names that each have a slash in front, `~` only as `~0` and `~1`.
pub(super) fn check_pointer(pointer: &str) -> Result<(), TemplateError> {
    let mut escapes = pointer.split('~').skip(1);
    let is_good = pointer.starts_with('/') && escapes.all(|after| after.starts_with(['0', '1']));
    if is_good { Ok(()) } else { Err(TemplateError::Pointer { typed: pointer.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rules: (&str, &str, &str), body: &str) -> Result<String, BotError> {
        Rules::new(rules.0, rules.1, rules.2, "{br}").unwrap().read(body.as_bytes())
    }

    #[test]
    fn a_reply_is_where_the_pointer_says() {
        for (pointer, body, reply) in [
            ("/content", r#"{"content":"hi{br}you"}"#, "hi\nyou"),
            ("/0/text", r#"[{"text":"hi"}]"#, "hi"),
            ("/a~1b/~0c", r#"{"a/b":{"~c":7}}"#, "7"),
            ("/lines", r#"{"lines":["one","two"]}"#, "one\ntwo"),
            ("", "hi <b>you</b>\n", "hi <b>you</b>"),
            ("", "{\"json\":1}", "{\"json\":1}"),
        ] {
            assert_eq!(read((pointer, "", ""), body).as_deref(), Ok(reply));
        }
    }

    #[test]
    fn what_is_no_reply_is_a_failure() {
        let nowhere = BotError::NotAReply { body: UnexpectedBody::NoReply };
        for (rules, body, error) in [
            (("/a", "", ""), r#"{"b":1}"#, nowhere.clone()),
            (("/a", "", ""), r#"{"a":null}"#, nowhere.clone()),
            (("/a", "", ""), r#"{"a":{"b":1}}"#, nowhere.clone()),
            (("/a", "", ""), r#"{"a":[["b"]]}"#, nowhere),
            (("/a", "", ""), r#"{"a":" "}"#, BotError::Empty),
            (("/a", "", ""), "hi", BotError::NotAReply { body: UnexpectedBody::NotJson }),
            (("", "", ""), "<!DOCTYPE html>", BotError::NotAReply { body: UnexpectedBody::WebPage }),
            (("", "", ""), "", BotError::NotAReply { body: UnexpectedBody::Nothing }),
            (("/a", "/e", ""), r#"{"a":"hi","e":"quota"}"#, BotError::Refused { text: "quota".into() }),
            (("/a", "/e", ""), r#"{"a":"hi","e":{"m":1}}"#, BotError::Refused { text: r#"{"m":1}"#.into() }),
            (("/a", "/e", "0"), r#"{"a":"hi","e":1}"#, BotError::Refused { text: "/e is 1".into() }),
            (("/a", "/e", "0"), r#"{"a":"hi","e":null}"#, BotError::Refused { text: "/e is null".into() }),
            (("/a", "/e", "0"), r#"{"a":"hi"}"#, BotError::NotAReply { body: UnexpectedBody::NoErrorField }),
        ] {
            assert_eq!(read(rules, body), Err(error), "{body}");
        }
    }

    #[test]
    fn a_good_error_field_is_no_error() {
        for (good, body) in [
            ("0", r#"{"a":"hi","e":0}"#),
            ("0", r#"{"a":"hi","e":"0"}"#),
            ("ok", r#"{"a":"hi","e":"ok"}"#),
            ("false", r#"{"a":"hi","e":false}"#),
            ("", r#"{"a":"hi","e":null}"#),
            ("", r#"{"a":"hi","e":false}"#),
            ("", r#"{"a":"hi","e":""}"#),
            ("", r#"{"a":"hi"}"#),
        ] {
            assert_eq!(read(("/a", "/e", good), body).as_deref(), Ok("hi"), "{body}");
        }
    }

    #[test]
    fn pointers_are_those_of_the_standard() {
        for pointer in ["/", "/a", "/a/0/b c", "/~0/~1", "//"] {
            assert_eq!(check_pointer(pointer), Ok(()));
        }
        for pointer in ["a", "content", "$.a", "/~", "/~2", "/a~"] {
            assert_eq!(check_pointer(pointer), Err(TemplateError::Pointer { typed: pointer.into() }));
        }
    }
}
