//! Triangles, as a graphics card has them: a pixel belongs to the triangle that its centre is in, and one on an edge
//! to the triangle on its right or below.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "pixels of a screen: what comes from a mesh is clamped before"
)]

use eframe::egui::epaint::Vertex;

use super::area::Area;
use super::raster::{Color, Pixels, Texture};

/// Parts of a pixel that a corner can be at.
const PARTS: i64 = 256;

/// Pixels: far beyond any screen, and products of three of them are still numbers of 64 bits.
const FAR: f32 = 1e5;

/// A line from one corner to the next, which is nought on the line and positive inside.
#[derive(Debug, Clone, Copy)]
struct Edge {
    /// At the centre of the first pixel of a row.
    value: i64,
    /// What a pixel to the right adds, and one below.
    step: [i64; 2],
}

#[derive(Debug)]
pub(super) struct Triangle<'a> {
    corners: [&'a Vertex; 3],
    /// In parts of a pixel.
    points: [[i64; 2]; 3],
    /// Twice the area, in square parts; never negative.
    double: i64,
}

impl<'a> Triangle<'a> {
    pub(super) fn new(mut corners: [&'a Vertex; 3], scale: f32) -> Self {
        let part = |value: f32| ((value * scale).clamp(-FAR, FAR) * PARTS as f32).round() as i64;
        let mut points = corners.map(|corner| [part(corner.pos.x), part(corner.pos.y)]);
        let [a, b, c] = points;
        let double = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        if double < 0 {
            corners.swap(0, 1);
            points.swap(0, 1);
        }
        Self { corners, points, double: double.abs() }
    }

    pub(super) fn draw(&self, pixels: &mut Pixels<'_>, clip: Area, texture: &Texture) {
        let area = self.area().intersect(clip);
        if self.double == 0 || area.is_empty() {
            return;
        }
        let [a, b, c] = self.points;
        let mut edges = [[b, c], [c, a], [a, b]].map(|line| edge(line, area));
        let ink = self.ink(texture);
        for y in area.top..area.bottom {
            let (from, to) = span(&edges, area.right - area.left);
            if from < to {
                let row = pixels.row(y, area.left + from, area.left + to);
                match &ink {
                    Ink::Solid(color) => color.fill(row),
                    Ink::Mixed(mixed) => self.shade(row, &edges, from, mixed, texture),
                }
            }
            for edge in &mut edges {
                edge.value += edge.step[1];
            }
        }
    }

    /// The pixels whose centres can be inside.
    fn area(&self) -> Area {
        let pixel = |part: i64| (part - PARTS / 2).div_euclid(PARTS) as i32;
        let [a, b, c] = self.points;
        let low = |side: usize| pixel(a[side].min(b[side]).min(c[side]));
        let high = |side: usize| pixel(a[side].max(b[side]).max(c[side])) + 1;
        Area { left: low(0), top: low(1), right: high(0), bottom: high(1) }
    }

    fn ink(&self, texture: &Texture) -> Ink {
        let [a, b, c] = self.corners;
        let [width, height] = texture.size();
        // By their bits: egui's points may not be compared where a number of theirs is none.
        let place = |corner: &Vertex| [corner.uv.x, corner.uv.y].map(f32::to_bits);
        let is_plain = place(a) == place(b) && place(a) == place(c);
        if is_plain && a.color == b.color && a.color == c.color {
            let texel = texture.nearest(a.uv.x * width, a.uv.y * height);
            return Ink::Solid(Color::of(a.color).times(texel));
        }
        let corners = self.corners.map(|corner| {
            let [red, green, blue, alpha] = corner.color.to_array().map(f32::from);
            [red, green, blue, alpha, corner.uv.x * width, corner.uv.y * height]
        });
        Ink::Mixed(Mixed { corners, is_plain })
    }

    /// Draws a row whose colours go from corner to corner.
    fn shade(&self, row: &mut [u32], edges: &[Edge; 3], from: i32, mixed: &Mixed, texture: &Texture) {
        let share = 1.0 / self.double as f32;
        // How near the first two corners are; the third has the rest.
        let near = |at: usize| (edges[at].value + edges[at].step[0] * i64::from(from)).max(0) as f32 * share;
        let step = |at: usize| edges[at].step[0] as f32 * share;
        let mix = |rest: f32, first: f32, second: f32| -> [f32; 6] {
            std::array::from_fn(|part| {
                let third = mixed.corners[2][part];
                let from_third = |corner: usize| mixed.corners[corner][part] - third;
                rest * third + first * from_third(0) + second * from_third(1)
            })
        };
        let (mut value, step) = (mix(1.0, near(0), near(1)), mix(0.0, step(0), step(1)));
        let plain = texture.nearest(value[4], value[5]);
        for pixel in row {
            let [red, green, blue, alpha, x, y] = value;
            let texel = if mixed.is_plain { plain } else { texture.sample(x, y) };
            Color::of_channels([red, green, blue, alpha]).times(texel).over(pixel);
            for (value, step) in value.iter_mut().zip(step) {
                *value += step;
            }
        }
    }
}

#[derive(Debug)]
enum Ink {
    Solid(Color),
    Mixed(Mixed),
}

/// Colours and places in the texture that differ from corner to corner.
#[derive(Debug)]
struct Mixed {
    /// Red, green, blue, alpha; right and down in texels.
    corners: [[f32; 6]; 3],
    /// All corners have the same texel.
    is_plain: bool,
}

fn edge([from, to]: [[i64; 2]; 2], area: Area) -> Edge {
    let [right, down] = [to[0] - from[0], to[1] - from[1]];
    // A pixel on the line is inside of one of two neighbours.
    let is_outside = !(down < 0 || (down == 0 && right > 0));
    let centre = |pixel: i32| i64::from(pixel) * PARTS + PARTS / 2;
    let (x, y) = (centre(area.left), centre(area.top));
    let value = right * (y - from[1]) - down * (x - from[0]) - i64::from(is_outside);
    Edge { value, step: [-down * PARTS, right * PARTS] }
}

/// The pixels of a row that are inside of all edges: the first one, and the first one after them.
fn span(edges: &[Edge; 3], width: i32) -> (i32, i32) {
    let (mut from, mut to) = (0, i64::from(width));
    for Edge { value, step: [step, _] } in edges {
        match step {
            1.. => from = from.max((-value + step - 1).div_euclid(*step)),
            0 if *value < 0 => to = 0,
            0 => (),
            _ => to = to.min(value.div_euclid(-step) + 1),
        }
    }
    (from.min(i64::from(width)) as i32, to.max(0) as i32)
}
