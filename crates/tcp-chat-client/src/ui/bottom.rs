//! The row at the bottom: what the window offers beside the conversation, and the demo's two buttons.

use common::tr;
use common::window::settings_button_ui;
use eframe::egui::{self, Align, Align2, Button, Layout, RichText, UiBuilder, vec2};

/// From this width on the settings have a button of their own.
const WIDE: f32 = 340.0;

/// Width of Close and of Send.
const BUTTON_WIDTH: f32 = 60.0;

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BottomIntent {
    Send,
    Close,
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
    let row = ui.available_rect_before_wrap();
    let height = ui.spacing().interact_size.y;
    ui.allocate_ui_with_layout(vec2(row.width(), height), Layout::left_to_right(Align::Center), |ui| {
        if row.width() >= WIDE {
            settings_button_ui(ui);
        }
        ui.menu_button(tr!("tcp-chat-client-more"), |ui| {
            intent = menu_ui(ui, is_cleared, row.width() < WIDE);
        });
    });
    let size = vec2(BUTTON_WIDTH, height);
    let send = Align2::RIGHT_TOP.align_size_within_rect(size, row.with_max_y(row.top() + height));
    let close = send.translate(vec2(-size.x - ui.spacing().item_spacing.x, 0.0));
    let ui = &mut ui.new_child(UiBuilder::new().max_rect(close.union(send)));
    if ui.put(close, Button::new(tr!("close"))).clicked() {
        intent = Some(BottomIntent::Close);
    }
    if ui.put(send, Button::new(RichText::new(tr!("tcp-chat-client-send")).strong())).clicked() {
        intent = Some(BottomIntent::Send);
    }
    intent
}

fn menu_ui(ui: &mut egui::Ui, is_cleared: bool, has_settings: bool) -> Option<BottomIntent> {
    let clear = if is_cleared {
        (tr!("tcp-chat-client-undo-clear"), BottomIntent::UndoClear, "")
    } else {
        (tr!("tcp-chat-client-clear"), BottomIntent::Clear, "Ctrl+L")
    };
    let items = [
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
    if has_settings {
        settings_button_ui(ui);
    }
    intent
}
