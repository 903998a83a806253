//! The columns of a log whose lines are cells with tabs between them.

use std::ops::Range;

use eframe::egui::{Align2, FontId, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2};

use super::rows::Row;
use crate::status::Tone;
use crate::window::tone_color;

/// Between two columns, in points.
pub(super) const GAP: f32 = 10.0;

/// Of the column that takes what is left, at least: in less, cells share a column.
const MIN_REST: f32 = 200.0;

/// A column grows with what is in it up to so many characters; what is longer wraps.
const MAX_CHARS: u16 = 24;

/// The height of the headings, in points.
pub(super) const HEADING: f32 = 20.0;

/// A column of a log.
#[derive(Debug, Clone, Copy)]
pub struct LogColumn {
    /// What its heading says.
    pub name: fn() -> &'static str,
    /// How wide it is.
    pub width: LogWidth,
}

/// How wide a column of a log is, and where its cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogWidth {
    /// As wide as a text of so many characters, and wider once there is more in it.
    Chars(u16),
    /// Like `Chars`, with its cells on the right.
    Number(u16),
    /// What the others leave: one column of a log.
    Rest,
}

impl LogWidth {
    fn chars(self) -> u16 {
        match self {
            Self::Chars(chars) | Self::Number(chars) => chars,
            Self::Rest => 0,
        }
    }
}

/// Where cells stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slot {
    pub(super) left: f32,
    pub(super) width: f32,
    pub(super) is_number: bool,
    /// The number of its first cell, and that after its last one.
    cells: (usize, usize),
}

/// The columns that there is room for. Without any, a line is one text.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    slots: Vec<Slot>,
    columns: &'static [LogColumn],
    rest: usize,
}

impl Plan {
    /// The columns in a view `width` wide, where the widest texts so far have `seen` characters, each `letter` wide.
    pub(super) fn new(ui: &Ui, columns: &'static [LogColumn], seen: &[u16], letter: f32, width: f32) -> Self {
        let small = TextStyle::Small.resolve(ui.style());
        let needs: Vec<f32> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let chars = column.width.chars().max(seen.get(at).copied().unwrap_or_default());
                let name = (column.name)().to_owned();
                let heading = ui.painter().layout_no_wrap(name, small.clone(), ui.visuals().text_color());
                (f32::from(chars) * letter).max(heading.size().x).ceil() + 1.0
            })
            .collect();
        Self::of(columns, &needs, width)
    }

    /// Where there is no room for all, the cells after the long one share its column, then those before it, too.
    fn of(columns: &'static [LogColumn], needs: &[f32], width: f32) -> Self {
        let rest = columns.iter().position(|column| column.width == LogWidth::Rest).unwrap_or_default();
        let taken = |range: Range<usize>| -> f32 {
            needs.get(range).unwrap_or_default().iter().map(|need| need + GAP).sum()
        };
        let last = columns.len();
        let choices =
            [(rest, rest + 1), (rest, last)].into_iter().chain((1..rest).rev().map(|at| (at, last)));
        let left = |(from, to): (usize, usize)| width - taken(0..from) - taken(to..last);
        let mut shared = (rest.min(1), last);
        if let Some(fits) = choices.clone().find(|share| left(*share) >= MIN_REST) {
            shared = fits;
        }
        let mut slots = Vec::new();
        let mut x = 0.0;
        let mut at = 0;
        while at < last {
            let is_shared = at == shared.0;
            let cells = if is_shared { shared } else { (at, at + 1) };
            let width = if is_shared { left(shared) } else { needs.get(at).copied().unwrap_or_default() };
            let is_number =
                !is_shared && columns.get(at).is_some_and(|one| matches!(one.width, LogWidth::Number(_)));
            slots.push(Slot { left: x, width, is_number, cells });
            x += width + GAP;
            at = cells.1;
        }
        Self { slots, columns, rest }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The parts of a row and where they stand: what a longer line goes on with stands below its long cell.
    pub(super) fn split<'a>(&self, row: Row<'a>) -> impl Iterator<Item = (Slot, Range<usize>)> + use<'a, '_> {
        let cells = cells(row.line.text);
        let first = if row.is_continuation { self.rest } else { 0 };
        self.slots.iter().filter_map(move |slot| {
            let within = |at: usize| at.checked_sub(first);
            let from = within(slot.cells.0.max(first))?;
            let to = within(slot.cells.1)?.min(cells.len());
            // Empty cells at the end of a shared column take no room.
            let last = cells.get(from..to)?.iter().rfind(|cell| !cell.is_empty())?;
            Some((*slot, cells.get(from)?.start..last.end))
        })
    }

    /// Where the colour of a row begins: at the last column, where the row has it.
    pub(super) fn tone_start(&self, row: Row<'_>) -> usize {
        let text = row.line.text;
        let first = if row.is_continuation { self.rest } else { 0 };
        let last = (self.columns.len() - 1).saturating_sub(first);
        cells(text).get(last).map_or(text.len(), |cell| cell.start)
    }

    /// Widens what was `seen` by the cells of a row; `true` where that is news.
    pub(super) fn note_widths(&self, row: Row<'_>, seen: &mut Vec<u16>) -> bool {
        seen.resize(self.columns.len(), 0);
        if row.is_continuation {
            return false;
        }
        let mut is_news = false;
        for ((cell, column), seen) in cells(row.line.text).into_iter().zip(self.columns).zip(seen) {
            let text = row.line.text.get(cell).unwrap_or_default();
            let chars = u16::try_from(text.chars().count()).unwrap_or(u16::MAX).min(MAX_CHARS);
            if column.width != LogWidth::Rest && chars > column.width.chars().max(*seen) {
                *seen = chars;
                is_news = true;
            }
        }
        is_news
    }

    /// Draws the headings; cells that share a column share its heading.
    pub(super) fn headings_ui(&self, ui: &Ui, rect: Rect) {
        let quiet = tone_color(ui, Tone::Quiet);
        let font: FontId = TextStyle::Small.resolve(ui.style());
        for slot in &self.slots {
            let columns = self.columns.get(slot.cells.0..slot.cells.1).unwrap_or_default();
            let name = columns.iter().map(|column| (column.name)()).collect::<Vec<_>>().join(" · ");
            let left = rect.left() + slot.left;
            let place = Rect::from_min_size(pos2(left, rect.top()), vec2(slot.width, HEADING));
            let (at, align) = if slot.is_number {
                (place.right_center(), Align2::RIGHT_CENTER)
            } else {
                (place.left_center(), Align2::LEFT_CENTER)
            };
            let drawn = ui.painter().text(at, align, &name, font.clone(), quiet);
            let id = ui.scope_id().with(("heading", slot.cells.0));
            let response = ui.interact(drawn, id, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &name));
        }
    }
}

/// The bytes of each cell.
fn cells(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split('\t')
        .map(|cell| {
            let range = start..start + cell.len();
            start = range.end + 1;
            range
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::rows::LogLine;
    use super::*;

    const COLUMNS: &[LogColumn] = &[
        LogColumn { name: || "When", width: LogWidth::Chars(12) },
        LogColumn { name: || "Who", width: LogWidth::Chars(15) },
        LogColumn { name: || "What", width: LogWidth::Rest },
        LogColumn { name: || "Bytes", width: LogWidth::Number(5) },
        LogColumn { name: || "Note", width: LogWidth::Chars(4) },
    ];
    const NEEDS: [f32; 5] = [94.0, 117.0, 30.0, 39.0, 101.0];

    fn row(text: &str, is_continuation: bool) -> Row<'_> {
        let line = LogLine { text, ..LogLine::default() };
        Row { number: 0, line, is_continued: false, is_continuation }
    }

    fn split(width: f32, text: &str, is_continuation: bool) -> Vec<(f32, &str)> {
        let plan = Plan::of(COLUMNS, &NEEDS, width);
        plan.split(row(text, is_continuation)).map(|(slot, range)| (slot.left, &text[range])).collect()
    }

    #[test]
    fn cells_share_a_column_where_there_is_no_room_for_all() {
        let text = "when\twho\twhat\t24\tlost";
        assert_eq!(
            split(786.0, text, false),
            [(0.0, "when"), (104.0, "who"), (231.0, "what"), (636.0, "24"), (685.0, "lost")]
        );
        assert_eq!(split(460.0, text, false), [(0.0, "when"), (104.0, "who"), (231.0, "what\t24\tlost")]);
        assert_eq!(split(286.0, text, false), [(0.0, "when"), (104.0, "who\twhat\t24\tlost")]);
        assert_eq!(split(786.0, "when\twho\twhat\t24", false).len(), 4);
        assert_eq!(split(460.0, "\twho\twhat\t24\t", false), [(104.0, "who"), (231.0, "what\t24")]);
        assert_eq!(
            split(786.0, "of it\t9000\tlost", true),
            [(231.0, "of it"), (636.0, "9000"), (685.0, "lost")]
        );
        for width in 60_u16..1600 {
            let slots = Plan::of(COLUMNS, &NEEDS, width.into()).slots;
            let right = slots.iter().map(|slot| slot.left + slot.width).fold(0.0, f32::max);
            assert!(right <= f32::from(width) + 0.01 || width < 104, "{right} of {width}");
        }
    }

    #[test]
    fn only_the_last_cell_has_a_colour_and_columns_grow_with_what_is_in_them() {
        let plan = Plan::of(COLUMNS, &NEEDS, 786.0);
        let text = "when\twho\twhat\t24\tlost";
        assert_eq!(&text[plan.tone_start(row(text, false))..], "lost");
        assert_eq!(plan.tone_start(row("when\twho\twhat\t24", false)), 16);
        let mut seen = Vec::new();
        assert!(!plan.note_widths(row("when\twho\twhat", false), &mut seen));
        let long = format!("when\t{}\twhat\t24\t1 lost before", "x".repeat(99));
        assert!(plan.note_widths(row(&long, false), &mut seen));
        assert_eq!(seen, [0, MAX_CHARS, 0, 0, 13]);
        assert!(!plan.note_widths(row(&long, false), &mut seen), "they would grow for ever");
    }
}
