//! The conversation: only what is in view is laid out, the end is followed until the user scrolls
//! away.

mod bar;
mod cache;
mod keys;
mod layout;
mod place;
mod walk;

use std::collections::BTreeMap;

use common::tr;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Rect, TextStyle, UiBuilder, pos2, vec2};

use crate::engine::MessageId;
use crate::find::Finder;
use crate::model::Model;
use crate::transcript::{Body, Entry, Transcript};
use cache::{Cache, Place};
use layout::{Around, Laid, lay_out, text_width};
use walk::{Shown, from_end, from_top, normal};

/// Left and right of the conversation.
const MARGIN: f32 = 8.0;

/// What the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HistoryIntent {
    /// Take an own message back.
    Stop(MessageId),
    /// Send the text of an own message again.
    TryAgain(MessageId),
    /// Send an own message when there is a connection, or do not.
    Want(MessageId, bool),
    /// Never send an own message.
    Discard(MessageId),
    /// The whole conversation in the clipboard.
    CopyAll,
    /// Back to the text box.
    Leave,
}

/// Where the upper edge of the view is.
#[derive(Debug, Clone, Copy, Default)]
struct Spot {
    seq: u64,
    piece: usize,
    /// Points of the piece that are above the view.
    offset: f32,
}

/// How the conversation is looked at.
#[derive(Debug)]
pub(super) struct History {
    cache: Cache,
    top: Spot,
    is_following: bool,
    /// Entries that there were when the end was last looked at.
    seen: u64,
    /// The first entry that came while nobody looked.
    marker: Option<u64>,
    /// The message that the keyboard is at.
    current: Option<u64>,
    /// From outside: so many messages on.
    steps: i8,
    /// Whether one of the messages has the focus.
    has_focus: bool,
    /// A byte of an entry that is to come into view.
    reveal: Option<(u64, usize)>,
    /// The entries that were in view, from the first to behind the last.
    in_view: (u64, u64),
    height: f32,
}

impl Default for History {
    fn default() -> Self {
        Self {
            cache: Cache::default(),
            top: Spot::default(),
            is_following: true,
            seen: 0,
            marker: None,
            current: None,
            steps: 0,
            has_focus: false,
            reveal: None,
            in_view: (0, 0),
            height: 0.0,
        }
    }
}

impl History {
    /// Goes to the end, and follows it.
    pub(super) fn follow(&mut self) {
        self.is_following = true;
    }

    /// The user has said something: what came before is read.
    pub(super) fn read_all(&mut self) {
        self.marker = None;
        self.follow();
    }

    /// Brings a byte of an entry into view.
    pub(super) fn reveal(&mut self, seq: u64, byte: usize) {
        self.reveal = Some((seq, byte));
    }

    /// Gives the focus to a message: the one before the current one, or the current one's follower.
    pub(super) fn enter(&mut self, is_up: bool) {
        self.steps = if is_up { -1 } else { 1 };
    }

    /// Moves the view by so many of its heights.
    pub(super) fn page(&mut self, pages: f32) {
        if pages < 0.0 {
            self.is_following = false;
        }
        self.top.offset += pages * (self.height - 24.0).max(24.0);
    }

    /// What comes from now on is new, unless somebody looks at the end.
    fn note_new(&mut self, transcript: &Transcript, is_attended: bool) {
        self.seen = self.seen.max(transcript.first());
        if is_attended && self.is_following {
            self.seen = transcript.total();
        } else if self.marker.is_none_or(|marker| marker < self.seen) {
            let is_server = |entry: &&Entry| matches!(entry.body, Body::Server { .. });
            let new = transcript.entries().rev().take_while(|entry| entry.seq >= self.seen);
            if new.filter(is_server).count() > 0 {
                self.marker = Some(self.seen);
            }
        }
    }
}

/// The pieces that were laid out in this frame.
struct Frame<'a> {
    ui: &'a egui::Ui,
    around: Around<'a>,
    transcript: &'a Transcript,
    first: u64,
    laid: BTreeMap<Place, Laid>,
}

impl Frame<'_> {
    fn height(&mut self, cache: &Cache, place: Place) -> f32 {
        if let Some(laid) = self.laid.get(&place) {
            return laid.height;
        }
        let seq = self.first + place.index as u64;
        let (Some(entry), Some(cached)) = (self.transcript.entry(seq), cache.get(place.index)) else {
            return 0.0;
        };
        let before = seq.checked_sub(1).and_then(|seq| self.transcript.entry(seq));
        let laid = lay_out(self.ui, &self.around, entry, before, &cached.pieces, place.piece);
        let height = laid.height;
        self.laid.insert(place, laid);
        height
    }
}

/// Lays out the conversation in all the space there is.
pub(super) fn history_ui(
    ui: &mut egui::Ui,
    history: &mut History,
    model: &Model,
    finder: &Finder,
) -> Option<HistoryIntent> {
    let rect = ui.available_rect_before_wrap();
    let builder = UiBuilder::new()
        .max_rect(rect)
        .id_salt("conversation")
        .accessibility_role(Role::List)
        .accessibility_label(tr!("tcp-chat-client-conversation"));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect.expand2(vec2(MARGIN, 0.0)).intersect(ui.clip_rect()));
        list_ui(ui, rect, history, model, finder)
    })
    .inner
}

fn list_ui(
    ui: &mut egui::Ui,
    rect: Rect,
    history: &mut History,
    model: &Model,
    finder: &Finder,
) -> Option<HistoryIntent> {
    let transcript = model.transcript();
    let view = rect.with_max_x(rect.right() - bar::WIDTH - MARGIN);
    let is_attended = ui.input(|input| input.focused);
    history.note_new(transcript, is_attended);
    history.height = rect.height();
    let row_height = ui.text_style_height(&TextStyle::Body);
    history.cache.sync(transcript, text_width(ui, view.width()), row_height);
    let mut intent = keys::keys(ui, history, model);
    let shown = {
        let mut out_of_view = None;
        let newest = |is: fn(&Body) -> bool| {
            transcript.entries().rfind(|entry| is(&entry.body)).map(|entry| entry.seq)
        };
        let newest = [
            newest(|body| matches!(body, Body::Server { .. })),
            newest(|body| matches!(body, Body::Own { .. })),
        ];
        let around = Around { model, finder, marker: history.marker, newest, width: view.width() };
        let first = transcript.first();
        let mut frame = Frame { ui, around, transcript, first, laid: BTreeMap::new() };
        let mut shown = scroll(history, &mut frame, rect);
        if let Some(seq) = newest[0] {
            // Said by a screen reader even where it is out of view.
            let place = Place { index: history.cache.index(seq), piece: 0 };
            if shown.last().is_none_or(|(last, _)| *last < place) {
                frame.height(&history.cache, place);
                out_of_view = Some(place);
            }
        }
        let laid = std::mem::take(&mut frame.laid);
        for (place, laid) in &laid {
            history.cache.set_height(*place, laid.height);
        }
        history.in_view = match (shown.first(), shown.last()) {
            (Some((first, _)), Some((last, _))) => {
                (history.cache.seq(first.index), history.cache.seq(last.index) + 1)
            }
            _ => (0, 0),
        };
        shown.extend(out_of_view.map(|place| (place, rect.height() + 8.0)));
        with_laid(&history.cache, shown, laid)
    };
    history.current = current(history, transcript);
    let had_focus = std::mem::take(&mut history.has_focus);
    for (seq, pieces) in shown {
        let Some(entry) = transcript.entry(seq) else { continue };
        let is_current = history.current == Some(seq);
        let done = place::entry_ui(ui, entry, pieces, view, is_current, is_current && had_focus);
        history.has_focus |= done.has_focus;
        if done.has_focus {
            history.current = Some(seq);
        }
        if done.is_copied {
            ui.ctx().copy_text(entry.body.text().into_owned());
        }
        intent = intent.or(done.intent);
    }
    scroll_bar_ui(ui, rect, history);
    if history.is_following && is_attended {
        history.seen = transcript.total();
    }
    if !history.is_following {
        to_the_end_ui(ui, history, transcript.total(), view);
    }
    intent
}

/// The pieces in view by their entry, what is laid out of each.
type Groups = Vec<(u64, Vec<(usize, f32, Laid)>)>;

fn with_laid(cache: &Cache, shown: Shown, mut laid: BTreeMap<Place, Laid>) -> Groups {
    let mut groups: Groups = Vec::new();
    for (place, top) in shown {
        let Some(laid) = laid.remove(&place) else { continue };
        let seq = cache.seq(place.index);
        match groups.last_mut() {
            Some((last, pieces)) if *last == seq => pieces.push((place.piece, top, laid)),
            _ => groups.push((seq, vec![(place.piece, top, laid)])),
        }
    }
    groups
}

/// Moves the view as the user wants, and says what is in it.
fn scroll(history: &mut History, frame: &mut Frame<'_>, rect: Rect) -> Shown {
    let History { cache, .. } = history;
    let cache = &*cache;
    let ui = frame.ui;
    let height = rect.height();
    let mut wheel = 0.0;
    if ui.rect_contains_pointer(rect) {
        wheel = ui.input(|input| input.smooth_scroll_delta().y);
    }
    let end = from_end(cache, height, |place| frame.height(cache, place));
    let is_full = end.first().is_some_and(|(place, top)| *top < 0.0 || cache.before(*place).is_some());
    if let Some((seq, byte)) = history.reveal.take()
        && let Some(cached) = cache.get(cache.index(seq))
    {
        let place = Place { index: cache.index(seq), piece: cached.pieces.at(byte) };
        let is_shown = cache.seq(place.index) == history.top.seq && place.piece == history.top.piece;
        if !is_shown {
            history.is_following = false;
            history.top = Spot { seq, piece: place.piece, offset: -height / 3.0 };
        }
    }
    if !is_full || history.is_following && wheel <= 0.0 {
        history.is_following = true;
        note_top(history, &end);
        return end;
    }
    if history.is_following {
        note_top(history, &end);
        history.is_following = false;
    }
    let cache = &history.cache;
    let index = cache.index(history.top.seq).min(cache.len().saturating_sub(1));
    let piece = if cache.seq(index) == history.top.seq { history.top.piece } else { 0 };
    let (place, offset) =
        normal(cache, Place { index, piece }, history.top.offset - wheel, |place| frame.height(cache, place));
    let (shown, bottom) = from_top(cache, place, offset, height, |place| frame.height(cache, place));
    let has_end = shown.last().map(|(place, _)| *place) == cache.last();
    if has_end && bottom <= height + 0.5 && !history.has_focus_above(&shown) {
        history.is_following = true;
        note_top(history, &end);
        return end;
    }
    history.top = Spot { seq: cache.seq(place.index), piece: place.piece, offset };
    shown
}

fn note_top(history: &mut History, shown: &Shown) {
    if let Some((place, top)) = shown.first() {
        history.top = Spot { seq: history.cache.seq(place.index), piece: place.piece, offset: -top };
    }
}

impl History {
    /// Whether following the end would take the message that has the focus out of view.
    fn has_focus_above(&self, shown: &Shown) -> bool {
        let first = shown.first().map(|(place, _)| self.cache.seq(place.index));
        self.has_focus && self.current.is_some_and(|current| first.is_some_and(|first| current < first))
    }
}

/// The message that Tab leads to: the one that the keyboard was at, else the last in view.
fn current(history: &History, transcript: &Transcript) -> Option<u64> {
    let (start, end) = history.in_view;
    let kept = history.current.filter(|seq| history.has_focus && (start..end).contains(seq));
    kept.or_else(|| end.checked_sub(1).filter(|seq| transcript.entry(*seq).is_some()))
}

fn scroll_bar_ui(ui: &egui::Ui, rect: Rect, history: &mut History) {
    let top = Place { index: history.cache.index(history.top.seq), piece: history.top.piece };
    let (total, above) = history.cache.extent(top);
    let above = above + f64::from(history.top.offset);
    if let Some(part) = bar::bar_ui(ui, rect, total, above) {
        history.is_following = part >= 1.0;
        if let Some((place, down)) = history.cache.at(part * (total - f64::from(rect.height()))) {
            #[expect(clippy::cast_possible_truncation, reason = "points of one piece")]
            let offset = down as f32;
            history.top = Spot { seq: history.cache.seq(place.index), piece: place.piece, offset };
        }
        ui.ctx().request_repaint();
    }
}

/// The way back, over the lower right corner.
fn to_the_end_ui(ui: &mut egui::Ui, history: &mut History, total: u64, view: Rect) {
    let label = match total.saturating_sub(history.seen) {
        0 => tr!("tcp-chat-client-to-end").to_owned(),
        new => tr!("tcp-chat-client-new", count = new),
    };
    let size = vec2(96.0, 28.0);
    let corner = pos2(view.right() - 4.0, view.bottom() - 8.0);
    let place = Rect::from_min_max(corner - size, corner);
    if ui.put(place, egui::Button::new(label)).clicked() {
        history.follow();
        ui.ctx().request_repaint();
    }
}
