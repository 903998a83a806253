//! The conversation: only what is in view is laid out, the end is followed until the user scrolls
//! away.

use std::collections::VecDeque;

use common::window::{Tone, tone_color};
use eframe::egui::{self, Color32, RichText, ScrollArea, TextStyle, UiBuilder, pos2, vec2};

use super::entry::{entry_ui, text_width};
use crate::engine::MessageId;
use crate::model::Model;
use crate::transcript::{Body, Entry, Transcript};

/// Space below an entry, in points.
const GAP: f32 = 8.0;

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

/// How high an entry is, in points.
#[derive(Debug, Clone, Copy)]
struct Height {
    points: f32,
    /// Whether it was laid out, and not only estimated.
    is_measured: bool,
}

/// How the conversation is looked at.
#[derive(Debug)]
pub struct History {
    heights: VecDeque<Height>,
    /// The entry of the first height.
    first_seq: u64,
    is_following: bool,
    /// Entries that there were when the end was last in view.
    seen: u64,
    /// How far down the view was.
    offset: f32,
    /// Height of the note above the entries.
    note_height: f32,
}

impl Default for History {
    fn default() -> Self {
        Self {
            heights: VecDeque::new(),
            first_seq: 0,
            is_following: true,
            seen: 0,
            offset: 0.0,
            note_height: 0.0,
        }
    }
}

impl History {
    /// Goes to the end, and follows it.
    pub fn follow(&mut self) {
        self.is_following = true;
    }

    /// As many heights as there are entries; the height of those that are not kept any more.
    fn sync(&mut self, transcript: &Transcript, row_height: f32, width: f32) -> f32 {
        let mut removed = 0.0;
        while self.first_seq < transcript.dropped() {
            removed += self.heights.pop_front().map_or(0.0, |height| height.points);
            self.first_seq += 1;
        }
        for entry in transcript.entries().skip(self.heights.len()) {
            let points = estimate(entry, row_height, width);
            self.heights.push_back(Height { points, is_measured: false });
        }
        removed
    }

    /// Makes sure of the heights at the end, which decide what is in view there.
    fn sharpen_end(&mut self, ui: &egui::Ui, transcript: &Transcript, width: f32, mut view: f32) {
        let font = TextStyle::Body.resolve(ui.style());
        for (height, entry) in self.heights.iter_mut().zip(transcript.entries()).rev() {
            if view <= 0.0 {
                return;
            }
            if !height.is_measured {
                let text = entry.body.text().to_owned();
                let galley = ui.painter().layout(text, font.clone(), Color32::PLACEHOLDER, width);
                height.points = galley.size().y + GAP;
            }
            view -= height.points;
        }
    }

    fn total(&self) -> f32 {
        self.heights.iter().map(|height| height.points).sum()
    }
}

/// About as high as the entry will be: it is measured when it comes into view.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn estimate(entry: &Entry, row_height: f32, width: f32) -> f32 {
    let text = entry.body.text();
    let chars_a_row = (width / (row_height * 0.45)).max(8.0);
    let rows = text.len() as f32 / chars_a_row + text.matches('\n').count() as f32;
    (rows.floor() + 1.0).mul_add(row_height, GAP)
}

/// Lays out the conversation in all the space there is.
pub fn history_ui(ui: &mut egui::Ui, history: &mut History, model: &Model) -> Option<HistoryIntent> {
    let transcript = model.transcript();
    let row_height = ui.text_style_height(&TextStyle::Body);
    let top = ui.cursor().top();
    if transcript.dropped() > 0 {
        let note = format!("{} older entries are not kept", transcript.dropped());
        ui.label(RichText::new(note).small().color(tone_color(ui, Tone::Quiet)));
    }
    let note_height = ui.cursor().top() - top;
    let text_width = text_width(ui);
    let removed = history.sync(transcript, row_height, text_width);
    // What is in view stays where it is, whatever goes or comes above it.
    let moved = note_height - std::mem::replace(&mut history.note_height, note_height) - removed;
    // It would spring back from an end that is new in this frame.
    ui.spacing_mut().scroll.kinetic.rubber_band = false;
    let mut area = ScrollArea::vertical().auto_shrink(false);
    let mut asked_offset = f32::INFINITY;
    if history.is_following {
        history.sharpen_end(ui, transcript, text_width, ui.available_height());
        asked_offset = (history.total() - ui.available_height()).max(0.0);
        area = area.vertical_scroll_offset(asked_offset);
    } else if moved.abs() > 0.0 {
        area = area.vertical_scroll_offset((history.offset + moved).max(0.0));
    }
    let mut intent = None;
    let shown = area.show_viewport(ui, |ui, viewport| {
        intent = entries_ui(ui, viewport, history, model);
    });
    history.offset = shown.state.clamped_offset().y;
    // Following ends when the user scrolls up, and not when an entry is higher than estimated.
    let end_offset = (shown.content_size.y - shown.inner_rect.height()).max(0.0);
    history.is_following = shown.state.clamped_offset().y > end_offset.min(asked_offset) - 1.0;
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
    ui.set_height(history.total());
    let always = always_laid_out(transcript.entries());
    let newest = transcript.entries().rfind(|entry| matches!(entry.body, Body::Server { .. }));
    let newest = newest.map(|entry| entry.seq);
    let (origin, width) = (ui.max_rect().min, ui.available_width());
    let mut intent = None;
    let mut top = 0.0;
    let mut has_changed = false;
    for (entry, height) in transcript.entries().zip(&mut history.heights) {
        let is_in_view = top + height.points >= viewport.top() && top <= viewport.bottom();
        if is_in_view || entry.seq >= always {
            let place = egui::Rect::from_min_size(origin + vec2(0.0, top), vec2(width, height.points));
            let laid_out = ui.scope_builder(UiBuilder::new().max_rect(place).id_salt(entry.seq), |ui| {
                entry_ui(ui, entry, model, newest == Some(entry.seq))
            });
            intent = intent.or(laid_out.inner);
            let measured = laid_out.response.rect.height() + GAP;
            has_changed |= (measured - height.points).abs() > 0.5;
            *height = Height { points: measured, is_measured: true };
        }
        top += height.points;
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
        bytes += entry.body.text().len();
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
