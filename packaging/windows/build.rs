//! Links icon, version and manifest into the programs for Windows: what `scripts/windows.sh` has made of `program.rc`.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-env-changed=WINDOWS_RESOURCES");
    if let (Ok("windows"), Ok(folder), Ok(program)) =
        (var("CARGO_CFG_TARGET_OS").as_deref(), var("WINDOWS_RESOURCES"), var("CARGO_PKG_NAME"))
    {
        println!("cargo::rerun-if-changed={folder}/{program}.o");
        println!("cargo::rustc-link-arg-bins={folder}/{program}.o");
    }
}
