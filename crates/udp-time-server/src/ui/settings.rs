//! What is sent, and how often.

use std::fmt::Display;

use chrono::{DateTime, FixedOffset};
use common::window::{Tone, port_field_ui, tone_color};
use eframe::egui::{Align2, ComboBox, DragValue, Label, Response, RichText, TextEdit, Ui};

use crate::form::{Form, FormatChoice};

/// Lays out the settings; what is wrong is said under them as it is typed, and what would be sent at `now` where nothing
/// is.
pub fn settings_ui(ui: &mut Ui, form: &mut Form, now: Option<DateTime<FixedOffset>>) {
    // Rows that wrap by themselves would put their first label too high.
    ui.horizontal(|ui| {
        text_field_ui(ui, "Every", &mut form.interval, 56.0);
        format_ui(ui, form);
    });
    ui.horizontal(|ui| {
        port_field_ui(ui, &mut form.port, 1);
        zone_ui(ui, form);
        if form.list.has_group() {
            hops_ui(ui, form);
        }
    });
    if form.format == FormatChoice::Custom {
        ui.horizontal(|ui| text_field_ui(ui, "Pattern", &mut form.pattern, f32::INFINITY))
            .inner
            .on_hover_text("strftime: %H:%M:%S is the time, %F the date");
    }
    error_ui(ui, form.interval().err());
    error_ui(ui, form.format().err());
    error_ui(ui, form.zone().err());
    if let Some(preview) = now.and_then(|now| form.preview(now)) {
        let text = format!("sends  {preview}");
        ui.add(Label::new(RichText::new(text).color(tone_color(ui, Tone::Quiet))).wrap());
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

fn zone_ui(ui: &mut Ui, form: &mut Form) {
    let mut zone = form.zone_text().to_owned();
    let spare = if form.list.has_group() { 120.0 } else { 40.0 };
    let width = (ui.available_width() - spare).clamp(88.0, 160.0);
    text_field_ui(ui, "Zone", &mut zone, width)
        .on_hover_text("local: this computer's; UTC; or a name as Europe/Berlin");
    form.set_zone_text(zone);
}

fn hops_ui(ui: &mut Ui, form: &mut Form) {
    let name = ui.label("TTL");
    ui.add(DragValue::new(&mut form.hops).range(1..=u8::MAX).speed(0.1))
        .labelled_by(name.id)
        .on_hover_text("How many networks a multicast datagram may cross; 1 stays in its own");
}

pub(super) fn text_field_ui(ui: &mut Ui, label: &str, text: &mut String, width: f32) -> Response {
    let name = ui.label(label);
    let field = TextEdit::singleline(text).desired_width(width).char_limit(2000).align(Align2::LEFT_CENTER);
    ui.add(field).labelled_by(name.id)
}

pub(super) fn error_ui(ui: &mut Ui, error: Option<impl Display>) {
    if let Some(error) = error {
        let text = RichText::new(error.to_string()).small().color(tone_color(ui, Tone::Bad));
        ui.add(Label::new(text).wrap());
    }
}
