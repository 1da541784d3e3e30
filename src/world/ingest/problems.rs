//! Everything that is wrong with an input, gathered while reading goes on.

use crate::basis::error::{Error, Problem, Result, only_counted};

/// How many problems are kept; a file of another kind would otherwise give one for each of its lines.
const SHOWN: usize = 20;

/// Problems met so far. The first 20 are kept, the others only counted.
///
/// ```
/// use isochrone::basis::error::Problem;
/// use isochrone::world::ingest::Problems;
/// let mut problems = Problems::default();
/// for line in 0..25 {
///     problems.push(Problem::error(format!("line {line} is wrong")));
/// }
/// let error = problems.finish(()).unwrap_err();
/// assert_eq!(error.problems().len(), 21);
/// assert_eq!(error.problems()[20].message, "5 more problems of this kind or another follow");
/// ```
#[derive(Debug, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    first_left_out: Option<Problem>,
    left_out: usize,
}

impl Problems {
    /// Adds one problem.
    pub fn push(&mut self, problem: Problem) {
        if self.kept.len() < SHOWN {
            self.kept.push(problem);
        } else {
            self.first_left_out.get_or_insert(problem);
            self.left_out += 1;
        }
    }

    /// Adds the problem that `make` makes. It is not made where it would only be counted: finding the place of each
    /// of a million problems takes longer than anybody waits.
    pub fn push_with(&mut self, make: impl FnOnce() -> Problem) {
        if self.are_full() {
            self.left_out += 1;
        } else {
            self.push(make());
        }
    }

    /// What `read` gives, which adds what is wrong. Where that is only counted, no names are looked for that may have been
    /// meant: comparing each of a million unknown names with all known ones takes as long as finding their places.
    pub(crate) fn reading<T>(&mut self, read: impl FnOnce(&mut Problems) -> T) -> T {
        if self.are_full() {
            only_counted(|| read(self))
        } else {
            read(self)
        }
    }

    /// Whether further ones are only counted.
    fn are_full(&self) -> bool {
        self.first_left_out.is_some()
    }

    /// The value, or nothing when it is wrong: then its problems are added.
    pub fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                error.into_problems().into_iter().for_each(|p| self.push(p));
                None
            }
        }
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many problems there are, shown or not.
    pub fn len(&self) -> usize {
        self.kept.len() + self.left_out
    }

    /// `value` when nothing is wrong.
    ///
    /// # Errors
    /// All problems kept, and a last one that counts the others.
    pub fn finish<T>(self, value: T) -> Result<T> {
        if self.kept.is_empty() {
            return Ok(value);
        }
        let mut problems = self.kept;
        problems.extend(self.first_left_out.map(|first| Problem {
            message: match self.left_out {
                1 => first.message.clone(),
                more => format!("{more} more problems of this kind or another follow"),
            },
            ..first
        }));
        Err(Error::problems_in_input(problems))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::error::nearest_names;

    #[test]
    fn names_are_looked_for_only_while_problems_are_kept() {
        let (mut problems, mut compared) = (Problems::default(), 0);
        for at in 0..1_000 {
            problems.reading(|problems| {
                let names = ["a", "b", "c"].into_iter().inspect(|_| compared += 1);
                let near = nearest_names("x", names, 1).concat();
                problems.push(Problem::error(format!("{at}")).hint(near));
            });
        }
        // Twenty are kept, and the first of the others tells where they begin.
        assert_eq!((problems.len(), compared), (1_000, 3 * (SHOWN + 1)));
        let error = problems.finish(()).unwrap_err();
        assert_eq!(
            error.problems()[SHOWN].message,
            "980 more problems of this kind or another follow"
        );
        assert!(
            error
                .problems()
                .iter()
                .all(|problem| problem.hint.as_deref() == Some("a"))
        );
    }
}
