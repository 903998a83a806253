//! Replays what the fuzzer starts from, and what it has found: `fuzz/corpus`. Included by the tests of each crate that has a part of it.

use std::path::Path;

pub(crate) fn replay(target: &str, mut check: impl FnMut(&[u8])) {
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
