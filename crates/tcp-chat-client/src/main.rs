//! Entry point: the window, or lines on standard output.

use std::process::ExitCode;

use common::cli::{Failure, exit_code};
use common::config::{CommandLine, parse};
use tcp_chat_client::config::{Args, Config};
use tcp_chat_client::engine::KnownServers;
use tcp_chat_client::{stdin, ui};

fn main() -> ExitCode {
    match parse::<Args>() {
        Ok(line) => exit_code(run(&line)),
        Err(code) => code,
    }
}

fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    let Args { config, output } = &line.args;
    if !output.headless {
        return ui::run(line);
    }
    let config = Config { pass: config.pass()?, ..config.clone() };
    stdin::run(config.target(), KnownServers::of_program(), *output)
}
