//! How a design is put into words: classes, leaders, routing, stores, rules, and whether a CDN is enough.

use super::{fixed, half_width, plus_minus};
use crate::report::model::{
    CdnOrRegion, ClassAsked, Difference, Figure, Interval, Report, ResidencyResult, SetResult, StoreLeader,
    Verdict,
};

/// A class in words: `read, 40 % of requests, direct: tls1.3, 1 exchange`.
pub fn class_words(class: &ClassAsked) -> String {
    let share = share(class.share);
    let does = if class.does.is_empty() {
        String::new()
    } else {
        format!(": {}", class.does)
    };
    format!("{}, {share} of requests, {}{does}", class.kind, class.via)
}

/// A share in per cent with as many decimals as it needs to be told from none and from all: `4.2 %`, `99.91 %`.
///
/// ```
/// use isochrone::report::voice::share;
/// assert_eq!([0.4, 0.999_1, 3.1e-5, 1.0].map(share), ["40 %", "99.91 %", "0.0031 %", "100 %"]);
/// ```
pub fn share(share: f64) -> String {
    format!("{} %", share_number(share))
}

/// [`share`] without the sign, for columns that carry it above.
pub fn share_number(share: f64) -> String {
    let percent = share * 100.0;
    let rest = percent.abs().min((100.0 - percent).abs());
    if rest <= 1e-9 || !rest.is_finite() {
        return fixed(percent, 0);
    }
    // Two digits of what it is away from none or all, and never less than one decimal.
    let digits = (1.0 - rest.log10().floor()).clamp(1.0, 6.0) as usize;
    let text = fixed(percent, digits);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A time of data that has no error of its own: three digits, in the unit that suits it.
///
/// ```
/// use isochrone::report::voice::time;
/// assert_eq!([3.14, 203.4, 1290.0, 611_000.0].map(time), ["3.1 ms", "203 ms", "1.29 s", "10.2 min"]);
/// ```
pub fn time(ms: f64) -> String {
    /// Smallest number in a unit, ms of the unit, its name.
    const UNITS: [(f64, f64, &str); 3] = [
        (120_000.0, 60_000.0, "min"),
        (1_000.0, 1_000.0, "s"),
        (0.0, 1.0, "ms"),
    ];
    let (_, size, name) = UNITS
        .into_iter()
        .find(|(from, ..)| ms >= *from)
        .unwrap_or(UNITS[2]);
    let value = ms / size;
    let digits = match value {
        v if v >= 100.0 || v == 0.0 => 0,
        v if v >= 10.0 || size == 1.0 => 1,
        _ => 2,
    };
    format!("{} {name}", trimmed(&fixed(value, digits)))
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

/// Bytes in decimal units: `5.4 GB`.
///
/// ```
/// use isochrone::report::voice::bytes;
/// assert_eq!([120.0, 5.4e9, 1.23e13].map(bytes), ["120 B", "5.4 GB", "12.3 TB"]);
/// ```
pub fn bytes(count: f64) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut value = count;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && value < 100.0);
    format!("{} {}", fixed(value, digits), UNITS[unit])
}

/// Who leads a set: the region alone where one region leads the only store asked about, else each store with its
/// region.
pub fn leader_words(leaders: &[StoreLeader], one_store: bool) -> String {
    if one_store {
        return leaders.first().map_or_else(String::new, |it| it.region.clone());
    }
    let all: Vec<String> = leaders
        .iter()
        .map(|it| format!("{} {}", it.store, it.region))
        .collect();
    all.join(", ")
}

/// Names of the stores that are led in any set, in the order of their first mention.
pub fn led_stores(sets: &[SetResult]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for leader in sets
        .iter()
        .filter_map(|set| set.design.as_ref())
        .flat_map(|it| &it.leaders)
    {
        if !names.contains(&leader.store.as_str()) {
            names.push(&leader.store);
        }
    }
    names
}

/// Which leaders were searched for and which are fixed; nothing where no store is led.
pub fn leader_note(report: &Report) -> Option<String> {
    let stores = led_stores(&report.sets);
    let leaders = || {
        report
            .sets
            .iter()
            .filter_map(|set| set.design.as_ref())
            .flat_map(|it| &it.leaders)
    };
    let is_searched = |store: &&str| leaders().any(|it| it.store == *store && it.searched);
    let (searched, fixed): (Vec<&str>, Vec<&str>) = stores.into_iter().partition(is_searched);
    let clause =
        |names: &[&str], words: &str| (!names.is_empty()).then(|| format!("{words} {}", names.join(", ")));
    let searched = clause(&searched, "searched for in each set: the leader of");
    let fixed = clause(&fixed, "fixed by the scenario: the leader of");
    let parts: Vec<String> = searched.into_iter().chain(fixed).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What a store is, in words.
pub fn store_kind(kind: &str) -> String {
    match kind {
        "single_leader" => "single leader".into(),
        "multi_leader" => "multi leader".into(),
        "object_replication" => "object replication".into(),
        "none" => "stateless".into(),
        other => other.replace('_', " "),
    }
}

/// What a store chose under a cut, in words.
pub fn choice_words(choice: &str) -> String {
    match choice {
        "CP" => "CP: refuses".into(),
        "AP" => "AP: diverges".into(),
        other => other.to_owned(),
    }
}

/// What breaks a rule, in words; nothing where it is kept.
pub fn breach(rule: &ResidencyResult) -> String {
    if rule.kept {
        return String::new();
    }
    let users = (rule.breaking_users > 0.0).then(|| format!("{} of all users", share(rule.breaking_users)));
    let regions =
        (!rule.breaking_regions.is_empty()).then(|| format!("data in {}", rule.breaking_regions.join(", ")));
    let all: Vec<String> = users.into_iter().chain(regions).collect();
    all.join("; ")
}

/// How many rules are kept, and what is reported rather than enforced.
pub fn residency_note(rules: &[ResidencyResult]) -> String {
    let kept = rules.iter().filter(|rule| rule.kept).count();
    if kept == rules.len() {
        return format!("{}: kept by every region and user concerned", rules_words(rules));
    }
    format!("{kept} of {} are kept", rules_words(rules))
}

fn rules_words(rules: &[ResidencyResult]) -> String {
    if rules.len() == 1 {
        "1 residency rule".into()
    } else {
        format!("{} residency rules", rules.len())
    }
}

/// Whether a CDN is enough or further regions are worth more: one sentence with its certainty.
///
/// The two savings come with their own errors; their difference takes these as independent, which is wide.
pub fn cdn_answer(it: &CdnOrRegion) -> String {
    let (cdn, region) = (saving(&it.cdn_saves), saving(&it.region_saves));
    format!(
        "{}: at p95 the CDN {cdn} with {}, and going to {} {region} without it{}; {}",
        verdict_on(it),
        it.fewer,
        it.more,
        still(it),
        certainty(it)
    )
}

/// `saves 48 ± 2 ms`, `costs 3 ± 1 ms`, `makes no difference that shows (0 ± 2 ms)`.
fn saving(difference: &Difference) -> String {
    let figure = difference.figure;
    let error = half_width(figure.sampling);
    let size = format!("{} ms", plus_minus(figure.value.abs(), error));
    match difference.verdict {
        Verdict::Differs if figure.value < 0.0 => format!("saves {size}"),
        Verdict::Differs => format!("costs {size}"),
        Verdict::Same => "changes nothing".into(),
        Verdict::TiedSampling | Verdict::TiedInput => format!("makes no difference that shows ({size})"),
    }
}

fn helps(difference: &Difference) -> bool {
    difference.verdict == Verdict::Differs && difference.figure.value < 0.0
}

fn verdict_on(it: &CdnOrRegion) -> &'static str {
    let gap = minus(&it.cdn_saves.figure, &it.region_saves.figure);
    match (helps(&it.cdn_saves), helps(&it.region_saves)) {
        (true, false) => "a CDN is enough",
        (false, true) => "a CDN is not enough, another region is worth it",
        (false, false) => "neither a CDN nor another region helps",
        (true, true) if tie(&gap).is_some() => "a CDN and another region are worth about the same",
        (true, true) if gap.value < 0.0 => "a CDN is worth more than another region",
        (true, true) => "another region is worth more than a CDN",
    }
}

/// What further regions still save when the CDN is there.
fn still(it: &CdnOrRegion) -> String {
    let p95 = |set: &str| {
        it.ways
            .iter()
            .find(|way| way.edge && way.set == set)
            .map(|way| way.p95_ms)
    };
    let (Some(fewer), Some(more)) = (p95(&it.fewer), p95(&it.more)) else {
        return String::new();
    };
    let gap = minus(&more, &fewer);
    let word = if gap.value < 0.0 { "saves" } else { "costs" };
    let size = plus_minus(gap.value.abs(), half_width(gap.sampling));
    match tie(&gap) {
        Some(_) => format!(" and nothing that shows with it ({size} ms)"),
        None => format!(" and still {word} {size} ms with it"),
    }
}

fn certainty(it: &CdnOrRegion) -> &'static str {
    let gap = minus(&it.cdn_saves.figure, &it.region_saves.figure);
    match tie(&gap) {
        None => "the two savings differ beyond their 95 % errors",
        Some(Verdict::TiedInput) => TIED_INPUT_OF_TWO,
        Some(_) => TIED_SAMPLING_OF_TWO,
    }
}

const TIED_SAMPLING_OF_TWO: &str = "the two savings are tied by sampling error: more runs may separate them";

const TIED_INPUT_OF_TWO: &str =
    "the two savings are tied by input error: the inputs are not known well enough to say which is larger";

/// `a − b` with errors taken as independent.
fn minus(a: &Figure, b: &Figure) -> Figure {
    let value = a.value - b.value;
    let around = |a: Interval, b: Interval| {
        let half = half_width(a).hypot(half_width(b));
        Interval {
            low: value - half,
            high: value + half,
        }
    };
    Figure {
        value,
        std_error: a.std_error.hypot(b.std_error),
        sampling: around(a.sampling, b.sampling),
        input: a.input.zip(b.input).map(|(a, b)| around(a, b)),
    }
}

/// By what two figures are tied; nothing where they differ.
fn tie(gap: &Figure) -> Option<Verdict> {
    let holds_zero = |interval: Interval| interval.low <= 0.0 && interval.high >= 0.0;
    if holds_zero(gap.sampling) {
        Some(Verdict::TiedSampling)
    } else {
        gap.input
            .filter(|input| holds_zero(*input))
            .map(|_| Verdict::TiedInput)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample_design_report;

    /// A saving of `ms` ± `half` by sampling, of which the inputs leave nothing open.
    fn saved(ms: f64, half: f64) -> Difference {
        let figure = Figure {
            value: -ms,
            std_error: half / 1.96,
            sampling: Interval {
                low: -ms - half,
                high: -ms + half,
            },
            input: None,
        };
        let verdict = tie(&figure).unwrap_or(Verdict::Differs);
        Difference { figure, verdict }
    }

    fn answer(cdn: Difference, region: Difference) -> String {
        cdn_answer(&CdnOrRegion {
            fewer: "a".into(),
            more: "a + b".into(),
            ways: Vec::new(),
            cdn_saves: cdn,
            region_saves: region,
        })
    }

    #[test]
    fn what_saves_more_beyond_its_errors_is_worth_more() {
        let said = |cdn, region| answer(saved(cdn, 3.0), saved(region, 3.0));
        assert!(
            said(60.0, 20.0).starts_with(
                "a CDN is worth more than another region: at p95 the CDN saves 60 ± 3 ms with a"
            )
        );
        assert!(said(20.0, 60.0).starts_with("another region is worth more than a CDN"));
        // 4 lies within hypot(3, 3) = 4.2.
        let close = said(60.0, 56.0);
        assert!(
            close.starts_with("a CDN and another region are worth about the same"),
            "{close}"
        );
        assert!(close.ends_with(TIED_SAMPLING_OF_TWO));
        assert!(said(60.0, 55.0).starts_with("a CDN is worth more"));
    }

    #[test]
    fn what_saves_nothing_that_shows_is_not_recommended() {
        let said = |cdn, region| answer(saved(cdn, 3.0), saved(region, 3.0));
        assert!(said(60.0, 2.0).starts_with("a CDN is enough: "));
        assert!(said(2.0, 60.0).starts_with("a CDN is not enough, another region is worth it: "));
        assert!(said(2.0, -1.0).starts_with("neither a CDN nor another region helps: "));
        assert!(said(2.0, -20.0).contains("costs 20 ± 3 ms without it"));
    }

    #[test]
    fn the_step_that_is_left_with_a_cdn_is_told() {
        let it = sample_design_report(5, 20).cdn_or_region.unwrap();
        let [_, fewer, _, more] = &it.ways[..] else {
            panic!("four ways")
        };
        let left = minus(&more.p95_ms, &fewer.p95_ms);
        let size = plus_minus(-left.value, half_width(left.sampling));
        assert!(cdn_answer(&it).contains(&format!("and still saves {size} ms with it")));
    }

    #[test]
    fn a_share_near_all_or_none_is_not_rounded_to_it() {
        for tiny in [1e-3, 3.4e-5, 2e-6] {
            assert_ne!(share_number(tiny), "0");
            assert_ne!(share_number(1.0 - tiny), "100");
        }
        assert_eq!([0.0, 1.0].map(share_number), ["0", "100"]);
    }

    #[test]
    fn one_store_has_its_leader_named_alone() {
        let report = sample_design_report(2, 5);
        let leaders = &report.sets[0].design.as_ref().unwrap().leaders;
        assert_eq!(leader_words(leaders, true), leaders[0].region);
        let both = format!("orders {}, ledger {}", leaders[0].region, leaders[1].region);
        assert_eq!(leader_words(leaders, false), both);
        let note = leader_note(&report).unwrap();
        assert_eq!(
            note,
            "searched for in each set: the leader of orders; fixed by the scenario: the leader of ledger"
        );
    }
}
