//! Events in words: the same for the window's log, in its language, and for a headless run, whose
//! thread speaks English.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use common::language::InWords as _;
use common::net::Reach;
use common::text::{cut, escape_line};
use common::texts::phrase;
use common::tr;
use common::window::Tone;

use crate::bot::{BotRow, LastCall};
use crate::bytes::bytes;
use crate::engine::{Client, DisconnectReason, Event, Excerpt, Snapshot};

/// Longest text of a peer or a bot in one line, in characters.
const MAX_SHOWN_CHARS: usize = 200;

/// One line for people, in the language of this thread; nothing that a peer sent can end it or
/// begin another.
#[must_use]
pub fn text(event: &Event) -> String {
    let line = match event {
        Event::Listening { local_addr } => listening(*local_addr),
        Event::ListenFailed(error) => error.in_words(),
        Event::FewDescriptors { needed, allowed } => {
            tr!("tcp-chat-server-few-descriptors", allowed = allowed.to_string(), needed = needed.to_string())
        }
        Event::AcceptFailed { reason } => tr!("tcp-chat-server-accept-failed", reason = reason.as_str()),
        Event::BotNotice { bot, notice } => {
            tr!("tcp-chat-server-bot-notice", bot = bot.as_str(), notice = phrase(notice))
        }
        Event::Refused { addr, reason } => tr!(
            "tcp-chat-server-refused",
            ip = addr.ip().to_string(),
            port = addr.port().to_string(),
            reason = reason.in_words()
        ),
        Event::Connected(client) => {
            let (ip, port) = words(client);
            tr!("tcp-chat-server-connected", ip = ip, port = port)
        }
        Event::Disconnected { client, reason: DisconnectReason::ClosedByClient } => {
            let (ip, port) = words(client);
            tr!("tcp-chat-server-disconnected", ip = ip, port = port)
        }
        Event::Disconnected { client, reason } => {
            let (ip, port) = words(client);
            tr!("tcp-chat-server-disconnected-why", ip = ip, port = port, reason = reason.in_words())
        }
        Event::Asked { client, text } => {
            tr!("tcp-chat-server-asks", address = client.addr.to_string(), text = shown(text))
        }
        Event::Answered { client, bot, text, elapsed, failures } => {
            // Who and what first: a long reason must not push the answer out of view.
            let failures: Vec<String> =
                failures.iter().map(|failure| format!(" [{}]", phrase(failure))).collect();
            tr!(
                "tcp-chat-server-answers",
                bot = bot.as_str(),
                address = client.addr.to_string(),
                secs = format!("{:.1}", elapsed.as_secs_f64()),
                text = shown(text),
                failures = failures.concat()
            )
        }
        Event::Failed { client, error } => {
            tr!("tcp-chat-server-no-answer", address = client.addr.to_string(), reason = phrase(&**error))
        }
        Event::Stopped => tr!("tcp-chat-server-event-stopped").to_owned(),
    };
    escape_line(&line).into_owned()
}

/// Where the server can be reached.
#[must_use]
pub fn listening(local_addr: SocketAddr) -> String {
    let reach = common::texts::phrase(&Reach::of(local_addr.ip()));
    tr!("tcp-chat-server-listening", address = local_addr.to_string(), reach = reach)
}

/// What is said where events came faster than they could be shown.
#[must_use]
pub fn dropped(count: u64) -> String {
    tr!("tcp-chat-server-dropped", count = count)
}

/// The counters in one line.
#[must_use]
pub fn stats(snapshot: &Snapshot) -> String {
    let bots: Vec<String> = snapshot
        .bots
        .iter()
        .map(|bot| format!("; {} {}", bot.name, bot_words(bot, Instant::now()).0))
        .collect();
    let clients = tr!("tcp-chat-server-clients", count = snapshot.clients.len());
    let line = format!("{clients}, {}{}", totals(snapshot), bots.concat());
    escape_line(&line).into_owned()
}

/// A person notices nothing shorter.
const AT_ONCE: Duration = Duration::from_millis(100);

/// How a bot does, and what that means.
#[must_use]
pub fn bot_words(bot: &BotRow, now: Instant) -> (String, Tone) {
    let (words, tone) = match &bot.last {
        None => (tr!("tcp-chat-server-bot-unasked").to_owned(), Tone::Quiet),
        Some(LastCall::Answered { took }) if *took < AT_ONCE => {
            (tr!("tcp-chat-server-bot-at-once").to_owned(), Tone::Good)
        }
        Some(LastCall::Answered { took }) => {
            (tr!("tcp-chat-server-bot-answers", secs = format!("{:.1}", took.as_secs_f64())), Tone::Good)
        }
        Some(LastCall::Failed { error, since }) => {
            let (since, error) = (since.format("%H:%M:%S").to_string(), phrase(error));
            let words = match bot.again_at.map(|at| secs_until(at, now)) {
                None => tr!("tcp-chat-server-bot-fails", since = since, error = error),
                Some(0) => tr!("tcp-chat-server-bot-fails-next", since = since, error = error),
                Some(secs) => {
                    tr!(
                        "tcp-chat-server-bot-fails-again",
                        since = since,
                        secs = secs.to_string(),
                        error = error
                    )
                }
            };
            (words, Tone::Bad)
        }
    };
    match &bot.notice {
        Some(notice) => {
            (tr!("tcp-chat-server-bot-noticed", notice = phrase(notice), state = words), Tone::Bad)
        }
        None => (words, tone),
    }
}

/// Whole seconds from `now` to `at`, begun ones counted.
#[must_use]
pub fn secs_until(at: Instant, now: Instant) -> u64 {
    at.saturating_duration_since(now).as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

/// The totals and the rate.
#[must_use]
pub fn totals(snapshot: &Snapshot) -> String {
    let totals = &snapshot.totals;
    tr!(
        "tcp-chat-server-totals",
        connected = totals.connected.to_string(),
        refused = totals.refused,
        asked = totals.asked.to_string(),
        answered = totals.answered.to_string(),
        failed = totals.failed.to_string(),
        rate = format!("{:.1}", snapshot.answers_per_sec()),
        received = bytes(totals.bytes_in),
        sent = bytes(totals.bytes_out)
    )
}

fn words(client: &Client) -> (String, String) {
    (client.addr.ip().to_string(), client.addr.port().to_string())
}

fn shown(text: &Excerpt) -> Cow<'_, str> {
    let cut = cut(&text.text, MAX_SHOWN_CHARS);
    match cut.or_else(|| text.is_cut().then_some(&text.text)) {
        Some(beginning) => tr!("tcp-chat-server-cut", text = beginning, bytes = text.len.to_string()).into(),
        None => Cow::Borrowed(&text.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::{BotError, BotFailure, BotNotice, MissingKey};
    use crate::engine::{ClientId, Refusal, Totals};
    use crate::json::{json, json_stats};
    use chrono::DateTime;

    fn client() -> Client {
        Client { id: ClientId(3), addr: "127.0.0.1:46114".parse().unwrap() }
    }

    #[test]
    fn lines_are_the_demos_own_where_it_has_them() {
        let client = client();
        let failure = BotFailure::Failed { bot: "Qingyun".into(), error: BotError::Status { status: 502 } };
        let table = [
            (
                Event::Listening { local_addr: "127.0.0.1:6666".parse().unwrap() },
                "Listening on 127.0.0.1:6666, this computer only",
                r#"{"event":"listening","address":"127.0.0.1:6666"}"#,
            ),
            (
                Event::Connected(client),
                "Connected with address 127.0.0.1, port 46114",
                r#"{"event":"connected","client":3,"address":"127.0.0.1:46114"}"#,
            ),
            (
                Event::Disconnected { client, reason: DisconnectReason::ClosedByClient },
                "Disconnected with address 127.0.0.1, port 46114",
                r#"{"event":"disconnected","client":3,"address":"127.0.0.1:46114","reason":"closed_by_client","message":"closed by the client"}"#,
            ),
            (
                Event::Disconnected { client, reason: DisconnectReason::SlowReader },
                "Disconnected with address 127.0.0.1, port 46114: it does not read its answers",
                r#"{"event":"disconnected","client":3,"address":"127.0.0.1:46114","reason":"slow_reader","message":"it does not read its answers"}"#,
            ),
            (
                Event::Answered {
                    client,
                    bot: "Built-in".into(),
                    text: Excerpt::new("hi\nyou"),
                    elapsed: Duration::from_millis(812),
                    failures: vec![failure],
                },
                r"Built-in answers 127.0.0.1:46114 after 0.8 s: hi\nyou [Qingyun failed (the service answered with HTTP status 502)]",
                r#"{"event":"answered","client":3,"address":"127.0.0.1:46114","bot":"Built-in","text":"hi\nyou","bytes":6,"elapsed_ms":812,"fallbacks":[{"bot":"Qingyun","reason":"bot_failed","message":"the service answered with HTTP status 502"}]}"#,
            ),
            (
                Event::Disconnected { client, reason: DisconnectReason::ByUser },
                "Disconnected with address 127.0.0.1, port 46114: disconnected by the server's user",
                r#"{"event":"disconnected","client":3,"address":"127.0.0.1:46114","reason":"by_user","message":"disconnected by the server's user"}"#,
            ),
            (
                Event::Refused { addr: client.addr, reason: Refusal::TooManyClients { max: 1024 } },
                "Refused address 127.0.0.1, port 46114: 1024 clients are connected already",
                r#"{"event":"refused","address":"127.0.0.1:46114","reason":"too_many_clients","max":1024,"message":"1024 clients are connected already"}"#,
            ),
            (
                Event::Refused { addr: client.addr, reason: Refusal::TooManyOfAddress { max: 64 } },
                "Refused address 127.0.0.1, port 46114: 64 clients of this address are connected already",
                r#"{"event":"refused","address":"127.0.0.1:46114","reason":"too_many_of_address","max":64,"message":"64 clients of this address are connected already"}"#,
            ),
            (
                Event::BotNotice {
                    bot: "Turing".into(),
                    notice: BotNotice::NoKey { reason: MissingKey::FileEmpty { file: "a\nb".into() } },
                },
                r"Turing: the key file's first line is empty: a\nb",
                r#"{"event":"bot_notice","bot":"Turing","message":"the key file's first line is empty: a\\nb"}"#,
            ),
            (Event::Stopped, "Stopped", r#"{"event":"stopped"}"#),
        ];
        for (event, line, object) in table {
            assert_eq!(text(&event), line);
            assert_eq!(serde_json::to_string(&json(&event)).unwrap(), object);
        }
    }

    #[test]
    fn counters_are_the_same_in_words_and_json() {
        let totals = Totals {
            connected: 12,
            refused: 2,
            asked: 34,
            answered: 33,
            failed: 1,
            bytes_in: 2048,
            bytes_out: 1_234_567,
        };
        let snapshot = Snapshot { totals, recently_answered: 15, ..Snapshot::default() };
        let line = "Clients 0, 12 connected since the start, 2 refused, 34 asked, 33 answered, 1 failed, 1.5 answers/s, 2.0 KiB in, 1.2 MiB out";
        assert_eq!(stats(&snapshot), line);
        let object = r#"{"event":"stats","bots":[],"clients":0,"connected":12,"refused":2,"asked":34,"answered":33,"failed":1,"answers_per_sec":1.5,"bytes_in":2048,"bytes_out":1234567,"dropped":7}"#;
        assert_eq!(serde_json::to_string(&json_stats(&snapshot, 7)).unwrap(), object);
    }

    #[test]
    fn one_event_never_looks_like_another() {
        let forged = Excerpt::new("hello\nDisconnected with address 1.2.3.4, port 5\u{1b}[2J");
        let line = text(&Event::Asked { client: client(), text: forged });
        assert_eq!(
            line,
            r"Client 127.0.0.1:46114 asks: hello\nDisconnected with address 1.2.3.4, port 5\x1B[2J"
        );
    }

    #[test]
    fn long_texts_are_cut_and_name_their_size() {
        let line = |text: &str| super::text(&Event::Asked { client: client(), text: Excerpt::new(text) });
        let whole = "好".repeat(200);
        assert_eq!(line(&whole), format!("Client 127.0.0.1:46114 asks: {whole}"));
        let expected = format!("Client 127.0.0.1:46114 asks: {whole}... (cut, 603 bytes in all)");
        assert_eq!(line(&"好".repeat(201)), expected);
        let excerpt = Excerpt::new(&"a".repeat(5000));
        assert_eq!((excerpt.text.len(), excerpt.len), (2000, 5000));
    }

    #[test]
    fn a_bot_says_how_it_does() {
        let since = DateTime::parse_from_rfc3339("2026-11-22T14:02:01+01:00").unwrap();
        let error = BotError::Refused { text: "over\nlimit".into() };
        let took = Duration::from_millis(812);
        let now = Instant::now();
        for (last, again_at, words) in [
            (None, None, "not asked yet"),
            (Some(LastCall::Answered { took }), None, "answers in about 0.8 s"),
            (Some(LastCall::Answered { took: took / 10 }), None, "answers at once"),
            (
                Some(LastCall::Failed { error: error.clone(), since }),
                None,
                r"not answering since 14:02:01: the service says: over\nlimit",
            ),
            (
                Some(LastCall::Failed { error, since }),
                Some(now + Duration::from_millis(39_100)),
                r"not answering since 14:02:01, trying again in 40 s: the service says: over\nlimit",
            ),
        ] {
            assert_eq!(
                super::bot_words(&BotRow { name: "Qingyun".into(), notice: None, last, again_at }, now).0,
                words
            );
        }
    }
}
