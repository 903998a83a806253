//! A chat without a window: each line of standard input is a message, each event a line of output.

use std::collections::BTreeMap;
use std::io::{self, Read};

use common::chat::{BYTE_ORDER_MARK, Dialect, LineDecoder, MAX_TEXT_BYTES, MAX_WAITING};
use common::cli::Failure;
use common::engine::{self as common_engine, Waker, wait_until};
use common::headless::{self, Lines, OutputArgs};
use common::status::Level;
use common::text::{escape_bytes, is_blank};
use common::texts::english;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::engine::{
    self, Command, DisconnectReason, FailedReason, Handle, MessageId, PLAIN_ANSWER_WAIT, Target,
};
use crate::event::Event;

/// Chats until every line of standard input has a reply, or the server's word that there is none, or until Ctrl-C or
/// SIGTERM.
///
/// # Errors
/// Where messages stayed without an answer, the engine cannot be started, or standard output fails
/// otherwise than by being closed.
pub fn run(target: Target, output: OutputArgs) -> Result<(), Failure> {
    let mut handle = engine::start(Waker::none(), false).map_err(Failure::run)?;
    if handle.command(Command::Connect(target)).is_err() {
        return Err(Failure::run(anyhow::anyhow!("the engine ended before it began")));
    }
    let input = read_lines(io::stdin()).map_err(Failure::run)?;
    let mut lines = Lines::new(output);
    let ended = headless::block_on(chat(&mut handle, input, |line| lines.print(&line)))?;
    handle.finish().map_err(Failure::run)?;
    let Outcome { sent, missing, sent_away, asked } = headless::printed(ended)?;
    if let Some(question) = asked {
        return Err(Failure::usage(anyhow::Error::msg(english(&question))));
    }
    if let Some(reason) = sent_away {
        return Err(Failure::run(anyhow::Error::msg(english(&reason))));
    }
    if missing > 0 {
        return Err(Failure::run(anyhow::anyhow!(
            "{missing} of {sent} messages got no answer: see the lines that begin with Failed"
        )));
    }
    Ok(())
}

/// A line of output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "tcp-chat-client-line")]
enum Line {
    /// A message was handed to the engine.
    Sent { id: MessageId, text: String },
    /// There is no reply to a message, or a line of input cannot be sent and has no number.
    Failed { id: Option<MessageId>, text: Option<String>, reason: FailedReason },
    #[serde(untagged)]
    Event(Event),
}

impl common_engine::Event for Line {
    fn level(&self) -> Level {
        match self {
            Self::Sent { .. } => Level::Info,
            Self::Failed { .. } => Level::Warning,
            Self::Event(event) => event.level(),
        }
    }

    fn is_printed(&self, is_json: bool) -> bool {
        !matches!(self, Self::Event(event) if !event.is_printed(is_json))
    }
}

/// How it went.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Outcome {
    /// Lines of input that were messages, or should have been.
    sent: u64,
    /// Those of them that have neither a reply nor the server's word that there is none.
    missing: u64,
    /// A person at the server does not want us.
    sent_away: Option<DisconnectReason>,
    /// What only a person can answer.
    asked: Option<Event>,
}

impl Outcome {
    /// Whether no further message gets through.
    fn is_over(&self) -> bool {
        self.sent_away.is_some() || self.asked.is_some()
    }
}

/// The messages under way.
#[derive(Debug, Default)]
struct Chat {
    /// How to talk, while there is a connection.
    dialect: Option<Dialect>,
    open: BTreeMap<MessageId, String>,
    /// When a plain server may get another message although it has not answered.
    overdue_at: Option<Instant>,
    outcome: Outcome,
}

/// Reads messages while there is a connection, shows what happens, and ends when every message has its answer.
async fn chat(
    handle: &mut Handle,
    mut input: mpsc::Receiver<Input>,
    mut show: impl FnMut(Line) -> io::Result<()>,
) -> io::Result<Outcome> {
    let mut chat = Chat::default();
    let mut is_input_over = false;
    while !(is_input_over && chat.open.is_empty() || chat.outcome.is_over()) {
        tokio::select! {
            event = handle.next_event() => match event {
                Some(event) => show(chat.line_of_event(event))?,
                // Ended by the user.
                None => return Ok(Outcome::default()),
            },
            next = input.recv(), if !is_input_over && chat.is_ready() => match next {
                Some(next) => show(chat.line_of_input(handle, next))?,
                None => is_input_over = true,
            },
            () = wait_until(chat.overdue_at) => chat.overdue_at = None,
        }
    }
    Ok(chat.outcome)
}

impl Chat {
    /// Whether the next line is read now.
    fn is_ready(&self) -> bool {
        match self.dialect {
            None => false,
            Some(Dialect::Records) => self.open.len() < MAX_WAITING,
            Some(Dialect::Plain) => {
                self.open.is_empty() || (self.overdue_at.is_none() && self.open.len() < MAX_WAITING)
            }
        }
    }

    fn line_of_event(&mut self, event: Event) -> Line {
        match &event {
            Event::Connected(connected) => self.dialect = Some(connected.dialect),
            Event::Connecting { .. }
            | Event::Reached { .. }
            | Event::Retrying { .. }
            | Event::Disconnected { .. } => self.dialect = None,
            Event::KeyAsked { .. } | Event::PassAsked { .. } => self.outcome.asked = Some(event.clone()),
            Event::SentAway { reason } => self.outcome.sent_away = Some(reason.clone()),
            Event::Failed { id, reason } => {
                self.outcome.missing += u64::from(!reason.is_verdict());
                return Line::Failed { id: Some(*id), text: self.open.remove(id), reason: reason.clone() };
            }
            Event::Reply { id: Some(id), .. } => {
                self.open.remove(id);
                self.overdue_at = None;
            }
            _ => (),
        }
        Line::Event(event)
    }

    fn line_of_input(&mut self, handle: &Handle, input: Input) -> Line {
        self.outcome.sent += 1;
        let text = match input {
            Input::Message(text) => text,
            Input::Unusable { text, reason } => {
                self.outcome.missing += 1;
                return Line::Failed { id: None, text, reason };
            }
        };
        let id = MessageId(self.outcome.sent);
        // At most MAX_WAITING are open: the queue of commands has room for them, unless the engine has ended, and
        // then no event will come any more either.
        let _ended = handle.command(Command::Send { id, text: text.clone() }).is_err();
        if self.dialect == Some(Dialect::Plain) {
            self.overdue_at = Some(Instant::now() + PLAIN_ANSWER_WAIT);
        }
        self.open.insert(id, text.clone());
        Line::Sent { id, text }
    }
}

/// A line of input.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Input {
    /// What is sent.
    Message(String),
    /// It cannot be sent.
    Unusable { text: Option<String>, reason: FailedReason },
}

/// Reads on a thread of its own: a read that waits for a terminal must not hold the process. Reads
/// no further than one line ahead; the channel closes at the end of input.
fn read_lines(source: impl Read + Send + 'static) -> io::Result<mpsc::Receiver<Input>> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::Builder::new().name("stdin".to_owned()).spawn(move || read(source, &sender))?;
    Ok(receiver)
}

fn read(mut source: impl Read, lines: &mpsc::Sender<Input>) {
    // A carriage return may stand before the line feed.
    let mut decoder = LineDecoder::new(MAX_TEXT_BYTES + 1);
    let mut buffer = vec![0; 16 * 1024];
    let mut is_first = true;
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
                Ok(line) => {
                    // PowerShell and some editors write a byte order mark first, which is no text.
                    let mark = if std::mem::take(&mut is_first) { BYTE_ORDER_MARK } else { b"" };
                    input(line.strip_prefix(mark).unwrap_or(&line).to_vec())
                }
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
        Ok(text) if is_blank(&text) => None,
        Ok(text) if text.len() > MAX_TEXT_BYTES => Some(too_long(text.len())),
        Ok(text) => Some(Input::Message(text)),
        Err(error) => {
            let text = Some(escape_bytes(error.as_bytes()));
            Some(Input::Unusable { text, reason: FailedReason::NotUtf8 })
        }
    }
}

fn too_long(len: usize) -> Input {
    Input::Unusable { text: None, reason: FailedReason::TooLong { len, max: MAX_TEXT_BYTES } }
}

#[cfg(test)]
mod tests;
