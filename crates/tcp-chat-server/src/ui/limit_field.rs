//! A limit as a field, checked as it is typed.

use common::config::NumberError;
use common::status::Tone;
use common::tr;
use common::window::{form_field_ui, label_ui, mark_fault, toned_ui};
use eframe::egui::{Align2, TextEdit, Ui};

use crate::config::Limits;

/// Width of a field, in points: five figures.
const WIDTH: f32 = 60.0;

/// A limit as it is being typed.
#[derive(Debug)]
pub(super) struct LimitField {
    text: String,
    /// The messages that name it, and say what it does.
    label: &'static str,
    hint: &'static str,
    /// Sets the limit as it is typed, where that can be used.
    set: fn(&mut Limits, &str) -> Result<(), NumberError>,
}

/// A field for each limit.
pub(super) fn limit_fields(limits: &Limits) -> Vec<LimitField> {
    vec![
        LimitField {
            text: limits.max_clients.to_string(),
            label: "tcp-chat-server-max-clients",
            hint: "tcp-chat-server-max-clients-hint",
            set: |limits, typed| typed.parse().map(|count| limits.max_clients = count),
        },
        LimitField {
            text: limits.max_clients_per_address.to_string(),
            label: "tcp-chat-server-max-of-address",
            hint: "tcp-chat-server-max-of-address-hint",
            set: |limits, typed| typed.parse().map(|count| limits.max_clients_per_address = count),
        },
        LimitField {
            text: limits.max_bot_calls.to_string(),
            label: "tcp-chat-server-max-calls",
            hint: "tcp-chat-server-max-calls-hint",
            set: |limits, typed| typed.parse().map(|count| limits.max_bot_calls = count),
        },
    ]
}

impl LimitField {
    /// Takes what is typed into `limits`, where it can be used.
    pub(super) fn take_into(&self, limits: &mut Limits) -> Result<(), NumberError> {
        (self.set)(limits, &self.text)
    }

    /// Lays out label and field, the labels in a column.
    pub(super) fn ui(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            let label = label_ui(ui, tr!(self.label));
            let field = TextEdit::singleline(&mut self.text)
                .desired_width(WIDTH)
                .char_limit(9)
                .align(Align2::RIGHT_CENTER);
            let field = form_field_ui(ui, label, self.label, field);
            mark_fault(ui, &field, self.fault().as_deref());
            field.on_hover_text(tr!(self.hint));
        });
    }

    /// What is wrong with what is typed.
    fn fault(&self) -> Option<String> {
        self.take_into(&mut Limits::default()).err().map(|NumberError { min, max, .. }| {
            let (min, max) = (min.to_string(), max.to_string());
            tr!("tcp-chat-server-out-of-range", name = tr!(self.label), min = min, max = max)
        })
    }

    /// Says what is wrong with what is typed.
    pub(super) fn fault_ui(&self, ui: &mut Ui) {
        if let Some(fault) = self.fault() {
            toned_ui(ui, fault, Tone::Bad);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::{NodeT as _, Queryable as _};

    #[test]
    fn a_limit_out_of_range_is_said_with_its_field() {
        let mut fields = limit_fields(&Limits::default());
        fields[0].text = "0".to_owned();
        let window = Harness::new_ui_state(|ui, fields: &mut Vec<LimitField>| fields[0].ui(ui), fields);
        let field = window.get_by_role(eframe::egui::accesskit::Role::TextInput);
        let fault = field.accesskit_node().data().description().map(str::to_owned);
        assert_eq!(fault, window.state()[0].fault());
        assert!(fault.is_some());
    }
}
