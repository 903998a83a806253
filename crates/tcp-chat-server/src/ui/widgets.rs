//! Widgets that several panels lay out.

use common::tr;
use common::window::{is_covered, is_left};
use eframe::egui::{Align, Button, Layout, Response, Ui, vec2};

/// Width of a column of labels, in points.
pub(super) const LABEL_WIDTH: f32 = 140.0;

/// Lays out something in a column, so that what follows stands under each other.
pub(super) fn in_column(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui) -> Response) -> Response {
    let size = vec2(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(width);
        content(ui)
    })
    .inner
}

/// A button for what nothing brings back, and what it asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'a> {
    /// What the button says, its name for those who do not see whose it is, and its hint.
    pub(super) face: &'a str,
    pub(super) name: &'a str,
    pub(super) hint: &'a str,
    pub(super) question: &'a str,
    /// What the button says that does it.
    pub(super) answer: &'a str,
}

/// Lays out the button or, in its place, while `is_asked`, what it asks: `true` where it is to be done.
pub(super) fn asking_ui(ui: &mut Ui, is_enabled: bool, is_asked: &mut bool, asking: Asking<'_>) -> bool {
    let moves = ui.scope_id().with("moves the keyboard");
    let takes_focus = ui.data_mut(|data| data.remove_temp::<bool>(moves)).is_some();
    let mut is_answered = false;
    let (button, is_pressed) = if *is_asked {
        ui.label(asking.question);
        let answer = ui.add_enabled(is_enabled, Button::new(asking.answer));
        is_answered = answer.clicked();
        let not = ui.button(tr!("tcp-chat-server-do-not"));
        // What lies over it has the keyboard.
        let is_pressed = not.clicked() || !is_covered(ui) && is_left(ui, &[&answer, &not]);
        (not, is_pressed)
    } else {
        let button = named(ui, Button::new(asking.face), is_enabled, asking.name);
        let is_pressed = button.clicked();
        (if asking.hint.is_empty() { button } else { button.on_hover_text(asking.hint) }, is_pressed)
    };
    // A second Enter does nothing that cannot be undone.
    if takes_focus {
        button.request_focus();
    }
    if is_answered || is_pressed {
        *is_asked = !*is_asked;
        ui.data_mut(|data| data.insert_temp(moves, true));
        ui.ctx().request_repaint();
    }
    is_answered
}

/// A button whose name for those who do not see it is more than what it shows.
pub(super) fn named(ui: &mut Ui, button: Button<'_>, is_enabled: bool, name: &str) -> Response {
    let response = ui.add_enabled(is_enabled, button);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    response
}
