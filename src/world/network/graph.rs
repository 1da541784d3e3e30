//! The region graph: regions as nodes, an RTT with its spread on every link, measured or estimated, and detours when
//! links or regions are down.

use std::collections::BTreeMap;

use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::{EdgeFiltered, EdgeRef};

use crate::basis::error::{Error, Result, nearest_names};
use crate::basis::units::Millis;

use super::calibration::backbone_scale;
use super::jitter::Jitter;
use super::landmarks::endpoint_overhead_ms;
use super::own::{Calibration, Level};
use super::path::{Anchor, PathEstimate, PathKind, PathModel};
use super::rows::{RegionRow, RegionRttRow};

/// What a link's figures come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Provenance {
    /// Measured between these two regions.
    Measured,
    /// Estimated from landmarks.
    Estimated(PathEstimate),
}

/// A link between two regions.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Typical round trip.
    pub p50: Millis,
    /// Round trip that nine in ten stay under.
    pub p90: Millis,
    /// Whose network it runs over: a provider's own between its regions, the internet between providers.
    pub kind: PathKind,
    /// Measured or estimated.
    pub provenance: Provenance,
    /// ln(truth / p50) is this times the shape of the path spread; 0 where measured.
    pub scale: f64,
}

impl Link {
    /// What each round trip adds to the typical one.
    pub fn jitter(&self) -> Jitter {
        Jitter::measured(self.p50, self.p90)
    }

    /// The same with its estimate moved, and no less sure of it than before; what was measured stays. `sd` is the
    /// standard deviation of the shape that its scale multiplies.
    #[must_use]
    pub fn moved(self, own: Level, sd: f64) -> Link {
        let (Provenance::Estimated(path), Some(error)) = (&self.provenance, own.sd) else {
            return self;
        };
        let ms = (self.p50.ms() * own.log.exp()).max(path.fibre.ms());
        let p50 = Millis::new(ms).unwrap_or(self.p50);
        Link {
            p50,
            p90: with_jitter(p50),
            scale: self.scale.min(error / sd),
            ..self
        }
    }

    /// Whether it was measured.
    pub fn is_measured(&self) -> bool {
        self.provenance == Provenance::Measured
    }
}

/// How many links were measured and how many estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCount {
    /// Measured pairs.
    pub measured: usize,
    /// Estimated pairs.
    pub estimated: usize,
}

/// Whether measured region pairs are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// They win over estimates.
    Use,
    /// Every pair is estimated as though one of its regions, in turn, had never been measured: a check of the estimates.
    Ignore,
}

/// The regions with a link between any two of them.
#[derive(Clone, Debug)]
pub struct RegionGraph {
    graph: UnGraph<RegionRow, Link>,
    index: BTreeMap<String, NodeIndex>,
}

impl RegionGraph {
    /// Links all `regions` with each other from `measured` pairs and, where there is none, from `paths`.
    ///
    /// # Errors
    /// When a region stands in the list twice, or a measured figure is not positive.
    pub fn build(
        regions: &[RegionRow],
        measured: &[RegionRttRow],
        paths: &PathModel,
        use_measured: Measured,
    ) -> Result<Self> {
        let mut graph = UnGraph::new_undirected();
        let mut index = BTreeMap::new();
        for region in regions {
            let node = graph.add_node(region.clone());
            if index.insert(region.id.clone(), node).is_some() {
                return Err(Error::input(format!(
                    "region `{}` is in the list twice",
                    region.id
                )));
            }
        }
        let known = match use_measured {
            Measured::Use => pairs_of(measured)?,
            Measured::Ignore => BTreeMap::new(),
        };
        let estimator = LinkEstimator::new(regions, paths, use_measured);
        for (i, a) in regions.iter().enumerate() {
            for (j, b) in regions.iter().enumerate().skip(i + 1) {
                let link = match known.get(&ordered(&a.id, &b.id)) {
                    Some(pair) => pair.link(link_kind(a, b)),
                    None => estimator.link(i, j),
                };
                graph.add_edge(index[&a.id], index[&b.id], link);
            }
        }
        Ok(RegionGraph { graph, index })
    }

    /// The same graph, its estimated links moved by what a user measured; `sd` as for [`Link::moved`].
    #[must_use]
    pub fn calibrated(mut self, own: &Calibration, sd: f64) -> Self {
        if own.links.is_empty() {
            return self;
        }
        for edge in self.graph.edge_indices().collect::<Vec<_>>() {
            let Some((a, b)) = self.graph.edge_endpoints(edge) else {
                continue;
            };
            let level = own.link_level(&self.graph[a].id, &self.graph[b].id);
            self.graph[edge] = self.graph[edge].clone().moved(level, sd);
        }
        self
    }

    /// The regions in the order they were given.
    pub fn regions(&self) -> impl Iterator<Item = &RegionRow> {
        self.graph.node_weights()
    }

    /// The link between two different regions.
    ///
    /// # Errors
    /// When a region is not in the graph, or both are the same: a region has no link to itself.
    pub fn link(&self, a: &str, b: &str) -> Result<&Link> {
        let edge = self.graph.find_edge(self.node(a)?, self.node(b)?);
        edge.map(|edge| &self.graph[edge])
            .ok_or_else(|| Error::input(format!("region `{a}` has no link to itself")))
    }

    /// The p50 from `a` to `b` over what `outage` leaves standing: the direct link where it stands, otherwise the
    /// quickest way through other regions. None when no way is left.
    ///
    /// # Errors
    /// When a region is not in the graph.
    pub fn detour(&self, a: &str, b: &str, outage: &Outage) -> Result<Option<Millis>> {
        if !outage.stops(a, b) {
            return self.link(a, b).map(|link| Some(link.p50));
        }
        let Some(stops) = self.route(a, b, outage)? else {
            return Ok(None);
        };
        let legs = stops.windows(2).map(|leg| self.link(leg[0], leg[1]));
        let ms: f64 = legs
            .map(|link| Ok(link?.p50.ms()))
            .collect::<Result<Vec<f64>>>()?
            .iter()
            .sum();
        Ok(Millis::new(ms).ok())
    }

    /// The regions on the quickest way from `a` to `b` over what `outage` leaves standing, both ends counted. None when
    /// no way is left.
    ///
    /// # Errors
    /// When a region is not in the graph.
    pub fn route(&self, a: &str, b: &str, outage: &Outage) -> Result<Option<Vec<&str>>> {
        let p50 = |from: &str, to: &str| self.link(from, to).ok().map(|link| link.p50.ms());
        self.route_by(a, b, outage, &p50)
    }

    /// The same where `leg` says how many ms it is from one region to another; none where that way may not be taken.
    ///
    /// # Errors
    /// When a region is not in the graph.
    pub fn route_by(
        &self,
        a: &str,
        b: &str,
        outage: &Outage,
        leg: &dyn Fn(&str, &str) -> Option<f64>,
    ) -> Result<Option<Vec<&str>>> {
        let (from, to) = (self.node(a)?, self.node(b)?);
        let id = |node: NodeIndex| self.graph[node].id.as_str();
        let standing = EdgeFiltered::from_fn(&self.graph, |edge| {
            let (a, b) = (id(edge.source()), id(edge.target()));
            !outage.stops(a, b) && leg(a, b).is_some()
        });
        let cost = |edge: petgraph::graph::EdgeReference<'_, Link>| {
            leg(id(edge.source()), id(edge.target())).unwrap_or(f64::INFINITY)
        };
        let found = petgraph::algo::astar(&standing, from, |node| node == to, cost, |_| 0.0);
        Ok(found.map(|(_, nodes)| nodes.into_iter().map(id).collect()))
    }

    /// How many links were measured and how many estimated.
    pub fn count(&self) -> LinkCount {
        let measured = self
            .graph
            .edge_weights()
            .filter(|link| link.is_measured())
            .count();
        LinkCount {
            measured,
            estimated: self.graph.edge_count() - measured,
        }
    }

    fn node(&self, id: &str) -> Result<NodeIndex> {
        self.index.get(id).copied().ok_or_else(|| {
            let names = nearest_names(id, self.index.keys().map(String::as_str), 3);
            Error::input(format!("region `{id}` is not in the graph"))
                .hint(format!("nearest names: {}", names.join(", ")))
        })
    }
}

/// What is down.
#[derive(Clone, Debug, Default)]
pub struct Outage {
    regions: Vec<String>,
    links: Vec<(String, String)>,
}

impl Outage {
    /// The same outage with a region down: nothing enters or leaves it.
    pub fn region(mut self, id: &str) -> Self {
        self.regions.push(id.to_owned());
        self
    }

    /// The same outage with the link between two regions down.
    pub fn link(mut self, a: &str, b: &str) -> Self {
        self.links.push(ordered(a, b));
        self
    }

    fn stops(&self, a: &str, b: &str) -> bool {
        self.regions.iter().any(|r| r == a || r == b) || self.links.contains(&ordered(a, b))
    }
}

/// Between regions of one provider the backbone carries the traffic, between providers the internet.
fn link_kind(a: &RegionRow, b: &RegionRow) -> PathKind {
    if a.provider() == b.provider() {
        PathKind::Backbone
    } else {
        PathKind::Public
    }
}

fn ordered(a: &str, b: &str) -> (String, String) {
    if a <= b {
        (a.to_owned(), b.to_owned())
    } else {
        (b.to_owned(), a.to_owned())
    }
}

/// A measured pair, its directions still summed.
#[derive(Clone, Copy, Debug, Default)]
struct MeasuredPair {
    p50_sum: f64,
    p50_count: usize,
    p90_sum: f64,
    p90_count: usize,
}

impl MeasuredPair {
    fn link(&self, kind: PathKind) -> Link {
        let p50 = Millis::new(self.p50_sum / self.p50_count as f64).unwrap_or_default();
        let p90 = match self.p90_count {
            0 => with_jitter(p50),
            n => Millis::new(self.p90_sum / n as f64)
                .unwrap_or_default()
                .max_of(p50),
        };
        Link {
            p50,
            p90,
            kind,
            provenance: Provenance::Measured,
            scale: 0.0,
        }
    }
}

trait MaxOf {
    fn max_of(self, other: Self) -> Self;
}

impl MaxOf for Millis {
    fn max_of(self, other: Millis) -> Millis {
        if self >= other { self } else { other }
    }
}

fn pairs_of(rows: &[RegionRttRow]) -> Result<BTreeMap<(String, String), MeasuredPair>> {
    let mut pairs: BTreeMap<(String, String), MeasuredPair> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.from != row.to) {
        if !(row.p50_ms > 0.0 && row.p50_ms.is_finite()) {
            return Err(Error::input(format!(
                "link {} → {}: p50 must be positive, found {} ms",
                row.from, row.to, row.p50_ms
            )));
        }
        let pair = pairs.entry(ordered(&row.from, &row.to)).or_default();
        pair.p50_sum += row.p50_ms;
        pair.p50_count += 1;
        if let Some(p90) = row.p90_ms {
            pair.p90_sum += p90;
            pair.p90_count += 1;
        }
    }
    Ok(pairs)
}

fn with_jitter(p50: Millis) -> Millis {
    Millis::new(p50.ms() + Jitter::of(p50).quantile_ms(0.9)).unwrap_or(p50)
}

/// Estimates links, with every region looked up once per kind of path.
struct LinkEstimator<'a> {
    regions: &'a [RegionRow],
    paths: &'a PathModel,
    /// The landmark a region is itself, where its own measurements are to be ignored.
    own: Vec<Option<usize>>,
    backbone: Vec<Anchor>,
    public: Vec<Anchor>,
}

impl<'a> LinkEstimator<'a> {
    fn new(regions: &'a [RegionRow], paths: &'a PathModel, use_measured: Measured) -> Self {
        let anchors = |kind| regions.iter().map(|r| paths.anchor(r.place, kind)).collect();
        let own = |region: &RegionRow| match use_measured {
            Measured::Use => None,
            Measured::Ignore => paths.landmarks().find(&region.id),
        };
        LinkEstimator {
            regions,
            paths,
            own: regions.iter().map(own).collect(),
            backbone: anchors(PathKind::Backbone),
            public: anchors(PathKind::Public),
        }
    }

    /// The link between regions `i` and `j`. Where own measurements are ignored it is the geometric mean of the
    /// estimate that knows nothing of `i` and the one that knows nothing of `j`; otherwise both are the same.
    fn link(&self, i: usize, j: usize) -> Link {
        let kind = link_kind(&self.regions[i], &self.regions[j]);
        let one = self.path_without(i, j, kind, self.own[i]);
        let other = self.path_without(i, j, kind, self.own[j]);
        let (overhead, stretch) = match kind {
            PathKind::Backbone => {
                let provider = self.regions[i].provider();
                (endpoint_overhead_ms(provider), backbone_scale(provider))
            }
            PathKind::Public => (0.0, 1.0),
        };
        let middle = (one.median.ms() * other.median.ms()).sqrt() + overhead;
        let p50 = Millis::new(middle).unwrap_or_default();
        Link {
            p50,
            p90: with_jitter(p50),
            kind,
            scale: stretch * one.scale.max(other.scale),
            provenance: Provenance::Estimated(one),
        }
    }

    fn path_without(&self, i: usize, j: usize, kind: PathKind, absent: Option<usize>) -> PathEstimate {
        if absent.is_some() {
            let anchor = |k: usize| self.paths.anchor_without(self.regions[k].place, kind, absent);
            return self.paths.estimate(&anchor(i), &anchor(j));
        }
        let anchors = match kind {
            PathKind::Backbone => &self.backbone,
            PathKind::Public => &self.public,
        };
        self.paths.estimate(&anchors[i], &anchors[j])
    }
}

#[cfg(test)]
mod tests {
    use super::super::landmarks::Landmarks;
    use super::super::landmarks::tests::{endpoint, line_of_cities};
    use super::*;

    fn region(id: &str, lon: f64) -> RegionRow {
        RegionRow {
            id: id.into(),
            place: endpoint(0.0, lon, "GA"),
        }
    }

    fn row(from: &str, to: &str, p50_ms: f64, p90_ms: f64) -> RegionRttRow {
        RegionRttRow {
            from: from.into(),
            to: to.into(),
            p50_ms,
            p90_ms: Some(p90_ms),
        }
    }

    fn world() -> (Vec<RegionRow>, Vec<RegionRttRow>) {
        let regions = vec![
            region("ibm:a", 0.0),
            region("ibm:b", 10.0),
            region("ibm:c", 20.0),
            region("gcp:d", 5.0),
        ];
        let rows = vec![
            row("ibm:a", "ibm:b", 30.0, 34.0),
            row("ibm:b", "ibm:a", 32.0, 36.0),
            row("ibm:b", "ibm:c", 29.0, 30.0),
            row("ibm:a", "ibm:c", 90.0, 95.0),
        ];
        (regions, rows)
    }

    fn graph(use_measured: Measured) -> RegionGraph {
        let (regions, rows) = world();
        let paths = PathModel::new(line_of_cities(12));
        RegionGraph::build(&regions, &rows, &paths, use_measured).unwrap()
    }

    #[test]
    fn a_measured_pair_wins_and_is_the_mean_of_both_directions() {
        let graph = graph(Measured::Use);
        let link = graph.link("ibm:b", "ibm:a").unwrap();
        assert!(link.is_measured());
        assert_eq!((link.p50.ms(), link.p90.ms()), (31.0, 35.0));
    }

    #[test]
    fn measured_and_estimated_links_are_counted() {
        assert_eq!(
            graph(Measured::Use).count(),
            LinkCount {
                measured: 3,
                estimated: 3
            }
        );
        assert_eq!(
            graph(Measured::Ignore).count(),
            LinkCount {
                measured: 0,
                estimated: 6
            }
        );
    }

    #[test]
    fn ignoring_measurements_does_not_let_the_pair_itself_through() {
        let (regions, rows) = world();
        let estimate = |ms: f64| {
            let mut rows = rows.clone();
            rows.retain(|r| (r.from.as_str(), r.to.as_str()) != ("ibm:a", "ibm:c"));
            rows.push(row("ibm:a", "ibm:c", ms, ms));
            let paths = PathModel::new(Landmarks::build(&[], &[], &regions, &rows).unwrap());
            let graph = RegionGraph::build(&regions, &rows, &paths, Measured::Ignore).unwrap();
            graph.link("ibm:a", "ibm:c").unwrap().p50
        };
        assert_eq!(estimate(60.0), estimate(90.0));
    }

    #[test]
    fn a_link_that_is_down_is_gone_around() {
        let graph = graph(Measured::Use);
        let time = |outage: &Outage| graph.detour("ibm:a", "ibm:b", outage).unwrap().unwrap().ms();
        let leg = |a: &str, b: &str| graph.link(a, b).unwrap().p50.ms();
        assert_eq!(time(&Outage::default()), 31.0);
        let ways = ["ibm:c", "gcp:d"].map(|via| leg("ibm:a", via) + leg(via, "ibm:b"));
        let around = time(&Outage::default().link("ibm:b", "ibm:a"));
        assert!((around - ways[0].min(ways[1])).abs() < 1e-9);
    }

    #[test]
    fn a_region_that_is_down_cannot_be_reached() {
        let graph = graph(Measured::Use);
        let found = graph
            .detour("ibm:a", "ibm:b", &Outage::default().region("ibm:b"))
            .unwrap();
        assert_eq!(found, None);
    }

    #[test]
    fn an_unknown_region_is_named_with_its_likely_spelling() {
        let error = graph(Measured::Use).link("ibm:x", "ibm:a").unwrap_err();
        assert!(error.problems()[0].hint.as_deref().unwrap().contains("ibm:a"));
    }
}
