//! The keys of the conversation, once a message has the focus.

use eframe::egui::{self, EventFilter, Key, Modifiers};

use super::layout::buttons;
use super::place::entry_id;
use super::{History, HistoryAction};
use crate::model::Model;

/// All keys that move are the conversation's own.
const FILTER: EventFilter =
    EventFilter { tab: false, horizontal_arrows: false, vertical_arrows: true, escape: true };

/// Obeys the keys that were pressed while a message had the focus.
pub(super) fn keys(ui: &egui::Ui, history: &mut History, model: &Model) -> Option<HistoryAction> {
    let current = history.current?;
    let id = entry_id(current);
    let transcript = model.transcript();
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let mut next = match std::mem::take(&mut history.steps) {
        0 => None,
        // To come in is no step yet.
        _ if !history.has_focus => Some(current),
        steps => current.checked_add_signed(steps.into()),
    };
    if has_focus {
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, FILTER));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowUp) {
            next = current.checked_sub(1);
        } else if pressed(Key::ArrowDown) {
            next = Some(current + 1);
        } else if pressed(Key::Home) {
            next = Some(transcript.first());
        } else if pressed(Key::End) {
            next = transcript.total().checked_sub(1);
        } else if pressed(Key::Escape) {
            return Some(HistoryAction::Leave);
        } else if pressed(Key::Enter) {
            let buttons = buttons(model, &transcript.entry(current)?.body);
            return buttons.into_iter().map(|(_, action)| action).next();
        } else if copies(ui) {
            let text = transcript.entry(current)?.body.text().into_owned();
            ui.ctx().copy_text(text);
        }
    }
    if let Some(next) = next.filter(|next| (transcript.first()..transcript.total()).contains(next)) {
        history.current = Some(next);
        history.has_focus = true;
        history.reveal(next, 0);
        ui.memory_mut(|memory| memory.request_focus(entry_id(next)));
        ui.ctx().request_repaint();
    }
    None
}

/// Whether Ctrl+C means the message: no text is selected.
fn copies(ui: &egui::Ui) -> bool {
    let is_asked = ui.input(|input| input.events.contains(&egui::Event::Copy));
    let has_selection = ui.ctx().plugin::<egui::text_selection::LabelSelectionState>().lock().has_selection();
    is_asked && !has_selection
}
