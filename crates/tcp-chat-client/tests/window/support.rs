//! The window against a hand-fed link.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, FixedOffset, TimeDelta};
use common::chat::{Dialect, MAX_TEXT_BYTES};
use common::engine::{Clock, Waker, link};
use common::window::prepare;
use common::window::shell::Shell;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use tcp_chat_client::config::Config;
use tcp_chat_client::drafts::Drafts;
use tcp_chat_client::engine::{Command, DisconnectReason, Link, MessageId, Snapshot, Target};
use tcp_chat_client::event::{Connected, Event};
use tcp_chat_client::ui::{ChatClient, WINDOW};

/// 14:01:00, and what the test lets pass.
#[derive(Clone, Default)]
pub(crate) struct TestClock(pub(crate) Arc<AtomicI64>);

impl Clock for TestClock {
    fn now(&self) -> DateTime<FixedOffset> {
        let start = DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap();
        start + TimeDelta::milliseconds(self.0.load(Ordering::Relaxed))
    }
}

/// The window, its engine played by the test.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, Shell<ChatClient>>,
    pub(crate) engine: Link,
    pub(crate) clock: TestClock,
}

pub(crate) fn target() -> Target {
    Target { host: "127.0.0.1".parse().unwrap(), ..Target::default() }
}

impl Window {
    pub(crate) fn new() -> Self {
        Self::with_size(500.0, 450.0)
    }

    pub(crate) fn with_size(width: f32, height: f32) -> Self {
        Self::with(width, height, Config::default(), Drafts::default())
    }

    pub(crate) fn with(width: f32, height: f32, config: Config, drafts: Drafts) -> Self {
        let (handle, engine) = link(Waker::none(), Snapshot::default());
        let clock = TestClock::default();
        let app_clock = clock.clone();
        let mut harness = Harness::builder()
            .with_size(vec2(width, height))
            .with_max_steps(20)
            .allow_missing_glyphs()
            .build_eframe(|cc| {
                prepare(&cc.egui_ctx);
                Shell::for_test(WINDOW, config, handle, app_clock, |config, engine| {
                    ChatClient::new(config, drafts, engine)
                })
            });
        harness.run();
        let mut window = Self { harness, engine, clock };
        assert_eq!(window.command(), Some(Command::Connect(target())), "connects at once");
        window
    }

    pub(crate) fn online() -> Self {
        let mut window = Self::new();
        window.connect(Dialect::Records);
        window
    }

    pub(crate) fn connect(&mut self, dialect: Dialect) {
        let bot = (dialect == Dialect::Records).then(|| "Qingyun".to_owned());
        self.connect_with(dialect, bot, MAX_TEXT_BYTES);
    }

    pub(crate) fn connect_with(&mut self, dialect: Dialect, bot: Option<String>, max_text_bytes: usize) {
        let connected = Connected { bot, max_text_bytes, ..Connected::new(target(), dialect) };
        self.happens(Event::Connected(connected));
    }

    /// The connection is lost, and sought again.
    pub(crate) fn loses(&mut self) {
        let reason = DisconnectReason::Closed { address: target() };
        self.happens(Event::Retrying { reason, retry_in_ms: 1000, attempt: 2 });
    }

    /// The window is asked to close; whether it asks back.
    pub(crate) fn asks_to_close(&mut self) -> bool {
        let viewport = self.harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
        viewport.events.push(egui::ViewportEvent::Close);
        self.harness.step();
        let output = &self.harness.output().viewport_output[&egui::ViewportId::ROOT];
        output.commands.contains(&egui::ViewportCommand::CancelClose)
    }

    /// The window is closed.
    pub(crate) fn ends(&mut self) {
        self.harness.state_mut().on_exit();
    }

    pub(crate) fn happens(&mut self, event: Event) {
        self.engine.events.send(event);
        self.harness.run();
    }

    pub(crate) fn command(&mut self) -> Option<Command> {
        self.engine.commands.try_recv().ok()
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    pub(crate) fn draft(&self) -> String {
        self.harness.get_by_role(Role::MultilineTextInput).value().unwrap_or_default()
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.harness.run();
    }

    pub(crate) fn press(&mut self, key: Key) {
        self.harness.key_press(key);
        self.harness.run();
    }

    /// Presses and lets go within one frame, and nothing more.
    pub(crate) fn strikes(&mut self, modifiers: Modifiers, key: Key) {
        let of = |pressed| egui::Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        self.harness.input_mut().events.extend([of(true), of(false)]);
        self.harness.step();
    }

    pub(crate) fn click(&mut self, label: &str) {
        self.harness.get_by_role_and_label(Role::Button, label).click();
        self.harness.run();
    }

    /// Gives a field the keyboard and selects what is in it: what comes next replaces that.
    pub(crate) fn selects(&mut self, label: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, label).focus();
        self.harness.run();
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    }

    /// Types over what is in a field.
    pub(crate) fn retypes(&mut self, label: &str, text: &str) {
        self.selects(label);
        self.types(text);
    }

    /// Turns the wheel over the history.
    pub(crate) fn scrolls_up(&mut self, points: f32) {
        self.harness.hover_at(egui::pos2(200.0, 150.0));
        self.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            source: egui::MouseWheelSource::Unknown,
            delta: vec2(0.0, points),
            phase: egui::TouchPhase::Move,
            modifiers: egui::Modifiers::default(),
        });
        self.harness.run();
    }

    /// Types and sends; the message as the engine gets it.
    pub(crate) fn says(&mut self, text: &str) -> MessageId {
        self.types(text);
        self.press(Key::Enter);
        match self.command() {
            Some(Command::Send { id, text: sent }) if sent == text => id,
            other => panic!("{other:?}"),
        }
    }
}
