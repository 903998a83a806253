//! How much has to matter to be shown in the log.

use common::tr;
use common::window::say_group;
use eframe::egui::{Button, Ui};

use common::status::Level;

/// Lays out a choice of levels.
pub(crate) fn filter_ui(ui: &mut Ui, shows: &mut Level) {
    ui.separator();
    ui.label(tr!("tcp-chat-server-show"));
    for (level, label, hint) in [
        (Level::Info, tr!("tcp-chat-server-show-all"), ""),
        (Level::Warning, tr!("tcp-chat-server-show-warnings"), tr!("tcp-chat-server-show-warnings-hint")),
        (Level::Error, tr!("tcp-chat-server-show-errors"), ""),
    ] {
        let mut button = ui.add(Button::new(label).selected(*shows == level));
        say_group(&button, tr!("tcp-chat-server-show"));
        if !hint.is_empty() {
            button = button.on_hover_text(hint);
        }
        if button.clicked() {
            *shows = level;
        }
    }
}
