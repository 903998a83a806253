//! Any service that speaks `OpenAI`'s chat interface: Ollama, llama.cpp, vLLM, LM Studio, clouds.

mod answer;
mod memory;
mod reading;
mod sse;
mod thoughts;

use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::{Client, RequestBuilder, Url};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};

use self::answer::{Answer, Patience};
use self::memory::{Exchange, History, Limits};
use super::conversations::Conversations;
use super::http::{self, Service};
use super::kind::Setup;
use super::{
    Asking, Bot, BotError, BotKey, BotKind, BotOption, ConversationId, Question, ReplyStream, Secret,
    SetupFault, Takes,
};

static URL: BotOption = BotOption {
    name: "url",
    label: "bot-option-url",
    about: "bot-openai-url-about",
    default: "http://localhost:11434/v1",
    takes: Takes::Url,
};
static MODEL: BotOption = BotOption {
    name: "model",
    label: "bot-option-model",
    about: "bot-option-model-about",
    default: "",
    takes: Takes::Text,
};
static SYSTEM: BotOption = BotOption {
    name: "system",
    label: "bot-option-system",
    about: "bot-option-system-about",
    default: "",
    takes: Takes::Text,
};
static MEMORY: BotOption = BotOption {
    name: "memory",
    label: "bot-option-memory",
    about: "bot-option-memory-about",
    default: "10",
    takes: Takes::Count { min: 0, max: 100 },
};
static MEMORY_BYTES: BotOption = BotOption {
    name: "memory-bytes",
    label: "bot-option-memory-bytes",
    about: "bot-option-memory-bytes-about",
    default: "16384",
    takes: Takes::Count { min: 0, max: 1_000_000 },
};
static MAX_TOKENS: BotOption = BotOption {
    name: "max-tokens",
    label: "bot-option-max-tokens",
    about: "bot-option-max-tokens-about",
    default: "",
    takes: Takes::Count { min: 1, max: 1_000_000 },
};
static FIRST_SECS: BotOption = BotOption {
    name: "first-secs",
    label: "bot-option-first-secs",
    about: "bot-option-first-secs-about",
    default: "60",
    takes: Takes::Count { min: 1, max: 3600 },
};
static NEXT_SECS: BotOption = BotOption {
    name: "next-secs",
    label: "bot-option-next-secs",
    about: "bot-option-next-secs-about",
    default: "30",
    takes: Takes::Count { min: 1, max: 3600 },
};
static RATE: BotOption = super::common_options::rate("");

pub(super) static KIND: BotKind = BotKind {
    word: "openai",
    about: "bot-openai",
    options: &[&URL, &MODEL, &SYSTEM, &MEMORY, &MEMORY_BYTES, &MAX_TOKENS, &FIRST_SECS, &NEXT_SECS, &RATE],
    key: Some(BotKey { is_needed: false, about: "bot-openai-key", sent_to: URL.default }),
    check: |_choice| Ok(()),
    build: |setup| Box::new(OpenAi::new(setup)),
};

/// The message that begins the conversation anew.
const NEW: &str = "/new";

#[derive(Debug)]
struct OpenAi {
    name: String,
    chat: Service,
    list: Service,
    key: Option<Secret>,
    /// The model that is set, or the first that the service lists.
    model: OnceCell<String>,
    system: String,
    max_tokens: Option<u64>,
    first: Duration,
    next: Duration,
    limits: Limits,
    conversations: Conversations<History>,
}

impl OpenAi {
    fn new(setup: &Setup<'_>) -> Self {
        let choice = setup.choice;
        let base = choice.url(&URL, URL.default);
        let at = |path: &str| base.clone().map(|base| below(base, path));
        let model = choice.value(&MODEL).trim().to_owned();
        let size = |option| usize::try_from(choice.count(option)).unwrap_or(usize::MAX);
        Self {
            name: if model.is_empty() { "OpenAI-compatible".to_owned() } else { model.clone() },
            chat: Service::new(at("chat/completions"), setup),
            list: Service::new(at("models"), setup),
            key: setup.key.clone(),
            model: if model.is_empty() { OnceCell::new() } else { OnceCell::new_with(Some(model)) },
            system: choice.value(&SYSTEM).to_owned(),
            max_tokens: Some(choice.count(&MAX_TOKENS)).filter(|count| *count > 0),
            first: Duration::from_secs(choice.count(&FIRST_SECS)),
            next: Duration::from_secs(choice.count(&NEXT_SECS)),
            limits: Limits { exchanges: size(&MEMORY), bytes: size(&MEMORY_BYTES) },
            conversations: Conversations::default(),
        }
    }

    fn with_key(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.key {
            Some(key) => request.bearer_auth(key.reveal()),
            None => request,
        }
    }

    async fn model_names(&self) -> Result<Vec<String>, BotError> {
        let answer = self.list.call(|client, url| self.with_key(client.get(url))).await?;
        if !(200..300).contains(&answer.status) {
            return Err(reading::status_error(answer.status, &answer.body));
        }
        reading::models(&super::body::json(&answer.body)?)
    }

    async fn first_model(&self) -> Result<String, BotError> {
        let names = self.model_names().await?;
        names.into_iter().next().ok_or(BotError::Setup(SetupFault::NoModel))
    }

    fn request(&self, model: &str, question: &Question) -> Value {
        let message = |role: &str, content: &str| json!({ "role": role, "content": content });
        let mut messages = Vec::new();
        if !self.system.is_empty() {
            messages.push(message("system", &self.system));
        }
        self.conversations.with(question.conversation, |history| {
            for exchange in history.exchanges() {
                messages.push(message("user", &exchange.question));
                messages.push(message("assistant", &exchange.reply));
            }
        });
        messages.push(message("user", &question.text));
        let mut body = json!({ "model": model, "messages": messages, "stream": true });
        if let Some(max_tokens) = self.max_tokens {
            body["max_tokens"] = max_tokens.into();
        }
        body
    }

    async fn reply(&self, question: &Question, out: &ReplyStream) -> Result<String, BotError> {
        let begin_by = Instant::now() + self.first;
        let mut is_shortened = false;
        loop {
            let error = match self.reply_once(question, out, begin_by).await {
                Err(error) if !out.is_begun() => error,
                result => return result,
            };
            match error {
                BotError::ContextTooLong { .. } if is_shortened => return Err(error),
                BotError::ContextTooLong { text } => {
                    is_shortened = self.conversations.with(question.conversation, History::forget_half);
                    if !is_shortened {
                        return Err(BotError::QuestionRefused { text });
                    }
                }
                error => return Err(error),
            }
        }
    }

    async fn reply_once(
        &self,
        question: &Question,
        out: &ReplyStream,
        begin_by: Instant,
    ) -> Result<String, BotError> {
        let model = self.model.get_or_try_init(|| self.first_model()).await?;
        let body = self.request(model, question);
        let post = |client: &Client, url: Url| self.with_key(client.post(url)).json(&body);
        let too_late = |_elapsed| BotError::TimedOut { after: self.first };
        let response = timeout_at(begin_by, self.chat.send(post)).await.map_err(too_late)??;
        let status = response.status();
        if !status.is_success() {
            let body = timeout_at(begin_by, http::body(response)).await.map_err(too_late)??;
            return Err(reading::status_error(status.as_u16(), &body));
        }
        let patience = Patience { begin_by, first: self.first, next: self.next };
        let heard = Answer::new(out).read(http::chunks(response), patience).await?;
        let note = heard.end_note();
        // A service may refuse a history with a blank reply for ever.
        if out.is_begun() {
            let exchange = Exchange { question: question.text.clone(), reply: heard.reply };
            self.conversations.with(question.conversation, |history| history.add(exchange, self.limits));
        }
        Ok(note)
    }
}

/// `path` below the address of the interface, which may be given without its version.
fn below(mut base: Url, path: &str) -> Url {
    let root = base.path().trim_end_matches('/').to_owned();
    let root = if root.is_empty() { "/v1" } else { &root };
    base.set_path(&format!("{root}/{path}"));
    base
}

impl Bot for OpenAi {
    fn name(&self) -> &str {
        &self.name
    }

    fn ask<'a>(&'a self, question: &'a Question, out: &'a ReplyStream) -> Asking<'a> {
        Box::pin(self.reply(question, out))
    }

    fn local(&self, question: &Question) -> Option<String> {
        let is_new = question.text.trim() == NEW;
        is_new.then(|| {
            self.conversations.forget(question.conversation);
            "A new conversation begins".to_owned()
        })
    }

    fn forget(&self, conversation: ConversationId) {
        self.conversations.forget(conversation);
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<String>, BotError>> {
        Box::pin(self.model_names())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_leave_out_its_version() {
        for (base, expected) in [
            ("http://localhost:11434", "http://localhost:11434/v1/models"),
            ("http://localhost:11434/v1/", "http://localhost:11434/v1/models"),
            ("https://cloud.example/api/openai/v1", "https://cloud.example/api/openai/v1/models"),
        ] {
            let base = Url::parse(base).unwrap();
            assert_eq!(below(base, "models").as_str(), expected);
        }
    }
}
