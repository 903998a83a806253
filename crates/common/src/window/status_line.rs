//! The line that answers: is it working, with whom, and if not, why?

use eframe::egui::{
    self, Align, Button, Key, KeyboardShortcut, Label, Layout, Modifiers, Response, RichText, Sense, Stroke,
    StrokeKind, vec2,
};

use super::live::{live, live_but_for_counts};
use super::tone_color;
use crate::status::{Lamp, Status, Tone};

const PRIMARY_KEY: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Enter);

/// The one button that starts or ends what the window is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Primary<'a> {
    /// What it does.
    pub label: &'a str,
    /// Whether it can be pressed.
    pub is_enabled: bool,
    /// It ends what the window is for: it is no button that one is led to.
    pub is_end: bool,
}

/// Lays out the status line; `true` when the primary button was pressed. Where it `has_key`, a key presses it too, wherever the keyboard
/// is: Ctrl+Enter, on macOS Cmd+Enter.
pub fn status_line_ui(ui: &mut egui::Ui, status: &Status, primary: Primary<'_>, has_key: bool) -> bool {
    let is_keyed = has_key && !is_covered(ui) && ui.input_mut(|input| input.consume_shortcut(&PRIMARY_KEY));
    let row = vec2(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let add = |ui: &mut egui::Ui, button: Button<'_>| ui.add_enabled(primary.is_enabled, button);
        let pressed = if primary.is_end {
            add(ui, Button::new(RichText::new(primary.label).strong()))
        } else {
            primary_button_ui(ui, primary.label, add)
        };
        let is_pressed = pressed.clicked();
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            lamp_ui(ui, status.lamp);
            let sentence = ui.add(Label::new(&status.sentence).wrap());
            match &status.spoken {
                Some(spoken) => live_but_for_counts(&sentence, spoken),
                None => live(&sentence),
            }
        });
        primary.is_enabled && (is_pressed || is_keyed)
    })
    .inner
}

/// Lays out the button that is the thing to do now: the only one in the window that is filled with the accent colour. `add` puts it
/// where it belongs.
pub fn primary_button_ui(
    ui: &mut egui::Ui,
    label: &str,
    add: impl FnOnce(&mut egui::Ui, Button<'_>) -> Response,
) -> Response {
    let (ground, accent) = (ui.visuals().panel_fill, tone_color(ui, Tone::Accent));
    let button = Button::new(RichText::new(label).strong().color(ground)).fill(accent);
    let response = add(ui, button);
    if response.has_focus() {
        // The ring around it is of its own colour.
        let ring = response.rect.shrink(2.5);
        ui.painter().rect_stroke(ring, 3.0, Stroke::new(1.5, ground), StrokeKind::Middle);
    }
    response
}

/// Whether something lies over what `ui` is in, and has the keyboard.
#[must_use]
pub fn is_covered(ui: &egui::Ui) -> bool {
    ui.memory(|memory| memory.top_modal_layer().is_some_and(|layer| layer != ui.layer_id()))
}

/// A button that stands within a line of text, a little higher than its words.
pub fn small_button(label: &str) -> Button<'_> {
    Button::new(RichText::new(label).small()).min_size(vec2(0.0, 20.0)).small()
}

/// Draws a lamp; the words beside it are the caller's.
pub fn lamp_ui(ui: &mut egui::Ui, lamp: Lamp) {
    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
    let color = tone_color(ui, lamp.tone());
    let (center, radius) = (rect.center(), 6.0);
    let painter = ui.painter();
    let ring = Stroke::new(2.0, color);
    match lamp {
        Lamp::On => _ = painter.circle_filled(center, radius, color),
        Lamp::Off => _ = painter.circle_stroke(center, radius - 1.0, ring),
        Lamp::Waiting => {
            painter.circle_stroke(center, radius - 1.0, ring);
            painter.circle_filled(center, 2.0, color);
        }
        Lamp::Failed => {
            painter.circle_filled(center, radius, color);
            let bar = Stroke::new(2.0, ui.visuals().panel_fill);
            painter.line_segment([center - vec2(3.0, 0.0), center + vec2(3.0, 0.0)], bar);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::accesskit;
    use egui_kittest::Harness;
    use egui_kittest::kittest::{NodeT as _, Queryable as _};

    #[test]
    fn a_count_is_said_where_it_begins_and_no_more() {
        let primary = Primary { label: "Stop", is_enabled: true, is_end: true };
        let status = |reason: &str, seconds: u32| {
            Status::new(Lamp::Waiting, format!("{reason}, again in {seconds} s")).counting(reason.to_owned())
        };
        let mut harness = Harness::new_ui_state(
            |ui, status: &mut Status| _ = status_line_ui(ui, status, primary, true),
            status("gone", 2),
        );
        let mut is_said = |reason: &str, seconds: u32| {
            *harness.state_mut() = status(reason, seconds);
            harness.step();
            harness.get_by_label_contains(reason).accesskit_node().live() == accesskit::Live::Polite
        };
        assert!(!is_said("gone", 1));
        assert!(is_said("refused", 8));
        assert!(!is_said("refused", 7));
    }

    #[test]
    fn the_sentence_is_a_live_region_and_the_button_works() {
        let status = Status::new(Lamp::On, "Listening on 127.0.0.1:6666, this computer only");
        let primary = Primary { label: "Stop", is_enabled: true, is_end: true };
        let mut harness = Harness::builder().with_max_steps(30).with_size(vec2(320.0, 60.0)).build_ui_state(
            |ui, presses: &mut u32| *presses += u32::from(status_line_ui(ui, &status, primary, false)),
            0,
        );
        let sentence = harness.get_by_label_contains("Listening on");
        assert_eq!(sentence.accesskit_node().live(), accesskit::Live::Polite);
        let button = harness.get_by_label("Stop");
        let window = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(320.0, 60.0));
        assert!(window.contains_rect(button.rect()), "the button left the window");
        button.click();
        harness.run();
        assert_eq!(*harness.state(), 1);
    }
}
