//! One chunk of one entry, measured: what there is of it, and where.

use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Datelike as _, FixedOffset};
use common::status::Tone;
use common::text::{escape_block, escape_line};
use common::texts::phrase;
use common::tr;
use common::window::tone_color;
use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{self, Color32, FontSelection, Galley, Rect, RichText, TextStyle, pos2, vec2};

use super::HistoryIntent;
use crate::chunks::Chunks;
use crate::find::Finder;
use crate::model::Model;
use crate::transcript::{Body, Entry, OwnState};

/// Space below an entry, in points.
const GAP: f32 = 8.0;

/// Between what stands beside each other.
const SPACE: f32 = 8.0;

/// Height of a line between entries, and of a button below a text.
const HEADING_HEIGHT: f32 = 24.0;
const BUTTON_HEIGHT: f32 = 20.0;

/// Below this width who and when stand above what is said.
const NARROW: f32 = 340.0;

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
}

/// What is drawn.
pub(super) enum Bit {
    Text {
        galley: Arc<Galley>,
        is_live: bool,
    },
    /// A line across, with a word in it.
    Heading {
        galley: Arc<Galley>,
        tone: Tone,
    },
    Button {
        label: &'static str,
        intent: HistoryIntent,
        is_enabled: bool,
    },
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
    fn text(&mut self, x: f32, y: f32, galley: Arc<Galley>, is_live: bool) {
        let rect = Rect::from_min_size(pos2(x, y), galley.size());
        self.bits.push((rect, Bit::Text { galley, is_live }));
    }

    fn heading(&mut self, ui: &egui::Ui, width: f32, text: String, tone: Tone) {
        let rect = Rect::from_min_size(pos2(0.0, self.height), vec2(width, HEADING_HEIGHT));
        let galley = galley(ui, RichText::new(text).small().color(tone_color(ui, tone)), width);
        self.bits.push((rect, Bit::Heading { galley, tone }));
        self.height += HEADING_HEIGHT;
    }
}

/// The columns of who, when and what.
struct Columns {
    time: f32,
    text: f32,
    is_narrow: bool,
}

fn columns(ui: &egui::Ui, width: f32) -> Columns {
    let is_narrow = width < NARROW;
    let widest = |texts: &[&str]| {
        let widths = texts.iter().map(|text| strong(ui, text, Tone::Quiet).size().x);
        widths.fold(0.0, f32::max).ceil()
    };
    let time = widest(&[tr!("tcp-chat-client-client"), tr!("tcp-chat-client-server")]) + SPACE;
    let text = if is_narrow { 0.0 } else { time + widest(&["00:00"]) + SPACE };
    Columns { time, text, is_narrow }
}

/// About how wide a text is laid out.
pub(super) fn text_width(ui: &egui::Ui, width: f32) -> f32 {
    width - columns(ui, width).text
}

fn strong(ui: &egui::Ui, text: &str, tone: Tone) -> Arc<Galley> {
    galley(ui, RichText::new(text).strong().color(tone_color(ui, tone)), f32::INFINITY)
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
        let is_new_day = before.is_some_and(|before| before.at.date_naive() != entry.at.date_naive());
        if is_new_day {
            laid.heading(ui, around.width, day(&entry.at), Tone::Quiet);
        }
        if around.marker == Some(entry.seq) {
            laid.heading(ui, around.width, tr!("tcp-chat-client-unread").to_owned(), Tone::Accent);
        }
    }
    let is_last = chunk + 1 == chunks.count();
    let text = entry.body.text();
    if let Body::Note(_) = &entry.body {
        let note = RichText::new(escape_block(&text)).color(tone_color(ui, Tone::Quiet));
        let galley = galley(ui, note, around.width);
        let height = galley.size().y;
        laid.text(0.0, laid.height, galley, false);
        laid.height += height + GAP;
        return laid;
    }
    let columns = columns(ui, around.width);
    if chunk == 0 {
        let tone = if matches!(entry.body, Body::Server { .. }) { Tone::Good } else { Tone::Accent };
        laid.text(0.0, laid.height, strong(ui, entry.body.speaker(), tone), false);
        let time = entry.at.format("%H:%M").to_string();
        let time = galley(ui, RichText::new(time).color(tone_color(ui, Tone::Quiet)), f32::INFINITY);
        let row = time.size().y;
        laid.text(columns.time, laid.height, time, false);
        laid.height += if columns.is_narrow { row } else { 0.0 };
    }
    let range = chunks.range(&text, chunk);
    let galley = text_galley(ui, around, entry.seq, &text, range, around.width - columns.text);
    let is_whole = matches!(entry.body, Body::Server { streams_for: None, .. });
    // While it streams it would be read out chunk by chunk.
    let is_live = chunk == 0 && is_whole && around.newest[0] == Some(entry.seq);
    let (top, size) = (laid.height, galley.size());
    let is_one_row = chunks.count() == 1 && galley.rows.len() == 1;
    laid.text(columns.text, top, galley, is_live);
    laid.height += size.y;
    if is_last {
        let beside = is_one_row.then_some((size.x, top, size.y));
        below(ui, &mut laid, around, entry, columns.text, beside);
        laid.height += GAP;
    }
    laid
}

/// What stands right of a text of one row, or below the text.
fn below(
    ui: &egui::Ui,
    laid: &mut Laid,
    around: &Around<'_>,
    entry: &Entry,
    left: f32,
    beside: Option<(f32, f32, f32)>,
) {
    let Some((text, tone)) = state(around.model, &entry.body) else { return };
    let is_newest = around.newest[1] == Some(entry.seq);
    let is_live = is_newest && tone == Tone::Bad;
    let buttons = buttons(around.model, &entry.body);
    let widths: Vec<f32> = buttons.iter().map(|(label, ..)| button_width(ui, label)).collect();
    let all: f32 = widths.iter().map(|width| width + SPACE).sum();
    let small = |width| galley(ui, RichText::new(&text).small().color(tone_color(ui, tone)), width);
    let one_row = small(f32::INFINITY);
    let room = around.width - left;
    let (mut x, middle) = match beside {
        Some((width, top, height)) if width + 2.0 * SPACE + one_row.size().x + all <= room => {
            let x = around.width - one_row.size().x - all;
            let middle = top + height / 2.0;
            laid.text(x, middle - one_row.size().y / 2.0, Arc::clone(&one_row), is_live);
            laid.taken = around.width - x + SPACE;
            (x + one_row.size().x, middle)
        }
        _ => {
            let is_beside = room - all >= LEAST_STATE;
            let state = small(if is_beside { room - all } else { room });
            let size = state.size();
            let height = if buttons.is_empty() { size.y } else { size.y.max(BUTTON_HEIGHT) };
            let top = laid.height + 2.0;
            laid.text(left, top + (height - size.y) / 2.0, state, is_live);
            laid.height = top + height;
            if is_beside {
                (left + size.x, top + height / 2.0)
            } else {
                laid.height += BUTTON_HEIGHT + 4.0;
                (left - SPACE, laid.height - BUTTON_HEIGHT / 2.0)
            }
        }
    };
    for ((label, intent, is_enabled), width) in buttons.into_iter().zip(widths) {
        let corner = pos2(x + SPACE, middle - BUTTON_HEIGHT / 2.0);
        let rect = Rect::from_min_size(corner, vec2(width, BUTTON_HEIGHT));
        laid.bits.push((rect, Bit::Button { label, intent, is_enabled }));
        x = rect.right();
    }
}

fn button_width(ui: &egui::Ui, label: &str) -> f32 {
    galley(ui, RichText::new(label).small(), f32::INFINITY).size().x + 2.0 * SPACE
}

/// A day as a heading.
fn day(at: &DateTime<FixedOffset>) -> String {
    tr!(
        "date-day",
        weekday = at.weekday().number_from_monday(),
        day = at.day(),
        month = at.month(),
        year = at.year().to_string()
    )
}

/// What is said about an entry, and how.
pub(super) fn state(model: &Model, body: &Body) -> Option<(String, Tone)> {
    if let Some(address) = model.elsewhere(body) {
        return Some((tr!("tcp-chat-client-state-elsewhere", address = escape_line(address)), Tone::Bad));
    }
    match body {
        Body::Own { state, .. } => {
            let tone = match state {
                OwnState::Failed { .. } | OwnState::Unsent { is_wanted: false } => Tone::Bad,
                OwnState::Answered | OwnState::Discarded => Tone::Quiet,
                _ => Tone::Waiting,
            };
            Some((phrase(state), tone))
        }
        Body::Server { bot: Some(bot), .. } if model.bot().is_none_or(|welcomed| welcomed != bot) => {
            Some((tr!("tcp-chat-client-by", bot = escape_line(bot)), Tone::Quiet))
        }
        Body::Server { .. } | Body::Note(_) => None,
    }
}

/// What can be done with a message: its label, and whether it can be done now.
pub(super) fn buttons(model: &Model, body: &Body) -> Vec<(&'static str, HistoryIntent, bool)> {
    let Body::Own { id, state, .. } = body else { return Vec::new() };
    let id = *id;
    match state {
        OwnState::Unsent { is_wanted: true } if model.elsewhere(body).is_none() => {
            vec![(tr!("tcp-chat-client-do-not-send"), HistoryIntent::Want(id, false), true)]
        }
        OwnState::Unsent { .. } => {
            let send = if model.can_send() {
                tr!("tcp-chat-client-send-now")
            } else {
                tr!("tcp-chat-client-send-when-back")
            };
            let discard = tr!("tcp-chat-client-discard");
            vec![(send, HistoryIntent::Want(id, true), true), (discard, HistoryIntent::Discard(id), true)]
        }
        OwnState::Failed { is_retried: false, .. } => {
            vec![(tr!("tcp-chat-client-try-again"), HistoryIntent::TryAgain(id), true)]
        }
        state if model.can_stop(state) => {
            vec![(tr!("tcp-chat-client-stop"), HistoryIntent::Stop(id), true)]
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
