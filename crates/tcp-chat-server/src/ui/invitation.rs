//! What clients are told: where to connect to.

use common::net::Network;
use common::status::Tone;
use common::texts::sentence;
use common::tr;
use common::window::toned_ui;
use eframe::egui::{Button, RichText, Ui};

use super::access::access_ui;
use crate::engine::{ChatWindow, Command};
use crate::model::Model;

/// Lays out the address that clients connect to, and who is let in (see [`access_ui`]); says what the engine is to do.
pub(super) fn invitation_ui(ui: &mut Ui, model: &Model, chosen: &[Network]) -> Option<Command> {
    let address = model.client_address()?;
    let mut command = None;
    ui.horizontal_wrapped(|ui| {
        let text = address.to_string();
        if address.ip().is_loopback() {
            ui.label(tr!("tcp-chat-server-own-clients-connect-to"));
        } else {
            ui.label(tr!("tcp-chat-server-clients-connect-to"));
        }
        ui.label(RichText::new(text.as_str()).strong());
        let access = &model.snapshot().access;
        if access.key.is_some() || access.pass.is_some() {
            let copy = ui.add(Button::new(tr!("tcp-chat-server-copy-invitation")));
            if copy.on_hover_text(tr!("tcp-chat-server-copy-invitation-hint")).clicked() {
                ui.ctx().copy_text(model.invitation(address).to_string());
            }
        }
        if ui.add(Button::new(tr!("tcp-chat-server-copy-address"))).clicked() {
            ui.ctx().copy_text(text);
        }
        if ui.add(Button::new(tr!("tcp-chat-server-open-chat"))).clicked() {
            let (pass, address) = (access.pass.clone(), model.own_address().unwrap_or(address));
            command = Some(Command::OpenChat(ChatWindow { address, key: access.key, pass }));
        }
    });
    let snapshot = model.snapshot();
    if let Some(networks) = access_ui(ui, &snapshot.access, &snapshot.lan, chosen) {
        command = Some(Command::Allow(networks));
    }
    if let Some(announced) = model.announced() {
        toned_ui(ui, announced, Tone::Quiet);
    }
    if let Some(error) = &model.snapshot().chat_window {
        toned_ui(ui, sentence(error), Tone::Bad);
    }
    command
}
