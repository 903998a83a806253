//! How one bot is set: its options, its key, and the models that its service offers.

use common::status::Tone;
use common::text::escape_line;
use common::texts::phrase;
use common::tr;
use common::window::{choose_ui, form_field_ui, mark_fault, toned_ui};
use eframe::egui::{Align2, Button, Response, TextEdit, Ui};

use super::chain::{Part, Row};
use super::key_store::{self, key_store_ui};
use super::widgets::{LABEL_WIDTH, in_column};
use crate::bot::{BotKey, BotOption, KeySource, Takes};
use crate::engine::Command;
use crate::model::Model;

const WIDE: f32 = 400.0;

/// How many models are offered as buttons; others can be typed.
const MAX_MODELS: usize = 100;

/// Lays out a field for each option; says what the engine is to do.
pub(super) fn settings_ui(ui: &mut Ui, row: &mut Row, model: &Model, is_running: bool) -> Option<Command> {
    let mut command = None;
    if is_running {
        toned_ui(ui, tr!("tcp-chat-server-settings-in-use"), Tone::Quiet);
    }
    for option in row.kind().options {
        ui.add_enabled_ui(!is_running, |ui| {
            option_ui(ui, row, option);
        });
        if let Some(fault) = row.fault(option) {
            toned_ui(ui, fault, Tone::Bad);
        } else if row.is_forgotten(option) {
            toned_ui(ui, tr!("tcp-chat-server-bot-not-remembered"), Tone::Quiet);
        }
        // Where the service is comes first.
        if option.name == "url" && row.kind().key.is_some() {
            ui.add_enabled_ui(!is_running, |ui| key_ui(ui, row));
            command = key_store_ui(ui, row, model.snapshot().key_notes.get(row.kind().word));
        }
        if option.name == "model" {
            command = models_ui(ui, row, option, model, is_running).or(command);
        }
    }
    command
}

fn option_ui(ui: &mut Ui, row: &mut Row, option: &'static BotOption) {
    let label = tr!(option.label);
    // As the command line and the documents call it, too.
    let about = format!("{} ({}.{})", tr!(option.about), row.kind().word, option.name);
    let mut text = row.text(option).to_owned();
    let mut before = text.clone();
    let wants_focus = row.wants_focus.take_if(|part| *part == Part::Settings).is_some();
    let fault = row.fault(option);
    let salt = (row.kind().word, option.name);
    ui.horizontal(|ui| match option.takes {
        Takes::Switch => {
            let mut is_on = text == "yes";
            ui.checkbox(&mut is_on, label).on_hover_text(about);
            if is_on { "yes" } else { "no" }.clone_into(&mut text);
        }
        Takes::Choice(words) => {
            let name = label_ui(ui, label);
            let choices = words.iter().map(|word| ((*word).to_owned(), *word));
            choose_ui(ui, option.name, name.id, Some(&about), choices, &mut text);
        }
        Takes::Lines(_) => {
            let edit = TextEdit::multiline(&mut text).desired_rows(2);
            let field = field_ui(ui, label, salt, wants_focus, edit);
            mark_fault(ui, &field, fault.as_deref());
            field.on_hover_text(about);
        }
        _ => {
            // An empty field stands for the default. What is typed stays as it is, even if it begins like the
            // default.
            row.own_text(option).clone_into(&mut text);
            before.clone_from(&text);
            let edit = TextEdit::singleline(&mut text).hint_text(option.default).align(Align2::LEFT_CENTER);
            let field = field_ui(ui, label, salt, wants_focus, edit);
            mark_fault(ui, &field, fault.as_deref());
            field.on_hover_text(about);
        }
    });
    if text != before {
        let is_default = matches!(option.takes, Takes::Switch | Takes::Choice(_)) && text == option.default;
        row.type_in(option, if is_default { String::new() } else { text });
    }
}

/// A label in a column, where the panel is wide enough for one.
fn label_ui(ui: &mut Ui, label: &str) -> Response {
    if ui.available_width() < WIDE {
        return ui.label(label);
    }
    in_column(ui, LABEL_WIDTH, |ui| ui.label(label))
}

/// A field in all the width that is left.
fn field_ui(ui: &mut Ui, label: &str, salt: (&str, &str), wants_focus: bool, edit: TextEdit<'_>) -> Response {
    let name = label_ui(ui, label);
    let width = ui.available_size_before_wrap().x;
    let field = form_field_ui(ui, name.id, salt, edit.desired_width(width).char_limit(4000));
    if wants_focus {
        field.request_focus();
    }
    field
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
        // The earlier settings would be asked for.
        let list = Button::new(tr!("tcp-chat-server-bot-list-models"));
        if ui.add_enabled(!row.is_faulty(), list).clicked() {
            command = Some(Command::ListModels(row.choice().clone()));
        }
        match model.snapshot().models.get(row.kind().word) {
            None => (),
            Some(Err(error)) => {
                toned_ui(ui, tr!("tcp-chat-server-bot-models-failed", error = phrase(error)), Tone::Bad);
            }
            Some(Ok(names)) if names.is_empty() => {
                _ = toned_ui(ui, tr!("tcp-chat-server-bot-no-models"), Tone::Bad);
            }
            Some(Ok(names)) => {
                ui.add_enabled_ui(!is_running, |ui| {
                    for name in names.iter().take(MAX_MODELS) {
                        let is_set = row.text(option) == name;
                        if ui.selectable_label(is_set, &*escape_line(name)).clicked() {
                            row.type_in(option, name.clone());
                        }
                    }
                });
                if let Some(more) = names.len().checked_sub(MAX_MODELS).filter(|more| *more > 0) {
                    toned_ui(ui, tr!("tcp-chat-server-bot-more-models", count = more), Tone::Quiet);
                }
            }
        }
    });
    command
}

fn key_ui(ui: &mut Ui, row: &mut Row) {
    let Some(BotKey { about, .. }) = row.kind().key else { return };
    let hint = match &row.choice().key {
        KeySource::EnvironmentOrStore => key_store::hint(&row.kind().key_variable()),
        KeySource::File(path) => tr!("tcp-chat-server-bot-key-from-file", file = path.display().to_string()),
        KeySource::Typed(_) => tr!("tcp-chat-server-bot-key-typed").to_owned(),
    };
    let salt = (row.kind().word, "key");
    ui.horizontal(|ui| {
        let name = label_ui(ui, tr!("tcp-chat-server-bot-key"));
        let width = ui.available_size_before_wrap().x;
        let edit = TextEdit::singleline(&mut row.typed_key.0)
            .password(true)
            .align(Align2::LEFT_CENTER)
            .hint_text(hint)
            .desired_width(width)
            .char_limit(1000);
        let field = form_field_ui(ui, name.id, salt, edit);
        if field.on_hover_text(tr!(about)).changed() {
            row.take_key();
        }
    });
    if row.choice().sends_key_in_clear() {
        toned_ui(ui, tr!("tcp-chat-server-bot-key-in-clear"), Tone::Bad);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::chain::ChainForm;
    use egui_kittest::Harness;
    use egui_kittest::kittest::{NodeT as _, Queryable as _};

    #[test]
    fn an_option_that_cannot_be_used_is_said_with_its_field() {
        let mut form = ChainForm::new(&"qingyun".parse().unwrap());
        let row = &mut form.rows_mut()[0];
        let url = row.kind().option("url").unwrap();
        row.type_in(url, "htt".to_owned());
        let fault = row.fault(url);
        let ui = move |ui: &mut Ui, form: &mut ChainForm| option_ui(ui, &mut form.rows_mut()[0], url);
        let window = Harness::new_ui_state(ui, form);
        let field = window.get_by_role(eframe::egui::accesskit::Role::TextInput);
        assert_eq!(field.accesskit_node().data().description().map(str::to_owned), fault);
    }
}
