//! How far the level of a whole country lies from its estimate: an analysis of variance of the user probes.
//!
//! What probes of one country see towards one target differs for two reasons: each is on a network of its own, which the
//! spread between users holds already, and the estimate of the level they share is off. Only the second is an error of
//! the input. One-way random effects, unbalanced, rows j nested in groups i:
//!
//! ```text
//! y_ij = μ + b_i + e_ij,   a groups of n_i rows, N rows in all
//! MSB  = Σ n_i (ȳ_i − ȳ)² / (a − 1),   MSW = Σ (y_ij − ȳ_i)² / (N − a)
//! n0   = (N − Σ n_i² / N) / (a − 1)
//! sd(b) = √ max(0, (MSB − MSW) / n0)
//! ```
//!
//! | level | rows | groups | y |
//! |---|---|---|---|
//! | path | estimates of 60 ms and more | country and target | (ln((rtt − access) / path) − shift) / s |
//! | access | estimates below 60 ms | country | ln((rtt − path · exp(shift)) / access) |
//!
//! `s` is the scale of the path estimate, and `shift` that of the other countries' probes, so both errors are those of a
//! country without probes. A probe has one row to a target, so a row is a probe. `rtt − access` is not taken below the
//! fibre bound, nor the access that is left of a short path below 0.5 ms. The second bound matters: with 1 ms the figure
//! is a fifth smaller, with 2 ms almost half, because what is left of a short path also holds that path's error.
//!
//! The interval is a jackknife over countries, ±1.96 standard errors, never below zero.
//!
//! Source: Searle, Casella, `McCulloch`, *Variance Components*, Wiley 1992, chapter 3.

use std::collections::BTreeMap;

use crate::basis::stat::estimate::Z95;

use super::access::LEAST_ACCESS_MS;
use super::endtoend::{ACCESS_PATH_MS, ProbeSample, UserModel};
use super::interval::Interval;
use super::rows::Country;

/// How far the levels that a country's users share lie from their estimates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputSpread {
    /// Standard deviation of the logarithm of a path's level, country to region, in units of the estimate's scale.
    pub path: f64,
    /// Standard deviation between countries of the logarithm of the access level.
    pub access: f64,
}

impl InputSpread {
    /// The constants for tables that have too few probes. Data: `probe_rtts.csv` (February 2023).
    pub fn calibrated() -> Self {
        InputSpread {
            path: 0.85,
            access: 0.51,
        }
    }

    /// The spread that `probes` show around `users`.
    pub fn of(probes: &[ProbeSample], users: &UserModel) -> Self {
        let rows = Rows::of(probes, users);
        let calibrated = InputSpread::calibrated();
        InputSpread {
            path: between(&rows.path).map_or(calibrated.path, |parts| parts.between),
            access: between(&rows.access).map_or(calibrated.access, |parts| parts.between),
        }
    }
}

/// An analysis of variance with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variance {
    /// Standard deviation between groups.
    pub between: Interval,
    /// Standard deviation between the rows of a group.
    pub within: f64,
    /// Rows.
    pub rows: usize,
    /// Groups; between them there is one degree of freedom less.
    pub groups: usize,
    /// Countries that the jackknife leaves out in turn.
    pub countries: usize,
}

impl Variance {
    /// Degrees of freedom between and within groups.
    pub fn degrees_of_freedom(&self) -> (usize, usize) {
        (self.groups - 1, self.rows - self.groups)
    }
}

/// Both analyses of what `probes` show around `users`: path, then access; nothing where the rows are too few.
pub fn analyse(probes: &[ProbeSample], users: &UserModel) -> (Option<Variance>, Option<Variance>) {
    let rows = Rows::of(probes, users);
    (variance(&rows.path), variance(&rows.access))
}

/// One observation: where it is nested, and how far it lies from its estimate.
#[derive(Clone, Copy, Debug)]
struct Row {
    country: Country,
    /// Target of a path, 0 for access: with the country it names the group.
    target: usize,
    y: f64,
}

/// What is analysed.
struct Rows {
    path: Vec<Row>,
    access: Vec<Row>,
}

impl Rows {
    fn of(probes: &[ProbeSample], users: &UserModel) -> Self {
        let seen: Vec<&ProbeSample> = probes.iter().collect();
        let medians = &users.calibration().access_median_ms;
        let mut targets = Vec::new();
        let mut rows = Rows {
            path: Vec::new(),
            access: Vec::new(),
        };
        for (sample, shift) in seen.iter().zip(users.shifts().without_own_country(&seen)) {
            let path_ms = sample.estimate.median.ms();
            let access_ms = sample.access_ms(medians);
            let row = |target: usize, y: f64| Row {
                country: sample.place.country,
                target,
                y,
            };
            if path_ms < ACCESS_PATH_MS {
                let left = (sample.rtt_ms - path_ms * shift.exp()).max(LEAST_ACCESS_MS);
                rows.access.push(row(0, (left / access_ms).ln()));
            } else {
                let over = (sample.rtt_ms - access_ms).max(sample.estimate.fibre.ms());
                let y = ((over / path_ms).ln() - shift) / sample.estimate.scale;
                rows.path.push(row(number_of(&mut targets, sample.target), y));
            }
        }
        rows
    }
}

fn number_of<T: PartialEq>(list: &mut Vec<T>, value: T) -> usize {
    list.iter().position(|x| *x == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    })
}

/// Standard deviations between and within groups.
#[derive(Clone, Copy, Debug)]
struct Parts {
    between: f64,
    within: f64,
    groups: usize,
}

/// The formulas above; nothing where there are fewer than two groups or no group has two rows.
fn between(rows: &[Row]) -> Option<Parts> {
    let mut groups: BTreeMap<(Country, usize), Vec<f64>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.country, row.target)).or_default().push(row.y);
    }
    let (n, a) = (rows.len(), groups.len());
    if a < 2 || n <= a {
        return None;
    }
    let count = n as f64;
    let mean = rows.iter().map(|row| row.y).sum::<f64>() / count;
    let (mut between, mut within, mut squares) = (0.0, 0.0, 0.0);
    for group in groups.values() {
        let size = group.len() as f64;
        let middle = group.iter().sum::<f64>() / size;
        between += size * (middle - mean).powi(2);
        within += group.iter().map(|y| (y - middle).powi(2)).sum::<f64>();
        squares += size * size;
    }
    let between_mean = between / (a - 1) as f64;
    let within_mean = within / (n - a) as f64;
    let typical_size = (count - squares / count) / (a - 1) as f64;
    Some(Parts {
        between: ((between_mean - within_mean) / typical_size).max(0.0).sqrt(),
        within: within_mean.sqrt(),
        groups: a,
    })
}

fn variance(rows: &[Row]) -> Option<Variance> {
    let parts = between(rows)?;
    let mut countries: Vec<Country> = rows.iter().map(|row| row.country).collect();
    countries.sort_unstable();
    countries.dedup();
    let half = Z95 * jackknife_error(rows, &countries);
    Some(Variance {
        between: Interval {
            value: parts.between,
            low: (parts.between - half).max(0.0),
            high: parts.between + half,
        },
        within: parts.within,
        rows: rows.len(),
        groups: parts.groups,
        countries: countries.len(),
    })
}

/// `√( (n − 1) / n · Σ (θ₋ᵢ − θ̄)² )` with each of n countries left out in turn.
fn jackknife_error(rows: &[Row], countries: &[Country]) -> f64 {
    let without: Vec<f64> = countries
        .iter()
        .filter_map(|&country| {
            let rest: Vec<Row> = rows
                .iter()
                .filter(|row| row.country != country)
                .copied()
                .collect();
            between(&rest).map(|parts| parts.between)
        })
        .collect();
    let n = without.len() as f64;
    let mean = without.iter().sum::<f64>() / n;
    let squares: f64 = without.iter().map(|x| (x - mean).powi(2)).sum();
    ((n - 1.0) / n * squares).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::normal::probit;
    use crate::basis::seed::{Purpose, Stream};

    fn rows(groups: &[(&str, &[f64])]) -> Vec<Row> {
        groups
            .iter()
            .flat_map(|(country, ys)| {
                let country = Country::new(country).unwrap();
                ys.iter().map(move |&y| Row {
                    country,
                    target: 0,
                    y,
                })
            })
            .collect()
    }

    #[test]
    fn a_table_worked_by_hand_comes_out() {
        // Means 2 and 6, grand mean 3.6: SSB = 3·1.6² + 2·2.4² = 19.2, SSW = 2 + 2, n0 = 5 − 13/5 = 2.4.
        let parts = between(&rows(&[("DE", &[1.0, 2.0, 3.0]), ("FR", &[5.0, 7.0])])).unwrap();
        assert!((parts.within.powi(2) - 4.0 / 3.0).abs() < 1e-12);
        assert!((parts.between.powi(2) - (19.2 - 4.0 / 3.0) / 2.4).abs() < 1e-12);
    }

    #[test]
    fn equal_means_leave_nothing_between() {
        let parts = between(&rows(&[("DE", &[1.0, 3.0]), ("FR", &[0.0, 4.0])])).unwrap();
        assert_eq!(parts.between, 0.0);
    }

    #[test]
    fn one_group_or_one_row_a_group_say_nothing() {
        assert!(between(&rows(&[("DE", &[1.0, 2.0])])).is_none());
        assert!(between(&rows(&[("DE", &[1.0]), ("FR", &[2.0])])).is_none());
    }

    #[test]
    fn the_spread_that_was_put_in_is_found_within_its_interval() {
        // 100 countries of 9 rows, sd 0.5 between and 1 within. One seed in twenty would miss; this one does not.
        let noise =
            |number: u32, at: usize| probit(Stream::new(1, Purpose::Input, number, 0).uniform(at as u64));
        let made: Vec<Row> = (0..900)
            .map(|i| {
                let country = i / 9;
                let letters = [b'A' + (country / 10) as u8, b'A' + (country % 10) as u8];
                Row {
                    country: Country::new(std::str::from_utf8(&letters).unwrap()).unwrap(),
                    target: 0,
                    y: 0.5 * noise(0, country) + noise(1, i),
                }
            })
            .collect();
        let found = variance(&made).unwrap();
        assert!(found.between.holds(0.5), "{found:?}");
        assert_eq!(found.degrees_of_freedom(), (99, 800));
    }
}
