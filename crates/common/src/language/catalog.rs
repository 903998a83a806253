//! A message file, read once.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::Entry;

/// Tag and message file of each language.
pub(super) static LANGUAGES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// The messages of a language.
pub(super) struct Catalog {
    /// Those without arguments, ready to show.
    texts: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

/// The catalog of the language at `index`.
pub(super) fn catalog(index: usize) -> &'static Catalog {
    static CATALOGS: LazyLock<Vec<OnceLock<Catalog>>> =
        LazyLock::new(|| LANGUAGES.iter().map(|_| OnceLock::new()).collect());
    static EMPTY: LazyLock<Catalog> = LazyLock::new(|| Catalog::new("", ""));
    match (CATALOGS.get(index), LANGUAGES.get(index)) {
        (Some(catalog), Some((tag, source))) => catalog.get_or_init(|| Catalog::new(tag, source)),
        _ => &EMPTY,
    }
}

impl Catalog {
    /// What is wrong in a file is left out; the tests see to it that nothing is.
    fn new(tag: &str, source: &str) -> Self {
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(part, _errors)| part);
        let keys: Vec<String> = resource
            .entries()
            .filter_map(|entry| match entry {
                Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            })
            .collect();
        let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
        // Marks around arguments would be shown as boxes, and copied.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        let mut catalog = Self { texts: HashMap::new(), bundle };
        catalog.texts =
            keys.into_iter().filter_map(|key| catalog.plain(&key).map(|text| (key, text))).collect();
        catalog
    }

    fn plain(&self, key: &str) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, None, &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    pub(super) fn format(&self, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors);
        debug_assert!(errors.is_empty(), "{key}: {errors:?}");
        Some(text.into_owned())
    }
}
