//! The reference of every key of a scenario, as a document: written from the schema, which is made from the types that
//! files are read into. So no key is missing from it and none is in it that is not known.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::schema_json;

/// Where definitions stand in a schema.
const DEFINITIONS: &str = "#/$defs/";

/// The reference in Markdown: a section for each table of a file, then the kinds of values.
///
/// ```
/// let reference = isochrone::design::scenario::reference_markdown();
/// assert!(reference.contains("## `[audience]`"));
/// ```
pub fn reference_markdown() -> String {
    // What `schema_json` writes is JSON.
    let schema: Value = serde_json::from_str(&schema_json()).unwrap_or_default();
    let mut writer = Writer {
        schema: &schema,
        text: String::new(),
        tables: BTreeSet::new(),
        values: BTreeSet::new(),
    };
    writer.document();
    writer.text
}

struct Writer<'a> {
    schema: &'a Value,
    text: String,
    /// Tables that have a section.
    tables: BTreeSet<String>,
    /// Kinds of values that were named.
    values: BTreeSet<String>,
}

/// A table that is still to be described.
struct Table {
    /// Its name in the schema.
    definition: String,
    /// Its header in a file: `[audience]`, `[[class]]`, or how it stands as a value.
    header: String,
    /// The keys that lead there: `class.connection`.
    path: String,
    many: bool,
}

impl<'a> Writer<'a> {
    fn document(&mut self) {
        self.line("# Every key of a scenario");
        self.line("");
        self.paragraph(
            "Written by `isochrone schema scenario --markdown` from the types that a scenario is read into. A key that is not \
             here is not known, and `isochrone check` says so with its line and column. `isochrone schema scenario` is the same \
             for editors.",
        );
        let root = self.schema;
        let (tables, keys): (Vec<_>, Vec<_>) =
            properties(root).partition(|(_, value)| self.table_of(value).is_some());
        self.line("## At the top of the file");
        self.line("");
        for (key, value) in keys {
            self.key(root, key, value, "");
        }
        for (key, value) in tables {
            self.table_at(key, value, "", 2);
        }
        self.kinds_of_values();
    }

    /// The table at `key` of the table at `above`, and the tables in it.
    fn table_at(&mut self, key: &str, value: &Value, above: &str, depth: usize) {
        let Some((definition, many)) = self.table_of(value) else {
            return;
        };
        if !self.tables.insert(definition.clone()) {
            return;
        }
        let path = joined(above, key);
        let header = if many {
            format!("[[{path}]]")
        } else {
            format!("[{path}]")
        };
        self.section(
            &Table {
                definition,
                header,
                path,
                many,
            },
            value,
            depth,
        );
    }

    fn section(&mut self, table: &Table, at: &Value, depth: usize) {
        self.line("");
        self.line(&format!("{} `{}`", "#".repeat(depth), table.header));
        self.line("");
        let definition = self.definition(&table.definition);
        let said = described(at)
            .or_else(|| described(definition))
            .unwrap_or_default();
        self.paragraph(&said);
        if table.many {
            self.paragraph("One for each; the header is repeated.");
        }
        let all: Vec<_> = properties(definition).collect();
        for (key, value) in &all {
            self.key(definition, key, value, &table.path);
        }
        for (key, value) in all {
            self.table_at(key, value, &table.path, 3.max(depth));
        }
    }

    /// One key, in a list.
    fn key(&mut self, of: &Value, key: &str, value: &Value, path: &str) {
        let needed = of["required"]
            .as_array()
            .is_some_and(|required| required.iter().any(|name| name == key));
        let needed = if needed { ", needed" } else { "" };
        let kind = match self.table_of(value) {
            Some((definition, many)) => {
                let full = joined(path, key);
                let what = if many { "tables" } else { "a table" };
                if self.tables.contains(&definition) {
                    format!("{what} with the keys described above")
                } else {
                    format!("{what}, `{full}` below")
                }
            }
            None => self.kind(value),
        };
        let said = described(value)
            .or_else(|| reference_of(value).and_then(|name| described(self.definition(&name))))
            .unwrap_or_default();
        self.line(&format!("- **`{key}`** ({kind}{needed}). {}", flowed(&said)));
        let words = self.words(value);
        for (word, meaning) in words {
            self.line(&format!("  - `{word}`: {}", flowed(&meaning)));
        }
    }

    /// The words that a value may be, with what they mean.
    fn words(&self, value: &Value) -> Vec<(String, String)> {
        let value = reference_of(value).map_or(value, |name| self.definition(&name));
        let Some(choices) = value["oneOf"].as_array() else {
            return Vec::new();
        };
        choices
            .iter()
            .filter_map(|choice| {
                let word = choice["const"].as_str()?.to_owned();
                Some((word, described(choice).unwrap_or_default()))
            })
            .collect()
    }

    /// What kind of value it is, in words.
    fn kind(&mut self, value: &Value) -> String {
        if let Some(name) = reference_of(value) {
            let definition = self.definition(&name);
            if is_words(definition) {
                return "one of the words below".into();
            }
            self.values.insert(name.clone());
            return format!("[{}](#{})", in_words(&name), anchor(&name));
        }
        if let Some(constant) = value["const"].as_str() {
            return format!("`{constant}`");
        }
        if let Some(choices) = value["anyOf"].as_array().or(value["oneOf"].as_array()) {
            let kinds: Vec<String> = choices
                .iter()
                .filter(|choice| choice["type"] != "null")
                .map(|choice| self.kind(choice))
                .collect();
            return kinds.join(" or ");
        }
        match simple_type(value) {
            "string" => "text".into(),
            "integer" => "whole number".into(),
            "number" => "number".into(),
            "boolean" => "true or false".into(),
            "array" => format!("list of {}", self.kind(&value["items"])),
            "object" if value["additionalProperties"].is_object() => {
                format!("names, each with {}", self.kind(&value["additionalProperties"]))
            }
            "object" => "a table".into(),
            _ => "any value".into(),
        }
    }

    /// The kinds of values that keys take, and the kinds that these take.
    fn kinds_of_values(&mut self) {
        self.line("");
        self.line("## Kinds of values");
        let mut done = BTreeSet::new();
        while let Some(name) = self.values.difference(&done).next().cloned() {
            done.insert(name.clone());
            self.kind_of_value(&name);
        }
    }

    fn kind_of_value(&mut self, name: &str) {
        let definition = self.definition(name);
        self.line("");
        self.line(&format!("### {}", capital(&in_words(name))));
        self.line("");
        let said = described(definition).unwrap_or_default();
        self.paragraph(&said);
        if let Some(examples) = definition["examples"].as_array() {
            let shown: Vec<String> = examples
                .iter()
                .map(|example| format!("`{}`", as_toml(example)))
                .collect();
            self.paragraph(&format!("Examples: {}.", shown.join(", ")));
        }
        if definition["anyOf"].is_array() {
            let kinds = self.kind(definition);
            self.paragraph(&format!("Written as {kinds}."));
        }
        if !properties(definition).any(|_| true) {
            self.variants(definition);
            return;
        }
        for (key, value) in properties(definition) {
            self.key(definition, key, value, "");
        }
    }

    /// Tables with one key each, of which one is to be taken: `{ log_normal = { … } }`.
    fn variants(&mut self, definition: &Value) {
        let Some(choices) = definition["oneOf"].as_array() else {
            return;
        };
        for choice in choices {
            if let Some(word) = choice["const"].as_str() {
                let said = described(choice).unwrap_or_default();
                self.line(&format!("- `{word}`: {}", flowed(&said)));
            }
            for (key, value) in properties(choice) {
                let said = described(choice).or_else(|| described(value)).unwrap_or_default();
                let kind = self.kind(value);
                self.line(&format!("- **`{key}`** ({kind}). {}", flowed(&said)));
            }
        }
    }

    /// The table that a value is, and whether there may be many.
    fn table_of(&self, value: &Value) -> Option<(String, bool)> {
        if let Some(items) = value.get("items") {
            let (name, _) = self.table_of(items)?;
            return Some((name, true));
        }
        let name = reference_of(value)?;
        let definition = self.definition(&name);
        // A key may hold any of several kinds of table: these are kinds of values.
        let is_table = properties(definition).next().is_some() && definition["type"] == "object";
        is_table.then_some((name, false))
    }

    fn definition(&self, name: &str) -> &'a Value {
        &self.schema["$defs"][name]
    }

    fn line(&mut self, text: &str) {
        if !(text.is_empty() && self.text.ends_with("\n\n")) {
            self.text.push_str(text.trim_end());
            self.text.push('\n');
        }
    }

    fn paragraph(&mut self, text: &str) {
        for part in text.split("\n\n").filter(|part| !part.is_empty()) {
            self.line(&flowed(part));
            self.line("");
        }
    }
}

/// The definition that a value refers to, be it optional or not.
fn reference_of(value: &Value) -> Option<String> {
    if let Some(reference) = value["$ref"].as_str() {
        return Some(reference.strip_prefix(DEFINITIONS)?.to_owned());
    }
    let mut choices = value["anyOf"]
        .as_array()?
        .iter()
        .filter(|choice| choice["type"] != "null");
    let (only, others) = (choices.next()?, choices.next());
    others.is_none().then(|| reference_of(only))?
}

fn properties(of: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let none: Option<&Map<String, Value>> = None;
    of["properties"]
        .as_object()
        .or(none)
        .into_iter()
        .flatten()
        .filter(|(key, _)| *key != "$schema")
}

fn described(of: &Value) -> Option<String> {
    of["description"].as_str().map(str::to_owned)
}

/// Whether a definition is a choice of words.
fn is_words(definition: &Value) -> bool {
    let words = definition["oneOf"].as_array();
    words.is_some_and(|words| words.iter().all(|word| word["const"].is_string()))
}

/// The type of a value, `null` aside.
fn simple_type(of: &Value) -> &str {
    match &of["type"] {
        Value::Array(types) => types
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null")
            .unwrap_or(""),
        one => one.as_str().unwrap_or(""),
    }
}

/// Without line feeds, and with pointed brackets that are no HTML.
fn flowed(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('<', "&lt;")
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// `LogNormalFile` is `log normal`.
fn in_words(name: &str) -> String {
    let name = name.strip_suffix("File").unwrap_or(name);
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

fn anchor(name: &str) -> String {
    in_words(name).replace(' ', "-")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// An example as it stands in a file.
fn as_toml(example: &Value) -> String {
    match example {
        Value::Object(keys) => {
            let keys: Vec<String> = keys
                .iter()
                .map(|(key, value)| format!("{key} = {}", as_toml(value)))
                .collect();
            format!("{{ {} }}", keys.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_schema_is_in_the_reference() {
        let schema: Value = serde_json::from_str(&schema_json()).unwrap();
        let reference = reference_markdown();
        let mut keys = 0;
        let definitions = schema["$defs"].as_object().unwrap().values();
        for table in definitions.chain([&schema]) {
            for (key, _) in properties(table) {
                let told = [
                    format!("**`{key}`**"),
                    format!("## `[{key}]`"),
                    format!("## `[[{key}]]`"),
                ];
                assert!(told.iter().any(|it| reference.contains(it)), "{key}");
                keys += 1;
            }
        }
        assert!(keys > 150, "{keys}");
    }

    #[test]
    fn links_lead_to_headings() {
        let reference = reference_markdown();
        for link in reference.split("](#").skip(1) {
            let target = link.split(')').next().unwrap();
            let heading = |line: &str| {
                line.strip_prefix("### ")
                    .is_some_and(|title| title.to_lowercase().replace(' ', "-") == target)
            };
            assert!(reference.lines().any(heading), "{target}");
        }
    }
}
