//! What the window shows, without the window.

use std::net::{IpAddr, Ipv4Addr};

use common::net::{Host, HostError};
use common::text::escape_line;
use common::time::{Format, FormatError};
use common::window::{Lamp, Status};

use crate::engine::{
    Destination, Event, Interval, IntervalError, MAX_DESTINATIONS, Settings, Snapshot, Tick,
};

/// What the engine said so far.
#[derive(Debug, Default)]
pub struct Model {
    snapshot: Snapshot,
    /// The settings in use, while sending.
    active: Option<Settings>,
    last_tick: Option<Tick>,
}

/// The clock on the window: the newest tick's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockFace {
    /// `14:03:27`
    pub time: String,
    /// `Sunday 22 November 2026, UTC+01:00`
    pub date: String,
    /// The payload, as one line.
    pub payload: String,
}

impl Model {
    /// Takes in an event.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Started(settings) => self.active = Some(settings),
            Event::Stopped => self.active = None,
            Event::Tick(tick) => self.last_tick = Some(tick),
            // The snapshot has it.
            Event::Destination(_) => (),
        }
    }

    /// Takes in the newest figures.
    pub fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.snapshot = snapshot;
    }

    /// Whether ticks are being sent.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        self.snapshot.is_sending
    }

    /// The destinations of this run, or of the last one.
    #[must_use]
    pub fn destinations(&self) -> &[Destination] {
        &self.snapshot.destinations
    }

    /// The time of the newest tick; stays when sending stops.
    #[must_use]
    pub fn clock_face(&self) -> Option<ClockFace> {
        let tick = self.last_tick.as_ref()?;
        Some(ClockFace {
            time: tick.time.format("%H:%M:%S").to_string(),
            date: tick.time.format("%A %-d %B %Y, UTC%:z").to_string(),
            payload: escape_line(&tick.text).into_owned(),
        })
    }

    /// The state in one sentence.
    #[must_use]
    pub fn status(&self, can_start: bool) -> Status {
        if !self.is_sending() {
            let todo = if can_start { "press Start Server" } else { "correct the settings to start" };
            return Status::new(Lamp::Off, format!("Stopped, {todo}"));
        }
        let every = self.active.as_ref().map(|settings| settings.interval).unwrap_or_default().in_words();
        let destinations = self.destinations();
        let failing = destinations.iter().filter(|destination| destination.last_error.is_some()).count();
        match (destinations, failing) {
            ([one], 0) => Status::new(Lamp::On, format!("Sending every {every} to {}", name(one))),
            (all, 0) => Status::new(Lamp::On, format!("Sending every {every} to {} destinations", all.len())),
            ([one], _) => Status::new(Lamp::Failed, format!("Nothing leaves for {}, trying on", name(one))),
            (all, failing) => Status::new(
                Lamp::Failed,
                format!("Sending every {every}, {failing} of {} destinations fail", all.len()),
            ),
        }
    }
}

/// A destination in words.
#[must_use]
pub fn name(destination: &Destination) -> String {
    match &destination.host {
        Host::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST)) => "this computer".to_owned(),
        host => host.to_string(),
    }
}

/// The kinds of [`Format`], to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatChoice {
    /// [`Format::Text`]
    Text,
    /// [`Format::Rfc3339`]
    Rfc3339,
    /// [`Format::Json`]
    Json,
    /// [`Format::Custom`]
    Custom,
}

impl FormatChoice {
    /// All of them, in the order to show.
    pub const ALL: [Self; 4] = [Self::Text, Self::Rfc3339, Self::Json, Self::Custom];

    /// Its name on the window.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Rfc3339 => "RFC 3339",
            Self::Json => "JSON",
            Self::Custom => "Custom",
        }
    }
}

/// The settings as they are being typed.
#[derive(Debug, Clone)]
pub struct Form {
    /// The interval.
    pub interval: String,
    /// The kind of format.
    pub format: FormatChoice,
    /// The pattern of a custom format.
    pub pattern: String,
    /// The port.
    pub port: u16,
    /// Hosts, with commas or spaces between them.
    pub to: String,
}

/// Why the destinations as typed cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToError {
    /// One of them is wrong, or there is none.
    #[error(transparent)]
    Host(#[from] HostError),
    /// Too many.
    #[error("{count} destinations are too many, {max} are possible")]
    TooMany {
        /// Destinations typed.
        count: usize,
        /// Destinations that are possible.
        max: usize,
    },
}

impl Form {
    /// A form that shows `settings`.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let (format, pattern) = match &settings.format {
            Format::Text => (FormatChoice::Text, None),
            Format::Rfc3339 => (FormatChoice::Rfc3339, None),
            Format::Json => (FormatChoice::Json, None),
            Format::Custom(pattern) => (FormatChoice::Custom, Some(pattern.as_str())),
        };
        Self {
            interval: settings.interval.to_string(),
            format,
            pattern: pattern.unwrap_or("%H:%M:%S").to_owned(),
            port: settings.port,
            to: settings.to.iter().map(Host::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    /// The interval that is typed.
    ///
    /// # Errors
    /// Where it is none, or out of range.
    pub fn interval(&self) -> Result<Interval, IntervalError> {
        self.interval.parse()
    }

    /// The format that is chosen.
    ///
    /// # Errors
    /// Where the pattern of a custom one cannot be used.
    pub fn format(&self) -> Result<Format, FormatError> {
        match self.format {
            FormatChoice::Text => Ok(Format::Text),
            FormatChoice::Rfc3339 => Ok(Format::Rfc3339),
            FormatChoice::Json => Ok(Format::Json),
            FormatChoice::Custom => self.pattern.parse().map(Format::Custom),
        }
    }

    /// The destinations that are typed.
    ///
    /// # Errors
    /// Where there is none, one is wrong, or there are too many.
    pub fn to(&self) -> Result<Vec<Host>, ToError> {
        let typed = self.to.split(|c: char| c == ',' || c.is_whitespace()).filter(|host| !host.is_empty());
        let hosts = typed.map(str::parse).collect::<Result<Vec<Host>, _>>()?;
        match hosts.len() {
            0 => Err(HostError::Empty.into()),
            count if count > MAX_DESTINATIONS => Err(ToError::TooMany { count, max: MAX_DESTINATIONS }),
            _ => Ok(hosts),
        }
    }

    /// The settings, where all of them can be used.
    #[must_use]
    pub fn settings(&self) -> Option<Settings> {
        Some(Settings {
            to: self.to().ok()?,
            port: self.port,
            interval: self.interval().ok()?,
            format: self.format().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destination(host: &str, last_error: Option<&str>) -> Destination {
        let host: Host = host.parse().unwrap();
        Destination { host, address: None, sent: 0, last_error: last_error.map(str::to_owned) }
    }

    #[test]
    fn the_status_is_one_sentence() {
        let status = |interval: &str, destinations: Vec<Destination>| {
            let mut model = Model::default();
            let interval = interval.parse().unwrap();
            model.apply(Event::Started(Settings { interval, ..Settings::default() }));
            model.set_snapshot(Snapshot { is_sending: true, seq: 1, destinations });
            let status = model.status(true);
            (status.lamp, status.sentence)
        };
        let here = || destination("localhost", None);
        for (interval, destinations, lamp, sentence) in [
            ("1", vec![here()], Lamp::On, "Sending every second to this computer"),
            ("0.25", vec![destination("10.0.0.7", None)], Lamp::On, "Sending every 250 ms to 10.0.0.7"),
            ("1h", vec![here(), here()], Lamp::On, "Sending every hour to 2 destinations"),
            ("1", vec![destination("a.b", Some("x"))], Lamp::Failed, "Nothing leaves for a.b, trying on"),
            (
                "1",
                vec![here(), destination("a.b", Some("x"))],
                Lamp::Failed,
                "Sending every second, 1 of 2 destinations fail",
            ),
        ] {
            assert_eq!(status(interval, destinations), (lamp, sentence.to_owned()));
        }
        assert_eq!(Model::default().status(true).sentence, "Stopped, press Start Server");
        assert_eq!(Model::default().status(false).sentence, "Stopped, correct the settings to start");
    }

    #[test]
    fn the_clock_shows_the_newest_tick_and_freezes() {
        let mut model = Model::default();
        assert_eq!(model.clock_face(), None);
        model.apply(Event::Tick(Tick {
            text: "Sun Nov 22 14:03:27 2026".to_owned(),
            seq: 1,
            time: chrono::DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap(),
            deliveries: Vec::new(),
        }));
        model.apply(Event::Stopped);
        let face = model.clock_face().unwrap();
        assert_eq!((face.time.as_str(), face.payload.as_str()), ("14:03:27", "Sun Nov 22 14:03:27 2026"));
        assert_eq!(face.date, "Sunday 22 November 2026, UTC+01:00");
    }

    #[test]
    fn a_form_gives_back_the_settings_it_was_made_from() {
        for format in ["text", "rfc3339", "json", "custom:%H"] {
            let settings = Settings {
                to: vec!["10.0.0.7".parse().unwrap(), "::1".parse().unwrap()],
                port: 7,
                interval: "90s".parse().unwrap(),
                format: format.parse().unwrap(),
            };
            assert_eq!(Form::new(&settings).settings(), Some(settings));
        }
    }

    #[test]
    fn one_wrong_field_and_there_are_no_settings() {
        let form = Form::new(&Settings::default());
        assert_eq!(Form { to: " a.b,10.0.0.7  ::1,".into(), ..form.clone() }.to().unwrap().len(), 3);
        assert_eq!(Form { to: " , ".into(), ..form.clone() }.to(), Err(ToError::Host(HostError::Empty)));
        let many = "::1 ".repeat(MAX_DESTINATIONS + 1);
        assert!(matches!(Form { to: many, ..form.clone() }.to(), Err(ToError::TooMany { .. })));
        assert_eq!(Form { interval: "0".into(), ..form.clone() }.settings(), None);
        let custom = Form { format: FormatChoice::Custom, pattern: "%Q".into(), ..form.clone() };
        assert_eq!(custom.settings(), None);
        assert!(Form { pattern: "%Q".into(), ..form }.settings().is_some(), "the pattern is not in use");
    }
}
