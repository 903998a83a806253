//! What can be done with a text: turn it round, count it, say it again. A character is what a person
//! takes for one, of however many code points.

use unicode_segmentation::UnicodeSegmentation as _;

use super::super::language::Language;
use super::after;

/// Characters of a text that are said again beside its length.
const SHOWN: usize = 40;

const REVERSE: [&str; 7] = ["reverse", "倒过来说", "倒过来", "反过来说", "反过来", "反转", "倒序"];
const LENGTH: [&str; 12] = [
    "length of",
    "length",
    "how many characters are in",
    "how many characters are there in",
    "how many characters in",
    "how many letters are in",
    "how many characters has",
    "count the characters of",
    "count characters in",
    "字数",
    "长度",
    "数一数",
];
const ECHO: [&str; 8] =
    ["echo", "repeat after me", "say after me", "repeat", "跟我说", "跟我念", "重复一遍", "复述"];

/// The answer to "reverse hello" and the like.
pub(super) fn asked(question: &str, language: Language) -> Option<String> {
    let find = |words: &[&str]| words.iter().find_map(|word| after(question, word)).map(bare);
    if let Some(text) = find(&REVERSE) {
        return Some(or_which(text, language, "reverse hello", "反转 你好", reverse));
    }
    if let Some(text) = find(&LENGTH) {
        return Some(or_which(text, language, "length of hello", "字数 你好", |text| {
            length(text, language)
        }));
    }
    let text = find(&ECHO)?;
    Some(or_which(text, language, "echo hello", "跟我说 你好", str::to_owned))
}

/// A text without what stands around it.
fn bare(text: &str) -> &str {
    let text = text.trim_start_matches([':', '：', ',', '，']).trim();
    let quotes = [('"', '"'), ('“', '”'), ('\'', '\''), ('「', '」'), ('‘', '’')];
    let inner = quotes.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inner.unwrap_or(text)
}

fn or_which(
    text: &str,
    language: Language,
    english: &str,
    chinese: &str,
    skill: impl FnOnce(&str) -> String,
) -> String {
    if text.is_empty() {
        return language.pick(
            format!("Which text? Write it after the word: {english}"),
            format!("哪段文字？请写在后面：{chinese}"),
        );
    }
    skill(text)
}

/// `text` from its end to its beginning.
pub(super) fn reverse(text: &str) -> String {
    text.graphemes(true).rev().collect()
}

/// How long `text` is.
pub(super) fn length(text: &str, language: Language) -> String {
    let count = text.graphemes(true).count();
    let mut shown: String = text.graphemes(true).take(SHOWN).collect();
    if count > SHOWN {
        shown.push_str("...");
    }
    let plural = if count == 1 { "" } else { "s" };
    language.pick(format!("“{shown}” has {count} character{plural}."), format!("“{shown}”有{count}个字符。"))
}
