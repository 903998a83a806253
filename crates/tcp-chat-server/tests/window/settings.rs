//! The window's settings, filter, keys and languages, against a link that is fed by hand.

use std::sync::Arc;

use chrono::DateTime;
use common::chat::FailReason;
use common::config::Bounded;
use common::engine::{EngineLink, Flavor, Waker, link, start};
use common::net::Network;
use common::secret::Secret;
use common::status::Level;
use common::texts::{Language, set_language};
use common::window::prepare;
use eframe::egui::{self, Key, Modifiers, accesskit::Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _};
use tcp_chat_server::bot::{AskError, BotError, BotFailure};
use tcp_chat_server::bot::{BotRow, LastCall};
use tcp_chat_server::config::{Config, Limits};
use tcp_chat_server::engine::{Client, Excerpt};
use tcp_chat_server::engine::{
    ClientId, ClientRow, ClientState, Command, DisconnectReason, Event, Handle, Link, ServerState, Snapshot,
};

use super::{App, app};

const SIZES: [[f32; 2]; 2] = [[720.0, 520.0], [320.0, 240.0]];

fn harness(handle: Handle, size: [f32; 2], config: Config) -> Harness<'static, App> {
    let mut harness = Harness::builder()
        .with_max_steps(30)
        .with_size(size)
        .with_context_setup(prepare)
        // Which fonts there are is not what is tested.
        .allow_missing_glyphs()
        .build_eframe(|_| app(handle, config));
    harness.run();
    harness
}

fn window(size: [f32; 2]) -> (Harness<'static, App>, Link) {
    window_of(size, Config::default())
}

fn window_of(size: [f32; 2], config: Config) -> (Harness<'static, App>, Link) {
    let (handle, link) = link(Waker::none(), Snapshot::default());
    (harness(handle, size, config), link)
}

fn retype(harness: &mut Harness<'_, App>, label: &str, text: &str) {
    let field =
        harness.get_by(|node| node.role() == Role::TextInput && node.label().as_deref() == Some(label));
    field.focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness
        .get_by(|node| node.role() == Role::TextInput && node.label().as_deref() == Some(label))
        .type_text(text);
    harness.run();
}

fn client(id: u64) -> Client {
    Client { id: ClientId(id), addr: format!("10.0.0.7:{}", 5000 + id).parse().unwrap() }
}

fn failed() -> Arc<AskError> {
    let error = BotError::Refused { text: format!("over the limit of {}", "this and that, ".repeat(20)) };
    let failure = BotFailure::Failed { bot: "Qingyun".to_owned(), error };
    Arc::new(AskError::NoReply { failures: vec![failure] })
}

/// Listens, with some clients: the first one waits, the last one had no answer.
fn listening(clients: u64) -> Snapshot {
    let since = DateTime::parse_from_rfc3339("2026-11-22T14:01:10+01:00").unwrap();
    let mut snapshot = Snapshot {
        state: ServerState::Listening { local_addr: "127.0.0.1:6666".parse().unwrap() },
        client_addr: Some("127.0.0.1:6666".parse().unwrap()),
        bots: vec![BotRow {
            name: "Qingyun".to_owned(),
            notice: None,
            last: Some(LastCall::Failed { error: BotError::Status { status: 502 }, since }),
            is_asked: false,
            again_at: None,
        }],
        ..Snapshot::default()
    };
    for id in 1..=clients {
        let mut row = ClientRow::new(client(id).addr, since);
        if id == 1 {
            (row.state, row.turn) = (ClientState::Waiting, 7);
        }
        if id == clients {
            row.last_error = Some(failed());
        }
        Arc::make_mut(&mut snapshot.clients).insert(ClientId(id), row);
    }
    snapshot
}

#[test]
fn one_press_lets_only_the_lan_in_and_one_lets_all_in_again() {
    let (mut harness, mut link) = window([860.0, 600.0]);
    let lan: Network = "192.168.1.0/24".parse().unwrap();
    let mut snapshot = Snapshot { lan: vec![lan], ..listening(0) };
    link.snapshot.set(snapshot.clone());
    harness.run();
    harness.get_by_label("This LAN only").click();
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Allow(vec![lan])));
    assert_eq!(harness.state_mut().settings().program.access.allow, [lan], "not remembered");
    snapshot.access.networks = vec![lan];
    // Also where the computer has gone to another network since.
    snapshot.lan = vec!["10.0.0.0/24".parse().unwrap()];
    link.snapshot.set(snapshot);
    harness.run();
    harness.get_by_label("Let in every network").click();
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Allow(Vec::new())));
    assert_eq!(harness.state_mut().settings().program.access.allow, []);
    // A list that somebody typed is not thrown away.
    let mut typed = Snapshot { lan: vec![lan], ..listening(0) };
    typed.access.networks = vec![lan, "10.8.0.0/16".parse().unwrap()];
    link.snapshot.set(typed);
    harness.run();
    harness.get_by_label_contains("from 192.168.1.0/24, 10.8.0.0/16");
    assert!(harness.query_by_label("Let in every network").is_none());
    // Where others cannot come anyway there is nothing to press.
    link.snapshot.set(listening(0));
    harness.run();
    assert!(harness.query_by_label("This LAN only").is_none());
}

#[test]
fn a_phrase_that_was_typed_is_wanted_until_it_is_removed() {
    let (mut harness, mut link) = window([720.0, 900.0]);
    harness.get_by_label("Settings...").click();
    harness.run();
    retype(&mut harness, "Pass phrase", "otter maple");
    let access = harness.state_mut().settings().program.access;
    assert!(access.wants_pass);
    retype(&mut harness, "Pass phrase", " ");
    assert!(!harness.state_mut().settings().program.access.wants_pass);
    assert_eq!(link.commands.try_recv(), Ok(Command::ForgetPass));

    // As after a restart: the phrase itself is not in the settings.
    let mut config = Config::default();
    config.access.wants_pass = true;
    let (mut harness, mut link) = window_of([720.0, 900.0], config);
    harness.get_by_label("Settings...").click();
    harness.run();
    // What is typed and taken back leaves the kept one alone.
    retype(&mut harness, "Pass phrase", "otter");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.state_mut().reset_keys(&["tls", "allow"]);
    harness.run();
    harness.key_press(Key::Backspace);
    harness.run();
    assert!(harness.state_mut().settings().program.access.wants_pass);
    assert!(link.commands.try_recv().is_err(), "it is forgotten");
    harness.get_by_label("Remove...").focus();
    harness.run();
    for key in [Key::Enter, Key::Enter, Key::Enter, Key::Escape] {
        harness.key_press(key);
        harness.run();
        assert!(link.commands.try_recv().is_err(), "it is forgotten unasked");
    }
    assert!(harness.get_by_label("Remove...").is_focused(), "the keyboard is not back");
    harness.get_by_label("Remove...").click();
    harness.run();
    harness.get_by_label("Remove").click();
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::ForgetPass));
    assert!(!harness.state_mut().settings().program.access.wants_pass);
}

#[test]
fn nothing_starts_while_a_network_that_may_come_in_is_none() {
    let (mut harness, mut link) = window([720.0, 900.0]);
    harness.get_by_label("Settings...").click();
    harness.run();
    retype(&mut harness, "Networks", "192.168.1.0/33");
    harness.key_press(Key::Escape);
    harness.run();
    harness.get_by_label_contains("192.168.1.0/33");
    assert!(harness.get_by_label("Start Server").accesskit_node().is_disabled());
    assert!(link.commands.try_recv().is_err(), "it listens for everybody");
}

#[test]
fn defaults_of_one_section_leave_what_is_typed_in_the_others() {
    let (mut harness, mut link) = window([720.0, 900.0]);
    harness.get_by_label("Settings...").click();
    harness.run();
    retype(&mut harness, "Pass phrase", "otter maple");
    retype(&mut harness, "Clients at once", "many");
    harness.state_mut().reset_keys(&["start", "announce", "encoding"]);
    harness.run();
    harness.get_by_label("Clients at once must be a whole number from 1 to 50000");
    harness.state_mut().reset_keys(&["max_clients", "max_clients_per_address", "max_bot_calls"]);
    harness.run();
    assert!(harness.query_by_label_contains("Clients at once must be").is_none(), "its own section");
    harness.key_press(Key::Escape);
    harness.run();
    harness.get_by_label("Start Server").click();
    harness.run();
    let Ok(Command::Start(config)) = link.commands.try_recv() else { panic!("not started") };
    assert_eq!(config.access.pass, Secret::new("otter maple"));
}

#[test]
fn undoing_a_reset_brings_back_its_own_section_alone() {
    let config = Config { log_shows: Level::Warning, start: true, ..Config::default() };
    let (mut harness, mut link) = window_of([720.0, 900.0], config);
    assert!(matches!(link.commands.try_recv(), Ok(Command::Start(_))));
    harness.get_by_label("Settings...").click();
    harness.run();
    harness.state_mut().reset_keys(&["start", "announce", "encoding"]);
    harness.run();
    assert!(!harness.state_mut().settings().program.start);
    retype(&mut harness, "Pass phrase", "otter maple");
    harness.get_by_label("Undo reset").click();
    harness.run();
    let settings = harness.state_mut().settings().program;
    assert!(settings.start, "not undone");
    assert!(settings.access.wants_pass, "the server would be open after a restart");
}

#[test]
fn limits_are_checked_as_they_are_typed_and_used_and_remembered() {
    let (mut harness, mut link) = window([720.0, 900.0]);
    harness.get_by_label("Settings...").click();
    harness.run();
    for wrong in ["0", "50001", "many", ""] {
        retype(&mut harness, "Clients at once", wrong);
        harness.get_by_label("Clients at once must be a whole number from 1 to 50000");
        assert!(harness.get_by_label("Start Server").accesskit_node().is_disabled(), "{wrong}");
    }
    retype(&mut harness, "Clients at once", "500");
    retype(&mut harness, "Clients per address", "7");
    retype(&mut harness, "Bot calls at once", "3");
    harness.key_press(Key::Escape);
    harness.run();
    harness.get_by_label("Start Server").click();
    harness.run();
    let limits = Limits {
        max_clients: Bounded::nearest(500),
        max_clients_per_address: Bounded::nearest(7),
        max_bot_calls: Bounded::nearest(3),
    };
    assert_eq!(link.commands.try_recv(), Ok(Command::Start(Config { limits, ..Config::default() })));
    assert_eq!(harness.state_mut().settings().program.limits, limits);

    link.snapshot.set(listening(0));
    harness.run();
    harness.get_by_label("Nobody is connected");
    harness.get_by_label("Settings...").click();
    harness.run();
    let field = harness.get_by_role_and_label(Role::TextInput, "Clients at once");
    assert!(field.accesskit_node().is_disabled(), "limits can be changed while they are in use");
    harness.key_press(Key::Escape);
    harness.run();

    link.snapshot.set(Snapshot::default());
    harness.run();
    harness.state_mut().reset_keys(&["max_clients", "max_clients_per_address", "max_bot_calls"]);
    harness.run();
    harness.get_by_label("Start Server").click();
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Start(Config::default())));
}

#[test]
fn the_log_shows_what_matters_as_much_as_was_chosen() {
    let (mut harness, link) = window(SIZES[0]);
    let client = client(1);
    link.events.send(Event::Asked { client, text: Excerpt::new("hello") });
    link.events.send(Event::Failed { client, reason: FailReason::BotFailed, error: failed() });
    link.events.send(Event::Disconnected { client, reason: DisconnectReason::Internal });
    harness.run();
    harness.get_by_label("Log, 2 new problems").click();
    harness.run();
    let shown = |harness: &Harness<'_, App>| {
        ["asks: hello", "Warning: No answer to", "Error: Disconnected with"]
            .map(|text| harness.query_all_by_label_contains(text).next().is_some())
    };
    assert_eq!(shown(&harness), [true, true, true]);
    for (choice, expected) in
        [("Warnings", [false, true, true]), ("Errors", [false, false, true]), ("All", [true, true, true])]
    {
        let button = harness.get_by_label(choice);
        assert_eq!(button.accesskit_node().data().description(), Some("Show"), "{choice} of what");
        button.click();
        harness.run();
        assert_eq!(shown(&harness), expected, "{choice}");
    }
}

#[test]
fn ctrl_enter_starts_and_stops() {
    let (mut harness, mut link) = window(SIZES[0]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Start(Config::default())));
    link.snapshot.set(listening(2));
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert_eq!(link.commands.try_recv(), Ok(Command::Stop));
}

#[test]
fn tab_comes_to_one_client_and_the_arrows_to_the_others() {
    let (mut harness, link) = window(SIZES[0]);
    link.snapshot.set(listening(30));
    harness.run();
    harness.get_by_label("Last error, not sorted").focus();
    harness.run();
    let focused = |harness: &Harness<'_, App>| {
        let node = harness.get_by(|node: &AccessKitNode<'_>| node.is_focused());
        node.accesskit_node().label().or(node.accesskit_node().value()).unwrap_or_default()
    };
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(focused(&harness), "10.0.0.7:5001, waiting, next");
    harness.key_press(Key::ArrowDown);
    harness.run();
    assert_eq!(focused(&harness), "10.0.0.7:5002, idle");
    harness.key_press(Key::End);
    harness.run();
    assert_eq!(focused(&harness), "10.0.0.7:5030, idle");
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(focused(&harness), "Disconnect 10.0.0.7:5030", "Tab is caught among the clients");
}

#[test]
fn the_selected_clients_last_error_is_said_in_full() {
    for size in SIZES {
        let (mut harness, link) = window(size);
        link.snapshot.set(listening(2));
        harness.run();
        harness.get_by_label("10.0.0.7:5001, waiting, next").focus();
        harness.run();
        harness.key_press(Key::ArrowDown);
        harness.run();
        let message = &failed().to_string();
        harness.get_by_label(&format!("Last error: {message}"));
        harness.get_by_label_contains("10.0.0.7:5002: not encrypted, since 14:01:10, asked 0");
    }
}

#[test]
fn an_engine_that_has_ended_is_a_state_and_not_busy() {
    let run = |_link: EngineLink<Command, Event, Snapshot>| async { panic!("a defect, on purpose") };
    let mut handle = start("broken", Flavor::CurrentThread, Waker::none(), Snapshot::default(), run).unwrap();
    assert_eq!(handle.wait_event(), None);
    while !handle.has_failed() {
        std::thread::yield_now();
    }
    let mut harness = harness(handle, SIZES[0], Config::default());
    harness.get_by_label("Stopped by an internal error, close the window and open it again");
    assert!(harness.get_by_label("Start Server").accesskit_node().is_disabled());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert!(harness.query_by_label_contains("busy").is_none());
}

#[test]
fn the_window_speaks_chinese() {
    set_language(Language::of_tag("zh-CN").unwrap());
    for size in SIZES {
        let (mut harness, link) = window(size);
        let bounds = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        harness.get_by_label("已停止，请按“启动服务器”");
        assert!(bounds.contains_rect(harness.get_by_label("启动服务器").rect()));
        assert!(bounds.contains_rect(harness.get_by_label("设置...").rect()));
        link.events.send(Event::Connected(client(1)));
        link.snapshot.set(listening(2));
        harness.run();
        harness.get_by_label("正在监听 127.0.0.1:6666，仅限本机");
        harness.get_by_label("从 14:01:10 起没有回答：服务返回 HTTP 状态 502");
        harness.get_by_label("10.0.0.7:5001, 等待中，下一个");
        let log = harness.get_by_label("日志");
        log.scroll_to_me();
        harness.run();
        harness.get_by_label("日志").click();
        harness.run();
        harness.get_by_label_contains("已连接，地址 10.0.0.7，端口 5001");
        // Whatever is shown has no English in it that is not a name.
        for word in ["Listening", "Clients", "idle", "Stop", "Follow", "Address", "Warning"] {
            assert!(harness.query_by_label_contains(word).is_none(), "{word} is English");
        }
    }
}
