//! The quality of the chosen sender: figures, notes, plot.

use common::window::{Tone, tone_color};
use eframe::egui::{Button, Label, RichText, Ui};

use super::plot::plot_ui;
use crate::engine::SenderRow;
use crate::engine::quality::Point;
use crate::words::{clock_notes, quality, sender};

/// What the user wants of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To save the figures as a table.
    SaveTable,
    /// To see the datagrams of this sender only.
    OnlyIts,
    /// To see it no longer.
    Close,
}

/// Lays out the quality of a sender as it is at `now_us`.
pub fn quality_ui(ui: &mut Ui, row: &SenderRow, is_only: bool, now_us: i64) -> Option<Wish> {
    let mut wish = None;
    let figures = quality(row, now_us);
    let notes = clock_notes(&row.quality);
    ui.horizontal_wrapped(|ui| {
        ui.strong(format!("Quality of {}", sender(row)));
        if ui.add(Button::new("Copy figures").small()).clicked() {
            let lines: Vec<&str> = std::iter::once(&figures).chain(&notes).map(String::as_str).collect();
            ui.ctx().copy_text(lines.join("\n"));
        }
        let table = ui.add(Button::new("Save figures...").small());
        if table.on_hover_text("The last ten minutes as CSV, for spreadsheets").clicked() {
            wish = Some(Wish::SaveTable);
        }
        let only = Button::selectable(is_only, "Only its datagrams").small().frame_when_inactive(true);
        if ui.add(only).clicked() {
            wish = Some(Wish::OnlyIts);
        }
        if ui.add(Button::new("Close quality").small()).clicked() {
            wish = Some(Wish::Close);
        }
    });
    ui.add(Label::new(capitalised(&figures)).wrap());
    for note in notes {
        ui.add(Label::new(RichText::new(note).color(tone_color(ui, Tone::Waiting))).wrap());
    }
    if row.quality.offset.is_none() {
        let quiet = RichText::new("Its datagrams hold no time that is known: no offset").small();
        ui.label(quiet.color(tone_color(ui, Tone::Quiet)));
    }
    let points: Vec<Point> = row.quality.history.points().copied().collect();
    plot_ui(ui, &points, row.quality.interval_us.unwrap_or_default(), now_us);
    ui.separator();
    wish
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}
