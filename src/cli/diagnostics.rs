//! Problems as the user sees them: the place first, the line with a caret, then what would be right.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::output::{Output, printable};
use crate::basis::error::{Error, ErrorKind, Place, Problem, Severity};
use crate::basis::units::counted;

/// Lines longer than this are not drawn: a caret somewhere in a page of text helps nobody.
const LONGEST_LINE: usize = 400;

/// Texts that problems may point into; a file that is not known here is read when it is needed.
#[derive(Debug, Default)]
pub struct Sources {
    texts: BTreeMap<String, Option<String>>,
}

impl Sources {
    /// Remembers a text that cannot be read again, such as stdin.
    pub fn remember(&mut self, name: &str, text: &str) {
        self.texts.insert(name.to_owned(), Some(text.to_owned()));
    }

    fn text(&mut self, name: &str) -> Option<&str> {
        self.texts
            .entry(name.to_owned())
            .or_insert_with(|| fs::read_to_string(name).ok())
            .as_deref()
    }
}

/// Counts what was reported, for the closing line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Errors told.
    pub errors: usize,
    /// Warnings told.
    pub warnings: usize,
}

impl Tally {
    /// `2 errors and 1 warning`, or `None` when there is nothing to count.
    pub fn in_words(self) -> Option<String> {
        let errors = (self.errors > 0).then(|| counted(self.errors, "error"));
        let warnings = (self.warnings > 0).then(|| counted(self.warnings, "warning"));
        match (errors, warnings) {
            (Some(errors), Some(warnings)) => Some(format!("{errors} and {warnings}")),
            (one, other) => one.or(other),
        }
    }
}

/// More than this would bury the first ones; the rest is counted.
const MOST_TOLD: usize = 100;

/// Tells every problem in order; warnings are left out when quiet.
///
/// A hint that several problems in a row share is given once, after the last of them.
pub fn tell(out: &Output, problems: &[Problem], sources: &mut Sources) -> Tally {
    let mut tally = Tally::default();
    for (i, problem) in problems.iter().enumerate() {
        match problem.severity {
            Severity::Error => tally.errors += 1,
            Severity::Warning => tally.warnings += 1,
        }
        if i < MOST_TOLD {
            tell_one(
                *out,
                problem,
                problems.get(i + 1).filter(|_| i + 1 < MOST_TOLD),
                sources,
            );
        }
    }
    if problems.len() > MOST_TOLD {
        out.complain(&format!(
            "... and {}",
            counted(problems.len() - MOST_TOLD, "more problem")
        ));
    }
    tally
}

fn tell_one(out: Output, problem: &Problem, next: Option<&Problem>, sources: &mut Sources) {
    let mut problem = problem.clone();
    if next.is_some_and(|next| next.hint == problem.hint) {
        problem.hint = None;
    }
    match problem.severity {
        Severity::Error => out.complain(&render(&problem, sources)),
        // Already printable, and coloured: a note would show the colours' own characters.
        Severity::Warning if out.verbosity() >= 0 => out.complain(&render(&problem, sources)),
        Severity::Warning => {}
    }
}

/// Tells an error; a fault of the program comes with a request to report it.
pub fn tell_error(out: &Output, error: &Error, sources: &mut Sources) {
    tell(out, error.problems(), sources);
    if error.kind() == ErrorKind::Internal {
        out.complain("hint: this is a fault of isochrone, please report it with the command line you used");
    }
}

/// Tells warnings and counts them at the end.
pub fn tell_warnings(out: &Output, warnings: &[Problem], sources: &mut Sources) {
    let tally = tell(out, warnings, sources);
    if tally.warnings > 1 {
        out.note(&format!("{} (see above)", counted(tally.warnings, "warning")));
    }
}

/// One problem, coloured; the output door strips colours where they are not wanted.
pub fn render(problem: &Problem, sources: &mut Sources) -> String {
    let text = headed(problem, drawing(problem, sources));
    match &problem.hint {
        Some(hint) => format!("{text}\n{} {}", painted_hint(), printable(hint)),
        None => text,
    }
}

fn painted_hint() -> String {
    let style = anstyle::AnsiColor::Cyan.on_default().bold();
    format!("{style}hint:{style:#}")
}

fn headed(problem: &Problem, drawing: Option<Drawing>) -> String {
    let title = printable(&problem.to_string());
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let group = level.primary_title(title).elements(drawing.map(|drawing| {
        let annotation = AnnotationKind::Primary.span(drawing.caret);
        Snippet::source(drawing.line)
            .line_start(drawing.number)
            .annotation(annotation.label(problem.label.as_deref().map(printable)))
    }));
    Renderer::styled().render(&[group])
}

/// The line a problem points at, and the bytes of it that are meant.
struct Drawing {
    line: String,
    number: usize,
    caret: Range<usize>,
}

fn drawing(problem: &Problem, sources: &mut Sources) -> Option<Drawing> {
    let place = problem.place.as_ref()?;
    if place.span.is_empty() {
        return None;
    }
    line_of(place, sources.text(&place.file)?)
}

/// `None` when the text is not (any more) the one the place was taken from, or the line is not fit to draw.
fn line_of(place: &Place, text: &str) -> Option<Drawing> {
    let Range { start, end } = place.span.clone();
    let fits = end <= text.len() && text.is_char_boundary(start) && text.is_char_boundary(end);
    if !fits || Place::of(&place.file, text, place.span.clone()) != *place {
        return None;
    }
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next()?;
    let caret_end = (end - line_start).min(line.len()).max(start - line_start);
    (line.len() <= LONGEST_LINE).then(|| Drawing {
        line: line.to_owned(),
        number: place.line,
        caret: start - line_start..caret_end,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name = \"a\"\n[link]\nmedian_ms = -3.0 # fast\n";

    fn plain(problem: &Problem, sources: &mut Sources) -> String {
        anstream::adapter::strip_str(&render(problem, sources)).to_string()
    }

    fn sources() -> Sources {
        let mut sources = Sources::default();
        sources.remember("a.toml", TEXT);
        sources
    }

    #[test]
    fn a_known_text_is_drawn_with_a_caret_and_a_label() {
        let problem = Problem::error("median must be positive, found -3.0 ms")
            .at(Place::of("a.toml", TEXT, 30..34))
            .label("in link eu-west-1 → us-east-1")
            .hint("leave the link out to have it estimated from distance");
        let expected = "\
error: a.toml:3:13: median must be positive, found -3.0 ms
  |
3 | median_ms = -3.0 # fast
  |             ^^^^ in link eu-west-1 → us-east-1
hint: leave the link out to have it estimated from distance";
        assert_eq!(plain(&problem, &mut sources()), expected);
    }

    #[test]
    fn an_unknown_text_leaves_the_place_alone() {
        let place = Place {
            file: "no/such.csv".into(),
            sheet: None,
            line: 7,
            column: 3,
            span: 50..52,
        };
        let problem = Problem::warning("weight is zero").at(place);
        assert_eq!(
            plain(&problem, &mut sources()),
            "warning: no/such.csv:7:3: weight is zero"
        );
    }

    #[test]
    fn a_text_that_changed_since_is_not_drawn() {
        let place = Place {
            file: "a.toml".into(),
            sheet: None,
            line: 1,
            column: 1,
            span: 30..34,
        };
        let problem = Problem::error("median must be positive").at(place);
        assert!(!plain(&problem, &mut sources()).contains('^'));
    }

    #[test]
    fn errors_and_warnings_are_counted_in_words() {
        assert_eq!(Tally::default().in_words(), None);
        let both = Tally {
            errors: 2,
            warnings: 1,
        };
        assert_eq!(both.in_words().as_deref(), Some("2 errors and 1 warning"));
    }
}
