//! Local time by IANA zone, out of a database that is built in.
//!
//! Zones of the system are never read, so the same scenario gives the same figures on any machine. Governments change
//! their clocks at short notice; what they decide after the database was made is not in it.

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::basis::error::{Error, Result, nearest_names};

/// Before 1973 an offset was not everywhere one of whole minutes: Liberia kept -0:44:30 until January 1972.
const FIRST_YEAR: i16 = 1973;

/// The last year that four digits can say.
const LAST_YEAR: i16 = 9999;

/// How far the clocks of a zone are ahead of UTC, by month of one year.
///
/// ```
/// use isochrone::world::demand::clock::ZoneClock;
/// let berlin = ZoneClock::of("Europe/Berlin", 2026).unwrap();
/// assert_eq!((berlin.offset_minutes[0], berlin.offset_minutes[6]), (60, 120));
/// assert!(berlin.saves_daylight());
/// let error = ZoneClock::of("Europe/Berlim", 2026).unwrap_err();
/// assert_eq!(error.to_string(), "time zone `Europe/Berlim` is unknown");
/// assert!(error.problems()[0].hint.as_deref().unwrap().contains("`Europe/Berlin`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneClock {
    /// IANA name, such as `Europe/Berlin`.
    pub zone: String,
    /// Local time less UTC in minutes, January first: what holds on the 15th of each month at noon UTC.
    pub offset_minutes: [i16; 12],
}

impl ZoneClock {
    /// The clocks of the zone called `zone` (in either case) in `year`, 1973 to 9999. For years to come the rules of
    /// today are taken to stay.
    ///
    /// # Errors
    /// When there is no such zone (the nearest are named), or the year lies outside.
    pub fn of(zone: &str, year: i16) -> Result<ZoneClock> {
        let (zone, rules) = looked_up(zone)?;
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            let message = format!("the year must lie between {FIRST_YEAR} and {LAST_YEAR}, found {year}");
            return Err(Error::input(message));
        }
        let mut offset_minutes = [0; 12];
        for (month, offset) in (1..).zip(&mut offset_minutes) {
            *offset = minutes_in(&rules, year, month)?;
        }
        Ok(ZoneClock { zone, offset_minutes })
    }

    /// Whether the clocks are moved within the year, as seen on the 15th of its months.
    pub fn saves_daylight(&self) -> bool {
        self.offset_minutes
            .iter()
            .any(|offset| *offset != self.offset_minutes[0])
    }
}

/// The IANA zone called `name`, as the database writes it.
///
/// ```
/// use isochrone::world::demand::clock::zone_called;
/// assert_eq!(zone_called("asia/tokyo").unwrap(), "Asia/Tokyo");
/// let error = zone_called("Tokyo").unwrap_err();
/// assert_eq!(error.problems()[0].hint.as_deref(), Some("the nearest names are `Asia/Tokyo`"));
/// ```
///
/// # Errors
/// When there is none (the nearest are named).
pub fn zone_called(name: &str) -> Result<String> {
    looked_up(name).map(|(zone, _)| zone)
}

fn looked_up(name: &str) -> Result<(String, TimeZone)> {
    let database = TimeZoneDatabase::bundled();
    // `Etc/Unknown` is found and has no name: it is no zone.
    let found = database.get(name).ok();
    let named = found.and_then(|rules| Some((rules.iana_name()?.to_owned(), rules)));
    named.ok_or_else(|| unknown(name, &database))
}

fn unknown(name: &str, database: &TimeZoneDatabase) -> Error {
    let names: Vec<String> = database.available().map(|zone| zone.to_string()).collect();
    // Who writes a city alone is not helped by names that are as short.
    let of_city = names.iter().filter(|zone| {
        let city = zone.rsplit('/').next().unwrap_or_default();
        city.eq_ignore_ascii_case(name)
    });
    let mut near: Vec<&str> = of_city.map(String::as_str).collect();
    if near.is_empty() {
        near = nearest_names(name, names.iter().map(String::as_str), 3);
    }
    let shown: String = name.chars().take(60).collect();
    Error::input(format!("time zone `{shown}` is unknown"))
        .hint(format!("the nearest names are `{}`", near.join("`, `")))
}

fn minutes_in(rules: &TimeZone, year: i16, month: i8) -> Result<i16> {
    let noon = Date::new(year, month, 15).and_then(|day| TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)));
    let noon = noon.map_err(|why| Error::internal(format!("no day 15 of {year}-{month}: {why}")))?;
    Ok((rules.to_offset(noon).seconds() / 60) as i16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::catalog::Catalog;

    fn clock(zone: &str) -> ZoneClock {
        ZoneClock::of(zone, 2026).unwrap()
    }

    /// The offsets of January and July.
    fn winter_and_summer(zone: &str) -> (i16, i16) {
        let offsets = clock(zone).offset_minutes;
        (offsets[0], offsets[6])
    }

    #[test]
    fn offsets_are_those_of_the_wall_clock() {
        assert_eq!(winter_and_summer("Europe/Berlin"), (60, 120));
        assert_eq!(winter_and_summer("America/New_York"), (-300, -240));
        assert_eq!(winter_and_summer("Australia/Sydney"), (660, 600));
        assert_eq!(winter_and_summer("Asia/Kolkata"), (330, 330));
        assert_eq!(winter_and_summer("Asia/Kathmandu"), (345, 345));
        assert_eq!(winter_and_summer("America/Phoenix"), (-420, -420));
        assert_eq!(winter_and_summer("UTC"), (0, 0));
    }

    #[test]
    fn clocks_move_in_the_months_they_move_in() {
        // Europe: last Sundays of March and October, after the 15th of the one and of the other.
        let moved = [60, 60, 60, 120, 120, 120, 120, 120, 120, 120, 60, 60];
        assert_eq!(clock("Europe/Berlin").offset_minutes, moved);
        // United States: second Sunday of March, first of November, both before the 15th.
        let moved = [
            -300, -300, -240, -240, -240, -240, -240, -240, -240, -240, -300, -300,
        ];
        assert_eq!(clock("America/New_York").offset_minutes, moved);
    }

    #[test]
    fn saving_daylight_is_told_on_either_half_of_the_earth() {
        let saves = |zone| clock(zone).saves_daylight();
        assert!(saves("Europe/Berlin") && saves("America/New_York") && saves("Australia/Sydney"));
        let steady = ["Asia/Kolkata", "Asia/Kathmandu", "America/Phoenix", "UTC"];
        assert!(!steady.into_iter().any(saves));
    }

    #[test]
    fn every_zone_of_the_metros_is_known_as_it_is_written() {
        for metro in Catalog::embedded().metros().unwrap() {
            assert_eq!(
                zone_called(&metro.iana_zone).unwrap(),
                metro.iana_zone,
                "{}",
                metro.id
            );
        }
    }

    #[test]
    fn no_zone_has_an_offset_with_seconds_in_the_years_that_are_taken() {
        let database = TimeZoneDatabase::bundled();
        for zone in database.available() {
            let rules = database.get(zone.as_str()).unwrap();
            for year in [FIRST_YEAR, 2026, LAST_YEAR] {
                for month in 1..=12 {
                    let day = Date::new(year, month, 15).unwrap().at(12, 0, 0, 0);
                    let noon = TimeZone::UTC.to_timestamp(day).unwrap();
                    assert_eq!(rules.to_offset(noon).seconds() % 60, 0, "{zone} {year}");
                }
            }
        }
    }

    #[test]
    fn a_zone_that_is_none_and_a_year_out_of_range_are_refused() {
        for wrong in ["", "Etc/Unknown", "+02:00", "Mars/Olympus"] {
            assert!(ZoneClock::of(wrong, 2026).is_err(), "{wrong}");
        }
        let error = ZoneClock::of("UTC", 1972).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the year must lie between 1973 and 9999, found 1972"
        );
        assert!(ZoneClock::of("Africa/Monrovia", 9999).is_ok());
    }
}
