//! Draws pictures as windows are drawn: the same pixels on every computer.

use common::window::Pictures;
use eframe::egui::epaint::textures::TexturesDelta;
use eframe::egui::{Context, FullOutput};
use egui_kittest::TestRenderer;
use image::{Rgba, RgbaImage};

/// One for each window.
#[derive(Default)]
pub(crate) struct Renderer(Pictures);

impl TestRenderer for Renderer {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        self.0.update(delta);
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a window")]
    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let size = ctx.content_rect().max * output.pixels_per_point;
        let size = [size.x, size.y].map(|side| side.round() as u32);
        let pixels = self.0.draw(ctx, output, size);
        let mut pixels = pixels.into_iter().map(|pixel| {
            let [_, red, green, blue] = pixel.to_be_bytes();
            Rgba([red, green, blue, 255])
        });
        Ok(RgbaImage::from_fn(size[0], size[1], |_, _| pixels.next().unwrap_or(Rgba([0; 4]))))
    }
}
