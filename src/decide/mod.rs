//! Floor 5: what is best, and how sure.

pub mod objective;

pub mod scrambles;

pub mod facility;

pub mod sites;

pub mod planes;

pub mod enumerate;

pub mod designer;

mod screen;

pub mod designs;

pub mod effort;

pub mod beyond;

pub mod infeasible;

pub mod judge;

pub mod race;

pub mod facts;

pub mod recovery;

pub mod capacity;

pub mod gauge;

pub mod run;
