//! Floor 7: who asks.
