//! What the window remembers in its settings.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use common::settings::Choice;
use common::time::{DEFAULT_PORT, Format, Pattern};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cli::Args;
use crate::engine::{Entry, Interval, MAX_DESTINATIONS, Settings, Target, Zone};
use crate::form::Form;

/// What a custom pattern begins as.
pub const PATTERN: &str = "%H:%M:%S";

/// The settings of the time server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Whether the server starts with its window.
    pub start: bool,
    /// Time between two ticks.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub interval: Interval,
    /// How a tick is written.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub format: Format,
    /// The custom pattern, also while another format is chosen.
    pub pattern: String,
    /// By which clocks.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub zone: Zone,
    /// The port of the destinations that have none of their own.
    pub port: u16,
    /// How many networks a multicast datagram may cross.
    pub hops: u8,
    /// Where to.
    #[serde(serialize_with = "write_entries", deserialize_with = "read_entries")]
    pub destinations: Vec<Entry>,
}

impl Default for Kept {
    fn default() -> Self {
        let Settings { to, port, interval, format, zone, hops } = Settings::default();
        Self {
            start: false,
            interval,
            format,
            pattern: PATTERN.to_owned(),
            zone,
            port,
            hops,
            destinations: to,
        }
    }
}

impl Kept {
    /// What the engine needs of it; figures out of range are corrected.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            to: self.destinations.clone(),
            port: if self.port == 0 { DEFAULT_PORT } else { self.port },
            interval: self.interval,
            format: self.format.clone(),
            zone: self.zone.clone(),
            hops: self.hops.max(1),
        }
    }
}

/// What holds for this run, and what goes into the file: the command line is not written back.
#[derive(Debug, Clone)]
pub struct Remembered {
    /// Whether the server starts with its window.
    pub(crate) start: bool,
    pattern: String,
    to: Destinations,
    port: Choice<u16>,
    interval: Choice<Interval>,
    format: Choice<Format>,
    zone: Choice<Zone>,
    hops: Choice<u8>,
}

impl Remembered {
    /// What the file says, and the command line where it does.
    #[must_use]
    pub fn new(kept: &Kept, args: &Args) -> Self {
        let Settings { to, port, interval, format, zone, hops } = kept.settings();
        Self {
            start: kept.start,
            pattern: kept.pattern.clone(),
            to: Destinations::new(to, args.entries()),
            port: Choice::new(port, args.port),
            interval: Choice::new(interval, args.interval),
            format: Choice::new(format, args.format.clone()),
            zone: Choice::new(zone, args.timezone.clone()),
            hops: Choice::new(hops, args.ttl),
        }
    }

    /// What holds.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            to: self.to.of_run.clone(),
            port: *self.port.get(),
            interval: *self.interval.get(),
            format: self.format.get().clone(),
            zone: self.zone.get().clone(),
            hops: *self.hops.get(),
        }
    }

    /// A form that shows it.
    #[must_use]
    pub fn form(&self) -> Form {
        Form::new(&self.settings(), &self.pattern)
    }

    /// The user has typed this; what cannot be used is not remembered.
    pub(crate) fn choose(&mut self, form: &mut Form) {
        // The interfaces of the moment order the list anew, which is no choice.
        if form.list.take_choice() {
            self.to.choose(&form.list.entries());
        }
        self.port.choose(form.port);
        self.hops.choose(form.hops);
        if let Ok(interval) = form.interval() {
            self.interval.choose(interval);
        }
        if let Ok(format) = form.format() {
            self.format.choose(format);
        }
        if let Ok(zone) = form.zone() {
            self.zone.choose(zone);
        }
        // That of the command line is not the user's choice.
        let is_typed = self.format.get() == self.format.kept();
        if is_typed && form.pattern != self.pattern && form.pattern.parse::<Pattern>().is_ok() {
            self.pattern.clone_from(&form.pattern);
        }
    }

    /// What goes into the file.
    #[must_use]
    pub fn kept(&self) -> Kept {
        Kept {
            start: self.start,
            interval: *self.interval.kept(),
            format: self.format.kept().clone(),
            pattern: self.pattern.clone(),
            zone: self.zone.kept().clone(),
            port: *self.port.kept(),
            hops: *self.hops.kept(),
            destinations: self.to.kept.clone(),
        }
    }
}

impl From<&Kept> for Remembered {
    /// Without a command line.
    fn from(kept: &Kept) -> Self {
        let settings = Self::from(&kept.settings());
        Self { start: kept.start, pattern: kept.pattern.clone(), ..settings }
    }
}

impl From<&Settings> for Remembered {
    /// As if the file said it all.
    fn from(settings: &Settings) -> Self {
        let Settings { to, port, interval, format, zone, hops } = settings.clone();
        Self {
            start: false,
            pattern: PATTERN.to_owned(),
            to: Destinations::new(to, None),
            port: Choice::new(port, None),
            interval: Choice::new(interval, None),
            format: Choice::new(format, None),
            zone: Choice::new(zone, None),
            hops: Choice::new(hops, None),
        }
    }
}

/// The list of this run, and that of the file. They are two where the command line names destinations; then what
/// the user adds, removes and switches in the one is done to the other as well.
#[derive(Debug, Clone)]
struct Destinations {
    /// As the run began: what the user takes back has not happened.
    of_file: Vec<Entry>,
    of_run: Vec<Entry>,
    kept: Vec<Entry>,
}

impl Destinations {
    fn new(of_file: Vec<Entry>, of_args: Option<Vec<Entry>>) -> Self {
        let of_run = of_args.unwrap_or_else(|| of_file.clone());
        Self { kept: of_file.clone(), of_file, of_run }
    }

    fn choose(&mut self, chosen: &[Entry]) {
        if self.of_run == self.of_file {
            self.kept = chosen.to_vec();
            return;
        }
        let switches = |entries: &[Entry]| -> HashMap<Target, bool> {
            entries.iter().map(|entry| (entry.target.clone(), entry.is_on)).collect()
        };
        let (before, now) = (switches(&self.of_run), switches(chosen));
        let edited = |entry: &Entry| match (before.get(&entry.target), now.get(&entry.target)) {
            (Some(_), None) => None,
            (before, Some(&is_on)) if before != Some(&is_on) => Some(Entry { is_on, ..entry.clone() }),
            _ => Some(entry.clone()),
        };
        let of_file = switches(&self.of_file);
        let is_new =
            |entry: &&Entry| !before.contains_key(&entry.target) && !of_file.contains_key(&entry.target);
        let added = chosen.iter().filter(is_new).cloned();
        self.kept = self.of_file.iter().filter_map(edited).chain(added).take(MAX_DESTINATIONS).collect();
    }
}

/// A destination in the file.
#[derive(Debug, Serialize, Deserialize)]
struct KeptEntry {
    to: String,
    on: bool,
}

fn write<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn read<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

fn write_entries<S: Serializer>(entries: &[Entry], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(entries.iter().map(|one| KeptEntry { to: one.target.to_string(), on: one.is_on }))
}

fn read_entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Entry>, D::Error> {
    let kept = Vec::<KeptEntry>::deserialize(deserializer)?;
    if kept.len() > MAX_DESTINATIONS {
        return Err(D::Error::custom(format!("more than {MAX_DESTINATIONS} destinations")));
    }
    let entry = |KeptEntry { to, on }: KeptEntry| {
        to.parse().map(|target| Entry { target, is_on: on }).map_err(D::Error::custom)
    };
    kept.into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    fn remembered(kept: &Kept, args: &[&str]) -> Remembered {
        let args = std::iter::once("udp-time-server").chain(args.iter().copied());
        Remembered::new(kept, &Args::try_parse_from(args).unwrap())
    }

    fn written(kept: &Kept) -> String {
        toml::to_string(kept).unwrap()
    }

    #[test]
    fn what_is_kept_is_read_back_from_a_file_that_people_can_read() {
        let kept = Kept {
            start: true,
            interval: "250ms".parse().unwrap(),
            format: "custom:%H:%M".parse().unwrap(),
            pattern: "%H:%M".to_owned(),
            zone: "Europe/Berlin".parse().unwrap(),
            port: 7,
            hops: 3,
            destinations: vec![entry("lan", true), entry("[::1]:9", false)],
        };
        let text = written(&kept);
        assert!(
            text.contains("interval = \"250 ms\"") && text.contains("zone = \"Europe/Berlin\""),
            "{text}"
        );
        assert_eq!(toml::from_str::<Kept>(&text).unwrap(), kept);
        assert_eq!(toml::from_str::<Kept>("").unwrap(), Kept::default());
        for wrong in ["interval = \"1 ms\"", "zone = \"Mars\"", "[[destinations]]\nto = \"1.2.3\"\non = true"]
        {
            assert!(toml::from_str::<Kept>(wrong).is_err(), "{wrong}");
        }
        let odd = toml::from_str::<Kept>("port = 0\nhops = 0").unwrap().settings();
        assert_eq!((odd.port, odd.hops), (DEFAULT_PORT, 1));
    }

    #[test]
    fn the_command_line_holds_for_the_run_and_is_not_written_back() {
        let kept = Kept { port: 7, ..Kept::default() };
        let args = ["--to", "10.0.0.7", "--interval", "2", "--format", "custom:%H", "--timezone", "UTC"];
        let mut run = remembered(&kept, &args);
        let settings = run.settings();
        assert_eq!(settings.to, [Entry::from("10.0.0.7".parse::<crate::engine::Target>().unwrap())]);
        assert_eq!((settings.interval.millis(), settings.port, settings.zone), (2000, 7, Zone::Utc));
        let mut form = run.form();
        // An offer of the moment.
        form.list.set_interfaces(&[]);
        run.choose(&mut form);
        assert_eq!(run.kept(), kept);
        form.interval = "3 s".to_owned();
        form.port = 8;
        run.choose(&mut form);
        let chosen = run.kept();
        assert_eq!((chosen.interval.millis(), chosen.port), (3000, 8));
        assert_eq!(chosen.destinations, kept.destinations, "nor is the list");
        assert_eq!((chosen.format, chosen.zone), (Format::Text, Zone::Local), "not chosen");
    }

    fn at(form: &Form, target: &str) -> usize {
        form.list.rows().iter().position(|row| row.target == target.parse().unwrap()).unwrap()
    }

    fn entry(to: &str, is_on: bool) -> Entry {
        Entry { target: to.parse().unwrap(), is_on }
    }

    #[test]
    fn edits_of_the_command_lines_list_are_done_to_the_kept_one() {
        let own = [entry("10.0.0.1", true), entry("10.0.0.2", true), entry("10.0.0.3", false)];
        let kept = Kept { destinations: own.to_vec(), ..Kept::default() };
        let mut run = remembered(&kept, &["--to", "10.0.0.2", "--to", "10.0.0.7"]);
        let mut form = run.form();
        let mut after = |form: &mut Form| {
            run.choose(form);
            run.kept().destinations
        };
        // What the command line says may be switched, removed and brought back.
        form.list.switch(at(&form, "10.0.0.7"), false);
        assert_eq!(after(&mut form), own);
        form.list.remove(at(&form, "10.0.0.7"));
        assert_eq!(after(&mut form), own);
        form.list.undo();
        assert_eq!(after(&mut form), own);
        // The user's own.
        form.list.switch(at(&form, "10.0.0.2"), false);
        assert_eq!(after(&mut form), [own[0].clone(), entry("10.0.0.2", false), own[2].clone()]);
        form.list.remove(at(&form, "10.0.0.2"));
        assert_eq!(after(&mut form), [own[0].clone(), own[2].clone()]);
        // New, and there without being seen.
        form.list.draft = "10.0.0.9 10.0.0.3".to_owned();
        assert!(form.list.accept());
        assert_eq!(
            after(&mut form),
            [own[0].clone(), entry("10.0.0.3", true), entry("10.0.0.9", true)],
            "{:?}",
            form.list
        );
        form.list.switch(at(&form, "broadcast"), true);
        assert_eq!(after(&mut form)[3], entry("broadcast", true));
    }

    #[test]
    fn what_cannot_be_used_is_not_remembered() {
        let mut run = remembered(&Kept::default(), &[]);
        let mut form = run.form();
        form.interval = "never".to_owned();
        form.pattern = "%Q".to_owned();
        form.set_zone_text("Mars".to_owned());
        run.choose(&mut form);
        assert_eq!(run.kept(), Kept::default());
        // Nobody is sent to: a choice like any other.
        form.list.switch(0, false);
        run.choose(&mut form);
        assert_eq!(run.kept().destinations, []);
        form.pattern = "%F".to_owned();
        run.choose(&mut form);
        assert_eq!(run.kept().pattern, "%F");
    }
}
