//! Turns a [`Node`] tree into the file's types without stopping at the first problem.
//!
//! serde gives up at the first thing it dislikes. Here a field of type [`At`] catches what is wrong with its own
//! value, notes it, and lets the reading go on; a key nobody knows is noted and skipped. So one pass over a file
//! finds all its wrong types and unknown keys, each with its place.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use super::source::{Findings, Found, Span};
use super::tree::{Entry, Node, Value};
use crate::basis::error::{nearest_names, only_counted};

/// A value with its place; without a value when it was wrong, which has been noted.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) span: Span,
    value: Option<T>,
}

impl<T> At<T> {
    /// The value, unless it was wrong.
    pub(super) fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }
}

/// The value of an optional field, when it is there and right.
pub(super) fn given<T>(field: Option<&At<T>>) -> Option<(&T, Span)> {
    let at = field?;
    Some((at.get()?, at.span))
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The name by which [`At`] asks [`Reader`] for a place and a value. No struct of a file can be called so.
const AT: &str = "place and value";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(AT, &[], AtVisitor(PhantomData))
    }
}

struct AtVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for AtVisitor<T> {
    type Value = At<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with its place")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<At<T>, A::Error> {
        let place: Option<[usize; 3]> = parts.next_element()?;
        let [source, start, end] = place.ok_or_else(|| A::Error::custom("a value without a place"))?;
        Ok(At {
            span: Span::new(source, start..end),
            value: parts.next_element()?,
        })
    }
}

/// The entries of a table whose keys are names of the user's choice, each key with its place.
#[derive(Debug)]
pub(super) struct Entries<T>(Vec<(At<String>, At<T>)>);

impl<T> Entries<T> {
    /// The keys with their values, in file order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&At<String>, &At<T>)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl<T: JsonSchema> JsonSchema for Entries<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        BTreeMap::<String, T>::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, T>::json_schema(generator)
    }
}

/// The name by which [`Entries`] asks [`Reader`] for keys with places.
const ENTRIES: &str = "keys with their places";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(ENTRIES, &[], EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table such as { \"eu-west-1\" = … }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<T>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

/// Reads a `T` from `root`. Everything wrong goes to `found`; `None` when nothing could be made of it.
pub(super) fn decode<T: DeserializeOwned>(root: &Node, found: &mut Findings) -> Option<T> {
    let sink = RefCell::new(std::mem::take(found));
    let reader = Reader {
        node: root,
        name: "the file".to_owned(),
        sink: &sink,
    };
    let value = reader.note_failure(T::deserialize(reader.clone()));
    *found = sink.into_inner();
    value
}

/// What is wrong with a value, before it is known which.
#[derive(Debug)]
struct Trouble {
    message: String,
    hint: Option<String>,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Trouble {}

impl serde::de::Error for Trouble {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Trouble {
            message: message.to_string(),
            hint: None,
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let message = format!("must be {}, found {}", plain_words(&expected), describe(&found));
        Trouble { message, hint: None }
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Trouble::invalid_type(found, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Trouble {
            message: format!("has no `{field}`"),
            hint: Some(format!(
                "`isochrone schema scenario --markdown` says what `{field}` takes"
            )),
        }
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Trouble {
            message: format!("must be of a known kind, found `{}`", shortened(variant)),
            hint: Some(did_you_mean(variant, known)),
        }
    }
}

/// serde's words for types in the words of the file.
fn plain_words(expected: &str) -> &str {
    match expected {
        "a string" => "text",
        "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "u32" | "u64" | "usize" => "a whole number, not negative",
        other => other,
    }
}

fn describe(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(yes) => format!("`{yes}`"),
        Unexpected::Unsigned(number) => format!("`{number}`"),
        Unexpected::Signed(number) => format!("`{number}`"),
        Unexpected::Float(number) => format!("`{number}`"),
        Unexpected::Str(text) => format!("the text `{}`", shortened(text)),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        Unexpected::Unit => "nothing (null)".to_owned(),
        other => other.to_string(),
    }
}

/// A value short enough for a message.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

/// "did you mean `x`? known here: `a`, `b`".
pub(super) fn did_you_mean(wanted: &str, known: &[&str]) -> String {
    let wanted = shortened(wanted);
    // What was begun right is nearer than what merely has as many letters.
    let begun = known.iter().copied().find(|name| name.starts_with(&wanted));
    let nearest = begun.or_else(|| nearest_names(&wanted, known.iter().copied(), 1).first().copied());
    let Some(nearest) = nearest else {
        return "leave it out".to_owned();
    };
    let list = known
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    format!("did you mean `{nearest}`? known here: {list}")
}

/// serde's view of a node.
#[derive(Clone)]
struct Reader<'a> {
    node: &'a Node,
    /// The key it stands under, for messages.
    name: String,
    sink: &'a RefCell<Findings>,
}

impl Reader<'_> {
    /// Notes why there is no value.
    fn note_failure<T>(&self, outcome: Result<T, Trouble>) -> Option<T> {
        outcome
            .map_err(|trouble| {
                self.sink.borrow_mut().push_error_with(|| {
                    let message = format!("`{}` {}", self.name, trouble.message);
                    let found = Found::error(self.node.span, message);
                    match trouble.hint {
                        Some(hint) => found.hint(hint),
                        None => found,
                    }
                });
            })
            .ok()
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match &self.node.value {
            Value::Null => Unexpected::Unit,
            Value::Bool(yes) => Unexpected::Bool(*yes),
            Value::Integer(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => Unexpected::Unsigned(number),
                (_, Ok(number)) => Unexpected::Signed(number),
                _ => Unexpected::Other("a number beyond 64 bits"),
            },
            Value::Float(number) => Unexpected::Float(*number),
            Value::Text(text) => Unexpected::Str(text),
            Value::Date => Unexpected::Other("a date"),
            Value::List(_) => Unexpected::Seq,
            Value::Table(_) => Unexpected::Map,
        }
    }

    fn refuse<'de, T>(&self, visitor: &impl Visitor<'de>) -> Result<T, Trouble> {
        Err(Trouble::invalid_type(self.unexpected(), visitor))
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Trouble;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match &self.node.value {
            Value::Bool(yes) => visitor.visit_bool(*yes),
            Value::Integer(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => visitor.visit_u64(number),
                (_, Ok(number)) => visitor.visit_i64(number),
                _ => self.refuse(&visitor),
            },
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Text(text) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(ListAccess {
                items: items.iter().enumerate(),
                reader: &self,
            }),
            Value::Table(entries) => visitor.visit_map(TableAccess::new(&self, entries, None)),
            Value::Null | Value::Date => self.refuse(&visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match self.node.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        if name == AT {
            return visitor.visit_seq(AtAccess {
                reader: self,
                part: 0,
            });
        }
        match &self.node.value {
            Value::Table(entries) if name == ENTRIES => {
                visitor.visit_map(EntriesAccess(TableAccess::new(&self, entries, None)))
            }
            Value::Table(entries) => visitor.visit_map(TableAccess::new(&self, entries, Some(fields))),
            _ => self.refuse(&visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        match &self.node.value {
            Value::Table(entries) => match entries.as_slice() {
                [only] => visitor.visit_enum(VariantReader {
                    entry: only,
                    reader: &self,
                }),
                _ => Err(one_of(variants, entries.len())),
            },
            Value::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => self.refuse(&visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier ignored_any
    }
}

fn one_of(variants: &[&str], count: usize) -> Trouble {
    Trouble {
        message: format!("must have exactly one key, found {count}"),
        hint: Some(format!("one of {}", variants.join(", "))),
    }
}

/// Hands [`At`] the place, then the value; no second part means that the value was wrong.
struct AtAccess<'de> {
    reader: Reader<'de>,
    part: usize,
}

impl<'de> SeqAccess<'de> for AtAccess<'de> {
    type Error = Trouble;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Trouble> {
        self.part += 1;
        if self.part == 1 {
            let Span { source, start, end } = self.reader.node.span;
            let place = SeqDeserializer::new([source, start, end].into_iter());
            return seed.deserialize(place).map(Some);
        }
        let reader = self.reader.clone();
        let outcome = if self.reader.sink.borrow().are_full() {
            only_counted(|| seed.deserialize(reader))
        } else {
            seed.deserialize(reader)
        };
        Ok(self.reader.note_failure(outcome))
    }
}

struct ListAccess<'r, 'de> {
    items: std::iter::Enumerate<std::slice::Iter<'de, Node>>,
    reader: &'r Reader<'de>,
}

impl<'de> SeqAccess<'de> for ListAccess<'_, 'de> {
    type Error = Trouble;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Trouble> {
        let Some((index, node)) = self.items.next() else {
            return Ok(None);
        };
        let reader = Reader {
            node,
            name: format!("{}[{index}]", self.reader.name),
            sink: self.reader.sink,
        };
        seed.deserialize(reader).map(Some)
    }
}

struct TableAccess<'r, 'de> {
    entries: std::slice::Iter<'de, Entry>,
    current: Option<&'de Entry>,
    /// The keys that are known; any when `None`.
    known: Option<&'static [&'static str]>,
    reader: &'r Reader<'de>,
}

impl<'r, 'de> TableAccess<'r, 'de> {
    fn new(reader: &'r Reader<'de>, entries: &'de [Entry], known: Option<&'static [&'static str]>) -> Self {
        TableAccess {
            entries: entries.iter(),
            current: None,
            known,
            reader,
        }
    }

    fn knows(&self, entry: &Entry) -> bool {
        let Some(known) = self.known else { return true };
        let yes = known.contains(&entry.key.as_str());
        if !yes {
            self.reader.sink.borrow_mut().push_error_with(|| {
                let message = format!("unknown key `{}`", shortened(&entry.key));
                Found::error(entry.key_span, message).hint(did_you_mean(&entry.key, known))
            });
        }
        yes
    }
}

impl<'de> MapAccess<'de> for TableAccess<'_, 'de> {
    type Error = Trouble;

    /// Keys that are not known count too: who asks wants to know whether there is exactly one.
    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Trouble> {
        while let Some(entry) = self.entries.next() {
            if self.knows(entry) {
                self.current = Some(entry);
                let key: StrDeserializer<'_, Trouble> = entry.key.as_str().into_deserializer();
                return seed.deserialize(key).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Trouble> {
        let entry = self
            .current
            .take()
            .ok_or_else(|| Trouble::custom("has a value without a key"))?;
        seed.deserialize(Reader {
            node: &entry.node,
            name: entry.key.clone(),
            sink: self.reader.sink,
        })
    }
}

/// A table whose keys are read with their places.
struct EntriesAccess<'r, 'de>(TableAccess<'r, 'de>);

impl<'de> MapAccess<'de> for EntriesAccess<'_, 'de> {
    type Error = Trouble;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Trouble> {
        let Some(entry) = self.0.entries.next() else {
            return Ok(None);
        };
        self.0.current = Some(entry);
        seed.deserialize(KeyReader(entry)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Trouble> {
        self.0.next_value_seed(seed)
    }
}

/// Hands [`At`] the place and the text of a key.
struct KeyReader<'de>(&'de Entry);

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = Trouble;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        visitor.visit_seq(KeyAccess {
            entry: self.0,
            part: 0,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct KeyAccess<'de> {
    entry: &'de Entry,
    part: usize,
}

impl<'de> SeqAccess<'de> for KeyAccess<'de> {
    type Error = Trouble;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Trouble> {
        self.part += 1;
        let Span { source, start, end } = self.entry.key_span;
        if self.part == 1 {
            let place = SeqDeserializer::new([source, start, end].into_iter());
            return seed.deserialize(place).map(Some);
        }
        let key: StrDeserializer<'_, Trouble> = self.entry.key.as_str().into_deserializer();
        // `At` reads what is behind the place as an optional value.
        seed.deserialize(key).map(Some)
    }
}

/// A table with a single key, read as one of several kinds.
struct VariantReader<'r, 'de> {
    entry: &'de Entry,
    reader: &'r Reader<'de>,
}

impl<'de> EnumAccess<'de> for VariantReader<'_, 'de> {
    type Error = Trouble;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Trouble> {
        let key: StrDeserializer<'_, Trouble> = self.entry.key.as_str().into_deserializer();
        Ok((seed.deserialize(key)?, self))
    }
}

impl<'de> VariantAccess<'de> for VariantReader<'_, 'de> {
    type Error = Trouble;

    fn unit_variant(self) -> Result<(), Trouble> {
        Err(Trouble::custom("takes no value"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Trouble> {
        seed.deserialize(Reader {
            node: &self.entry.node,
            name: self.entry.key.clone(),
            sink: self.reader.sink,
        })
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Trouble> {
        Err(Trouble::custom("must be a table"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Trouble> {
        Err(Trouble::custom("must be a table"))
    }
}
