//! The models that a service lists, and which of them can chat.

use serde_json::Value;

use super::reading::fault;
use crate::bot::{BotError, UnexpectedBody};

/// Most models that are listed.
const MAX_MODELS: usize = 1000;

/// Longest name of one, in bytes.
const MAX_MODEL_BYTES: usize = 200;

/// Parts of the names and types of models that do something else than chat, and whole words of them.
const NO_CHAT: &[&str] = &[
    "embed",
    "rerank",
    "whisper",
    "transcri",
    "speech",
    "moderation",
    "dall-e",
    "gpt-image",
    "image-gen",
    "diffusion",
    "minilm",
    "davinci-002",
    "babbage-002",
];
const NO_CHAT_WORDS: &[&str] = &[
    "tts", "guard", "clip", "siglip", "bge", "e5", "gte", "colbert", "flux", "sdxl", "imagen", "sora", "veo",
];

/// A model of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) can_chat: bool,
}

impl Model {
    /// An entry of a list: an object, or a bare name.
    fn read(entry: &Value) -> Option<Self> {
        let field = |name: &str| entry.get(name).and_then(Value::as_str);
        let name = entry.as_str().or_else(|| ["id", "name", "model"].iter().find_map(|name| field(name)))?;
        let said = format!("{name} {}", field("type").unwrap_or_default()).to_ascii_lowercase();
        let is_declared = entry.pointer("/capabilities/completion_chat") != Some(&Value::Bool(false));
        let mut words = said.split(|c: char| !c.is_ascii_alphanumeric());
        let does_else =
            NO_CHAT.iter().any(|part| said.contains(part)) || words.any(|word| NO_CHAT_WORDS.contains(&word));
        let can_chat = is_declared && !does_else;
        Some(Self { name: name.to_owned(), can_chat })
    }
}

/// Reads a list of models.
pub(super) fn read(json: &Value) -> Result<Vec<Model>, BotError> {
    let lists = [json.get("data"), json.get("models"), Some(json)];
    let list = lists.into_iter().flatten().find_map(Value::as_array);
    let Some(list) = list else {
        if let Some(fault) = fault(json) {
            return Err(fault.error(None));
        }
        // A fresh Ollama, which has no model yet.
        let is_empty = json.get("data").is_some_and(Value::is_null);
        let error = BotError::NotAReply { body: UnexpectedBody::NoModels };
        return if is_empty { Ok(Vec::new()) } else { Err(error) };
    };
    let models = list.iter().filter_map(Model::read);
    Ok(models.take(MAX_MODELS).filter(|model| model.name.len() <= MAX_MODEL_BYTES).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Vec<String>, BotError> {
        let models = read(&serde_json::from_str(text).unwrap())?;
        Ok(models.into_iter().map(|model| model.name).collect())
    }

    #[test]
    fn models_are_listed_by_name_in_any_shape() {
        let none: &[&str] = &[];
        for (list, expected) in [
            (
                r#"{"object":"list","data":[{"id":"llama3.2"},{"x":1},{"id":"qwen3"}]}"#,
                &["llama3.2", "qwen3"][..],
            ),
            (r#"{"models":[{"name":"a","model":"b"}],"object":"list","data":[{"id":"c"}]}"#, &["c"]),
            (r#"{"models":[{"name":"a:latest","model":"b"}],"data":null}"#, &["a:latest"]),
            (r#"[{"id":"a"},"b"]"#, &["a", "b"]),
            (r#"{"object":"list","data":null}"#, none),
            ("[]", none),
        ] {
            assert_eq!(names(list).unwrap(), expected, "{list}");
        }
        assert_eq!(names("{}"), Err(BotError::NotAReply { body: UnexpectedBody::NoModels }));
        for list in [r#"{"data":null,"error":"no"}"#, r#"{"error":"no"}"#] {
            assert_eq!(names(list), Err(BotError::Refused { text: "no".to_owned() }), "{list}");
        }
    }

    #[test]
    fn models_that_do_something_else_are_known() {
        for model in [
            r#""nomic-embed-text:latest""#,
            r#"{"id":"text-embedding-3-small"}"#,
            r#"{"id":"BAAI/bge-m3"}"#,
            r#"{"id":"jina-reranker-v2"}"#,
            r#"{"id":"whisper-1"}"#,
            r#"{"id":"tts-1-hd"}"#,
            r#"{"id":"dall-e-3"}"#,
            r#"{"id":"omni-moderation-latest"}"#,
            r#"{"id":"openai/clip-vit"}"#,
            r#"{"id":"x","type":"embedding"}"#,
            r#"{"id":"x","capabilities":{"completion_chat":false}}"#,
        ] {
            let json: Value = serde_json::from_str(model).unwrap();
            assert!(!Model::read(&json).unwrap().can_chat, "{model}");
        }
        for model in [
            r#"{"id":"llama3.2:1b"}"#,
            r#"{"id":"gpt-4o-mini"}"#,
            r#"{"id":"eclipse5-chat"}"#,
            r#"{"id":"deepseek-r1","capabilities":["completion"]}"#,
            r#"{"id":"x","type":"chat","capabilities":{"completion_chat":true}}"#,
        ] {
            let json: Value = serde_json::from_str(model).unwrap();
            assert!(Model::read(&json).unwrap().can_chat, "{model}");
        }
    }
}
