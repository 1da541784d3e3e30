//! A made-up report of any size, for tests of what prints, draws and exports.
//!
//! It is consistent with itself, so that tests can check laws on it: latencies follow log-logistic curves whose
//! quantiles and distribution function are known in closed form, mixed over countries by their share of users; shares
//! add up to one; sets are ranked by their 95th percentile. The figures are of the right order but stand for nothing.

mod atlas;

mod design;

mod recovery;

mod capacity;

pub use capacity::{SampleInputs, sample_capacity_edges, sample_capacity_report};
pub use design::sample_design_report;
pub use recovery::{sample_drill_report, sample_recovery_edges, sample_recovery_report};

use super::model::{
    Assumption, BestOfSize, Comparison, CountryResult, DataSource, Difference, Figure, InputDigest, Interval,
    Latency, NetworkSummary, Outcome, Provenance, Question, RegionMatrix, RegionTraffic, Report, SCHEMA,
    SCHEMA_VERSION, SearchSummary, SetResult, ShareWithin, TargetAsked, TargetResult, Verdict, WorstCountry,
};
use crate::basis::geo::LatLon;
use crate::basis::halving::halve;
use crate::decide::judge::CURVE;

/// Region, latitude, longitude: degrees, to the nearest whole one.
const REGIONS: [(&str, f64, f64); 16] = [
    ("us-east-1", 39.0, -77.0),
    ("us-west-2", 46.0, -119.0),
    ("ca-central-1", 45.0, -74.0),
    ("sa-east-1", -24.0, -47.0),
    ("eu-west-1", 53.0, -6.0),
    ("eu-central-1", 50.0, 9.0),
    ("eu-north-1", 59.0, 18.0),
    ("eu-south-2", 42.0, -1.0),
    ("me-central-1", 25.0, 55.0),
    ("af-south-1", -34.0, 18.0),
    ("ap-south-1", 19.0, 73.0),
    ("ap-southeast-1", 1.0, 104.0),
    ("ap-southeast-2", -34.0, 151.0),
    ("ap-northeast-1", 36.0, 140.0),
    ("ap-northeast-2", 37.0, 127.0),
    ("ap-east-1", 22.0, 114.0),
];

/// Country, latitude, longitude: degrees, to the nearest whole one.
const COUNTRIES: [(&str, f64, f64); 24] = [
    ("CN", 31.0, 112.0),
    ("IN", 22.0, 79.0),
    ("US", 38.0, -92.0),
    ("ID", -6.0, 107.0),
    ("BR", -20.0, -46.0),
    ("NG", 7.0, 5.0),
    ("JP", 35.0, 138.0),
    ("RU", 55.0, 40.0),
    ("MX", 20.0, -100.0),
    ("PK", 31.0, 72.0),
    ("DE", 51.0, 10.0),
    ("PH", 14.0, 121.0),
    ("GB", 52.0, -1.0),
    ("FR", 48.0, 2.0),
    ("VN", 16.0, 107.0),
    ("EG", 30.0, 31.0),
    ("ZA", -28.0, 27.0),
    ("KR", 37.0, 127.0),
    ("IT", 43.0, 12.0),
    ("ES", 40.0, -4.0),
    ("CA", 45.0, -76.0),
    ("AU", -33.0, 148.0),
    ("PL", 52.0, 20.0),
    ("CL", -33.0, -71.0),
];

const RUNS: u32 = 20_000;
const RATE: f64 = 12_500.0;
const OBJECTIVE: &str = "p95";
const LIMITS_MS: [f64; 4] = [50.0, 100.0, 150.0, 250.0];
const MIN_SHARE: f64 = 0.002;

/// A report of a search with `sets` sets (the first two regions as a baseline among them) seen from `countries`
/// countries. The same arguments give the same report.
///
/// ```
/// use isochrone::report::sample::sample_report;
/// let report = sample_report(3, 10);
/// assert_eq!((report.sets.len(), report.sets[0].countries.len()), (3, 10));
/// assert!(report.sets[0].objective.value <= report.sets[2].objective.value);
/// ```
pub fn sample_report(sets: usize, countries: usize) -> Report {
    let audience = audience(countries);
    let mut results: Vec<SetResult> = choose_sets(sets)
        .iter()
        .map(|regions| set_result(regions, &audience))
        .collect();
    results.sort_by(|a, b| a.objective.value.total_cmp(&b.objective.value));
    let baseline = results
        .iter()
        .position(|set| set.regions == ["us-east-1", "eu-west-1"]);
    compare(&mut results, baseline);
    Report {
        cdn_or_region: None,
        recovery: None,
        capacity: None,
        schema: SCHEMA.into(),
        schema_version: SCHEMA_VERSION,
        command: "search".into(),
        complete: true,
        missing: Vec::new(),
        provenance: provenance(),
        question: question(countries),
        network: network(countries),
        search: Some(search(&results)),
        region_matrix: region_matrix(&results),
        atlas: Some(atlas::atlas(&audience)),
        sets: results,
        baseline,
        assumptions: assumptions(),
        warnings: vec!["the p99 of a single path is extrapolated from its p50 and p90".into()],
    }
}

struct Country {
    code: String,
    lat: f64,
    lon: f64,
    share: f64,
}

/// Countries by falling share, after Zipf; past the table they get made-up codes and places.
fn audience(countries: usize) -> Vec<Country> {
    let total: f64 = (0..countries).map(zipf).sum();
    (0..countries)
        .map(|i| {
            let (code, lat, lon) = place(i);
            Country {
                code,
                lat,
                lon,
                share: zipf(i) / total,
            }
        })
        .collect()
}

fn zipf(i: usize) -> f64 {
    1.0 / (i as f64 + 2.0)
}

fn place(i: usize) -> (String, f64, f64) {
    if let Some(&(code, lat, lon)) = COUNTRIES.get(i) {
        return (code.to_owned(), lat, lon);
    }
    // X? and Q? codes belong to nobody in ISO 3166-1.
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    let code = format!("{}{}", if i % 52 < 26 { 'X' } else { 'Q' }, letter(i));
    let code = if i < 76 { code } else { format!("{code}{}", i / 52) };
    (code, (i * 37 % 110) as f64 - 50.0, (i * 73 % 360) as f64 - 180.0)
}

/// The baseline and then subsets of 1 to 4 regions, all different up to a thousand.
fn choose_sets(sets: usize) -> Vec<Vec<usize>> {
    let mut chosen: Vec<Vec<usize>> = vec![vec![0, 4]];
    let mut state = 1u64;
    while chosen.len() < sets {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        // There are only 16 sets of one region and 120 pairs.
        let size = if chosen.len() < 40 {
            1 + chosen.len() % 4
        } else {
            3 + chosen.len() % 2
        };
        let mut regions: Vec<usize> = (0..size).map(|k| (state >> (20 + 8 * k)) as usize % 16).collect();
        regions.sort_unstable();
        regions.dedup();
        if regions.len() == size && (chosen.len() > 1_000 || !chosen.contains(&regions)) {
            chosen.push(regions);
        }
    }
    chosen.truncate(sets);
    chosen
}

fn set_result(regions: &[usize], audience: &[Country]) -> SetResult {
    let served: Vec<Served> = audience.iter().map(|country| serve(country, regions)).collect();
    let mix = Mix(&served);
    let latency = latency(&mix);
    SetResult {
        design: None,
        recovery: None,
        capacity: None,
        score: None,
        race: None,
        name: joined_names(regions),
        regions: regions.iter().map(|&r| REGIONS[r].0.to_owned()).collect(),
        rank: 0,
        listed_for: None,
        objective: latency.p95_ms,
        measure: None,
        targets: targets(&latency),
        latency,
        versus_best: None,
        versus_baseline: None,
        traffic: traffic(regions, &served),
        countries: served.iter().map(country_result).collect(),
        users: Some(atlas::users(&served)),
        cdf: (1..=80)
            .map(|i| (f64::from(i) * 10.0, mix.cdf(f64::from(i) * 10.0)))
            .collect(),
    }
}

fn joined_names(regions: &[usize]) -> String {
    let names: Vec<&str> = regions.iter().map(|&r| REGIONS[r].0).collect();
    names.join(" + ")
}

/// One country as a set serves it: requests follow a log-logistic curve of shape [`SHAPE`].
struct Served {
    code: String,
    share: f64,
    region: usize,
    median_ms: f64,
}

/// Shape of the log-logistic curve: p90/p50 = 9^(1/4) = 1.7, p99/p50 = 3.2.
const SHAPE: i32 = 4;

fn serve(country: &Country, regions: &[usize]) -> Served {
    let (region, km) = regions
        .iter()
        .map(|&r| (r, km((country.lat, country.lon), (REGIONS[r].1, REGIONS[r].2))))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or_default();
    Served {
        code: country.code.clone(),
        share: country.share,
        region,
        median_ms: 38.0 + 0.0185 * km,
    }
}

fn km(a: (f64, f64), b: (f64, f64)) -> f64 {
    LatLon::new(a.0, a.1)
        .and_then(|from| Ok(from.distance(LatLon::new(b.0, b.1)?).km()))
        .unwrap_or_default()
}

impl Served {
    /// q-quantile, ms: median · (q/(1−q))^(1/shape).
    fn quantile(&self, q: f64) -> f64 {
        self.median_ms * (q / (1.0 - q)).sqrt().sqrt()
    }
}

/// The whole audience: a mixture of the countries by share.
struct Mix<'a>(&'a [Served]);

impl Mix<'_> {
    fn cdf(&self, ms: f64) -> f64 {
        self.0
            .iter()
            .map(|s| s.share / (1.0 + (s.median_ms / ms).powi(SHAPE)))
            .sum()
    }

    fn quantile(&self, q: f64) -> f64 {
        let (low, high) = halve((0.1, 5_000.0), 40, |ms| self.cdf(ms) < q);
        f64::midpoint(low, high)
    }

    /// Mean, ms: median · (π/shape) / sin(π/shape).
    fn mean(&self) -> f64 {
        let factor = std::f64::consts::FRAC_PI_4 / std::f64::consts::FRAC_PI_4.sin();
        self.0.iter().map(|s| s.share * s.median_ms * factor).sum()
    }

    /// A quantile with the standard error √(q(1−q)/n) ÷ density.
    fn quantile_figure(&self, q: f64) -> Figure {
        let value = self.quantile(q);
        let step = value * 1e-3;
        let density = (self.cdf(value + step) - self.cdf(value - step)) / (2.0 * step);
        figure(
            value,
            (q * (1.0 - q) / f64::from(RUNS)).sqrt() / density.max(1e-9),
            0.03,
        )
    }

    fn share_figure(&self, limit_ms: f64) -> Figure {
        let share = self.cdf(limit_ms);
        figure(share, (share * (1.0 - share) / f64::from(RUNS)).sqrt(), 0.01)
    }
}

/// A figure whose input interval is `input` times its value to either side.
fn figure(value: f64, std_error: f64, input: f64) -> Figure {
    Figure {
        value,
        std_error,
        sampling: around(value, 1.96 * std_error),
        input: Some(around(value, input * value.abs())),
    }
}

fn around(value: f64, half: f64) -> Interval {
    Interval {
        low: value - half,
        high: value + half,
    }
}

fn latency(mix: &Mix) -> Latency {
    let mean = mix.mean();
    let slowest = mix.0.iter().max_by(|a, b| a.median_ms.total_cmp(&b.median_ms));
    Latency {
        mean_ms: figure(mean, 0.8 * mean / f64::from(RUNS).sqrt(), 0.02),
        p50_ms: mix.quantile_figure(0.50),
        p90_ms: mix.quantile_figure(0.90),
        p95_ms: mix.quantile_figure(0.95),
        p99_ms: mix.quantile_figure(0.99),
        share_within: LIMITS_MS
            .iter()
            .map(|&limit_ms| ShareWithin {
                limit_ms,
                share: mix.share_figure(limit_ms),
            })
            .collect(),
        worst_country: worst_country(mix.0),
        worst_group_mean_ms: slowest.map_or(0.0, |s| s.median_ms * 1.11),
        worst_group: slowest.map_or(String::new(), |s| format!("{}-rural", s.code)),
    }
}

fn worst_country(served: &[Served]) -> Option<WorstCountry> {
    let counted = served.iter().filter(|s| s.share >= MIN_SHARE);
    let worst = counted.max_by(|a, b| a.median_ms.total_cmp(&b.median_ms))?;
    Some(WorstCountry {
        country: worst.code.clone(),
        p95_ms: figure(worst.quantile(0.95), p95_std_error(worst), 0.05),
    })
}

fn p95_std_error(served: &Served) -> f64 {
    0.01 * served.quantile(0.95) / (served.share * 10.0 + 0.2).sqrt()
}

fn country_result(served: &Served) -> CountryResult {
    CountryResult {
        country: served.code.clone(),
        share: served.share,
        main_region: REGIONS[served.region].0.to_owned(),
        p50_ms: served.median_ms,
        p95_ms: served.quantile(0.95),
        p95_std_error_ms: p95_std_error(served),
        p99_ms: served.quantile(0.99),
        quantiles_ms: CURVE.map(|p| served.quantile(p)).to_vec(),
    }
}

fn traffic(regions: &[usize], served: &[Served]) -> Vec<RegionTraffic> {
    regions
        .iter()
        .map(|&region| {
            let here = served.iter().filter(|s| s.region == region);
            let share: f64 = here.map(|s| s.share).sum();
            RegionTraffic {
                region: REGIONS[region].0.to_owned(),
                share,
                requests_per_second: Some(share * RATE),
            }
        })
        .collect()
}

fn targets(latency: &Latency) -> Vec<TargetResult> {
    let within = latency.share_within[2].share;
    asked()
        .into_iter()
        .zip([latency.p95_ms, within])
        .map(|(asked, reached)| {
            let at_least = asked.unit == "share";
            TargetResult {
                outcome: outcome(reached, asked.limit, at_least),
                what: asked.what,
                limit: asked.limit,
                unit: asked.unit,
                reached,
            }
        })
        .collect()
}

fn outcome(reached: Figure, limit: f64, at_least: bool) -> Outcome {
    let both = reached.input.unwrap_or(reached.sampling);
    if both.low <= limit && limit <= both.high {
        Outcome::TooCloseToCall
    } else if (reached.value >= limit) == at_least {
        Outcome::Met
    } else {
        Outcome::Missed
    }
}

/// Ranks the sorted sets and takes their differences.
fn compare(sets: &mut [SetResult], baseline: Option<usize>) {
    let best = sets.first().map(|set| set.latency.clone());
    let base = baseline.map(|i| sets[i].latency.clone());
    for (i, set) in sets.iter_mut().enumerate() {
        set.rank = i + 1;
        if i > 0 {
            set.versus_best = best.as_ref().map(|other| comparison(&set.latency, other));
        }
        if Some(i) != baseline {
            set.versus_baseline = base.as_ref().map(|other| comparison(&set.latency, other));
        }
    }
}

fn comparison(this: &Latency, other: &Latency) -> Comparison {
    Comparison {
        unpaired: false,
        objective: difference(this.p95_ms, other.p95_ms),
        mean_ms: difference(this.mean_ms, other.mean_ms),
        p50_ms: difference(this.p50_ms, other.p50_ms),
        p95_ms: difference(this.p95_ms, other.p95_ms),
        p99_ms: difference(this.p99_ms, other.p99_ms),
    }
}

/// Common random numbers leave about half of the standard error of independent sets.
fn difference(this: Figure, other: Figure) -> Difference {
    let value = this.value - other.value;
    let std_error = 0.5 * this.std_error.hypot(other.std_error);
    let figure = Figure {
        value,
        std_error,
        sampling: around(value, 1.96 * std_error),
        input: Some(around(value, 0.02 * other.value)),
    };
    Difference {
        figure,
        verdict: verdict(&figure),
    }
}

fn verdict(figure: &Figure) -> Verdict {
    let holds_zero = |interval: Interval| interval.low <= 0.0 && interval.high >= 0.0;
    if figure.value == 0.0 && figure.std_error == 0.0 {
        Verdict::Same
    } else if holds_zero(figure.sampling) {
        Verdict::TiedSampling
    } else if figure.input.is_some_and(holds_zero) {
        Verdict::TiedInput
    } else {
        Verdict::Differs
    }
}

fn region_matrix(sets: &[SetResult]) -> RegionMatrix {
    let used: Vec<usize> = (0..REGIONS.len())
        .filter(|&r| {
            sets.iter()
                .any(|set| set.regions.iter().any(|name| name == REGIONS[r].0))
        })
        .collect();
    let table = |cell: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
        used.iter()
            .map(|&a| used.iter().map(|&b| cell(a, b)).collect())
            .collect()
    };
    let rtt =
        |a: usize, b: usize| 3.0 + 0.015 * km((REGIONS[a].1, REGIONS[a].2), (REGIONS[b].1, REGIONS[b].2));
    RegionMatrix {
        regions: used.iter().map(|&r| REGIONS[r].0.to_owned()).collect(),
        p50_ms: table(&rtt),
        p90_ms: table(&|a, b| rtt(a, b) + 4.0),
        // Pairs with eu-south-2 stand for those that nobody measured.
        measured: used
            .iter()
            .map(|&a| used.iter().map(|&b| a == b || (a != 7 && b != 7)).collect())
            .collect(),
    }
}

fn provenance() -> Provenance {
    Provenance {
        version: "0.1.0".into(),
        sampler_version: 1,
        seed: 42,
        runs: RUNS,
        points: None,
        allocation: None,
        input_replicates: 200,
        input_digest: "5f0c9ad41e7b3362".into(),
        inputs: vec![InputDigest {
            name: "scenario.toml".into(),
            digest: "9b1d64e0a2c87f15".into(),
        }],
        overrides: vec!["simulation.runs=20000".into()],
        data: vec![
            data_source(
                "aws_rtt",
                "round trips between regions, p50 and p90",
                "2025-07-17",
                1089,
            ),
            data_source("access", "access quantiles by country", "2024-12-31", 236),
        ],
        ages: None,
    }
}

fn data_source(name: &str, source: &str, date: &str, rows: usize) -> DataSource {
    DataSource {
        name: name.into(),
        source: source.into(),
        date: date.into(),
        digest: format!("{:016x}", rows as u64 * 0x9e37_79b9_7f4a),
        rows,
    }
}

fn asked() -> Vec<TargetAsked> {
    vec![
        TargetAsked {
            what: "p95".into(),
            limit: 250.0,
            unit: "ms".into(),
        },
        TargetAsked {
            what: "within:150ms".into(),
            limit: 0.8,
            unit: "share".into(),
        },
    ]
}

fn question(countries: usize) -> Question {
    Question {
        classes: Vec::new(),
        name: "Worldwide web application".into(),
        description: "Where should the first four regions be?".into(),
        audience: format!("internet users of {countries} countries"),
        user_groups: countries * 3,
        total_weight: 5.4e9,
        weight_unit: "users".into(),
        requests_per_second: Some(RATE),
        missing_countries: vec!["KP".into()],
        candidates: REGIONS.iter().map(|r| r.0.to_owned()).collect(),
        must_have: vec![],
        round_trips: 2,
        service: "fixed 20 ms".into(),
        objective: OBJECTIVE.into(),
        ranked_by: None,
        worst_country_min_share: MIN_SHARE,
        targets: asked(),
    }
}

fn network(countries: usize) -> NetworkSummary {
    let pairs = countries * 3 * REGIONS.len();
    NetworkSummary {
        user_pairs: pairs,
        user_pairs_measured: pairs / 40,
        user_pairs_estimated: pairs - pairs / 40,
        region_pairs: 240,
        region_pairs_measured: 210,
        region_pairs_estimated: 30,
        access_basis: vec![
            ("country quantiles".into(), countries * 3 - countries / 5),
            ("continent quantiles".into(), countries / 5),
        ],
        median_landmark_km: Some(312.0),
        thin_countries: vec![("CN".into(), 0.23), ("NG".into(), 0.02)],
    }
}

fn search(sets: &[SetResult]) -> SearchSummary {
    SearchSummary {
        sizes: vec![1, 2, 3, 4],
        sets_feasible: 2516,
        sets_scored: 2516,
        sets_not_scored: 0,
        optimality: "optimal".into(),
        top: sets.len(),
        sets_gauged: None,
        sets_without_value: None,
        best_by_size: (1..=4).filter_map(|size| best_of(sets, size)).collect(),
        turned_away_by_recovery: None,
        best_after_loss: Vec::new(),
        by_size: Vec::new(),
        growth: Vec::new(),
        fixed_cost_ms: None,
        best_size: None,
        race: None,
    }
}

fn best_of(sets: &[SetResult], size: usize) -> Option<BestOfSize> {
    let best = sets.iter().find(|set| set.regions.len() == size)?;
    Some(BestOfSize {
        size,
        regions: best.regions.clone(),
        value: best.objective.value,
        measure: None,
    })
}

fn assumptions() -> Vec<Assumption> {
    vec![
        Assumption {
            what: "users go to the region with the lowest expected round trip".into(),
            value: "latency routing".into(),
            source: "scenario".into(),
        },
        Assumption {
            what: "service time of a request".into(),
            value: "20 ms".into(),
            source: "scenario".into(),
        },
        Assumption {
            what: "group index of silica fibre".into(),
            value: "1.4682".into(),
            source: "data sheet of the fibre".into(),
        },
    ]
}
/// Gives scored sets their places, equal scores the same.
fn rank_scores(sets: &mut [SetResult]) {
    let totals: Vec<f64> = sets
        .iter()
        .filter_map(|set| Some(set.score.as_ref()?.total.value))
        .collect();
    for set in sets {
        if let Some(score) = &mut set.score {
            score.rank = 1 + totals.iter().filter(|total| **total > score.total.value).count();
        }
    }
}
