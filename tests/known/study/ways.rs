//! Judged sets by each way to draw: how often intervals hold the truth, and ties.

use isochrone::basis::dist::Dist;
use isochrone::basis::seed::{Points, Source};
use isochrone::decide::judge::{Criteria, Judged, Verdict, judge};
use isochrone::decide::objective::Figure;
use isochrone::engine::latency::draws::Draws;
use isochrone::engine::latency::law::Laws;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::Watch;
use rayon::prelude::*;

use super::truth::{WITHIN_MS, World};
use super::{CONTRASTED, Counts, FIGURES, OBJECTIVE, SETS, Told, held, name_of, told};
use crate::row::Row;
use crate::support::laws::weighted_laws_of;

/// Draws of a pair, on average.
const RUNS: u32 = 1024;

#[derive(Clone, Copy)]
enum Way {
    Equal(Points),
    ByWeight(Points),
}

const WAYS: [(&str, Way); 4] = [
    ("random", Way::Equal(Points::Random)),
    ("random by weight", Way::ByWeight(Points::Random)),
    ("scrambled", Way::Equal(Points::Scrambled)),
    ("scrambled by weight", Way::ByWeight(Points::Scrambled)),
];

impl Way {
    fn draws(self, laws: &Laws, seed: u64) -> Draws {
        let source = |points| Source { seed, points };
        match self {
            Way::Equal(points) => Draws::equal(RUNS, source(points)),
            Way::ByWeight(points) => {
                let weights = laws.groups.iter().map(|group| group.weight);
                Draws::by_weight(weights, RUNS, source(points))
            }
        }
    }
}

fn criteria() -> Criteria {
    Criteria {
        objective: Figure::ShareWithin(WITHIN_MS[OBJECTIVE - 5]),
        within_ms: WITHIN_MS.to_vec(),
        min_share: 0.05,
        input_replicates: 0,
    }
}

fn judged(laws: &Laws, draws: &Draws, sets: &[&[usize]]) -> Vec<Judged> {
    let table = LatencyTable::drawn(laws, draws, Watch::default()).unwrap();
    let sets: Vec<Vec<usize>> = sets.iter().map(|set| set.to_vec()).collect();
    judge(laws, &table, &sets, None, &criteria(), Watch::default())
        .unwrap()
        .sets
}

/// What each repetition tells, summed up; sums of counts do not depend on the order.
fn repeated<const N: usize>(
    laws: &Laws,
    way: Way,
    repetitions: u64,
    count: impl Fn(&Told) -> [bool; N] + Sync,
) -> [u64; N] {
    (1..=repetitions)
        .into_par_iter()
        .map(|seed| {
            let judged = judged(laws, &way.draws(laws, seed), &SETS);
            count(&told([&judged[0], &judged[1]])).map(u64::from)
        })
        .reduce(|| [0; N], |a, b| std::array::from_fn(|at| a[at] + b[at]))
}

pub(super) fn coverage(repetitions: u64) -> Vec<Row> {
    let world = World::apart();
    let (laws, truth) = (world.laws(), world.truth(&SETS));
    let counts = Counts { repetitions };
    let mut rows = Vec::new();
    for (name, way) in WAYS {
        let of: [u64; FIGURES] = repeated(&laws, way, repetitions, |told| held(told, &truth));
        let row = |figure: usize| counts.held(format!("{}, {name}", name_of(figure)), of[figure]);
        rows.extend((0..FIGURES).map(row));
    }
    rows
}

/// How often equal sets are told apart, and how often of two sets the better one is called the worse.
pub(super) fn ties(repetitions: u64) -> Vec<Row> {
    let counts = Counts { repetitions };
    let figure = |at: usize| name_of(CONTRASTED[at]);
    let differs = |told: &Told| told.apart.map(|(_, verdict)| verdict == Verdict::Differs);
    let twins = World::twins(0.0).laws();
    // A difference that is often not seen: a standard error or two of it.
    let world = World::twins(3.0);
    let (near, truth) = (world.laws(), world.truth(&SETS));
    let wrong = |told: &Told| -> [bool; 5] {
        std::array::from_fn(|at| {
            let figure = CONTRASTED[at];
            let apart = truth[told.behind][figure] - truth[1 - told.behind][figure];
            let (estimate, verdict) = told.apart[at];
            verdict == Verdict::Differs && estimate.value * apart < 0.0
        })
    };
    let mut rows = Vec::new();
    for (name, way) in WAYS {
        let apart = repeated(&twins, way, repetitions, differs);
        let equal = |at: usize| {
            counts.wrong(
                format!("equal sets told apart by {}, {name}", figure(at)),
                0.05,
                apart[at],
            )
        };
        rows.extend((0..5).map(equal));
    }
    for (name, way) in WAYS {
        let wrong = repeated(&near, way, repetitions, wrong);
        let what = |at: usize| format!("the better of two called worse by {}, {name}", figure(at));
        rows.extend((0..5).map(|at| counts.wrong(what(at), 0.025, wrong[at])));
    }
    rows
}

/// Of five sets that are all equal, how many of those behind the best are told apart from it: what choosing the best from
/// the same draws adds to a verdict that is made for two.
pub(super) fn among_five(repetitions: u64) -> String {
    let path = || Dist::log_normal(60.0, 0.35).unwrap();
    let row: Vec<Dist> = (0..5).map(|_| path()).collect();
    let laws = weighted_laws_of(&[3.0, 2.0, 1.0], &[row.clone(), row.clone(), row]);
    let sets: Vec<[usize; 1]> = (0..5).map(|region| [region]).collect();
    let sets: Vec<&[usize]> = sets.iter().map(<[usize; 1]>::as_slice).collect();
    let apart: u64 = (1..=repetitions)
        .into_par_iter()
        .map(|seed| {
            let judged = judged(&laws, &Draws::equal(RUNS, seed), &sets);
            let contrasts = judged.iter().filter_map(|it| it.versus_best);
            contrasts.filter(|it| it.mean.verdict == Verdict::Differs).count() as u64
        })
        .sum();
    let share = 100.0 * apart as f64 / (4 * repetitions) as f64;
    format!(
        "The best of many is the best partly by luck, which differences from it allow for: among five sets that are all equal \
         {share:.1} % of those behind it are told apart from it by their mean, where each may be with 5 %. `--race` promises \
         for all sets together.\n"
    )
}
