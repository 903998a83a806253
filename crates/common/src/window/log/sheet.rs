//! How a row is laid out: as one text, or in columns.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{Color32, FontId, Galley, Pos2, Rect, Ui, vec2};

use super::columns::Plan;
use super::lines::Lines;
use super::rows::Row;
use super::select::Spot;
use crate::window::list::Placed;
use crate::window::tone_color;

/// Between two rows, in points.
pub(super) const ROW_GAP: f32 = 2.0;

/// Of a line's second and further rows.
const INDENT: f32 = 24.0;

/// How large the tab between cells that share a column is, relative to their text: its four spaces are as wide as the gap between columns.
const TAB: f32 = 0.32;

/// What rows are laid out with.
pub(super) struct Sheet<'a> {
    pub(super) ui: &'a Ui,
    pub(super) lines: &'a Lines,
    pub(super) space: Rect,
    pub(super) font: FontId,
    pub(super) plan: Plan,
    /// The layouts of rows without marks, by row number. A frame needs each at least twice: for its height, and to draw it.
    pub(super) laid_out: RefCell<HashMap<u64, Rc<LaidOut>>>,
}

/// A row as it is drawn.
#[derive(Debug)]
pub(super) struct LaidOut {
    pub(super) pieces: Vec<Piece>,
    pub(super) height: f32,
}

/// A text of a row: the whole, or that of a column.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) left: f32,
    /// Where it begins in the row's text.
    start: usize,
    pub(super) galley: Arc<Galley>,
}

impl<'a> Sheet<'a> {
    pub(super) fn row(&self, number: u64) -> Option<Row<'a>> {
        self.lines.rows().get(number)
    }

    pub(super) fn height(&self, number: u64) -> f32 {
        self.row(number).map_or(0.0, |row| self.lay_out(row, &[]).height) + ROW_GAP
    }

    pub(super) fn lay_out(&self, row: Row<'_>, marks: &[(Range<usize>, Color32)]) -> Rc<LaidOut> {
        if !marks.is_empty() {
            return Rc::new(self.lay_out_anew(row, marks));
        }
        let mut laid_out = self.laid_out.borrow_mut();
        Rc::clone(laid_out.entry(row.number).or_insert_with(|| Rc::new(self.lay_out_anew(row, &[]))))
    }

    fn lay_out_anew(&self, row: Row<'_>, marks: &[(Range<usize>, Color32)]) -> LaidOut {
        if self.plan.is_empty() {
            let galley = self.lay_out_line(row, marks);
            return LaidOut { height: galley.size().y, pieces: vec![Piece { left: 0.0, start: 0, galley }] };
        }
        let colored = self.plan.tone_start(row);
        let mut pieces: Vec<Piece> = Vec::new();
        for (slot, bytes) in self.plan.split(row) {
            let start = bytes.start;
            let galley = self.lay_out_in(slot.width, row, bytes, colored, marks);
            let spare = if slot.is_number { slot.width - galley.size().x } else { 0.0 };
            pieces.push(Piece { left: slot.left + spare, start, galley });
        }
        let height = pieces.iter().map(|piece| piece.galley.size().y).fold(self.font.size, f32::max);
        LaidOut { pieces, height }
    }

    fn lay_out_line(&self, row: Row<'_>, marks: &[(Range<usize>, Color32)]) -> Arc<Galley> {
        let (width, whole) = (self.space.width(), 0..row.line.text.len());
        let galley = self.lay_out_in(width, row, whole.clone(), 0, marks);
        if galley.rows.len() < 2 && !row.is_continuation || width < 4.0 * INDENT {
            return galley;
        }
        // Where it goes on below, it is indented: a line begins where the others begin.
        let mut galley = Arc::unwrap_or_clone(self.lay_out_in(width - INDENT, row, whole, 0, marks));
        let is_whole = !row.is_continuation;
        galley.rows.iter_mut().skip(usize::from(is_whole)).for_each(|row| row.pos.x += INDENT);
        galley.rect.max.x += INDENT;
        galley.mesh_bounds.max.x += INDENT;
        Arc::new(galley)
    }

    /// Lays out some bytes of a row, from `colored` on in the colour of its tone.
    fn lay_out_in(
        &self,
        width: f32,
        row: Row<'_>,
        bytes: Range<usize>,
        colored: usize,
        marks: &[(Range<usize>, Color32)],
    ) -> Arc<Galley> {
        let usual = self.ui.visuals().text_color();
        let toned = row.line.tone.map_or(usual, |tone| tone_color(self.ui, tone));
        let mut job = LayoutJob::default();
        job.wrap.max_width = width;
        job.break_on_newline = false;
        let text = row.line.text;
        let is_in_column = !self.plan.is_empty();
        let cell = text.get(bytes.clone()).unwrap_or_default();
        // What has no words breaks where its column ends.
        job.wrap.break_anywhere = is_in_column && !cell.contains(' ');
        let mut edges: Vec<usize> = marks.iter().flat_map(|(range, _)| [range.start, range.end]).collect();
        edges.extend([bytes.start, bytes.end, colored]);
        let tabs = cell.match_indices('\t').filter(|_| is_in_column);
        edges.extend(tabs.flat_map(|(at, _)| [bytes.start + at, bytes.start + at + 1]));
        edges.retain(|edge| (bytes.start..=bytes.end).contains(edge));
        edges.sort_unstable();
        edges.dedup();
        for edge in edges.windows(2) {
            let &[start, end] = edge else { continue };
            // The last one lies on top.
            let mark = marks.iter().rev().find(|(range, _)| range.start <= start && end <= range.end);
            let background = mark.map_or(Color32::TRANSPARENT, |(_, color)| *color);
            let color = if start >= colored { toned } else { usual };
            let part = text.get(start..end).unwrap_or_default();
            let mut font = self.font.clone();
            font.size *= if is_in_column && part == "\t" { TAB } else { 1.0 };
            let format = TextFormat { background, ..TextFormat::simple(font, color) };
            job.append(part, 0.0, format);
        }
        if bytes.is_empty() {
            job.append(" ", 0.0, TextFormat::simple(self.font.clone(), toned));
        }
        self.ui.painter().layout_job(job)
    }

    /// The character at a place of the window; of the nearest row where there is none.
    pub(super) fn spot(&self, placed: &Placed<u64>, at: Pos2) -> Option<Spot> {
        let y = at.y - self.space.top();
        let below = placed.partition_point(|(_, top)| *top <= y);
        let (number, top) = placed.get(below.saturating_sub(1)).copied()?;
        let row = self.row(number)?;
        let x = at.x - self.space.left();
        let pieces = &self.lay_out(row, &[]).pieces;
        let piece = pieces.iter().rev().find(|piece| piece.left <= x).or_else(|| pieces.first());
        let Some(piece) = piece else { return Some(Spot { number: row.number, byte: 0 }) };
        let cursor = piece.galley.cursor_from_pos(vec2(x - piece.left, y - top));
        let text = row.line.text.get(piece.start..).unwrap_or_default();
        let within = text.char_indices().nth(cursor.index.0).map_or(text.len(), |(byte, _)| byte);
        Some(Spot { number: row.number, byte: piece.start + within })
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::GAP;
    use super::*;
    use crate::window::log::{LogColumn, LogLine, LogWidth, Rows};
    use eframe::egui::TextStyle;
    use egui_kittest::Harness;

    #[test]
    fn what_does_not_fit_goes_on_below_indented() {
        let mut lines = Lines::new(Rows::new(10, 10_000, 0));
        let long = "words ".repeat(40);
        for text in ["short", &long, &"x".repeat(2100)] {
            lines.push(LogLine { text, ..LogLine::default() });
        }
        let mut edges = Vec::new();
        Harness::new_ui(|ui| {
            let space = Rect::from_min_size(Pos2::ZERO, vec2(400.0, 100.0));
            let font = TextStyle::Monospace.resolve(ui.style());
            let sheet =
                Sheet { ui, lines: &lines, space, font, plan: Plan::default(), laid_out: RefCell::default() };
            edges = (0..4)
                .filter_map(|number| sheet.row(number))
                .map(|row| {
                    let galley = sheet.lay_out_line(row, &[]);
                    assert!(galley.rows.iter().all(|row| row.rect().right() <= 400.0), "beyond the edge");
                    galley.rows.iter().map(|row| row.pos.x).collect::<Vec<_>>()
                })
                .collect();
        });
        assert_eq!(edges[0], [0.0]);
        assert!(
            edges[1].len() > 2 && edges[1][0] == 0.0 && edges[1][1..].iter().all(|x| *x == INDENT),
            "{edges:?}"
        );
        assert!(edges[3].iter().all(|x| *x == INDENT), "the rest of a very long line: {edges:?}");
    }

    #[test]
    fn cells_that_share_a_column_are_as_far_apart_as_columns() {
        const COLUMNS: &[LogColumn] = &[
            LogColumn { name: || "What", width: LogWidth::Rest },
            LogColumn { name: || "Bytes", width: LogWidth::Number(5) },
        ];
        let mut lines = Lines::new(Rows::new(10, 10_000, 0));
        lines.push(LogLine { text: "Sat Nov 28 22:56:00 2026\t24", ..LogLine::default() });
        Harness::new_ui(|ui| {
            let space = Rect::from_min_size(Pos2::ZERO, vec2(220.0, 100.0));
            let font = TextStyle::Monospace.resolve(ui.style());
            let width = |text: &str| {
                let galley = ui.painter().layout_no_wrap(text.to_owned(), font.clone(), Color32::WHITE);
                galley.size().x
            };
            let letters = width("Sat Nov 28 22:56:00 2026") + width("24");
            let plan = Plan::new(ui, COLUMNS, &[], 7.0, space.width());
            let sheet = Sheet { ui, lines: &lines, space, font, plan, laid_out: RefCell::default() };
            let laid_out = sheet.lay_out(sheet.row(0).unwrap(), &[]);
            let gap = laid_out.pieces[0].galley.size().x - letters;
            assert!((gap - GAP).abs() < 1.0, "{gap} points");
        });
    }
}
