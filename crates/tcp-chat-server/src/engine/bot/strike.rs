//! Strikes a key out of a reply that comes in pieces, wherever they are cut.

use super::Secret;

/// What is shorter stands in where a service wants no key: it would be struck out of plain words.
const MIN_STRUCK_BYTES: usize = 4;

/// Lets through what is no key; holds back what may be the beginning of one.
#[derive(Debug, Default)]
pub(super) struct Striker {
    key: Option<Secret>,
    /// The end of what came, where a key begins with it.
    held: Held,
}

/// A beginning of a key; no print of it shows it.
#[derive(Default)]
struct Held(String);

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(held)")
    }
}

impl Striker {
    /// Strikes out `key`, where there is one.
    pub(super) fn new(key: Option<&Secret>) -> Self {
        let key = key.filter(|key| key.reveal().len() >= MIN_STRUCK_BYTES).cloned();
        Self { key, held: Held::default() }
    }

    /// What can be said of `piece`, and of what came before it.
    pub(super) fn push(&mut self, piece: &str) -> String {
        let Some(key) = &self.key else { return piece.to_owned() };
        let mut all = std::mem::take(&mut self.held.0);
        all.push_str(piece);
        let (before, last) = match all.rfind(key.reveal()).map(|at| at.saturating_add(key.reveal().len())) {
            Some(end) => all.split_at(end),
            None => ("", all.as_str()),
        };
        let may_begin = |at: &usize| last.get(*at..).is_some_and(|end| key.reveal().starts_with(end));
        let first = last.len().saturating_sub(key.reveal().len());
        let at = (first..last.len()).find(may_begin).unwrap_or(last.len());
        let (said, held) = last.split_at(at);
        held.clone_into(&mut self.held.0);
        key.strike_from(before) + said
    }

    /// What was held back and turned out to be no key.
    pub(super) fn end(&mut self) -> String {
        std::mem::take(&mut self.held.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(key: &str, pieces: &[&str]) -> (String, String) {
        let mut striker = Striker::new(Secret::new(key).as_ref());
        let said = pieces.iter().map(|piece| striker.push(piece)).collect();
        (said, striker.end())
    }

    #[test]
    fn a_key_is_struck_out_however_it_is_cut() {
        let reply = "so sk-1 is sk-12, sk-12sk-123 and 好sk-";
        let expected = ("so sk-1 is (secret), (secret)(secret)3 and 好".to_owned(), "sk-".to_owned());
        assert_eq!(struck("sk-12", &[reply]), expected);
        let singly: Vec<String> = reply.chars().map(String::from).collect();
        let singly: Vec<&str> = singly.iter().map(String::as_str).collect();
        assert_eq!(struck("sk-12", &singly), expected);
        assert_eq!(struck("sk-12", &["so sk-1", "2!"]), ("so (secret)!".to_owned(), String::new()));
    }

    #[test]
    fn what_stands_in_for_a_key_is_a_word() {
        assert_eq!(struck("x", &["six"]), ("six".to_owned(), String::new()));
        assert!(!format!("{:?}", Striker { held: Held("k3y".into()), ..Striker::default() }).contains("k3y"));
    }
}
