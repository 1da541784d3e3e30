//! Whether a calibration is better on rows that it has not seen: fitted to some of them, tried on the others.
//!
//! | trial | held back together | tried on |
//! |---|---|---|
//! | hosts | all rows of a host | hosts of countries that have another one |
//! | pairs | a country and a region | rows that are each of many users |
//! | countries | all rows of a country | users |
//! | links | a pair of regions | links |
//!
//! To another region a host that was seen brings along its own access, so "better" for such a row says nothing of others:
//! rows of hosts are held back by host. A country with a single host has no other; only the trial of countries is left for
//! it. Units are dealt to folds by a fixed hash of their names, those of one country in turn, so neither order nor other
//! rows decide where one goes but for its country's; each fold fits its variances anew.

use std::collections::{BTreeMap, BTreeSet};

use super::effects::Calibration;
use super::figures::{
    Agreement, Compared, ENOUGH_CLUSTERS, FEW_CLUSTERS, Found, agreement, mean_with_interval,
};
use super::fit::fit;
use super::observation::{Observation, Over, Subject};
use crate::basis::digest::digest;
use crate::world::network::validate::FOLDS;
use crate::world::network::variance::InputSpread;

/// What is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// Single hosts, of countries with several.
    Hosts,
    /// Pairs of country and region, of rows over many users.
    Pairs,
    /// Countries.
    Countries,
    /// Links, by the pair of their regions.
    Links,
}

impl Trial {
    /// All of them.
    pub const ALL: [Trial; 4] = [Trial::Hosts, Trial::Pairs, Trial::Countries, Trial::Links];

    /// What is unseen, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Trial::Hosts => "users, host unseen",
            Trial::Pairs => "users, pair of country and region unseen",
            Trial::Countries => "users, country unseen",
            Trial::Links => "links, pair unseen",
        }
    }

    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Trial::Hosts => "hosts",
            Trial::Pairs => "pairs",
            Trial::Countries => "countries",
            Trial::Links => "links",
        }
    }

    /// What is held back together with an observation; none where the trial is not about it.
    fn unit(self, it: &Observation) -> Option<Unit> {
        let (country, _, region) = it.subject.parts();
        let is_link = matches!(it.subject, Subject::Link { .. });
        let (among, name) = match (self, it.over) {
            (Trial::Links, _) if is_link => ("", format!("{} {}", country.min(region), country.max(region))),
            (Trial::Links, _) => return None,
            _ if is_link => return None,
            (Trial::Countries, _) => ("", country.to_owned()),
            (Trial::Hosts, Over::Host) => (country, it.host.clone()),
            (Trial::Pairs, Over::Users) => ("", format!("{country} {region}")),
            _ => return None,
        };
        Some(Unit {
            among: among.to_owned(),
            hash: digest(name.as_bytes()),
            name,
        })
    }
}

/// What is held back together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Unit {
    /// Its country, where it must have others there.
    among: String,
    hash: String,
    name: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The error is smaller, beyond noise.
    Better,
    /// The error differs by less than a tenth of a point, all of its interval.
    Same,
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
            Verdict::Same => "the same to a tenth of a point",
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
    /// Countries that its rows are of, where these are too few to stand for others: what came of it holds within them.
    pub within: Option<usize>,
}

impl Tried {
    /// Whether its interval leans on few clusters.
    pub fn of_few_clusters(&self) -> bool {
        self.after.clusters < ENOUGH_CLUSTERS
    }
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
    let units = units(trial, observations);
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
        let seen: Vec<usize> = (0..observations.len())
            .filter(|row| fold_of(*row) != Some(fold))
            .collect();
        let of_seen: Vec<Observation> = seen.iter().map(|&row| observations[row].clone()).collect();
        let fitted = fit(&of_seen, spread, &|row, under| {
            predict(seen[row], under).predicted_ms
        })
        .calibration;
        for row in (0..observations.len()).filter(|row| fold_of(*row) == Some(fold)) {
            rows.push(row);
            before.push(predict(row, &nothing));
            after.push(predict(row, &fitted));
        }
    }
    let subjects: Vec<&Subject> = rows.iter().map(|row| &observations[*row].subject).collect();
    let countries: BTreeSet<&str> = subjects.iter().map(|subject| subject.parts().0).collect();
    let within = trial != Trial::Links && trial != Trial::Countries && countries.len() < FEW_CLUSTERS;
    let held: Vec<&Unit> = rows.iter().filter_map(|row| units[*row].as_ref()).collect();
    let clusters = clusters(&subjects, within.then_some(&held));
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
        within: within.then_some(countries.len()),
    })
}

/// A mean |ln(predicted / measured)| that differs by less than this, a tenth of a point, is told to be the same: rows that
/// are predicted exactly can only become worse, be it by a millionth.
const SAME: f64 = 0.001;

fn verdict(clusters: usize, difference: &Found) -> Verdict {
    match difference.interval {
        _ if clusters < FEW_CLUSTERS => Verdict::TooFew,
        None => Verdict::TooFew,
        Some((low, high)) if low > -SAME && high < SAME => Verdict::Same,
        Some((_, high)) if high < 0.0 => Verdict::Better,
        Some((low, _)) if low > 0.0 => Verdict::Worse,
        Some(_) => Verdict::NoDifference,
    }
}

/// The unit of each observation, but for those that must have another one beside them and have none.
fn units(trial: Trial, observations: &[Observation]) -> Vec<Option<Unit>> {
    let mut units: Vec<Option<Unit>> = observations.iter().map(|it| trial.unit(it)).collect();
    let mut among: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for unit in units.iter().flatten() {
        among
            .entry(unit.among.clone())
            .or_default()
            .insert(unit.name.clone());
    }
    for unit in &mut units {
        let alone = |it: &Unit| !it.among.is_empty() && among[&it.among].len() < 2;
        if unit.as_ref().is_some_and(alone) {
            *unit = None;
        }
    }
    units
}

/// A fold for each unit. Units in the order of their hashes are dealt to the folds in turn, those of one country after
/// each other.
fn deal(units: &[Option<Unit>]) -> BTreeMap<Unit, usize> {
    let units: BTreeSet<&Unit> = units.iter().flatten().collect();
    let folds = FOLDS.min(units.len());
    units
        .into_iter()
        .enumerate()
        .map(|(at, unit)| (unit.clone(), at % folds))
        .collect()
}

/// What goes wrong together: rows of a country, or of a unit `within` few countries; links by both of their regions.
fn clusters(subjects: &[&Subject], within: Option<&Vec<&Unit>>) -> Vec<[usize; 2]> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut number = |name: String| {
        let next = names.len();
        *names.entry(name).or_insert(next)
    };
    subjects
        .iter()
        .enumerate()
        .map(|(row, subject)| match (subject, within) {
            (Subject::Link { a, b }, _) => [number(a.clone()), number(b.clone())],
            (_, Some(units)) => [number(format!("{} {}", units[row].among, units[row].name)); 2],
            (Subject::Users { country, .. }, None) => [number(country.clone()); 2],
        })
        .collect()
}
