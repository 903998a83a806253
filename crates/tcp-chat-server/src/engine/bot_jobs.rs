//! What the user asks of one bot alone, whether the server listens or not: a test, the list of its models, a change of
//! its key. The key store keeps the pass phrase of the clients as well.

use std::sync::Arc;

use common::engine::Clock;
use common::text::cut;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::publisher::Publisher;
use super::{Command, Event, KeyNote, TestOutcome};
use crate::bot::{
    AskError, BotChoice, BotList, Chain, ConversationId, Deadlines, KeyStore, KeyStoreError, PASS, Question,
    ReplyStream, Secret,
};

/// What a bot is asked to test it.
pub const TEST_QUESTION: &str = "Hello";

/// How many bots are asked at a time; further tests wait.
const MAX_AT_ONCE: usize = 4;

/// How many jobs may be open, those that wait included; more are ignored.
const MAX_OPEN: usize = 32;

/// Longest beginning of a reply that is shown, in characters.
const MAX_SHOWN_CHARS: usize = 500;

/// The jobs that run beside the sessions, a few at a time.
pub(super) struct BotJobs {
    publisher: Arc<Publisher>,
    clock: Arc<dyn Clock>,
    pub(super) keys: KeyStore,
    shutdown: CancellationToken,
    tasks: TaskTracker,
    permits: Arc<Semaphore>,
}

impl BotJobs {
    pub(super) fn new(
        publisher: Arc<Publisher>,
        clock: Arc<dyn Clock>,
        keys: KeyStore,
        shutdown: CancellationToken,
    ) -> Self {
        let (tasks, permits) = (TaskTracker::new(), Arc::new(Semaphore::new(MAX_AT_ONCE)));
        Self { publisher, clock, keys, shutdown, tasks, permits }
    }

    /// Starts the job that `command` asks for; any other command comes back.
    pub(super) fn take(&self, command: Command) -> Option<Command> {
        let keys = self.keys.clone();
        match command {
            Command::TestBot(choice) => self.test(choice),
            Command::ListModels(choice) => self.list_models(choice),
            Command::KeepKey { kind, key } => {
                let kept = async move { keys.keep(kind.word, key).await.map(|()| KeyNote::Kept) };
                self.change_key(kind.word, kept);
            }
            Command::ForgetKey(kind) => {
                let forgotten = async move {
                    let was_kept = keys.forget(kind.word).await?;
                    Ok(if was_kept { KeyNote::Forgotten } else { KeyNote::NothingKept })
                };
                self.change_key(kind.word, forgotten);
            }
            // This fails where there is no key store, which then keeps nothing.
            Command::ForgetPass => self.spawn(async move { _ = keys.forget(PASS).await.is_ok() }),
            other => return Some(other),
        }
        None
    }

    /// Has the key store keep the pass phrase that was typed, for the next run.
    pub(super) fn keep_pass(&self, pass: Secret) {
        let (keys, publisher) = (self.keys.clone(), Arc::clone(&self.publisher));
        self.spawn(async move {
            if let Err(reason) = keys.keep(PASS, pass).await {
                publisher.tell(Event::PassNotKept { reason });
            }
        });
    }

    fn test(&self, choice: BotChoice) {
        self.publisher.testing(choice.clone());
        let (publisher, bot) = (Arc::clone(&self.publisher), self.prepare(choice.clone()));
        self.spawn(async move {
            let (_permit, chain) = bot.await;
            publisher.tested(&choice, test(&chain).await);
        });
    }

    fn list_models(&self, choice: BotChoice) {
        let word = choice.kind.word;
        let (publisher, bot) = (Arc::clone(&self.publisher), self.prepare(choice));
        self.spawn(async move {
            let (_permit, chain) = bot.await;
            if let Some(models) = chain.models().await {
                publisher.show(|snapshot| _ = snapshot.models.insert(word, models));
            }
        });
    }

    /// Waits for a permit, and builds a chain of the one bot as `choice` has it.
    fn prepare(
        &self,
        choice: BotChoice,
    ) -> impl Future<Output = (Option<OwnedSemaphorePermit>, Chain)> + Send + use<> {
        let permits = Arc::clone(&self.permits);
        let (clock, keys) = (Arc::clone(&self.clock), self.keys.clone());
        async move {
            // The semaphore is never closed, so `acquire` cannot fail.
            let permit = permits.acquire_owned().await.ok();
            (permit, BotList::from(choice).build(Deadlines::default(), &clock, &keys).await)
        }
    }

    fn change_key(
        &self,
        word: &'static str,
        change: impl Future<Output = Result<KeyNote, KeyStoreError>> + Send + 'static,
    ) {
        let publisher = Arc::clone(&self.publisher);
        self.spawn(async move {
            let note = |note| publisher.show(|snapshot| _ = snapshot.key_notes.insert(word, note));
            note(KeyNote::Asking);
            note(change.await.unwrap_or_else(KeyNote::Failed));
        });
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if self.tasks.len() >= MAX_OPEN {
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

async fn test(chain: &Chain) -> TestOutcome {
    let question = Question { text: TEST_QUESTION.to_owned(), conversation: ConversationId(u64::MAX) };
    let started = Instant::now();
    let result = chain.ask(&question, &ReplyStream::default()).await;
    let took = started.elapsed();
    let (text, failures) = match result {
        Ok(reply) => (reply.text, reply.failures),
        Err(AskError::NoReply { failures }) => (String::new(), failures),
        Err(_no_bots) => (String::new(), Vec::new()),
    };
    if let Some(failure) = failures.into_iter().next() {
        return TestOutcome::Failed { error: failure.error().clone(), took };
    }
    let shown = cut(&text, MAX_SHOWN_CHARS).map(|start| format!("{start}..."));
    TestOutcome::Replied { text: shown.unwrap_or(text), took }
}
