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
            // What is shown is what was there before, but for what is said to have changed.
            let side = |side: i32| usize::try_from(side).unwrap();
            for area in changed.areas() {
                for y in side(area.top)..side(area.bottom) {
                    let row = y * SIZE[0] as usize;
                    let part = row + side(area.left)..row + side(area.right);
                    shown[part.clone()].copy_from_slice(&picture[part]);
                }
            }
            prop_assert!(shown == expected, "frame {turn} as it is shown");
            delta.clear();
        }
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
