//! What is sent, and how often.

use common::texts::sentence;
use common::tr;
use common::window::{choose_ui, fault_ui, mark_fault, text_field_ui};
use eframe::egui::Ui;
use serde::Serialize;

use super::zone::zone_field_ui;
use crate::form::{Form, FormatChoice};

/// In less width there are two rows.
const WIDE: f32 = 430.0;

/// Lays out the fields, in one row where there is room; what is wrong is said under their row as it is typed.
pub(super) fn sending_ui(ui: &mut Ui, form: &mut Form) {
    let is_wide = ui.available_width() >= WIDE;
    let how = |ui: &mut Ui, form: &mut Form| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let every = text_field_ui(ui, tr!("udp-time-server-interval"), &mut form.interval, 64.0, 2000);
        mark_fault(ui, &every, fault(&form.interval()).as_deref());
        every.on_hover_text(tr!("udp-time-server-interval-hint"));
        format_ui(ui, form);
    };
    let where_to = |ui: &mut Ui, form: &mut Form| {
        ui.spacing_mut().item_spacing.x = 6.0;
        zone_ui(ui, form);
        form.port.ui(ui, tr!("address-port"));
    };
    // Rows that wrap by themselves would put their first label too high.
    if is_wide {
        ui.horizontal(|ui| {
            how(ui, form);
            where_to(ui, form);
        });
        error_ui(ui, fault(&form.interval()));
    } else {
        ui.horizontal(|ui| how(ui, form));
        error_ui(ui, fault(&form.interval()));
        ui.horizontal(|ui| where_to(ui, form));
    }
    error_ui(ui, fault(&form.zone()));
    form.port.fault_ui(ui);
    if form.destinations.has_group() {
        let hops = form.hops.ui(ui, tr!("udp-time-server-hops"));
        hops.on_hover_text(tr!("udp-time-server-hops-hint"));
        form.hops.fault_ui(ui);
    }
    if form.format == FormatChoice::Custom {
        let label = tr!("udp-time-server-pattern");
        let pattern = ui.horizontal(|ui| text_field_ui(ui, label, &mut form.pattern, f32::INFINITY, 2000));
        mark_fault(ui, &pattern.inner, fault(&form.format()).as_deref());
        pattern.inner.on_hover_text(tr!("udp-time-server-pattern-hint"));
        error_ui(ui, fault(&form.format()));
    }
}

/// What is wrong with what is typed, in a sentence.
fn fault<T, E: Serialize>(typed: &Result<T, E>) -> Option<String> {
    typed.as_ref().err().map(|error| sentence(error))
}

fn format_ui(ui: &mut Ui, form: &mut Form) {
    let name = ui.label(tr!("udp-time-server-format"));
    ui.spacing_mut().combo_width = 72.0;
    let choices = FormatChoice::ALL.map(|choice| (choice, choice.label()));
    choose_ui(ui, "format", name.id, None, choices, &mut form.format);
}

fn zone_ui(ui: &mut Ui, form: &mut Form) {
    let mut zone = form.zone_text().to_owned();
    // Beside it stand its own label, and the port with its label.
    let width = (ui.available_width() - 148.0).clamp(56.0, 240.0);
    let field = zone_field_ui(ui, &mut zone, width);
    form.set_zone_text(zone);
    mark_fault(ui, &field, fault(&form.zone()).as_deref());
}

pub(super) fn error_ui(ui: &mut Ui, error: Option<String>) {
    if let Some(error) = error {
        fault_ui(ui, &error);
    }
}
