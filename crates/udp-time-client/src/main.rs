//! Entry point: the window, or lines on standard output.

use std::process::ExitCode;

use common::cli::{Failure, exit_code, parse};
use udp_time_client::cli::Args;
use udp_time_client::{app, headless};

fn main() -> ExitCode {
    match parse::<Args>() {
        Ok(args) => exit_code(run(args)),
        Err(code) => code,
    }
}

fn run(args: Args) -> Result<(), Failure> {
    let (output, stats) = (args.output, args.stats);
    if output.headless { headless::run(args.settings(), output, stats) } else { app::launch(&args) }
}
