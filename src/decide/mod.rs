//! Floor 5: what is best, and how sure.

pub mod search;
