//! What only the user can say before anything is said to a server: whether it is the right one, and its pass phrase.

use common::chat::ServerKey;
use common::secret::{Hidden, Secret};
use common::status::Tone;
use common::tr;
use common::window::{live, tone_color};
use eframe::egui::{self, Button, Frame, Grid, Key, Label, RichText, TextEdit};

use crate::model::{Connection, Model};

/// What is typed and pressed while the user is asked.
#[derive(Debug, Clone, Default)]
pub(super) struct TrustForm {
    pass: Hidden,
    /// The changed key that a first press was for: taking another key takes two.
    pressed_once: Option<ServerKey>,
    has_focus: bool,
}

/// What the user says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TrustAction {
    Trust(ServerKey),
    Pass(Secret),
}

impl TrustForm {
    /// Lays out the question that is open.
    pub(super) fn ui(&mut self, ui: &mut egui::Ui, model: &Model) -> Option<TrustAction> {
        let (key, known) = match model.connection() {
            Connection::KeyAsked { key, known, .. } => (*key, *known),
            Connection::PassAsked { .. } => return self.pass_ui(ui),
            _ => {
                *self = Self::default();
                return None;
            }
        };
        let mut action = None;
        Frame::NONE.inner_margin(egui::vec2(0.0, 4.0)).show(ui, |ui| {
            let text =
                known.map_or(tr!("tcp-chat-client-key-compare"), |_| tr!("tcp-chat-client-key-changed"));
            let text = RichText::new(text);
            let text = if known.is_some() { text.color(tone_color(ui, Tone::Bad)) } else { text };
            live(&ui.add(Label::new(text).wrap()));
            Grid::new("keys").num_columns(2).show(ui, |ui| {
                if let Some(known) = known {
                    key_ui(ui, tr!("tcp-chat-client-key-old"), known);
                    key_ui(ui, tr!("tcp-chat-client-key-new"), key);
                } else {
                    key_ui(ui, tr!("tcp-chat-client-key"), key);
                }
            });
            ui.horizontal_wrapped(|ui| {
                let is_first_press = known.is_some() && self.pressed_once != Some(key);
                let label = match (known, is_first_press) {
                    (None, _) => tr!("tcp-chat-client-trust"),
                    (Some(_), true) => tr!("tcp-chat-client-trust-new"),
                    (Some(_), false) => tr!("tcp-chat-client-trust-sure"),
                };
                let button = ui.button(label);
                if known.is_none() && !std::mem::replace(&mut self.has_focus, true) {
                    button.request_focus();
                }
                if button.clicked() && is_first_press {
                    self.pressed_once = Some(key);
                } else if button.clicked() {
                    action = Some(TrustAction::Trust(key));
                }
            });
        });
        action
    }

    fn pass_ui(&mut self, ui: &mut egui::Ui) -> Option<TrustAction> {
        let mut is_said = false;
        ui.horizontal_wrapped(|ui| {
            let name = ui.label(tr!("tcp-chat-client-pass"));
            let field = ui.add(TextEdit::singleline(&mut self.pass.0).password(true).desired_width(200.0));
            let field = field.labelled_by(name.id);
            if !std::mem::replace(&mut self.has_focus, true) {
                field.request_focus();
            }
            is_said = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let can_connect = !self.pass.0.trim().is_empty();
            is_said |= ui.add_enabled(can_connect, Button::new(tr!("tcp-chat-client-connect"))).clicked();
        });
        let pass = Secret::new(&self.pass.0).filter(|_| is_said)?;
        *self = Self::default();
        Some(TrustAction::Pass(pass))
    }
}

fn key_ui(ui: &mut egui::Ui, label: &str, key: ServerKey) {
    ui.label(RichText::new(label).color(tone_color(ui, Tone::Quiet)));
    // In two lines, which the narrowest window has room for.
    let groups = key.groups();
    let (first, second) = groups.split_at_checked(groups.len() / 2).unwrap_or((&groups, ""));
    let text = format!("{}\n{}", first.trim(), second.trim());
    ui.add(Label::new(RichText::new(text).monospace()).selectable(true));
    ui.end_row();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_phrase_that_is_typed_is_never_printed() {
        let form = TrustForm { pass: Hidden("correct horse".to_owned()), ..TrustForm::default() };
        assert!(!format!("{form:?}").contains("horse"));
    }
}
