//! The message files against each other, and against the code that uses them.
#![cfg(feature = "app")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it does so")]

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use source::{Source, read_all};

/// Files, or folders, whose texts are not in the message files yet. Take each off once it is converted.
const NOT_CONVERTED: &[&str] = &[];

/// The messages of a file: key and names of the arguments.
type Messages = BTreeMap<String, BTreeSet<String>>;

/// Every language's messages by its tag.
fn languages() -> BTreeMap<String, Messages> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("languages");
    let mut languages = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let tag = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        languages.insert(tag.clone(), messages(&tag, &text));
    }
    languages
}

fn messages(tag: &str, text: &str) -> Messages {
    let resource =
        parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{tag} cannot be read: {errors:?}"));
    let mut messages = Messages::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let mut arguments = BTreeSet::new();
        let value = message.value.unwrap_or_else(|| panic!("{tag}: {} is empty", message.id.name));
        note_arguments(&value, &mut arguments);
        let old = messages.insert(message.id.name.to_owned(), arguments);
        assert!(old.is_none(), "{tag}: {} is there twice", message.id.name);
    }
    messages
}

fn note_arguments(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                for variant in variants {
                    note_arguments(&variant.value, arguments);
                }
                selector
            }
        };
        match inline {
            InlineExpression::VariableReference { id } => _ = arguments.insert(id.name.to_owned()),
            // `EXCERPT($text)`
            InlineExpression::FunctionReference { arguments: call, .. } => {
                for argument in &call.positional {
                    if let InlineExpression::VariableReference { id } = argument {
                        arguments.insert(id.name.to_owned());
                    }
                }
            }
            _ => (),
        }
    }
}

#[test]
fn every_language_has_every_message_with_the_same_arguments() {
    let languages = languages();
    let english = &languages["en"];
    assert!(languages.len() >= 2 && english.len() > 20);
    for (tag, messages) in &languages {
        let missing: Vec<_> = english.keys().filter(|key| !messages.contains_key(*key)).collect();
        assert!(missing.is_empty(), "{tag} lacks {missing:?}");
        let unknown: Vec<_> = messages.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(unknown.is_empty(), "{tag} has what English lacks: {unknown:?}");
        for (key, arguments) in messages {
            assert_eq!(arguments, &english[key], "{tag}: the arguments of {key}");
        }
    }
}

#[test]
fn every_message_that_the_code_uses_is_there_and_gets_its_arguments() {
    let english = &languages()["en"];
    let mut uses = 0;
    for Source { name, code, .. } in read_all() {
        for (key, arguments) in source::uses(&code) {
            let Some(wanted) = english.get(&key) else { panic!("{name}: no message is called {key}") };
            assert_eq!(&arguments, wanted, "{name}: the arguments of {key}");
            uses += 1;
        }
    }
    assert!(uses > 20, "only {uses} uses are found");
}

#[test]
fn every_sentence_of_a_type_is_there_with_its_arguments() {
    let english = &languages()["en"];
    let sources = read_all();
    let told: BTreeSet<String> = sources.iter().flat_map(|source| source::told(&source.code)).collect();
    let types: Vec<_> = sources.iter().flat_map(|source| source::described(&source.code)).collect();
    for name in &told {
        assert!(types.iter().any(|described| described.name == *name), "{name} does not derive Serialize");
    }
    for described in &types {
        for (key, variant) in described.keys() {
            let Some(wanted) = english.get(&key) else {
                assert!(!told.contains(&described.name), "no message is called {key}");
                continue;
            };
            let Some(fields) = &variant.fields else { continue };
            // The data of a reason in a field are arguments too.
            if variant.types.iter().any(|kind| types.iter().any(|other| other.name == *kind)) {
                continue;
            }
            let is_given = |argument: &String| {
                fields.contains(argument)
                    || ["_count", "_word"]
                        .iter()
                        .any(|end| argument.strip_suffix(end).is_some_and(|field| fields.contains(field)))
            };
            assert!(wanted.iter().all(is_given), "{key} wants {wanted:?}, its type has {fields:?}");
        }
    }
}

#[test]
fn every_message_is_used() {
    let sources = read_all();
    let types: Vec<_> = sources.iter().flat_map(|source| source::described(&source.code)).collect();
    let derived: BTreeSet<String> =
        types.iter().flat_map(|described| described.keys().map(|(key, _)| key)).collect();
    // The options of the bots name theirs in part.
    let mut of_options = BTreeSet::new();
    for option in sources.iter().flat_map(|source| source.code.split("bot_option!(").skip(1)) {
        let name = option.split('"').nth(1).unwrap();
        of_options.insert(format!("bot-option-{name}"));
        if !option.contains(".with_about(") {
            of_options.insert(format!("bot-option-{name}-about"));
        }
    }
    for key in languages()["en"].keys() {
        let quoted = format!("\"{key}\"");
        let is_used = derived.contains(key)
            || of_options.contains(key)
            || sources.iter().any(|source| source.code.contains(&quoted));
        assert!(is_used, "nothing uses {key}");
    }
}

#[test]
fn no_text_of_a_window_is_in_the_code() {
    let mut left: BTreeSet<&str> = NOT_CONVERTED.iter().copied().collect();
    let mut found = Vec::new();
    for Source { name, code, .. } in read_all().into_iter().filter(|source| source.is_window) {
        let texts = source::texts_of_a_window(&code);
        if !texts.is_empty() {
            match NOT_CONVERTED.iter().find(|place| name.starts_with(**place)) {
                Some(place) => _ = left.remove(place),
                None => found.push((name, texts)),
            }
        }
    }
    assert!(found.is_empty(), "these belong into the message files: {found:#?}");
    assert!(left.is_empty(), "converted, take it off the list: {left:?}");
}
