//! The settings: what the file keeps, the command line says and the form shows.

use clap::Parser;
use common::check::{CheckArgs, Protocol, Question};
use common::cli::Failure;
use common::config::{self, Bounded, CommandLine, ProgramArgs, listen_port};
use common::encoding::EncodingChoice;
use common::headless::OutputArgs;
use common::net::Host;
use serde::{Deserialize, Serialize};

/// The settings of the time client.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Where to listen: one of this computer's addresses, localhost (this computer only), any (every
    /// network of this computer), :: (the same, IPv4 and IPv6), the name of an interface, or a
    /// multicast group
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub listen: Host,

    /// Port to listen on; 0 lets the system choose
    #[arg(long, default_value = "6666", value_parser = listen_port)]
    pub port: u16,

    /// Take part in a multicast group on this interface alone; without it, on every one
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,

    /// How text in datagrams is written: auto (UTF-8, or GB18030 where it is not UTF-8 but reads as GB18030), utf-8, gb18030, or
    /// another encoding that has ASCII in it
    #[arg(long, value_name = "NAME", default_value = "auto")]
    pub encoding: EncodingChoice,

    /// Whether the window listens as soon as it is open.
    #[arg(skip = true)]
    pub start: bool,

    /// Whether this run listens at once, whatever the file says.
    #[arg(skip)]
    #[serde(skip)]
    pub listens_now: bool,

    /// Whether the quality of a sender is shown.
    #[arg(skip)]
    pub quality: bool,

    /// Height of the list of datagrams while a sender's quality is shown, in points; 0 is as it fits.
    #[arg(skip = Bounded::nearest(0))]
    pub list_height: Bounded<0, 10_000>,
}

common::default_settings!(Config);

impl config::Config for Config {}

impl Config {
    /// Why datagrams of `peer` do not come.
    #[must_use]
    pub fn question(&self, peer: Option<Host>) -> Question {
        Question { peer, port: self.port, protocol: Protocol::Udp }
    }
}

/// Show the datagrams that arrive on a port: the time of day from udp-time-server, or anything else.
///
/// Opens a window that listens at once; --headless runs without one and prints each datagram.
#[derive(Debug, Clone, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    pub config: Config,

    /// With --headless: print the quality of each sender that often
    #[arg(long, value_name = "SECONDS", requires = "headless")]
    pub stats: Option<Bounded<1, 86_400>>,

    /// Print the time servers that are heard on this network within 3 s, then end
    #[arg(long)]
    pub find: bool,

    #[command(flatten)]
    pub check: CheckArgs,

    #[command(flatten)]
    pub output: OutputArgs,
}

impl Args {
    /// What is to be looked for instead of listening, where something is.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        let peer = self.check.check_network.clone()?;
        Some(self.config.question(peer))
    }
}

impl ProgramArgs for Args {
    type Config = Config;

    fn parts(&self) -> (&Config, OutputArgs) {
        (&self.config, self.output)
    }

    /// A command line that says where to listen also starts listening.
    fn begin(line: &CommandLine<Self>, file: &Config) -> Result<Config, Failure> {
        let mut config = line.over(file);
        config.listens_now = line.has("listen") || line.has("port");
        if line.has("listen") && !line.has("interface") {
            // The interface in the file belongs to the address in the file.
            config.interface = None;
        }
        if line.has("interface") && !matches!(config.listen, Host::Ip(address) if address.is_multicast()) {
            let hint = "--interface is for a multicast group, which --listen names; an interface itself is --listen NAME";
            return Err(Failure::usage(anyhow::anyhow!(hint)));
        }
        Ok(config)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(words: &[&str], file: &Config) -> Config {
        let words = std::iter::once("udp-time-client").chain(words.iter().copied());
        Args::begin(&CommandLine::of(words).unwrap(), file).unwrap()
    }

    #[test]
    fn an_interface_alone_is_refused_as_nothing_would_be_done_with_it() {
        let refused = |words: &[&str], file: &Config| {
            let words = std::iter::once("udp-time-client").chain(words.iter().copied());
            Args::begin(&CommandLine::of(words).unwrap(), file).is_err()
        };
        let file = Config { listen: "ff12::1".parse().unwrap(), ..Config::default() };
        assert!(refused(&["--interface", "eth1"], &Config::default()));
        for listen in ["any", "eth0", "fe80::1%eth0", "ff12::1%eth0"] {
            assert!(refused(&["--listen", listen, "--interface", "eth1"], &file), "{listen}");
        }
        assert!(!refused(&["--interface", "eth1"], &file));
    }

    #[test]
    fn without_arguments_it_is_the_original_demo() {
        let config = begun(&[], &Config::default());
        assert_eq!(
            (config.listen.to_string().as_str(), config.port, config.start),
            ("127.0.0.1", 6666, true)
        );
    }

    #[test]
    fn who_says_where_listens_at_once_and_on_every_interface() {
        let file = Config { start: false, interface: Some("eth0".to_owned()), ..Config::default() };
        assert_eq!(begun(&[], &file), file);
        assert_eq!(begun(&["--port", "7"], &file), Config { port: 7, listens_now: true, ..file.clone() });
        let config = begun(&["--listen", "ff12::1"], &file);
        let listen = config.listen.to_string();
        assert_eq!((listen.as_str(), config.interface, config.listens_now), ("ff12::1", None, true));
        let config = begun(&["--listen", "ff12::1", "--interface", "eth1"], &file);
        assert_eq!(config.interface.as_deref(), Some("eth1"));
    }
}
