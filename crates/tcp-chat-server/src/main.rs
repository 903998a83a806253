//! Parses the command line, then runs the window, the lines or the one action about a key.

// No console opens behind the window.
#![windows_subsystem = "windows"]

use std::process::ExitCode;

use common::cli::{Failure, exit_code};
use common::config::{CommandLine, parse};
use common::engine::Waker;
use common::headless::{self, Stats};
use tcp_chat_server::config::Args;
use tcp_chat_server::engine::{self, Command};
use tcp_chat_server::event::{Event, reports};
use tcp_chat_server::{keys, ui};

fn main() -> ExitCode {
    let line = match parse::<Args>() {
        Ok(line) => line,
        Err(code) => return code,
    };
    exit_code(match line.args.key_action() {
        Some(action) => keys::run(action),
        None if line.args.output.headless => run_headless(&line),
        None => ui::run(&line),
    })
}

fn run_headless(line: &CommandLine<Args>) -> Result<(), Failure> {
    let config = line.config()?;
    let handle = engine::start(Waker::none()).map_err(Failure::run)?;
    let stats = Stats { every: line.args.stats_every(), lines: reports };
    headless::run(handle, [Command::Start(config)], line.args.output, &stats, |event| match event {
        Event::ListenFailed { reason } => Some(Failure::usage(reason.clone())),
        _ => None,
    })
}
