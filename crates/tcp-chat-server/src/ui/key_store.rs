//! The key store beside a bot's key.

use common::status::Tone;
use common::texts::sentence;
use common::tr;
use common::window::toned_ui;
use eframe::egui::{Button, Ui};

use super::chain::Row;
use super::widgets::named;
use crate::bot::KeySource;
use crate::engine::{Command, KeyNote};

/// Where a key comes from that is not typed.
pub(super) fn hint(variable: &str) -> String {
    tr!("tcp-chat-server-key-hint", variable = variable)
}

/// Lays out what can be done with the key; says what the engine is to do.
pub(super) fn key_store_ui(ui: &mut Ui, row: &Row, note: Option<&KeyNote>) -> Option<Command> {
    let mut command = None;
    let kind = row.kind();
    let typed = match &row.choice().key {
        KeySource::Typed(key) => Some(key),
        _ => None,
    };
    let is_asked = note == Some(&KeyNote::Asking);
    ui.horizontal_wrapped(|ui| {
        let (keep, forget) = (tr!("tcp-chat-server-key-keep"), tr!("tcp-chat-server-key-forget"));
        let is_enabled = typed.is_some() && !is_asked;
        let name = tr!("tcp-chat-server-key-keep-whose", bot = row.choice().name());
        if named(ui, Button::new(keep), is_enabled, &name)
            .on_disabled_hover_text(tr!("tcp-chat-server-key-keep-hint"))
            .clicked()
        {
            command = typed.map(|key| Command::KeepKey { kind, key: key.clone() });
        }
        let name = tr!("tcp-chat-server-key-forget-whose", bot = row.choice().name());
        if named(ui, Button::new(forget), !is_asked, &name)
            .on_hover_text(tr!("tcp-chat-server-key-forget-hint"))
            .clicked()
        {
            command = Some(Command::ForgetKey(kind));
        }
        match note {
            None => (),
            Some(KeyNote::Asking) => _ = toned_ui(ui, tr!("tcp-chat-server-key-asking"), Tone::Quiet),
            Some(KeyNote::Kept) => _ = toned_ui(ui, tr!("tcp-chat-server-key-kept"), Tone::Good),
            Some(KeyNote::Forgotten) => _ = toned_ui(ui, tr!("tcp-chat-server-key-forgotten"), Tone::Good),
            Some(KeyNote::NothingKept) => _ = toned_ui(ui, tr!("tcp-chat-server-key-none"), Tone::Quiet),
            Some(KeyNote::Failed(error)) => _ = toned_ui(ui, sentence(error), Tone::Bad),
        }
    });
    toned_ui(ui, tr!("tcp-chat-server-key-about"), Tone::Quiet);
    command
}
