//! The question before the window closes or leaves its server, where something would be lost.

use common::tr;
use common::window::name_dialog;
use eframe::egui::{self, Id, Label, Modal, accesskit};

use crate::engine::Target;

/// What the user wants, and is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Farewell {
    /// To close the window.
    Window,
    /// To end the connection.
    Server,
    /// To leave the server for this one.
    ServerFor(Target),
}

/// What the user answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    Close,
    Stay,
}

/// Asks, with so many messages that have no answer yet, and so many that were not sent and are not
/// kept.
pub(super) fn closing_ui(ui: &egui::Ui, farewell: &Farewell, open: usize, unsent: usize) -> Option<Closing> {
    let mut answer = None;
    let (title, stay, leave) = match farewell {
        Farewell::Window => {
            (tr!("tcp-chat-client-closing"), tr!("tcp-chat-client-stay"), tr!("tcp-chat-client-close-anyway"))
        }
        Farewell::Server | Farewell::ServerFor(_) => (
            tr!("tcp-chat-client-leaving"),
            tr!("tcp-chat-client-stay-connected"),
            tr!("tcp-chat-client-leave-anyway"),
        ),
    };
    let modal = Modal::new(Id::unique("closing")).show(ui.ctx(), |ui| {
        ui.set_width((ui.ctx().content_rect().width() - 48.0).clamp(120.0, 300.0));
        name_dialog(ui, accesskit::Role::AlertDialog, title);
        ui.heading(title);
        if open > 0 {
            ui.add(Label::new(tr!("tcp-chat-client-closing-open", count = open)).wrap());
        }
        if unsent > 0 {
            ui.add(Label::new(tr!("tcp-chat-client-closing-unsent", count = unsent)).wrap());
        }
        ui.horizontal_wrapped(|ui| {
            let stay = ui.button(stay);
            if ui.memory(egui::Memory::focused).is_none() {
                stay.request_focus();
            }
            if stay.clicked() {
                answer = Some(Closing::Stay);
            }
            if ui.button(leave).clicked() {
                answer = Some(Closing::Close);
            }
        });
    });
    answer.or_else(|| modal.should_close().then_some(Closing::Stay))
}
