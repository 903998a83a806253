//! Fields for an address, a port and other numbers.

use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

use eframe::egui::accesskit::Invalid;
use eframe::egui::{
    self, Align2, AsIdSalt, CornerRadius, Key, Label, RichText, Stroke, StrokeKind, TextEdit, TextStyle,
};

use serde::Serialize;

use super::{text_width, tone_color};
use crate::config::{Bounded, NumberError};
use crate::net::Host;
use crate::secret::Hidden;
use crate::status::Tone;
use crate::texts::sentence;

/// Around the text of a field, and for the caret.
const PADDING: f32 = 24.0;

/// A text field for a [`Host`], or for what a program takes of them.
#[derive(Debug, Clone)]
pub struct HostField<H = Host> {
    /// May hold an invitation with a pass phrase.
    text: Hidden,
    kind: PhantomData<H>,
}

impl<H: FromStr<Err: Serialize>> HostField<H> {
    /// A field that shows `host`.
    #[must_use]
    pub fn new(host: &impl Display) -> Self {
        Self { text: Hidden(host.to_string()), kind: PhantomData }
    }

    /// What is typed, whatever it is.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text.0
    }

    /// What is typed.
    ///
    /// # Errors
    /// Where that is neither an address nor a host name.
    pub fn host(&self) -> Result<H, H::Err> {
        self.text.0.parse()
    }

    /// Lays out label and field, and what is wrong with it where something is.
    pub fn ui(&mut self, ui: &mut egui::Ui, label: &str) -> egui::Response {
        // Room for an invitation.
        let response = text_field_ui(ui, label, &mut self.text.0, 132.0, 2048);
        let fault = self.host().err().map(|error| sentence(&error));
        mark_fault(ui, &response, fault.as_deref());
        if let Some(fault) = fault {
            fault_ui(ui, &fault);
        }
        response
    }
}

/// A text field for a number that knows its bounds.
#[derive(Debug, Clone)]
pub struct NumberField<const MIN: u32, const MAX: u32> {
    text: String,
}

/// The port of a listener: 0 takes one that is free.
pub type ListenPortField = NumberField<0, 65_535>;

/// The port of a peer.
pub type PortField = NumberField<1, 65_535>;

impl<const MIN: u32, const MAX: u32> NumberField<MIN, MAX> {
    /// A field that shows `number`.
    #[must_use]
    pub fn new(number: Bounded<MIN, MAX>) -> Self {
        Self { text: number.to_string() }
    }

    /// What is typed.
    ///
    /// # Errors
    /// Where that is no such number.
    pub fn number(&self) -> Result<Bounded<MIN, MAX>, NumberError> {
        self.text.parse()
    }

    /// Lays out label and field, as wide as the largest number needs.
    pub fn ui(&mut self, ui: &mut egui::Ui, label: &str) -> egui::Response {
        labelled_ui(ui, label, Self::width(ui), |ui, name| self.bare_ui(ui, name, label))
    }

    /// How wide the field is, in points.
    fn width(ui: &egui::Ui) -> f32 {
        text_width(ui, &"0".repeat(MAX.to_string().len()), &TextStyle::Body).ceil() + PADDING
    }

    /// Lays out the field, for a label that is there already; `salt` tells it from others beside it.
    pub fn bare_ui(&mut self, ui: &mut egui::Ui, label: egui::Id, salt: &str) -> egui::Response {
        let field = TextEdit::singleline(&mut self.text)
            .desired_width(Self::width(ui))
            .char_limit(20)
            .align(Align2::RIGHT_CENTER);
        let response = form_field_ui(ui, label, salt, field);
        let fault = self.number().err().map(|error| sentence(&error));
        mark_fault(ui, &response, fault.as_deref());
        response
    }

    /// Says what is wrong with what is typed, where something is.
    pub fn fault_ui(&self, ui: &mut egui::Ui) {
        if let Err(error) = self.number() {
            fault_ui(ui, &sentence(&error));
        }
    }
}

impl<const MIN: u32> NumberField<MIN, 65_535> {
    /// A field that shows `port`.
    #[must_use]
    pub fn of_port(port: u16) -> Self {
        Self::new(Bounded::nearest(port.into()))
    }

    /// The port that is typed.
    ///
    /// # Errors
    /// Where that is none.
    pub fn port(&self) -> Result<u16, NumberError> {
        self.number().map(Bounded::port)
    }
}

/// Lays out label and field of a text of at most `chars` characters.
pub fn text_field_ui(
    ui: &mut egui::Ui,
    label: &str,
    text: &mut String,
    width: f32,
    chars: usize,
) -> egui::Response {
    let field = TextEdit::singleline(text).desired_width(width).char_limit(chars).align(Align2::LEFT_CENTER);
    labelled_ui(ui, label, width, |ui, name| form_field_ui(ui, name, label, field))
}

/// Lays out a label and a field of `width`, whose middles are on one line: in the next row where they do not fit into this one.
fn labelled_ui(
    ui: &mut egui::Ui,
    label: &str,
    field_width: f32,
    field_ui: impl FnOnce(&mut egui::Ui, egui::Id) -> egui::Response,
) -> egui::Response {
    let label_width = text_width(ui, label, &TextStyle::Body).ceil();
    let needed = label_width + ui.spacing().item_spacing.x + field_width;
    let left = ui.available_size_before_wrap().x;
    if needed > left && left < ui.available_width() {
        ui.end_row();
    }
    ui.horizontal(|ui| {
        let name = ui.label(label).id;
        field_ui(ui, name)
    })
    .inner
}

/// Lays out a field of a form for the label `name`. It has an id of its own, made of `salt`: what comes and goes around it while
/// somebody types would take the keyboard away. Enter applies what is typed, and leaves the keyboard here.
pub fn form_field_ui(
    ui: &mut egui::Ui,
    name: egui::Id,
    salt: impl AsIdSalt,
    field: TextEdit<'_>,
) -> egui::Response {
    let field = ui.add(field.id_salt(salt)).labelled_by(name);
    let had_focus = ui.memory(|memory| memory.had_focus_last_frame(field.id) && !memory.has_focus(field.id));
    if had_focus && ui.input(is_bare_enter) {
        field.request_focus();
    }
    field
}

/// Whether Enter was pressed alone: with Ctrl it is the window's.
fn is_bare_enter(input: &egui::InputState) -> bool {
    input.events.iter().any(|event| {
        matches!(event, egui::Event::Key { key: Key::Enter, pressed: true, modifiers, .. } if !modifiers.command)
    })
}

/// Whether Enter was pressed in a field of [`form_field_ui`], which has the keyboard still.
#[must_use]
pub fn is_entered(field: &egui::Response) -> bool {
    let stays = |memory: &egui::Memory| memory.had_focus_last_frame(field.id) && memory.has_focus(field.id);
    field.ctx.memory(stays) && field.ctx.input(is_bare_enter)
}

/// Whether Esc was pressed while one of `parts` had the keyboard: then nothing else gets to see it.
#[must_use]
pub fn is_left(ui: &egui::Ui, parts: &[&egui::Response]) -> bool {
    parts.iter().any(|part| part.lost_focus())
        && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape))
}

/// Takes what is typed, where it can be used; says whether it can.
pub fn take_typed<T, E>(typed: Result<T, E>, setting: &mut T) -> bool {
    typed.map(|typed| *setting = typed).is_ok()
}

/// Marks a field whose content is wrong: its edge is red, and a screen reader says why.
pub fn mark_fault(ui: &egui::Ui, field: &egui::Response, fault: Option<&str>) {
    let Some(fault) = fault else { return };
    let edge = Stroke::new(1.0, tone_color(ui, Tone::Bad));
    ui.painter().rect_stroke(field.rect, CornerRadius::same(2), edge, StrokeKind::Inside);
    ui.ctx().accesskit_node_builder(field.id, |node| {
        node.set_invalid(Invalid::True);
        node.set_description(fault);
    });
}

/// Says what is wrong with a field.
pub fn fault_ui(ui: &mut egui::Ui, sentence: &str) {
    ui.add(Label::new(RichText::new(sentence).small().color(tone_color(ui, Tone::Bad))).wrap());
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::{NodeT as _, Queryable as _};

    fn typed<const MIN: u32>(text: &str) -> (String, Option<String>, f32) {
        let mut window =
            Harness::builder().with_max_steps(30).with_context_setup(crate::window::prepare).build_ui_state(
                |ui, field: &mut NumberField<MIN, 65_535>| {
                    field.ui(ui, "Port");
                    field.fault_ui(ui);
                },
                NumberField { text: String::new() },
            );
        window.get_by_role(egui::accesskit::Role::TextInput).focus();
        window.run();
        window.get_by_role(egui::accesskit::Role::TextInput).type_text(text);
        window.run();
        let field = window.get_by_role(egui::accesskit::Role::TextInput);
        let fault = field.accesskit_node().data().description().map(str::to_owned);
        assert_eq!(fault.is_some(), window.query_by_label_contains("Use a ").is_some());
        (field.value().unwrap_or_default(), fault, field.rect().width())
    }

    #[test]
    fn what_comes_and_goes_before_a_field_takes_the_keyboard_from_nobody_who_types() {
        let mut window = Harness::builder().with_max_steps(30).build_ui_state(
            |ui, text: &mut String| {
                if text.starts_with('%') && text.len() > 1 {
                    ui.label("what is sent");
                    let _button = ui.button("Copy");
                }
                text_field_ui(ui, "Pattern", text, 100.0, 100);
            },
            String::new(),
        );
        window.get_by_role(egui::accesskit::Role::TextInput).focus();
        window.run();
        for letter in ["%", "H", ":", "%", "M"] {
            window.event(egui::Event::Text(letter.to_owned()));
            window.run();
        }
        window.key_press(Key::Enter);
        window.run();
        window.event(egui::Event::Text("!".to_owned()));
        window.run();
        assert_eq!(window.state(), "%H:%M!");
    }

    #[test]
    fn only_enter_alone_and_in_the_field_itself_is_of_the_field() {
        let mut window = Harness::builder().with_max_steps(30).build_ui_state(
            |ui, (text, entered, pressed): &mut (String, u32, u32)| {
                let field = text_field_ui(ui, "Server", text, 100.0, 100);
                *entered += u32::from(is_entered(&field));
                *pressed += u32::from(ui.button("Choose").clicked());
            },
            (String::new(), 0, 0),
        );
        let field =
            |window: &Harness<'_, _>| window.get_by_role(egui::accesskit::Role::TextInput).is_focused();
        window.get_by_role(egui::accesskit::Role::TextInput).focus();
        window.run();
        window.key_press(Key::Enter);
        window.run();
        assert_eq!((window.state().1, field(&window)), (1, true));
        window.key_press_modifiers(egui::Modifiers::COMMAND, Key::Enter);
        window.run();
        assert_eq!(window.state().1, 1, "with Ctrl it is the window's");
        // In the very next frame.
        for key in [Key::Tab, Key::Enter] {
            let modifiers = egui::Modifiers::NONE;
            window.event(egui::Event::Key {
                key,
                physical_key: None,
                pressed: true,
                repeat: false,
                modifiers,
            });
        }
        window.run();
        assert_eq!((window.state().2, field(&window)), (1, false), "the field takes the keyboard back");
    }

    #[test]
    fn an_address_that_is_none_is_said_with_its_field() {
        let mut window = Harness::builder().with_max_steps(30).build_ui_state(
            |ui, field: &mut HostField| _ = field.ui(ui, "Listen on"),
            HostField::new(&"no host"),
        );
        window.run();
        let field = window.get_by_role(egui::accesskit::Role::TextInput);
        let fault = field.accesskit_node().data().description().map(str::to_owned);
        assert_eq!(fault.as_deref(), Some("This is neither an address nor a host name: no host"));
        window.get_by_label("This is neither an address nor a host name: no host");
    }

    #[test]
    fn what_is_typed_stays_and_what_is_wrong_with_it_is_said() {
        for (text, fault) in [
            ("70000", Some("Use a whole number from 1 to 65535, not 70000")),
            ("66x6", Some("Use a whole number from 1 to 65535, not 66x6")),
            ("0", Some("Use a whole number from 1 to 65535, not 0")),
            ("65535", None),
        ] {
            let (shown, said, width) = typed::<1>(text);
            assert_eq!((shown.as_str(), said.as_deref()), (text, fault));
            assert!((width - typed::<1>("7").2).abs() < 0.1, "the width depends on what is typed");
        }
        assert_eq!(typed::<0>("0").1, None, "a listener may take any port that is free");
    }
}
