//! The window against a link that is fed by hand.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod zones;

use chrono::{DateTime, FixedOffset};
use common::config::{CommandLine, Loaded, ProgramArgs as _, Settings, Store};
use common::engine::{Clock, Waker, link};
use common::net::ConnectError;
use common::texts::{Language, set_language};
use common::window::prepare;
use common::window::shell::{Program as _, Shell};
use eframe::egui::{self, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::sync::Arc;
use std::time::Duration;
use udp_time_server::config::{Args, Config};
use udp_time_server::engine::{Command, Destination, Fault, Handle, Link, Snapshot, Target};
use udp_time_server::event::{Event, Tick};
use udp_time_server::ui::{TimeServer, WINDOW};

type App = Shell<TimeServer>;

/// Four seconds after three.
struct Afternoon;

impl Clock for Afternoon {
    fn now(&self) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-22T15:00:04+01:00").unwrap()
    }
}

fn app(handle: Handle, config: Config) -> App {
    Shell::for_test(WINDOW, config, handle, Afternoon, TimeServer::new)
}

fn window(size: [f32; 2]) -> (Harness<'static, App>, Link) {
    let (handle, link) = link(Waker::none(), Snapshot::default());
    let mut harness = Harness::builder()
        .with_size(size)
        // A list that opens, with names from another thread, takes some frames.
        .with_max_steps(30)
        .with_context_setup(prepare)
        .build_eframe(|_| app(handle, Config::default()));
    harness.run();
    (harness, link)
}

fn feed_tick(link: &Link, last_error: Option<Fault>) {
    link.events.send(Event::Started(Config::default()));
    link.events.send(Event::Tick(Tick {
        text: "Sun Nov 22 14:03:27 2026".to_owned(),
        seq: 128,
        time: DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap(),
        late_us: 1000,
        destinations: Vec::new(),
    }));
    link.snapshot.set(Snapshot {
        is_sending: true,
        seq: 128,
        destinations: vec![Destination {
            target: Arc::new(Target::this_computer()),
            is_on: true,
            addresses: Arc::new(["127.0.0.1:6666".parse().unwrap()]),
            sent: 128,
            last_error,
        }],
        ..Snapshot::default()
    });
}

/// What the row of a destination says to who cannot see it.
fn state(harness: &Harness<'_, App>, name: &str) -> String {
    let row = harness.get_by_role_and_label(Role::Switch, name);
    row.accesskit_node().description().unwrap_or_default()
}

/// Every state fits the first size of the window and the smallest one.
const SIZES: [[f32; 2]; 2] = [WINDOW.size, [320.0, 240.0]];

#[test]
fn it_starts_and_stops_and_its_clock_goes_on() {
    for size in SIZES {
        let (mut harness, mut link) = window(size);
        harness.get_by_label("Stopped, press Start Server");
        assert_eq!(state(&harness, "This computer"), "On, 127.0.0.1");
        harness.get_by_label("15:00:04");
        harness.get_by_label("sends  Sun Nov 22 15:00:04 2026");
        harness.get_by_label("Start Server").click();
        harness.run();
        assert_eq!(link.commands.try_recv(), Ok(Command::Start(Config::default())));

        feed_tick(&link, None);
        harness.run();
        harness.get_by_label("Sending every second to this computer");
        assert_eq!(state(&harness, "This computer"), "Sending, 127.0.0.1:6666, 128 sent");
        harness.get_by_label("128 ticks · latest 1.0 ms late");
        harness.get_by_label("14:03:27");
        harness.get_by_label("Sunday 22 November 2026 · UTC+01:00");
        harness.get_by_label("sends  Sun Nov 22 14:03:27 2026");
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
        harness.get_by_label("15:00:04");
        assert!(harness.query_by_label("14:03:27").is_none(), "it looks as if it were sending");
        assert_eq!(state(&harness, "This computer"), "On, 127.0.0.1:6666, 128 sent");
        harness.get_by_label("128 ticks");
    }
}

#[test]
fn a_failing_destination_says_why() {
    let (mut harness, link) = window(SIZES[0]);
    feed_tick(&link, Some(Fault::Refused(ConnectError::NoNetwork)));
    harness.run();
    harness.get_by_label("Sending to this computer fails, still trying");
    assert_eq!(state(&harness, "This computer"), "Failing, There is no route to that network, 128 sent");
    // Whole, in its row, which is as high as that takes.
    let height = |harness: &Harness<'_, App>| harness.get_by_label("This computer").rect().height();
    let before = height(&harness);
    feed_tick(&link, Some(Fault::NoBroadcast { interface: "wlp0s20f3u4u1u2".to_owned() }));
    harness.run();
    assert!(state(&harness, "This computer").contains("or is a point-to-point link"));
    let row = harness.get_by_label("This computer").rect();
    let next = harness.get_by_label("Everybody nearby").rect();
    assert!(row.height() > before + 10.0 && row.bottom() <= next.top() + 0.5, "{row:?} above {next:?}");
}

#[test]
fn the_first_size_shows_the_destinations() {
    let (mut harness, link) = window(SIZES[0]);
    feed_tick(&link, None);
    harness.run();
    let bottom = harness.get_by_label("Settings...").rect().top();
    for label in ["This computer", "Everybody nearby", "+ Add", "This computer's addresses"] {
        let shown = harness.get_all_by_label(label).next().unwrap().rect();
        assert!(shown.bottom() <= bottom, "{label}: {shown:?} below {bottom}");
    }
}

#[test]
fn the_clock_grows_with_the_window_and_what_it_sends_is_copied() {
    let heights = [SIZES[1], SIZES[0], [1600.0, 1000.0]].map(|size| {
        let (harness, _link) = window(size);
        let clock = harness.get_by_label("15:00:04").rect();
        assert!(clock.width() < size[0] * 0.8 && clock.height() < size[1] * 0.5, "{clock:?} in {size:?}");
        clock.height()
    });
    assert!(heights.is_sorted() && heights[2] > 2.0 * heights[1], "{heights:?}");
    let (mut harness, _link) = window(SIZES[0]);
    harness.get_by_label("Copy what is sent").click();
    harness.step();
    let commands = &harness.output().platform_output.commands;
    assert!(
        matches!(&commands[..], [egui::OutputCommand::CopyText(text)] if text == "Sun Nov 22 15:00:04 2026"),
        "{commands:?}"
    );
}

fn press(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_label(label).click_accesskit();
    harness.run();
}

/// Opens the menu of a row by keyboard, and presses an item of it.
fn press_in_menu(harness: &mut Harness<'_, App>, row: &str, item: &str) {
    harness.hover_at(egui::pos2(1.0, 1.0));
    harness.run();
    assert!(harness.query_by_label(&format!("Actions for {row}")).is_none(), "it is not quiet");
    harness.get_by_label(row).focus();
    harness.run();
    harness.key_press(egui::Key::Tab);
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    press(harness, item);
}

fn type_into(harness: &mut Harness<'_, App>, label: &str, text: &str) {
    harness.get_by_role_and_label(egui::accesskit::Role::TextInput, label).focus();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.get_by_role_and_label(egui::accesskit::Role::TextInput, label).type_text(text);
    harness.run();
}

#[test]
fn what_is_typed_is_checked_and_used() {
    let (mut harness, mut link) = window(SIZES[0]);
    type_into(&mut harness, "Every", "10 ms");
    harness.get_by_label_contains("from 50 ms to 1 h");
    let start = harness.get_by_label("Start Server");
    assert!(start.accesskit_node().is_disabled(), "can be started with a wrong interval");
    type_into(&mut harness, "Every", "250 ms");
    for port in ["70000", "0", "x7"] {
        type_into(&mut harness, "Port", port);
        harness.get_by_label_contains(&format!(", not {port}"));
        let start = harness.get_by_label("Start Server");
        assert!(start.accesskit_node().is_disabled(), "can be started with a wrong port");
    }
    type_into(&mut harness, "Port", "6666");
    press(&mut harness, "+ Add");
    type_into(&mut harness, "To", "1.2.3");
    harness.get_by_label_contains("neither an address nor a host name");
    type_into(&mut harness, "To", "a b c");
    harness.get_by_label_contains("neither an address nor a host name: a b c");
    type_into(&mut harness, "To", "10.0.0.7, lan");
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert!(link.commands.try_recv().is_err(), "Enter adds first");

    harness.get_by_role_and_label(egui::accesskit::Role::ComboBox, "Format").click();
    harness.run();
    harness.get_by_label("Custom").click();
    harness.run();
    type_into(&mut harness, "Pattern", "%Q");
    harness.get_by_label_contains("% sequence that means nothing");
    type_into(&mut harness, "Pattern", "at %%");
    harness.get_by_label("sends  at %");
    type_into(&mut harness, "Zone", "Mars");
    harness.get_by_label_contains("Unknown time zone");
    type_into(&mut harness, "Zone", "Asia/Tokyo");
    type_into(&mut harness, "Pattern", "%H:%M %:z");
    harness.get_by_label("sends  23:00 +09:00");
    assert!(harness.query_by_label("To").is_none(), "the field is closed once it is used");
    press(&mut harness, "Start Server");
    let Ok(Command::Start(settings)) = link.commands.try_recv() else { panic!("not started") };
    assert_eq!(settings.interval.millis(), 250);
    let to: Vec<String> = settings.destinations.iter().map(|entry| entry.target.to_string()).collect();
    assert_eq!(to, ["127.0.0.1", "10.0.0.7", "lan"]);
    assert_eq!(settings.format.to_string(), "custom:%H:%M %:z");
    assert_eq!(settings.zone.to_string(), "Asia/Tokyo");
}

/// What is wrong with a field, to who cannot see it.
fn fault(harness: &Harness<'_, App>, label: &str) -> String {
    let field = harness.get_by_role_and_label(egui::accesskit::Role::TextInput, label);
    field.accesskit_node().data().description().unwrap_or_default().to_owned()
}

#[test]
fn what_is_wrong_is_said_with_its_field_and_below_it() {
    let (mut harness, _link) = window([460.0, 700.0]);
    harness.get_by_label("Everybody nearby").click();
    harness.get_by_role_and_label(egui::accesskit::Role::ComboBox, "Format").click();
    harness.run();
    harness.get_by_label("Custom").click();
    harness.run();
    press(&mut harness, "+ Add");
    for (label, typed, said) in [
        ("Every", "10 ms", "from 50 ms to 1 h"),
        ("Zone", "Mars", "Unknown time zone"),
        ("Port", "70000", "from 1 to 65535"),
        ("Pattern", "%Q", "% sequence that means nothing"),
        ("To", "1.2.3", "neither an address nor a host name"),
    ] {
        type_into(&mut harness, label, typed);
        let fault = fault(&harness, label);
        assert!(fault.contains(said), "{label}: {fault}");
        let field = harness.get_by_role_and_label(egui::accesskit::Role::TextInput, label).rect();
        let sentence = harness.get_by_label(&fault).rect();
        assert!(sentence.top() >= field.bottom(), "{label}: {sentence:?} above {field:?}");
    }
}

#[test]
fn the_title_names_the_port() {
    let (mut harness, _link) = window(SIZES[0]);
    type_into(&mut harness, "Port", "7000");
    assert_eq!(harness.state().program().address().as_deref(), Some("Port 7000"));
}

#[test]
fn destinations_are_switched_removed_and_brought_back_while_sending() {
    let (mut harness, mut link) = window([420.0, 600.0]);
    feed_tick(&link, None);
    harness.run();
    let sent_to = |link: &mut Link| {
        let Ok(Command::SetDestinations(entries)) = link.commands.try_recv() else { panic!("no new list") };
        let shown = entries.iter().map(|one| format!("{}{}", if one.is_on { "+" } else { "-" }, one.target));
        shown.collect::<Vec<_>>().join(" ")
    };
    harness.get_by_label("Everybody nearby").click();
    harness.run();
    assert_eq!(sent_to(&mut link), "+127.0.0.1 +255.255.255.255");
    press(&mut harness, "+ Add");
    harness.get_by_role_and_label(egui::accesskit::Role::TextInput, "To").type_text("a.b");
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(sent_to(&mut link), "+127.0.0.1 +a.b +255.255.255.255");
    press_in_menu(&mut harness, "a.b", "Edit");
    harness.get_by_role_and_label(egui::accesskit::Role::TextInput, "To").type_text(":7");
    harness.run();
    harness.get_by_label("Change").click();
    harness.run();
    assert!(harness.get_by_label("a.b:7").is_focused(), "the keyboard goes back to the row");
    assert_eq!(sent_to(&mut link), "+127.0.0.1 +a.b:7 +255.255.255.255");
    harness.get_by_label("Stop Server").focus();
    harness.run();
    press_in_menu(&mut harness, "a.b:7", "Remove");
    assert_eq!(sent_to(&mut link), "+127.0.0.1 +255.255.255.255");
    harness.get_by_label("Undo").focus();
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert!(harness.get_by_label("a.b:7").is_focused(), "the keyboard is nowhere");
    assert_eq!(sent_to(&mut link), "+127.0.0.1 +a.b:7 +255.255.255.255");
    harness.get_by_label("a.b:7").click();
    harness.run();
    assert_eq!(sent_to(&mut link), "+127.0.0.1 -a.b:7 +255.255.255.255");
}

#[test]
fn interfaces_are_offered_and_own_addresses_copied() {
    use common::net::{Interface, InterfaceAddress, InterfaceKind};
    let (mut harness, link) = window([420.0, 600.0]);
    let interface = |index, name: &str, kind, ip: &str, broadcast: &str| Interface {
        name: name.to_owned(),
        index,
        kind,
        is_up: true,
        is_multicast: true,
        addresses: vec![InterfaceAddress {
            ip: ip.parse().unwrap(),
            prefix: 24,
            broadcast: broadcast.parse().ok(),
        }],
    };
    let interfaces = Arc::new([
        interface(2, "docker0", InterfaceKind::Virtual, "172.17.0.1", "172.17.255.255"),
        interface(3, "eth0", InterfaceKind::Wired, "192.168.1.5", "192.168.1.255"),
    ]);
    link.snapshot.change(|snapshot| snapshot.interfaces = interfaces);
    harness.run();
    for (label, words) in [
        ("LAN on eth0", "Off, 192.168.1.255"),
        ("Group on eth0", "Off, 239.255.66.66"),
        ("LAN on docker0", "Off, virtual"),
    ] {
        assert_eq!(state(&harness, label), words);
    }
    harness.get_by_label("This computer's addresses").click();
    harness.run();
    harness.get_by_label("Copy 192.168.1.5").click();
    harness.step();
    let commands = &harness.output().platform_output.commands;
    assert!(
        matches!(commands.as_slice(), [egui::OutputCommand::CopyText(text)] if text == "192.168.1.5"),
        "{commands:?}"
    );
}

#[test]
fn a_thousand_destinations_can_be_scrolled() {
    let (handle, _link) = link(Waker::none(), Snapshot::default());
    let to = (0..1000).map(|at| format!("host-{at}").parse::<Target>().unwrap().into()).collect();
    let config = Config { destinations: to, ..Config::default() };
    let mut harness = Harness::builder()
        .with_max_steps(30)
        .with_size(SIZES[0])
        .with_context_setup(prepare)
        .build_eframe(move |_| app(handle, config));
    harness.run();
    assert!(harness.query_by_label("host-999").is_none(), "all rows are laid out");
    let first = harness.get_by_label("host-0").rect().center();
    harness.hover_at(first);
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        source: egui::MouseWheelSource::Unknown,
        delta: egui::vec2(0.0, -100_000.0),
        phase: egui::TouchPhase::Move,
        modifiers: egui::Modifiers::default(),
    });
    harness.run();
    harness.get_by_label("host-999");
    harness.get_by_label("Start Server");
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

#[test]
fn the_primary_key_starts_and_stops_from_wherever_the_keyboard_is() {
    let (mut harness, mut link) = window(SIZES[1]);
    harness.get_by_role_and_label(egui::accesskit::Role::TextInput, "Every").focus();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    harness.run();
    assert!(matches!(link.commands.try_recv(), Ok(Command::Start(_))));
    feed_tick(&link, None);
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Stop));
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
    harness.run();
    harness.get_by_label("已停止，请按“启动服务器”");
    feed_tick(&link, Some(Fault::NetworkDown));
    harness.run();
    for label in
        ["停止服务器", "2026年11月22日 星期日，UTC+01:00", "已发送 128 次，最近一次晚 1.0 ms", "设置..."]
    {
        harness.get_by_label(label);
    }
    assert_eq!(state(&harness, "本机"), "发送失败, 网络已断开, 已发 128");
}

#[test]
fn a_reset_leaves_what_is_on_no_page() {
    let (mut harness, mut link) = window([460.0, 700.0]);
    type_into(&mut harness, "Every", "25");
    type_into(&mut harness, "Every", "25 m");
    press(&mut harness, "+ Add");
    type_into(&mut harness, "To", "a.b");
    harness.key_press(egui::Key::Enter);
    harness.run();
    press_in_menu(&mut harness, "a.b", "Remove");
    press(&mut harness, "+ Add");
    type_into(&mut harness, "To", "10.0.0.");
    harness.state_mut().reset_keys(&["start", "announce"]);
    harness.run();
    for (label, typed) in [("Every", "25 m"), ("To", "10.0.0.")] {
        let field = harness.get_by_role_and_label(egui::accesskit::Role::TextInput, label);
        assert_eq!(field.value().as_deref(), Some(typed));
    }
    harness.get_by_label("Undo");
    // What is used while it sends is not reset then.
    feed_tick(&link, None);
    harness.run();
    assert!(!matches!(link.commands.try_recv(), Ok(Command::Start(_))), "the counters begin anew");
    press(&mut harness, "Settings...");
    harness.get_by_label("Reset: Appearance");
    assert!(harness.query_by_label("Reset: Sending").is_none());
}

#[test]
fn the_keyboard_goes_back_to_where_the_field_came_from() {
    let (mut harness, _link) = window([460.0, 700.0]);
    for (text, key) in [("a.b", egui::Key::Enter), ("", egui::Key::Escape)] {
        press(&mut harness, "+ Add");
        type_into(&mut harness, "To", text);
        harness.key_press(key);
        harness.run();
        assert!(harness.get_by_label("+ Add").accesskit_node().is_focused(), "{key:?}");
    }
    harness.key_press(egui::Key::F1);
    harness.run();
    harness.get_by_label("Delete");
    harness.get_by_label("Remove a destination");
}

#[test]
fn the_defaults_replace_what_is_kept_also_where_the_command_line_says_the_same() {
    let file = Config { announce: false, start: true, ..Config::default() };
    let line = ["udp-time-server", "--announce", "on"];
    let line = CommandLine::<Args>::of(line).unwrap();
    let began = Args::begin(&line, &file).unwrap();
    let settings = Settings { program: file.clone(), ..Settings::default() };
    let loaded = Loaded { settings, error: None, store: Store::default() };
    let (handle, _link) = link(Waker::none(), Snapshot::default());
    let mut harness = Harness::builder()
        .with_max_steps(30)
        .with_context_setup(prepare)
        .build_eframe(|_| Shell::new(WINDOW, loaded, began, handle, TimeServer::new));
    harness.run();
    assert_eq!(harness.state_mut().settings().program, file);
    harness.state_mut().reset_keys(&["start", "announce"]);
    harness.run();
    assert_eq!(harness.state_mut().settings().program, Config::default());
}

#[test]
fn the_name_that_it_is_found_by_is_said_and_its_switch_rests_while_sending() {
    let (mut harness, link) = window(SIZES[0]);
    feed_tick(&link, None);
    link.snapshot.change(|snapshot| snapshot.announced = Some(Ok("kitchen".to_owned())));
    harness.run();
    harness.get_by_label("Announced on the network as kitchen");
    press(&mut harness, "Settings...");
    let switch = harness.get_by_label("Let others on the network find this server");
    assert!(switch.accesskit_node().is_disabled());
}
