//! Pixels of meshes: seams, clips, letters, and meshes that make no sense.

use eframe::egui::epaint::{ImageDelta, Vertex};
use eframe::egui::{ColorImage, Pos2, Rect, TextureOptions, pos2};
use proptest::prelude::*;

use super::*;

const SIDE: u32 = 24;
const BACKGROUND: Color32 = Color32::from_rgb(10, 200, 90);

/// What knows a texture of one white texel, and one of 4 times 4 colours.
fn raster() -> Raster {
    let mut raster = Raster::default();
    let mut set = |id, image: ColorImage, options| {
        let mut delta = TexturesDelta::default();
        delta.push(id, ImageDelta::full(image, options));
        assert!(raster.update(&mut delta), "a new texture changes what there is");
    };
    set(TextureId::Managed(0), ColorImage::filled([1, 1], Color32::WHITE), TextureOptions::LINEAR);
    let texels = (0..16).map(|at| Color32::from_rgba_premultiplied(at * 10, 5, 100, 100 + at * 10)).collect();
    set(TextureId::Managed(1), ColorImage::new([4, 4], texels), TextureOptions::LINEAR);
    raster
}

fn vertex(pos: Pos2, color: Color32) -> Vertex {
    Vertex { pos, uv: pos2(0.0, 0.0), color }
}

fn everywhere() -> Rect {
    Rect::from_min_max(pos2(-1e4, -1e4), pos2(1e4, 1e4))
}

fn draw(mesh: Mesh, clip_rect: Rect) -> Vec<u32> {
    let mut pixels = vec![0; (SIDE * SIDE) as usize];
    let mut canvas = Pixels::new(&mut pixels, [SIDE, SIDE]).unwrap();
    let area = canvas.area();
    let meshes = [ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) }];
    raster().draw(&mut canvas, area, BACKGROUND, 1.0, &meshes);
    pixels
}

fn mesh(texture: u64, vertices: Vec<Vertex>, indices: Vec<u32>) -> Mesh {
    Mesh { vertices, indices, texture_id: TextureId::Managed(texture) }
}

fn over(color: Color32, mut pixel: u32) -> u32 {
    Color::of(color).over(&mut pixel);
    pixel
}

fn background() -> u32 {
    Color::of(BACKGROUND).pixel()
}

#[test]
fn colours_are_blended_as_exactly_as_bytes_can() {
    for alpha in 0..=255_u8 {
        for below in 0..=255_u32 {
            let color = Color32::from_rgba_premultiplied(alpha / 2, alpha, alpha / 3, alpha);
            let pixel = over(color, below << 16 | below << 8 | below);
            let exact = |part: u8| f64::from(part) + f64::from(below) * f64::from(255 - alpha) / 255.0;
            for (shift, part) in [(16, alpha / 2), (8, alpha), (0, alpha / 3)] {
                let got = f64::from((pixel >> shift) & 0xff);
                assert!(
                    (got - exact(part)).abs() <= 0.5 + 1e-9,
                    "{alpha} over {below}: {got}, {}",
                    exact(part)
                );
            }
        }
    }
    // Light is added, and not more of it than there is.
    assert_eq!(over(Color32::from_rgba_premultiplied(200, 100, 1, 0), 0x0064_64ff), 0x00ff_c8ff);
}

#[test]
fn a_letter_is_copied_texel_by_texel_and_clipped() {
    let corner =
        |x: f32, y: f32, uv: [f32; 2]| Vertex { pos: pos2(x, y), uv: uv.into(), color: Color32::WHITE };
    let vertices = vec![
        corner(3.0, 5.0, [0.0, 0.0]),
        corner(7.0, 5.0, [1.0, 0.0]),
        corner(3.0, 9.0, [0.0, 1.0]),
        corner(7.0, 9.0, [1.0, 1.0]),
    ];
    let pixels =
        draw(mesh(1, vertices, vec![0, 1, 2, 2, 1, 3]), Rect::from_min_max(pos2(4.0, 0.0), pos2(24.0, 8.0)));
    for (at, pixel) in (0..).zip(pixels) {
        let (x, y) = (at % SIDE, at / SIDE);
        let is_inside = (4..7).contains(&x) && (5..8).contains(&y);
        let texel = u8::try_from((y.saturating_sub(5) * 4 + x.saturating_sub(3)) % 16).unwrap();
        let color = Color32::from_rgba_premultiplied(texel * 10, 5, 100, 100 + texel * 10);
        let expected = if is_inside { over(color, background()) } else { background() };
        assert_eq!(pixel, expected, "{x}, {y}");
    }
}

#[test]
fn a_stretched_picture_is_the_same_as_one_of_two_triangles() {
    let corner =
        |x: f32, y: f32, uv: [f32; 2]| Vertex { pos: pos2(x, y), uv: uv.into(), color: Color32::WHITE };
    let vertices = vec![
        corner(2.0, 2.0, [0.0, 0.0]),
        corner(20.0, 2.0, [1.0, 0.0]),
        corner(2.0, 21.0, [0.0, 1.0]),
        corner(20.0, 21.0, [1.0, 1.0]),
    ];
    let rectangle = draw(mesh(1, vertices.clone(), vec![0, 1, 2, 2, 1, 3]), everywhere());
    let triangles = draw(mesh(1, vertices, vec![1, 2, 0, 2, 1, 3]), everywhere());
    for (a, b) in rectangle.iter().zip(&triangles) {
        for shift in [0, 8, 16] {
            assert!(((a >> shift) & 0xff).abs_diff((b >> shift) & 0xff) <= 1, "{a:06x} {b:06x}");
        }
    }
    assert_ne!(rectangle[usize::try_from(3 * SIDE + 3).unwrap()], background());
}

/// A texture changes only where it is told to, and one that is gone draws nothing.
#[test]
fn textures_come_change_and_go() {
    let mut raster = raster();
    let mut delta = TexturesDelta::default();
    let part = ColorImage::filled([2, 1], Color32::RED);
    delta.push(TextureId::Managed(1), ImageDelta::partial([1, 2], part.clone(), TextureOptions::LINEAR));
    delta.push(TextureId::Managed(1), ImageDelta::partial([3, 3], part.clone(), TextureOptions::LINEAR));
    assert!(raster.update(&mut delta));
    let texture = &raster.textures[&TextureId::Managed(1)];
    let red = texture.texels.iter().enumerate().filter(|(_, texel)| **texel == Color32::RED);
    assert_eq!(red.map(|(at, _)| at).collect::<Vec<_>>(), [9, 10], "what does not fit is left out");
    let mut delta = TexturesDelta::default();
    delta.push(
        TextureId::default(),
        ImageDelta::partial([0, 0], ColorImage::filled([1, 1], Color32::WHITE), TextureOptions::LINEAR),
    );
    assert!(!raster.update(&mut delta), "a letter more changes nothing that was drawn");
    let mut delta = TexturesDelta::default();
    delta.free.insert(TextureId::Managed(1));
    raster.free(&mut delta);
    assert!(!raster.textures.contains_key(&TextureId::Managed(1)));
}

#[test]
fn a_buffer_of_another_size_is_refused() {
    assert!(Pixels::new(&mut [0; 7], [2, 4]).is_none());
    assert!(Pixels::new(&mut [0; 8], [2, 4]).is_some());
}

fn any_pos() -> impl Strategy<Value = Pos2> {
    let side = prop_oneof![4 => -40.0_f32..60.0, 1 => any::<f32>()];
    (side.clone(), side).prop_map(|(x, y)| pos2(x, y))
}

proptest! {
    #[test]
    fn triangles_that_share_edges_share_no_pixel(x in 0.0_f32..24.0, y in 0.0_f32..24.0, turn in 0_usize..3) {
        let color = Color32::from_rgba_premultiplied(40, 30, 20, 100);
        let corners = [(0.0, 0.0), (24.0, 0.0), (24.0, 24.0), (0.0, 24.0), (x, y)];
        let vertices = corners.map(|(x, y)| vertex(pos2(x, y), color)).to_vec();
        let mut indices = Vec::new();
        for (first, second) in [(0, 1), (1, 2), (2, 3), (3, 0)] {
            let mut triangle = [first, second, 4];
            triangle.rotate_left(turn);
            indices.extend(triangle);
        }
        let pixels = draw(mesh(0, vertices, indices), everywhere());
        let expected = over(color, background());
        prop_assert!(pixels.iter().all(|pixel| *pixel == expected), "a gap, or a pixel drawn twice");
    }

    #[test]
    fn nothing_is_drawn_outside_of_a_clip(
        points in prop::array::uniform3(any_pos()),
        low in (-5_i16..30, -5_i16..30),
        size in (0_i16..30, 0_i16..30),
    ) {
        let low = pos2(low.0.into(), low.1.into());
        let clip = Rect::from_min_size(low, [f32::from(size.0), f32::from(size.1)].into());
        let vertices = points.map(|pos| vertex(pos, Color32::RED)).to_vec();
        let pixels = draw(mesh(0, vertices, vec![0, 1, 2]), clip);
        for (at, pixel) in (0_u16..).zip(pixels) {
            let side = u16::try_from(SIDE).unwrap();
            let centre = pos2(f32::from(at % side) + 0.5, f32::from(at / side) + 0.5);
            prop_assert!(clip.contains(centre) || pixel == background(), "{centre:?}");
        }
    }

    #[test]
    fn no_mesh_is_too_wild(
        corners in prop::collection::vec((any_pos(), any_pos(), any::<[u8; 4]>()), 0..8),
        indices in prop::collection::vec(0_u32..10, 0..24),
        texture in 0_u64..3,
        scale in prop_oneof![Just(1.0_f32), Just(1.5), any::<f32>()],
        clip in (any_pos(), any_pos()),
    ) {
        let vertices = corners.into_iter().map(|(pos, uv, [red, green, blue, alpha])| {
            Vertex { pos, uv, color: Color32::from_rgba_premultiplied(red, green, blue, alpha) }
        });
        let mesh = mesh(texture, vertices.collect(), indices);
        let mut pixels = vec![0xff_0000; (SIDE * SIDE) as usize];
        let mut canvas = Pixels::new(&mut pixels, [SIDE, SIDE]).unwrap();
        let area = canvas.area();
        for clip_rect in [everywhere(), Rect::from_min_max(clip.0, clip.1)] {
            let meshes = [ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh.clone()) }];
            raster().draw(&mut canvas, area, BACKGROUND, scale, &meshes);
        }
        prop_assert!(pixels.iter().all(|pixel| pixel >> 24 == 0), "a pixel has three channels");
    }
}
