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

/// Lets time pass for the window.
fn pass(window: &mut Window, seconds: f64) {
    let now = window.harness.ctx.input(|input| input.time);
    window.harness.input_mut().time = Some(now + seconds);
    window.harness.run();
}

#[test]
fn a_question_leaves_the_keyboard_to_who_types() {
    for question in [
        Event::KeyAsked { target: target(), key: NEW, known: None },
        Event::PassAsked { target: target(), is_wrong: false },
    ] {
        let mut window = Window::new();
        window.types("hel");
        window.happens(question.clone());
        pass(&mut window, 2.0);
        window.types("lo");
        assert_eq!(window.draft(), "hello", "letters are lost");
        window.press(Key::Space);
        window.press(Key::Enter);
        assert_eq!(window.command(), None, "{question:?} is answered unseen");
    }
    // Nor between two words.
    let mut window = Window::new();
    window.strikes(egui::Modifiers::NONE, Key::Backspace);
    window.happens(Event::KeyAsked { target: target(), key: NEW, known: None });
    window.strikes(egui::Modifiers::NONE, Key::Enter);
    assert_eq!(window.command(), None, "a key that is struck is answered with");
    window.harness.run();
    pass(&mut window, 2.0);
    window.press(Key::Enter);
    assert_eq!(window.command(), Some(Command::Trust(NEW)), "the keyboard does not come");
}

#[test]
fn the_question_after_an_answer_has_the_keyboard_at_once() {
    // Faster than anybody stops typing.
    let next = |window: &mut Window, event: egui::Event| {
        let now = window.harness.ctx.input(|input| input.time);
        window.harness.input_mut().time = Some(now + 0.05);
        window.harness.input_mut().events.push(event);
        window.harness.step();
    };
    let press = |window: &mut Window, pressed| {
        let (key, modifiers) = (Key::Enter, egui::Modifiers::NONE);
        next(window, egui::Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
    };
    let happens = |window: &mut Window, event| {
        window.engine.events.send(event);
        next(window, egui::Event::WindowFocused(true));
    };
    let mut window = asked(None);
    press(&mut window, true);
    press(&mut window, false);
    assert_eq!(window.command(), Some(Command::Trust(NEW)));
    happens(&mut window, Event::PassAsked { target: target(), is_wrong: false });
    for pass in ["otter", "otter maple"] {
        next(&mut window, egui::Event::Text(pass.to_owned()));
        assert_eq!(window.draft(), "", "the phrase is written into the chat");
        press(&mut window, true);
        press(&mut window, false);
        let said = Secret::new(pass);
        assert!(matches!(window.command(), Some(Command::Connect(target)) if target.trust.pass == said));
        happens(&mut window, Event::Connecting { target: target(), attempt: 1 });
        happens(&mut window, Event::PassAsked { target: target(), is_wrong: true });
    }
}

#[test]
fn a_double_click_trusts_no_other_key() {
    let mut window = asked(Some(OLD));
    // The button becomes wider.
    let pos = window.harness.get_by_label("Trust the new key...").rect().left_center() + egui::vec2(9.0, 0.0);
    let button = |pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    for _ in 0..3 {
        let events = [egui::Event::PointerMoved(pos), button(true), button(false)];
        window.harness.input_mut().events.extend(events);
        pass(&mut window, 0.05);
    }
    assert_eq!(window.command(), None, "one double click is enough");
    assert!(window.shows("Really trust the new key"));
    // Nor does a key that is held down.
    let held = egui::Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed: true,
        repeat: true,
        modifiers: egui::Modifiers::NONE,
    };
    let mut window = asked(Some(OLD));
    window.harness.get_by_label("Trust the new key...").focus();
    window.harness.run();
    for _ in 0..5 {
        window.harness.input_mut().events.push(held.clone());
        window.harness.step();
    }
    assert_eq!(window.command(), None, "a key that is held down is enough");
    assert!(window.shows("Really trust the new key"));
}

#[test]
fn a_long_question_scrolls_and_leaves_the_text_box_and_the_buttons() {
    let mut window = Window::with_size(320.0, 240.0);
    window.happens(Event::KeyAsked { target: target(), key: NEW, known: Some(OLD) });
    let bounds = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(320.0, 240.0));
    for button in ["Send", "More...", "Settings...", "Disconnect"] {
        let rect = window.harness.get_by_role_and_label(Role::Button, button).rect();
        assert!(bounds.contains_rect(rect), "{button} left the window: {rect:?}");
    }
    assert!(bounds.contains_rect(window.harness.get_by_role(Role::MultilineTextInput).rect()));
    // The keyboard brings what it comes to into view.
    window.harness.get_by_role_and_label(Role::Button, "Disconnect").focus();
    window.harness.run();
    window.press(Key::Tab);
    let trust = window.harness.get_by_label("Trust the new key...");
    assert!(trust.is_focused());
    assert!(bounds.contains_rect(trust.rect()), "{:?} is out of view", trust.rect());
    window.click("Trust the new key...");
    assert!(window.shows("Really trust the new key"));
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
    window.selects("Server");
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
    window.selects("Server");
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
fn an_invitation_that_is_typed_is_followed_when_enter_says_that_it_is_whole() {
    let mut window = Window::new();
    window.happens(Event::Disconnected { target: target() });
    window.selects("Server");
    for letter in invitation().chars() {
        window.types(&letter.to_string());
        assert_eq!(window.command(), None, "connects at {letter}");
    }
    assert!(window.shows("Press Enter to follow this invitation"));
    window.press(Key::Enter);
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
