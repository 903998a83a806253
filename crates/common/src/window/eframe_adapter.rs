//! Draws a window with eframe, and so with OpenGL. No other file knows eframe's `App` and `Frame`.

use std::sync::Mutex;

use eframe::egui;

use super::Window;
use super::shell::{Program, Shell};
use crate::config::Place;

/// Smallest size that everything is usable at.
const MIN_SIZE: [f32; 2] = [320.0, 240.0];

impl<P: Program> eframe::App for Shell<P> {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        Self::logic(self, ctx, || is_on_a_screen(frame));
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        Self::ui(self, ui);
    }

    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        Self::limit_textures(input);
    }

    /// What panels without a surface of their own lie on: it costs nothing to draw.
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        Self::on_exit(self);
    }
}

/// Opens the window and runs it until it is closed; `opened` is called once it is open.
///
/// # Errors
/// What the toolkit says, which may also panic.
pub(super) fn run<A: eframe::App>(
    window: Window,
    place: Place,
    opened: impl FnOnce() + Send,
    create: impl FnOnce(&egui::Context) -> anyhow::Result<A>,
) -> eframe::Result {
    let options = eframe::NativeOptions {
        viewport: viewport(window, place),
        // With a locale of ours: see `fonts`.
        system_font_fallback: false,
        dithering: false,
        ..Default::default()
    };
    let opened = Mutex::new(Some(opened));
    let creator: eframe::AppCreator<'_> = Box::new(move |cc| {
        if let Some(opened) = opened.lock().ok().and_then(|mut opened| opened.take()) {
            opened();
        }
        Ok(Box::new(create(&cc.egui_ctx)?))
    });
    eframe::run_native(window.app_id, options, creator)
}

/// As it was when it was closed.
#[expect(clippy::cast_precision_loss, reason = "points of a screen")]
fn viewport(window: Window, place: Place) -> egui::ViewportBuilder {
    let size = place.size.map_or(window.size, |size| size.map(|points| points.min(1 << 14) as f32));
    let mut viewport = egui::ViewportBuilder::default()
        .with_app_id(window.app_id)
        .with_title(window.title())
        .with_inner_size(size)
        .with_min_inner_size(MIN_SIZE)
        .with_maximized(place.is_maximized);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(window.icon) {
        viewport = viewport.with_icon(icon);
    }
    if let Some(corner) = place.position {
        viewport = viewport.with_position(corner.map(|points| points as f32));
    }
    viewport
}

/// Where the platform tells neither screens nor places, nothing is wrong.
pub(super) fn is_on_a_screen(frame: &eframe::Frame) -> bool {
    let Some(window) = frame.winit_window() else { return true };
    let Ok(corner) = window.outer_position() else { return true };
    let mut screens = window.available_monitors().peekable();
    screens.peek().is_none()
        || screens.any(|screen| {
            let (start, size) = (screen.position(), screen.size());
            let end =
                (start.x.saturating_add_unsigned(size.width), start.y.saturating_add_unsigned(size.height));
            // Part of the title bar is within reach.
            (start.x - 64..end.0 - 64).contains(&corner.x) && (start.y - 8..end.1 - 32).contains(&corner.y)
        })
}
