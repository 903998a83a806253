//! What a service says in JSON: replies, pieces of replies, and three shapes of errors.

use serde_json::Value;

use super::sse::{Events, is_events};
use crate::bot::{Advice, BotError, UnexpectedBody, body};

/// What one event of a stream, or a whole answer, says about the reply.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// A piece of the reply.
    pub(super) text: String,
    /// A piece of what the model thinks before it replies.
    pub(super) thought: String,
    /// Why the reply ends here.
    pub(super) finish: Option<String>,
}

/// Reads an event or an answer; `None` where it says nothing about the reply, as counters of usage and signs
/// of life do.
pub(super) fn read(json: &Value) -> Result<Option<Said>, BotError> {
    if let Some(words) = error_words(json) {
        return Err(BotError::Refused { text: words });
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

/// The words of an error, in any of the shapes that services use.
fn error_words(json: &Value) -> Option<String> {
    // Some put their error into a list.
    let json = json.get(0).unwrap_or(json);
    let (error, is_nested) = match json.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => (json, false),
        Some(Value::String(words)) if words.trim().is_empty() => (json, false),
        Some(Value::String(words)) => return Some(words.clone()),
        Some(error) => (error, true),
    };
    // The flat shape looks like a reply's own fields, but has no choices.
    if !is_nested && json.get("choices").is_some() {
        return None;
    }
    let words = ["message", "detail", "msg"].iter().find_map(|name| error.get(name).and_then(Value::as_str));
    let code = match error.get("code") {
        Some(Value::String(code)) => Some(code.clone()),
        Some(Value::Number(code)) => Some(code.to_string()),
        _ => None,
    };
    match (words, code) {
        (Some(words), Some(code)) if !words.contains(&code) => Some(format!("{words} (code {code})")),
        (Some(words), _) => Some(words.to_owned()),
        (None, Some(code)) if is_nested => Some(format!("code {code}")),
        (None, _) => is_nested.then(|| "an error without words".to_owned()),
    }
}

/// The words of an error in a whole body: JSON, events, or plain text.
fn body_words(answer: &[u8]) -> Option<String> {
    let text = body::text(answer).ok()?;
    let mut found = None;
    let mut take = |json: &str| {
        found = found.take().or_else(|| error_words(&serde_json::from_str(json).ok()?));
        Ok(())
    };
    if text.starts_with(['{', '[', '"']) {
        _ = take(text).is_ok();
    } else if is_events(answer) == Some(true) {
        let mut events = Events::default();
        let is_read = events.push(answer, &mut take).and_then(|()| events.end(take));
        _ = is_read.is_ok();
    } else if !text.starts_with('<') {
        found = Some(text.to_owned());
    }
    found.filter(|words| !words.trim().is_empty())
}

/// Why a status that is not success came, in the service's words where it has some.
pub(super) fn status_error(status: u16, answer: &[u8]) -> BotError {
    if status == 401 {
        return BotError::BadKey { advice: Advice::GiveKey };
    }
    match body_words(answer) {
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
            let said = Said { text: text.to_owned(), thought: "hm".to_owned(), finish: None };
            let event = format!(r#"{{"choices":[{{"delta":{message}}}]}}"#);
            assert_eq!(read(&json(&event)), Ok(Some(said)), "{message}");
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
            (r#"{"error":{"code":"busy"},"choices":[]}"#, "code busy"),
            (r#"[{"error":{"message":"no"}}]"#, "no"),
            (r#"{"code":1,"msg":"no"}"#, "no (code 1)"),
        ] {
            assert_eq!(read(&json(text)), Err(BotError::Refused { text: words.to_owned() }), "{text}");
        }
        assert_eq!(status_error(503, b"<html>"), BotError::Status { status: 503 });
        for body in [
            r#"{"error":"no model"}"#,
            ": busy\n\ndata: {\"error\":\"no model\"}\n\ndata: [DONE]\n\n",
            "event: error\ndata: {\"error\":\"no model\"}",
            " no model\n",
        ] {
            let error = status_error(404, body.as_bytes()).to_string();
            assert_eq!(error, "the service says: no model (HTTP status 404)", "{body}");
        }
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
