//! The texts a scenario is made of, and the places in them.

use std::ops::Range;

use crate::basis::error::{Place, Problem, Severity};

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

    /// The problems with their places, in the order of the texts; at most `limit`, a last one counts the others.
    pub(super) fn problems(&self, mut found: Vec<Found>, limit: usize) -> Vec<Problem> {
        // Errors first when not all are kept: a warning must not push one out.
        if found.len() > limit {
            found.sort_by_key(|f| !f.is_error());
        }
        let left_out = found.len().saturating_sub(limit);
        found.truncate(limit);
        let mut problems: Vec<Problem> = found.into_iter().map(|f| self.problem(f)).collect();
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
