//! What others have to type to reach this computer.

use common::window::{Tone, tone_color};
use eframe::egui::{CollapsingHeader, RichText, Ui};

use crate::model::OwnAddress;

/// Lays out the addresses of this computer, each with a button that copies it.
pub fn addresses_ui(ui: &mut Ui, addresses: &[OwnAddress]) {
    CollapsingHeader::new("This computer's addresses").show(ui, |ui| {
        if addresses.is_empty() {
            ui.label(
                RichText::new("None: this computer is on no network").color(tone_color(ui, Tone::Quiet)),
            );
        }
        for OwnAddress { ip, interface } in addresses {
            ui.horizontal_wrapped(|ui| {
                let copy = ui.button("Copy");
                ui.ctx().accesskit_node_builder(copy.id, |node| node.set_label(format!("Copy {ip}")));
                if copy.clicked() {
                    ui.ctx().copy_text(ip.to_string());
                }
                ui.label(RichText::new(ip.to_string()).monospace());
                ui.label(RichText::new(interface).color(tone_color(ui, Tone::Quiet)));
            });
        }
    });
}
