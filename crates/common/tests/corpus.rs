//! The corpus of the fuzzer holds what it found.

mod invariants;
#[cfg(test)]
mod replay;

use replay::replay;

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
