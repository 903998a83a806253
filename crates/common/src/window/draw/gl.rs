//! Draws a window with eframe, and so with OpenGL. No other file knows eframe's `App` and `Frame`.

use std::rc::Rc;

pub(super) use eframe::App;
use eframe::{EframeWinitApplication, UserEvent, egui};
use winit::event_loop::EventLoop;

use super::super::Window;
use super::super::shell::{Program, Shell};
use super::{Content, Drawing, Error, Making, Nothing, is_on_a_screen, viewport};
use crate::config::WindowPlacement;

impl<P: Program> eframe::App for Shell<P> {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        Content::logic(self, ctx, &|| frame.winit_window().is_none_or(|window| is_on_a_screen(window)));
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        Content::ui(self, ui);
        if let Some(window) = frame.winit_window() {
            super::place_candidates(ui.ctx(), window);
        }
    }

    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        super::limit_textures(input);
    }

    /// What panels without a surface of their own lie on: it costs nothing to draw.
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        Content::on_exit(self);
    }
}

impl eframe::App for Nothing {
    fn ui(&mut self, _: &mut egui::Ui, _: &mut eframe::Frame) {}
}

/// Opens the window and runs it until it is closed.
pub(super) fn run<'a, A: eframe::App + 'a>(
    window: Window,
    place: WindowPlacement,
    making: &Rc<Making<'a, A>>,
) -> Result<(), Error> {
    let creator = creator(Rc::clone(making), |_| Drawing::Gl);
    let ran = eframe::run_native(window.app_id, options(window, place), creator);
    ran.map_err(|error| making.failure.take().unwrap_or_else(|| Error::window(error)))
}

/// The same, on a loop that another way was tried on.
pub(super) fn on_loop<'a, A: eframe::App + 'a>(
    window: Window,
    place: WindowPlacement,
    making: Rc<Making<'a, A>>,
    event_loop: &EventLoop<UserEvent>,
) -> EframeWinitApplication<'a> {
    let creator = creator(making, |making| Drawing::GlInstead { reason: making.no_cpu.borrow().clone() });
    eframe::create_native(window.app_id, options(window, place), creator, event_loop)
}

fn creator<'a, A: eframe::App + 'a>(
    making: Rc<Making<'a, A>>,
    drawing: impl FnOnce(&Making<'a, A>) -> Drawing + 'a,
) -> eframe::AppCreator<'a> {
    Box::new(move |cc| Ok(Box::new(making.make(&cc.egui_ctx, drawing(&making))?)))
}

fn options(window: Window, place: WindowPlacement) -> eframe::NativeOptions {
    eframe::NativeOptions {
        viewport: viewport(window, place),
        // With a locale of ours: see `fonts`.
        system_font_fallback: false,
        dithering: false,
        ..Default::default()
    }
}
