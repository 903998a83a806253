//! How an answer is written for the one who asked.

use common::chat::{FailReason, LineBreak, ServerRecord};
use common::text::escape_line;

/// Goes with a message from its arrival to its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ticket {
    /// A message of a plain client; `None`: it takes answers bare.
    Plain(Option<LineBreak>),
    /// A message of a records client, by its id.
    Record(u64),
}

impl Ticket {
    /// The bytes of a reply.
    pub(super) fn reply(self, bot: String, text: String) -> String {
        match self {
            Self::Plain(line_break) => text + line_break.map_or("", LineBreak::as_str),
            Self::Record(id) => ServerRecord::Reply { id, bot, text }.encode(),
        }
    }

    /// The bytes that say that there is none.
    pub(super) fn failed(self, reason: FailReason, message: &str) -> String {
        match self {
            Self::Plain(line_break) => server_line(message, line_break),
            Self::Record(id) => ServerRecord::Failed { id, reason, message: message.to_owned() }.encode(),
        }
    }
}

/// What the server itself says to a plain client: one line, whatever the message holds.
pub(in crate::engine) fn server_line(message: &str, line_break: Option<LineBreak>) -> String {
    format!("[server] {}{}", escape_line(message), line_break.map_or("", LineBreak::as_str))
}
