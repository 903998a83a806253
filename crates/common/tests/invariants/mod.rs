//! What must hold for any bytes: called by the corpus test and by the fuzz targets.

use common::chat::{Burst, ClientRecord, LineDecoder, ServerRecord};
use common::time::{MAX_SHOWN_CHARS, read};

/// Short, so that a fuzzer reaches it.
const MAX_LINE: usize = 64;

/// The first byte says where the rest is cut into two segments.
pub(crate) fn chat(input: &[u8]) {
    let Some((cut, bytes)) = input.split_first() else { return };
    let (head, tail) = bytes.split_at(usize::from(*cut).min(bytes.len()));

    assert_eq!(lines(&[head, tail]), lines(&[bytes]), "lines depend on the segments");
    assert_eq!(burst(&[head, tail]), burst(&[bytes]), "bursts depend on the segments");
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(record) = ClientRecord::decode(line) {
            assert_eq!(ClientRecord::decode(record.encode().as_bytes()), Ok(record));
        }
        if let Ok(record) = ServerRecord::decode(line) {
            assert_eq!(ServerRecord::decode(record.encode().as_bytes()), Ok(record));
        }
    }
}

/// Any datagram can be shown: one line, within the limit.
pub(crate) fn time(bytes: &[u8]) {
    let reading = read(bytes);
    assert_eq!(reading.len, bytes.len());
    assert!(reading.text.chars().count() <= MAX_SHOWN_CHARS);
    assert!(!reading.shown().contains(char::is_control));
}

fn lines(segments: &[&[u8]]) -> Vec<String> {
    let mut decoder = LineDecoder::new(MAX_LINE);
    let mut lines = Vec::new();
    for segment in segments {
        decoder.push(segment);
        while let Some(line) = decoder.next_line() {
            lines.push(format!("{line:?}"));
        }
    }
    lines.push(format!("is mid-line: {}", decoder.is_mid_line()));
    lines
}

fn burst(segments: &[&[u8]]) -> String {
    let mut burst = Burst::default();
    for segment in segments {
        burst.push(segment);
    }
    format!("{} {} {:?}", burst.len(), burst.is_unfinished(), burst.take())
}
