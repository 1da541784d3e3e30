//! How demand goes through the day, the week and the year.

use super::Check;
use super::growth::Grown;
use super::names::any_of;
use crate::design::demand::{Demand, Month, RateIs, WEEK_HOURS};
use crate::design::scenario::decode::{At, given, shortened};
use crate::design::scenario::file::DemandFile;
use crate::design::scenario::source::Span;
use crate::world::demand::Audience;
use crate::world::demand::curve::Curve;

/// Named curves; the shapes of all but the first are assumed.
const CURVES: [&str; 3] = ["flat", "office", "evening"];

const DAY_HOURS: usize = 24;

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
        let start = self.start(file, at.span, grown.as_ref());
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
            (None, None, None) => Some(week_of(&Curve::flat(), "flat", false)),
        }
    }

    fn named_curve(&mut self, at: &At<String>) -> Option<Week> {
        let name = at.get()?;
        let curve = match name.as_str() {
            "flat" => return Some(week_of(&Curve::flat(), "flat", false)),
            "office" => Curve::office(),
            "evening" => Curve::evening(),
            _ => {
                let message = format!("unknown curve `{}`", shortened(name));
                let hint = format!("say {}, or the hours by `weekday` and `weekend`", any_of(&CURVES));
                self.error_with_hint(at.span, message, hint);
                return None;
            }
        };
        Some(week_of(&curve, &format!("{name} (a shape we assume)"), true))
    }

    fn own_curve(&mut self, weekday: &At<Vec<At<f64>>>, weekend: Option<&At<Vec<At<f64>>>>) -> Option<Week> {
        let working = self.amounts::<DAY_HOURS>(weekday, "weekday", "one for each hour");
        let free = match weekend {
            Some(at) => self.amounts::<DAY_HOURS>(at, "weekend", "one for each hour"),
            None => working,
        };
        let curve = Curve {
            weekday: working?,
            weekend: free?,
        };
        if curve
            .weekday
            .iter()
            .chain(&curve.weekend)
            .all(|hour| *hour == 0.0)
        {
            let message = "the curve is 0 at every hour: nobody ever asks";
            self.error_with_hint(weekday.span, message, "give the busiest hour 1");
            return None;
        }
        Some(week_of(&curve, "scenario", false))
    }

    /// Factors with a mean of 1 over the days of a year.
    fn season(&mut self, at: &At<Vec<At<f64>>>) -> Option<[f64; 12]> {
        let mut season = self.amounts::<12>(at, "season", "one for each month")?;
        let sum: f64 = season
            .iter()
            .zip(MONTH_DAYS)
            .map(|(factor, days)| factor * days)
            .sum();
        if sum == 0.0 {
            let message = "`season` is 0 in every month: nobody ever asks";
            self.error_with_hint(at.span, message, "give an ordinary month 1, or leave it out");
            return None;
        }
        let mean = sum / MONTH_DAYS.iter().sum::<f64>();
        for factor in &mut season {
            *factor /= mean;
        }
        Some(season)
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
    fn start(&mut self, file: &DemandFile, span: Span, grown: Option<&Grown>) -> Option<Month> {
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

/// The week of a curve, Monday first, with a mean of 1.
fn week_of(curve: &Curve, words: &str, assumed: bool) -> Week {
    let curve = curve.normalised();
    let hour = |hour: usize| {
        let day = if hour < 5 * DAY_HOURS {
            &curve.weekday
        } else {
            &curve.weekend
        };
        day[hour % DAY_HOURS]
    };
    Week {
        hours: std::array::from_fn(hour),
        words: words.to_owned(),
        assumed,
    }
}
