//! What is set once, among the settings. The server's address stands in the window.

use common::tr;
use common::window::{encoding_ui, radios_ui, section_ui};
use eframe::egui;

use crate::config::Config;
use crate::engine::DialectChoice;

/// Lays out the settings of the chat client.
pub(super) fn settings_ui(ui: &mut egui::Ui, config: &mut Config) {
    section_ui(ui, tr!("tcp-chat-client-room-connection"), &["dialect", "encoding", "reconnect"], |ui| {
        let dialects = [
            (DialectChoice::Auto, tr!("tcp-chat-client-dialect-auto")),
            (DialectChoice::Records, tr!("tcp-chat-client-dialect-records")),
            (DialectChoice::Plain, tr!("tcp-chat-client-dialect-plain")),
        ];
        let hint = Some(tr!("tcp-chat-client-dialect-hint"));
        radios_ui(ui, tr!("tcp-chat-client-dialect"), hint, &dialects, &mut config.dialect);
        encoding_ui(ui, &mut config.encoding);
        ui.checkbox(&mut config.reconnect, tr!("tcp-chat-client-reconnect"));
    });
    section_ui(ui, tr!("tcp-chat-client-room-messages"), &["send_unsent"], |ui| {
        ui.checkbox(&mut config.send_unsent, tr!("tcp-chat-client-send-by-itself"));
    });
}
