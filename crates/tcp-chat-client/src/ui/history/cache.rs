//! What is known of each entry without laying it out: its chunks, and about how high they are.

use std::collections::VecDeque;

use common::texts::{Language, language};
use common::window::list::List;

use crate::chunks::Chunks;
use crate::transcript::{Body, Entry, Transcript};

/// One chunk of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Place {
    /// The entry's number.
    pub(super) seq: u64,
    pub(super) chunk: usize,
}

/// An entry in chunks.
#[derive(Debug)]
pub(super) struct Cached {
    revision: u32,
    pub(super) chunks: Chunks,
    /// Height of each chunk, estimated until it is laid out.
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
            Self { revision: entry.revision, chunks: Chunks::new(&text), heights: Vec::new(), total: 0.0 };
        cached.estimate(&text, measure);
        cached
    }

    /// Whether nothing about the entry has changed. A note does not grow, and its text is a sentence that would have to be made
    /// for each of them in every frame.
    fn is_of(&self, entry: &Entry) -> bool {
        let is_note = matches!(entry.body, Body::Note(_));
        self.revision == entry.revision && (is_note || self.chunks.text_len() == entry.body.len())
    }

    fn grow(&mut self, entry: &Entry, measure: Measure) {
        let text = entry.body.text();
        if self.revision != entry.revision || self.chunks.text_len() > text.len() {
            *self = Self::new(entry, measure);
        } else {
            self.chunks.grow(&text);
            self.estimate(&text, measure);
        }
    }

    /// Heights for the chunks that have none.
    #[expect(clippy::cast_precision_loss, reason = "rows of a chunk")]
    fn estimate(&mut self, text: &str, measure: Measure) {
        for chunk in self.heights.len()..self.chunks.count() {
            let shown = text.get(self.chunks.range(text, chunk)).unwrap_or_default();
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
    /// That of the notes.
    language: Option<Language>,
}

impl Cache {
    /// As the transcript has it.
    pub(super) fn sync(&mut self, transcript: &Transcript, width: f32, row_height: f32) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some dozens")]
        let chars_a_row = (width / (row_height * 0.45)).max(8.0) as usize;
        let measure = Measure { row_height, chars_a_row };
        let first = transcript.first();
        let language = Some(language());
        if first < self.first || (width - self.width).abs() > 0.5 || self.language != language {
            // Other entries, each with other rows, or notes with other texts.
            self.cached.clear();
            (self.first, self.language) = (first, language);
        }
        self.width = width;
        while self.first < first {
            self.cached.pop_front();
            self.first += 1;
        }
        for (index, entry) in transcript.entries().enumerate() {
            match self.cached.get_mut(index) {
                Some(cached) if cached.is_of(entry) => (),
                Some(cached) => cached.grow(entry, measure),
                None => self.cached.push_back(Cached::new(entry, measure)),
            }
        }
    }

    pub(super) fn get(&self, seq: u64) -> Option<&Cached> {
        self.cached.get(self.index(seq)?)
    }

    fn index(&self, seq: u64) -> Option<usize> {
        usize::try_from(seq.checked_sub(self.first)?).ok()
    }

    fn last_of(&self, seq: u64) -> Option<Place> {
        Some(Place { seq, chunk: self.get(seq)?.chunks.count() - 1 })
    }

    /// The chunk is as high as that.
    pub(super) fn set_height(&mut self, place: Place, height: f32) {
        if let Some(index) = self.index(place.seq)
            && let Some(cached) = self.cached.get_mut(index)
            && let Some(old) = cached.heights.get_mut(place.chunk)
        {
            cached.total += f64::from(height) - f64::from(*old);
            *old = height;
        }
    }

    /// About how high all is, and how much of that is above the chunk.
    pub(super) fn extent(&self, place: Place) -> (f64, f64) {
        let total = self.cached.iter().map(|cached| cached.total).sum();
        let index = self.index(place.seq).unwrap_or(0);
        let above: f64 = self.cached.iter().take(index).map(|cached| cached.total).sum();
        let chunks = self.cached.get(index).map(|cached| cached.heights.iter().take(place.chunk));
        (total, above + chunks.into_iter().flatten().map(|height| f64::from(*height)).sum::<f64>())
    }

    /// The chunk that is so far down, and how far that is down in it.
    pub(super) fn at(&self, mut down: f64) -> Option<(Place, f64)> {
        let last = self.last()?;
        for (seq, cached) in (self.first..).zip(&self.cached) {
            if down < cached.total || seq == last.seq {
                for (chunk, height) in cached.heights.iter().enumerate() {
                    if down < f64::from(*height) || chunk + 1 == cached.heights.len() {
                        return Some((Place { seq, chunk }, down));
                    }
                    down -= f64::from(*height);
                }
            }
            down -= cached.total;
        }
        None
    }
}

impl List for Cache {
    type Row = Place;

    fn at_or_after(&self, place: Place) -> Option<Place> {
        if place.seq < self.first {
            return (!self.cached.is_empty()).then_some(Place { seq: self.first, chunk: 0 });
        }
        self.last_of(place.seq).map(|last| place.min(last))
    }

    fn last(&self) -> Option<Place> {
        self.last_of(self.first + (self.cached.len() as u64).checked_sub(1)?)
    }

    fn after(&self, place: Place) -> Option<Place> {
        let Place { seq, chunk } = place;
        let is_last = chunk + 1 >= self.get(seq)?.chunks.count();
        let next = if is_last { Place { seq: seq + 1, chunk: 0 } } else { Place { seq, chunk: chunk + 1 } };
        self.get(next.seq).map(|_| next)
    }

    fn before(&self, place: Place) -> Option<Place> {
        let Place { seq, chunk } = place;
        match chunk.checked_sub(1) {
            Some(chunk) => Some(Place { seq, chunk }),
            None => self.last_of(seq.checked_sub(1)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Note;
    use chrono::DateTime;
    use common::texts::set_language;
    use common::window::list::Scroll;

    #[test]
    fn millions_of_rows_have_an_end_that_can_be_walked_to_and_from() {
        let mut transcript = Transcript::default();
        let at = DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap();
        for _ in 0..28 {
            transcript.push(at, Body::Server { bot: None, text: "x\n".repeat(80_000), streams_for: None });
        }
        let mut cache = Cache::default();
        cache.sync(&transcript, 300.0, 16.0);
        let place = |scroll: &mut Scroll<Place>| scroll.place(400.0, None, &cache, &mut |_| 640.0);
        let mut scroll = Scroll::default();
        let [end, before] = [1999, 1998].map(|chunk| Place { seq: 27, chunk });
        assert_eq!(place(&mut scroll), [(end, -240.0)]);
        let (total, above) = cache.extent(end);
        assert!(total > 28.0 * 80_000.0 * 16.0 && above < total, "{total}, {above}");
        assert_eq!(cache.at(above + 3.0), Some((end, 3.0)));
        scroll.go_to(end, 0.0);
        for _ in 0..1000 {
            scroll.by(-0.25);
            place(&mut scroll);
        }
        assert_eq!(scroll.top(), (before, 640.0 - 250.0));
        let first = Place::default();
        scroll.go_to(first, 640.0 + 5.0);
        place(&mut scroll);
        assert_eq!(scroll.top(), (Place { seq: 0, chunk: 1 }, 5.0));
        assert_eq!(cache.after(cache.last_of(0).unwrap()), Some(Place { seq: 1, chunk: 0 }));
    }

    #[test]
    fn a_note_is_measured_anew_in_another_language() {
        let mut transcript = Transcript::default();
        let at = DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap();
        transcript.push(at, Body::Note(Note::Ready));
        let mut cache = Cache::default();
        for language in Language::all() {
            set_language(language);
            cache.sync(&transcript, 300.0, 16.0);
            let len = transcript.entries().next().unwrap().body.text().len();
            assert_eq!(cache.get(0).unwrap().chunks.text_len(), len, "{}", language.tag());
        }
    }
}
