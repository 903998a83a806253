//! One entry of the conversation.

use common::text::escape_block;
use common::window::{Tone, tone_color};
use eframe::egui::{self, Align, Label, Layout, RichText, accesskit, vec2};

use super::history::HistoryIntent;
use crate::engine::MessageId;
use crate::model::Model;
use crate::transcript::{Body, Entry, OwnState};
use crate::words;

/// Width of the column with who said it, and of that with when.
const SPEAKER_WIDTH: f32 = 44.0;
const TIME_WIDTH: f32 = 36.0;

/// About as wide as a text is laid out.
pub(super) fn text_width(ui: &egui::Ui) -> f32 {
    let spacing = ui.spacing();
    ui.available_width()
        - SPEAKER_WIDTH
        - TIME_WIDTH
        - 2.0 * spacing.item_spacing.x
        - spacing.scroll.allocated_width()
}

/// Lays out an entry; `is_newest` for the newest one of the server.
pub(super) fn entry_ui(
    ui: &mut egui::Ui,
    entry: &Entry,
    model: &Model,
    is_newest: bool,
) -> Option<HistoryIntent> {
    match &entry.body {
        Body::Note(text) => {
            ui.add(Label::new(RichText::new(&**text).color(tone_color(ui, Tone::Quiet))).wrap());
            None
        }
        Body::Own { id, text, state } => {
            said_ui(ui, entry, "Client", text, false, |ui| own_state_ui(ui, *id, state, model))
        }
        Body::Server { bot, text, streams_for } => {
            // While it streams it would be read out piece by piece.
            let is_live = is_newest && streams_for.is_none();
            let other_bot = bot.as_deref().filter(|bot| model.bot().is_none_or(|welcomed| welcomed != *bot));
            said_ui(ui, entry, "Server", text, is_live, |ui| {
                if let Some(bot) = other_bot {
                    small(ui, &format!("by {}", words::name(bot)), Tone::Quiet);
                }
                None
            })
        }
    }
}

fn said_ui(
    ui: &mut egui::Ui,
    entry: &Entry,
    speaker: &str,
    text: &str,
    is_live: bool,
    below: impl FnOnce(&mut egui::Ui) -> Option<HistoryIntent>,
) -> Option<HistoryIntent> {
    let tone = if speaker == "Client" { Tone::Accent } else { Tone::Good };
    ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
        column(ui, SPEAKER_WIDTH, RichText::new(speaker).strong().color(tone_color(ui, tone)));
        let time = RichText::new(entry.at.format("%H:%M").to_string()).color(tone_color(ui, Tone::Quiet));
        column(ui, TIME_WIDTH, time);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let shown = ui.add(Label::new(&*escape_block(text)).wrap());
            if is_live {
                ui.ctx().accesskit_node_builder(shown.id, |node| node.set_live(accesskit::Live::Polite));
            }
            below(ui)
        })
        .inner
    })
    .inner
}

fn column(ui: &mut egui::Ui, width: f32, text: RichText) {
    let height = ui.text_style_height(&egui::TextStyle::Body);
    ui.allocate_ui_with_layout(vec2(width, height), Layout::left_to_right(Align::Min), |ui| {
        ui.set_min_width(width);
        ui.add(Label::new(text).extend());
    });
}

fn own_state_ui(ui: &mut egui::Ui, id: MessageId, state: &OwnState, model: &Model) -> Option<HistoryIntent> {
    let tone = match state {
        OwnState::Failed { .. } => Tone::Bad,
        OwnState::Answered => Tone::Quiet,
        _ => Tone::Waiting,
    };
    let (label, is_enabled, intent) = match state {
        OwnState::Failed { is_retried: false, .. } => {
            ("Try again", model.can_send(), HistoryIntent::TryAgain(id))
        }
        state if state.is_open() && model.can_stop() => ("Stop", true, HistoryIntent::Stop(id)),
        _ => {
            small(ui, &state.words(), tone);
            return None;
        }
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = 20.0;
        small(ui, &state.words(), tone);
        let button = ui.add_enabled(is_enabled, egui::Button::new(label).small());
        button.clicked().then_some(intent)
    })
    .inner
}

fn small(ui: &mut egui::Ui, text: &str, tone: Tone) {
    ui.add(Label::new(RichText::new(text).small().color(tone_color(ui, tone))).wrap());
}
