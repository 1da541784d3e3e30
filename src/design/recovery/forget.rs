//! A candidate falls away: what named it goes, and the places of the later ones move up.

use super::{Failures, Loss, LossQuestions, Recovery, Standby};

/// The place of a candidate after the one at `gone` was taken away; none for that one itself.
pub(in crate::design) fn moved(place: usize, gone: usize) -> Option<usize> {
    match place.cmp(&gone) {
        std::cmp::Ordering::Less => Some(place),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(place - 1),
    }
}

/// The standbys without the one at `gone`.
pub fn forget_standby(standbys: &mut Vec<Standby>, gone: usize) {
    let kept = standbys.iter().filter_map(|standby| {
        Some(Standby {
            region: moved(standby.region, gone)?,
            ..*standby
        })
    });
    *standbys = kept.collect();
}

/// The regions without the one at `gone`.
pub(in crate::design) fn forget_region(regions: &mut Vec<usize>, gone: usize) {
    *regions = regions.iter().filter_map(|&region| moved(region, gone)).collect();
}

/// The pairs without those that the one at `gone` is an end of.
pub(in crate::design) fn forget_end(pairs: &mut Vec<(usize, usize)>, gone: usize) {
    let kept = pairs
        .iter()
        .filter_map(|&(a, b)| Some((moved(a, gone)?, moved(b, gone)?)));
    *pairs = kept.collect();
}

impl Recovery {
    /// Without the candidate at `gone`.
    pub fn forget(&mut self, gone: usize) {
        forget_standby(&mut self.standbys, gone);
    }
}

impl Failures {
    /// Without the candidate at `gone`: zones of fewer than two regions and links without a pair go with it.
    ///
    /// ```
    /// use isochrone::design::recovery::{Failures, HazardZone};
    /// let mut failures = Failures::standard(3);
    /// failures.zones = vec![HazardZone { name: "coast".into(), regions: vec![0, 1, 2] }];
    /// failures.forget(1);
    /// assert_eq!((failures.of_region.len(), failures.zones[0].regions.as_slice()), (2, &[0, 1][..]));
    /// ```
    pub fn forget(&mut self, gone: usize) {
        self.of_region.remove(gone);
        for zone in &mut self.zones {
            forget_region(&mut zone.regions, gone);
        }
        self.zones.retain(|zone| zone.regions.len() > 1);
        for link in &mut self.links {
            forget_end(&mut link.pairs, gone);
        }
        self.links.retain(|link| !link.pairs.is_empty());
    }
}

impl LossQuestions {
    /// Without the candidate at `gone`: losses of which nothing is left go with it.
    pub fn forget(&mut self, gone: usize) {
        for loss in &mut self.named {
            forget_region(&mut loss.regions, gone);
            forget_end(&mut loss.links, gone);
            let impaired = std::mem::take(&mut loss.impaired).into_iter();
            loss.impaired = impaired
                .filter_map(|(region, what)| Some((moved(region, gone)?, what)))
                .collect();
        }
        self.named.retain(|loss| !loss.is_empty());
    }
}

impl Loss {
    /// Whether nothing is lost, cut or impaired.
    pub fn is_empty(&self) -> bool {
        self.regions.is_empty() && self.links.is_empty() && self.impaired.is_empty()
    }
}
