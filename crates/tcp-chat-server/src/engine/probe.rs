//! Trying a bot out and keeping its key, whether the server listens or not.

use std::sync::Arc;
use std::time::Duration;

use common::engine::Clock;
use common::text::cut;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Command;
use super::publisher::Publisher;
use crate::bot::{
    AskError, BotChoice, BotError, BotList, Chain, ConversationId, Deadlines, KeyStore, KeyStoreError,
    Question, ReplyStream,
};

/// What a bot is asked to try it out.
pub const TEST_QUESTION: &str = "Hello";

/// Trials at once; a further one has to wait for its turn.
const MAX_TRIALS: usize = 4;

/// And of those that wait; more are not taken.
const MAX_WAITING_TRIALS: usize = 32;

/// Longest beginning of a reply that is shown, in characters.
const MAX_SHOWN_CHARS: usize = 500;

/// How a trial went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// It is under way.
    Asking,
    /// The bot replied.
    Replied {
        /// The beginning of what it said.
        text: String,
        /// The time it took.
        took: Duration,
    },
    /// The bot failed.
    Failed {
        /// Why.
        error: BotError,
        /// The time it took.
        took: Duration,
    },
}

/// The models that a bot's service offers.
pub type Models = Result<Vec<String>, BotError>;

/// What became of a user's wish about the key that the key store has for a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyNote {
    /// The store is asked; it may want its password.
    Asking,
    /// It keeps the key.
    Kept,
    /// It has forgotten the key.
    Forgotten,
    /// It had none.
    NothingKept,
    /// Nothing became of it.
    Failed(KeyStoreError),
}

/// Tries bots out.
pub(super) struct Probes {
    publisher: Arc<Publisher>,
    clock: Arc<dyn Clock>,
    pub(super) keys: KeyStore,
    shutdown: CancellationToken,
    tasks: TaskTracker,
    turns: Arc<Semaphore>,
}

impl Probes {
    pub(super) fn new(
        publisher: Arc<Publisher>,
        clock: Arc<dyn Clock>,
        keys: KeyStore,
        shutdown: CancellationToken,
    ) -> Self {
        let (tasks, turns) = (TaskTracker::new(), Arc::new(Semaphore::new(MAX_TRIALS)));
        Self { publisher, clock, keys, shutdown, tasks, turns }
    }

    /// Does what is asked of one bot alone; any other command comes back.
    pub(super) fn take(&self, command: Command) -> Option<Command> {
        match command {
            Command::TestBot(choice) => self.test(choice),
            Command::ListModels(choice) => self.list_models(choice),
            Command::KeepKey { kind, key } => {
                let keys = self.keys.clone();
                self.change_key(
                    kind.word,
                    async move { keys.keep(kind.word, key).await.map(|()| KeyNote::Kept) },
                );
            }
            Command::ForgetKey(kind) => {
                let keys = self.keys.clone();
                self.change_key(kind.word, async move {
                    let was_kept = keys.forget(kind.word).await?;
                    Ok(if was_kept { KeyNote::Forgotten } else { KeyNote::NothingKept })
                });
            }
            other => return Some(other),
        }
        None
    }

    /// Asks a bot, set as `choice` has it, the one question.
    fn test(&self, choice: BotChoice) {
        let word = choice.kind.word;
        self.publisher.trial(word, Trial::Asking);
        let (publisher, turns) = (Arc::clone(&self.publisher), Arc::clone(&self.turns));
        let (clock, keys) = (Arc::clone(&self.clock), self.keys.clone());
        self.spawn(async move {
            // The semaphore is never closed, so `acquire` cannot fail.
            let _turn = turns.acquire().await.ok();
            let chain = BotList::from(choice).build(Deadlines::default(), &clock, &keys).await;
            publisher.trial(word, try_out(&chain).await);
        });
    }

    /// Asks a bot's service for its models.
    fn list_models(&self, choice: BotChoice) {
        let word = choice.kind.word;
        let (publisher, turns) = (Arc::clone(&self.publisher), Arc::clone(&self.turns));
        let (clock, keys) = (Arc::clone(&self.clock), self.keys.clone());
        self.spawn(async move {
            let _turn = turns.acquire().await.ok();
            let chain = BotList::from(choice).build(Deadlines::default(), &clock, &keys).await;
            if let Some(models) = chain.models().await {
                publisher.models(word, models);
            }
        });
    }

    fn change_key(
        &self,
        word: &'static str,
        change: impl Future<Output = Result<KeyNote, KeyStoreError>> + Send + 'static,
    ) {
        let publisher = Arc::clone(&self.publisher);
        self.spawn(async move {
            publisher.key_note(word, KeyNote::Asking);
            publisher.key_note(word, change.await.unwrap_or_else(KeyNote::Failed));
        });
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if self.tasks.len() >= MAX_WAITING_TRIALS {
            return;
        }
        let shutdown = self.shutdown.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => (),
                () = work => (),
            }
        });
    }
}

async fn try_out(chain: &Chain) -> Trial {
    let question = Question { text: TEST_QUESTION.to_owned(), conversation: ConversationId(u64::MAX) };
    let started = Instant::now();
    let result = chain.ask(&question, &ReplyStream::default()).await;
    let took = started.elapsed();
    let (text, failures) = match result {
        Ok(reply) => (reply.text, reply.failures),
        Err(AskError::NoReply { failures }) => (String::new(), failures),
        Err(_no_bots) => (String::new(), Vec::new()),
    };
    match failures.into_iter().next() {
        Some(failure) => Trial::Failed { error: failure.error().clone(), took },
        None => Trial::Replied { text: cut(&text, MAX_SHOWN_CHARS).unwrap_or(&text).to_owned(), took },
    }
}
