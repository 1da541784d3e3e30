//! A scenario file as a tree in which every key and value knows where it stands, whether it came as TOML or JSON.

use std::collections::BTreeSet;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

use super::decode::shortened;
use super::source::{Found, Span};

/// Nesting beyond this is refused; the format needs about ten levels.
const MAX_DEPTH: usize = 64;

/// Lists and tables with more entries are refused. What is that long has a file of its own, a CSV or a sheet, where rows
/// are read as such; here each entry may be compared with all others.
const MAX_ENTRIES: usize = 10_000;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) value: Value,
}

/// What a value can be. JSON and TOML differ only in `Null` and `Date`.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    Date,
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) node: Node,
}

/// Reads TOML.
pub(super) fn from_toml(text: &str, source: usize) -> Result<Node, Vec<Found>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .iter()
            .map(|error| syntax_error(error, text, source))
            .collect());
    }
    let mut found = Vec::new();
    let span = Span::new(source, 0..0);
    let root = Node {
        span,
        value: toml_table(document.get_ref(), source, &mut found),
    };
    if found.is_empty() { Ok(root) } else { Err(found) }
}

/// Reads a single TOML value, such as stands behind `=`.
pub(super) fn toml_value(text: &str, source: usize) -> Result<Node, Vec<Found>> {
    let parsed = DeValue::parse(text).map_err(|error| vec![syntax_error(&error, text, source)])?;
    let mut found = Vec::new();
    let span = Span::new(source, parsed.span());
    let value = toml_kind(parsed.get_ref(), span, &mut found);
    if found.is_empty() {
        Ok(Node { span, value })
    } else {
        Err(found)
    }
}

fn syntax_error(error: &toml::de::Error, text: &str, source: usize) -> Found {
    let bytes = error.span().unwrap_or(0..0);
    let message = match (error.message(), text.get(bytes.clone())) {
        ("duplicate key", Some(key)) => format!("`{}` stands twice", shortened(key)),
        (message, _) => message.replace('\n', ", "),
    };
    Found::error(Span::new(source, bytes), message)
}

/// That there are `count` entries, which is noted at the first one too many.
fn too_many(span: Span, count: usize) -> Found {
    let message = format!("{count} entries stand in one list or table, more than the limit of {MAX_ENTRIES}");
    Found::error(span, message).hint("put what is that long into a file of its own, a CSV or an .xlsx")
}

fn toml_table(table: &DeTable<'_>, source: usize, found: &mut Vec<Found>) -> Value {
    if let Some((key, _)) = table.iter().nth(MAX_ENTRIES) {
        found.push(too_many(Span::new(source, key.span()), table.len()));
        return Value::Null;
    }
    let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let key: &toml::Spanned<std::borrow::Cow<'_, str>> = key;
        let key_span = Span::new(source, key.span());
        let own = Span::new(source, value.span());
        Entry {
            key: key.get_ref().to_string(),
            key_span,
            node: Node {
                span: if own.start == own.end { key_span } else { own },
                value: toml_kind(value.get_ref(), own, found),
            },
        }
    };
    Value::Table(table.iter().map(entry).collect())
}

fn toml_kind(value: &DeValue<'_>, span: Span, found: &mut Vec<Found>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => {
            if let Ok(number) = i128::from_str_radix(integer.as_str(), integer.radix()) {
                return Value::Integer(number);
            }
            found.push(Found::error(span, "the number has too many digits"));
            Value::Null
        }
        DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(yes) => Value::Bool(*yes),
        DeValue::Datetime(_) => Value::Date,
        DeValue::Array(list) if list.len() > MAX_ENTRIES => {
            let first = list.get(MAX_ENTRIES).map_or(0..0, toml::Spanned::span);
            found.push(too_many(Span::new(span.source, first), list.len()));
            Value::Null
        }
        DeValue::Array(list) => Value::List(
            list.iter()
                .map(|item| {
                    let span = Span::new(span.source, item.span());
                    Node {
                        span,
                        value: toml_kind(item.get_ref(), span, found),
                    }
                })
                .collect(),
        ),
        DeValue::Table(table) => toml_table(table, span.source, found),
    }
}

/// Reads JSON.
pub(super) fn from_json(text: &str, source: usize) -> Result<Node, Vec<Found>> {
    let bare = text.trim_start_matches('\u{feff}');
    let raw: &RawValue = serde_json::from_str(bare).map_err(|error| {
        let at = text.len() - bare.len() + byte_of(bare, error.line(), error.column());
        let span = Span::new(source, at..(at + 1).min(text.len()));
        vec![Found::error(span, json_message(&error))]
    })?;
    let mut reader = JsonReader {
        text,
        source,
        found: Vec::new(),
    };
    let node = reader.node(raw, 0);
    if reader.found.is_empty() {
        Ok(node)
    } else {
        Err(reader.found)
    }
}

/// The parser's sentence without the position it ends in, which the place tells.
fn json_message(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    whole.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The byte at which `line` and `column`, both from 1, stand; `serde_json` counts columns in bytes.
fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// Walks JSON by the slices of its text, so that each value's place is known.
struct JsonReader<'t> {
    text: &'t str,
    source: usize,
    found: Vec<Found>,
}

impl<'t> JsonReader<'t> {
    fn span(&self, raw: &RawValue) -> Span {
        let start = raw.get().as_ptr() as usize - self.text.as_ptr() as usize;
        Span::new(self.source, start..start + raw.get().len())
    }

    fn node(&mut self, raw: &'t RawValue, depth: usize) -> Node {
        let span = self.span(raw);
        if depth > MAX_DEPTH {
            let message = format!("values are nested more than {MAX_DEPTH} deep");
            self.found.push(Found::error(span, message));
            return Node {
                span,
                value: Value::Null,
            };
        }
        Node {
            span,
            value: self.value(raw, span, depth),
        }
    }

    fn value(&mut self, raw: &'t RawValue, span: Span, depth: usize) -> Value {
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'{') => self.table(text, span, depth),
            Some(b'[') => self.list(text, span, depth),
            Some(b'"') => match serde_json::from_str(text) {
                Ok(text) => Value::Text(text),
                Err(error) => self.refuse(span, &error),
            },
            Some(b't') => Value::Bool(true),
            Some(b'f') => Value::Bool(false),
            Some(b'n') | None => Value::Null,
            Some(_) => match text.parse() {
                Ok(number) => Value::Integer(number),
                Err(_) => Value::Float(text.parse().unwrap_or(f64::NAN)),
            },
        }
    }

    fn refuse(&mut self, span: Span, error: &serde_json::Error) -> Value {
        self.found.push(Found::error(span, json_message(error)));
        Value::Null
    }

    /// Refuses a list or table of `count` entries, of which `first` is the first one too many.
    fn refuse_all(&mut self, first: &RawValue, count: usize) -> Value {
        self.found.push(too_many(self.span(first), count));
        Value::Null
    }

    fn list(&mut self, text: &'t str, span: Span, depth: usize) -> Value {
        match serde_json::Deserializer::from_str(text).deserialize_seq(Slices) {
            Ok(items) if items.len() > MAX_ENTRIES => self.refuse_all(items[MAX_ENTRIES], items.len()),
            Ok(items) => Value::List(items.into_iter().map(|item| self.node(item, depth + 1)).collect()),
            Err(error) => self.refuse(span, &error),
        }
    }

    fn table(&mut self, text: &'t str, span: Span, depth: usize) -> Value {
        let members = match serde_json::Deserializer::from_str(text).deserialize_map(Members) {
            Ok(members) => members,
            Err(error) => return self.refuse(span, &error),
        };
        if let Some((_, first)) = members.get(MAX_ENTRIES) {
            return self.refuse_all(first, members.len());
        }
        let mut entries: Vec<Entry> = Vec::with_capacity(members.len());
        let mut earlier = BTreeSet::new();
        let mut behind = span.start + 1;
        for (key, raw) in members {
            let key_span = self.key_span(behind, self.span(raw).start);
            behind = self.span(raw).end;
            if !earlier.insert(key.clone()) {
                let message = format!("`{}` stands twice", shortened(&key));
                self.found.push(Found::error(key_span, message));
                continue;
            }
            let node = self.node(raw, depth + 1);
            entries.push(Entry { key, key_span, node });
        }
        Value::Table(entries)
    }

    /// The key between the end of the member before and its own value.
    fn key_span(&self, from: usize, value: usize) -> Span {
        let between = &self.text[from..value];
        let start = between.find('"').map_or(from, |at| from + at);
        let end = between.rfind('"').map_or(value, |at| from + at + 1);
        Span::new(self.source, start..end)
    }
}

struct Slices;

impl<'de> Visitor<'de> for Slices {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut slices = Vec::new();
        while let Some(item) = items.next_element()? {
            slices.push(item);
        }
        Ok(slices)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = members.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}
