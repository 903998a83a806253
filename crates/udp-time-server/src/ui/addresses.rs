//! What others have to type to reach this computer.

use common::status::Tone;
use common::tr;
use common::window::{focus_ring_ui, toned_ui};
use eframe::egui::{CollapsingHeader, RichText, Ui};

use crate::model::OwnAddress;

/// Lays out the addresses of this computer, each with a button that copies it.
pub(super) fn addresses_ui(ui: &mut Ui, addresses: &[OwnAddress]) {
    let header = CollapsingHeader::new(tr!("udp-time-server-own-addresses")).show(ui, |ui| {
        if addresses.is_empty() {
            toned_ui(ui, tr!("udp-time-server-no-addresses"), Tone::Quiet);
        }
        for OwnAddress { ip, interface } in addresses {
            ui.horizontal_wrapped(|ui| {
                let copy = ui.button(tr!("udp-time-server-copy"));
                let name = tr!("udp-time-server-copy-which", what = ip.to_string());
                ui.ctx().accesskit_node_builder(copy.id, |node| node.set_label(name));
                if copy.clicked() {
                    ui.ctx().copy_text(ip.to_string());
                }
                ui.label(RichText::new(ip.to_string()).monospace());
                toned_ui(ui, interface, Tone::Quiet);
            });
        }
    });
    focus_ring_ui(ui, &header.header_response, header.header_response.rect);
}
