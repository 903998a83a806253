//! What a service says in JSON: replies, pieces of replies, and three shapes of errors.

use serde_json::Value;

use crate::bot::{Advice, BotError, UnexpectedBody, body};

/// What one event of a stream, or a whole answer, says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said<'a> {
    /// A piece of the reply.
    pub(super) text: Option<&'a str>,
    /// Why the reply ends here.
    pub(super) finish: Option<&'a str>,
    /// Whether it is about the reply at all: counters of usage are not.
    pub(super) is_progress: bool,
}

/// Reads an event or an answer.
pub(super) fn read(json: &Value) -> Result<Said<'_>, BotError> {
    if let Some(words) = error_words(json) {
        return Err(BotError::Refused { text: words });
    }
    let choices = json.get("choices").and_then(Value::as_array);
    let Some(choices) = choices else { return Err(BotError::NotAReply { body: UnexpectedBody::NoChoices }) };
    let Some(choice) = choices.first() else { return Ok(Said::default()) };
    let message = choice.get("delta").or_else(|| choice.get("message"));
    let text = message.and_then(|message| message.get("content")).and_then(Value::as_str);
    let finish = choice.get("finish_reason").and_then(Value::as_str);
    Ok(Said { text, finish, is_progress: true })
}

/// The words of an error, in any of the shapes that services use.
pub(super) fn error_words(json: &Value) -> Option<String> {
    let (error, nested) = match json.get("error") {
        Some(Value::Null) | None => (json, false),
        Some(Value::String(words)) => return Some(words.clone()),
        Some(error) => (error, true),
    };
    // The flat shape looks like a reply's own fields, but has no choices.
    if !nested && json.get("choices").is_some() {
        return None;
    }
    let words = ["message", "detail"].iter().find_map(|name| error.get(name).and_then(Value::as_str));
    let code = match error.get("code") {
        Some(Value::String(code)) => Some(code.clone()),
        Some(Value::Number(code)) => Some(code.to_string()),
        _ => None,
    };
    match (words, code) {
        (Some(words), Some(code)) if !words.contains(&code) => Some(format!("{words} (code {code})")),
        (Some(words), _) => Some(words.to_owned()),
        (None, Some(code)) => Some(format!("code {code}")),
        (None, None) => nested.then(|| "an error without words".to_owned()),
    }
}

/// Why a status that is not success came, in the service's words where it has some.
pub(super) fn status_error(status: u16, answer: &[u8]) -> BotError {
    if status == 401 {
        return BotError::BadKey { advice: Advice::GiveKey };
    }
    let words = body::json(answer).ok().and_then(|json| error_words(&json));
    match words.filter(|words| !words.trim().is_empty()) {
        Some(words) => BotError::Refused { text: format!("{words} (HTTP status {status})") },
        None if status == 429 => BotError::Quota { advice: Advice::UseOtherKey },
        None => BotError::Status { status },
    }
}

/// The names in a list of models.
pub(super) fn models(json: &Value) -> Result<Vec<String>, BotError> {
    let data = json.get("data");
    if let Some(words) = error_words(json).filter(|_| data.is_none_or(Value::is_null)) {
        return Err(BotError::Refused { text: words });
    }
    // A fresh Ollama, which has no model yet.
    if data.is_some_and(Value::is_null) {
        return Ok(Vec::new());
    }
    let list = data.and_then(Value::as_array);
    let list = list.ok_or(BotError::NotAReply { body: UnexpectedBody::NoModels })?;
    let names = list.iter().filter_map(|model| model.get("id").and_then(Value::as_str));
    Ok(names.take(MAX_MODELS).filter(|name| name.len() <= MAX_MODEL_BYTES).map(str::to_owned).collect())
}

/// Most models that are listed.
const MAX_MODELS: usize = 1000;

/// Longest name of one, in bytes.
const MAX_MODEL_BYTES: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn pieces_and_whole_replies_are_read() {
        for (text, said) in [
            (r#"{"choices":[{"delta":{"content":"hi"}}]}"#, (Some("hi"), None, true)),
            (r#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#, (None, None, true)),
            (r#"{"choices":[{"delta":{},"finish_reason":"stop"}],"error":null}"#, (None, Some("stop"), true)),
            (r#"{"choices":[],"usage":{"total_tokens":7}}"#, (None, None, false)),
            (
                r#"{"choices":[{"message":{"content":"hi"},"finish_reason":"length"}]}"#,
                (Some("hi"), Some("length"), true),
            ),
        ] {
            let (text_said, finish, is_progress) = said;
            assert_eq!(read(&json(text)), Ok(Said { text: text_said, finish, is_progress }), "{text}");
        }
    }

    #[test]
    fn three_shapes_of_errors_are_one() {
        for (text, words) in [
            (
                r#"{"error":{"message":"no such model","type":"not_found","param":null,"code":null}}"#,
                "no such model",
            ),
            (
                r#"{"error":{"message":"no such model","code":"model_not_found"}}"#,
                "no such model (code model_not_found)",
            ),
            (r#"{"error":{"message":"busy","code":503}}"#, "busy (code 503)"),
            (r#"{"error":"Unauthorized"}"#, "Unauthorized"),
            (r#"{"message":"bad json","type":"invalid_request_error","code":400}"#, "bad json (code 400)"),
            (r#"{"error":{}}"#, "an error without words"),
        ] {
            assert_eq!(read(&json(text)), Err(BotError::Refused { text: words.to_owned() }), "{text}");
        }
        assert_eq!(read(&json("{}")), Err(BotError::NotAReply { body: UnexpectedBody::NoChoices }));
        assert_eq!(status_error(503, b"<html>"), BotError::Status { status: 503 });
        let error = status_error(404, br#"{"error":"model 'x' not found"}"#).to_string();
        assert_eq!(error, "the service says: model 'x' not found (HTTP status 404)");
    }

    #[test]
    fn models_are_listed_by_name() {
        let list = json(r#"{"object":"list","data":[{"id":"llama3.2"},{"name":"x"},{"id":"qwen3"}]}"#);
        assert_eq!(models(&list), Ok(vec!["llama3.2".to_owned(), "qwen3".to_owned()]));
        assert_eq!(models(&json(r#"{"object":"list","data":null}"#)), Ok(Vec::new()));
        assert!(models(&json(r#"{"data":null,"error":"no"}"#)).is_err());
        assert!(models(&json("{}")).is_err());
        assert_eq!(models(&json(r#"{"error":"no"}"#)), Err(BotError::Refused { text: "no".to_owned() }));
    }
}
