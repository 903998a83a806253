//! The table of senders.

use common::window::{Tone, tone_color};
use eframe::egui::{Align, Grid, Layout, RichText, ScrollArea, Ui};

use crate::engine::SenderRow;
use crate::model::table_text;

/// Part of the space that the table may take; beyond, it scrolls.
const MAX_PART: f32 = 0.35;

/// The heading and two rows.
const MIN_HEIGHT: f32 = 88.0;

/// Lays out one row for each sender: newest text, host, port, count, time.
pub fn senders_ui(ui: &mut Ui, senders: &[SenderRow]) {
    if senders.is_empty() {
        return;
    }
    ui.strong("Senders");
    let max_height = (ui.available_height() * MAX_PART).max(MIN_HEIGHT);
    ScrollArea::both().id_salt("senders").auto_shrink([false, true]).max_height(max_height).show(ui, |ui| {
        Grid::new("senders").num_columns(5).min_row_height(18.0).spacing([16.0, 4.0]).show(ui, |ui| {
            heading_ui(ui);
            for sender in senders {
                ui.label(table_text(sender)).on_hover_text(&sender.text);
                ui.label(RichText::new(sender.source.ip().to_string()).monospace());
                number_ui(ui, RichText::new(sender.source.port().to_string()).monospace());
                number_ui(ui, RichText::new(sender.received.to_string()).monospace());
                ui.label(RichText::new(sender.heard.format("%H:%M:%S").to_string()).monospace());
                ui.end_row();
            }
        });
    });
    ui.separator();
}

fn heading_ui(ui: &mut Ui) {
    let quiet = tone_color(ui, Tone::Quiet);
    let heading = |name: &str| RichText::new(name).small().color(quiet);
    ui.label(heading("Date time"));
    ui.label(heading("Host"));
    number_ui(ui, heading("Port"));
    number_ui(ui, heading("Received"));
    ui.label(heading("Heard"));
    ui.end_row();
}

fn number_ui(ui: &mut Ui, number: RichText) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(number));
}
