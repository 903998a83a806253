//! The languages of the windows: one message file each, in `crates/common/languages`.
//!
//! [`tr!`](crate::tr) gives a text in the language of this thread, which is English until
//! [`set_language`] says otherwise. Only the thread of a window does: engines, the wire, headless
//! output and `--help` speak English. A new language is a new file beside the others, named by its
//! tag; `crates/common/tests/languages.rs` says what it lacks.

mod catalog;
mod record;
mod value;

use std::cell::Cell;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, SecondsFormat};
use fluent_bundle::FluentArgs;
pub use fluent_bundle::FluentValue;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::text::escape_line;
use catalog::{LANGUAGES, catalog};
pub(crate) use record::EventRecord;
use value::Record;
pub(crate) use value::Value;

/// A language that the windows speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    /// What everything else falls back to.
    pub const ENGLISH: Self = Self(0);

    /// Every language there is a message file for, English first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LANGUAGES.len()).map(Self)
    }

    /// Its tag by BCP 47: the name of its file.
    #[must_use]
    pub fn tag(self) -> &'static str {
        LANGUAGES.get(self.0).map_or("", |(tag, _)| tag)
    }

    /// What it calls itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        catalog(self.0).text("language-name").unwrap_or(self.tag())
    }

    /// The language of a tag: the very one, else one of the same language in another place.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        // The POSIX locales are for programs, and in English.
        let tag = if matches!(tag, "C" | "POSIX") { "en" } else { tag };
        let same = |language: &Self| language.tag().eq_ignore_ascii_case(tag);
        let akin = |language: &Self| primary(language.tag()) == primary(tag);
        Self::all().find(same).or_else(|| Self::all().find(akin))
    }

    /// The first language that the system asks for and we have, else English.
    #[must_use]
    pub fn of_system() -> Self {
        sys_locale::get_locales().find_map(|tag| Self::of_tag(&tag)).unwrap_or(Self::ENGLISH)
    }
}

thread_local! {
    static CURRENT: Cell<Language> = const { Cell::new(Language::ENGLISH) };
}

/// The language of this thread.
#[must_use]
pub fn language() -> Language {
    CURRENT.get()
}

/// Sets the language of this thread: from now on, [`tr!`](crate::tr) gives texts in it.
pub fn set_language(language: Language) {
    CURRENT.set(language);
}

/// The sentence of a value, in the language of this thread: of an error, a reason, an event.
///
/// The message files have it under the value's own name: that of `BindError::PortTaken { port: 6666 }` is
/// `bind-error-port-taken`. Each field `NAME` is the argument `$NAME`:
///
/// - a text, made safe for one line, or a number;
/// - of a value that has a sentence itself: that sentence, in the same language, with its fixed word as `$NAME_word` and its own
///   fields as further arguments;
/// - of a list: its items with commas between them, with their number as `$NAME_count`;
/// - of nothing: an empty text, with 0 as `$NAME_count`.
///
/// The message files have sentences as they stand within another one; this function begins them with a capital letter.
#[must_use]
pub fn sentence(value: &(impl Serialize + ?Sized)) -> String {
    match Value::of(value) {
        Value::Record(record) => {
            let phrase = phrase_of(&record, language());
            let catalog = catalog(language().0);
            if catalog.begins_with_words(&record.key()) { capitalized(&phrase) } else { phrase }
        }
        value => text_of(&value, language()),
    }
}

/// The sentence of a value as it stands within another sentence.
#[must_use]
pub fn phrase(value: &(impl Serialize + ?Sized)) -> String {
    text_of(&Value::of(value), language())
}

/// The phrase of a value in English, whatever the language of the thread: for lines and logs. [`localized!`](crate::localized)
/// makes it the `Display` of a type.
#[must_use]
pub fn english(value: &(impl Serialize + ?Sized)) -> String {
    text_of(&Value::of(value), Language::ENGLISH)
}

/// The fixed word of a value for programs: `port_taken` for `BindError::PortTaken`.
#[must_use]
pub fn word(value: &(impl Serialize + ?Sized)) -> String {
    match Value::of(value) {
        Value::Record(record) => record.word(),
        value => text_of(&value, Language::ENGLISH),
    }
}

/// For `#[serde(serialize_with)]`: in JSON records the field is the English sentence of its value, not a word.
///
/// # Errors
/// As `serializer` has them.
pub fn as_sentence<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_newtype_struct(value::SENTENCE, value)
}

/// For `#[serde(serialize_with)]`: a path as text, also where it is no UTF-8.
///
/// # Errors
/// As `serializer` has them.
pub fn path<S: Serializer>(path: &std::path::Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// For `#[serde(serialize_with)]`: a duration in whole milliseconds.
///
/// # Errors
/// As `serializer` has them.
pub fn millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// For `#[serde(serialize_with)]`: a time as `2022-01-05T03:04:05.000+01:00`.
///
/// # Errors
/// As `serializer` has them.
pub fn rfc3339_millis<S: Serializer>(time: &DateTime<FixedOffset>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, false))
}

/// For `#[serde(serialize_with)]`: a time as `2022-01-05T03:04:05.000000+01:00`.
///
/// # Errors
/// As `serializer` has them.
pub fn rfc3339_micros<S: Serializer>(time: &DateTime<FixedOffset>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Micros, false))
}

/// `Display` (the English sentence, see [`texts`](crate::texts)) and `Error` for types that serialise.
#[macro_export]
macro_rules! localized {
    ($($kind:ty),+ $(,)?) => {$(
        impl ::std::fmt::Display for $kind {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&$crate::texts::english(self))
            }
        }

        impl ::std::error::Error for $kind {}
    )+};
}

localized!(
    crate::chat::LineTooLong,
    crate::encoding::UnknownEncoding,
    crate::chat::PlainError,
    crate::chat::InvitationError,
    crate::chat::RecordError,
    crate::chat::ServerKeyError,
    crate::time::FormatError,
);
crate::serde_as_text!(crate::time::Format, crate::encoding::EncodingChoice);

fn text_of(value: &Value, language: Language) -> String {
    match value {
        Value::Plain(Json::String(text)) => escape_line(text).into_owned(),
        Value::Plain(Json::Null) => String::new(),
        Value::Plain(json) => json.to_string(),
        Value::List(items) => {
            let texts: Vec<String> = items.iter().map(|item| text_of(item, language)).collect();
            texts.join(catalog(language.0).text("list-separator").unwrap_or(", "))
        }
        Value::Sentence(value) => text_of(value, language),
        Value::Record(record) => phrase_of(record, language),
    }
}

fn phrase_of(record: &Record, language: Language) -> String {
    let key = record.key();
    let catalog =
        if catalog(language.0).has(&key) { catalog(language.0) } else { catalog(Language::ENGLISH.0) };
    match catalog.text(&key) {
        Some(text) => text.to_owned(),
        None => catalog.format(&key, &arguments(record, language)).unwrap_or_else(|| record.word()),
    }
}

fn has_sentence(record: &Record) -> bool {
    catalog(Language::ENGLISH.0).has(&record.key())
}

fn arguments(record: &Record, language: Language) -> FluentArgs<'_> {
    let mut arguments = FluentArgs::with_capacity(record.fields.len());
    add_arguments(&mut arguments, record, language);
    arguments
}

fn add_arguments<'a>(arguments: &mut FluentArgs<'a>, record: &'a Record, language: Language) {
    // As in JSON, the data of a reason are arguments beside it. Those of outer values come last, and replace them.
    for (name, value) in &record.fields {
        if let Value::Record(reason) = value {
            arguments.set(format!("{name}_word"), reason.word());
            add_arguments(arguments, reason, language);
        }
    }
    for (name, value) in &record.fields {
        match value {
            Value::List(items) => arguments.set(format!("{name}_count"), items.len()),
            Value::Plain(Json::Null) => arguments.set(format!("{name}_count"), 0),
            Value::Record(_) => arguments.set(format!("{name}_count"), 1),
            _ => (),
        }
        let argument = match value {
            // A table, whose rows have no sentences, cannot be said.
            Value::List(items) if matches!(items.first(), Some(Value::Record(item)) if !has_sentence(item)) =>
            {
                continue;
            }
            Value::Plain(Json::Number(number)) => FluentValue::from(number.as_f64().unwrap_or_default()),
            value => FluentValue::from(text_of(value, language)),
        };
        arguments.set(name.as_ref(), argument);
    }
}

/// A phrase as it begins a sentence.
#[must_use]
pub fn capitalized(phrase: &str) -> String {
    let mut chars = phrase.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The text of `key`; for `tr!`.
#[must_use]
pub fn text(key: &'static str) -> &'static str {
    let found = catalog(language().0).text(key).or_else(|| catalog(Language::ENGLISH.0).text(key));
    debug_assert!(found.is_some(), "no message without arguments is called {key}");
    found.unwrap_or(key)
}

/// The text of `key` with arguments; for `tr!`.
#[must_use]
pub fn text_with(key: &'static str, args: &[(&'static str, FluentValue<'_>)]) -> String {
    let args = args.iter().map(|(name, value)| (*name, value.clone())).collect();
    let found =
        catalog(language().0).format(key, &args).or_else(|| catalog(Language::ENGLISH.0).format(key, &args));
    debug_assert!(found.is_some(), "no message is called {key}");
    found.unwrap_or_else(|| key.to_owned())
}

/// A text of the message files in the language of this thread.
///
/// `tr!("log-clear")` is a `&'static str`, found in a table; `tr!("log-new", count = 3)` a
/// `String` with arguments: text or numbers, and numbers choose plurals.
#[macro_export]
macro_rules! tr {
    ($key:expr) => {
        $crate::texts::text($key)
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::texts::text_with(
            $key,
            &[$((stringify!($name), $crate::texts::FluentValue::from($value))),+],
        )
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::BindError;

    fn chinese() -> Language {
        Language::of_tag("zh-CN").unwrap()
    }

    #[test]
    fn the_languages_of_the_system_are_understood() {
        for (tag, language) in [
            ("en", Some(Language::ENGLISH)),
            ("en-GB", Some(Language::ENGLISH)),
            ("C", Some(Language::ENGLISH)),
            ("zh-CN", Some(chinese())),
            ("zh", Some(chinese())),
            ("zh-Hans-SG", Some(chinese())),
            ("tlh", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
        assert_eq!((chinese().tag(), chinese().name()), ("zh-CN", "简体中文"));
    }

    #[test]
    fn the_language_can_be_switched_for_one_thread() {
        assert_eq!(tr!("log-clear"), "Clear");
        set_language(chinese());
        assert_eq!(tr!("log-clear"), "清空");
        let other = std::thread::Builder::new().spawn(|| tr!("log-clear")).unwrap().join().unwrap();
        assert_eq!(other, "Clear", "an engine's thread speaks English");
    }

    #[derive(Serialize)]
    enum SettingsError {
        Unsaved { reason: BindError, file: &'static str },
    }

    #[test]
    fn a_value_is_its_sentence_and_so_are_the_values_in_it() {
        let address = "127.0.0.1:6666".parse().unwrap();
        let error = SettingsError::Unsaved { reason: BindError::PortTaken { address }, file: "a\nb" };
        let english = "the settings cannot be saved (port 6666 of 127.0.0.1 is in use by another program, stop \
                       that one or use another port): a\\nb";
        assert_eq!(super::english(&error), english);
        assert_eq!(phrase(&error), english);
        assert_eq!(sentence(&error), format!("The{}", english.strip_prefix("the").unwrap()));
        set_language(chinese());
        assert_eq!(super::english(&error), english, "lines and logs are English on every thread");
        assert!(phrase(&error).contains("（127.0.0.1 的端口 6666 正被其他程序使用"), "{}", phrase(&error));
    }

    #[test]
    fn what_begins_with_an_argument_keeps_its_letters() {
        let reason = "eof".to_owned();
        assert_eq!(sentence(&crate::net::ConnectError::Other { reason }), "eof");
    }

    #[test]
    fn numbers_choose_plurals_and_nothing_is_wrapped_in_marks() {
        assert_eq!(tr!("log-copy-hint", count = 1), "Copy the line");
        assert_eq!(tr!("log-copy-hint", count = 2), "Copy all 2 lines");
        set_language(chinese());
        assert_eq!(tr!("log-copy-hint", count = 2), "复制全部 2 行");
    }
}
