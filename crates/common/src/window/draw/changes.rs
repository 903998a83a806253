//! What is different between two pictures, and what of one is only somewhere else in the other: the rows of a list that was scrolled.

use std::collections::HashMap;
use std::sync::Arc;

use eframe::egui::emath::TSTransform;
use eframe::egui::epaint::{ClippedShape, CornerRadius, RectShape, Shape, TextShape};
use eframe::egui::vec2;

use super::area::{Area, Damage, FAR, PlacedShape};

/// Shapes that were inserted or removed at once are found again where they are no more than these.
const LOOK_AHEAD: usize = 64;

/// Comparisons that fail, at most, before what is left counts as different: the time of a frame is bounded.
const MAX_ATTEMPTS: usize = 4096;

/// Part of a picture that moved up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    /// Both where it was and where it is: what moves out of it is gone.
    pub(super) area: Area,
    /// Pixels, downwards.
    pub(super) down: i32,
}

/// How a picture becomes the next one.
#[derive(Debug)]
pub(super) struct Changes {
    /// What comes first.
    pub(super) moved: Option<Move>,
    /// What has to be drawn after that.
    pub(super) drawn: Damage,
}

impl Changes {
    /// How the picture of `old` becomes that of `new`, with `scale` pixels a point.
    pub(super) fn between(old: &[PlacedShape], new: &[PlacedShape], scale: f32, whole: Area) -> Self {
        let moved = scrolled(old, new, scale, whole);
        let area = moved.map_or_else(Area::default, |moved| moved.area);
        let mut drawn = Damage::default();
        // What moved, and what is drawn beside it: each has shapes of its own, and what reaches from one into the other is part of both.
        let [(old_inside, old_beyond), (new_inside, new_beyond)] =
            [old, new].map(|shapes| split(shapes, area));
        for shape in different(&old_beyond, &new_beyond, is_same) {
            let (Side::Old(shape) | Side::New(shape)) = shape;
            drawn.add(shape.area.intersect(whole));
        }
        if let Some(moved) = moved {
            // A pixel is right where everything that touches it has moved alike, in the same order.
            let is_alike = |old: &ClippedShape, new: &ClippedShape| {
                is_moved(old, new, moved, scale) || (is_plain(old, area, scale) && is_same(old, new))
            };
            for shape in different(&old_inside, &new_inside, is_alike) {
                drawn.add(match shape {
                    Side::Old(shape) => shape.area.intersect(area).moved_down(moved.down).intersect(area),
                    Side::New(shape) => shape.area.intersect(area),
                });
            }
            // What came from outside.
            drawn.add(Area { bottom: area.top + moved.down, ..area }.intersect(area));
            drawn.add(Area { top: area.bottom + moved.down, ..area }.intersect(area));
        }
        Self { moved, drawn }
    }

    /// What of the window is other than before.
    pub(super) fn changed(&self) -> Damage {
        let mut changed = self.drawn.clone();
        if let Some(Move { area, .. }) = self.moved {
            changed.add(area);
        }
        changed
    }
}

/// The shapes that touch `area`, and those that touch something else.
fn split(shapes: &[PlacedShape], area: Area) -> (Vec<&PlacedShape>, Vec<&PlacedShape>) {
    let (mut inside, mut beyond) = (Vec::new(), Vec::new());
    for shape in shapes {
        let common = shape.area.intersect(area);
        if !common.is_empty() {
            inside.push(shape);
        }
        if common != shape.area {
            beyond.push(shape);
        }
    }
    (inside, beyond)
}

/// The part of a window that a list scrolled in: told by the first text that both pictures show once, and in different places.
fn scrolled(old: &[PlacedShape], new: &[PlacedShape], scale: f32, whole: Area) -> Option<Move> {
    let start = old.iter().zip(new).take_while(|(old, new)| is_same(&old.shape, &new.shape)).count();
    let once = |shapes: &'_ [PlacedShape]| {
        let mut texts = HashMap::new();
        for (at, shape) in shapes.iter().enumerate().skip(start) {
            if let Some(text) = text_of(&shape.shape) {
                texts.entry(Arc::as_ptr(&text.galley)).and_modify(|at| *at = None).or_insert(Some(at));
            }
        }
        texts
    };
    let [before, after] = [once(old), once(new)];
    new.iter().skip(start).find_map(|PlacedShape { shape, .. }| {
        let text = text_of(shape)?;
        let galley = Arc::as_ptr(&text.galley);
        (*after.get(&galley)?)?;
        let earlier = &old[(*before.get(&galley)?)?].shape;
        let [from, to] = [text_of(earlier)?, text].map(|text| place_of(text, scale));
        let moved =
            Move { area: Area::of_clip(shape.clip_rect, scale).intersect(whole), down: to[1] - from[1] };
        // A dialog that is dragged is no list, and of rows that go farther none stays in view.
        let stays = moved.area.intersect(moved.area.moved_down(moved.down));
        let is_list = moved.area != whole && !stays.is_empty() && moved.down != 0;
        (is_list && earlier.clip_rect == shape.clip_rect && from[0] == to[0]).then_some(moved)
    })
}

fn text_of(shape: &ClippedShape) -> Option<&TextShape> {
    match &shape.shape {
        Shape::Text(text) => Some(text),
        _ => None,
    }
}

/// The pixel that a text begins at: egui rounds it as well.
#[expect(clippy::cast_possible_truncation, reason = "what is beyond any screen is not drawn")]
fn place_of(text: &TextShape, scale: f32) -> [i32; 2] {
    [text.pos.x, text.pos.y].map(|side| (side * scale).round().clamp(-FAR, FAR) as i32)
}

/// Whether both look the same in the same place. Laid out text is shared by the frames that show it, and long to compare.
fn is_same(old: &ClippedShape, new: &ClippedShape) -> bool {
    match (&old.shape, &new.shape) {
        (Shape::Text(a), Shape::Text(b)) if a.pos != b.pos => false,
        (Shape::Text(a), Shape::Text(b)) if Arc::ptr_eq(&a.galley, &b.galley) => {
            has_same_look(a, b)
                && old.clip_rect == new.clip_rect
                && old.transform_after_tessellation == new.transform_after_tessellation
        }
        _ => old == new,
    }
}

/// Whether what differs between two texts is at most where they are.
fn has_same_look(a: &TextShape, b: &TextShape) -> bool {
    let TextShape { pos: _, galley, underline, fallback_color, override_text_color, opacity_factor, angle } =
        a;
    Arc::ptr_eq(galley, &b.galley)
        && *underline == b.underline
        && *fallback_color == b.fallback_color
        && *override_text_color == b.override_text_color
        && opacity_factor.to_bits() == b.opacity_factor.to_bits()
        && angle.to_bits() == b.angle.to_bits()
}

/// Whether `new` looks as `old` does when it has moved.
#[expect(clippy::cast_precision_loss, reason = "pixels of a screen")]
fn is_moved(old: &ClippedShape, new: &ClippedShape, moved: Move, scale: f32) -> bool {
    let is_placed =
        [old, new].iter().all(|shape| shape.transform_after_tessellation == TSTransform::IDENTITY);
    let [from, to] = [old, new].map(|shape| Area::of_clip(shape.clip_rect, scale).intersect(moved.area));
    let is_clipped_alike =
        from.moved_down(moved.down).intersect(moved.area) == to.intersect(moved.area.moved_down(moved.down));
    is_placed
        && is_clipped_alike
        && match (&old.shape, &new.shape) {
            (Shape::Text(a), Shape::Text(b)) => {
                let [x, y] = place_of(a, scale);
                place_of(b, scale) == [x, y + moved.down] && has_same_look(a, b)
            }
            (Shape::Rect(a), Shape::Rect(b)) => {
                let by = vec2(0.0, moved.down as f32 / scale);
                // egui rounds edges to pixels, which can tip where a pixel is no sum of points.
                let [from, to] = [a, b].map(|shape| Area::of_clip(shape.rect, scale));
                from.moved_down(moved.down) == to
                    && RectShape { rect: a.rect.translate(by), ..a.clone() } == *b
            }
            _ => false,
        }
}

/// Whether each row of `area` shows the same of it, so that what moves up or down does not change it.
fn is_plain(shape: &ClippedShape, area: Area, scale: f32) -> bool {
    let ClippedShape { clip_rect, shape: Shape::Rect(rect), transform_after_tessellation } = shape else {
        return false;
    };
    let CornerRadius { nw, ne, sw, se } = rect.corner_radius;
    // A smoothed edge is a pixel wide, and rounding moves it by up to half of one.
    let edge = f32::from(nw.max(ne).max(sw).max(se)).max(rect.stroke.width) + (1.5 / scale).max(1.0);
    let is_around = |outer: Area| outer.top <= area.top && area.bottom <= outer.bottom;
    rect.blur_width == 0.0
        && rect.brush.is_none()
        && rect.angle == 0.0
        && *transform_after_tessellation == TSTransform::IDENTITY
        && is_around(Area::of_clip(*clip_rect, scale))
        && is_around(Area::of_clip(rect.rect.shrink2(vec2(0.0, edge)), scale))
}

/// A shape that only one of two pictures has.
enum Side<'a> {
    Old(&'a PlacedShape),
    New(&'a PlacedShape),
}

/// All shapes but those that both pictures have, in the same order. Where much differs, some of these are among them.
fn different<'a>(
    old: &[&'a PlacedShape],
    new: &[&'a PlacedShape],
    is_same: impl Fn(&ClippedShape, &ClippedShape) -> bool,
) -> Vec<Side<'a>> {
    let is_same = |old: &PlacedShape, new: &PlacedShape| is_same(&old.shape, &new.shape);
    let mut different = Vec::new();
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| is_same(old, new)).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    let (mut at, mut to) = (0, 0);
    let mut attempts = MAX_ATTEMPTS;
    while at < old.len() && to < new.len() {
        if is_same(old[at], new[to]) {
            (at, to) = (at + 1, to + 1);
            continue;
        }
        // The nearest place from which both go on alike: something was removed, inserted or changed.
        let far = if attempts > 0 { LOOK_AHEAD } else { 0 };
        let mut steps = (1..=far).flat_map(|step| [(step, 0), (0, step), (step, step)]);
        let (skipped, inserted) = steps
            .find(|(skipped, inserted)| {
                let pair = old.get(at + skipped).zip(new.get(to + inserted));
                pair.is_some_and(|(old, new)| {
                    attempts = attempts.saturating_sub(1);
                    is_same(old, new)
                })
            })
            .unwrap_or((1, 1));
        different.extend(old[at..at + skipped].iter().map(|shape| Side::Old(shape)));
        different.extend(new[to..to + inserted].iter().map(|shape| Side::New(shape)));
        (at, to) = (at + skipped, to + inserted);
    }
    different.extend(old[at..].iter().map(|shape| Side::Old(shape)));
    different.extend(new[to..].iter().map(|shape| Side::New(shape)));
    different
}
