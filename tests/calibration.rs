//! Own measurements against the estimates: laws that any calibration keeps, synthetic worlds of which the truth is known,
//! and what `validate`, `calibrate` and a scenario say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support {
    pub(crate) mod program;
}

use std::fs;
use std::path::Path;

use isochrone::basis::normal::probit;
use isochrone::basis::seed::{Purpose, Stream};
use isochrone::design::calibration::{About, read, write};
use isochrone::design::scenario::Scenario;
use isochrone::engine::progress::Watch;
use isochrone::engine::simulation::Simulation;
use isochrone::world::catalog::Catalog;
use isochrone::world::ingest::foreign::{ImportOptions, read_foreign};
use isochrone::world::network::own::effects::{Factor, within};
use isochrone::world::network::own::figures::Compared;
use isochrone::world::network::own::held_back::{Trial, Tried, Verdict, held_back};
use isochrone::world::network::own::predict::{self, Predictor};
use isochrone::world::network::own::sample::{Said, Sample, samples};
use isochrone::world::network::own::{Calibration, Fitted, Level, Observation, Over, Subject, fit};
use isochrone::world::network::tables::Tables;
use isochrone::world::network::variance::InputSpread;
use support::program::{run, stderr};

const SPREAD: InputSpread = InputSpread {
    path: 0.85,
    access: 0.51,
};

/// A normal number by its address.
fn normal(world: u32, kind: u32, at: usize) -> f64 {
    probit(Stream::new(77, Purpose::Resample, world, kind).uniform(at as u64))
}

/// A row without noise: 12 ms of access and a path that grows with the numbers of country and region.
fn observation(country: usize, region: usize) -> Observation {
    let path_ms = 25.0 + 17.0 * ((country * 5 + region * 3) % 13) as f64;
    Observation {
        subject: Subject::Users {
            country: format!("C{country:02}"),
            technology: "any".into(),
            region: format!("aws:r{region}"),
        },
        over: Over::Host,
        host: "h".into(),
        p50_ms: 12.0 + path_ms,
        p90_ms: None,
        log_error: 0.0,
        access_ms: 12.0,
        path_ms,
        estimated_p90_ms: 1.4 * (12.0 + path_ms),
        access_sd: 0.5,
        path_sd: 0.16,
        scale: 0.12,
    }
}

fn level_of(calibration: &Calibration, it: &Observation) -> Level {
    let Subject::Users { country, region, .. } = &it.subject else {
        panic!("a row of users");
    };
    calibration.path.level(Some(country), Some(region))
}

/// What the model says of a row under a calibration, as its own sum has it.
fn says(calibration: &Calibration, it: &Observation) -> f64 {
    match &it.subject {
        Subject::Users {
            country, technology, ..
        } => {
            let access = calibration.access.level(Some(country), Some(technology)).log;
            it.access_ms * access.exp() + it.path_ms * level_of(calibration, it).log.exp()
        }
        Subject::Link { a, b } => it.path_ms * calibration.link_level(a, b).log.exp(),
    }
}

/// A fit where the sum is what is predicted.
fn fitted(rows: &[Observation]) -> Calibration {
    fit(rows, SPREAD, &|row, under| says(under, &rows[row])).calibration
}

/// The true logarithms of one synthetic world, drawn from the law that a fit starts from.
struct World {
    number: u32,
}

impl World {
    /// Standard deviation of each part of a path's level: 0.85 scales in all, in four equal parts.
    const PART: f64 = 0.85 * 0.12 / 2.0;

    fn path(&self, country: usize, region: usize) -> f64 {
        let z = |kind, at| normal(self.number, kind, at);
        Self::PART * (z(0, 0) + z(1, country) + z(2, region) + z(3, country * 100 + region))
    }

    fn access(&self, country: usize) -> f64 {
        0.51 * (0.5 * normal(self.number, 4, 0) + 0.75_f64.sqrt() * normal(self.number, 5, country))
    }

    /// `each` hosts of every pair, with the spread between users that the estimates state.
    fn rows(&self, countries: usize, regions: usize, each: usize) -> Vec<Observation> {
        let mut rows = Vec::new();
        for country in 0..countries {
            for region in 0..regions {
                for host in 0..each {
                    let mut it = observation(country, region);
                    let level = it.access_ms * self.access(country).exp()
                        + it.path_ms * self.path(country, region).exp();
                    let of_access = it.access_ms / it.estimated_ms();
                    let at = (country * 100 + region) * 100 + host;
                    it.host = format!("h{at}");
                    let (access, path) = (within(it.access_sd, 0.51), within(it.path_sd, 0.85 * it.scale));
                    let noise = of_access * access * normal(self.number, 6, at)
                        + (1.0 - of_access) * path * normal(self.number, 7, at);
                    it.p50_ms = level * noise.exp();
                    rows.push(it);
                }
            }
        }
        rows
    }
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let rows = World { number: 1 }.rows(6, 4, 3);
    let whole = fitted(&rows);
    let mut turned: Vec<Observation> = rows.iter().rev().cloned().collect();
    turned.rotate_left(17);
    assert_eq!(whole, fitted(&turned));
}

#[test]
fn other_names_give_the_same_effects_under_them() {
    let rows = World { number: 2 }.rows(5, 3, 2);
    // The new names come in another order.
    let other = |name: &str| format!("Z{}", 90 - name[1..].parse::<usize>().unwrap());
    let renamed: Vec<Observation> = rows
        .iter()
        .cloned()
        .map(|mut it| {
            if let Subject::Users { country, .. } = &mut it.subject {
                *country = other(country);
            }
            it
        })
        .collect();
    let (one, two) = (fitted(&rows), fitted(&renamed));
    for (name, effect) in &one.path.from {
        let same = &two.path.from[&other(name)];
        assert!((effect.effect - same.effect).abs() < 1e-9 && (effect.sd - same.sd).abs() < 1e-9);
    }
}

#[test]
fn rows_that_are_predicted_exactly_move_nothing() {
    let rows: Vec<Observation> = (0..300)
        .map(|i| {
            let mut it = observation(i % 6, i % 5);
            it.over = Over::Users;
            it.p90_ms = Some(it.estimated_p90_ms);
            it
        })
        .collect();
    let found = fitted(&rows);
    for levels in [&found.path, &found.access] {
        let maps = levels.from.values().chain(levels.to.values());
        for effect in maps.chain(levels.pairs.values()).chain(&levels.all) {
            assert!(effect.effect.abs() < 1e-9, "{effect:?}");
        }
    }
    // Spreads are as stated too, but for the pull of the 20 rows that the estimate is worth.
    let it = observation(1, 1);
    let level = level_of(&found, &it);
    let path = found.path_spread.unwrap().of(it.path_sd, it.scale, level);
    assert!((path / it.path_sd - 1.0).abs() < 0.1, "{path}");
}

#[test]
fn one_row_moves_less_than_ten_and_never_as_far_as_it_lies() {
    let moved = |n: usize| {
        let rows: Vec<Observation> = (0..n)
            .map(|i| {
                let mut it = observation(1, 1);
                it.host = format!("h{i}");
                it.p50_ms *= 1.3;
                it
            })
            .collect();
        let found = fitted(&rows);
        let it = observation(1, 1);
        (
            (says(&found, &it) / it.estimated_ms()).ln(),
            level_of(&found, &it).sd.unwrap(),
        )
    };
    let ((one, one_sd), (ten, ten_sd)) = (moved(1), moved(10));
    assert!(0.0 < one && 1.5 * one < ten && ten < 1.3_f64.ln(), "{one} {ten}");
    assert!(ten_sd < one_sd && one_sd < 0.85 * 0.12, "{one_sd} {ten_sd}");
}

#[test]
fn a_known_world_is_found_and_the_stated_errors_hold() {
    // 80 worlds of 8 countries, 4 regions and 3 hosts a pair: intervals of ±1.96 standard deviations around the level of
    // the pair must hold the true one 95 % of the time. Pairs of one world share errors, so the standard error of the
    // coverage is between √(0.05 · 0.95 / 2480) = 0.4 % and √(0.05 · 0.95 / 80) = 2.4 %; two of the latter are allowed.
    let (mut held, mut unseen, mut all, mut squares, mut before) = (0_u32, 0_u32, 0_u32, 0.0, 0.0);
    for number in 0..80 {
        let world = World { number };
        let rows = world.rows(8, 4, 3);
        // The last pair of all is left out: its level rests on its country and its region.
        let seen: Vec<Observation> = rows[..rows.len() - 3].to_vec();
        let found = fitted(&seen);
        for (country, region) in (0..8).flat_map(|country| (0..4).map(move |region| (country, region))) {
            let level = level_of(&found, &observation(country, region));
            let off = level.log - world.path(country, region);
            let inside = off.abs() <= 1.96 * level.sd.unwrap();
            if (country, region) == (7, 3) {
                unseen += u32::from(inside);
                continue;
            }
            all += 1;
            held += u32::from(inside);
            squares += off * off;
            before += world.path(country, region).powi(2);
        }
    }
    let share = f64::from(held) / f64::from(all);
    assert!((share - 0.95).abs() < 0.048, "{share}");
    // Of a pair that was not seen the stated error is rather too great.
    assert!(unseen >= 70, "{unseen} of 80");
    // Three hosts of sd 0.12 say as much of a level of sd 0.10 as leaves at most half of its variance.
    assert!(squares < 0.5 * before, "{squares} {before}");
}

#[test]
fn spreads_are_found_from_hosts_and_from_percentiles() {
    // Hosts that differ half as much again as stated, of one row and of six; the 20 rows that the estimate is worth pull a
    // little back.
    let world = World { number: 3 };
    for each in [1, 6] {
        let rows: Vec<Observation> = (0..900)
            .map(|i| {
                let host = i / each;
                let mut it = observation(host % 15, if each == 1 { host % 7 } else { i % 6 });
                it.host = format!("h{host}");
                let (access, path) = (within(it.access_sd, 0.51), within(it.path_sd, 0.85 * it.scale));
                let part = |kind, sd: f64, at| (1.5 * sd * normal(world.number, kind, at)).exp();
                it.p50_ms = it.access_ms * part(9, access, host) + it.path_ms * part(10, path, i);
                it
            })
            .collect();
        let found = fitted(&rows);
        // ln f has a standard error of √(1 / 2n): 0.024 for 900 rows of one part, and more where two share them, as is
        // stated; most of these rows are path. Three of them are allowed.
        for (factor, most) in [
            (found.path_spread.unwrap(), 0.17),
            (found.access_spread.unwrap(), 0.45),
        ] {
            assert!(
                (factor.factor / 1.5).ln().abs() < (3.0 * factor.sd).min(most),
                "{each} {factor:?}"
            );
        }
    }
    let rows: Vec<Observation> = (0..40)
        .map(|i| {
            let mut it = observation(i % 8, i % 5);
            it.over = Over::Users;
            let wider = (it.estimated_p90_ms / it.estimated_ms()).ln() * 1.4;
            it.p90_ms = Some(it.p50_ms * wider.exp());
            it
        })
        .collect();
    let found = fitted(&rows);
    let it = observation(1, 1);
    let path = found
        .path_spread
        .unwrap()
        .of(it.path_sd, it.scale, level_of(&found, &it));
    assert!(path > 1.08 * it.path_sd && path < 1.45 * it.path_sd, "{path}");
}

fn compared(it: &Observation, calibration: &Calibration) -> Compared {
    Compared {
        predicted_ms: says(calibration, it),
        measured_ms: it.p50_ms,
        in_50: true,
        in_90: true,
        p90_ratio: None,
        clusters: [0; 2],
    }
}

#[test]
fn pure_noise_is_not_called_better_and_a_true_offset_is() {
    let verdicts = |shift: f64, worlds: u32| {
        (0..worlds).map(move |number| {
            let rows: Vec<Observation> = (0..60)
                .map(|i| {
                    let mut it = observation(i % 12, i % 5);
                    it.host = format!("h{i}");
                    it.p50_ms *= (shift + 0.12 * normal(1000 + number, 0, i)).exp();
                    it
                })
                .collect();
            let tried = held_back(&rows, SPREAD, &|row, under| compared(&rows[row], under));
            let trials: Vec<Trial> = tried.iter().map(|it| it.trial).collect();
            assert_eq!(trials, [Trial::Hosts, Trial::Countries]);
            tried[0].verdict
        })
    };
    // By chance 2.5 % would be called better: 2 or more of 8 once in 60.
    let wrong = verdicts(0.0, 8).filter(|it| *it == Verdict::Better).count();
    assert!(wrong <= 1, "{wrong} of 8");
    // 15 % is more than the noise of a row, and all rows agree.
    let right = verdicts(0.15, 3).filter(|it| *it == Verdict::Better).count();
    assert_eq!(right, 3);
}

#[test]
fn few_clusters_are_said_to_be_too_few() {
    let rows: Vec<Observation> = (0..6).map(|i| observation(i % 2, i % 2)).collect();
    let tried = held_back(&rows, SPREAD, &|row, under| compared(&rows[row], under));
    assert!(tried.iter().all(|it| it.verdict == Verdict::TooFew), "{tried:?}");
}

#[test]
fn of_three_countries_nothing_is_claimed_beyond_them() {
    // Each country is off by a level of its own, which is found for them and says nothing of others.
    let rows: Vec<Observation> = (0..60)
        .map(|i| {
            let mut it = observation(i % 3, i % 5);
            it.over = if i < 30 { Over::Host } else { Over::Users };
            it.host = format!("h{i}");
            it.p50_ms *= (0.2 * (i % 3) as f64 + 0.05 * normal(40, 0, i)).exp();
            it
        })
        .collect();
    let tried = held_back(&rows, SPREAD, &|row, under| compared(&rows[row], under));
    let came: Vec<_> = tried
        .iter()
        .map(|it| {
            (
                it.trial,
                it.verdict == Verdict::TooFew,
                it.within,
                it.of_few_clusters(),
            )
        })
        .collect();
    assert_eq!(
        came,
        [
            (Trial::Hosts, false, Some(3), false),
            (Trial::Pairs, false, Some(3), false),
            (Trial::Countries, true, None, true),
        ]
    );
}

/// Hosts whose own access is off by factors, all else as estimated: `each` of every one of 12 countries to 10 regions.
fn hosts(world: u32, each: usize) -> Vec<Observation> {
    let mut rows = Vec::new();
    for host in 0..12 * each {
        for region in 0..10 {
            let mut it = observation(host / each, region);
            it.host = format!("h{host}");
            it.access_sd = 1.2;
            let access = it.access_ms * (0.7 * normal(world, 0, host)).exp();
            it.p50_ms = access + it.path_ms * (0.03 * normal(world, 1, host * 10 + region)).exp();
            rows.push(it);
        }
    }
    rows
}

#[test]
fn the_access_of_one_host_is_not_that_of_its_country() {
    let (mut before, mut after) = (0.0, 0.0);
    for world in 0..6 {
        let rows = hosts(100 + world, 1);
        let found = fitted(&rows);
        for it in hosts(200 + world, 1) {
            before += (it.p50_ms / it.estimated_ms()).ln().abs();
            after += (it.p50_ms / says(&found, &it)).ln().abs();
        }
        // Ten rows of one host say no more of other hosts than one does.
        let level = found.access.level(Some("C03"), Some("any"));
        assert!(level.sd.unwrap() > 0.2, "{level:?}");
    }
    // What twelve hosts leave open of all access costs a little.
    assert!(after < 1.1 * before, "{before} {after}");
}

#[test]
fn better_means_better_for_other_hosts() {
    let tried = |rows: &[Observation]| held_back(rows, SPREAD, &|row, under| compared(&rows[row], under));
    // One host a country: there is no other one.
    let one = tried(&hosts(300, 1));
    assert!(
        one.iter()
            .all(|it| it.trial != Trial::Hosts && it.trial != Trial::Pairs)
    );
    // Three of each, and no level of a country is off: nothing is gained for a fourth.
    for world in 301..303 {
        let three = tried(&hosts(world, 3));
        assert_eq!(three[0].trial, Trial::Hosts);
        assert!(three.iter().all(|it| it.verdict != Verdict::Better), "{three:?}");
    }
}

/// Twelve metros of as many countries, each to five regions, with what predicts them.
struct Real {
    predictor: Predictor,
    samples: Vec<Sample>,
    estimated_ms: Vec<f64>,
}

impl Real {
    fn new(over: Over) -> Real {
        let metros = "sao-paulo-br berlin-de new-york-city-us mumbai-in tokyo-jp london-gb paris-fr johannesburg-za sydney-au \
                      mexico-city-mx warsaw-pl lagos-ng";
        let regions = [
            "us-east-1",
            "eu-west-1",
            "ap-south-1",
            "sa-east-1",
            "ap-northeast-1",
        ];
        let pairs = metros
            .split_whitespace()
            .flat_map(|metro| regions.map(|region| format!("{metro},{region},100\n")));
        let text = format!("from,to,p50_ms\n{}", pairs.collect::<String>());
        let catalog = Catalog::embedded();
        let file = read_foreign("own.csv", text.as_bytes(), &ImportOptions::default()).unwrap();
        let samples = samples(&file.pairs, over, &Said::default(), &catalog)
            .unwrap()
            .samples;
        let predictor = Predictor::new(&Tables::from_catalog(&catalog).unwrap(), &samples).unwrap();
        let mut real = Real {
            predictor,
            estimated_ms: Vec::new(),
            samples,
        };
        let nothing = Calibration::default();
        real.estimated_ms = (0..real.samples.len())
            .map(|row| real.says(row, &nothing))
            .collect();
        real
    }

    fn says(&self, row: usize, under: &Calibration) -> f64 {
        self.predictor
            .predict(&self.samples[row], under)
            .unwrap()
            .p50_ms()
    }

    /// Rows that were measured to be the estimate times e^log.
    fn measured(&mut self, log: impl Fn(usize) -> f64) -> Vec<Observation> {
        for (row, sample) in self.samples.iter_mut().enumerate() {
            sample.p50_ms = self.estimated_ms[row] * log(row).exp();
        }
        self.samples
            .iter()
            .map(|sample| {
                let predicted = self.predictor.predict(sample, &Calibration::default());
                predict::observation(sample, &predicted.unwrap())
            })
            .collect()
    }

    fn fit(&self, rows: &[Observation]) -> Fitted {
        fit(rows, self.predictor.input_spread(), &|row, under| {
            self.says(row, under)
        })
    }

    fn tried(&self, rows: &[Observation]) -> Vec<Tried> {
        held_back(rows, self.predictor.input_spread(), &|row, under| Compared {
            predicted_ms: self.says(row, under),
            measured_ms: rows[row].p50_ms,
            in_50: true,
            in_90: true,
            p90_ratio: None,
            clusters: [0; 2],
        })
    }

    /// ln(predicted / estimated) of all rows.
    fn moved(&self, under: &Calibration) -> Vec<f64> {
        let rows = self.estimated_ms.iter().enumerate();
        rows.map(|(row, estimated)| (self.says(row, under) / estimated).ln())
            .collect()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn measurements_that_equal_the_estimates_leave_predictions_as_they_are() {
    for over in [Over::Host, Over::Users] {
        let mut real = Real::new(over);
        let rows = real.measured(|_| 0.0);
        let found = real.fit(&rows);
        assert!(found.odd.is_empty());
        let moved = real.moved(&found.calibration);
        assert!(mean(&moved).abs() < 1e-3, "{}", mean(&moved));
        assert!(moved.iter().all(|log| log.abs() < 6e-3), "{moved:?}");
        for tried in real.tried(&rows) {
            let of = (tried.trial, tried.verdict, tried.difference);
            assert_eq!(tried.verdict, Verdict::Same, "{of:?}");
        }
    }
}

#[test]
fn a_fitted_spread_moves_no_median_where_a_path_can_make_up_for_it() {
    let mut real = Real::new(Over::Host);
    real.measured(|_| 0.0);
    for (access, path) in [(0.5, 0.5), (2.0, 2.0), (0.5, 2.0), (1.0, 0.6)] {
        let factor = |factor, level| {
            let factor = Factor {
                factor,
                sd: 0.1,
                level,
            };
            Some(factor)
        };
        let calibration = Calibration {
            access_spread: factor(access, SPREAD.access),
            path_spread: factor(path, SPREAD.path),
            ..Calibration::default()
        };
        let moved = real.moved(&calibration);
        // Where a path is much shorter than access it cannot make up for a wider one; narrower is always made up for.
        for (row, (log, ms)) in moved.iter().zip(&real.estimated_ms).enumerate() {
            let most = match *ms {
                ms if ms > 50.0 => 4e-3,
                _ if access <= 1.0 => 1.2e-2,
                _ => f64::INFINITY,
            };
            assert!(log.abs() < most, "{access} {path}: row {row} of {ms} ms, {log}");
        }
        let p90 = |row: usize, under: &Calibration| {
            let predicted = real.predictor.predict(&real.samples[row], under).unwrap();
            (predicted.p90_ms() / predicted.p50_ms()).ln()
        };
        let wider = (0..real.samples.len())
            .map(|row| (p90(row, &calibration) / p90(row, &Calibration::default())).ln());
        let wider = mean(&wider.collect::<Vec<f64>>());
        // The level is unknown, so the part of a spread that is its own stays.
        assert!(
            access != path || wider * access.ln() > 0.05,
            "{access} {path}: {wider}"
        );
    }
}

#[test]
fn a_known_offset_is_found_without_a_bias() {
    // Of many users each: twelve hosts alone do not tell whether all access or theirs is off.
    let mut real = Real::new(Over::Users);
    for offset in [-0.3, 0.26, 1.0] {
        let rows = real.measured(|row| offset + 0.02 * normal(50, 0, row));
        let found = real.fit(&rows);
        let left = mean(&real.moved(&found.calibration)) - offset;
        assert!(left.abs() < 0.012, "{offset}: {left}");
    }
}

#[test]
fn a_wild_row_is_named_and_moves_no_other_and_what_is_written_can_be_read() {
    let catalog = Catalog::embedded();
    let mut real = Real::new(Over::Host);
    let of =
        |wild: f64| move |row: usize| 0.18 + 0.1 * normal(60, 0, row) + if row == 3 { wild } else { 0.0 };
    let rows = real.measured(of(0.0));
    let calm = real.fit(&rows);
    assert!(calm.odd.is_empty(), "{:?}", calm.odd);
    let before = real.moved(&calm.calibration);
    for times in [5.0, 12.0, 20.0, 50.0, 1000.0_f64] {
        let rows = real.measured(of(times.ln()));
        let found = real.fit(&rows);
        let odd: Vec<usize> = found.odd.iter().map(|odd| odd.row).collect();
        assert_eq!(odd, [3], "{times}");
        assert_eq!(found.odd[0].away.is_none(), times > 12.0, "{times}");
        let text = write(&found.calibration, &About::default()).unwrap();
        assert!(read("own.toml", &text, &catalog).is_ok(), "{times}");
        // Rows of the same country and of the same region may follow a little, the others hardly.
        let after = real.moved(&found.calibration);
        for (row, (before, after)) in before.iter().zip(&after).enumerate() {
            let near = row / 5 == 0 || row % 5 == 3;
            let most = if near { 0.08 } else { 0.03 };
            assert!(
                row == 3 || (after - before).abs() < most,
                "{times}, row {row}: {before} {after}"
            );
        }
    }
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let mut calibration = fitted(&[observation(0, 0)]);
    calibration.path.all.as_mut().unwrap().effect = 3.5;
    let error = write(&calibration, &About::default()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the effect of all on path would be 3.5"),
        "{error}"
    );
}

#[test]
fn links_are_moved_by_their_regions_and_pairs() {
    let link = |a: &str, b: &str, factor: f64| Observation {
        subject: Subject::Link {
            a: a.into(),
            b: b.into(),
        },
        p50_ms: 100.0 * factor,
        access_ms: 0.0,
        path_ms: 100.0,
        access_sd: 0.0,
        ..observation(0, 0)
    };
    let rows = [
        link("gcp:a", "gcp:b", 1.2),
        link("gcp:c", "gcp:a", 1.2),
        link("gcp:a", "gcp:d", 1.2),
        link("gcp:b", "gcp:c", 1.0),
        link("gcp:d", "gcp:b", 1.0),
    ];
    let found = fitted(&rows);
    let of = |a: &str, b: &str| found.link_level(a, b);
    assert_eq!(of("gcp:a", "gcp:b"), of("gcp:b", "gcp:a"));
    assert!(of("gcp:a", "gcp:e").log > of("gcp:b", "gcp:e").log);
    assert!(of("gcp:a", "gcp:b").sd < of("gcp:a", "gcp:e").sd);
}

#[test]
fn a_file_holds_all_of_a_calibration() {
    let catalog = Catalog::embedded();
    let mut rows = Vec::new();
    for (i, (country, region)) in [
        ("BR", "aws:sa-east-1"),
        ("DE", "aws:eu-central-1"),
        ("BR", "aws:us-east-1"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut it = observation(0, i);
        it.subject = Subject::Users {
            country: country.into(),
            technology: "wifi".into(),
            region: region.into(),
        };
        it.p50_ms *= 1.1;
        rows.push(it);
    }
    let mut link = observation(0, 0);
    link.subject = Subject::Link {
        a: "aws:eu-west-1".into(),
        b: "gcp:us-east1".into(),
    };
    (link.access_ms, link.p50_ms) = (0.0, 0.9 * link.path_ms);
    rows.push(link);
    let found = fitted(&rows);
    let text = write(&found, &About::default()).unwrap();
    let again = read("own.toml", &text, &catalog).unwrap().calibration;
    assert_eq!(text, write(&again, &About::default()).unwrap());
    assert_eq!(found.path.pairs.len(), again.path.pairs.len());
    let level = |it: &Calibration| it.path.level(Some("BR"), Some("aws:sa-east-1"));
    assert!((level(&found).log - level(&again).log).abs() < 4e-6);
}

const FILE: &str = "schema = \"isochrone-calibration\"\nversion = 1\n";

#[test]
fn every_fault_of_a_file_is_told_with_its_place() {
    let catalog = Catalog::embedded();
    let told = |text: &str| read("own.toml", &format!("{FILE}{text}"), &catalog).unwrap_err();
    let text = "[path]\nall = { effect = 9.0, sd = 0.1 }\ncountries = [\n  { country = \"BR\", effect = 0.1, sd = 0.0 },\n  \
                { country = \"QQ\", effect = 0.1, sd = 0.1 },\n]\nregions = [\n  { region = \"aws:us-esat-1\", effect = 0.0, sd = 0.1 },\n]\n";
    assert_eq!(
        told(text).to_string(),
        "own.toml:4:18: an effect must lie between -3 and 3, found 9\n\
         own.toml:6:40: a standard deviation must be above 0 and finite, found 0\n\
         own.toml:7:15: country `QQ` is unknown\n\
         own.toml:10:14: region `aws:us-esat-1` is unknown"
    );
    assert!(
        told("[spread]\npath = { factor = 20.0, sd = 0.1, level = 0.85 }\n")
            .to_string()
            .starts_with("own.toml:4:19: a factor")
    );
    let error = told("[path]\nall = { efect = 0.0, sd = 0.1 }\n");
    assert!(
        error
            .to_string()
            .starts_with("own.toml:4:9: unknown field `efect`"),
        "{error}"
    );
    let twice = "[links]\nall = { effect = 0.0, sd = 0.1 }\npairs = [\n  { from = \"eu-west-1\", to = \"us-east-1\", effect = 0.0, \
                 sd = 0.1 },\n  { from = \"us-east-1\", to = \"eu-west-1\", effect = 0.0, sd = 0.1 },\n]\n";
    assert!(told(twice).to_string().contains("stands twice"));
    let other = read("x.toml", "schema = \"other\"\nversion = 2\n", &catalog).unwrap_err();
    assert_eq!(other.problems().len(), 2);
}

const SCENARIO: &str = r#"
    name = "Own"
    runs = 500
    [audience]
    countries = ["DE", "BR"]
    min_users = 3000000
    [regions]
    candidates = ["aws:eu-central-1", "aws:sa-east-1", "gcp:southamerica-east1"]
    sizes = "1..2"
"#;

fn simulation(folder: &Path, calibration: Option<&str>) -> Simulation {
    let catalog = Catalog::embedded();
    let mut text = SCENARIO.to_owned();
    if let Some(file) = calibration {
        fs::write(folder.join("own.toml"), file).unwrap();
        text.push_str("[network]\ncalibration = \"own.toml\"\n");
    }
    let scenario = Scenario::parse("a.toml", &text, folder, &[], &catalog).unwrap();
    assert_eq!(scenario.inputs.len(), 1 + usize::from(calibration.is_some()));
    Simulation::new(&scenario, &catalog, Watch::default()).unwrap()
}

#[test]
fn an_empty_calibration_leaves_every_law_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, own) = (
        simulation(folder.path(), None),
        simulation(folder.path(), Some(FILE)),
    );
    assert_eq!(format!("{:?}", plain.laws), format!("{:?}", own.laws));
    assert_eq!(plain.region_rtts, own.region_rtts);
    assert_eq!(plain.sources, own.sources);
}

#[test]
fn a_calibration_moves_what_is_estimated_and_makes_it_surer() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!(
        "{FILE}[path]\nall = {{ effect = 0.1, sd = 0.02 }}\ncountries = [ {{ country = \"BR\", effect = 0.1, sd = 0.01 }} ]\n\
         [links]\nall = {{ effect = 0.2, sd = 0.001 }}\n"
    );
    let (plain, own) = (
        simulation(folder.path(), None),
        simulation(folder.path(), Some(&file)),
    );
    assert_eq!(
        own.sources.calibrated.paths.all(),
        own.sources.user_pairs_estimated
    );
    assert_eq!(
        own.sources.calibrated.links.all(),
        2,
        "one of three links is measured by nobody's provider"
    );
    for (group, law) in own.laws.groups.iter().enumerate() {
        let factor = if own.countries[usize::from(law.country)] == "BR" {
            0.2
        } else {
            0.1_f64
        };
        for region in 0..3 {
            let (before, after) = (plain.laws.pair(group, region), own.laws.pair(group, region));
            let ratio = f64::from(after.path_error.level_ms / before.path_error.level_ms);
            // A level below what fibre allows is lifted to it, so the shortest move less.
            assert!(ratio <= factor.exp() + 1e-6 && ratio > 1.0, "{ratio}");
            assert!(after.path_error.log_sd <= before.path_error.log_sd);
            assert!(after.path_error.log_sd <= 0.02);
        }
    }
    let grown = |a: usize, b: usize| own.region_rtts.p50_ms[a][b] / plain.region_rtts.p50_ms[a][b];
    assert_eq!(grown(0, 1), 1.0, "what was measured stays");
    assert!((grown(1, 2) - 0.2_f64.exp()).abs() < 1e-9);
}

/// Pings of three countries to three regions, all longer than they are predicted.
const PINGS: &str = "from,to,p50_ms,p90_ms,n,technology\n\
    sao-paulo-br,sa-east-1,24,38,40,wifi\nrio-de-janeiro-br,sa-east-1,30,41,40,wifi\nsao-paulo-br,us-east-1,141,171,40,\n\
    BR,us-east-1,150,180,900,\nberlin-de,eu-central-1,24,30,40,lan\nberlin-de,us-east-1,110,130,40,\n\
    paris-fr,eu-west-1,32,40,12,\nparis-fr,us-east-1,96,120,12,\ntokyo-jp,us-east-1,175,190,40,\n\
    tokyo-jp,eu-west-1,240,260,40,\nlondon-gb,eu-west-1,22,30,40,\nlondon-gb,us-east-1,88,99,40,\n\
    eu-west-1,us-east-1,72,74,100,\neu-west-1,gcp:us-east1,88,90,100,\n";

#[test]
fn the_commands_tell_what_they_did() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("own.csv"), PINGS).unwrap();
    let out = run(
        at,
        &["validate", "own.csv", "--plot", "agreement.svg", "--top", "3"],
    );
    let said = String::from_utf8(out.stdout.clone()).unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", stderr(&out));
    for words in [
        "links between regions",
        "- BR",
        "- wifi",
        "rests on",
        "never been measured",
    ] {
        assert!(said.contains(words), "no {words} in:\n{said}");
    }
    let svg = fs::read_to_string(at.join("agreement.svg")).unwrap();
    assert!(svg.contains("measured median, ms"));
    let calibrate = |name: &str| {
        let out = run(at, &["calibrate", "own.csv", "-o", name]);
        assert_eq!(out.status.code(), Some(0), "{}", stderr(&out));
        (out.stdout, fs::read(at.join(name)).unwrap())
    };
    let (one, two) = (calibrate("a.toml"), calibrate("b.toml"));
    assert_eq!(one, two, "the same bytes each time");
    assert!(
        String::from_utf8(one.0)
            .unwrap()
            .contains("users, host unseen, within this country alone")
    );
    // Rows the other way round give the same effects.
    let mut lines: Vec<&str> = PINGS.lines().collect();
    lines[1..].reverse();
    fs::write(at.join("own.csv"), lines.join("\n") + "\n").unwrap();
    let effects = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec())
            .unwrap()
            .split("[path]")
            .nth(1)
            .map(str::to_owned)
    };
    assert_eq!(effects(&one.1), effects(&calibrate("c.toml").1));
    let error_of = |extra: &[&str]| {
        let args = [&["validate", "own.csv", "--format", "csv", "-q"], extra].concat();
        let out = run(at, &args);
        let text = String::from_utf8(out.stdout).unwrap();
        let users = text
            .lines()
            .find(|line| line.starts_with("users"))
            .unwrap()
            .to_owned();
        users.split(',').nth(8).unwrap().parse::<f64>().unwrap()
    };
    assert!(error_of(&["--calibration", "a.toml"]) < error_of(&[]));
    let estimate = |extra: &[&str]| {
        let args = [
            &[
                "estimate",
                "--from",
                "sao-paulo-br",
                "--to",
                "us-east-1",
                "--format",
                "csv",
            ],
            extra,
        ]
        .concat();
        String::from_utf8(run(at, &args).stdout).unwrap()
    };
    assert!(estimate(&["--calibration", "a.toml"]).contains("calibrated"));
    assert!(!estimate(&[]).contains("calibrated"));
    fs::write(
        at.join("s.toml"),
        SCENARIO.to_owned() + "[network]\ncalibration = \"a.toml\"\n",
    )
    .unwrap();
    let out = run(at, &["search", "s.toml", "--export", "r.json", "-q"]);
    assert_eq!(out.status.code(), Some(0), "{}", stderr(&out));
    let report = fs::read_to_string(at.join("r.json")).unwrap();
    assert!(report.contains("estimated paths of users, calibrated") && report.contains("\"a.toml\""));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("own.csv"), "from,to,rtt\nsao-paulo-br,sa-east-1,20\n").unwrap();
    fs::write(
        at.join("names.csv"),
        "from,to,p50_ms\nsao-paolo-br,sa-east-1,20\nBR,us-esat-1,9\n",
    )
    .unwrap();
    let refused = |args: &[&str]| {
        let out = run(at, args);
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        stderr(&out)
    };
    assert!(refused(&["validate", "own.csv"]).contains("the unit of"));
    let said = refused(&["validate", "names.csv"]);
    assert!(
        said.contains("names.csv:2:1") && said.contains("names.csv:3:1"),
        "{said}"
    );
    assert!(said.contains("`sao-paulo-br`"), "{said}");
    assert!(refused(&["validate", "--over", "users"]).contains("nothing is measured"));
    assert!(refused(&["calibrate"]).contains("nothing was measured"));
    assert!(refused(&["calibrate", "names.csv", "-o", "names.csv"]).contains("would be overwritten"));
    fs::write(
        at.join("s.toml"),
        SCENARIO.to_owned() + "[network]\ncalibration = \"bad.toml\"\n",
    )
    .unwrap();
    fs::write(
        at.join("bad.toml"),
        format!("{FILE}[path]\nall = {{ effect = 9.0, sd = 0.1 }}\n"),
    )
    .unwrap();
    let out = run(at, &["check", "s.toml"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(stderr(&out).contains("bad.toml:4:18"), "{}", stderr(&out));
    fs::write(at.join("bad.toml"), format!("{FILE}data = \"0\"\n")).unwrap();
    let out = run(at, &["check", "s.toml"]);
    assert_eq!(out.status.code(), Some(0), "{}", stderr(&out));
    assert!(
        stderr(&out).contains("fitted beside tables of version `0`"),
        "{}",
        stderr(&out)
    );
}
