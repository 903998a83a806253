//! Access control: its settings, and what it is set to in a sentence.

use common::net::{Network, NetworkError};
use common::secret::{Hidden, Secret};
use common::status::Tone;
use common::texts::sentence;
use common::tr;
use common::window::{choice_ui, fault_ui, form_field_ui, label_ui, mark_fault, small_button, toned_ui};
use eframe::egui::{Align2, Button, Label, RichText, TextEdit, Ui};
use rand::seq::IndexedRandom as _;

use super::widgets::{Asking, asking_ui};
use crate::config::{Access, TlsChoice};
use crate::engine::AccessState;

/// How many words a suggested pass phrase has. With a choice of 256 for each there are four thousand million phrases, of
/// which an address can try three a minute.
const WORDS: usize = 4;

/// The words to choose from: short, known to many, and none sounds like another.
const WORD_LIST: &str = include_str!("words.txt");

/// The settings of the access as they are being typed.
#[derive(Debug)]
pub(super) struct AccessForm {
    pass: Hidden,
    /// The key store has a phrase of an earlier run, which stays wanted until the user removes it.
    is_kept: bool,
    networks: String,
    /// The user is asked whether the phrase that is kept is to be forgotten.
    asks_to_remove: bool,
}

impl AccessForm {
    pub(super) fn new(access: &Access) -> Self {
        let networks: Vec<_> = access.allow.iter().map(Network::to_string).collect();
        let pass = Hidden(access.pass.as_ref().map_or("", Secret::reveal).to_owned());
        let is_kept = access.wants_pass && access.pass.is_none();
        Self { pass, is_kept, networks: networks.join(", "), asks_to_remove: false }
    }

    /// Takes over the settings, which say nothing of the phrase.
    pub(super) fn reset(&mut self, access: &Access) {
        self.networks = Self::new(access).networks;
    }

    /// The networks that are typed.
    ///
    /// # Errors
    /// Where one of them is none.
    pub(super) fn networks(&self) -> Result<Vec<Network>, NetworkError> {
        let typed = self.networks.split([',', ' ']).filter(|network| !network.is_empty());
        typed.map(str::parse).collect()
    }

    /// Lays out the settings, and takes what can be used; `true` where the phrase that is kept is to be forgotten.
    pub(super) fn ui(&mut self, ui: &mut Ui, access: &mut Access) -> bool {
        let had_pass = access.wants_pass;
        let choices = [
            (TlsChoice::On, tr!("tcp-chat-server-tls-on")),
            (TlsChoice::Only, tr!("tcp-chat-server-tls-only")),
            (TlsChoice::Off, tr!("tcp-chat-server-tls-off")),
        ];
        choice_ui(ui, tr!("tcp-chat-server-tls"), None, &choices, &mut access.tls);
        ui.horizontal_wrapped(|ui| {
            let label = label_ui(ui, tr!("tcp-chat-server-pass"));
            let is_kept = access.wants_pass && self.pass.0.is_empty();
            let hint = tr!(if is_kept { "tcp-chat-server-pass-kept" } else { "tcp-chat-server-pass-none" });
            let field = TextEdit::singleline(&mut self.pass.0)
                .hint_text(hint)
                .desired_width(220.0)
                .align(Align2::LEFT_CENTER);
            let field = form_field_ui(ui, label, "pass", field);
            let is_changed = field.on_hover_text(tr!("tcp-chat-server-pass-hint")).changed();
            let is_suggested = ui.add(Button::new(tr!("tcp-chat-server-pass-suggest"))).clicked();
            if is_suggested {
                self.pass.0 = suggested();
            }
            let remove = tr!("tcp-chat-server-pass-remove-ask");
            let asking = Asking {
                face: remove,
                name: remove,
                hint: "",
                question: tr!("tcp-chat-server-pass-remove-question"),
                answer: tr!("tcp-chat-server-pass-remove"),
            };
            let is_removed = is_kept && asking_ui(ui, true, &mut self.asks_to_remove, asking);
            access.pass = Secret::new(&self.pass.0);
            self.is_kept &= !is_removed;
            if is_changed || is_suggested || is_removed {
                access.wants_pass = access.pass.is_some() || self.is_kept;
            }
        });
        ui.horizontal_wrapped(|ui| {
            let label = label_ui(ui, tr!("tcp-chat-server-networks"));
            let hint = tr!("tcp-chat-server-networks-all");
            let field = TextEdit::singleline(&mut self.networks)
                .hint_text(hint)
                .desired_width(220.0)
                .align(Align2::LEFT_CENTER);
            let field = form_field_ui(ui, label, "networks", field);
            mark_fault(ui, &field, self.networks().err().map(|error| sentence(&error)).as_deref());
            field.on_hover_text(tr!("tcp-chat-server-networks-hint"));
        });
        if let Ok(networks) = self.networks() {
            access.allow = networks;
        }
        self.fault_ui(ui);
        had_pass && !access.wants_pass
    }

    /// Says what is wrong with the networks.
    pub(super) fn fault_ui(&self, ui: &mut Ui) {
        if let Err(error) = self.networks() {
            fault_ui(ui, &sentence(&error));
        }
    }
}

fn suggested() -> String {
    let words: Vec<&str> = WORD_LIST.split_whitespace().collect();
    let mut random = rand::rng();
    let chosen: Vec<&str> = (0..WORDS).filter_map(|_| words.choose(&mut random).copied()).collect();
    chosen.join(" ")
}

/// Lays out a sentence about who can connect, and the key that clients compare. Where the server listens on every network,
/// one button keeps out all clients but those of `lan`, and one lets everybody in again: gives the networks to allow. A list of other
/// networks is one that somebody typed, and is left alone, but for `chosen`, which is what the first button was pressed for before this
/// computer went to another network.
pub(super) fn access_ui(
    ui: &mut Ui,
    access: &AccessState,
    lan: &[Network],
    chosen: &[Network],
) -> Option<Vec<Network>> {
    let mut wanted = None;
    ui.horizontal_wrapped(|ui| {
        toned_ui(ui, sentence(&access.words()), Tone::Quiet);
        if !lan.is_empty() && access.networks.is_empty() {
            let networks: Vec<_> = lan.iter().map(Network::to_string).collect();
            let hint = tr!("tcp-chat-server-lan-only-hint", networks = networks.join(", "));
            if ui.add(small_button(tr!("tcp-chat-server-lan-only"))).on_hover_text(hint).clicked() {
                wanted = Some(lan.to_vec());
            }
        } else if !lan.is_empty()
            && (access.networks == chosen || access.networks.iter().all(|network| lan.contains(network)))
            && ui.add(small_button(tr!("tcp-chat-server-let-all-in"))).clicked()
        {
            wanted = Some(Vec::new());
        }
        if let Some(key) = access.key {
            toned_ui(ui, tr!("tcp-chat-server-key"), Tone::Quiet);
            ui.add(Label::new(RichText::new(key.groups()).monospace().small()).selectable(true));
            if ui.add(small_button(tr!("tcp-chat-server-copy-key"))).clicked() {
                ui.ctx().copy_text(key.to_string());
            }
        }
    });
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_phrase_that_is_typed_is_never_printed() {
        let pass = Secret::new("correct horse");
        let form = AccessForm::new(&Access { pass, ..Access::default() });
        assert!(!format!("{form:?}").contains("horse"));
    }

    #[test]
    fn a_suggested_phrase_has_four_words_of_many() {
        let words: std::collections::BTreeSet<&str> = WORD_LIST.split_whitespace().collect();
        assert_eq!(words.len(), 256, "a word stands twice, or is missing");
        assert_eq!(WORD_LIST.split_whitespace().count(), 256);
        let (first, second) = (suggested(), suggested());
        assert!(
            first.split(' ').count() == 4 && first.split(' ').all(|word| words.contains(word)),
            "{first}"
        );
        assert_ne!(first, second);
    }
}
