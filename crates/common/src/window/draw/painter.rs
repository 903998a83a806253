//! Draws frame after frame, and of each only what changed.

use std::collections::VecDeque;

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

/// A picture that was drawn.
#[derive(Debug)]
struct Drawn {
    shapes: Vec<PlacedShape>,
    scale: f32,
    background: Color32,
    size: [u32; 2],
}

/// How many buffers a window has at most: on Wayland two, which take turns.
const MOST_BUFFERS: usize = 2;

/// Knows what was drawn last.
#[derive(Debug, Default)]
pub(super) struct Painter {
    raster: Raster,
    /// The newest pictures, the last one first: each buffer holds one of them.
    drawn: VecDeque<Drawn>,
}

impl Painter {
    /// Takes the textures of a frame: before [`Self::draw`].
    pub(super) fn update(&mut self, delta: &mut TexturesDelta) {
        if self.raster.update(delta) {
            self.forget();
        }
    }

    /// Forgets the textures that a frame was the last to use: after [`Self::draw`].
    pub(super) fn free(&mut self, delta: &mut TexturesDelta) {
        self.raster.free(delta);
    }

    /// Nothing of what was drawn is there any more.
    pub(super) fn forget(&mut self) {
        self.drawn.clear();
    }

    /// Draws into a buffer of `size` that holds the picture of `age` frames ago, or nothing that is known at age 0.
    /// Gives the parts of the window that differ from the last frame.
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
        let now = Drawn { shapes, scale, background, size };
        let is_comparable = self.drawn.front().is_some_and(|last| {
            last.size == size && last.scale.to_bits() == scale.to_bits() && last.background == background
        });
        if !is_comparable {
            self.forget();
        }
        let in_buffer = usize::from(age).checked_sub(1).and_then(|at| self.drawn.get(at));
        let (changed, redrawn) = match (self.drawn.front(), in_buffer) {
            (Some(last), Some(before)) => {
                let since = |before: &Drawn| Changes::between(&before.shapes, &now.shapes, scale, whole);
                let update = since(before);
                if let Some(Move { area, down }) = update.moved {
                    pixels.shift(area, down);
                }
                let changed = if age == 1 { update.changed() } else { since(last).changed() };
                (changed, update.drawn)
            }
            _ => (everything.clone(), everything),
        };
        for area in redrawn.areas() {
            self.redraw(ctx, &now, &mut pixels, *area);
        }
        self.drawn.truncate(MOST_BUFFERS - 1);
        self.drawn.push_front(now);
        changed
    }

    fn redraw(&self, ctx: &Context, drawn: &Drawn, pixels: &mut Pixels<'_>, area: Area) {
        let Drawn { shapes, scale, background, .. } = drawn;
        let touching = shapes.iter().filter(|shape| !shape.area.intersect(area).is_empty());
        let shapes = touching.map(|shape| shape.shape.clone()).collect();
        let meshes = ctx.tessellate(shapes, *scale);
        self.raster.draw(pixels, area, *background, *scale, &meshes);
    }
}

#[cfg(test)]
mod tests;
