//! The settings as they are being typed.

use chrono::{DateTime, FixedOffset};
use common::text::escape_line;
use common::time::{Format, FormatError, SenderId, Stamp};
use common::tr;

use crate::engine::{Interval, IntervalError, Settings, Zone, ZoneError};
use crate::list::List;

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
pub enum Readiness {
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
pub struct Form {
    /// The interval.
    pub interval: String,
    /// The kind of format.
    pub format: FormatChoice,
    /// The pattern of a custom format.
    pub pattern: String,
    /// The port.
    pub port: u16,
    /// How many networks a multicast datagram may cross.
    pub hops: u8,
    zone: ZoneField,
    /// The destinations.
    pub list: List,
}

impl Form {
    /// A form that shows `settings`, with `pattern` in the field of custom ones.
    #[must_use]
    pub fn new(settings: &Settings, pattern: &str) -> Self {
        let (format, pattern) = match &settings.format {
            Format::Text => (FormatChoice::Text, pattern),
            Format::Rfc3339 => (FormatChoice::Rfc3339, pattern),
            Format::Json => (FormatChoice::Json, pattern),
            Format::Custom(pattern) => (FormatChoice::Custom, pattern.as_str()),
        };
        Self {
            interval: settings.interval.to_string(),
            format,
            pattern: pattern.to_owned(),
            port: settings.port,
            hops: settings.hops,
            zone: ZoneField { text: settings.zone.to_string(), zone: Ok(settings.zone.clone()) },
            list: List::new(&settings.to),
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

    /// The time zone as it is typed.
    #[must_use]
    pub fn zone_text(&self) -> &str {
        &self.zone.text
    }

    /// Takes in another time zone as typed.
    pub fn set_zone_text(&mut self, text: String) {
        if text != self.zone.text {
            self.zone = ZoneField { zone: text.parse(), text };
        }
    }

    /// The time zone that is typed.
    ///
    /// # Errors
    /// Where the system does not know it.
    pub fn zone(&self) -> Result<Zone, ZoneError> {
        self.zone.zone.clone()
    }

    /// The settings, where all of them can be used and somebody is sent to.
    #[must_use]
    pub fn settings(&self) -> Option<Settings> {
        let settings = Settings {
            to: self.list.entries(),
            port: self.port,
            interval: self.interval().ok()?,
            format: self.format().ok()?,
            zone: self.zone().ok()?,
            hops: self.hops,
        };
        self.list.has_any().then_some(settings)
    }

    /// Whether it can be started with.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        if self.settings().is_some() {
            Readiness::Ready
        } else if self.list.has_any() {
            Readiness::Faulty
        } else {
            Readiness::Nobody
        }
    }

    /// What would be sent at `now`, as one line; `None` where the format or the zone is wrong.
    #[must_use]
    pub fn preview(&self, now: DateTime<FixedOffset>) -> Option<String> {
        let time = self.zone().ok()?.apply(now);
        let interval_ms = self.interval().unwrap_or_default().millis();
        let stamp = Stamp { time, seq: 1, sender: SenderId(0x9f3c_2a51), interval_ms };
        Some(escape_line(&self.format().ok()?.encode(&stamp)).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Target;

    #[test]
    fn a_form_gives_back_the_settings_it_was_made_from() {
        for format in ["text", "rfc3339", "json", "custom:%H"] {
            let to = ["10.0.0.7", "lan", "[::1]:7"].map(|typed| typed.parse::<Target>().unwrap().into());
            let settings = Settings {
                to: to.to_vec(),
                port: 7,
                interval: "90s".parse().unwrap(),
                format: format.parse().unwrap(),
                zone: "Asia/Tokyo".parse().unwrap(),
                hops: 3,
            };
            assert_eq!(Form::new(&settings, "%F").settings(), Some(settings));
        }
    }

    #[test]
    fn one_wrong_field_and_there_are_no_settings() {
        let form = Form::new(&Settings::default(), "%H");
        assert_eq!(Form { interval: "0".into(), ..form.clone() }.settings(), None);
        let custom = Form { format: FormatChoice::Custom, pattern: "%Q".into(), ..form.clone() };
        assert_eq!(custom.settings(), None);
        assert!(
            Form { pattern: "%Q".into(), ..form.clone() }.settings().is_some(),
            "the pattern is not in use"
        );
        let mut nowhere = form.clone();
        nowhere.set_zone_text("Mars/Olympus".to_owned());
        assert_eq!(nowhere.settings(), None);
        nowhere.set_zone_text("UTC".to_owned());
        assert!(nowhere.settings().is_some());
        nowhere.list.switch(0, false);
        assert_eq!(nowhere.settings(), None, "nobody is sent to");
        assert_eq!([custom.readiness(), nowhere.readiness()], [Readiness::Faulty, Readiness::Nobody]);
    }

    #[test]
    fn the_preview_is_what_would_be_sent() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap();
        let mut form = Form::new(&Settings::default(), "%H");
        assert_eq!(form.preview(now).as_deref(), Some("Sun Nov 22 14:03:27 2026"));
        form.format = FormatChoice::Custom;
        form.pattern = "%H%n%M".to_owned();
        form.set_zone_text("utc".to_owned());
        assert_eq!(form.preview(now).as_deref(), Some(r"13\n03"));
        form.pattern = "%Q".to_owned();
        assert_eq!(form.preview(now), None);
    }
}
