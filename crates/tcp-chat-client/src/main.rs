//! Entry point: the window, or lines on standard output.

// No console opens behind the window.
#![windows_subsystem = "windows"]

use std::process::ExitCode;

use common::cli::{Failure, exit_code};
use common::config::{CommandLine, parse_words};
use tcp_chat_client::config::{Args, with_invitation};
use tcp_chat_client::engine::KnownServers;
use tcp_chat_client::{stdin, ui};

fn main() -> ExitCode {
    match parse_words::<Args>(with_invitation(std::env::args_os())) {
        Ok(line) => exit_code(run(&line)),
        Err(code) => code,
    }
}

fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    let Args { config, output, .. } = &line.args;
    if !output.headless {
        return ui::run(line);
    }
    let config = line.args.begin(config.clone())?;
    stdin::run(config.target(), KnownServers::of_program(), *output)
}
