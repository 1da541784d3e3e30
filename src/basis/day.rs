//! Days and minutes of the calendar, UTC, for records that name the day of what they tell.

use std::fmt;

use super::error::{Error, Result};

/// Days in a year, on average over the 400 years after which the Gregorian calendar repeats itself.
pub const DAYS_PER_YEAR: f64 = 365.2425;

const MINUTES_PER_DAY: i64 = 24 * 60;

/// A day of the Gregorian calendar, counted from 1970-01-01.
///
/// ```
/// use isochrone::basis::day::Day;
/// let (first, last) = (Day::parse("2020-02-28")?, Day::parse("2020-03-01")?);
/// assert_eq!(last.since(first), 2);
/// assert_eq!(first.plus(1).to_string(), "2020-02-29");
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    /// The day written `YYYY-MM-DD`.
    ///
    /// # Errors
    /// When the text is of another form, or there is no such day.
    pub fn parse(text: &str) -> Result<Day> {
        let wrong = || Error::input(format!("a day must be written `YYYY-MM-DD`, found `{text}`"));
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else {
            return Err(wrong());
        };
        let digits = |part: &str, width| {
            let sound = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
            sound
                .then(|| part.parse::<i64>().ok())
                .flatten()
                .ok_or_else(wrong)
        };
        let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
        if !(1..=12).contains(&month) {
            return Err(wrong());
        }
        let counted = Day(days_from_civil(year, month, day));
        // A day that the month does not have comes out as one of the next month.
        if counted.civil() == (year, month, day) {
            Ok(counted)
        } else {
            Err(wrong())
        }
    }

    /// Days from `earlier` to this one.
    pub fn since(self, earlier: Day) -> i64 {
        self.0 - earlier.0
    }

    /// So many days later.
    pub fn plus(self, days: i64) -> Day {
        Day(self.0 + days)
    }

    /// Years from `earlier` to this day, of 365.2425 days.
    pub fn years_since(self, earlier: Day) -> f64 {
        self.since(earlier) as f64 / DAYS_PER_YEAR
    }

    /// Year, month and day. Source: Howard Hinnant, chrono-compatible low-level date algorithms (public domain): years
    /// begin in March, so that the leap day is a year's last.
    fn civil(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = (from_march + 2) % 12 + 1;
        (era * 400 + year + i64::from(month <= 2), month, day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Days from 1970-01-01; the inverse of [`Day::civil`], of the same source.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// A minute, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(i64);

impl Minute {
    /// The minute written `YYYY-MM-DDTHH:MMZ`.
    ///
    /// # Errors
    /// When the text is of another form, or there is no such minute.
    pub fn parse(text: &str) -> Result<Minute> {
        let wrong = || {
            Error::input(format!(
                "a time must be written `YYYY-MM-DDTHH:MMZ`, found `{text}`"
            ))
        };
        let (day, rest) = text.split_once('T').ok_or_else(wrong)?;
        let day = Day::parse(day).map_err(|_| wrong())?;
        let (hour, minute) = rest
            .strip_suffix('Z')
            .and_then(|clock| clock.split_once(':'))
            .ok_or_else(wrong)?;
        let below = |part: &str, limit| {
            let sound = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            let number = sound.then(|| part.parse::<i64>().ok()).flatten();
            number.filter(|n| *n < limit).ok_or_else(wrong)
        };
        Ok(Minute(
            day.0 * MINUTES_PER_DAY + below(hour, 24)? * 60 + below(minute, 60)?,
        ))
    }

    /// Its day.
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(MINUTES_PER_DAY))
    }

    /// Minutes from `earlier` to this one.
    pub fn since(self, earlier: Minute) -> i64 {
        self.0 - earlier.0
    }

    /// The first minute of `day`.
    pub fn at_midnight(day: Day) -> Minute {
        Minute(day.0 * MINUTES_PER_DAY)
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_day = self.0.rem_euclid(MINUTES_PER_DAY);
        write!(f, "{}T{:02}:{:02}Z", self.day(), of_day / 60, of_day % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970_and_written_back_as_they_were_read() {
        // Differences of Unix time stamps divided by 86,400.
        for (text, days) in [("1970-01-01", 0), ("2000-03-01", 11_017), ("2022-02-28", 19_051)] {
            let day = Day::parse(text).unwrap();
            assert_eq!((day.0, day.to_string().as_str()), (days, text));
        }
        for days in -1000..40_000 {
            assert_eq!(Day::parse(&Day(days).to_string()).unwrap(), Day(days));
        }
    }

    #[test]
    fn a_day_that_does_not_exist_or_is_written_otherwise_is_refused() {
        for text in [
            "2021-02-29",
            "2021-13-01",
            "2021-00-10",
            "2021-1-1",
            "01.02.2021",
            "2021-04-31",
            "",
        ] {
            let message = Day::parse(text).unwrap_err().to_string();
            assert_eq!(
                message,
                format!("a day must be written `YYYY-MM-DD`, found `{text}`")
            );
        }
    }

    #[test]
    fn minutes_know_their_day_and_their_distance() {
        let (a, b) = (
            Minute::parse("2020-02-29T23:58Z").unwrap(),
            Minute::parse("2020-03-01T00:03Z").unwrap(),
        );
        assert_eq!((b.since(a), b.day().since(a.day())), (5, 1));
        assert_eq!(a.to_string(), "2020-02-29T23:58Z");
        for text in [
            "2020-02-29T24:00Z",
            "2020-02-29 10:00",
            "2020-02-29T10:61Z",
            "2020-02-29T1:00Z",
        ] {
            assert!(Minute::parse(text).is_err(), "{text}");
        }
    }
}
