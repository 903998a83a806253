//! What was said in each conversation: the last exchanges, within a size.

use std::collections::{BTreeMap, VecDeque};

use crate::bot::ConversationId;

/// Most that all conversations keep together, in bytes: of thousands of clients the ones that have
/// been quiet longest are forgotten.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A question and its reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) question: String,
    pub(super) reply: String,
}

impl Exchange {
    fn len(&self) -> usize {
        self.question.len() + self.reply.len()
    }
}

#[derive(Debug, Default)]
struct Conversation {
    exchanges: VecDeque<Exchange>,
    len: usize,
    /// The count of exchanges when it grew last.
    grown_at: u64,
}

/// The memory of a bot.
#[derive(Debug)]
pub(super) struct Memory {
    max_exchanges: usize,
    /// Of one conversation.
    max_bytes: usize,
    conversations: BTreeMap<ConversationId, Conversation>,
    len: usize,
    count: u64,
}

impl Memory {
    pub(super) fn new(max_exchanges: usize, max_bytes: usize) -> Self {
        Self { max_exchanges, max_bytes, conversations: BTreeMap::new(), len: 0, count: 0 }
    }

    /// What was said so far, the oldest first.
    pub(super) fn exchanges(&self, id: ConversationId) -> impl Iterator<Item = &Exchange> {
        self.conversations.get(&id).into_iter().flat_map(|conversation| &conversation.exchanges)
    }

    /// Keeps one more exchange.
    pub(super) fn add(&mut self, id: ConversationId, exchange: Exchange) {
        self.count += 1;
        let len = exchange.len();
        if len > self.max_bytes || self.max_exchanges == 0 {
            // What comes next would refer to what is missing.
            self.forget(id);
            return;
        }
        let conversation = self.conversations.entry(id).or_default();
        conversation.grown_at = self.count;
        conversation.exchanges.push_back(exchange);
        conversation.len += len;
        self.len += len;
        while conversation.exchanges.len() > self.max_exchanges || conversation.len > self.max_bytes {
            let Some(oldest) = conversation.exchanges.pop_front() else { break };
            conversation.len -= oldest.len();
            self.len -= oldest.len();
        }
        while self.len > MAX_BYTES {
            let quietest = self.conversations.iter().min_by_key(|(_, conversation)| conversation.grown_at);
            let Some((&quietest, _)) = quietest else { break };
            self.forget(quietest);
        }
    }

    /// A conversation is over, or begins anew.
    pub(super) fn forget(&mut self, id: ConversationId) {
        if let Some(conversation) = self.conversations.remove(&id) {
            self.len -= conversation.len;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(question: &str) -> Exchange {
        Exchange { question: question.to_owned(), reply: "re".to_owned() }
    }

    fn questions(memory: &Memory, id: u64) -> Vec<&str> {
        memory.exchanges(ConversationId(id)).map(|exchange| exchange.question.as_str()).collect()
    }

    #[test]
    fn the_last_exchanges_are_kept_within_a_size() {
        let mut memory = Memory::new(2, 20);
        for question in ["a", "b", "c"] {
            memory.add(ConversationId(1), exchange(question));
        }
        memory.add(ConversationId(2), exchange("x"));
        assert_eq!((questions(&memory, 1), questions(&memory, 2)), (vec!["b", "c"], vec!["x"]));
        memory.add(ConversationId(1), exchange("0123456789abcdef"));
        assert_eq!(questions(&memory, 1), ["0123456789abcdef"]);
        memory.add(ConversationId(1), exchange("0123456789abcdefghi"));
        assert_eq!(questions(&memory, 1), [""; 0]);
        memory.forget(ConversationId(2));
        assert_eq!((memory.len, memory.conversations.len()), (0, 0));
    }

    #[test]
    fn all_conversations_together_have_a_size_too() {
        let mut memory = Memory::new(10, 1024 * 1024);
        for id in 0..100 {
            memory.add(ConversationId(id), exchange(&"x".repeat(1_000_000)));
            // The first one goes on.
            memory.add(ConversationId(0), exchange("y"));
        }
        assert!(memory.len <= MAX_BYTES && memory.len > MAX_BYTES / 2);
        assert!(!questions(&memory, 0).is_empty() && questions(&memory, 1).is_empty());
    }
}
