//! The engine without a window: standard input in, its events as lines out.

mod line;

use std::collections::BTreeMap;
use std::io;

use common::chat::{Dialect, MAX_WAITING};
use common::cli::{self, Failure, Lines, OutputArgs};
use common::engine::{Flavor, Waker, start};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use self::line::Line;
use crate::engine::{self, Command, Event, Handle, MessageId, PLAIN_ANSWER_WAIT, Target};
use crate::stdin::{Input, read_lines};

/// Chats until every line of standard input has an answer, or the server's word that there is none,
/// or Ctrl-C or SIGTERM.
///
/// # Errors
/// Where messages stayed without an answer, the engine cannot be started, or standard output fails
/// otherwise than by being closed.
pub fn run(target: Target, output: OutputArgs) -> Result<(), Failure> {
    let mut handle =
        start("chat", Flavor::CurrentThread, Waker::none(), (), engine::run).map_err(Failure::run)?;
    if handle.command(Command::Connect(target)).is_err() {
        return Err(Failure::run(anyhow::anyhow!("the engine ended before it began")));
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Failure::run)?;
    let input = read_lines(io::stdin()).map_err(Failure::run)?;
    let mut lines = Lines::new(output);
    let ended = runtime.block_on(chat(&mut handle, input, |line| lines.print(&line.text(), line)));
    handle.finish().map_err(Failure::run)?;
    let Outcome { sent, missing } = cli::printed(ended)?;
    if missing > 0 {
        return Err(Failure::run(anyhow::anyhow!(
            "{missing} of {sent} messages got no answer: see the lines that begin with Failed"
        )));
    }
    Ok(())
}

/// How it went.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Outcome {
    /// Lines of input that were messages, or should have been.
    sent: u64,
    /// Those of them without a reply and without a failure that the server told.
    missing: u64,
}

/// The messages under way.
#[derive(Debug, Default)]
struct Chat {
    /// How to talk, while there is a connection.
    dialect: Option<Dialect>,
    /// Who answered last, or was named by the server.
    bot: Option<String>,
    open: BTreeMap<MessageId, String>,
    /// When a plain server may get another message although it has not answered.
    overdue_at: Option<Instant>,
    outcome: Outcome,
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
}

/// Reads messages while there is a connection, shows what happens, and ends when all is answered.
async fn chat(
    handle: &mut Handle,
    mut input: mpsc::Receiver<Input>,
    mut show: impl FnMut(&Line) -> io::Result<()>,
) -> io::Result<Outcome> {
    let mut chat = Chat::default();
    let mut is_input_over = false;
    while !(is_input_over && chat.open.is_empty()) {
        let overdue_at = chat.overdue_at.unwrap_or_else(Instant::now);
        tokio::select! {
            event = handle.next_event() => match event {
                Some(event) => {
                    if let Some(line) = happened(&mut chat, event) {
                        show(&line)?;
                    }
                }
                // Ended by the user.
                None => return Ok(Outcome::default()),
            },
            next = input.recv(), if !is_input_over && chat.is_ready() => match next {
                Some(next) => show(&typed(&mut chat, handle, next))?,
                None => is_input_over = true,
            },
            () = sleep_until(overdue_at), if chat.overdue_at.is_some() => chat.overdue_at = None,
        }
    }
    Ok(chat.outcome)
}

fn happened(chat: &mut Chat, event: Event) -> Option<Line> {
    match &event {
        Event::Connected { dialect, bot, .. } => {
            chat.dialect = Some(*dialect);
            chat.bot.clone_from(bot);
        }
        Event::Connecting { .. }
        | Event::Reached { .. }
        | Event::Retrying { .. }
        | Event::Disconnected { .. } => {
            chat.dialect = None;
        }
        Event::Failed { id, reason } => {
            chat.outcome.missing += u64::from(!reason.is_verdict());
            return Some(Line::failed(*id, chat.open.remove(id), reason));
        }
        Event::Reply { id: Some(id), .. } => {
            chat.open.remove(id);
            chat.overdue_at = None;
        }
        _ => (),
    }
    let mut line = Line::of(event)?;
    if let Line::Reply { bot: bot @ Some(_), is_other_bot, .. } = &mut line
        && *bot != chat.bot
    {
        *is_other_bot = true;
        chat.bot.clone_from(bot);
    }
    Some(line)
}

fn typed(chat: &mut Chat, handle: &Handle, input: Input) -> Line {
    chat.outcome.sent += 1;
    let text = match input {
        Input::Message(text) => text,
        Input::Unusable(why) => {
            chat.outcome.missing += 1;
            return Line::unusable(&why);
        }
    };
    let id = MessageId(chat.outcome.sent);
    // At most MAX_WAITING are open: the queue of commands has room for them, unless the engine has
    // ended, and then there will be no event any more either.
    let _ended = handle.command(Command::Send { id, text: text.clone() }).is_err();
    if chat.dialect == Some(Dialect::Plain) {
        chat.overdue_at = Some(Instant::now() + PLAIN_ANSWER_WAIT);
    }
    chat.open.insert(id, text.clone());
    Line::Sent { id, text }
}

#[cfg(test)]
mod tests;
