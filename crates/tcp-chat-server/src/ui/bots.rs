//! The bots' panel: which ones are asked, in which order, and how each of them does.

use std::time::Duration;

use common::status::{Lamp, Tone};
use common::text::escape_block;
use common::texts::phrase;
use common::tr;
use common::window::{lamp_ui, live, small_button, text_width, tone_color, toned_ui};
use eframe::egui::containers::menu::MenuButton;
use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    Align, Button, Label, Layout, Rect, RichText, TextStyle, TextWrapMode, Ui, UiBuilder, WidgetText, pos2,
    vec2,
};

use super::bot_settings::settings_ui;
use super::chain::{ChainForm, Change, Part, Row};
use super::widgets::named;
use crate::bot::{BotChoice, BotKind};
use crate::engine::{Command, TEST_QUESTION, TestOutcome};
use crate::model::Model;

const ROW_HEIGHT: f32 = 24.0;

/// Between two rows, and between two things of one, in points.
const ROW_GAP: f32 = 2.0;
const GAP: f32 = 8.0;

/// Widths of what stands in front of a name: its number, and the lamp.
const NUMBER_WIDTH: f32 = 14.0;
const LAMP_WIDTH: f32 = 14.0;
const INDENT: f32 = NUMBER_WIDTH + LAMP_WIDTH + 2.0 * GAP;

/// Names that are longer are cut.
const MAX_NAME_WIDTH: f32 = 180.0;

/// Narrower than this, what is said of a bot stands below its name, and all of its buttons in its menu.
const WIDE: f32 = 480.0;

/// From this width on, each bot that can be added is described below its name, in points.
const ROOMY: f32 = 800.0;

/// Lines of a reply that are shown of a test.
const MAX_TEST_LINES: usize = 5;

/// What a row's buttons ask for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RowAction {
    Test,
    Settings,
    Change(Change),
}

/// What is said of a bot in its row.
struct Said {
    text: String,
    tone: Tone,
    /// Cut where it does not fit: it is there to be read once, under the pointer.
    is_cut: bool,
}

/// Lays out a line for each bot, and the settings of those that are open; says what the engine is to
/// do. The list stays as it is while it is in use.
pub(crate) fn bots_ui(ui: &mut Ui, form: &mut ChainForm, model: &Model) -> Option<Command> {
    let is_running = model.is_running();
    ui.horizontal(|ui| {
        ui.strong(tr!("tcp-chat-server-bots"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| add_ui(ui, form, is_running));
    });
    let states: Vec<(String, Tone)> = model.bots().map(|(_, words, tone)| (words, tone)).collect();
    let (mut command, mut changed) = (None, None);
    let count = form.len();
    let all_said: Vec<Said> = form
        .rows()
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let state = states.get(at).filter(|_| is_running);
            said(row, state, form.shadows(at), form.put_before(at))
        })
        .collect();
    let widest = form.rows().iter().map(|row| text_width(ui, row.choice().name(), &TextStyle::Body));
    let name_width = widest.fold(40.0, f32::max).min(MAX_NAME_WIDTH).ceil();
    let spacing = std::mem::replace(&mut ui.spacing_mut().item_spacing.y, ROW_GAP);
    for (index, (row, said)) in form.rows_mut().iter_mut().zip(all_said).enumerate() {
        ui.push_id(row.kind().word, |ui| {
            let can_change = |change| match change {
                _ if is_running || count < 2 => false,
                Change::Up => index > 0,
                Change::Down => index + 1 < count,
                Change::Remove => true,
            };
            let action = row_ui(ui, row, index, name_width, &said, &can_change);
            row.wants_focus.take_if(|part| *part == Part::Menu);
            match action {
                Some(RowAction::Test) => {
                    row.tested = Some(row.choice().clone());
                    command = Some(Command::TestBot(row.choice().clone()));
                }
                Some(RowAction::Settings) => row.is_open = !row.is_open,
                Some(RowAction::Change(change)) => changed = Some((index, change)),
                None => (),
            }
            let (start, size) = (ui.cursor().min, ui.available_size());
            let below = Rect::from_min_size(start, size).with_min_x(start.x + INDENT);
            ui.scope_builder(UiBuilder::new().max_rect(below), |ui| {
                ui.spacing_mut().item_spacing.y = spacing;
                bot_test_ui(ui, row, model);
                if row.is_open {
                    command = settings_ui(ui, row, model, is_running).or(command.take());
                }
            });
        });
    }
    ui.spacing_mut().item_spacing.y = spacing;
    if let Some((index, change)) = changed {
        form.change(index, change);
    }
    if !is_running {
        undo_ui(ui, form);
    }
    command
}

/// How the bot does, or what it is; and first of all what is wrong with it.
fn said(
    row: &Row,
    state: Option<&(String, Tone)>,
    shadow: Option<&BotChoice>,
    behind: Option<&BotChoice>,
) -> Said {
    let said = |text: String, tone| Said { text, tone, is_cut: false };
    match (row.conflict(), shadow, state, behind) {
        (Some(conflict), ..) if state.is_none() => said(conflict, Tone::Bad),
        (_, Some(before), ..) => {
            said(tr!("tcp-chat-server-bot-never-asked", before = before.name()), Tone::Waiting)
        }
        (_, None, Some((state, tone)), _) => said(state.clone(), *tone),
        (_, None, None, Some(behind)) => {
            let words = if behind.kind.always_answers {
                tr!("tcp-chat-server-bot-put-before", behind = behind.name())
            } else {
                tr!("tcp-chat-server-bot-put-first", behind = behind.name())
            };
            said(words, Tone::Quiet)
        }
        (_, None, None, None) => Said { is_cut: true, ..said(tr!(row.kind().about).to_owned(), Tone::Quiet) },
    }
}

fn lamp(tone: Tone) -> Lamp {
    match tone {
        Tone::Good => Lamp::On,
        Tone::Waiting | Tone::Accent => Lamp::Waiting,
        Tone::Bad => Lamp::Failed,
        Tone::Quiet => Lamp::Off,
    }
}

/// Number, lamp, name, how it does; at the right its buttons, which are seen while the row is pointed at or has the keyboard,
/// and its menu.
fn row_ui(
    ui: &mut Ui,
    row: &Row,
    index: usize,
    name_width: f32,
    said: &Said,
    can_change: &dyn Fn(Change) -> bool,
) -> Option<RowAction> {
    let (start, width) = (ui.cursor().min, ui.available_width());
    let is_wide = width >= WIDE;
    let bot = row.choice().name();
    let faces = if is_wide { &BUTTONS[..] } else { &[] };
    let padding = vec2(6.0, 2.0);
    let small = |face: &str| text_width(ui, face, &TextStyle::Small) + 2.0 * padding.x + 4.0;
    let buttons_width = faces.iter().map(|(_, face, _)| small(tr!(*face))).sum::<f32>() + small("...");
    // What is said stands beside the name, or below it.
    let left = if is_wide { INDENT + name_width + GAP } else { INDENT };
    let right = if is_wide { buttons_width + GAP } else { 0.0 };
    let text = RichText::new(said.text.as_str()).color(tone_color(ui, said.tone));
    let mode = if said.is_cut { TextWrapMode::Truncate } else { TextWrapMode::Wrap };
    let galley =
        WidgetText::from(text).into_galley(ui, Some(mode), (width - left - right).max(60.0), TextStyle::Body);
    let text_top =
        if is_wide { (ROW_HEIGHT - ui.text_style_height(&TextStyle::Body)) / 2.0 } else { ROW_HEIGHT };
    let height = if said.text.is_empty() { ROW_HEIGHT } else { text_top + galley.size().y + 2.0 };
    let place = Rect::from_min_size(start, vec2(width, height.max(ROW_HEIGHT)));
    let line = place.with_max_y(start.y + ROW_HEIGHT);
    let part = |rect, name| {
        UiBuilder::new().id_salt(name).max_rect(rect).layout(Layout::left_to_right(Align::Center))
    };

    let mut number = ui.new_child(part(line.with_max_x(start.x + NUMBER_WIDTH), "number"));
    number.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.label(RichText::new((index + 1).to_string()).color(tone_color(ui, Tone::Quiet)));
    });
    let mut head = ui.new_child(part(line.with_min_x(start.x + NUMBER_WIDTH + GAP), "head"));
    head.spacing_mut().item_spacing.x = GAP;
    lamp_ui(&mut head, lamp(said.tone));
    let name_room = if is_wide { name_width } else { head.available_width() - buttons_width - GAP };
    head.allocate_ui_with_layout(vec2(name_room, ROW_HEIGHT), Layout::left_to_right(Align::Center), |ui| {
        ui.add(Label::new(RichText::new(bot).strong()).truncate()).on_hover_text(tr!(row.kind().about));
    });
    if !said.text.is_empty() {
        let rect = Rect::from_min_size(pos2(start.x + left, start.y + text_top), galley.size());
        let label = ui.put(rect, Label::new(galley));
        if said.is_cut {
            label.on_hover_text(said.text.as_str());
        }
    }

    let mut buttons = ui.new_child(part(line.with_min_x(line.right() - buttons_width), "buttons"));
    buttons.spacing_mut().button_padding = padding;
    buttons.spacing_mut().item_spacing.x = 4.0;
    buttons.spacing_mut().interact_size.y = 20.0;
    let action = buttons_ui(&mut buttons, row, faces, ui.rect_contains_pointer(place), can_change);
    ui.advance_cursor_after_rect(place);
    action
}

/// The buttons of a row: what each asks for, its face, and its name for those who do not see whose it is.
const BUTTONS: [(RowAction, &str, &str); 2] = [
    (RowAction::Test, "tcp-chat-server-bot-test", "tcp-chat-server-bot-test-of"),
    (RowAction::Settings, "tcp-chat-server-bot-settings", "tcp-chat-server-bot-settings-of"),
];

/// What stands in its menu alone.
const MENU: [(Change, &str); 3] = [
    (Change::Up, "tcp-chat-server-bot-up"),
    (Change::Down, "tcp-chat-server-bot-down"),
    (Change::Remove, "tcp-chat-server-bot-remove"),
];

fn buttons_ui(
    ui: &mut Ui,
    row: &Row,
    faces: &[(RowAction, &'static str, &'static str)],
    is_pointed_at: bool,
    can_change: &dyn Fn(Change) -> bool,
) -> Option<RowAction> {
    let bot = row.choice().name();
    let has_settings = row.kind().key.is_some() || !row.kind().options.is_empty();
    let is_there = |action| action != RowAction::Settings || has_settings;
    // Not with the settings that a faulty one had before.
    let is_enabled = |action| action != RowAction::Test || row.is_usable();
    let mut action = None;
    // What has the keyboard is known when it has been laid out.
    let seen = ui.scope_id().with("has focus");
    let has_focus = ui.data(|data| data.get_temp::<bool>(seen).unwrap_or(false));
    let mut takes_focus = false;
    ui.scope(|ui| {
        if !is_pointed_at && !has_focus && !row.is_open {
            ui.set_opacity(0.0);
        }
        for (asked, face, name) in faces.iter().filter(|(asked, ..)| is_there(*asked)) {
            let button = Button::new(RichText::new(tr!(*face)).small());
            let is_on = *asked == RowAction::Settings && row.is_open;
            let button = named(ui, button.selected(is_on), is_enabled(*asked), &tr!(*name, bot = bot));
            takes_focus |= button.has_focus();
            if button.clicked() {
                action = Some(*asked);
            }
        }
    });
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let more = MenuButton::from_button(Button::new(RichText::new("...").small()));
        let (more, _) = more.ui(ui, |ui| {
            for (asked, face, _) in BUTTONS.iter().filter(|(asked, ..)| is_there(*asked)) {
                let button = Button::new(tr!(*face)).selected(*asked == RowAction::Settings && row.is_open);
                if ui.add_enabled(is_enabled(*asked), button).clicked() {
                    action = Some(*asked);
                }
            }
            for (change, face) in MENU {
                if ui.add_enabled(can_change(change), Button::new(tr!(face))).clicked() {
                    action = Some(RowAction::Change(change));
                }
            }
        });
        let name = tr!("tcp-chat-server-bot-more", bot = bot);
        ui.ctx().accesskit_node_builder(more.id, |node| node.set_label(name));
        if row.wants_focus == Some(Part::Menu) {
            more.request_focus();
        }
        takes_focus |= more.has_focus();
    });
    if has_focus != takes_focus {
        ui.data_mut(|data| data.insert_temp(seen, takes_focus));
        ui.ctx().request_repaint();
    }
    action
}

/// The bot that was removed last can come back.
fn undo_ui(ui: &mut Ui, form: &mut ChainForm) {
    let Some(name) = form.removed().map(str::to_owned) else { return };
    ui.horizontal_wrapped(|ui| {
        toned_ui(ui, tr!("tcp-chat-server-bot-removed", bot = name), Tone::Quiet);
        if ui.button(tr!("tcp-chat-server-bot-undo-remove")).clicked() {
            form.undo_remove();
        }
    });
}

/// How the newest test went, as long as the bot is set as it was then and the result was not dismissed.
fn bot_test_ui(ui: &mut Ui, row: &mut Row, model: &Model) {
    let Some(test) = model.snapshot().bot_tests.get(row.kind().word) else { return };
    if row.tested.as_ref() != Some(row.choice()) || test.choice != *row.choice() {
        return;
    }
    let bot = test.choice.name();
    let secs = |took: &Duration| format!("{:.1}", took.as_secs_f64());
    let (words, tone) = match &test.outcome {
        TestOutcome::Asking { since } => {
            let secs = since.elapsed().as_secs();
            (tr!("tcp-chat-server-bot-tested", bot = bot, question = TEST_QUESTION, secs = secs), Tone::Quiet)
        }
        TestOutcome::Replied { text, took } => {
            let head = tr!("tcp-chat-server-bot-tested-replied", bot = bot, secs = secs(took));
            // A message makes one line of a text.
            (format!("{head} {}", excerpt(text)), Tone::Good)
        }
        TestOutcome::Failed { error, took } => {
            let error = phrase(error);
            (tr!("tcp-chat-server-bot-tested-failed", bot = bot, secs = secs(took), error = error), Tone::Bad)
        }
    };
    ui.horizontal_wrapped(|ui| {
        let is_over = !matches!(test.outcome, TestOutcome::Asking { .. });
        let name = tr!("tcp-chat-server-bot-dismiss-test", bot = bot);
        let button = small_button(tr!("notice-dismiss"));
        if is_over && named(ui, button, true, &name).clicked() {
            row.tested = None;
        }
        // Screen readers say the result when it comes.
        live(&toned_ui(ui, words, tone));
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

/// The name of a bot and, where there is room, below it what it does.
fn offer(ui: &Ui, kind: &BotKind, has_room: bool) -> LayoutJob {
    let format = |style: TextStyle, color| TextFormat {
        font_id: style.resolve(ui.style()),
        color,
        ..TextFormat::default()
    };
    let mut job = LayoutJob::default();
    job.append(kind.name, 0.0, format(TextStyle::Body, ui.visuals().text_color()));
    if has_room {
        let quiet = format(TextStyle::Small, tone_color(ui, Tone::Quiet));
        job.append("\n", 0.0, quiet.clone());
        job.append(tr!(kind.about), 0.0, quiet);
    }
    job
}

/// The bots that can be added.
fn add_ui(ui: &mut Ui, form: &mut ChainForm, is_running: bool) {
    let missing: Vec<_> = form.missing().collect();
    if missing.is_empty() {
        return;
    }
    let has_room = ui.ctx().content_rect().width() >= ROOMY;
    let add = ui.add_enabled_ui(!is_running, |ui| {
        ui.menu_button(tr!("tcp-chat-server-bot-add"), |ui| {
            for kind in missing {
                let button = ui.add(Button::new(offer(ui, kind, has_room)).wrap_mode(TextWrapMode::Extend));
                ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(kind.name));
                if button.on_hover_text(tr!(kind.about)).clicked() {
                    form.add(kind);
                }
            }
        });
    });
    if is_running {
        add.response.on_hover_text(tr!("tcp-chat-server-bots-in-use"));
    }
}
