//! Any service that speaks `OpenAI`'s chat interface: Ollama, llama.cpp, vLLM, LM Studio, clouds.

mod memory;
mod reading;
mod sse;

use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::{Client, RequestBuilder, Response, Url};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};

use self::memory::{Exchange, History, Limits};
use self::sse::Events;
use super::conversations::Conversations;
use super::http::{self, Service};
use super::kind::Setup;
use super::{
    Asking, Bot, BotError, BotKey, BotKind, BotOption, ConversationId, Question, ReplyStream, Secret,
    ServiceFault, SetupFault, Takes, UnexpectedBody,
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

/// Most bytes of a stream that are read: room for a model that thinks aloud before it replies.
const MAX_STREAM_BYTES: usize = 64 * 1024 * 1024;

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
        let model = self.model.get_or_try_init(|| self.first_model()).await?;
        let body = self.request(model, question);
        let post = |client: &Client, url: Url| self.with_key(client.post(url)).json(&body);
        let begin_by = Instant::now() + self.first;
        let too_late = |_elapsed| BotError::TimedOut { after: self.first };
        let response = timeout_at(begin_by, self.chat.send(post)).await.map_err(too_late)??;
        let status = response.status();
        if !status.is_success() {
            let body = timeout_at(begin_by, http::body(response)).await.map_err(too_late)??;
            return Err(reading::status_error(status.as_u16(), &body));
        }
        let mut stream = Stream { out, reply: String::new(), finish: None, is_begun: false, is_done: false };
        if is_event_stream(&response) {
            self.listen(response, &mut stream, begin_by).await?;
        } else {
            // A service that does not stream.
            let body = timeout_at(begin_by, http::body(response)).await.map_err(too_late)??;
            stream.whole(&body)?;
        }
        let note = stream.end_note();
        let exchange = Exchange { question: question.text.clone(), reply: stream.reply };
        self.conversations.with(question.conversation, |history| history.add(exchange, self.limits));
        Ok(note)
    }

    async fn listen(
        &self,
        mut response: Response,
        stream: &mut Stream<'_>,
        begin_by: Instant,
    ) -> Result<(), BotError> {
        let (mut events, mut len, mut deadline) = (Events::default(), 0_usize, begin_by);
        loop {
            let chunk = timeout_at(deadline, http::chunk(&mut response)).await.map_err(|_elapsed| {
                if stream.is_begun {
                    BotError::Stalled { after: self.next }
                } else {
                    BotError::TimedOut { after: self.first }
                }
            })??;
            let Some(chunk) = chunk else { break };
            len = len.saturating_add(chunk.len());
            if len > MAX_STREAM_BYTES {
                return Err(BotError::TooLong { max: MAX_STREAM_BYTES });
            }
            let mut is_progress = false;
            events.push(&chunk, |data| {
                is_progress |= stream.take(data)?;
                Ok(())
            })?;
            if stream.is_done {
                return Ok(());
            }
            // Bytes that only keep the connection alive are no progress.
            if is_progress {
                deadline = Instant::now() + self.next;
            }
        }
        // The end of the last event may be missing, and half an event is ignored.
        let _is_half = events.end(|data| stream.take(data).map(drop)).is_err();
        if stream.is_done || stream.finish.is_some() {
            return Ok(());
        }
        Err(BotError::CutOff { reason: ServiceFault::EndedEarly })
    }
}

/// `path` below the address of the interface, which may be given without its version.
fn below(mut base: Url, path: &str) -> Url {
    let root = base.path().trim_end_matches('/').to_owned();
    let root = if root.is_empty() { "/v1" } else { &root };
    base.set_path(&format!("{root}/{path}"));
    base
}

fn is_event_stream(response: &Response) -> bool {
    let kind = response.headers().get(reqwest::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream"))
}

/// A reply as it comes.
struct Stream<'a> {
    out: &'a ReplyStream,
    /// What the model has said.
    reply: String,
    /// Why the model stopped.
    finish: Option<String>,
    /// Something about the reply has come.
    is_begun: bool,
    /// All has come.
    is_done: bool,
}

impl Stream<'_> {
    /// Takes an event's data; `true`: the reply goes on.
    fn take(&mut self, data: &str) -> Result<bool, BotError> {
        if self.is_done {
            return Ok(false);
        }
        if data.trim() == "[DONE]" {
            self.is_done = true;
            return Ok(true);
        }
        let json = serde_json::from_str(data).ok();
        let json: Value = json.ok_or(BotError::NotAReply { body: UnexpectedBody::EventNotJson })?;
        let said = reading::read(&json)?;
        if let Some(text) = said.text {
            self.out.push(text)?;
            self.reply.push_str(text);
        }
        if let Some(finish) = said.finish {
            self.finish = Some(finish.to_owned());
        }
        self.is_begun |= said.is_progress;
        Ok(said.is_progress)
    }

    /// Takes an answer that came in one piece: JSON, or events that are called something else.
    fn whole(&mut self, body: &[u8]) -> Result<(), BotError> {
        let is_events = body.starts_with(b"data:") || body.starts_with(b":");
        if is_events {
            let mut events = Events::default();
            events.push(body, |data| self.take(data).map(drop))?;
            events.end(|data| self.take(data).map(drop))?;
            let reason = ServiceFault::EndedEarly;
            let is_whole = self.is_done || self.finish.is_some();
            return if is_whole { Ok(()) } else { Err(BotError::CutOff { reason }) };
        }
        let json = super::body::json(body)?;
        let said = reading::read(&json)?;
        self.out.push(said.text.unwrap_or_default())?;
        said.text.unwrap_or_default().clone_into(&mut self.reply);
        self.finish = said.finish.map(str::to_owned);
        Ok(())
    }

    /// What is said after a reply that the service has cut on purpose.
    fn end_note(&self) -> String {
        let why = match self.finish.as_deref() {
            Some("length") => "the reply has reached its longest length",
            Some("content_filter") => "the service has held the rest back",
            _ => return String::new(),
        };
        if self.reply.trim().is_empty() { String::new() } else { format!("\n[cut: {why}]") }
    }
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
