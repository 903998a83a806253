//! What the four command lines share: exit codes, lines on standard output.

use std::io::{self, Write as _};
use std::process::ExitCode;

use serde::Serialize;

use crate::text::{escape_json, escape_line};

pub use crate::headless::OutputArgs;

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

/// How printing ended: a closed standard output means that nobody listens any more, which is no
/// failure.
///
/// # Errors
/// Where printing failed otherwise.
pub fn printed<T: Default>(result: io::Result<T>) -> Result<T, Failure> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(T::default()),
        result => result.map_err(Failure::run),
    }
}

/// One line on standard error. Where that is closed there is nobody to tell.
pub fn report(line: &str) {
    let _told = writeln!(io::stderr().lock(), "error: {}", escape_line(line)).is_ok();
}

/// The lines of a headless run: text for people or JSON for programs, each flushed.
#[derive(Debug)]
pub struct Lines {
    is_json: bool,
    /// Standard output itself is written line by line: a call of the system for each.
    out: io::BufWriter<io::Stdout>,
}

impl Lines {
    /// Lines in the form that the arguments ask for.
    #[must_use]
    pub fn new(args: OutputArgs) -> Self {
        Self { is_json: args.json, out: io::BufWriter::new(io::stdout()) }
    }

    /// Prints one event and flushes: see [`Self::add`].
    ///
    /// # Errors
    /// Where standard output is closed.
    pub fn print(&mut self, text: &str, json: &impl Serialize) -> io::Result<()> {
        self.add(text, json)?;
        self.flush()
    }

    /// Adds one event, for those who flush before they wait for the next: `text` as it is (the caller escapes what a peer sent), or `json` as one
    /// line.
    ///
    /// # Errors
    /// Where standard output is closed.
    pub fn add(&mut self, text: &str, json: &impl Serialize) -> io::Result<()> {
        if self.is_json {
            writeln!(self.out, "{}", escape_json(&serde_json::to_string(json)?))
        } else {
            writeln!(self.out, "{text}")
        }
    }

    /// Lets everybody see what was added.
    ///
    /// # Errors
    /// Where standard output is closed.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
