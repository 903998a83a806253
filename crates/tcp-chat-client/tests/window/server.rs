//! Where the server is: typed, pasted, tried again.

use common::chat::Dialect;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tcp_chat_client::engine::{Command, DisconnectReason, Target};
use tcp_chat_client::event::Event;

use super::support::{Window, target};

#[test]
fn another_server_is_typed_in_the_window_and_enter_connects() {
    let mut window = Window::online();
    assert!(window.harness.query_by_role_and_label(Role::TextInput, "Server").is_none());
    window.click("More...");
    window.harness.get_by_label_contains("Change server...").click();
    window.harness.run();
    assert!(window.harness.get_by_role_and_label(Role::TextInput, "Server").is_focused());
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.types("10.0.0.");
    assert!(window.shows("neither an address nor a host name"));
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.press(Key::Backspace);
    assert!(window.shows("Type an address or a host name"), "what it does not take is offered");
    window.types("10.0.0.");
    window.press(Key::Enter);
    assert_eq!(window.command(), None, "it is no address");
    assert!(window.harness.get_by_role_and_label(Role::TextInput, "Server").is_focused());
    window.types("7");
    window.retypes("Port", "7777");
    window.press(Key::Enter);
    let there = Target { host: "10.0.0.7".parse().unwrap(), port: 7777, ..target() };
    assert_eq!(window.command(), Some(Command::Connect(there.clone())));
    let config = window.harness.state_mut().settings().program;
    assert_eq!(config.target(), there, "it is not remembered");
    window.types("x");
    assert_eq!(window.draft(), "x", "the keyboard is not back");
}

#[test]
fn a_port_behind_the_host_goes_where_it_belongs() {
    let there = |host: &str, port| Target { host: host.parse().unwrap(), port, ..target() };
    let mut window = Window::new();
    window.happens(Event::Disconnected { target: target() });
    window.retypes("Server", "10.0.0.7:7777");
    assert!(window.shows("Give the port separately: 10.0.0.7, port 7777"));
    window.press(Key::Enter);
    assert_eq!(window.command(), Some(Command::Connect(there("10.0.0.7", 7777))));
    window.happens(Event::Disconnected { target: there("10.0.0.7", 7777) });
    window.retypes("Server", "");
    window.harness.event(egui::Event::Paste("[::1]:7778".to_owned()));
    window.harness.run();
    let value = |window: &Window, label| window.harness.get_by_role_and_label(Role::TextInput, label).value();
    assert_eq!(value(&window, "Port").as_deref(), Some("7778"), "as another window copies it");
    window.click("Connect");
    assert_eq!(window.command(), Some(Command::Connect(there("::1", 7778))));
}

#[test]
fn escape_that_closes_what_lies_over_the_window_leaves_what_is_under_it() {
    let mut window = Window::online();
    window.click("More...");
    window.harness.get_by_label_contains("Change server...").click();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.types("10.0.0.7");
    let server = |window: &Window| {
        let field = window.harness.query_by_role_and_label(Role::TextInput, "Server");
        field.and_then(|field| field.value())
    };
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    window.harness.run();
    window.press(Key::Escape);
    assert!(!window.shows("Appearance"), "the settings are still there");
    assert_eq!(server(&window).as_deref(), Some("10.0.0.7"), "what was typed is put back");
    window.harness.get_by_role_and_label(Role::TextInput, "Find");
    // One at a time, that which has the keyboard.
    window.press(Key::Escape);
    assert!(window.harness.query_by_role_and_label(Role::TextInput, "Find").is_none());
    window.press(Key::Escape);
    assert_eq!(server(&window).as_deref(), Some("10.0.0.7"), "another has the keyboard");
    window.harness.get_by_role_and_label(Role::TextInput, "Server").focus();
    window.harness.run();
    window.press(Key::Escape);
    assert_eq!(server(&window), None);
}

#[test]
fn the_servers_address_does_not_stand_in_the_settings_too() {
    let mut window = Window::online();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    window.harness.run();
    window.harness.get_by_label("Dialect");
    assert!(window.harness.query_by_role_and_label(Role::TextInput, "Server").is_none());
}

#[test]
fn many_computers_are_no_server() {
    let mut window = Window::new();
    window.happens(Event::Disconnected { target: target() });
    window.retypes("Server", "broadcast");
    assert!(window.shows("This address stands for many computers"));
    assert!(window.harness.get_by_role_and_label(Role::Button, "Connect").accesskit_node().is_disabled());
}

#[test]
fn without_a_server_its_address_is_there_and_can_be_tried_at_once_or_changed() {
    let mut window = Window::online();
    window.loses();
    window.click("Try now");
    assert_eq!(window.command(), Some(Command::Connect(target())));
    window.retypes("Server", "10.0.0.7");
    // What is typed stays, whatever the connection does meanwhile.
    window.connect(Dialect::Records);
    window.click("Connect");
    let there = Target { host: "10.0.0.7".parse().unwrap(), ..target() };
    assert_eq!(window.command(), Some(Command::Connect(there)));
    assert!(window.harness.query_by_role_and_label(Role::TextInput, "Server").is_none());
    window.loses();
    window.retypes("Server", "10.0.0.8");
    window.press(Key::Escape);
    assert_eq!(
        window.harness.get_by_role_and_label(Role::TextInput, "Server").value().as_deref(),
        Some("127.0.0.1")
    );
}

#[test]
fn a_client_that_is_sent_away_says_so_and_waits_for_its_user() {
    let mut window = Window::online();
    let reason = DisconnectReason::SentAway { address: target(), said: String::new() };
    window.happens(Event::SentAway { reason });
    let status = "The operator of 127.0.0.1:6666 disconnected you, connect again to come back";
    assert_eq!(window.harness.get_all_by_label(status).count(), 2, "in the status and in the conversation");
    assert_eq!(window.command(), None);
    window.click("Connect");
    assert_eq!(window.command(), Some(Command::Connect(target())));
}

#[test]
fn the_title_names_the_server() {
    let mut window = Window::new();
    let title = |window: &Window| {
        let output = &window.harness.output().viewport_output[&egui::ViewportId::ROOT];
        output.commands.iter().find_map(|command| match command {
            egui::ViewportCommand::Title(title) => Some(title.clone()),
            _ => None,
        })
    };
    let there = Target { host: "10.0.0.7".parse().unwrap(), ..target() };
    window.happens(Event::Disconnected { target: target() });
    window.retypes("Server", "10.0.0.7");
    window.harness.key_press(Key::Enter);
    let titles: Vec<_> = (0..4)
        .filter_map(|_| {
            window.harness.step();
            title(&window)
        })
        .collect();
    assert_eq!(titles, [format!("{there} - TCP chat")]);
}
