//! Draws frame after frame, and of each only what changed.

use eframe::egui::epaint::ClippedShape;
use eframe::egui::{Color32, Context, TexturesDelta};

use super::area::{Area, Damage, PlacedShape};
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

/// What is shown.
#[derive(Debug)]
struct Shown {
    shapes: Vec<PlacedShape>,
    scale: f32,
    background: Color32,
    size: [u32; 2],
}

/// Knows what was drawn last.
#[derive(Debug, Default)]
pub(super) struct Painter {
    raster: Raster,
    shown: Option<Shown>,
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
        let Frame { shapes, scale, background } = frame;
        let shapes = shapes.into_iter().map(|shape| PlacedShape::new(shape, scale)).collect();
        let now = Shown { shapes, scale, background, size };
        let before = self.shown.take().filter(|before| {
            before.size == size
                && before.scale.to_bits() == scale.to_bits()
                && before.background == background
        });
        let (changed, redrawn) = match before {
            Some(before) if age > 0 => {
                let update = Changes::between(&before.shapes, &now.shapes, scale, whole, age == 1);
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
            self.redraw(ctx, &now, &mut pixels, *area);
        }
        self.shown = Some(now);
        self.last = changed.clone();
        changed
    }

    fn redraw(&self, ctx: &Context, shown: &Shown, pixels: &mut Pixels<'_>, area: Area) {
        let Shown { shapes, scale, background, .. } = shown;
        let touching = shapes.iter().filter(|shape| !shape.area.and(area).is_empty());
        let shapes = touching.map(|shape| shape.shape.clone()).collect();
        let meshes = ctx.tessellate(shapes, *scale);
        self.raster.draw(pixels, area, *background, *scale, &meshes);
    }
}

#[cfg(test)]
mod tests;
