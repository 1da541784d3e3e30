//! Scenario files: what is read, what is refused, and in which words. Tables that scenarios name lie beside this file.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../support"]
mod support {
    pub(crate) mod messages;
}

mod capacity;
mod capacity_messages;
mod design;
mod design_messages;
mod files;
mod laws;
mod messages;
mod recovery;
mod recovery_messages;
