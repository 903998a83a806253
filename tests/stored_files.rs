//! Settings files and drafts that something has changed: an editor, another version, a disk. Not in the fuzzer's workspace, which would
//! need all that a window does: `PROPTEST_CASES=100000` runs longer. What it starts from is in `fuzz/corpus` all the same.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use common::config::{Settings, SettingsError, Store, Stored};
use common::files::UnusableFile;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tcp_chat_client::drafts::Drafts;

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

/// Settings that are read are found again as they were saved; a file that cannot be read is set aside as it is.
fn settings_hold<C: Stored + PartialEq + Debug>(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    fs::write(&path, bytes).unwrap();
    let loaded = Store::at(path.clone()).load::<C>();
    match loaded.error {
        None => {
            loaded.store.save(&loaded.settings).unwrap();
            let again = Store::at(path).load::<C>();
            assert_eq!((again.settings, again.error), (loaded.settings, None));
        }
        Some(SettingsError::Unusable { error: UnusableFile::Broken { .. } }) => {
            assert_eq!(loaded.settings, Settings::default());
            assert_eq!(fs::read(path.with_extension("toml.broken")).unwrap(), bytes);
        }
        Some(error) => panic!("{error:?}"),
    }
}

fn settings_of_each_program_hold(bytes: &[u8]) {
    settings_hold::<tcp_chat_client::config::Config>(bytes);
    settings_hold::<tcp_chat_server::config::Config>(bytes);
    settings_hold::<udp_time_client::config::Config>(bytes);
    settings_hold::<udp_time_server::config::Config>(bytes);
}

/// The same for what was written and not sent.
fn drafts_hold(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("draft-1.json");
    fs::write(&path, bytes).unwrap();
    let mut drafts = Drafts::of_folder(folder.path());
    let found = drafts.found().clone();
    if let Ok(aside) = fs::read(path.with_extension("json.broken")) {
        assert_eq!((found, aside.as_slice()), (tcp_chat_client::drafts::Written::default(), bytes));
        return;
    }
    // Nothing to save is no file.
    drafts.save_now(&found);
    drop(drafts);
    assert_eq!(Drafts::of_folder(folder.path()).found(), &found);
}

#[test]
fn the_corpora_of_settings_and_drafts_hold() {
    for bytes in corpus("settings") {
        settings_of_each_program_hold(&bytes);
    }
    for bytes in corpus("drafts") {
        drafts_hold(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn settings_that_something_changed_are_read_or_set_aside(edits in edits()) {
        settings_of_each_program_hold(&edited(&corpus("settings"), edits));
    }

    #[test]
    fn drafts_that_something_changed_are_read_or_set_aside(edits in edits()) {
        drafts_hold(&edited(&corpus("drafts"), edits));
    }
}
