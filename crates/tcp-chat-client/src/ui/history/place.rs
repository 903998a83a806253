//! Draws the chunks that are in view, a message as one thing for the keyboard and screen readers.

use common::text::{cut, escape_line};
use common::tr;
use common::window::{focus_ring_ui, live, tone_color};
use eframe::egui::accesskit::{self, Role};
use eframe::egui::emath::GuiRounding as _;
use eframe::egui::{self, Button, Id, Label, Rect, RichText, Sense, Stroke, UiBuilder, vec2};

use super::HistoryAction;
use super::layout::{Bit, Laid, state};
use crate::model::Model;
use crate::transcript::{Body, Entry};

/// What is said of a message beside who and when, in characters.
const MAX_DESCRIPTION: usize = 200;

/// What the user does with one message.
#[derive(Default)]
pub(super) struct Done {
    pub(super) action: Option<HistoryAction>,
    /// Its text is wanted in the clipboard.
    pub(super) is_copied: bool,
    pub(super) has_focus: bool,
}

/// How far the button that copies stands above its message, in points: lower, it would hide the ends of letters.
const LIFT: f32 = 6.0;

/// The id of a message for the keyboard's focus.
pub(super) fn entry_id(seq: u64) -> Id {
    Id::unique(("message of the chat", seq))
}

/// Draws the chunks of an entry: numbers, upper edges, what is in them.
pub(super) fn entry_ui(
    ui: &mut egui::Ui,
    model: &Model,
    entry: &Entry,
    chunks: Vec<(usize, f32, Laid)>,
    view: Rect,
    is_current: bool,
    shows_copy: bool,
) -> Done {
    let mut done = Done::default();
    let top = chunks.first().map_or(0.0, |(_, top, _)| *top);
    let bottom = chunks.last().map_or(top, |(_, top, laid)| top + laid.height);
    let rect = Rect::from_x_y_ranges(view.x_range(), view.top() + top..=view.top() + bottom);
    let taken = chunks.first().map_or(0.0, |(_, _, laid)| laid.taken);
    let sense = if is_current { Sense::focusable_noninteractive() } else { Sense::hover() };
    let id = entry_id(entry.seq);
    let builder = UiBuilder::new()
        .max_rect(rect)
        .scope_id(id)
        .sense(sense)
        .accessibility_role(Role::ListItem)
        .accessibility_label(name(model, entry));
    let text = entry.body.text();
    let mut has_button_focus = false;
    let scale = ui.ctx().pixels_per_point();
    let response = ui
        .scope_builder(builder, |ui| {
            ui.ctx().accesskit_node_builder(id, |node| {
                let line = escape_line(&text);
                node.set_description(cut(&line, MAX_DESCRIPTION).unwrap_or(&line));
                node.set_bounds(bounds(rect.intersect(view) * scale));
            });
            for (chunk, top, laid) in chunks {
                let corner = (view.left_top() + vec2(0.0, top)).round_ui();
                let place = Rect::from_min_size(corner, vec2(view.width(), laid.height));
                let builder = UiBuilder::new().max_rect(place).scope_id(id.with(chunk));
                ui.scope_builder(builder, |ui| {
                    for (rect, bit) in laid.bits {
                        let rect = rect.translate(corner.to_vec2()).round_ui();
                        has_button_focus |= bit_ui(ui, rect, bit, &mut done);
                    }
                    ui.expand_to_include_rect(place);
                });
            }
            // With its button, and without that of the next one.
            let own = rect.translate(vec2(0.0, -LIFT)).intersect(view);
            let is_pointed = ui.rect_contains_pointer(own);
            let has_focus = ui.memory(|memory| memory.has_focus(id));
            // The current one has it for the keyboard even while it is not to be seen.
            if is_pointed || is_current {
                let free = own.with_max_x(rect.right() - taken);
                has_button_focus |= copy_ui(ui, id, free, is_pointed || has_focus || shows_copy, &mut done);
            }
        })
        .response;
    done.has_focus = response.has_focus() || has_button_focus;
    focus_ring_ui(ui, &response, rect.expand2(vec2(4.0, 2.0)));
    response.container_context_menu(|ui| {
        if ui.button(tr!("tcp-chat-client-copy")).clicked() {
            done.is_copied = true;
        }
        if ui.button(tr!("tcp-chat-client-copy-all")).clicked() {
            done.action = Some(HistoryAction::CopyAll);
        }
    });
    done
}

/// As accesskit has it. The one of the window's own is not known when the message begins.
fn bounds(rect: Rect) -> accesskit::Rect {
    let [x0, y0, x1, y1] = [rect.left(), rect.top(), rect.right(), rect.bottom()].map(f64::from);
    accesskit::Rect { x0, y0, x1, y1 }
}

/// Draws one bit; whether it has the keyboard's focus.
fn bit_ui(ui: &mut egui::Ui, rect: Rect, bit: Bit, done: &mut Done) -> bool {
    match bit {
        Bit::Text { galley, is_live, is_said } => {
            // Only what is new is said, and a message is there before it is whole.
            let builder = UiBuilder::new().max_rect(rect).id_salt(is_live);
            let label = |ui: &mut egui::Ui| ui.put(rect, Label::new(galley).selectable(is_said));
            let shown = ui.scope_builder(builder, label).inner;
            if is_live {
                live(&shown);
            }
            false
        }
        Bit::Heading { galley, tone } => {
            let stroke = Stroke::new(1.0, tone_color(ui, tone).gamma_multiply(0.5));
            let word = Rect::from_center_size(rect.center(), galley.size()).round_ui();
            let middle = rect.center().y;
            ui.painter().hline(rect.left()..=word.left() - 8.0, middle, stroke);
            ui.painter().hline(word.right() + 8.0..=rect.right(), middle, stroke);
            ui.put(word, Label::new(galley).selectable(false));
            false
        }
        Bit::Button { label, action } => {
            let id = ui.next_auto_id();
            let button = button_at(ui, rect, id, label);
            if button.clicked() {
                done.action = Some(action);
            }
            button.has_focus()
        }
    }
}

fn button_at(ui: &mut egui::Ui, rect: Rect, id: Id, label: &str) -> egui::Response {
    let builder = UiBuilder::new().max_rect(rect).scope_id(id.with("button"));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().button_padding = vec2(4.0, 0.0);
        ui.spacing_mut().interact_size.y = rect.height();
        ui.put(rect, Button::new(RichText::new(label).small()))
    })
    .inner
}

/// The button that copies, over the upper right corner of the message; whether it has the focus.
fn copy_ui(ui: &mut egui::Ui, id: Id, rect: Rect, is_seen: bool, done: &mut Done) -> bool {
    let label = tr!("tcp-chat-client-copy");
    let text = RichText::new(label).small();
    let galley = egui::WidgetText::from(text).into_galley(ui, None, f32::INFINITY, egui::TextStyle::Small);
    let size = vec2(galley.size().x + 16.0, 20.0);
    let place = Rect::from_min_size(rect.right_top() - vec2(size.x, 0.0), size).round_ui();
    let button = ui
        .scope(|ui| {
            ui.set_opacity(if is_seen { 1.0 } else { 0.0 });
            ui.painter().rect_filled(place, 2.0, ui.visuals().panel_fill);
            button_at(ui, place, id.with("copy"), label)
        })
        .inner;
    done.is_copied |= button.clicked();
    button.has_focus()
}

/// What a screen reader says first of a message.
fn name(model: &Model, entry: &Entry) -> String {
    let time = entry.at.format("%H:%M").to_string();
    if matches!(entry.body, Body::Note(_)) {
        return time;
    }
    let speaker = entry.body.speaker();
    match state(model, &entry.body) {
        Some((state, _)) => {
            tr!("tcp-chat-client-said-state", speaker = speaker, time = time, state = state)
        }
        None => tr!("tcp-chat-client-said", speaker = speaker, time = time),
    }
}
