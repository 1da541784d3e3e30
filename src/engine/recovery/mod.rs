//! What a loss costs: causes and their states, the way back, data lost, availability.

mod points;

pub mod causes;

pub mod states;

pub mod traffic;

pub mod chain;

pub mod rto;

pub mod stop;

pub mod data_loss;

pub mod availability;

mod timeline;

pub mod busy;

pub mod years;
