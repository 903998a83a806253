//! An answer as it comes: events or JSON in one piece, whatever the service calls it. Its bytes tell.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _};
use tokio::time::{Instant, timeout_at};

use super::reading;
use super::sse::{EventTooLong, Events, MAX_EVENT_BYTES, is_events};
use super::thoughts::{Split, Thoughts};
use crate::bot::http::MAX_BODY_BYTES;
use crate::bot::sanitize::is_blank;
use crate::bot::{BotError, ReplyStream, ServiceFault, UnexpectedBody, body};

/// Longest refusal that is kept.
const MAX_REFUSAL_BYTES: usize = 4096;

/// Most bytes of a stream that are read: room for a model that thinks aloud before it replies.
const MAX_STREAM_BYTES: usize = 64 * 1024 * 1024;

/// How long the end of a stream is waited for once the model has finished.
const END_GRACE: Duration = Duration::from_secs(1);

/// How long a service may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// When the reply has to begin, which is `first` after the question.
    pub(super) begin_by: Instant,
    pub(super) first: Duration,
    /// Until its next piece.
    pub(super) next: Duration,
}

/// The format of the body.
#[derive(Debug)]
enum Form {
    /// Too little has come to tell.
    Unknown(Vec<u8>),
    Events(Events),
    Whole(Vec<u8>),
}

#[derive(Debug)]
pub(super) struct ReplyReader<'a> {
    form: Form,
    heard: Heard<'a>,
}

/// What was understood of it.
#[derive(Debug)]
pub(super) struct Heard<'a> {
    out: &'a ReplyStream,
    /// What the model has said.
    pub(super) reply: String,
    thoughts: Thoughts,
    has_thought: bool,
    /// What the model has said instead of a reply.
    refusal: String,
    /// Why the model stopped.
    finish: Option<String>,
    /// Something about the reply has come.
    is_begun: bool,
    /// All has come.
    is_done: bool,
}

impl<'a> ReplyReader<'a> {
    pub(super) fn new(out: &'a ReplyStream) -> Self {
        let heard = Heard {
            out,
            reply: String::new(),
            thoughts: Thoughts::default(),
            has_thought: false,
            refusal: String::new(),
            finish: None,
            is_begun: false,
            is_done: false,
        };
        Self { form: Form::Unknown(Vec::new()), heard }
    }

    /// Reads until the reply is whole.
    pub(super) async fn read(
        mut self,
        chunks: impl Stream<Item = Result<Bytes, BotError>>,
        patience: Patience,
    ) -> Result<Heard<'a>, BotError> {
        let read = self.read_all(chunks, patience).await;
        // Once the model has finished nothing can make its reply a bad one.
        if !self.heard.is_finished() {
            read?;
        }
        let rest = self.heard.thoughts.end();
        self.heard.add(rest)?;
        if is_blank(&self.heard.reply) {
            return match (self.heard.cut(), self.heard.has_thought) {
                // It had no room left to say anything.
                (None | Some(BotError::LengthReached), true) => Err(BotError::OnlyThought),
                (Some(why), _) => Err(why),
                (None, false) => Ok(self.heard),
            };
        }
        Ok(self.heard)
    }

    async fn read_all(
        &mut self,
        chunks: impl Stream<Item = Result<Bytes, BotError>>,
        patience: Patience,
    ) -> Result<(), BotError> {
        let (mut chunks, mut len, mut deadline) = (pin!(chunks), 0_usize, patience.begin_by);
        loop {
            let was_finished = self.heard.is_finished();
            let chunk = match timeout_at(deadline, chunks.try_next()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => return self.end(),
                // What came may be whole.
                Ok(Err(error)) => return self.end().or(Err(error)),
                Err(_elapsed) if self.heard.is_begun => {
                    return self.end().or(Err(BotError::Stalled { after: patience.next }));
                }
                Err(_elapsed) => return self.end().or(Err(BotError::TimedOut { after: patience.first })),
            };
            len = len.saturating_add(chunk.len());
            if len > MAX_STREAM_BYTES {
                return Err(BotError::TooLong { max: MAX_STREAM_BYTES });
            }
            let is_progress = self.push(&chunk)?;
            if self.heard.is_done {
                return Ok(());
            }
            if self.heard.is_finished() {
                deadline = if was_finished { deadline } else { Instant::now() + END_GRACE };
            } else if is_progress {
                // Bytes that only keep the connection alive are no progress.
                deadline = Instant::now() + patience.next;
            }
        }
    }

    /// Takes the next bytes; `true`: the reply goes on.
    fn push(&mut self, bytes: &[u8]) -> Result<bool, BotError> {
        match &mut self.form {
            Form::Events(events) => {
                let mut is_progress = false;
                events.push(bytes, |data| {
                    is_progress |= self.heard.take(data)?;
                    Ok::<(), BotError>(())
                })?;
                return Ok(is_progress);
            }
            Form::Unknown(body) | Form::Whole(body) => {
                if body.len().saturating_add(bytes.len()) > MAX_BODY_BYTES {
                    return Err(BotError::TooLong { max: MAX_BODY_BYTES });
                }
                body.extend_from_slice(bytes);
            }
        }
        if let Form::Unknown(start) = &mut self.form
            && let Some(is_events) = is_events(start)
        {
            let start = std::mem::take(start);
            if is_events {
                self.form = Form::Events(Events::default());
                return self.push(&start);
            }
            self.form = Form::Whole(start);
        }
        Ok(false)
    }

    /// Nothing more comes.
    fn end(&mut self) -> Result<(), BotError> {
        match std::mem::replace(&mut self.form, Form::Unknown(Vec::new())) {
            Form::Events(events) => {
                // The end of the last event may be missing, and half an event is ignored.
                match events.end(|data| self.heard.take(data).map(drop)) {
                    Err(BotError::NotAReply { body: UnexpectedBody::EventNotJson }) | Ok(()) => (),
                    Err(error) => return Err(error),
                }
                let reason = ServiceFault::EndedEarly;
                if self.heard.is_finished() { Ok(()) } else { Err(BotError::CutOff { reason }) }
            }
            Form::Unknown(body) | Form::Whole(body) => self.heard.whole(&body),
        }
    }
}

impl From<EventTooLong> for BotError {
    fn from(EventTooLong: EventTooLong) -> Self {
        Self::TooLong { max: MAX_EVENT_BYTES }
    }
}

impl Heard<'_> {
    fn is_finished(&self) -> bool {
        self.is_done || self.finish.is_some()
    }

    /// Takes an event's data; `true`: the reply goes on.
    fn take(&mut self, data: &str) -> Result<bool, BotError> {
        let data = data.trim();
        if self.is_done || data.is_empty() {
            return Ok(false);
        }
        if data == "[DONE]" {
            self.is_done = true;
            return Ok(true);
        }
        let json = serde_json::from_str(data).ok();
        let json = json.ok_or(BotError::NotAReply { body: UnexpectedBody::EventNotJson })?;
        let Some(said) = reading::read(&json)? else { return Ok(false) };
        self.hear(said)?;
        Ok(true)
    }

    /// Takes an answer that came in one piece.
    fn whole(&mut self, body: &[u8]) -> Result<(), BotError> {
        let said = reading::read(&body::json(body)?)?;
        self.hear(said.ok_or(BotError::NotAReply { body: UnexpectedBody::NoChoices })?)?;
        self.is_done = true;
        Ok(())
    }

    fn hear(&mut self, said: reading::Said) -> Result<(), BotError> {
        self.is_begun = true;
        self.add(Split { thought: said.thought, ..Split::default() })?;
        let split = self.thoughts.push(&said.text);
        self.add(split)?;
        // It ends as a note, of which less is shown.
        let room = MAX_REFUSAL_BYTES.saturating_sub(self.refusal.len());
        let end = said.refusal.floor_char_boundary(room);
        self.refusal.push_str(said.refusal.get(..end).unwrap_or_default());
        self.finish = said.finish.or(self.finish.take());
        Ok(())
    }

    fn add(&mut self, Split { reply, thought }: Split) -> Result<(), BotError> {
        self.has_thought |= !thought.trim().is_empty();
        self.out.think(&thought);
        self.out.push(&reply)?;
        self.reply.push_str(&reply);
        Ok(())
    }

    /// Why the model said no more, where it did not just end.
    fn cut(&self) -> Option<BotError> {
        if !self.refusal.trim().is_empty() {
            return Some(BotError::Declined { text: self.refusal.clone() });
        }
        match self.finish.as_deref() {
            Some("length") => Some(BotError::LengthReached),
            Some("content_filter") => Some(BotError::Filtered),
            _ => None,
        }
    }

    /// What is said after a reply that the service has cut on purpose.
    pub(super) fn end_note(&self) -> String {
        self.cut().map(|why| format!("\n[cut: {why}]")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::{Piece, ServiceFault};
    use futures_util::{StreamExt as _, stream};
    use proptest::prelude::*;

    /// What comes after the bytes.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Then {
        End,
        Break,
        Silence,
    }

    /// The reply to these pieces, of which each comes after so many milliseconds.
    async fn read<'a>(
        pieces: impl IntoIterator<Item = (u64, &'a [u8])>,
        then: Then,
    ) -> Result<(String, String), BotError> {
        hear(pieces, then).await.0
    }

    /// The same, and what clients get of it.
    async fn hear<'a>(
        pieces: impl IntoIterator<Item = (u64, &'a [u8])>,
        then: Then,
    ) -> (Result<(String, String), BotError>, ReplyStream) {
        let chunks = stream::iter(pieces).then(async |(millis, piece)| {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            Ok(Bytes::copy_from_slice(piece))
        });
        let last = stream::once(async move {
            match then {
                Then::End => None,
                Then::Break => Some(Err(broken())),
                Then::Silence => std::future::pending().await,
            }
        });
        let (first, next) = (Duration::from_mins(1), Duration::from_secs(30));
        let patience = Patience { begin_by: Instant::now() + first, first, next };
        let out = ReplyStream::default();
        let heard = ReplyReader::new(&out).read(chunks.chain(last.filter_map(async |it| it)), patience).await;
        let read = heard.map(|heard| (heard.reply.clone(), heard.end_note()));
        (read, out)
    }

    fn broken() -> BotError {
        BotError::CutOff { reason: ServiceFault::Other { reason: "reset".to_owned() } }
    }

    async fn reply(answer: &str, then: Then) -> Result<String, BotError> {
        read([(0, answer.as_bytes())], then).await.map(|(reply, _)| reply)
    }

    fn text(text: &str) -> String {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n")
    }

    const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    const DONE: &str = "data: [DONE]\n\n";

    #[tokio::test(start_paused = true)]
    async fn what_says_nothing_about_the_reply_is_skipped_wherever_it_comes() {
        for nothing in [
            "data: {\"choices\":null,\"usage\":{\"total_tokens\":7}}\n\n",
            "data: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\n",
            "data: {\"usage\":{\"total_tokens\":7}}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"\"}]}\n\n",
            "data: {}\n\n",
            "data: null\n\n",
            "data: \n\n",
            "data\n\n",
            "event: ping\n\n",
            "event: ping\ndata: {\"type\":\"ping\"}\n\n",
            ": comment\n\n",
            "id: 1\nretry: 5\n\n",
        ] {
            let (a, b) = (text("a"), text("b"));
            let answer = format!("{nothing}{a}{nothing}{b}{nothing}{STOP}{nothing}{DONE}");
            assert_eq!(reply(&answer, Then::Break).await.as_deref(), Ok("ab"), "{nothing}");
            let ended = BotError::CutOff { reason: ServiceFault::EndedEarly };
            assert_eq!(reply(&format!("{nothing}{a}"), Then::End).await, Err(ended), "it is no end");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn after_its_end_nothing_makes_a_reply_bad_and_no_more_than_a_second_is_waited() {
        let whole = text("a") + STOP;
        for after in [
            "data: garbage\n\n",
            "data: {\"error\":{\"message\":\"out of memory\"}}\n\n",
            "{\"error\":\"out of memory\"}\n",
            "data: {\"choices\":[{\"del",
            "\u{0}\u{ff}",
            "",
        ] {
            for then in [Then::End, Then::Break, Then::Silence] {
                let start = Instant::now();
                let answer = format!("{whole}{after}");
                assert_eq!(reply(&answer, then).await.as_deref(), Ok("a"), "{after} {then:?}");
                assert!(start.elapsed().as_millis() <= 1000, "{after} {then:?}");
            }
        }
        let alive = std::iter::repeat_n((300, &b": alive\n\n"[..]), 100);
        let start = Instant::now();
        let read = read(std::iter::once((0, whole.as_bytes())).chain(alive), Then::Silence).await;
        assert_eq!((read.is_ok(), start.elapsed().as_millis()), (true, 1000));
    }

    #[tokio::test(start_paused = true)]
    async fn json_and_events_are_told_by_their_bytes() {
        let long = " ".repeat(5) + r#"{"choices":[{"message":{"content":"one\ntwo"},"finish_reason":null}]}"#;
        let parts = r#"{"choices":[{"message":{"content":[{"type":"text","text":"one"}]}}]}"#;
        for (answer, expected) in [
            (long, "one\ntwo"),
            (parts.to_owned(), "one"),
            (format!("\u{feff}\r\n{}{DONE}", text("a")), "a"),
            (format!("event: message\n{}{STOP}", text("a")), "a"),
            (text("a") + "data: [DONE]", "a"),
        ] {
            for then in [Then::End, Then::Break, Then::Silence] {
                assert_eq!(reply(&answer, then).await.as_deref(), Ok(expected), "{answer} {then:?}");
            }
        }
        let refused = |text: &str| BotError::Refused { text: text.to_owned() };
        let not_a_reply = |body| BotError::NotAReply { body };
        for (answer, error) in [
            (r#"{"error":{"message":"no"}}"#.to_owned(), refused("no")),
            ("{\n  \"error\": \"no\"\n}\n".to_owned(), refused("no")),
            ("error: {\"message\":\"no\"}\n\n".to_owned(), refused("no")),
            (text("a") + "{\"error\":\"no\"}\n", refused("no")),
            (text("a") + "data: {\"error\":\"no\"}", refused("no")),
            ("data: garbage\n\n".to_owned(), not_a_reply(UnexpectedBody::EventNotJson)),
            ("garbage".to_owned(), not_a_reply(UnexpectedBody::NotJson)),
            ("{}".to_owned(), not_a_reply(UnexpectedBody::NoChoices)),
            ("da".to_owned(), not_a_reply(UnexpectedBody::NotJson)),
            (String::new(), not_a_reply(UnexpectedBody::Nothing)),
            (" ".repeat(MAX_BODY_BYTES + 1), BotError::TooLong { max: MAX_BODY_BYTES }),
            (text("a"), BotError::CutOff { reason: ServiceFault::EndedEarly }),
        ] {
            assert_eq!(reply(&answer, Then::End).await, Err(error), "{answer}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_has_its_deadlines() {
        let first = BotError::TimedOut { after: Duration::from_mins(1) };
        let next = BotError::Stalled { after: Duration::from_secs(30) };
        for (pieces, error, secs) in [
            (vec![], first.clone(), 60),
            (vec![(59_000, ": alive\n\n".to_owned()), (0, "data: {}\n\n".to_owned())], first, 60),
            (vec![(59_000, text("a")), (29_000, text("b")), (29_000, ":\n".to_owned())], next, 118),
        ] {
            let start = Instant::now();
            let pieces = pieces.iter().map(|(millis, piece)| (*millis, piece.as_bytes()));
            assert_eq!(read(pieces, Then::Silence).await, Err(error));
            assert_eq!(start.elapsed().as_secs(), secs);
        }
    }

    fn thought(thought: &str) -> String {
        format!("data: {{\"choices\":[{{\"delta\":{{\"reasoning_content\":\"{thought}\"}}}}]}}\n\n")
    }

    #[tokio::test(start_paused = true)]
    async fn thoughts_are_no_reply_but_a_sign_of_life() {
        for thoughts in [
            vec![thought("h"), thought("m")],
            vec![text(" \\n<th"), text("ink>h"), text("m</"), text("think>\\n\\n")],
        ] {
            let all = thoughts.iter().map(|piece| (29_000, piece.as_bytes()));
            let answer = text("yes") + STOP;
            let (whole, out) = hear(all.clone().chain([(29_000, answer.as_bytes())]), Then::Silence).await;
            assert_eq!(whole.map(|(reply, _)| reply).as_deref(), Ok("yes"), "{thoughts:?}");
            assert!(matches!(out.next().await, Piece::Thought(thought) if thought == "hm"), "{thoughts:?}");
            assert_eq!(out.take().as_deref(), Some("yes"), "{thoughts:?}");
            let alone = read(all.chain([(0, STOP.as_bytes())]), Then::End).await;
            assert_eq!(alone, Err(BotError::OnlyThought), "{thoughts:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn why_a_model_says_no_more_is_told() {
        let end = |why| format!("data: {{\"choices\":[{{\"delta\":{{}},\"finish_reason\":\"{why}\"}}]}}\n\n");
        let refusal =
            |words| format!("data: {{\"choices\":[{{\"delta\":{{\"refusal\":\"{words}\"}}}}]}}\n\n");
        let declined = BotError::Declined { text: "I will not".to_owned() };
        for (answer, why) in [
            (end("length"), Some(BotError::LengthReached)),
            (end("content_filter"), Some(BotError::Filtered)),
            (refusal("I will") + &refusal(" not") + &end("stop"), Some(declined)),
            (end("stop"), None),
        ] {
            let note = why.clone().map(|why| format!("\n[cut: {why}]")).unwrap_or_default();
            let with_text = text("as far as") + &answer;
            let read = async |answer: &str| read([(0, answer.as_bytes())], Then::End).await;
            assert_eq!(read(&with_text).await, Ok(("as far as".to_owned(), note)));
            assert_eq!(read(&answer).await.err(), why);
            assert_eq!(read(&(text("\\u0007 ") + &answer)).await.err(), why, "nothing of it is to be seen");
            let thought = if matches!(why, None | Some(BotError::LengthReached)) {
                BotError::OnlyThought
            } else {
                why.unwrap()
            };
            assert_eq!(read(&(super::tests::thought("hm") + &answer)).await, Err(thought));
        }
    }

    /// Answers good and bad, of pieces that services send.
    fn answer() -> impl Strategy<Value = Vec<u8>> {
        let (a, usage) = (text("a"), "data: {\"choices\":null}\n\n");
        let piece = prop_oneof![
            8 => proptest::sample::select(vec![
                a.clone(), text("好"), text("<thi"), text("nk>"), text("</think>"), thought("hm"), a.replace('\n', "\r\n"), usage.to_owned(), STOP.to_owned(), DONE.to_owned(),
                ": x\n\n".to_owned(), "\n".to_owned(), "\u{feff}".to_owned(), "{\"error\":\"no\"}\n".to_owned(),
            ]).prop_map(String::into_bytes),
            1 => proptest::collection::vec(any::<u8>(), 0..4),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_segmentation_gives_the_same_reply(answer in answer(), cuts: Vec<prop::sample::Index>) {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_time().start_paused(true).build().unwrap();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(answer.len() + 1)).collect();
            cuts.extend([0, answer.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|pair| (0, &answer[pair[0]..pair[1]]));
            let cut = runtime.block_on(read(pieces, Then::End));
            prop_assert_eq!(cut, runtime.block_on(read([(0, answer.as_slice())], Then::End)));
        }
    }
}
