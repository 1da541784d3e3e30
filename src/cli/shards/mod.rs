//! Work shared out among machines: what one of them found goes to a file, and `merge` goes on from all of them.
//!
//! A shard says what was asked in words of the command line, from what it was found and how much of it is there. `merge`
//! holds the shards against each other and against the files of today, and then asks the same question again, only that
//! what the shards found is not looked for again. So the report is that of a run in one piece, byte for byte.

pub mod words;

pub mod exact;

pub mod work;

pub mod file;

pub mod gathered;

pub mod target;
