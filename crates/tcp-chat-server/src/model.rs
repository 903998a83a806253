//! What the window shows, without the window.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Instant;

use chrono::NaiveDate;
use common::chat::Invitation;
use common::discovery;
use common::net::{BindError, Reach};
use common::secret::Hidden;
use common::status::{Lamp, Status, Tone};
use common::texts::sentence;
use common::tr;

use crate::engine::{AccessState, BotTest, Event, ServerState, Snapshot, StartError, TestOutcome};
use crate::names;
use crate::table::Table;

#[derive(Debug, Default)]
pub(crate) struct Model {
    snapshot: Snapshot,
    table: Table,
    today: Option<NaiveDate>,
    /// What the user has to know while the server runs.
    few_descriptors: Option<Event>,
    accept_failed: Option<Event>,
}

impl Model {
    /// Takes the newest snapshot.
    pub(crate) fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.table.set_clients(&snapshot.clients);
        self.snapshot = snapshot;
    }

    /// Takes the date.
    pub(crate) fn set_today(&mut self, today: NaiveDate) {
        self.today = Some(today);
        self.table.set_today(today);
    }

    /// What the engine published last.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Remembers what stays true after its event.
    pub(crate) fn note(&mut self, event: &Event) {
        match event {
            Event::FewDescriptors { .. } => self.few_descriptors = Some(event.clone()),
            Event::AcceptFailed { .. } => self.accept_failed = Some(event.clone()),
            Event::Connected(_) | Event::Refused { .. } => self.accept_failed = None,
            Event::Listening { .. } | Event::ListenFailed { .. } | Event::Stopped => {
                (self.few_descriptors, self.accept_failed) = (None, None);
            }
            _ => (),
        }
    }

    /// What is wrong although the server runs, and what that means.
    pub(crate) fn notices(&self) -> impl Iterator<Item = (String, Tone)> {
        let accept_failed = self.accept_failed.iter().map(|event| (sentence(event), Tone::Bad));
        let few = self.few_descriptors.iter().map(|event| (sentence(event), Tone::Waiting));
        accept_failed.chain(few)
    }

    /// Whether there is something to stop.
    pub(crate) fn is_running(&self) -> bool {
        !matches!(self.snapshot.state, ServerState::Stopped | ServerState::Failed(_))
    }

    /// Whether it is being stopped.
    pub(crate) fn is_stopping(&self) -> bool {
        self.snapshot.state == ServerState::Stopping
    }

    /// Where clients connect to.
    pub(crate) fn client_address(&self) -> Option<SocketAddr> {
        match self.snapshot.state {
            ServerState::Listening { .. } => self.snapshot.client_addr,
            _ => None,
        }
    }

    /// The address that a client on this computer connects to. Where the server listens on every address it is one that nobody is
    /// kept out at, nor needs encryption for a pass phrase.
    pub(crate) fn own_address(&self) -> Option<SocketAddr> {
        let ServerState::Listening { local_addr } = self.snapshot.state else { return None };
        let own: IpAddr = match local_addr.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            _ => return Some(local_addr),
        };
        Some(SocketAddr::new(own, local_addr.port()))
    }

    /// The name that clients find the server by, or why they cannot, in a sentence.
    pub(crate) fn announced(&self) -> Option<String> {
        self.snapshot.announced.as_ref().filter(|_| self.is_running()).map(discovery::announced)
    }

    /// All that a client needs to know.
    pub(crate) fn invitation(&self, address: SocketAddr) -> Invitation {
        let addresses = [address].into_iter().chain(self.snapshot.other_addrs.iter().copied());
        let AccessState { key, pass, .. } = &self.snapshot.access;
        Invitation {
            addresses: addresses.map(|address| address.to_string()).collect(),
            key: *key,
            pass: pass.as_ref().map(|pass| Hidden(pass.reveal().to_owned())),
        }
    }

    /// The port that could not be listened on, as somebody else holds it.
    pub(crate) fn taken_port(&self) -> Option<u16> {
        match &self.snapshot.state {
            ServerState::Failed(StartError::Bind(BindError::PortTaken { address: addr })) => {
                Some(addr.port())
            }
            _ => None,
        }
    }

    /// What the server is doing; `is_startable`: the settings can be used; `is_changed`: they are not those that it failed with.
    pub(crate) fn status(&self, is_startable: bool, is_changed: bool) -> Status {
        let state = match &self.snapshot.state {
            ServerState::Failed(_) if is_changed => &ServerState::Stopped,
            state => state,
        };
        match state {
            ServerState::Stopped if is_startable => Status::new(Lamp::Off, tr!("tcp-chat-server-stopped")),
            ServerState::Stopped => Status::new(Lamp::Off, tr!("tcp-chat-server-stopped-faulty")),
            ServerState::Starting => Status::new(Lamp::Waiting, tr!("tcp-chat-server-starting")),
            ServerState::Waiting(reason) => Status::new(Lamp::Waiting, sentence(reason)),
            // That address stands for all; the one that clients use stands below.
            ServerState::Listening { local_addr } if local_addr.ip().is_unspecified() => {
                Status::new(Lamp::On, tr!("tcp-chat-server-listening"))
            }
            ServerState::Listening { local_addr } => Status::new(
                Lamp::On,
                sentence(&Event::Listening { address: *local_addr, reach: Reach::of(local_addr.ip()) }),
            ),
            ServerState::Failed(error) => Status::new(Lamp::Failed, sentence(error)),
            ServerState::Stopping => Status::new(Lamp::Waiting, tr!("tcp-chat-server-stopping")),
        }
    }

    /// Every bot of the chain: its name, how it does, and what that means.
    pub(crate) fn bots(&self) -> impl Iterator<Item = (&str, String, Tone)> {
        let now = Instant::now();
        self.snapshot.bots.iter().map(move |bot| {
            let (words, tone) = names::bot_words(bot, now, self.today);
            (bot.name.as_str(), words, tone)
        })
    }

    /// Whether a bot is left alone, or tested: the words about it count seconds.
    pub(crate) fn counts_seconds(&self) -> bool {
        let is_tested = |test: &BotTest| matches!(test.outcome, TestOutcome::Asking { .. });
        self.snapshot.bot_tests.values().any(is_tested)
            || self.snapshot.bots.iter().any(|bot| bot.again_at.is_some_and(|at| at > Instant::now()))
    }

    /// The clients.
    pub(crate) fn table(&mut self) -> &mut Table {
        &mut self.table
    }

    /// The counters that matter most, in one line.
    pub(crate) fn counters(&self) -> String {
        let totals = &self.snapshot.totals;
        tr!(
            "tcp-chat-server-counters",
            clients = self.table.len(),
            asked = totals.asked.to_string(),
            answered = totals.answered.to_string()
        )
    }

    /// All counters, in one line.
    pub(crate) fn totals(&self) -> String {
        names::totals(&self.snapshot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Client, ClientId};

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
                ServerState::Waiting(BindError::NoInterface { interface: "eth9".to_owned() }),
                Lamp::Waiting,
                "Waiting for eth9: this computer has no interface of that name yet",
                true,
            ),
            (ServerState::Listening { local_addr }, Lamp::On, "Listening on every network", true),
            (
                ServerState::Failed(StartError::Bind(BindError::PortTaken { address: local_addr })),
                Lamp::Failed,
                "Port 6666 of 0.0.0.0 is in use by another program, stop that one or use another port",
                false,
            ),
            (ServerState::Stopping, Lamp::Waiting, "Stopping, answering the last questions", true),
        ] {
            let model = model(state);
            assert_eq!(model.status(true, false), Status::new(lamp, sentence));
            assert_eq!(model.is_running(), is_running, "{sentence}");
        }
        assert_eq!(
            model(ServerState::Stopped).status(false, false).sentence,
            "Stopped, correct the settings to start"
        );
    }

    #[test]
    fn what_stays_true_is_said_until_it_is_not() {
        let mut model = Model::default();
        let few = Event::FewDescriptors { needed: 1100, allowed: 100 };
        let failed = Event::AcceptFailed { message: "no descriptors".into() };
        let client = Client { id: ClientId(1), addr: "127.0.0.1:1".parse().unwrap() };
        let said = |model: &Model| model.notices().map(|(words, _)| words).collect::<Vec<_>>();
        for event in [&few, &failed] {
            model.note(event);
        }
        assert_eq!(said(&model), [sentence(&failed), sentence(&few)]);
        model.note(&Event::Connected(client));
        assert_eq!(said(&model), [sentence(&few)]);
        model.note(&Event::Stopped);
        assert_eq!(said(&model), <[String; 0]>::default());
    }
}
