//! Draws egui's meshes on the CPU, with the colours of `egui_glow`: premultiplied, blended in gamma space.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels of a screen: what comes from a mesh is clamped before"
)]

use std::collections::HashMap;

use eframe::egui::epaint::{ImageData, Mesh, Primitive, Vertex};
use eframe::egui::{ClippedPrimitive, Color32, TextureFilter, TextureId, TexturesDelta};

use super::area::Area;
use super::triangle::Triangle;

/// The pixels of a window, row by row: `0x00RRGGBB`.
#[derive(Debug)]
pub(super) struct Pixels<'a> {
    pixels: &'a mut [u32],
    size: [i32; 2],
}

impl<'a> Pixels<'a> {
    /// `None`: the size is another one.
    pub(super) fn new(pixels: &'a mut [u32], size: [u32; 2]) -> Option<Self> {
        let count = u64::from(size[0]) * u64::from(size[1]);
        let size = size.map(|side| i32::try_from(side).ok());
        (count == pixels.len() as u64).then_some(Self { pixels, size: [size[0]?, size[1]?] })
    }

    pub(super) fn area(&self) -> Area {
        Area::of_size(self.size)
    }

    /// Part of a row, which has to be inside.
    pub(super) fn row(&mut self, y: i32, left: i32, right: i32) -> &mut [u32] {
        let start = y as usize * self.size[0] as usize;
        &mut self.pixels[start + left as usize..start + right as usize]
    }

    /// Moves what is in `area` down by `down` pixels, or up; what would leave it is gone.
    pub(super) fn shift(&mut self, area: Area, down: i32) {
        let area = area.intersect(self.area());
        let to = area.intersect(area.moved_down(down));
        if to.is_empty() {
            return;
        }
        let width = self.size[0] as usize;
        let mut shift = |y: i32| {
            let [from, to] = [y - down, y].map(|y| y as usize * width + area.left as usize);
            self.pixels.copy_within(from..from + (area.right - area.left) as usize, to);
        };
        // No row is overwritten before it was moved.
        if down > 0 {
            (to.top..to.bottom).rev().for_each(&mut shift);
        } else {
            (to.top..to.bottom).for_each(shift);
        }
    }

    fn fill(&mut self, area: Area, color: Color) {
        for y in area.top..area.bottom {
            color.fill(self.row(y, area.left, area.right));
        }
    }
}

/// A premultiplied colour of 8 bits a channel, as it is computed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Color([u32; 4]);

/// The product of two shares of 255, rounded.
fn multiply(a: u32, b: u32) -> u32 {
    let product = a * b + 128;
    (product + (product >> 8)) >> 8
}

impl Color {
    pub(super) fn of(color: Color32) -> Self {
        Self(color.to_array().map(u32::from))
    }

    pub(super) fn of_channels(channels: [f32; 4]) -> Self {
        Self(channels.map(|channel| (channel + 0.5).clamp(0.0, 255.0) as u32))
    }

    #[inline]
    pub(super) fn times(self, texel: Color32) -> Self {
        let texel = texel.to_array();
        Self(std::array::from_fn(|channel| multiply(self.0[channel], texel[channel].into())))
    }

    fn pixel(self) -> u32 {
        let [red, green, blue, _] = self.0;
        (red << 16) | (green << 8) | blue
    }

    /// Lays this colour over a pixel.
    #[inline]
    pub(super) fn over(self, pixel: &mut u32) {
        let keep = 255 - self.0[3];
        // Red and blue go through one multiplication.
        let red_blue = (*pixel & 0x00ff_00ff) * keep + 0x0080_0080;
        let red_blue = ((red_blue + ((red_blue >> 8) & 0x00ff_00ff)) >> 8) & 0x00ff_00ff;
        let under = red_blue | multiply((*pixel >> 8) & 0xff, keep) << 8;
        let over = self.pixel();
        // A colour that adds light, as those without alpha do, can be more than a channel holds.
        let carries = ((under & over) | ((under | over) & !under.wrapping_add(over))) & 0x0080_8080;
        *pixel = if carries == 0 { under + over } else { saturating(under, over) };
    }

    #[inline]
    pub(super) fn fill(self, row: &mut [u32]) {
        match self.0 {
            [.., 255] => row.fill(self.pixel()),
            [0, 0, 0, 0] => (),
            _ => row.iter_mut().for_each(|pixel| self.over(pixel)),
        }
    }
}

#[cold]
fn saturating(a: u32, b: u32) -> u32 {
    let channel = |shift: u32| (((a >> shift) & 0xff) + ((b >> shift) & 0xff)).min(0xff) << shift;
    channel(16) | channel(8) | channel(0)
}

/// A picture that meshes are covered with: letters, mostly.
#[derive(Debug, Default)]
pub(super) struct Texture {
    size: [usize; 2],
    texels: Vec<Color32>,
    is_smooth: bool,
}

impl Texture {
    pub(super) fn size(&self) -> [f32; 2] {
        self.size.map(|side| side as f32)
    }

    /// The texel there, or the nearest one; coordinates are in texels.
    pub(super) fn nearest(&self, x: f32, y: f32) -> Color32 {
        self.at(x.floor() as i32, y.floor() as i32)
    }

    fn at(&self, x: i32, y: i32) -> Color32 {
        let [width, height] = self.size;
        let x = (x.max(0) as usize).min(width.saturating_sub(1));
        let y = (y.max(0) as usize).min(height.saturating_sub(1));
        self.texels.get(y * width + x).copied().unwrap_or_default()
    }

    /// The colour there, between texels where the texture is a smooth one.
    pub(super) fn sample(&self, x: f32, y: f32) -> Color32 {
        if !self.is_smooth {
            return self.nearest(x, y);
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (to_right, down) = (((x - left) * 256.0) as u32, ((y - top) * 256.0) as u32);
        let (left, top) = (left as i32, top as i32);
        let (right, bottom) = (left.saturating_add(1), top.saturating_add(1));
        let corners = [(left, top), (right, top), (left, bottom), (right, bottom)];
        let corners = corners.map(|(x, y)| self.at(x, y).to_array());
        let [red, green, blue, alpha] = std::array::from_fn(|channel| {
            let corners = corners.map(|corner| u32::from(corner[channel]));
            let row = |at: usize| corners[at] * (256 - to_right) + corners[at + 1] * to_right;
            ((row(0) * (256 - down) + row(2) * down + (1 << 15)) >> 16) as u8
        });
        Color32::from_rgba_premultiplied(red, green, blue, alpha)
    }

    /// A row of texels from there on; shorter where the texture ends.
    fn row(&self, x: i32, y: i32, length: usize) -> &[Color32] {
        let [width, height] = self.size;
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return &[] };
        if x >= width || y >= height {
            return &[];
        }
        self.texels.get(y * width + x..y * width + (x + length).min(width)).unwrap_or(&[])
    }

    fn copy(&mut self, [left, top]: [usize; 2], [width, height]: [usize; 2], texels: &[Color32]) {
        if left + width > self.size[0] || top + height > self.size[1] || width == 0 {
            return;
        }
        for (row, texels) in texels.chunks_exact(width).take(height).enumerate() {
            let start = (top + row) * self.size[0] + left;
            self.texels[start..start + width].copy_from_slice(texels);
        }
    }
}

/// What draws, and the textures that it was given.
#[derive(Debug, Default)]
pub(super) struct Raster {
    textures: HashMap<TextureId, Texture>,
}

impl Raster {
    /// Takes new textures, before what uses them is drawn. `true`: what was drawn before may be another picture now.
    #[expect(clippy::iter_over_hash_type, reason = "no texture depends on another")]
    pub(super) fn update(&mut self, delta: &mut TexturesDelta) -> bool {
        let mut is_other = false;
        for (id, parts) in delta.set.drain() {
            for part in parts {
                let ImageData::Color(image) = &part.image;
                if let (Some(at), Some(texture)) = (part.pos, self.textures.get_mut(&id)) {
                    // Letters are added where nothing was.
                    is_other |= id != TextureId::default();
                    texture.copy(at, image.size, &image.pixels);
                } else {
                    is_other = true;
                    let is_smooth = part.options.magnification == TextureFilter::Linear;
                    let texture = Texture { size: image.size, texels: image.pixels.clone(), is_smooth };
                    self.textures.insert(id, texture);
                }
            }
        }
        is_other
    }

    /// Forgets textures, after what uses them was drawn.
    #[expect(clippy::iter_over_hash_type, reason = "no texture depends on another")]
    pub(super) fn free(&mut self, delta: &mut TexturesDelta) {
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    /// Draws what of the meshes is in `area`, on `background`.
    pub(super) fn draw(
        &self,
        pixels: &mut Pixels<'_>,
        area: Area,
        background: Color32,
        scale: f32,
        meshes: &[ClippedPrimitive],
    ) {
        let area = area.intersect(pixels.area());
        pixels.fill(area, Color::of(background.to_opaque()));
        for ClippedPrimitive { clip_rect, primitive } in meshes {
            let clip = Area::of_clip(*clip_rect, scale).intersect(area);
            if let Primitive::Mesh(mesh) = primitive
                && !clip.is_empty()
                && let Some(texture) = self.textures.get(&mesh.texture_id)
            {
                draw_mesh(pixels, clip, scale, mesh, texture);
            }
        }
    }
}

fn draw_mesh(pixels: &mut Pixels<'_>, clip: Area, scale: f32, mesh: &Mesh, texture: &Texture) {
    let vertex = |at: usize| mesh.vertices.get(*mesh.indices.get(at)? as usize);
    let mut at = 0;
    while let (Some(a), Some(b), Some(c)) = (vertex(at), vertex(at + 1), vertex(at + 2)) {
        let next = mesh.indices.get(at + 3..at + 6);
        // As egui makes its rectangles: two triangles that share the diagonal from right top to left bottom.
        if let Some([first, second, _]) = next
            && mesh.indices[at + 2] == *first
            && mesh.indices[at + 1] == *second
            && let Some(d) = vertex(at + 5)
            && is_rectangle([a, b, c, d])
        {
            draw_rectangle(pixels, clip, scale, [a, d], texture);
            at += 6;
        } else {
            Triangle::new([a, b, c], scale).draw(pixels, clip, texture);
            at += 3;
        }
    }
}

/// Whether the corners left top, right top, left bottom, right bottom are those of an upright picture of one colour.
#[expect(clippy::float_cmp, reason = "the same number, or another shape")]
fn is_rectangle([a, b, c, d]: [&Vertex; 4]) -> bool {
    let is_upright = |corner: fn(&Vertex) -> [f32; 2]| {
        let [a, b, c, d] = [a, b, c, d].map(corner);
        a[1] == b[1] && c[1] == d[1] && a[0] == c[0] && b[0] == d[0]
    };
    [b, c, d].iter().all(|other| other.color == a.color)
        && is_upright(|vertex| [vertex.pos.x, vertex.pos.y])
        && is_upright(|vertex| [vertex.uv.x, vertex.uv.y])
        && a.pos.x <= d.pos.x
        && a.pos.y <= d.pos.y
}

/// The pixels whose centres are between two edges.
fn covered(from: f32, to: f32) -> (i32, i32) {
    ((from - 0.5).ceil() as i32, (to - 0.5).ceil() as i32)
}

fn draw_rectangle(
    pixels: &mut Pixels<'_>,
    clip: Area,
    scale: f32,
    [low, high]: [&Vertex; 2],
    texture: &Texture,
) {
    let [start, end] = [low.pos, high.pos].map(|point| [point.x * scale, point.y * scale]);
    let ((left, right), (top, bottom)) = (covered(start[0], end[0]), covered(start[1], end[1]));
    let area = Area { left, top, right, bottom }.intersect(clip);
    if area.is_empty() {
        return;
    }
    let color = Color::of(low.color);
    let [width, height] = texture.size();
    let [from, to] = [low.uv, high.uv].map(|point| [point.x * width, point.y * height]);
    if low.uv == high.uv {
        pixels.fill(area, color.times(texture.nearest(from[0], from[1])));
        return;
    }
    let step: [f32; 2] = std::array::from_fn(|side| (to[side] - from[side]) / (end[side] - start[side]));
    let first = |side: usize, pixel: i32| from[side] + (pixel as f32 + 0.5 - start[side]) * step[side];
    let (x, y) = (first(0, area.left), first(1, area.top));
    let is_whole = |value: f32| (value - value.round()).abs() < 0.02;
    if step.iter().all(|step| (step - 1.0).abs() < 1e-3) && is_whole(x - 0.5) && is_whole(y - 0.5) {
        // A letter: each texel is a pixel.
        let (x, y) = ((x - 0.5).round() as i32, (y - 0.5).round() as i32);
        for row in area.top..area.bottom {
            let texels = texture.row(x, y + row - area.top, (area.right - area.left) as usize);
            for (pixel, texel) in pixels.row(row, area.left, area.right).iter_mut().zip(texels) {
                if *texel != Color32::TRANSPARENT {
                    color.times(*texel).over(pixel);
                }
            }
        }
        return;
    }
    for row in area.top..area.bottom {
        let y = y + (row - area.top) as f32 * step[1];
        for (pixel, at) in pixels.row(row, area.left, area.right).iter_mut().zip(0_u16..) {
            color.times(texture.sample(x + f32::from(at) * step[0], y)).over(pixel);
        }
    }
}

#[cfg(test)]
mod tests;
