//! Several figures of every set of one size.

use rayon::prelude::*;

use super::{Query, Scorer, Walk, count_sets, starts};
use crate::basis::error::Result;
use crate::decide::objective::Figure;
use crate::engine::latency::law::Laws;
use crate::engine::latency::table::LatencyTable;
use crate::engine::progress::Watch;

/// What the figures are told from, made once: planes are kept from one size to the next.
#[allow(missing_debug_implementations, reason = "planes of millions of entries")]
pub struct Teller<'a> {
    scorer: Scorer<'a>,
    figures: Vec<Figure>,
}

/// Figures of all sets of a size, in lexicographic order of the sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Regions in a set.
    pub size: usize,
    /// What is told of each.
    pub figures: Vec<Figure>,
    /// `values[set * figures + figure]`: ms, or a share.
    pub values: Vec<f64>,
}

/// The query that makes a [`Teller`] ready for `figures`; none for no figures.
pub fn query(figures: &[Figure]) -> Option<Query> {
    let (objective, more) = figures.split_first()?;
    Some(Query {
        sizes: Vec::new(),
        must_have: Vec::new(),
        objective: *objective,
        // Nothing is held against them: they say which figures are asked for.
        limits: more.iter().map(|figure| (*figure, f64::NAN)).collect(),
        top: 1,
    })
}

impl<'a> Teller<'a> {
    /// Ready to tell the figures of `query`: its objective and those of its limits.
    pub fn new(laws: &'a Laws, table: &'a LatencyTable, query: &'a Query) -> Self {
        let figures = std::iter::once(query.objective)
            .chain(query.limits.iter().map(|limit| limit.0))
            .collect();
        Teller {
            scorer: Scorer::new(laws, table, query),
            figures,
        }
    }

    /// Tells the figures of every set of `size`.
    ///
    /// # Errors
    /// When the user asks to stop.
    pub fn all_of(&self, size: usize, watch: Watch<'_>) -> Result<Profile> {
        // Figure by figure: what a quantile looks at for one set is what it looks at for the next, as long as no other
        // figure pushes it out of the near caches.
        let columns: Vec<Vec<f64>> = self
            .figures
            .iter()
            .map(|figure| self.column(*figure, size, watch))
            .collect::<Result<_>>()?;
        let sets = columns.first().map_or(0, Vec::len);
        let values = (0..sets).flat_map(|set| columns.iter().map(move |column| column[set]));
        Ok(Profile {
            size,
            figures: self.figures.clone(),
            values: values.collect(),
        })
    }

    /// One figure of every set of `size`.
    fn column(&self, figure: Figure, size: usize, watch: Watch<'_>) -> Result<Vec<f64>> {
        let parts: Vec<Vec<f64>> = starts(self.scorer.planes.regions(), size)
            .into_par_iter()
            .map_init(
                || Walk::new(&self.scorer, size),
                |walk, start| {
                    watch.go_on()?;
                    let mut values = Vec::new();
                    walk.tell_all(&start, figure, &mut values);
                    Ok(values)
                },
            )
            .collect::<Result<_>>()?;
        Ok(parts.concat())
    }
}

impl Profile {
    /// Number of sets.
    pub fn sets(&self) -> usize {
        self.values.len() / self.figures.len().max(1)
    }

    /// The figures of the set with this place in lexicographic order.
    pub fn of(&self, set: usize) -> &[f64] {
        let count = self.figures.len();
        &self.values[set * count..(set + 1) * count]
    }

    /// Whether there are as many sets as there should be.
    pub fn is_whole(&self, regions: usize) -> bool {
        count_sets(regions, self.size, 0) == Some(self.sets() as u64)
    }
}

impl Walk<'_> {
    fn tell_all(&mut self, start: &[usize], figure: Figure, values: &mut Vec<f64>) {
        self.set.clear();
        for region in start {
            self.push(*region);
        }
        self.tell_from(start.last().map_or(0, |last| last + 1), figure, values);
    }

    fn tell_from(&mut self, from: usize, figure: Figure, values: &mut Vec<f64>) {
        let regions = self.scorer.planes.regions();
        let left = self.size - self.set.len();
        for region in from..(regions + 1).saturating_sub(left) {
            if left == 1 {
                let cost = self.cost(figure, region, f64::INFINITY).unwrap_or(f64::NAN);
                values.push(figure.cost(cost));
            } else {
                self.push(region);
                self.tell_from(region + 1, figure, values);
                self.set.pop();
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::basis::dist::Dist;
    use crate::decide::enumerate::search;
    use crate::engine::latency::law::{AccessError, GroupLaw, PairLaw, Part, PathError};

    pub(in crate::decide::enumerate) fn laws(groups: usize, regions: usize) -> Laws {
        let group = |at: usize| GroupLaw {
            weight: (1.0 + at as f64) / (groups * (groups + 1) / 2) as f64,
            country: (at / 4) as u16,
            access: Part::fixed(3.0),
            access_error: AccessError::default(),
        };
        let pair = |at: usize| {
            let ms = 20.0 + (at * 37 % 101) as f64;
            PairLaw {
                parts: vec![Part::once(Dist::log_normal(ms, 0.3).unwrap().shape())],
                contains_access: false,
                expected_ms: ms,
                path_error: PathError::default(),
                jitter_ms: 0.0,
            }
        };
        Laws {
            groups: (0..groups).map(group).collect(),
            regions,
            pairs: (0..groups * regions).map(pair).collect(),
            service: Part::fixed(1.0),
            classes: Vec::new(),
            edge: None,
            router: None,
        }
    }

    #[test]
    fn figures_told_together_are_those_searched_for_one_by_one() {
        let laws = laws(21, 7);
        let table = LatencyTable::simulate(&laws, 400, 5, Watch::default()).unwrap();
        let figures = [
            Figure::Quantile(0.5),
            Figure::Quantile(0.99),
            Figure::Mean,
            Figure::ShareWithin(60.0),
            Figure::WorstCountryP95 { min_share: 0.05 },
            Figure::WorstGroupMean,
        ];
        let asked = query(&figures).unwrap();
        let teller = Teller::new(&laws, &table, &asked);
        for size in 1..=7 {
            let told = teller.all_of(size, Watch::default()).unwrap();
            assert!(told.is_whole(7));
            for (at, figure) in figures.iter().enumerate() {
                let query = Query {
                    sizes: vec![size],
                    must_have: vec![],
                    objective: *figure,
                    limits: vec![],
                    top: usize::MAX >> 1,
                };
                let found = search(&laws, &table, &query, Watch::default()).unwrap();
                let mut one_by_one = found.best[&size].clone();
                one_by_one.sort_by(|a, b| a.regions.cmp(&b.regions));
                for (set, scored) in one_by_one.iter().enumerate() {
                    assert_eq!(
                        told.of(set)[at].to_bits(),
                        scored.value.to_bits(),
                        "{figure:?} {scored:?}"
                    );
                }
            }
        }
    }
}
