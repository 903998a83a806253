//! Parses the command line, then runs the window, the lines or the one wish about a key.

use std::process::ExitCode;

use common::config::parse;
use tcp_chat_server::config::Args;
use tcp_chat_server::{headless, keys, ui};

fn main() -> ExitCode {
    let line = match parse::<Args>() {
        Ok(line) => line,
        Err(code) => return code,
    };
    common::cli::exit_code(match line.args.key_wish() {
        Some(wish) => keys::run(wish),
        None if line.args.output.headless => headless::run(&line.args),
        None => ui::run(&line),
    })
}
