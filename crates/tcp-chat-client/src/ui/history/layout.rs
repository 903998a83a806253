//! One chunk of one entry, measured: what there is of it, and where.

use std::ops::Range;
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};
use common::status::Tone;
use common::text::{escape_block, escape_line};
use common::texts::phrase;
use common::tr;
use common::window::tone_color;
use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{self, Color32, FontSelection, Galley, Rect, RichText, TextStyle, pos2, vec2};

use super::HistoryAction;
use crate::chunks::Chunks;
use crate::engine::FailedReason;
use crate::find::Finder;
use crate::model::Model;
use crate::transcript::{Body, Entry, OwnState};

/// Space below an entry, in points.
const GAP: f32 = 12.0;

/// Between what stands beside each other.
const SPACE: f32 = 8.0;

/// Height of a line between entries, and of a button below a text.
const HEADING_HEIGHT: f32 = 24.0;
const BUTTON_HEIGHT: f32 = 20.0;

/// Lines of text are about so many letters wide: more are hard to read.
const LETTERS: f32 = 64.0;

/// A state that is narrower stands above its buttons.
const LEAST_STATE: f32 = 96.0;

/// What a chunk depends on beside its entry.
pub(super) struct Around<'a> {
    pub(super) model: &'a Model,
    pub(super) finder: &'a Finder,
    /// The first entry that has not been seen.
    pub(super) marker: Option<u64>,
    /// The newest ones of the server and of the user.
    pub(super) newest: [Option<u64>; 2],
    pub(super) width: f32,
    pub(super) today: NaiveDate,
}

/// What is drawn.
#[derive(Clone)]
pub(super) enum Bit {
    /// `is_said`: what the message says, to be selected.
    Text { galley: Arc<Galley>, is_live: bool, is_said: bool },
    /// A line across, with a word in it.
    Heading { galley: Arc<Galley>, tone: Tone },
    /// What can be done with a message.
    Button { label: &'static str, action: HistoryAction },
}

/// A chunk, its bits below and right of its upper left corner.
#[derive(Default)]
pub(super) struct Laid {
    pub(super) height: f32,
    /// What is taken of the right side, in points.
    pub(super) taken: f32,
    pub(super) bits: Vec<(Rect, Bit)>,
}

impl Laid {
    fn text(&mut self, x: f32, y: f32, galley: Arc<Galley>, is_live: bool, is_said: bool) {
        let rect = Rect::from_min_size(pos2(x, y), galley.size());
        self.bits.push((rect, Bit::Text { galley, is_live, is_said }));
    }

    fn heading(&mut self, ui: &egui::Ui, width: f32, text: String, tone: Tone) {
        let rect = Rect::from_min_size(pos2(0.0, self.height), vec2(width, HEADING_HEIGHT));
        let galley = galley(ui, RichText::new(text).small().color(tone_color(ui, tone)), width);
        self.bits.push((rect, Bit::Heading { galley, tone }));
        self.height += HEADING_HEIGHT;
    }
}

/// How wide a text may be in `width` points.
pub(super) fn line_width(ui: &egui::Ui, width: f32) -> f32 {
    let font = TextStyle::Body.resolve(ui.style());
    let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&font, 'n'));
    width.min((LETTERS * letter).round())
}

fn galley(ui: &egui::Ui, text: RichText, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    text.append_to(&mut job, ui.style(), FontSelection::Default, egui::Align::Center);
    job.wrap.max_width = width;
    ui.painter().layout_job(job)
}

/// Measures a chunk of `entry`, which comes after `before`.
pub(super) fn lay_out(
    ui: &egui::Ui,
    around: &Around<'_>,
    entry: &Entry,
    before: Option<&Entry>,
    chunks: &Chunks,
    chunk: usize,
) -> Laid {
    let mut laid = Laid::default();
    if chunk == 0 {
        let transcript = around.model.transcript();
        if before.is_none() && transcript.dropped() > 0 && !transcript.is_cleared() {
            let note = tr!("tcp-chat-client-older", count = transcript.dropped());
            laid.heading(ui, around.width, note, Tone::Quiet);
        }
        if before.is_none_or(|before| before.at.date_naive() != entry.at.date_naive()) {
            laid.heading(ui, around.width, day(entry.at.date_naive(), around.today), Tone::Quiet);
        }
        if around.marker == Some(entry.seq) {
            laid.heading(ui, around.width, tr!("tcp-chat-client-unread").to_owned(), Tone::Accent);
        }
    }
    let text = entry.body.text();
    if let Body::Note(_) = &entry.body {
        let note = RichText::new(escape_block(&text)).small().color(tone_color(ui, Tone::Quiet));
        let galley = galley(ui, note, around.width);
        let size = galley.size();
        laid.text(((around.width - size.x) / 2.0).max(0.0), laid.height, galley, false, false);
        laid.height += size.y + GAP;
        return laid;
    }
    let head = Head::new(ui, around, entry);
    if chunk == 0 {
        head.ui(&mut laid, around.width);
    }
    let galley = text_galley(ui, around, entry.seq, &text, chunks.range(&text, chunk), around.width);
    let is_whole = matches!(entry.body, Body::Server { streams_for: None, .. });
    // While it streams it would be read out chunk by chunk.
    let is_live = chunk == 0 && is_whole && around.newest[0] == Some(entry.seq);
    let height = galley.size().y;
    laid.text(0.0, laid.height, galley, is_live, true);
    laid.height += height;
    if chunk + 1 == chunks.count() {
        head.below(ui, &mut laid, around.width);
        laid.height += GAP;
    }
    laid
}

/// Who and when, and what became of a message: right of that where there is room, else below the text.
struct Head {
    speaker: Arc<Galley>,
    time: Arc<Galley>,
    state: Option<State>,
    has_room: bool,
}

struct State {
    text: String,
    tone: Tone,
    /// On one row.
    galley: Arc<Galley>,
    is_live: bool,
    buttons: Vec<(f32, Bit)>,
}

impl Head {
    fn new(ui: &egui::Ui, around: &Around<'_>, entry: &Entry) -> Self {
        let (model, body) = (around.model, &entry.body);
        let tone = if matches!(body, Body::Server { .. }) { Tone::Good } else { Tone::Accent };
        let small = |text: String, tone| RichText::new(text).small().color(tone_color(ui, tone));
        let speaker = galley(ui, small(body.speaker().into_owned(), tone).strong(), around.width / 2.0);
        let time = galley(ui, small(entry.at.format("%H:%M").to_string(), Tone::Quiet), f32::INFINITY);
        let state = state(model, body).map(|(text, tone)| {
            let buttons = buttons(model, body)
                .into_iter()
                .map(|(label, action)| (button_width(ui, label), Bit::Button { label, action }));
            State {
                galley: galley(ui, small(text.clone(), tone), f32::INFINITY),
                is_live: around.newest[1] == Some(entry.seq) && tone == Tone::Bad,
                buttons: buttons.collect(),
                text,
                tone,
            }
        });
        let used = speaker.size().x + SPACE + time.size().x + 2.0 * SPACE;
        let has_room = state.as_ref().is_none_or(|state| used + state.width() <= around.width);
        Self { speaker, time, state, has_room }
    }

    fn ui(&self, laid: &mut Laid, width: f32) {
        let (top, mut height) = (laid.height, self.speaker.size().y);
        if let Some(state) = self.state.as_ref().filter(|_| self.has_room) {
            if !state.buttons.is_empty() {
                height = height.max(BUTTON_HEIGHT);
            }
            let x = width - state.width();
            laid.taken = width - x + SPACE;
            state.ui(laid, x, top + height / 2.0, Arc::clone(&state.galley));
        }
        let middle = top + (height - self.speaker.size().y) / 2.0;
        laid.text(0.0, middle, Arc::clone(&self.speaker), false, false);
        laid.text(self.speaker.size().x + SPACE, middle, Arc::clone(&self.time), false, false);
        laid.height += height + 2.0;
    }

    fn below(&self, ui: &egui::Ui, laid: &mut Laid, width: f32) {
        let Some(state) = self.state.as_ref().filter(|_| !self.has_room) else { return };
        let room = width - state.buttons_width();
        let is_beside = room >= LEAST_STATE;
        let text = RichText::new(&state.text).small().color(tone_color(ui, state.tone));
        let text = galley(ui, text, if is_beside { room } else { width });
        let top = laid.height + 2.0;
        if is_beside {
            let height =
                if state.buttons.is_empty() { text.size().y } else { text.size().y.max(BUTTON_HEIGHT) };
            state.ui(laid, 0.0, top + height / 2.0, text);
            laid.height = top + height;
        } else {
            laid.height = top + text.size().y;
            laid.text(0.0, top, text, state.is_live, false);
            state.buttons_ui(laid, -SPACE, laid.height + 4.0 + BUTTON_HEIGHT / 2.0);
            laid.height += 4.0 + BUTTON_HEIGHT;
        }
    }
}

impl State {
    fn buttons_width(&self) -> f32 {
        self.buttons.iter().map(|(width, _)| width + SPACE).sum()
    }

    fn width(&self) -> f32 {
        self.galley.size().x + self.buttons_width()
    }

    fn ui(&self, laid: &mut Laid, x: f32, middle: f32, text: Arc<Galley>) {
        let size = text.size();
        laid.text(x, middle - size.y / 2.0, text, self.is_live, false);
        self.buttons_ui(laid, x + size.x, middle);
    }

    fn buttons_ui(&self, laid: &mut Laid, mut x: f32, middle: f32) {
        for (width, button) in &self.buttons {
            let corner = pos2(x + SPACE, middle - BUTTON_HEIGHT / 2.0);
            let rect = Rect::from_min_size(corner, vec2(*width, BUTTON_HEIGHT));
            laid.bits.push((rect, button.clone()));
            x = rect.right();
        }
    }
}

fn button_width(ui: &egui::Ui, label: &str) -> f32 {
    galley(ui, RichText::new(label).small(), f32::INFINITY).size().x + 2.0 * SPACE
}

/// A day as a heading.
fn day(day: NaiveDate, today: NaiveDate) -> String {
    if day == today {
        return tr!("tcp-chat-client-today").to_owned();
    }
    tr!(
        "date-day",
        weekday = day.weekday().number_from_monday(),
        day = day.day(),
        month = day.month(),
        year = day.year().to_string()
    )
}

/// What is said about an entry, and how: nothing about success.
pub(super) fn state(model: &Model, body: &Body) -> Option<(String, Tone)> {
    if let Some(address) = model.elsewhere(body) {
        return Some((tr!("tcp-chat-client-state-elsewhere", address = escape_line(address)), Tone::Bad));
    }
    let Body::Own { state, .. } = body else { return None };
    let tone = match state {
        OwnState::Answered => return None,
        OwnState::Unsent { is_wanted: false } if model.can_send() => {
            return Some((phrase(&FailedReason::NotConnected), Tone::Bad));
        }
        OwnState::Discarded | OwnState::Failed { reason: FailedReason::Cancelled, .. } => Tone::Quiet,
        OwnState::Failed { .. } | OwnState::Unsent { is_wanted: false } => Tone::Bad,
        _ => Tone::Waiting,
    };
    Some((phrase(state), tone))
}

/// What can be done with a message. The one that is being answered is stopped beside the text box.
pub(super) fn buttons(model: &Model, body: &Body) -> Vec<(&'static str, HistoryAction)> {
    let Body::Own { id, state, .. } = body else { return Vec::new() };
    let id = *id;
    match state {
        OwnState::Unsent { is_wanted: true } if model.elsewhere(body).is_none() => {
            vec![(tr!("tcp-chat-client-do-not-send"), HistoryAction::Want(id, false))]
        }
        OwnState::Unsent { .. } => {
            let send = match model.elsewhere(body) {
                None if model.can_send() => tr!("tcp-chat-client-try-again"),
                Some(_) if model.can_send() => tr!("tcp-chat-client-send-now"),
                _ => tr!("tcp-chat-client-send-when-back"),
            };
            let discard = tr!("tcp-chat-client-discard");
            vec![(send, HistoryAction::Want(id, true)), (discard, HistoryAction::Discard(id))]
        }
        OwnState::Failed { is_retried: false, .. } => {
            vec![(tr!("tcp-chat-client-try-again"), HistoryAction::TryAgain(id))]
        }
        OwnState::Waiting { .. } if model.can_stop(state) && model.being_answered() != Some(id) => {
            vec![(tr!("tcp-chat-client-cancel"), HistoryAction::Cancel(id))]
        }
        _ => Vec::new(),
    }
}

/// The text of a chunk, what was found in it marked.
fn text_galley(
    ui: &egui::Ui,
    around: &Around<'_>,
    seq: u64,
    text: &str,
    range: Range<usize>,
    width: f32,
) -> Arc<Galley> {
    let font = TextStyle::Body.resolve(ui.style());
    let color = ui.visuals().text_color();
    let plain = TextFormat { font_id: font.clone(), color, ..TextFormat::default() };
    let mut job = LayoutJob::default();
    let mut append = |range: Range<usize>, format: &TextFormat| {
        let raw = text.get(range).unwrap_or_default();
        if !raw.is_empty() {
            job.append(&escape_block(raw), 0.0, format.clone());
        }
    };
    let mut at = range.start;
    for (found, is_current) in around.finder.within(seq, &range) {
        append(at..found.start, &plain);
        let background = if is_current {
            Color32::from_rgb(0xff, 0xb0, 0x30)
        } else {
            Color32::from_rgb(0xff, 0xe6, 0x8a)
        };
        // Dark on yellow in both themes.
        let color = Color32::from_rgb(0x1b, 0x1f, 0x24);
        append(
            found.clone(),
            &TextFormat { font_id: font.clone(), color, background, ..TextFormat::default() },
        );
        at = found.end;
    }
    append(at..range.end, &plain);
    if job.text.is_empty() {
        job.append("", 0.0, plain);
    }
    job.wrap.max_width = width;
    ui.painter().layout_job(job)
}
