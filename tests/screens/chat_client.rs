//! The chat client.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, FixedOffset, TimeDelta};
use common::chat::{Dialect, FailReason, ServerKey};
use common::discovery::Found;
use common::engine::{Clock, Waker, link};
use common::window::SETTINGS_KEY;
use common::window::shell::Shell;
use eframe::egui::{self, Key};
use egui_kittest::Harness;
use tcp_chat_client::config::Config;
use tcp_chat_client::drafts::Drafts;
use tcp_chat_client::engine::{
    Command, DisconnectReason, FailedReason, FoundServer, Link, MessageId, Snapshot, Target,
};
use tcp_chat_client::event::{Connected, Event};
use tcp_chat_client::ui::ChatClient;

use crate::stage::{
    Album, DARK, DARK_CHINESE, LIGHT, LIGHT_CHINESE, LIGHT_HIGH, LOOKS, Look, SMALLEST, open_dialog,
    open_shell_at, time,
};

const SIZE: [f32; 2] = [560.0, 640.0];

/// 14:01, and the seconds that pass.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicI64>);

impl Clock for Hand {
    fn now(&self) -> DateTime<FixedOffset> {
        time("14:01:00") + TimeDelta::seconds(self.0.load(Ordering::Relaxed))
    }
}

struct Window {
    harness: Harness<'static, Shell<ChatClient>>,
    engine: Link,
    hand: Hand,
}

fn target() -> Target {
    Target { host: "192.168.1.20".parse().unwrap(), ..Target::default() }
}

impl Window {
    fn new(look: Look, size: [f32; 2]) -> Self {
        let (handle, engine) = link(Waker::none(), Snapshot::default());
        let (hand, config) = (Hand::default(), Config::default().with_target(&target()));
        let clock = hand.clone();
        let harness = open_shell_at(look, size, config, handle, clock, |config, engine| {
            ChatClient::new(config, Drafts::default(), engine)
        });
        let mut window = Self { harness, engine, hand };
        assert_eq!(window.engine.commands.try_recv().ok(), Some(Command::Connect(target())));
        window
    }

    fn happens(&mut self, event: Event) {
        self.engine.events.send(event);
        self.harness.run();
    }

    fn connects(&mut self) {
        let bot = Some("Qingyun".to_owned());
        self.happens(Event::Connected(Connected { bot, ..Connected::new(target(), Dialect::Records) }));
    }

    fn types(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.harness.run();
    }

    /// Half a minute later.
    fn says(&mut self, text: &str) -> MessageId {
        self.hand.0.fetch_add(30, Ordering::Relaxed);
        self.types(text);
        self.harness.key_press(Key::Enter);
        self.harness.run();
        match self.engine.commands.try_recv() {
            Ok(Command::Send { id, .. }) => id,
            other => panic!("not sent: {other:?}"),
        }
    }

    fn answers(&mut self, id: MessageId, text: &str) {
        self.happens(Event::Reply {
            id: Some(id),
            bot: Some("Qingyun".into()),
            text: text.into(),
            is_other_bot: false,
        });
    }
}

/// A message in each state there is.
fn conversation(look: Look, size: [f32; 2]) -> Window {
    let mut window = Window::new(look, size);
    window.connects();
    let id = window.says("hello");
    window.answers(id, "Hello to you. Ask me for the weather, a joke, or what 1+1 is.");
    let id = window.says("天气深圳");
    window.answers(id, "深圳今天多云，22到27度，东北风三级，空气很好，适合出门走走。");
    let id = window.says("tell me a joke");
    let (reason, said) = (FailReason::BotTimeout, "the bot did not answer within 8 s".to_owned());
    window.happens(Event::Failed { id, reason: FailedReason::Server { reason, said } });
    let id = window.says("and this one?");
    window.happens(Event::Failed { id, reason: FailedReason::Busy });
    let id = window.says("a long story, please");
    let text = "Once upon a time there was a clock that".to_owned();
    window.happens(Event::Part { id, bot: Some("Qingyun".to_owned()), text });
    let id = window.says("1+1");
    window.happens(Event::Accepted { id, ahead: 1 });
    window.types("what is still being typed");
    window
}

#[test]
fn it_chats() {
    let mut album = Album::default();
    for look in LOOKS {
        let mut window = conversation(look, SIZE);
        album.add("chat-client-conversation", look, &mut window.harness);
    }
    let mut window = conversation(LIGHT_CHINESE, SMALLEST);
    album.add("chat-client-smallest", LIGHT_CHINESE, &mut window.harness);
}

#[test]
fn it_asks_whom_to_trust() {
    let mut album = Album::default();
    let key = ServerKey::of_hash(std::array::from_fn(|at| 0x3e ^ u8::try_from(7 * at).unwrap_or(0)));
    let known = Some(ServerKey::of_hash([0x4b; 32]));
    for (name, look, size, event) in [
        ("key", LIGHT, SIZE, Event::KeyAsked { target: target(), key, known: None }),
        ("other-key", DARK_CHINESE, SIZE, Event::KeyAsked { target: target(), key, known }),
        ("other-key-smallest", LIGHT, SMALLEST, Event::KeyAsked { target: target(), key, known }),
        ("pass", DARK, SIZE, Event::PassAsked { target: target(), is_wrong: true }),
    ] {
        let mut window = Window::new(look, size);
        window.happens(event);
        album.add(&format!("chat-client-{name}"), look, &mut window.harness);
    }
}

#[test]
fn it_is_empty() {
    let mut album = Album::default();
    for (look, size, name) in [(LIGHT, SIZE, "empty"), (DARK_CHINESE, SMALLEST, "empty-smallest")] {
        let mut window = Window::new(look, size);
        window.connects();
        album.add(&format!("chat-client-{name}"), look, &mut window.harness);
    }
    let mut window = conversation(LIGHT, [1300.0, 800.0]);
    album.add("chat-client-large", LIGHT, &mut window.harness);
}

#[test]
fn it_is_not_connected() {
    let mut window = Window::new(DARK, SIZE);
    window.happens(Event::Disconnected { target: target() });
    let mut album = Album::default();
    album.add("chat-client-not-connected", DARK, &mut window.harness);
    for (look, size, name) in
        [(LIGHT, SIZE, "no-server"), (DARK_CHINESE, [1600.0, 1000.0], "no-server-large")]
    {
        let mut window = Window::new(look, size);
        let reason = DisconnectReason::Refused { address: target() };
        window.happens(Event::Retrying { reason, retry_in_ms: 4000, attempt: 2 });
        album.add(&format!("chat-client-{name}"), look, &mut window.harness);
    }
}

/// Three servers on the network: one with a long name, and one with another key than it should have.
fn found() -> Arc<[FoundServer]> {
    let one = |name: &str, host: &str, is_encrypted, wants_pass| Found {
        name: name.to_owned(),
        host: host.parse().unwrap(),
        others: Vec::new(),
        port: 6666,
        is_encrypted,
        key_half: None,
        wants_pass,
    };
    let known = |found| FoundServer { found, has_other_key: false };
    Arc::new([
        known(one("kitchen", "192.168.1.20", true, true)),
        known(one("a-computer-with-quite-a-long-name-of-its-own", "192.168.1.113", true, false)),
        FoundServer {
            has_other_key: true,
            ..known(one("workshop (2)", "fe80::6d1a:22ff%wlan0", true, false))
        },
        known(one("nc", "192.168.1.4", false, false)),
    ])
}

#[test]
fn it_hears_servers_on_the_network() {
    let mut album = Album::default();
    for (look, size, name) in [
        (LIGHT, SIZE, "found"),
        (DARK_CHINESE, [820.0, 640.0], "found-wide"),
        (LIGHT, SMALLEST, "found-smallest"),
    ] {
        let mut window = Window::new(look, size);
        window.engine.snapshot.change(|snapshot| snapshot.found = found());
        let reason = DisconnectReason::Refused { address: target() };
        window.happens(Event::Retrying { reason, retry_in_ms: 4000, attempt: 2 });
        album.add(&format!("chat-client-{name}"), look, &mut window.harness);
    }
    let mut window = conversation(DARK, SIZE);
    window.engine.snapshot.change(|snapshot| snapshot.found = found());
    let reason = DisconnectReason::Closed { address: target() };
    window.happens(Event::Retrying { reason, retry_in_ms: 4000, attempt: 2 });
    album.add("chat-client-found-above", DARK, &mut window.harness);
}

#[test]
fn its_settings_lie_over_it() {
    let mut album = Album::default();
    for (look, size, name) in
        [(LIGHT, [500.0, 640.0], "settings"), (DARK_CHINESE, SMALLEST, "settings-smallest")]
    {
        let mut window = Window::new(look, size);
        open_dialog(&mut window.harness, SETTINGS_KEY.modifiers, SETTINGS_KEY.logical_key);
        album.add(&format!("chat-client-{name}"), look, &mut window.harness);
    }
}

#[test]
fn it_reconnects() {
    let mut album = Album::default();
    for (look, size, name) in [
        (DARK_CHINESE, SIZE, "reconnecting"),
        (LIGHT_HIGH, SIZE, "reconnecting"),
        (LIGHT, SMALLEST, "reconnecting-smallest"),
    ] {
        let mut window = Window::new(look, size);
        window.connects();
        let id = window.says("hello");
        let reason = DisconnectReason::Closed { address: target() };
        window.happens(Event::Retrying { reason, retry_in_ms: 4000, attempt: 2 });
        window.happens(Event::Failed { id, reason: FailedReason::ConnectionLost });
        album.add(&format!("chat-client-{name}"), look, &mut window.harness);
    }
}
