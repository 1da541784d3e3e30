//! Errors of differences between designs whose requests have classes, or whose groups go to several regions.
//!
//! A group's part in a figure is a weighted sum over classes and regions, `f = Σ s · g(T)`, and all its requests share
//! their users. So the draws are made again, as far as it takes to know how two such sums go together.

use super::class_draws::GroupDraws;
use super::kernel::add_draws;
use super::law::Laws;
use super::level::{Level, Pairing};
use super::part::Part;
use super::placed::{Placed, Share, shares};
use super::plan::{Added, Plan};
use super::sides::{LANES, Sides, moments};
use super::table::{Base, LatencyTable, replay};
use crate::basis::seed::{BLOCK, Purpose, Source, Stream};

/// Draws made again: a variance from so many is known to 3 %. A multiple of the stream's block.
const DRAWS: usize = 32 * BLOCK;

/// The variance of each figure's difference for a single draw of `group`, relative to the group's weight.
pub(super) fn mixed_variances(
    laws: &Laws,
    table: &LatencyTable,
    placed: &[Placed],
    pairings: &[Pairing],
    group: usize,
) -> Vec<Vec<f64>> {
    let length = DRAWS.min(table.runs_of(group) as usize);
    let mut columns = Columns::new(laws, table.source(), group, length);
    let mut sides: Vec<Sides> = placed
        .iter()
        .map(|placed| Sides::new(columns.of_plan(&placed.plan), length))
        .collect();
    pairings
        .iter()
        .map(|pairing| {
            let lanes = pairing.levels.chunks(LANES);
            lanes
                .flat_map(|levels| {
                    let (of_a, of_b): (Vec<Level>, Vec<Level>) = levels.iter().copied().unzip();
                    let (a, b) = (sides[pairing.a].of(&of_a), sides[pairing.b].of(&of_b));
                    moments(sides[pairing.a].at(a), sides[pairing.b].at(b))
                        .map(|moments| moments.variance_of_difference(length as f64))
                        .into_iter()
                        .take(levels.len())
                })
                .collect()
        })
        .collect()
}
/// The draws of one group, made when they are first asked for.
struct Columns<'a> {
    laws: &'a Laws,
    source: Source,
    group: usize,
    length: usize,
    base: Base,
    classes: GroupDraws,
    made: Vec<Option<Vec<f32>>>,
}

impl<'a> Columns<'a> {
    fn new(laws: &'a Laws, source: Source, group: usize, length: usize) -> Self {
        let (mut base, mut classes) = (Base::default(), GroupDraws::default());
        if laws.classes.is_empty() {
            base.draw(laws, source, group, 0, length);
        } else {
            classes.draw(laws, source, group, 0, length);
        }
        Columns {
            laws,
            source,
            group,
            length,
            base,
            classes,
            made: vec![None; laws.columns()],
        }
    }

    /// The parts of the group's requests under `plan`: share of the group, and draws with what the region adds.
    fn of_plan(&mut self, plan: &Plan) -> Vec<(f64, Vec<f32>)> {
        let weight = self.laws.groups[self.group].weight;
        let all: Vec<Share> = shares(self.laws, plan, self.group, 0..self.laws.class_count()).collect();
        all.into_iter()
            .map(|share| {
                let mut draws = self.draws(share.class, share.region).to_vec();
                if let Some(added) = plan.added(share.class, share.region) {
                    self.add(added, share, &mut draws);
                }
                (share.weight / weight, draws)
            })
            .collect()
    }

    fn draws(&mut self, class: usize, region: usize) -> &[f32] {
        let column = self.laws.column(class, region);
        if self.made[column].is_none() {
            let mut draws = vec![0f32; self.length];
            self.make(class, region, &mut draws);
            self.made[column] = Some(draws);
        }
        self.made[column].as_deref().unwrap_or_default()
    }

    fn make(&self, class: usize, region: usize, out: &mut [f32]) {
        let (laws, source) = (self.laws, self.source);
        if let Some(ms) = laws.fixed(self.group, laws.column(class, region)) {
            return out.fill(ms as f32);
        }
        if laws.classes.is_empty() {
            return replay(laws, source, self.group, region, 0, &self.base, out);
        }
        let mut rtt = Vec::new();
        if laws.classes[class].at_edge {
            self.classes.far_rtt(laws, source, region, &mut rtt);
        } else {
            self.classes.direct_rtt(laws, source, region, &mut rtt);
        }
        self.classes.requests(laws, class, region, &rtt, out);
    }

    /// What the region adds is drawn for the group and the region, so two designs that add alike draw alike.
    fn add(&self, added: &Added, share: Share, out: &mut [f32]) {
        if let Some(ms) = added.as_fixed() {
            return add_draws(&Part::fixed(ms), self.stream(share), 0, out);
        }
        let values = added.values();
        let mut words = vec![0u32; out.len()];
        self.stream(share).fill(0, &mut words);
        for (x, word) in out.iter_mut().zip(&words) {
            *x += values[((u64::from(*word) * values.len() as u64) >> 32) as usize];
        }
    }

    fn stream(&self, share: Share) -> Stream {
        let purpose = Purpose::Added(share.class as u8);
        self.source
            .stream(purpose, self.group as u32, share.region as u32)
    }
}
