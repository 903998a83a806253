//! Draws frame after frame, and of each only what changed.

use eframe::egui::epaint::ClippedShape;
use eframe::egui::{Color32, Context, TexturesDelta};

use super::area::{Area, Damage, area_of};
use super::changes::{Changes, Move};
use super::raster::{Pixels, Raster};

/// What egui laid out.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) shapes: Vec<ClippedShape>,
    /// Pixels a point.
    pub(super) scale: f32,
    /// What is behind everything.
    pub(super) background: Color32,
}

/// Knows what was drawn last.
#[derive(Debug, Default)]
pub(super) struct Painter {
    raster: Raster,
    shown: Option<Frame>,
    size: [u32; 2],
    /// What changed in the last frame: a second buffer lacks it.
    last: Damage,
}

impl Painter {
    /// Takes the textures of a frame: before [`Self::draw`].
    pub(super) fn update(&mut self, delta: &mut TexturesDelta) {
        if self.raster.update(delta) {
            self.shown = None;
        }
    }

    /// Forgets the textures that a frame was the last to use: after [`Self::draw`].
    pub(super) fn free(&mut self, delta: &mut TexturesDelta) {
        self.raster.free(delta);
    }

    /// Nothing of what was drawn is there any more.
    pub(super) fn forget(&mut self) {
        self.shown = None;
    }

    /// Draws into a buffer of `size` that holds the picture of `age` frames ago, or nothing that is known at age 0.
    /// Gives the parts of the window that are other ones now.
    pub(super) fn draw(
        &mut self,
        ctx: &Context,
        frame: Frame,
        buffer: &mut [u32],
        size: [u32; 2],
        age: u8,
    ) -> Damage {
        let Some(mut pixels) = Pixels::new(buffer, size) else { return Damage::default() };
        let whole = pixels.area();
        let mut everything = Damage::default();
        everything.add(whole);
        let before = self.shown.take().filter(|before| {
            self.size == size
                && before.scale.to_bits() == frame.scale.to_bits()
                && before.background == frame.background
        });
        let (changed, redrawn) = match before {
            Some(before) if age > 0 => {
                let update = Changes::between(&before.shapes, &frame.shapes, frame.scale, whole, age == 1);
                if let Some(Move { area, down }) = update.moved {
                    pixels.shift(area, down);
                }
                let changed = update.changed();
                let mut redrawn = update.drawn;
                match age {
                    1 => (),
                    2 => self.last.areas().iter().for_each(|area| redrawn.add(*area)),
                    _ => redrawn = everything,
                }
                (changed, redrawn)
            }
            _ => (everything.clone(), everything),
        };
        for area in redrawn.areas() {
            self.redraw(ctx, &frame, &mut pixels, *area);
        }
        (self.size, self.shown) = (size, Some(frame));
        self.last = changed.clone();
        changed
    }

    fn redraw(&self, ctx: &Context, frame: &Frame, pixels: &mut Pixels<'_>, area: Area) {
        let Frame { shapes, scale, background } = frame;
        let touches = |shape: &&ClippedShape| !area_of(shape, *scale).and(area).is_empty();
        let shapes = shapes.iter().filter(touches).cloned().collect();
        let meshes = ctx.tessellate(shapes, *scale);
        self.raster.draw(pixels, area, *background, *scale, &meshes);
    }
}

#[cfg(test)]
mod tests;
