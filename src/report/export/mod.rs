//! One file per format: a report in, bytes out.
