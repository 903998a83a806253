//! The table of senders.

use common::tr;
use common::window::{Tone, tone_color};
use eframe::egui::{Align, Button, FontId, Label, Layout, RichText, ScrollArea, Sense, TextStyle, Ui, vec2};

use crate::engine::{RowId, SenderRow};
use crate::model::table_text;
use crate::words::{ago, jitter, offset, sender};

/// Part of the space that the table may take; beyond, it scrolls.
const MAX_PART: f32 = 0.35;

/// Of that, at least: the heading and two rows.
const MIN_HEIGHT: f32 = 60.0;

/// Of one row.
const ROW_HEIGHT: f32 = 20.0;

/// Between two columns.
const GAP: f32 = 12.0;

/// The text of a sender is cut where the window is narrow, but has so much.
const MIN_TEXT: f32 = 132.0;

/// Around that text, as it is a button.
const TEXT_PADDING: f32 = 4.0;

/// What stands in the columns behind the text.
const COLUMNS: usize = 7;

/// Which of them are no figures.
const HOST: usize = 0;
const HEARD: usize = COLUMNS - 1;

/// Lays out one row for each sender as it is at `now_us`; gives the one that was pressed.
pub fn senders_ui(ui: &mut Ui, senders: &[SenderRow], chosen: Option<RowId>, now_us: i64) -> Option<RowId> {
    if senders.is_empty() {
        return None;
    }
    let mut pressed = None;
    ui.horizontal_wrapped(|ui| {
        ui.strong(tr!("udp-time-client-senders"));
        let quiet = tone_color(ui, Tone::Quiet);
        ui.label(RichText::new(tr!("udp-time-client-senders-hint")).small().color(quiet));
    });
    let max_height = (ui.available_height() * MAX_PART).max(MIN_HEIGHT);
    let view_width =
        ui.available_width() - ui.spacing().scroll.bar_width - ui.spacing().scroll.bar_inner_margin;
    let usual = (ui.spacing().item_spacing.y, ui.spacing().interact_size.y);
    (ui.spacing_mut().item_spacing.y, ui.spacing_mut().interact_size.y) = (0.0, ROW_HEIGHT);
    let area = ScrollArea::both().id_salt("senders").auto_shrink([false, true]).max_height(max_height);
    area.show_rows(ui, ROW_HEIGHT, senders.len() + 1, |ui, rows| {
        let seen = senders.get(rows.start.saturating_sub(1)..rows.end.saturating_sub(1)).unwrap_or_default();
        let cells: Vec<_> = seen.iter().map(|row| Cells::new(row, now_us)).collect();
        let widths = widths(ui, &cells, view_width);
        if rows.start == 0 {
            heading_ui(ui, &widths);
        }
        for (row, cells) in seen.iter().zip(&cells) {
            if row_ui(ui, row, cells, &widths, chosen == Some(row.id)) {
                pressed = Some(row.id);
            }
        }
    });
    (ui.spacing_mut().item_spacing.y, ui.spacing_mut().interact_size.y) = usual;
    ui.separator();
    pressed
}

/// What a row says.
struct Cells {
    text: String,
    rest: [String; COLUMNS],
    is_silent: bool,
}

impl Cells {
    fn new(row: &SenderRow, now_us: i64) -> Self {
        let quality = &row.quality;
        let unknown = || "-".to_owned();
        let is_silent = row.is_silent(now_us);
        let heard = ago(now_us.saturating_sub(row.heard_us));
        let rest = [
            row.source.ip().to_string(),
            row.source.port().to_string(),
            quality.offset.map_or_else(unknown, offset),
            quality.jitter_us.map_or_else(unknown, jitter),
            quality.counts.map_or_else(unknown, |counts| counts.lost.to_string()),
            row.received.to_string(),
            if is_silent { tr!("udp-time-client-silent", ago = heard) } else { heard },
        ];
        Self { text: table_text(row), rest, is_silent }
    }
}

fn headings() -> [&'static str; COLUMNS] {
    [
        tr!("udp-time-client-column-host"),
        tr!("address-port"),
        tr!("udp-time-client-column-offset"),
        tr!("udp-time-client-column-jitter"),
        tr!("udp-time-client-column-lost"),
        tr!("udp-time-client-column-received"),
        tr!("udp-time-client-column-heard"),
    ]
}

/// Of the text and the columns behind it. What is wide in them is seen whole; the text takes what is left.
struct Widths {
    text: f32,
    rest: [f32; COLUMNS],
}

fn widths(ui: &Ui, cells: &[Cells], view_width: f32) -> Widths {
    let [body, mono, small] =
        [TextStyle::Body, TextStyle::Monospace, TextStyle::Small].map(|style| style.resolve(ui.style()));
    let measure = |text: &str, font: &FontId| {
        let color = ui.visuals().text_color();
        ui.painter().layout_no_wrap(text.to_owned(), font.clone(), color).size().x.ceil()
    };
    let mut rest = headings().map(|heading| measure(heading, &small));
    let mut text = measure(tr!("udp-time-client-column-time"), &small);
    for row in cells {
        text = text.max(measure(&row.text, &body));
        for (column, (width, cell)) in rest.iter_mut().zip(&row.rest).enumerate() {
            *width = width.max(measure(cell, if column == HEARD { &body } else { &mono }));
        }
    }
    let others: f32 = rest.iter().map(|width| width + GAP).sum();
    let text = (text + 2.0 * TEXT_PADDING + 1.0).min((view_width - others).max(MIN_TEXT));
    Widths { text, rest }
}

fn heading_ui(ui: &mut Ui, widths: &Widths) {
    let quiet = tone_color(ui, Tone::Quiet);
    let heading = |name: &str| RichText::new(name).small().color(quiet);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        cell_ui(ui, widths.text, Align::Min, heading(tr!("udp-time-client-column-time")));
        for (column, (name, width)) in headings().into_iter().zip(widths.rest).enumerate() {
            cell_ui(ui, width, align(column), heading(name));
        }
    });
}

fn row_ui(ui: &mut Ui, row: &SenderRow, cells: &Cells, widths: &Widths, is_chosen: bool) -> bool {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        ui.spacing_mut().button_padding = vec2(TEXT_PADDING, 0.0);
        let size = vec2(widths.text, ROW_HEIGHT);
        let name = ui
            .allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_size(size);
                ui.add(Button::selectable(is_chosen, &cells.text).truncate())
            })
            .inner;
        let is_pressed = name.on_hover_text(format!("{}\n{}", sender(row), row.text)).clicked();
        for (column, (cell, width)) in cells.rest.iter().zip(widths.rest).enumerate() {
            let mut text = RichText::new(cell);
            if column != HEARD {
                text = text.monospace();
            } else if cells.is_silent {
                text = text.color(tone_color(ui, Tone::Waiting));
            }
            let label = cell_ui(ui, width, align(column), text);
            if column == HEARD {
                label.on_hover_text(row.heard.format("%H:%M:%S").to_string());
            }
        }
        is_pressed
    })
    .inner
}

fn align(column: usize) -> Align {
    if column == HOST || column == HEARD { Align::Min } else { Align::Max }
}

fn cell_ui(ui: &mut Ui, width: f32, align: Align, text: RichText) -> eframe::egui::Response {
    let size = vec2(width, ROW_HEIGHT);
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        Align::Min | Align::Center => Layout::left_to_right(Align::Center),
    };
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        ui.add(Label::new(text).extend().sense(Sense::hover()))
    })
    .inner
}
