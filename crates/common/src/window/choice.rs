//! One of several, in a list that opens.

use eframe::egui::{ComboBox, Id, Response, Ui};

use super::say_chosen;

/// Lays out a list that opens, for the label `name`, with a hint where there is one.
pub fn choose_ui<T: PartialEq>(
    ui: &mut Ui,
    salt: &str,
    name: Id,
    hint: Option<&str>,
    choices: impl IntoIterator<Item = (T, impl Into<String>)>,
    chosen: &mut T,
) -> Response {
    let choices: Vec<(T, String)> = choices.into_iter().map(|(choice, name)| (choice, name.into())).collect();
    let shown = choices.iter().find(|(choice, _)| choice == chosen).map_or("", |(_, name)| name).to_owned();
    let mut taken = None;
    let list = ComboBox::from_id_salt(salt).selected_text(shown.as_str()).show_ui(ui, |ui| {
        for (choice, name) in choices {
            if ui.selectable_label(choice == *chosen, name).clicked() {
                taken = Some(choice);
                // A screen reader chooses without the keyboard.
                ui.close();
            }
        }
    });
    let mut list = list.response.labelled_by(name);
    if let Some(taken) = taken {
        *chosen = taken;
        list.request_focus();
    }
    if let Some(hint) = hint {
        list = list.on_hover_text(hint);
    }
    say_chosen(&list, &shown, hint);
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::Key;
    use eframe::egui::accesskit::Role;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    #[test]
    fn a_choice_by_keyboard_closes_the_list_and_the_keyboard_goes_back() {
        let mut window =
            Harness::builder().with_max_steps(30).with_context_setup(crate::window::prepare).build_ui_state(
                |ui, chosen: &mut u8| {
                    let name = ui.label("Format").id;
                    choose_ui(ui, "format", name, None, [(1, "one"), (2, "two")], chosen);
                },
                1,
            );
        window.get_by_role(Role::ComboBox).focus();
        window.run();
        window.key_press(Key::Enter);
        window.run();
        window.get_by_label("two").focus();
        window.run();
        window.key_press(Key::Enter);
        window.run();
        assert_eq!(*window.state(), 2);
        assert!(window.query_by_label("one").is_none(), "the list is still open");
        assert!(window.get_by_role(Role::ComboBox).is_focused());
    }
}
