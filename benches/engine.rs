//! The engine against the best public tools on the same work, side by side in one run.
//!
//! ```sh
//! cargo bench --bench engine -- --peers DIR [--python PYTHON] [--repeats N]     # the table of ratios
//! cargo bench --bench engine [-- --repeats N]                                    # our side of the common work only
//! cargo bench --bench engine -- --designs [--repeats N]
//! cargo bench --bench engine -- --losses [--repeats N]
//! cargo bench --bench engine -- --capacity [--repeats N]
//! cargo bench --bench engine -- --plans [--repeats N]
//! ```
//!
//! With `--designs` a search over designs is timed against one over plain sets instead, both by the library; with `--losses`
//! a search that looks at all losses of one region against one that does not; with `--capacity` the peaks of sets and the
//! fleets for them; with `--plans` a search that sizes and bills every set against one that does not.
//!
//! `DIR` holds the peers' scripts; see `benches/README.md`. Without `--peers` only our own side is timed, on data of the
//! same make.

#![allow(clippy::print_stdout, reason = "a bench talks to the terminal")]

mod capacity;
mod designs;
mod losses;
mod peers;
mod plans;

use std::path::{Path, PathBuf};
use std::time::Instant;

use isochrone::basis::dist::Dist;
use isochrone::decide::enumerate::profile::{Teller, query};
use isochrone::decide::objective::Figure;
use isochrone::engine::latency::law::{AccessError, GroupLaw, Laws, PairLaw, Part, PathError};
use isochrone::engine::latency::placed::Placed;
use isochrone::engine::latency::table::LatencyTable;
use isochrone::engine::progress::Watch;

const RUNS: u32 = 10_000;

#[allow(
    clippy::struct_excessive_bools,
    reason = "flags of the command line, one each"
)]
struct Settings {
    peers: Option<PathBuf>,
    python: String,
    repeats: usize,
    designs: bool,
    losses: bool,
    capacity: bool,
    plans: bool,
}

fn main() {
    let settings = settings();
    println!("machine: {}", machine());
    if settings.designs {
        return designs::compare(settings.repeats);
    }
    if settings.losses {
        return losses::compare(settings.repeats);
    }
    if settings.plans {
        return plans::compare(settings.repeats);
    }
    if settings.capacity {
        let laws = made_up(capacity::GROUPS, capacity::REGIONS);
        return capacity::compare(&laws, settings.repeats);
    }
    if let Some(scripts) = &settings.peers {
        let folder = std::env::temp_dir().join(format!("isochrone-bench-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("data")).expect("a writable temporary folder");
        let peers = peers::Peers {
            scripts,
            python: &settings.python,
            folder: &folder,
        };
        peers::table(&peers, settings.repeats);
        let _ = std::fs::remove_dir_all(&folder);
        return;
    }
    let laws = made_up(500, 34);
    println!(
        "\nwork: {} user groups x {} regions x {RUNS} draws, then every set of 3",
        laws.groups.len(),
        laws.regions
    );
    report(&time_ours(&laws, settings.repeats));
    if let Some(kib) = peak_kib() {
        println!("peak memory of this process: {:.0} MiB", kib / 1024.0);
    }
}

fn settings() -> Settings {
    let mut settings = Settings {
        peers: None,
        python: "python3".into(),
        repeats: 5,
        designs: false,
        losses: false,
        capacity: false,
        plans: false,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--peers" => settings.peers = args.next().map(PathBuf::from),
            "--python" => settings.python = args.next().unwrap_or(settings.python),
            "--repeats" => settings.repeats = args.next().and_then(|n| n.parse().ok()).unwrap_or(5),
            "--designs" => settings.designs = true,
            "--losses" => settings.losses = true,
            "--capacity" => settings.capacity = true,
            "--plans" => settings.plans = true,
            _ => {}
        }
    }
    settings
}

/// Medians of our own phases on one thread, in seconds.
struct Ours {
    sample: Spread,
    score: Spread,
    end_to_end: Spread,
    sets: usize,
    check: [f64; 4],
    end_to_end_two_threads: Spread,
}

#[derive(Clone, Copy)]
struct Spread {
    min: f64,
    median: f64,
    max: f64,
}

fn spread(mut seconds: Vec<f64>) -> Spread {
    seconds.sort_by(f64::total_cmp);
    Spread {
        min: seconds[0],
        median: seconds[seconds.len() / 2],
        max: seconds[seconds.len() - 1],
    }
}

fn time_ours(laws: &Laws, repeats: usize) -> Ours {
    let one = pool(1);
    let two = pool(2);
    let (mut sample, mut score, mut both, mut both_two) = (vec![], vec![], vec![], vec![]);
    let mut check = [0.0; 4];
    for _ in 0..repeats {
        one.install(|| {
            let start = Instant::now();
            let table = LatencyTable::simulate(laws, RUNS, 1, Watch::default()).expect("not interrupted");
            let sampled = start.elapsed().as_secs_f64();
            score_all(laws, &table);
            let done = start.elapsed().as_secs_f64();
            sample.push(sampled);
            score.push(done - sampled);
            both.push(done);
            let placed = Placed::new(laws, &table, &[0, 1, 18]);
            check = [0.5, 0.95, 0.99, -1.0].map(|p| {
                if p < 0.0 {
                    placed.mean(laws, &table).value
                } else {
                    placed.all.quantile(p).value
                }
            });
        });
        two.install(|| {
            let start = Instant::now();
            let table = LatencyTable::simulate(laws, RUNS, 1, Watch::default()).expect("not interrupted");
            score_all(laws, &table);
            both_two.push(start.elapsed().as_secs_f64());
        });
    }
    Ours {
        sample: spread(sample),
        score: spread(score),
        end_to_end: spread(both),
        sets: 5984,
        check,
        end_to_end_two_threads: spread(both_two),
    }
}

/// p50, p95, p99 and mean of every set of three.
fn score_all(laws: &Laws, table: &LatencyTable) {
    let figures = [
        Figure::Quantile(0.5),
        Figure::Quantile(0.95),
        Figure::Quantile(0.99),
        Figure::Mean,
    ];
    let asked = query(&figures).expect("figures");
    let told = Teller::new(laws, table, &asked).all_of(3, Watch::default());
    assert!(told.expect("not interrupted").is_whole(laws.regions));
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads")
}

fn report(ours: &Ours) {
    let line = |what: &str, ours: Spread| {
        println!(
            "{what:<38} {:7.3} s  [{:.3} .. {:.3}]",
            ours.median, ours.min, ours.max
        );
    };
    line("sample + bin (170 M draws), 1 thread", ours.sample);
    line("score C(34,3), 4 figures, 1 thread", ours.score);
    line("end to end, 1 thread", ours.end_to_end);
    line("end to end, 2 threads", ours.end_to_end_two_threads);
    println!("a set: {:.2} us", ours.score.median / ours.sets as f64 * 1e6);
    println!(
        "set (0, 1, 18): p50 {:.2} p95 {:.2} p99 {:.2} mean {:.2} ms",
        ours.check[0], ours.check[1], ours.check[2], ours.check[3]
    );
}

/// The laws of the peers' data file: `u32 U, R; f32 w[U], med[U,R], sig[U,R], p[U,R], gs[U,R], …`.
fn laws_from(file: &Path) -> Laws {
    let bytes = std::fs::read(file).expect("the data file");
    let word = |at: usize| <[u8; 4]>::try_from(&bytes[4 * at..4 * at + 4]).expect("four bytes");
    let (users, regions) = (
        u32::from_le_bytes(word(0)) as usize,
        u32::from_le_bytes(word(1)) as usize,
    );
    let floats = |from: usize, count: usize| -> Vec<f64> {
        (0..count)
            .map(|i| f64::from(f32::from_le_bytes(word(2 + from + i))))
            .collect()
    };
    let pairs = users * regions;
    laws(
        &floats(0, users),
        regions,
        &floats(users, pairs),
        &floats(users + pairs, pairs),
        &floats(users + 2 * pairs, pairs),
        &floats(users + 3 * pairs, pairs),
    )
}

fn made_up(users: usize, regions: usize) -> Laws {
    let spread =
        |i: usize, low: f64, high: f64| low + (high - low) * ((i * 2_654_435_761) % 1000) as f64 / 1000.0;
    let pairs = users * regions;
    let of = |low, high| -> Vec<f64> { (0..pairs).map(|i| spread(i + 17, low, high)).collect() };
    laws(
        &vec![1.0; users],
        regions,
        &of(10.0, 300.0),
        &of(0.04, 0.3),
        &of(0.005, 0.04),
        &of(10.0, 60.0),
    )
}

fn laws(weights: &[f64], regions: usize, med: &[f64], sig: &[f64], p: &[f64], gs: &[f64]) -> Laws {
    let total: f64 = weights.iter().sum();
    let groups = weights
        .iter()
        .map(|weight| GroupLaw {
            weight: weight / total,
            country: 0,
            access: Part::fixed(0.0),
            access_error: AccessError::default(),
        })
        .collect();
    let zero = || Dist::fixed(0.0).expect("zero");
    let pairs = (0..med.len())
        .map(|i| PairLaw {
            parts: vec![
                Part::once(Dist::log_normal(med[i], sig[i]).expect("a law").shape()),
                Part::once(
                    Dist::mixture(vec![
                        (1.0 - p[i], zero()),
                        (p[i], Dist::gamma(2.0, gs[i]).expect("a law")),
                    ])
                    .expect("a law")
                    .shape(),
                ),
            ],
            // The peers route by the lowest median of the first part.
            contains_access: false,
            expected_ms: med[i],
            path_error: PathError::default(),
            jitter_ms: 0.0,
        })
        .collect();
    let service = Part::once(Dist::log_normal(6.0, 0.5).expect("a law").shape());
    Laws {
        groups,
        regions,
        pairs,
        service,
        classes: Vec::new(),
        edge: None,
        router: None,
    }
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or(" : unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores", model.trim_start_matches(['\t', ' ', ':']))
}

fn peak_kib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
