//! The time, as it was sent.

use common::status::Tone;
use common::tr;
use common::window::{clock_text_style, tone_color};
use eframe::egui::{Label, RichText, Ui};

use crate::model::ClockFace;

/// Lays out the newest tick's time; dashes before the first.
pub(super) fn clock_ui(ui: &mut Ui, face: Option<&ClockFace>) {
    ui.vertical_centered(|ui| {
        let quiet = tone_color(ui, Tone::Quiet);
        let clock = |text: &str| RichText::new(text).text_style(clock_text_style());
        if let Some(face) = face {
            ui.label(clock(&face.time));
            ui.label(&face.date);
            ui.add(Label::new(tr!("udp-time-server-sent-as", payload = face.payload.as_str())).wrap());
        } else {
            ui.label(clock("--:--:--").color(quiet));
            ui.label(RichText::new(tr!("udp-time-server-nothing-sent")).color(quiet));
        }
    });
}
