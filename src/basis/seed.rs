//! Counter-based random streams: a draw depends on its key only.
