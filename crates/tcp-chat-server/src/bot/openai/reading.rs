//! What a service says in JSON: replies, pieces of replies, and three shapes of errors. Pure: JSON in, values out.

use serde_json::Value;

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
pub(super) fn read(json: &Value) -> Result<Option<Said>, Fault> {
    if let Some(fault) = fault(json) {
        return Err(fault);
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

/// An error that a service tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fault {
    /// In its words, with its code.
    pub(super) text: String,
    /// The code and the type that it gives it.
    pub(super) code: String,
    pub(super) kind: String,
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
}
