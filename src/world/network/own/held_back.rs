//! Whether a calibration is better on rows that it has not seen: fitted to some of them, tried on the others.
//!
//! Two trials of users: pairs of country and region held back together, and whole countries held back. Links are held back
//! by pair. Rows are dealt to folds by a fixed hash of their names, so neither order nor other rows decide where one
//! goes; each fold fits its variances anew.

use std::collections::BTreeMap;

use super::effects::Calibration;
use super::figures::{Agreement, Compared, FEW_CLUSTERS, Found, agreement, mean_with_interval};
use super::fit::{Observation, Subject, fit};
use crate::basis::digest::digest;
use crate::world::network::validate::FOLDS;
use crate::world::network::variance::InputSpread;

/// What is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// Pairs of country and region.
    Pairs,
    /// Countries.
    Countries,
    /// Links, by the pair of their regions.
    Links,
}

impl Trial {
    /// All of them.
    pub const ALL: [Trial; 3] = [Trial::Pairs, Trial::Countries, Trial::Links];

    /// What is unseen, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Trial::Pairs => "users, pair of country and region unseen",
            Trial::Countries => "users, country unseen",
            Trial::Links => "links, pair unseen",
        }
    }

    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Trial::Pairs => "pairs",
            Trial::Countries => "countries",
            Trial::Links => "links",
        }
    }

    /// What is held back together with an observation; none where the trial is not about it.
    fn unit(self, subject: &Subject) -> Option<String> {
        match (self, subject) {
            (Trial::Pairs, Subject::Users { country, region, .. }) => Some(format!("{country} {region}")),
            (Trial::Countries, Subject::Users { country, .. }) => Some(country.clone()),
            (Trial::Links, Subject::Link { a, b }) if a <= b => Some(format!("{a} {b}")),
            (Trial::Links, Subject::Link { a, b }) => Some(format!("{b} {a}")),
            _ => None,
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The error is smaller, beyond noise.
    Better,
    /// The difference is not beyond noise.
    NoDifference,
    /// The error is greater, beyond noise.
    Worse,
    /// There are fewer than five clusters: nothing can be said.
    TooFew,
}

impl Verdict {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::NoDifference => "no improvement beyond noise",
            Verdict::Worse => "worse",
            Verdict::TooFew => "too few clusters to say",
        }
    }
}

/// One trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// What was held back.
    pub trial: Trial,
    /// Folds.
    pub folds: usize,
    /// Predictions without calibration.
    pub before: Agreement,
    /// With one that has not seen the row.
    pub after: Agreement,
    /// Mean of |ln(predicted / measured)| after, less the same before: below 0 where it is better.
    pub difference: Found,
    /// What that amounts to.
    pub verdict: Verdict,
}

/// A prediction of row `i` under a calibration: what it is compared as, clusters aside.
pub type Predict<'a> = &'a dyn Fn(usize, &Calibration) -> Compared;

/// Tries `observations` in all ways for which there are two units to hold back at least.
pub fn held_back(observations: &[Observation], spread: InputSpread, predict: Predict<'_>) -> Vec<Tried> {
    Trial::ALL
        .into_iter()
        .filter_map(|trial| tried(trial, observations, spread, predict))
        .collect()
}

fn tried(
    trial: Trial,
    observations: &[Observation],
    spread: InputSpread,
    predict: Predict<'_>,
) -> Option<Tried> {
    let units: Vec<Option<String>> = observations.iter().map(|it| trial.unit(&it.subject)).collect();
    let folds = deal(&units);
    let count = folds.values().max()? + 1;
    if count < 2 {
        return None;
    }
    let fold_of = |row: usize| units[row].as_ref().map(|unit| folds[unit]);
    let nothing = Calibration::default();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut rows = Vec::new();
    for fold in 0..count {
        let seen: Vec<Observation> = observations
            .iter()
            .enumerate()
            .filter(|(row, _)| fold_of(*row) != Some(fold))
            .map(|(_, it)| it.clone())
            .collect();
        let fitted = fit(&seen, spread);
        for row in (0..observations.len()).filter(|row| fold_of(*row) == Some(fold)) {
            rows.push(row);
            before.push(predict(row, &nothing));
            after.push(predict(row, &fitted));
        }
    }
    let subjects: Vec<&Subject> = rows.iter().map(|row| &observations[*row].subject).collect();
    let clusters = clusters(&subjects);
    for (compared, clusters) in before.iter_mut().chain(&mut after).zip(clusters.iter().cycle()) {
        compared.clusters = *clusters;
    }
    let change: Vec<f64> = before
        .iter()
        .zip(&after)
        .map(|(before, after)| after.log_ratio().abs() - before.log_ratio().abs())
        .collect();
    let (count_of_clusters, difference) = mean_with_interval(&clusters, &change);
    Some(Tried {
        trial,
        folds: count,
        before: agreement(&before)?,
        after: agreement(&after)?,
        difference,
        verdict: verdict(count_of_clusters, &difference),
    })
}

fn verdict(clusters: usize, difference: &Found) -> Verdict {
    match difference.interval {
        Some((_, high)) if clusters >= FEW_CLUSTERS && high < 0.0 => Verdict::Better,
        Some((low, _)) if clusters >= FEW_CLUSTERS && low > 0.0 => Verdict::Worse,
        Some(_) if clusters >= FEW_CLUSTERS => Verdict::NoDifference,
        _ => Verdict::TooFew,
    }
}

/// A fold for each unit. Units in the order of their hashes are dealt to the folds in turn.
fn deal(units: &[Option<String>]) -> BTreeMap<String, usize> {
    let mut names: Vec<(String, &String)> = units
        .iter()
        .flatten()
        .map(|unit| (digest(unit.as_bytes()), unit))
        .collect();
    names.sort();
    names.dedup();
    let folds = FOLDS.min(names.len());
    names
        .into_iter()
        .enumerate()
        .map(|(at, (_, unit))| (unit.clone(), at % folds))
        .collect()
}

/// What goes wrong together: rows of a country where there are enough countries, else rows of a pair; links by both of
/// their regions.
pub(super) fn clusters(subjects: &[&Subject]) -> Vec<[usize; 2]> {
    let mut countries: Vec<&str> = subjects
        .iter()
        .filter_map(|subject| match subject {
            Subject::Users { country, .. } => Some(country.as_str()),
            Subject::Link { .. } => None,
        })
        .collect();
    countries.sort_unstable();
    countries.dedup();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut number = |name: String| {
        let next = names.len();
        *names.entry(name).or_insert(next)
    };
    subjects
        .iter()
        .map(|subject| match subject {
            Subject::Users { country, region, .. } => {
                let name = if countries.len() >= FEW_CLUSTERS {
                    country.clone()
                } else {
                    format!("{country} {region}")
                };
                [number(name); 2]
            }
            Subject::Link { a, b } => [number(a.clone()), number(b.clone())],
        })
        .collect()
}
