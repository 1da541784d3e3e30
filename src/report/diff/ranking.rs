//! What sets are ranked by, where that is no figure that is compared anyway.

use crate::report::model::{Figure, Report, SetResult};
use crate::report::voice::Unit;

/// What both reports rank by.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The largest mean of any user group.
    worst_group: bool,
    /// A measure before the objective, with its unit.
    measure: Option<(String, Unit)>,
}

/// What both reports rank by; nothing where they were asked different things.
pub(super) fn asked(before: &Report, after: &Report) -> Asked {
    let (old, new) = (&before.question, &after.question);
    let by = new
        .ranked_by
        .as_ref()
        .filter(|by| old.ranked_by.as_ref() == Some(*by));
    // A cost and a score are compared by themselves.
    let unit = by.and_then(|by| match by.unit.as_str() {
        "ms" => Some(Unit::Millis),
        "s" => Some(Unit::Seconds),
        "min" => Some(Unit::Minutes),
        "share" => Some(Unit::Share),
        _ => None,
    });
    Asked {
        worst_group: old.objective == "worst-group" && new.objective == "worst-group",
        measure: by.map(|by| by.name.clone()).zip(unit),
    }
}

impl Asked {
    /// The figures of `set` that are ranked by.
    pub(super) fn figures(&self, set: &SetResult) -> Vec<(String, Unit, Figure)> {
        let group = self
            .worst_group
            .then(|| ("worst_group_mean".to_owned(), Unit::Millis, set.objective));
        let measure = self.measure.as_ref().and_then(|(name, unit)| {
            let figure = set.measure.as_ref()?.figure?;
            Some((name.clone(), *unit, figure))
        });
        group.into_iter().chain(measure).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Change, diff};
    use crate::report::model::{MeasureResult, RankedBy};
    use crate::report::sample::{sample_recovery_report, sample_report};

    #[test]
    fn what_sets_are_ranked_by_is_compared_where_both_were_asked_the_same() {
        let mut before = sample_report(2, 5);
        before.question.ranked_by = Some(RankedBy {
            name: "p95-after-loss".into(),
            what: "p95 after the worst loss".into(),
            unit: "ms".into(),
            larger_is_better: false,
        });
        for set in &mut before.sets {
            set.measure = Some(MeasureResult {
                figure: Some(set.latency.p95_ms),
                versus_best: None,
            });
        }
        let mut after = before.clone();
        let figure = after.sets[0].measure.as_mut().unwrap().figure.as_mut().unwrap();
        figure.value *= 2.0;
        figure.sampling.low *= 2.0;
        figure.sampling.high *= 2.0;
        let changes = diff(&before, &after);
        let found = changes
            .results
            .iter()
            .find(|it| it.statistic == "p95-after-loss")
            .unwrap();
        assert_eq!(found.change, Change::Worse);
        after.question.ranked_by = None;
        let changes = diff(&before, &after);
        assert!(changes.results.iter().all(|it| it.statistic != "p95-after-loss"));
    }

    #[test]
    fn the_worst_loss_is_compared_whichever_it_is() {
        let before = sample_recovery_report(3, 12);
        let mut after = before.clone();
        let losses = &mut after.sets[0].recovery.as_mut().unwrap().losses;
        let worst = losses
            .iter()
            .filter_map(|loss| Some(loss.latency.as_ref()?.p95_ms.value))
            .fold(0.0, f64::max);
        let other = losses
            .iter_mut()
            .filter(|loss| loss.kind == "region")
            .find_map(|loss| {
                let p95 = &mut loss.latency.as_mut()?.p95_ms;
                (p95.value < worst).then_some(p95)
            });
        if let Some(p95) = other {
            p95.value = 3.0 * worst;
            p95.sampling.low = 2.9 * worst;
            p95.sampling.high = 3.1 * worst;
        }
        let changes = diff(&before, &after);
        let found = changes
            .results
            .iter()
            .find(|it| it.statistic == "p95 after the worst loss")
            .unwrap();
        assert_eq!((found.after, found.change), (3.0 * worst, Change::Worse));
    }
}
