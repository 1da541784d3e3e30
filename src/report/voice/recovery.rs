//! How disaster recovery is put into words: times, nines, losses, promises, scores, and what rests on an assumption.

use super::{count, decimals, exact, fixed, half_width, outcome_words, plus_minus, share};
use crate::report::model::{
    AvailabilityResult, DetourResult, Figure, IncidentFit, Interval, LoadResult, LossResult, Outcome,
    RecoveryAssumption, RecoveryResult, RecoveryTarget, ResidencyAfter, ScoreResult, Sensitivity,
    StandbyResult, StoreAfter, StoreRpo, StrategyResult, UtilityResult, Verdict,
};

/// From here on in the unit, its size in seconds, its name.
const UNITS: [(f64, f64, &str); 4] = [
    (172_800.0, 86_400.0, "d"),
    (7_200.0, 3_600.0, "h"),
    (120.0, 60.0, "min"),
    (0.0, 1.0, "s"),
];

/// The unit that suits a time: its size in seconds and its name.
pub fn unit_of(seconds: f64) -> (f64, &'static str) {
    let found = UNITS.into_iter().find(|(from, ..)| seconds >= *from);
    found.map_or((1.0, "s"), |(_, size, name)| (size, name))
}

/// A time of recovery in the unit that suits it, three digits.
///
/// ```
/// use isochrone::report::voice::recovery::seconds;
/// assert_eq!([0.0, 0.84, 96.0, 201.6, 16_200.0, 200_000.0].map(seconds), ["0 s", "0.84 s", "96 s", "3.4 min", "4.5 h", "2.3 d"]);
/// ```
pub fn seconds(seconds: f64) -> String {
    let (size, name) = unit_of(seconds);
    let value = seconds / size;
    let digits = match value {
        v if v >= 20.0 || v == 0.0 => 0,
        v if v >= 1.0 => 1,
        _ => 2,
    };
    let text = fixed(value, digits);
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    format!("{text} {name}")
}

/// A time of recovery with its error, in the unit that suits it: `3.36 ± 0.03 min`.
///
/// ```
/// use isochrone::report::model::{Figure, Interval};
/// use isochrone::report::voice::recovery::time;
/// let rto = Figure { value: 201.6, std_error: 1.0, sampling: Interval { low: 199.6, high: 203.6 }, input: None };
/// assert_eq!(time(&rto), "3.36 ± 0.03 min");
/// ```
pub fn time(figure: &Figure) -> String {
    let (size, name) = unit_of(figure.value);
    let half = half_width(figure.sampling);
    if half == 0.0 {
        return seconds(figure.value);
    }
    format!("{} {name}", plus_minus(figure.value / size, half / size))
}

/// Downtime of a year with its error: `16.9 ± 0.3 min`.
pub fn downtime(figure: &Figure) -> String {
    time(&in_seconds(figure))
}

/// Minutes a year without an error: `16.9 min`.
pub fn minutes(minutes: f64) -> String {
    seconds(60.0 * minutes)
}

fn in_seconds(it: &Figure) -> Figure {
    let scaled = |interval: Interval| Interval {
        low: 60.0 * interval.low,
        high: 60.0 * interval.high,
    };
    Figure {
        value: 60.0 * it.value,
        std_error: 60.0 * it.std_error,
        sampling: scaled(it.sampling),
        input: it.input.map(scaled),
    }
}

/// An availability in per cent, with two digits of what it is away from all, without the sign.
///
/// ```
/// use isochrone::report::voice::recovery::served;
/// assert_eq!([0.0, 3.2e-5, 4.9e-4, 1.0e-6].map(served), ["100", "99.9968", "99.951", "99.9999"]);
/// ```
pub fn served(unavailability: f64) -> String {
    let gone = 100.0 * unavailability;
    if gone <= 0.0 || !gone.is_finite() {
        return "100".into();
    }
    // Below a billionth of a per cent nothing is meant.
    let digits = (1.0 - gone.log10().floor()).clamp(1.0, 9.0) as usize;
    let text = fixed(100.0 - gone, digits);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `99.9968 %, 4.5 nines`; `100 %, never down`.
pub fn availability(it: &AvailabilityResult) -> String {
    format!("{} %, {}", served(it.unavailability.value), nines_words(it.nines))
}

/// `4.5 nines`, or that nothing is ever down.
pub fn nines_words(nines: Option<f64>) -> String {
    nines.map_or_else(
        || "never down".into(),
        |nines| format!("{} nines", fixed(nines, 1)),
    )
}

/// What the availability is under each assumption about losses of whole regions, the one in force named; nothing
/// where none was tried.
pub fn preset_note(it: &AvailabilityResult) -> Option<String> {
    let words = it.presets.iter().map(|preset| {
        let served = served(1.0 - preset.availability);
        let down = minutes(preset.mean_minutes);
        let mark = if preset.in_force { ", in force" } else { "" };
        format!("{served} % ({down} down a year) if {}{mark}", preset.preset)
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| {
        format!(
            "rests on an assumed rate of whole-region losses: {}",
            words.join("; ")
        )
    })
}

/// `1 standby: eu-west-1 (warm)`; nothing without one.
pub fn standbys(all: &[StandbyResult]) -> String {
    let words: Vec<String> = all
        .iter()
        .map(|it| format!("{} ({})", it.region, role(&it.role)))
        .collect();
    words.join(", ")
}

/// A role in words.
pub fn role(role: &str) -> String {
    role.replace('_', " ")
}

/// Why there is no RTO: nothing stops, or only repair helps.
pub fn no_rto(loss: &LossResult) -> &'static str {
    if loss.stopped > 0.0 || loss.survivors.is_empty() {
        "only repair helps"
    } else {
        "nothing stops"
    }
}

/// A share in per cent, with its error where it has one: `83.1 ± 0.2`, `100`.
pub fn in_time(it: &Figure) -> String {
    if half_width(it.sampling) == 0.0 {
        super::share_number(it.value)
    } else {
        super::figure(it, super::Unit::Share)
    }
}

/// The 95th percentile of a loss's RTO, or why there is none.
pub fn rto(loss: &LossResult) -> String {
    loss.rto
        .as_ref()
        .map_or_else(|| no_rto(loss).into(), |it| time(&it.p95_s))
}

/// The store that loses most at the 95th percentile; nothing where no state is kept.
pub fn worst_rpo(all: &[StoreRpo]) -> Option<&StoreRpo> {
    let p95 = |it: &StoreRpo| it.rpo.as_ref().map_or(f64::INFINITY, |rpo| rpo.p95_s.value);
    all.iter().max_by(|a, b| p95(a).total_cmp(&p95(b)))
}

/// What the worst store loses: `0.84 s (orders)`, `all (sessions)`; its error stands with the store.
pub fn rpo(all: &[StoreRpo]) -> String {
    let words = |it: &StoreRpo| match &it.rpo {
        Some(rpo) => format!("{} ({})", seconds(rpo.p95_s.value), it.store),
        None => format!("all ({})", it.store),
    };
    worst_rpo(all).map_or_else(String::new, words)
}

/// The same over stores of which anything survives, and how many are lost whole: `49 min (backups); 1 store lost`.
pub fn rpo_of_survivors(all: &[StoreRpo]) -> String {
    let (kept, lost): (Vec<&StoreRpo>, Vec<&StoreRpo>) = all.iter().partition(|it| it.rpo.is_some());
    let kept: Vec<StoreRpo> = kept.into_iter().cloned().collect();
    let gone = (!lost.is_empty()).then(|| format!("{} lost", counted(lost.len(), "store")));
    let head = (!kept.is_empty()).then(|| rpo(&kept));
    head.into_iter().chain(gone).collect::<Vec<_>>().join("; ")
}

/// `1 store`, `3 stores`.
pub fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {what}{plural}", count(n as u64))
}

/// The survivor that carries most of all requests; nothing where nobody is left.
pub fn busiest(load: &[LoadResult]) -> Option<&LoadResult> {
    let left = load.iter().filter(|it| it.after > 0.0);
    left.max_by(|a, b| a.after.total_cmp(&b.after))
}

/// `62 % at eu-west-1, × 2.1`: its share of all requests, and how many times that is of before.
pub fn load(it: &LoadResult) -> String {
    let times = match it.after / it.before {
        times if !times.is_finite() => "none before".into(),
        times if (times - 1.0).abs() < 0.05 => "as before".into(),
        times => format!("× {}", fixed(times, 1)),
    };
    format!("{} at {}, {times}", share(it.after), it.region)
}

/// Whether residency rules are kept after a loss: `kept`, `broken by 2.1 % of users`; the findings name the rules.
pub fn residency(all: &[ResidencyAfter]) -> String {
    let broken = all.iter().filter(|rule| !rule.kept);
    let most = broken.max_by(|a, b| a.breaking_users.total_cmp(&b.breaking_users));
    match (all.is_empty(), most) {
        (true, _) => String::new(),
        (false, None) => "kept".into(),
        (false, Some(rule)) if rule.breaking_users > 0.0 => {
            format!("broken by {} of users", share(rule.breaking_users))
        }
        // Nobody is served where it forbids, and it is not kept: its users go unserved, or a copy lies elsewhere.
        (false, Some(_)) => "not kept, by no user".into(),
    }
}

/// Whose writes are refused, and until when: `ledger until repair, orders until recovery`; a share where it is not all.
pub fn refused(all: &[StoreAfter]) -> String {
    let part = |of: f64| {
        if of < 1.0 {
            format!(" {}", share(of))
        } else {
            String::new()
        }
    };
    let words = |it: &StoreAfter| match (it.writes_refused, it.writes_refused_after) {
        (_, after) if after > 0.0 => Some(format!("{}{} until repair", it.store, part(after))),
        (until, _) if until > 0.0 => Some(format!("{}{} until recovery", it.store, part(until))),
        _ => None,
    };
    let all: Vec<String> = all.iter().filter_map(words).collect();
    if all.is_empty() {
        "none".into()
    } else {
        all.join(", ")
    }
}

/// What follows from a loss, a sentence each: what the run found, then what the figures say.
pub fn findings(loss: &LossResult) -> Vec<String> {
    let mut all = loss.findings.clone();
    if loss.survivors.is_empty() && all.is_empty() {
        all.push("nobody is left to serve: only repair helps".into());
    }
    if !loss.survivors.is_empty() && loss.unserved > 0.0 {
        all.push(format!(
            "{} of users have nobody who may serve them",
            share(loss.unserved)
        ));
    }
    let dead: Vec<&str> = loss
        .stores
        .iter()
        .filter(|it| !it.alive)
        .map(|it| it.store.as_str())
        .collect();
    if !dead.is_empty() {
        all.push(format!("no copy or quorum is left of {}", dead.join(", ")));
    }
    if loss.partitions.len() > 1 {
        let parts: Vec<String> = loss.partitions.iter().map(|part| part.join(", ")).collect();
        all.push(format!("the network falls apart: {}", parts.join(" | ")));
    }
    all.extend(loss.detours.iter().map(detour));
    if !loss.called_up.is_empty() && !loss.survivors.is_empty() {
        all.push(format!("called up: {}", standbys(&loss.called_up)));
    }
    let gone: Vec<&str> = loss
        .rpo
        .iter()
        .filter(|it| it.rpo.is_none())
        .map(|it| it.store.as_str())
        .collect();
    if !gone.is_empty() {
        all.push(format!("lost whole: {}", gone.join(", ")));
    }
    let broken = loss.residency.iter().filter(|rule| rule.breaking_users > 0.0);
    all.extend(broken.map(|rule| {
        format!(
            "{} of users are served against the rule {}",
            share(rule.breaking_users),
            rule.rule
        )
    }));
    all
}

/// A way that becomes longer: `eu-west-1 – us-east-1 takes 92 ms instead of 71 ms`.
fn detour(it: &DetourResult) -> String {
    match it.after_ms {
        Some(after) => format!(
            "{} – {} takes {} instead of {}",
            it.from,
            it.to,
            super::time(after),
            super::time(it.before_ms)
        ),
        None => format!("no way is left between {} and {}", it.from, it.to),
    }
}

/// A promise in words: `RTO p95 at most 5 min`, `availability at least 99.95 %`, `1 region may be lost`.
///
/// ```
/// use isochrone::report::sample::sample_recovery_report;
/// use isochrone::report::voice::recovery::promise;
/// let targets = &sample_recovery_report(2, 5).sets[0].recovery.as_ref().unwrap().targets.clone();
/// assert_eq!(promise(&targets[0]), "RTO p95 at most 5 min");
/// ```
pub fn promise(target: &RecoveryTarget) -> String {
    match target.what.as_str() {
        "rto" | "rpo" => format!(
            "{} p95 at most {}",
            target.what.to_uppercase(),
            seconds(target.limit)
        ),
        "availability" => format!("availability at least {} %", served(1.0 - target.limit)),
        "tolerate" => format!("{} may be lost", counted(target.limit as usize, "region")),
        other => format!("{other} {} {}", exact(target.limit), target.unit),
    }
}

/// What a promise is held against, with its unit.
pub fn reached(target: &RecoveryTarget) -> String {
    // Missed at less than the limit: there is a store of which nothing survives, and no age to be told of it.
    let nothing = target.outcome == Outcome::Missed && target.reached.value <= target.limit;
    match target.unit.as_str() {
        "s" if nothing => "no copy is left".to_owned(),
        "s" => time(&target.reached),
        "share" => format!("{} %", served(1.0 - target.reached.value)),
        _ => exact(target.reached.value),
    }
}

/// Whether all promises are kept, and which are not: `met`, `missed: RTO, RPO`.
pub fn outcomes(meets: Outcome, targets: &[RecoveryTarget]) -> String {
    let name = |what: &str| match what {
        "rto" | "rpo" => what.to_uppercase(),
        other => other.to_owned(),
    };
    let not_met = targets
        .iter()
        .filter(|it| it.outcome == meets && meets != Outcome::Met);
    let names: Vec<String> = not_met.map(|it| name(&it.what)).collect();
    if names.is_empty() {
        return outcome_words(meets).to_owned();
    }
    format!("{}: {}", outcome_words(meets), names.join(", "))
}

/// The AWS band and whether the median RTO lies in it: `minutes: yes`.
pub fn band(it: &StrategyResult) -> String {
    format!("{}: {}", it.stated_band, if it.in_band { "yes" } else { "no" })
}

/// A measure of the score in words.
pub fn measure(of: &str) -> String {
    match of {
        "rto-p50" | "rto-p95" | "rto-p99" | "rpo-p50" | "rpo-p95" | "rpo-p99" => {
            let (what, level) = of.split_at(3);
            format!("{} {}", what.to_uppercase(), &level[1..])
        }
        other => other.replace('-', " "),
    }
}

/// A value of a measure with its unit: `99.9968 %`, `3.4 min`, `212 ms`.
pub fn measured(it: &UtilityResult, value: f64) -> String {
    match it.unit.as_str() {
        "s" => seconds(value),
        "share" if it.of == "availability" => format!("{} %", served(1.0 - value)),
        "share" => share(value),
        unit => format!("{} {unit}", fixed(value, usize::from(value < 100.0))),
    }
}

/// A score with its error: `0.612 ± 0.008`.
pub fn score(it: &ScoreResult) -> String {
    plus_minus(it.total.value, half_width(it.total.sampling))
}

/// `9 of 14 terms are assumptions: nobody measured or promised them`.
pub fn assumed_note(all: &[RecoveryAssumption]) -> String {
    let assumed = all.iter().filter(|it| it.assumed).count();
    if assumed == 0 {
        return format!("all {} terms are measured or promised", count(all.len() as u64));
    }
    let are = if assumed == 1 {
        "is an assumption"
    } else {
        "are assumptions"
    };
    let them = if assumed == 1 { "it" } else { "them" };
    format!(
        "{} of {} terms {are}: nobody measured or promised {them}",
        count(assumed as u64),
        count(all.len() as u64)
    )
}

/// How large the record of incidents is, in a sentence.
pub fn incidents(it: &IncidentFit) -> String {
    format!(
        "{} incidents over {} region-years, {} to {}: {} a region and year",
        count(it.incidents as u64),
        fixed(it.region_years, 1),
        it.period.0,
        it.period.1,
        plus_minus(it.per_year.value, half_width(it.per_year.sampling)),
    )
}

/// A value of what a sensitivity moves.
pub fn moved_measure(it: &Sensitivity, value: f64) -> String {
    match it.measure.as_str() {
        "availability" => format!("{} %", served(1.0 - value)),
        "score" => fixed(value, 3),
        what if what.starts_with("within") => share(value),
        _ => fixed(value, decimals(0.01 * value.abs().max(1.0)).min(2)),
    }
}

/// How far an input moves the answer between its ends.
pub fn swing(it: &Sensitivity) -> f64 {
    let [a, b] = [it.low.1, it.high.1];
    a.max(b).max(it.base) - a.min(b).min(it.base)
}

/// A tornado's bar in a sentence: what moves, how far, and when another set wins.
pub fn sensitivity(it: &Sensitivity) -> String {
    let flips = match (it.flips_at, &it.flips_to) {
        (Some(at), Some(to)) => format!("; at {} times its value {to} wins", exact(at)),
        (Some(at), None) => format!("; at {} times its value another set wins", exact(at)),
        _ => "; no other set wins within its range".into(),
    };
    format!(
        "{} from {} to {} moves the {} from {} to {}{flips}",
        it.input,
        it.low.0,
        it.high.0,
        it.measure,
        moved_measure(it, it.low.1),
        moved_measure(it, it.high.1),
    )
}

/// The loss after which the objective is worst, in a sentence; nothing where nobody is ever served after a loss.
pub fn worst_loss(recovery: &RecoveryResult) -> Option<String> {
    let worst = worst(recovery)?;
    let after = worst.latency.as_ref()?;
    let change = super::signed(&after.p95_change_ms.figure, super::Unit::Millis);
    // What a scenario calls its losses need not be the name of a thing.
    let losing = if worst.kind.starts_with("region") {
        "losing "
    } else {
        ""
    };
    Some(format!(
        "worst for latency is {losing}{}: p95 {} ms ({change} ms)",
        worst.name,
        super::figure(&after.p95_ms, super::Unit::Millis)
    ))
}

/// Whether a loss changes anything for the set: it may be of a region that is none of it.
pub fn concerns(loss: &LossResult) -> bool {
    let slower = loss
        .latency
        .as_ref()
        .is_none_or(|it| it.p95_change_ms.verdict != Verdict::Same);
    slower || loss.moved > 0.0 || loss.stopped > 0.0 || loss.unserved > 0.0
}

/// The loss after which the objective is worst, of those that concern the set.
pub fn worst(recovery: &RecoveryResult) -> Option<&LossResult> {
    let rank = |loss: &&LossResult| loss.latency.as_ref().map_or(usize::MAX, |it| it.rank);
    recovery
        .losses
        .iter()
        .filter(|loss| loss.latency.is_some() && concerns(loss))
        .min_by_key(rank)
}

/// Losses that leave nobody, in a sentence; nothing where there are none.
pub fn nobody_left(recovery: &RecoveryResult) -> Option<String> {
    let names: Vec<&str> = recovery
        .losses
        .iter()
        .filter(|loss| loss.survivors.is_empty())
        .map(|loss| loss.name.as_str())
        .collect();
    (!names.is_empty()).then(|| format!("nobody is left after losing {}", names.join(", or ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample_recovery_report;

    fn recovery() -> RecoveryResult {
        sample_recovery_report(4, 12)
            .sets
            .swap_remove(0)
            .recovery
            .unwrap()
    }

    #[test]
    fn no_availability_below_all_is_called_all() {
        for gone in [1e-2, 3.3e-5, 2e-8, 5e-10] {
            assert_ne!(served(gone), "100");
        }
        assert_eq!(served(0.0), "100");
    }

    #[test]
    fn a_loss_without_survivors_says_that_only_repair_helps() {
        let all = recovery().losses;
        let last = all.iter().find(|loss| loss.survivors.is_empty()).unwrap();
        assert_eq!(rto(last), "only repair helps");
        assert!(findings(last)[0].contains("nobody is left"));
        // Nobody is there whom a recovery could stop.
        let whole = LossResult {
            stopped: 0.0,
            ..last.clone()
        };
        assert_eq!(no_rto(&whole), "only repair helps");
        let cut = all.iter().find(|loss| loss.kind == "link").unwrap();
        assert_eq!(rto(cut), "nothing stops");
    }

    #[test]
    fn what_survives_nowhere_is_worse_than_any_age() {
        let mut all = recovery().rpo;
        assert!(rpo(&all).starts_with("all (sessions)"), "{}", rpo(&all));
        assert_eq!(rpo_of_survivors(&all), "63 min (backups); 1 store lost");
        all.clear();
        assert_eq!(rpo(&all), "");
    }

    #[test]
    fn a_promise_that_nothing_survives_to_keep_shows_no_age() {
        let targets = recovery().targets;
        let mut rpo = targets.into_iter().find(|it| it.what == "rpo").unwrap();
        rpo.reached.value = 0.0;
        rpo.outcome = Outcome::Missed;
        assert_eq!(reached(&rpo), "no copy is left");
        rpo.outcome = Outcome::Met;
        assert_ne!(reached(&rpo), "no copy is left");
    }

    #[test]
    fn a_loss_that_does_not_concern_the_set_is_never_the_worst() {
        let mut it = recovery();
        let first = worst(&it).unwrap().name.clone();
        let loss = it.losses.iter_mut().find(|loss| loss.name == first).unwrap();
        (loss.moved, loss.stopped, loss.unserved) = (0.0, 0.0, 0.0);
        let after = loss.latency.as_mut().unwrap();
        after.p95_change_ms.verdict = Verdict::Same;
        assert_ne!(worst(&it).unwrap().name, first);
        it.losses.retain(|loss| loss.name == first);
        assert_eq!(worst_loss(&it), None);
    }

    #[test]
    fn terms_are_counted_in_words() {
        let all = sample_recovery_report(2, 5).recovery.unwrap().assumptions;
        assert!(
            assumed_note(&all).starts_with("9 of 14 terms are assumptions"),
            "{}",
            assumed_note(&all)
        );
        assert!(assumed_note(&all[..1]).starts_with("all 1 terms"));
    }

    #[test]
    fn every_result_that_rests_on_the_assumed_rate_can_say_so() {
        let note = preset_note(&recovery().availability).unwrap();
        for preset in ["optimistic", "typical", "pessimistic", "in force"] {
            assert!(note.contains(preset), "{note}");
        }
    }
}
