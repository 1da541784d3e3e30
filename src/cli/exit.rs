//! Exit codes: what each means, and how an error becomes one.

use crate::basis::error::{Error, ErrorKind};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, also when the reader of the output left early.
    Done,
    /// Done, and the answer is no.
    No,
    /// Flags or input were not understood.
    NotUnderstood,
    /// Could not finish: the output is not writable, or a fault of the program.
    CouldNotFinish,
    /// Interrupted by the user.
    Interrupted,
}

impl Exit {
    /// Every way to end, in the order of the help text.
    pub const ALL: [Exit; 5] = [
        Exit::Done,
        Exit::No,
        Exit::NotUnderstood,
        Exit::CouldNotFinish,
        Exit::Interrupted,
    ];

    /// The number the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::No => 1,
            Exit::NotUnderstood => 2,
            Exit::CouldNotFinish => 3,
            Exit::Interrupted => 130,
        }
    }

    /// What the number means, for help and man pages.
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "done, also when the reader of a pipe left early",
            Exit::No => {
                "done, and the answer is no: a target is missed with --gate, `diff --fail-if-worse` found worse, \
                 `check` found problems, `search` found no feasible set"
            }
            Exit::NotUnderstood => "not understood: bad flags, unreadable or invalid input",
            Exit::CouldNotFinish => "could not finish: output not writable, or an internal error",
            Exit::Interrupted => "interrupted; what was finished is written, marked as not complete",
        }
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Input => Exit::NotUnderstood,
            ErrorKind::Infeasible => Exit::No,
            ErrorKind::Output | ErrorKind::Internal => Exit::CouldNotFinish,
            ErrorKind::Interrupted => Exit::Interrupted,
        }
    }
}

/// Why a command stopped before its end.
#[derive(Debug)]
pub enum Halt {
    /// Whoever read our output has enough: no error at all.
    PipeClosed,
    /// Something went wrong, and the user has to be told.
    Failed(Error),
}

impl Halt {
    /// What became of printing, for who goes on after it: a reader that has enough of stdout does without no file, and
    /// the exit code still tells the answer.
    ///
    /// # Errors
    /// As `printed`, unless its reader left early.
    pub fn unless_closed(printed: Result<(), Halt>) -> Result<(), Halt> {
        match printed {
            Err(Halt::PipeClosed) => Ok(()),
            other => other,
        }
    }
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Halt::Failed(error)
    }
}

/// What a command returns.
pub type Ending = Result<Exit, Halt>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_end_has_a_code_of_its_own() {
        let codes = Exit::ALL.map(Exit::code);
        assert_eq!(codes, [0, 1, 2, 3, 130]);
    }

    #[test]
    fn a_fault_of_the_program_is_not_blamed_on_the_input() {
        assert_eq!(Exit::from(ErrorKind::Internal), Exit::CouldNotFinish);
        assert_eq!(Exit::from(ErrorKind::Input), Exit::NotUnderstood);
    }
}
