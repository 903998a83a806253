//! The key store beside a bot's key.

use common::status::Tone;
use common::texts::sentence;
use common::tr;
use common::window::toned_ui;
use eframe::egui::{Button, Ui};

use super::chain::Row;
use super::widgets::{Asking, asking_ui, named};
use crate::bot::KeySource;
use crate::engine::{Command, KeyNote};

/// Where a key comes from that is not typed.
pub(super) fn hint(variable: &str) -> String {
    tr!("tcp-chat-server-key-hint", variable = variable)
}

/// Lays out what can be done with the key; says what the engine is to do.
pub(super) fn key_store_ui(ui: &mut Ui, row: &mut Row, note: Option<&KeyNote>) -> Option<Command> {
    let mut command = None;
    let (kind, bot) = (row.kind(), row.choice().name().to_owned());
    let typed = match &row.choice().key {
        KeySource::Typed(key) => Some(key.clone()),
        _ => None,
    };
    let is_asked = note == Some(&KeyNote::Asking);
    ui.horizontal_wrapped(|ui| {
        let keep = tr!("tcp-chat-server-key-keep");
        let is_enabled = typed.is_some() && !is_asked;
        let name = tr!("tcp-chat-server-key-keep-whose", bot = bot.as_str());
        if named(ui, Button::new(keep), is_enabled, &name)
            .on_disabled_hover_text(tr!("tcp-chat-server-key-keep-hint"))
            .clicked()
        {
            command = typed.map(|key| Command::KeepKey { kind, key });
        }
        let asking = Asking {
            face: tr!("tcp-chat-server-key-forget-ask"),
            name: &tr!("tcp-chat-server-key-forget-whose", bot = bot.as_str()),
            hint: tr!("tcp-chat-server-key-forget-hint"),
            question: &tr!("tcp-chat-server-key-forget-question", bot = bot.as_str()),
            answer: tr!("tcp-chat-server-key-forget"),
        };
        if asking_ui(ui, !is_asked, &mut row.asks_to_forget, asking) {
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
