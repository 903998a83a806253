//! Rectangles of pixels, and what of a window has to be drawn again.

use eframe::egui::emath::Rot2;
use eframe::egui::epaint::ClippedShape;
use eframe::egui::{Rect, Shape};

/// A rectangle of whole pixels; the right and the lower edge are outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

/// Far beyond any screen, and small enough to add to.
pub(super) const FAR: f32 = 1e6;

impl Area {
    pub(super) fn of_size([width, height]: [i32; 2]) -> Self {
        Self { left: 0, top: 0, right: width, bottom: height }
    }

    /// The pixels of a clip rectangle in points, rounded as `egui_glow` rounds its scissor.
    pub(super) fn of_clip(rect: Rect, scale: f32) -> Self {
        Self::of(rect, |edge| (edge * scale).round(), |edge| (edge * scale).round())
    }

    /// Every pixel that something in `rect`, in points, can touch: with the smoothed edges that egui adds.
    fn around(rect: Rect, scale: f32) -> Self {
        Self::of(rect, |edge| (edge * scale).floor() - 2.0, |edge| (edge * scale).ceil() + 2.0)
    }

    #[expect(clippy::cast_possible_truncation, reason = "between two bounds; what is no number is zero")]
    fn of(rect: Rect, low: impl Fn(f32) -> f32, high: impl Fn(f32) -> f32) -> Self {
        let low = |edge| low(edge).clamp(-FAR, FAR) as i32;
        let high = |edge| high(edge).clamp(-FAR, FAR) as i32;
        Self {
            left: low(rect.min.x),
            top: low(rect.min.y),
            right: high(rect.max.x),
            bottom: high(rect.max.y),
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    /// The pixels of both.
    pub(super) fn intersect(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// The smallest that holds both.
    fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The same rectangle, farther down by `rows`.
    pub(super) fn moved_down(self, rows: i32) -> Self {
        Self { top: self.top + rows, bottom: self.bottom + rows, ..self }
    }

    fn pixel_count(self) -> i64 {
        if self.is_empty() {
            return 0;
        }
        i64::from(self.right - self.left) * i64::from(self.bottom - self.top)
    }
}

/// How many areas are drawn one by one, as each costs a walk over everything that is shown. A new row in a table with several
/// columns makes an area for each column, and counters beside it a few more.
const MOST_AREAS: usize = 8;

/// Pixels that the rectangle around two has more than both together.
fn cost_of_joining(a: Area, b: Area) -> i64 {
    a.union(b).pixel_count() - a.pixel_count() - b.pixel_count()
}

/// What has to be drawn again: a few areas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Damage {
    areas: Vec<Area>,
}

impl Damage {
    pub(super) fn areas(&self) -> &[Area] {
        &self.areas
    }

    pub(super) fn add(&mut self, mut area: Area) {
        if area.is_empty() {
            return;
        }
        // One of both is drawn faster where it is no larger. What grows may meet another one.
        while let Some(at) = self.areas.iter().position(|other| cost_of_joining(*other, area) <= 0) {
            area = area.union(self.areas.swap_remove(at));
        }
        self.areas.push(area);
        if self.areas.len() > MOST_AREAS {
            self.join_nearest();
        }
    }

    /// Makes one of the two areas whose rectangle adds the fewest pixels.
    fn join_nearest(&mut self) {
        let cost = |[a, b]: [usize; 2]| cost_of_joining(self.areas[a], self.areas[b]);
        let count = self.areas.len();
        let pairs = (0..count).flat_map(|first| (first + 1..count).map(move |second| [first, second]));
        if let Some([first, second]) = pairs.min_by_key(|pair| cost(*pair)) {
            let joined = self.areas.remove(second).union(self.areas.remove(first));
            self.add(joined);
        }
    }
}

/// A shape, and the pixels that it can touch.
#[derive(Debug)]
pub(super) struct PlacedShape {
    pub(super) shape: ClippedShape,
    pub(super) area: Area,
}

impl PlacedShape {
    pub(super) fn new(shape: ClippedShape, scale: f32) -> Self {
        let bounds = shape.transform_after_tessellation * bounds(&shape.shape);
        let area = Area::around(bounds, scale).intersect(Area::of_clip(shape.clip_rect, scale));
        Self { shape, area }
    }
}

fn bounds(shape: &Shape) -> Rect {
    match shape {
        // What is selected is painted into rows, which are higher than their letters; the bounds of the whole do not know that.
        Shape::Text(text) => text.galley.rows.iter().fold(text.visual_bounding_rect(), |all, row| {
            let of_row = row.row.visuals.mesh_bounds.translate(row.pos.to_vec2());
            all | of_row.rotate_bb(Rot2::from_angle(text.angle)).translate(text.pos.to_vec2())
        }),
        Shape::Vec(shapes) => shapes.iter().map(bounds).fold(Rect::NOTHING, |all, one| all | one),
        shape => shape.visual_bounding_rect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::emath::TSTransform;
    use eframe::egui::text::CCursor;
    use eframe::egui::text_selection::CCursorRange;
    use eframe::egui::text_selection::visuals::paint_text_selection;
    use eframe::egui::{Color32, Context, FontId, RawInput, pos2};

    #[test]
    fn what_is_selected_is_within_the_area_of_its_text() {
        let ctx = Context::default();
        let mut area = None;
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            let color = Color32::BLACK;
            let mut galley = ui.painter().layout_no_wrap("ace".to_owned(), FontId::default(), color);
            let (from, to) = (CCursor::new(0), CCursor::new(3));
            paint_text_selection(&mut galley, ui.visuals(), &CCursorRange::two(from, to), None);
            let row = galley.rows[0].rect().translate(pos2(10.0, 10.0).to_vec2());
            let shape = Shape::galley(pos2(10.0, 10.0), galley, color);
            let placed = PlacedShape::new(
                ClippedShape {
                    clip_rect: Rect::EVERYTHING,
                    shape,
                    transform_after_tessellation: TSTransform::IDENTITY,
                },
                1.0,
            );
            area = Some((placed.area, Area::around(row, 1.0)));
        });
        output.textures_delta.clear();
        let (area, row) = area.unwrap();
        assert_eq!(area.union(row), area, "{area:?} around {row:?}");
    }
}
