//! What a plain server sends, cut where it pauses.

use common::chat::{QUIET_GAP, UNFINISHED_CHAR_WAIT};
use tokio::time::Instant;

/// A server that never pauses is shown in pieces of this size.
pub(super) const MAX_PIECE_BYTES: usize = 64 * 1024;

/// Collects what arrives until the server pauses.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    bytes: Vec<u8>,
    quiet_at: Option<Instant>,
}

impl Arrivals {
    /// Adds what has arrived. Where that is more than a piece: the whole pieces; at least a byte
    /// stays for [`Self::take`], which so always ends an arrival.
    pub(super) fn push(&mut self, bytes: &[u8], now: Instant) -> Vec<Vec<u8>> {
        self.bytes.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        while self.bytes.len() > MAX_PIECE_BYTES {
            let piece = self.bytes.get(..MAX_PIECE_BYTES).unwrap_or_default();
            let rest = self.bytes.split_off(MAX_PIECE_BYTES - unfinished_tail(piece));
            pieces.push(std::mem::replace(&mut self.bytes, rest));
        }
        let more = if unfinished_tail(&self.bytes) > 0 { UNFINISHED_CHAR_WAIT } else { QUIET_GAP };
        self.quiet_at = Some(now + more);
        pieces
    }

    /// When the server has paused, if nothing more comes.
    pub(super) fn quiet_at(&self) -> Option<Instant> {
        self.quiet_at
    }

    /// Ends the arrival; `None` where nothing has arrived.
    pub(super) fn take(&mut self) -> Option<Vec<u8>> {
        self.quiet_at = None;
        (!self.bytes.is_empty()).then(|| std::mem::take(&mut self.bytes))
    }
}

/// Bytes at the end that begin a UTF-8 character and do not end it.
fn unfinished_tail(bytes: &[u8]) -> usize {
    let is_unfinished = |len: &usize| {
        let tail = bytes.len().checked_sub(*len).and_then(|start| bytes.get(start..)).unwrap_or_default();
        matches!(std::str::from_utf8(tail), Err(error) if error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (1..=3).find(is_unfinished).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_unfinished_character_is_seen() {
        let table: [(&[u8], usize); 8] = [
            (b"", 0),
            (b"a", 0),
            (b"a\xE5", 1),
            (b"a\xE5\xA5", 2),
            (b"a\xE5\xA5\xBD", 0),
            (b"\xF0\x9F\x98", 3),
            (b"\xFF", 0),
            (b"\x80\x80\x80\x80", 0),
        ];
        for (bytes, len) in table {
            assert_eq!(unfinished_tail(bytes), len, "{bytes:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_unfinished_character_is_waited_for_longer() {
        let now = Instant::now();
        let mut arrivals = Arrivals::default();
        assert_eq!(arrivals.quiet_at(), None);
        arrivals.push(b"a\xE5", now);
        assert_eq!(arrivals.quiet_at(), Some(now + UNFINISHED_CHAR_WAIT));
        arrivals.push(b"\xA5\xBD", now);
        assert_eq!(arrivals.quiet_at(), Some(now + QUIET_GAP));
        assert_eq!(arrivals.take().as_deref(), Some("a好".as_bytes()));
        assert_eq!((arrivals.take(), arrivals.quiet_at()), (None, None));
    }

    proptest! {
        #[test]
        fn a_flood_is_cut_on_characters_and_nothing_is_lost(lead in 0_usize..4, chunk in 1_usize..100_000) {
            let text = format!("{}{}", "a".repeat(lead), "好😀".repeat(30_000));
            let mut arrivals = Arrivals::default();
            let mut shown = String::new();
            let now = Instant::from_std(std::time::Instant::now());
            for segment in text.as_bytes().chunks(chunk) {
                for piece in arrivals.push(segment, now) {
                    prop_assert!(piece.len() <= MAX_PIECE_BYTES);
                    shown.push_str(std::str::from_utf8(&piece).unwrap());
                }
                prop_assert!((1..=MAX_PIECE_BYTES).contains(&arrivals.bytes.len()));
            }
            shown.push_str(std::str::from_utf8(&arrivals.take().unwrap()).unwrap());
            prop_assert_eq!(shown, text);
        }
    }
}
