//! The command line.

use clap::Parser;
use common::cli::OutputArgs;
use common::net::Host;

use crate::engine::{DialectChoice, Target};

/// Chat with the bot behind a chat server.
///
/// Opens a window and connects at once, again and again until somebody listens; --headless does the
/// same without a window: one message a line on standard input.
#[derive(Debug, Clone, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub struct Args {
    /// Where the server is: IPv4, IPv6, a host name or localhost [default: 127.0.0.1]
    #[arg(long, value_name = "HOST")]
    pub server: Option<Host>,

    /// Port of the server [default: 6666]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,

    /// How to talk to it [default: auto]
    #[arg(long, value_enum)]
    pub dialect: Option<DialectChoice>,

    /// Window or lines.
    #[command(flatten)]
    pub output: OutputArgs,
}

const AFTER_HELP: &str = "\
Examples:
  tcp-chat-client                                      the window, for a server on this computer
  tcp-chat-client --server 192.168.1.20                a server on the LAN
  printf '1+1\\n' | tcp-chat-client --headless          ask once and end
  tcp-chat-client --headless --json < questions.txt

A window remembers the server that it was last told to use; the command line holds for one run.

Headless: each line of standard input is a message; blank lines are skipped, and nothing is read while there is no \
connection. Prints \"Client: TEXT\" and \"Server: TEXT\", \"Failed: ...\" where there is no answer, and a line whenever \
the connection changes; with --json each line is a JSON object. After the end of input it ends when every message has \
an answer, or the server's word that there is none. A plain server (the original demo, nc) gets one message at a time: the next one follows the answer, or \
10 s without one; what it answers to our hello is not shown. Ctrl-C and SIGTERM end it.

Exit codes: 0 every message has an answer, or the server's word that there is none, or ended by the user, \
2 wrong usage, 1 anything else.";

impl Args {
    /// Where to connect: what is not said is as in `kept`.
    #[must_use]
    pub fn target(&self, kept: Target) -> Target {
        Target {
            host: self.server.clone().unwrap_or(kept.host),
            port: self.port.unwrap_or(kept.port),
            dialect: self.dialect.unwrap_or(kept.dialect),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(std::iter::once("tcp-chat-client").chain(args.iter().copied()))
    }

    #[test]
    fn without_arguments_it_is_the_original_demo() {
        let args = parsed(&[]).unwrap();
        let target = args.target(Target::default());
        assert_eq!((target.to_string().as_str(), target.dialect), ("127.0.0.1:6666", DialectChoice::Auto));
        assert!(!args.output.headless);
    }

    #[test]
    fn the_help_says_that_a_failure_told_by_the_server_counts() {
        use clap::CommandFactory as _;
        let help = Args::command().render_long_help().to_string();
        let success =
            help.split_once("Exit codes: 0 ").and_then(|(_, codes)| codes.split_once(", 2 ")).unwrap().0;
        assert!(success.contains("an answer, or the server's word that there is none"), "{success}");
    }

    #[test]
    fn everything_can_be_said() {
        let args = parsed(&["--server", "[::1]", "--port", "7", "--dialect", "plain"]).unwrap();
        let target = args.target(Target::default());
        assert_eq!((target.to_string().as_str(), target.dialect), ("[::1]:7", DialectChoice::Plain));
        let kept = Target { host: "10.0.0.7".parse().unwrap(), port: 7, dialect: DialectChoice::Plain };
        assert_eq!(parsed(&["--port", "8"]).unwrap().target(kept).to_string(), "10.0.0.7:8");
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for args in [&["--port", "0"][..], &["--server", "1.2.3"], &["--dialect", "morse"], &["word"]] {
            assert!(parsed(args).is_err(), "{args:?}");
        }
    }
}
