//! Any triangles can be drawn, and nothing is drawn where they are not seen.

use common::window::Pictures;
use eframe::egui::emath::TSTransform;
use eframe::egui::epaint::{ClippedShape, Mesh, Vertex};
use eframe::egui::{Color32, Context, FullOutput, RawInput, Rect, Shape, pos2};

/// A window of a few pixels.
const SIZE: [u32; 2] = [24, 18];

/// A coordinate: near the window most of the time, and now and then what no layout should give.
fn coordinate(byte: u8) -> f32 {
    match byte {
        250 => f32::NAN,
        251 => f32::INFINITY,
        252 => f32::NEG_INFINITY,
        253 => f32::MAX,
        254 => -1e9,
        255 => 1e9,
        byte => f32::from(byte) / 4.0 - 16.0,
    }
}

/// Scale, clip, then six bytes a corner of a triangle.
pub(crate) fn mesh(bytes: &[u8]) {
    let Some((&[scale, left, top, right, bottom], bytes)) = bytes.split_first_chunk() else { return };
    let clip_rect = Rect::from_min_max(
        pos2(coordinate(left), coordinate(top)),
        pos2(coordinate(right), coordinate(bottom)),
    );
    let mut mesh = Mesh::default();
    for &[x, y, u, v, color, opacity] in bytes.as_chunks().0.iter().take(300) {
        mesh.vertices.push(Vertex {
            pos: pos2(coordinate(x), coordinate(y)),
            uv: pos2(coordinate(u) / 16.0, coordinate(v) / 16.0),
            // Colours that shine (their opacity is 0) are among them.
            color: Color32::from_rgba_premultiplied(color, opacity, color ^ opacity, opacity),
        });
    }
    let corners = u32::try_from(mesh.vertices.len()).unwrap_or_default();
    mesh.indices.extend(0..corners / 3 * 3);
    // Neighbours share corners, as in all that egui lays out.
    mesh.indices.extend((2..corners).flat_map(|at| [at - 2, at - 1, at]));
    let ctx = Context::default();
    let mut first = ctx.run_ui(RawInput::default(), |_| ());
    let mut pictures = Pictures::default();
    pictures.update(&mut first.textures_delta);
    let scale = [1.0, 1.25, 1.5, 2.0][usize::from(scale % 4)];
    let mut drawn = |shapes: Vec<ClippedShape>| {
        let output = FullOutput { shapes, pixels_per_point: scale, ..FullOutput::default() };
        pictures.draw(&ctx, &output, SIZE)
    };
    let empty = drawn(Vec::new());
    let shape = ClippedShape {
        clip_rect,
        shape: Shape::mesh(mesh),
        transform_after_tessellation: TSTransform::IDENTITY,
    };
    let picture = drawn(vec![shape.clone()]);
    assert_eq!(picture, drawn(vec![shape]), "the same again, and another picture");
    let seen = clip_rect * scale;
    for (at, (pixel, background)) in picture.iter().zip(&empty).enumerate() {
        let (x, y) = (at % SIZE[0] as usize, at / SIZE[0] as usize);
        #[expect(clippy::cast_precision_loss, reason = "a few pixels")]
        let place = pos2(x as f32 + 0.5, y as f32 + 0.5);
        // An edge within a pixel is drawn by whole pixels.
        assert!(pixel == background || seen.expand(1.0).contains(place), "{x}, {y} is not within {seen:?}");
    }
}
