//! Points that fill the unit cube evenly.
