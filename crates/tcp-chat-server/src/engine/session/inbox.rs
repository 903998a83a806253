//! What a client sent, made into what it wants: both dialects, no IO, the time comes in.

use std::time::Duration;

use common::chat::{
    Burst, ClientRecord, Dialect, ErrorReason, HELLO_WAIT, LineDecoder, MAX_RECORD_BYTES, MAX_TEXT_BYTES,
    PROTOCOL, QUIET_GAP, UNFINISHED_CHAR_WAIT, recognise,
};
use tokio::time::Instant;

use super::ticket::Ticket;
use crate::bot::AskError;

/// How long a record may take from its first byte to its line feed.
pub(super) const RECORD_WAIT: Duration = Duration::from_secs(10);

/// What a client wants.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To be welcomed.
    Welcome,
    /// An answer.
    Ask { ticket: Ticket, text: String },
    /// An answer to what cannot be asked.
    Refuse { ticket: Ticket, error: AskError },
    /// No answer any more.
    Cancel { id: u64 },
    /// Nothing that the protocol knows: nothing after this is read.
    Fault { reason: ErrorReason, message: String },
}

/// The bytes that wait to become a wish.
#[derive(Debug)]
pub(super) struct Inbox {
    speech: Speech,
    /// When what waits counts as ended.
    deadline: Option<Instant>,
}

#[derive(Debug)]
enum Speech {
    /// The first bytes, which could still become `hello`.
    Undecided(Vec<u8>),
    Plain(Burst),
    Records {
        lines: LineDecoder,
        is_welcome: bool,
    },
    /// After a fault.
    Ignored,
}

impl Inbox {
    pub(super) fn new() -> Self {
        Self { speech: Speech::Undecided(Vec::new()), deadline: None }
    }

    /// Whether the client speaks records.
    pub(super) fn is_records(&self) -> bool {
        matches!(self.speech, Speech::Records { .. })
    }

    /// When [`Self::time_passed`] wants to be called.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Takes what has arrived.
    pub(super) fn push(&mut self, bytes: &[u8], now: Instant) -> Vec<Wish> {
        match &mut self.speech {
            Speech::Undecided(first) => {
                first.extend_from_slice(bytes);
                let first = std::mem::take(first);
                match recognise(&first) {
                    None => {
                        self.speech = Speech::Undecided(first);
                        self.deadline = self.deadline.or(Some(now + HELLO_WAIT));
                        return Vec::new();
                    }
                    Some(Dialect::Plain) => self.speech = Speech::Plain(Burst::default()),
                    Some(Dialect::Records) => {
                        self.deadline = None;
                        self.speech =
                            Speech::Records { lines: LineDecoder::new(MAX_RECORD_BYTES), is_welcome: false };
                    }
                }
                self.push(&first, now)
            }
            Speech::Plain(burst) => {
                burst.push(bytes);
                let more = if burst.is_unfinished() { UNFINISHED_CHAR_WAIT } else { Duration::ZERO };
                self.deadline = Some(now + QUIET_GAP + more);
                Vec::new()
            }
            Speech::Records { lines, .. } => {
                let was_mid_line = lines.is_mid_line();
                lines.push(bytes);
                let wishes = self.records();
                self.deadline = match &self.speech {
                    Speech::Records { lines, .. } if lines.is_mid_line() => {
                        let is_same_line = was_mid_line && !bytes.contains(&b'\n');
                        self.deadline.filter(|_| is_same_line).or(Some(now + RECORD_WAIT))
                    }
                    _ => None,
                };
                wishes
            }
            Speech::Ignored => Vec::new(),
        }
    }

    /// Ends what has waited long enough.
    pub(super) fn time_passed(&mut self, now: Instant) -> Vec<Wish> {
        if self.deadline.is_none_or(|deadline| now < deadline) {
            return Vec::new();
        }
        if let Speech::Undecided(first) = &mut self.speech {
            let mut burst = Burst::default();
            burst.push(first);
            self.speech = Speech::Plain(burst);
            // More may have come just now.
            self.deadline = Some(now + QUIET_GAP);
            return Vec::new();
        }
        self.end()
    }

    /// Ends what waits: nothing more will come.
    pub(super) fn end(&mut self) -> Vec<Wish> {
        self.deadline = None;
        match &mut self.speech {
            Speech::Undecided(first) => {
                let mut burst = Burst::default();
                burst.push(first);
                self.speech = Speech::Plain(Burst::default());
                plain(&mut burst)
            }
            Speech::Plain(burst) => plain(burst),
            Speech::Records { lines, .. } if lines.is_mid_line() => {
                vec![
                    self.fault(
                        ErrorReason::UnfinishedRecord,
                        "a record was begun and not finished".to_owned(),
                    ),
                ]
            }
            Speech::Records { .. } | Speech::Ignored => Vec::new(),
        }
    }

    /// Nothing that comes from here on is looked at.
    pub(super) fn ignore(&mut self) {
        self.speech = Speech::Ignored;
        self.deadline = None;
    }

    fn fault(&mut self, reason: ErrorReason, message: String) -> Wish {
        self.ignore();
        Wish::Fault { reason, message }
    }

    fn records(&mut self) -> Vec<Wish> {
        let mut wishes = Vec::new();
        while let Speech::Records { lines, is_welcome } = &mut self.speech {
            let Some(line) = lines.next_line() else { break };
            let record = match line {
                Ok(line) => ClientRecord::decode(&line),
                Err(error) => {
                    wishes.push(self.fault(ErrorReason::RecordTooLong, error.to_string()));
                    break;
                }
            };
            match record {
                Ok(ClientRecord::Hello { protocol, .. }) if !*is_welcome && protocol != PROTOCOL => {
                    let message = format!("this server speaks protocol {PROTOCOL}, not {protocol}");
                    wishes.push(self.fault(ErrorReason::UnknownProtocol, message));
                }
                Ok(ClientRecord::Hello { .. }) => {
                    // A second hello changes nothing.
                    if !std::mem::replace(is_welcome, true) {
                        wishes.push(Wish::Welcome);
                    }
                }
                Ok(_) if !*is_welcome => {
                    wishes.push(
                        self.fault(ErrorReason::BadRecord, "the first record is not a hello".to_owned()),
                    );
                }
                Ok(ClientRecord::Say { id, text }) => wishes.push(wish(Ticket::Record(id), text)),
                Ok(ClientRecord::Cancel { id }) => wishes.push(Wish::Cancel { id }),
                Ok(ClientRecord::Unknown) => (),
                Err(error) => wishes.push(self.fault(ErrorReason::BadRecord, error.to_string())),
            }
        }
        wishes
    }
}

fn plain(burst: &mut Burst) -> Vec<Wish> {
    let arrival = burst.take();
    let ticket = Ticket::Plain(arrival.line_break);
    let messages = arrival.messages.into_iter();
    messages
        .map(|message| match message {
            Ok(text) => wish(ticket, text),
            Err(error) => Wish::Refuse { ticket, error: AskError::Plain(error) },
        })
        .collect()
}

fn wish(ticket: Ticket, text: String) -> Wish {
    if text.len() > MAX_TEXT_BYTES {
        Wish::Refuse { ticket, error: AskError::TooLong { len: text.len(), max: MAX_TEXT_BYTES } }
    } else if text.trim().is_empty() {
        Wish::Refuse { ticket, error: AskError::Blank }
    } else {
        Wish::Ask { ticket, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LINES: [&str; 6] = [
        "{\"type\":\"say\",\"id\":1,\"text\":\"好\"}\n",
        "{\"type\":\"say\",\"id\":2,\"text\":\" \"}\n",
        "{\"type\":\"cancel\",\"id\":1}\n",
        "{\"type\":\"wave\"}\n",
        "{\"type\":\"hello\",\"protocol\":1,\"client\":\"again\"}\n",
        "{\"type\":\"say\"}\n",
    ];

    fn wishes(segments: &[&[u8]]) -> Vec<Wish> {
        let mut inbox = Inbox::new();
        let now = Instant::now();
        let mut wishes: Vec<Wish> = segments.iter().flat_map(|segment| inbox.push(segment, now)).collect();
        wishes.extend(inbox.end());
        wishes
    }

    proptest! {
        #[test]
        fn any_segmentation_gives_the_same_wishes(
            lines in prop::collection::vec(prop::sample::select(&LINES[..]), 0..8),
            is_records: bool,
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let hello = if is_records { LINES[4] } else { "hello\n" };
            let bytes = format!("{hello}{}", lines.concat()).into_bytes();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let segments: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(wishes(&segments), wishes(&[&bytes]));
        }
    }
}
