//! The row at the bottom: what the window offers beside the conversation.

use common::tr;
use common::window::shell::bottom_row_ui;
use eframe::egui::{self, Button};

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BottomIntent {
    ChangeServer,
    Find,
    /// The conversation in the clipboard.
    CopyAll,
    /// Write the conversation into a file.
    Save,
    /// Take the conversation out of view.
    Clear,
    /// Bring it back.
    UndoClear,
}

/// Lays out the row; `is_cleared` where there is something to bring back.
pub(super) fn bottom_ui(ui: &mut egui::Ui, is_cleared: bool) -> Option<BottomIntent> {
    let mut intent = None;
    bottom_row_ui(ui, |ui| {
        ui.menu_button(tr!("tcp-chat-client-more"), |ui| intent = menu_ui(ui, is_cleared));
    });
    intent
}

fn menu_ui(ui: &mut egui::Ui, is_cleared: bool) -> Option<BottomIntent> {
    let clear = if is_cleared {
        (tr!("tcp-chat-client-undo-clear"), BottomIntent::UndoClear, "")
    } else {
        (tr!("tcp-chat-client-clear"), BottomIntent::Clear, "Ctrl+L")
    };
    let items = [
        (tr!("tcp-chat-client-change-server"), BottomIntent::ChangeServer, ""),
        (tr!("tcp-chat-client-find-open"), BottomIntent::Find, "Ctrl+F"),
        (tr!("tcp-chat-client-copy-all"), BottomIntent::CopyAll, ""),
        (tr!("log-save"), BottomIntent::Save, "Ctrl+S"),
        clear,
    ];
    let mut intent = None;
    for (label, item, keys) in items {
        if ui.add(Button::new(label).shortcut_text(keys)).clicked() {
            intent = Some(item);
        }
    }
    intent
}
