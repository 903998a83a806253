//! A window that is drawn in parts is the same as one that is drawn whole.

use eframe::egui::{Align2, FontId, FullOutput, RawInput, Rect, Stroke, pos2, vec2};
use proptest::prelude::*;

use super::*;

const SIZE: [u32; 2] = [120, 90];

/// Something in a window: its kind, its place and its colour.
type Thing = (u8, [u8; 2], u8);

/// What a window with `things` in it is made of.
fn lay_out(ctx: &Context, things: &[Thing]) -> FullOutput {
    let screen_rect = Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(120.0, 90.0)));
    ctx.run_ui(RawInput { screen_rect, ..RawInput::default() }, |ui| {
        for (kind, [x, y], color) in things {
            let at = pos2(f32::from(*x) / 2.0, f32::from(*y) / 2.5);
            let color = Color32::from_rgba_unmultiplied(*color, 255 - color, 80, 128 + color / 2);
            let painter = ui.painter();
            match kind % 4 {
                0 => _ = painter.rect_filled(Rect::from_min_size(at, vec2(23.5, 9.0)), 3.0, color),
                1 => _ = painter.circle(at, 6.5, color, Stroke::new(1.5, Color32::BLACK)),
                2 => {
                    let font = FontId::proportional(11.0);
                    painter.text(at, Align2::LEFT_TOP, format!("at {x}"), font, color);
                }
                _ => _ = painter.line_segment([at, at + vec2(31.0, 17.0)], Stroke::new(0.7, color)),
            }
        }
    })
}

fn frame(output: FullOutput) -> (Frame, TexturesDelta) {
    let FullOutput { shapes, pixels_per_point: scale, textures_delta, .. } = output;
    (Frame { shapes, scale, background: Color32::from_gray(240) }, textures_delta)
}

fn count() -> usize {
    (SIZE[0] * SIZE[1]) as usize
}

/// What is shown is what was there before, but for what is said to have changed.
fn show(shown: &mut [u32], picture: &[u32], changed: &Damage) {
    let side = |side: i32| usize::try_from(side).unwrap();
    for area in changed.areas() {
        for y in side(area.top)..side(area.bottom) {
            let row = y * SIZE[0] as usize;
            let part = row + side(area.left)..row + side(area.right);
            shown[part.clone()].copy_from_slice(&picture[part]);
        }
    }
}

fn things() -> impl Strategy<Value = Vec<Thing>> {
    prop::collection::vec((any::<u8>(), any::<[u8; 2]>(), any::<u8>()), 0..12)
}

/// The next frame: some things are other ones, came or went.
fn steps() -> impl Strategy<Value = Vec<Vec<Thing>>> {
    let change = (any::<prop::sample::Index>(), 0_u8..3, (any::<u8>(), any::<[u8; 2]>(), any::<u8>()));
    (things(), prop::collection::vec(prop::collection::vec(change, 0..3), 1..5)).prop_map(
        |(first, changes)| {
            let mut frames = vec![first];
            for changes in changes {
                let mut next = frames.last().cloned().unwrap_or_default();
                for (at, what, thing) in changes {
                    match what {
                        0 => next.insert(at.index(next.len() + 1), thing),
                        1 if !next.is_empty() => _ = next.remove(at.index(next.len())),
                        _ if !next.is_empty() => {
                            let at = at.index(next.len());
                            next[at] = thing;
                        }
                        _ => (),
                    }
                }
                frames.push(next);
            }
            frames
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_window_drawn_in_parts_is_one_drawn_whole(frames in steps(), buffers in 1_u8..=2) {
        let ctx = Context::default();
        let (mut parts, mut whole) = (Painter::default(), Painter::default());
        let mut pictures = vec![vec![0; count()]; buffers.into()];
        let mut shown = vec![0; count()];
        for (turn, things) in frames.iter().enumerate() {
            let (frame, mut delta) = frame(lay_out(&ctx, things));
            let same = Frame { shapes: frame.shapes.clone(), ..frame };
            parts.update(&mut delta.clone());
            whole.update(&mut delta);
            whole.forget();
            let mut expected = vec![0; count()];
            whole.draw(&ctx, same, &mut expected, SIZE, 0);
            let picture = &mut pictures[turn % usize::from(buffers)];
            let age = if turn < usize::from(buffers) { 0 } else { buffers };
            let changed = parts.draw(&ctx, frame, picture, SIZE, age);
            prop_assert!(*picture == expected, "frame {turn}");
            show(&mut shown, picture, &changed);
            prop_assert!(shown == expected, "frame {turn} as it is shown");
            delta.clear();
        }
    }
}

/// A list of rows that is scrolled by these points, and what lies under and over it.
#[derive(Debug, Clone)]
struct Scrolled {
    /// Points a row has.
    row: f32,
    offset: f32,
    rows: u8,
    has_corners: bool,
    /// Something that does not scroll.
    over: Vec<Thing>,
}

fn show_list(ctx: &Context, list: &Scrolled, scale: f32) -> FullOutput {
    let screen_rect = Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(120.0, 90.0) / scale));
    let mut input = RawInput { screen_rect, ..RawInput::default() };
    if let Some(viewport) = input.viewports.get_mut(&input.viewport_id) {
        viewport.native_pixels_per_point = Some(scale);
    }
    ctx.run_ui(input, |ui| {
        let inside = Rect::from_min_max(pos2(6.0, 5.0), pos2(50.0, 40.0));
        let corner = if list.has_corners { 4.0 } else { 0.0 };
        ui.painter().rect_filled(
            inside.expand(if list.has_corners { 1.0 } else { 4.0 }),
            corner,
            Color32::WHITE,
        );
        let painter = ui.painter().with_clip_rect(inside);
        for number in 0..list.rows {
            let top = inside.top() + f32::from(number) * list.row - list.offset;
            let row = Rect::from_min_size(pos2(6.0, top), vec2(44.0, list.row));
            if row.intersects(inside) {
                if number % 5 == 1 {
                    // Seen through a window that stays where it is.
                    let still = Rect::from_min_max(pos2(6.0, 12.0), pos2(50.0, 22.0));
                    painter.with_clip_rect(still).rect_filled(row.with_min_x(45.0), 0.0, Color32::GREEN);
                }
                if number % 3 == 0 {
                    painter.rect_filled(row, 0.0, Color32::from_black_alpha(40));
                }
                let font = FontId::proportional(9.0);
                painter.text(
                    row.min,
                    Align2::LEFT_TOP,
                    format!("row {}", number.min(9)),
                    font.clone(),
                    Color32::BLACK,
                );
                let cell = Rect::from_min_max(row.min + vec2(30.0, 0.0), row.max).intersect(inside);
                // Laid out once, and coloured when it is painted.
                let text = painter.layout_no_wrap(format!("{number}"), font, Color32::PLACEHOLDER);
                let color = if list.rows.is_multiple_of(2) { Color32::RED } else { Color32::BLUE };
                painter.with_clip_rect(cell).galley(row.min + vec2(30.0, 0.0), text, color);
            }
        }
        for (kind, [x, y], color) in &list.over {
            let at = pos2(f32::from(*x) / 3.0, f32::from(*y) / 4.0);
            let color = Color32::from_rgba_unmultiplied(*color, 9, 80, 128 + color / 2);
            match kind % 2 {
                0 => _ = ui.painter().rect_filled(Rect::from_min_size(at, vec2(23.5, 9.0)), 3.0, color),
                _ => _ = ui.painter().circle_filled(at, 4.5, color),
            }
        }
    })
}

fn lists() -> impl Strategy<Value = (f32, Vec<Scrolled>)> {
    let scale = prop::sample::select(vec![0.9_f32, 1.0, 1.25, 1.3, 1.5, 1.75, 2.0]);
    let row = prop::sample::select(vec![8.0_f32, 9.0, 10.5]);
    let over = prop::collection::vec((any::<u8>(), any::<[u8; 2]>(), any::<u8>()), 0..2);
    let frame = (prop::sample::select(vec![0.0_f32, 8.0, 9.0, 10.5, 16.0, 3.0, 0.3, 21.0]), 4_u8..12, over);
    (scale, row, any::<bool>(), prop::collection::vec(frame, 2..6)).prop_map(
        |(scale, row, has_corners, frames)| {
            let list = |(offset, rows, over)| Scrolled { row, offset, rows, has_corners, over };
            (scale, frames.into_iter().map(list).collect())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_list_that_scrolls_is_the_one_drawn_whole((scale, lists) in lists(), buffers in 1_u8..=2) {
        let ctx = Context::default();
        let (mut parts, mut whole) = (Painter::default(), Painter::default());
        let mut pictures = vec![vec![0; count()]; buffers.into()];
        let mut shown = vec![0; count()];
        for (turn, list) in lists.iter().enumerate() {
            let (frame, mut delta) = frame(show_list(&ctx, list, scale));
            let same = Frame { shapes: frame.shapes.clone(), ..frame };
            parts.update(&mut delta.clone());
            whole.update(&mut delta);
            delta.clear();
            whole.forget();
            let mut expected = vec![0; count()];
            whole.draw(&ctx, same, &mut expected, SIZE, 0);
            let picture = &mut pictures[turn % usize::from(buffers)];
            let age = if turn < usize::from(buffers) { 0 } else { buffers };
            let changed = parts.draw(&ctx, frame, picture, SIZE, age);
            prop_assert!(*picture == expected, "frame {turn}");
            show(&mut shown, picture, &changed);
            prop_assert!(shown == expected, "frame {turn} as it is shown");
        }
    }
}

#[test]
fn a_row_that_comes_is_drawn_and_the_others_are_moved() {
    for buffers in [1, 2] {
        let ctx = Context::default();
        let mut painter = Painter::default();
        let mut pictures = vec![vec![0; count()]; buffers];
        let mut draw = |turn: usize, offset, pictures: &mut [Vec<u32>]| {
            let list = Scrolled { row: 8.0, offset, rows: 12, has_corners: false, over: Vec::new() };
            let (frame, mut delta) = frame(show_list(&ctx, &list, 1.0));
            painter.update(&mut delta);
            delta.clear();
            let age = if turn < buffers { 0 } else { buffers.try_into().unwrap() };
            painter.draw(&ctx, frame, &mut pictures[turn % buffers], SIZE, age)
        };
        for (turn, offset) in [0.0, 8.0, 0.0, 0.0].into_iter().enumerate() {
            draw(turn, offset, &mut pictures);
        }
        // Poison within a row that stays: it moves up with the row, and is not drawn over.
        let at = |y: usize| y * SIZE[0] as usize + 45;
        let buffer = 4 % buffers;
        pictures[buffer][at(24)] = 7;
        let changed = draw(4, 8.0, &mut pictures);
        assert_eq!(pictures[buffer][at(16)], 7, "{buffers} buffers: {changed:?}");
        let moved = changed.areas().iter().any(|area| area.top <= 5 && area.bottom >= 40);
        assert!(moved, "{buffers} buffers: {changed:?}");
    }
}

#[test]
fn only_what_changed_is_drawn() {
    let ctx = Context::default();
    let mut painter = Painter::default();
    let mut buffer = vec![0; count()];
    let mut draw = |things: &[Thing], buffer: &mut Vec<u32>| {
        let (frame, mut delta) = frame(lay_out(&ctx, things));
        painter.update(&mut delta);
        painter.draw(&ctx, frame, buffer, SIZE, 1)
    };
    let (far, near) = ((0, [200, 200], 9), (0, [0, 0], 1));
    draw(&[near, far], &mut buffer);
    // The letters' texture is whole by now.
    draw(&[near, far], &mut buffer);
    buffer.fill(7);
    assert_eq!(draw(&[near, far], &mut buffer).areas(), []);
    assert!(buffer.iter().all(|pixel| *pixel == 7), "nothing changed, and something is drawn");
    let changed = draw(&[(0, [0, 0], 2), (0, [200, 200], 10)], &mut buffer);
    assert_eq!(changed.areas().len(), 2, "{changed:?}");
    assert_eq!(buffer[50 * SIZE[0] as usize + 50], 7, "what is between two changes is drawn");
}
