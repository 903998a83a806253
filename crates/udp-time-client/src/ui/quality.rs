//! The quality of the chosen sender: figures, notes, plot.

use common::status::Tone;
use common::texts::capitalized;
use common::tr;
use common::window::shell::quiet;
use common::window::toned_ui;
use eframe::egui::{Button, Label, Ui};

use super::plot::plot_ui;
use crate::engine::SenderRow;
use crate::engine::quality::Point;
use crate::figures::{clock_notes, quality, sender};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QualityAction {
    /// Save the figures as a table.
    Save,
    /// Show only the datagrams of this sender, or all again.
    OnlyIts,
    Close,
}

/// Lays out the quality of a sender as it is at `now_us`. The plots reach down to
/// `bottom` where that is enough for them.
pub(super) fn quality_ui(
    ui: &mut Ui,
    row: &SenderRow,
    is_only: bool,
    now_us: i64,
    bottom: f32,
) -> Option<QualityAction> {
    let mut action = None;
    ui.separator();
    let figures = quality(row, now_us);
    let notes = clock_notes(&row.quality);
    ui.horizontal_wrapped(|ui| {
        ui.strong(tr!("udp-time-client-quality-of", sender = sender(row)));
        if ui.add(Button::new(tr!("udp-time-client-copy-figures"))).clicked() {
            let lines: Vec<&str> = std::iter::once(&figures).chain(&notes).map(String::as_str).collect();
            ui.ctx().copy_text(lines.join("\n"));
        }
        let table = ui.add(Button::new(tr!("udp-time-client-save-figures")));
        if table.on_hover_text(tr!("udp-time-client-save-figures-hint")).clicked() {
            action = Some(QualityAction::Save);
        }
        let only = Button::selectable(is_only, tr!("udp-time-client-only-its")).frame_when_inactive(true);
        if ui.add(only).clicked() {
            action = Some(QualityAction::OnlyIts);
        }
        if ui.button(tr!("udp-time-client-close-quality")).clicked() {
            action = Some(QualityAction::Close);
        }
    });
    ui.add(Label::new(capitalized(&figures)).wrap());
    for note in notes {
        toned_ui(ui, note, Tone::Waiting);
    }
    if row.quality.offset.is_none() {
        ui.add(quiet(ui, tr!("udp-time-client-no-time")));
    }
    let points: Vec<Point> = row.quality.history.points().copied().collect();
    plot_ui(ui, &points, row.quality.interval_us.unwrap_or_default(), now_us, bottom);
    action
}
