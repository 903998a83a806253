//! The shell around a small program.

use super::*;
use crate::config::{ContrastChoice, ThemeChoice};
use crate::window::settings_button_ui;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Draft {
    draft: String,
}

#[derive(Debug, Default)]
struct Notes(Draft);

impl eframe::App for Notes {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        ui.label("the content");
        settings_button_ui(ui);
    }
}

impl Program for Notes {
    type Kept = Draft;

    fn kept(&self) -> Draft {
        self.0.clone()
    }

    fn reset(&mut self) {
        self.0 = Draft::default();
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui) {
        super::super::room_ui(ui, "Notes", |ui| ui.label("a room of the program"));
    }

    fn keys(&self) -> Vec<KeyHint> {
        vec![("Ctrl+Enter", "key-zoom")]
    }
}

const WINDOW: Window =
    Window { app_id: "notes", title: "udp-time-server-title", size: [400.0, 300.0], icon: &[] };

struct Fixture {
    harness: Harness<'static, Shell<Notes>>,
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
    let notes = Notes(loaded.settings.program.clone());
    // There are no system fonts in tests.
    let builder = Harness::builder().with_size(size).allow_missing_glyphs();
    let mut harness = builder.build_eframe(|_| Shell::new(WINDOW, loaded, notes));
    harness.run();
    Fixture { harness, path, _folder: folder }
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
    fixture.harness.get_by_label("a room of the program");
    press(&mut fixture, "Dark");
    assert!(fixture.harness.ctx.global_style().visuals.dark_mode);
    press(&mut fixture, "High contrast");
    fixture.harness.get_by_role_and_label(Role::ComboBox, "Language").click();
    fixture.harness.run();
    press(&mut fixture, "简体中文");
    fixture.harness.get_by_label("深色");
    fixture.harness.state_mut().program_mut().0.draft = "kept".to_owned();
    eframe::App::on_exit(fixture.harness.state_mut(), None);
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
    press(&mut fixture, "As the system");
    assert_eq!(panel(&fixture), egui::Color32::WHITE);
    desktop.send(SystemLook::default()).unwrap();
    fixture.harness.run();
    assert_eq!(panel(&fixture), light);
    let saved = fixture.harness.state().settings().look;
    assert_eq!((saved.theme, saved.contrast), (ThemeChoice::Light, ContrastChoice::System));
}

#[test]
fn what_the_file_says_is_used_and_can_be_reset() {
    let text = "[look]\ntheme = \"dark\"\nlanguage = \"zh-CN\"\n[program]\ndraft = \"x\"\n";
    let mut fixture = window(text, [500.0, 700.0]);
    assert!(fixture.harness.ctx.global_style().visuals.dark_mode);
    assert_eq!(fixture.harness.state().program().0.draft, "x");
    press(&mut fixture, "设置...");
    press(&mut fixture, "恢复默认设置");
    fixture.harness.get_by_label("Dark");
    assert!(!fixture.harness.ctx.global_style().visuals.dark_mode);
    assert_eq!(fixture.harness.state().program().0.draft, "");
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
    fixture.harness.get_by_role_and_label(Role::Dialog, "Keys");
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
fn keys_zoom_and_the_zoom_is_remembered() {
    let mut fixture = window("[look]\nzoom = 150\n", [500.0, 400.0]);
    assert!((fixture.harness.ctx.zoom_factor() - 1.5).abs() < 0.01);
    fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
    fixture.harness.run();
    assert_eq!(fixture.harness.state().settings().look.zoom, 160);
    fixture.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
    fixture.harness.run();
    assert_eq!(fixture.harness.state().settings().look.zoom, 100);
}
