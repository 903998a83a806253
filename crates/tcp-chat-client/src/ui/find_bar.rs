//! Looking for a text in the conversation.

use common::tr;
use common::window::live;
use eframe::egui::{self, Key, Label, Modifiers, TextEdit};

use crate::find::Finder;
use crate::model::Model;

/// The bar above the conversation.
#[derive(Debug)]
pub(super) struct FindBar {
    query: String,
    wants_focus: bool,
    /// The place that was brought into view.
    shown: Option<(u64, usize)>,
}

impl Default for FindBar {
    fn default() -> Self {
        Self { query: String::new(), wants_focus: true, shown: None }
    }
}

impl FindBar {
    /// Puts the keyboard's focus there.
    pub(super) fn focus(&mut self) {
        self.wants_focus = true;
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
    bar: &mut FindBar,
    finder: &mut Finder,
    model: &Model,
) -> FindShown {
    let mut is_closed = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    let mut step = None;
    ui.horizontal_wrapped(|ui| {
        let name = ui.label(tr!("tcp-chat-client-find"));
        let field = TextEdit::singleline(&mut bar.query).desired_width(140.0);
        let response = ui.add(field).labelled_by(name.id);
        if std::mem::take(&mut bar.wants_focus) {
            response.request_focus();
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            step = Some(!ui.input(|input| input.modifiers.shift));
            response.request_focus();
        }
        if ui.button(tr!("tcp-chat-client-find-previous")).clicked() {
            step = Some(false);
        }
        if ui.button(tr!("tcp-chat-client-find-next")).clicked() {
            step = Some(true);
        }
        is_closed |= ui.button(tr!("close")).clicked();
        live(&ui.add(Label::new(place(bar, finder)).wrap()));
    });
    ui.input_mut(|input| {
        if input.consume_key(Modifiers::SHIFT, Key::F3) {
            step = Some(false);
        } else if input.consume_key(Modifiers::NONE, Key::F3) {
            step = Some(true);
        }
    });
    let before = place(bar, finder);
    finder.look_for(&bar.query);
    // What was just found is said in the next frame.
    if finder.search(model.transcript()) || place(bar, finder) != before {
        ui.ctx().request_repaint();
    }
    if let Some(is_forward) = step {
        finder.step(is_forward);
        bar.shown = None;
    }
    let current = finder.current().map(|(_, found)| (found.seq, found.range.start));
    let is_new = current != std::mem::replace(&mut bar.shown, current);
    FindShown { reveal: current.filter(|_| is_new), is_closed }
}

fn place(bar: &FindBar, finder: &Finder) -> String {
    match finder.current() {
        Some((index, _)) => tr!("tcp-chat-client-find-place", index = index, count = finder.count()),
        None if bar.query.is_empty() || finder.is_busy() => String::new(),
        None => tr!("tcp-chat-client-find-none").to_owned(),
    }
}
