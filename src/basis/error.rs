//! One error type for the whole crate, and the problems it can carry, each with its place.
//!
//! There is a single type because callers decide on *kind* (is the input wrong? could the result not be
//! written?), not on which module noticed. Every problem found in a file travels in one error, in file order.

mod nearest;

use std::fmt;
use std::ops::Range;

pub(crate) use nearest::only_counted;

/// What sort of failure it is; the command line turns this into an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was given cannot be understood or used. Exit code 2.
    Input,
    /// The question was understood and the answer is no: no set is feasible, a target is missed. Exit code 1.
    Infeasible,
    /// A result could not be written, or a resource ran out. Exit code 3.
    Output,
    /// The user asked to stop. Exit code 130.
    Interrupted,
    /// A fault of the program. Exit code 3, with a request to report it.
    Internal,
}

/// Where in a file something stands: in a line of a text, or in a cell of a workbook's sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// The sheet of the workbook; `None` in a text.
    pub sheet: Option<String>,
    /// Line of the text or row of the sheet, from 1.
    pub line: usize,
    /// Column from 1: in characters of the text, or in columns of the sheet.
    pub column: usize,
    /// The bytes of the text that are meant, for drawing a caret; empty when only the line is known, and on a sheet.
    pub span: Range<usize>,
}

impl Place {
    /// The place of the bytes `span` of `text`, the contents of `file`.
    ///
    /// ```
    /// use isochrone::basis::error::Place;
    /// let place = Place::of("a.toml", "x = 1\ny = -3\n", 10..12);
    /// assert_eq!(place.to_string(), "a.toml:2:5");
    /// ```
    pub fn of(file: &str, text: &str, span: Range<usize>) -> Self {
        let mut start = span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            file: file.to_owned(),
            sheet: None,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span,
        }
    }

    /// The place of a cell of the workbook `file`; rows and columns count from 1.
    ///
    /// ```
    /// use isochrone::basis::error::Place;
    /// let place = Place::of_cell("users.xlsx", "Users", 3, 28);
    /// assert_eq!(place.to_string(), "users.xlsx: sheet Users, cell AB3");
    /// assert_eq!(place.line_in_words(), "row 3");
    /// ```
    pub fn of_cell(file: &str, sheet: &str, row: usize, column: usize) -> Self {
        Place {
            file: file.to_owned(),
            sheet: Some(sheet.to_owned()),
            line: row,
            column,
            span: 0..0,
        }
    }

    /// `line 3` of a text, `row 3` of a sheet.
    pub fn line_in_words(&self) -> String {
        let word = if self.sheet.is_some() { "row" } else { "line" };
        format!("{word} {}", self.line)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sheet {
            None => write!(f, "{}:{}:{}", self.file, self.line, self.column),
            Some(sheet) => {
                let cell = cell_name(self.line, self.column);
                write!(f, "{}: sheet {sheet}, cell {cell}", self.file)
            }
        }
    }
}

/// What spreadsheet programs call a cell; rows and columns count from 1.
///
/// ```
/// use isochrone::basis::error::cell_name;
/// assert_eq!(cell_name(3, 2), "B3");
/// assert_eq!(cell_name(1, 703), "AAA1");
/// ```
pub fn cell_name(row: usize, column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column;
    while left > 0 {
        // There is no digit nought: Z is followed by AA.
        letters.push(char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{row}")
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The input cannot be used as it stands.
    Error,
    /// It can be used, but probably does not say what was meant.
    Warning,
}

/// One thing that is wrong with an input: what, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// Where it stands, when it stands in a file.
    pub place: Option<Place>,
    /// What is wrong: lower-case, one sentence, no full stop, the value quoted with its unit.
    pub message: String,
    /// A word under the caret, such as the entity concerned.
    pub label: Option<String>,
    /// What would be right.
    pub hint: Option<String>,
}

impl Problem {
    /// An error with `message` and nothing else yet.
    pub fn error(message: impl Into<String>) -> Self {
        Problem {
            severity: Severity::Error,
            place: None,
            message: message.into(),
            label: None,
            hint: None,
        }
    }

    /// A warning with `message` and nothing else yet.
    pub fn warning(message: impl Into<String>) -> Self {
        Problem {
            severity: Severity::Warning,
            ..Problem::error(message)
        }
    }

    /// The same problem, at `place`.
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same problem, with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same problem, with a word under the caret.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// What went wrong, as one or more [`Problem`]s of one [`ErrorKind`].
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    problems: Vec<Problem>,
}

impl Error {
    /// An error of `kind` with a single message.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            kind,
            problems: vec![Problem::error(message)],
        }
    }

    /// The input is wrong.
    pub fn input(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Input, message)
    }

    /// A result could not be written.
    pub fn output(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Output, message)
    }

    /// A fault of the program itself.
    pub fn internal(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Internal, message)
    }

    /// The input is wrong in each of these ways, sorted by place.
    pub fn problems_in_input(mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| position(a).cmp(&position(b)));
        Error {
            kind: ErrorKind::Input,
            problems,
        }
    }

    /// The same error with one more message of its kind.
    pub fn and(mut self, message: impl Into<String>) -> Self {
        self.problems.push(Problem::error(message));
        self
    }

    /// The same error with a hint on its (last) problem.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(last) = self.problems.last_mut() {
            last.hint = Some(hint.into());
        }
        self
    }

    /// The same error, each problem that has no place put at `place`.
    pub fn at(mut self, place: &Place) -> Self {
        for problem in &mut self.problems {
            problem.place.get_or_insert_with(|| place.clone());
        }
        self
    }

    /// What sort of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Everything that is wrong, in file order.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The problems by value.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

fn position(problem: &Problem) -> Option<(&str, Option<&str>, usize, usize)> {
    let place = problem.place.as_ref()?;
    Some((&place.file, place.sheet.as_deref(), place.line, place.column))
}

/// A result whose error is [`Error`](struct@Error).
pub type Result<T> = std::result::Result<T, Error>;

/// The `n` names nearest to `wanted` by edit distance, nearest first: for "did you mean".
///
/// ```
/// use isochrone::basis::error::nearest_names;
/// let names = ["eu-west-1", "eu-west-2", "us-east-1", "sa-east-1"];
/// assert_eq!(nearest_names("eu-wset-1", names, 2), ["eu-west-1", "eu-west-2"]);
/// ```
pub fn nearest_names<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>, n: usize) -> Vec<&'a str> {
    nearest::nearest(wanted, names, n)
}

/// As [`nearest_names`], without those that are too far away to have been meant: a name is near when at most a third of its
/// letters, and of those that were written, have to change.
///
/// ```
/// use isochrone::basis::error::near_names;
/// let names = ["br-sao", "eu-west-1", "A"];
/// assert_eq!(near_names("eu-wset-1", names, 2), ["eu-west-1"]);
/// assert!(near_names("foo", names, 1).is_empty() && near_names("Z", names, 1).is_empty());
/// assert_eq!(near_names("a", names, 1), ["A"]);
/// ```
pub fn near_names<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>, n: usize) -> Vec<&'a str> {
    nearest::near(wanted, names, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_stops_nothing_and_an_error_does() {
        let severities =
            [Problem::warning("old data"), Problem::error("no data")].map(|problem| problem.severity);
        assert_eq!(severities, [Severity::Warning, Severity::Error]);
    }
}
