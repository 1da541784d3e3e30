//! As many threads as were asked for; the results do not depend on it.

use crate::basis::error::{Error, Result};

/// Does `work` on `threads` threads, or on all cores.
///
/// # Errors
/// When the system does not give that many.
pub fn with<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> Result<T> {
    let Some(count) = threads else { return Ok(work()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
    let pool = pool.map_err(|error| Error::output(format!("cannot start {count} threads: {error}")))?;
    Ok(pool.install(work))
}

/// How many threads there will be.
pub fn count(threads: Option<usize>) -> usize {
    threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}
