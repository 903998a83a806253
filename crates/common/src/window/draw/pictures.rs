//! Pictures of a window that is on no screen.

use eframe::egui::{Context, FullOutput, TexturesDelta};

use super::painter::{Frame, Painter};

/// Draws what egui lays out with the pixels that it would have in a window: for tests and benches.
#[derive(Debug, Default)]
pub struct Pictures {
    painter: Painter,
}

impl Pictures {
    /// Takes textures that came, and forgets those that went.
    pub fn update(&mut self, delta: &mut TexturesDelta) {
        self.painter.update(delta);
        self.painter.free(delta);
    }

    /// The whole of a frame, row by row: `0x00RRGGBB`.
    pub fn draw(&mut self, ctx: &Context, output: &FullOutput, size: [u32; 2]) -> Vec<u32> {
        let mut pixels = vec![0; size[0] as usize * size[1] as usize];
        self.draw_into(ctx, output, &mut pixels, size, 0);
        pixels
    }

    /// Draws what changed into pixels that hold the last frame, as a window does.
    pub fn draw_changes(&mut self, ctx: &Context, output: &FullOutput, pixels: &mut [u32], size: [u32; 2]) {
        self.draw_into(ctx, output, pixels, size, 1);
    }

    fn draw_into(&mut self, ctx: &Context, output: &FullOutput, pixels: &mut [u32], size: [u32; 2], age: u8) {
        let (shapes, scale) = (output.shapes.clone(), output.pixels_per_point);
        let frame = Frame { shapes, scale, background: ctx.global_style().visuals.panel_fill };
        self.painter.draw(ctx, frame, pixels, size, age);
    }
}
