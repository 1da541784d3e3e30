//! Downtime along a line of losses.
