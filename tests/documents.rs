//! What the documents say of the tests.

use std::collections::BTreeSet;
use std::path::Path;

/// Every function of the sources below `folder`.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            let names = source.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            found.extend(names.map(str::to_owned));
        }
    }
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut known = BTreeSet::new();
    for folder in ["crates", "tests"] {
        functions(&root.join(folder), &mut known);
    }
    let mut named = 0;
    for document in ["reliability.md", "security.md"] {
        let text = std::fs::read_to_string(root.join("docs").join(document)).unwrap();
        for name in text.split('`').skip(1).step_by(2) {
            // A sentence, as our tests are named; other code in these documents has fewer words.
            let is_test =
                name.matches('_').count() >= 3 && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
            if is_test {
                assert!(known.contains(name), "{document} names {name}, which is not there");
                named += 1;
            }
        }
    }
    assert!(named > 60, "only {named} names are found");
}
