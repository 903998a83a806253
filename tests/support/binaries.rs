//! The programs under test, built once.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The path of a program of this workspace: in the folder that `TEST_PROGRAMS` names, where somebody else has built them
/// (`scripts/windows-test.sh`).
///
/// `cargo test` builds no other package's programs, so they are built here, with the same targets
/// (and so the same features of every dependency) as the tests themselves; cargo names the paths.
pub(crate) fn binary(name: &str) -> PathBuf {
    static BINARIES: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    if let Some(folder) = std::env::var_os("TEST_PROGRAMS") {
        return PathBuf::from(folder).join(name);
    }
    BINARIES.get_or_init(build).get(name).cloned().unwrap_or_else(|| panic!("no program named {name}"))
}

fn build() -> HashMap<String, PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--workspace", "--all-targets", "--message-format=json", "--quiet"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo does not start");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["kind"][0] == "bin" && message["profile"]["test"] == false)
        .filter_map(|message| {
            let path = message["executable"].as_str()?;
            Some((message["target"]["name"].as_str()?.to_owned(), PathBuf::from(path)))
        })
        .collect()
}
