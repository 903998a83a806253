//! What a bot remembers of its conversations: of each by itself, and all together within a size.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ConversationId;

/// Most that all conversations of a bot take: beyond it the ones that have been quiet longest are forgotten.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Bytes that a conversation takes beside what is remembered of it.
const BYTES_EACH: usize = 128;

/// What is remembered of one conversation.
pub(super) trait Remembered: Default {
    /// Bytes that it takes; nothing is kept where these are none.
    fn bytes(&self) -> usize;
}

#[derive(Debug, Default)]
pub(super) struct Conversations<M>(Mutex<Known<M>>);

#[derive(Debug, Default)]
struct Known<M> {
    /// With the turn at which each was used last.
    by_id: HashMap<ConversationId, (u64, M)>,
    by_turn: BTreeMap<u64, ConversationId>,
    bytes: usize,
    turns: u64,
}

impl<M: Remembered> Conversations<M> {
    /// Calls `work` with what is known of a conversation. Other conversations are not kept waiting.
    pub(super) fn with<T>(&self, id: ConversationId, work: impl FnOnce(&mut M) -> T) -> T {
        let mut memory = self.known().remove(id).unwrap_or_default();
        let done = work(&mut memory);
        self.known().insert(id, memory);
        done
    }

    /// A conversation is over, or begins anew.
    pub(super) fn forget(&self, id: ConversationId) {
        self.known().remove(id);
    }

    // No code panics while it is locked.
    fn known(&self) -> MutexGuard<'_, Known<M>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Remembered> Known<M> {
    fn insert(&mut self, id: ConversationId, memory: M) {
        self.remove(id);
        if memory.bytes() == 0 {
            return;
        }
        self.turns += 1;
        self.bytes += memory.bytes() + BYTES_EACH;
        self.by_turn.insert(self.turns, id);
        self.by_id.insert(id, (self.turns, memory));
        while self.bytes > MAX_BYTES
            && let Some((_, quietest)) = self.by_turn.pop_first()
        {
            self.remove(quietest);
        }
    }

    fn remove(&mut self, id: ConversationId) -> Option<M> {
        let (turn, memory) = self.by_id.remove(&id)?;
        self.by_turn.remove(&turn);
        self.bytes -= memory.bytes() + BYTES_EACH;
        Some(memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default)]
    struct Text(String);

    impl Remembered for Text {
        fn bytes(&self) -> usize {
            self.0.len()
        }
    }

    fn len(conversations: &Conversations<Text>, id: u64) -> usize {
        conversations.with(ConversationId(id), |text| text.0.len())
    }

    #[test]
    fn each_conversation_has_its_own_memory_until_it_is_forgotten() {
        let conversations = Conversations::default();
        conversations.with(ConversationId(1), |text: &mut Text| text.0.push_str("one"));
        assert_eq!((len(&conversations, 1), len(&conversations, 2)), (3, 0));
        conversations.forget(ConversationId(1));
        assert_eq!(len(&conversations, 1), 0);
        let known = conversations.known();
        assert_eq!((known.bytes, known.by_id.len()), (0, 0), "what holds nothing is not kept");
    }

    #[test]
    fn all_conversations_together_have_a_size_and_the_quietest_goes() {
        let conversations = Conversations::default();
        for id in 0..100 {
            conversations.with(ConversationId(id), |text: &mut Text| text.0 = "x".repeat(1_000_000));
            // The first one goes on.
            conversations.with(ConversationId(0), |text| text.0.push('y'));
        }
        let bytes = conversations.known().bytes;
        assert!(bytes <= MAX_BYTES && bytes > MAX_BYTES / 2);
        assert!(len(&conversations, 0) > 0 && len(&conversations, 1) == 0);
        for id in 0..200_000 {
            conversations.with(ConversationId(id), |text| text.0 = "x".to_owned());
        }
        assert!(conversations.known().by_id.len() <= MAX_BYTES / BYTES_EACH, "small ones are bounded, too");
    }
}
