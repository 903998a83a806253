//! Menus and lists that open, by keyboard: the toolkit closes them for the pointer alone.

use eframe::egui::{Context, Id, Memory, Order, Plugin, Popup, Response, StrokeKind, Ui};

/// Closes a menu whose item was chosen by keyboard, and gives the keyboard back to what opened it.
#[derive(Debug, Default)]
pub(super) struct MenuKeys {
    /// What had the keyboard before something opened.
    opener: Option<Id>,
    /// Where the keyboard was when something that is open was looked at last.
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    #[default]
    Elsewhere,
    /// On what opened it.
    Opener,
    Inside,
}

impl Plugin for MenuKeys {
    fn debug_name(&self) -> &'static str {
        "menukeys"
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx();
        // The toolkit takes the keyboard from what is looked at in the frame of a press elsewhere. And who has a hand on the
        // pointer does not miss the keyboard.
        if ctx.input(|input| input.pointer.any_pressed() || input.pointer.any_click()) {
            self.place = Place::Elsewhere;
            return;
        }
        let focused = ctx.memory(Memory::focused).and_then(|id| ctx.read_response(id));
        let inside = focused.as_ref().filter(|focused| is_in_popup(ctx, focused));
        if Popup::is_any_open(ctx) {
            // What was chosen may have given the keyboard to somebody.
            let has_left = self.place == Place::Inside && inside.is_none() && focused.is_some();
            self.place = match &focused {
                _ if inside.is_some() => Place::Inside,
                Some(focused) if self.opener == Some(focused.id) => Place::Opener,
                Some(_) => Place::Elsewhere,
                // Esc takes the keyboard away before it closes what is open.
                None => self.place,
            };
            if !has_left && !inside.is_some_and(Response::clicked) {
                // The items of a menu have no edge that would show it.
                if let Some(inside) = inside {
                    let ring = ctx.global_style().visuals.selection.stroke;
                    ctx.layer_painter(inside.layer_id).rect_stroke(
                        inside.rect,
                        3.0,
                        ring,
                        StrokeKind::Inside,
                    );
                }
                return;
            }
            Popup::close_all(ctx);
        }
        let was_here = std::mem::take(&mut self.place) != Place::Elsewhere;
        match self.opener {
            Some(opener) if was_here && (focused.is_none() || inside.is_some()) => {
                ctx.memory_mut(|memory| memory.request_focus(opener));
                ctx.request_repaint();
            }
            _ => self.opener = focused.map(|focused| focused.id),
        }
    }
}

/// Whether that is in a menu or a list that is open: above the window, and in no dialog.
fn is_in_popup(ctx: &Context, response: &Response) -> bool {
    let dialog = ctx.memory(Memory::top_modal_layer);
    response.layer_id.order == Order::Foreground && dialog != Some(response.layer_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::Key;
    use eframe::egui::accesskit::Role;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    fn after(keys: &[Key]) -> (u32, bool) {
        let mut window = Harness::builder()
            .with_max_steps(30)
            .with_context_setup(|ctx| ctx.add_plugin(MenuKeys::default()))
            .build_ui_state(
                |ui, pressed: &mut u32| {
                    ui.menu_button("More", |ui| *pressed += u32::from(ui.button("Find").clicked()));
                },
                0,
            );
        window.get_by_label("More").focus();
        window.run();
        window.key_press(Key::Enter);
        window.run();
        for key in keys {
            window.key_press(*key);
            window.run();
        }
        assert!(window.query_by_label("Find").is_none(), "the menu is still open");
        (*window.state(), window.get_by_label("More").is_focused())
    }

    #[test]
    fn a_menu_closes_too_where_what_was_chosen_gave_the_keyboard_to_a_field() {
        let mut window = Harness::builder()
            .with_max_steps(30)
            .with_context_setup(|ctx| ctx.add_plugin(MenuKeys::default()))
            .build_ui_state(
                |ui, (text, is_added): &mut (String, bool)| {
                    let is_chosen =
                        ui.menu_button("Add", |ui| ui.button("HTTP").clicked()).inner == Some(true);
                    if is_chosen || *is_added {
                        *is_added = true;
                        let name = ui.label("Address").id;
                        let field = ui.text_edit_singleline(text).labelled_by(name);
                        if is_chosen {
                            field.request_focus();
                        }
                    }
                },
                (String::new(), false),
            );
        for focused in ["Add", "HTTP"] {
            window.get_by_label(focused).focus();
            window.run();
            window.key_press(Key::Enter);
            window.run();
        }
        assert!(window.query_by_label("HTTP").is_none(), "the menu is still open");
        assert!(window.get_by_role(Role::TextInput).is_focused());
    }

    #[test]
    fn a_menu_closes_by_keyboard_too_and_the_keyboard_goes_back_to_what_opened_it() {
        assert_eq!(after(&[Key::Tab, Key::Enter]), (1, true), "an item was chosen");
        assert_eq!(after(&[Key::Tab, Key::Escape]), (0, true), "none was");
        assert_eq!(after(&[Key::Escape]), (0, true), "nobody went in");
    }
}
