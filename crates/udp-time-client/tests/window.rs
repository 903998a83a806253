//! The window against a link that is fed by hand.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::sync::Arc;

use chrono::DateTime;
use common::engine::{Waker, link};
use common::net::BindError;
use common::time::recognise;
use common::window::apply_theme;
use eframe::egui::{self, accesskit::Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use udp_time_client::app::App;
use udp_time_client::engine::quality::{Heard, Senders, Told};
use udp_time_client::engine::{
    Backlog, Command, Event, Link, Listening, Received, Settings, Snapshot, State,
};

/// The first size of the window and the smallest one.
const SIZES: [[f32; 2]; 2] = [[760.0, 480.0], [320.0, 240.0]];

/// The engine's side, played by hand.
struct Rig {
    link: Link,
    backlog: Arc<Backlog>,
    senders: Senders,
}

impl std::ops::Deref for Rig {
    type Target = Link;

    fn deref(&self) -> &Link {
        &self.link
    }
}

impl std::ops::DerefMut for Rig {
    fn deref_mut(&mut self) -> &mut Link {
        &mut self.link
    }
}

fn window(size: [f32; 2], settings: &Settings) -> (Harness<'static, App>, Rig) {
    let (handle, mut link) = link(Waker::none(), Snapshot::default());
    let backlog = Arc::new(Backlog::default());
    let shared = Arc::clone(&backlog);
    let wanted = settings.clone();
    let mut harness = Harness::builder()
        .with_size(size)
        .with_context_setup(apply_theme)
        .build_eframe(|_| App::new(handle, shared, wanted));
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(settings.clone())), "it listens at once");
    (harness, Rig { link, backlog, senders: Senders::default() })
}

fn set_state(harness: &mut Harness<'_, App>, link: &mut Rig, state: State) {
    link.snapshot.change(|snapshot| snapshot.state = state);
    harness.run();
}

fn listening(address: &str, is_exclusive: bool) -> State {
    State::Listening(Listening::at(address.parse().unwrap(), is_exclusive))
}

fn feed(harness: &mut Harness<'_, App>, rig: &mut Rig, payload: &[u8]) {
    let time = DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap();
    let source = "127.0.0.1:54012".parse().unwrap();
    let told = Told::of(recognise(payload), payload);
    let (sender, mark) = rig.senders.note(&Heard { at_us: 1000, wall: time, source, told }, payload);
    let payload = payload.to_vec().into();
    rig.backlog.push(std::iter::once(Received { time, source, payload, sender, mark }));
    let rows = Arc::new(rig.senders.rows());
    rig.link.snapshot.change(|snapshot| {
        snapshot.received += 1;
        snapshot.senders = rows;
    });
    rig.link.events.send(Event::Waiting);
    harness.run();
}

#[test]
fn every_datagram_is_a_row_of_plain_text() {
    for size in SIZES {
        let (mut harness, mut link) = window(size, &Settings::default());
        set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
        harness.get_by_label("Listening on 127.0.0.1:6666, this computer only");
        for (payload, shown) in [
            (&b"Sun Nov 22 14:03:27 2026"[..], "Sun Nov 22 14:03:27 2026"),
            (b"<b>\xFF\n", r"<b>\xFF\n"),
            (b"", "(empty datagram)"),
        ] {
            feed(&mut harness, &mut link, payload);
            harness.get_by_label(&format!("14:03:27.001  Host: 127.0.0.1  Port: 54012  Date time: {shown}"));
            harness.get_by_label(shown);
        }
        harness.get_by_label("Received 3   Shown 3   Second copies 0   Not shown 0   Lost by the system 0");
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        assert!(screen.contains_rect(harness.get_by_label("Stop").rect()), "the button left the window");
    }
}

#[test]
fn stop_and_start() {
    let (mut harness, mut link) = window(SIZES[0], &Settings::default());
    set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
    harness.get_by_label("Stop").click();
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Stop));
    set_state(&mut harness, &mut link, State::Off);
    harness.get_by_label("Stopped, press Start");
    harness.get_by_label("Start").focus();
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(Settings::default())));
}

#[test]
fn what_is_wrong_is_said_in_words() {
    for size in SIZES {
        let (mut harness, mut link) = window(size, &Settings::default());
        set_state(&mut harness, &mut link, listening("127.0.0.1:6666", false));
        harness.get_by_label_contains("Another program holds 127.0.0.1:6666");
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let list = harness.get_by_label("Datagrams").rect();
        assert!(screen.contains_rect(list), "no room is left for the list");
        let error = BindError::PortTaken("127.0.0.1:6666".parse().unwrap());
        set_state(&mut harness, &mut link, State::Failed { error, free_port: Some(6667) });
        harness.get_by_label(
            "The port is taken by another program, stop that or use another port: 127.0.0.1:6666",
        );
        harness.get_by_label("Trying again every second");
        assert!(screen.contains_rect(harness.get_by_label("Stop").rect()), "the button left the window");
    }
}

#[test]
fn another_address_is_listened_on_and_the_list_stays() {
    let (mut harness, mut link) = window(SIZES[0], &Settings::default());
    set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
    feed(&mut harness, &mut link, b"kept");
    assert!(harness.query_by_label("Listen there").is_none(), "it listens there");
    let address = |harness: &mut Harness<'_, App>, text: &str| {
        harness.get_by_role_and_label(Role::TextInput, "Listen on").focus();
        harness.run();
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.get_by_role_and_label(Role::TextInput, "Listen on").type_text(text);
        harness.run();
    };
    address(&mut harness, "1.2.3");
    harness.get_by_label_contains("neither an address nor a host name");
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert!(link.commands.try_recv().is_err(), "a wrong address was used");
    address(&mut harness, "any");
    harness.get_by_label("Listen there").click();
    harness.run();
    let any = Settings { listen: "any".parse().unwrap(), ..Settings::default() };
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(any.clone())));
    assert!(harness.query_by_label("Listen there").is_none(), "it was told to");
    address(&mut harness, "0.0.0.0");
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(any)));
    set_state(&mut harness, &mut link, listening("0.0.0.0:6666", false));
    harness.get_by_label("Listening on 0.0.0.0:6666, every network of this computer");
    assert!(harness.query_by_label("Listen there").is_none());
    harness.get_by_label("kept");
}

#[test]
fn a_port_that_the_system_chose_is_shown() {
    let (mut harness, mut link) = window(SIZES[0], &Settings { port: 0, ..Settings::default() });
    let port = |harness: &Harness<'_, App>| harness.get_by_role_and_label(Role::SpinButton, "Port").value();
    assert_eq!(port(&harness).as_deref(), Some("0"), "0 is no port of the field");
    set_state(&mut harness, &mut link, listening("127.0.0.1:41234", true));
    assert_eq!(port(&harness).as_deref(), Some("41234"));
}

#[test]
fn a_full_queue_is_said() {
    let (mut harness, mut link) = window(SIZES[0], &Settings::default());
    set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
    drop(link);
    harness.get_by_label("Stop").click();
    harness.run();
    harness.get_by_label_contains("busy, press again");
}
