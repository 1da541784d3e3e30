//! What becomes of a set when something of it is lost: who takes over, what users see, how long it takes, what is gone.

pub mod deployed;

pub mod takeover;

pub mod losses;

pub mod service;

pub mod after;

pub mod data_loss;

pub mod duration;

pub mod risks;

pub mod whole;

pub mod strategies;

pub mod score;

pub mod measures;

pub mod front;

pub mod sensitivity;

pub mod lookup;

pub mod filter;
