//! The texts a scenario is made of, and the places in them.

use std::ops::Range;

use crate::basis::error::{Place, Problem, Severity, only_counted};

/// A text that was read, kept so that a message can show the line it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The file as messages call it; `--set KEY=VALUE` for an override.
    pub name: String,
    /// Its contents.
    pub text: String,
}

/// Bytes of one of the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Which text.
    pub(super) source: usize,
    /// The first byte.
    pub(super) start: usize,
    /// The byte behind the last.
    pub(super) end: usize,
}

impl Span {
    pub(super) fn new(source: usize, bytes: Range<usize>) -> Self {
        Span {
            source,
            start: bytes.start,
            end: bytes.end,
        }
    }
}

/// A problem before its span has become lines and columns, which costs a walk through the text.
#[derive(Clone, Debug)]
pub(super) struct Found {
    span: Option<Span>,
    problem: Problem,
}

impl Found {
    /// An error at `span`.
    pub(super) fn error(span: Span, message: impl Into<String>) -> Self {
        Found {
            span: Some(span),
            problem: Problem::error(message),
        }
    }

    /// A warning at `span`.
    pub(super) fn warning(span: Span, message: impl Into<String>) -> Self {
        Found {
            span: Some(span),
            problem: Problem::warning(message),
        }
    }

    /// A problem that already knows its place, or has none.
    pub(super) fn placed(problem: Problem) -> Self {
        Found { span: None, problem }
    }

    /// A problem from elsewhere, at `span` unless it already knows its place.
    pub(super) fn from_elsewhere(span: Span, problem: Problem) -> Self {
        let span = problem.place.is_none().then_some(span);
        Found { span, problem }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.problem.hint = Some(hint.into());
        self
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.problem.label = Some(label.into());
        self
    }

    pub(super) fn is_error(&self) -> bool {
        self.problem.severity == Severity::Error
    }
}

/// More problems than this are counted, not shown.
const SHOWN: usize = 100;

/// What was found so far. The first 100 errors and the first 100 warnings are kept, the others only counted.
#[derive(Debug, Default)]
pub(super) struct Findings {
    kept: Vec<Found>,
    errors: usize,
    warnings: usize,
}

impl Findings {
    pub(super) fn push(&mut self, found: Found) {
        let count = if found.is_error() {
            &mut self.errors
        } else {
            &mut self.warnings
        };
        *count += 1;
        if *count <= SHOWN {
            self.kept.push(found);
        }
    }

    /// Adds the error that `make` makes, unless it would only be counted.
    pub(super) fn push_error_with(&mut self, make: impl FnOnce() -> Found) {
        if self.are_full() {
            self.errors += 1;
        } else {
            self.push(make());
        }
    }

    /// What `read` gives; where further errors are only counted, no names are looked for that may have been meant.
    pub(super) fn reading<T>(&self, read: impl FnOnce() -> T) -> T {
        if self.are_full() {
            only_counted(read)
        } else {
            read()
        }
    }

    /// How many errors there are, kept or not.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether further errors are only counted.
    pub(super) fn are_full(&self) -> bool {
        self.errors >= SHOWN
    }

    /// Those to show, and how many more there are. A warning must not push an error out.
    fn shown(mut self) -> (Vec<Found>, usize) {
        let all = self.errors + self.warnings;
        if all > SHOWN {
            self.kept.sort_by_key(|found| !found.is_error());
        }
        self.kept.truncate(SHOWN);
        let left_out = all - self.kept.len();
        (self.kept, left_out)
    }
}

impl Extend<Found> for Findings {
    fn extend<I: IntoIterator<Item = Found>>(&mut self, found: I) {
        found.into_iter().for_each(|found| self.push(found));
    }
}

/// All texts read for one scenario: the file itself first, then overrides, then the tables it names.
#[derive(Debug, Default)]
pub(super) struct Sources {
    texts: Vec<SourceText>,
}

impl Sources {
    /// Keeps a text and tells its number.
    pub(super) fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> usize {
        self.texts.push(SourceText {
            name: name.into(),
            text: text.into(),
        });
        self.texts.len() - 1
    }

    pub(super) fn text(&self, source: usize) -> &str {
        &self.texts[source].text
    }

    pub(super) fn texts(&self) -> &[SourceText] {
        &self.texts
    }

    fn place(&self, span: Span) -> Place {
        let source = &self.texts[span.source];
        Place::of(&source.name, &source.text, span.start..span.end)
    }

    /// The problems with their places, in the order of the texts; a last one counts those that are not shown.
    pub(super) fn problems(&self, found: Findings) -> Vec<Problem> {
        let (shown, left_out) = found.shown();
        let mut problems: Vec<Problem> = shown.into_iter().map(|found| self.problem(found)).collect();
        problems.sort_by_key(|problem| self.position(problem));
        if left_out > 0 {
            problems.push(Problem::error(format!("{left_out} more problems follow")));
        }
        problems
    }

    fn problem(&self, found: Found) -> Problem {
        match found.span {
            Some(span) => found.problem.at(self.place(span)),
            None => found.problem,
        }
    }

    fn position(&self, problem: &Problem) -> Option<(usize, usize, usize)> {
        let place = problem.place.as_ref()?;
        let source = self.texts.iter().position(|text| text.name == place.file)?;
        Some((source, place.line, place.column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: Findings) -> Vec<String> {
        let problems = Sources::default().problems(found);
        problems.into_iter().map(|problem| problem.message).collect()
    }

    fn placeless(severity: Severity, message: String) -> Found {
        Found::placed(Problem {
            severity,
            ..Problem::error(message)
        })
    }

    #[test]
    fn warnings_push_no_error_out_and_what_is_not_shown_is_counted() {
        let mut found = Findings::default();
        found.extend((0..150).map(|at| placeless(Severity::Warning, format!("w{at}"))));
        found.extend((0..60).map(|at| placeless(Severity::Error, format!("e{at}"))));
        assert_eq!(found.errors(), 60);
        let told = told(found);
        let shown = (0..60)
            .map(|at| format!("e{at}"))
            .chain((0..40).map(|at| format!("w{at}")));
        let shown: Vec<String> = shown.chain(["110 more problems follow".to_owned()]).collect();
        assert_eq!(told, shown);
    }

    #[test]
    fn errors_that_are_only_counted_are_not_made() {
        let (mut found, mut made) = (Findings::default(), 0);
        for _ in 0..1_000 {
            found.push_error_with(|| {
                made += 1;
                placeless(Severity::Error, String::new())
            });
        }
        assert_eq!((found.errors(), made), (1_000, SHOWN));
        assert_eq!(told(found)[SHOWN], "900 more problems follow");
    }
}
