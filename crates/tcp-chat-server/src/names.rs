//! How bots and counters are said.

use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, NaiveDate};
use common::status::Tone;
use common::text::escape_line;
use common::texts::phrase;
use common::tr;

use crate::bot::{BotRow, LastCall};
use crate::byte_size::bytes;
use crate::engine::Snapshot;

/// The counters in one line.
pub(crate) fn stats(snapshot: &Snapshot) -> String {
    let bots: Vec<String> = snapshot
        .bots
        .iter()
        .map(|bot| format!("; {} {}", bot.name, bot_words(bot, Instant::now(), None).0))
        .collect();
    let clients = tr!("tcp-chat-server-clients", count = snapshot.clients.len());
    let line = format!("{clients}, {}{}", totals(snapshot), bots.concat());
    escape_line(&line).into_owned()
}

/// A person notices nothing shorter.
const AT_ONCE: Duration = Duration::from_millis(100);

/// A time to the second, with its date where it is not of today.
pub(crate) fn time_of(at: DateTime<FixedOffset>, today: Option<NaiveDate>) -> String {
    let pattern = if is_of(at, today) { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
    at.format(pattern).to_string()
}

/// Whether that was today, as far as is known.
pub(crate) fn is_of(at: DateTime<FixedOffset>, today: Option<NaiveDate>) -> bool {
    today == Some(at.date_naive())
}

/// How a bot does, and what that means.
pub(crate) fn bot_words(bot: &BotRow, now: Instant, today: Option<NaiveDate>) -> (String, Tone) {
    let (words, tone) = match &bot.last {
        None | Some(LastCall::Unanswered) if bot.is_asked => {
            (tr!("tcp-chat-server-bot-asked").to_owned(), Tone::Waiting)
        }
        None => (tr!("tcp-chat-server-bot-unasked").to_owned(), Tone::Quiet),
        Some(LastCall::Unanswered) => (tr!("tcp-chat-server-bot-unanswered").to_owned(), Tone::Quiet),
        Some(LastCall::Answered { took }) if *took < AT_ONCE => {
            (tr!("tcp-chat-server-bot-at-once").to_owned(), Tone::Good)
        }
        Some(LastCall::Answered { took }) => {
            (tr!("tcp-chat-server-bot-answers", secs = format!("{:.1}", took.as_secs_f64())), Tone::Good)
        }
        Some(LastCall::Failed { error, since }) => {
            let (since, error) = (time_of(*since, today), phrase(error));
            let words = match bot.again_secs(now) {
                _ if bot.is_asked => tr!("tcp-chat-server-bot-asked-again", since = since, error = error),
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
            (words, if bot.is_asked { Tone::Waiting } else { Tone::Bad })
        }
    };
    match &bot.notice {
        Some(notice) => {
            (tr!("tcp-chat-server-bot-noticed", notice = phrase(notice), state = words), Tone::Bad)
        }
        None => (words, tone),
    }
}

/// The totals and the rate.
pub(crate) fn totals(snapshot: &Snapshot) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::BotError;

    fn row(last: Option<LastCall>, again_at: Option<Instant>, is_asked: bool) -> BotRow {
        BotRow { name: "Qingyun".into(), notice: None, last, is_asked, again_at }
    }

    #[test]
    fn a_bot_that_is_being_asked_says_so() {
        let since = DateTime::parse_from_rfc3339("2026-11-22T14:02:01+01:00").unwrap();
        let failed = LastCall::Failed { error: BotError::Status { status: 502 }, since };
        for (last, begins) in [
            (None, "being asked"),
            (Some(LastCall::Unanswered), "being asked"),
            (Some(failed), "being asked, no answer since 2026-11-22 14:02:01: "),
        ] {
            let (words, tone) = super::bot_words(&row(last, None, true), Instant::now(), None);
            assert!(words.starts_with(begins) && tone == Tone::Waiting, "{words}");
        }
    }

    #[test]
    fn a_bot_says_how_it_does() {
        let since = DateTime::parse_from_rfc3339("2026-11-22T14:02:01+01:00").unwrap();
        let error = BotError::Refused { text: "over\nlimit".into() };
        let took = Duration::from_millis(812);
        let now = Instant::now();
        for (last, again_at, words) in [
            (None, None, "not asked yet"),
            (Some(LastCall::Unanswered), None, "no answer yet"),
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
            let today = Some(since.date_naive());
            assert_eq!(super::bot_words(&row(last, again_at, false), now, today).0, words);
        }
        let tomorrow = since.date_naive().succ_opt();
        let last = Some(LastCall::Failed { error: BotError::Status { status: 502 }, since });
        let words = super::bot_words(&row(last, None, false), now, tomorrow).0;
        assert!(words.starts_with("not answering since 2026-11-22 14:02:01: "), "{words}");
    }
}
