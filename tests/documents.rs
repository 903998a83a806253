//! What the documents say of the tests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The source files of the crates and of these tests.
fn sources() -> Vec<PathBuf> {
    let (mut folders, mut sources) = (vec![root().join("crates"), root().join("tests")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(path);
            }
        }
    }
    sources
}

/// What stands in backquotes in a document.
fn code_of(document: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("docs").join(document)).unwrap();
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let mut known = BTreeSet::new();
    for path in sources() {
        let source = std::fs::read_to_string(path).unwrap();
        let names = source.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
        known.extend(names.map(str::to_owned));
    }
    let mut named = 0;
    for document in ["reliability.md", "security.md"] {
        for name in code_of(document) {
            // A sentence, as our tests are named; other code in these documents has fewer words.
            let is_test =
                name.matches('_').count() >= 3 && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
            if is_test {
                assert!(known.contains(&name), "{document} names {name}, which is not there");
                named += 1;
            }
        }
    }
    assert!(named > 60, "only {named} names are found");
}

#[test]
fn every_file_that_a_document_names_is_there() {
    let sources = sources();
    let mut named = 0;
    for document in ["reliability.md", "security.md"] {
        for name in code_of(document)
            .iter()
            .map(Path::new)
            .filter(|name| name.extension().is_some_and(|end| end == "rs"))
        {
            let is_there = sources.iter().any(|path| path.ends_with(name));
            assert!(is_there, "{document} names {}, which is not there", name.display());
            named += 1;
        }
    }
    assert!(named > 5, "only {named} files are found");
}

#[test]
fn every_crate_that_we_chose_has_its_reasons() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let chosen = manifest.split("[workspace.dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let crates = chosen.lines().filter(|line| !line.starts_with('#') && !line.contains("path = "));
    let names: Vec<&str> =
        crates.filter_map(|line| line.split([' ', '.']).next()).filter(|name| !name.is_empty()).collect();
    assert!(names.len() > 40, "only {names:?}");
    let told: BTreeSet<String> = code_of("dependencies.md").into_iter().collect();
    let missing: Vec<_> = names.into_iter().filter(|name| !told.contains(*name)).collect();
    assert!(missing.is_empty(), "docs/dependencies.md has no row for {missing:?}");
}
