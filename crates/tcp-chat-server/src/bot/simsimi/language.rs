//! The service's codes for languages: some are those of countries, and `zh` is traditional Chinese.

use std::fmt;
use std::str::FromStr;

use crate::bot::is_han;

/// Which language the service is asked in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Language {
    /// The one that a question's letters belong to.
    #[default]
    OfQuestion,
    /// Always this one, in the service's code.
    Code(String),
}

/// What is no code of a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LanguageError(pub(super) String);

impl FromStr for Language {
    type Err = LanguageError;

    /// Reads the service's own code, or the usual one.
    fn from_str(typed: &str) -> Result<Self, LanguageError> {
        let tag = typed.trim().to_ascii_lowercase().replace('_', "-");
        if tag == "auto" {
            return Ok(Self::OfQuestion);
        }
        let mut subtags = tag.split('-');
        let language = subtags.next().unwrap_or_default();
        let mut subtags = subtags.peekable();
        let code = match language {
            // Alone it is the service's own code.
            "zh" if subtags.peek().is_none() => "zh",
            "zh" if subtags.clone().any(|tag| matches!(tag, "hant" | "tw" | "hk" | "mo")) => "zh",
            "zh" | "cmn" => "ch",
            "yue" => "zh",
            "vi" => "vn",
            "km" => "kh",
            "fil" | "tl" => "ph",
            "sr" => "rs",
            "sq" => "al",
            code => code,
        };
        let is_language =
            matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_lowercase());
        let are_subtags = subtags
            .all(|tag| matches!(tag.len(), 2..=8) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if is_language && are_subtags {
            Ok(Self::Code(code.to_owned()))
        } else {
            Err(LanguageError(typed.to_owned()))
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OfQuestion => "auto",
            Self::Code(code) => code,
        })
    }
}

impl Language {
    /// The service's code for a question.
    pub(super) fn code(&self, question: &str) -> &str {
        match self {
            Self::Code(code) => code,
            Self::OfQuestion => of_letters(question),
        }
    }
}

/// Told from the letters. Japanese has characters in common with Chinese, not the other way round.
fn of_letters(question: &str) -> &'static str {
    let has = |is_of: fn(char) -> bool| question.chars().any(is_of);
    if has(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}')) {
        "ja"
    } else if has(
        |c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}'),
    ) {
        "ko"
    } else if has(is_han) {
        "ch"
    } else if has(|c| matches!(c, '\u{400}'..='\u{4ff}')) {
        "ru"
    } else if has(|c| matches!(c, '\u{e01}'..='\u{e5b}')) {
        "th"
    } else if has(|c| matches!(c, '\u{600}'..='\u{6ff}')) {
        "ar"
    } else {
        "en"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_codes_become_the_services() {
        for (typed, code) in [
            ("en", "en"),
            ("EN-us", "en"),
            ("pt_BR", "pt"),
            ("zh-CN", "ch"),
            ("zh-Hans", "ch"),
            ("zh-Hans-HK-x", "?"),
            ("zh-SG", "ch"),
            ("zh-TW", "zh"),
            ("zh_hk", "zh"),
            ("zh-Hant-MO", "zh"),
            ("vi", "vn"),
            ("vi-VN", "vn"),
            ("km", "kh"),
            ("fil-PH", "ph"),
            ("tl", "ph"),
            ("sr-Latn-RS", "rs"),
            ("sq", "al"),
            (" auto ", "auto"),
            // Its own.
            ("ch", "ch"),
            ("zh", "zh"),
            ("vn", "vn"),
            ("al", "al"),
        ] {
            let language = typed.parse::<Language>().map_or("?".to_owned(), |language| language.to_string());
            assert_eq!(language, code, "{typed}");
        }
        for typed in ["", "e", "english", "e1", "en-", "en US", "中文", "-en"] {
            assert_eq!(typed.parse::<Language>(), Err(LanguageError(typed.into())));
        }
    }

    #[test]
    fn letters_tell_the_language() {
        for (question, code) in [
            ("hello", "en"),
            ("你好 hello", "ch"),
            ("漢字とかな", "ja"),
            ("안녕", "ko"),
            ("привет", "ru"),
            ("สวัสดี", "th"),
            ("مرحبا", "ar"),
            ("12?", "en"),
        ] {
            assert_eq!(Language::OfQuestion.code(question), code);
        }
        assert_eq!("vi".parse::<Language>().unwrap().code("你好"), "vn");
    }
}
