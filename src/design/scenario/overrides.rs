//! `--set path.to.key=value`: changes to the tree before anything is checked.

use super::decode::shortened;
use super::source::{Found, Sources, Span};
use super::tree::{Entry, Node, Value, toml_value};

/// A path longer than this names nothing in the format.
const MAX_STEPS: usize = 16;

/// Puts one override into the tree.
pub(super) fn apply(
    root: &mut Node,
    key: &str,
    value: &str,
    sources: &mut Sources,
) -> Result<(), Vec<Found>> {
    let text = format!("{key}={value}");
    let source = sources.add(format!("--set {text}"), text);
    let key_span = Span::new(source, 0..key.len());
    let steps: Vec<&str> = key.split('.').map(str::trim).collect();
    if steps.len() > MAX_STEPS || steps.contains(&"") {
        let message = format!("`{}` is not a path to a key", shortened(key));
        return Err(vec![
            Found::error(key_span, message).hint("say path.to.key=value, such as targets.p95=150ms"),
        ]);
    }
    let node = read_value(value, source, key.len() + 1)?;
    put(root, &steps, node, key_span)
}

/// The value as TOML; a single word may go without quotes, since shells eat them.
fn read_value(value: &str, source: usize, offset: usize) -> Result<Node, Vec<Found>> {
    let span = Span::new(source, offset..offset + value.len());
    match toml_value(value.trim(), source) {
        Ok(mut node) => {
            move_spans(&mut node, offset + value.len() - value.trim_start().len());
            Ok(node)
        }
        Err(_) if is_word(value) => Ok(Node {
            span,
            value: Value::Text(value.trim().to_owned()),
        }),
        Err(_) => {
            let message = format!("`{}` is not a TOML value", shortened(value));
            Err(vec![
                Found::error(span, message).hint("quote text: --set 'name=\"two regions\"'"),
            ])
        }
    }
}

fn is_word(value: &str) -> bool {
    let word = value.trim();
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "._:%-µ/".contains(c))
}

fn move_spans(node: &mut Node, by: usize) {
    node.span.start += by;
    node.span.end += by;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| move_spans(item, by)),
        Value::Table(entries) => entries.iter_mut().for_each(|entry| {
            entry.key_span.start += by;
            entry.key_span.end += by;
            move_spans(&mut entry.node, by);
        }),
        _ => {}
    }
}

fn put(node: &mut Node, steps: &[&str], value: Node, key_span: Span) -> Result<(), Vec<Found>> {
    let Some((step, rest)) = steps.split_first() else {
        *node = value;
        return Ok(());
    };
    match &mut node.value {
        Value::Table(entries) => {
            let entry = entry_of(entries, step, key_span);
            entry.key_span = key_span;
            put(&mut entry.node, rest, value, key_span)
        }
        Value::List(items) => match step.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
            Some(item) => put(item, rest, value, key_span),
            None => Err(vec![no_such_item(step, items.len(), key_span)]),
        },
        _ => {
            let message =
                format!("`{step}` cannot be set: what stands before it is neither a table nor a list");
            Err(vec![Found::error(key_span, message)])
        }
    }
}

fn no_such_item(step: &str, count: usize, key_span: Span) -> Found {
    let found = Found::error(
        key_span,
        format!("`{}` is not an item of the list", shortened(step)),
    );
    match count {
        0 => found.hint("the list is empty"),
        _ => found.hint(format!("items are counted from 0 to {}", count - 1)),
    }
}

fn entry_of<'e>(entries: &'e mut Vec<Entry>, key: &str, key_span: Span) -> &'e mut Entry {
    let index = entries
        .iter()
        .position(|entry| entry.key == key)
        .unwrap_or_else(|| {
            entries.push(Entry {
                key: key.to_owned(),
                key_span,
                node: Node {
                    span: key_span,
                    value: Value::Table(Vec::new()),
                },
            });
            entries.len() - 1
        });
    &mut entries[index]
}
