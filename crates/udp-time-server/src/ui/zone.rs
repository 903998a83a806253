//! The field of the time zone, and the names that it suggests.

use common::tr;
use common::window::form_field_ui;
use eframe::egui::accesskit::{HasPopup, Role};
use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::{
    Align, Align2, Button, EventFilter, Id, Key, Layout, Modifiers, Popup, PopupCloseBehavior, Response,
    ScrollArea, Sense, TextEdit, Ui, vec2,
};

use crate::zones::{MAX_SUGGESTIONS, names, suggestions};

const ROW_HEIGHT: f32 = 22.0;

/// Of the list: names as long as `America/Argentina/Buenos_Aires`.
const WIDTH: f32 = 220.0;

/// Around the list.
const MARGIN: f32 = 16.0;

/// Lays out label and field. While something is typed the names that hold it are listed: arrows and Enter choose, Esc
/// closes the list.
pub(super) fn zone_field_ui(ui: &mut Ui, text: &mut String, width: f32) -> Response {
    let id = ui.make_persistent_id("zone");
    let list_id = id.with("list");
    // The place of the chosen one, while the list is open.
    let mut open: Option<usize> = ui.data(|data| data.get_temp(list_id)).unwrap_or_default();
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let ctx = ui.ctx().clone();
    let known = if has_focus || open.is_some() { names(move || ctx.request_repaint()) } else { &[] };
    let mut taken = None;
    let mut has_moved = false;
    if has_focus {
        let found = if open.is_some() { suggestions(known, text) } else { Vec::new() };
        (has_moved, taken) = keys(ui, &mut open, &found);
    }

    let name = ui.label(tr!("udp-time-server-zone"));
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        escape: open.is_some(),
        ..EventFilter::default()
    };
    let field = TextEdit::singleline(text)
        .id(id)
        .event_filter(filter)
        .desired_width(width)
        .char_limit(2000)
        .align(Align2::LEFT_CENTER);
    let mut field = form_field_ui(ui, name.id, "zone", field);
    if field.changed() {
        open = Some(0);
        ui.ctx().request_repaint();
    }
    let mut is_pressed = false;
    let found = if open.is_some() { suggestions(known, text) } else { Vec::new() };
    if let Some(chosen) = open.filter(|_| !found.is_empty()) {
        let list = list_ui(ui, &field, list_id, &found, chosen, has_moved);
        is_pressed = list.is_pressed;
        taken = taken.or(list.taken);
    } else {
        field = field.on_hover_text(tr!("udp-time-server-zone-hint"));
    }
    if let Some(taken) = taken {
        taken.clone_into(text);
        open = None;
        let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
        state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(text.chars().count()))));
        state.store(ui.ctx(), id);
        field.request_focus();
    } else if !field.has_focus() && !is_pressed {
        open = None;
    }
    ui.data_mut(|data| data.insert_temp(list_id, open));
    field
}

/// Does what the keys say that are the list's; gives whether another name is chosen, and the one that is taken.
fn keys<'a>(ui: &Ui, open: &mut Option<usize>, found: &[&'a str]) -> (bool, Option<&'a str>) {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let Some(chosen) = open.as_mut() else {
        if pressed(Key::ArrowDown) {
            *open = Some(0);
        }
        return (false, None);
    };
    let before = *chosen;
    *chosen = (*chosen).min(found.len().saturating_sub(1));
    if pressed(Key::ArrowDown) {
        *chosen = (*chosen + 1).min(found.len().saturating_sub(1));
    }
    if pressed(Key::ArrowUp) {
        *chosen = chosen.saturating_sub(1);
    }
    let (has_moved, wanted) = (*chosen != before, found.get(*chosen).copied());
    let taken = wanted.filter(|_| pressed(Key::Enter));
    if pressed(Key::Escape) {
        *open = None;
    }
    (has_moved, taken)
}

struct Shown<'a> {
    taken: Option<&'a str>,
    is_pressed: bool,
}

fn list_ui<'a>(
    ui: &Ui,
    field: &Response,
    id: Id,
    found: &[&'a str],
    chosen: usize,
    has_moved: bool,
) -> Shown<'a> {
    let screen = ui.ctx().content_rect();
    let room = (screen.bottom() - field.rect.bottom()).max(field.rect.top() - screen.top()) - MARGIN;
    let popup = Popup::from_response(field)
        .id(id)
        .close_behavior(PopupCloseBehavior::IgnoreClicks)
        .accessible_name(tr!("udp-time-server-zones"))
        .width(WIDTH);
    let mut active = None;
    let shown = popup.show(|ui| {
        ui.set_width(WIDTH);
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.spacing_mut().interact_size.y = ROW_HEIGHT;
        ui.spacing_mut().button_padding = vec2(6.0, 2.0);
        let rows = u16::try_from(MAX_SUGGESTIONS).unwrap_or(u16::MAX);
        let height = (ROW_HEIGHT * f32::from(rows)).min(room).max(ROW_HEIGHT);
        let mut taken = None;
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            ui.with_layout(Layout::top_down_justified(Align::Min), |ui| {
                for (at, name) in found.iter().enumerate() {
                    let is_chosen = at == chosen.min(found.len() - 1);
                    // The keyboard stays in the field.
                    let row = ui.add(Button::selectable(is_chosen, *name).truncate().sense(Sense::CLICK));
                    ui.ctx().accesskit_node_builder(row.id, |node| {
                        node.set_role(Role::ListBoxOption);
                        node.set_selected(is_chosen);
                    });
                    if is_chosen {
                        active = Some(row.id);
                        if has_moved {
                            row.scroll_to_me(None);
                        }
                    }
                    if row.clicked() {
                        taken = Some(*name);
                    }
                }
            });
        });
        taken
    });
    ui.ctx().accesskit_node_builder(field.id, |node| {
        node.set_has_popup(HasPopup::Listbox);
        node.set_expanded(true);
        if let Some(active) = active {
            node.set_active_descendant(active.accesskit_id());
        }
    });
    let is_pressing = ui.input(|input| input.pointer.any_down() || input.pointer.any_released());
    let is_pressed = is_pressing && shown.as_ref().is_some_and(|shown| shown.response.contains_pointer());
    Shown { taken: shown.and_then(|shown| shown.inner), is_pressed }
}
