//! The command line.

use clap::Parser;
use common::cli::OutputArgs;
use common::net::Host;

use crate::engine::Settings;

/// Show the datagrams that arrive on a port: the time of day from udp-time-server, or anything else.
///
/// Opens a window that listens at once; --headless runs without one and prints each datagram.
#[derive(Debug, Clone, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub struct Args {
    /// Where to listen: one of this computer's addresses, localhost (this computer only), or any
    /// (every network of this computer)
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub listen: Host,

    /// Port to listen on; 0 lets the system choose
    #[arg(long, default_value_t = common::time::DEFAULT_PORT)]
    pub port: u16,

    /// Window or lines.
    #[command(flatten)]
    pub output: OutputArgs,
}

const AFTER_HELP: &str = "\
Examples:
  udp-time-client                            the window, for this computer only
  udp-time-client --listen any               the window, for every network
  udp-time-client --headless                 each datagram as four lines
  udp-time-client --headless --json --port 0

Headless: prints where it listens, then \"Date time: T\", \"Host: H\", \"Port: P\" and an empty line for each datagram; \
control characters are escaped. With --json each line is a JSON object. Ctrl-C and SIGTERM end it.

Several clients on one computer, and the original demo started before them, all hear a udp-time-server.

Exit codes: 0 ended by the user, 2 wrong usage or an address that cannot be listened on, 1 anything else.";

impl Args {
    /// Where to listen.
    #[must_use]
    pub fn settings(self) -> Settings {
        Settings { listen: self.listen, port: self.port }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(std::iter::once("udp-time-client").chain(args.iter().copied()))
    }

    #[test]
    fn without_arguments_it_is_the_original_demo() {
        let args = parsed(&[]).unwrap();
        assert!(!args.output.headless);
        assert_eq!(args.settings(), Settings::default());
    }

    #[test]
    fn address_and_port_are_understood_or_refused() {
        let settings = parsed(&["--listen", "any", "--port", "0"]).unwrap().settings();
        assert_eq!((settings.listen.to_string().as_str(), settings.port), ("0.0.0.0", 0));
        assert!(parsed(&["--listen", "not an address"]).is_err());
    }
}
