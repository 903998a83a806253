//! Entry point: the window, or lines on standard output.

// No console opens behind the window.
#![windows_subsystem = "windows"]

use std::process::ExitCode;

use common::check;
use common::cli::{Failure, exit_code};
use common::config::{CommandLine, parse_words};
use common::discovery::{Service, list_found};
use tcp_chat_client::config::{Args, with_invitation};
use tcp_chat_client::{stdin, ui};

fn main() -> ExitCode {
    exit_code(parse_words::<Args>(with_invitation(std::env::args_os())), run)
}

fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    let Args { output, find, check, .. } = &line.args;
    if *find {
        return list_found(Service::Chat, *output);
    }
    if !output.headless {
        return ui::run(line);
    }
    let config = line.config()?;
    if let Some(peer) = check.check_network.clone() {
        return check::run(config.question(peer), *output);
    }
    stdin::run(config.target(), *output)
}
