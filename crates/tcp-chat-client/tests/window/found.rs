//! Servers that are heard on the network.

use std::sync::Arc;

use common::chat::Dialect;
use common::discovery::{DiscoveryError, Found};
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tcp_chat_client::engine::{Command, FoundServer, Target};

use crate::support::Window;

fn found(name: &str, host: &str) -> FoundServer {
    let found = Found {
        name: name.to_owned(),
        host: host.parse().unwrap(),
        others: Vec::new(),
        port: 7000,
        is_encrypted: true,
        key_half: Some("3e3e3e3e3e3e3e3e".to_owned()),
        wants_pass: false,
    };
    FoundServer { found, has_other_key: false }
}

impl Window {
    fn hears(&mut self, found: &[FoundServer]) {
        let found: Arc<[_]> = found.into();
        self.engine.snapshot.change(|snapshot| snapshot.found = found);
        self.harness.run();
    }

    fn offers(&self, label: &str) -> bool {
        self.harness.query_by_role_and_label(Role::Button, label).is_some()
    }

    fn field(&self, label: &str) -> String {
        self.harness.get_by_role_and_label(Role::TextInput, label).value().unwrap_or_default()
    }
}

#[test]
fn a_server_that_is_heard_fills_the_fields_and_is_told_nothing_before_the_user_connects() {
    for height in [450.0, 300.0] {
        let mut window = Window::with_size(500.0, height);
        window.loses();
        let locked = found("cellar", "192.168.1.7");
        let locked = FoundServer {
            found: Found { wants_pass: true, is_encrypted: false, ..locked.found },
            has_other_key: true,
        };
        window.hears(&[locked, found("kitchen", "192.168.1.20")]);
        assert!(window.offers("cellar, 192.168.1.7:7000, wants a pass phrase, not the key you know"));
        // In a low window it is below the one that is seen.
        let offer = "kitchen, 192.168.1.20:7000, encrypted";
        window.harness.get_by_role_and_label(Role::Button, offer).click_accesskit();
        window.harness.run();
        assert_eq!(
            (window.field("Server").as_str(), window.field("Port").as_str()),
            ("192.168.1.20", "7000")
        );
        assert_eq!(window.command(), None, "nobody has asked for a connection");
        // The keyboard is where Enter connects.
        window.press(Key::Enter);
        let expected = Target { host: "192.168.1.20".parse().unwrap(), port: 7000, ..Target::default() };
        // The key that was heard is not among what is known of the server.
        assert_eq!(window.command(), Some(Command::Connect(expected)));
    }
}

#[test]
fn however_many_servers_are_heard_they_leave_room_for_the_rest() {
    let many: Vec<_> = (0..20).map(|at| found(&format!("server {at:02}"), "192.168.1.20")).collect();
    for (height, seen) in [(420.0, 1), (640.0, 3), (900.0, 5)] {
        let mut window = Window::with_size(500.0, height);
        window.loses();
        window.hears(&many);
        let text_box = window.harness.get_by_role(Role::MultilineTextInput).rect();
        let check = window.harness.get_by_label("Check the network...").rect();
        assert!(check.bottom() <= text_box.top(), "{height}: {check:?} over {text_box:?}");
        let rows = window.harness.query_all_by_label_contains("server ").map(|row| row.rect());
        let shown = rows.filter(|row| row.bottom() <= check.top()).count();
        assert!(shown >= seen, "{height}: {shown}");
    }
}

#[test]
fn the_keyboard_reaches_a_server_that_is_heard() {
    let mut window = Window::new();
    window.loses();
    window.hears(&[found("kitchen", "fe80::1%eth0")]);
    let has_focus = |window: &Window| {
        let node =
            window.harness.query_by_role_and_label(Role::Button, "kitchen, [fe80::1%eth0]:7000, encrypted");
        node.is_some_and(|node| node.accesskit_node().is_focused())
    };
    window.harness.get_by_role_and_label(Role::TextInput, "Server").focus();
    window.harness.run();
    let tabs = (0..5).find(|_| {
        window.press(Key::Tab);
        has_focus(&window)
    });
    assert!(tabs.is_some(), "no Tab leads to it");
    window.press(Key::Space);
    assert_eq!(window.field("Server"), "fe80::1%eth0");
    window.press(Key::Enter);
    assert!(
        matches!(window.command(), Some(Command::Connect(target)) if target.to_string() == "[fe80::1%eth0]:7000")
    );
}

#[test]
fn why_no_server_can_be_heard_is_said_where_one_is_looked_for() {
    let mut window = Window::new();
    let reason = "in use".to_owned();
    let error = Some(DiscoveryError::PortRefused { reason });
    window.engine.snapshot.change(|snapshot| snapshot.discovery_error = error);
    let said =
        "Servers on this network cannot be heard: port 5353, where servers are announced, is refused: in use";
    window.loses();
    assert!(window.shows(said));
    window.connect(Dialect::Records);
    assert!(!window.shows("cannot be heard"));
}

#[test]
fn a_server_that_leaves_is_not_offered_any_more_and_none_is_while_there_is_a_connection() {
    let mut window = Window::online();
    let offer = "kitchen, 192.168.1.20:7000, encrypted";
    window.hears(&[found("kitchen", "192.168.1.20")]);
    assert!(!window.offers(offer), "nobody looks for a server");
    window.loses();
    assert!(window.offers(offer));
    window.hears(&[]);
    assert!(!window.offers(offer) && !window.shows("Found on this network"));
}
