//! How demand goes up and down over a week, in local time.
//!
//! A [`Curve`] says for each hour of a working day and of a weekend day how much is asked, relative to the mean of the
//! week. Only [`Curve::flat`] and what a user brings rest on nothing of ours: `office` and `evening` are shapes that we
//! assumed, with no measurement behind them, and a report has to mark them so ([`Shape::assumed`]).

use crate::basis::error::{Error, Result};

const HOURS_A_DAY: usize = 24;
const MINUTES_A_WEEK: i32 = 7 * 24 * 60;
const WORKING_DAYS: usize = 5;

/// Demand by hour of the local week, relative to the mean of the week.
///
/// The week begins on Monday at 0:00 and ends with Saturday and Sunday as its weekend, also where a country rests on
/// other days. The mean over its 168 hours is 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    weekday: [f64; HOURS_A_DAY],
    weekend: [f64; HOURS_A_DAY],
}

impl Curve {
    /// The same demand at any hour.
    pub fn flat() -> Curve {
        Curve {
            weekday: [1.0; HOURS_A_DAY],
            weekend: [1.0; HOURS_A_DAY],
        }
    }

    /// The curve of these shapes, each hour in any unit common to all, divided by their mean:
    ///
    /// ```text
    /// mean = (5 · Σ weekday + 2 · Σ weekend) / 168
    /// ```
    ///
    /// ```
    /// use isochrone::world::demand::curve::Curve;
    /// let curve = Curve::normalised([1.0; 24], [4.5; 24]).unwrap();
    /// assert_eq!((curve.weekday()[0], curve.weekend()[0]), (0.5, 2.25));
    /// ```
    ///
    /// # Errors
    /// When an hour is negative or not finite, or nothing is asked all week.
    pub fn normalised(weekday: [f64; HOURS_A_DAY], weekend: [f64; HOURS_A_DAY]) -> Result<Curve> {
        let days = [("weekday", &weekday), ("weekend", &weekend)];
        for (day, hours) in days {
            if let Some(hour) = hours.iter().position(|x| !(0.0..f64::INFINITY).contains(x)) {
                return Err(Error::input(format!(
                    "demand must be finite and not negative, found {} for hour {hour} of the {day}",
                    hours[hour]
                )));
            }
        }
        let sum = weekly_sum(&weekday, &weekend);
        if !(sum > 0.0 && sum.is_finite()) {
            let message = format!("demand must be above zero at some hour and of a finite sum, found {sum}");
            return Err(Error::input(message));
        }
        Ok(scaled(weekday, weekend))
    }

    /// Demand by hour, Monday to Friday.
    pub fn weekday(&self) -> &[f64; HOURS_A_DAY] {
        &self.weekday
    }

    /// Demand by hour, Saturday and Sunday.
    pub fn weekend(&self) -> &[f64; HOURS_A_DAY] {
        &self.weekend
    }

    /// The mean demand of the 60 minutes from `minute_of_week` on, counted from Monday 0:00 local time. A minute before
    /// or after the week is one of the week before or after.
    ///
    /// Demand stays the same within an hour. Where a zone is off by half an hour or a quarter, an hour of UTC lies in two
    /// local hours, and each counts for the time it has in it:
    ///
    /// ```text
    /// at(60 h + m) = (60 − m)/60 · value(h) + m/60 · value(h + 1),   0 ≤ m < 60
    /// ```
    ///
    /// So the 168 hours of UTC add up to 168 at any offset, which an interpolated curve would not.
    ///
    /// ```
    /// use isochrone::world::demand::curve::Curve;
    /// let mut weekday = [0.0; 24];
    /// weekday[9] = 1.0;
    /// let curve = Curve::normalised(weekday, [0.0; 24]).unwrap();
    /// // Nine o'clock begins at 3:15 UTC in Kathmandu, 345 minutes ahead.
    /// let utc = |hour: i32| curve.at(60 * hour + 345);
    /// assert_eq!((utc(3), utc(4), utc(5)), (0.75 * 33.6, 0.25 * 33.6, 0.0));
    /// ```
    pub fn at(&self, minute_of_week: i32) -> f64 {
        let minute = minute_of_week.rem_euclid(MINUTES_A_WEEK) as usize;
        let (hour, late) = (minute / 60, minute % 60);
        if late == 0 {
            return self.hour(hour);
        }
        let share = late as f64 / 60.0;
        (1.0 - share) * self.hour(hour) + share * self.hour(hour + 1)
    }

    /// Demand in an hour of the week, from Monday 0:00; hour 168 is that of the next Monday.
    fn hour(&self, hour: usize) -> f64 {
        let (day, hour) = (hour / HOURS_A_DAY % 7, hour % HOURS_A_DAY);
        if day < WORKING_DAYS {
            self.weekday[hour]
        } else {
            self.weekend[hour]
        }
    }
}

fn weekly_sum(weekday: &[f64; HOURS_A_DAY], weekend: &[f64; HOURS_A_DAY]) -> f64 {
    5.0 * weekday.iter().sum::<f64>() + 2.0 * weekend.iter().sum::<f64>()
}

/// The shapes divided by their mean, which must be above zero.
fn scaled(weekday: [f64; HOURS_A_DAY], weekend: [f64; HOURS_A_DAY]) -> Curve {
    let mean = weekly_sum(&weekday, &weekend) / 168.0;
    Curve {
        weekday: weekday.map(|x| x / mean),
        weekend: weekend.map(|x| x / mean),
    }
}

/// A curve that goes by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// The same at any hour.
    Flat,
    /// Work done at desks. Assumed.
    Office,
    /// Leisure at home. Assumed.
    Evening,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Shape; 3] = [Shape::Flat, Shape::Office, Shape::Evening];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Flat => "flat",
            Shape::Office => "office",
            Shape::Evening => "evening",
        }
    }

    /// Whether we made the shape up, so that a report must say so.
    pub fn assumed(self) -> bool {
        self != Shape::Flat
    }

    /// What stands behind the shape, in one sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Shape::Flat => "the same demand at any hour of the week",
            Shape::Office => {
                "assumed, not measured: full from 9 to 12 and 14 to 16 local time, a fifth less over lunch, a tenth at \
                 night, and little more than that on weekends"
            }
            Shape::Evening => {
                "assumed, not measured: fullest from 20 to 22 local time, half as much by day, least from 3 to 5, and \
                 fuller days on weekends"
            }
        }
    }

    /// The curve, its mean over a week 1.
    ///
    /// ```
    /// use isochrone::world::demand::curve::Shape;
    /// let evening = Shape::Evening.curve();
    /// assert!(evening.at(20 * 60) > 1.5 && evening.at(4 * 60) < 0.5);
    /// ```
    pub fn curve(self) -> Curve {
        match self {
            Shape::Flat => Curve::flat(),
            Shape::Office => scaled(OFFICE_WEEKDAY, OFFICE_WEEKEND),
            Shape::Evening => scaled(EVENING_WEEKDAY, EVENING_WEEKEND),
        }
    }
}

// The shapes below are ours: round figures by hand, relative to the fullest hour. No measurement stands behind them.

/// People come between 7 and 9, break at noon, leave between 16 and 19. A tenth stays at night: machines ask too, and
/// somebody is always up.
#[rustfmt::skip]
const OFFICE_WEEKDAY: [f64; HOURS_A_DAY] = [
    0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 0.8, 1.0, 1.0, 1.0,
    0.8, 0.9, 1.0, 1.0, 0.9, 0.7, 0.4, 0.3, 0.2, 0.2, 0.1, 0.1,
];

/// Few work; those who do work by day.
#[rustfmt::skip]
const OFFICE_WEEKEND: [f64; HOURS_A_DAY] = [
    0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2,
    0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1,
];

/// People look in between other things by day, have time after 18, and go to bed around 23.
#[rustfmt::skip]
const EVENING_WEEKDAY: [f64; HOURS_A_DAY] = [
    0.6, 0.4, 0.2, 0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5, 0.5,
    0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 0.9, 0.8,
];

/// They get up later, have the day to themselves, and stay up longer.
#[rustfmt::skip]
const EVENING_WEEKEND: [f64; HOURS_A_DAY] = [
    0.7, 0.5, 0.3, 0.2, 0.1, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.7,
    0.7, 0.7, 0.7, 0.7, 0.8, 0.8, 0.9, 0.9, 1.0, 1.0, 0.9, 0.8,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The sum over the hours of a week of UTC.
    fn weekly(curve: &Curve, offset_minutes: i32) -> f64 {
        (0..168).map(|hour| curve.at(60 * hour + offset_minutes)).sum()
    }

    #[test]
    fn named_shapes_are_scaled_and_the_assumed_ones_say_so() {
        for shape in Shape::ALL {
            // 168 terms below 5, each rounded a few times.
            assert!((weekly(&shape.curve(), 0) - 168.0).abs() < 1e-11, "{shape:?}");
            assert_eq!(shape.reason().contains("assumed"), shape.assumed());
            assert_eq!(shape.curve() == Curve::flat(), shape == Shape::Flat);
        }
    }

    #[test]
    fn the_week_begins_on_monday_and_goes_round() {
        let curve = Curve::normalised([1.0; 24], [2.0; 24]).unwrap();
        let (working, weekend) = (curve.weekday()[0], curve.weekend()[0]);
        assert_eq!(weekend, 2.0 * working);
        let minute = |day: i32, hour: i32| (day * 24 + hour) * 60;
        assert_eq!(curve.at(minute(4, 23)), working);
        assert_eq!(curve.at(minute(5, 0)), weekend);
        assert_eq!(curve.at(minute(6, 23)), weekend);
        assert_eq!(curve.at(minute(7, 0)), working);
        // Sunday evening in New York when Monday begins in UTC.
        assert_eq!(curve.at(-300), weekend);
        // Half of the hour is Sunday's, half Monday's.
        assert!((curve.at(-30) - f64::midpoint(weekend, working)).abs() < 1e-15);
    }

    #[test]
    fn shapes_that_are_none_are_refused() {
        let mut hours = [1.0; 24];
        hours[7] = -1.0;
        assert_eq!(
            Curve::normalised([1.0; 24], hours).unwrap_err().to_string(),
            "demand must be finite and not negative, found -1 for hour 7 of the weekend"
        );
        for wrong in [f64::NAN, f64::INFINITY, 0.0, f64::MAX] {
            assert!(Curve::normalised([wrong; 24], [wrong; 24]).is_err(), "{wrong}");
        }
    }

    fn hours() -> impl Strategy<Value = [f64; 24]> {
        prop::array::uniform24(0.0f64..1e3)
    }

    proptest! {
        #[test]
        fn a_week_of_utc_hours_adds_up_at_any_offset(
            weekday in hours(),
            weekend in hours(),
            offset in -720i32..=840,
        ) {
            prop_assume!(weekday.iter().chain(&weekend).sum::<f64>() > 1.0);
            let curve = Curve::normalised(weekday, weekend).unwrap();
            // 168 positive terms that sum to 168, each rounded five times, and 168 roundings of sums up to 168.
            let rounding = 168.0 * 173.0 * f64::EPSILON;
            prop_assert!((weekly(&curve, offset) - 168.0).abs() <= rounding);
        }
    }
}
