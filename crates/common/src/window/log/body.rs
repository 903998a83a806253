//! The rows in view: laid out, painted, pointed at, moved through by keys, read out.

use std::cell::RefCell;
use std::sync::Arc;

use eframe::egui::{
    Color32, Event, EventFilter, Id, Key, Modifiers, Rect, Response, Role, Sense, Stroke, StrokeKind,
    TextStyle, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::columns::{HEADING, LogColumn, Plan};
use super::find::{Find, matches};
use super::lines::Lines;
use super::select::{Selection, Spot, word};
use super::sheet::{LaidOut, Piece, ROW_GAP, Sheet};
use crate::status::Tone;
use crate::window::list::{List, Placed, Scroll, scroll_bar};
use crate::window::{live, tone_color};

/// Width of the scroll bar.
const BAR: f32 = 10.0;

/// How many lines of text may be missing at the upper edge, so that the first row that is seen is whole.
const MAX_SPARE_ROWS: f32 = 2.5;

/// Between the edge and the text.
const MARGIN: f32 = 4.0;

/// A screen reader is told of a new line after as many seconds.
const SPEECH_PAUSE: f64 = 1.0;

/// How the rows are looked at.
#[derive(Debug, Default)]
pub(super) struct Body {
    scroll: Scroll<u64>,
    /// Lines that came while the end was out of view.
    unseen: usize,
    selection: Option<Selection>,
    /// The row of the keyboard, and of whoever asks which one is meant.
    chosen: Option<u64>,
    /// A row to be brought into view.
    shows: Option<u64>,
    /// A field that had the keyboard has closed.
    wants_focus: bool,
    /// Esc was pressed, and there was nothing selected to give up.
    has_left: bool,
    /// The newest line as a screen reader knows it, and when that was, in seconds.
    spoken: (u64, f64),
    /// How many characters the widest cell had, for each column.
    widest: Vec<u16>,
}

impl Body {
    pub(super) fn is_following(&self) -> bool {
        self.scroll.is_following()
    }

    /// Lines that came while the end was out of view.
    pub(super) fn unseen(&self) -> usize {
        self.unseen
    }

    /// A line has come that is shown.
    pub(super) fn note_new(&mut self) {
        if !self.scroll.is_following() {
            self.unseen += 1;
        }
    }

    /// Other rows pass the filter.
    pub(super) fn note_filter(&mut self) {
        self.unseen = 0;
    }

    /// Goes to the end and stays there.
    pub(super) fn follow(&mut self) {
        self.scroll.follow();
        self.unseen = 0;
    }

    /// Stays where it is.
    pub(super) fn hold(&mut self) {
        self.scroll.hold();
    }

    /// Begins anew, with other rows.
    pub(super) fn forget_places(&mut self) {
        let Self { wants_focus, spoken, .. } = *self;
        *self = Self { wants_focus, spoken, widest: std::mem::take(&mut self.widest), ..Self::default() };
    }

    /// Number of the row at the upper edge.
    pub(super) fn top(&self) -> u64 {
        self.scroll.top().0
    }

    pub(super) fn chosen(&self) -> Option<u64> {
        self.chosen
    }

    /// Chooses a row, or none, and brings it into view.
    pub(super) fn choose(&mut self, number: Option<u64>) {
        self.chosen = number;
        self.shows = number;
    }

    /// Chooses the line where a text was found, and drops the selection.
    pub(super) fn go_to(&mut self, number: u64) {
        self.selection = None;
        self.choose(Some(number));
    }

    /// Gives the rows the keyboard.
    pub(super) fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// Whether Esc was pressed with nothing selected since the last call: the keyboard is somewhere else, then.
    pub(super) fn take_left(&mut self) -> bool {
        std::mem::take(&mut self.has_left)
    }

    /// Whether the next copy takes a part only.
    pub(super) fn has_part(&self) -> bool {
        self.chosen.is_some() || self.selection.is_some_and(|selection| !selection.is_empty())
    }

    /// The selection, else the chosen line, else everything that is shown.
    pub(super) fn text_to_copy(&self, lines: &Lines) -> String {
        let rows = lines.rows();
        let whole = |first: u64, last: u64| {
            let anchor = Spot { number: first, byte: 0 };
            Selection { anchor, head: Spot { number: last, byte: usize::MAX } }
        };
        let chosen = self.chosen.filter(|number| rows.get(*number).is_some());
        let selection = match (self.selection.filter(|selection| !selection.is_empty()), chosen) {
            (Some(selection), _) => selection,
            (None, Some(chosen)) => {
                let mut last = chosen;
                while rows.get(last).is_some_and(|row| row.is_continued) {
                    last += 1;
                }
                whole(rows.start_of_line(chosen), last)
            }
            (None, None) if rows.len() == 0 => return String::new(),
            (None, None) => whole(rows.first(), rows.end() - 1),
        };
        selection.text(lines)
    }

    /// Lays out the rows in all the space there is; `empty` is said where there are none.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        title: &str,
        lines: &Lines,
        columns: &'static [LogColumn],
        find: Option<&Find>,
        empty: &str,
    ) {
        let size = ui.available_size().max(vec2(60.0, 40.0));
        let (_, rect) = ui.allocate_space(size);
        let bar = rect.with_min_x(rect.right() - BAR);
        // The rows as one thing to give the keyboard to.
        let id = ui.scope_id().with("rows");
        let response = ui.interact(rect.with_max_x(bar.left()), id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::List, true, title));
        if std::mem::take(&mut self.wants_focus) {
            response.request_focus();
        }
        let whole = Rect::from_min_max(rect.min, pos2(bar.left(), rect.bottom())).shrink(MARGIN);
        let font = TextStyle::Monospace.resolve(ui.style());
        let letter = ui.painter().layout_no_wrap("0".to_owned(), font.clone(), Color32::PLACEHOLDER).size().x;
        let plan = Plan::new(ui, columns, &self.widest, letter, whole.width());
        let has_headings = !plan.is_empty() && lines.len() > 0;
        let space = if has_headings { whole.with_min_y(whole.top() + HEADING) } else { whole };

        let visuals = ui.visuals().clone();
        ui.painter().rect_filled(rect, 2.0, visuals.extreme_bg_color);
        let edge =
            if response.has_focus() { visuals.selection.stroke } else { visuals.widgets.inactive.bg_stroke };

        if has_headings {
            plan.headings_ui(ui, whole);
            let line = Stroke::new(1.0, visuals.widgets.noninteractive.bg_stroke.color);
            ui.painter().hline(rect.x_range(), space.top() - 2.0, line);
        }
        let sheet = Sheet { ui, lines, space, font, plan, laid_out: RefCell::default() };
        let mut placed = self.place(&sheet);
        let mut has_moved = self.wheel(&sheet, &response, &placed)
            | self.pointer(&sheet, &response, &placed)
            | self.keyboard(&sheet, &response, &placed);
        if let Some(number) = self.shows.take()
            && let Some(number) = lines.at_or_after(number)
        {
            self.scroll.show(number, &placed, space.height(), lines, sheet.height(number));
            has_moved = true;
        }
        let handle = self.bar_ui(&sheet, bar.shrink(1.0), &placed, &mut has_moved);
        if has_moved {
            placed = self.place(&sheet);
        }
        if self.scroll.is_following() {
            self.unseen = 0;
        }
        // Apart from the edge and the bar, which do not move when the rows do.
        let seen =
            Rect::from_x_y_ranges(rect.left() + 1.0..=bar.left() - 1.0, space.top()..=space.bottom() + 1.0);
        self.paint(&sheet, seen, &placed, find);
        let mut rows = placed.iter().filter_map(|(number, _)| sheet.row(*number));
        if rows.any(|row| sheet.plan.note_widths(row, &mut self.widest)) {
            ui.ctx().request_discard("a column has to be wider");
        }
        if let Some((handle, color)) = handle {
            ui.painter().rect_filled(handle, BAR / 2.0, color);
        }
        ui.painter().rect_stroke(rect, 2.0, edge, StrokeKind::Inside);
        if lines.len() == 0 {
            ui.ctx().accesskit_node_builder(id, |node| node.set_description(empty));
            let quiet = tone_color(ui, Tone::Quiet);
            let font = TextStyle::Body.resolve(ui.style());
            let text = ui.painter().layout(empty.to_owned(), font, quiet, space.width());
            ui.painter().galley(space.left_top(), text, quiet);
        }
        self.rows_info(ui, lines, &response, space, &placed);
    }

    fn place(&mut self, sheet: &Sheet<'_>) -> Placed<u64> {
        let mut placed =
            self.scroll.place(sheet.space.height(), None, sheet.lines, &mut |number| sheet.height(number));
        // At the end the last row is whole, and so is the first one that is seen, but for a high one, whose room would be empty.
        if self.scroll.is_following() && placed.len() > 1 {
            let spare = MAX_SPARE_ROWS * sheet.ui.text_style_height(&TextStyle::Monospace);
            placed.retain(|(number, y)| *y > -0.5 || y + sheet.height(*number) > spare);
        }
        placed
    }

    fn wheel(&mut self, sheet: &Sheet<'_>, response: &Response, placed: &Placed<u64>) -> bool {
        let delta = sheet.ui.input(|input| input.smooth_scroll_delta().y);
        // Where all rows are in view, what surrounds the log scrolls.
        let is_all = placed.len() == sheet.lines.len() && placed.first().is_none_or(|(_, y)| *y >= 0.0);
        if delta.abs() < 0.01 || is_all || !response.contains_pointer() {
            return false;
        }
        sheet.ui.input_mut(|input| input.smooth_scroll_delta.y = 0.0);
        self.scroll.by(-delta);
        true
    }

    /// Clicks choose a row, dragging selects; `true` where the view has moved.
    fn pointer(&mut self, sheet: &Sheet<'_>, response: &Response, placed: &Placed<u64>) -> bool {
        let Some(at) = response.interact_pointer_pos() else { return false };
        let Some(spot) = sheet.spot(placed, at) else { return false };
        let is_shift = sheet.ui.input(|input| input.modifiers.shift);
        let is_down_on = response.is_pointer_button_down_on() && response.contains_pointer();
        let begins = is_down_on && !response.dragged() || response.drag_started();
        if response.double_clicked() {
            let text = sheet.lines.text(spot.number);
            let range = word(text, spot.byte);
            let end = |byte| Spot { byte, ..spot };
            self.selection = Some(Selection { anchor: end(range.start), head: end(range.end) });
        } else if begins {
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
                self.chosen = Some(sheet.lines.rows().start_of_line(spot.number));
            }
        }
        let beyond = if at.y < sheet.space.top() {
            at.y - sheet.space.top()
        } else {
            (at.y - sheet.space.bottom()).max(0.0)
        };
        if response.dragged() && beyond.abs() > 0.0 {
            self.scroll.by(beyond * 0.5);
            sheet.ui.ctx().request_repaint();
            return true;
        }
        false
    }

    /// Does what the keys say; `true` where the view has moved.
    fn keyboard(&mut self, sheet: &Sheet<'_>, response: &Response, placed: &Placed<u64>) -> bool {
        if !response.has_focus() {
            return false;
        }
        let events = sheet.ui.input(|input| input.events.clone());
        let mut has_moved = false;
        for event in events {
            match event {
                Event::Copy => sheet.ui.ctx().copy_text(self.text_to_copy(sheet.lines)),
                Event::Key { key: Key::A, pressed: true, modifiers, .. } if modifiers.command => {
                    self.select_all(sheet);
                }
                Event::Key { key: Key::Escape, pressed: true, modifiers, .. } if modifiers.is_none() => {
                    sheet.ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
                    // The first Esc gives up what is selected, the next one the keyboard.
                    if self.selection.take().is_none() & self.chosen.take().is_none() {
                        response.surrender_focus();
                        self.has_left = true;
                    }
                }
                Event::Key { key, pressed: true, modifiers, .. } => {
                    has_moved |= self.step(sheet, placed, key, modifiers);
                }
                _ => (),
            }
        }
        let filter = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            escape: true,
            ..EventFilter::default()
        };
        sheet.ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        has_moved
    }

    fn step(&mut self, sheet: &Sheet<'_>, placed: &Placed<u64>, key: Key, modifiers: Modifiers) -> bool {
        let lines = sheet.lines;
        let Some(last) = lines.len().checked_sub(1) else { return false };
        let page = placed.len().saturating_sub(2).max(1);
        let head = self.selection.filter(|_| modifiers.shift).map(|selection| selection.head);
        let here = head.map(|head| head.number).or(self.chosen);
        let here = here.map(|number| lines.index(number).min(last));
        // Without a row to begin at, the view itself says where.
        let first_in_view = placed.first().map_or(0, |(number, _)| lines.index(*number));
        let last_in_view = placed.last().map_or(last, |(number, _)| lines.index(*number));
        let wanted = match key {
            Key::ArrowUp => here.map_or(last_in_view, |here| here.saturating_sub(1)),
            Key::ArrowDown => here.map_or(first_in_view, |here| here + 1).min(last),
            Key::PageUp => here.unwrap_or(last_in_view).saturating_sub(page),
            Key::PageDown => (here.unwrap_or(first_in_view) + page).min(last),
            Key::Home => 0,
            Key::End => last,
            Key::ArrowLeft | Key::ArrowRight if modifiers.shift => {
                self.extend_by_character(sheet, key == Key::ArrowRight);
                return false;
            }
            _ => return false,
        };
        let Some(number) = lines.number(wanted) else { return false };
        if modifiers.shift {
            self.extend_to(sheet, here.unwrap_or(wanted), wanted);
        } else {
            self.selection = None;
            self.chosen = Some(number);
        }
        if key == Key::End && !modifiers.shift {
            self.scroll.follow();
        } else {
            self.shows = Some(number);
        }
        true
    }

    fn select_all(&mut self, sheet: &Sheet<'_>) {
        if let (Some(first), Some(last)) = (sheet.lines.number(0), sheet.lines.last()) {
            let anchor = Spot { number: first, byte: 0 };
            let head = Spot { number: last, byte: sheet.lines.text(last).len() };
            self.selection = Some(Selection { anchor, head });
        }
    }

    /// Selects whole rows, from where the selection began.
    fn extend_to(&mut self, sheet: &Sheet<'_>, here: usize, wanted: usize) {
        let ends = |index: usize| {
            let number = sheet.lines.number(index).unwrap_or_default();
            (Spot { number, byte: 0 }, Spot { number, byte: sheet.lines.text(number).len() })
        };
        let begun = self.selection.map_or(here, |selection| sheet.lines.index(selection.anchor.number));
        let ((start, end), (to_start, to_end)) = (ends(begun), ends(wanted));
        let selection = if wanted >= begun {
            Selection { anchor: start, head: to_end }
        } else {
            Selection { anchor: end, head: to_start }
        };
        self.selection = Some(selection);
    }

    fn extend_by_character(&mut self, sheet: &Sheet<'_>, is_right: bool) {
        let start = self.chosen.map(|number| Spot { number, byte: 0 });
        let Some(mut selection) = self.selection.or(start.map(|spot| Selection { anchor: spot, head: spot }))
        else {
            return;
        };
        let text = sheet.lines.text(selection.head.number);
        let byte = selection.head.byte.min(text.len());
        selection.head.byte = if is_right {
            text.ceil_char_boundary((byte + 1).min(text.len()))
        } else {
            text.floor_char_boundary(byte.saturating_sub(1))
        };
        self.selection = Some(selection);
    }

    fn paint(&self, sheet: &Sheet<'_>, seen: Rect, placed: &Placed<u64>, find: Option<&Find>) {
        let visuals = sheet.ui.visuals();
        let (hit, here) = hit_colors(visuals.dark_mode);
        let painter = sheet.ui.painter().with_clip_rect(seen.intersect(sheet.ui.clip_rect()));
        let needle = find.map(Find::needle);
        let current = find.and_then(Find::current).map(|(number, _)| number);
        for (number, y) in placed {
            let Some(row) = sheet.row(*number) else { continue };
            let color = if current == Some(row.number) { here } else { hit };
            let mut marks: Vec<_> = needle
                .map(|needle| matches(sheet.lines.rows(), row, needle))
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
            let laid_out = sheet.lay_out(row, &marks);
            let LaidOut { pieces, height } = &*laid_out;
            let at = sheet.space.min + vec2(0.0, *y);
            if self.chosen == Some(sheet.lines.rows().start_of_line(row.number)) {
                let whole = Rect::from_min_size(at, vec2(sheet.space.width(), *height));
                let chosen = whole.expand2(vec2(MARGIN - 1.0, ROW_GAP / 2.0));
                painter.rect_filled(chosen, 0.0, visuals.faint_bg_color);
                painter.vline(
                    chosen.left() + 1.0,
                    chosen.y_range(),
                    Stroke::new(2.0, visuals.selection.stroke.color),
                );
            }
            for Piece { left, galley, .. } in pieces {
                painter.galley(at + vec2(*left, 0.0), Arc::clone(galley), visuals.text_color());
            }
        }
    }

    /// The rows in view as a screen reader knows them; the newest one is said when it comes.
    fn rows_info(&mut self, ui: &mut Ui, lines: &Lines, list: &Response, space: Rect, placed: &Placed<u64>) {
        let now = ui.input(|input| input.time);
        let newest = lines.rows().end().saturating_sub(1);
        let is_due = self.spoken.0 == newest || now - self.spoken.1 >= SPEECH_PAUSE;
        // Only while the keyboard is here: a line a second would leave nothing else to be heard.
        let (chosen, is_read) = (self.chosen, self.scroll.is_following() && list.has_focus());
        let mut has_spoken = false;
        let child = UiBuilder::new().max_rect(space).accessibility_parent(list.id);
        ui.scope_builder(child, |ui| {
            for (place, (number, y)) in placed.iter().enumerate() {
                let Some(row) = lines.rows().get(*number) else { continue };
                let bottom = placed.get(place + 1).map_or(space.height(), |(_, y)| *y - ROW_GAP);
                let top = space.top() + y.max(0.0);
                let rect =
                    Rect::from_min_max(pos2(space.left(), top), pos2(space.right(), space.top() + bottom));
                let response = ui.interact(rect, row_id(list.id, row.number), Sense::hover());
                let is_chosen = chosen == Some(row.number);
                let name = || row.line.text.replace('\t', ", ");
                response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, name()));
                ui.ctx().accesskit_node_builder(response.id, |node| node.set_selected(is_chosen));
                if is_read && row.number == newest && is_due {
                    live(&response);
                    has_spoken = true;
                }
            }
        });
        if has_spoken && self.spoken.0 != newest {
            self.spoken = (newest, now);
        }
        let is_in_view = placed.iter().any(|(number, _)| chosen == Some(*number));
        let count = lines.len();
        ui.ctx().accesskit_node_builder(list.id, |node| {
            node.set_size_of_set(count);
            if let Some(number) = chosen.filter(|_| is_in_view) {
                node.set_active_descendant(row_id(list.id, number).accesskit_id());
            }
        });
    }

    /// The bar beside the rows moves the view: its handle, unless all rows are in view.
    fn bar_ui(
        &mut self,
        sheet: &Sheet<'_>,
        track: Rect,
        placed: &Placed<u64>,
        has_moved: &mut bool,
    ) -> Option<(Rect, Color32)> {
        let lines = sheet.lines;
        let height = |number: u64| f64::from(sheet.height(number).max(1.0));
        // Only the heights of rows in view are known: the bar counts rows.
        let (first, y) = placed.first().copied()?;
        let above = as_f64(lines.index(first)) + f64::from(-y) / height(first);
        let (len, in_view) = (as_f64(lines.len()), as_f64(placed.len()));
        if len <= in_view && above <= 0.0 {
            return None;
        }
        let part = if self.scroll.is_following() { 1.0 } else { above / (len - in_view).max(1.0) };
        let bar = scroll_bar(sheet.ui, track, in_view / len, part);
        if let Some(part) = bar.moved_to {
            let (index, down) = row_at(part, len, in_view);
            let number = lines.number(index).unwrap_or(first);
            if part >= 1.0 {
                self.scroll.follow();
            } else {
                self.scroll.go_to(number, as_f32(down * height(number)));
            }
            *has_moved = true;
        }
        let widgets = &sheet.ui.visuals().widgets;
        let style = if bar.is_pointed { widgets.hovered } else { widgets.inactive };
        Some((bar.handle, style.fg_stroke.color.gamma_multiply(0.5)))
    }
}

/// The place of the row at the upper edge, and the part of it above that, where the bar is at `part` of its way.
pub(super) fn row_at(part: f64, len: f64, in_view: f64) -> (usize, f64) {
    let place = part * (len - in_view).max(0.0);
    (as_usize(place), place.fract())
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

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53 rows")]
fn as_f64(rows: usize) -> f64 {
    rows as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
fn as_usize(place: f64) -> usize {
    place.max(0.0) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "points of a row")]
fn as_f32(points: f64) -> f32 {
    points as f32
}
