//! A field for a whole number, checked as it is typed.

use std::marker::PhantomData;

use common::config::Bounded;
use common::status::Tone;
use common::tr;
use eframe::egui::{Align2, TextEdit, TextStyle, TextWrapMode, Ui, WidgetText};

use super::widgets::toned;

/// Width of a field, in points: five figures.
const WIDTH: f32 = 60.0;

/// A number as it is being typed.
#[derive(Debug, Clone)]
pub(super) struct NumberField<N> {
    text: String,
    number: PhantomData<N>,
}

impl<const MIN: u32, const MAX: u32> NumberField<Bounded<MIN, MAX>> {
    pub(super) fn new(number: Bounded<MIN, MAX>) -> Self {
        Self { text: number.to_string(), number: PhantomData }
    }

    /// What is typed, where that can be used.
    pub(super) fn number(&self) -> Option<Bounded<MIN, MAX>> {
        self.text.parse().ok()
    }

    /// Lays out label and field; both go to the next row where they do not fit.
    pub(super) fn ui(&mut self, ui: &mut Ui, label: &str, hint: &str) {
        keep_together(ui, label, WIDTH, |ui| {
            let name = ui.label(label);
            let field = TextEdit::singleline(&mut self.text)
                .desired_width(WIDTH)
                .char_limit(9)
                .align(Align2::RIGHT_CENTER);
            ui.add(field).labelled_by(name.id).on_hover_text(hint);
        });
    }

    /// Says what is wrong with what is typed.
    pub(super) fn fault_ui(&self, ui: &mut Ui, label: &str) {
        if self.number().is_none() {
            let (min, max) = (MIN.to_string(), MAX.to_string());
            toned(ui, &tr!("tcp-chat-server-out-of-range", name = label, min = min, max = max), Tone::Bad);
        }
    }
}

/// Lays out a label and a field of `width`, in the next row where they do not fit into this one.
pub(super) fn keep_together(ui: &mut Ui, label: &str, width: f32, content: impl FnOnce(&mut Ui)) {
    let text = WidgetText::from(label);
    let galley = text.into_galley(ui, Some(TextWrapMode::Extend), f32::INFINITY, TextStyle::Body);
    let needed = galley.size().x + ui.spacing().item_spacing.x + width;
    let left = ui.available_size_before_wrap().x;
    if needed > left && left < ui.available_width() {
        ui.end_row();
    }
    ui.horizontal(content);
}
