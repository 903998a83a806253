//! The languages of the windows: one message file each, in `crates/common/languages`.
//!
//! [`tr!`](crate::tr) gives a text in the language of this thread, which is English until
//! [`set_language`] says otherwise. Only the thread of a window does: engines, the wire, headless
//! output and `--help` speak English. A new language is a new file beside the others, named by its
//! tag; `crates/common/tests/languages.rs` says what it lacks.

mod catalog;

use std::cell::Cell;

pub use fluent_bundle::FluentValue;

use catalog::{LANGUAGES, catalog};

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

/// An error or a reason that a window shows: `Display` stays English, for lines and logs.
pub trait InWords {
    /// A sentence in the language of this thread, without a full stop.
    fn in_words(&self) -> String;
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
        $crate::language::text($key)
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::language::text_with(
            $key,
            &[$((stringify!($name), $crate::language::FluentValue::from($value))),+],
        )
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

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

    #[test]
    fn numbers_choose_plurals_and_nothing_is_wrapped_in_marks() {
        assert_eq!(tr!("log-copy-hint", count = 1), "Copy the line");
        assert_eq!(tr!("log-copy-hint", count = 2), "Copy all 2 lines");
        set_language(chinese());
        assert_eq!(tr!("log-copy-hint", count = 2), "复制全部 2 行");
    }

    #[test]
    fn a_frame_can_ask_for_thousands_of_texts() {
        let _loaded = tr!("log-clear");
        let start = Instant::now();
        let chars: usize = (0..5000).map(|_| tr!("log-clear").len()).sum();
        let plain = start.elapsed();
        assert_eq!(chars, 25_000);
        // 0.2 ms unoptimised; a machine under load is given room.
        assert!(plain.as_millis() < 10, "{plain:?}");
    }
}
