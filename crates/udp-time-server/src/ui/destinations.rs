//! Where the ticks go, and how it goes.

use common::status::Tone;
use common::texts::sentence;
use common::tr;
use common::window::{lamp_ui, removed_ui, tone_color};
use eframe::egui::{
    Align, Align2, Button, Checkbox, Key, Label, Layout, Rect, RichText, TextEdit, TextStyle, TextWrapMode,
    Ui, UiBuilder, pos2, vec2,
};

use super::settings::error_ui;
use crate::destinations::Destinations;
use crate::model::{Model, RowState};
use crate::names;

const ROW_HEIGHT: f32 = 26.0;

/// What is wrong begins below the name, behind the lamp and the switch.
const FAULT_INDENT: f32 = 40.0;

/// What a row's button asks for.
enum Wish {
    Switch(usize, bool),
    Edit(usize),
    Remove(usize),
}

/// Lays out the list, and the field that adds to it. `true`: Enter was pressed where nothing is left to add.
pub(super) fn destinations_ui(ui: &mut Ui, list: &mut Destinations, model: &Model) -> bool {
    ui.spacing_mut().item_spacing.y = 4.0;
    let wish = rows_ui(ui, list, model);
    let mut is_edit_new = false;
    match wish {
        Some(Wish::Switch(at, is_on)) => list.switch(at, is_on),
        Some(Wish::Remove(at)) => list.remove(at),
        Some(Wish::Edit(at)) => {
            list.edit(at);
            is_edit_new = true;
        }
        None => (),
    }
    if let Some(removed) = list.removed()
        && removed_ui(ui, &tr!("removed", name = names::name(removed)))
    {
        list.undo();
    }
    add_ui(ui, list, is_edit_new)
}

/// Only the rows that can be seen are laid out: there may be a thousand.
fn rows_ui(ui: &mut Ui, list: &Destinations, model: &Model) -> Option<Wish> {
    let rows = list.rows();
    let (width, start) = (ui.available_width(), ui.cursor().min);
    let seen = ui.clip_rect();
    let mut wish = None;
    let mut top = start.y;
    for (at, row) in rows.iter().enumerate() {
        let state = model.row_state(at, row);
        // What is wrong stands whole below the rest of its row.
        let fault = state.is_failing.then(|| {
            let color = tone_color(ui, Tone::Bad);
            let font = TextStyle::Small.resolve(ui.style());
            ui.painter().layout(state.detail.clone(), font, color, (width - FAULT_INDENT).max(80.0))
        });
        let place = Rect::from_min_size(pos2(start.x, top), vec2(width, ROW_HEIGHT));
        top += ROW_HEIGHT + fault.as_ref().map_or(0.0, |fault| fault.size().y + 2.0);
        // A short list is laid out whole: the keyboard and a screen reader go beyond what is seen.
        if rows.len() > 50 && !place.intersects(seen) {
            continue;
        }
        let layout = Layout::left_to_right(Align::Center);
        let mut row = ui.new_child(UiBuilder::new().id_salt(("row", at)).max_rect(place).layout(layout));
        wish = row_ui(&mut row, at, list, &state).or(wish);
        if let Some(fault) = fault {
            let below = Rect::from_min_size(place.left_bottom() + vec2(FAULT_INDENT, 0.0), fault.size());
            ui.put(below, Label::new(fault));
        }
    }
    ui.advance_cursor_after_rect(Rect::from_min_max(start, pos2(start.x + width, top)));
    wish
}

fn row_ui(ui: &mut Ui, at: usize, list: &Destinations, state: &RowState) -> Option<Wish> {
    let row = list.rows().get(at)?;
    let mut wish = None;
    let width = ui.available_width();
    ui.spacing_mut().item_spacing.x = 6.0;
    lamp_ui(ui, state.lamp, names::lamp(state.lamp, row.is_on));
    let mut is_on = row.is_on;
    let title = names::title(&row.target);
    ui.spacing_mut().interact_size.y = 20.0;
    let column = vec2(width * 0.38, ROW_HEIGHT);
    let name = ui
        .allocate_ui_with_layout(column, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(column.x);
            ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
            ui.add(Checkbox::new(&mut is_on, &title))
        })
        .inner;
    if name.on_hover_text(row.target.to_string()).changed() {
        wish = Some(Wish::Switch(at, is_on));
    }
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if !row.is_offered {
            ui.spacing_mut().button_padding = vec2(6.0, 2.0);
            let mut button = |label: &str, what: String| {
                let button = ui.add(Button::new(RichText::new(label).small()));
                ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(what.clone()));
                button.on_hover_text(what).clicked()
            };
            let name = title.as_str();
            if button("×", tr!("udp-time-server-remove-which", name = name)) {
                wish = Some(Wish::Remove(at));
            }
            if button(tr!("udp-time-server-edit"), tr!("udp-time-server-edit-which", name = name)) {
                wish = Some(Wish::Edit(at));
            }
        }
        if !state.count.is_empty() {
            ui.label(&state.count);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if !state.is_failing {
                let detail = RichText::new(&state.detail).color(tone_color(ui, Tone::Quiet));
                ui.add(Label::new(detail).truncate()).on_hover_text(&state.detail);
            }
        });
    });
    wish
}

fn add_ui(ui: &mut Ui, list: &mut Destinations, is_edit_new: bool) -> bool {
    let is_editing = list.is_editing();
    let mut starts = false;
    ui.horizontal(|ui| {
        let name = ui.label(tr!("udp-time-server-to"));
        let verb = if is_editing { tr!("udp-time-server-change") } else { tr!("udp-time-server-add") };
        let has_draft = !list.draft.trim().is_empty();
        let can_add = has_draft && list.drafted().is_ok();
        let buttons = if is_editing { 150.0 } else { 72.0 };
        let edit = TextEdit::singleline(&mut list.draft)
            .desired_width((ui.available_width() - buttons).max(80.0))
            .char_limit(32_000)
            .hint_text(tr!("udp-time-server-to-hint"))
            .align(Align2::LEFT_CENTER);
        let edit = ui.add(edit).labelled_by(name.id);
        if is_edit_new {
            edit.request_focus();
        }
        let is_enter = edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let is_escape = edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape));
        if ui.add_enabled(can_add, Button::new(verb)).clicked() || (is_enter && can_add) {
            list.accept();
            edit.request_focus();
        } else if is_enter {
            starts = !has_draft && !is_editing;
            edit.request_focus();
        }
        if is_editing && (ui.button(tr!("udp-time-server-cancel")).clicked() || is_escape) {
            list.stop_editing();
        }
    });
    error_ui(ui, list.drafted().err().map(|error| sentence(&error)));
    starts
}
