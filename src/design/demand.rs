//! How demand goes through the day, the week and the year, and how it grows.
//!
//! Without this, the audience's rate holds at every hour.

use std::collections::BTreeMap;

/// Hours of a week.
pub const WEEK_HOURS: usize = 168;

/// How demand goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// What the audience's rate is.
    pub rate_is: RateIs,
    /// Factor by hour of the week in the users' local time, Monday 0 h first; its mean is 1.
    pub week: [f64; WEEK_HOURS],
    /// The curve in words: `flat`, `evening (a shape we assume)`, `scenario`.
    pub curve_words: String,
    /// Whether the curve is an assumption of ours.
    pub curve_assumed: bool,
    /// Factor by calendar month, January first; the mean over the days of a year is 1.
    pub season: [f64; 12],
    /// Growth of the whole audience.
    pub growth: Growth,
    /// Growth of users in these countries, by ISO 3166-1 alpha-2 code, instead.
    pub growth_of_country: BTreeMap<String, f64>,
    /// The month at whose start the rate holds.
    pub start: Month,
    /// Years that are looked ahead, 0 to 30.
    pub horizon_years: u32,
    /// Hours with more than usual.
    pub events: Vec<Event>,
}

impl Demand {
    /// The same at every hour of every year: what holds where nobody says how demand goes.
    pub fn steady() -> Self {
        Demand {
            rate_is: RateIs::Mean,
            week: [1.0; WEEK_HOURS],
            curve_words: "the same at every hour: nobody says how demand goes".to_owned(),
            curve_assumed: true,
            season: [1.0; 12],
            growth: Growth::NONE,
            growth_of_country: BTreeMap::new(),
            // Clocks are looked up as of this year; at a steady demand they change nothing.
            start: Month { year: 2026, month: 1 },
            horizon_years: 0,
            events: Vec::new(),
        }
    }
}

/// What a stated rate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateIs {
    /// The mean over the year from the start.
    Mean,
    /// The busiest hour of that year, of the whole audience together, events left out.
    Peak,
}

/// Growth, as a share a year: 0.3 is 30 % more each year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// As planned; above −1.
    pub per_year: f64,
    /// 90 % interval of it, where one is stated.
    pub interval: Option<(f64, f64)>,
}

impl Growth {
    /// None at all.
    pub const NONE: Growth = Growth {
        per_year: 0.0,
        interval: None,
    };
}

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The year.
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
}

/// Hours with more than usual: a sale, a match, a launch.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// How reports call it.
    pub name: String,
    /// Times as many requests, above 0.
    pub factor: f64,
    /// How long it lasts, hours, above 0.
    pub hours: f64,
    /// The hour of the day, UTC, at which it begins, 0 to 24; none: at the worst hour for each region.
    pub at_utc: Option<f64>,
    /// Countries whose users take part; empty for all.
    pub countries: Vec<String>,
}
