//! Where the ticks go, and how it goes.

use std::sync::Arc;

use common::status::{Lamp, Tone};
use common::texts::sentence;
use common::tr;
use common::window::{ROW_MENU_WIDTH, focus_ring_ui, mark_fault, removed_ui, row_menu_ui, tone_color};
use eframe::egui::{
    Align, Align2, Button, Color32, CornerRadius, Galley, Id, Key, Layout, Modifiers, Rect, RichText, Role,
    Sense, Stroke, StrokeKind, TextEdit, TextStyle, TextWrapMode, Ui, Vec2, WidgetInfo, WidgetText, pos2,
    vec2,
};

use super::sending::error_ui;
use crate::destinations::Destinations;
use crate::model::{Model, RowState};
use crate::names;

/// Of a row, at least.
const ROW_HEIGHT: f32 = 26.0;

/// In a wide window the parts of a row stay together.
const MAX_WIDTH: f32 = 640.0;

/// The switch of a row.
const SWITCH: Vec2 = vec2(30.0, 16.0);

/// Between two parts of a row.
const GAP: f32 = 8.0;

/// What a row asks for.
enum RowAction {
    Switch(usize, bool),
    Edit(usize),
    Remove(usize),
}

/// Lays out the list, and the field that adds to it while that is open.
pub(super) fn destinations_ui(ui: &mut Ui, list: &mut Destinations, model: &Model) {
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.set_max_width(ui.available_width().min(MAX_WIDTH));
    let add = ui.horizontal(|ui| {
        ui.strong(tr!("udp-time-server-destinations"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = Button::new(tr!("udp-time-server-add"));
            ui.add_enabled(list.draft.is_none(), button)
        })
        .inner
    });
    let (add, was_open, was_editing) = (add.inner, list.draft.is_some(), list.is_editing());
    if add.clicked() {
        list.begin();
    }
    let closed = draft_ui(ui, list, !was_open);
    let action = rows_ui(ui, list, model);
    if was_open && list.draft.is_none() {
        // The keyboard goes back to where the field came from; a row that is laid out after a click elsewhere would lose it again.
        let row = closed.filter(|_| was_editing).map(|at| row_id(ui, at));
        ui.memory_mut(|memory| memory.request_focus(row.unwrap_or(add.id)));
    }
    match action {
        Some(RowAction::Switch(at, is_on)) => list.switch(at, is_on),
        Some(RowAction::Remove(at)) => {
            list.remove(at);
            // The keyboard goes on with the next row.
            let next = row_id(ui, at.min(list.rows().len().saturating_sub(1)));
            ui.memory_mut(|memory| memory.request_focus(next));
        }
        Some(RowAction::Edit(at)) => {
            list.edit(at);
            ui.memory_mut(|memory| memory.request_focus(draft_id()));
        }
        None => (),
    }
    if let Some(removed) = list.removed()
        && removed_ui(ui, &tr!("removed", name = names::name(removed)))
        && let Some(at) = list.undo()
    {
        let row = row_id(ui, at);
        ui.memory_mut(|memory| memory.request_focus(row));
    }
}

/// Only the rows that can be seen are laid out: there may be a thousand.
fn rows_ui(ui: &mut Ui, list: &Destinations, model: &Model) -> Option<RowAction> {
    let rows = list.rows();
    let (width, start) = (ui.available_width(), ui.cursor().min);
    let seen = ui.clip_rect();
    // Only rows that were typed have a menu.
    let menu = if rows.iter().any(|row| !row.is_offered) { ROW_MENU_WIDTH } else { 0.0 };
    let mut action = None;
    let mut top = start.y;
    for (at, row) in rows.iter().enumerate() {
        let state = model.row_state(at, row);
        let parts = Parts::new(ui, &names::title(&row.target), &state, row.is_on, width - menu);
        let place = Rect::from_min_size(pos2(start.x, top), vec2(width, parts.height));
        top = place.bottom();
        // A short list is laid out whole: the keyboard and a screen reader go beyond what is seen.
        if rows.len() > 50 && !place.intersects(seen) {
            continue;
        }
        action = row_ui(ui, place, at, list, &state, parts).or(action);
    }
    ui.advance_cursor_after_rect(Rect::from_min_max(start, pos2(start.x + width, top)));
    action
}

/// The texts of a row, laid out.
struct Parts {
    name: Arc<Galley>,
    /// Its address; what is wrong with it stands whole, in as many lines as it takes.
    detail: Arc<Galley>,
    detail_left: f32,
    count: Option<Arc<Galley>>,
    /// Without the menu.
    width: f32,
    height: f32,
}

impl Parts {
    fn new(ui: &Ui, title: &str, state: &RowState, is_on: bool, width: f32) -> Self {
        let quiet = tone_color(ui, Tone::Quiet);
        let text = if is_on { ui.visuals().text_color() } else { quiet };
        let lay_out = |text: &str, color: Color32, width: f32, mode: TextWrapMode| {
            let text = WidgetText::from(RichText::new(text).color(color));
            text.into_galley(ui, Some(mode), width, TextStyle::Body)
        };
        let share = if width < 360.0 { 0.56 } else { 0.42 };
        let name_width = (width * share - SWITCH.x - 2.0 * GAP).max(40.0);
        let name = lay_out(title, text, name_width, TextWrapMode::Truncate);
        let detail_left = SWITCH.x + name_width + 3.0 * GAP;
        let room = (width - detail_left).max(40.0);
        if state.is_failing {
            let bad = tone_color(ui, Tone::Bad);
            let detail = lay_out(&state.detail, bad, room, TextWrapMode::Wrap);
            let height = (detail.size().y + 8.0).max(ROW_HEIGHT);
            return Self { name, detail, detail_left, count: None, width, height };
        }
        let count = (!state.count.is_empty())
            .then(|| lay_out(&state.count, text, f32::INFINITY, TextWrapMode::Extend));
        let taken = count.as_ref().map_or(0.0, |count| count.size().x + GAP);
        let detail = lay_out(&state.detail, quiet, (room - taken).max(0.0), TextWrapMode::Truncate);
        Self { name, detail, detail_left, count, width, height: ROW_HEIGHT }
    }
}

fn row_id(ui: &Ui, at: usize) -> Id {
    ui.scope_id().with(("destination", at))
}

/// Lays out a row. All of it switches it, except for the menu on its right.
fn row_ui(
    ui: &mut Ui,
    place: Rect,
    at: usize,
    list: &Destinations,
    state: &RowState,
    parts: Parts,
) -> Option<RowAction> {
    let row = list.rows().get(at)?;
    let mut action = None;
    let title = names::title(&row.target);
    let response = ui.interact(place, row_id(ui, at), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, row.is_on, &title));
    let word = names::lamp(state.lamp, row.is_on);
    let description = [word, &state.detail, &state.count].map(str::to_owned);
    let description = description.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(description.clone()));
    let visuals = ui.visuals();
    if response.contains_pointer() {
        ui.painter().rect_filled(place.expand2(vec2(4.0, 0.0)), 3.0, visuals.faint_bg_color);
    }
    focus_ring_ui(ui, &response, place.expand2(vec2(4.0, 0.0)));
    let line = place.top() + ROW_HEIGHT / 2.0;
    let switch = Rect::from_min_size(pos2(place.left(), line - SWITCH.y / 2.0), SWITCH);
    paint_switch(ui, switch, state.lamp, row.is_on);
    let color = visuals.text_color();
    let draw = |left: f32, text: Arc<Galley>| {
        // Lines below the first one stand below the row's own.
        let first = text.rows.first().map_or(0.0, |row| row.height());
        ui.painter().galley(pos2(left, line - first / 2.0), text, color);
    };
    // What is seen already is not said again.
    let has_hint = !state.is_failing || parts.name.elided;
    draw(switch.right() + GAP, parts.name);
    draw(place.left() + parts.detail_left, parts.detail);
    if let Some(count) = parts.count {
        draw(place.left() + parts.width - count.size().x, count);
    }
    if response.clicked() {
        action = Some(RowAction::Switch(at, !row.is_on));
    }
    let is_delete =
        response.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Delete));
    if !row.is_offered {
        if is_delete {
            action = Some(RowAction::Remove(at));
        }
        row_menu_ui(ui, &response, &tr!("row-menu", name = title.as_str()), |ui| {
            if ui.button(tr!("udp-time-server-edit")).clicked() {
                action = Some(RowAction::Edit(at));
            }
            if ui.button(tr!("udp-time-server-remove")).clicked() {
                action = Some(RowAction::Remove(at));
            }
        });
    }
    if has_hint {
        response.on_hover_text(format!("{}\n{description}", row.target));
    }
    action
}

/// One control for the switch and the state: the knob says on or off, its colour and sign how it goes.
fn paint_switch(ui: &Ui, rect: Rect, lamp: Lamp, is_on: bool) {
    let painter = ui.painter();
    let round = CornerRadius::same(8);
    let radius = rect.height() / 2.0;
    let surface = ui.visuals().panel_fill;
    if !is_on {
        let edge = Stroke::new(1.5, tone_color(ui, Tone::Quiet));
        painter.rect_stroke(rect, round, edge, StrokeKind::Inside);
        painter.circle_filled(rect.left_center() + vec2(radius, 0.0), radius - 5.0, edge.color);
        return;
    }
    let color = tone_color(ui, lamp.tone());
    painter.rect_filled(rect, round, color);
    let knob = rect.right_center() - vec2(radius, 0.0);
    match lamp {
        Lamp::Failed => {
            painter.circle_filled(knob, radius - 2.0, surface);
            painter.text(knob, Align2::CENTER_CENTER, "!", TextStyle::Body.resolve(ui.style()), color);
        }
        // Nothing has left yet.
        Lamp::Waiting => _ = painter.circle_stroke(knob, radius - 4.0, Stroke::new(2.0, surface)),
        Lamp::On | Lamp::Off => _ = painter.circle_filled(knob, radius - 3.0, surface),
    }
}

fn draft_id() -> Id {
    Id::unique("destination draft")
}

/// The field that takes new destinations, or another text for one: in a row of its own, while it is open. Gives the place of
/// the row that it was for, once it closes.
fn draft_ui(ui: &mut Ui, list: &mut Destinations, is_opened: bool) -> Option<usize> {
    let is_editing = list.is_editing();
    let is_right = list.drafted().is_ok_and(|drafted| !drafted.is_empty());
    let error = list.drafted().err().map(|error| sentence(&error));
    let draft = list.draft.as_mut()?;
    let (mut is_accepted, mut is_closed) = (false, false);
    ui.horizontal(|ui| {
        let name = ui.label(tr!("udp-time-server-to"));
        let verb = if is_editing { tr!("udp-time-server-change") } else { tr!("udp-time-server-add-it") };
        let edit = TextEdit::singleline(&mut draft.text)
            .id(draft_id())
            .desired_width((ui.available_width() - 160.0).max(80.0))
            .char_limit(32_000)
            .hint_text(tr!("udp-time-server-to-hint"))
            .align(Align2::LEFT_CENTER);
        let edit = ui.add(edit).labelled_by(name.id);
        mark_fault(ui, &edit, error.as_deref());
        if is_opened {
            edit.request_focus();
        }
        let is_pressed = |key| edit.lost_focus() && ui.input(|input| input.key_pressed(key));
        let (is_enter, is_escape) = (is_pressed(Key::Enter), is_pressed(Key::Escape));
        is_accepted = ui.add_enabled(is_right, Button::new(verb)).clicked() || is_enter && is_right;
        if is_enter && !is_right {
            edit.request_focus();
        }
        is_closed = ui.button(tr!("udp-time-server-cancel")).clicked() || is_escape;
    });
    error_ui(ui, error);
    match (is_accepted, is_closed) {
        (true, _) => list.accept(),
        (false, true) => list.close_draft(),
        (false, false) => None,
    }
}
