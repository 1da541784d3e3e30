//! Ctrl-C, and the signals that mean the same (SIGTERM of a scheduler, SIGHUP of a terminal that closes): once to stop
//! with what there is, twice to stop at once.
//!
//! Before anybody listens they end the process, as they end any.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::atomic;
use super::diagnostics::{self, Sources};
use super::exit::Exit;
use super::output::Output;
use crate::basis::error::{Error, ErrorKind, Result};

/// Signals so close are one wish to stop: a terminal that closes sends SIGHUP twice, the end of a session SIGTERM and
/// SIGHUP.
const TOGETHER: Duration = Duration::from_millis(200);

static STOP: AtomicBool = AtomicBool::new(false);

/// Whether there is nothing to keep.
static AT_ONCE: AtomicBool = AtomicBool::new(false);

/// Starts to listen for Ctrl-C and gives the flag that engines look at.
///
/// # Errors
/// When the system refuses the handler.
pub fn listen(out: Output) -> Result<&'static AtomicBool> {
    let mut first = None;
    ctrlc::set_handler(move || pressed(out, &mut first))
        .map_err(|error| Error::internal(format!("cannot listen for Ctrl-C: {error}")))?;
    Ok(&STOP)
}

/// Starts to listen for Ctrl-C where nothing can be kept: it takes away what is half-written and ends the process.
///
/// # Errors
/// When the system refuses the handler.
pub fn end_cleanly(out: Output) -> Result<()> {
    AT_ONCE.store(true, Ordering::SeqCst);
    listen(out).map(|_| ())
}

/// Does `work`, which does not look at the flag and before which there is nothing to keep: Ctrl-C ends the process
/// meanwhile.
pub fn at_once<T>(work: impl FnOnce() -> T) -> T {
    AT_ONCE.store(true, Ordering::SeqCst);
    let done = work();
    AT_ONCE.store(false, Ordering::SeqCst);
    done
}

fn pressed(out: Output, first: &mut Option<Instant>) {
    if AT_ONCE.load(Ordering::SeqCst) {
        let error = Error::new(ErrorKind::Interrupted, "interrupted");
        diagnostics::tell_error(&out, &error, &mut Sources::default());
        stop_at_once();
    }
    match first {
        None => {
            *first = Some(Instant::now());
            STOP.store(true, Ordering::Relaxed);
            out.note("stopping; press Ctrl-C again to stop at once");
        }
        Some(first) if first.elapsed() < TOGETHER => {}
        Some(_) => stop_at_once(),
    }
}

#[allow(
    clippy::exit,
    reason = "the second Ctrl-C means now; no result is half-written: files are renamed whole, and those in the making go"
)]
fn stop_at_once() {
    atomic::abandon();
    std::process::exit(i32::from(Exit::Interrupted.code()))
}

/// Lets a run that was started to outlive its terminal (`nohup`) do so: SIGHUP is ignored then, and the handler would
/// hear it all the same. To be called before there are threads.
///
/// Only Linux tells what is ignored; elsewhere the end of the terminal stops such a run, with what there is.
pub fn ignore_hangups_as_told() {
    #[cfg(target_os = "linux")]
    if hangups_are_ignored() {
        let (hangup, again) = (ctrlc::Signal::SIGHUP, ctrlc::Signal::SIGHUP);
        // Blocked here and by every thread to come, it never arrives.
        let _ = (hangup | again).thread_block();
    }
}

#[cfg(target_os = "linux")]
fn hangups_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
    // The bit of signal 1.
    mask.is_some_and(|mask| mask & 1 == 1)
}
