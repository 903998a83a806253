//! The shell around a small program.

use std::time::{Duration, Instant};

use super::*;
use crate::config::{Config, ContrastChoice, ThemeChoice, Zoom, defaults};
use crate::engine::{EngineLink, Waker, link};
use crate::status::Lamp;
use crate::window::{KeyHint, section_ui};
use chrono::{DateTime, FixedOffset};
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, clap::Args, Serialize, Deserialize)]
#[serde(default)]
struct Draft {
    #[arg(long, default_value = "")]
    draft: String,
}

impl Default for Draft {
    fn default() -> Self {
        defaults()
    }
}

impl Config for Draft {}

#[derive(Default)]
struct Notes {
    config: Draft,
    events: Vec<u32>,
    dropped: u64,
    is_on: bool,
    /// A field that is typed into.
    typed: String,
    escapes: u32,
    /// Is done when the window is closed.
    at_exit: Option<Box<dyn FnOnce() + Send>>,
}

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notes").finish_non_exhaustive()
    }
}

impl Program for Notes {
    type Config = Draft;
    type Command = &'static str;
    type Event = u32;
    type Snapshot = bool;

    fn apply(&mut self, event: u32, _engine: &mut Engine<&'static str>) {
        self.events.push(event);
    }

    fn events_dropped(&mut self, count: u64, _now: DateTime<FixedOffset>) {
        self.dropped += count;
    }

    fn set_snapshot(&mut self, is_on: bool) {
        self.is_on = is_on;
    }

    fn status(&self, _engine: &Engine<&'static str>) -> Status {
        Status::new(Lamp::On, if self.is_on { "Noting" } else { "Idle" })
    }

    fn primary(&self) -> Primary<'_> {
        Primary { label: "Note", is_enabled: true, is_end: false }
    }

    fn press_primary(&mut self, engine: &mut Engine<&'static str>) {
        engine.send("note");
    }

    fn content_ui(&mut self, ui: &mut egui::Ui, _engine: &mut Engine<&'static str>) {
        ui.label("the content");
        let name = ui.label("Note text").id;
        ui.text_edit_singleline(&mut self.typed).labelled_by(name);
        ui.menu_button("More", |ui| ui.label("an item"));
    }

    fn on_exit(&mut self) {
        self.at_exit.take().into_iter().for_each(|then| then());
    }

    fn escape(&mut self, _ctx: &egui::Context) {
        self.escapes += 1;
    }

    fn bottom_ui(&mut self, ui: &mut egui::Ui, _engine: &mut Engine<&'static str>) {
        bottom_row_ui(ui, |ui| _ = ui.label(format!("{} notes", self.events.len())));
    }

    fn config(&self) -> Draft {
        self.config.clone()
    }

    fn set_config(&mut self, config: Draft, _keys: &[&str], _engine: &mut Engine<&'static str>) {
        self.config = config;
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui, _engine: &mut Engine<&'static str>) {
        section_ui(ui, "Notes", &["draft"], |ui| ui.label("a section of the program"));
    }

    fn keys(&self) -> Vec<KeyHint> {
        vec![("Ctrl+Enter", "key-zoom")]
    }
}

const WINDOW: Window =
    Window { app_id: "notes", title: "udp-time-server-title", size: [400.0, 300.0], icon: &[] };

struct Fixture {
    harness: Harness<'static, Shell<Notes>>,
    link: EngineLink<&'static str, u32, bool>,
    path: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

fn window(text: &str, size: [f32; 2]) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    if !text.is_empty() {
        std::fs::write(&path, text).unwrap();
    }
    let loaded = Store::at(path.clone()).load::<Draft>();
    let began = loaded.settings.program.clone();
    let (handle, link) = link(Waker::none(), false);
    // There are no system fonts in tests.
    let builder = Harness::builder().with_max_steps(30).with_size(size).allow_missing_glyphs();
    let create = |config: &Draft, _: &mut _| Notes { config: config.clone(), ..Notes::default() };
    let mut harness = builder.build_eframe(|_| Shell::new(WINDOW, loaded, began, handle, create));
    harness.run();
    Fixture { harness, link, path, _folder: folder }
}

/// A clock without a zone.
struct Lost;

impl Clock for Lost {
    fn now(&self) -> DateTime<FixedOffset> {
        DateTime::UNIX_EPOCH.fixed_offset()
    }

    fn zone_error(&self) -> Option<LocalZoneError> {
        Some(LocalZoneError::Unknown { typed: "Mars/Olympus".to_owned() })
    }
}

#[test]
fn a_zone_that_is_not_known_is_told_until_it_is_dismissed() {
    let (handle, _link) = link::<&'static str, u32, bool>(Waker::none(), false);
    let create = |_: &Draft, _: &mut _| Notes::default();
    let builder = Harness::builder().with_max_steps(30).with_size([500.0, 300.0]).allow_missing_glyphs();
    let mut harness =
        builder.build_eframe(|_| Shell::for_test(WINDOW, Draft::default(), handle, Lost, create));
    harness.run();
    let told = "TZ names an unknown time zone, times are in UTC: Mars/Olympus";
    harness.get_by_label(told);
    harness.get_by_label("Dismiss").click();
    harness.run();
    assert!(harness.query_by_label(told).is_none());
}

#[test]
fn events_the_snapshot_and_what_was_dropped_reach_the_program_and_its_button_the_engine() {
    let mut fixture = window("", [500.0, 300.0]);
    fixture.link.events.send(7);
    fixture.link.events.count_dropped(3);
    fixture.link.snapshot.set(true);
    fixture.harness.run();
    let program = fixture.harness.state().program();
    assert_eq!((program.events.as_slice(), program.dropped), (&[7][..], 3));
    fixture.harness.get_by_label("Noting");
    fixture.harness.get_by_label("1 notes");
    press(&mut fixture, "Note");
    assert_eq!(fixture.link.commands.try_recv(), Ok("note"));
}

#[test]
fn an_engine_that_is_gone_is_said_at_the_next_press() {
    let mut fixture = window("", [500.0, 300.0]);
    drop(fixture.link);
    fixture.harness.get_by_label("Note").click();
    fixture.harness.run();
    fixture.harness.get_by_label("Idle (busy, press again)");
}

#[test]
fn tab_goes_as_one_reads() {
    let mut fixture = window("", [500.0, 300.0]);
    let mut focused = Vec::new();
    for _ in 0..4 {
        fixture.harness.key_press(Key::Tab);
        fixture.harness.run();
        let node = fixture.harness.get_by(|node| node.is_focused() && node.role() != Role::Window);
        focused.push(node.accesskit_node().label().unwrap());
    }
    assert_eq!(focused, ["Note", "Note text", "More", "Settings..."]);
}

fn press(fixture: &mut Fixture, label: &str) {
    fixture.harness.get_by_label(label).click();
    fixture.harness.run();
}

#[test]
fn everything_chosen_is_used_at_once_and_found_in_the_file() {
    let mut fixture = window("", [500.0, 700.0]);
    press(&mut fixture, "Settings...");
    fixture.harness.get_by_role_and_label(Role::Dialog, "Settings");
    fixture.harness.get_by_label("a section of the program");
    press(&mut fixture, "Dark");
    assert!(fixture.harness.ctx.global_style().visuals.dark_mode);
    press(&mut fixture, "High");
    fixture.harness.get_by_role_and_label(Role::ComboBox, "Language").click();
    fixture.harness.run();
    press(&mut fixture, "简体中文");
    fixture.harness.get_by_label("深色");
    fixture.harness.state_mut().program.config.draft = "kept".to_owned();
    fixture.harness.state_mut().on_exit();
    let saved = Store::at(fixture.path).load::<Draft>().settings;
    assert_eq!(saved.look.theme, ThemeChoice::Dark);
    assert_eq!(saved.look.contrast, ContrastChoice::High);
    assert_eq!((saved.look.language.as_deref(), saved.program.draft.as_str()), (Some("zh-CN"), "kept"));
}

#[test]
fn the_desktop_has_its_way_until_the_user_chooses() {
    let mut fixture = window("", [500.0, 700.0]);
    let (desktop, looks) = SystemLooks::told();
    fixture.harness.state_mut().system_looks = looks;
    let panel = |fixture: &Fixture| fixture.harness.ctx.global_style().visuals.panel_fill;
    let light = panel(&fixture);
    let wanted = SystemLook { theme: Some(egui::Theme::Dark), is_high_contrast: true };
    desktop.send(wanted).unwrap();
    fixture.harness.run();
    assert_eq!(panel(&fixture), egui::Color32::BLACK);
    press(&mut fixture, "Settings...");
    press(&mut fixture, "Normal");
    assert!(![light, egui::Color32::BLACK].contains(&panel(&fixture)), "dark, and no more than that");
    press(&mut fixture, "Light");
    assert_eq!(panel(&fixture), light);
    // The first one is the theme's.
    fixture.harness.get_all_by_label("System").nth(1).unwrap().click();
    fixture.harness.run();
    assert_eq!(panel(&fixture), egui::Color32::WHITE);
    desktop.send(SystemLook::default()).unwrap();
    fixture.harness.run();
    assert_eq!(panel(&fixture), light);
    let saved = fixture.harness.state_mut().settings().look;
    assert_eq!((saved.theme, saved.contrast), (ThemeChoice::Light, ContrastChoice::System));
}

#[test]
fn what_the_file_says_is_used_and_can_be_reset() {
    let text = "[look]\ntheme = \"dark\"\nlanguage = \"zh-CN\"\n[program]\ndraft = \"x\"\n";
    let mut fixture = window(text, [500.0, 700.0]);
    assert!(fixture.harness.ctx.global_style().visuals.dark_mode);
    assert_eq!(fixture.harness.state().program().config.draft, "x");
    press(&mut fixture, "设置...");
    press(&mut fixture, "恢复默认：Notes");
    assert_eq!(fixture.harness.state().program().config.draft, "");
    assert!(fixture.harness.ctx.global_style().visuals.dark_mode, "the look is another section");
    fixture.harness.get_by_label("撤销恢复").focus();
    fixture.harness.run();
    fixture.harness.key_press(egui::Key::Enter);
    fixture.harness.run();
    assert!(fixture.harness.get_by_label("恢复默认：Notes").is_focused(), "the keyboard is nowhere");
    assert_eq!(fixture.harness.state().program().config.draft, "x");
    assert!(fixture.harness.query_by_label("撤销恢复").is_none());
    press(&mut fixture, "恢复默认：外观");
    fixture.harness.get_by_label("Dark");
    assert!(!fixture.harness.ctx.global_style().visuals.dark_mode);
    assert_eq!(fixture.harness.state().program().config.draft, "x", "it is on no other page");
    press(&mut fixture, "Undo reset");
    assert!(fixture.harness.ctx.global_style().visuals.dark_mode);
}

#[test]
fn each_reset_is_undone_in_turn_and_what_was_chosen_since_stays() {
    let mut fixture = window("[look]\nzoom = 110\n[program]\ndraft = \"x\"\n", [500.0, 700.0]);
    press(&mut fixture, "Settings...");
    press(&mut fixture, "Reset: Appearance");
    press(&mut fixture, "Reset: Notes");
    press(&mut fixture, "Dark");
    press(&mut fixture, "Undo reset");
    let settings = fixture.harness.state_mut().settings();
    assert_eq!((settings.program.draft.as_str(), settings.look.theme), ("x", ThemeChoice::Dark));
    assert_eq!(settings.look.zoom.get(), 100);
    press(&mut fixture, "Undo reset");
    assert_eq!(fixture.harness.state_mut().settings().look.zoom.get(), 110);
    assert!(fixture.harness.query_by_label("Undo reset").is_none());
}

#[test]
fn escape_leaves_a_field_or_a_menu_before_it_reaches_the_program() {
    let mut fixture = window("", [500.0, 400.0]);
    let escapes = |fixture: &mut Fixture| {
        fixture.harness.key_press(Key::Escape);
        fixture.harness.run();
        fixture.harness.state().program().escapes
    };
    fixture.harness.get_by_role_and_label(Role::TextInput, "Note text").focus();
    fixture.harness.run();
    assert_eq!(escapes(&mut fixture), 0, "the field is left");
    press(&mut fixture, "More");
    fixture.harness.get_by_label("an item");
    assert_eq!(escapes(&mut fixture), 0, "the menu is closed");
    assert!(fixture.harness.query_by_label("an item").is_none());
    fixture.harness.key_press(Key::F1);
    fixture.harness.run();
    assert_eq!(escapes(&mut fixture), 0, "the list of keys is closed");
    assert_eq!(escapes(&mut fixture), 1);
}

#[test]
fn the_keyboard_goes_to_the_button_of_a_dialog_once() {
    let mut fixture = window("", [500.0, 700.0]);
    for _ in 0..2 {
        fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
        fixture.harness.run();
        assert!(fixture.harness.get_by_label("Close").accesskit_node().is_focused());
        fixture.harness.get_by_role_and_label(Role::TextInput, "Zoom").focus();
        fixture.harness.run();
        fixture.harness.key_press(Key::Enter);
        fixture.harness.run();
        fixture.harness.key_press(Key::Enter);
        fixture.harness.run();
        fixture.harness.get_by_role_and_label(Role::Dialog, "Settings");
        fixture.harness.key_press(Key::Escape);
        fixture.harness.run();
    }
}

#[test]
fn a_broken_file_is_told_until_dismissed() {
    let mut fixture = window("[look\n", [500.0, 300.0]);
    let notice = fixture.harness.get_by_label_contains("The settings cannot be understood (line 1");
    assert_eq!(notice.accesskit_node().live(), egui::accesskit::Live::Polite);
    fixture.harness.get_by_label("the content");
    press(&mut fixture, "Dismiss");
    assert!(fixture.harness.query_by_label_contains("cannot be understood").is_none());
}

#[test]
fn the_keyboard_opens_and_closes_what_lies_over_the_window() {
    let mut fixture = window("", [320.0, 240.0]);
    fixture.harness.key_press(Key::F1);
    fixture.harness.run();
    fixture.harness.get_by_role_and_label(Role::Dialog, "Keyboard shortcuts");
    fixture.harness.get_by_label("Ctrl+Enter");
    fixture.harness.key_press(Key::Escape);
    fixture.harness.run();
    assert!(fixture.harness.query_by_role(Role::Dialog).is_none(), "Esc leaves it open");
    fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    fixture.harness.run();
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(320.0, 240.0));
    let close = fixture.harness.get_by_label("Close");
    assert!(close.accesskit_node().is_focused(), "the keyboard stays under the dialog");
    assert!(screen.contains_rect(close.rect()), "the button left the window");
    fixture.harness.key_press(Key::Enter);
    fixture.harness.run();
    assert!(fixture.harness.query_by_role(Role::Dialog).is_none());
}

#[test]
fn the_zoom_that_is_typed_stays_and_is_used_when_it_is_left() {
    let mut fixture = window("", [500.0, 400.0]);
    fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    fixture.harness.run();
    let typed = |fixture: &mut Fixture, text: &str, then: Key| {
        fixture.harness.get_by_role_and_label(Role::TextInput, "Zoom").focus();
        fixture.harness.run();
        fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        fixture.harness.get_by_role_and_label(Role::TextInput, "Zoom").type_text(text);
        fixture.harness.run();
        let before = fixture.harness.state_mut().settings().look.zoom.get();
        fixture.harness.key_press(then);
        fixture.harness.run();
        let shown = fixture.harness.get_by_role_and_label(Role::TextInput, "Zoom").value();
        (before, fixture.harness.state_mut().settings().look.zoom.get(), shown.unwrap_or_default())
    };
    assert_eq!(typed(&mut fixture, "70000", Key::Enter), (100, 100, "70000".to_owned()));
    fixture.harness.get_by_label("Use a whole number from 50 to 300, not 70000");
    assert_eq!(typed(&mut fixture, "120", Key::Tab), (100, 120, "120".to_owned()));
    fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
    fixture.harness.run();
    let zoom = fixture.harness.get_by_role_and_label(Role::TextInput, "Zoom").value();
    assert_eq!(zoom.as_deref(), Some("130"), "the keys are not followed");
}

#[test]
fn keys_zoom_and_the_zoom_is_remembered() {
    let mut fixture = window("[look]\nzoom = 150\n", [500.0, 400.0]);
    assert!((fixture.harness.ctx.zoom_factor() - 1.5).abs() < 0.01);
    fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
    fixture.harness.run();
    assert_eq!(fixture.harness.state_mut().settings().look.zoom.get(), 160);
    fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
    fixture.harness.run();
    assert_eq!(fixture.harness.state_mut().settings().look.zoom.get(), 100);
}

#[test]
fn a_zoom_beyond_what_is_remembered_stays_with_another_theme() {
    let mut fixture = window("", [1600.0, 3000.0]);
    for _ in 0..25 {
        fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
        fixture.harness.run();
    }
    let zoom = fixture.harness.ctx.zoom_factor();
    assert!(zoom > 3.2, "{zoom}");
    fixture.harness.state_mut().look.theme = ThemeChoice::Dark;
    fixture.harness.run();
    assert!(fixture.harness.ctx.global_style().visuals.dark_mode);
    assert!((fixture.harness.ctx.zoom_factor() - zoom).abs() < 0.01);
    fixture.harness.state_mut().look.zoom = Zoom::nearest(100);
    fixture.harness.run();
    assert!((fixture.harness.ctx.zoom_factor() - 1.0).abs() < 0.01);
}

#[test]
fn a_window_that_is_closed_waits_for_the_file_that_is_being_written() {
    let mut fixture = window("", [500.0, 300.0]);
    let path = fixture.path.with_file_name("saved.txt");
    let mut bar = crate::window::SaveBar::new("x");
    bar.path = path.display().to_string();
    let (go_on, told) = std::sync::mpsc::sync_channel(1);
    bar.write(&fixture.harness.ctx, move |out, _| {
        _ = told.recv();
        out.write_all(&vec![b'x'; 16 << 20]).map(|()| 1)
    });
    let go_on = Box::new(move || go_on.send(()).unwrap());
    fixture.harness.state_mut().program.at_exit = Some(go_on);
    fixture.harness.state_mut().on_exit();
    assert_eq!(std::fs::metadata(path).unwrap().len(), 16 << 20);
}

#[test]
fn what_could_not_be_saved_is_said_and_saved_at_the_end() {
    let mut fixture = window("", [500.0, 300.0]);
    std::fs::create_dir(&fixture.path).unwrap();
    fixture.harness.state_mut().program.config.draft = "kept".to_owned();
    let give_up = Instant::now() + Duration::from_secs(30);
    while fixture.harness.query_by_label_contains("The settings cannot be saved").is_none() {
        assert!(Instant::now() < give_up, "nothing is said");
        fixture.harness.step();
    }
    std::fs::remove_dir(&fixture.path).unwrap();
    fixture.harness.state_mut().on_exit();
    assert_eq!(Store::at(fixture.path).load::<Draft>().settings.program.draft, "kept");
}
