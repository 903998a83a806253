//! A list of rows of any height: which rows are in view, and where.
//!
//! A place is a row and points within it, never points from the beginning: a million rows are more points than an
//! `f32` tells apart. Only the rows in view are asked for their heights.
//!
//! The log and the chat client's conversation share this, the bar beside it and [`super::FindBar`]. They keep
//! what they are to people: a log's row is a line of one big text with a selection of its own over any number of rows,
//! while a message is a thing with buttons, in a text that is laid out in chunks and may still grow.

use eframe::egui::{Rect, Sense, Ui, vec2};

/// The handle of a bar is never lower, in points.
const MIN_HANDLE: f32 = 24.0;

/// Rows, one above the other.
pub trait List {
    /// Names a row, also when others come and go. What comes later is greater.
    type Row: Copy + Ord;

    /// The row, or the one after it where it is gone.
    fn at_or_after(&self, row: Self::Row) -> Option<Self::Row>;

    /// The last of all.
    fn last(&self) -> Option<Self::Row>;

    /// The one above.
    fn before(&self, row: Self::Row) -> Option<Self::Row>;

    /// The one below.
    fn after(&self, row: Self::Row) -> Option<Self::Row>;
}

/// How high a row is, in points.
pub type Height<'a, R> = &'a mut dyn FnMut(R) -> f32;

/// Rows in view from top to bottom, each with its upper edge in points below that of the view.
pub type Placed<R> = Vec<(R, f32)>;

/// What is in view: the end, or what the user has scrolled to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scroll<R> {
    /// The row at the upper edge of the view.
    row: R,
    /// Points of that row that are above the edge.
    above: f32,
    mode: Mode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    /// The end stays in view.
    #[default]
    Following,
    /// The user has scrolled away from the end. Back there, the end is followed again.
    Scrolled,
    /// The user wants the view to stay, even at the end.
    Held,
}

impl<R: Copy + Ord> Scroll<R> {
    /// Whether the end stays in view as rows come.
    pub fn is_following(&self) -> bool {
        self.mode == Mode::Following
    }

    /// The row at the upper edge of the view, and the points of it that are above the edge.
    pub fn top(&self) -> (R, f32) {
        (self.row, self.above)
    }

    /// Goes to the end and stays there.
    pub fn follow(&mut self) {
        self.mode = Mode::Following;
    }

    /// Stays where it is.
    pub fn hold(&mut self) {
        self.mode = Mode::Held;
    }

    /// Moves the view by `points`, down where positive.
    pub fn by(&mut self, points: f32) {
        self.above += points;
        let is_held = self.mode == Mode::Held && points < 0.0;
        self.mode = if is_held { Mode::Held } else { Mode::Scrolled };
    }

    /// Has `row` begin so many points above the upper edge of the view.
    pub fn go_to(&mut self, row: R, above: f32) {
        *self = Self { row, above, mode: Mode::Scrolled };
    }

    /// Brings a row that is `own` points high wholly into the view: by a step to the edge, by a leap to the middle.
    pub fn show<L: List<Row = R>>(&mut self, row: R, placed: &Placed<R>, view: f32, list: &L, own: f32) {
        if placed.iter().any(|(at, y)| *at == row && *y >= 0.0 && y + own <= view) {
            return;
        }
        let [top, bottom] = [placed.first(), placed.last()].map(|placed| placed.map(|(row, _)| *row));
        let above = top.filter(|top| row <= *top).map(|top| list.before(top).unwrap_or(top) <= row);
        let below = bottom.filter(|end| row >= *end).map(|end| list.after(end).unwrap_or(end) >= row);
        let y = match (above, below) {
            (_, Some(true)) => view - own,
            (Some(true), _) => 0.0,
            _ => (view - own) / 2.0,
        };
        (self.row, self.above) = (row, -y.max(0.0));
        if self.mode == Mode::Following {
            self.mode = Mode::Scrolled;
        }
    }

    /// The rows in a view of that height. At the end it follows again, unless that would take the row with the
    /// `focus` further out of view.
    pub fn place<L: List<Row = R>>(
        &mut self,
        view: f32,
        focus: Option<R>,
        list: &L,
        height: Height<'_, R>,
    ) -> Placed<R> {
        if self.mode != Mode::Following
            && let Some(first) = list.at_or_after(self.row).or_else(|| list.last())
        {
            let above = if first == self.row { self.above } else { 0.0 };
            let (first, above) = normal(first, above, list, height);
            let (placed, bottom) = from_top(first, above, view, list, height);
            let is_end = placed.last().map(|(row, _)| *row) == list.last() && bottom <= view + 0.5;
            let stays =
                self.mode == Mode::Held && bottom > view - 0.5 || focus.is_some_and(|focus| focus < first);
            if !is_end || stays {
                (self.row, self.above) = (first, above);
                return placed;
            }
        }
        if self.mode == Mode::Scrolled {
            self.mode = Mode::Following;
        }
        let placed = from_end(view, list, height);
        if let Some((first, y)) = placed.first() {
            (self.row, self.above) = (*first, -y);
        }
        placed
    }
}

/// What fills the view from `above` points below the upper edge of `row`, and where that ends.
fn from_top<L: List>(
    row: L::Row,
    above: f32,
    view: f32,
    list: &L,
    height: Height<'_, L::Row>,
) -> (Placed<L::Row>, f32) {
    let mut placed = Vec::new();
    let mut y = -above;
    let mut next = Some(row);
    while let Some(row) = next
        && y < view
    {
        placed.push((row, y));
        y += height(row);
        next = list.after(row);
    }
    (placed, y)
}

/// What fills the view and ends with the last row; what is too short begins at the upper edge.
fn from_end<L: List>(view: f32, list: &L, height: Height<'_, L::Row>) -> Placed<L::Row> {
    let mut rows = Vec::new();
    let mut used = 0.0;
    let mut next = list.last();
    while let Some(row) = next
        && used < view
    {
        let points = height(row);
        used += points;
        rows.push((row, points));
        next = list.before(row);
    }
    let mut y = (view - used).min(0.0);
    let place = |(row, points): (L::Row, f32)| {
        let placed = (row, y);
        y += points;
        placed
    };
    rows.into_iter().rev().map(place).collect()
}

/// The spot that is `above` points below the top of `row`, given by the row that it is in.
fn normal<L: List>(mut row: L::Row, mut above: f32, list: &L, height: Height<'_, L::Row>) -> (L::Row, f32) {
    while above < 0.0 {
        let Some(before) = list.before(row) else { return (row, 0.0) };
        row = before;
        above += height(row);
    }
    while let Some(after) = list.after(row) {
        let points = height(row);
        if above < points {
            break;
        }
        above -= points;
        row = after;
    }
    (row, above)
}

/// The bar beside a list, which its owner paints.
#[derive(Debug)]
pub struct ScrollBar {
    /// Where the handle is.
    pub handle: Rect,
    /// Whether the pointer has hold of it, or is over it.
    pub is_pointed: bool,
    /// How far down the user has just moved it, from 0 to 1.
    pub moved_to: Option<f64>,
}

/// Lays out a bar on `track`: `share` of the list is in view, `part` of the way to the end is above it. Only the pointer gets
/// hold of it: the keyboard has keys of its own.
#[must_use]
pub fn scroll_bar(ui: &Ui, track: Rect, share: f64, part: f64) -> ScrollBar {
    let height = (track.height() * as_f32(share)).max(MIN_HANDLE);
    let way = (track.height() - height).max(1.0);
    let handle_at = |part: f64| {
        let down = vec2(0.0, as_f32(part.clamp(0.0, 1.0)) * way);
        Rect::from_min_size(track.left_top() + down, vec2(track.width(), height))
    };
    let id = ui.scope_id().with("bar");
    let response = ui.interact(track, id, Sense::DRAG | Sense::CLICK);
    let handle = handle_at(part);
    let pointer = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked());
    let moved_to = pointer.map(|pointer| {
        // It is held where it was taken hold of; a click beside it brings its middle there.
        let grip = id.with("grip");
        let middle = height / 2.0;
        if response.drag_started() || response.clicked() {
            // By the time that this counts as a drag, the pointer may have left the handle.
            let pressed = ui.input(|input| input.pointer.press_origin()).unwrap_or(pointer).y;
            let is_on = handle.y_range().contains(pressed);
            ui.data_mut(|data| data.insert_temp(grip, if is_on { pressed - handle.top() } else { middle }));
        }
        let held: f32 = ui.data(|data| data.get_temp(grip)).unwrap_or(middle);
        f64::from(((pointer.y - held - track.top()) / way).clamp(0.0, 1.0))
    });
    let is_pointed = response.dragged() || response.hovered();
    ScrollBar { handle: moved_to.map_or(handle, handle_at), is_pointed, moved_to }
}

#[expect(clippy::cast_possible_truncation, reason = "points of a window, or a part of a whole")]
fn as_f32(points: f64) -> f32 {
    points as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many rows from a number on. Every third is wrapped.
    #[derive(Clone, Copy)]
    struct Rows(u64, u64);

    impl List for Rows {
        type Row = u64;

        fn at_or_after(&self, row: u64) -> Option<u64> {
            Some(row.max(self.0)).filter(|row| *row < self.1)
        }

        fn last(&self) -> Option<u64> {
            self.before(self.1)
        }

        fn before(&self, row: u64) -> Option<u64> {
            (row > self.0).then(|| row - 1)
        }

        fn after(&self, row: u64) -> Option<u64> {
            (row + 1 < self.1).then_some(row + 1)
        }
    }

    fn height(row: u64) -> f32 {
        if row.is_multiple_of(3) { 30.0 } else { 10.0 }
    }

    fn place_in(scroll: &mut Scroll<u64>, rows: Rows, focus: Option<u64>) -> Placed<u64> {
        scroll.place(100.0, focus, &rows, &mut height)
    }

    fn place(scroll: &mut Scroll<u64>, rows: u64) -> Placed<u64> {
        place_in(scroll, Rows(0, rows), None)
    }

    #[test]
    fn the_end_is_followed_and_a_short_list_begins_at_the_top() {
        let placed = place(&mut Scroll::default(), 1000);
        // 999 is a high one.
        assert_eq!(placed.last(), Some(&(999, 70.0)));
        assert!(placed.first().is_some_and(|(_, y)| *y <= 0.0));
        assert_eq!(place(&mut Scroll::default(), 2), [(0, 0.0), (1, 30.0)]);
        assert_eq!(place(&mut Scroll::default(), 0), []);
    }

    #[test]
    fn scrolling_goes_by_points_over_rows_of_any_height() {
        let mut scroll = Scroll::default();
        place(&mut scroll, 1_000_000);
        let before = scroll.top();
        scroll.by(-1234.5);
        place(&mut scroll, 1_000_000);
        scroll.by(1000.0);
        scroll.by(234.0);
        place(&mut scroll, 1_000_000);
        assert!(scroll.is_following(), "within half a point of the end");
        assert_eq!(scroll.top(), before);
        scroll.by(-1e6);
        let (first, _) = place(&mut scroll, 1_000_000)[0];
        assert!((939_000..941_000).contains(&first), "{first}");
        assert!(!scroll.is_following());
    }

    #[test]
    fn the_view_stays_with_its_row_while_others_come_and_go() {
        let mut scroll = Scroll::default();
        scroll.go_to(500, 5.0);
        let placed = place(&mut scroll, 1000);
        assert_eq!(place_in(&mut scroll, Rows(400, 5000), None), placed);
        let placed = place_in(&mut scroll, Rows(600, 5000), None);
        assert_eq!(placed.first(), Some(&(600, 0.0)), "its own is gone");
        scroll.go_to(500, 0.0);
        assert_eq!(place_in(&mut scroll, Rows(0, 10), None).last().map(|(row, _)| *row), Some(9));
    }

    #[test]
    fn a_held_view_and_a_row_with_the_focus_stay_at_the_end() {
        let mut scroll = Scroll::default();
        place(&mut scroll, 1000);
        scroll.hold();
        place(&mut scroll, 1000);
        let placed = place(&mut scroll, 1001);
        assert_eq!((scroll.is_following(), placed.last().map(|(row, _)| *row)), (false, Some(999)));
        let (row, above) = scroll.top();
        scroll.go_to(row, above);
        place_in(&mut scroll, Rows(0, 1000), Some(row - 1));
        assert!(!scroll.is_following());
        place_in(&mut scroll, Rows(0, 1000), Some(row));
        assert!(scroll.is_following());
    }

    #[test]
    fn a_row_out_of_view_is_brought_there() {
        let mut scroll = Scroll::default();
        scroll.go_to(500, 5.0);
        // The last one in view is cut by the edge.
        let mut placed = place(&mut scroll, 1000);
        assert_eq!(placed.last(), Some(&(506, 95.0)));
        for row in [506, 500, 499, 501, 0, 999] {
            scroll.show(row, &placed, 100.0, &Rows(0, 1000), height(row));
            placed = place(&mut scroll, 1000);
            let found = placed.iter().find(|(at, _)| *at == row);
            let Some((_, y)) = found.copied() else { panic!("{row} is not among {placed:?}") };
            assert!(y >= 0.0 && y + height(row) <= 100.0, "{row} at {y}");
        }
    }
}
