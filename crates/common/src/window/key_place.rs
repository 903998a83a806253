//! Where the keyboard was: the toolkit forgets it when Esc, or Enter in a field of one line, ends what is typed, and begins at the first
//! field again.

use eframe::egui::{Context, Event, Id, Key, Memory, Plugin, RawInput, Ui};

/// Has Tab go on from what had the keyboard last, until the pointer is pressed.
#[derive(Debug, Default)]
pub(super) struct KeyPlace {
    last: Option<Id>,
    /// What had it at the end of the last frame.
    focused: Option<Id>,
}

impl Plugin for KeyPlace {
    fn debug_name(&self) -> &'static str {
        "keyplace"
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let focused = ui.memory(Memory::focused);
        // What was given the keyboard was drawn before that, without its ring.
        if std::mem::replace(&mut self.focused, focused) != focused {
            ui.ctx().request_repaint();
        }
        if focused.is_some() || ui.input(|input| input.pointer.any_pressed()) {
            self.last = focused;
        }
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let is_tab = |event: &Event| match event {
            Event::Key { key: Key::Tab, pressed: true, modifiers, .. } => {
                modifiers.is_none() || modifiers.shift_only()
            }
            _ => false,
        };
        if ctx.memory(Memory::focused).is_some() || !input.events.iter().any(is_tab) {
            return;
        }
        // Focus on what is gone would be nowhere.
        if let Some(last) = self.last.filter(|last| ctx.read_response(*last).is_some()) {
            ctx.memory_mut(|memory| memory.request_focus(last));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::Modal;
    use eframe::egui::accesskit::Role;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    #[derive(Default)]
    struct Form {
        text: String,
        is_asked: bool,
        is_gone: bool,
    }

    fn window() -> Harness<'static, Form> {
        let mut window =
            Harness::builder().with_context_setup(|ctx| ctx.add_plugin(KeyPlace::default())).build_ui_state(
                |ui, form: &mut Form| {
                    if !form.is_gone {
                        ui.push_id("before", |ui| ui.button("before"));
                    }
                    let name = ui.label("Name").id;
                    ui.text_edit_singleline(&mut form.text).labelled_by(name);
                    _ = ui.button("behind");
                    if form.is_asked {
                        Modal::new(Id::unique("question")).show(ui.ctx(), |ui| ui.button("yes"));
                    }
                },
                Form::default(),
            );
        window.get_by_role(Role::TextInput).focus();
        window.run();
        window
    }

    fn press(window: &mut Harness<'_, Form>, keys: &[Key]) {
        for key in keys {
            window.key_press(*key);
            window.run();
        }
    }

    #[test]
    fn tab_goes_on_from_the_field_that_was_left() {
        for leave in [Key::Escape, Key::Enter] {
            let mut window = window();
            press(&mut window, &[leave]);
            assert!(!window.get_by_role(Role::TextInput).is_focused());
            press(&mut window, &[Key::Tab]);
            assert!(window.get_by_label("behind").is_focused(), "{leave:?}");
        }
    }

    #[test]
    fn what_is_given_the_keyboard_is_drawn_anew() {
        let mut window =
            Harness::builder().with_context_setup(|ctx| ctx.add_plugin(KeyPlace::default())).build_ui_state(
                |ui, is_given: &mut bool| {
                    let button = ui.button("answer");
                    if *is_given && !button.has_focus() {
                        button.request_focus();
                    }
                },
                false,
            );
        window.run();
        *window.state_mut() = true;
        window.step();
        assert!(window.ctx.has_requested_repaint());
    }

    #[test]
    fn what_cannot_have_the_keyboard_does_not_hold_it_back() {
        let mut window = window();
        press(&mut window, &[Key::Escape]);
        window.state_mut().is_asked = true;
        window.run();
        press(&mut window, &[Key::Tab]);
        assert!(window.get_by_label("yes").is_focused(), "a dialog is open");
        let mut window = self::window();
        window.get_by_label("before").focus();
        window.run();
        press(&mut window, &[Key::Escape]);
        window.state_mut().is_gone = true;
        window.run();
        press(&mut window, &[Key::Tab]);
        assert!(window.get_by_role(Role::TextInput).is_focused(), "the button is gone");
    }
}
