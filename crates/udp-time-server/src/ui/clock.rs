//! The time, as it is sent.

use common::status::Tone;
use common::tr;
use common::window::{small_button, text_width, tone_color};
use eframe::egui::{Align, FontId, Label, Layout, RichText, TextStyle, Ui, vec2};

use crate::model::ClockFace;

/// Its letters grow with the window, between these sizes.
const SIZES: std::ops::RangeInclusive<f32> = 40.0..=220.0;

/// From one size to the next.
const STEP: f32 = 1.1;

/// Lays out the newest tick's time, or that of this moment, in grey.
pub(super) fn clock_ui(ui: &mut Ui, face: &ClockFace) {
    let space = ui.clip_rect().size();
    let size = stepped(space.x.min(space.y * 1.1) * 0.14);
    let quiet = tone_color(ui, Tone::Quiet);
    let color = if face.is_live { ui.visuals().text_color() } else { quiet };
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(RichText::new(&face.time).font(FontId::proportional(size)).color(color));
        ui.label(RichText::new(&face.date).color(color));
    });
    if face.payload.is_empty() {
        // What stands below stays where it is while a pattern or a zone is typed.
        ui.allocate_space(vec2(0.0, ui.spacing().interact_size.y));
    } else {
        payload_ui(ui, face);
    }
}

/// The largest size within `room`, in steps of a tenth. Letters of each size are kept by the toolkit: a window that is resized or
/// zoomed would have hundreds of them, which costs a hundred mebibytes.
fn stepped(room: f32) -> f32 {
    let (least, most) = (*SIZES.start(), *SIZES.end());
    let steps = ((room.clamp(least, most) / least).ln() / STEP.ln()).floor();
    least * STEP.powf(steps)
}

/// What goes out, with a button that copies it: in one row where that fits.
fn payload_ui(ui: &mut Ui, face: &ClockFace) {
    let color = tone_color(ui, Tone::Quiet);
    let text = tr!("udp-time-server-sends", payload = face.payload.as_str());
    let copy = tr!("udp-time-server-copy");
    let button = text_width(ui, copy, &TextStyle::Small) + 2.0 * ui.spacing().button_padding.x;
    let whole = text_width(ui, &text, &TextStyle::Body) + ui.spacing().item_spacing.x + button;
    let width = ui.available_width();
    let is_row = whole < width;
    let layout = if is_row { Layout::left_to_right(Align::Center) } else { Layout::top_down(Align::Center) };
    ui.allocate_ui_with_layout(vec2(width, ui.spacing().interact_size.y), layout, |ui| {
        if is_row {
            ui.add_space((width - whole) / 2.0);
        }
        ui.add(Label::new(RichText::new(text).color(color)).wrap());
        let button = ui.add(small_button(copy));
        // Without the time: it would be read out each second while the keyboard is here.
        ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(tr!("udp-time-server-copy-sent")));
        if button.clicked() {
            ui.ctx().copy_text(face.payload.clone());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_often_the_window_is_resized_the_clock_has_few_sizes() {
        let sizes = (0_u16..4000).map(|room| stepped(f32::from(room) / 10.0).to_bits());
        let sizes: std::collections::BTreeSet<u32> = sizes.collect();
        assert!((10..20).contains(&sizes.len()), "{}", sizes.len());
        for room in [10.0, 41.0, 100.0, 219.0, 1000.0] {
            let size = stepped(room);
            assert!(
                SIZES.contains(&size) && size <= room.max(40.0) && size * 1.11 > room.min(200.0),
                "{room}: {size}"
            );
        }
    }
}
