//! Landmarks: places whose RTT to each other has been measured, and what inflation over the fibre bound they show.

use std::collections::BTreeMap;

use crate::basis::error::{Error, Result};
use crate::basis::geo::fibre_rtt;

use super::rows::{CityRow, CityRttRow, Country, Endpoint, RegionRow, RegionRttRow, provider_of};

/// What a landmark is, because a provider's backbone and the public internet take different ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LandmarkKind {
    /// A host in a data centre of a city, reached over the public internet.
    City,
    /// A provider's region, reached over that provider's backbone.
    Region,
}

/// A place with measured RTTs.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// A city, or a region id.
    pub name: String,
    /// Where it is.
    pub place: Endpoint,
    /// City host or region.
    pub kind: LandmarkKind,
}

/// What a provider's published matrix holds above the round trip of a packet (ms).
///
/// The AWS matrix times a TCP connect to a service endpoint; against ICMP between the same regions it reads
/// about 3 ms more (its own diagonal has a median of 3.3 ms). The other providers publish pings.
pub fn endpoint_overhead_ms(provider: &str) -> f64 {
    if provider == "aws" { 3.0 } else { 0.0 }
}

/// A set of landmarks with the table of their RTTs.
#[derive(Clone, Debug)]
pub struct Landmarks {
    list: Vec<Landmark>,
    rtt_ms: Table,
    fibre_ms: Table,
    curve: Curve,
}

impl Landmarks {
    /// City hosts and regions with what was measured between them.
    ///
    /// Directions are averaged, [`endpoint_overhead_ms`] is taken off, and a figure below the fibre bound is left out.
    /// Regions without a row in `region_rtts` are no landmarks.
    ///
    /// # Errors
    /// When a row names an unknown host or region, or an RTT is not a positive number.
    pub fn build(
        cities: &[CityRow],
        city_rtts: &[CityRttRow],
        regions: &[RegionRow],
        region_rtts: &[RegionRttRow],
    ) -> Result<Self> {
        let measured: Vec<&RegionRow> = regions
            .iter()
            .filter(|r| region_rtts.iter().any(|m| m.from == r.id || m.to == r.id))
            .collect();
        let list: Vec<Landmark> = cities
            .iter()
            .map(|c| Landmark {
                name: c.city.clone(),
                place: c.place,
                kind: LandmarkKind::City,
            })
            .chain(measured.iter().map(|r| Landmark {
                name: r.id.clone(),
                place: r.place,
                kind: LandmarkKind::Region,
            }))
            .collect();
        let mut sums = Sums::new(list.len());
        let city_index: BTreeMap<u16, usize> = cities.iter().enumerate().map(|(i, c)| (c.id, i)).collect();
        for row in city_rtts {
            let a = known(&city_index, &row.a)?;
            let b = known(&city_index, &row.b)?;
            sums.add(a, b, row.rtt_ms)?;
        }
        let region_index: BTreeMap<&str, usize> = measured
            .iter()
            .enumerate()
            .map(|(i, r)| (r.id.as_str(), cities.len() + i))
            .collect();
        for row in region_rtts.iter().filter(|row| row.from != row.to) {
            let a = known(&region_index, &row.from.as_str())?;
            let b = known(&region_index, &row.to.as_str())?;
            sums.add(a, b, row.p50_ms - endpoint_overhead_ms(provider_of(&row.from)))?;
        }
        Ok(Self::from_tables(list, sums.mean()))
    }

    fn from_tables(list: Vec<Landmark>, mut rtt_ms: Table) -> Self {
        let n = list.len();
        let mut fibre_ms = Table::filled(n, 0.0);
        for i in 0..n {
            for j in 0..n {
                let fibre = fibre_rtt(list[i].place.at.distance(list[j].place.at)).ms();
                fibre_ms.set(i, j, fibre);
                if rtt_ms.at(i, j) < fibre {
                    rtt_ms.set(i, j, f64::NAN);
                }
            }
        }
        let curve = Curve::fit(&city_pairs(&list, &rtt_ms, &fibre_ms));
        Landmarks {
            list,
            rtt_ms,
            fibre_ms,
            curve,
        }
    }

    /// The landmarks for which `keep` is true, with the curve fitted anew: what is known without the others.
    pub fn subset(&self, keep: impl Fn(usize) -> bool) -> Landmarks {
        let kept: Vec<usize> = (0..self.list.len()).filter(|&i| keep(i)).collect();
        let list = kept.iter().map(|&i| self.list[i].clone()).collect();
        let mut rtt = Table::filled(kept.len(), f64::NAN);
        for (i, &a) in kept.iter().enumerate() {
            for (j, &b) in kept.iter().enumerate() {
                rtt.set(i, j, self.rtt_ms.at(a, b));
            }
        }
        Self::from_tables(list, rtt)
    }

    /// All landmarks, cities first, in the order of their tables.
    pub fn list(&self) -> &[Landmark] {
        &self.list
    }

    /// The landmark of this name, when there is one.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|l| l.name == name)
    }

    /// Measured RTT between landmarks `i` and `j` (ms).
    pub fn rtt_ms(&self, i: usize, j: usize) -> Option<f64> {
        let rtt = self.rtt_ms.at(i, j);
        (!rtt.is_nan()).then_some(rtt)
    }

    /// Fibre bound between landmarks `i` and `j` (ms).
    pub fn fibre_ms(&self, i: usize, j: usize) -> f64 {
        self.fibre_ms.at(i, j)
    }

    /// RTT as a function of distance alone, from the city pairs.
    pub fn curve(&self) -> &Curve {
        &self.curve
    }

    /// The countries that have a landmark, sorted.
    pub fn countries(&self) -> Vec<Country> {
        let mut all: Vec<Country> = self.list.iter().map(|l| l.place.country).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn known<K: Ord + std::fmt::Display>(index: &BTreeMap<K, usize>, key: &K) -> Result<usize> {
    index
        .get(key)
        .copied()
        .ok_or_else(|| Error::input(format!("an RTT names landmark `{key}`, which is not in the list")))
}

fn city_pairs(list: &[Landmark], rtt: &Table, fibre: &Table) -> Vec<(f64, f64)> {
    let city: Vec<usize> = (0..list.len())
        .filter(|&i| list[i].kind == LandmarkKind::City)
        .collect();
    let mut pairs = Vec::new();
    for (x, &i) in city.iter().enumerate() {
        for &j in &city[x + 1..] {
            if rtt.at(i, j).is_finite() && fibre.at(i, j) > 0.0 {
                pairs.push((fibre.at(i, j), rtt.at(i, j)));
            }
        }
    }
    pairs
}

/// RTT as a function of the fibre bound alone: the median inflation at a few distances, linear in logarithms between.
///
/// A constant factor would be wrong: inflation falls from about 8 at 1 ms to 1.7 at 200 ms.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    knots: Vec<(f64, f64)>,
}

/// Fibre bounds (ms) at which the curve is pinned.
const CURVE_KNOTS_MS: [f64; 9] = [1.0, 3.0, 6.0, 12.0, 25.0, 50.0, 80.0, 120.0, 200.0];
/// A pair belongs to a knot when its fibre bound lies within this factor (as a logarithm) of it.
const CURVE_WINDOW: f64 = 0.35;
/// A knot needs this many pairs to be believed.
const CURVE_MIN_PAIRS: usize = 10;
/// Inflation where nothing is known: the median over all city pairs.
const INFLATION_UNKNOWN: f64 = 1.9;
/// Below this fibre bound (ms) the curve is flat: equipment, not glass, makes the RTT.
const CURVE_FLOOR_MS: f64 = 0.3;

impl Curve {
    /// Fits the curve to `(fibre bound, RTT)` pairs in ms.
    pub fn fit(pairs: &[(f64, f64)]) -> Self {
        let knots = CURVE_KNOTS_MS
            .iter()
            .filter_map(|&knot| {
                let mut inflation: Vec<f64> = pairs
                    .iter()
                    .filter(|(fibre, _)| (fibre / knot).ln().abs() < CURVE_WINDOW)
                    .map(|(fibre, rtt)| (rtt / fibre).ln())
                    .collect();
                (inflation.len() >= CURVE_MIN_PAIRS).then(|| (knot.ln(), median(&mut inflation)))
            })
            .collect();
        Curve { knots }
    }

    /// The RTT expected over a fibre bound of `fibre_ms` (ms).
    pub fn rtt_ms(&self, fibre_ms: f64) -> f64 {
        let fibre = fibre_ms.max(CURVE_FLOOR_MS);
        if self.knots.is_empty() {
            return fibre * INFLATION_UNKNOWN;
        }
        fibre * interpolate(&self.knots, fibre.ln()).exp()
    }
}

/// Linear interpolation in `points` sorted by their first member, constant outside; `points` is not empty.
pub(super) fn interpolate(points: &[(f64, f64)], x: f64) -> f64 {
    let after = points.partition_point(|p| p.0 <= x);
    if after == 0 {
        return points[0].1;
    }
    if after == points.len() {
        return points[after - 1].1;
    }
    let (x0, y0) = points[after - 1];
    let (x1, y1) = points[after];
    y0 + (y1 - y0) * (x - x0) / (x1 - x0)
}

/// The median; sorts its argument. Zero when there is nothing.
pub(super) fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}

/// The `p` quantile with linear interpolation between order statistics; sorts its argument. Zero when there is nothing.
pub(super) fn quantile(values: &mut [f64], p: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    quantile_of_sorted(values, p)
}

/// As [`quantile`], of values that are sorted already.
pub(super) fn quantile_of_sorted(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let at = p.clamp(0.0, 1.0) * last as f64;
    let low = at.floor() as usize;
    let high = (low + 1).min(last);
    sorted[low] + (sorted[high] - sorted[low]) * (at - low as f64)
}

/// A square table of numbers.
#[derive(Clone, Debug)]
struct Table {
    n: usize,
    cells: Vec<f64>,
}

impl Table {
    fn filled(n: usize, value: f64) -> Self {
        Table {
            n,
            cells: vec![value; n * n],
        }
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.n + j]
    }

    fn set(&mut self, i: usize, j: usize, value: f64) {
        self.cells[i * self.n + j] = value;
    }
}

/// Sums and counts per unordered pair, to average directions and repeats.
struct Sums {
    sum: Table,
    count: Table,
}

impl Sums {
    fn new(n: usize) -> Self {
        Sums {
            sum: Table::filled(n, 0.0),
            count: Table::filled(n, 0.0),
        }
    }

    fn add(&mut self, a: usize, b: usize, rtt_ms: f64) -> Result<()> {
        if !(rtt_ms > 0.0 && rtt_ms.is_finite()) {
            return Err(Error::input(format!(
                "an RTT must be positive, found {rtt_ms} ms"
            )));
        }
        for (i, j) in [(a, b), (b, a)] {
            self.sum.set(i, j, self.sum.at(i, j) + rtt_ms);
            self.count.set(i, j, self.count.at(i, j) + 1.0);
        }
        Ok(())
    }

    /// 0/0 makes the not-a-number that stands for "not measured".
    fn mean(self) -> Table {
        let mut mean = self.sum;
        for (sum, count) in mean.cells.iter_mut().zip(&self.count.cells) {
            *sum /= count;
        }
        mean
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::basis::geo::LatLon;

    pub(in super::super) fn endpoint(lat: f64, lon: f64, country: &str) -> Endpoint {
        Endpoint {
            at: LatLon::new(lat, lon).unwrap(),
            country: Country::new(country).unwrap(),
        }
    }

    fn city(id: u16, lat: f64, lon: f64, country: &str) -> CityRow {
        CityRow {
            id,
            city: format!("city {id}"),
            place: endpoint(lat, lon, country),
        }
    }

    /// Cities every two degrees along the equator, RTT = twice the fibre bound + 4 ms.
    pub(in super::super) fn line_of_cities(n: u16) -> Landmarks {
        let cities: Vec<CityRow> = (0..n).map(|i| city(i, 0.0, f64::from(i) * 2.0, "GA")).collect();
        let mut rtts = Vec::new();
        for a in 0..n {
            for b in a + 1..n {
                let km = cities[usize::from(a)]
                    .place
                    .at
                    .distance(cities[usize::from(b)].place.at);
                rtts.push(CityRttRow {
                    a,
                    b,
                    rtt_ms: 2.0 * fibre_rtt(km).ms() + 4.0,
                });
            }
        }
        Landmarks::build(&cities, &rtts, &[], &[]).unwrap()
    }

    #[test]
    fn both_directions_are_averaged_and_the_diagonal_is_not_used() {
        let regions = [
            RegionRow {
                id: "ibm:a".into(),
                place: endpoint(50.0, 8.0, "DE"),
            },
            RegionRow {
                id: "ibm:b".into(),
                place: endpoint(51.0, 0.0, "GB"),
            },
        ];
        let row = |from: &str, to: &str, p50_ms| RegionRttRow {
            from: from.into(),
            to: to.into(),
            p50_ms,
            p90_ms: None,
        };
        let set = Landmarks::build(
            &[],
            &[],
            &regions,
            &[
                row("ibm:a", "ibm:b", 14.0),
                row("ibm:b", "ibm:a", 16.0),
                row("ibm:a", "ibm:a", 3.0),
            ],
        )
        .unwrap();
        assert_eq!(set.rtt_ms(0, 1), Some(15.0));
        assert_eq!(set.rtt_ms(0, 0), None);
    }

    #[test]
    fn a_figure_faster_than_fibre_is_left_out() {
        let cities = [city(0, 0.0, 0.0, "GA"), city(1, 0.0, 90.0, "ID")];
        let rtts = [CityRttRow {
            a: 0,
            b: 1,
            rtt_ms: 50.0,
        }];
        let set = Landmarks::build(&cities, &rtts, &[], &[]).unwrap();
        assert_eq!(set.rtt_ms(0, 1), None);
    }

    #[test]
    fn an_unknown_landmark_is_named_in_the_error() {
        let rtts = [CityRttRow {
            a: 0,
            b: 7,
            rtt_ms: 50.0,
        }];
        let error = Landmarks::build(&[city(0, 0.0, 0.0, "GA")], &rtts, &[], &[]).unwrap_err();
        assert!(error.to_string().contains("`7`"));
    }

    #[test]
    fn the_curve_returns_the_inflation_it_was_fitted_to() {
        let pairs: Vec<(f64, f64)> = (1..2000)
            .map(|i| (f64::from(i) * 0.1, f64::from(i) * 0.2))
            .collect();
        let curve = Curve::fit(&pairs);
        assert!((curve.rtt_ms(60.0) - 120.0).abs() < 1e-9);
    }

    #[test]
    fn quantiles_interpolate_between_order_statistics() {
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0], 0.25), 1.5);
        assert_eq!(quantile(&mut [], 0.5), 0.0);
    }
}
