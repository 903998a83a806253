//! What the window shows, without the window.

use std::net::IpAddr;

use chrono::{DateTime, FixedOffset};
use common::discovery;
use common::net::{Interface, InterfaceKind};
use common::status::{Lamp, Status};
use common::text::escape_line;
use common::texts::{phrase, sentence};
use common::tr;

use crate::config::Config;
use crate::destinations::Row;
use crate::engine::{Destination, Snapshot, Target};
use crate::event::{Event, Tick};
use crate::form::Readiness;
use crate::names;

/// What the engine said so far.
#[derive(Debug, Default)]
pub(crate) struct Model {
    snapshot: Snapshot,
    /// The settings in use, while sending.
    active: Option<Config>,
    /// The newest tick since the start.
    last_tick: Option<Tick>,
}

/// The clock on the window: the newest tick, or what would be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClockFace {
    /// `14:03:27`
    pub time: String,
    /// `Sunday 22 November 2026 · UTC+01:00`
    pub date: String,
    /// The payload, as one line.
    pub payload: String,
    /// Whether it was sent.
    pub is_live: bool,
}

impl ClockFace {
    pub(crate) fn new(time: DateTime<FixedOffset>, payload: String, is_live: bool) -> Self {
        Self { time: time.format("%H:%M:%S").to_string(), date: names::date(time), payload, is_live }
    }
}

/// How it goes with one row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowState {
    /// Its lamp.
    pub lamp: Lamp,
    /// Its address, what is wrong with it, or why it is off.
    pub detail: String,
    /// Whether the detail is what is wrong.
    pub is_failing: bool,
    /// `128 sent`, where anything was.
    pub count: String,
}

/// An address of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnAddress {
    /// The address.
    pub ip: IpAddr,
    /// `eth0, wired`
    pub interface: String,
}

impl Model {
    /// Takes in an event.
    pub(crate) fn apply(&mut self, event: Event) {
        match event {
            Event::Started(settings) => (self.active, self.last_tick) = (Some(settings), None),
            Event::Stopped => (self.active, self.last_tick) = (None, None),
            Event::Tick(tick) => self.last_tick = Some(tick),
            // The snapshot has it.
            Event::Error { .. }
            | Event::Recovered { .. }
            | Event::Announced { .. }
            | Event::NotAnnounced { .. } => (),
        }
    }

    /// Takes in the newest figures.
    pub(crate) fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.snapshot = snapshot;
    }

    /// Whether ticks are being sent.
    pub(crate) fn is_sending(&self) -> bool {
        self.snapshot.is_sending
    }

    /// How many were, and how late the newest one left.
    pub(crate) fn totals(&self) -> String {
        let ticks = tr!("udp-time-server-ticks", count = self.snapshot.seq);
        match &self.last_tick {
            Some(tick) if self.is_sending() => {
                let tenths = tick.late_us / 100;
                let late = format!("{}.{}", tenths / 10, tenths % 10);
                tr!("udp-time-server-ticks-late", ticks = ticks, late = late)
            }
            _ => ticks,
        }
    }

    /// The interfaces of the moment.
    pub(crate) fn interfaces(&self) -> &[Interface] {
        &self.snapshot.interfaces
    }

    /// The time of the newest tick, while sending.
    pub(crate) fn clock_face(&self) -> Option<ClockFace> {
        let tick = self.last_tick.as_ref().filter(|_| self.is_sending())?;
        Some(ClockFace::new(tick.time, escape_line(&tick.text).into_owned(), true))
    }

    /// The state in one sentence.
    pub(crate) fn status(&self, readiness: Readiness) -> Status {
        if !self.is_sending() {
            let sentence = match readiness {
                Readiness::Ready => tr!("udp-time-server-stopped"),
                Readiness::Faulty => tr!("udp-time-server-stopped-faulty"),
                Readiness::Nobody => tr!("udp-time-server-stopped-nobody"),
            };
            return Status::new(Lamp::Off, sentence);
        }
        let every = names::every(self.active.as_ref().map(|settings| settings.interval).unwrap_or_default());
        let destinations = &self.snapshot.destinations;
        let on: Vec<&Destination> = destinations.iter().filter(|destination| destination.is_on).collect();
        let failing = on.iter().filter(|destination| destination.last_error.is_some()).count();
        let count = on.len();
        let (lamp, sentence) = match (on.as_slice(), failing) {
            ([], _) => (Lamp::Waiting, tr!("udp-time-server-sending-nobody").to_owned()),
            ([one], 0) => {
                (Lamp::On, tr!("udp-time-server-sending", every = every, name = names::name(&one.target)))
            }
            (_, 0) => (Lamp::On, tr!("udp-time-server-sending-several", every = every, count = count)),
            ([one], _) => (Lamp::Failed, tr!("udp-time-server-failing", name = names::name(&one.target))),
            (_, failing) => (
                Lamp::Failed,
                tr!("udp-time-server-failing-some", every = every, failing = failing, count = count),
            ),
        };
        Status::new(lamp, sentence)
    }

    /// The figures of a destination.
    fn destination(&self, at: usize, target: &Target) -> Option<&Destination> {
        let all = &self.snapshot.destinations;
        // The engine's list is often the window's.
        let same = all.get(at).filter(|one| *one.target == *target);
        same.or_else(|| all.iter().find(|one| *one.target == *target))
    }

    /// How it goes with the row `at` of the list.
    pub(crate) fn row_state(&self, at: usize, row: &Row) -> RowState {
        let known = self.destination(at, &row.target);
        let sent = known.map_or(0, |known| known.sent);
        let count = if sent > 0 { tr!("udp-time-server-sent", count = sent) } else { String::new() };
        let expected = || names::expected_address(&row.target, self.interfaces());
        if !row.is_on {
            let detail = names::foreign(row.kind).unwrap_or_else(expected);
            return RowState { lamp: Lamp::Off, detail, is_failing: false, count };
        }
        let addresses = known.map(|known| &known.addresses[..]).unwrap_or_default();
        let address = match addresses {
            [] => expected(),
            [one] => one.to_string(),
            [one, ..] if addresses.iter().all(|address| address.ip().is_loopback()) => one.to_string(),
            [one, rest @ ..] => tr!(
                "udp-time-server-more-addresses",
                address = one.to_string(),
                count = rest.len().to_string()
            ),
        };
        if let Some(fault) = known.and_then(|known| known.last_error.as_ref()).filter(|_| self.is_sending()) {
            return RowState { lamp: Lamp::Failed, detail: sentence(fault), is_failing: true, count };
        }
        let lamp = match (self.is_sending(), sent) {
            (false, _) => Lamp::Off,
            (true, 0) => Lamp::Waiting,
            (true, _) => Lamp::On,
        };
        RowState { lamp, detail: address, is_failing: false, count }
    }

    /// The name that time clients find this server by, or why they cannot, in a sentence.
    pub(crate) fn announced(&self) -> Option<String> {
        self.snapshot.announced.as_ref().map(discovery::announced)
    }

    /// The addresses that others can reach this computer by, those of real networks first.
    pub(crate) fn own_addresses(&self) -> Vec<OwnAddress> {
        let is_useful = |ip: IpAddr| match ip {
            IpAddr::V4(ip) => !ip.is_link_local(),
            // A link-local address means something else on every computer that types it.
            IpAddr::V6(ip) => !ip.is_unicast_link_local(),
        };
        let is_reachable = |one: &&Interface| one.is_up && one.kind != InterfaceKind::Loopback;
        let mut interfaces: Vec<&Interface> = self.interfaces().iter().filter(is_reachable).collect();
        interfaces.sort_by_key(|one| (!one.kind.is_lan(), one.index));
        let addresses = interfaces.iter().flat_map(|one| {
            let interface =
                tr!("udp-time-server-own-interface", interface = one.name.as_str(), kind = phrase(&one.kind));
            let useful = one.addresses.iter().filter(move |address| is_useful(address.ip));
            useful.map(move |address| OwnAddress { ip: address.ip, interface: interface.clone() })
        });
        addresses.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::destinations::Destinations;
    use crate::engine::Fault;
    use std::sync::Arc;

    fn destination(typed: &str, last_error: Option<Fault>) -> Destination {
        let target: Target = typed.parse().unwrap();
        Destination { target: Arc::new(target), is_on: true, addresses: Arc::default(), sent: 3, last_error }
    }

    fn sending(interval: &str, destinations: Vec<Destination>) -> Model {
        let mut model = Model::default();
        let interval = interval.parse().unwrap();
        model.apply(Event::Started(Config { interval, ..Config::default() }));
        model.set_snapshot(Snapshot { is_sending: true, seq: 1, destinations, ..Snapshot::default() });
        model
    }

    #[test]
    fn the_status_is_one_sentence() {
        let here = || destination("localhost", None);
        let failing = || destination("a.b", Some(Fault::QueueFull));
        let off = || Destination { is_on: false, ..failing() };
        for (interval, destinations, lamp, sentence) in [
            ("1", vec![here(), off()], Lamp::On, "Sending every second to this computer"),
            ("0.25", vec![destination("10.0.0.7", None)], Lamp::On, "Sending every 250 ms to 10.0.0.7"),
            ("1h", vec![here(), here()], Lamp::On, "Sending every hour to 2 destinations"),
            ("1", vec![failing()], Lamp::Failed, "Sending to a.b fails, still trying"),
            ("1", vec![here(), failing()], Lamp::Failed, "Sending every second, 1 of 2 destinations fails"),
            ("1", vec![off()], Lamp::Waiting, "Sending to nobody, switch a destination on"),
        ] {
            let status = sending(interval, destinations).status(Readiness::Ready);
            assert_eq!((status.lamp, status.sentence.as_str()), (lamp, sentence));
        }
        for (readiness, sentence) in [
            (Readiness::Ready, "Stopped, press Start Server"),
            (Readiness::Faulty, "Stopped, correct the settings to start"),
            (Readiness::Nobody, "Stopped, switch a destination on to start"),
        ] {
            assert_eq!(Model::default().status(readiness).sentence, sentence);
        }
    }

    #[test]
    fn each_row_has_its_lamp_and_its_words() {
        let mut a_b = destination("a.b", None);
        a_b.addresses = Arc::new(["10.0.0.7:6666".parse().unwrap(), "10.0.0.8:6666".parse().unwrap()]);
        let model =
            sending("1", vec![destination("localhost", None), destination("c.d", Some(Fault::NoLan)), a_b]);
        let entry = |typed: &str| typed.parse::<Target>().unwrap().into();
        let mut list = Destinations::new(&[entry("localhost"), entry("a.b"), entry("c.d"), entry("e.f")]);
        let states = |list: &Destinations, model: &Model| -> Vec<(Lamp, String, String)> {
            let rows = list.rows().iter().enumerate();
            let states = rows.map(|(at, row)| model.row_state(at, row));
            states.map(|state| (state.lamp, state.detail, state.count)).collect()
        };
        let three = || "3 sent".to_owned();
        let none = String::new;
        let no_lan = sentence(&Fault::NoLan);
        list.switch(4, true);
        list.switch(4, false);
        assert_eq!(
            states(&list, &model),
            [
                (Lamp::On, "127.0.0.1".to_owned(), three()),
                (Lamp::On, "10.0.0.7:6666 and 1 more".to_owned(), three()),
                (Lamp::Failed, no_lan, three()),
                (Lamp::Waiting, none(), none()),
                (Lamp::Off, "255.255.255.255".to_owned(), none()),
            ]
        );
        assert!(states(&list, &Model::default()).iter().all(|(lamp, _, _)| *lamp == Lamp::Off));
    }

    #[test]
    fn the_clock_shows_the_newest_tick_while_it_sends() {
        let mut model = sending("1", Vec::new());
        assert_eq!(model.clock_face(), None);
        model.apply(Event::Tick(Tick {
            text: "Sun Nov 22 14:03:27 2026".to_owned(),
            seq: 1,
            time: chrono::DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap(),
            late_us: 1000,
            destinations: Vec::new(),
        }));
        let face = model.clock_face().unwrap();
        assert_eq!((face.time.as_str(), face.payload.as_str()), ("14:03:27", "Sun Nov 22 14:03:27 2026"));
        assert_eq!(face.date, "Sunday 22 November 2026 · UTC+01:00");
        model.set_snapshot(Snapshot { is_sending: true, seq: 1713, ..Snapshot::default() });
        assert_eq!(model.totals(), "1,713 ticks · latest 1.0 ms late");
        model.set_snapshot(Snapshot { seq: 1, ..Snapshot::default() });
        assert_eq!(model.totals(), "1 tick", "it is late no more");
        assert_eq!(model.clock_face(), None, "the engine has failed, and says nothing any more");
        model.set_snapshot(Snapshot { is_sending: true, ..Snapshot::default() });
        model.apply(Event::Stopped);
        assert_eq!(model.clock_face(), None, "it looks live");
    }
}
