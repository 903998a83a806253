//! What the bot remembers, of each conversation by itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::brain::Memory;
use crate::bot::ConversationId;

/// Conversations that are remembered; the oldest goes first.
const MAX_CONVERSATIONS: usize = 10_000;

/// What the bot remembers.
#[derive(Debug, Default)]
pub(super) struct Memories {
    known: Mutex<BTreeMap<ConversationId, Memory>>,
}

impl Memories {
    /// Calls `reply` with what is known of a conversation. Others are not kept waiting.
    pub(super) fn with<T>(&self, conversation: ConversationId, reply: impl FnOnce(&mut Memory) -> T) -> T {
        let mut memory = self.known().remove(&conversation).unwrap_or_default();
        let replied = reply(&mut memory);
        let mut known = self.known();
        while known.len() >= MAX_CONVERSATIONS {
            known.pop_first();
        }
        known.insert(conversation, memory);
        replied
    }

    pub(super) fn forget(&self, conversation: ConversationId) {
        self.known().remove(&conversation);
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<ConversationId, Memory>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_is_gone_and_there_is_no_end_of_room() {
        let memories = Memories::default();
        for number in 0..=10_000 {
            memories.with(ConversationId(number), |memory| memory.set("name", "Tom"));
        }
        let name =
            |number| memories.with(ConversationId(number), |memory| memory.value("name").map(str::to_owned));
        assert_eq!(name(10_000).as_deref(), Some("Tom"));
        assert_eq!(name(0), None, "the oldest went");
        memories.forget(ConversationId(10_000));
        assert_eq!(name(10_000), None);
        assert!(memories.known().len() <= MAX_CONVERSATIONS);
    }
}
