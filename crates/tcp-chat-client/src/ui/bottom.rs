//! The row at the bottom: what the window offers beside the conversation.

use common::tr;
use common::window::shell::bottom_row_ui;
use eframe::egui::{self, Button};

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BottomAction {
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
pub(super) fn bottom_ui(ui: &mut egui::Ui, is_cleared: bool) -> Option<BottomAction> {
    let mut action = None;
    bottom_row_ui(ui, |ui| {
        ui.menu_button(tr!("tcp-chat-client-more"), |ui| action = menu_ui(ui, is_cleared));
    });
    action
}

fn menu_ui(ui: &mut egui::Ui, is_cleared: bool) -> Option<BottomAction> {
    let clear = if is_cleared {
        (tr!("tcp-chat-client-undo-clear"), BottomAction::UndoClear, "")
    } else {
        (tr!("tcp-chat-client-clear"), BottomAction::Clear, "Ctrl+L")
    };
    let items = [
        (tr!("tcp-chat-client-change-server"), BottomAction::ChangeServer, ""),
        (tr!("tcp-chat-client-find-open"), BottomAction::Find, "Ctrl+F"),
        (tr!("tcp-chat-client-copy-all"), BottomAction::CopyAll, ""),
        (tr!("log-save"), BottomAction::Save, "Ctrl+S"),
        clear,
    ];
    let mut action = None;
    for (label, item, keys) in items {
        if ui.add(Button::new(label).shortcut_text(keys)).clicked() {
            action = Some(item);
        }
    }
    action
}
