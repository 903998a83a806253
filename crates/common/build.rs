//! Puts every message file of `languages/` into the program: a new language is a new file there.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

/// Comes first: what other languages fall back to.
const FIRST: &str = "en";

fn main() -> io::Result<()> {
    let missing = |name| io::Error::other(format!("cargo does not set {name}"));
    let root = env::var("CARGO_MANIFEST_DIR").map_err(|_unset| missing("CARGO_MANIFEST_DIR"))?;
    let out = env::var("OUT_DIR").map_err(|_unset| missing("OUT_DIR"))?;
    let folder = Path::new(&root).join("languages");
    println!("cargo::rerun-if-changed={}", folder.display());

    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            let tag = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push((tag != FIRST, tag, path));
        }
    }
    files.sort();
    let mut code = String::from("[\n");
    for (_, tag, path) in files {
        // Writing to a String cannot fail.
        let _ok = writeln!(code, "    ({tag:?}, include_str!({:?})),", path.display().to_string());
    }
    code.push(']');
    fs::write(Path::new(&out).join("languages.rs"), code)
}
