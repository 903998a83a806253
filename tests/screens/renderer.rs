//! Draws what egui lays out, on the CPU: the same pixels on every computer.

use std::collections::HashMap;

use dream_soft_render::{ClipRect, Color, Mesh, SoftwareRenderer, TextureId, Vertex};
use eframe::egui::epaint::{ImageData, Primitive, textures::TexturesDelta};
use eframe::egui::{self, ClippedPrimitive, Color32, Pos2};
use egui_kittest::TestRenderer;
use image::RgbaImage;

/// Pixels of a side of a tile: the rasterizer draws 960 of them at once, a large picture takes several.
const TILE: u32 = 944;

/// Drawn around each tile and left out: rounded surfaces lack the first column and row of what is drawn.
const MARGIN: u32 = 8;

/// One for each window.
#[derive(Default)]
pub(crate) struct Renderer {
    soft: SoftwareRenderer,
    textures: HashMap<egui::TextureId, TextureId>,
}

impl TestRenderer for Renderer {
    #[expect(clippy::iter_over_hash_type, reason = "no texture depends on another")]
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in delta.set.drain() {
            for change in changes {
                let ImageData::Color(image) = &change.image;
                let [width, height] = image.size;
                let pixels: Vec<u8> = image.pixels.iter().flat_map(Color32::to_array).collect();
                if let Some([x, y]) = change.pos {
                    self.soft.update_texture(self.textures[&id], x, y, width, height, &pixels).unwrap();
                } else {
                    self.free(id);
                    let texture = self.soft.create_texture(width, height, &pixels).unwrap();
                    self.textures.insert(id, texture);
                }
            }
        }
        for id in delta.free.drain() {
            self.free(id);
        }
    }

    fn render(&mut self, ctx: &egui::Context, output: &egui::FullOutput) -> Result<RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let [width, height] = whole(ctx.content_rect().max, scale);
        let meshes = ctx.tessellate(output.shapes.clone(), scale);
        // What panels without a surface of their own lie on, as in the programs.
        let background = color(ctx.global_style().visuals.panel_fill);
        let mut picture = RgbaImage::new(width, height);
        for top in (0..height).step_by(TILE as usize) {
            for left in (0..width).step_by(TILE as usize) {
                let tile = self.tile(&meshes, scale, [left, top], background)?;
                let inner = image::imageops::crop_imm(&tile, MARGIN, MARGIN, TILE, TILE);
                image::imageops::replace(&mut picture, &*inner, left.into(), top.into());
            }
        }
        Ok(picture)
    }
}

impl Renderer {
    fn free(&mut self, id: egui::TextureId) {
        if let Some(texture) = self.textures.remove(&id) {
            self.soft.free_texture(texture).unwrap();
        }
    }

    /// A part of the picture, and the margin around it.
    fn tile(
        &mut self,
        meshes: &[ClippedPrimitive],
        scale: f32,
        corner: [u32; 2],
        background: Color,
    ) -> Result<RgbaImage, String> {
        let [left, top] = corner.map(|side| side as f32 - MARGIN as f32);
        let side = TILE + 2 * MARGIN;
        let mut frame =
            self.soft.begin_frame(side as usize, side as usize).map_err(|error| error.to_string())?;
        frame.clear(background);
        for ClippedPrimitive { clip_rect, primitive } in meshes {
            let Primitive::Mesh(mesh) = primitive else { return Err("a paint callback".to_owned()) };
            let vertex = |vertex: &egui::epaint::Vertex| {
                let at = [vertex.pos.x * scale - left, vertex.pos.y * scale - top];
                Vertex::new(at, [vertex.uv.x, vertex.uv.y], color(vertex.color))
            };
            let vertices: Vec<_> = mesh.vertices.iter().map(vertex).collect();
            let within = |point: Pos2| {
                let [x, y] = whole(point, scale);
                [(x + MARGIN).saturating_sub(corner[0]), (y + MARGIN).saturating_sub(corner[1])]
            };
            let ([min_x, min_y], [max_x, max_y]) = (within(clip_rect.min), within(clip_rect.max));
            let texture = *self.textures.get(&mesh.texture_id).ok_or("a texture that nobody sent")?;
            let mesh = Mesh { vertices: &vertices, indices: &mesh.indices, texture: Some(texture) };
            let clip = ClipRect::new(min_x, min_y, max_x, max_y);
            frame.mesh(mesh, clip).map_err(|error| error.to_string())?;
        }
        let pixels = frame.surface().pixels.clone();
        RgbaImage::from_raw(side, side, pixels).ok_or_else(|| "a tile of another size".to_owned())
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "negative is nought")]
fn whole(point: Pos2, scale: f32) -> [u32; 2] {
    [(point.x * scale).round() as u32, (point.y * scale).round() as u32]
}

fn color(color: Color32) -> Color {
    let [r, g, b, a] = color.to_array();
    Color::from_rgba_premultiplied(r, g, b, a)
}
