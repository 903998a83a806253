//! What the bot remembers of a conversation: little, and never more than that.

use std::collections::{BTreeMap, VecDeque};

/// Values that are remembered.
const MAX_VALUES: usize = 32;

/// Bytes of each.
const MAX_VALUE_BYTES: usize = 200;

/// Bytes that are kept of what was said last.
const MAX_SAID_BYTES: usize = 1000;

/// Replies that are not given again at once.
const RECENT: usize = 8;

/// What the bot remembers of a conversation.
#[derive(Debug, Default)]
pub(in super::super) struct Memory {
    /// None: the first.
    pub(super) topic: Option<Box<str>>,
    values: BTreeMap<Box<str>, Box<str>>,
    pub(super) last_input: Box<str>,
    pub(super) last_reply: Box<str>,
    /// Triggers, and the place of the reply that each gave last.
    recent: VecDeque<(usize, usize)>,
}

impl Memory {
    pub(in super::super) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|value| &**value)
    }

    /// Remembers `value`; the word `undefined` forgets it.
    pub(in super::super) fn set(&mut self, name: &str, value: &str) {
        if value == super::speak::UNDEFINED {
            self.values.remove(name);
        } else if self.values.contains_key(name) || self.values.len() < MAX_VALUES {
            self.values.insert(name.into(), cut(value, MAX_VALUE_BYTES).into());
        }
    }

    /// Remembers what was said.
    pub(super) fn said(&mut self, input: &str, reply: &str) {
        self.last_input = cut(input, MAX_SAID_BYTES).into();
        self.last_reply = cut(reply, MAX_SAID_BYTES).into();
    }

    /// The place of the reply that `trigger` gave last, if that is not long ago.
    pub(super) fn given(&self, trigger: usize) -> Option<usize> {
        self.recent.iter().find(|(known, _)| *known == trigger).map(|(_, place)| *place)
    }

    pub(super) fn give(&mut self, trigger: usize, place: usize) {
        self.recent.retain(|(known, _)| *known != trigger);
        self.recent.push_front((trigger, place));
        self.recent.truncate(RECENT);
    }

    /// Bytes that a client can have filled.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let values: usize = self.values.iter().map(|(name, value)| name.len() + value.len()).sum();
        values + self.last_input.len() + self.last_reply.len() + self.topic.as_ref().map_or(0, |t| t.len())
    }
}

/// The beginning of `text`, whole characters in `max` bytes.
pub(super) fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}
