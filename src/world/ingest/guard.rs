//! The reader of workbooks is not ours, and there are damaged files on which it gives up with a panic rather than an
//! error: a row beyond all rows, a folder that leads out of the archive. That is the file's fault and told as such.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use calamine::XlsxError;

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread, now, becomes an error about a file: then a hook has nothing to tell of it.
pub fn is_caught() -> bool {
    CAUGHT.get()
}

/// What `call` of the reader gives; an error where it panics.
///
/// # Errors
/// The reader's own, and that a reference in the file leads nowhere.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, XlsxError> {
    let before = CAUGHT.replace(true);
    // What `call` changes is part of the reader, and nobody uses that after an error.
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    CAUGHT.set(before);
    result.unwrap_or(Err(XlsxError::Unexpected("a reference in it leads nowhere")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_panics_is_an_error_and_others_are_let_through() {
        assert_eq!(guarded(|| Ok(1)).unwrap(), 1);
        let rows = [0u32];
        let beyond = rows.len();
        let error = guarded(|| Ok(rows[beyond])).unwrap_err();
        assert_eq!(error.to_string(), "a reference in it leads nowhere");
        assert!(!is_caught());
    }
}
