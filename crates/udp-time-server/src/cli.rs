//! The command line.

use clap::Parser;
use common::cli::{Failure, OutputArgs};
use common::time::Format;

use crate::engine::{Entry, Interval, MAX_DESTINATIONS, Settings, Target, Zone};

// Not a doc comment: rustdoc takes what is in brackets for links.
const TO_HELP: &str = "\
Where to send; may be given several times. A host or HOST:PORT ([ADDRESS]:PORT for IPv6, with %INTERFACE where it is \
link-local); 127.0.0.1 reaches every receiver on this computer; lan: all on every network of this computer; \
broadcast:INTERFACE: all on that one's; broadcast: 255.255.255.255; multicast[:GROUP][%INTERFACE] \
[default: 127.0.0.1]";

/// Send the time of day as UDP datagrams, on every whole second.
///
/// Opens a window; --headless runs without one and prints each payload as it is sent.
#[derive(Debug, Clone, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub struct Args {
    /// Where to send.
    #[arg(long, value_name = "TARGET", help = TO_HELP)]
    pub to: Vec<Target>,

    /// Port of the receivers, where a target names none [default: 6666]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,

    /// Time between two ticks, 50 ms to 1 h: seconds, or a number with ms, s, min or h
    /// [default: 1]
    #[arg(long, allow_negative_numbers = true)]
    pub interval: Option<Interval>,

    /// What is sent: text (as the original demo), rfc3339, json, or custom:PATTERN (strftime)
    /// [default: text]
    #[arg(long)]
    pub format: Option<Format>,

    /// Time zone that is sent: local, UTC, or a name as Europe/Berlin [default: local]
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<Zone>,

    /// How many networks a multicast datagram may cross; 1 stays in its own [default: 1]
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..))]
    pub ttl: Option<u8>,

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
  udp-time-server --start --to localhost --to lan    the window, sending to this computer and every network
  udp-time-server --headless --format json --interval 250ms
  udp-time-server --headless --to 10.0.0.7 --to time.example.org:7000 --format custom:%H:%M --timezone Asia/Tokyo
  udp-time-server --headless --to multicast%eth0 --to multicast:ff12::6666%eth0 --ttl 4

Headless: starts sending at once and prints each payload as sent, one line a tick; a destination that fails is \
named once on a line that begins with \"error: \". With --json each line is a JSON object. Ctrl-C and SIGTERM end it.

Exit codes: 0 ended by the user, 2 wrong usage, 1 anything else.";

impl Args {
    /// The destinations, where there are any.
    #[must_use]
    pub fn entries(&self) -> Option<Vec<Entry>> {
        (!self.to.is_empty()).then(|| self.to.iter().cloned().map(Entry::from).collect())
    }

    /// Checks what the command line cannot check by itself.
    ///
    /// # Errors
    /// Where there are too many destinations.
    pub fn check(&self) -> Result<(), Failure> {
        if self.to.len() > MAX_DESTINATIONS {
            let (count, max) = (self.to.len(), MAX_DESTINATIONS);
            return Err(Failure::usage(anyhow::anyhow!(
                "{count} destinations are too many, {max} are possible"
            )));
        }
        Ok(())
    }

    /// What to send and where to: defaults for what is not said.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let defaults = Settings::default();
        Settings {
            to: self.entries().unwrap_or(defaults.to),
            port: self.port.unwrap_or(defaults.port),
            interval: self.interval.unwrap_or(defaults.interval),
            format: self.format.clone().unwrap_or(defaults.format),
            zone: self.timezone.clone().unwrap_or(defaults.zone),
            hops: self.ttl.unwrap_or(defaults.hops),
        }
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
        assert_eq!(args.settings(), Settings::default());
    }

    #[test]
    fn everything_can_be_said() {
        let args = [
            "--to",
            "10.0.0.7",
            "--to",
            "[fe80::1%eth0]:7000",
            "--to",
            "lan",
            "--timezone",
            "UTC",
            "--ttl",
            "4",
            "--interval",
            "250ms",
            "--format",
            "custom:%H",
            "--port",
            "7",
        ];
        let settings = parsed(&args).unwrap().settings();
        let to: Vec<String> = settings.to.iter().map(|entry| entry.target.to_string()).collect();
        assert_eq!(to, ["10.0.0.7", "[fe80::1%eth0]:7000", "lan"]);
        assert_eq!((settings.zone, settings.hops), (Zone::Utc, 4));
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
            (&["--timezone", "Mars"], "unknown time zone"),
            (&["--ttl", "0"], "1..=255"),
            (&["--to", "broadcast:"], "broadcast:eth0"),
            (&["--to", "1.2.3"], "neither an address nor a host name"),
        ] {
            let error = parsed(args).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        let many: Vec<&str> = ["--to", "::1"].repeat(MAX_DESTINATIONS + 1);
        assert!(parsed(&many).unwrap().check().is_err());
    }
}
