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
    /// Where to listen: one of this computer's addresses, localhost (this computer only), any (every
    /// network of this computer), :: (the same, IPv4 and IPv6), the name of an interface, or a
    /// multicast group [default: 127.0.0.1]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<Host>,

    /// Port to listen on; 0 lets the system choose [default: 6666]
    #[arg(long)]
    pub port: Option<u16>,

    /// Take part in a multicast group on this interface alone; without it, on every one
    #[arg(long, value_name = "NAME")]
    pub interface: Option<String>,

    /// With --headless: print the quality of each sender that often
    #[arg(long, value_name = "SECONDS", requires = "headless",
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub stats: Option<u32>,

    /// Window or lines.
    #[command(flatten)]
    pub output: OutputArgs,
}

const AFTER_HELP: &str = "\
Examples:
  udp-time-client                            the window, for this computer only
  udp-time-client --listen any               the window, for every network
  udp-time-client --listen eth0              what comes in by one interface
  udp-time-client --listen 239.255.66.66     a multicast group
  udp-time-client --headless                 each datagram as four lines
  udp-time-client --headless --json --stats 10

Headless: prints where it listens, then \"Date time: T\", \"Host: H\", \"Port: P\" and an empty line for each datagram; \
control characters are escaped. With --json each line is a JSON object. With --stats the quality of each sender is told \
too: offset, jitter, interval, lost, duplicate, reordered, restarted. Ctrl-C and SIGTERM end it.

Several clients on one computer, and the original demo started before them, all hear a udp-time-server.

Exit codes: 0 ended by the user, 2 wrong usage or an address that cannot be listened on, 1 anything else.";

impl Args {
    /// Where to listen: defaults for what is not said.
    #[must_use]
    pub fn settings(self) -> Settings {
        let defaults = Settings::default();
        Settings {
            listen: self.listen.unwrap_or(defaults.listen),
            port: self.port.unwrap_or(defaults.port),
            interface: self.interface,
        }
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
        let args =
            parsed(&["--listen", "239.255.66.66", "--interface", "eth0", "--headless", "--stats", "10"]);
        let args = args.unwrap();
        assert_eq!(args.stats, Some(10));
        assert_eq!(args.settings().interface.as_deref(), Some("eth0"));
        assert!(parsed(&["--stats", "10"]).is_err(), "there are no lines in a window");
        assert!(parsed(&["--headless", "--stats", "0"]).is_err());
    }
}
