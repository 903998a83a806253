//! The settings: what the file keeps, the command line says and the form shows.

use std::collections::HashMap;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Parser};
use common::cli::Failure;
use common::config::{self, Bounded, CommandLine, ProgramArgs};
use common::headless::OutputArgs;
use common::time::{Format, Pattern};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::destinations::ListError;
use crate::engine::{Entry, Interval, MAX_DESTINATIONS, Zone};

/// What a custom pattern begins as.
const PATTERN: &str = "%H:%M:%S";

// Not a doc comment: rustdoc takes what is in brackets for links.
const TO_HELP: &str = "\
Where to send; may be given several times. A host or HOST:PORT ([ADDRESS]:PORT for IPv6, with %INTERFACE where it is \
link-local); 127.0.0.1 reaches every receiver on this computer; lan: all on every network of this computer; \
broadcast:INTERFACE: all on that one's; broadcast: 255.255.255.255; multicast[:GROUP][%INTERFACE]";

/// The settings of the time server.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    #[arg(long = "to", value_name = "TARGET", default_value = "127.0.0.1", help = TO_HELP)]
    #[serde(deserialize_with = "not_too_many")]
    pub destinations: Vec<Entry>,

    /// Port of the receivers, where a target names none
    #[arg(long, default_value = "6666")]
    pub port: Bounded<1, 65_535>,

    /// Time between two ticks, 50 ms to 1 h: seconds, or a number with ms, s, min or h
    #[arg(long, allow_negative_numbers = true, default_value = "1")]
    pub interval: Interval,

    /// What is sent: text (as the original demo), rfc3339, json, or custom:PATTERN (strftime)
    #[arg(long, default_value = "text")]
    pub format: Format,

    /// The pattern of a custom format, also while another format is chosen.
    #[arg(skip = PATTERN)]
    pub pattern: String,

    /// Time zone that is sent: local, UTC, or a name such as Europe/Berlin
    #[arg(long = "timezone", value_name = "ZONE", default_value = "local")]
    pub zone: Zone,

    /// How many networks a multicast datagram may cross; 1 stays in its own
    #[arg(long = "ttl", default_value = "1")]
    pub hops: Bounded<1, 255>,

    /// Send as soon as the window is open
    #[arg(long)]
    pub start: bool,

    #[arg(long, value_name = "on|off", default_value = "on", help = ANNOUNCE_HELP, action = ArgAction::Set)]
    #[arg(value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    pub announce: bool,
}

const ANNOUNCE_HELP: &str = "\
Let time clients find the server by the name of this computer (mDNS), while it sends beyond this computer: on or off";

common::default_settings!(Config);

impl config::Config for Config {
    const LISTS: &'static [(&'static str, &'static str)] = &[("destinations", "to")];
}

impl Config {
    /// These settings, with the pattern of a custom format also in the field where patterns are typed.
    #[must_use]
    pub fn with_pattern_of_format(mut self) -> Self {
        if let Format::Custom(pattern) = &self.format {
            pattern.as_str().clone_into(&mut self.pattern);
        }
        self
    }

    /// Whether the pattern can be used.
    pub(crate) fn is_pattern(pattern: &str) -> bool {
        pattern.parse::<Pattern>().is_ok()
    }
}

fn not_too_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Entry>, D::Error> {
    checked(Vec::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Each destination once, and on where it is so anywhere.
fn checked(entries: Vec<Entry>) -> Result<Vec<Entry>, ListError> {
    let mut places = HashMap::new();
    let mut distinct: Vec<Entry> = Vec::new();
    for entry in entries {
        let place = *places.entry(entry.target.clone()).or_insert(distinct.len());
        match distinct.get_mut(place) {
            Some(known) => known.is_on |= entry.is_on,
            None => distinct.push(entry),
        }
    }
    let (count, max) = (distinct.len(), MAX_DESTINATIONS);
    if count <= max { Ok(distinct) } else { Err(ListError::TooMany { count, max }) }
}

/// Send the time of day as UDP datagrams, on every whole second.
///
/// Opens a window; --headless runs without one and prints each payload as it is sent.
#[derive(Debug, Clone, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    pub config: Config,

    #[command(flatten)]
    pub output: OutputArgs,
}

impl ProgramArgs for Args {
    type Config = Config;

    fn parts(&self) -> (&Config, OutputArgs) {
        (&self.config, self.output)
    }

    fn begin(line: &CommandLine<Self>, file: &Config) -> Result<Config, Failure> {
        let config = line.over(file).with_pattern_of_format();
        let destinations = checked(config.destinations).map_err(Failure::usage)?;
        Ok(Config { destinations, ..config })
    }
}

const AFTER_HELP: &str = "\
Examples:
  udp-time-server                                    the window; press Start Server
  udp-time-server --start --to localhost --to lan    the window, sending to this computer and every network
  udp-time-server --headless --format json --interval 250ms
  udp-time-server --headless --to 10.0.0.7 --to time.example.org:7000 --format custom:%H:%M --timezone Asia/Tokyo
  udp-time-server --headless --to multicast%eth0 --to multicast:ff12::6666%eth0 --ttl 4

Headless: starts sending at once and prints each payload as sent, one line a tick; a destination that fails is \
named once on a line that begins with \"error: \". The name that it is announced by is a line, too. With --json each \
line is a JSON object. Ctrl-C and SIGTERM end it.

Exit codes: 0 ended by the user, 2 wrong usage, 1 anything else.";

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(words: &[&str]) -> Config {
        let words = std::iter::once("udp-time-server").chain(words.iter().copied());
        CommandLine::<Args>::of(words).unwrap().config().unwrap()
    }

    #[test]
    fn a_destination_that_is_given_twice_is_one() {
        let config = begun(&["--to", "10.0.0.7", "--to", "a.b", "--to", "10.0.0.7"]);
        let targets = config.destinations.iter().map(|entry| entry.target.to_string());
        assert_eq!(targets.collect::<Vec<_>>(), ["10.0.0.7", "a.b"]);
    }
}
