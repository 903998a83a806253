//! The rows in view: laid out, painted, pointed at, read out.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    Color32, FontId, Galley, Id, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, TextStyle, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

use super::find::{Find, matches};
use super::rows::{Row, Rows};
use super::scroll::{Placed, as_f32, as_f64, rows_above};
use super::select::{Selection, Spot, word};
use super::view::View;
use super::{LogPane, rows_id};
use crate::tr;
use crate::window::{live, tone_color};

/// Between two rows, in points.
const ROW_GAP: f32 = 2.0;

/// Width of the scroll bar, and least height of its handle.
const BAR: f32 = 10.0;
const HANDLE: f32 = 24.0;

/// Between the edge and the text.
const MARGIN: f32 = 4.0;

/// A screen reader is told of a new line after as many seconds.
const SPEECH_PAUSE: f64 = 1.0;

/// What rows are laid out with.
pub(super) struct Sheet<'a> {
    pub(super) ui: &'a Ui,
    pub(super) rows: &'a Rows,
    pub(super) view: &'a View,
    pub(super) space: Rect,
    font: FontId,
}

impl<'a> Sheet<'a> {
    fn new(ui: &'a Ui, rows: &'a Rows, view: &'a View, space: Rect) -> Self {
        Self { ui, rows, view, space, font: TextStyle::Monospace.resolve(ui.style()) }
    }

    fn row(&self, index: usize) -> Option<Row<'a>> {
        self.view.number(self.rows, index).and_then(|number| self.rows.get(number))
    }

    fn lay_out(&self, row: Row<'_>, marks: &[(Range<usize>, Color32)]) -> Arc<Galley> {
        let color = row.line.tone.map_or(self.ui.visuals().text_color(), |tone| tone_color(self.ui, tone));
        let mut job = LayoutJob::default();
        job.wrap.max_width = self.space.width();
        job.break_on_newline = false;
        let text = row.line.text;
        let mut edges: Vec<usize> = marks.iter().flat_map(|(range, _)| [range.start, range.end]).collect();
        edges.extend([0, text.len()]);
        edges.sort_unstable();
        edges.dedup();
        for edge in edges.windows(2) {
            let &[start, end] = edge else { continue };
            // The last one lies on top.
            let mark = marks.iter().rev().find(|(range, _)| range.start <= start && end <= range.end);
            let background = mark.map_or(Color32::TRANSPARENT, |(_, color)| *color);
            let format = TextFormat { background, ..TextFormat::simple(self.font.clone(), color) };
            job.append(text.get(start..end).unwrap_or_default(), 0.0, format);
        }
        if text.is_empty() {
            job.append(" ", 0.0, TextFormat::simple(self.font.clone(), color));
        }
        self.ui.painter().layout_job(job)
    }

    pub(super) fn height(&self, index: usize) -> f32 {
        self.row(index).map_or(0.0, |row| self.lay_out(row, &[]).size().y) + ROW_GAP
    }

    /// The character at a place of the window; of the nearest row where there is none.
    fn spot(&self, placed: &[Placed], at: Pos2) -> Option<Spot> {
        let y = at.y - self.space.top();
        let below = placed.partition_point(|(_, top)| *top <= y);
        let (index, top) = placed.get(below.saturating_sub(1)).copied()?;
        let row = self.row(index)?;
        let within = vec2(at.x - self.space.left(), y - top);
        let cursor = self.lay_out(row, &[]).cursor_from_pos(within);
        let text = row.line.text;
        let byte = text.char_indices().nth(cursor.index.0).map_or(text.len(), |(byte, _)| byte);
        Some(Spot { number: row.number, byte })
    }
}

impl LogPane {
    pub(super) fn body_ui(&mut self, ui: &mut Ui, title: &str) {
        let size = ui.available_size().max(vec2(60.0, 40.0));
        let (_, rect) = ui.allocate_space(size);
        let id = rows_id(ui);
        let bar = rect.with_min_x(rect.right() - BAR);
        let response = ui.interact(rect.with_max_x(bar.left()), id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::List, true, title));
        self.focus_rows(ui);
        let space = Rect::from_min_max(rect.min, pos2(bar.left(), rect.bottom())).shrink(MARGIN);

        let frame = ui.style().visuals.clone();
        ui.painter().rect_filled(rect, 2.0, frame.extreme_bg_color);
        let edge =
            if response.has_focus() { frame.selection.stroke } else { frame.widgets.inactive.bg_stroke };

        // They are put back below: laying out reads them while the view moves.
        let (rows, view) = (self.rows.clone(), std::mem::take(&mut self.view));
        let sheet = Sheet::new(ui, &rows, &view, space);
        let mut placed = self.place(&sheet);
        let has_moved = self.wheel(&sheet, &response, &placed)
            | self.pointer(&sheet, &response, &placed)
            | self.keyboard(&sheet, &response, &placed)
            | self.show_wanted(&sheet, &placed);
        let bar = ui.interact(bar, id.with("bar"), Sense::click_and_drag());
        let shown = self.bar(&sheet, &bar, &placed);
        if has_moved || shown.is_moved {
            placed = self.place(&sheet);
        }
        if self.scroll.is_following {
            self.unseen = 0;
        }
        self.paint(&sheet, rect, &placed);
        let color =
            if bar.hovered() || bar.dragged() { frame.widgets.hovered } else { frame.widgets.inactive };
        ui.painter().rect_filled(shown.handle, BAR / 2.0, color.fg_stroke.color.gamma_multiply(0.5));
        ui.painter().rect_stroke(rect, 2.0, edge, StrokeKind::Inside);
        if sheet.view.len(&rows) == 0 {
            let text = if rows.len() == 0 { (self.empty)() } else { tr!("log-nothing-passes") };
            let quiet = tone_color(ui, crate::window::Tone::Quiet);
            let font = TextStyle::Body.resolve(ui.style());
            let text = ui.painter().layout(text.to_owned(), font, quiet, space.width());
            ui.painter().galley(space.left_top(), text, quiet);
        }
        self.view = view;
        self.rows_info(ui, &rows, &response, space, &placed);
    }

    fn place(&mut self, sheet: &Sheet<'_>) -> Vec<Placed> {
        let height = sheet.space.height();
        self.scroll.place(height, sheet.rows, sheet.view, &mut |index| sheet.height(index))
    }

    pub(super) fn scroll_by(&mut self, points: f32, sheet: &Sheet<'_>) {
        self.scroll.by(points, sheet.rows, sheet.view, &mut |index| sheet.height(index));
    }

    fn wheel(&mut self, sheet: &Sheet<'_>, response: &Response, placed: &[Placed]) -> bool {
        let delta = sheet.ui.input(|input| input.smooth_scroll_delta().y);
        // Where all rows are in view, what surrounds the log scrolls.
        let is_all =
            placed.len() == sheet.view.len(sheet.rows) && placed.first().is_none_or(|(_, y)| *y >= 0.0);
        if delta.abs() < 0.01 || is_all || !response.contains_pointer() {
            return false;
        }
        sheet.ui.input_mut(|input| input.smooth_scroll_delta.y = 0.0);
        self.scroll_by(-delta, sheet);
        true
    }

    /// Clicks choose a row, dragging selects; `true` where the view has moved.
    fn pointer(&mut self, sheet: &Sheet<'_>, response: &Response, placed: &[Placed]) -> bool {
        let Some(at) = response.interact_pointer_pos() else { return false };
        let Some(spot) = sheet.spot(placed, at) else { return false };
        let is_shift = sheet.ui.input(|input| input.modifiers.shift);
        if response.double_clicked() {
            let text = sheet.rows.get(spot.number).map_or("", |row| row.line.text);
            let range = word(text, spot.byte);
            let end = |byte| Spot { byte, ..spot };
            self.selection = Some(Selection { anchor: end(range.start), head: end(range.end) });
        } else if response.is_pointer_button_down_on() && response.contains_pointer() && !response.dragged()
            || response.drag_started()
        {
            if sheet.ui.input(|input| input.pointer.any_pressed()) || response.drag_started() {
                response.request_focus();
                let pressed = sheet.ui.input(|input| input.pointer.press_origin()).unwrap_or(at);
                let start = sheet.spot(placed, pressed).unwrap_or(spot);
                let begun = self.selection.map(|selection| selection.anchor);
                let chosen = self.chosen.map(|number| Spot { number, byte: 0 });
                let anchor = if is_shift { begun.or(chosen).unwrap_or(start) } else { start };
                self.selection = Some(Selection { anchor, head: spot });
            }
        } else if response.dragged()
            && let Some(selection) = &mut self.selection
        {
            selection.head = spot;
        }
        if response.clicked() && !response.double_clicked() {
            if is_shift {
                let anchor = self.selection.map_or(spot, |selection| selection.anchor);
                self.selection = Some(Selection { anchor, head: spot });
            } else {
                self.selection = None;
                self.chosen = Some(sheet.rows.start_of_line(spot.number));
            }
        }
        let beyond = if at.y < sheet.space.top() {
            at.y - sheet.space.top()
        } else {
            (at.y - sheet.space.bottom()).max(0.0)
        };
        if response.dragged() && beyond.abs() > 0.0 {
            self.scroll_by(beyond * 0.5, sheet);
            sheet.ui.ctx().request_repaint();
            return true;
        }
        false
    }

    fn show_wanted(&mut self, sheet: &Sheet<'_>, placed: &[Placed]) -> bool {
        let Some(number) = self.shows.take() else { return false };
        let index = sheet.view.index(sheet.rows, number);
        if index >= sheet.view.len(sheet.rows) {
            return false;
        }
        let (space, mut height) = (sheet.space.height(), |index| sheet.height(index));
        self.scroll.show(index, placed, space, sheet.rows, sheet.view, &mut height);
        true
    }

    fn paint(&mut self, sheet: &Sheet<'_>, rect: Rect, placed: &[Placed]) {
        let visuals = sheet.ui.visuals();
        let (hit, here) = hit_colors(visuals.dark_mode);
        let painter = sheet.ui.painter().with_clip_rect(rect.shrink(1.0).intersect(sheet.ui.clip_rect()));
        let needle = self.find.as_ref().map(Find::needle);
        let current = self.find.as_ref().and_then(Find::current).map(|(number, _)| number);
        for (index, y) in placed {
            let Some(row) = sheet.row(*index) else { continue };
            let color = if current == Some(row.number) { here } else { hit };
            let mut marks: Vec<_> = needle
                .map(|needle| matches(sheet.rows, row, needle))
                .unwrap_or_default()
                .into_iter()
                .map(|range| (range, color))
                .collect();
            if let Some(selection) = self.selection {
                let bytes = selection.bytes(row.number, row.line.text.len());
                if !bytes.is_empty() {
                    marks.push((bytes, visuals.selection.bg_fill));
                }
            }
            let galley = sheet.lay_out(row, &marks);
            let at = sheet.space.min + vec2(0.0, *y);
            if self.chosen == Some(sheet.rows.start_of_line(row.number)) {
                let whole = Rect::from_min_size(at, vec2(sheet.space.width(), galley.size().y));
                let chosen = whole.expand2(vec2(MARGIN - 1.0, ROW_GAP / 2.0));
                painter.rect_filled(chosen, 0.0, visuals.faint_bg_color);
                painter.vline(
                    chosen.left() + 1.0,
                    chosen.y_range(),
                    Stroke::new(2.0, visuals.selection.stroke.color),
                );
            }
            painter.galley(at, galley, visuals.text_color());
        }
    }

    /// The rows in view as a screen reader knows them; the newest one is said when it comes.
    fn rows_info(&mut self, ui: &mut Ui, rows: &Rows, list: &Response, space: Rect, placed: &[Placed]) {
        let now = ui.input(|input| input.time);
        let newest = rows.end().saturating_sub(1);
        let is_due = self.spoken.0 == newest || now - self.spoken.1 >= SPEECH_PAUSE;
        let (view, chosen, is_following) = (&self.view, self.chosen, self.scroll.is_following);
        let mut has_spoken = false;
        let child = UiBuilder::new().max_rect(space).accessibility_parent(list.id);
        ui.scope_builder(child, |ui| {
            for (place, (index, y)) in placed.iter().enumerate() {
                let Some(row) = view.number(rows, *index).and_then(|number| rows.get(number)) else {
                    continue;
                };
                let bottom = placed.get(place + 1).map_or(space.height(), |(_, y)| *y - ROW_GAP);
                let top = space.top() + y.max(0.0);
                let rect =
                    Rect::from_min_max(pos2(space.left(), top), pos2(space.right(), space.top() + bottom));
                let response = ui.interact(rect, row_id(list.id, row.number), Sense::hover());
                let is_chosen = chosen == Some(row.number);
                response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, row.line.text));
                ui.ctx().accesskit_node_builder(response.id, |node| node.set_selected(is_chosen));
                if is_following && row.number == newest && is_due {
                    live(&response);
                    has_spoken = true;
                }
            }
        });
        if has_spoken && self.spoken.0 != newest {
            self.spoken = (newest, now);
        }
        let is_in_view =
            placed.iter().any(|(index, _)| view.number(rows, *index) == chosen && chosen.is_some());
        let count = view.len(rows);
        ui.ctx().accesskit_node_builder(list.id, |node| {
            node.set_size_of_set(count);
            if let Some(number) = chosen.filter(|_| is_in_view) {
                node.set_active_descendant(row_id(list.id, number).accesskit_id());
            }
        });
    }

    /// The bar beside the rows moves the view.
    fn bar(&mut self, sheet: &Sheet<'_>, response: &Response, placed: &[Placed]) -> Bar {
        let track = response.rect.shrink(1.0);
        let len = as_f64(sheet.view.len(sheet.rows));
        let above = rows_above(placed, &mut |index| sheet.height(index));
        let visible = as_f64(placed.len()).min(len);
        if len <= visible && above <= 0.0 {
            return Bar { handle: Rect::NOTHING, is_moved: false };
        }
        let height = as_f32((f64::from(track.height()) * visible / len).max(f64::from(HANDLE)));
        let way = (track.height() - height).max(1.0);
        let pointer = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked());
        if let Some(at) = pointer {
            let part = f64::from((at.y - track.top() - height / 2.0) / way);
            let (rows, view) = (sheet.rows, sheet.view);
            let row = placed.first().map_or(0.0, |(index, _)| sheet.height(*index));
            self.scroll.go_to_part(part, visible, rows, view, row);
        }
        let part = if self.scroll.is_following { 1.0 } else { (above / (len - visible).max(1.0)).min(1.0) };
        let part =
            pointer.map_or(as_f32(part), |at| ((at.y - track.top() - height / 2.0) / way).clamp(0.0, 1.0));
        let top = track.top() + part * way;
        let handle = Rect::from_min_size(pos2(track.left(), top), vec2(track.width(), height));
        Bar { handle, is_moved: pointer.is_some() }
    }
}

struct Bar {
    handle: Rect,
    is_moved: bool,
}

fn row_id(list: Id, number: u64) -> Id {
    list.with(number)
}

/// Behind what was found, and behind that which was gone to.
fn hit_colors(is_dark: bool) -> (Color32, Color32) {
    if is_dark {
        (Color32::from_rgb(0x5c, 0x4a, 0x00), Color32::from_rgb(0x8a, 0x4a, 0x00))
    } else {
        (Color32::from_rgb(0xff, 0xec, 0xa8), Color32::from_rgb(0xff, 0xc8, 0x78))
    }
}
