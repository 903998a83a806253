//! Bots that do as they are told, in a time that stands still while nobody waits.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use super::*;
use crate::bot::{Advice, Asking, Bot, MissingKey, Rate, Secret, ServiceFault, SetupFault};
use common::chat::FailReason;
use common::engine::SystemClock;

#[derive(Debug)]
struct Fixed(Result<&'static str, BotError>);

/// Says this, then fails.
#[derive(Debug)]
struct Breaking(&'static str);

impl Bot for Breaking {
    fn ask<'a>(&'a self, _question: &'a Question, stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async {
            stream.push(self.0)?;
            Err(BotError::Status { status: 500 })
        })
    }
}

impl Bot for Fixed {
    fn ask<'a>(&'a self, _question: &'a Question, _stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async { self.0.clone().map(str::to_owned) })
    }
}

fn link(name: &str, bot: impl Bot + 'static) -> GuardedBot {
    GuardedBot::new(name, Box::new(bot))
}

fn chain(links: Vec<GuardedBot>) -> Chain {
    Chain::new(links, Arc::new(SystemClock))
}

fn question() -> Question {
    Question { text: "hello".to_owned(), conversation: ConversationId(1) }
}

async fn ask(bots: [GuardedBot; 2]) -> Result<Reply, AskError> {
    chain(bots.into()).ask(&question(), &ReplyStream::default()).await
}

#[tokio::test]
async fn the_next_bot_answers_and_the_failure_is_told() {
    let reply =
        ask([link("One", Fixed(Err(BotError::Status { status: 502 }))), link("Two", Fixed(Ok("hi\u{7}")))])
            .await
            .unwrap();
    assert_eq!((reply.bot.as_str(), reply.text.as_str()), ("Two", "hi"));
    assert_eq!(
        reply.failures,
        [BotFailure::Failed { bot: "One".into(), error: BotError::Status { status: 502 } }]
    );
    let reply = ask([link("One", Fixed(Ok("hi"))), link("Two", Fixed(Ok("ho")))]).await.unwrap();
    assert_eq!((reply.bot.as_str(), reply.failures.len()), ("One", 0));
}

#[tokio::test]
async fn a_reply_that_cannot_be_cleaned_is_a_failure_too() {
    let reply = ask([link("One", Fixed(Ok("\u{7}\n"))), link("Two", Fixed(Ok("hi")))]).await.unwrap();
    assert_eq!(reply.failures, [BotFailure::Failed { bot: "One".into(), error: BotError::Empty }]);
}

#[tokio::test]
async fn when_all_fail_each_is_named() {
    let timed_out = BotError::TimedOut { after: Duration::from_secs(8) };
    let error = ask([link("One", Fixed(Err(timed_out))), link("Two", Fixed(Err(BotError::Empty)))])
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "One failed (no answer within 8 s), Two failed (the reply is empty)");
    assert_eq!(error.reason(), FailReason::BotFailed);
}

#[tokio::test]
async fn what_has_begun_is_cut_and_never_mixed() {
    let stream = ReplyStream::default();
    let bots = chain(vec![link("Breaking", Breaking("half a\n")), link("Two", Fixed(Ok("hi")))]);
    let reply = bots.ask(&question(), &stream).await.unwrap();
    let text = "half a\n[cut: the service answered with HTTP status 500]";
    assert_eq!((reply.bot.as_str(), reply.text.as_str(), reply.failures.len()), ("Breaking", text, 1));
    assert_eq!(stream.take().as_deref(), Some(text));
    // White space alone is no beginning.
    let stream = ReplyStream::default();
    let bots = chain(vec![link("Breaking", Breaking(" \n")), link("Two", Fixed(Ok("hi")))]);
    assert_eq!(bots.ask(&question(), &stream).await.unwrap().text, "hi");
    assert_eq!(stream.take().as_deref(), Some("hi"));
}

#[tokio::test]
async fn no_failure_names_the_key() {
    let bot = Fixed(Err(BotError::Refused { text: "bad key sk-1".into() }));
    let bots = chain(vec![link("One", bot).with_key(Ok((Secret::new("sk-1"), None)))]);
    let error = bots.ask(&question(), &ReplyStream::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "One failed (the service says: bad key (secret))");
}

/// Answers while there is hope, and counts how often it is asked.
#[derive(Debug, Default)]
struct Moody {
    is_well: AtomicBool,
    asked: AtomicU32,
}

impl Bot for Arc<Moody> {
    fn ask<'a>(&'a self, question: &'a Question, _stream: &'a ReplyStream) -> Asking<'a> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let is_well = self.is_well.load(Ordering::Relaxed);
        Box::pin(async move {
            match question.text.as_str() {
                "hang" => std::future::pending().await,
                "long" => Err(BotError::TooManyCharacters { len: 200, max: 128 }),
                _ if is_well => Ok("well".to_owned()),
                _ => Err(BotError::Status { status: 503 }),
            }
        })
    }
}

impl Chain {
    async fn told(&self) -> String {
        match self.ask(&question(), &ReplyStream::default()).await {
            Ok(reply) => format!("{} {}", reply.bot, reply.text),
            Err(error) => error.to_string(),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_bot_that_fails_is_left_alone_and_tried_again() {
    let moody = Arc::new(Moody::default());
    let asked = || moody.asked.load(Ordering::Relaxed);
    let bots = chain(vec![link("Moody", Arc::clone(&moody))]);
    let failed = "Moody failed (the service answered with HTTP status 503)";
    assert_eq!((bots.told().await.as_str(), bots.told().await.as_str()), (failed, failed));
    let last = "Moody failed (the service answered with HTTP status 503; paused for 10 s)";
    assert_eq!(bots.told().await, last);
    tokio::time::advance(Duration::from_millis(5500)).await;
    let resting = "Moody was not asked (it failed 3 times in a row, last: the service answered with HTTP status 503; next try in 5 s)";
    assert_eq!((bots.told().await.as_str(), asked()), (resting, 3));
    assert!(bots.bots()[0].row().again_at.is_some());
    tokio::time::advance(Duration::from_millis(4500)).await;
    // The one who finds out goes away, so the next one does.
    let hang = Question { text: "hang".to_owned(), ..question() };
    let stream = ReplyStream::default();
    let gone = tokio::time::timeout(Duration::from_millis(1), bots.ask(&hang, &stream)).await;
    assert!(gone.is_err() && asked() == 4);
    moody.is_well.store(true, Ordering::Relaxed);
    assert_eq!((bots.told().await.as_str(), asked()), ("Moody well", 5));
    assert_eq!(bots.bots()[0].row().again_at, None);
}

#[tokio::test(start_paused = true)]
async fn a_question_that_does_not_fit_tells_nothing_about_the_bot() {
    let moody = Arc::new(Moody::default());
    let bots = chain(vec![link("Moody", Arc::clone(&moody))]);
    let long = Question { text: "long".to_owned(), ..question() };
    for _ in 0..9 {
        let error = bots.ask(&long, &ReplyStream::default()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "Moody was not asked (the question has 200 characters, the service takes 128)"
        );
    }
    assert_eq!(bots.bots()[0].row().last, Some(crate::bot::LastCall::Unanswered));
}

#[tokio::test(start_paused = true)]
async fn beyond_the_allowance_the_next_bot_answers_or_the_wait_is_told() {
    let moody = Arc::new(Moody { is_well: true.into(), ..Moody::default() });
    let rate = Some(Rate { calls: 2, within: Duration::from_mins(10) });
    let both = chain(vec![link("Moody", Arc::clone(&moody)).with_rate(rate), link("Two", Fixed(Ok("hi")))]);
    let told = [both.told().await, both.told().await, both.told().await];
    assert_eq!(told, ["Moody well", "Moody well", "Two hi"]);
    let alone = chain(vec![link("Moody", Arc::clone(&moody)).with_rate(rate)]);
    for _ in 0..2 {
        assert_eq!(alone.told().await, "Moody well");
        tokio::time::advance(Duration::from_mins(1)).await;
    }
    assert_eq!(
        alone.told().await,
        "Moody was not asked (its limit of 2 calls in 600 s is reached; next try in 480 s)"
    );
    tokio::time::advance(Duration::from_mins(8)).await;
    assert_eq!(alone.told().await, "Moody well");
}

/// Repeats its key, in pieces and in the rest.
#[derive(Debug)]
struct Telltale;

impl Bot for Telltale {
    fn ask<'a>(&'a self, _question: &'a Question, stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async {
            stream.push("it is sk-")?;
            stream.push("123")?;
            Ok("45, so sk-12345 s".to_owned())
        })
    }
}

#[tokio::test]
async fn no_reply_repeats_the_key() {
    let key = |key| Ok((Secret::new(key), None));
    let bots = chain(vec![link("Telltale", Telltale).with_key(key("sk-12345"))]);
    let stream = ReplyStream::default();
    let reply = bots.ask(&question(), &stream).await.unwrap();
    assert_eq!(reply.text, "it is (secret), so (secret) s");
    assert_eq!(stream.take(), Some(reply.text));
    // A reply that breaks off within the key does not end with most of it.
    let bots = chain(vec![link("Breaking", Breaking("it is sk-1234")).with_key(key("sk-12345"))]);
    let reply = bots.ask(&question(), &ReplyStream::default()).await.unwrap();
    assert_eq!(reply.text, "it is \n[cut: the service answered with HTTP status 500]");
}

#[tokio::test]
async fn long_words_of_a_service_are_cut_after_the_key_is_redacted() {
    let words: &'static str = Box::leak(format!("{}sk-12345{}", "a".repeat(196), "b".repeat(300)).into());
    let bots = chain(vec![
        link("One", Fixed(Err(BotError::Refused { text: words.into() })))
            .with_key(Ok((Secret::new("sk-12345"), None))),
    ]);
    let told = bots.ask(&question(), &ReplyStream::default()).await.unwrap_err().to_string();
    assert!(!told.contains("sk-") && told.len() < 250, "{told}");
}

#[tokio::test]
async fn a_client_is_told_nothing_of_how_the_server_is_set_up() {
    let secret = "/home/me/key";
    for (error, told) in [
        (
            BotError::NoKey(MissingKey::FileEmpty { file: secret.into() }),
            "One was not asked (the bot is not set up)",
        ),
        (BotError::Setup(SetupFault::Other { reason: secret.into() }), "One failed (the bot is not set up)"),
        (
            BotError::Unreachable {
                reason: ServiceFault::Other { reason: "refused".into() },
                host: secret.into(),
            },
            "One failed (the bot cannot be reached)",
        ),
    ] {
        let bots = chain(vec![link("One", Fixed(Err(error.clone())))]);
        let failed = bots.ask(&question(), &ReplyStream::default()).await.unwrap_err();
        assert_eq!(failed.for_clients(), told);
        assert!(failed.to_string().contains(secret), "the server's own log says it all");
        let resting = BotError::Resting { failures: 3, secs: 5, last: Box::new(error) };
        assert!(!resting.for_clients().to_string().contains(secret));
    }
    let advised = BotError::BadKey { advice: Advice::GiveKey };
    assert_eq!(advised.for_clients().to_string(), "the service rejected the key");
}

/// Has a word of its own, and fails otherwise.
#[derive(Debug)]
struct Local;

impl Bot for Local {
    fn ask<'a>(&'a self, _question: &'a Question, _stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async { Err(BotError::Status { status: 500 }) })
    }

    fn local(&self, question: &Question) -> Option<String> {
        (question.text == "/new").then(|| "new".to_owned())
    }
}

#[tokio::test(start_paused = true)]
async fn a_word_of_the_bots_own_needs_no_service_and_says_nothing_about_it() {
    let rate = Rate { calls: 4, within: Duration::from_mins(10) };
    let bots = chain(vec![link("Local", Local).with_rate(Some(rate))]);
    let new = Question { text: "/new".to_owned(), ..question() };
    for _ in 0..3 {
        assert_eq!(bots.ask(&new, &ReplyStream::default()).await.unwrap().text, "new");
        assert!(bots.ask(&question(), &ReplyStream::default()).await.is_err());
    }
    let error = bots.ask(&question(), &ReplyStream::default()).await.unwrap_err();
    let AskError::NoReply { failures } = error else { panic!("{error}") };
    assert!(matches!(failures[0].error(), BotError::Resting { .. }), "{failures:?}");
    assert_eq!(bots.ask(&new, &ReplyStream::default()).await.unwrap().text, "new", "while it rests");
    assert!(matches!(bots.bots()[0].row().last, Some(crate::bot::LastCall::Failed { .. })));
}
