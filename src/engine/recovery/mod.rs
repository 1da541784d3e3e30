//! What a loss costs: causes and their states, the way back, data lost, availability.
//!
//! Pure mathematics on small inputs: it knows causes, masks of regions and distributions, and asks a
//! [`Deployment`](availability::Deployment) who is served in which state. Times are in seconds, rates a year.
//!
//! ```text
//! causes        what takes which regions down together: nested β-factors
//! states        which regions are down at once: the exact stationary distribution
//! chain, rto    from a loss until a user is served again, with errors
//! stop          E[min(RTO, repair)]: what one stop costs its users
//! data_loss     RPO
//! availability  the mean over states and first steps out of them, by cause
//! busy          the mean by regenerative simulation with rare losses made frequent: a check, and for overlaps
//! years         the distribution of a year's downtime
//! ```

#[cfg(test)]
mod samples;

mod points;

mod sample;

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

#[cfg(test)]
mod tests;
