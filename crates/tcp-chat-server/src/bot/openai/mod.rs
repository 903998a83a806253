//! Any service that speaks `OpenAI`'s chat interface: Ollama, llama.cpp, vLLM, LM Studio, clouds.

mod answer;
mod faults;
mod memory;
mod models;
mod reading;
mod sse;
mod thoughts;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::{Client, RequestBuilder, Url};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use self::answer::{Patience, ReplyReader};
use self::memory::{Exchange, History, Limits};
use self::models::Model;
use super::conversations::Conversations;
use super::http::{self, Service};
use super::kind::Setup;
use super::sanitize::is_blank;
use super::{
    Asking, Bot, BotError, BotKey, BotKind, BotOption, ConversationId, Question, ReplyStream, Secret,
    SetupFault, Takes, bot_option,
};

static URL: BotOption = bot_option!("url", Takes::Url)
    .with_about("bot-openai-url-about")
    .with_default("http://localhost:11434/v1");
static MODEL: BotOption = bot_option!("model", Takes::Text);
static SYSTEM: BotOption = bot_option!("system", Takes::Text);
static MEMORY: BotOption = bot_option!("memory", Takes::Count { min: 0, max: 100 }).with_default("10");
static MEMORY_BYTES: BotOption =
    bot_option!("memory-bytes", Takes::Count { min: 0, max: 1_000_000 }).with_default("16384");
static MAX_TOKENS: BotOption = bot_option!("max-tokens", Takes::Count { min: 1, max: 1_000_000 });
static FIRST_SECS: BotOption =
    bot_option!("first-secs", Takes::Count { min: 1, max: 3600 }).with_default("60");
static NEXT_SECS: BotOption = bot_option!("next-secs", Takes::Count { min: 1, max: 3600 }).with_default("30");
static RATE: BotOption = super::common_options::rate("");

pub(super) static KIND: BotKind = BotKind {
    word: "openai",
    name: "OpenAI-compatible",
    named_by: Some(&MODEL),
    about: "bot-openai",
    options: &[&URL, &MODEL, &SYSTEM, &MEMORY, &MEMORY_BYTES, &MAX_TOKENS, &FIRST_SECS, &NEXT_SECS, &RATE],
    key: Some(BotKey { is_needed: false, about: "bot-openai-key", sent_to: URL.default }),
    always_answers: false,
    check: |_choice| Ok(()),
    build: |setup| Box::new(OpenAi::new(setup)),
};

/// The message that begins the conversation anew.
const NEW: &str = "/new";

/// How often a service that loads its model is asked whether it is ready.
const LOADING_PAUSE: Duration = Duration::from_millis(500);

struct OpenAi {
    chat: Service,
    list: Service,
    key: Option<Secret>,
    /// The model that is set; empty: one that the service lists.
    model: String,
    /// The listed model that is used, until the service refuses it.
    listed: Mutex<Option<String>>,
    system: String,
    max_tokens: Option<u64>,
    /// Whether the service takes `max_completion_tokens` only.
    is_renamed: AtomicBool,
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
            chat: Service::new(at("chat/completions"), setup),
            list: Service::new(at("models"), setup),
            key: setup.key.clone(),
            model,
            listed: Mutex::default(),
            system: choice.value(&SYSTEM).to_owned(),
            max_tokens: Some(choice.count(&MAX_TOKENS)).filter(|count| *count > 0),
            is_renamed: AtomicBool::new(false),
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

    async fn list(&self) -> Result<Vec<Model>, BotError> {
        let answer = self.list.call(|client, url| self.with_key(client.get(url))).await?;
        if !(200..300).contains(&answer.status) {
            return Err(faults::status_error(answer.status, &answer.body).retry_after(answer.retry_after));
        }
        models::read(&super::body::json(&answer.body)?)
    }

    /// The model to ask: the one that is set, or the first of the list that can chat.
    async fn model(&self) -> Result<String, BotError> {
        if !self.model.is_empty() {
            return Ok(self.model.clone());
        }
        if let Some(name) = self.listed().clone() {
            return Ok(name);
        }
        let first = self.list().await?.into_iter().find(|model| model.can_chat);
        let name = first.ok_or(BotError::Setup(SetupFault::NoModel))?.name;
        *self.listed() = Some(name.clone());
        Ok(name)
    }

    // No code panics while it is locked.
    fn listed(&self) -> MutexGuard<'_, Option<String>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn request(&self, model: &str, question: &Question, is_renamed: bool) -> Value {
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
            let name = if is_renamed { "max_completion_tokens" } else { "max_tokens" };
            body[name] = max_tokens.into();
        }
        body
    }

    async fn reply(&self, question: &Question, out: &ReplyStream) -> Result<String, BotError> {
        let begin_by = Instant::now() + self.first;
        let (mut is_shortened, mut is_renamed) = (false, self.is_renamed.load(Ordering::Relaxed));
        loop {
            let error = match self.reply_once(question, out, begin_by, is_renamed).await {
                Err(error) if !out.is_begun() => error,
                result => return result,
            };
            let (error, retry_after) = error.without_wait();
            match error {
                BotError::Loading if self.may_load(begin_by, retry_after).await => (),
                BotError::ContextTooLong { .. } if is_shortened => return Err(error),
                BotError::ContextTooLong { text } => {
                    is_shortened = self.conversations.with(question.conversation, History::forget_half);
                    if !is_shortened {
                        return Err(BotError::QuestionRefused { text });
                    }
                }
                BotError::QuestionRefused { text } if !is_renamed && self.refuses_max_tokens(&text) => {
                    is_renamed = true;
                }
                BotError::NoSuchModel { .. } => {
                    *self.listed() = None;
                    return Err(error);
                }
                error => return Err(error.retry_after(retry_after)),
            }
        }
    }

    /// Waits while the service loads its model; `false` where there is no time left for it.
    async fn may_load(&self, begin_by: Instant, retry_after: Option<Duration>) -> bool {
        let again_at = Instant::now() + retry_after.unwrap_or(LOADING_PAUSE);
        let has_time = again_at < begin_by;
        if has_time {
            tokio::time::sleep_until(again_at).await;
        }
        has_time
    }

    /// Whether the service wants the longest reply under its newer name.
    fn refuses_max_tokens(&self, words: &str) -> bool {
        self.max_tokens.is_some() && words.contains("max_tokens")
    }

    async fn reply_once(
        &self,
        question: &Question,
        out: &ReplyStream,
        begin_by: Instant,
        is_renamed: bool,
    ) -> Result<String, BotError> {
        let body = self.request(&self.model().await?, question, is_renamed);
        let post = |client: &Client, url: Url| self.with_key(client.post(url)).json(&body);
        let too_late = |_elapsed| BotError::TimedOut { after: self.first };
        let response = timeout_at(begin_by, self.chat.send(post)).await.map_err(too_late)??;
        let status = response.status();
        if !status.is_success() {
            let retry_after = self.chat.retry_after(&response);
            let body = timeout_at(begin_by, http::body(response)).await.map_err(too_late)??;
            return Err(faults::status_error(status.as_u16(), &body).retry_after(retry_after));
        }
        self.is_renamed.fetch_or(is_renamed, Ordering::Relaxed);
        let patience = Patience { begin_by, first: self.first, next: self.next };
        let heard = ReplyReader::new(out).read(http::chunks(response), patience).await?;
        let note = heard.end_note();
        // A service may refuse a history with a blank reply for ever.
        if !is_blank(&heard.reply) {
            let exchange = Exchange { question: question.text.clone(), reply: heard.reply };
            self.conversations.with(question.conversation, |history| history.add(exchange, self.limits));
        }
        Ok(note)
    }
}

/// `path` below the address of the interface, which may be given without its version, or with the whole path of
/// one of its services.
fn below(mut base: Url, path: &str) -> Url {
    let mut root = base.path().trim_end_matches('/');
    for service in ["/chat/completions", "/completions", "/models", "/chat"] {
        if let Some(start) = root.strip_suffix(service) {
            root = start.trim_end_matches('/');
            break;
        }
    }
    let root = if root.is_empty() { "/v1".to_owned() } else { root.to_owned() };
    base.set_path(&format!("{root}/{path}"));
    base
}

impl Bot for OpenAi {
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
        Box::pin(async { Ok(self.list().await?.into_iter().map(|model| model.name).collect()) })
    }
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_leave_out_its_version_or_have_the_whole_path() {
        for (base, expected) in [
            ("http://localhost:11434", "http://localhost:11434/v1/models"),
            ("http://localhost:11434/v1/", "http://localhost:11434/v1/models"),
            ("http://localhost:11434/v1//", "http://localhost:11434/v1/models"),
            ("http://localhost:11434/v1/chat/completions", "http://localhost:11434/v1/models"),
            ("http://localhost:11434/v1/chat/completions/", "http://localhost:11434/v1/models"),
            ("http://localhost:11434/chat/completions", "http://localhost:11434/v1/models"),
            ("http://localhost:11434/v1/models", "http://localhost:11434/v1/models"),
            ("https://cloud.example/api/openai/v1", "https://cloud.example/api/openai/v1/models"),
        ] {
            let base = Url::parse(base).unwrap();
            assert_eq!(below(base, "models").as_str(), expected);
        }
    }

    #[test]
    fn the_service_corpus_holds() {
        crate::bot::replay::replay("service", invariants::service);
    }
}
