//! What the keyboard comes to is seen.

use eframe::egui::{Id, Memory, Rect, Response, StrokeKind, Ui};

/// Draws a ring around `rect` while `response` has the keyboard: for what the toolkit gives none. An edge of what scrolls cuts no side
/// off it.
pub fn focus_ring_ui(ui: &Ui, response: &Response, rect: Rect) {
    if response.has_focus() {
        let seen = rect.intersect(ui.clip_rect());
        ui.painter().rect_stroke(seen, 3.0, ui.visuals().selection.stroke, StrokeKind::Inside);
    }
}

/// Called at the end of what scrolls: scrolls to what the keyboard has just come to, where that is out of view. The user may scroll away from it.
pub fn follow_focus(ui: &Ui) {
    let seen = ui.unique_id().with("focus");
    let focused = ui.memory(Memory::focused);
    // The toolkit takes the keyboard from what is looked at in the frame of a press elsewhere, as that of a button which gave it.
    if ui.input(|input| input.pointer.any_pressed() || input.pointer.any_click()) {
        ui.ctx().request_repaint();
        return;
    }
    let before: Option<Id> =
        ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default(seen), focused));
    let Some(response) = focused.filter(|id| before != Some(*id)).and_then(|id| ui.ctx().read_response(id))
    else {
        return;
    };
    let is_here = response.layer_id == ui.layer_id() && ui.min_rect().contains(response.rect.center());
    // What is cut by the edge of an area is cut by that of its own: what stands around this one is whole.
    if is_here && response.interact_rect != response.rect {
        ui.scroll_to_rect(response.rect, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{Key, ScrollArea};
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    #[test]
    fn what_the_keyboard_comes_to_is_scrolled_to_and_nothing_else() {
        let mut window = Harness::builder().with_max_steps(60).build_ui(|ui| {
            ScrollArea::vertical().max_height(100.0).show(ui, |ui| {
                for at in 0..20 {
                    _ = ui.button(format!("field {at}"));
                }
                follow_focus(ui);
            });
            _ = ui.button("Settings");
        });
        window.run();
        let first = window.get_by_label("field 0").rect();
        window.get_by_label("field 19").focus();
        window.run();
        let (last, below) = (window.get_by_label("field 19").rect(), window.get_by_label("Settings").rect());
        assert!(last.bottom() <= below.top(), "{last} is out of view");
        window.get_by_label("Settings").focus();
        window.run();
        assert_eq!(window.get_by_label("field 19").rect(), last, "scrolled for what stands below");
        window.get_by_label("Settings").focus();
        window.key_press(Key::Tab);
        window.run();
        assert_eq!(window.get_by_label("field 0").rect(), first);
    }
}
