//! The window against a link that is fed by hand.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod settings;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::chat::ServerKey;
use common::discovery::DiscoveryError;
use common::engine::{Clock, Waker, link};
use common::net::BindError;
use common::secret::Secret;
use common::window::prepare;
use common::window::shell::Shell;
use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tcp_chat_server::bot::BotError;
use tcp_chat_server::bot::{BotRow, LastCall};
use tcp_chat_server::config::Config;
use tcp_chat_server::engine::{
    AccessState, ChatWindow, ChatWindowError, Client, ClientId, ClientRow, ClientState, Command,
    DisconnectReason, Event, Excerpt, Handle, Link, ServerState, Snapshot, StartError, Totals,
};
use tcp_chat_server::ui::{ChatServer, WINDOW};

type App = Shell<ChatServer>;

/// An afternoon.
struct Afternoon;

impl Clock for Afternoon {
    fn now(&self) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-22T14:03:27+01:00").unwrap()
    }
}

fn app(handle: Handle, config: Config) -> App {
    Shell::for_test(WINDOW, config, handle, Afternoon, ChatServer::new)
}

fn window(size: [f32; 2]) -> (Harness<'static, App>, Link) {
    let (handle, link) = link(Waker::none(), Snapshot::default());
    let mut harness = Harness::builder()
        .with_max_steps(30)
        .with_size(size)
        .with_context_setup(prepare)
        .build_eframe(|_| app(handle, Config::default()));
    harness.run();
    (harness, link)
}

fn listening() -> Snapshot {
    Snapshot {
        state: ServerState::Listening { local_addr: "127.0.0.1:6666".parse().unwrap() },
        client_addr: Some("127.0.0.1:6666".parse().unwrap()),
        bots: vec![
            BotRow { name: "Qingyun".to_owned(), notice: None, last: None, is_asked: false, again_at: None },
            BotRow { name: "Built-in".to_owned(), notice: None, last: None, is_asked: false, again_at: None },
        ],
        ..Snapshot::default()
    }
}

fn client(id: u64) -> Client {
    Client { id: ClientId(id), addr: format!("127.0.0.1:{}", 46114 + id).parse().unwrap() }
}

/// Every state fits the first size of the window and the smallest one.
const SIZES: [[f32; 2]; 2] = [[720.0, 520.0], [320.0, 240.0]];

#[test]
fn it_starts_and_stops() {
    for size in SIZES {
        let (mut harness, mut link) = window(size);
        harness.get_by_label("Stopped, press Start Server");
        let button = harness.get_by_label("Start Server");
        let bounds = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        assert!(bounds.contains_rect(button.rect()), "the button left the window");
        button.click();
        harness.run();
        assert_eq!(link.commands.try_recv(), Ok(Command::Start(Config::default())));

        link.snapshot.set(listening());
        harness.run();
        harness.get_by_label("Listening on 127.0.0.1:6666, this computer only");
        harness.get_by_label("Stop Server").click();
        harness.run();
        assert_eq!(link.commands.try_recv(), Ok(Command::Stop));

        link.snapshot.change(|snapshot| snapshot.state = ServerState::Stopping);
        harness.run();
        assert!(harness.get_by_label("Stop Server").accesskit_node().is_disabled());
    }
}

#[test]
fn a_port_that_is_taken_is_said_with_what_to_do() {
    for size in SIZES {
        let (mut harness, mut link) = window(size);
        let error = BindError::PortTaken { address: "127.0.0.1:6666".parse().unwrap() };
        link.snapshot.change(|snapshot| snapshot.state = ServerState::Failed(StartError::Bind(error)));
        harness.run();
        harness.get_by_label(
            "Port 6666 of 127.0.0.1 is in use by another program, stop that one or use another port",
        );
        harness.get_by_label("Try again").click();
        harness.run();
        assert_eq!(link.commands.try_recv(), Ok(Command::Start(Config::default())));
        harness.get_by_label("Use 6667").click();
        harness.run();
        let next = Config { port: 6667, ..Config::default() };
        assert_eq!(link.commands.try_recv(), Ok(Command::Start(next)));
    }
}

#[test]
fn a_fault_is_said_until_what_is_at_fault_is_changed() {
    let (mut harness, link) = window(SIZES[0]);
    harness.get_by_label("Start Server").click();
    harness.run();
    let error = BindError::NotOurs { address: "127.0.0.1:6666".parse().unwrap() };
    link.snapshot.change(|snapshot| snapshot.state = ServerState::Failed(StartError::Bind(error)));
    harness.run();
    let is_said =
        |harness: &Harness<'_, App>| harness.query_by_label_contains("does not have the address").is_some();
    harness.get_by_label("Log").click();
    harness.run();
    harness.get_by_label("Errors").click();
    harness.run();
    assert!(is_said(&harness), "forgotten for the sake of the log");
    harness.get_by_label("Every network").click();
    harness.run();
    assert!(!is_said(&harness), "another address was chosen");
    harness.get_by_label("Stopped, press Start Server");
}

#[test]
fn the_log_has_the_demos_lines_and_no_markup() {
    let (mut harness, link) = window(SIZES[0]);
    let client = client(0);
    link.events.send(Event::Connected(client));
    link.events.send(Event::Asked { client, text: Excerpt::new("<b>hi</b>\nyou") });
    link.events.send(Event::Disconnected { client, reason: DisconnectReason::ClosedByClient });
    harness.get_by_label("Log").click();
    harness.run();
    for line in [
        "  Connected with address 127.0.0.1, port 46114",
        r"  Client 127.0.0.1:46114 asks: <b>hi</b>\nyou",
        "  Disconnected with address 127.0.0.1, port 46114",
    ] {
        let shown = harness.get_by_label_contains(line);
        // "14:03:27" stands in front of it.
        let label = shown.accesskit_node().value().or(shown.accesskit_node().label()).unwrap();
        assert_eq!(label.len(), line.len() + 8, "{label}");
    }
}

#[test]
fn clients_and_bots_are_shown() {
    for size in SIZES {
        let (mut harness, link) = window(size);
        let mut snapshot = listening();
        let since = DateTime::parse_from_rfc3339("2026-11-22T14:01:10+01:00").unwrap();
        for id in 0..100 {
            let addr = client(id).addr;
            let state = ClientState::Asking;
            let row = ClientRow { asked: 3, answered: 2, state, ..ClientRow::new(addr, since) };
            Arc::make_mut(&mut snapshot.clients).insert(ClientId(id), row);
        }
        snapshot.totals =
            Totals { connected: 101, asked: 300, answered: 200, failed: 7, ..Totals::default() };
        let error = BotError::TimedOut { after: Duration::from_secs(8) };
        snapshot.bots[0].last = Some(LastCall::Failed { error, since });
        snapshot.bots[1].last = Some(LastCall::Answered { took: Duration::from_millis(812) });
        link.snapshot.set(snapshot);
        harness.run();
        harness.get_by_label("Clients 100");
        harness.get_by_label("100 clients · 300 asked · 200 answered").hover();
        harness.run();
        harness.get_by_label("101 connected since the start, 300 asked, 200 answered, 7 failed, 0.0 answers/s, 0 B in, 0 B out");
        harness.get_by_label("not answering since 14:01:10: no answer within 8 s");
        harness.get_by_label("answers in about 0.8 s");
        if size[0] > 700.0 {
            harness.get_by_label("46114");
            assert!(harness.query_by_label("46213").is_none(), "all rows are laid out");
            assert!(harness.get_all_by_label("asking the bot").count() < 20);
        }
    }
}

#[test]
fn ctrl_c_closes_the_window() {
    let (mut harness, link) = window(SIZES[0]);
    link.shutdown.cancel();
    harness.step();
    let closes = |harness: &Harness<'_, App>| {
        let output = harness.output();
        output
            .viewport_output
            .values()
            .any(|viewport| viewport.commands.contains(&egui::ViewportCommand::Close))
    };
    assert!(closes(&harness));
}

/// Three clients whose ports are not in the order in which they came.
fn three_clients() -> Snapshot {
    let since = DateTime::parse_from_rfc3339("2026-11-22T14:01:10+01:00").unwrap();
    let mut snapshot = listening();
    for (id, port, asked) in [(1, 5002, 7), (2, 5003, 5), (3, 5001, 6)] {
        let addr = format!("10.0.0.7:{port}").parse().unwrap();
        let row = ClientRow { asked, ..ClientRow::new(addr, since) };
        Arc::make_mut(&mut snapshot.clients).insert(ClientId(id), row);
    }
    snapshot
}

/// The ports from top to bottom.
fn ports(harness: &Harness<'_, App>) -> [u16; 3] {
    let mut ports = [5001, 5002, 5003];
    let top = |port: u16| harness.get_by_label(&port.to_string()).rect().top();
    ports.sort_by(|a, b| top(*a).total_cmp(&top(*b)));
    ports
}

#[test]
fn a_heading_sorts_and_says_how() {
    let (mut harness, link) = window(SIZES[0]);
    link.snapshot.set(three_clients());
    harness.run();
    assert_eq!(ports(&harness), [5002, 5003, 5001]);
    harness.get_by_label("Since, sorted ascending");
    harness.get_by_label("Port, not sorted").click();
    harness.run();
    assert_eq!(ports(&harness), [5001, 5002, 5003]);
    // By the keyboard, too, and beside the word.
    let cell = harness.get_by_label("Asked, not sorted").rect();
    for at in [cell.left_center() + egui::vec2(2.0, 0.0), cell.right_center() - egui::vec2(2.0, 0.0)] {
        harness.get_by_label("Port, sorted ascending");
        harness.event(egui::Event::PointerMoved(at));
        for pressed in [true, false] {
            let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::NONE);
            harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
        }
        harness.run();
        harness.get_by_label("Asked, sorted ascending");
        harness.get_by_label("Port, not sorted").click();
        harness.run();
    }
    assert!(cell.width() > 40.0, "only the word sorts");
    harness.get_by_label("Port, sorted ascending").focus();
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    harness.get_by_label("Port, sorted descending");
    assert_eq!(ports(&harness), [5003, 5002, 5001]);
}

/// Whether something of this size has the ring of what has the keyboard around it, with all of its sides.
fn is_ringed(harness: &Harness<'_, App>, rect: egui::Rect) -> bool {
    let ring = harness.ctx.global_style().visuals.selection.stroke;
    harness.output().shapes.iter().any(|clipped| match &clipped.shape {
        egui::Shape::Rect(shape) => {
            let is_around =
                shape.rect.contains_rect(rect.shrink(2.0)) && shape.rect.width() < rect.width() + 12.0;
            shape.stroke == ring && is_around && clipped.clip_rect.contains_rect(shape.rect)
        }
        _ => false,
    })
}

#[test]
fn what_has_the_keyboard_in_the_table_is_seen() {
    let (mut harness, link) = window(SIZES[0]);
    link.snapshot.set(three_clients());
    harness.run();
    for label in ["Address, not sorted", "Since, sorted ascending", "10.0.0.7:5002, idle"] {
        let rect = harness.get_by_label(label).rect();
        assert!(!is_ringed(&harness, rect), "{label}");
        harness.get_by_label(label).focus();
        harness.run();
        assert!(is_ringed(&harness, rect), "{label}");
    }
}

fn disconnect(harness: &mut Harness<'_, App>, address: &str) {
    for label in [format!("Disconnect {address}").as_str(), "Disconnect"] {
        harness.get_by_label(label).click();
        harness.run();
    }
}

#[test]
fn the_selected_client_is_disconnected() {
    let (mut harness, mut link) = window(SIZES[0]);
    link.snapshot.set(three_clients());
    harness.run();
    harness.get_by_label("10.0.0.7:5003, idle").click();
    harness.run();
    harness.get_by_label("Disconnect 10.0.0.7:5003").click();
    harness.run();
    harness.get_by_label_contains("Disconnect 10.0.0.7:5003? Clients other than TCP chat");
    harness.get_by_label("Cancel").click();
    harness.run();
    assert!(link.commands.try_recv().is_err(), "disconnected unasked");
    disconnect(&mut harness, "10.0.0.7:5003");
    assert_eq!(link.commands.try_recv(), Ok(Command::Disconnect(ClientId(2))));

    // By keyboard, and in the order that is shown.
    harness.get_by_label("10.0.0.7:5003, idle").focus();
    harness.run();
    harness.key_press(egui::Key::ArrowDown);
    harness.run();
    disconnect(&mut harness, "10.0.0.7:5001");
    assert_eq!(link.commands.try_recv(), Ok(Command::Disconnect(ClientId(3))));

    link.snapshot.set(listening());
    harness.run();
    assert!(harness.query_by_label_contains("Disconnect").is_none(), "nobody is left");
}

#[test]
fn the_question_before_disconnecting_has_the_keyboard_and_gives_it_back() {
    let (mut harness, mut link) = window(SIZES[0]);
    link.snapshot.set(three_clients());
    harness.run();
    harness.get_by_label("10.0.0.7:5003, idle").click();
    harness.run();
    harness.get_by_label("Disconnect 10.0.0.7:5003").focus();
    harness.run();
    let press = |harness: &mut Harness<'_, App>, modifiers, key| {
        harness.key_press_modifiers(modifiers, key);
        harness.run();
    };
    press(&mut harness, egui::Modifiers::NONE, egui::Key::Enter);
    assert!(harness.get_by_label("Cancel").is_focused(), "a second Enter disconnects");
    // Esc is for what lies over it.
    press(&mut harness, egui::Modifiers::COMMAND, egui::Key::Comma);
    press(&mut harness, egui::Modifiers::NONE, egui::Key::Escape);
    assert!(harness.query_by_label("Appearance").is_none(), "the settings are still there");
    harness.get_by_label_contains("Disconnect 10.0.0.7:5003?");
    press(&mut harness, egui::Modifiers::NONE, egui::Key::Escape);
    assert!(harness.query_by_label_contains("Disconnect 10.0.0.7:5003?").is_none());
    assert!(harness.get_by_label("Disconnect 10.0.0.7:5003").is_focused(), "the keyboard is not back");
    assert!(link.commands.try_recv().is_err(), "disconnected unasked");
}

#[test]
fn arrow_keys_reach_rows_out_of_view() {
    let (mut harness, mut link) = window(SIZES[0]);
    let mut snapshot = listening();
    let since = DateTime::parse_from_rfc3339("2026-11-22T14:01:10+01:00").unwrap();
    for id in 0..2000 {
        Arc::make_mut(&mut snapshot.clients).insert(ClientId(id), ClientRow::new(client(id).addr, since));
    }
    link.snapshot.set(snapshot);
    harness.run();
    harness.get_by_label("127.0.0.1:46114, idle").focus();
    harness.run();
    for _ in 0..40 {
        harness.key_press(egui::Key::ArrowDown);
        harness.run();
    }
    assert!(harness.query_by_label("127.0.0.1:46114, idle").is_none(), "the list did not follow");
    disconnect(&mut harness, "127.0.0.1:46154");
    assert_eq!(link.commands.try_recv(), Ok(Command::Disconnect(ClientId(40))));
}

#[test]
fn who_can_come_in_is_said_and_an_invitation_holds_it_all() {
    let (mut harness, link) = window(SIZES[0]);
    let mut snapshot = listening();
    snapshot.state = ServerState::Listening { local_addr: "0.0.0.0:6666".parse().unwrap() };
    snapshot.client_addr = Some("192.168.1.20:6666".parse().unwrap());
    snapshot.other_addrs = vec!["10.8.0.2:6666".parse().unwrap()];
    let key = ServerKey::of_hash([0xab; 32]);
    snapshot.access = AccessState {
        key: Some(key),
        is_tls_only: true,
        pass: Secret::new("otter maple"),
        networks: vec!["192.168.1.0/24".parse().unwrap()],
        ..AccessState::default()
    };
    link.snapshot.set(snapshot);
    harness.run();
    harness.get_by_label("Encrypted connections only, with the pass phrase, from 192.168.1.0/24");
    harness.get_by_label("abab abab abab abab abab abab abab abab");
    harness.get_by_label("Copy invitation").click();
    harness.step();
    let invitation = format!("tcp-chat://192.168.1.20:6666/?key={key}&pass=otter%20maple&at=10.8.0.2:6666");
    let copied = egui::OutputCommand::CopyText(invitation);
    assert!(harness.output().platform_output.commands.contains(&copied));
}

#[test]
fn clients_are_told_an_address_that_can_be_copied_and_opened() {
    for size in SIZES {
        let (mut harness, mut link) = window(size);
        let mut snapshot = listening();
        snapshot.state = ServerState::Listening { local_addr: "0.0.0.0:6666".parse().unwrap() };
        snapshot.client_addr = Some("192.168.1.20:6666".parse().unwrap());
        link.snapshot.set(snapshot);
        harness.run();
        harness.get_by_label("Listening on every network");
        harness.get_by_label("Clients connect to");
        harness.get_by_label("192.168.1.20:6666");
        harness.get_by_label("Copy address").click();
        harness.step();
        let copied = egui::OutputCommand::CopyText("192.168.1.20:6666".to_owned());
        assert!(harness.output().platform_output.commands.contains(&copied));
        harness.run();
        harness.get_by_label("Open a chat window").click();
        harness.run();
        assert_eq!(
            link.commands.try_recv(),
            Ok(Command::OpenChat(ChatWindow {
                // By way of this computer alone, where its own rules keep nobody out.
                address: "127.0.0.1:6666".parse().unwrap(),
                key: None,
                pass: None
            }))
        );
        let file = "/nowhere/tcp-chat-client".to_owned();
        link.snapshot.change(|snapshot| snapshot.chat_window = Some(ChatWindowError::Missing { file }));
        harness.run();
        harness.get_by_label_contains("the chat client is missing: /nowhere/tcp-chat-client");

        link.snapshot.set(listening());
        harness.run();
        harness.get_by_label("Clients on this computer connect to");
        link.snapshot.set(Snapshot::default());
        harness.run();
        assert!(harness.query_by_label("Copy address").is_none(), "nobody can connect");
    }
}

#[test]
fn clients_and_log_are_tabs_and_in_a_wide_window_beside_each_other() {
    let (mut harness, link) = window([860.0, 600.0]);
    link.snapshot.set(three_clients());
    link.events.send(Event::AcceptFailed { message: "no descriptors".into() });
    harness.run();
    assert!(harness.query_by_label("Follow").is_none(), "both are shown");
    harness.get_by_label("Log, 1 new problem").click();
    harness.run();
    harness.get_by_label("Follow");
    assert!(harness.query_by_label("Address, not sorted").is_none(), "both are shown");
    harness.get_by_label("Clients 3").click();
    harness.run();
    harness.get_by_label("Log");
    // A key of the log brings it.
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::F);
    harness.run();
    harness.get_by_label("Follow");
    assert!(harness.get_all_by_role(egui::accesskit::Role::TextInput).any(|field| field.is_focused()));

    let (mut harness, link) = window([1100.0, 600.0]);
    link.snapshot.set(three_clients());
    harness.run();
    let log = harness.get_by_label("Follow").rect();
    assert!(harness.get_by_label("State, not sorted").rect().right() < log.left());
}

#[test]
fn the_table_takes_the_height_that_is_left_and_never_less_than_five_rows() {
    let rows = |height: f32| {
        let (mut harness, link) = window([860.0, height]);
        let mut snapshot = listening();
        let since = DateTime::parse_from_rfc3339("2026-11-22T14:01:10+01:00").unwrap();
        for id in 0..100 {
            Arc::make_mut(&mut snapshot.clients).insert(ClientId(id), ClientRow::new(client(id).addr, since));
        }
        link.snapshot.set(snapshot);
        harness.run();
        harness.query_all_by_role(egui::accesskit::Role::Row).count()
    };
    let (low, first, high) = (rows(300.0), rows(600.0), rows(1000.0));
    assert!(low >= 5 && first > 12 && high > first + 15, "{low}, {first}, {high}");
}

#[test]
fn a_low_window_scrolls_its_content_and_keeps_status_and_counters() {
    let (mut harness, link) = window([320.0, 240.0]);
    link.snapshot.set(three_clients());
    harness.run();
    let seen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(320.0, 240.0));
    let place = |harness: &Harness<'_, App>, label: &str| harness.get_by_label(label).rect();
    assert!(!seen.contains_rect(place(&harness, "Clients 3")));
    harness.get_by_label("10.0.0.7:5002, idle").focus();
    harness.run();
    for label in ["10.0.0.7:5002, idle", "Stop Server", "3 clients · 0 asked · 0 answered", "Settings..."] {
        let place = place(&harness, label);
        assert!(seen.top() <= place.top() && place.bottom() <= seen.bottom(), "{label} is out of view");
    }
}

#[test]
fn the_name_that_clients_find_it_by_is_said_or_why_they_cannot() {
    let (mut harness, link) = window([860.0, 600.0]);
    link.snapshot.set(Snapshot { announced: Some(Ok("kitchen".to_owned())), ..listening() });
    harness.run();
    harness.get_by_label("Announced on the network as kitchen");
    let reason = DiscoveryError::PortRefused { reason: "in use".to_owned() };
    link.snapshot.change(|snapshot| snapshot.announced = Some(Err(reason)));
    harness.run();
    harness.get_by_label(
        "Not announced on the network: port 5353, where servers are announced, is refused: in use",
    );
    link.snapshot.change(|snapshot| snapshot.state = ServerState::Stopped);
    harness.run();
    assert!(harness.query_by_label_contains("nnounced on the network").is_none());
}
