//! Time servers that are announced on the network and not heard.

use common::tr;
use common::window::shell::quiet;
use common::window::{follow_focus, small_button};
use eframe::egui::{ScrollArea, Ui};

use crate::model::Model;

/// How many rows are seen at a time, and the height of each in points.
const ROWS: f32 = 2.0;
const ROW_HEIGHT: f32 = 20.0;

/// In less width what is said of one takes up to three rows.
const WIDE: f32 = 560.0;

/// Lays out a line for each, which scroll by themselves unless all of the content does; says which port the user wants to listen on,
/// on every network.
pub(super) fn announced_ui(ui: &mut Ui, model: &Model, is_small: bool) -> Option<u16> {
    if let Some(deaf) = model.deaf() {
        ui.add(quiet(ui, deaf).wrap());
    }
    let mut wanted = None;
    let mut unheard = model.unheard().peekable();
    unheard.peek()?;
    let area = ScrollArea::vertical().id_salt("announced").auto_shrink([false, true]);
    let rows = match ui.available_width() {
        _ if is_small => f32::INFINITY,
        width if width < WIDE => 3.0 * ROWS,
        _ => ROWS,
    };
    area.max_height(rows * ROW_HEIGHT).show(ui, |ui| {
        (ui.spacing_mut().item_spacing.y, ui.spacing_mut().interact_size.y) = (0.0, ROW_HEIGHT);
        for found in unheard {
            ui.horizontal_wrapped(|ui| {
                let (name, address) = (found.name.as_str(), found.address());
                ui.add(quiet(ui, tr!("udp-time-client-announced", name = name, address = address)).wrap());
                let port = found.port.to_string();
                if !model.can_hear(found)
                    && ui.add(small_button(&tr!("udp-time-client-announced-listen", port = port))).clicked()
                {
                    wanted = Some(found.port);
                }
            });
        }
        follow_focus(ui);
    });
    ui.separator();
    wanted
}
