//! The line between two parts of a window, which can be moved.

use eframe::egui::{self, CursorIcon, EventFilter, Key, Modifiers, Rect, Role, Sense, WidgetInfo, vec2};

use crate::tr;

/// How far an arrow key moves it, in points.
const STEP: f32 = 16.0;

/// Lays out the line above `below`, and returns where it was moved to: dragged, or by the arrow keys while it has the keyboard.
#[must_use]
pub fn splitter_ui(ui: &egui::Ui, below: Rect) -> Option<f32> {
    let line = Rect::from_x_y_ranges(below.x_range(), below.top()..=below.top());
    let grip = line.expand2(vec2(0.0, ui.style().interaction.resize_grab_radius_side));
    let response = ui.interact(grip, ui.scope_id().with("splitter"), Sense::drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, tr!("splitter")));
    ui.painter().hline(below.x_range(), below.top(), ui.visuals().widgets.noninteractive.bg_stroke);
    if response.has_focus() {
        ui.painter().hline(below.x_range(), below.top(), ui.visuals().selection.stroke);
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowUp) {
            return Some(below.top() - STEP);
        }
        if pressed(Key::ArrowDown) {
            return Some(below.top() + STEP);
        }
    }
    if response.hovered() || response.dragged() {
        let widgets = &ui.visuals().widgets;
        let style = if response.dragged() { widgets.active } else { widgets.hovered };
        ui.painter().hline(below.x_range(), below.top(), style.fg_stroke);
        ui.ctx().set_cursor_icon(CursorIcon::ResizeVertical);
    }
    let is_moved = response.dragged() || response.drag_stopped();
    response.interact_pointer_pos().filter(|_| is_moved).map(|pointer| pointer.y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    #[test]
    fn the_keyboard_moves_the_line() {
        let mut window = Harness::builder().with_max_steps(30).with_size([300.0, 200.0]).build_ui_state(
            |ui, top: &mut f32| {
                let below = ui.max_rect().with_min_y(*top);
                if let Some(moved) = splitter_ui(ui, below) {
                    *top = moved;
                }
                _ = ui.button("Elsewhere");
            },
            100.0,
        );
        for (key, top) in [
            (Key::Tab, 100.0),
            (Key::ArrowUp, 100.0 - STEP),
            (Key::ArrowUp, 100.0 - 2.0 * STEP),
            (Key::ArrowDown, 100.0 - STEP),
        ] {
            window.key_press(key);
            window.run();
            assert!((*window.state() - top).abs() < 0.1, "{key:?}: {}", window.state());
            assert!(window.get_by_role_and_label(Role::Splitter, "Line between two parts").is_focused());
        }
    }
}
