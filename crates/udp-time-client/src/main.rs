//! Entry point: the window, or lines on standard output.

// No console opens behind the window.
#![windows_subsystem = "windows"]

use std::process::ExitCode;

use common::check;
use common::cli::{Failure, exit_code};
use common::config::{Bounded, CommandLine, parse};
use common::discovery::{Service, list_found};
use common::engine::Waker;
use common::headless::{self, Stats};
use common::net::BindError;
use udp_time_client::config::Args;
use udp_time_client::engine::{self, Command};
use udp_time_client::event::{Event, reports};
use udp_time_client::ui;

fn main() -> ExitCode {
    exit_code(parse::<Args>(), run)
}

fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    let args = &line.args;
    if args.find {
        return list_found(Service::Time, args.output);
    }
    if !args.output.headless {
        return ui::run(line);
    }
    if let Some(question) = args.question() {
        return check::run(question, args.output);
    }
    let config = line.config()?;
    let handle = engine::start(Waker::none(), false).map_err(Failure::run)?;
    let stats = Stats { every: args.stats.map(Bounded::seconds), lines: reports };
    let mut has_begun = false;
    headless::run(handle, [Command::Listen(config)], args.output, &stats, |event| match event {
        // What is wrong while an interface comes up is not the command line.
        Event::Listening(_) | Event::Error { error: BindError::NoInterface { .. } } => {
            has_begun = true;
            None
        }
        Event::Error { error } if !has_begun => Some(Failure::usage(error.clone())),
        _ => None,
    })
}
