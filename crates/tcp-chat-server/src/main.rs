//! Parses the command line, then runs the window or the lines.

use std::process::ExitCode;

use tcp_chat_server::cli::Args;
use tcp_chat_server::{app, headless};

fn main() -> ExitCode {
    let args = match common::cli::parse::<Args>() {
        Ok(args) => args,
        Err(code) => return code,
    };
    common::cli::exit_code(if args.output.headless { headless::run(&args) } else { app::launch(&args) })
}
