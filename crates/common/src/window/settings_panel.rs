//! The settings and the list of keys: both over the window, closed with Esc.

use std::path::Path;

use eframe::egui::{
    self, Grid, Id, Key, KeyboardShortcut, Label, Modal, Modifiers, RichText, ScrollArea, TextStyle,
    accesskit, vec2,
};

use super::draw::Drawing;
use super::{
    NumberField, choose_ui, follow_focus, is_entered, name_dialog, say_group, small_button, text_width,
    tone_color,
};
use crate::config::{ContrastChoice, Look, Renderer, ThemeChoice, Zoom};
use crate::encoding::{Encoding, EncodingChoice};
use crate::status::Tone;
use crate::texts::{Language, sentence};
use crate::tr;

/// Opens the settings, as in most programs.
pub const SETTINGS_KEY: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Comma);

/// Keys, and the key of the message that says what they do.
pub type KeyHint = (&'static str, &'static str);

/// Width of a dialog where the window has it, in points.
const WIDTH: f32 = 560.0;

/// The column of the labels, in points.
const LABELS: f32 = 112.0;

/// What a dialog leaves of the window around it, in points.
const MARGIN: f32 = 32.0;

/// What lies over the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Dialog {
    #[default]
    Settings,
    Keys,
    Check,
}

/// The button that opens the settings, for the last row of a window.
fn settings_button_ui(ui: &mut egui::Ui) {
    if ui.button(tr!("settings-open")).on_hover_text(tr!("settings-open-hint")).clicked() {
        request(ui.ctx(), Dialog::Settings);
    }
}

/// Text that stands beside what matters.
pub fn quiet(ui: &egui::Ui, text: impl Into<String>) -> Label {
    Label::new(RichText::new(text).small().color(tone_color(ui, Tone::Quiet)))
}

/// Lays out the bottom row of a window: `left`, and on its right the button of the settings.
pub fn bottom_row_ui<R>(ui: &mut egui::Ui, left: impl FnOnce(&mut egui::Ui) -> R) -> R {
    let row = vec2(ui.available_width(), ui.spacing().interact_size.y);
    ui.horizontal(|ui| {
        let width = row.x - settings_width(ui) - ui.spacing().item_spacing.x;
        let given = ui.allocate_ui(vec2(width, row.y), |ui| {
            ui.set_width(width);
            left(ui)
        });
        settings_button_ui(ui);
        given.inner
    })
    .inner
}

/// The width of the button. It has to be known before, as the button is laid out last: Tab goes as one reads.
fn settings_width(ui: &egui::Ui) -> f32 {
    text_width(ui, tr!("settings-open"), &TextStyle::Button) + 2.0 * ui.spacing().button_padding.x
}

/// Opens what says why two computers do not see each other, in the windows that have it.
pub fn open_check(ctx: &egui::Context) {
    request(ctx, Dialog::Check);
}

fn request_id() -> Id {
    Id::unique("requested dialog")
}

fn request(ctx: &egui::Context, dialog: Dialog) {
    ctx.data_mut(|data| data.insert_temp(request_id(), dialog));
}

pub(super) fn requested_dialog(ctx: &egui::Context) -> Option<Dialog> {
    ctx.data_mut(|data| data.remove_temp(request_id()))
}

/// A section of the settings, under its name. Where it has `keys` of the program's settings, a button brings their defaults
/// back, and no others.
pub fn section_ui<R>(
    ui: &mut egui::Ui,
    name: &str,
    keys: &'static [&'static str],
    content: impl FnOnce(&mut egui::Ui) -> R,
) -> R {
    resettable_ui(ui, name, (!keys.is_empty()).then_some(Reset::Keys(keys)), content)
}

/// What gets its defaults back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Reset {
    #[default]
    Look,
    Keys(&'static [&'static str]),
}

fn resettable_ui<R>(
    ui: &mut egui::Ui,
    name: &str,
    reset: Option<Reset>,
    content: impl FnOnce(&mut egui::Ui) -> R,
) -> R {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.strong(name);
        let Some(reset) = reset else { return };
        // In front of the other one, which stays where it is: Tab goes as one reads.
        let is_last = ui.data(|data| data.get_temp(last_reset_id())) == Some(Some(reset));
        let undo = |ui: &mut egui::Ui| is_last && ui.add(small_button(tr!("settings-undo-reset"))).clicked();
        let is_undone = ui.scope(undo).inner;
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let button = ui.add(small_button(tr!("settings-reset")));
            ui.ctx().accesskit_node_builder(button.id, |node| {
                node.set_label(tr!("settings-reset-of", name = name));
            });
            if button.clicked() {
                ui.data_mut(|data| data.insert_temp(reset_id(), reset));
            }
            if is_undone {
                ui.data_mut(|data| data.insert_temp(undo_id(), true));
                button.request_focus();
            }
        });
    });
    ui.indent(name, content).inner
}

fn reset_id() -> Id {
    Id::unique("requested reset")
}

pub(super) fn requested_reset(ctx: &egui::Context) -> Option<Reset> {
    ctx.data_mut(|data| data.remove_temp(reset_id()))
}

/// The reset that can be undone: the button for that stands in its section.
fn last_reset_id() -> Id {
    Id::unique("last reset")
}

fn undo_id() -> Id {
    Id::unique("requested undo of a reset")
}

pub(super) fn is_undo_requested(ctx: &egui::Context) -> bool {
    ctx.data_mut(|data| data.remove_temp(undo_id())).unwrap_or_default()
}

/// What the settings say, and what can be done there.
pub(super) struct Facts<'a> {
    pub(super) drawing: Option<&'a Drawing>,
    pub(super) path: Option<&'a Path>,
    pub(super) can_check: bool,
    pub(super) last_reset: Option<Reset>,
}

/// Lays out the settings: what all windows share, then the program's `sections`; `true` while they stay open.
pub(super) fn settings_dialog_ui(
    ui: &egui::Ui,
    look: &mut Look,
    zoom: &mut ZoomField,
    facts: &Facts<'_>,
    sections: impl FnOnce(&mut egui::Ui),
) -> bool {
    ui.data_mut(|data| data.insert_temp(last_reset_id(), facts.last_reset));
    dialog_ui(ui, tr!("settings-title"), |ui| {
        resettable_ui(ui, tr!("settings-appearance"), Some(Reset::Look), |ui| {
            look_ui(ui, look, zoom);
            renderer_ui(ui, &mut look.renderer, facts.drawing);
        });
        sections(ui);
        section_ui(ui, tr!("settings-file"), &[], |ui| file_ui(ui, facts.path));
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            if ui.button(tr!("settings-keys")).clicked() {
                request(ui.ctx(), Dialog::Keys);
            }
            if facts.can_check && ui.button(tr!("check-open")).clicked() {
                open_check(ui.ctx());
            }
        });
    })
}

/// Lays out the label of a field: those of a section stand in one column.
pub fn label_ui(ui: &mut egui::Ui, text: &str) -> Id {
    let start = ui.cursor().left();
    let is_wide = ui.max_rect().width() > 3.0 * LABELS;
    let label = ui.label(text);
    if is_wide {
        ui.add_space((start + LABELS - label.rect.right()).max(0.0));
    }
    label.id
}

/// The field of the zoom, which is used when it is left: half-typed figures are no zoom.
#[derive(Debug, Default)]
pub(super) struct ZoomField(Option<(Zoom, NumberField<50, 300>)>);

impl ZoomField {
    fn ui(&mut self, ui: &mut egui::Ui, zoom: &mut Zoom) {
        // Keys change it, too.
        self.0.take_if(|(shown, _)| shown != zoom);
        let (shown, field) = self.0.get_or_insert_with(|| (*zoom, NumberField::new(*zoom)));
        ui.horizontal(|ui| {
            let name = label_ui(ui, tr!("settings-zoom"));
            let response = field.bare_ui(ui, name, "zoom").on_hover_text(tr!("settings-zoom-hint"));
            ui.label("%");
            if (response.lost_focus() || is_entered(&response))
                && let Ok(typed) = field.number()
            {
                (*zoom, *shown) = (typed, typed);
            }
        });
        field.fault_ui(ui);
    }
}

fn look_ui(ui: &mut egui::Ui, look: &mut Look, zoom: &mut ZoomField) {
    let themes = [
        (ThemeChoice::System, tr!("settings-theme-system")),
        (ThemeChoice::Light, tr!("settings-theme-light")),
        (ThemeChoice::Dark, tr!("settings-theme-dark")),
    ];
    radios_ui(ui, tr!("settings-theme"), None, &themes, &mut look.theme);
    let contrasts = [
        (ContrastChoice::System, tr!("settings-contrast-system")),
        (ContrastChoice::Normal, tr!("settings-contrast-normal")),
        (ContrastChoice::High, tr!("settings-contrast-high")),
    ];
    radios_ui(ui, tr!("settings-contrast"), None, &contrasts, &mut look.contrast);
    zoom.ui(ui, &mut look.zoom);
    ui.horizontal_wrapped(|ui| {
        let name = label_ui(ui, tr!("settings-language"));
        language_ui(ui, &mut look.language, name);
    });
}

/// Lays out a label and one radio button a choice, with a hint where there is one.
pub fn radios_ui<T: Copy + PartialEq>(
    ui: &mut egui::Ui,
    label: &str,
    hint: Option<&str>,
    choices: &[(T, &str)],
    chosen: &mut T,
) {
    ui.horizontal_wrapped(|ui| {
        label_ui(ui, label);
        for (choice, name) in choices {
            let radio = ui.radio_value(chosen, *choice, *name);
            say_group(&radio, label);
            if let Some(hint) = hint {
                radio.on_hover_text(hint);
            }
        }
    });
}

/// Lays out a label and a list that opens, with a hint where there is one.
pub fn choice_ui<T: Copy + PartialEq>(
    ui: &mut egui::Ui,
    label: &str,
    hint: Option<&str>,
    choices: &[(T, &str)],
    chosen: &mut T,
) {
    ui.horizontal_wrapped(|ui| {
        let name = label_ui(ui, label);
        choose_ui(ui, label, name, hint, choices.iter().copied(), chosen);
    });
}

/// Lays out what draws the window from the next start on, and what draws it now.
fn renderer_ui(ui: &mut egui::Ui, chosen: &mut Renderer, drawing: Option<&Drawing>) {
    let choices = [
        (Renderer::Auto, tr!("settings-renderer-auto")),
        (Renderer::Cpu, tr!("settings-renderer-cpu")),
        (Renderer::Gl, tr!("settings-renderer-gl")),
    ];
    choice_ui(ui, tr!("settings-renderer"), Some(tr!("settings-renderer-hint")), &choices, chosen);
    if let Some(drawing) = drawing {
        ui.add(quiet(ui, sentence(drawing)).wrap());
    }
}

/// Lays out the choice of an encoding; one that the command line or the file names stays in the list.
pub fn encoding_ui(ui: &mut egui::Ui, chosen: &mut EncodingChoice) {
    let fixed = |encoding: Encoding| (EncodingChoice::Fixed(encoding), encoding.name());
    let auto = (EncodingChoice::Auto, tr!("settings-encoding-auto"));
    let mut choices = vec![auto, fixed(Encoding::UTF_8), fixed(Encoding::GB18030)];
    if let EncodingChoice::Fixed(encoding) = *chosen
        && !choices.contains(&fixed(encoding))
    {
        choices.push(fixed(encoding));
    }
    choice_ui(ui, tr!("settings-encoding"), Some(tr!("settings-encoding-hint")), &choices, chosen);
}

fn language_ui(ui: &mut egui::Ui, chosen: &mut Option<String>, name: Id) {
    let system = tr!("settings-language-system", name = Language::of_system().name());
    let before = chosen.as_deref().and_then(Language::of_tag);
    let mut language = before;
    let known = Language::all().map(|language| (Some(language), language.name().to_owned()));
    choose_ui(ui, "language", name, None, std::iter::once((None, system)).chain(known), &mut language);
    if language != before {
        *chosen = language.map(|language| language.tag().to_owned());
    }
}

fn file_ui(ui: &mut egui::Ui, path: Option<&Path>) {
    let Some(path) = path else {
        ui.add(Label::new(tr!("settings-no-file")).wrap());
        return;
    };
    let path = path.display().to_string();
    ui.add(quiet(ui, path.as_str()).wrap());
    if ui.button(tr!("settings-copy-path")).clicked() {
        ui.ctx().copy_text(path);
    }
}

/// The keys of every window.
const KEYS: &[KeyHint] = &[
    ("Tab, Shift+Tab", "key-tab"),
    ("Esc", "key-escape"),
    ("Ctrl + / - / 0", "key-zoom"),
    ("Ctrl+,", "key-settings"),
    ("F1", "key-list"),
];

/// Lays out the keys of the program and of every window; `true` while it stays open.
pub(super) fn keys_dialog_ui(ui: &egui::Ui, program: &[KeyHint]) -> bool {
    dialog_ui(ui, tr!("settings-keys"), |ui| {
        let spacing = vec2(16.0, 8.0);
        // Where there is little room, both columns wrap.
        let most = (ui.available_width() - spacing.x) / 2.0;
        let grid = Grid::new("keys").num_columns(2).min_row_height(16.0).spacing(spacing);
        grid.max_col_width(most).show(ui, |ui| {
            for (keys, meaning) in program.iter().chain(KEYS) {
                ui.label(RichText::new(*keys).monospace());
                ui.label(tr!(meaning));
                ui.end_row();
            }
        });
    })
}

/// Whether the dialog that `ui` is in was not there in the frame before.
fn is_new(ui: &egui::Ui) -> bool {
    let (id, frame) = (ui.layer_id().id.with("shown"), ui.ctx().cumulative_frame_nr());
    let before: Option<u64> = ui.data_mut(|data| data.get_temp(id));
    ui.data_mut(|data| data.insert_temp(id, frame));
    before.is_none_or(|before| before + 1 < frame)
}

/// A dialog over the window, which takes the keyboard; `true` while it stays open.
pub(super) fn dialog_ui(ui: &egui::Ui, title: &str, content: impl FnOnce(&mut egui::Ui)) -> bool {
    let available = ui.ctx().content_rect().size() - egui::Vec2::splat(MARGIN);
    let mut is_closed = false;
    let modal = Modal::new(Id::unique(("dialog", title))).show(ui.ctx(), |ui| {
        name_dialog(ui, accesskit::Role::Dialog, title);
        ui.set_width(WIDTH.min(available.x));
        ui.set_max_height(available.y);
        ui.horizontal(|ui| {
            ui.heading(title);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let close = ui.button(tr!("close"));
                is_closed = close.clicked();
                // The keyboard goes where the dialog begins, once.
                if is_new(ui) {
                    close.request_focus();
                }
            });
        });
        ScrollArea::vertical().auto_shrink([false, true]).max_height(available.y - 48.0).show(ui, |ui| {
            content(ui);
            follow_focus(ui);
        });
    });
    !(is_closed | modal.should_close())
}
