//! The content of the window.

mod announced;
mod bottom;
mod columns;
mod datagrams;
mod hex;
mod listen;
mod plot;
mod quality;
mod senders;

use std::net::Ipv4Addr;
use std::sync::Arc;

use common::check::Question;
use common::cli::Failure;
use common::config::{Bounded, CommandLine};
use common::net::Host;
use common::status::Status;
use common::texts::sentence;
use common::tr;
use common::window::shell::{Engine, Program};
use common::window::{
    FileKind, HostField, KeyHint, LOG_KEYS, ListenPortField, Primary, SaveBar, Window, encoding_ui,
    follow_focus, launch, live, removed_ui, section_ui, splitter_ui,
};
use eframe::egui::{self, Label};

use self::announced::announced_ui;
use self::bottom::bottom_ui;
use self::datagrams::Datagrams;
use self::listen::listen_ui;
use self::quality::{QualityAction, quality_ui};
use self::senders::{SendersAction, focus_row, senders_ui};
use crate::config::{Args, Config};
use crate::csv::write_history;
use crate::engine::{self, Command, RowId, Snapshot};
use crate::event::Event;
use crate::model::Model;

/// The gap between the rows of the content, which leaves room for the datagrams.
const CONTENT_GAP: f32 = 4.0;

/// Of the senders, at least: the heading and two rows. With the quality of one below, at most this part of both.
const MIN_SENDERS: f32 = 60.0;
const SENDERS_PART: f32 = 0.35;

/// In a window that is not as high the senders do not scroll by themselves, unless they are higher than this.
const SMALL_WINDOW: f32 = 300.0;
const SMALL: f32 = 180.0;

/// Where the user drags the line, the list of datagrams keeps that height.
const MIN_LIST: f32 = 80.0;

pub const WINDOW: Window = Window {
    app_id: "udp-time-client",
    title: "udp-time-client-title",
    size: [820.0, 560.0],
    icon: include_bytes!("../../../../packaging/icons/udp-time-client.png"),
};

/// Opens the window, which listens at once unless the settings say otherwise.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    launch(WINDOW, line, |waker| engine::start(waker, true), TimeClient::new)
}

/// What the window shows, and what is typed into it.
#[derive(Debug)]
pub struct TimeClient {
    model: Model,
    datagrams: Datagrams,
    /// The sender whose quality is shown.
    chosen: Option<RowId>,
    /// Asks where to save the figures of that sender.
    save: Option<SaveBar>,
    listen: HostField,
    port: ListenPortField,
    interface: Option<String>,
    /// Where it was told to listen, with the port that the system chose.
    asked: Config,
    /// What the file keeps.
    config: Config,
}

impl TimeClient {
    /// A window that begins with `config`, and listens at once where that says so.
    pub fn new(config: &Config, engine: &mut Engine<Command>) -> Self {
        let listens = config.start || config.listens_now;
        let config = &Config { listens_now: false, ..config.clone() };
        let mut client = Self {
            model: Model::default(),
            datagrams: Datagrams::default(),
            chosen: None,
            save: None,
            listen: HostField::new(&config.listen),
            port: ListenPortField::of_port(config.port),
            interface: config.interface.clone(),
            asked: config.clone(),
            config: config.clone(),
        };
        if listens {
            client.listen_at(config.clone(), engine);
        }
        client
    }

    /// What is typed, where that is valid.
    fn typed(&self) -> Option<Config> {
        let listen: Host = self.listen.host().ok()?;
        let is_group = matches!(listen, Host::Ip(ip) if ip.is_multicast());
        let interface = self.interface.clone().filter(|_| is_group);
        Some(Config { listen, port: self.port.port().ok()?, interface, ..self.config.clone() })
    }

    /// Whether it was told to listen where this is.
    fn is_asked(&self, typed: &Config) -> bool {
        let Config { listen, port, interface, .. } = &self.asked;
        (listen, port, interface) == (&typed.listen, &typed.port, &typed.interface)
    }

    fn listen_anew(&mut self, engine: &mut Engine<Command>) {
        if let Some(config) = self.typed() {
            self.listen_at(config, engine);
        }
    }

    fn listen_at(&mut self, config: Config, engine: &mut Engine<Command>) {
        self.asked.clone_from(&config);
        if !self.is_chosen_by_system(&config) {
            self.config.clone_from(&config);
        }
        engine.send(Command::Listen(config));
    }

    /// Whether the port of `config` is one that the system chose, which is not remembered.
    fn is_chosen_by_system(&self, config: &Config) -> bool {
        let same_but_port = Config { port: self.config.port, ..config.clone() } == self.config;
        same_but_port
            && self.config.port == 0
            && self.model.listening().is_some_and(|listening| listening.address.port() == config.port)
    }

    /// Shows the quality of this sender, or hides it.
    fn choose(&mut self, sender: Option<RowId>) {
        self.chosen = sender;
        self.config.quality = sender.is_some();
    }

    /// Hides the quality; the keyboard goes back to the row of its sender.
    fn hide_quality(&mut self, ctx: &egui::Context) {
        if let Some(id) = self.chosen {
            focus_row(ctx, id);
            self.choose(None);
        }
    }

    /// Lays out the senders and the quality of one of them, and the line below, in the upper part of `whole`. Where
    /// that is not enough they scroll: the list of datagrams keeps its rows.
    fn senders_ui(&mut self, ui: &mut egui::Ui, whole: egui::Rect, engine: &mut Engine<Command>) {
        let chosen_height = f32::from(u16::try_from(self.config.list_height.get()).unwrap_or(u16::MAX));
        let list = if self.chosen.is_none() || chosen_height < 1.0 {
            self.datagrams.least_height(ui)
        } else {
            chosen_height.max(MIN_LIST)
        };
        // In a small window all of the content scrolls: nothing in it needs to scroll by itself.
        let is_small = is_small(ui);
        let most = if is_small { f32::INFINITY } else { (whole.height() - list).max(MIN_SENDERS) };
        let now_us = self.model.snapshot().now_us;
        let row = self.chosen.and_then(|chosen| self.model.senders().iter().find(|row| row.id == chosen));
        let is_only = self.chosen.is_some() && self.datagrams.only() == self.chosen;
        let area = egui::ScrollArea::vertical().id_salt("upper").auto_shrink([false, true]).max_height(most);
        let (action, request) = area
            .show(ui, |ui| {
                let of_table = match row {
                    _ if is_small => SMALL,
                    Some(_) => most * SENDERS_PART,
                    None => most,
                };
                let action = senders_ui(ui, &self.model, self.chosen, now_us, of_table.max(MIN_SENDERS));
                let bottom = whole.top() + most.min(SMALL.max(whole.height()));
                let request = row.and_then(|row| quality_ui(ui, row, is_only, now_us, bottom));
                follow_focus(ui);
                (action, request)
            })
            .inner;
        let below = whole.with_min_y(ui.cursor().top() - CONTENT_GAP / 2.0);
        if row.is_none() {
            ui.separator();
        } else if let Some(top) = splitter_ui(ui, below) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "points of a window")]
            let height = (whole.bottom() - top).round().max(MIN_LIST) as u32;
            let height = Bounded::nearest(height);
            if std::mem::replace(&mut self.config.list_height, height) != height {
                ui.ctx().request_repaint();
            }
        }
        match action {
            Some(SendersAction::Quality(id)) => self.choose(Some(id).filter(|id| self.chosen != Some(*id))),
            Some(SendersAction::OnlyIts(id)) => self.datagrams.show_only(Some(id)),
            Some(SendersAction::Remove(id)) => {
                if self.chosen == Some(id) {
                    self.choose(None);
                }
                engine.send(Command::RemoveSender(id));
            }
            None => (),
        }
        match request {
            Some(QualityAction::Save) => self.open_save(ui.ctx()),
            Some(QualityAction::OnlyIts) => {
                let only = self.chosen.filter(|_| !is_only);
                self.datagrams.show_only(only);
            }
            Some(QualityAction::Close) => self.hide_quality(ui.ctx()),
            None => (),
        }
    }

    fn open_save(&mut self, ctx: &egui::Context) {
        let label = tr!("udp-time-client-save-figures-to");
        let save = self.save.get_or_insert_with(|| SaveBar::of("quality", label, &[FileKind::Csv]));
        save.browse(ctx);
        save.focus();
    }

    fn save_row_ui(&mut self, ui: &mut egui::Ui) {
        let row = self.model.senders().iter().find(|row| Some(row.id) == self.chosen);
        let (Some(save), Some(row)) = (&mut self.save, row) else {
            self.save = None;
            return;
        };
        let action = save.ui(ui);
        if action.is_saved {
            let history = Arc::clone(&row.quality.history);
            save.write(ui.ctx(), move |out, _| write_history(out, &history));
        }
        if action.is_closed {
            self.save = None;
            focus_row(ui.ctx(), row.id);
        }
        ui.separator();
    }
}

/// Whether all of the content scrolls.
fn is_small(ui: &egui::Ui) -> bool {
    ui.ctx().content_rect().height() < SMALL_WINDOW
}

impl Program for TimeClient {
    type Config = Config;
    type Command = Command;
    type Event = Event;
    type Snapshot = Snapshot;

    const MIN_PINNED_HEIGHT: Option<f32> = Some(260.0);

    fn apply(&mut self, event: Event, _engine: &mut Engine<Command>) {
        match event {
            Event::Datagram(datagram) => self.datagrams.add(datagram),
            // The snapshot has them.
            Event::Listening(_) | Event::Error { .. } | Event::Stopped => (),
        }
    }

    fn is_paused(&self) -> bool {
        self.datagrams.is_paused()
    }

    fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.model.set_snapshot(snapshot);
    }

    fn update(&mut self, _ctx: &egui::Context, _engine: &mut Engine<Command>) {
        if self.chosen.is_none() && self.config.quality {
            self.chosen = self.model.senders().first().map(|row| row.id);
        }
        if let Some(listening) = self.model.listening()
            && self.asked.port == 0
        {
            // The system chose.
            self.asked.port = listening.address.port();
            self.port = ListenPortField::of_port(self.asked.port);
        }
    }

    fn address(&self) -> Option<String> {
        self.model.listening().map(|listening| listening.address.to_string())
    }

    fn status(&self, _engine: &Engine<Command>) -> Status {
        self.model.status(self.typed().is_some())
    }

    fn primary(&self) -> Primary<'_> {
        if self.model.is_on() {
            Primary { label: tr!("udp-time-client-stop"), is_enabled: true, is_end: true }
        } else {
            Primary { label: tr!("udp-time-client-start"), is_enabled: self.typed().is_some(), is_end: false }
        }
    }

    fn press_primary(&mut self, engine: &mut Engine<Command>) {
        if self.model.is_on() {
            engine.send(Command::Stop);
        } else {
            self.listen_anew(engine);
        }
    }

    fn notices_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        let notes = self.model.notes();
        if notes.is_empty() {
            return;
        }
        let free = self.model.free_port();
        let mut is_wanted = false;
        ui.horizontal_wrapped(|ui| {
            for note in notes {
                live(&ui.add(Label::new(note).wrap()));
            }
            is_wanted = free.is_some_and(|port| {
                ui.button(tr!("udp-time-client-use-port", port = port.to_string())).clicked()
            });
        });
        if let (true, Some(port)) = (is_wanted, free) {
            self.port = ListenPortField::of_port(port);
            self.listen_anew(engine);
        }
    }

    fn content_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        ui.spacing_mut().item_spacing.y = CONTENT_GAP;
        let whole = ui.available_rect_before_wrap();
        if !self.model.senders().is_empty() {
            self.senders_ui(ui, whole, engine);
        }
        if let Some(source) = self.model.snapshot().removed
            && removed_ui(ui, &tr!("removed", name = source.to_string()))
        {
            engine.send(Command::RestoreSender);
        }
        if let Some(port) = announced_ui(ui, &self.model, is_small(ui)) {
            self.listen = HostField::new(&Host::Ip(Ipv4Addr::UNSPECIFIED.into()));
            self.port = ListenPortField::of_port(port);
            self.listen_anew(engine);
        }
        self.save_row_ui(ui);
        let left = whole.bottom() - ui.cursor().top();
        let is_silent = self.model.is_on() && self.model.senders().is_empty();
        let is_listening = self.model.listening().is_some();
        self.datagrams.ui(ui, left, engine.waiting(), is_listening, is_silent);
    }

    fn bottom_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        let can_apply = self.model.is_on() && self.typed().is_some_and(|typed| !self.is_asked(&typed));
        let Self { listen, port, interface, model, .. } = self;
        let interfaces = Arc::clone(&model.snapshot().interfaces);
        let (figures, hint) = (sentence(&model.snapshot().counters), model.buffer_note());
        let is_wanted =
            bottom_ui(ui, figures, hint, |ui| listen_ui(ui, listen, port, interface, &interfaces, can_apply));
        if is_wanted {
            self.listen_anew(engine);
        }
    }

    fn escape(&mut self, ctx: &egui::Context) {
        self.hide_quality(ctx);
    }

    fn config(&self) -> Config {
        self.config.clone()
    }

    /// Where it listens is on no page: what is typed for that stays.
    fn set_config(&mut self, config: Config, _keys: &[&str], _engine: &mut Engine<Command>) {
        self.config = config;
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui, _engine: &mut Engine<Command>) {
        section_ui(ui, tr!("udp-time-client-settings-listen"), &["start", "encoding"], |ui| {
            encoding_ui(ui, &mut self.config.encoding);
            ui.checkbox(&mut self.config.start, tr!("udp-time-client-start-with-window"));
        });
    }

    fn keys(&self) -> Vec<KeyHint> {
        let own = [
            ("Ctrl+Enter", "udp-time-client-key-start"),
            ("Enter", "udp-time-client-key-quality"),
            ("Delete", "udp-time-client-key-remove"),
            ("\u{2191}, \u{2193}", "key-splitter"),
        ];
        own.into_iter().chain(LOG_KEYS.iter().copied()).collect()
    }

    fn question(&self) -> Option<Question> {
        Some(self.asked.question(None))
    }
}
