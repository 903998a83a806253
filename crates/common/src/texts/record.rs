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
        Object { map: &mut map, taken: BTreeSet::from(["event", "level"]) }.add_with_message(self.event)?;
        map.serialize_entry("level", &self.level)?;
        map.end()
    }
}

/// A JSON object that is being written.
struct Object<'a, 'm, M> {
    map: &'m mut M,
    /// The names that it has: no key stands there twice, and that of an outer value beats one inside it.
    taken: BTreeSet<&'a str>,
}

impl<'a, M: SerializeMap> Object<'a, '_, M> {
    /// Adds the fields of a record, and the sentence of the last reason among them that has one.
    fn add_with_message(&mut self, record: &'a Record) -> Result<(), M::Error> {
        let reasons = record.fields.iter().filter_map(|(_, value)| as_reason(value));
        self.add(record, reasons.rev().find(|reason| has_sentence(reason)))
    }

    /// Adds the fields whose names are not taken; the sentence of `told` stands behind its data.
    fn add(&mut self, record: &'a Record, told: Option<&Record>) -> Result<(), M::Error> {
        // All names of this record first, as what is inside one field must not take that of another.
        let fields: Vec<_> = record.fields.iter().filter(|(name, _)| self.taken.insert(name)).collect();
        for (name, value) in fields {
            let Some(reason) = as_reason(value) else {
                self.map.serialize_entry(name, &Nested(value))?;
                continue;
            };
            self.add_reason(name, reason)?;
            if told.is_some_and(|told| std::ptr::eq(told, reason)) {
                self.map.serialize_entry("message", &phrase_of(reason, Language::ENGLISH))?;
            }
        }
        Ok(())
    }

    /// Adds the word of a reason, or of the closer one that it wraps, and their data.
    fn add_reason(&mut self, name: &'a str, reason: &'a Record) -> Result<(), M::Error> {
        let inner = reason.fields.iter().find(|(inner, _)| inner == name);
        let closer = inner.and_then(|(_, value)| as_reason(value));
        self.map.serialize_entry(name, &closer.unwrap_or(reason).word())?;
        self.add(reason, None)?;
        closer.map_or(Ok(()), |closer| self.add(closer, None))
    }
}

/// A value that is a variant of an enum.
fn as_reason(value: &Value) -> Option<&Record> {
    match value {
        Value::Record(record) if record.variant.is_some() => Some(record),
        _ => None,
    }
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
                Object { map: &mut map, taken: BTreeSet::new() }.add_with_message(record)?;
                map.end()
            }
        }
    }
}
