//! What the four command lines share: exit codes, lines on standard error.

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

/// Ends `main`: has `run` do what the command `line` asks for, and says in one line on standard error why that failed, if it did.
#[must_use]
pub fn exit_code<L>(line: Result<L, ExitCode>, run: impl FnOnce(&L) -> Result<(), Failure>) -> ExitCode {
    match line.map(|line| run(&line)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Err(code) => code,
        Ok(Err(failure)) => {
            report(&failure.to_string());
            ExitCode::from(if matches!(failure, Failure::Usage(_)) { 2 } else { 1 })
        }
    }
}

/// Gives a program for windows, which Windows starts without a console, that of the shell it was started from. Standard output
/// that leads to a file or another program stays what it is.
#[cfg(windows)]
pub(crate) fn borrow_console() {
    use std::os::windows::io::AsRawHandle as _;
    if io::stdout().as_raw_handle().is_null() {
        let _was_started_by_a_click = winsafe::AttachConsole(winsafe::PidParent::Parent).is_err();
    }
}

/// One line on standard error. Where that is closed there is nobody to tell.
pub fn report(line: &str) {
    let _told = writeln!(io::stderr().lock(), "error: {}", escape_line(line)).is_ok();
}
