//! A bound for every set at once: the relaxation tells each set by a sum over its sites.
//!
//! With multipliers `u` no set is below `Σ_users u + Σ_sites r(site)`, see `bound`. So whether a value can be
//! reached is asked of a set by adding up as many numbers as it has sites, and all sets that might reach it are listed
//! without a look at the others.

use super::bound::{Best, Fix, Meter, climb, first_multipliers, reduced_costs};
use super::interchange::improve;
use super::matrix::Costs;
use super::problem::{Goal, Problem};
use super::start::greedy;
use super::sums::Sums;
use crate::basis::error::{Error, Result};

/// Steps between two looks at what was found; more than 100, so that a climb begins with wide strides.
const STRETCH: u32 = 120;

/// A bound that is a sum over the sites of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxed {
    /// What every set costs.
    pub constant: f64,
    /// What each site adds, by the caller's count; infinite where it must not be open.
    pub reduced: Vec<f64>,
    /// A set whose value is at most what was aimed at, ascending, where one came up on the way.
    pub reached: Option<Vec<usize>>,
    /// Steps that were taken.
    pub steps: u64,
}

impl Relaxed {
    /// The value of the set is not below.
    pub fn of(&self, open: &[usize]) -> f64 {
        self.constant + open.iter().map(|&site| self.reduced[site]).sum::<f64>()
    }

    /// No set of `number` sites with all of `must` is below; infinite where there is none.
    pub fn least(&self, number: usize, must: &[usize]) -> f64 {
        let mut free: Vec<f64> = (0..self.reduced.len())
            .filter(|site| !must.contains(site))
            .map(|site| self.reduced[site])
            .collect();
        free.sort_by(f64::total_cmp);
        match number.checked_sub(must.len()) {
            Some(open) if open <= free.len() => self.of(must) + free[..open].iter().sum::<f64>(),
            _ => f64::INFINITY,
        }
    }
}

/// Raises the bound of all sets of a median problem towards `ceiling`, which no interest goes beyond, in at most `steps`
/// steps. Ends early when the bound is there, or a set of at most `target` came up: it shows that no bound above it will.
///
/// # Errors
/// When the question makes no sense for `costs`, is another than of [`Goal::Median`], or its conditions contradict each
/// other.
pub fn relax(
    costs: &Costs,
    problem: &Problem,
    start: &[usize],
    (target, ceiling): (f64, f64),
    steps: u32,
) -> Result<Relaxed> {
    problem.check(costs)?;
    if problem.goal != Goal::Median {
        return Err(Error::input("only a median has a bound that is a sum over sites"));
    }
    if let Some(why) = problem.contradiction(costs) {
        return Err(Error::input(why));
    }
    let sums = Sums::of(costs, problem);
    let mut best = Best {
        ceiling,
        ..Best::none(&sums)
    };
    let mut meter = Meter {
        done: 0,
        limit: u64::MAX,
        stopped: false,
        stop: &|| false,
    };
    offer_starts(&sums, problem, start, &mut best, &mut meter);
    let mut multipliers = first_multipliers(&sums, &best.open);
    let mut left = steps;
    while left > 0 && best.value > target {
        let mut fix = fixes(&sums);
        let stretch = STRETCH.min(left);
        let found = climb(&sums, &mut fix, &mut multipliers, stretch, &mut best, &mut meter);
        left -= stretch;
        if sums.rounded(found.bound) >= best.cutoff(&sums) {
            break;
        }
    }
    let mut reduced = vec![f64::INFINITY; costs.sites()];
    for (at, value) in reduced_costs(&sums, &multipliers).into_iter().enumerate() {
        reduced[sums.site_of[at]] = value;
    }
    Ok(Relaxed {
        constant: multipliers.iter().sum(),
        reduced,
        reached: (best.value <= target).then_some(best.open),
        steps: meter.done,
    })
}

/// The caller's set where it is one of the problem's, and the greedy one, each improved.
fn offer_starts(sums: &Sums, problem: &Problem, start: &[usize], best: &mut Best, meter: &mut Meter) {
    let place = |site: &usize| sums.site_of.iter().position(|other| other == site);
    let given: Option<Vec<usize>> = start.iter().map(place).collect();
    let fits =
        |open: &Vec<usize>| open.len() == sums.most && problem.must.iter().all(|it| start.contains(it));
    for mut open in given.filter(fits).into_iter().chain([greedy(sums)]) {
        let (value, work) = improve(sums, &mut open);
        meter.done += work;
        best.offer(sums, value, &open);
    }
}

fn fixes(sums: &Sums) -> Vec<Fix> {
    let fix = |must: &bool| if *must { Fix::In } else { Fix::Free };
    sums.must.iter().map(fix).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::seed::{Purpose, Stream};

    const USERS: usize = 12;
    const SITES: usize = 9;

    fn costs(case: u32, whole: bool) -> Costs {
        let draws = Stream::new(5, Purpose::Resample, case, 1);
        let cost = |at: u64| draws.uniform(at) * 50.0;
        let table = (0..(USERS * SITES) as u64).map(|at| if whole { cost(at).round() } else { cost(at) });
        Costs::from_table(USERS, SITES, table.collect()).unwrap()
    }

    fn sets(number: usize) -> impl Iterator<Item = Vec<usize>> {
        (0..1_u32 << SITES)
            .map(|mask| {
                (0..SITES)
                    .filter(|site| mask >> site & 1 == 1)
                    .collect::<Vec<_>>()
            })
            .filter(move |open| open.len() == number)
    }

    #[test]
    fn no_set_is_below_what_the_relaxation_says_of_it() {
        for case in 0..60 {
            let costs = costs(case, case % 2 == 0);
            let must: &[usize] = if case % 3 == 0 { &[4] } else { &[] };
            let problem = Problem::new(Goal::Median).choose(3).must(must);
            let with_must = || sets(3).filter(|open| must.iter().all(|site| open.contains(site)));
            let least = with_must()
                .map(|open| problem.value(&costs, &open))
                .fold(f64::INFINITY, f64::min);
            for target in [0.8 * least, least, 1.2 * least] {
                let found = relax(&costs, &problem, &[], (target, target * 1.01), 360).unwrap();
                for open in sets(3) {
                    let (bound, value) = (found.of(&open), problem.value(&costs, &open));
                    assert!(
                        bound <= value + 1e-9 * value,
                        "case {case}: {open:?}: {bound} > {value}"
                    );
                }
                let bound = found.least(3, must);
                assert!(bound <= least * (1.0 + 1e-9));
                let lowest = with_must()
                    .map(|open| found.of(&open))
                    .fold(f64::INFINITY, f64::min);
                assert!((bound - lowest).abs() <= 1e-9 * lowest.abs());
                assert_eq!(found.reached.is_some(), target >= least, "case {case}");
            }
        }
    }
}
