//! Entry point: the window, or lines on standard output.

use std::process::ExitCode;

use common::cli::{Failure, exit_code, parse};
use udp_time_server::cli::Args;
use udp_time_server::{app, headless};

fn main() -> ExitCode {
    match parse::<Args>() {
        Ok(args) => exit_code(run(&args)),
        Err(code) => code,
    }
}

fn run(args: &Args) -> Result<(), Failure> {
    args.check()?;
    if args.output.headless { headless::run(args.settings(), args.output) } else { app::launch(args) }
}
