//! Our side of the table.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use isochrone::decide::designer::Designer;
use isochrone::decide::enumerate::profile::{Profile, Teller, query};
use isochrone::decide::enumerate::{Query, search};
use isochrone::decide::facility::matrix::Costs;
use isochrone::decide::facility::problem::{Goal, Problem};
use isochrone::decide::facility::search::{Effort, solve as solve_sites};
use isochrone::decide::objective::Figure;
use isochrone::decide::recovery::lookup::{AllOfSize, best_after_loss};
use isochrone::engine::latency::law::Laws;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::Watch;

use super::scripts::{Highs, Solved};
use crate::{RUNS, laws_from, pool};

/// What peers tell of a set: three quantiles, and numpy the mean as well.
const FIGURES: [Figure; 4] = [
    Figure::Quantile(0.5),
    Figure::Quantile(0.95),
    Figure::Quantile(0.99),
    Figure::Mean,
];

/// The peers' service level, ms.
const WITHIN: f64 = 150.0;

/// Exponents of time, between the least and the most.
pub(crate) struct Exponents {
    pub(crate) groups: f64,
    pub(crate) runs: f64,
    pub(crate) sets: f64,
}

/// One round of all our figures; `[one thread, two threads]` where there are two.
pub(crate) struct Ours {
    pub(crate) sample_s: f64,
    pub(crate) set_of_3_us: [f64; 2],
    pub(crate) sets_of_5_s: [f64; 2],
    pub(crate) end_to_end_s: [f64; 2],
    /// One point of the distribution of each set of five, ns.
    pub(crate) point_ns: f64,
    /// One row of the table read for each set of five, ns.
    pub(crate) read_ns: f64,
    pub(crate) without_losses_s: f64,
    pub(crate) with_losses_s: f64,
    pub(crate) exponents: Exponents,
}

impl Ours {
    pub(crate) fn time(folder: &Path) -> Self {
        let laws = laws_from(&folder.join("data/base.bin"));
        let asked = query(&FIGURES).expect("figures");
        let table = draw(&laws, RUNS);
        // As the peers do it: what is read by scoring is made before the clock starts.
        let teller = Teller::new(&laws, &table, &asked);
        tell(&teller, 3);
        let threads = [1, 2];
        let sets_of_3 = threads.map(|threads| pool(threads).install(|| least(|| tell(&teller, 3))));
        let sets_of_5_s = threads.map(|threads| pool(threads).install(|| seconds(|| tell(&teller, 5))));
        let sets_of_4 = pool(1).install(|| seconds(|| tell(&teller, 4)));
        let whole = |laws: &Laws, runs: u32| {
            seconds(|| {
                let table = draw(laws, runs);
                let teller = Teller::new(laws, &table, &asked);
                tell(&teller, 3)
            })
        };
        let end_to_end_s = threads.map(|threads| pool(threads).install(|| whole(&laws, RUNS)));
        let one = pool(1);
        let of_groups = ["u100", "u2000"].map(|name| {
            let laws = laws_from(&folder.join(format!("data/{name}.bin")));
            one.install(|| whole(&laws, RUNS))
        });
        let of_runs = [RUNS / 4, RUNS * 4].map(|runs| one.install(|| whole(&laws, runs)));
        let exponent = |less: f64, more: f64, times: f64| (more / less).ln() / times.ln();
        let (point_ns, read_ns) = one.install(|| point(&laws, &table));
        let [without_losses_s, with_losses_s] =
            [false, true].map(|losses| one.install(|| seconds(|| run(&laws, losses))));
        let in_sets = exponent(sets_of_3[0], sets_of_4, 46_376.0 / 5984.0).max(exponent(
            sets_of_4,
            sets_of_5_s[0],
            278_256.0 / 46_376.0,
        ));
        Ours {
            sample_s: one.install(|| seconds(|| draw(&laws, RUNS))),
            set_of_3_us: sets_of_3.map(|s| s / 5984.0 * 1e6),
            sets_of_5_s,
            end_to_end_s,
            point_ns,
            read_ns,
            without_losses_s,
            with_losses_s,
            exponents: Exponents {
                groups: exponent(of_groups[0], of_groups[1], 20.0),
                runs: exponent(of_runs[0], of_runs[1], 16.0),
                sets: in_sets,
            },
        }
    }

    pub(crate) fn print(&self) {
        println!(
            "ours: sample {:.3} s; set of 3 {:.2} us, on two threads {:.2}; all sets of 5 {:.2} s, {:.2}; end to end {:.3} s, {:.3}; \
             point {:.0} ns, read {:.0} ns; losses {:.3} -> {:.3} s",
            self.sample_s,
            self.set_of_3_us[0],
            self.set_of_3_us[1],
            self.sets_of_5_s[0],
            self.sets_of_5_s[1],
            self.end_to_end_s[0],
            self.end_to_end_s[1],
            self.point_ns,
            self.read_ns,
            self.without_losses_s,
            self.with_losses_s
        );
    }
}

fn draw(laws: &Laws, runs: u32) -> LatencyTable {
    LatencyTable::simulate(laws, runs, 1, Watch::default()).expect("not interrupted")
}

fn tell(teller: &Teller<'_>, size: usize) -> Profile {
    teller.all_of(size, Watch::default()).expect("not interrupted")
}

fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed().as_secs_f64()
}

/// The median of three, as the peers take it.
fn least<T>(work: impl Fn() -> T) -> f64 {
    let mut times = [(); 3].map(|()| seconds(&work));
    times.sort_by(f64::total_cmp);
    times[1]
}

/// A point of the distribution of every set of five (its share within a time), and the floor below it: a row of the same
/// table read and added up for each.
fn point(laws: &Laws, table: &LatencyTable) -> (f64, f64) {
    const SETS: f64 = 278_256.0;
    let asked = Query {
        sizes: vec![5],
        must_have: Vec::new(),
        objective: Figure::ShareWithin(WITHIN),
        limits: Vec::new(),
        top: 1,
    };
    let set = || {
        let found = search(laws, table, &asked, Watch::default()).expect("not interrupted");
        assert_eq!(found.scored, 278_256);
        found
    };
    let groups = laws.groups.len();
    let units: Vec<u32> = (0..laws.regions)
        .flat_map(|region| (0..groups).map(move |group| (region, group)))
        .map(|(region, group)| {
            let weight = laws.groups[group].weight;
            (table.part(group, region, weight).share_within(WITHIN) * weight * f64::from(1 << 31)) as u32
        })
        .collect();
    let read = || {
        let mut sum = 0u32;
        for set in 0..278_256 {
            let region = std::hint::black_box(set % laws.regions);
            let row = &units[region * groups..(region + 1) * groups];
            sum = sum.wrapping_add(
                pulp::Arch::new().dispatch(|| row.iter().fold(0, |sum: u32, x| sum.wrapping_add(*x))),
            );
        }
        sum
    };
    (least(set) / SETS * 1e9, least(read) / SETS * 1e9)
}

/// A run by p95: the table, all sets of three, and with `losses` what each comes to after the loss of any one region.
fn run(laws: &Laws, losses: bool) {
    let table = draw(laws, RUNS);
    let objective = Figure::Quantile(0.95);
    let asked = Query {
        sizes: vec![3],
        must_have: Vec::new(),
        objective,
        limits: Vec::new(),
        top: 10,
    };
    std::hint::black_box(search(laws, &table, &asked, Watch::default()).expect("not interrupted"));
    if losses {
        let designer = Designer {
            laws,
            table: &table,
            backend: None,
        };
        let pairs = AllOfSize::score(&designer, objective, 2, Watch::default())
            .expect("not interrupted")
            .expect("few enough");
        std::hint::black_box(best_after_loss(&pairs, laws.regions, &[]));
    }
}

/// A matrix of users and sites.
pub(crate) struct Matrix {
    name: &'static str,
    users: usize,
    sites: usize,
    entries: Vec<f64>,
}

/// The matrices that `HiGHS` is given, written where its script reads them: weight times mean latency, and weight times the
/// share that is not within the service level; scaled to a value of some 10⁴ to 10⁵, as unscaled ones were once solved wrong.
pub(crate) fn matrices(folder: &Path) -> Vec<Matrix> {
    let laws = laws_from(&folder.join("data/big.bin"));
    let table = draw(&laws, 2000);
    let of = |name: &'static str, scale: f64, entry: &dyn Fn(usize, usize) -> f64| {
        let pairs =
            (0..laws.groups.len()).flat_map(|group| (0..laws.regions).map(move |region| (group, region)));
        let single: Vec<f32> = pairs
            .map(|(group, region)| (scale * laws.groups[group].weight * entry(group, region)) as f32)
            .collect();
        let bytes: Vec<u8> = single.iter().flat_map(|x| x.to_le_bytes()).collect();
        std::fs::write(folder.join(format!("data/cost_{name}.f32")), bytes).expect("a writable folder");
        Matrix {
            name,
            users: laws.groups.len(),
            sites: laws.regions,
            entries: single.into_iter().map(f64::from).collect(),
        }
    };
    vec![
        of("mean", 1e3, &|group, region| table.mean(group, region)),
        of("slo", 1e5, &|group, region| {
            1.0 - table.part(group, region, 1.0).share_within(WITHIN)
        }),
    ]
}

/// Seconds until our search holds a set of the value of `HiGHS`, so often.
pub(crate) fn solve(matrix: &Matrix, theirs: Highs, repeats: usize) -> Solved {
    let costs = Costs::from_table(matrix.users, matrix.sites, matrix.entries.clone()).expect("a matrix");
    let problem = Problem::new(Goal::Median).choose(6);
    // Their value is printed with six decimals.
    let enough = theirs.value + 1e-6 * theirs.value.abs() + 1e-6;
    let (mut ours_s, mut agree) = (Vec::new(), String::new());
    for _ in 0..repeats.max(5) {
        let start = Instant::now();
        let mut reached = None;
        let found = pool(1).install(|| {
            solve_sites(&costs, &problem, &Effort::default(), &mut |news| {
                if news.value <= enough && reached.is_none() {
                    reached = Some(start.elapsed().as_secs_f64());
                }
                ControlFlow::Continue(())
            })
        });
        let whole = start.elapsed().as_secs_f64();
        let found = found.expect("a question that makes sense");
        let reached = reached.or((found.value <= enough).then_some(whole));
        ours_s.push(reached.unwrap_or(f64::INFINITY));
        agree = format!(
            "ours {:.4}, HiGHS {:.4}; ours {:?} after {whole:.3} s",
            found.value, theirs.value, found.status
        );
    }
    println!("{}: {agree}", matrix.name);
    Solved {
        name: matrix.name,
        highs_s: theirs.seconds,
        status: theirs.status,
        ours_s,
        agree,
    }
}
