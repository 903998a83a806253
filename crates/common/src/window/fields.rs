//! Fields for an address and a port.

use eframe::egui::{self, Align2, DragValue, RichText, TextEdit};

use super::tone_color;
use crate::config::Bounded;
use crate::net::{Host, HostError};
use crate::status::Tone;
use crate::texts::sentence;
use crate::tr;

/// A text field for a [`Host`].
#[derive(Debug, Clone)]
pub struct HostField {
    text: String,
}

impl HostField {
    /// A field that shows `host`.
    #[must_use]
    pub fn new(host: &Host) -> Self {
        Self { text: host.to_string() }
    }

    /// What is typed.
    ///
    /// # Errors
    /// Where that is neither an address nor a host name.
    pub fn host(&self) -> Result<Host, HostError> {
        self.text.parse()
    }

    /// Lays out label and field, and what is wrong with it where something is.
    pub fn ui(&mut self, ui: &mut egui::Ui, label: &str) -> egui::Response {
        let name = ui.label(label);
        let field = TextEdit::singleline(&mut self.text)
            .desired_width(132.0)
            .char_limit(253)
            .align(Align2::LEFT_CENTER);
        let response = ui.add(field).labelled_by(name.id);
        if let Err(error) = self.host() {
            ui.label(RichText::new(sentence(&error)).small().color(tone_color(ui, Tone::Bad)));
        }
        response
    }
}

/// Lays out label and field of a port; those who listen may take 0, for a port that is free.
pub fn port_field_ui(ui: &mut egui::Ui, port: &mut u16, lowest: u16) -> egui::Response {
    let name = ui.label(tr!("address-port"));
    number_field_ui(ui, DragValue::new(port).range(lowest..=u16::MAX).speed(0.2)).labelled_by(name.id)
}

/// Lays out label and field of a number that knows its bounds.
pub fn bounded_field_ui<const MIN: u32, const MAX: u32>(
    ui: &mut egui::Ui,
    label: &str,
    number: &mut Bounded<MIN, MAX>,
) -> egui::Response {
    let name = ui.label(label);
    let mut typed = number.get();
    let field = DragValue::new(&mut typed).range(Bounded::<MIN, MAX>::RANGE).speed(0.2);
    let response = number_field_ui(ui, field).labelled_by(name.id);
    *number = Bounded::nearest(typed);
    response
}

/// Lays out a number that can be typed: on the surface of a text field, as otherwise it looks like a button.
pub fn number_field_ui(ui: &mut egui::Ui, field: DragValue<'_>) -> egui::Response {
    let surface = ui.visuals().text_edit_bg_color();
    let of_buttons = std::mem::replace(&mut ui.visuals_mut().widgets.inactive.weak_bg_fill, surface);
    let response = ui.add(field);
    ui.visuals_mut().widgets.inactive.weak_bg_fill = of_buttons;
    response
}
