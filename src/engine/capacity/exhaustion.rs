//! When a fleet no longer meets what is asked, as demand grows.
//!
//! In every hour demand is a sum of exponentials in time, and so convex, and so is the peak of all hours. A fleet that
//! meets what is asked now therefore meets it until one point in time and never again; that point is found by halving,
//! even where some countries grow and others shrink. Time runs on from the start without steps at the turn of a year.

use super::demand::DemandModel;
use crate::basis::halving::halve;
use crate::design::demand::{Demand, Month};

/// Years that are looked ahead.
pub const MOST_YEARS: f64 = 30.0;

/// Halvings of thirty years: to a quarter of an hour.
const HALVINGS: usize = 20;

/// When a fleet is exhausted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// It does not meet what is asked from the start.
    Already,
    /// After so much time.
    After {
        /// Years from the start.
        years: f64,
        /// The month that this falls in.
        month: Month,
    },
    /// Not within thirty years.
    Never,
}

/// When a fleet is exhausted, by growth as planned and at the ends of its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exhaustion {
    /// At the growth that is planned.
    pub planned: When,
    /// At the upper and at the lower end of the growth's 90 % interval, where one is stated: the early and the late
    /// date. Countries with a growth of their own keep it.
    pub interval: Option<(When, When)>,
}

/// When what `holds` asks no longer does, for the demand and years after the start that it is given. It is to hold for
/// less demand where it holds for more.
pub fn exhaustion(
    demand: &Demand,
    model: &DemandModel,
    holds: impl Fn(&DemandModel, f64) -> bool,
) -> Exhaustion {
    let when = |model: &DemandModel| when(demand.start, |years| holds(model, years));
    let with = |growth: f64| when(&model.with_growth(growth));
    Exhaustion {
        planned: when(model),
        interval: demand.growth.interval.map(|(low, high)| (with(high), with(low))),
    }
}

fn when(start: Month, holds: impl Fn(f64) -> bool) -> When {
    if !holds(0.0) {
        return When::Already;
    }
    if holds(MOST_YEARS) {
        return When::Never;
    }
    let (_, years) = halve((0.0, MOST_YEARS), HALVINGS, holds);
    When::After {
        years,
        month: later(start, years),
    }
}

/// The month that lies `years` after the start of another.
fn later(start: Month, years: f64) -> Month {
    let months = i32::from(start.month) - 1 + (years * 12.0) as i32;
    Month {
        year: start.year + (months / 12) as i16,
        month: (months % 12) as u8 + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::demand::{Growth, RateIs, WEEK_HOURS};
    use crate::engine::capacity::cohorts::GroupDemand;
    use std::collections::BTreeMap;

    fn found(per_year: f64, interval: Option<(f64, f64)>, most: f64) -> Exhaustion {
        let demand = Demand {
            rate_is: RateIs::Mean,
            week: [1.0; WEEK_HOURS],
            curve_words: String::new(),
            curve_assumed: false,
            season: [1.0; 12],
            growth: Growth { per_year, interval },
            growth_of_country: BTreeMap::new(),
            start: Month {
                year: 2026,
                month: 11,
            },
            horizon_years: 5,
            events: Vec::new(),
        };
        let group = GroupDemand {
            share: 1.0,
            country: "DE",
            offsets: [0; 12],
        };
        let model = DemandModel::new(&demand, &[group], 100.0);
        exhaustion(&demand, &model, |model, years| model.mean_rps(years) <= most)
    }

    /// 100 · 1.2^t = 150 at t = ln 1.5 / ln 1.2 = 2.224 years: 26 months after November 2026.
    #[test]
    fn the_date_is_that_of_the_closed_form() {
        let found = found(0.2, Some((0.1, 0.5)), 150.0);
        let When::After { years, month } = found.planned else {
            panic!("{found:?}")
        };
        assert!((years - 1.5_f64.ln() / 1.2_f64.ln()).abs() < 1e-4);
        assert_eq!((month.year, month.month), (2029, 1));
        let Some((When::After { years: early, .. }, When::After { years: late, .. })) = found.interval else {
            panic!("{found:?}")
        };
        assert!((early - 1.0).abs() < 1e-4 && (late - 1.5_f64.ln() / 1.1_f64.ln()).abs() < 1e-4);
    }

    #[test]
    fn never_and_already() {
        assert_eq!(found(0.0, None, 150.0).planned, When::Never);
        assert_eq!(
            found(-0.1, Some((-0.2, 0.01)), 150.0).interval,
            Some((When::Never, When::Never))
        );
        assert_eq!(found(0.5, None, 99.0).planned, When::Already);
    }
}
