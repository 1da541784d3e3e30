//! What becomes of a set when something of it is lost: who takes over, what users see, how long it takes, what is gone.

pub mod deployed;

pub mod takeover;

pub mod losses;

pub mod service;
