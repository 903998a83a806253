//! What is known of each entry without laying it out: its pieces, and about how high they are.

use std::collections::VecDeque;

use crate::chunks::Pieces;
use crate::transcript::{Entry, Transcript};

/// One piece of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Which of those that are to be seen.
    pub(super) index: usize,
    pub(super) piece: usize,
}

/// An entry in pieces.
#[derive(Debug)]
pub(super) struct Cached {
    revision: u32,
    pub(super) pieces: Pieces,
    /// Height of each piece, estimated until it is laid out.
    heights: Vec<f32>,
    /// Their sum: more than an f32 can count.
    total: f64,
}

/// About how wide a text is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    pub(super) row_height: f32,
    pub(super) chars_a_row: usize,
}

impl Cached {
    fn new(entry: &Entry, measure: Measure) -> Self {
        let text = entry.body.text();
        let mut cached =
            Self { revision: entry.revision, pieces: Pieces::new(&text), heights: Vec::new(), total: 0.0 };
        cached.estimate(&text, measure);
        cached
    }

    fn is_of(&self, entry: &Entry, len: usize) -> bool {
        self.revision == entry.revision && self.pieces.text_len() == len
    }

    fn grow(&mut self, entry: &Entry, measure: Measure) {
        let text = entry.body.text();
        if self.revision != entry.revision || self.pieces.text_len() > text.len() {
            *self = Self::new(entry, measure);
        } else {
            self.pieces.grow(&text);
            self.estimate(&text, measure);
        }
    }

    /// Heights for the pieces that have none.
    #[expect(clippy::cast_precision_loss, reason = "rows of a piece")]
    fn estimate(&mut self, text: &str, measure: Measure) {
        for piece in self.heights.len()..self.pieces.count() {
            let shown = text.get(self.pieces.range(text, piece)).unwrap_or_default();
            let rows = shown.len() / measure.chars_a_row + shown.matches('\n').count() + 1;
            let height = rows as f32 * measure.row_height;
            self.heights.push(height);
            self.total += f64::from(height);
        }
    }
}

/// All entries that are to be seen.
#[derive(Debug, Default)]
pub(super) struct Cache {
    cached: VecDeque<Cached>,
    /// The number of the first.
    first: u64,
    width: f32,
}

impl Cache {
    /// As the transcript has it.
    pub(super) fn sync(&mut self, transcript: &Transcript, width: f32, row_height: f32) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some dozens")]
        let chars_a_row = (width / (row_height * 0.45)).max(8.0) as usize;
        let measure = Measure { row_height, chars_a_row };
        let first = transcript.first();
        if first < self.first || (width - self.width).abs() > 0.5 {
            // Other entries, or each with other rows.
            self.cached.clear();
            self.first = first;
        }
        self.width = width;
        while self.first < first {
            self.cached.pop_front();
            self.first += 1;
        }
        for (index, entry) in transcript.entries().enumerate() {
            let len = entry.body.text().len();
            match self.cached.get_mut(index) {
                Some(cached) if cached.is_of(entry, len) => (),
                Some(cached) => cached.grow(entry, measure),
                None => self.cached.push_back(Cached::new(entry, measure)),
            }
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&Cached> {
        self.cached.get(index)
    }

    pub(super) fn len(&self) -> usize {
        self.cached.len()
    }

    /// The number of the entry at `index`.
    pub(super) fn seq(&self, index: usize) -> u64 {
        self.first + index as u64
    }

    /// Where the entry is; the next one where it is not there any more.
    pub(super) fn index(&self, seq: u64) -> usize {
        usize::try_from(seq.saturating_sub(self.first)).unwrap_or(usize::MAX)
    }

    /// The last piece of all.
    pub(super) fn last(&self) -> Option<Place> {
        let index = self.cached.len().checked_sub(1)?;
        Some(Place { index, piece: self.cached.get(index)?.pieces.count() - 1 })
    }

    pub(super) fn after(&self, place: Place) -> Option<Place> {
        let Place { index, piece } = place;
        let is_last = piece + 1 >= self.cached.get(index)?.pieces.count();
        let next =
            if is_last { Place { index: index + 1, piece: 0 } } else { Place { index, piece: piece + 1 } };
        (next.index < self.cached.len()).then_some(next)
    }

    pub(super) fn before(&self, place: Place) -> Option<Place> {
        let Place { index, piece } = place;
        if let Some(piece) = piece.checked_sub(1) {
            return Some(Place { index, piece });
        }
        let index = index.checked_sub(1)?;
        Some(Place { index, piece: self.cached.get(index)?.pieces.count() - 1 })
    }

    /// The piece is as high as that.
    pub(super) fn set_height(&mut self, place: Place, height: f32) {
        if let Some(cached) = self.cached.get_mut(place.index)
            && let Some(old) = cached.heights.get_mut(place.piece)
        {
            cached.total += f64::from(height) - f64::from(*old);
            *old = height;
        }
    }

    /// About how high all is, and how much of that is above the piece.
    pub(super) fn extent(&self, place: Place) -> (f64, f64) {
        let total = self.cached.iter().map(|cached| cached.total).sum();
        let above: f64 = self.cached.iter().take(place.index).map(|cached| cached.total).sum();
        let pieces = self.cached.get(place.index).map(|cached| cached.heights.iter().take(place.piece));
        (total, above + pieces.into_iter().flatten().map(|height| f64::from(*height)).sum::<f64>())
    }

    /// The piece that is so far down, and how far that is down in it.
    pub(super) fn at(&self, mut down: f64) -> Option<(Place, f64)> {
        let last = self.last()?;
        for (index, cached) in self.cached.iter().enumerate() {
            if down < cached.total || index == last.index {
                for (piece, height) in cached.heights.iter().enumerate() {
                    if down < f64::from(*height) || piece + 1 == cached.heights.len() {
                        return Some((Place { index, piece }, down));
                    }
                    down -= f64::from(*height);
                }
            }
            down -= cached.total;
        }
        None
    }
}
