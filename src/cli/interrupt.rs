//! Ctrl-C: once to stop with what there is, twice to stop at once.

use std::sync::atomic::{AtomicBool, Ordering};

use super::atomic;
use super::exit::Exit;
use super::output::Output;
use crate::basis::error::{Error, Result};

static STOP: AtomicBool = AtomicBool::new(false);

/// Starts to listen for Ctrl-C and gives the flag that engines look at.
///
/// # Errors
/// When the system refuses the handler.
pub fn listen(out: Output) -> Result<&'static AtomicBool> {
    ctrlc::set_handler(move || pressed(out))
        .map_err(|error| Error::internal(format!("cannot listen for Ctrl-C: {error}")))?;
    Ok(&STOP)
}

fn pressed(out: Output) {
    if STOP.swap(true, Ordering::Relaxed) {
        stop_at_once();
    }
    out.note("stopping; press Ctrl-C again to stop at once");
}

#[allow(
    clippy::exit,
    reason = "the second Ctrl-C means now; no result is half-written: files are renamed whole, and the one in the making goes"
)]
fn stop_at_once() {
    atomic::abandon();
    std::process::exit(i32::from(Exit::Interrupted.code()))
}
