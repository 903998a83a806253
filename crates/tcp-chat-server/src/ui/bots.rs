//! Who answers, in which order, and how well.

use common::text::escape_line;
use common::window::{Tone, tone_color};
use eframe::egui::{Button, Label, Response, RichText, Ui};

use super::bot_settings::{settings_ui, words};
use super::chain::{ChainForm, Change, Row};
use crate::engine::{Command, Trial};
use crate::model::Model;

/// Lays out a line for each bot, and the settings of those that are open; says what the engine is to
/// do. The list stays as it is while it is in use.
pub(crate) fn bots_ui(ui: &mut Ui, form: &mut ChainForm, model: &Model) -> Option<Command> {
    let is_running = model.is_running();
    let states: Vec<(String, Tone)> = model.bots().map(|(_, words, tone)| (words, tone)).collect();
    let (mut command, mut changed) = (None, None);
    let count = form.len();
    for (index, row) in form.rows_mut().iter_mut().enumerate() {
        let state = if is_running { states.get(index) } else { None };
        ui.push_id(row.kind().word, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(if index == 0 { words::FIRST } else { words::NEXT });
                ui.strong(row.kind().word).on_hover_text(row.kind().about);
                if let Some(change) = buttons_ui(ui, row, index, count, is_running, &mut command) {
                    changed = Some((index, change));
                }
                if let Some((state, tone)) = state {
                    toned(ui, state, *tone);
                }
            });
            if let Some(trial) = model.trial(row.kind().word) {
                trial_ui(ui, row.kind().word, trial);
            }
            if let Some(trouble) = row.trouble().filter(|_| !is_running) {
                toned(ui, &trouble, Tone::Bad);
            }
            if row.is_open {
                ui.indent("settings", |ui| {
                    command = settings_ui(ui, row, model, is_running).or(command.take());
                });
            }
        });
    }
    if let Some((index, change)) = changed {
        form.change(index, change);
    }
    if !is_running {
        add_ui(ui, form);
    }
    command
}

/// The buttons of a bot. Their names for those who do not see them tell whose they are.
fn buttons_ui(
    ui: &mut Ui,
    row: &mut Row,
    index: usize,
    count: usize,
    is_running: bool,
    command: &mut Option<Command>,
) -> Option<Change> {
    let word = row.kind().word;
    let mut change = None;
    if named(ui, Button::new(words::TEST).small(), true, &format!("{} {word}", words::TEST))
        .on_hover_text(words::TEST_HINT)
        .clicked()
    {
        *command = Some(Command::TestBot(row.choice().clone()));
    }
    let has_settings = row.kind().key.is_some() || !row.kind().options.is_empty();
    let settings = Button::new(words::SETTINGS).small().selected(row.is_open);
    if has_settings && named(ui, settings, true, &format!("{} {word}", words::SETTINGS)).clicked() {
        row.is_open = !row.is_open;
    }
    for (face, name, wanted, is_possible) in [
        (words::UP_FACE, words::UP, Change::Up, index > 0),
        (words::DOWN_FACE, words::DOWN, Change::Down, index + 1 < count),
        (words::REMOVE, words::REMOVE, Change::Remove, count > 1),
    ] {
        let is_enabled = is_possible && !is_running;
        let name = format!("{name} {word}");
        if named(ui, Button::new(face).small(), is_enabled, &name).on_hover_text(name.as_str()).clicked() {
            change = Some(wanted);
        }
    }
    change
}

pub(super) fn named(ui: &mut Ui, button: Button<'_>, is_enabled: bool, name: &str) -> Response {
    let response = ui.add_enabled(is_enabled, button);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    response
}

fn trial_ui(ui: &mut Ui, word: &str, trial: &Trial) {
    match trial {
        Trial::Asking => toned(ui, &words::asking(word), Tone::Quiet),
        Trial::Replied { text, took } => {
            toned(ui, &words::replied(word, *took, &escape_line(text)), Tone::Good);
        }
        Trial::Failed { error, took } => {
            toned(ui, &words::failed(word, *took, &escape_line(&error.to_string())), Tone::Bad);
        }
    }
}

/// The bots that can be added.
fn add_ui(ui: &mut Ui, form: &mut ChainForm) {
    let missing: Vec<_> = form.missing().collect();
    if missing.is_empty() {
        return;
    }
    ui.menu_button(words::ADD, |ui| {
        for kind in missing {
            if ui.button(kind.word).on_hover_text(kind.about).clicked() {
                form.add(kind);
                ui.close();
            }
        }
    });
}

/// A text in the colour of what it means.
pub(super) fn toned(ui: &mut Ui, text: &str, tone: Tone) {
    ui.add(Label::new(RichText::new(text).color(tone_color(ui, tone))).wrap());
}
