//! The scroll bar: its handle stands for places that are only about known.

use common::window::{Tone, tone_color};
use eframe::egui::{self, Rect, Sense, vec2};

/// Its width, in points.
pub(super) const WIDTH: f32 = 10.0;

/// The handle is never smaller.
const LEAST_HANDLE: f32 = 24.0;

/// Draws the bar at the right of `rect`; where the user has dragged it, as a part of the whole.
#[expect(clippy::cast_possible_truncation, reason = "a part of the whole")]
pub(super) fn bar_ui(ui: &egui::Ui, rect: Rect, total: f64, above: f64) -> Option<f64> {
    let view = f64::from(rect.height());
    if total <= view {
        return None;
    }
    let track = rect.with_min_x(rect.right() - WIDTH);
    let handle_height = (rect.height() * (view / total) as f32).max(LEAST_HANDLE);
    let room = (track.height() - handle_height).max(1.0);
    let part = (above / (total - view)).clamp(0.0, 1.0) as f32;
    let corner = track.left_top() + vec2(0.0, part * room);
    let handle = Rect::from_min_size(corner, vec2(WIDTH, handle_height));
    // Only the pointer gets hold of it: the keyboard has keys of its own.
    let response = ui.interact(track, ui.scope_id().with("bar"), Sense::DRAG | Sense::CLICK);
    let strength = if response.dragged() || response.hovered() { 0.9 } else { 0.5 };
    ui.painter().rect_filled(track, 0.0, ui.visuals().extreme_bg_color);
    ui.painter().rect_filled(handle.shrink(1.0), 4.0, tone_color(ui, Tone::Quiet).gamma_multiply(strength));
    let grip = ui.scope_id().with("grip");
    let pointer = response.interact_pointer_pos()?;
    if response.drag_started() || response.clicked() {
        let is_on = handle.y_range().contains(pointer.y);
        let held = if is_on { pointer.y - handle.top() } else { handle_height / 2.0 };
        ui.data_mut(|data| data.insert_temp(grip, held));
    }
    let held: f32 = ui.data(|data| data.get_temp(grip)).unwrap_or(handle_height / 2.0);
    Some(f64::from(((pointer.y - held - track.top()) / room).clamp(0.0, 1.0)))
}
