//! Redacts a key in a reply that comes in pieces, wherever they are cut.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::Secret;
use super::secret::REDACTED;

/// A shorter key is a placeholder for a service that wants none, and may be a part of plain words.
const MIN_KEY_BYTES: usize = 4;

/// Passes on what is not the key, and holds back what may be the beginning of the key. A service repeats a key as it
/// was sent, in JSON, in a URL, in other letter cases, or within the base64 of a login.
#[derive(Default)]
pub(super) struct Redactor {
    /// A reply goes through all of them, one after the other.
    patterns: Vec<Pattern>,
}

/// No print of it shows a key, or the beginning of one.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(redacts {} patterns)", self.patterns.len())
    }
}

impl Redactor {
    /// Redacts `key`, if there is one.
    pub(super) fn new(key: Option<&Secret>) -> Self {
        let key = key.map(Secret::reveal).filter(|key| key.len() >= MIN_KEY_BYTES);
        Self { patterns: key.map(patterns).unwrap_or_default() }
    }

    /// What can be passed on after `piece` came.
    pub(super) fn push(&mut self, piece: &str) -> String {
        self.patterns.iter_mut().fold(piece.to_owned(), |piece, pattern| pattern.push(&piece))
    }

    /// What was held back, once nothing more comes.
    pub(super) fn end(&mut self) -> String {
        self.patterns.iter_mut().fold(String::new(), |rest, pattern| {
            let said = pattern.push(&rest);
            said + &std::mem::take(&mut pattern.held)
        })
    }
}

/// `text` without `key`, if there is one.
pub(super) fn redacted(key: Option<&Secret>, text: &str) -> String {
    let mut redactor = Redactor::new(key);
    redactor.push(text) + &redactor.end()
}

/// The key itself, and what of it is the same in every base64 that it is a part of.
fn patterns(key: &str) -> Vec<Pattern> {
    let mut texts: Vec<String> = Vec::new();
    for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        for before in 0..3 {
            let text = within_base64(&alphabet, key, before);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    let key = Pattern { chars: key.chars().collect(), ignores_case: true, held: String::new() };
    let encoded = texts.iter().map(|text| Pattern { chars: text.chars().collect(), ..Pattern::default() });
    std::iter::once(key).chain(encoded).collect()
}

/// The characters that `key` alone decides where `before` bytes, or a multiple of three more, stand before it:
/// RFC 4648, section 4, has each character hold six bits.
fn within_base64(alphabet: &GeneralPurpose, key: &str, before: usize) -> String {
    let text = alphabet.encode([&[0; 2][..before], key.as_bytes()].concat());
    let (first, end) = ((before * 8).div_ceil(6), (before + key.len()) * 8 / 6);
    text.get(first..end).unwrap_or_default().to_owned()
}

/// How a text begins.
#[derive(Debug, PartialEq, Eq)]
enum Begin {
    Otherwise,
    /// All of it may be the beginning.
    Perhaps,
    /// So many bytes of it are the one that was looked for.
    With(usize),
}

#[derive(Default)]
struct Pattern {
    chars: Vec<char>,
    ignores_case: bool,
    /// The end of what came, where the pattern may begin with it.
    held: String,
}

impl Pattern {
    fn push(&mut self, piece: &str) -> String {
        let mut all = std::mem::take(&mut self.held);
        all.push_str(piece);
        let (mut said, mut rest) = (String::with_capacity(all.len()), all.as_str());
        while let Some(at) = rest.find(|c| self.may_begin(c)) {
            let (before, from) = rest.split_at(at);
            said.push_str(before);
            rest = match self.begin(from) {
                Begin::With(len) => {
                    said.push_str(REDACTED);
                    from.get(len..).unwrap_or_default()
                }
                Begin::Perhaps => {
                    from.clone_into(&mut self.held);
                    return said;
                }
                Begin::Otherwise => {
                    let mut chars = from.chars();
                    said.extend(chars.next());
                    chars.as_str()
                }
            };
        }
        said + rest
    }

    fn may_begin(&self, c: char) -> bool {
        matches!(c, '%' | '\\') || self.chars.first().is_some_and(|first| c.eq_ignore_ascii_case(first))
    }

    fn begin(&self, text: &str) -> Begin {
        // Where the next character may stand: a key can hold what looks like an encoding.
        let (mut places, mut is_cut) = (vec![0], false);
        for c in &self.chars {
            let mut next = Vec::new();
            for place in places {
                let rest = text.get(place..).unwrap_or_default();
                for begin in begins_with_char(rest, *c, self.ignores_case) {
                    match begin {
                        Begin::With(len) if !next.contains(&(place + len)) => next.push(place + len),
                        Begin::With(_) | Begin::Otherwise => (),
                        Begin::Perhaps => is_cut = true,
                    }
                }
            }
            places = next;
        }
        match places.into_iter().max() {
            Some(len) => Begin::With(len),
            None if is_cut => Begin::Perhaps,
            None => Begin::Otherwise,
        }
    }
}

/// Looks for `c` at the beginning of `text`: as it is, percent-encoded (RFC 3986, section 2.1), or as JSON may escape it
/// (RFC 8259, section 7).
fn begins_with_char(text: &str, c: char, ignores_case: bool) -> Vec<Begin> {
    let Some(first) = text.chars().next() else { return vec![Begin::Perhaps] };
    let mut begins = Vec::new();
    if first == c || ignores_case && first.eq_ignore_ascii_case(&c) {
        begins.push(Begin::With(first.len_utf8()));
    }
    if matches!(first, '%' | '\\') {
        // A letter in the other case has an encoding of its own.
        let cases = if ignores_case { [c.to_ascii_lowercase(), c.to_ascii_uppercase()] } else { [c; 2] };
        begins.extend(cases.into_iter().flat_map(encodings).map(|spelling| begins_with(text, &spelling)));
    }
    begins
}

fn begins_with(text: &str, spelling: &str) -> Begin {
    let common = text.len().min(spelling.len());
    let is_alike =
        text.get(..common).zip(spelling.get(..common)).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
    match is_alike {
        false => Begin::Otherwise,
        true if common == spelling.len() => Begin::With(common),
        true => Begin::Perhaps,
    }
}

fn encodings(c: char) -> [String; 3] {
    let (mut in_url, mut in_json) = (String::new(), String::new());
    // Writing to a String cannot fail.
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        let _ok = write!(in_url, "%{byte:02x}");
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        let _ok = write!(in_json, "\\u{unit:04x}");
    }
    [in_url, in_json, format!("\\{c}")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        let reply = r#"{"key":"a\"b/+=="} {"key":"\u0061\"B\/\u002B=="} /api?key=a%22b%2F%2B%3D%3D&x %61%22b%2f+=%3d a"b/+== a%22"#;
        let (said, held) = redacted("a\"b/+==", &[reply]);
        let expected = r#"{"key":"(secret)"} {"key":"(secret)"} /api?key=(secret)&x (secret) (secret) a%22"#;
        assert_eq!(said + &held, expected);
        assert_eq!(redacted("sk-ab%25", &["SK-AB%25 sk-ab%2525"]).0, "(secret) (secret)");
    }

    proptest! {
        #[test]
        fn a_key_is_redacted_in_the_base64_of_a_login(
            key in "[!-~]{6,20}", user in "[a-z]{0,4}", more in "[a-z:]{0,4}", is_url: bool, cut: prop::sample::Index,
        ) {
            let alphabet = if is_url { URL_SAFE_NO_PAD } else { STANDARD_NO_PAD };
            let login = alphabet.encode(format!("{user}{key}{more}"));
            let (head, tail) = login.split_at(cut.index(login.len()));
            let (said, held) = redacted(&key, &["Basic ", head, tail]);
            let said = said + &held;
            // What is left holds the bits of its neighbours, or of a part of a byte of the key.
            prop_assert!(said.contains(REDACTED) && said.len() <= "Basic (secret)".len() + 12, "{}", said);
        }

        #[test]
        fn what_is_no_key_passes(text in "[a-d%u0-2]{0,40}", cut: prop::sample::Index) {
            let (head, tail) = text.split_at(cut.index(text.len() + 1));
            let (said, held) = redacted("xyz-secret", &[head, tail]);
            prop_assert_eq!(said + &held, text);
        }
    }

    #[test]
    fn what_stands_in_for_a_key_is_a_word() {
        assert_eq!(redacted("x", &["six"]), ("six".to_owned(), String::new()));
        let mut redactor = Redactor::new(Secret::new("k3y-12345").as_ref());
        assert_eq!((redactor.push("k3y"), format!("{redactor:?}").contains("k3y")), (String::new(), false));
    }
}
