//! Replays what the fuzzer starts from, and what it has found: `fuzz/corpus`.

mod invariants;

use std::path::Path;

#[expect(clippy::expect_used, clippy::print_stdout, reason = "a test fails loudly, and says at which input")]
fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut replayed = 0;
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        println!("{}", path.display());
        check(&std::fs::read(&path).expect("a file"));
        replayed += 1;
    }
    assert!(replayed >= 5, "only {replayed} inputs in {}", folder.display());
}

#[test]
fn the_chat_corpus_holds() {
    replay("chat", invariants::chat);
}

#[test]
fn the_time_corpus_holds() {
    replay("time", invariants::time);
}
