//! How one bot is set: its options, its key, and the models that its service offers.

use common::text::escape_line;
use common::window::Tone;
use eframe::egui::{Align2, ComboBox, Response, TextEdit, Ui};

use super::bots::toned;
use super::chain::Row;
use super::key_store::{self, key_store_ui};
use crate::engine::{BotOption, Command, KeySource, Takes};
use crate::model::Model;

/// All that the bots' panel says by itself.
pub(super) mod words {
    use std::time::Duration;

    use crate::engine::TEST_QUESTION;

    pub(crate) const FIRST: &str = "Bot";
    pub(crate) const NEXT: &str = "then";
    pub(crate) const TEST: &str = "Test";
    pub(crate) const TEST_HINT: &str =
        "Asks it a question as it is set here, whether the server listens or not";
    pub(crate) const SETTINGS: &str = "Settings";
    pub(crate) const UP_FACE: &str = "Up";
    pub(crate) const DOWN_FACE: &str = "Down";
    pub(crate) const UP: &str = "Move up";
    pub(crate) const DOWN: &str = "Move down";
    pub(crate) const REMOVE: &str = "Remove";
    pub(crate) const ADD: &str = "Add a bot...";
    pub(crate) const LIST_MODELS: &str = "List models";
    pub(crate) const NO_MODELS: &str = "The service offers no models";
    pub(crate) const KEY: &str = "key";
    pub(crate) const KEY_TYPED: &str = "the one that is typed here";
    pub(crate) const KEY_CLEAR: &str =
        "It is sent in clear: whoever sits between here and the service can read it.";

    pub(crate) fn key_file(path: &str) -> String {
        format!("from {path}")
    }

    pub(crate) fn asking(word: &str) -> String {
        format!("{word} is asked \"{TEST_QUESTION}\"...")
    }

    pub(crate) fn replied(word: &str, took: Duration, text: &str) -> String {
        format!("{word} replied after {:.1} s: {text}", took.as_secs_f64())
    }

    pub(crate) fn failed(word: &str, took: Duration, error: &str) -> String {
        format!("{word} failed after {:.1} s: {error}", took.as_secs_f64())
    }

    pub(crate) fn models_failed(error: &str) -> String {
        format!("No list of models: {error}")
    }
}

/// Models that are offered; of a longer list the name is typed.
const MAX_MODELS: usize = 100;

/// Lays out a field for each option; says what the engine is to do.
pub(super) fn settings_ui(ui: &mut Ui, row: &mut Row, model: &Model, is_running: bool) -> Option<Command> {
    let mut command = None;
    if row.kind().key.is_some() {
        ui.add_enabled_ui(!is_running, |ui| key_ui(ui, row));
        command = key_store_ui(ui, row, model.key_note(row.kind().word));
    }
    for option in row.kind().options {
        ui.add_enabled_ui(!is_running, |ui| {
            option_ui(ui, row, option);
        });
        if let Some(fault) = row.fault(option) {
            toned(ui, &fault, Tone::Bad);
        }
        if option.name == "model" {
            command = models_ui(ui, row, option, model, is_running).or(command);
        }
    }
    command
}

fn option_ui(ui: &mut Ui, row: &mut Row, option: &'static BotOption) {
    let mut text = row.text(option).to_owned();
    let before = text.clone();
    ui.horizontal(|ui| match option.takes {
        Takes::Switch => {
            let mut is_on = text == "yes";
            ui.checkbox(&mut is_on, option.name).on_hover_text(option.about);
            if is_on { "yes" } else { "no" }.clone_into(&mut text);
        }
        Takes::Choice(words) => {
            let name = ui.label(option.name);
            let list = ComboBox::from_id_salt(option.name).selected_text(text.as_str()).show_ui(ui, |ui| {
                for word in words {
                    ui.selectable_value(&mut text, (*word).to_owned(), *word);
                }
            });
            list.response.labelled_by(name.id).on_hover_text(option.about);
        }
        Takes::Lines(_) => {
            let edit = TextEdit::multiline(&mut text).desired_rows(2);
            field_ui(ui, option, edit);
        }
        _ => {
            // An empty field stands for the default.
            if text == option.default {
                text.clear();
            }
            field_ui(
                ui,
                option,
                TextEdit::singleline(&mut text).hint_text(option.default).align(Align2::LEFT_CENTER),
            );
            if text.is_empty() {
                option.default.clone_into(&mut text);
            }
        }
    });
    if text != before {
        row.type_in(option, if text == option.default { String::new() } else { text });
    }
}

/// A field in all the width that is left.
fn field_ui(ui: &mut Ui, option: &BotOption, edit: TextEdit<'_>) -> Response {
    let name = ui.label(option.name);
    let width = ui.available_size_before_wrap().x;
    ui.add(edit.desired_width(width).char_limit(4000)).labelled_by(name.id).on_hover_text(option.about)
}

fn models_ui(
    ui: &mut Ui,
    row: &mut Row,
    option: &'static BotOption,
    model: &Model,
    is_running: bool,
) -> Option<Command> {
    let mut command = None;
    ui.horizontal_wrapped(|ui| {
        if ui.small_button(words::LIST_MODELS).clicked() {
            command = Some(Command::ListModels(row.choice().clone()));
        }
        match model.models(row.kind().word) {
            None => (),
            Some(Err(error)) => {
                toned(ui, &words::models_failed(&escape_line(&error.to_string())), Tone::Bad);
            }
            Some(Ok(names)) if names.is_empty() => toned(ui, words::NO_MODELS, Tone::Bad),
            Some(Ok(names)) => {
                ui.add_enabled_ui(!is_running, |ui| {
                    for name in names.iter().take(MAX_MODELS) {
                        let is_set = row.text(option) == name;
                        if ui.selectable_label(is_set, &*escape_line(name)).clicked() {
                            row.type_in(option, name.clone());
                        }
                    }
                });
            }
        }
    });
    command
}

fn key_ui(ui: &mut Ui, row: &mut Row) {
    let Some(key) = row.kind().key else { return };
    let hint = match &row.choice().key {
        KeySource::EnvironmentOrStore => key_store::hint(&row.kind().key_variable()),
        KeySource::File(path) => words::key_file(&path.display().to_string()),
        KeySource::Typed(_) => words::KEY_TYPED.to_owned(),
    };
    ui.horizontal(|ui| {
        let name = ui.label(words::KEY);
        let width = ui.available_size_before_wrap().x;
        let edit = TextEdit::singleline(&mut row.typed_key.0)
            .password(true)
            .align(Align2::LEFT_CENTER)
            .hint_text(hint)
            .desired_width(width)
            .char_limit(1000);
        if ui.add(edit).labelled_by(name.id).on_hover_text(key.about).changed() {
            row.take_key();
        }
    });
    if row.choice().sends_key_in_clear() {
        toned(ui, words::KEY_CLEAR, Tone::Bad);
    }
}
