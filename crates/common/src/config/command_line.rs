//! The command line.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, Parser};

use super::Config;
use super::baseline::with_keys;
use crate::cli::{Failure, report};
use crate::headless::OutputArgs;
use crate::window::drawing_here;

/// The arguments of a program: its settings, and what holds for a run alone.
pub trait ProgramArgs: Parser {
    /// The settings among them.
    type Config: Config;

    /// What they say about the settings, with defaults for what they do not say, and about the output.
    fn parts(&self) -> (&Self::Config, OutputArgs);

    /// The settings that a run begins with, where the file says `file`: what `line` gives beats it.
    ///
    /// # Errors
    /// Where what was typed makes no sense together, or names a file that cannot be read.
    fn begin(line: &CommandLine<Self>, file: &Self::Config) -> Result<Self::Config, Failure> {
        Ok(line.over(file))
    }
}

/// A command line as it was typed.
#[derive(Debug, Clone)]
pub struct CommandLine<A> {
    /// What it says; defaults for what it does not say.
    pub args: A,
    /// The names of the arguments that it has.
    given: Vec<String>,
}

/// Why a command line gives nothing to run.
#[derive(Debug)]
pub enum End {
    /// The text of `--help`, or of `--version`.
    Help(String),
    /// The text of `--version --verbose`, to which the caller adds what draws windows.
    Version(String),
    /// One line about what is wrong.
    Usage(String),
}

/// Parses the command line of the process.
///
/// # Errors
/// An exit code where there is nothing left to do: 0 after `--help` and `--version`, 2 after one
/// line on standard error about what is wrong.
pub fn parse<A: Parser>() -> Result<CommandLine<A>, ExitCode> {
    parse_words(std::env::args_os())
}

/// Parses `words` in place of the command line of the process.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_words<A: Parser>(words: impl IntoIterator<Item = OsString>) -> Result<CommandLine<A>, ExitCode> {
    #[cfg(windows)]
    crate::cli::borrow_console();
    CommandLine::of(words).map_err(|end| match end {
        End::Help(help) => show(&help),
        End::Version(version) => {
            let drawing = drawing_here().unwrap_or_else(|failure| failure.to_string());
            show(&format!("{version}{drawing}\n"))
        }
        End::Usage(line) => {
            report(&line);
            ExitCode::from(2)
        }
    })
}

fn show(text: &str) -> ExitCode {
    let shown = write!(io::stdout().lock(), "{text}");
    if shown.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl<A: Parser> CommandLine<A> {
    /// Parses words, of which the first is the program's name.
    ///
    /// # Errors
    /// Where they ask for help, or are wrong.
    pub fn of<W: Into<OsString> + Clone>(words: impl IntoIterator<Item = W>) -> Result<Self, End> {
        let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
        let is_verbose = words.iter().any(|word| word == "--verbose");
        let matches = A::command().try_get_matches_from(words);
        let parsed = matches.and_then(|matches| {
            let given = given(&matches);
            A::from_arg_matches(&matches).map(|args| Self { args, given })
        });
        parsed.map_err(|error| {
            if !error.use_stderr() {
                let text = error.render().to_string();
                return if is_verbose && error.kind() == ErrorKind::DisplayVersion {
                    End::Version(text)
                } else {
                    End::Help(text)
                };
            }
            let text = error.to_string();
            // clap says what is wrong in the first paragraph, then how to call the program.
            let what = text.split("\n\n").next().unwrap_or_default();
            let what: Vec<&str> = what.split_whitespace().collect();
            let what = what.join(" ");
            End::Usage(format!("{} (see --help)", what.strip_prefix("error: ").unwrap_or(&what)))
        })
    }

    /// Whether an argument is given.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.given.iter().any(|given| given == id)
    }
}

impl<A: ProgramArgs> CommandLine<A> {
    /// The settings of the file, each replaced that the command line gives.
    pub fn over(&self, file: &A::Config) -> A::Config {
        with_keys(file, self.args.parts().0, &self.given)
    }

    /// The settings that a run without a file begins with.
    ///
    /// # Errors
    /// Those of [`ProgramArgs::begin`].
    pub fn config(&self) -> Result<A::Config, Failure> {
        A::begin(self, &A::Config::default())
    }
}

fn given(matches: &ArgMatches) -> Vec<String> {
    let is_given = |id: &&str| {
        // Groups have no source of their own.
        matches.try_contains_id(id).unwrap_or(false)
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    matches.ids().map(clap::Id::as_str).filter(is_given).map(str::to_owned).collect()
}

/// Settings of which nothing is said: what the arguments have as defaults.
///
/// # Panics
/// Where an argument has neither a default nor leave to be missing, which the first test of a program finds.
#[must_use]
pub fn defaults<C: Args>() -> C {
    let command = C::augment_args(Command::new("").no_binary_name(true));
    let parsed = command.try_get_matches_from(std::iter::empty::<OsString>());
    match parsed.and_then(|matches| C::from_arg_matches(&matches)) {
        Ok(defaults) => defaults,
        Err(error) => unreachable!("a setting has no default: {error}"),
    }
}

/// Has settings begin as their arguments say: see [`defaults`].
#[macro_export]
macro_rules! default_settings {
    ($($settings:ty),+) => {$(
        impl Default for $settings {
            fn default() -> Self {
                $crate::config::defaults()
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Parser)]
    #[command(version)]
    struct Words {
        #[arg(long, default_value_t = 6666)]
        port: u16,
        #[command(flatten)]
        output: OutputArgs,
    }

    fn parsed(args: &[&str]) -> Result<CommandLine<Words>, End> {
        CommandLine::of(std::iter::once("program").chain(args.iter().copied()))
    }

    #[test]
    fn what_is_wrong_is_one_line() {
        for args in [&["--port", "x"][..], &["--json"], &["--nothing"], &["--port"]] {
            let Err(End::Usage(line)) = parsed(args) else { panic!("accepted: {args:?}") };
            assert!(!line.contains('\n') && line.ends_with("(see --help)"), "{line}");
        }
    }

    #[test]
    fn help_is_not_an_error() {
        let Err(End::Help(help)) = parsed(&["--help"]) else { panic!("no help") };
        assert!(help.contains("--headless") && help.contains("[default: 6666]"), "{help}");
    }

    #[test]
    fn headless_json_is_understood() {
        let args = parsed(&["--headless", "--json", "--port", "0"]).unwrap().args;
        assert_eq!(
            (args.port, args.output),
            (0, OutputArgs { headless: true, json: true, renderer: None, verbose: false })
        );
    }
}
