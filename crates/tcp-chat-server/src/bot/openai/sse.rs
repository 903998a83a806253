//! Server-sent events, as WHATWG HTML, section 9.2.6, reads them. Pure: bytes in, data out.

/// Longest event that is taken, in bytes.
pub(super) const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// An event of more than [`MAX_EVENT_BYTES`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EventTooLong;

/// Whether a body that begins so is a stream of events; `None`: more has to come to tell.
pub(super) fn is_events(start: &[u8]) -> Option<bool> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    const FIELDS: [&[u8]; 5] = [b"data", b"event", b"id", b"retry", b"error"];
    let start = start.strip_prefix(MARK).unwrap_or(start).trim_ascii_start();
    match FIELDS.iter().find_map(|field| start.strip_prefix(*field)) {
        Some([]) => None,
        Some([b':' | b'\r' | b'\n', ..]) => Some(true),
        _ if start.starts_with(b":") => Some(true),
        _ if MARK.starts_with(start) || FIELDS.iter().any(|field| field.starts_with(start)) => None,
        _ => Some(false),
    }
}

/// Puts events together from bytes, however they are cut.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// A line that is not over yet.
    line: Vec<u8>,
    /// The data of the event that is not over yet.
    data: Option<Vec<u8>>,
    /// The last byte was a carriage return: a line feed after it is the same line end.
    is_after_return: bool,
    /// The first line may begin with a byte order mark.
    is_begun: bool,
}

impl Events {
    /// Takes the next bytes; hands each whole event's data to `take`, until that fails.
    pub(super) fn push<E: From<EventTooLong>>(
        &mut self,
        bytes: &[u8],
        mut take: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        for &byte in bytes {
            let is_after_return = std::mem::replace(&mut self.is_after_return, byte == b'\r');
            match byte {
                b'\n' if is_after_return => (),
                b'\n' | b'\r' => self.end_line(&mut take)?,
                _ if self.len() >= MAX_EVENT_BYTES => return Err(EventTooLong.into()),
                _ => self.line.push(byte),
            }
        }
        Ok(())
    }

    /// The stream is over: what came of the last event, where its end is missing.
    pub(super) fn end<E>(mut self, mut take: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        self.end_line(&mut take)?;
        self.end_line(&mut take)
    }

    fn len(&self) -> usize {
        self.line.len() + self.data.as_ref().map_or(0, Vec::len)
    }

    fn end_line<E>(&mut self, take: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let line = std::mem::take(&mut self.line);
        let line = if std::mem::replace(&mut self.is_begun, true) {
            line.as_slice()
        } else {
            line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line)
        };
        if line.is_empty() {
            return match self.data.take() {
                Some(data) => take(&String::from_utf8_lossy(&data)),
                None => Ok(()),
            };
        }
        // Some services write an error as a field of its own, or as bare JSON.
        if line.starts_with(b"{") {
            if let Some(before) = self.data.take() {
                take(&String::from_utf8_lossy(&before))?;
            }
            return take(&String::from_utf8_lossy(line));
        }
        let field = line.strip_prefix(b"data").or_else(|| line.strip_prefix(b"error"));
        // Other fields, and comments, which begin with a colon, say nothing here.
        let Some([b':', b' ', value @ ..] | [b':', value @ ..] | value @ []) = field else {
            return Ok(());
        };
        match &mut self.data {
            Some(data) => {
                data.push(b'\n');
                data.extend_from_slice(value);
            }
            None => self.data = Some(value.to_vec()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<String>, EventTooLong> {
        let (mut events, mut taken) = (Events::default(), Vec::new());
        let mut take = |data: &str| {
            taken.push(data.to_owned());
            Ok(())
        };
        for piece in pieces {
            events.push(piece, &mut take)?;
        }
        events.end(&mut take)?;
        Ok(taken)
    }

    #[test]
    fn data_is_read_whatever_is_around_it() {
        for (stream, expected) in [
            ("data: a\n\ndata: b\n\n", &["a", "b"][..]),
            ("data: a\r\n\r\ndata:b\r\rdata:  c\n\n", &["a", "b", " c"]),
            (": keep-alive\n\nevent: x\nid: 1\nretry: 5\ndata: a\ndata: b\n\n", &["a\nb"]),
            ("\u{feff}data: a\n\ndata\n\ndatum: x\n\n", &["a", ""]),
            ("data: 你好\n\ndata: [DONE]", &["你好", "[DONE]"]),
            ("data: a\n{\"error\":1}\n\nerror: b\n\n", &["a", "{\"error\":1}", "b"]),
            ("", &[]),
            ("\n\n\n:\n", &[]),
        ] {
            assert_eq!(events([stream.as_bytes()]).unwrap(), expected, "{stream:?}");
        }
    }

    #[test]
    fn an_event_without_end_has_a_limit() {
        let long = "x".repeat(MAX_EVENT_BYTES);
        let error = Err(EventTooLong);
        assert_eq!(events(["data: ".as_bytes(), long.as_bytes()]), error);
        let lines = "data: 0123456789\n".repeat(MAX_EVENT_BYTES / 10);
        assert_eq!(events([lines.as_bytes()]), error);
    }

    #[test]
    fn what_the_taker_says_ends_it() {
        let result = Events::default().push(b"data: a\n\ndata: b\n\n", |_| Err(EventTooLong));
        assert_eq!(result, Err(EventTooLong));
    }

    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            proptest::sample::select(vec![
                "data", "data: ", "\r", "\n", "\r\n", ":", " ", "\u{feff}", "好", "{}"
            ])
            .prop_map(|piece| piece.as_bytes().to_vec()),
            proptest::collection::vec(any::<u8>(), 0..4),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_segmentation_gives_the_same_events(stream in stream(), cuts: Vec<prop::sample::Index>) {
            let whole = events([stream.as_slice()]);
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]);
            prop_assert_eq!(events(pieces), whole);
        }
    }
}
