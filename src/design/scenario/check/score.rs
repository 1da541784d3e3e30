//! What the score counts.

use super::Check;
use super::promises::{OBJECTIVES, named_objective};
use crate::design::recovery::{Measure, Utility};
use crate::design::scenario::decode::{At, did_you_mean, shortened};
use crate::design::scenario::file::{LevelFile, UtilityFile};
use crate::design::scenario::quantity::{DurationFile, Quantity, ShareFile};
use crate::design::scenario::source::Span;
use crate::design::targets::Objective;

/// What a set costs.
pub(super) const COST: &str = "cost";

/// Measures of recovery and of costs; those of latency are the objectives.
const OTHERS: [&str; 5] = ["p95-after-loss", "availability", "rto-p95", "rpo-p95", COST];

pub(super) const AFTER_LOSS: &str = "-after-loss";

impl Check<'_> {
    /// The utilities with weights that sum to 1.
    pub(super) fn score(&mut self, list: Option<&At<Vec<At<UtilityFile>>>>) -> Vec<Utility> {
        let mut score: Vec<Utility> = Vec::new();
        for file in list.and_then(At::get).into_iter().flatten().filter_map(At::get) {
            let Some(utility) = self.utility(file) else {
                continue;
            };
            if score.iter().any(|other| other.of == utility.of) {
                let message = format!("`{}` stands twice in the score", utility.of.name());
                self.error_with_hint(file.of.span, message, "leave one out, or add their weights");
            }
            score.push(utility);
        }
        let sum: f64 = score.iter().map(|utility| utility.weight).sum();
        for utility in &mut score {
            utility.weight /= sum;
        }
        score
    }

    fn utility(&mut self, file: &UtilityFile) -> Option<Utility> {
        let of = self.measure(&file.of);
        let weight = self.positive(&file.weight, "`weight`");
        let of = of?;
        let target = self.level(&file.target, of);
        let limit = self.level(&file.limit, of);
        let utility = Utility {
            of,
            weight: weight?,
            target: target?,
            limit: limit?,
        };
        self.expect_sides(&utility, file.target.span);
        Some(utility)
    }

    fn measure(&mut self, at: &At<String>) -> Option<Measure> {
        let name = at.get()?;
        if name == "availability" {
            return Some(Measure::Availability);
        }
        if name == COST {
            return Some(Measure::Cost);
        }
        if let Some(percentile) = name.strip_prefix("rto-p") {
            return Some(Measure::Rto(self.percentile(percentile, name, at.span)?));
        }
        if let Some(percentile) = name.strip_prefix("rpo-p") {
            return Some(Measure::Rpo(self.percentile(percentile, name, at.span)?));
        }
        let after = name.strip_suffix(AFTER_LOSS);
        let latency = after.unwrap_or(name);
        let objective = match latency.strip_prefix("within:") {
            Some(limit) => self.within(limit, at.span)?,
            None => match named_objective(latency) {
                Some(objective) => objective,
                None => return self.unknown_measure(name, at.span),
            },
        };
        Some(match after {
            Some(_) => Measure::LatencyAfterLoss(objective),
            None => Measure::Latency(objective),
        })
    }

    /// A quantile between 0 and 1, both excluded.
    fn percentile(&mut self, text: &str, name: &str, span: Span) -> Option<f64> {
        let digits = text.chars().all(|c| c.is_ascii_digit() || c == '.');
        let percent = text.parse::<f64>().ok().filter(|_| digits);
        match percent {
            Some(percent) if percent > 0.0 && percent < 100.0 => Some(percent / 100.0),
            Some(_) => {
                let message = format!("`{}` is no percentile", shortened(name));
                self.error_with_hint(
                    span,
                    message,
                    "percentiles lie between p0 and p100, both excluded",
                );
                None
            }
            None => self.unknown_measure(name, span),
        }
    }

    fn unknown_measure<T>(&mut self, name: &str, span: Span) -> Option<T> {
        let known = [&OBJECTIVES[..], &OTHERS[..]].concat();
        let message = format!("unknown measure `{}`", shortened(name));
        self.error_with_hint(span, message, did_you_mean(name, &known));
        None
    }

    /// Target or limit in the unit of the measure: ms, s, a share, or an amount a month.
    fn level(&mut self, at: &At<LevelFile>, of: Measure) -> Option<f64> {
        let quantity = at.get()?.0.clone();
        if of == Measure::Cost {
            return self.amount(&quantity, at.span);
        }
        if is_share(of) {
            let share = self.keep(ShareFile(quantity).share(), at.span)?;
            return Some(share.get());
        }
        let ms = self.millis_of(&DurationFile(quantity), at.span)?.ms();
        Some(if in_seconds(of) { ms / 1000.0 } else { ms })
    }

    /// Money has the unit that [cost] says, so that it stands here bare.
    fn amount(&mut self, quantity: &Quantity, span: Span) -> Option<f64> {
        match quantity {
            Quantity::Number(amount) if *amount >= 0.0 && amount.is_finite() => Some(*amount),
            _ => {
                let message = format!("`{quantity}` is no amount a month");
                let hint = "say a number in the currency of [cost], such as 20000";
                self.error_with_hint(span, message, hint);
                None
            }
        }
    }

    /// Between target and limit worth falls from 1 to 0, so they differ, and the better of them is the target.
    fn expect_sides(&mut self, utility: &Utility, span: Span) {
        let Utility {
            of, target, limit, ..
        } = *utility;
        let name = of.name();
        if target == limit {
            let message = format!("target and limit of `{name}` are both {}", told(target, of));
            let hint = "worth falls from 1 at the target to 0 at the limit: leave room between them";
            self.error_with_hint(span, message, hint);
        } else if is_share(of) != (target > limit) {
            let (target, limit) = (told(target, of), told(limit, of));
            let message = format!("the target of `{name}`, {target}, is worse than its limit, {limit}");
            let better = if is_share(of) { "more" } else { "less" };
            let hint = format!("{better} is better here: swap them");
            self.error_with_hint(span, message, hint);
        }
    }
}

/// Whether it is a share, of which more is better.
fn is_share(of: Measure) -> bool {
    match of {
        Measure::Availability => true,
        Measure::Latency(objective) | Measure::LatencyAfterLoss(objective) => {
            matches!(objective, Objective::ShareWithin(_))
        }
        Measure::Rto(_) | Measure::Rpo(_) | Measure::Cost => false,
    }
}

fn in_seconds(of: Measure) -> bool {
    matches!(of, Measure::Rto(_) | Measure::Rpo(_))
}

/// A value with its unit.
fn told(value: f64, of: Measure) -> String {
    if is_share(of) {
        // 0.9995 · 100 is not 99.95 in binary.
        return format!("{} %", (value * 1e8).round() / 1e6);
    }
    let unit = match of {
        Measure::Cost => "a month",
        _ if in_seconds(of) => "s",
        _ => "ms",
    };
    format!("{value} {unit}")
}
