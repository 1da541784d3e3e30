//! When a user follows: the resolver's old answer has to expire.
