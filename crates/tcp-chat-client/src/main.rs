//! Entry point: the window, or lines on standard output.

use std::process::ExitCode;

use common::cli::{Failure, exit_code, parse};
use tcp_chat_client::cli::Args;
use tcp_chat_client::engine::Target;
use tcp_chat_client::{app, headless};

fn main() -> ExitCode {
    match parse::<Args>() {
        Ok(args) => exit_code(run(&args)),
        Err(code) => code,
    }
}

fn run(args: &Args) -> Result<(), Failure> {
    if args.output.headless {
        headless::run(args.target(Target::default()), args.output)
    } else {
        app::launch(|kept| args.target(kept))
    }
}
