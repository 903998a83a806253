//! Redacts a key in a reply that comes in pieces, wherever they are cut.

use super::Secret;
use super::secret::REDACTED;

/// A shorter key is a placeholder for a service that wants none, and may be a part of plain words.
const MIN_KEY_BYTES: usize = 4;

/// Passes on what is not the key, and holds back what may be the beginning of the key.
#[derive(Default)]
pub(super) struct Redactor {
    /// One for each spelling of the key; a reply goes through all of them, one after the other.
    spellings: Vec<Spelling>,
}

/// No print of it shows a key, or the beginning of one.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "(redacts {} spellings)", self.spellings.len())
    }
}

struct Spelling {
    key: String,
    /// The end of what came, where a key begins with it.
    held: String,
}

impl Redactor {
    /// Redacts `key`, if there is one.
    pub(super) fn new(key: Option<&Secret>) -> Self {
        let key = key.filter(|key| key.reveal().len() >= MIN_KEY_BYTES);
        let spellings = key.map(Secret::spellings).unwrap_or_default();
        let spellings = spellings.into_iter().map(|key| Spelling { key, held: String::new() });
        Self { spellings: spellings.collect() }
    }

    /// What can be passed on after `piece` came.
    pub(super) fn push(&mut self, piece: &str) -> String {
        self.spellings.iter_mut().fold(piece.to_owned(), |piece, spelling| spelling.push(&piece))
    }

    /// What was held back, once nothing more comes.
    pub(super) fn end(&mut self) -> String {
        self.spellings.iter_mut().fold(String::new(), |rest, spelling| {
            let said = spelling.push(&rest);
            said + &std::mem::take(&mut spelling.held)
        })
    }
}

impl Spelling {
    fn push(&mut self, piece: &str) -> String {
        let mut all = std::mem::take(&mut self.held);
        all.push_str(piece);
        let (before, last) = match all.rfind(&self.key).map(|at| at.saturating_add(self.key.len())) {
            Some(end) => all.split_at(end),
            None => ("", all.as_str()),
        };
        let may_begin = |at: &usize| last.get(*at..).is_some_and(|end| self.key.starts_with(end));
        let first = last.len().saturating_sub(self.key.len());
        let at = (first..last.len()).find(may_begin).unwrap_or(last.len());
        let (said, held) = last.split_at(at);
        held.clone_into(&mut self.held);
        before.replace(&self.key, REDACTED) + said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(key: &str, pieces: &[&str]) -> (String, String) {
        let mut redactor = Redactor::new(Secret::new(key).as_ref());
        let said = pieces.iter().map(|piece| redactor.push(piece)).collect();
        (said, redactor.end())
    }

    #[test]
    fn a_key_is_redacted_however_it_is_cut() {
        let reply = "so sk-1 is sk-12, sk-12sk-123 and 好sk-";
        let expected = ("so sk-1 is (secret), (secret)(secret)3 and 好".to_owned(), "sk-".to_owned());
        assert_eq!(redacted("sk-12", &[reply]), expected);
        let singly: Vec<String> = reply.chars().map(String::from).collect();
        let singly: Vec<&str> = singly.iter().map(String::as_str).collect();
        assert_eq!(redacted("sk-12", &singly), expected);
        assert_eq!(redacted("sk-12", &["so sk-1", "2!"]), ("so (secret)!".to_owned(), String::new()));
    }

    #[test]
    fn a_key_is_redacted_however_it_is_spelt() {
        let reply = r#"{"key":"a\"b/+=="} /api?key=a%22b%2F%2B%3D%3D&x a"b/+== a%22"#;
        let (said, held) = redacted("a\"b/+==", &[reply]);
        assert_eq!(said + &held, r#"{"key":"(secret)"} /api?key=(secret)&x (secret) a%22"#,);
    }

    #[test]
    fn what_stands_in_for_a_key_is_a_word() {
        assert_eq!(redacted("x", &["six"]), ("six".to_owned(), String::new()));
        let mut redactor = Redactor::new(Secret::new("k3y-12345").as_ref());
        assert_eq!((redactor.push("k3y"), format!("{redactor:?}").contains("k3y")), (String::new(), false));
    }
}
