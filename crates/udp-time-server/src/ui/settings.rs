//! What is sent, how often, and where to.

use std::fmt::Display;

use common::window::{Tone, port_field_ui, tone_color};
use eframe::egui::{Align2, ComboBox, Label, Response, RichText, TextEdit, Ui};

use crate::model::{Form, FormatChoice};

/// Lays out the settings; what is wrong is said under them as it is typed.
pub fn settings_ui(ui: &mut Ui, form: &mut Form) {
    ui.horizontal_wrapped(|ui| {
        text_field_ui(ui, "Every", &mut form.interval, 64.0);
        keep_together(ui, 140.0);
        format_ui(ui, form);
        keep_together(ui, 100.0);
        port_field_ui(ui, &mut form.port, 1);
    });
    if form.format == FormatChoice::Custom {
        wide_field_ui(ui, "Pattern", &mut form.pattern)
            .on_hover_text("strftime: %H:%M:%S is the time, %F the date");
    }
    wide_field_ui(ui, "To", &mut form.to)
        .on_hover_text("Addresses or host names, with commas between them; 127.0.0.1 is this computer");
    error_ui(ui, form.interval().err());
    error_ui(ui, form.format().err());
    error_ui(ui, form.to().err());
}

/// Starts a new row where a label and its field, together `width` wide, would be parted.
fn keep_together(ui: &mut Ui, width: f32) {
    if ui.available_size_before_wrap().x < width {
        ui.end_row();
    }
}

fn format_ui(ui: &mut Ui, form: &mut Form) {
    let name = ui.label("Format");
    ComboBox::from_id_salt("format")
        .selected_text(form.format.label())
        .width(88.0)
        .show_ui(ui, |ui| {
            for choice in FormatChoice::ALL {
                ui.selectable_value(&mut form.format, choice, choice.label());
            }
        })
        .response
        .labelled_by(name.id);
}

fn wide_field_ui(ui: &mut Ui, label: &str, text: &mut String) -> Response {
    ui.horizontal(|ui| text_field_ui(ui, label, text, f32::INFINITY)).inner
}

fn text_field_ui(ui: &mut Ui, label: &str, text: &mut String, width: f32) -> Response {
    let name = ui.label(label);
    let field = TextEdit::singleline(text).desired_width(width).char_limit(2000).align(Align2::LEFT_CENTER);
    ui.add(field).labelled_by(name.id)
}

fn error_ui(ui: &mut Ui, error: Option<impl Display>) {
    if let Some(error) = error {
        let text = RichText::new(error.to_string()).small().color(tone_color(ui, Tone::Bad));
        ui.add(Label::new(text).wrap());
    }
}
