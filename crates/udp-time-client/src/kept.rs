//! What the window remembers in its settings.

use common::net::Host;
use common::settings::Choice;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cli::Args;
use crate::engine::Settings;

/// The settings of the time client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Whether the window listens as soon as it is open.
    pub start: bool,
    /// Where to listen.
    #[serde(serialize_with = "write_host", deserialize_with = "read_host")]
    pub listen: Host,
    /// The port; 0 lets the system choose.
    pub port: u16,
    /// The one interface of a multicast group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// Whether the quality of a sender is shown.
    pub quality: bool,
}

impl Default for Kept {
    fn default() -> Self {
        let Settings { listen, port, interface } = Settings::default();
        Self { start: true, listen, port, interface, quality: false }
    }
}

/// What holds for this run, and what goes into the file: the command line is not written back.
#[derive(Debug, Clone)]
pub struct Remembered {
    pub(crate) start: bool,
    /// Whether this run listens from the start.
    pub(crate) listens: bool,
    pub(crate) quality: bool,
    listen: Choice<Host>,
    port: Choice<u16>,
    interface: Choice<Option<String>>,
}

impl Remembered {
    /// What the file says, and the command line where it does.
    #[must_use]
    pub fn new(kept: &Kept, args: &Args) -> Self {
        let Kept { start, listen, port, interface, quality } = kept.clone();
        // Another address has nothing to do with the interface of this one.
        let of_run = args.interface.clone().map(Some).or_else(|| args.listen.as_ref().map(|_| None));
        Self {
            start,
            // Who says where means at once.
            listens: start || args.listen.is_some() || args.port.is_some(),
            quality,
            listen: Choice::new(listen, args.listen.clone()),
            port: Choice::new(port, args.port),
            interface: Choice::new(interface, of_run),
        }
    }

    /// What holds.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            listen: self.listen.get().clone(),
            port: *self.port.get(),
            interface: self.interface.get().clone(),
        }
    }

    /// The user listens there.
    pub(crate) fn choose(&mut self, settings: &Settings) {
        self.listen.choose(settings.listen.clone());
        self.port.choose(settings.port);
        self.interface.choose(settings.interface.clone());
    }

    /// What goes into the file.
    #[must_use]
    pub fn kept(&self) -> Kept {
        Kept {
            start: self.start,
            listen: self.listen.kept().clone(),
            port: *self.port.kept(),
            interface: self.interface.kept().clone(),
            quality: self.quality,
        }
    }
}

impl From<Settings> for Remembered {
    /// As if the file said it all.
    fn from(Settings { listen, port, interface }: Settings) -> Self {
        Self {
            start: true,
            listens: true,
            quality: false,
            listen: Choice::new(listen, None),
            port: Choice::new(port, None),
            interface: Choice::new(interface, None),
        }
    }
}

fn write_host<S: Serializer>(host: &Host, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(host)
}

fn read_host<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Host, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    fn remembered(kept: &Kept, args: &[&str]) -> Remembered {
        let args = std::iter::once("udp-time-client").chain(args.iter().copied());
        Remembered::new(kept, &Args::try_parse_from(args).unwrap())
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let kept = Kept {
            start: false,
            listen: "239.255.66.66".parse().unwrap(),
            port: 7,
            interface: Some("eth0".to_owned()),
            quality: true,
        };
        let text = toml::to_string(&kept).unwrap();
        assert!(text.contains("listen = \"239.255.66.66\""), "{text}");
        assert_eq!(toml::from_str::<Kept>(&text).unwrap(), kept);
        assert_eq!(toml::from_str::<Kept>("").unwrap(), Kept::default());
        assert!(toml::from_str::<Kept>("listen = \"1.2.3\"").is_err());
    }

    #[test]
    fn the_command_line_holds_for_the_run_and_is_not_written_back() {
        let interface = Some("eth0".to_owned());
        let kept = Kept { start: false, port: 7, interface, ..Kept::default() };
        let mut run = remembered(&kept, &["--listen", "any"]);
        let any = Settings { listen: "any".parse().unwrap(), port: 7, interface: None };
        assert_eq!(run.settings(), any);
        assert!(run.listens && !remembered(&kept, &[]).listens);
        run.choose(&any);
        assert_eq!(run.kept(), kept, "nothing was chosen");
        run.choose(&Settings { port: 8, ..any });
        assert_eq!(run.kept(), Kept { port: 8, ..kept });
    }
}
