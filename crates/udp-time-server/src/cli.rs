//! The command line.

use clap::Parser;
use common::cli::{Failure, OutputArgs};
use common::net::Host;
use common::time::Format;

use crate::engine::{Interval, MAX_DESTINATIONS, Settings};

/// Send the time of day as UDP datagrams, on every whole second.
///
/// Opens a window; --headless runs without one and prints each payload as it is sent.
#[derive(Debug, Clone, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub struct Args {
    /// Where to send: IPv4, IPv6, a host name, localhost or broadcast; may be given several times.
    /// 127.0.0.1 reaches every receiver on this computer
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    pub to: Vec<Host>,

    /// Port of the receivers
    #[arg(long, default_value_t = common::time::DEFAULT_PORT, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,

    /// Time between two ticks, 50 ms to 1 h: seconds, or a number with ms, s, min or h
    #[arg(long, default_value = "1", allow_negative_numbers = true)]
    pub interval: Interval,

    /// What is sent: text (as the original demo), rfc3339, json, or custom:PATTERN (strftime)
    #[arg(long, default_value = "text")]
    pub format: Format,

    /// Send as soon as the window is open
    #[arg(long)]
    pub start: bool,

    /// Window or lines.
    #[command(flatten)]
    pub output: OutputArgs,
}

const AFTER_HELP: &str = "\
Examples:
  udp-time-server                                    the window; press Start Server
  udp-time-server --start --to 192.168.1.255         the window, sending to a network
  udp-time-server --headless --format json --interval 250ms
  udp-time-server --headless --to 10.0.0.7 --to time.example.org --format custom:%H:%M

Headless: starts sending at once and prints each payload as sent, one line a tick; a destination that fails is \
named once on a line that begins with \"error: \". With --json each line is a JSON object. Ctrl-C and SIGTERM end it.

Exit codes: 0 ended by the user, 2 wrong usage, 1 anything else.";

impl Args {
    /// What to send and where to.
    ///
    /// # Errors
    /// Where there are too many destinations.
    pub fn settings(self) -> Result<Settings, Failure> {
        if self.to.len() > MAX_DESTINATIONS {
            let (count, max) = (self.to.len(), MAX_DESTINATIONS);
            return Err(Failure::usage(anyhow::anyhow!(
                "{count} destinations are too many, {max} are possible"
            )));
        }
        Ok(Settings { to: self.to, port: self.port, interval: self.interval, format: self.format })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(std::iter::once("udp-time-server").chain(args.iter().copied()))
    }

    #[test]
    fn without_arguments_it_is_the_original_demo() {
        let args = parsed(&[]).unwrap();
        assert!(!args.start && !args.output.headless);
        assert_eq!(args.settings().unwrap(), Settings::default());
    }

    #[test]
    fn everything_can_be_said() {
        let args = [
            "--to",
            "10.0.0.7",
            "--to",
            "::1",
            "--interval",
            "250ms",
            "--format",
            "custom:%H",
            "--port",
            "7",
        ];
        let settings = parsed(&args).unwrap().settings().unwrap();
        assert_eq!(settings.to, ["10.0.0.7".parse().unwrap(), "::1".parse().unwrap()]);
        assert_eq!((settings.port, settings.interval.millis()), (7, 250));
        assert_eq!(settings.format.to_string(), "custom:%H");
    }

    #[test]
    fn what_is_wrong_is_refused_with_the_reason() {
        for (args, reason) in [
            (&["--interval", "10ms"][..], "50 ms to 1 h"),
            (&["--interval", "-1"], "number of seconds"),
            (&["--port", "0"], "1..=65535"),
            (&["--format", "custom:%Q"], "does not know"),
            (&["--to", "1.2.3"], "neither an address nor a host name"),
        ] {
            let error = parsed(args).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        let many: Vec<&str> = ["--to", "::1"].repeat(MAX_DESTINATIONS + 1);
        assert!(parsed(&many).unwrap().settings().is_err());
    }
}
