//! The same, one region at a time: how well the links of a region are foretold that nobody measured.

use std::collections::BTreeMap;

use super::{Figures, Judged, figures, judged_links};
use crate::world::network::path::PathModel;
use crate::world::network::tables::Tables;

/// A region by its id, and how well its links are foretold.
pub type OfRegion = (String, Figures);

/// Predicts the measured links from each region of a provider without that region, in the order of the names. In a
/// region the regions at the other ends are the clusters. Shares of links and errors are as in
/// [`super::predict_matrix`], whose rows these are.
pub fn predict_regions(model: &PathModel, tables: &Tables, provider: &str, scale: f64) -> Vec<OfRegion> {
    let mut by_region: BTreeMap<usize, Vec<Judged>> = BTreeMap::new();
    for judged in judged_links(model, tables, provider, scale) {
        let [from, to] = judged.clusters;
        by_region.entry(from).or_default().push(Judged {
            clusters: [to, to],
            ..judged
        });
    }
    let mut regions: Vec<OfRegion> = by_region
        .into_iter()
        .map(|(region, rows)| (tables.regions[region].id.clone(), figures(&rows)))
        .collect();
    regions.sort_by(|a, b| a.0.cmp(&b.0));
    regions
}

/// Of these the one with the least median error, and the one with the largest; the first of equals.
///
/// ```
/// use isochrone::world::network::interval::Interval;
/// use isochrone::world::network::validate::{Figures, best_and_worst};
/// let of = |error: f64| {
///     let exact = Interval { value: error, low: error, high: error };
///     Figures { n: 1, clusters: 1, median_error: exact, p90_error: exact, coverage_50: exact, coverage_90: exact }
/// };
/// let regions = [("a", of(0.2)), ("b", of(0.1)), ("c", of(0.3))].map(|(name, figures)| (name.to_owned(), figures));
/// let (best, worst) = best_and_worst(&regions).unwrap();
/// assert_eq!((best.0.as_str(), worst.0.as_str()), ("b", "c"));
/// assert!(best_and_worst(&[]).is_none());
/// ```
pub fn best_and_worst(regions: &[OfRegion]) -> Option<(&OfRegion, &OfRegion)> {
    let error = |at: &OfRegion| at.1.median_error.value;
    let first = regions.first()?;
    let best = regions
        .iter()
        .fold(first, |best, it| if error(it) < error(best) { it } else { best });
    let worst = regions.iter().fold(
        first,
        |worst, it| if error(it) > error(worst) { it } else { worst },
    );
    Some((best, worst))
}
