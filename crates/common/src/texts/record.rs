//! Values as JSON records for programs, by the same description as their sentences.

use std::collections::BTreeSet;

use serde::ser::{Serialize, SerializeMap, SerializeSeq as _, Serializer};

use super::value::{Record, Value};
use super::{Language, has_sentence, phrase_of};

/// An event as one JSON object: `event` is its word, then its fields, then `level`.
///
/// A reason in a field, which is an enum with a sentence, is its word. Its data stand beside it, and `message` is its English
/// sentence; of several reasons, that of the last. A reason may wrap a closer one in a field of the same name, as
/// `reason: Outer { reason: Inner }`: then the word is that of the closer one. A struct in a field is an object of its own,
/// unless `#[serde(flatten)]` puts its fields beside it.
pub(crate) struct EventRecord<'a, L> {
    pub(crate) event: &'a Record,
    pub(crate) level: L,
}

impl<L: Serialize> Serialize for EventRecord<'_, L> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("event", &self.event.word())?;
        add_fields(&mut map, self.event, &mut BTreeSet::from(["event", "level"]), true)?;
        map.serialize_entry("level", &self.level)?;
        map.end()
    }
}

/// Adds the fields whose names are not `taken`: an object has no key twice, and that of an outer value beats one inside it.
fn add_fields<'a, M: SerializeMap>(
    map: &mut M,
    record: &'a Record,
    taken: &mut BTreeSet<&'a str>,
    with_message: bool,
) -> Result<(), M::Error> {
    let fields = record.fields.iter().filter(|(name, _)| !taken.contains(name.as_ref())).collect::<Vec<_>>();
    taken.extend(fields.iter().map(|(name, _)| name.as_ref()));
    let is_told = |(_, value): &&(_, Value)| match value {
        Value::Record(reason) => reason.variant.is_some() && has_sentence(reason),
        _ => false,
    };
    let told = fields.iter().rposition(is_told).filter(|_| with_message);
    for (at, (name, value)) in fields.into_iter().enumerate() {
        match value {
            Value::Record(reason) if reason.variant.is_some() => {
                let closest = reason.fields.iter().find_map(|(inner, value)| match value {
                    Value::Record(closest) if inner == name && closest.variant.is_some() => Some(closest),
                    _ => None,
                });
                map.serialize_entry(name, &closest.unwrap_or(reason).word())?;
                add_fields(map, reason, taken, false)?;
                if let Some(closest) = closest {
                    add_fields(map, closest, taken, false)?;
                }
                if told == Some(at) {
                    map.serialize_entry("message", &phrase_of(reason, Language::ENGLISH))?;
                }
            }
            value => map.serialize_entry(name, &Nested(value))?,
        }
    }
    Ok(())
}

/// A value in a field or a list.
struct Nested<'a>(&'a Value);

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Plain(json) => json.serialize(serializer),
            Value::Sentence(value) => match &**value {
                Value::Record(reason) => serializer.serialize_str(&phrase_of(reason, Language::ENGLISH)),
                value => Nested(value).serialize(serializer),
            },
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Nested(item))?;
                }
                list.end()
            }
            Value::Record(reason) if reason.variant.is_some() && reason.fields.is_empty() => {
                serializer.serialize_str(&reason.word())
            }
            Value::Record(record) => {
                let mut map = serializer.serialize_map(None)?;
                add_fields(&mut map, record, &mut BTreeSet::new(), true)?;
                map.end()
            }
        }
    }
}
