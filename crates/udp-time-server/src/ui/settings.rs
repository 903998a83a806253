//! What is sent, and how often.

use chrono::{DateTime, FixedOffset};
use common::status::Tone;
use common::texts::sentence;
use common::tr;
use common::window::{fault_ui, tone_color};
use eframe::egui::{Align2, ComboBox, Label, Response, RichText, TextEdit, Ui};

use super::zone::zone_field_ui;
use crate::form::{Form, FormatChoice};

/// Lays out the settings; what is wrong is said under them as it is typed, and what would be sent at `now` where nothing
/// is.
pub(super) fn settings_ui(ui: &mut Ui, form: &mut Form, now: Option<DateTime<FixedOffset>>) {
    // Rows that wrap by themselves would put their first label too high.
    ui.horizontal(|ui| {
        text_field_ui(ui, tr!("udp-time-server-interval"), &mut form.interval, 56.0)
            .on_hover_text(tr!("udp-time-server-interval-hint"));
        format_ui(ui, form);
    });
    ui.horizontal(|ui| {
        form.port.ui(ui, tr!("address-port"));
        zone_ui(ui, form);
        if form.destinations.has_group() {
            hops_ui(ui, form);
        }
    });
    if form.format == FormatChoice::Custom {
        ui.horizontal(|ui| {
            text_field_ui(ui, tr!("udp-time-server-pattern"), &mut form.pattern, f32::INFINITY)
        })
        .inner
        .on_hover_text(tr!("udp-time-server-pattern-hint"));
    }
    error_ui(ui, form.interval().err().map(|error| sentence(&error)));
    error_ui(ui, form.port.number().err().map(|error| sentence(&error)));
    error_ui(ui, form.hops().err().map(|error| sentence(&error)));
    error_ui(ui, form.format().err().map(|error| sentence(&error)));
    error_ui(ui, form.zone().err().map(|error| sentence(&error)));
    if let Some(preview) = now.and_then(|now| form.preview(now)) {
        let text = tr!("udp-time-server-sends", payload = preview);
        ui.add(Label::new(RichText::new(text).color(tone_color(ui, Tone::Quiet))).wrap());
    }
}

fn format_ui(ui: &mut Ui, form: &mut Form) {
    let name = ui.label(tr!("udp-time-server-format"));
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
    let spare = if form.destinations.has_group() { 120.0 } else { 40.0 };
    let width = (ui.available_width() - spare).clamp(88.0, 160.0);
    zone_field_ui(ui, &mut zone, width);
    form.set_zone_text(zone);
}

fn hops_ui(ui: &mut Ui, form: &mut Form) {
    form.hops.ui(ui, tr!("udp-time-server-hops")).on_hover_text(tr!("udp-time-server-hops-hint"));
}

pub(super) fn text_field_ui(ui: &mut Ui, label: &str, text: &mut String, width: f32) -> Response {
    let name = ui.label(label);
    let field = TextEdit::singleline(text).desired_width(width).char_limit(2000).align(Align2::LEFT_CENTER);
    ui.add(field).labelled_by(name.id)
}

pub(super) fn error_ui(ui: &mut Ui, error: Option<String>) {
    if let Some(error) = error {
        fault_ui(ui, &error);
    }
}
