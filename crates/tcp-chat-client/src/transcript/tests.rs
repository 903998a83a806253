use super::*;

fn at() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap()
}

fn server(text: String) -> Body {
    Body::Server { bot: None, text, streams_for: None }
}

fn texts(transcript: &Transcript) -> Vec<String> {
    transcript.entries().map(|entry| entry.body.text().into_owned()).collect()
}

#[test]
fn only_the_newest_entries_are_kept() {
    let mut transcript = Transcript::default();
    (0..MAX_ENTRIES + 3).for_each(|n| transcript.push(at(), server(n.to_string())));
    assert_eq!((transcript.entries().len(), transcript.dropped()), (MAX_ENTRIES, 3));
    assert_eq!(transcript.entries().next().unwrap().body.text(), "3");
}

#[test]
fn only_so_many_bytes_are_kept() {
    let mut transcript = Transcript::default();
    for _ in 0..200 {
        transcript.push(at(), server("x".repeat(64 * 1024)));
    }
    assert_eq!((transcript.bytes, transcript.entries().len()), (MAX_BYTES, 128));
    let id = MessageId(1);
    for _ in 0..10 {
        transcript.stream(at(), id, None, "y".repeat(64 * 1024));
    }
    assert_eq!(transcript.bytes, MAX_BYTES);
    assert_eq!(transcript.entries().last().unwrap().body.text().len(), MAX_REPLY_BYTES);
    transcript.reply(at(), id, None, "whole".to_owned());
    assert_eq!(transcript.entries().last().unwrap().body, server("whole".to_owned()));
    let held: usize = transcript.entries().map(|entry| entry.body.text().len()).sum();
    assert_eq!(transcript.bytes, held);
}

#[test]
fn what_is_cleared_away_comes_back_with_what_has_become_of_it() {
    let mut transcript = Transcript::default();
    let (id, state) = (MessageId(1), OwnState::Sending);
    transcript.push(at(), Body::Own { id, text: "asked".to_owned(), state, to: None });
    assert!(!transcript.is_silent());
    transcript.clear();
    assert_eq!((texts(&transcript).len(), transcript.is_cleared(), transcript.is_silent()), (0, true, true));
    transcript.set_state(id, OwnState::Answered);
    transcript.push(at(), server("answer".to_owned()));
    assert_eq!(texts(&transcript), ["answer"]);
    assert_eq!(transcript.entry(1).map(|entry| entry.seq), Some(1));
    assert!(transcript.entry(0).is_none() && transcript.entry(2).is_none());
    transcript.undo_clear();
    assert_eq!(texts(&transcript), ["asked", "answer"]);
    assert_eq!(transcript.own().next(), Some((id, "asked", &OwnState::Answered)));
    assert!(!transcript.is_cleared());
}

#[test]
fn a_text_that_only_grows_is_the_same_text() {
    let mut transcript = Transcript::default();
    let id = MessageId(1);
    let revision = |transcript: &Transcript| transcript.entries().last().unwrap().revision;
    transcript.stream(at(), id, None, "ab".to_owned());
    transcript.stream(at(), id, None, "c".to_owned());
    transcript.reply(at(), id, None, "abcd".to_owned());
    assert_eq!(revision(&transcript), 0);
    transcript.stream(at(), id, None, "ab".to_owned());
    transcript.reply(at(), id, None, "other".to_owned());
    assert_eq!(revision(&transcript), 1);
}

fn unsent(id: u64, to: &str) -> Body {
    let state = OwnState::Unsent { is_wanted: true };
    Body::Own { id: MessageId(id), text: format!("unsent {id}"), state, to: Some(to.to_owned()) }
}

fn waiting(transcript: &Transcript) -> Vec<u64> {
    transcript.unsent().iter().map(|waiting| waiting.id.0).collect()
}

#[test]
fn what_was_not_sent_stays_however_much_is_said_after_it() {
    let mut transcript = Transcript::default();
    transcript.push(at(), unsent(1, "a:1"));
    (0..10).for_each(|n| transcript.push(at(), server(n.to_string())));
    transcript.push(at(), unsent(2, "a:1"));
    (0..MAX_ENTRIES).for_each(|n| transcript.push(at(), server(n.to_string())));
    assert_eq!(waiting(&transcript), [1, 2], "in the order in which they were written");
    assert_eq!((transcript.entries().len(), transcript.dropped()), (MAX_ENTRIES, 12));
    let seqs = |transcript: &Transcript| transcript.entries().map(|entry| entry.seq).collect::<Vec<_>>();
    assert!(seqs(&transcript).windows(2).all(|pair| pair[0] + 1 == pair[1]), "there is a gap");
    // So with bytes; and what is given up goes as everything does.
    (0..200).for_each(|_| transcript.push(at(), server("x".repeat(64 * 1024))));
    assert_eq!(waiting(&transcript), [1, 2]);
    assert!(transcript.bytes <= MAX_BYTES);
    transcript.set_state(MessageId(1), OwnState::Discarded);
    (0..MAX_ENTRIES).for_each(|n| transcript.push(at(), server(n.to_string())));
    assert_eq!((waiting(&transcript), transcript.own_text(MessageId(1))), (vec![2], None));
}

#[test]
fn even_too_much_that_was_not_sent_stays() {
    let mut transcript = Transcript::default();
    (0..MAX_ENTRIES + 3).for_each(|id| transcript.push(at(), unsent(id as u64, "a:1")));
    assert_eq!(waiting(&transcript).len(), MAX_ENTRIES + 3);
}
