//! The conversation: only what is in view is laid out, the end is followed until the user scrolls
//! away.

use std::collections::VecDeque;

use common::window::{Tone, tone_color};
use eframe::egui::{self, RichText, ScrollArea, TextStyle, UiBuilder, pos2, vec2};

use super::entry::entry_ui;
use crate::engine::MessageId;
use crate::model::Model;
use crate::transcript::{Body, Entry};

/// Space below an entry, in points.
const GAP: f32 = 6.0;

/// The newest entries are laid out even out of view, for those who read with a screen reader.
const ALWAYS_ENTRIES: usize = 20;

/// ... as long as they are not longer than this together.
const ALWAYS_BYTES: usize = 16 * 1024;

/// What the user wants of an own message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryIntent {
    /// Take it back.
    Stop(MessageId),
    /// Send its text again.
    TryAgain(MessageId),
}

/// How the conversation is looked at.
#[derive(Debug)]
pub struct History {
    /// Of each entry, measured when it was last in view, or estimated.
    heights: VecDeque<f32>,
    /// The entry of the first height.
    first_seq: u64,
    is_following: bool,
    /// Entries that there were when the end was last in view.
    seen: u64,
    /// Where the end was in the last frame.
    end_offset: f32,
    /// Whether the next frame goes to the end.
    is_jumping: bool,
}

impl Default for History {
    fn default() -> Self {
        Self {
            heights: VecDeque::new(),
            first_seq: 0,
            is_following: true,
            seen: 0,
            end_offset: 0.0,
            is_jumping: false,
        }
    }
}

impl History {
    /// Goes to the end, and follows it.
    pub fn follow(&mut self) {
        self.is_jumping = true;
        self.is_following = true;
    }

    /// As many heights as there are entries.
    fn sync<'a>(
        &mut self,
        first_seq: u64,
        entries: impl ExactSizeIterator<Item = &'a Entry>,
        row_height: f32,
        width: f32,
    ) {
        while self.first_seq < first_seq {
            self.heights.pop_front();
            self.first_seq += 1;
        }
        for entry in entries.skip(self.heights.len()) {
            self.heights.push_back(estimate(entry, row_height, width));
        }
    }
}

/// About as high as the entry will be: it is measured when it comes into view.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn estimate(entry: &Entry, row_height: f32, width: f32) -> f32 {
    let text = match &entry.body {
        Body::Note(text) | Body::Own { text, .. } | Body::Server { text, .. } => text,
    };
    let chars_a_row = (width / (row_height * 0.45)).max(8.0);
    let rows = text.len() as f32 / chars_a_row + text.matches('\n').count() as f32;
    (rows.floor() + 1.0).mul_add(row_height, GAP)
}

/// Lays out the conversation in all the space there is.
pub fn history_ui(ui: &mut egui::Ui, history: &mut History, model: &Model) -> Option<HistoryIntent> {
    let transcript = model.transcript();
    let row_height = ui.text_style_height(&TextStyle::Body);
    let is_wide_enough = ui.available_width() > 0.0;
    history.sync(transcript.dropped(), transcript.entries(), row_height, ui.available_width() - 100.0);
    if transcript.dropped() > 0 {
        let note = format!("{} older entries are not kept", transcript.dropped());
        ui.label(RichText::new(note).small().color(tone_color(ui, Tone::Quiet)));
    }
    let mut area = ScrollArea::vertical().auto_shrink(false).stick_to_bottom(history.is_following);
    if std::mem::take(&mut history.is_jumping) {
        area = area.vertical_scroll_offset(history.end_offset);
    }
    let mut intent = None;
    let shown = area.show_viewport(ui, |ui, viewport| {
        intent = entries_ui(ui, viewport, history, model);
    });
    history.end_offset = (shown.content_size.y - shown.inner_rect.height()).max(0.0);
    if is_wide_enough {
        history.is_following = history.end_offset - shown.state.clamped_offset().y < row_height;
    }
    if history.is_following {
        history.seen = transcript.total();
    } else {
        to_the_end_ui(ui, history, transcript.total(), shown.inner_rect);
    }
    intent
}

fn entries_ui(
    ui: &mut egui::Ui,
    viewport: egui::Rect,
    history: &mut History,
    model: &Model,
) -> Option<HistoryIntent> {
    let transcript = model.transcript();
    ui.set_height(history.heights.iter().sum());
    let always = always_laid_out(transcript.entries());
    let newest = transcript.entries().rfind(|entry| matches!(entry.body, Body::Server { .. }));
    let newest = newest.map(|entry| entry.seq);
    let (origin, width) = (ui.max_rect().min, ui.available_width());
    let mut intent = None;
    let mut top = 0.0;
    let mut has_changed = false;
    for (entry, height) in transcript.entries().zip(&mut history.heights) {
        let is_in_view = top + *height >= viewport.top() && top <= viewport.bottom();
        if is_in_view || entry.seq >= always {
            let place = egui::Rect::from_min_size(origin + vec2(0.0, top), vec2(width, *height));
            let laid_out = ui.scope_builder(UiBuilder::new().max_rect(place).id_salt(entry.seq), |ui| {
                entry_ui(ui, entry, model, newest == Some(entry.seq))
            });
            intent = intent.or(laid_out.inner);
            let measured = laid_out.response.rect.height() + GAP;
            has_changed |= (measured - *height).abs() > 0.5;
            *height = measured;
        }
        top += *height;
    }
    if has_changed {
        // The places of what follows, and the end, are known in the next frame.
        ui.ctx().request_repaint();
    }
    intent
}

/// The first entry of those that are laid out even out of view.
fn always_laid_out<'a>(entries: impl DoubleEndedIterator<Item = &'a Entry>) -> u64 {
    let mut bytes = 0;
    let newest = entries.rev().take(ALWAYS_ENTRIES).take_while(|entry| {
        bytes += match &entry.body {
            Body::Note(text) | Body::Own { text, .. } | Body::Server { text, .. } => text.len(),
        };
        bytes <= ALWAYS_BYTES
    });
    newest.last().map_or(u64::MAX, |entry| entry.seq)
}

/// The way back, over the lower right corner.
fn to_the_end_ui(ui: &mut egui::Ui, history: &mut History, total: u64, inner: egui::Rect) {
    let label = match total - history.seen {
        0 => "To the end".to_owned(),
        new => format!("{new} new"),
    };
    let size = vec2(96.0, 28.0);
    let corner = pos2(inner.right() - 12.0, inner.bottom() - 8.0);
    let place = egui::Rect::from_min_max(corner - size, corner);
    if ui.put(place, egui::Button::new(label)).clicked() {
        history.follow();
    }
}
