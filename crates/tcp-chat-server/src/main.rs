//! Entry point: the window, lines on standard output, or the one action about a key.

// No console opens behind the window.
#![windows_subsystem = "windows"]

use std::process::ExitCode;

use common::cli::{Failure, exit_code};
use common::config::{Bounded, CommandLine, parse};
use common::engine::Waker;
use common::headless::{self, Stats};
use tcp_chat_server::config::Args;
use tcp_chat_server::engine::{self, Command};
use tcp_chat_server::event::{Event, reports};
use tcp_chat_server::{keys, ui};

fn main() -> ExitCode {
    exit_code(parse::<Args>(), run)
}

fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    let args = &line.args;
    if let Some(action) = args.key_action() {
        return keys::run(action);
    }
    if !args.output.headless {
        return ui::run(line);
    }
    let config = line.config()?;
    let handle = engine::start(Waker::none()).map_err(Failure::run)?;
    let stats = Stats { every: args.stats.map(Bounded::seconds), lines: reports };
    headless::run(handle, [Command::Start(config)], args.output, &stats, |event| match event {
        Event::ListenFailed { reason } => Some(Failure::usage(reason.clone())),
        _ => None,
    })
}
