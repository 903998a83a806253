//! Own messages brought back into the text box, and the draft that waits meanwhile.

use std::collections::BTreeMap;

/// Where the user is among the earlier messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct InputHistory {
    /// How many messages back; 0: at the draft.
    back: usize,
    /// What the user made of the texts of the places that were left, the draft among them.
    changed: BTreeMap<usize, String>,
    /// The message of the place where the user is, as it was sent.
    sent: String,
}

impl InputHistory {
    /// One message further back. `before`: own messages, newest first; `text`: what the box has.
    pub(crate) fn older<'a>(
        &mut self,
        text: &str,
        mut before: impl Iterator<Item = &'a str>,
    ) -> Option<String> {
        let older = before.nth(self.back)?;
        self.leave(text);
        Some(self.enter(self.back + 1, older))
    }

    /// One message forward, and at last the draft.
    pub(crate) fn newer<'a>(
        &mut self,
        text: &str,
        mut before: impl Iterator<Item = &'a str>,
    ) -> Option<String> {
        let at = self.back.checked_sub(1)?;
        let newer = at.checked_sub(1).map_or(Some(""), |at| before.nth(at))?;
        self.leave(text);
        Some(self.enter(at, newer))
    }

    /// The message in the text box was sent: the draft comes back if it was another one.
    pub(crate) fn sent(&mut self) -> String {
        let draft = if self.back > 0 { self.changed.remove(&0) } else { None };
        *self = Self::default();
        draft.unwrap_or_default()
    }

    /// What the user wrote and did not send, which may not be what the text box has: the draft, or where there is none, what was
    /// made of an earlier message.
    pub(crate) fn draft<'a>(&'a self, text: &'a str) -> &'a str {
        let draft = self.changed.get(&0).map_or("", String::as_str);
        match self.back {
            0 => text,
            _ if !draft.is_empty() => draft,
            _ if text != self.sent => text,
            _ => self.changed.values().find(|changed| !changed.is_empty()).map_or("", String::as_str),
        }
    }

    fn leave(&mut self, text: &str) {
        if self.back == 0 || text != self.sent {
            self.changed.insert(self.back, text.to_owned());
        } else {
            self.changed.remove(&self.back);
        }
    }

    /// Goes to the place of the message `sent`; gives what the text box has there.
    fn enter(&mut self, back: usize, sent: &str) -> String {
        self.back = back;
        sent.clone_into(&mut self.sent);
        self.changed.get(&back).map_or(sent, String::as_str).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_messages_come_back_and_the_draft_at_last() {
        let before = || ["c", "b", "a"].into_iter();
        let mut history = InputHistory::default();
        assert_eq!(history.newer("draft", before()), None);
        assert_eq!(history.older("draft", before()).as_deref(), Some("c"));
        assert_eq!(history.draft("c"), "draft");
        assert_eq!(history.older("c, changed", before()).as_deref(), Some("b"));
        assert_eq!(history.older("b", before()).as_deref(), Some("a"));
        assert_eq!(history.older("a", before()), None, "there is nothing before it");
        assert_eq!(history.newer("a", before()).as_deref(), Some("b"));
        assert_eq!(history.newer("b", before()).as_deref(), Some("c, changed"), "what was typed is kept");
        assert_eq!(history.newer("c, changed", before()).as_deref(), Some("draft"));
        assert_eq!(history.newer("draft", before()), None);
        assert_eq!(history.draft("draft more"), "draft more");
    }

    #[test]
    fn what_was_made_of_an_earlier_message_is_a_draft_where_there_is_no_other() {
        let before = || ["b", "a"].into_iter();
        let mut history = InputHistory::default();
        history.older("", before());
        assert_eq!(history.draft("b"), "", "it was sent");
        assert_eq!(history.draft("b, changed"), "b, changed");
        history.older("b, changed", before());
        assert_eq!(history.draft("a"), "b, changed");
        assert_eq!(history.newer("a", before()).as_deref(), Some("b, changed"));
        history.older("b", before());
        assert_eq!(history.draft("a"), "", "it is as it was sent again");
    }

    #[test]
    fn the_draft_comes_back_when_an_earlier_message_was_sent_again() {
        let mut history = InputHistory::default();
        history.older("draft", ["a"].into_iter());
        assert_eq!(history.sent(), "draft");
        assert_eq!(history.sent(), "");
        assert_eq!(history, InputHistory::default());
    }

    #[test]
    fn a_draft_that_was_sent_itself_does_not_come_back() {
        let mut history = InputHistory::default();
        history.older("draft", ["a"].into_iter());
        assert_eq!(history.newer("a", ["a"].into_iter()).as_deref(), Some("draft"));
        assert_eq!(history.sent(), "");
    }
}
