//! What only the user can say before anything is said to a server: whether it is the right one, and its pass phrase.

use std::time::Duration;

use common::chat::ServerKey;
use common::secret::{Hidden, Secret};
use common::status::Tone;
use common::tr;
use common::window::{form_field_ui, is_entered, live, primary_button_ui, tone_color};
use eframe::egui::{self, Button, Event, Frame, Grid, ImeEvent, Label, Response, RichText, TextEdit};

use crate::model::{Connection, Model};

/// For how long no key has come, in seconds, where the user is taken to have stopped typing.
const QUIET: f64 = 1.0;

/// What is typed and pressed while the user is asked.
#[derive(Debug, Clone, Default)]
pub(super) struct TrustForm {
    pass: Hidden,
    /// The changed key that a first press was for: taking another key takes two.
    pressed_once: Option<ServerKey>,
    /// The question that was given the keyboard.
    given: Option<Asked>,
    /// When a key came last that answered no question, by the window's clock.
    typed_at: Option<f64>,
}

/// What the user is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Key(ServerKey),
    Pass,
}

/// What the user says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TrustAction {
    Trust(ServerKey),
    Pass(Secret),
}

impl TrustForm {
    /// Lays out the question that is open. `is_free`: nobody needs the keyboard.
    pub(super) fn ui(&mut self, ui: &mut egui::Ui, model: &Model, is_free: bool) -> Option<TrustAction> {
        let now = ui.input(|input| input.time);
        if ui.input(|input| input.events.iter().any(is_typed)) {
            self.typed_at = Some(now);
        }
        let (key, known) = match model.connection() {
            Connection::KeyAsked { key, known, .. } => (*key, *known),
            Connection::PassAsked { .. } => return self.pass_ui(ui, is_free),
            _ => {
                *self = Self { typed_at: self.typed_at, ..Self::default() };
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
                // Nobody is led to another key than the known one.
                let button = if known.is_none() {
                    let button = primary_button_ui(ui, label, |ui, button| ui.add(button));
                    self.give_focus(&button, Asked::Key(key), is_free);
                    button
                } else {
                    ui.button(label)
                };
                if button.clicked() && is_first_press {
                    self.pressed_once = Some(key);
                } else if button.clicked() && (known.is_none() || is_press_of_its_own(&button)) {
                    action = Some(TrustAction::Trust(key));
                    // What is typed next may be for the question after this one.
                    self.typed_at = None;
                }
            });
        });
        action
    }

    fn pass_ui(&mut self, ui: &mut egui::Ui, is_free: bool) -> Option<TrustAction> {
        let mut is_said = false;
        ui.horizontal_wrapped(|ui| {
            let name = ui.label(tr!("tcp-chat-client-pass"));
            let field = TextEdit::singleline(&mut self.pass.0).password(true).desired_width(200.0);
            let field = form_field_ui(ui, name.id, "pass", field);
            self.give_focus(&field, Asked::Pass, is_free);
            is_said = is_entered(&field);
            let can_connect = !self.pass.0.trim().is_empty();
            let add = |ui: &mut egui::Ui, button: Button<'_>| ui.add_enabled(can_connect, button);
            let connect = primary_button_ui(ui, tr!("tcp-chat-client-connect"), add);
            is_said |= connect.clicked();
        });
        let pass = Secret::new(&self.pass.0).filter(|_| is_said)?;
        *self = Self::default();
        Some(TrustAction::Pass(pass))
    }

    /// Gives the keyboard to what answers the question, once: not while the user types, whose next Enter or blank would answer it
    /// unseen, and whose letters would be lost.
    fn give_focus(&mut self, answer: &Response, asked: Asked, is_free: bool) {
        if self.given == Some(asked) || !is_free {
            return;
        }
        let quiet = self.typed_at.map_or(QUIET, |at| answer.ctx.input(|input| input.time) - at);
        if quiet >= QUIET {
            answer.request_focus();
            self.given = Some(asked);
        } else {
            answer.ctx.request_repaint_after(Duration::from_secs_f64(QUIET - quiet));
        }
    }
}

fn is_typed(event: &Event) -> bool {
    match event {
        Event::Key { pressed, .. } => *pressed,
        Event::Text(_) | Event::Paste(_) | Event::Ime(ImeEvent::Preedit { .. } | ImeEvent::Commit(_)) => true,
        _ => false,
    }
}

/// The second half of a double click is none, nor is what a key that is held down repeats.
fn is_press_of_its_own(button: &Response) -> bool {
    let is_repeat = |event: &Event| matches!(event, Event::Key { repeat: true, .. });
    let is_repeated = button.ctx.input(|input| input.events.iter().any(is_repeat));
    !is_repeated && !button.double_clicked() && !button.triple_clicked()
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
