//! What must hold for whatever a service sends: called by a test for the corpus and by the fuzzer (`fuzz/`).

use serde_json::Value;

use super::reading::read;
use super::sse::{EventTooLong, Events, is_events};
use super::thoughts::{Split, Thoughts};

/// Blanks before a thought beyond which it may depend on the pieces whether it is one.
const FEW_BLANKS: usize = 32;

/// The first byte says where the rest is cut into two segments.
pub(super) fn service(input: &[u8]) {
    let Some((at, bytes)) = input.split_first() else { return };
    let (head, tail) = bytes.split_at(usize::from(*at).min(bytes.len()));
    let said = events(&[bytes]);
    assert_eq!(events(&[head, tail]), said, "events depend on the segments");
    let mut told = None;
    for len in 0..=bytes.len().min(32) {
        let is_stream = is_events(&bytes[..len]);
        assert!(told.is_none() || told == is_stream, "another answer at byte {len}");
        told = is_stream;
    }
    let whole = String::from_utf8_lossy(bytes).into_owned();
    for json in said.iter().chain([&whole]) {
        let Ok(json) = serde_json::from_str::<Value>(json) else { continue };
        let Ok(Some(said)) = read(&json) else { continue };
        assert!(said.finish.is_none_or(|reason| !reason.is_empty()));
        let at = said.text.floor_char_boundary(usize::from(*at));
        let (head, tail) = said.text.split_at(at);
        if said.text.len() - said.text.trim_start().len() <= FEW_BLANKS {
            assert_eq!(thoughts(&[head, tail]), thoughts(&[&said.text]), "thoughts depend on the pieces");
        }
    }
}

fn events(segments: &[&[u8]]) -> Vec<String> {
    let (mut events, mut taken) = (Events::default(), Vec::new());
    let mut take = |data: &str| {
        taken.push(data.to_owned());
        Ok::<(), EventTooLong>(())
    };
    let mut is_read = Ok(());
    for segment in segments {
        is_read = is_read.and_then(|()| events.push(segment, &mut take));
    }
    let _too_long = is_read.and_then(|()| events.end(&mut take)).is_err();
    taken
}

fn thoughts(pieces: &[&str]) -> (String, String) {
    let (mut thoughts, mut all) = (Thoughts::default(), (String::new(), String::new()));
    let mut add = |split: Split| {
        all.0.push_str(&split.reply);
        all.1.push_str(&split.thought);
    };
    for piece in pieces {
        add(thoughts.push(piece));
    }
    add(thoughts.end());
    all
}
