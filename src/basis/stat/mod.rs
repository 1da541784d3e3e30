//! Histograms, quantiles, intervals: what turns draws into figures with errors.

pub mod bins;

pub mod estimate;

pub mod rank;

pub mod student;

pub mod share;

pub mod mixture;

pub mod atoms;

pub mod tail;
