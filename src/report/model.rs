//! The contract: every figure with its error, and where it came from.
