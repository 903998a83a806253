//! Where the ticks go, and how it goes.

use common::window::{Tone, tone_color};
use eframe::egui::{Grid, Label, RichText, Ui};

use crate::engine::Destination;
use crate::model::name;

/// Lays out one row for each destination: name, address, count sent, last error.
pub fn destinations_ui(ui: &mut Ui, destinations: &[Destination]) {
    if destinations.is_empty() {
        return;
    }
    ui.separator();
    Grid::new("destinations").num_columns(3).min_row_height(18.0).spacing([16.0, 4.0]).show(ui, |ui| {
        for destination in destinations {
            ui.label(name(destination));
            let address =
                destination.address.map_or_else(|| "no address yet".to_owned(), |at| at.to_string());
            ui.label(RichText::new(address).monospace());
            ui.label(format!("{} sent", destination.sent));
            ui.end_row();
        }
    });
    for destination in destinations {
        if let Some(error) = &destination.last_error {
            let text =
                RichText::new(format!("{}: {error}", name(destination))).color(tone_color(ui, Tone::Bad));
            ui.add(Label::new(text).wrap());
        }
    }
}
