//! The settings as they are being typed.

use chrono::{DateTime, FixedOffset};
use common::config::{Bounded, NumberError};
use common::text::escape_line;
use common::time::{Format, FormatError, SenderId, Stamp};
use common::tr;
use common::window::{NumberField, PortField, take_typed};

use crate::config::Config;
use crate::destinations::Destinations;
use crate::engine::{Interval, IntervalError, Zone, ZoneError};

/// The kinds of [`Format`], to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormatChoice {
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
    pub(crate) const ALL: [Self; 4] = [Self::Text, Self::Rfc3339, Self::Json, Self::Custom];

    /// Its name on the window.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Text => tr!("udp-time-server-format-text"),
            // Names, in every language.
            Self::Rfc3339 => "RFC 3339",
            Self::Json => "JSON",
            Self::Custom => tr!("udp-time-server-format-custom"),
        }
    }
}

/// Whether a form can be started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// It can.
    Ready,
    /// Something typed cannot be used.
    Faulty,
    /// No destination is on.
    Nobody,
}

/// A time zone as it is being typed.
#[derive(Debug, Clone)]
struct ZoneField {
    text: String,
    /// The rules are read from files: once for each change, not for each frame.
    zone: Result<Zone, ZoneError>,
}

/// The settings as they are being typed.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub interval: String,
    pub format: FormatChoice,
    /// The pattern of a custom format.
    pub pattern: String,
    pub port: PortField,
    pub hops: NumberField<1, 255>,
    zone: ZoneField,
    pub destinations: Destinations,
}

impl Form {
    /// A form that shows `config`.
    pub(crate) fn new(config: &Config) -> Self {
        let format = match &config.format {
            Format::Text => FormatChoice::Text,
            Format::Rfc3339 => FormatChoice::Rfc3339,
            Format::Json => FormatChoice::Json,
            Format::Custom(_) => FormatChoice::Custom,
        };
        Self {
            interval: config.interval.to_string(),
            format,
            pattern: config.pattern.clone(),
            port: PortField::new(config.port),
            hops: NumberField::new(config.hops),
            zone: ZoneField { text: config.zone.to_string(), zone: Ok(config.zone.clone()) },
            destinations: Destinations::new(&config.destinations),
        }
    }

    /// The interval that is typed.
    ///
    /// # Errors
    /// Where it is none, or out of range.
    pub(crate) fn interval(&self) -> Result<Interval, IntervalError> {
        self.interval.parse()
    }

    /// The format that is chosen.
    ///
    /// # Errors
    /// Where the pattern of a custom one cannot be used.
    pub(crate) fn format(&self) -> Result<Format, FormatError> {
        match self.format {
            FormatChoice::Text => Ok(Format::Text),
            FormatChoice::Rfc3339 => Ok(Format::Rfc3339),
            FormatChoice::Json => Ok(Format::Json),
            FormatChoice::Custom => self.pattern.parse().map(Format::Custom),
        }
    }

    /// How many networks a datagram to a group may cross, where there is a group.
    pub(crate) fn hops(&self) -> Option<Result<Bounded<1, 255>, NumberError>> {
        self.destinations.has_group().then(|| self.hops.number())
    }

    /// The time zone as it is typed.
    pub(crate) fn zone_text(&self) -> &str {
        &self.zone.text
    }

    /// Takes in another time zone as typed.
    pub(crate) fn set_zone_text(&mut self, text: String) {
        if text != self.zone.text {
            self.zone = ZoneField { zone: text.parse(), text };
        }
    }

    /// The time zone that is typed.
    ///
    /// # Errors
    /// Where the system does not know it.
    pub(crate) fn zone(&self) -> Result<Zone, ZoneError> {
        self.zone.zone.clone()
    }

    /// Takes what is typed into `config`, each where it can be used.
    pub(crate) fn take_into(&mut self, config: &mut Config) {
        // The interfaces of the moment order the list anew, which is no choice.
        if self.destinations.take_choice() {
            config.destinations = self.destinations.entries();
        }
        self.take_fields(config);
        if self.pattern != config.pattern && Config::is_pattern(&self.pattern) {
            config.pattern.clone_from(&self.pattern);
        }
    }

    /// Takes what can be used of all but the destinations and the pattern; says whether all of it can.
    fn take_fields(&self, config: &mut Config) -> bool {
        let mut is_right = take_typed(self.port.number(), &mut config.port);
        is_right &= self.hops().is_none_or(|hops| take_typed(hops, &mut config.hops));
        is_right &= take_typed(self.interval(), &mut config.interval);
        is_right &= take_typed(self.format(), &mut config.format);
        is_right & take_typed(self.zone(), &mut config.zone)
    }

    /// What to start with: what is typed, over `known`, where all of it can be used and somebody is sent to.
    pub(crate) fn ready(&self, known: &Config) -> Option<Config> {
        let mut config = Config { destinations: self.destinations.entries(), ..known.clone() };
        (self.take_fields(&mut config) && self.destinations.has_any()).then_some(config)
    }

    /// Whether it can be started with.
    pub(crate) fn readiness(&self, known: &Config) -> Readiness {
        if self.ready(known).is_some() {
            Readiness::Ready
        } else if self.destinations.has_any() {
            Readiness::Faulty
        } else {
            Readiness::Nobody
        }
    }

    /// The time that would be sent at `now`, and how, as one line; that is empty where the format is wrong.
    pub(crate) fn preview(&self, now: DateTime<FixedOffset>) -> (DateTime<FixedOffset>, String) {
        let time = self.zone().map_or(now, |zone| zone.apply(now));
        let interval_ms = self.interval().unwrap_or_default().millis();
        let stamp = Stamp { time, seq: 1, sender: SenderId(0x9f3c_2a51), interval_ms };
        let payload = self.format().map(|format| escape_line(&format.encode(&stamp)).into_owned());
        (time, payload.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_back_the_settings_it_was_made_from() {
        for format in ["text", "rfc3339", "json", "custom:%H"] {
            let config = Config {
                destinations: ["10.0.0.7", "lan", "[::1]:7"].map(|typed| typed.parse().unwrap()).to_vec(),
                port: Bounded::nearest(7),
                interval: "90s".parse().unwrap(),
                format: format.parse().unwrap(),
                zone: "Asia/Tokyo".parse().unwrap(),
                hops: Bounded::nearest(3),
                ..Config::default()
            }
            .with_pattern_of_format();
            let mut taken = config.clone();
            let mut form = Form::new(&config);
            form.take_into(&mut taken);
            assert_eq!((form.ready(&taken), taken), (Some(config.clone()), config));
        }
    }

    #[test]
    fn one_wrong_field_and_there_is_nothing_to_start_with() {
        let config = Config::default();
        let form = Form::new(&config);
        assert_eq!(Form { interval: "0".into(), ..form.clone() }.ready(&config), None);
        let custom = Form { format: FormatChoice::Custom, pattern: "%Q".into(), ..form.clone() };
        assert_eq!(custom.ready(&config), None);
        let unused = Form { pattern: "%Q".into(), ..form.clone() };
        assert!(unused.ready(&config).is_some(), "the pattern is not in use");
        let mut nowhere = form.clone();
        nowhere.set_zone_text("Mars/Olympus".to_owned());
        assert_eq!(nowhere.ready(&config), None);
        nowhere.set_zone_text("UTC".to_owned());
        assert!(nowhere.ready(&config).is_some());
        nowhere.destinations.switch(0, false);
        assert_eq!(nowhere.ready(&config), None, "nobody is sent to");
        let readiness = [custom, nowhere].map(|form| form.readiness(&config));
        assert_eq!(readiness, [Readiness::Faulty, Readiness::Nobody]);
    }

    #[test]
    fn what_cannot_be_used_is_not_remembered_and_the_rest_is() {
        let mut config = Config::default();
        let mut form = Form::new(&config);
        form.interval = "0".to_owned();
        form.pattern = "%Q".to_owned();
        form.port = PortField::of_port(7000);
        form.set_zone_text("UTC".to_owned());
        form.take_into(&mut config);
        let expected =
            Config { port: Bounded::nearest(7000), zone: "UTC".parse().unwrap(), ..Config::default() };
        assert_eq!(config, expected);
    }

    #[test]
    fn the_preview_is_what_would_be_sent() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap();
        let mut form = Form::new(&Config::default());
        assert_eq!(form.preview(now).1, "Sun Nov 22 14:03:27 2026");
        form.format = FormatChoice::Custom;
        form.pattern = "%H%n%M".to_owned();
        form.set_zone_text("utc".to_owned());
        assert_eq!(form.preview(now).1, r"13\n03");
        form.pattern = "%Q".to_owned();
        assert_eq!(form.preview(now).1, "");
    }
}
