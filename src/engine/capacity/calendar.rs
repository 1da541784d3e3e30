//! The hours of a year that are told apart: an hour of the week, UTC, in a month.
//!
//! A year has 365 days, and each weekday is the seventh part of every month. Clocks are those of the month, so that a change
//! to summer time falls on the first of a month.

use crate::design::demand::WEEK_HOURS;

/// Days of the months; February has 28.
pub const DAYS: [f64; 12] = [
    31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0,
];

/// Days of a year.
pub const YEAR_DAYS: f64 = 365.0;

/// Seconds of a day.
pub const DAY_SECONDS: f64 = 86_400.0;

/// Months that go alike: the same season, and every cohort's clock is the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// The months, 1 to 12, ascending.
    pub months: Vec<u8>,
    /// Factor of the season.
    pub season: f64,
    /// Days a year.
    pub days: f64,
    /// Number of the clocks that all cohorts have in these months.
    pub(super) clocks: usize,
}

/// An hour that is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// The first month that it stands for, 1 to 12.
    pub month: u8,
    /// The day of the week in UTC, Monday 0.
    pub weekday: u8,
    /// The hour of that day, UTC.
    pub hour: u8,
}

/// The slots of a year, in the order of their first months, and for each number of clocks a month with them.
pub(super) fn slots(season: &[f64; 12], offsets: &[[i16; 12]]) -> (Vec<Slot>, Vec<usize>) {
    let clocks = |month: usize| offsets.iter().map(move |of| of[month]);
    let mut with_clocks: Vec<usize> = Vec::new();
    let mut slots: Vec<Slot> = Vec::new();
    for month in 0..12 {
        let alike = |known: &usize| clocks(*known).eq(clocks(month));
        let number = with_clocks.iter().position(alike).unwrap_or_else(|| {
            with_clocks.push(month);
            with_clocks.len() - 1
        });
        let same = |slot: &&mut Slot| slot.clocks == number && slot.season == season[month];
        if let Some(slot) = slots.iter_mut().find(same) {
            slot.months.push(month as u8 + 1);
            slot.days += DAYS[month];
        } else {
            slots.push(Slot {
                months: vec![month as u8 + 1],
                season: season[month],
                days: DAYS[month],
                clocks: number,
            });
        }
    }
    (slots, with_clocks)
}

/// A week of local time as a week of UTC, for a clock that is ahead by `offset` minutes. Where that is no whole hour, an
/// hour of UTC is the mean of two, weighted by their time.
pub(super) fn in_utc(week: &[f64; WEEK_HOURS], offset: i16) -> [f64; WEEK_HOURS] {
    let ahead = i32::from(offset).rem_euclid(7 * 24 * 60);
    let hours = (ahead / 60) as usize;
    let later = f64::from(ahead % 60) / 60.0;
    std::array::from_fn(|hour| {
        let local = |more: usize| week[(hour + hours + more) % WEEK_HOURS];
        if later == 0.0 {
            local(0)
        } else {
            (1.0 - later) * local(0) + later * local(1)
        }
    })
}

/// Whether an event that begins at `at` (hour of the day, UTC) and lasts `hours` touches the hour of the day `hour`.
pub(super) fn touches(at: f64, hours: f64, hour: usize) -> bool {
    let since = (hour as f64 - at).rem_euclid(24.0);
    since < hours || since > 23.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_ahead_sees_its_evening_earlier_in_utc() {
        let week = std::array::from_fn(|hour| hour as f64);
        assert_eq!(in_utc(&week, 0), week);
        assert_eq!((in_utc(&week, 120)[0], in_utc(&week, 120)[167]), (2.0, 1.0));
        assert_eq!(in_utc(&week, -180)[0], 165.0);
        assert_eq!((in_utc(&week, 330)[0], in_utc(&week, -210)[10]), (5.5, 6.5));
        let sum: f64 = in_utc(&week, 345).iter().sum();
        assert!((sum - week.iter().sum::<f64>()).abs() < 1e-9);
    }

    #[test]
    fn months_that_go_alike_are_one_slot() {
        let mut summer = [60; 12];
        summer[3..10].fill(120);
        let (slots, clocks) = slots(&[1.0; 12], &[summer, [0; 12]]);
        assert_eq!(slots[0].months, [1, 2, 3, 11, 12]);
        assert_eq!((slots.len(), slots[0].days + slots[1].days), (2, YEAR_DAYS));
        assert_eq!(clocks, [0, 3]);
    }

    #[test]
    fn an_event_touches_the_hours_it_is_in() {
        let hours = |at: f64, hours: f64| {
            (0..24)
                .filter(|hour| touches(at, hours, *hour))
                .collect::<Vec<_>>()
        };
        assert_eq!(hours(20.0, 2.0), [20, 21]);
        assert_eq!(hours(20.5, 1.0), [20, 21]);
        assert_eq!(hours(23.0, 3.0), [0, 1, 23]);
        assert_eq!(hours(3.0, 40.0).len(), 24);
    }
}
