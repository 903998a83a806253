//! The chat's codec: nanoseconds and bytes a second.
//!
//! `cargo bench -p common --bench chat`

use common::chat::{Burst, ClientRecord, LineDecoder, MAX_RECORD_BYTES};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

/// Bytes of text in a message: a short line, a paragraph, the longest there is.
const TEXT_BYTES: [usize; 3] = [32, 1024, 32 * 1024];

/// What a read from a socket brings.
const SEGMENT: usize = 4096;

/// Messages in one go.
const MESSAGES: usize = 100;

fn main() {
    divan::main();
}

fn say(text_bytes: usize) -> ClientRecord {
    ClientRecord::Say { id: 7, text: "x".repeat(text_bytes) }
}

#[divan::bench(args = TEXT_BYTES)]
fn encode(bencher: Bencher<'_, '_>, text_bytes: usize) {
    let record = say(text_bytes);
    bencher.counter(BytesCount::new(record.encode().len())).bench(|| black_box(&record).encode());
}

#[divan::bench(args = TEXT_BYTES)]
fn decode(bencher: Bencher<'_, '_>, text_bytes: usize) {
    let line = say(text_bytes).encode();
    bencher.counter(BytesCount::new(line.len())).bench(|| ClientRecord::decode(black_box(line.as_bytes())));
}

#[divan::bench(args = TEXT_BYTES)]
fn lines_out_of_segments(bencher: Bencher<'_, '_>, text_bytes: usize) {
    let stream = say(text_bytes).encode().repeat(MESSAGES);
    bencher.counter(BytesCount::new(stream.len())).counter(ItemsCount::new(MESSAGES)).bench(|| {
        let mut decoder = LineDecoder::new(MAX_RECORD_BYTES);
        let mut lines = 0;
        for segment in stream.as_bytes().chunks(SEGMENT) {
            decoder.push(segment);
            while let Some(line) = decoder.next_line() {
                lines += usize::from(black_box(line).is_ok());
            }
        }
        assert_eq!(lines, MESSAGES);
    });
}

#[divan::bench(args = TEXT_BYTES)]
fn a_plain_message(bencher: Bencher<'_, '_>, text_bytes: usize) {
    let text = "x".repeat(text_bytes);
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let mut burst = Burst::default();
        for segment in text.as_bytes().chunks(SEGMENT) {
            burst.push(segment);
        }
        assert!(!burst.is_unfinished());
        burst.take()
    });
}
