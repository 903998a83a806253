//! Which pieces are in view, and where: from a piece on downwards, or from the end upwards. A place
//! is a piece and points within it, never points from the beginning: those are too many for an f32.

use super::cache::{Cache, Place};

/// A piece, and where it begins, in points below the upper edge of the view.
pub(super) type Shown = Vec<(Place, f32)>;

/// What fills a view of that height and ends with the last piece; what is too short begins at
/// the upper edge.
pub(super) fn from_end(cache: &Cache, view: f32, mut height: impl FnMut(Place) -> f32) -> Shown {
    let mut shown = Vec::new();
    let mut top = view;
    let mut next = cache.last();
    while let Some(place) = next
        && top > 0.0
    {
        top -= height(place);
        shown.push((place, top));
        next = cache.before(place);
    }
    shown.reverse();
    if top > 0.0 {
        for (_, start) in &mut shown {
            *start -= top;
        }
    }
    shown
}

/// What fills the view from `offset` points below the upper edge of `place`, and where it ends.
pub(super) fn from_top(
    cache: &Cache,
    place: Place,
    offset: f32,
    view: f32,
    mut height: impl FnMut(Place) -> f32,
) -> (Shown, f32) {
    let mut shown = Vec::new();
    let mut top = -offset;
    let mut next = Some(place);
    while let Some(place) = next
        && top < view
    {
        shown.push((place, top));
        top += height(place);
        next = cache.after(place);
    }
    (shown, top)
}

/// The same spot, said by the piece that it is in.
pub(super) fn normal(
    cache: &Cache,
    mut place: Place,
    mut offset: f32,
    mut height: impl FnMut(Place) -> f32,
) -> (Place, f32) {
    while offset < 0.0 {
        let Some(before) = cache.before(place) else { return (place, 0.0) };
        place = before;
        offset += height(place);
    }
    loop {
        let here = height(place);
        match cache.after(place) {
            Some(after) if offset >= here => {
                offset -= here;
                place = after;
            }
            _ => return (place, offset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Body, Transcript};
    use chrono::DateTime;

    fn cache(texts: &[String]) -> Cache {
        let mut transcript = Transcript::default();
        let at = DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap();
        for text in texts {
            transcript.push(at, Body::Server { bot: None, text: text.clone(), streams_for: None });
        }
        let mut cache = Cache::default();
        cache.sync(&transcript, 300.0, 16.0);
        cache
    }

    fn place(index: usize, piece: usize) -> Place {
        Place { index, piece }
    }

    #[test]
    fn the_end_fills_the_view_and_what_is_short_begins_at_the_top() {
        let cache = cache(&["a", "b", "c"].map(str::to_owned));
        let shown = from_end(&cache, 25.0, |_| 10.0);
        assert_eq!(shown, [(place(0, 0), -5.0), (place(1, 0), 5.0), (place(2, 0), 15.0)]);
        let shown = from_end(&cache, 100.0, |_| 10.0);
        assert_eq!(shown, [(place(0, 0), 0.0), (place(1, 0), 10.0), (place(2, 0), 20.0)]);
        assert!(from_end(&Cache::default(), 100.0, |_| 10.0).is_empty());
    }

    #[test]
    fn a_spot_above_or_below_its_piece_is_said_by_another_piece() {
        let cache = cache(&["a", "b", "c"].map(str::to_owned));
        let spot = |offset| normal(&cache, place(1, 0), offset, |_| 10.0);
        assert_eq!(spot(-4.0), (place(0, 0), 6.0));
        assert_eq!(spot(-40.0), (place(0, 0), 0.0), "above all");
        assert_eq!(spot(13.0), (place(2, 0), 3.0));
        assert_eq!(spot(33.0), (place(2, 0), 23.0), "below all");
        let (shown, end) = from_top(&cache, place(1, 0), 4.0, 100.0, |_| 10.0);
        assert_eq!((shown, end), (vec![(place(1, 0), -4.0), (place(2, 0), 6.0)], 16.0));
    }

    #[test]
    fn millions_of_rows_have_an_end_that_can_be_walked_to_and_from() {
        let replies: Vec<String> = (0..28).map(|_| "x\n".repeat(80_000)).collect();
        let cache = cache(&replies);
        let end = from_end(&cache, 400.0, |_| 640.0);
        assert_eq!(end, [(place(27, 1999), -240.0)]);
        let (total, above) = cache.extent(end[0].0);
        assert!(total > 28.0 * 80_000.0 * 16.0 && above < total, "{total}, {above}");
        let (at, down) = cache.at(above + 3.0).unwrap();
        assert_eq!((at, down), (end[0].0, 3.0));
        let mut spot = (end[0].0, 0.0);
        for _ in 0..1000 {
            spot = normal(&cache, spot.0, spot.1 - 0.25, |_| 640.0);
        }
        assert_eq!(spot, (place(27, 1998), 640.0 - 250.0));
    }
}
