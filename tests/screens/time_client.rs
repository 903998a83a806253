//! The time client.

use std::sync::Arc;

use chrono::TimeDelta;
use common::discovery::Found;
use common::encoding::EncodingChoice;
use common::engine::{Waker, link};
use common::net::BindError;
use common::window::shell::Shell;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use udp_time_client::config::Config;
use udp_time_client::engine::quality::{Moment, Senders};
use udp_time_client::engine::{Link, Snapshot, State};
use udp_time_client::event::{Datagram, Event, Listening};
use udp_time_client::ui::TimeClient;

use crate::stage::{
    Album, DARK, DARK_CHINESE, DARK_HIGH, LIGHT, LIGHT_CHINESE, LOOKS, Look, SMALLEST, open_shell, press,
    time,
};

const SIZE: [f32; 2] = [820.0, 560.0];

/// The engine's side, played by hand.
struct Rig {
    link: Link,
    senders: Senders,
}

fn window(look: Look, size: [f32; 2]) -> (Harness<'static, Shell<TimeClient>>, Rig) {
    let (handle, link) = link(Waker::none(), Snapshot::default());
    let listening = Listening::at("0.0.0.0:6666".parse().unwrap(), true);
    link.snapshot.change(|snapshot| snapshot.state = State::Listening(listening));
    let config = Config { listen: "any".parse().unwrap(), ..Config::default() };
    let harness = open_shell(look, size, config, handle, TimeClient::new);
    (harness, Rig { link, senders: Senders::default() })
}

impl Rig {
    /// A datagram, so many milliseconds after 14:03:00.
    fn hears(&mut self, at_ms: i64, source: &str, payload: &str) {
        let wall = time("14:03:00.000") + TimeDelta::milliseconds(at_ms);
        let (source, payload) = (source.parse().unwrap(), payload.as_bytes().to_vec());
        let moment = Moment { at_us: at_ms * 1000, wall };
        let (sender, mark) = self.senders.note(source, moment, &payload);
        let datagram = Datagram {
            time: wall,
            source,
            payload: payload.into(),
            sender,
            mark,
            encoding: EncodingChoice::Auto,
        };
        self.link.events.send_burst(std::iter::once(Event::Datagram(datagram)));
        let rows = Arc::new(self.senders.rows());
        self.link.snapshot.change(|snapshot| {
            snapshot.counters.received += 1;
            snapshot.counters.shown += 1;
            snapshot.senders = rows;
            snapshot.now_us = at_ms * 1000;
        });
    }

    /// Another second of a sender with numbers, whose clock is a little ahead.
    fn hears_tick(&mut self, seq: i64, ahead_ms: i64) {
        let at_ms = seq * 1000;
        let stamp = time("14:03:00.000") + TimeDelta::milliseconds(at_ms + ahead_ms);
        let stamp = stamp.to_rfc3339_opts(chrono::SecondsFormat::Micros, false);
        let tick = format!(r#"{{"time":"{stamp}","seq":{seq},"sender":"9f3c2a51","interval_ms":1000}}"#);
        self.hears(at_ms + 2, "192.168.1.20:54012", &tick);
    }
}

/// From two senders, one of which is silent.
fn listening(look: Look, size: [f32; 2]) -> (Harness<'static, Shell<TimeClient>>, Rig) {
    let (harness, mut rig) = window(look, size);
    rig.hears(-150_000, "127.0.0.1:39122", "Sun Nov 22 14:00:30 2026");
    for seq in 1..=27 {
        if seq != 20 {
            rig.hears_tick(seq, 4 + seq % 3);
        }
    }
    (harness, rig)
}

#[test]
fn it_listens() {
    let mut album = Album::default();
    for look in LOOKS {
        let (mut harness, _rig) = listening(look, SIZE);
        album.add("time-client-listening", look, &mut harness);
    }
    let (mut harness, _rig) = listening(DARK, SMALLEST);
    album.add("time-client-smallest", DARK, &mut harness);
    let (mut harness, _rig) = listening(LIGHT, [1600.0, 1000.0]);
    album.add("time-client-large", LIGHT, &mut harness);
    // The menu of a silent sender.
    let (mut harness, _rig) = listening(DARK, SIZE);
    harness.run();
    harness.get_by_label("127.0.0.1 (text)").focus();
    harness.run();
    press(&mut harness, &common::tr!("row-menu", name = "127.0.0.1 (text)"));
    album.add("time-client-menu", DARK, &mut harness);
}

/// One time server that is heard, and one that sends to another port.
#[test]
fn time_servers_are_announced() {
    let announced = |name: &str, host: &str, port| Found {
        name: name.to_owned(),
        host: host.parse().unwrap(),
        others: Vec::new(),
        port,
        is_encrypted: false,
        key_half: None,
        wants_pass: false,
    };
    let announced = [
        announced("kitchen", "192.168.1.20", 6666),
        announced("office", "192.168.1.40", 6666),
        announced("workshop (2)", "192.168.1.30", 7000),
    ];
    let mut album = Album::default();
    for (look, size, name) in [(LIGHT, SIZE, "announced"), (DARK_CHINESE, SMALLEST, "announced-smallest")] {
        let (mut harness, rig) = listening(look, size);
        rig.link.snapshot.change(|snapshot| snapshot.announced = Arc::new(announced.clone()));
        album.add(&format!("time-client-{name}"), look, &mut harness);
    }
}

#[test]
fn nothing_is_heard() {
    let (mut harness, _rig) = window(DARK_CHINESE, SIZE);
    Album::default().add("time-client-nothing", DARK_CHINESE, &mut harness);
}

#[test]
fn the_port_is_taken() {
    let mut album = Album::default();
    for look in [LIGHT, DARK_HIGH] {
        let (mut harness, rig) = window(look, SIZE);
        let error = BindError::PortTaken { address: "0.0.0.0:6666".parse().unwrap() };
        rig.link.snapshot.change(|snapshot| snapshot.state = State::Failed { error, free_port: Some(6667) });
        album.add("time-client-port-taken", look, &mut harness);
    }
}

#[test]
fn a_senders_quality_is_plotted() {
    let (mut harness, mut rig) = window(LIGHT_CHINESE, [820.0, 700.0]);
    for seq in 1..=590 {
        if seq % 97 != 0 {
            // It swings, with some jitter.
            rig.hears_tick(seq, 10 + (seq % 240 - 120).abs() / 2 + seq * 7 % 5);
        }
    }
    harness.run();
    press(&mut harness, "192.168.1.20");
    Album::default().add("time-client-quality", LIGHT_CHINESE, &mut harness);
}

#[test]
fn a_plot_claims_no_more_than_is_known() {
    let mut album = Album::default();
    let (mut harness, mut rig) = window(LIGHT, SIZE);
    for second in 1..=300 {
        // It wanders through the second, as the original demo does.
        let at_ms = second * 1011;
        let text =
            (time("14:03:00.000") + TimeDelta::milliseconds(at_ms + 250)).format("%a %b %-d %H:%M:%S %Y");
        rig.hears(at_ms, "192.168.1.7:6661", &text.to_string());
    }
    harness.run();
    press(&mut harness, "192.168.1.7 (text)");
    album.add("time-client-coarse", LIGHT, &mut harness);

    let (mut harness, mut rig) = window(DARK, SIZE);
    for seq in 1..=500 {
        if seq == 200 {
            rig.senders.pause();
        }
        if seq == 290 {
            rig.senders.resume(290_000, EncodingChoice::Auto);
        }
        if !(200..290).contains(&seq) && seq % 97 != 0 {
            // Now and then one is late.
            rig.hears_tick(seq, if seq % 23 == 0 { -70 } else { 3 + seq * 7 % 5 });
        }
    }
    harness.run();
    press(&mut harness, "192.168.1.20");
    album.add("time-client-spikes", DARK, &mut harness);
}
