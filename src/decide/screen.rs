//! A coarse look at a design: good to a fraction of a percent, and cheap enough for every set.

use super::designer::Designer;
use super::enumerate::Query;
use super::objective::Figure;
use crate::basis::stat::bins;
use crate::engine::backend::Lead;
use crate::engine::latency::placed::Placed;
use crate::engine::latency::plan::Added;
use crate::engine::routing::Assignment;

/// Fine bins that one coarse bin holds: 16 coarse bins an octave.
const FINE: usize = 4;

/// Coarse distribution functions of every group at every region, by layer.
///
/// The first layer holds all classes to which no region adds anything; each other class has a layer of its own.
#[derive(Debug)]
pub(super) struct Screen<'a> {
    designer: Designer<'a>,
    query: &'a Query,
    layers: Vec<Layer>,
    first: usize,
    /// Coarse bins of a distribution function; none where means are enough.
    bins: usize,
    /// Some figure needs what only the table holds: sets are scored from there.
    slow: bool,
}

/// Classes that are added up together.
#[derive(Debug)]
struct Layer {
    classes: Vec<usize>,
    /// `shares[(region * groups + group) * bins + bin]`: share of the group's requests in these classes that are within
    /// the upper edge of the bin.
    shares: Vec<f32>,
    /// `means[region * groups + group]`: mean times share of the classes, ms.
    means: Vec<f64>,
    /// Share of all requests that these classes have.
    share: f64,
}

/// What one thread adds up in.
pub(super) struct Scratch {
    /// `sums[layer][place of the region in the set][bin]`.
    sums: Vec<Vec<Vec<f32>>>,
    means: Vec<Vec<f64>>,
    mass: Vec<f64>,
}

impl<'a> Screen<'a> {
    pub(super) fn new(designer: &Designer<'a>, query: &'a Query) -> Self {
        let (laws, table) = (designer.laws, designer.table);
        let (first, last) = table.bin_range();
        let (first, last) = (first / FINE, last / FINE);
        let adds = |class: &usize| designer.backend.is_some_and(|backend| backend.adds(*class));
        let (adding, plain): (Vec<usize>, Vec<usize>) = (0..laws.class_count()).partition(adds);
        let classes = std::iter::once(plain).chain(adding.into_iter().map(|class| vec![class]));
        let figures = || std::iter::once(query.objective).chain(query.limits.iter().map(|limit| limit.0));
        let means_will_do = figures().all(|figure| figure == Figure::Mean);
        let mut screen = Screen {
            designer: *designer,
            query,
            layers: Vec::new(),
            first,
            bins: if means_will_do { 0 } else { last + 1 - first },
            slow: table.all_fixed()
                || figures()
                    .any(|figure| matches!(figure, Figure::WorstCountryP95 { .. } | Figure::WorstGroupMean)),
        };
        if !screen.slow {
            screen.layers = classes.map(|classes| screen.layer(classes)).collect();
        }
        screen
    }

    fn layer(&self, classes: Vec<usize>) -> Layer {
        let (laws, table) = (self.designer.laws, self.designer.table);
        let (groups, bins) = (laws.groups.len(), self.bins);
        let mut layer = Layer {
            shares: vec![0.0; laws.regions * groups * bins],
            means: vec![0.0; laws.regions * groups],
            share: classes.iter().map(|class| laws.class_share(*class)).sum(),
            classes,
        };
        for region in 0..laws.regions {
            for group in 0..groups {
                let at = region * groups + group;
                let row = &mut layer.shares[at * bins..(at + 1) * bins];
                for &class in &layer.classes {
                    let (column, share) = (laws.column(class, region), laws.class_share(class));
                    let part = table.part(group, column, share);
                    let unit = share / f64::from(part.runs);
                    for (bin, slot) in row.iter_mut().enumerate() {
                        *slot += (unit * part.count_below((self.first + bin + 1) * FINE)) as f32;
                    }
                    layer.means[at] += share * table.mean(group, column);
                }
            }
        }
        layer
    }

    pub(super) fn scratch(&self) -> Scratch {
        Scratch {
            sums: vec![Vec::new(); self.layers.len()],
            means: vec![Vec::new(); self.layers.len()],
            mass: Vec::new(),
        }
    }

    /// The best value of the objective over all ways to lead the set that keep the limits; none when there is none.
    pub(super) fn score(&self, scratch: &mut Scratch, regions: &[usize]) -> Option<f64> {
        let leads = self.designer.leads(regions, &[]);
        if leads.is_empty() {
            return None;
        }
        if !self.slow {
            let assignment = self.designer.laws.plain_plan(regions).assignment;
            self.add_up(scratch, regions, &assignment);
        }
        let cost = |value: f64| self.query.objective.cost(value);
        leads
            .into_iter()
            .filter_map(|lead| self.value(scratch, regions, lead))
            .min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
    }

    /// A value of the objective turned so that less is better.
    pub(super) fn cost(&self, value: f64) -> f64 {
        self.query.objective.cost(value)
    }

    fn value(&self, scratch: &Scratch, regions: &[usize], lead: Lead) -> Option<f64> {
        let keeps = |figure: Figure, limit: f64, value: f64| figure.cost(value) <= figure.cost(limit);
        let limits = self.query.limits.iter();
        // A class that is sent to its leader leaves the region that the sums are by.
        if self.slow || lead.sent.iter().any(Option::is_some) {
            let (laws, table) = (self.designer.laws, self.designer.table);
            let placed = Placed::of(laws, table, self.designer.plan(regions, lead));
            if placed.lost(laws) > LOST {
                return None;
            }
            let value = |figure: Figure| figure.of(laws, table, &placed).value;
            let kept = limits
                .into_iter()
                .all(|(figure, limit)| keeps(*figure, *limit, value(*figure)));
            return kept.then(|| value(self.query.objective));
        }
        let look = Look {
            screen: self,
            scratch,
            regions,
            lead: &lead,
            whole: scratch.mass.iter().sum(),
        };
        if look.whole < 1.0 - LOST {
            return None;
        }
        let kept = limits
            .into_iter()
            .all(|(figure, limit)| keeps(*figure, *limit, look.figure(*figure)));
        kept.then(|| look.figure(self.query.objective))
    }

    /// Adds up the distribution functions of all groups, by layer and by the region that serves them.
    fn add_up(&self, scratch: &mut Scratch, regions: &[usize], assignment: &Assignment) {
        let laws = self.designer.laws;
        let groups = laws.groups.len();
        scratch.mass.clear();
        scratch.mass.resize(regions.len(), 0.0);
        for (layer, (sums, means)) in self
            .layers
            .iter()
            .zip(scratch.sums.iter_mut().zip(&mut scratch.means))
        {
            sums.resize_with(regions.len(), Vec::new);
            means.clear();
            means.resize(regions.len(), 0.0);
            for sum in sums.iter_mut() {
                sum.clear();
                sum.resize(self.bins, 0.0);
            }
            if layer.classes.is_empty() {
                continue;
            }
            for group in 0..groups {
                for (region, share) in assignment.of(group) {
                    let region = usize::from(*region);
                    let Ok(place) = regions.binary_search(&region) else {
                        continue;
                    };
                    let weight = laws.groups[group].weight * share;
                    let at = region * groups + group;
                    let row = &layer.shares[at * self.bins..(at + 1) * self.bins];
                    let weight32 = weight as f32;
                    for (sum, share) in sums[place].iter_mut().zip(row) {
                        *sum += weight32 * share;
                    }
                    means[place] += weight * layer.means[at];
                }
            }
        }
        for group in 0..groups {
            for (region, share) in assignment.of(group) {
                if let Ok(place) = regions.binary_search(&usize::from(*region)) {
                    scratch.mass[place] += laws.groups[group].weight * share;
                }
            }
        }
    }
}

/// A set that leaves a larger share of its users unserved is not feasible.
const LOST: f64 = 1e-9;

/// One way to lead a set.
struct Look<'a> {
    screen: &'a Screen<'a>,
    scratch: &'a Scratch,
    regions: &'a [usize],
    lead: &'a Lead,
    whole: f64,
}

impl Look<'_> {
    fn figure(&self, figure: Figure) -> f64 {
        match figure {
            Figure::Mean => self.mean(),
            Figure::Quantile(p) => self.quantile(p),
            Figure::ShareWithin(ms) => self.within(ms),
            // Scored from the table.
            Figure::WorstCountryP95 { .. } | Figure::WorstGroupMean => f64::NAN,
        }
    }

    fn added(&self, class: usize, region: usize) -> Option<&Added> {
        let region = self.lead.sent.get(class).copied().flatten().unwrap_or(region);
        self.lead.added.get(class).and_then(|regions| regions.get(region))
    }

    fn mean(&self) -> f64 {
        let mut mean = 0.0;
        for (layer, means) in self.screen.layers.iter().zip(&self.scratch.means) {
            mean += means.iter().sum::<f64>();
            for &class in &layer.classes {
                for (region, mass) in self.regions.iter().zip(&self.scratch.mass) {
                    let added = self.added(class, *region).map_or(0.0, Added::mean);
                    mean += mass * self.screen.designer.laws.class_share(class) * added;
                }
            }
        }
        mean / self.whole
    }

    /// The share of requests within `ms`.
    fn within(&self, ms: f64) -> f64 {
        let mut share = 0.0;
        for (layer, sums) in self.screen.layers.iter().zip(&self.scratch.sums) {
            for (place, (region, sum)) in self.regions.iter().zip(sums).enumerate() {
                let whole = self.scratch.mass[place] * layer.share;
                let added = layer
                    .classes
                    .first()
                    .and_then(|class| self.added(*class, *region));
                share += match added {
                    Some(added) if !added.is_nothing() => {
                        let values = added.values();
                        let of = |value: &f32| self.screen.at(sum, ms - f64::from(*value), whole);
                        values.iter().map(of).sum::<f64>() / values.len() as f64
                    }
                    _ => self.screen.at(sum, ms, whole),
                };
            }
        }
        share / self.whole
    }

    /// Bisection over coarse edges, then a straight line.
    fn quantile(&self, p: f64) -> f64 {
        let (mut low, mut high) = (self.screen.first, bins::COUNT / FINE - 1);
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if self.within(edge(middle)) < p {
                low = middle;
            } else {
                high = middle;
            }
        }
        let (from, to) = (edge(low), edge(high));
        let (below, above) = (self.within(from), self.within(to));
        if above > below {
            from + (to - from) * ((p - below) / (above - below)).clamp(0.0, 1.0)
        } else {
            to
        }
    }
}

/// Upper edge of a coarse bin, ms.
fn edge(coarse: usize) -> f64 {
    bins::upper((coarse + 1) * FINE - 1)
}

impl Screen<'_> {
    /// A summed distribution function at `ms`, interpolated; `whole` beyond the last bin.
    fn at(&self, sum: &[f32], ms: f64, whole: f64) -> f64 {
        if ms <= 0.0 {
            return 0.0;
        }
        let (bin, part) = bins::position(ms);
        let coarse = bin / FINE;
        let Some(at) = coarse.checked_sub(self.first) else {
            return 0.0;
        };
        if at >= self.bins {
            return whole;
        }
        let inside = ((bin % FINE) as f64 + part) / FINE as f64;
        let below = if at == 0 { 0.0 } else { f64::from(sum[at - 1]) };
        below + inside * (f64::from(sum[at]) - below)
    }
}
