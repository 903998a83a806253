//! The bots' panel: which ones are asked, in which order, and how each of them does.

use std::time::Duration;

use common::status::Tone;
use common::text::escape_block;
use common::texts::phrase;
use common::tr;
use common::window::{live, tone_color};
use eframe::egui::{Button, Color32, Label, RichText, TextStyle, Ui};

use super::bot_settings::settings_ui;
use super::chain::{ChainForm, Change, Row};
use super::widgets::{in_column, named, toned};
use crate::bot::BotKind;
use crate::engine::{Command, TEST_QUESTION, TestOutcome};
use crate::model::Model;

/// Widths of the columns, in points: they fit the words of both languages, and the longest name.
const PLACE_WIDTH: f32 = 40.0;
const NAME_WIDTH: f32 = 52.0;

/// Lines of a reply that are shown of a test.
const MAX_TEST_LINES: usize = 5;

/// Lays out a line for each bot, and the settings of those that are open; says what the engine is to
/// do. The list stays as it is while it is in use.
pub(crate) fn bots_ui(ui: &mut Ui, form: &mut ChainForm, model: &Model) -> Option<Command> {
    let is_running = model.is_running();
    let states: Vec<(String, Tone)> = model.bots().map(|(_, words, tone)| (words, tone)).collect();
    let (mut command, mut changed) = (None, None);
    let count = form.len();
    let shadows: Vec<_> = (0..count).map(|index| form.shadows(index)).collect();
    for (index, row) in form.rows_mut().iter_mut().enumerate() {
        let state = if is_running { states.get(index) } else { None };
        ui.push_id(row.kind().word, |ui| {
            ui.horizontal_wrapped(|ui| {
                let place = if index == 0 {
                    tr!("tcp-chat-server-bot-first")
                } else {
                    tr!("tcp-chat-server-bot-then")
                };
                in_column(ui, PLACE_WIDTH, |ui| ui.label(place));
                let kind = row.kind();
                in_column(ui, NAME_WIDTH, |ui| ui.strong(kind.word)).on_hover_text(tr!(kind.about));
                if let Some(change) = buttons_ui(ui, row, index, count, is_running, &mut command) {
                    changed = Some((index, change));
                }
                if let Some((state, tone)) = state {
                    break_before(ui, state);
                    toned(ui, state, *tone);
                }
            });
            order_ui(ui, row, shadows.get(index).copied().flatten());
            bot_test_ui(ui, row, model);
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
        ui.horizontal_wrapped(|ui| {
            add_ui(ui, form);
            undo_ui(ui, form);
        });
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
    let test = Button::new(tr!("tcp-chat-server-bot-test"));
    if named(ui, test, true, &tr!("tcp-chat-server-bot-test-of", bot = word))
        .on_hover_text(tr!("tcp-chat-server-bot-test-hint"))
        .clicked()
    {
        row.tested = Some(row.choice().clone());
        *command = Some(Command::TestBot(row.choice().clone()));
    }
    let has_settings = row.kind().key.is_some() || !row.kind().options.is_empty();
    let settings = Button::new(tr!("tcp-chat-server-bot-settings")).selected(row.is_open);
    let settings_name = tr!("tcp-chat-server-bot-settings-of", bot = word);
    if has_settings && named(ui, settings, true, &settings_name).clicked() {
        row.is_open = !row.is_open;
    }
    // The list stays as it is while it is in use, and one bot stays.
    if is_running || count < 2 {
        return None;
    }
    for (face, name, wanted, is_enabled) in [
        (tr!("tcp-chat-server-bot-up"), tr!("tcp-chat-server-bot-up-of", bot = word), Change::Up, index > 0),
        (
            tr!("tcp-chat-server-bot-down"),
            tr!("tcp-chat-server-bot-down-of", bot = word),
            Change::Down,
            index + 1 < count,
        ),
        (
            tr!("tcp-chat-server-bot-remove"),
            tr!("tcp-chat-server-bot-remove-of", bot = word),
            Change::Remove,
            true,
        ),
    ] {
        let button = named(ui, Button::new(face), is_enabled, &name);
        if button.on_hover_text(name.as_str()).clicked() {
            change = Some(wanted);
        }
    }
    change
}

/// What does not fit beside the buttons begins under them: a sentence in two columns is hard to read.
fn break_before(ui: &mut Ui, text: &str) {
    let style = TextStyle::Body.resolve(ui.style());
    let wanted =
        ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), style, Color32::PLACEHOLDER)).size().x;
    if wanted > ui.available_size_before_wrap().x {
        ui.end_row();
    }
}

/// Why it stands where it does, or that it is never asked there.
fn order_ui(ui: &mut Ui, row: &Row, shadow: Option<&'static BotKind>) {
    match (shadow, row.put_before) {
        (Some(before), _) => {
            toned(ui, &tr!("tcp-chat-server-bot-never-asked", before = before.word), Tone::Waiting);
        }
        (None, Some(behind)) => {
            toned(ui, &tr!("tcp-chat-server-bot-put-before", behind = behind.word), Tone::Quiet);
        }
        (None, None) => (),
    }
}

/// The bot that was removed last can come back.
fn undo_ui(ui: &mut Ui, form: &mut ChainForm) {
    let Some(kind) = form.removed() else { return };
    toned(ui, &tr!("tcp-chat-server-bot-removed", bot = kind.word), Tone::Quiet);
    if ui.button(tr!("tcp-chat-server-bot-undo-remove")).clicked() {
        form.undo_remove();
    }
}

/// How the newest test went, as long as the bot is set as it was then and the result was not dismissed.
fn bot_test_ui(ui: &mut Ui, row: &mut Row, model: &Model) {
    let word = row.kind().word;
    let Some(test) = model.bot_test(word) else { return };
    if row.tested.as_ref() != Some(row.choice()) || test.choice != *row.choice() {
        return;
    }
    let secs = |took: &Duration| format!("{:.1}", took.as_secs_f64());
    let (words, tone) = match &test.outcome {
        TestOutcome::Asking { since } => {
            let secs = since.elapsed().as_secs();
            (
                tr!("tcp-chat-server-bot-tested", bot = word, question = TEST_QUESTION, secs = secs),
                Tone::Quiet,
            )
        }
        TestOutcome::Replied { text, took } => {
            let head = tr!("tcp-chat-server-bot-tested-replied", bot = word, secs = secs(took));
            // A message makes one line of a text.
            (format!("{head} {}", excerpt(text)), Tone::Good)
        }
        TestOutcome::Failed { error, took } => {
            let error = phrase(error);
            (
                tr!("tcp-chat-server-bot-tested-failed", bot = word, secs = secs(took), error = error),
                Tone::Bad,
            )
        }
    };
    ui.horizontal_top(|ui| {
        let is_over = !matches!(test.outcome, TestOutcome::Asking { .. });
        let name = tr!("tcp-chat-server-bot-dismiss-test", bot = word);
        let button = Button::new(tr!("notice-dismiss")).small();
        if is_over && named(ui, button, true, &name).clicked() {
            row.tested = None;
        }
        // Screen readers say the result when it comes.
        live(&ui.add(Label::new(RichText::new(words).color(tone_color(ui, tone))).wrap()));
    });
}

/// The beginning of a reply, in lines as it came.
fn excerpt(text: &str) -> String {
    let text = escape_block(text);
    let lines: Vec<&str> = text.lines().take(MAX_TEST_LINES + 1).collect();
    match lines.get(..MAX_TEST_LINES).filter(|_| lines.len() > MAX_TEST_LINES) {
        Some(first) => format!("{}...", first.join("\n")),
        None => lines.join("\n"),
    }
}

/// The bots that can be added.
fn add_ui(ui: &mut Ui, form: &mut ChainForm) {
    let missing: Vec<_> = form.missing().collect();
    if missing.is_empty() {
        return;
    }
    ui.menu_button(tr!("tcp-chat-server-bot-add"), |ui| {
        for kind in missing {
            if ui.button(kind.word).on_hover_text(tr!(kind.about)).clicked() {
                form.add(kind);
                ui.close();
            }
        }
    });
}
