//! Entry point: the window, or lines on standard output.

// No console opens behind the window.
#![windows_subsystem = "windows"]

use std::process::ExitCode;

use common::cli::{Failure, exit_code};
use common::config::{CommandLine, parse};
use common::engine::Waker;
use common::headless::{self, Stats};
use udp_time_server::config::Args;
use udp_time_server::engine::{self, Command};
use udp_time_server::ui;

fn main() -> ExitCode {
    exit_code(parse::<Args>(), run)
}

fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    let output = line.args.output;
    if !output.headless {
        return ui::run(line);
    }
    let config = line.config()?;
    let handle = engine::start(Waker::none()).map_err(Failure::run)?;
    headless::run(handle, [Command::Start(config)], output, &Stats::never(), |_| None)
}
