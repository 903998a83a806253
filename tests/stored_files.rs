//! Settings files and drafts that something has changed: an editor, another version, a disk. The fuzzer starts from the same files.

#[cfg(test)]
mod invariants;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What files of settings and of drafts are made of, and what is at their limits.
const TOKENS: [&str; 24] = [
    "\"",
    "'",
    "\\",
    "\\u0000",
    "[",
    "]",
    "{",
    "}",
    "=",
    ":",
    ",",
    "\n",
    "#",
    "[program]\n",
    "0",
    "-1",
    "1e999",
    "nan",
    "99999999999999999999",
    "true",
    "null",
    "\u{feff}",
    "好",
    "2026-11-29T00:00:00+25:00",
];

/// A change: where, how many bytes go, and what comes in their place.
type Edit = (Index, usize, Vec<u8>);

/// One of the files, with a few changes.
fn edits() -> impl Strategy<Value = (Index, Vec<Edit>)> {
    let token = select(&TOKENS[..]).prop_map(|token| token.as_bytes().to_vec());
    let put = prop_oneof![4 => token, 1 => proptest::collection::vec(any::<u8>(), 0..4)];
    let gone = prop_oneof![8 => 0_usize..12, 1 => Just(usize::MAX)];
    (any::<Index>(), proptest::collection::vec((any::<Index>(), gone, put), 0..4))
}

fn edited(corpus: &[Vec<u8>], (which, edits): (Index, Vec<Edit>)) -> Vec<u8> {
    let mut bytes = which.get(corpus).clone();
    for (at, gone, put) in edits {
        let at = at.index(bytes.len() + 1);
        let end = at.saturating_add(gone).min(bytes.len());
        bytes.splice(at..end, put);
    }
    bytes
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 5, "only {paths:?}");
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn the_corpora_of_settings_and_drafts_hold() {
    for bytes in corpus("settings") {
        invariants::settings(&bytes);
    }
    for bytes in corpus("drafts") {
        invariants::drafts(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn settings_that_something_changed_are_read_or_set_aside(edits in edits()) {
        invariants::settings(&edited(&corpus("settings"), edits));
    }

    #[test]
    fn drafts_that_something_changed_are_read_or_set_aside(edits in edits()) {
        invariants::drafts(&edited(&corpus("drafts"), edits));
    }
}
