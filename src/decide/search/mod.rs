//! Every set of a size, scored exactly.
