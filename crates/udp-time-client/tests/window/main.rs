//! The window against a link that is fed by hand.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod save;
mod senders;

use std::sync::Arc;

use chrono::DateTime;
use common::config::{CommandLine, Loaded, ProgramArgs as _, Settings, Store};
use common::discovery::Found;
use common::encoding::EncodingChoice;
use common::engine::{SystemClock, Waker, link};
use common::net::BindError;
use common::texts::{Language, set_language};
use common::window::prepare;
use common::window::shell::{Program as _, Shell};
use eframe::egui::{self, accesskit::Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use udp_time_client::config::{Args, Config};
use udp_time_client::engine::quality::{Moment, Senders};
use udp_time_client::engine::{Command, Handle, Link, Snapshot, State};
use udp_time_client::event::{Datagram, Event, Listening};
use udp_time_client::ui::{TimeClient, WINDOW};

type App = Shell<TimeClient>;

fn app(handle: Handle, config: Config) -> App {
    Shell::for_test(WINDOW, config, handle, SystemClock, TimeClient::new)
}

/// The first size of the window and the smallest one.
const SIZES: [[f32; 2]; 2] = [WINDOW.size, [320.0, 240.0]];

/// The engine's side, played by hand.
struct Rig {
    link: Link,
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

fn window(size: [f32; 2], settings: &Config) -> (Harness<'static, App>, Rig) {
    let (handle, mut link) = link(Waker::none(), Snapshot::default());
    let wanted = settings.clone();
    let mut harness = Harness::builder()
        .with_size(size)
        // A row that opens moves the others for some frames, and tells later what the system says.
        .with_max_steps(12)
        .with_context_setup(prepare)
        .build_eframe(|_| app(handle, wanted));
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(settings.clone())), "it listens at once");
    (harness, Rig { link, senders: Senders::default() })
}

fn set_state(harness: &mut Harness<'_, App>, link: &mut Rig, state: State) {
    link.snapshot.change(|snapshot| snapshot.state = state);
    harness.run();
}

fn listening(address: &str, is_exclusive: bool) -> State {
    State::Listening(Listening::at(address.parse().unwrap(), is_exclusive))
}

fn feed(harness: &mut Harness<'_, App>, rig: &mut Rig, payload: &[u8]) {
    feed_from(harness, rig, "127.0.0.1:54012", payload);
}

fn feed_from(harness: &mut Harness<'_, App>, rig: &mut Rig, source: &str, payload: &[u8]) {
    let time = DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap();
    let source = source.parse().unwrap();
    let (sender, mark) = rig.senders.note(source, Moment { at_us: 1000, wall: time }, payload);
    let payload = payload.to_vec().into();
    let datagram = Datagram { time, source, payload, sender, mark, encoding: EncodingChoice::Auto };
    rig.events.send_burst(std::iter::once(Event::Datagram(datagram)));
    let rows = Arc::new(rig.senders.rows());
    rig.link.snapshot.change(|snapshot| {
        snapshot.counters.received += 1;
        snapshot.counters.shown += 1;
        snapshot.senders = rows;
    });
    harness.run();
}

#[test]
fn every_datagram_is_a_row_of_plain_text() {
    for size in SIZES {
        let (mut harness, mut link) = window(size, &Config::default());
        set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
        harness.get_by_label("Listening on 127.0.0.1:6666, this computer only");
        for (payload, shown) in [
            (&b"Sun Nov 22 14:03:27 2026"[..], "Sun Nov 22 14:03:27 2026"),
            (b"<b>\xFF\n", r"<b>\xFF\n"),
            (b"", "(empty datagram)"),
        ] {
            feed(&mut harness, &mut link, payload);
            let row = format!("14:03:27.001, 127.0.0.1:54012, {shown}, {}", payload.len());
            harness.get_by_role_and_label(Role::ListItem, &row);
        }
        harness.get_by_label("3 received");
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        assert!(screen.contains_rect(harness.get_by_label("Stop").rect()), "the button left the window");
    }
}

#[test]
fn stop_and_start() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
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
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(Config::default())));
}

#[test]
fn what_is_wrong_is_said_in_words() {
    for size in SIZES {
        let (mut harness, mut link) = window(size, &Config::default());
        set_state(&mut harness, &mut link, listening("127.0.0.1:6666", false));
        harness.get_by_label_contains("Another program holds 127.0.0.1:6666");
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let list = harness.get_all_by_label("Datagrams").next().unwrap().rect();
        assert!(screen.contains_rect(list), "no room is left for the list");
        let error = BindError::PortTaken { address: "127.0.0.1:6666".parse().unwrap() };
        set_state(&mut harness, &mut link, State::Failed { error, free_port: Some(6667) });
        harness.get_by_label(
            "Port 6666 of 127.0.0.1 is in use by another program, stop that one or use another port",
        );
        harness.get_by_label("Trying again every second");
        let button = harness.get_by_label("Use 6667").rect();
        assert!(screen.contains_rect(button), "the way out left the window");
        assert!(screen.contains_rect(harness.get_by_label("Stop").rect()), "the button left the window");
    }
}

#[test]
fn a_list_that_is_empty_says_why_and_a_stopped_window_what_to_correct() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    set_state(&mut harness, &mut link, State::Off);
    assert_eq!(harness.state().program().address(), None);
    harness.get_by_role_and_label(Role::TextInput, "Port").focus();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Port").type_text("x");
    harness.run();
    harness.get_by_label("Stopped, correct the address or the port to start");
    let empty = |harness: &Harness<'_, App>| {
        let list = harness.get_by_role_and_label(Role::List, "Datagrams");
        list.accesskit_node().data().description().unwrap_or_default().to_owned()
    };
    assert_eq!(empty(&harness), "Not listening: nothing can arrive");
    let error = BindError::PortTaken { address: "127.0.0.1:6666".parse().unwrap() };
    set_state(&mut harness, &mut link, State::Failed { error, free_port: None });
    assert_eq!(empty(&harness), "Not listening: nothing can arrive");
    let note = harness.get_by_label("Trying again every second");
    assert_eq!(note.accesskit_node().live(), egui::accesskit::Live::Polite);
    set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
    assert!(empty(&harness).starts_with("Nothing yet; start a time server"));
    assert_eq!(harness.state().program().address().as_deref(), Some("127.0.0.1:6666"));
}

#[test]
fn another_address_is_listened_on_and_the_list_stays() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
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
    let any = Config { listen: "any".parse().unwrap(), ..Config::default() };
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(any.clone())));
    assert!(harness.query_by_label("Listen there").is_none(), "it was reading to");
    address(&mut harness, "0.0.0.0");
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(any)));
    set_state(&mut harness, &mut link, listening("0.0.0.0:6666", false));
    harness.get_by_label("Listening on 0.0.0.0:6666, every network");
    assert!(harness.query_by_label("Listen there").is_none());
    harness.get_by_label("kept");
}

#[test]
fn a_port_that_the_system_chose_is_shown() {
    let (mut harness, mut link) = window(SIZES[0], &Config { port: 0, ..Config::default() });
    let port = |harness: &Harness<'_, App>| harness.get_by_role_and_label(Role::TextInput, "Port").value();
    assert_eq!(port(&harness).as_deref(), Some("0"), "0 is no port of the field");
    set_state(&mut harness, &mut link, listening("127.0.0.1:41234", true));
    assert_eq!(port(&harness).as_deref(), Some("41234"));
    // So it can be asked for another time.
    harness.get_by_role_and_label(Role::TextInput, "Port").focus();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.get_by_role_and_label(Role::TextInput, "Port").type_text("0");
    harness.run();
    assert_eq!(port(&harness).as_deref(), Some("0"));
    while link.commands.try_recv().is_ok() {}
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(Config { port: 0, ..Config::default() })));
}

#[test]
fn a_full_queue_is_said() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
    drop(link);
    harness.get_by_label("Stop").click();
    harness.run();
    harness.get_by_label_contains("busy, press again");
}

const JSON: &[u8] =
    br#"{"time":"2026-11-22T14:03:27.001000+01:00","seq":4,"sender":"9f3c2a51","interval_ms":1000}"#;

fn press(harness: &mut Harness<'_, App>, label: &str) {
    // Also what has to be scrolled to.
    harness.get_by_label(label).click_accesskit();
    harness.run();
}

#[test]
fn a_sender_is_chosen_and_its_quality_shown() {
    for size in SIZES {
        let (mut harness, mut link) = window(size, &Config::default());
        feed(&mut harness, &mut link, b"somebody else");
        feed(&mut harness, &mut link, JSON);
        feed(&mut harness, &mut link, JSON);
        press(&mut harness, "9f3c2a51 at 127.0.0.1:54012");
        harness.get_by_label("Quality of 9f3c2a51 at 127.0.0.1:54012");
        harness.get_by_label_contains("Offset 0.00 ms");
        harness
            .get_by_label_contains("jitter not known, interval not known, received 2, lost 0, duplicate 1");
        harness.get_by_label_contains("Offset over the last ten minutes");
        press(&mut harness, "Only its datagrams");
        assert!(harness.query_by_label_contains("54012, somebody else").is_none(), "not filtered");
        assert!(harness.query_by_label_contains("90, duplicate").is_some(), "it is not marked");
        press(&mut harness, "Show all senders");
        assert!(harness.query_by_label("Show all senders").is_none(), "still filtered");
        // In the smaller window it is out of view.
        let is_back = harness.query_by_label_contains("54012, somebody else").is_some();
        assert!(is_back || size[0] < 400.0, "still filtered");
        harness.key_press(egui::Key::Escape);
        harness.run();
        assert!(harness.query_by_label_contains("Quality of").is_none(), "Esc does not close it");
    }
}

#[test]
fn with_the_quality_open_the_list_keeps_five_rows_and_the_newest_whole() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
    for host in 2..6 {
        feed_from(&mut harness, &mut link, &format!("127.0.0.{host}:54012"), b"somebody else");
    }
    (0..30).for_each(|_| feed(&mut harness, &mut link, JSON));
    press(&mut harness, "127.0.0.1");
    let check = |harness: &Harness<'_, App>, least: usize| {
        let list = harness.get_by_role_and_label(Role::List, "Datagrams").rect();
        let rows: Vec<_> = harness.query_all_by_role(Role::ListItem).map(|row| row.rect()).collect();
        assert!(rows.len() >= least, "{} rows", rows.len());
        assert!(rows.iter().all(|row| list.contains_rect(*row)), "{rows:?} in {list:?}");
        let settings = harness.get_by_label("Settings...").rect();
        assert!(list.bottom() <= settings.top(), "the end is out of view");
        list.height()
    };
    let before = check(&harness, 5);
    harness.get_by_label("Copy figures");
    // Its upper edge is dragged up.
    let edge = harness.get_by_label("Follow").rect().top() - 2.0;
    harness.drag_at(egui::pos2(400.0, edge));
    harness.run();
    harness.event(egui::Event::PointerMoved(egui::pos2(400.0, edge - 60.0)));
    harness.run();
    harness.drop_at(egui::pos2(400.0, edge - 60.0));
    harness.run();
    let after = check(&harness, 5);
    assert!((after - before - 60.0).abs() < 8.0, "{before} before, {after} after");
    assert!(harness.state_mut().settings().program.list_height.get() > 200, "it is not kept");
}

#[test]
fn a_pause_keeps_what_comes() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    press(&mut harness, "Pause");
    feed(&mut harness, &mut link, b"meanwhile");
    assert!(harness.query_by_label_contains("54012, meanwhile").is_none(), "it goes on");
    press(&mut harness, "Resume, 1 waiting");
    harness.get_by_label_contains("54012, meanwhile");
}

#[test]
fn the_free_port_that_is_offered_is_used() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    let error = BindError::PortTaken { address: "127.0.0.1:6666".parse().unwrap() };
    set_state(&mut harness, &mut link, State::Failed { error, free_port: Some(6669) });
    press(&mut harness, "Use 6669");
    let other = Config { port: 6669, ..Config::default() };
    assert_eq!(link.commands.try_recv(), Ok(Command::Listen(other)));
}

#[test]
fn tab_goes_as_one_reads() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
    feed(&mut harness, &mut link, b"text");
    let mut reached = Vec::new();
    for _ in 0..20 {
        harness.key_press(egui::Key::Tab);
        harness.run();
        let tops = harness.query_all_by(|node| node.is_focused() && node.role() != Role::Window);
        reached.extend(tops.map(|focused| focused.rect().top()));
    }
    let lowest = reached.iter().position(|top| *top > 400.0).unwrap();
    assert!(reached[..lowest].is_sorted(), "{reached:?}");
    assert!(lowest > 5, "the bottom comes before the list: {reached:?}");
}

#[test]
fn the_primary_key_works_everywhere_and_what_is_listened_on_is_kept() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
    harness.get_by_role_and_label(Role::TextInput, "Listen on").focus();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Stop));
    set_state(&mut harness, &mut link, State::Off);
    harness.get_by_role_and_label(Role::TextInput, "Listen on").type_text("0");
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    harness.run();
    let typed = harness.state_mut().settings().program.listen;
    assert!(
        matches!(link.commands.try_recv(), Ok(Command::Listen(Config { listen, .. })) if listen == typed)
    );
    assert_ne!(typed, Config::default().listen);
}

#[test]
fn defaults_that_say_nothing_of_the_address_leave_sockets_and_sender_alone() {
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    set_state(&mut harness, &mut link, listening("127.0.0.1:6666", true));
    feed(&mut harness, &mut link, b"somebody else");
    feed(&mut harness, &mut link, JSON);
    press(&mut harness, "9f3c2a51 at 127.0.0.1:54012");
    harness.get_by_role_and_label(Role::TextInput, "Listen on").focus();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Listen on").type_text("0");
    harness.run();
    harness.state_mut().reset_keys(&["start", "encoding"]);
    harness.run();
    assert!(link.commands.try_recv().is_err(), "what comes while the sockets are opened anew is lost");
    harness.get_by_label("Quality of 9f3c2a51 at 127.0.0.1:54012");
    let typed = harness.get_by_role_and_label(Role::TextInput, "Listen on").value();
    assert_eq!(typed.as_deref(), Some("127.0.0.10"), "what is on no page is put back");
}

#[test]
fn another_encoding_is_for_the_next_start_and_no_other_place() {
    let encoding = "gb18030".parse().unwrap();
    let (mut harness, mut link) = window(SIZES[0], &Config { port: 0, encoding, ..Config::default() });
    set_state(&mut harness, &mut link, listening("127.0.0.1:41234", true));
    harness.state_mut().reset_keys(&["start", "encoding"]);
    harness.run();
    assert!(harness.query_by_label("Listen there").is_none(), "the place is the same");
    assert!(link.commands.try_recv().is_err(), "it listens on another port");
    set_state(&mut harness, &mut link, State::Off);
    press(&mut harness, "Start");
    assert!(matches!(
        link.commands.try_recv(),
        Ok(Command::Listen(Config { encoding: EncodingChoice::Auto, .. }))
    ));
}

#[test]
fn it_speaks_the_language_of_its_thread() {
    set_language(Language::of_tag("zh-CN").unwrap());
    let (handle, link) = link(Waker::none(), Snapshot::default());
    let mut harness = Harness::builder()
        .with_max_steps(30)
        .with_size(SIZES[0])
        .with_context_setup(prepare)
        .allow_missing_glyphs()
        .build_eframe(|_| app(handle, Config::default()));
    let mut rig = Rig { link, senders: Senders::default() };
    set_state(&mut harness, &mut rig, listening("127.0.0.1:6666", true));
    feed(&mut harness, &mut rig, JSON);
    press(&mut harness, "127.0.0.1");
    for label in ["停止", "正在监听 127.0.0.1:6666，仅限本机", "最近", "质量：9f3c2a51，来自 127.0.0.1:54012"]
    {
        harness.get_by_label(label);
    }
    harness.get_by_label_contains("14:03:27.001, 127.0.0.1:54012, {");
    feed(&mut harness, &mut rig, b"");
    harness.get_by_label_contains("14:03:27.001, 127.0.0.1:54012, （空数据报）, 0");
    harness.get_by_role_and_label(Role::ColumnHeader, "接收时间");
    assert!(harness.state_mut().settings().program.quality, "the open panel is not kept");
}

#[test]
fn the_defaults_replace_what_is_kept_also_where_the_command_line_says_the_same() {
    let file = Config { encoding: "gb18030".parse().unwrap(), start: false, ..Config::default() };
    let line = CommandLine::<Args>::of(["udp-time-client", "--encoding", "auto"]).unwrap();
    let began = Args::begin(&line, &file).unwrap();
    let settings = Settings { program: file.clone(), ..Settings::default() };
    let loaded = Loaded { settings, error: None, store: Store::default() };
    let (handle, _link) = link(Waker::none(), Snapshot::default());
    let mut harness = Harness::builder()
        .with_max_steps(30)
        .with_context_setup(prepare)
        .build_eframe(|_| Shell::new(WINDOW, loaded, began, handle, TimeClient::new));
    harness.run();
    assert_eq!(harness.state_mut().settings().program, file);
    harness.state_mut().reset_keys(&["start", "encoding"]);
    harness.run();
    assert_eq!(harness.state_mut().settings().program, Config::default());
}
