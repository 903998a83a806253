//! Values as JSON records for programs, by the same description as their sentences.

use serde::ser::{Serialize, SerializeMap, SerializeSeq as _, Serializer};

use super::value::{Record, Value};
use super::{Language, has_sentence, phrase_of};

/// An event as one JSON object: `event` is its word, then its fields, then `level`.
///
/// A reason in a field is its word; the data of the reason stand beside it, and `message` is its English
/// sentence. Where one of these data is a reason under the name of that same field, its word is the field's.
/// A struct in a field is an object of its own, unless `#[serde(flatten)]` puts its fields beside it.
pub(crate) struct EventRecord<'a, L> {
    pub(crate) event: &'a Record,
    pub(crate) level: L,
}

impl<L: Serialize> Serialize for EventRecord<'_, L> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("event", &self.event.word())?;
        add_fields(&mut map, self.event, true)?;
        map.serialize_entry("level", &self.level)?;
        map.end()
    }
}

fn add_fields<M: SerializeMap>(map: &mut M, record: &Record, with_message: bool) -> Result<(), M::Error> {
    for (name, value) in &record.fields {
        match value {
            Value::Record(reason) if reason.variant.is_some() => {
                let (mut word, mut data) = (reason.word(), reason.clone());
                data.fields.retain(|(inner, value)| match value {
                    Value::Record(inner_reason) if inner == name && inner_reason.variant.is_some() => {
                        word = inner_reason.word();
                        false
                    }
                    _ => true,
                });
                map.serialize_entry(name, &word)?;
                add_fields(map, &data, false)?;
                if with_message && has_sentence(reason) {
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
                add_fields(&mut map, record, true)?;
                map.end()
            }
        }
    }
}
