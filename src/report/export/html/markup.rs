//! Text into markup: the one way in, and nothing gets past it.

use std::fmt::{self, Write as _};

use crate::report::voice::verdict::{NAME_CLOSES, NAME_OPENS};

/// Text as HTML shows it: no character of it starts markup, control characters are spaces. Good for attributes as well.
pub(crate) struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '&' => f.write_str("&amp;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            '\n' => f.write_char('\n'),
            c if c.is_control() => f.write_char(' '),
            c => f.write_char(c),
        })
    }
}

/// A name in a script of its own direction, kept apart from the words around it. Lines break between regions rather
/// than at the hyphens within one.
pub(super) fn name(text: &str) -> String {
    format!("<bdi>{}</bdi>", parts(text))
}

fn parts(name: &str) -> String {
    let part = |part: &str| format!("<span class=\"part\">{}</span>", Escaped(part));
    let all: Vec<String> = name.split(" + ").map(part).collect();
    if all.len() > 1 {
        all.join(" + ")
    } else {
        Escaped(name).to_string()
    }
}

/// A sentence of [`crate::report::voice::verdict`]: its names stand out and keep their direction to themselves. A name
/// that is not closed ends with the sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut markup = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(NAME_OPENS) {
        let (inner, after) = after.split_once(NAME_CLOSES).unwrap_or((after, ""));
        markup.push_str(&plain(before));
        let _ = write!(markup, "<strong>{}</strong>", name(&without_isolates(inner)));
        rest = after;
    }
    markup + &plain(rest)
}

fn plain(text: &str) -> String {
    Escaped(&without_isolates(text)).to_string()
}

fn without_isolates(text: &str) -> String {
    text.replace([NAME_OPENS, NAME_CLOSES], "")
}

/// A list of sentences; nothing where there are none.
pub(crate) fn bullets(class: &str, sentences: &[String]) -> String {
    if sentences.is_empty() {
        return String::new();
    }
    let items = sentences
        .iter()
        .map(|it| format!("<li dir=\"auto\">{}</li>\n", sentence(it)))
        .collect::<Vec<String>>()
        .concat();
    format!("<ul class=\"{class}\">\n{items}</ul>\n")
}

/// A section with its heading, which the contents lead to.
pub(crate) fn section(id: &str, title: &str, body: &str) -> String {
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{}</h2>\n{body}</section>\n",
        Escaped(title)
    )
}

/// A table in a box of its own, which scrolls where the page is too narrow; by keyboard as well. Columns in which all
/// filled cells begin like numbers stand to the right.
pub(crate) fn table(caption: &str, headers: &[String], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let right: Vec<bool> = (0..headers.len()).map(|i| are_numbers(rows, i)).collect();
    let class = |i: usize| if right[i] { " class=\"number\"" } else { "" };
    let head = headers
        .iter()
        .enumerate()
        .map(|(i, text)| format!("<th scope=\"col\"{}>{}</th>", class(i), Escaped(text)))
        .collect::<Vec<String>>()
        .concat();
    let row = |cells: &Vec<String>| {
        let cell = |(i, text): (usize, &String)| match i {
            0 => format!("<th scope=\"row\" dir=\"auto\">{}</th>", Escaped(text)),
            _ => format!(
                "<td dir=\"auto\"{}>{}</td>",
                right.get(i).map_or("", |_| class(i)),
                Escaped(text)
            ),
        };
        format!(
            "<tr>{}</tr>\n",
            cells.iter().enumerate().map(cell).collect::<String>()
        )
    };
    let body: String = rows.iter().map(row).collect();
    let caption = Escaped(caption);
    format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\">\n<table>\n\
         <caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )
}

fn are_numbers(rows: &[Vec<String>], i: usize) -> bool {
    let mut filled = rows
        .iter()
        .filter_map(|row| row.get(i))
        .filter(|cell| !cell.is_empty())
        .peekable();
    filled.peek().is_some()
        && filled.all(|cell| cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '−' | '≥')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::voice::verdict::isolated;

    #[test]
    fn no_text_starts_markup_or_leaves_its_attribute() {
        let odd = "a\"b' <script>alert(1)</script> &amp; \u{1b}[2J\0 שלום 🚀";
        let said = Escaped(odd).to_string();
        assert!(!said.contains(['<', '>', '"', '\'', '\u{1b}', '\0']), "{said}");
        assert!(said.contains("&amp;amp;") && said.contains("שלום 🚀"));
    }

    #[test]
    fn names_of_a_sentence_are_isolated_and_balanced() {
        let text = format!("Choose {}: good.", isolated("<b>\u{2069}\u{2068}x"));
        assert_eq!(
            sentence(&text),
            "Choose <strong><bdi>&lt;b&gt;x</bdi></strong>: good."
        );
        let regions = sentence(&isolated("eu-west-1 + us-east-1"));
        assert!(
            regions.contains("<span class=\"part\">eu-west-1</span> + <span"),
            "{regions}"
        );
    }

    #[test]
    fn isolates_in_other_texts_leave_the_markup_balanced() {
        assert_eq!(
            sentence("a\u{2069}b\u{2068}\u{2068}c"),
            "ab<strong><bdi>c</bdi></strong>"
        );
    }

    #[test]
    fn numbers_stand_to_the_right_and_the_first_cell_heads_its_row() {
        let rows = vec![
            vec!["a".to_owned(), "1 ± 2".into()],
            vec!["b".into(), String::new()],
        ];
        let said = table("t", &["x".into(), "y".into()], &rows);
        assert!(
            said.contains(
                "<th scope=\"row\" dir=\"auto\">a</th><td dir=\"auto\" class=\"number\">1 ± 2</td>"
            )
        );
        assert_eq!(table("t", &["x".into()], &[]), "");
    }
}
