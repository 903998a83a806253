//! What the errors of services mean.

use super::reading::{Fault, fault};
use super::sse::{Events, is_events};
use crate::bot::{Advice, BotError, body};

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

impl From<Fault> for BotError {
    /// The meaning of an error that came as a success.
    fn from(fault: Fault) -> Self {
        fault.error(None)
    }
}

/// The error in a whole body: JSON, events, or plain text.
fn body_fault(answer: &[u8]) -> Option<Fault> {
    let text = body::text(answer).ok()?;
    let mut found = None;
    let mut take = |json: &str| {
        found = found.take().or_else(|| fault(&serde_json::from_str(json).ok()?));
        Ok::<(), BotError>(())
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
    use serde_json::Value;

    use super::super::reading::{self, Said};
    use super::*;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    fn read(json: &Value) -> Result<Option<Said>, BotError> {
        Ok(reading::read(json)?)
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
