//! What the window remembers in its settings.

use common::net::Host;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::engine::{DialectChoice, Target};

/// Heights that the text box may have been given, in points.
const COMPOSER_HEIGHTS: std::ops::RangeInclusive<u16> = 40..=600;

/// The settings of the chat client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The server.
    #[serde(serialize_with = "write_host", deserialize_with = "read_host")]
    pub server: Host,
    /// Its port.
    pub port: u16,
    /// How to talk to it.
    pub dialect: DialectChoice,
    /// Whether a lost connection is sought again.
    pub reconnect: bool,
    /// Whether what was written without a connection is sent when it is back.
    pub send_unsent: bool,
    /// Height of the text box while little is in it, in points.
    pub composer_height: u16,
}

impl Default for Kept {
    fn default() -> Self {
        let Target { host: server, port, dialect } = Target::default();
        Self { server, port, dialect, reconnect: true, send_unsent: false, composer_height: 60 }
    }
}

impl Kept {
    /// The server that was last chosen.
    #[must_use]
    pub fn target(&self) -> Target {
        Target { host: self.server.clone(), port: self.port.max(1), dialect: self.dialect }
    }

    /// With another server.
    #[must_use]
    pub fn with_target(self, target: &Target) -> Self {
        Self { server: target.host.clone(), port: target.port, dialect: target.dialect, ..self }
    }

    /// Height of the text box, in points.
    #[must_use]
    pub fn composer_height(&self) -> f32 {
        f32::from(self.composer_height.clamp(*COMPOSER_HEIGHTS.start(), *COMPOSER_HEIGHTS.end()))
    }

    /// The user has given the text box another height.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "points of a window")]
    pub fn set_composer_height(&mut self, height: f32) {
        self.composer_height = height.round() as u16;
    }
}

fn write_host<S: Serializer>(host: &Host, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(host)
}

fn read_host<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Host, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::settings::Store;

    #[test]
    fn the_server_is_found_again_and_a_wrong_one_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("settings.toml"));
        let mut loaded = store.load::<Kept>();
        let target =
            Target { host: "chat.example.org".parse().unwrap(), port: 7, dialect: DialectChoice::Plain };
        loaded.settings.program = loaded.settings.program.with_target(&target);
        loaded.store.save(&loaded.settings).unwrap();
        let path = loaded.store.path().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("server = \"chat.example.org\"") && text.contains("dialect = \"plain\""),
            "{text}"
        );
        assert_eq!(Store::at(path.clone()).load::<Kept>().settings.program.target(), target);
        std::fs::write(&path, "[program]\nserver = \"no host\"\n").unwrap();
        let loaded = Store::at(path).load::<Kept>();
        assert_eq!(loaded.settings.program, Kept::default());
        assert!(loaded.error.is_some());
    }
}
