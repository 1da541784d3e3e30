//! The one door through which anything is printed.
//!
//! Data goes to stdout, everything else to stderr; each stream decides about colour by itself. A reader that
//! leaves early is no error; a full disk behind `>` is one.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use super::exit::Halt;
use crate::basis::error::Error;

/// Where a command prints to, and how much.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    color: ColorChoice,
    verbosity: i8,
}

impl Output {
    /// A door that prints notes from `verbosity` 0 upwards: −1 is quiet, 1 and 2 say more.
    pub fn new(color: ColorChoice, verbosity: i8) -> Self {
        Output { color, verbosity }
    }

    /// The same door, which tells nothing but data and errors.
    pub fn silent(self) -> Self {
        Output {
            verbosity: -1,
            ..self
        }
    }

    /// Prints data to stdout and makes sure that it has left.
    ///
    /// # Errors
    /// [`Halt::PipeClosed`] when nobody reads any more, an output error when stdout cannot be written.
    pub fn data(&self, bytes: &[u8]) -> Result<(), Halt> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.color);
        let written = stream.write_all(bytes).and_then(|()| stream.flush());
        written.map_err(|error| halt("stdout", &error))
    }

    /// Prints bytes to stdout as they are: files that are not text.
    ///
    /// # Errors
    /// As for [`Output::data`].
    pub fn raw(&self, bytes: &[u8]) -> Result<(), Halt> {
        let mut stream = io::stdout().lock();
        let written = stream.write_all(bytes).and_then(|()| stream.flush());
        written.map_err(|error| halt("stdout", &error))
    }

    /// Prints a line to stderr, unless quiet.
    pub fn note(&self, text: &str) {
        if self.verbosity >= 0 {
            self.complain(&printable(text));
        }
    }

    /// Prints a line to stderr from the given count of `-v` on.
    pub fn detail(&self, level: i8, text: &str) {
        if self.verbosity >= level {
            self.complain(&printable(text));
        }
    }

    /// Prints a line to stderr whatever was asked for: errors.
    pub fn complain(&self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.color);
        // When stderr is gone there is nobody left to tell.
        let _ = writeln!(stream, "{text}").and_then(|()| stream.flush());
    }

    /// The count of `-v` less the count of `-q`.
    pub fn verbosity(&self) -> i8 {
        self.verbosity
    }

    /// Whether bars may be drawn: somebody watches stderr and did not ask for quiet.
    pub fn watched(&self) -> bool {
        self.verbosity >= 0 && io::stderr().is_terminal()
    }

    /// Whether stdout takes colours.
    pub fn stdout_has_color(&self) -> bool {
        match self.color {
            ColorChoice::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            choice => choice != ColorChoice::Never,
        }
    }
}

fn halt(target: &str, error: &io::Error) -> Halt {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Halt::PipeClosed
    } else {
        Halt::Failed(Error::output(format!("cannot write to {target}: {error}")))
    }
}

/// Text from outside, made safe for a terminal: control characters and marks that turn text round are shown, not obeyed.
///
/// ```
/// assert_eq!(isochrone::cli::output::printable("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
/// assert_eq!(isochrone::cli::output::printable("a\u{202e}b"), "a\\u{202e}b");
/// ```
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' {
            shown.extend(c.escape_default());
        } else if turns_text(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Marks that make a terminal show the text behind them in another order.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_told_apart_from_a_full_disk() {
        let closed = halt("stdout", &io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(matches!(closed, Halt::PipeClosed));
        let full = halt("stdout", &io::Error::from(io::ErrorKind::StorageFull));
        assert!(matches!(full, Halt::Failed(error) if error.to_string().contains("stdout")));
    }
}
