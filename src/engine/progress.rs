//! How long work says how far it is, and how it is told to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::basis::error::{Error, ErrorKind, Result};

/// What an error says that stands for a request to stop.
pub const INTERRUPTED: &str = "interrupted";

/// Somebody who wants to know how far the work is.
pub trait Progress: Sync {
    /// `done` of `total` steps of `phase` are finished. Called from many threads, in no particular order.
    fn advance(&self, phase: &'static str, done: u64, total: u64);
}

/// Nobody wants to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _phase: &'static str, _done: u64, _total: u64) {}
}

/// What every long computation is handed: where to report, and whether to go on.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    progress: &'a dyn Progress,
    stop: Option<&'a AtomicBool>,
    until: Option<Instant>,
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("stopped", &self.stopped())
            .finish_non_exhaustive()
    }
}

impl<'a> Watch<'a> {
    /// Reports to `progress` and stops when `stop` becomes true.
    pub fn new(progress: &'a dyn Progress, stop: &'a AtomicBool) -> Self {
        Watch {
            progress,
            stop: Some(stop),
            until: None,
        }
    }

    /// The same, which stops at `deadline` too: for work that was given so much time, and tells what it found by then.
    #[must_use]
    pub fn until(self, deadline: Instant) -> Self {
        Watch {
            until: Some(deadline),
            ..self
        }
    }

    /// Tells how far `phase` is.
    pub fn advance(&self, phase: &'static str, done: u64, total: u64) {
        self.progress.advance(phase, done, total);
    }

    /// Whether the user asked to stop, or the time is up.
    pub fn stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
            || self.until.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Nothing, or the error that says the user asked to stop.
    ///
    /// # Errors
    /// When [`Watch::stopped`].
    pub fn go_on(&self) -> Result<()> {
        if self.stopped() {
            Err(Error::new(ErrorKind::Interrupted, INTERRUPTED))
        } else {
            Ok(())
        }
    }
}

impl Default for Watch<'static> {
    /// Reports to nobody and never stops.
    fn default() -> Self {
        Watch {
            progress: &Silent,
            stop: None,
            until: None,
        }
    }
}
