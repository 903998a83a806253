//! What serde sees of a value: the one form from which its sentence and its JSON record are made.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{self, Serialize, Serializer};
use serde_json::{Number, Value as Json};

/// A value as `#[derive(Serialize)]` describes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A number, a text, a truth value, or nothing.
    Plain(Json),
    List(Vec<Value>),
    Record(Record),
    /// A reason that JSON shows as its sentence alone: see [`super::as_sentence`].
    Sentence(Box<Value>),
}

/// A struct, or a variant of an enum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// The name of the struct or the enum; empty for a map.
    pub(crate) name: &'static str,
    pub(crate) variant: Option<&'static str>,
    pub(crate) fields: Vec<(Cow<'static, str>, Value)>,
}

/// The name by which [`super::as_sentence`] marks its value.
pub(super) const SENTENCE: &str = "common::texts::Sentence";

impl Value {
    /// The value as serde sees it.
    pub(crate) fn of(value: &(impl Serialize + ?Sized)) -> Self {
        value.serialize(Describer).unwrap_or_else(|refusal| {
            debug_assert!(false, "{refusal}");
            Self::Plain(Json::Null)
        })
    }
}

impl Record {
    fn new(name: &'static str, variant: Option<&'static str>) -> Self {
        Self { name, variant, fields: Vec::new() }
    }

    /// Where the message files have its sentence: `bind-error-port-taken` for `BindError::PortTaken`.
    pub(crate) fn key(&self) -> String {
        let mut key = String::with_capacity(48);
        push_words(&mut key, self.name, '-');
        if let Some(variant) = self.variant {
            key.push('-');
            push_words(&mut key, variant, '-');
        }
        key
    }

    /// Its variant as a fixed word: `port_taken`.
    pub(crate) fn word(&self) -> String {
        let mut word = String::with_capacity(24);
        push_words(&mut word, self.variant.unwrap_or(self.name), '_');
        word
    }
}

/// Adds the words of a Rust name in lower case, with `between` between them.
fn push_words(text: &mut String, name: &str, between: char) {
    let start = text.len();
    for c in name.chars() {
        if c.is_ascii_uppercase() && text.len() > start && !text.ends_with(between) {
            text.push(between);
        }
        text.push(if matches!(c, '_' | '-') { between } else { c.to_ascii_lowercase() });
    }
}

/// A value that cannot be described: a defect of its `Serialize`.
#[derive(Debug)]
pub(crate) struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl ser::Error for Refusal {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self(text.to_string())
    }
}

struct Describer;

/// A record or a list that is being read.
struct Fields(Record);
struct Items(Vec<Value>);
struct Entries(Record, Option<String>);

type Described = Result<Value, Refusal>;

#[expect(clippy::unnecessary_wraps, reason = "serde's traits want a Result")]
fn plain(json: impl Into<Json>) -> Described {
    Ok(Value::Plain(json.into()))
}

/// What JSON has a form of its own for.
macro_rules! plain {
    ($($method:ident($type:ty))*) => {$(
        fn $method(self, value: $type) -> Described {
            plain(value)
        }
    )*};
}

impl Serializer for Describer {
    type Ok = Value;
    type Error = Refusal;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = ser::Impossible<Value, Refusal>;
    type SerializeMap = Entries;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Fields;

    plain! {
        serialize_bool(bool) serialize_str(&str)
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
    }
    fn serialize_u128(self, value: u128) -> Described {
        plain(u64::try_from(value).unwrap_or(u64::MAX))
    }
    fn serialize_f32(self, value: f32) -> Described {
        self.serialize_f64(value.into())
    }
    fn serialize_f64(self, value: f64) -> Described {
        plain(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }
    fn serialize_char(self, value: char) -> Described {
        plain(value.to_string())
    }
    fn serialize_bytes(self, value: &[u8]) -> Described {
        plain(crate::text::escape_bytes(value))
    }
    fn serialize_none(self) -> Described {
        plain(())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Described {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Described {
        plain(())
    }
    fn serialize_unit_struct(self, name: &'static str) -> Described {
        Ok(Value::Record(Record::new(name, None)))
    }
    fn serialize_unit_variant(self, name: &'static str, _: u32, variant: &'static str) -> Described {
        Ok(Value::Record(Record::new(name, Some(variant))))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Described {
        let value = value.serialize(self)?;
        Ok(if name == SENTENCE { Value::Sentence(Box::new(value)) } else { value })
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Described {
        let mut record = Record::new(name, Some(variant));
        match value.serialize(self)? {
            // The fields of a struct that a variant holds are the variant's own.
            Value::Record(inner) if inner.variant.is_none() => record.fields = inner.fields,
            value => record.fields.push((Cow::Borrowed("value"), value)),
        }
        Ok(Value::Record(record))
    }
    fn serialize_seq(self, len: Option<usize>) -> Result<Items, Refusal> {
        Ok(Items(Vec::with_capacity(len.unwrap_or_default())))
    }
    fn serialize_tuple(self, len: usize) -> Result<Items, Refusal> {
        self.serialize_seq(Some(len))
    }
    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items, Refusal> {
        self.serialize_seq(Some(len))
    }
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Refusal> {
        Err(Refusal(format!("{name}::{variant} needs names for its values")))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Refusal> {
        Ok(Entries(Record::new("", None), None))
    }
    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Fields, Refusal> {
        Ok(Fields(Record { name, variant: None, fields: Vec::with_capacity(len) }))
    }
    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Fields, Refusal> {
        Ok(Fields(Record { name, variant: Some(variant), fields: Vec::with_capacity(len) }))
    }
}

/// Reads the parts of a value one by one, for those of serde's traits that do so alike.
macro_rules! in_parts {
    ($($trait:ident for $type:ty: $method:ident($($name:ident: $text:ty)?);)*) => {$(
        impl ser::$trait for $type {
            type Ok = Value;
            type Error = Refusal;
            fn $method<T: Serialize + ?Sized>(&mut self, $($name: $text,)? value: &T) -> Result<(), Refusal> {
                self.add($($name,)? value)
            }
            fn end(self) -> Described {
                self.all()
            }
        }
    )*};
}

in_parts! {
    SerializeStruct for Fields: serialize_field(name: &'static str);
    SerializeStructVariant for Fields: serialize_field(name: &'static str);
    SerializeSeq for Items: serialize_element();
    SerializeTuple for Items: serialize_element();
    SerializeTupleStruct for Items: serialize_field();
}

impl Fields {
    fn add<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Refusal> {
        self.0.fields.push((Cow::Borrowed(name), value.serialize(Describer)?));
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "serde's traits want a Result")]
    fn all(self) -> Described {
        Ok(match &self.0.fields[..] {
            // A Duration has no other form in serde; people and JSON get seconds.
            [(_, Value::Plain(secs)), (_, Value::Plain(nanos))] if self.0.name == "Duration" => {
                let secs = secs.as_f64().unwrap_or_default() + nanos.as_f64().unwrap_or_default() / 1e9;
                Value::Plain(Number::from_f64(secs).map_or(Json::Null, Json::Number))
            }
            _ => Value::Record(self.0),
        })
    }
}

impl Items {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        self.0.push(value.serialize(Describer)?);
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "serde's traits want a Result")]
    fn all(self) -> Described {
        Ok(Value::List(self.0))
    }
}

impl ser::SerializeMap for Entries {
    type Ok = Value;
    type Error = Refusal;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refusal> {
        self.1 = match key.serialize(Describer)? {
            Value::Plain(Json::String(key)) => Some(key),
            other => return Err(Refusal(format!("a key has to be a text: {other:?}"))),
        };
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        let key = self.1.take().unwrap_or_default();
        self.0.fields.push((Cow::Owned(key), value.serialize(Describer)?));
        Ok(())
    }
    fn end(self) -> Described {
        Ok(Value::Record(self.0))
    }
}
