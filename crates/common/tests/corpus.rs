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
fn the_access_corpus_holds() {
    replay("access", invariants::access);
}

#[cfg(feature = "app")]
#[test]
fn the_mesh_corpus_holds() {
    replay("mesh", invariants::mesh::mesh);
}

// Not in the fuzzer's workspace, which would need all that a window does: PROPTEST_CASES=1000000 runs longer.
#[cfg(feature = "app")]
proptest::proptest! {
    #[test]
    fn any_triangles_are_drawn(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..240)) {
        invariants::mesh::mesh(&bytes);
    }
}

#[test]
fn the_text_corpus_holds() {
    replay("text", invariants::text);
}

#[test]
fn the_time_corpus_holds() {
    replay("time", invariants::time);
}
