//! Makes requests of the bytes that a client sends: both dialects, no IO, the time comes in.

use std::time::Duration;

use common::chat::{
    Arrival, Burst, ClientRecord, Dialect, ErrorReason, HELLO_WAIT, LineDecoder, MAX_RECORD_BYTES,
    MAX_TEXT_BYTES, PROTOCOL, QUIET_GAP, RECORD_WAIT, UNFINISHED_CHAR_WAIT, recognise,
};
use common::encoding::{Encoding, EncodingChoice};
use common::secret::Hidden;
use common::text::is_blank;
use tokio::time::Instant;

use super::admission::PASS_COMMAND;
use super::outbox::{PlainForm, ReplyTo};
use crate::bot::AskError;

/// What a client asks of the server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// A client of ours wants to come in.
    Hello { pass: Option<Hidden> },
    /// A message that wants an answer: the bots' where it has a text, else this failure.
    Say { reply_to: ReplyTo, text: Result<String, AskError> },
    /// The message with this id needs no answer any more.
    Cancel { id: u64 },
    /// Something that the protocol forbids: nothing after it is read.
    Fault(Fault),
}

/// How a client broke the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) reason: ErrorReason,
    pub(super) message: String,
}

/// The bytes that are no whole request yet.
#[derive(Debug)]
pub(super) struct Inbox {
    decoder: Decoder,
    choice: EncodingChoice,
    /// How a plain client wrote last.
    encoding: Encoding,
    /// When the bytes that wait count as ended: a message, a client that does not say hello, or a record that took too long.
    deadline: Option<Instant>,
    /// When a plain client that sends too much without a pause is told so.
    flood_until: Option<Instant>,
}

#[derive(Debug)]
enum Decoder {
    /// The first bytes, which could still become `hello`.
    Undecided(Vec<u8>),
    Plain(Burst),
    Records {
        lines: LineDecoder,
        is_welcome: bool,
    },
    /// After a fault.
    Ignored {
        is_records: bool,
    },
}

impl Inbox {
    pub(super) fn new(choice: EncodingChoice) -> Self {
        let encoding = choice.first();
        Self { choice, encoding, decoder: Decoder::Undecided(Vec::new()), deadline: None, flood_until: None }
    }

    /// Whether the client speaks records.
    pub(super) fn is_records(&self) -> bool {
        matches!(self.decoder, Decoder::Records { .. } | Decoder::Ignored { is_records: true })
    }

    /// How a plain client wrote last.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether anything has come.
    pub(super) fn has_heard(&self) -> bool {
        !matches!(&self.decoder, Decoder::Undecided(first) if first.is_empty())
    }

    /// Bytes that are held in memory.
    pub(super) fn held(&self) -> usize {
        match &self.decoder {
            Decoder::Undecided(first) => first.len(),
            Decoder::Plain(burst) => burst.held(),
            Decoder::Records { lines, .. } => lines.held(),
            Decoder::Ignored { .. } => 0,
        }
    }

    /// When to call [`Self::time_passed`].
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline.into_iter().chain(self.flood_until).min()
    }

    /// Takes what has arrived.
    pub(super) fn push(&mut self, bytes: &[u8], now: Instant) -> Vec<Request> {
        match &mut self.decoder {
            Decoder::Undecided(first) => {
                first.extend_from_slice(bytes);
                let first = std::mem::take(first);
                match recognise(&first) {
                    None => {
                        self.decoder = Decoder::Undecided(first);
                        self.deadline = self.deadline.or(Some(now + HELLO_WAIT));
                        return Vec::new();
                    }
                    Some(Dialect::Plain) => self.decoder = Decoder::Plain(Burst::new(self.choice)),
                    Some(Dialect::Records) => {
                        self.deadline = None;
                        self.decoder =
                            Decoder::Records { lines: LineDecoder::new(MAX_RECORD_BYTES), is_welcome: false };
                    }
                }
                self.push(&first, now)
            }
            Decoder::Plain(burst) => {
                burst.push(bytes);
                let more = if burst.is_unfinished() { UNFINISHED_CHAR_WAIT } else { Duration::ZERO };
                self.deadline = (!burst.is_empty()).then(|| now + QUIET_GAP + more);
                if burst.is_over() {
                    self.flood_until.get_or_insert(now + RECORD_WAIT);
                }
                Vec::new()
            }
            Decoder::Records { lines, .. } => {
                lines.push(bytes);
                let requests = self.records();
                self.deadline = match &self.decoder {
                    Decoder::Records { lines, .. } if lines.is_mid_line() => {
                        let is_new_line = bytes.contains(&b'\n');
                        self.deadline.filter(|_| !is_new_line).or(Some(now + RECORD_WAIT))
                    }
                    _ => None,
                };
                requests
            }
            Decoder::Ignored { .. } => Vec::new(),
        }
    }

    /// Ends what has waited long enough.
    pub(super) fn time_passed(&mut self, now: Instant) -> Vec<Request> {
        if self.deadline.is_none_or(|deadline| now < deadline) {
            let is_flooding = self.flood_until.is_some_and(|until| until <= now);
            return if is_flooding { self.flooded(now) } else { Vec::new() };
        }
        if let Decoder::Undecided(first) = &mut self.decoder {
            let mut burst = Burst::new(self.choice);
            burst.push(first);
            self.decoder = Decoder::Plain(burst);
            // More may have come just now.
            self.deadline = Some(now + QUIET_GAP);
            return Vec::new();
        }
        self.end()
    }

    /// Tells a plain client that still sends too much.
    fn flooded(&mut self, now: Instant) -> Vec<Request> {
        self.flood_until = Some(now + RECORD_WAIT);
        let Decoder::Plain(burst) = &mut self.decoder else { return Vec::new() };
        plain(burst.overflow(), &mut self.encoding)
    }

    /// Ends what waits: nothing more will come.
    pub(super) fn end(&mut self) -> Vec<Request> {
        (self.deadline, self.flood_until) = (None, None);
        match &mut self.decoder {
            Decoder::Undecided(first) => {
                let mut burst = Burst::new(self.choice);
                burst.push(first);
                let requests = plain(burst.take(), &mut self.encoding);
                self.decoder = Decoder::Plain(burst);
                requests
            }
            Decoder::Plain(burst) => plain(burst.take(), &mut self.encoding),
            Decoder::Records { lines, .. } if lines.is_mid_line() => {
                vec![self.fault(ErrorReason::UnfinishedRecord, "a record was begun and not finished")]
            }
            Decoder::Records { .. } | Decoder::Ignored { .. } => Vec::new(),
        }
    }

    /// Ends where the connection was cut: what has no end is no message.
    pub(super) fn cut(&mut self) -> Vec<Request> {
        let mut requests = Vec::new();
        if let Decoder::Plain(burst) = &mut self.decoder {
            burst.cut();
            requests = plain(burst.take(), &mut self.encoding);
        }
        self.ignore();
        requests
    }

    /// Nothing that comes from here on is looked at.
    pub(super) fn ignore(&mut self) {
        self.decoder = Decoder::Ignored { is_records: self.is_records() };
        (self.deadline, self.flood_until) = (None, None);
    }

    fn fault(&mut self, reason: ErrorReason, message: impl Into<String>) -> Request {
        self.ignore();
        Request::Fault(Fault { reason, message: message.into() })
    }

    fn records(&mut self) -> Vec<Request> {
        let mut requests = Vec::new();
        while let Decoder::Records { lines, is_welcome } = &mut self.decoder {
            let Some(line) = lines.next_line() else { break };
            let record = match line {
                Ok(line) => ClientRecord::decode(&line),
                Err(error) => {
                    requests.push(self.fault(ErrorReason::RecordTooLong, error.to_string()));
                    break;
                }
            };
            match record {
                Ok(ClientRecord::Hello { protocol, .. }) if !*is_welcome && protocol != PROTOCOL => {
                    let message = format!("this server speaks protocol {PROTOCOL}, not {protocol}");
                    requests.push(self.fault(ErrorReason::UnknownProtocol, message));
                }
                Ok(ClientRecord::Hello { pass, .. }) => {
                    // A second hello changes nothing.
                    if !std::mem::replace(is_welcome, true) {
                        requests.push(Request::Hello { pass });
                    }
                }
                Ok(_) if !*is_welcome => {
                    requests.push(self.fault(ErrorReason::BadRecord, "the first record is not a hello"));
                }
                Ok(ClientRecord::Say { id, text }) => requests.push(say(ReplyTo::Record(id), text)),
                Ok(ClientRecord::Cancel { id }) => requests.push(Request::Cancel { id }),
                Ok(ClientRecord::Unknown) => (),
                Err(error) => requests.push(self.fault(ErrorReason::BadRecord, error.to_string())),
            }
        }
        requests
    }
}

fn plain(arrival: Arrival, encoding: &mut Encoding) -> Vec<Request> {
    // What is ASCII alone is answered as it was before.
    *encoding = arrival.encoding.unwrap_or(*encoding);
    let reply_to = ReplyTo::Plain(PlainForm { line_break: arrival.line_break, encoding: *encoding });
    let say = |message| match message {
        Ok(text) => pass_apart(text).into_iter().map(|text| say(reply_to, text)).collect(),
        Err(error) => vec![Request::Say { reply_to, text: Err(AskError::Plain { error }) }],
    };
    arrival.messages.into_iter().flat_map(say).collect()
}

/// A pass phrase ends with its line, whether its client is line-oriented or not: what stands below it is a message of its own.
fn pass_apart(text: String) -> Vec<String> {
    let (mut messages, mut rest) = (Vec::new(), text.as_str());
    while rest.trim_start().starts_with(PASS_COMMAND)
        && let Some((pass, below)) = rest.trim_start().split_once('\n')
    {
        messages.push(pass.to_owned());
        rest = below;
    }
    if messages.is_empty() {
        return vec![text];
    }
    messages.extend((!is_blank(rest)).then(|| rest.to_owned()));
    messages
}

fn say(reply_to: ReplyTo, text: String) -> Request {
    let text = if text.len() > MAX_TEXT_BYTES {
        Err(AskError::TooLong { len: text.len(), max: MAX_TEXT_BYTES })
    } else if is_blank(&text) {
        Err(AskError::Blank)
    } else {
        Ok(text)
    };
    Request::Say { reply_to, text }
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

    fn requests(segments: &[&[u8]]) -> Vec<Request> {
        let mut inbox = Inbox::new(EncodingChoice::Auto);
        let now = Instant::now();
        let mut requests: Vec<Request> =
            segments.iter().flat_map(|segment| inbox.push(segment, now)).collect();
        requests.extend(inbox.end());
        requests
    }

    proptest! {
        #[test]
        fn any_segmentation_gives_the_same_requests(
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
            prop_assert_eq!(requests(&segments), requests(&[&bytes]));
        }
    }
}
