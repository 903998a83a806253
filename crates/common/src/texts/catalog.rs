//! A message file, read once.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, Pattern, PatternElement};

use crate::text::cut;

/// Tag and message file of each language.
pub(super) static LANGUAGES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// The messages of a language.
pub(super) struct Catalog {
    /// Those without arguments, ready to show.
    texts: HashMap<String, String>,
    /// Those that begin with words of their own, not with an argument.
    own_beginnings: HashSet<String>,
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
        let (mut keys, mut own_beginnings) = (Vec::new(), HashSet::new());
        for entry in resource.entries() {
            let Entry::Message(message) = entry else { continue };
            keys.push(message.id.name.to_owned());
            if message.value.as_ref().is_some_and(begins_with_words) {
                own_beginnings.insert(message.id.name.to_owned());
            }
        }
        let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
        // Marks around arguments would be shown as boxes, and copied.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        add_functions(&mut bundle);
        let mut catalog = Self { texts: HashMap::new(), own_beginnings, bundle };
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

    /// Whether there is a message with this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// Whether the message begins with words of its own: the first of them may get a capital letter.
    pub(super) fn begins_with_words(&self, key: &str) -> bool {
        self.own_beginnings.contains(key)
    }

    pub(super) fn format(&self, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors);
        debug_assert!(errors.is_empty(), "{key}: {errors:?}");
        Some(text.into_owned())
    }
}

fn begins_with_words(pattern: &Pattern<&str>) -> bool {
    match pattern.elements.first() {
        Some(PatternElement::TextElement { .. }) => true,
        Some(PatternElement::Placeable { expression: Expression::Select { variants, .. } }) => {
            variants.iter().all(|variant| begins_with_words(&variant.value))
        }
        _ => false,
    }
}

/// Longest text of somebody else in the middle of a sentence, in characters.
const EXCERPT_CHARS: usize = 200;

/// What the message files can call: `EXCERPT($text)` and `EXCERPT($text, max: 40)` cut a long text, `GIVEN($text)` is
/// `yes` or, where the text is empty, `no`; `SECONDS($ms)` shows milliseconds as seconds with one decimal;
/// `IP($address)` and `PORT($address)` are the parts of a socket address; `CUT($text, $bytes)`, with the same `max`, tells
/// whether a text is cut; `COUNT($number)` is a large number in groups: `1,713`.
fn add_functions(bundle: &mut FluentBundle<FluentResource>) {
    // They can fail only where a name is taken twice.
    let _added = bundle.add_function("GIVEN", given).is_ok();
    let _added = bundle.add_function("EXCERPT", excerpt).is_ok();
    let _added = bundle.add_function("SECONDS", seconds).is_ok();
    let _added = bundle.add_function("PORT", port).is_ok();
    let _added = bundle.add_function("IP", ip).is_ok();
    let _added = bundle.add_function("COUNT", grouped).is_ok();
    let _added = bundle.add_function("CUT", is_cut).is_ok();
}

fn given<'a>(args: &[FluentValue<'a>], _named: &FluentArgs<'_>) -> FluentValue<'a> {
    let is_empty = matches!(args.first(), Some(FluentValue::String(text)) if text.is_empty());
    FluentValue::from(if is_empty { "no" } else { "yes" })
}

fn max_chars(named: &FluentArgs<'_>) -> usize {
    match named.get("max") {
        Some(FluentValue::Number(max)) => usize::from(max),
        _ => EXCERPT_CHARS,
    }
}

fn excerpt<'a>(args: &[FluentValue<'a>], named: &FluentArgs<'_>) -> FluentValue<'a> {
    let Some(FluentValue::String(text)) = args.first() else { return FluentValue::Error };
    cut(text, max_chars(named)).map_or_else(|| text.clone().into(), |start| format!("{start}...").into())
}

fn grouped<'a>(args: &[FluentValue<'a>], _named: &FluentArgs<'_>) -> FluentValue<'a> {
    let Some(FluentValue::Number(number)) = args.first() else { return FluentValue::Error };
    let digits = number.as_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped.into()
}

fn port<'a>(args: &[FluentValue<'a>], _named: &FluentArgs<'_>) -> FluentValue<'a> {
    let Some(FluentValue::String(address)) = args.first() else { return FluentValue::Error };
    address.rsplit(':').next().unwrap_or_default().to_owned().into()
}

fn ip<'a>(args: &[FluentValue<'a>], _named: &FluentArgs<'_>) -> FluentValue<'a> {
    let Some(FluentValue::String(address)) = args.first() else { return FluentValue::Error };
    let ip = address.parse().map(|address: std::net::SocketAddr| address.ip().to_string());
    ip.unwrap_or_else(|_| address.to_string()).into()
}

/// 1 where `EXCERPT` does not show all of a text of so many bytes, else 0.
fn is_cut<'a>(args: &[FluentValue<'a>], named: &FluentArgs<'_>) -> FluentValue<'a> {
    let [FluentValue::String(text), FluentValue::Number(bytes)] = args else { return FluentValue::Error };
    #[expect(clippy::cast_precision_loss, reason = "a size in memory")]
    let is_cut = cut(text, max_chars(named)).is_some() || (text.len() as f64) < bytes.value;
    u8::from(is_cut).into()
}

fn seconds<'a>(args: &[FluentValue<'a>], _named: &FluentArgs<'_>) -> FluentValue<'a> {
    let Some(FluentValue::Number(ms)) = args.first() else { return FluentValue::Error };
    format!("{:.1}", ms.value / 1000.0).into()
}
