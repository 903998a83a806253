//! What must hold for any bytes: called by the corpus test and by the fuzz targets.

#[cfg(feature = "app")]
pub(crate) mod mesh;

use common::chat::{
    Burst, ClientRecord, Dialect, Invitation, LineDecoder, PlainFilter, ServerKey, ServerRecord,
    is_client_hello, recognise,
};
use common::encoding::{Encoding, EncodingChoice};
use common::secret::Secret;
use common::text::{Needle, cut, escape_block, escape_bytes, escape_json, escape_line, is_blank};
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
    assert!(!reading.text.contains(char::is_control));
}

/// What tells one client from another stands once it is said, and what somebody pastes is read as it is written.
pub(crate) fn access(bytes: &[u8]) {
    let (mut dialect, mut is_tls): (Option<Dialect>, _) = (None, None);
    for len in 0..=bytes.len().min(32) {
        let first = &bytes[..len];
        assert!(dialect.is_none() || dialect == recognise(first), "another dialect at byte {len}");
        assert!(is_tls.is_none() || is_tls == is_client_hello(first), "another answer at byte {len}");
        (dialect, is_tls) = (recognise(first), is_client_hello(first));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(invitation) = text.parse::<Invitation>() {
        assert_eq!(invitation.to_string().parse(), Ok(invitation));
    }
    if let Ok(key) = text.parse::<ServerKey>() {
        assert_eq!(key.to_string().parse(), Ok(key));
    }
    if let Some(phrase) = Secret::new(text) {
        assert!(phrase.is_same(phrase.reveal()) && !phrase.is_same(&format!("{}x", phrase.reveal())));
    }
}

/// Any bytes are shown in one line and found again; what is decoded is the same, encoded. The first byte says where the rest is
/// cut into two segments.
pub(crate) fn text(input: &[u8]) {
    let Some((at, bytes)) = input.split_first() else { return };
    let (head, tail) = bytes.split_at(usize::from(*at).min(bytes.len()));
    let filtered = |segments: &[&[u8]]| {
        let mut filter = PlainFilter::default();
        segments.iter().flat_map(|segment| filter.push(segment).into_owned()).collect::<Vec<u8>>()
    };
    assert_eq!(filtered(&[head, tail]), filtered(&[bytes]), "Telnet's commands depend on the segments");
    assert!(!escape_bytes(bytes).contains(char::is_control));
    for choice in [EncodingChoice::Auto, EncodingChoice::Fixed(Encoding::GB18030)] {
        assert!(choice.unfinished(bytes) <= bytes.len().min(4));
        if let Ok((text, encoding)) = choice.decode(bytes) {
            let encoding = encoding.unwrap_or(choice.first());
            let again = EncodingChoice::Fixed(encoding)
                .decode(&encoding.encode(&text))
                .map(|(text, _)| text.into_owned());
            assert_eq!(again.as_deref(), Ok(&*text), "{encoding}");
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert!(!escape_line(text).contains(char::is_control));
    assert!(!escape_block(text).contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')));
    assert!(!escape_json(text).contains(char::is_control));
    assert!(cut(text, 3).is_none_or(|start| text.starts_with(start) && start.chars().count() == 3));
    let needle = Needle::new(text);
    assert!(needle.is_empty() || needle.find(text).is_some(), "a text is not found in itself");
    let _either = is_blank(text);
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
