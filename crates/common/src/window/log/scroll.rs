//! Where the view stands: at a row and a part of it, as a million rows are more points than a
//! float tells apart. Heights are known for rows in view only.

use super::rows::Rows;
use super::view::View;

/// The upper edge of the view.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Top {
    /// Number of the first row in view.
    pub(super) number: u64,
    /// Points of it that are above the edge.
    pub(super) above: f32,
}

/// A view on rows of different heights.
#[derive(Debug)]
pub(super) struct Scroll {
    pub(super) top: Top,
    /// The end stays in view as rows come.
    pub(super) is_following: bool,
    /// The user wants the view to stay, even at the end.
    is_held: bool,
}

/// A row in view: its place in the list, and its upper edge below that of the view.
pub(super) type Placed = (usize, f32);

impl Scroll {
    /// At the end.
    pub(super) fn new() -> Self {
        Self { top: Top::default(), is_following: true, is_held: false }
    }

    /// Goes to the end and stays there.
    pub(super) fn follow(&mut self) {
        (self.is_following, self.is_held) = (true, false);
    }

    /// Stays where it is.
    pub(super) fn hold(&mut self) {
        (self.is_following, self.is_held) = (false, true);
    }

    /// Moves the view by `points`, down where positive.
    pub(super) fn by(&mut self, points: f32, rows: &Rows, view: &View, height: &mut dyn FnMut(usize) -> f32) {
        let len = view.len(rows);
        let mut index = view.index(rows, self.top.number);
        let mut above = self.top.above + points;
        while above < 0.0 && index > 0 {
            index -= 1;
            above += height(index);
        }
        while index + 1 < len && above >= height(index) {
            above -= height(index);
            index += 1;
        }
        self.is_following = false;
        self.is_held &= points < 0.0;
        self.set(index, above.max(0.0), rows, view);
    }

    /// Shows the row at `index` whole, where it is not, some rows from the edge.
    pub(super) fn show(
        &mut self,
        index: usize,
        placed: &[Placed],
        space: f32,
        rows: &Rows,
        view: &View,
        height: &mut dyn FnMut(usize) -> f32,
    ) {
        let own = height(index);
        let is_in_view = placed.iter().any(|(at, y)| *at == index && *y >= 0.0 && y + own <= space);
        if is_in_view {
            return;
        }
        self.is_following = false;
        let is_below = placed.last().is_some_and(|(last, _)| index >= *last) && !placed.is_empty();
        let near = placed.last().is_some_and(|(last, _)| index.abs_diff(*last) < 2)
            || placed.first().is_some_and(|(first, _)| index.abs_diff(*first) < 2);
        self.set(index, 0.0, rows, view);
        // One step goes to the edge, a leap to the middle.
        let before = match (near, is_below) {
            (true, false) => 0.0,
            (true, true) => space - own,
            (false, _) => (space - own) / 2.0,
        };
        if before > 0.0 {
            self.by(-before, rows, view, height);
        }
    }

    /// Goes to a part of the whole list, as by the scroll bar.
    pub(super) fn go_to_part(&mut self, part: f64, visible: f64, rows: &Rows, view: &View, height: f32) {
        let len = as_f64(view.len(rows));
        let place = (part.clamp(0.0, 1.0) * (len - visible).max(0.0)).min(len);
        let index = place.floor();
        self.set(as_usize(index), as_f32(place - index) * height, rows, view);
        (self.is_following, self.is_held) = (part >= 1.0, false);
    }

    fn set(&mut self, index: usize, above: f32, rows: &Rows, view: &View) {
        self.top = Top { number: view.number(rows, index).unwrap_or(rows.first()), above };
    }

    /// The rows in view, from top to bottom.
    pub(super) fn place(
        &mut self,
        space: f32,
        rows: &Rows,
        view: &View,
        height: &mut dyn FnMut(usize) -> f32,
    ) -> Vec<Placed> {
        let len = view.len(rows);
        if !self.is_following {
            let first = view.index(rows, self.top.number);
            let is_there = view.number(rows, first) == Some(self.top.number);
            let mut y = if is_there { -self.top.above } else { 0.0 };
            let mut placed = Vec::new();
            for index in first..len {
                if y >= space {
                    break;
                }
                placed.push((index, y));
                y += height(index);
            }
            let is_end = first + placed.len() >= len && y <= space + 0.5;
            if !is_end || (self.is_held && y > space - 0.5) {
                self.set(first, if is_there { self.top.above } else { 0.0 }, rows, view);
                return placed;
            }
            // The end is in view: it stays so.
            self.is_following = !self.is_held;
        }
        let mut heights = Vec::new();
        let (mut first, mut used) = (len, 0.0);
        while first > 0 && used < space {
            first -= 1;
            let row = height(first);
            used += row;
            heights.push(row);
        }
        let mut y = (space - used).min(0.0);
        self.set(first, -y, rows, view);
        let place = |(index, row): (usize, f32)| {
            let placed = (index, y);
            y += row;
            placed
        };
        (first..).zip(heights.into_iter().rev()).map(place).collect()
    }
}

/// How much of the list is above the view, in rows.
pub(super) fn rows_above(placed: &[Placed], height: &mut dyn FnMut(usize) -> f32) -> f64 {
    let Some((first, y)) = placed.first() else { return 0.0 };
    as_f64(*first) + f64::from(-y / height(*first).max(1.0))
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53 rows")]
pub(super) fn as_f64(rows: usize) -> f64 {
    rows as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
fn as_usize(place: f64) -> usize {
    place.max(0.0) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "points of a window")]
pub(super) fn as_f32(points: f64) -> f32 {
    points as f32
}

#[cfg(test)]
mod tests {
    use super::super::rows::LogLine;
    use super::*;

    fn rows(count: usize) -> Rows {
        let mut rows = Rows::new(count, usize::MAX, 0);
        (0..count).for_each(|_| rows.push(LogLine { text: "x", ..LogLine::default() }));
        rows
    }

    /// Every third row is wrapped.
    fn height(index: usize) -> f32 {
        if index.is_multiple_of(3) { 30.0 } else { 10.0 }
    }

    fn place(scroll: &mut Scroll, rows: &Rows) -> Vec<Placed> {
        scroll.place(100.0, rows, &View::default(), &mut height)
    }

    #[test]
    fn the_end_is_followed_and_a_short_list_begins_at_the_top() {
        let mut scroll = Scroll::new();
        let placed = place(&mut scroll, &rows(1000));
        // 999 is a high one.
        assert_eq!(placed.last(), Some(&(999, 70.0)));
        assert!(placed.first().is_some_and(|(_, y)| *y <= 0.0));
        assert_eq!(place(&mut Scroll::new(), &rows(2)), [(0, 0.0), (1, 30.0)]);
        assert_eq!(place(&mut Scroll::new(), &rows(0)), []);
    }

    #[test]
    fn scrolling_goes_by_points_over_rows_of_any_height() {
        let (rows, view) = (rows(1_000_000), View::default());
        let mut scroll = Scroll::new();
        place(&mut scroll, &rows);
        let before = scroll.top;
        scroll.by(-1234.5, &rows, &view, &mut height);
        place(&mut scroll, &rows);
        assert!(!scroll.is_following);
        scroll.by(1000.0, &rows, &view, &mut height);
        scroll.by(234.0, &rows, &view, &mut height);
        assert!(!scroll.is_following);
        scroll.by(0.5, &rows, &view, &mut height);
        place(&mut scroll, &rows);
        assert!(scroll.is_following, "the end is in view");
        assert_eq!(scroll.top.number, before.number);
    }

    #[test]
    fn the_bar_reaches_each_row_of_millions() {
        let (rows, view) = (rows(1_000_000), View::default());
        let mut scroll = Scroll::new();
        for wanted in [0, 1, 777_777, 999_000] {
            let part = as_f64(wanted) / (1_000_000.0 - 5.0);
            scroll.go_to_part(part, 5.0, &rows, &view, 10.0);
            assert!(scroll.top.number.abs_diff(wanted as u64) <= 1, "{wanted} {:?}", scroll.top);
        }
    }

    #[test]
    fn a_row_out_of_view_is_brought_there() {
        let (rows, view) = (rows(1000), View::default());
        let mut scroll = Scroll::new();
        let mut placed = place(&mut scroll, &rows);
        for index in [500, 499, 501, 0, 999] {
            scroll.show(index, &placed, 100.0, &rows, &view, &mut height);
            placed = place(&mut scroll, &rows);
            let found = placed.iter().find(|(at, _)| *at == index);
            let Some((_, y)) = found.copied() else { panic!("{index} is not among {placed:?}") };
            assert!(y >= 0.0 && y + height(index) <= 100.0, "{index} at {y}");
        }
    }
}
