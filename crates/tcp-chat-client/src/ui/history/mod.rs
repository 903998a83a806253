//! The conversation: only what is in view is laid out, the end is followed until the user scrolls
//! away.

mod cache;
mod keys;
mod layout;
mod place;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use common::status::Tone;
use common::tr;
use common::window::list::{Placed, Scroll, scroll_bar};
use common::window::tone_color;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Align, Layout, Rect, TextStyle, TextWrapMode, UiBuilder, vec2};

use crate::engine::MessageId;
use crate::find::Finder;
use crate::model::Model;
use crate::transcript::{Body, Entry, Transcript};
use cache::{Cache, Place};
use layout::{Around, Laid, lay_out, line_width};

/// Left and right of the conversation.
const MARGIN: f32 = 8.0;

/// Width of the scroll bar.
const BAR: f32 = 10.0;

/// What the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HistoryAction {
    /// Take an own message back.
    Cancel(MessageId),
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

/// How the conversation is looked at.
#[derive(Debug, Default)]
pub(super) struct History {
    cache: Cache,
    scroll: Scroll<Place>,
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

impl History {
    /// Goes to the end, and follows it.
    pub(super) fn follow(&mut self) {
        self.scroll.follow();
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
        if pages < 0.0 || !self.scroll.is_following() {
            self.scroll.by(pages * (self.height - 24.0).max(24.0));
        }
    }

    /// What comes from now on is new, unless somebody looks at the end.
    fn note_new(&mut self, transcript: &Transcript, is_attended: bool) {
        self.seen = self.seen.max(transcript.first());
        if is_attended && self.scroll.is_following() {
            self.seen = transcript.total();
        } else if self.marker.is_none_or(|marker| marker < self.seen)
            && let Some(first) = self.news(transcript).last()
        {
            self.marker = Some(first.seq);
        }
    }

    /// What was said by the server and is new, the newest first.
    fn news<'a>(&self, transcript: &'a Transcript) -> impl Iterator<Item = &'a Entry> {
        let new = transcript.entries().rev().take_while(|entry| entry.seq >= self.seen);
        new.filter(|entry| matches!(entry.body, Body::Server { .. }))
    }
}

/// The chunks that were laid out in this frame.
struct Frame<'a> {
    ui: &'a egui::Ui,
    around: Around<'a>,
    transcript: &'a Transcript,
    cache: &'a Cache,
    laid: BTreeMap<Place, Laid>,
}

impl Frame<'_> {
    fn height(&mut self, place: Place) -> f32 {
        if let Some(laid) = self.laid.get(&place) {
            return laid.height;
        }
        let Place { seq, chunk } = place;
        let (Some(entry), Some(cached)) = (self.transcript.entry(seq), self.cache.get(seq)) else {
            return 0.0;
        };
        let before = seq.checked_sub(1).and_then(|seq| self.transcript.entry(seq));
        let laid = lay_out(self.ui, &self.around, entry, before, &cached.chunks, chunk);
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
    today: NaiveDate,
) -> Option<HistoryAction> {
    let rect = ui.available_rect_before_wrap();
    let builder = UiBuilder::new()
        .max_rect(rect)
        .id_salt("conversation")
        .accessibility_role(Role::List)
        .accessibility_label(tr!("tcp-chat-client-conversation"));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect.expand2(vec2(MARGIN, 0.0)).intersect(ui.clip_rect()));
        list_ui(ui, rect, history, (model, finder, today))
    })
    .inner
}

fn list_ui(
    ui: &mut egui::Ui,
    rect: Rect,
    history: &mut History,
    (model, finder, today): (&Model, &Finder, NaiveDate),
) -> Option<HistoryAction> {
    let transcript = model.transcript();
    let view = column(ui, rect);
    let is_attended = ui.input(|input| input.focused);
    history.note_new(transcript, is_attended);
    history.height = rect.height();
    let row_height = ui.text_style_height(&TextStyle::Body);
    history.cache.sync(transcript, view.width(), row_height);
    let mut action = keys::keys(ui, history, model);
    let shown = {
        let mut out_of_view = None;
        let newest = |is: fn(&Body) -> bool| {
            transcript.entries().rfind(|entry| is(&entry.body)).map(|entry| entry.seq)
        };
        let newest = [
            newest(|body| matches!(body, Body::Server { .. })),
            newest(|body| matches!(body, Body::Own { .. })),
        ];
        let around = Around { model, finder, marker: history.marker, newest, width: view.width(), today };
        let mut frame = Frame { ui, around, transcript, cache: &history.cache, laid: BTreeMap::new() };
        let focused = history.current.filter(|_| history.has_focus);
        let mut shown = move_view(&mut history.scroll, history.reveal.take(), focused, &mut frame, rect);
        if let Some(seq) = newest[0] {
            // Said by a screen reader even where it is out of view.
            let place = Place { seq, chunk: 0 };
            if shown.last().is_none_or(|(last, _)| *last < place) {
                frame.height(place);
                out_of_view = Some(place);
            }
        }
        let laid = frame.laid;
        anchor(&mut shown, &laid, rect.height());
        for (place, laid) in &laid {
            history.cache.set_height(*place, laid.height);
        }
        history.in_view = match (shown.first(), shown.last()) {
            (Some((first, _)), Some((last, _))) => (first.seq, last.seq + 1),
            _ => (0, 0),
        };
        shown.extend(out_of_view.map(|place| (place, rect.height() + 8.0)));
        with_laid(shown, laid)
    };
    history.current = current(history, transcript);
    let had_focus = std::mem::take(&mut history.has_focus);
    for (seq, chunks) in shown {
        let Some(entry) = transcript.entry(seq) else { continue };
        let is_current = history.current == Some(seq);
        let done = place::entry_ui(ui, model, entry, chunks, view, is_current, is_current && had_focus);
        history.has_focus |= done.has_focus;
        if done.has_focus {
            history.current = Some(seq);
        }
        if done.is_copied {
            ui.ctx().copy_text(entry.body.text().into_owned());
        }
        action = action.or(done.action);
    }
    scroll_bar_ui(ui, rect, history);
    if history.scroll.is_following() && is_attended {
        history.seen = transcript.total();
    }
    if !history.scroll.is_following() {
        to_the_end_ui(ui, history, transcript, view);
    }
    action
}

/// Where the texts stand: not too wide to be read, and in the middle.
pub(super) fn column(ui: &egui::Ui, rect: Rect) -> Rect {
    let room = rect.with_max_x(rect.right() - BAR - MARGIN);
    let spare = (room.width() - line_width(ui, room.width())) / 2.0;
    room.shrink2(vec2(spare.floor().max(0.0), 0.0))
}

/// Has what does not fill the view stand at its lower end.
fn anchor(shown: &mut Placed<Place>, laid: &BTreeMap<Place, Laid>, height: f32) {
    let Some((last, top)) = shown.last() else { return };
    let spare = height - top - laid.get(last).map_or(0.0, |laid| laid.height);
    if spare > 0.0 {
        for (_, top) in shown.iter_mut() {
            *top += spare;
        }
    }
}

/// The chunks in view by their entry, what is laid out of each.
type Groups = Vec<(u64, Vec<(usize, f32, Laid)>)>;

fn with_laid(shown: Placed<Place>, mut laid: BTreeMap<Place, Laid>) -> Groups {
    let mut groups: Groups = Vec::new();
    for (place, top) in shown {
        let Some(laid) = laid.remove(&place) else { continue };
        let seq = place.seq;
        match groups.last_mut() {
            Some((last, chunks)) if *last == seq => chunks.push((place.chunk, top, laid)),
            _ => groups.push((seq, vec![(place.chunk, top, laid)])),
        }
    }
    groups
}

/// Moves the view as the user wants, and says what is in it. The end is not followed where that would take the
/// message that has the focus out of view.
fn move_view(
    scroll: &mut Scroll<Place>,
    reveal: Option<(u64, usize)>,
    focused: Option<u64>,
    frame: &mut Frame<'_>,
    rect: Rect,
) -> Placed<Place> {
    if let Some((seq, byte)) = reveal
        && let Some(cached) = frame.cache.get(seq)
    {
        let place = Place { seq, chunk: cached.chunks.at(byte) };
        if place != scroll.top().0 {
            scroll.go_to(place, -rect.height() / 3.0);
        }
    }
    if frame.ui.rect_contains_pointer(rect) {
        let wheel = frame.ui.input(|input| input.smooth_scroll_delta().y);
        if wheel > 0.0 || wheel < 0.0 && !scroll.is_following() {
            scroll.by(-wheel);
        }
    }
    let focused = focused.map(|seq| Place { seq, chunk: usize::MAX });
    scroll.place(rect.height(), focused, frame.cache, &mut |place| frame.height(place))
}

/// The message that Tab leads to: the one that the keyboard was at, else the last in view.
fn current(history: &History, transcript: &Transcript) -> Option<u64> {
    let (start, end) = history.in_view;
    let kept = history.current.filter(|seq| history.has_focus && (start..end).contains(seq));
    kept.or_else(|| end.checked_sub(1).filter(|seq| transcript.entry(*seq).is_some()))
}

/// The bar: its handle stands for places that are only about known.
fn scroll_bar_ui(ui: &egui::Ui, rect: Rect, history: &mut History) {
    let (top, down) = history.scroll.top();
    let (total, above) = history.cache.extent(top);
    let view = f64::from(rect.height());
    if total <= view {
        return;
    }
    let track = rect.with_min_x(rect.right() - BAR);
    let bar = scroll_bar(ui, track, view / total, (above + f64::from(down)) / (total - view));
    let strength = if bar.is_pointed { 0.9 } else { 0.5 };
    let color = tone_color(ui, Tone::Quiet).gamma_multiply(strength);
    ui.painter().rect_filled(track, 0.0, ui.visuals().extreme_bg_color);
    ui.painter().rect_filled(bar.handle.shrink(1.0), 4.0, color);
    let Some(part) = bar.moved_to else { return };
    if part >= 1.0 {
        history.scroll.follow();
    } else if let Some((place, down)) = history.cache.at(part * (total - view)) {
        #[expect(clippy::cast_possible_truncation, reason = "points of one chunk")]
        history.scroll.go_to(place, down as f32);
    }
    ui.ctx().request_repaint();
}

/// The way back, over the lower right corner.
fn to_the_end_ui(ui: &mut egui::Ui, history: &mut History, transcript: &Transcript, view: Rect) {
    let label = match history.news(transcript).count() {
        0 => tr!("tcp-chat-client-to-end").to_owned(),
        new => tr!("tcp-chat-client-new", count = new),
    };
    let place = view.with_max_x(view.right() - 4.0).with_max_y(view.bottom() - 8.0);
    let place = UiBuilder::new().max_rect(place).layout(Layout::right_to_left(Align::BOTTOM)).id_salt("end");
    let button = egui::Button::new(label).wrap_mode(TextWrapMode::Extend);
    if ui.new_child(place).add(button).clicked() {
        history.follow();
        ui.ctx().request_repaint();
    }
}
