//! Which places of a ranking are ranks, which rows are there for another reason, and how many sets tie.

use super::count;
use crate::report::model::{ListedFor, Report, SetResult, Verdict};

/// Stands where a rank would be claimed that is not known.
pub const NO_RANK: &str = "–";

/// The rank of a set among all that were searched, or that were named; none for one that is listed for another reason.
///
/// ```
/// use isochrone::report::{model::ListedFor, sample::sample_report, voice::listed};
/// let mut report = sample_report(3, 10);
/// report.sets[2].listed_for = Some(ListedFor::BestOfSize);
/// assert_eq!((listed::rank(&report.sets[0]), listed::rank(&report.sets[2])), (Some(1), None));
/// ```
pub fn rank(set: &SetResult) -> Option<usize> {
    set.listed_for.is_none().then_some(set.rank)
}

/// The rank in a cell: `3`, or [`NO_RANK`].
pub fn place(set: &SetResult) -> String {
    rank(set).map_or_else(|| NO_RANK.to_owned(), |rank| rank.to_string())
}

/// What a set without a rank is listed for: `best of its size`.
pub fn reason(why: ListedFor) -> &'static str {
    match why {
        ListedFor::Baseline => "baseline",
        ListedFor::Named => "named in the scenario",
        ListedFor::BestOfSize => "best of its size",
        ListedFor::Front => "on the front of latency and cost",
    }
}

/// What rows without a rank are; nothing where every row has one.
pub fn note(report: &Report) -> Option<String> {
    let reasons = [
        ListedFor::BestOfSize,
        ListedFor::Front,
        ListedFor::Named,
        ListedFor::Baseline,
    ];
    let told: Vec<&str> = reasons
        .into_iter()
        .filter(|why| report.sets.iter().any(|set| set.listed_for == Some(*why)))
        .map(reason)
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "{NO_RANK}: listed for another reason ({}), and better sets that were found are not listed",
            told.join(", ")
        )
    })
}

/// What can be said of a set against the one that is ranked first: by the measure, else by the objective.
pub fn verdict(set: &SetResult) -> Option<Verdict> {
    match &set.measure {
        Some(measure) => measure.versus_best.as_ref().map(|it| it.verdict),
        None => set.versus_best.as_ref().map(|it| it.objective.verdict),
    }
}

/// Whether sets were found that are not listed: a search keeps the best so many.
pub fn leaves_out(report: &Report) -> bool {
    let Some(search) = &report.search else {
        return false;
    };
    let ranked = report.sets.iter().filter(|set| rank(set).is_some()).count();
    // Of fewer than it was to keep, it kept all.
    ranked >= search.top && search.sets_feasible > ranked as u64
}

/// How many sets tie with the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ties {
    /// Those of the report.
    pub listed: usize,
    /// Whether sets that are not listed may tie as well.
    pub at_least: bool,
}

impl Ties {
    /// Counts them.
    pub fn of(report: &Report) -> Ties {
        let ties = |set: &&SetResult| verdict(set).is_some_and(|it| it != Verdict::Differs);
        Ties {
            listed: report.sets.iter().filter(ties).count(),
            at_least: leaves_out(report),
        }
    }

    /// `9`, or `at least 9`.
    pub fn words(&self) -> String {
        let least = if self.at_least { "at least " } else { "" };
        format!("{least}{}", count(self.listed as u64))
    }

    /// `; at least 9 sets tie with it`; nothing where none does.
    pub fn clause(&self) -> String {
        let ties = if self.listed == 1 { "set ties" } else { "sets tie" };
        match self.listed {
            0 => String::new(),
            _ => format!("; {} {ties} with it", self.words()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample_report;

    #[test]
    fn ties_are_counted_as_at_least_where_better_ones_may_not_be_listed() {
        let mut report = sample_report(4, 8);
        for set in &mut report.sets {
            if let Some(it) = &mut set.versus_best {
                it.objective.verdict = Verdict::TiedSampling;
            }
        }
        assert!(leaves_out(&report));
        assert_eq!(Ties::of(&report).clause(), "; at least 3 sets tie with it");
        report.search.as_mut().unwrap().sets_feasible = 4;
        assert_eq!(Ties::of(&report).clause(), "; 3 sets tie with it");
        // Fewer than were to be kept: there are no others.
        let search = report.search.as_mut().unwrap();
        (search.sets_feasible, search.top) = (2516, 10);
        assert_eq!(Ties::of(&report).words(), "3");
    }

    #[test]
    fn a_row_that_is_no_rank_says_what_it_is() {
        let mut report = sample_report(4, 8);
        assert_eq!(note(&report), None);
        report.sets[2].listed_for = Some(ListedFor::Baseline);
        report.sets[3].listed_for = Some(ListedFor::BestOfSize);
        let places: Vec<String> = report.sets.iter().map(place).collect();
        assert_eq!(places, ["1", "2", NO_RANK, NO_RANK]);
        assert_eq!(
            note(&report).unwrap(),
            "–: listed for another reason (best of its size, baseline), and better sets that were found are not listed"
        );
    }
}
