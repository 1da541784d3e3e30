//! Faults: whatever comes in, and whatever happens to the machine, nothing is lost and nothing is made up.
//!
//! What each part tries, how often, and what came of the long runs stands in `docs/validation.md` and `docs/long-runs.md`. The long runs are
//! `cargo test --release --test faults -- --ignored --nocapture --test-threads 1`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(
    clippy::print_stdout,
    reason = "long runs tell their figures, and tests what they skip"
)]

#[path = "support"]
mod support {
    pub(crate) mod program;
}

#[path = "fuzz"]
mod fuzz {
    pub(crate) mod mutate;
    pub(crate) mod targets;
}

#[path = "faults"]
mod faults {
    pub(crate) mod bench;

    mod mutations;

    mod kill;

    #[cfg(unix)]
    mod machine;

    #[cfg(unix)]
    mod bombs;

    #[cfg(unix)]
    mod memory;

    mod paths;

    mod spared;

    #[cfg(unix)]
    mod signals;

    mod escaping;

    mod record;
}
