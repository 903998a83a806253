//! Looking for a text in the conversation.

use common::tr;
use common::window::{FindBar, is_covered};
use eframe::egui::{self, Key, Modifiers};

use crate::find::Finder;
use crate::model::Model;

/// The bar above the conversation.
#[derive(Debug, Default)]
pub(super) struct HistoryFind {
    bar: FindBar,
    /// The place that was brought into view.
    shown: Option<(u64, usize)>,
}

impl HistoryFind {
    /// Puts the keyboard's focus there.
    pub(super) fn focus(&mut self) {
        self.bar.focus();
    }
}

/// What comes of a frame of the bar.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct FindShown {
    /// A byte of an entry to bring into view.
    pub reveal: Option<(u64, usize)>,
    /// The user is done.
    pub is_closed: bool,
}

/// Lays out the bar, and searches on.
pub(super) fn find_bar_ui(
    ui: &mut egui::Ui,
    find: &mut HistoryFind,
    finder: &mut Finder,
    model: &Model,
) -> FindShown {
    // What lies over the window has the keyboard.
    let has_keys = !is_covered(ui);
    let pressed =
        |ui: &egui::Ui, modifiers, key| has_keys && ui.input_mut(|input| input.consume_key(modifiers, key));
    let is_left = pressed(ui, Modifiers::NONE, Key::Escape);
    let before = outcome(find, finder);
    let action = find.bar.ui(ui, finder.count() > 0, &before);
    let step = if pressed(ui, Modifiers::SHIFT, Key::F3) {
        Some(false)
    } else if pressed(ui, Modifiers::NONE, Key::F3) {
        Some(true)
    } else {
        action.step
    };
    finder.look_for(&find.bar.text);
    // What was just found is said in the next frame.
    if finder.search(model.transcript()) || outcome(find, finder) != before {
        ui.ctx().request_repaint();
    }
    if let Some(is_forward) = step {
        finder.step(is_forward);
        find.shown = None;
    }
    let current = finder.current().map(|(_, found)| (found.seq, found.range.start));
    let is_new = current != std::mem::replace(&mut find.shown, current);
    FindShown { reveal: current.filter(|_| is_new), is_closed: is_left || action.is_closed }
}

fn outcome(find: &HistoryFind, finder: &Finder) -> String {
    match finder.current() {
        Some((index, _)) => tr!("tcp-chat-client-find-place", index = index, count = finder.count()),
        None if find.bar.text.is_empty() || finder.is_busy() => String::new(),
        None => tr!("tcp-chat-client-find-none").to_owned(),
    }
}
