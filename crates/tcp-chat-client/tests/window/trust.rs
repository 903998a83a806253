//! What the user is asked before anything is said to a server.

use std::sync::Arc;

use common::chat::ServerKey;
use common::secret::Secret;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key};
use egui_kittest::kittest::Queryable as _;
use tcp_chat_client::engine::{Command, Target, Trust};
use tcp_chat_client::event::Event;

use crate::support::{Window, target};

const OLD: ServerKey = ServerKey::of_hash([0xab; 32]);
const NEW: ServerKey = ServerKey::of_hash([0xcd; 32]);

fn asked(known: Option<ServerKey>) -> Window {
    let mut window = Window::new();
    window.happens(Event::KeyAsked { target: target(), key: NEW, known });
    window
}

#[test]
fn a_new_key_is_compared_and_trusted_by_enter() {
    let mut window = asked(None);
    assert!(window.shows("Is this the right server at 127.0.0.1:6666? Compare its key"));
    assert!(window.shows("cdcd cdcd cdcd cdcd\ncdcd cdcd cdcd cdcd"));
    window.press(Key::Enter);
    assert_eq!(window.command(), Some(Command::Trust(NEW)));
}

#[test]
fn another_key_than_the_known_one_takes_two_presses() {
    let mut window = asked(Some(OLD));
    assert!(window.shows("The key of 127.0.0.1:6666 is not the expected one"));
    assert!(window.shows("abab abab") && window.shows("cdcd cdcd"));
    window.press(Key::Enter);
    assert_eq!(window.command(), None, "Enter alone trusts a key that has changed");
    window.click("Trust the new key...");
    assert_eq!(window.command(), None, "one press is enough");
    // A third key is another question.
    let third = ServerKey::of_hash([0xef; 32]);
    window.happens(Event::KeyAsked { target: target(), key: third, known: Some(OLD) });
    window.click("Trust the new key...");
    assert_eq!(window.command(), None);
    window.click("Really trust the new key");
    assert_eq!(window.command(), Some(Command::Trust(third)));
}

#[test]
fn a_pass_phrase_is_typed_and_said_to_that_server_alone() {
    let mut window = Window::new();
    window.happens(Event::PassAsked { target: target(), is_wrong: true });
    assert!(window.shows("127.0.0.1:6666 does not accept this pass phrase"));
    window.types("otter maple");
    window.press(Key::Enter);
    let pass = Secret::new("otter maple");
    let trust = Arc::new(Trust { pass, ..Trust::default() });
    assert_eq!(window.command(), Some(Command::Connect(Target { trust, ..target() })));
    // Another server is told nothing.
    window.happens(Event::Disconnected { target: target() });
    window.harness.get_by_role_and_label(Role::TextInput, "Server").focus();
    window.harness.run();
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    window.types("10.0.0.7");
    window.press(Key::Enter);
    let there = Target { host: "10.0.0.7".parse().unwrap(), ..target() };
    assert_eq!(window.command(), Some(Command::Connect(there)));
}

/// What the invitation below says.
fn invited() -> Command {
    let trust = Trust {
        key: Some(OLD),
        pass: Secret::new("otter maple"),
        is_invited: true,
        others: vec![("10.0.0.8".parse().unwrap(), 7777)],
    };
    let host = "10.0.0.7".parse().unwrap();
    Command::Connect(Target { host, port: 7777, trust: Arc::new(trust), ..target() })
}

fn invitation() -> String {
    format!("tcp-chat://10.0.0.7:7777/?key={OLD}&pass=otter%20maple&at=10.0.0.8:7777")
}

#[test]
fn an_invitation_in_the_field_of_the_server_fills_all_and_connects() {
    let mut window = Window::new();
    window.happens(Event::Disconnected { target: target() });
    window.harness.get_by_role_and_label(Role::TextInput, "Server").focus();
    window.harness.run();
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    window.harness.event(egui::Event::Paste(invitation()));
    window.harness.run();
    assert_eq!(window.command(), Some(invited()));
    window.happens(Event::Disconnected { target: target() });
    let field = window.harness.get_by_role_and_label(Role::TextInput, "Server");
    assert_eq!(egui_kittest::kittest::NodeT::accesskit_node(&field).value().as_deref(), Some("10.0.0.7"));
    // It is in no file, and bringing a default back leaves it as it is.
    window.harness.state_mut().reset_keys(&["dialect", "encoding", "reconnect"]);
    window.harness.run();
    window.click("Connect");
    assert_eq!(window.command(), Some(invited()));
}

#[test]
fn an_invitation_in_the_text_box_is_said_to_nobody() {
    let mut window = Window::online();
    window.harness.event(egui::Event::Paste(invitation()));
    window.harness.run();
    window.press(Key::Enter);
    assert_eq!(window.command(), None, "the pass phrase is sent to a bot");
    assert!(window.shows("This is an invitation to a server"));
    window.click("Connect");
    assert_eq!(window.command(), Some(invited()));
    assert_eq!(window.draft(), "");
    // One that is of no use stays, and says why.
    window.harness.event(egui::Event::Paste("tcp-chat://255.255.255.255:1/?pass=otter".to_owned()));
    window.harness.run();
    window.press(Key::Enter);
    assert_eq!(window.command(), None);
    assert!(window.shows("The invitation names no server"));
    assert!(window.draft().contains("otter"));
}
