//! The menu of a row, and what is said once it is removed.

use eframe::egui::{Button, Id, Popup, Rect, Response, RichText, Ui, UiBuilder, vec2};

use super::tone_color;
use crate::status::Tone;
use crate::tr;

/// What a row keeps free on its right for the button, in points.
pub const ROW_MENU_WIDTH: f32 = 32.0;

/// Lays out the button `...` on the right of a row, while that is pointed at or has the keyboard, and what it opens; the other
/// mouse button opens the same. `name` says whose menu it is.
pub fn row_menu_ui(ui: &mut Ui, row: &Response, name: &str, mut items: impl FnMut(&mut Ui)) {
    Popup::context_menu(row).show(&mut items);
    let known = row.id.with("menu");
    // As they were in the frame before: when Tab leaves the row the button has to be there to be reached.
    let (button, was_focused): (Option<Id>, bool) = ui.data(|data| data.get_temp(known)).unwrap_or_default();
    let is_in_use = button.is_some_and(|id| {
        ui.memory(|memory| memory.has_focus(id)) || Popup::is_id_open(ui.ctx(), id.with("popup"))
    });
    let has_focus = row.has_focus();
    if !is_in_use && !was_focused && !has_focus && !row.contains_pointer() {
        return;
    }
    let size = vec2(ROW_MENU_WIDTH - 6.0, (row.rect.height() - 4.0).min(20.0));
    let center = row.rect.right_center() - vec2(ROW_MENU_WIDTH / 2.0, 0.0);
    let place = Rect::from_center_size(center, size);
    let mut ui = ui.new_child(UiBuilder::new().id_salt(known).max_rect(place));
    ui.spacing_mut().button_padding = vec2(4.0, 0.0);
    ui.spacing_mut().interact_size.y = size.y;
    let button = ui.put(place, Button::new(RichText::new("...").strong()).min_size(size));
    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(name));
    ui.data_mut(|data| data.insert_temp(known, (Some(button.id), has_focus)));
    let popup = Popup::menu(&button).id(button.id.with("popup"));
    popup.show(items);
}

/// Says what was removed, with a button that brings it back; `true` where that was pressed.
pub fn removed_ui(ui: &mut Ui, sentence: &str) -> bool {
    ui.horizontal(|ui| {
        ui.label(RichText::new(sentence).color(tone_color(ui, Tone::Quiet)));
        ui.button(tr!("undo")).clicked()
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{Key, Sense};
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    #[test]
    fn the_menu_is_there_while_its_row_is_used_and_by_keyboard_alone() {
        let mut window = Harness::builder().with_max_steps(30).with_size(vec2(300.0, 200.0)).build_ui_state(
            |ui, removed: &mut u32| {
                let (_, rect) = ui.allocate_space(vec2(250.0, 24.0));
                let row = ui.interact(rect, ui.scope_id().with("row"), Sense::click());
                row_menu_ui(ui, &row, "Actions for a", |ui| {
                    *removed += u32::from(ui.button("Remove").clicked());
                });
                _ = ui.button("Elsewhere");
            },
            0,
        );
        let is_shown = |window: &Harness<'_, u32>| window.query_by_label("Actions for a").is_some();
        assert!(!is_shown(&window), "it is quiet");
        window.hover_at(window.ctx.content_rect().min + vec2(100.0, 20.0));
        window.run();
        assert!(is_shown(&window), "it is pointed at");
        window.hover_at(window.get_by_label("Elsewhere").rect().center());
        window.run();
        assert!(!is_shown(&window), "it stays");
        for key in [Key::Tab, Key::Tab, Key::Enter] {
            window.key_press(key);
            window.run();
        }
        assert!(is_shown(&window), "the keyboard is on it");
        window.get_by_label("Remove").click();
        window.run();
        assert_eq!(*window.state(), 1);
    }
}
