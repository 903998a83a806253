//! What a service says in JSON: replies, pieces of replies, and three shapes of errors.

use serde_json::Value;

use super::sse::{Events, is_events};
use crate::bot::{Advice, BotError, body};

/// What one event of a stream, or a whole answer, says about the reply.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// A piece of the reply.
    pub(super) text: String,
    /// A piece of what the model thinks before it replies.
    pub(super) thought: String,
    /// A piece of what the model says instead of a reply.
    pub(super) refusal: String,
    /// Why the reply ends here.
    pub(super) finish: Option<String>,
}

/// Reads an event or an answer; `None` where it says nothing about the reply, as counters of usage and signs
/// of life do.
pub(super) fn read(json: &Value) -> Result<Option<Said>, BotError> {
    if let Some(fault) = fault(json) {
        return Err(fault.error(None));
    }
    let choice = json.get("choices").and_then(|choices| choices.get(0)).filter(|choice| choice.is_object());
    let Some(choice) = choice else { return Ok(None) };
    let message = ["delta", "message"].iter().find_map(|name| choice.get(name).filter(|it| it.is_object()));
    let mut said = Said::default();
    if let Some(content) = message.and_then(|message| message.get("content")) {
        add_content(content, &mut said);
    }
    let thought = ["reasoning_content", "reasoning"]
        .iter()
        .find_map(|name| message?.get(name)?.as_str().filter(|thought| !thought.is_empty()));
    said.thought.push_str(thought.unwrap_or_default());
    let refusal = message.and_then(|message| message.get("refusal")?.as_str());
    said.refusal.push_str(refusal.unwrap_or_default());
    let finish = choice.get("finish_reason").and_then(Value::as_str);
    said.finish = finish.filter(|word| !["", "null"].contains(word)).map(str::to_owned);
    Ok(Some(said))
}

/// Content is a text, or a list of parts of which some are texts, and some are thoughts.
fn add_content(content: &Value, said: &mut Said) {
    match content {
        Value::String(text) => said.text.push_str(text),
        Value::Array(parts) => parts.iter().for_each(|part| add_content(part, said)),
        Value::Object(part) => match part.get("type").and_then(Value::as_str) {
            None | Some("text") => {
                said.text.push_str(part.get("text").and_then(Value::as_str).unwrap_or_default());
            }
            Some(kind @ ("thinking" | "reasoning")) => {
                let mut inner = Said::default();
                if let Some(content) = part.get(kind).or_else(|| part.get("text")) {
                    add_content(content, &mut inner);
                }
                said.thought.push_str(&inner.text);
            }
            Some(_) => (),
        },
        _ => (),
    }
}

/// Spellings by which services say that question and history are more than the model takes.
const TOO_LONG: &[&str] = &[
    "context_length_exceeded",
    "exceed_context_size",
    "context length",
    "context size",
    "context window",
    "context limit",
    "maximum context",
    "max_model_len",
    "maximum prompt length",
    "prompt is too long",
    "input is too long",
    "input length",
    "too many tokens",
    "too many input tokens",
];

/// Spellings by which services say that they do not let a question through.
const FILTERED: &[&str] = &[
    "content_filter",
    "content filter",
    "content_policy",
    "content policy",
    "content management policy",
    "data_inspection_failed",
];

/// Spellings by which services say that they do not have a model.
const MISSING: &[&str] = &[
    "not found",
    "not_found",
    "not exist",
    "no such model",
    "unknown model",
    "invalid model",
    "not a valid model",
];

/// An error that a service tells.
#[derive(Debug, Default)]
pub(super) struct Fault {
    /// In its words, with its code.
    text: String,
    /// The code and the type that it gives it.
    code: String,
    kind: String,
}

impl Fault {
    /// What it means; `status` is the one of HTTP, where that is no success.
    pub(super) fn error(self, status: Option<u16>) -> BotError {
        let Self { text, code, kind } = self;
        let said = format!("{text} {code} {kind}").to_ascii_lowercase();
        let says = |spellings: &[&str]| spellings.iter().any(|spelling| said.contains(spelling));
        let text = match status {
            Some(status) if code != status.to_string() => format!("{text} (HTTP status {status})"),
            _ => text,
        };
        // Too many tokens a minute are a matter of patience.
        let status = status.or_else(|| code.parse().ok());
        if status == Some(503) && said.contains("loading") {
            BotError::Loading
        } else if status != Some(429) && says(TOO_LONG) {
            BotError::ContextTooLong { text }
        } else if said.contains("model") && says(MISSING) {
            BotError::NoSuchModel { text, advice: Advice::GiveModel }
        } else if says(FILTERED) || matches!(status, Some(400 | 413 | 422)) {
            BotError::QuestionRefused { text }
        } else {
            BotError::Refused { text }
        }
    }
}

/// The error in an event or a body, in any of the shapes that services use.
pub(super) fn fault(json: &Value) -> Option<Fault> {
    // Some put their error into a list.
    let json = json.get(0).unwrap_or(json);
    let (error, is_nested) = match json.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => (json, false),
        Some(Value::String(words)) if words.trim().is_empty() => (json, false),
        Some(Value::String(words)) => return Some(Fault { text: words.clone(), ..Fault::default() }),
        Some(error) => (error, true),
    };
    // The flat shape looks like a reply's own fields, but has no choices.
    if !is_nested && json.get("choices").is_some() {
        return None;
    }
    let field = |name: &str| match error.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let words = ["message", "detail", "msg"].iter().find_map(|name| error.get(name).and_then(Value::as_str));
    let (code, kind) = (field("code"), field("type"));
    let text = match words {
        Some(words) if code.is_empty() || words.contains(&code) => words.to_owned(),
        Some(words) => format!("{words} (code {code})"),
        None if !is_nested => return None,
        None if code.is_empty() => "an error without words".to_owned(),
        None => format!("code {code}"),
    };
    Some(Fault { text, code, kind })
}

/// The error in a whole body: JSON, events, or plain text.
fn body_fault(answer: &[u8]) -> Option<Fault> {
    let text = body::text(answer).ok()?;
    let mut found = None;
    let mut take = |json: &str| {
        found = found.take().or_else(|| fault(&serde_json::from_str(json).ok()?));
        Ok(())
    };
    if text.starts_with(['{', '[', '"']) {
        _ = take(text).is_ok();
    } else if is_events(answer) == Some(true) {
        let mut events = Events::default();
        let is_read = events.push(answer, &mut take).and_then(|()| events.end(take));
        _ = is_read.is_ok();
    } else if !text.starts_with('<') {
        found = Some(Fault { text: text.to_owned(), ..Fault::default() });
    }
    found.filter(|fault| !fault.text.trim().is_empty())
}

/// Why a status that is not success came, in the service's words where it has some.
pub(super) fn status_error(status: u16, answer: &[u8]) -> BotError {
    if status == 401 {
        return BotError::BadKey { advice: Advice::GiveKey };
    }
    match body_fault(answer) {
        Some(fault) => fault.error(Some(status)),
        None if status == 429 => BotError::Quota { advice: Advice::UseOtherKey },
        None => BotError::Status { status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn pieces_and_whole_replies_are_read() {
        for (text, said, finish) in [
            (r#"{"choices":[{"delta":{"content":"hi"}}]}"#, "hi", None),
            (r#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#, "", None),
            (r#"{"choices":[{"delta":{},"finish_reason":"stop"}],"error":null}"#, "", Some("stop")),
            (r#"{"choices":[{"delta":{"content":"hi"},"finish_reason":""}],"error":""}"#, "hi", None),
            (r#"{"choices":[{"delta":null,"message":{"content":"hi"}}],"error":false}"#, "hi", None),
            (r#"{"choices":[{"message":{"content":"hi"},"finish_reason":"length"}]}"#, "hi", Some("length")),
            (
                r#"{"choices":[{"delta":{"content":[{"type":"text","text":"Par"},{"type":"image_url","text":"x"},
                    "i",{"text":"s."},7]}}]}"#,
                "Paris.",
                None,
            ),
        ] {
            let said = Said { text: said.to_owned(), finish: finish.map(str::to_owned), ..Said::default() };
            assert_eq!(read(&json(text)), Ok(Some(said)), "{text}");
        }
        for text in [
            r#"{"choices":[],"usage":{"total_tokens":7}}"#,
            r#"{"choices":null,"usage":{"total_tokens":7}}"#,
            r#"{"usage":{"total_tokens":7}}"#,
            r#"{"choices":[null],"message":"x"}"#,
            r#"{"type":"ping"}"#,
            "{}",
            "null",
            "7",
            "[]",
        ] {
            assert_eq!(read(&json(text)), Ok(None), "{text}");
        }
    }

    #[test]
    fn thoughts_are_told_from_the_reply() {
        for (message, text) in [
            (r#"{"content":null,"reasoning_content":"hm"}"#, ""),
            (r#"{"content":"yes","reasoning":"hm"}"#, "yes"),
            (r#"{"reasoning_content":"hm","reasoning":"hm"}"#, ""),
            (
                r#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"yes"}]}"#,
                "yes",
            ),
            (r#"{"content":[{"type":"thinking","thinking":"hm"}]}"#, ""),
            (r#"{"content":[{"type":"reasoning","text":"hm"}]}"#, ""),
        ] {
            let said =
                Said { text: text.to_owned(), thought: "hm".to_owned(), finish: None, ..Said::default() };
            let event = format!(r#"{{"choices":[{{"delta":{message}}}]}}"#);
            assert_eq!(read(&json(&event)), Ok(Some(said)), "{message}");
        }
    }

    #[test]
    fn three_shapes_of_errors_are_one() {
        for (text, words) in [
            (
                r#"{"error":{"message":"no such thing","type":"not_found","param":null,"code":null}}"#,
                "no such thing",
            ),
            (r#"{"error":{"message":"no such thing","code":"not_found"}}"#, "no such thing (code not_found)"),
            (r#"{"error":{"message":"busy","code":503}}"#, "busy (code 503)"),
            (r#"{"error":"Unauthorized"}"#, "Unauthorized"),
            (r#"{"message":"bad json","type":"server_error","code":500}"#, "bad json (code 500)"),
            (r#"{"error":{}}"#, "an error without words"),
            (r#"{"error":{"code":"busy"},"choices":[]}"#, "code busy"),
            (r#"[{"error":{"message":"no"}}]"#, "no"),
            (r#"{"code":1,"msg":"no"}"#, "no (code 1)"),
        ] {
            assert_eq!(read(&json(text)), Err(BotError::Refused { text: words.to_owned() }), "{text}");
        }
        assert_eq!(status_error(503, b"<html>"), BotError::Status { status: 503 });
        for body in [
            r#"{"error":"no luck"}"#,
            ": busy\n\ndata: {\"error\":\"no luck\"}\n\ndata: [DONE]\n\n",
            "event: error\ndata: {\"error\":\"no luck\"}",
            " no luck\n",
        ] {
            let error = status_error(404, body.as_bytes()).to_string();
            assert_eq!(error, "the service says: no luck (HTTP status 404)", "{body}");
        }
    }

    #[test]
    fn what_is_about_one_conversation_is_told_from_what_is_about_the_bot() {
        let too_long = |text: &str| BotError::ContextTooLong { text: text.to_owned() };
        let question = |text: &str| BotError::QuestionRefused { text: text.to_owned() };
        let no_model =
            |text: &str| BotError::NoSuchModel { text: text.to_owned(), advice: Advice::GiveModel };
        let bot = |text: &str| BotError::Refused { text: text.to_owned() };
        for (error, expected) in [
            (
                r#"{"message":"no","code":"context_length_exceeded"}"#,
                too_long("no (code context_length_exceeded)"),
            ),
            (
                r#"{"message":"the request is long","type":"exceed_context_size_error"}"#,
                too_long("the request is long"),
            ),
            (
                r#"{"message":"This model's Maximum Context Length is 4096"}"#,
                too_long("This model's Maximum Context Length is 4096"),
            ),
            (r#"{"message":"too many tokens"}"#, too_long("too many tokens")),
            (
                r#"{"message":"too many tokens per minute","code":429}"#,
                bot("too many tokens per minute (code 429)"),
            ),
            (r#"{"message":"no","code":"content_filter"}"#, question("no (code content_filter)")),
            (
                r#"{"message":"The model `x` does not exist","code":400}"#,
                no_model("The model `x` does not exist (code 400)"),
            ),
            (r#"{"message":"no","code":"model_not_found"}"#, no_model("no (code model_not_found)")),
            (r#"{"message":"user not found","code":500}"#, bot("user not found (code 500)")),
            (r#"{"message":"no","code":400}"#, question("no (code 400)")),
            (r#"{"message":"Loading model","type":"unavailable_error","code":503}"#, BotError::Loading),
            (r#"{"message":"Loading model","code":400}"#, question("Loading model (code 400)")),
            (r#"{"message":"no","code":"500"}"#, bot("no (code 500)")),
        ] {
            let json = json(&format!(r#"{{"error":{error}}}"#));
            assert_eq!(read(&json), Err(expected), "{error}");
        }
        let twice = status_error(500, br#"{"error":{"message":"no","code":500}}"#);
        assert_eq!(twice, bot("no (code 500)"), "a number is told once");
        for status in [400, 413, 422, 403, 500] {
            for body in ["", r#"{"error":"no"}"#] {
                let is_about_question = status_error(status, body.as_bytes()).is_about_question();
                assert_eq!(is_about_question, [400, 413, 422].contains(&status), "{status} {body}");
            }
        }
    }
}
