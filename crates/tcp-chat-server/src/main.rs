//! Parses the command line, then runs the window, the lines or the one wish about a key.

use std::process::ExitCode;

use tcp_chat_server::cli::Args;
use tcp_chat_server::{app, headless, keys};

fn main() -> ExitCode {
    let args = match common::cli::parse::<Args>() {
        Ok(args) => args,
        Err(code) => return code,
    };
    common::cli::exit_code(match args.key_wish() {
        Some(wish) => keys::run(wish),
        None if args.output.headless => headless::run(&args),
        None => app::launch(&args),
    })
}
