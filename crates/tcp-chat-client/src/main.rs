//! Entry point: the window, or lines on standard output.

// No console opens behind the window.
#![windows_subsystem = "windows"]

use std::process::ExitCode;

use common::check;
use common::cli::{Failure, exit_code};
use common::config::{CommandLine, parse_words};
use common::discovery::{Service, list_found};
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
    let Args { config, output, find, .. } = &line.args;
    if *find {
        return list_found(Service::Chat, *output);
    }
    if !output.headless {
        return ui::run(line);
    }
    let config = line.args.begin(config.clone())?;
    if let Some(peer) = line.args.check.check_network.clone() {
        return check::run(config.question(peer), *output);
    }
    stdin::run(config.target(), KnownServers::of_program(), *output)
}
