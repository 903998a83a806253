//! What the four command lines share: exit codes, lines on standard output.

use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::text::escape_line;

/// Why a program ends before its time, and with which exit code.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Exit code 2: the command line is wrong, or an address cannot be listened on.
    #[error("{0:#}")]
    Usage(anyhow::Error),
    /// Exit code 1: anything else.
    #[error("{0:#}")]
    Run(anyhow::Error),
}

impl Failure {
    /// A failure with exit code 2.
    pub fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self::Usage(error.into())
    }

    /// A failure with exit code 1.
    pub fn run(error: impl Into<anyhow::Error>) -> Self {
        Self::Run(error.into())
    }
}

/// Ends `main`: nothing to say, or one line on standard error.
#[must_use]
pub fn exit_code(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure.to_string());
            ExitCode::from(if matches!(failure, Failure::Usage(_)) { 2 } else { 1 })
        }
    }
}

/// One line on standard error. Where that is closed there is nobody to tell.
pub fn report(line: &str) {
    let _told = writeln!(io::stderr().lock(), "error: {}", escape_line(line)).is_ok();
}
