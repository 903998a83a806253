//! Entry point: the window, or lines on standard output.

use std::process::ExitCode;

use common::cli::{Failure, exit_code};
use common::config::{CommandLine, parse};
use tcp_chat_client::config::Args;
use tcp_chat_client::{stdin, ui};

fn main() -> ExitCode {
    match parse::<Args>() {
        Ok(line) => exit_code(run(&line)),
        Err(code) => code,
    }
}

fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    let Args { config, output } = &line.args;
    if output.headless { stdin::run(config.target(), *output) } else { ui::run(line) }
}
