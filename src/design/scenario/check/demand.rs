//! How demand goes through the day, the week and the year.

use super::Check;
use super::growth::Grown;
use super::times::SCENARIO;
use crate::design::demand::{Demand, Month, RateIs, WEEK_HOURS};
use crate::design::scenario::decode::{At, did_you_mean, given, shortened};
use crate::design::scenario::file::DemandFile;
use crate::design::scenario::source::Span;
use crate::world::demand::Audience;
use crate::world::demand::curve::{Curve, Shape};

const DAY_HOURS: usize = 24;

/// Hours of Monday to Friday.
const WORKING_HOURS: usize = 5 * DAY_HOURS;

/// Days of the months in a year of 365.
const MONTH_DAYS: [f64; 12] = [
    31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0,
];

/// Where nothing grows and nothing is looked ahead, the start only says when clocks change.
const USUAL_START: Month = Month { year: 2026, month: 1 };

/// How demand goes through the week, and who says so.
struct Week {
    hours: [f64; WEEK_HOURS],
    words: String,
    assumed: bool,
}

impl Check<'_> {
    /// How demand goes; none where the file does not say, or something wrong, which has been noted.
    pub(super) fn demand(
        &mut self,
        section: Option<&At<DemandFile>>,
        audience: Option<&Audience>,
    ) -> Option<Demand> {
        let at = section?;
        let file = at.get()?;
        self.expect_rate("[demand]", at.span, audience);
        let week = self.week(file);
        let season = match &file.season {
            Some(at) => self.season(at),
            None => Some([1.0; 12]),
        };
        let grown = self.grown(file, audience);
        let start = self.start_month(file, at.span, grown.as_ref());
        let events = self.events(file.event.as_ref(), audience);
        let rate_is = match &file.rate {
            Some(at) => (*at.get()?).into(),
            None => RateIs::Mean,
        };
        let (week, grown) = (week?, grown?);
        Some(Demand {
            rate_is,
            week: week.hours,
            curve_words: week.words,
            curve_assumed: week.assumed,
            season: season?,
            growth: grown.growth,
            growth_of_country: grown.of_country,
            start: start?,
            horizon_years: grown.horizon_years,
            events,
        })
    }

    fn week(&mut self, file: &DemandFile) -> Option<Week> {
        match (&file.curve, &file.weekday, &file.weekend) {
            (Some(curve), Some(_), _) | (Some(curve), _, Some(_)) => {
                let message = "the curve is described twice: by its name, and hour by hour";
                self.error_with_hint(curve.span, message, "keep `curve`, or `weekday` and `weekend`");
                None
            }
            (None, None, Some(weekend)) => {
                let message = "`weekend` without `weekday`";
                self.error_with_hint(weekend.span, message, "say all hours: 24 numbers for each");
                None
            }
            (Some(curve), None, None) => self.named_curve(curve),
            (None, Some(weekday), weekend) => self.own_curve(weekday, weekend.as_ref()),
            (None, None, None) => Some(week_of_shape(Shape::Flat)),
        }
    }

    fn named_curve(&mut self, at: &At<String>) -> Option<Week> {
        let name = at.get()?;
        let shape = Shape::ALL.into_iter().find(|shape| shape.name() == name);
        if shape.is_none() {
            let message = format!("unknown curve `{}`", shortened(name));
            self.error_with_hint(at.span, message, did_you_mean(name, &Shape::ALL.map(Shape::name)));
        }
        shape.map(week_of_shape)
    }

    fn own_curve(&mut self, weekday: &At<Vec<At<f64>>>, weekend: Option<&At<Vec<At<f64>>>>) -> Option<Week> {
        let working = self.amounts::<DAY_HOURS>(weekday, "weekday", "one for each hour");
        let free = match weekend {
            Some(at) => self.amounts::<DAY_HOURS>(at, "weekend", "one for each hour"),
            None => working,
        };
        let (working, free) = (working?, free?);
        if working.iter().chain(&free).all(|hour| *hour == 0.0) {
            let message = "the curve is 0 at every hour: nobody ever asks";
            self.error_with_hint(weekday.span, message, "give the busiest hour 1");
            return None;
        }
        let curve = self.keep(Curve::normalised(working, free), weekday.span)?;
        Some(Week {
            hours: hours_of(&curve),
            words: SCENARIO.to_owned(),
            assumed: false,
        })
    }

    /// Factors with a mean of 1 over the days of a year.
    fn season(&mut self, at: &At<Vec<At<f64>>>) -> Option<[f64; 12]> {
        let season = self.amounts::<12>(at, "season", "one for each month")?;
        let largest = season.iter().copied().fold(0.0, f64::max);
        if largest == 0.0 {
            let message = "`season` is 0 in every month: nobody ever asks";
            self.error_with_hint(at.span, message, "give an ordinary month 1, or leave it out");
            return None;
        }
        // Against the largest, no sum of the numbers is too large.
        let season = season.map(|factor| factor / largest);
        let sum: f64 = season
            .iter()
            .zip(MONTH_DAYS)
            .map(|(factor, days)| factor * days)
            .sum();
        let mean = sum / MONTH_DAYS.iter().sum::<f64>();
        Some(season.map(|factor| factor / mean))
    }

    /// So many numbers, none of them negative; `each` says what one stands for.
    fn amounts<const N: usize>(&mut self, at: &At<Vec<At<f64>>>, key: &str, each: &str) -> Option<[f64; N]> {
        let list = at.get()?;
        if list.len() != N {
            let message = format!("`{key}` must have {N} numbers, {each}, found {}", list.len());
            self.error(at.span, message);
        }
        let mut amounts = Vec::new();
        for at in list {
            let Some(&amount) = at.get() else { continue };
            if amount >= 0.0 && amount.is_finite() {
                amounts.push(amount);
            } else {
                let message = format!("a number of `{key}` must be finite and not negative, found {amount}");
                self.error(at.span, message);
            }
        }
        amounts.try_into().ok()
    }

    /// The month from which things grow has to be said: no clock says it.
    fn start_month(&mut self, file: &DemandFile, span: Span, grown: Option<&Grown>) -> Option<Month> {
        if let Some((start, span)) = given(file.start.as_ref()) {
            return self.keep(start.month(), span);
        }
        if file.start.is_some() {
            return None;
        }
        if grown.is_some_and(Grown::needs_a_start) {
            let message = "[demand] looks ahead from a month that nobody says";
            self.error_with_hint(span, message, "say for instance start = \"2026-12\"");
        }
        Some(USUAL_START)
    }
}

fn week_of_shape(shape: Shape) -> Week {
    let assumed = if shape.assumed() {
        " (a shape we assume)"
    } else {
        ""
    };
    Week {
        hours: hours_of(&shape.curve()),
        words: format!("{}{assumed}", shape.name()),
        assumed: shape.assumed(),
    }
}

/// The hours of a curve, Monday first.
fn hours_of(curve: &Curve) -> [f64; WEEK_HOURS] {
    std::array::from_fn(|hour| {
        let day = if hour < WORKING_HOURS {
            curve.weekday()
        } else {
            curve.weekend()
        };
        day[hour % DAY_HOURS]
    })
}
