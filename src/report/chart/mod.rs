//! Drawings of a report.
