//! Standard input, one message a line.

use std::io::{self, Read};

use common::chat::{LineDecoder, MAX_TEXT_BYTES};
use common::text::escape_bytes;
use tokio::sync::mpsc;

/// A line of input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// A message.
    Message(String),
    /// It cannot be sent.
    Unusable(Unusable),
}

/// Why a line cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("a line of {len} bytes, the limit is {max}")]
    TooLong { len: usize, max: usize },
    #[error("a line that is not UTF-8: {0}")]
    NotUtf8(String),
}

/// Reads on a thread of its own: a read that waits for a terminal must not hold the process. Reads
/// no further than one line ahead; the channel closes at the end of input.
pub(crate) fn read_lines(source: impl Read + Send + 'static) -> io::Result<mpsc::Receiver<Input>> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::Builder::new().name("stdin".to_owned()).spawn(move || read(source, &sender))?;
    Ok(receiver)
}

fn read(mut source: impl Read, lines: &mpsc::Sender<Input>) {
    // A carriage return may stand before the line feed.
    let mut decoder = LineDecoder::new(MAX_TEXT_BYTES + 1);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let is_over = match source.read(&mut buffer) {
            Ok(0) => true,
            Ok(len) => {
                decoder.push(buffer.get(..len).unwrap_or_default());
                false
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // A terminal that went away: nothing more will come.
            Err(_) => true,
        };
        if is_over && decoder.is_mid_line() {
            decoder.push(b"\n");
        }
        while let Some(line) = decoder.next_line() {
            let input = match line {
                Ok(line) => input(line),
                Err(error) => Some(too_long(error.len)),
            };
            if let Some(input) = input
                && lines.blocking_send(input).is_err()
            {
                return;
            }
        }
        if is_over {
            return;
        }
    }
}

/// `None` for a blank line.
fn input(mut line: Vec<u8>) -> Option<Input> {
    if line.ends_with(b"\r") {
        line.pop();
    }
    match String::from_utf8(line) {
        Ok(text) if text.trim().is_empty() => None,
        Ok(text) if text.len() > MAX_TEXT_BYTES => Some(too_long(text.len())),
        Ok(text) => Some(Input::Message(text)),
        Err(error) => Some(Input::Unusable(Unusable::NotUtf8(escape_bytes(error.as_bytes())))),
    }
}

fn too_long(len: usize) -> Input {
    Input::Unusable(Unusable::TooLong { len, max: MAX_TEXT_BYTES })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Input> {
        let mut lines = read_lines(io::Cursor::new(bytes.to_vec())).unwrap();
        std::iter::from_fn(|| lines.blocking_recv()).collect()
    }

    #[test]
    fn a_line_is_a_message_and_blank_lines_are_none() {
        let messages = ["a", "  好 b", "last"].map(|text| Input::Message(text.to_owned()));
        assert_eq!(lines("a\n\n \t\n  好 b\r\nlast".as_bytes()), messages);
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn a_line_that_cannot_be_sent_says_why_and_ends_nothing() {
        let max = MAX_TEXT_BYTES;
        let mut bytes = vec![b'x'; max];
        bytes.extend_from_slice(b"\r\n");
        bytes.extend(vec![b'y'; max + 1]);
        bytes.extend_from_slice(b"\n");
        bytes.extend(vec![b'z'; 1 << 20]);
        bytes.extend_from_slice(b"\na\xFF\nok\n");
        let unusable = |why| Input::Unusable(why);
        assert_eq!(
            lines(&bytes),
            [
                Input::Message("x".repeat(max)),
                unusable(Unusable::TooLong { len: max + 1, max }),
                unusable(Unusable::TooLong { len: 1 << 20, max }),
                unusable(Unusable::NotUtf8(r"a\xFF".to_owned())),
                Input::Message("ok".to_owned()),
            ]
        );
    }
}
