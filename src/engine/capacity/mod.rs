//! How many servers regions need: demand hour by hour, the load that routing makes of it, and the fleet for it.
//!
//! ```text
//! groups ─→ cohorts ─→ hours of the year ─→ load of each region ─→ peak ─→ fleet
//! ```
//! Groups that share clock, growth and events go through the year alike, so all that depends on the hour is worked out
//! by cohort: a region's load is a weight for each cohort. Nothing here is drawn.

pub mod cohorts;

pub mod calendar;

pub mod demand;

pub mod load;

pub mod need;

pub mod overload;

pub mod retry;

pub mod exhaustion;

pub mod sweep;
