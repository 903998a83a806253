//! The table of senders.

use common::window::{Tone, tone_color};
use eframe::egui::{Align, Color32, Grid, Layout, RichText, ScrollArea, Ui, vec2};

use crate::engine::{RowId, SenderRow};
use crate::model::table_text;
use crate::words::{ago, jitter, offset, sender};

/// Part of the space that the table may take; beyond, it scrolls.
const MAX_PART: f32 = 0.35;

/// The heading and two rows.
const MIN_HEIGHT: f32 = 72.0;

/// Of one row.
const ROW_HEIGHT: f32 = 18.0;

/// Lays out one row for each sender as it is at `now_us`; gives the one that was pressed.
pub fn senders_ui(ui: &mut Ui, senders: &[SenderRow], chosen: Option<RowId>, now_us: i64) -> Option<RowId> {
    if senders.is_empty() {
        return None;
    }
    let mut pressed = None;
    ui.horizontal_wrapped(|ui| {
        ui.strong("Senders");
        let quiet = tone_color(ui, Tone::Quiet);
        ui.label(RichText::new("press one for its quality").small().color(quiet));
    });
    let max_height = (ui.available_height() * MAX_PART).max(MIN_HEIGHT);
    ScrollArea::both().id_salt("senders").auto_shrink([false, true]).max_height(max_height).show(ui, |ui| {
        ui.spacing_mut().interact_size.y = ROW_HEIGHT;
        ui.spacing_mut().button_padding = vec2(4.0, 0.0);
        Grid::new("senders").num_columns(8).min_row_height(ROW_HEIGHT).spacing([10.0, 2.0]).show(ui, |ui| {
            heading_ui(ui);
            for row in senders {
                if row_ui(ui, row, chosen == Some(row.id), now_us) {
                    pressed = Some(row.id);
                }
                ui.end_row();
            }
        });
    });
    ui.separator();
    pressed
}

fn heading_ui(ui: &mut Ui) {
    let quiet = tone_color(ui, Tone::Quiet);
    let heading = |name: &str| RichText::new(name).small().color(quiet);
    ui.label(heading("Date time"));
    ui.label(heading("Host"));
    for name in ["Port", "Offset", "Jitter", "Lost", "Received"] {
        number_ui(ui, heading(name));
    }
    ui.label(heading("Heard"));
    ui.end_row();
}

fn row_ui(ui: &mut Ui, row: &SenderRow, is_chosen: bool, now_us: i64) -> bool {
    let quality = &row.quality;
    let name = ui.selectable_label(is_chosen, table_text(row));
    let is_pressed = name.on_hover_text(format!("{}\n{}", sender(row), row.text)).clicked();
    ui.label(RichText::new(row.source.ip().to_string()).monospace());
    number_ui(ui, RichText::new(row.source.port().to_string()).monospace());
    let unknown = || "-".to_owned();
    let figures = [
        quality.offset.map_or_else(unknown, offset),
        quality.jitter_us.map_or_else(unknown, jitter),
        quality.counts.map_or_else(unknown, |counts| counts.lost.to_string()),
        row.received.to_string(),
    ];
    for figure in figures {
        number_ui(ui, RichText::new(figure).monospace());
    }
    let is_silent = row.is_silent(now_us);
    let color: Option<Color32> = is_silent.then(|| tone_color(ui, Tone::Waiting));
    let heard = ago(now_us.saturating_sub(row.heard_us));
    let heard = if is_silent { format!("silent, {heard}") } else { heard };
    let heard = RichText::new(heard);
    ui.label(color.map_or(heard.clone(), |color| heard.color(color)))
        .on_hover_text(row.heard.format("%H:%M:%S").to_string());
    is_pressed
}

fn number_ui(ui: &mut Ui, number: RichText) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(number));
}
