//! What services know a client by.

use super::ConversationId;

/// Makes the ids of one run of the program: letters and digits, at most 32.
///
/// They say nothing about the client, and are not those of the run before: a service that
/// remembers must not take a new client for an old one.
#[derive(Debug)]
pub(super) struct UserIds {
    run: u64,
}

impl UserIds {
    pub(super) fn new() -> Self {
        Self { run: rand::random() }
    }

    /// The id of a client: the same for the whole conversation.
    pub(super) fn of(&self, conversation: ConversationId) -> String {
        format!("{:016x}{:x}", self.run, conversation.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_stable_short_and_of_its_run() {
        let (ids, others) = (UserIds::new(), UserIds::new());
        for number in [0, 1, u64::MAX] {
            let id = ids.of(ConversationId(number));
            assert_eq!(id, ids.of(ConversationId(number)));
            assert!(
                (1..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "{id}"
            );
            assert_ne!(id, others.of(ConversationId(number)));
        }
        assert_ne!(ids.of(ConversationId(1)), ids.of(ConversationId(2)));
    }
}
