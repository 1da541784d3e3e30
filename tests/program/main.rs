//! The program as a user runs it.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../support"]
mod support {
    pub(crate) mod program;
}

mod behaviour;
mod capacity;
mod guide;
mod import;
mod listed;
mod shards;
mod sheets_in;
mod sites;
mod sites_messages;
