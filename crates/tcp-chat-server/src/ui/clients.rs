//! Who is connected.

use common::window::{Tone, tone_color};
use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, TextStyle, Ui, vec2};

use crate::model::Model;

/// Rows in view: the log needs the space, and more of them scroll.
const MAX_ROWS: f32 = 5.0;

/// Heading and width of each column, and whether it holds numbers.
const COLUMNS: [(&str, f32, bool); 6] = [
    ("Address", 140.0, false),
    ("Port", 48.0, true),
    ("Since", 64.0, true),
    ("Asked", 56.0, true),
    ("Answered", 72.0, true),
    ("State", 110.0, false),
];

/// Lays out a row for each client, under the totals.
pub(crate) fn clients_ui(ui: &mut Ui, model: &Model) {
    let count = model.client_count();
    ui.horizontal_wrapped(|ui| {
        ui.strong(format!("Clients {count}"));
        ui.label(RichText::new(model.totals()).small().color(tone_color(ui, Tone::Quiet)));
    });
    if count == 0 {
        return;
    }
    ScrollArea::horizontal().id_salt("clients").auto_shrink([false, true]).show(ui, |ui| {
        let row_height = ui.text_style_height(&TextStyle::Body);
        // Rows of text, not of controls: as high as the list takes them for.
        ui.spacing_mut().interact_size.y = row_height;
        ui.spacing_mut().item_spacing = vec2(16.0, 4.0);
        let headings = COLUMNS.map(|(heading, _, _)| heading.to_owned());
        row_ui(ui, headings, row_height, |text| RichText::new(text).small());
        ScrollArea::vertical()
            .id_salt("client rows")
            .auto_shrink([false, true])
            .max_height(MAX_ROWS * (row_height + 4.0))
            .show_rows(ui, row_height, count, |ui, range| {
                for columns in model.client_rows(range) {
                    row_ui(ui, columns, row_height, RichText::new);
                }
            });
    });
}

fn row_ui(ui: &mut Ui, texts: [String; 6], height: f32, style: impl Fn(String) -> RichText) {
    ui.horizontal(|ui| {
        for (text, (_, width, is_number)) in texts.into_iter().zip(COLUMNS) {
            let layout = if is_number {
                Layout::right_to_left(Align::Center)
            } else {
                Layout::left_to_right(Align::Center)
            };
            ui.allocate_ui_with_layout(vec2(width, height), layout, |ui| {
                ui.set_min_width(width);
                ui.add(Label::new(style(text)).truncate());
            });
        }
    });
}
