//! What the window shows, without the window.

use std::time::Duration;

use common::net::BindError;
use common::text::escape_line;
use common::window::{Lamp, Status, Tone};

use crate::engine::{BotRow, LastCall, ServerState, Snapshot};
use crate::lines;
use crate::table::Table;

/// The newest of what the engine said.
#[derive(Debug, Default)]
pub struct Model {
    snapshot: Snapshot,
    table: Table,
}

impl Model {
    /// Takes in the newest tables and counters.
    pub fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.table.set_clients(&snapshot.clients);
        self.snapshot = snapshot;
    }

    /// Whether there is something to stop.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !matches!(self.snapshot.state, ServerState::Stopped | ServerState::Failed(_))
    }

    /// Whether it is being stopped.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.snapshot.state == ServerState::Stopping
    }

    /// The port that could not be listened on, as somebody else holds it.
    #[must_use]
    pub fn taken_port(&self) -> Option<u16> {
        match &self.snapshot.state {
            ServerState::Failed(BindError::PortTaken(addr)) => Some(addr.port()),
            _ => None,
        }
    }

    /// What the server is doing; `is_startable`: the settings can be used.
    #[must_use]
    pub fn status(&self, is_startable: bool) -> Status {
        match &self.snapshot.state {
            ServerState::Stopped if is_startable => Status::new(Lamp::Off, "Stopped, press Start Server"),
            ServerState::Stopped => Status::new(Lamp::Off, "Stopped, the settings need a change"),
            ServerState::Starting => Status::new(Lamp::Waiting, "Looking up the address to listen on"),
            ServerState::Listening { local_addr } => Status::new(Lamp::On, lines::listening(*local_addr)),
            ServerState::Failed(error) => Status::new(Lamp::Failed, format!("Not listening: {error}")),
            ServerState::Stopping => {
                Status::new(Lamp::Waiting, "Stopping, open questions are answered first")
            }
        }
    }

    /// Every bot of the chain: its name, how it does, and what that means.
    pub fn bots(&self) -> impl Iterator<Item = (&str, String, Tone)> {
        self.snapshot.bots.iter().map(|bot| {
            let (words, tone) = bot_words(bot);
            (bot.name.as_str(), words, tone)
        })
    }

    /// The clients.
    pub fn table(&mut self) -> &mut Table {
        &mut self.table
    }

    /// The totals in one line.
    #[must_use]
    pub fn totals(&self) -> String {
        lines::totals(&self.snapshot)
    }
}

/// A person notices nothing shorter.
const AT_ONCE: Duration = Duration::from_millis(100);

fn bot_words(bot: &BotRow) -> (String, Tone) {
    let (words, tone) = call_words(bot.last.as_ref());
    match &bot.notice {
        Some(notice) => (format!("{}; {words}", escape_line(notice)), Tone::Bad),
        None => (words, tone),
    }
}

fn call_words(last: Option<&LastCall>) -> (String, Tone) {
    match last {
        None => ("not asked yet".to_owned(), Tone::Quiet),
        Some(LastCall::Answered { took }) if *took < AT_ONCE => ("answers at once".to_owned(), Tone::Good),
        Some(LastCall::Answered { took }) => {
            (format!("answers in about {:.1} s", took.as_secs_f64()), Tone::Good)
        }
        Some(LastCall::Failed { error, since }) => {
            let error = error.to_string();
            (format!("not answering since {}: {}", since.format("%H:%M:%S"), escape_line(&error)), Tone::Bad)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::BotError;
    use chrono::DateTime;

    fn model(state: ServerState) -> Model {
        let mut model = Model::default();
        model.set_snapshot(Snapshot { state, ..Snapshot::default() });
        model
    }

    #[test]
    fn every_state_is_a_sentence() {
        let local_addr = "0.0.0.0:6666".parse().unwrap();
        for (state, lamp, sentence, is_running) in [
            (ServerState::Stopped, Lamp::Off, "Stopped, press Start Server", false),
            (ServerState::Starting, Lamp::Waiting, "Looking up the address to listen on", true),
            (
                ServerState::Listening { local_addr },
                Lamp::On,
                "Listening on 0.0.0.0:6666, every network of this computer",
                true,
            ),
            (
                ServerState::Failed(BindError::PortTaken(local_addr)),
                Lamp::Failed,
                "Not listening: the port is taken by another program, stop that or use another port: 0.0.0.0:6666",
                false,
            ),
            (ServerState::Stopping, Lamp::Waiting, "Stopping, open questions are answered first", true),
        ] {
            let model = model(state);
            assert_eq!(model.status(true), Status::new(lamp, sentence));
            assert_eq!(model.is_running(), is_running, "{sentence}");
        }
        assert_eq!(model(ServerState::Stopped).status(false).sentence, "Stopped, the settings need a change");
    }

    #[test]
    fn a_bot_says_how_it_does() {
        let since = DateTime::parse_from_rfc3339("2026-11-22T14:02:01+01:00").unwrap();
        let error = BotError::Refused("over\nlimit".into());
        let took = Duration::from_millis(812);
        for (last, words) in [
            (None, "not asked yet"),
            (Some(LastCall::Answered { took }), "answers in about 0.8 s"),
            (Some(LastCall::Answered { took: took / 10 }), "answers at once"),
            (
                Some(LastCall::Failed { error, since }),
                r"not answering since 14:02:01: the service says: over\nlimit",
            ),
        ] {
            assert_eq!(bot_words(&BotRow { name: "Qingyun".into(), notice: None, last }).0, words);
        }
    }
}
