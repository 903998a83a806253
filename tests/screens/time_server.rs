//! The time server.

use std::sync::Arc;

use common::engine::{Waker, link};
use common::net::{ConnectError, Interface, InterfaceAddress, InterfaceKind};
use common::window::shell::Shell;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use udp_time_server::config::Config;
use udp_time_server::engine::{Destination, Entry, Fault, Link, Snapshot, Target};
use udp_time_server::event::{Event, Tick};
use udp_time_server::ui::TimeServer;

use crate::stage::{
    Album, DARK, DARK_CHINESE, LIGHT, LIGHT_CHINESE, LOOKS, Look, SMALLEST, open_shell, time,
};

const SIZE: [f32; 2] = [460.0, 520.0];

fn window(look: Look, size: [f32; 2], config: &Config) -> (Harness<'static, Shell<TimeServer>>, Link) {
    let (handle, link) = link(Waker::none(), Snapshot::default());
    let wired = Interface {
        name: "eth0".to_owned(),
        index: 2,
        kind: InterfaceKind::Wired,
        is_up: true,
        is_multicast: true,
        addresses: vec![InterfaceAddress {
            ip: "192.168.1.5".parse().unwrap(),
            prefix: 24,
            broadcast: "192.168.1.255".parse().ok(),
        }],
    };
    link.snapshot.change(|snapshot| snapshot.interfaces = Arc::new([wired]));
    let harness = open_shell(look, size, config.clone(), handle, TimeServer::new);
    (harness, link)
}

fn config(to: &[&str]) -> Config {
    let destinations = to.iter().map(|to| Entry::from(to.parse::<Target>().unwrap())).collect();
    Config { destinations, ..Config::default() }
}

/// To three destinations, one of which fails.
fn sending(look: Look, size: [f32; 2]) -> (Harness<'static, Shell<TimeServer>>, Link) {
    let config = config(&["127.0.0.1", "192.168.1.20", "clock.example.org"]);
    let (harness, link) = window(look, size, &config);
    link.events.send(Event::Started(config));
    link.events.send(Event::Tick(Tick {
        text: "Sun Nov 22 14:03:27 2026".to_owned(),
        seq: 128,
        time: time("14:03:27.001"),
        late_us: 1000,
        destinations: Vec::new(),
    }));
    let destination = |target: &str, address: &str, sent, last_error| Destination {
        target: Arc::new(target.parse().unwrap()),
        is_on: true,
        addresses: address.parse().into_iter().collect(),
        sent,
        last_error,
    };
    link.snapshot.change(|snapshot| {
        snapshot.is_sending = true;
        snapshot.announced = Some(Ok("kitchen".to_owned()));
        snapshot.seq = 128;
        snapshot.destinations = vec![
            destination("127.0.0.1", "127.0.0.1:6666", 128, None),
            destination(
                "192.168.1.20",
                "192.168.1.20:6666",
                61,
                Some(Fault::Refused(ConnectError::NoNetwork)),
            ),
            destination("clock.example.org", "203.0.113.9:6666", 127, None),
        ];
    });
    (harness, link)
}

#[test]
fn it_sends() {
    let mut album = Album::default();
    for look in LOOKS {
        let (mut harness, _link) = sending(look, SIZE);
        album.add("time-server-sending", look, &mut harness);
    }
    let (mut harness, _link) = sending(DARK_CHINESE, SMALLEST);
    album.add("time-server-smallest", DARK_CHINESE, &mut harness);
    let (mut harness, _link) = sending(LIGHT, [1600.0, 1000.0]);
    album.add("time-server-large", LIGHT, &mut harness);
    // A destination is being added, and another one has its menu open.
    let (mut harness, _link) = sending(DARK, SIZE);
    crate::stage::press(&mut harness, common::tr!("udp-time-server-add"));
    crate::stage::retype(&mut harness, common::tr!("udp-time-server-to"), "a b c");
    album.add("time-server-adding", DARK, &mut harness);
    let (mut harness, _link) = sending(LIGHT, SIZE);
    harness.get_by_label("192.168.1.20").focus();
    harness.run();
    crate::stage::press(&mut harness, &common::tr!("row-menu", name = "192.168.1.20"));
    album.add("time-server-menu", LIGHT, &mut harness);
}

#[test]
fn it_is_stopped() {
    let mut album = Album::default();
    let (mut harness, _link) = window(LIGHT_CHINESE, SIZE, &Config::default());
    album.add("time-server-stopped", LIGHT_CHINESE, &mut harness);
    // As high as everything in it.
    let config =
        Config { destinations: config(&["127.0.0.1", "239.255.66.66"]).destinations, ..Config::default() };
    let (mut harness, _link) = window(DARK, [460.0, 700.0], &config);
    album.add("time-server-tall", DARK, &mut harness);
}

#[test]
fn it_refuses_a_pattern() {
    let mut album = Album::default();
    let config = Config { format: "custom:%H:%M".parse().unwrap(), ..Config::default() };
    let (mut harness, _link) = window(LIGHT, SIZE, &config);
    crate::stage::retype(&mut harness, common::tr!("udp-time-server-pattern"), "%Q o'clock");
    album.add("time-server-pattern", LIGHT, &mut harness);
}
