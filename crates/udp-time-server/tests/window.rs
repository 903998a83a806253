//! The window against a link that is fed by hand.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use chrono::DateTime;
use common::engine::{Waker, link};
use common::window::apply_theme;
use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use udp_time_server::app::App;
use udp_time_server::engine::{Command, Destination, Event, Link, Settings, Snapshot, Tick};

fn window(size: [f32; 2]) -> (Harness<'static, App>, Link) {
    let (handle, link) = link(Waker::none(), Snapshot::default());
    let mut harness = Harness::builder()
        .with_size(size)
        .with_context_setup(apply_theme)
        .build_eframe(|_| App::new(handle, &Settings::default()));
    harness.run();
    (harness, link)
}

fn feed_tick(link: &Link, last_error: Option<&str>) {
    link.events.send(Event::Started(Settings::default()));
    link.events.send(Event::Tick(Tick {
        text: "Sun Nov 22 14:03:27 2026".to_owned(),
        seq: 128,
        time: DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap(),
        deliveries: Vec::new(),
    }));
    link.snapshot.set(Snapshot {
        is_sending: true,
        seq: 128,
        destinations: vec![Destination {
            host: "127.0.0.1".parse().unwrap(),
            address: Some("127.0.0.1:6666".parse().unwrap()),
            sent: 128,
            last_error: last_error.map(str::to_owned),
        }],
    });
}

/// Every state fits the first size of the window and the smallest one.
const SIZES: [[f32; 2]; 2] = [[420.0, 380.0], [320.0, 240.0]];

#[test]
fn it_starts_stops_and_freezes_the_clock() {
    for size in SIZES {
        let (mut harness, mut link) = window(size);
        harness.get_by_label("Stopped, press Start Server");
        harness.get_by_label("--:--:--");
        harness.get_by_label("Start Server").click();
        harness.run();
        assert_eq!(link.commands.try_recv(), Ok(Command::Start(Settings::default())));

        feed_tick(&link, None);
        harness.run();
        harness.get_by_label("Sending every second to this computer");
        harness.get_by_label("14:03:27");
        harness.get_by_label("Sunday 22 November 2026, UTC+01:00");
        harness.get_by_label("sent as  Sun Nov 22 14:03:27 2026");
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let stop = harness.get_by_label("Stop Server");
        assert!(screen.contains_rect(stop.rect()), "the button left the window");
        stop.click();
        harness.run();
        assert_eq!(link.commands.try_recv(), Ok(Command::Stop));

        link.events.send(Event::Stopped);
        link.snapshot.change(|snapshot| snapshot.is_sending = false);
        harness.run();
        harness.get_by_label("Stopped, press Start Server");
        harness.get_by_label("14:03:27");
        harness.get_by_label("128 sent");
    }
}

#[test]
fn a_failing_destination_says_why() {
    let (mut harness, link) = window(SIZES[0]);
    feed_tick(&link, Some("no network leads there"));
    harness.run();
    harness.get_by_label("Nothing leaves for this computer, trying on");
    harness.get_by_label("this computer: no network leads there");
}

#[test]
fn what_is_typed_is_checked_and_used() {
    let (mut harness, mut link) = window(SIZES[0]);
    let type_into = |harness: &mut Harness<'_, App>, label: &str, text: &str| {
        let field = harness.get_by_role_and_label(egui::accesskit::Role::TextInput, label);
        field.focus();
        harness.run();
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.get_by_role_and_label(egui::accesskit::Role::TextInput, label).type_text(text);
        harness.run();
    };
    type_into(&mut harness, "Every", "10 ms");
    harness.get_by_label_contains("from 50 ms to 1 h");
    let start = harness.get_by_label("Start Server");
    assert!(start.accesskit_node().is_disabled(), "can be started with a wrong interval");
    type_into(&mut harness, "Every", "250 ms");
    type_into(&mut harness, "To", "1.2.3");
    harness.get_by_label_contains("neither an address nor a host name");
    type_into(&mut harness, "To", "10.0.0.7 localhost");

    harness.get_by_role_and_label(egui::accesskit::Role::ComboBox, "Format").click();
    harness.run();
    harness.get_by_label("Custom").click();
    harness.run();
    type_into(&mut harness, "Pattern", "%Q");
    harness.get_by_label_contains("strftime does not know");
    type_into(&mut harness, "Pattern", "%H:%M");
    harness.get_by_label("Start Server").click();
    harness.run();
    let Ok(Command::Start(settings)) = link.commands.try_recv() else { panic!("not started") };
    assert_eq!(settings.interval.millis(), 250);
    assert_eq!(settings.to, ["10.0.0.7".parse().unwrap(), "127.0.0.1".parse().unwrap()]);
    assert_eq!(settings.format.to_string(), "custom:%H:%M");
}

#[test]
fn settings_rest_while_sending() {
    let (mut harness, link) = window(SIZES[0]);
    feed_tick(&link, None);
    harness.run();
    let every = harness.get_by_role_and_label(egui::accesskit::Role::TextInput, "Every");
    assert!(every.accesskit_node().is_disabled());
}

#[test]
fn the_keyboard_reaches_the_button_and_a_full_queue_is_said() {
    let (mut harness, mut link) = window(SIZES[0]);
    harness.get_by_label("Start Server").focus();
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert!(matches!(link.commands.try_recv(), Ok(Command::Start(_))));
    drop(link);
    harness.key_press(egui::Key::Enter);
    harness.run();
    harness.get_by_label_contains("busy, press again");
}
