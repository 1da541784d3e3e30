//! Which regions may be part of a set, and how large sets are.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::Check;
use crate::basis::units::counted;
use crate::design::scenario::decode::{At, given, shortened};
use crate::design::scenario::file::{RegionsFile, ServicesFile};
use crate::design::scenario::quantity::SizesFile;
use crate::design::scenario::source::Span;
use crate::world::catalog::{Region, Services};

/// Sets of one to four regions: beyond, a further region hardly shortens the way for most audiences.
const DEFAULT_LARGEST_SIZE: usize = 4;

const DEFAULT_PROVIDER: &str = "aws";

/// Candidates and sizes, checked.
#[derive(Debug)]
pub(super) struct RegionChoice {
    pub(super) candidates: Vec<Region>,
    pub(super) must_have: Vec<usize>,
    pub(super) sizes: Vec<usize>,
    /// Where the sizes to search stand, if the file says them.
    pub(super) sizes_at: Option<Span>,
    /// Why regions that were in the running are no candidates, by id.
    pub(super) left_out: BTreeMap<String, String>,
}

impl RegionChoice {
    /// The candidate with this id.
    pub(super) fn index(&self, id: &str) -> Option<usize> {
        self.candidates.iter().position(|region| region.id == id)
    }

    /// Why the region is no candidate.
    pub(super) fn reason(&self, id: &str) -> &str {
        self.left_out.get(id).map_or("it is not listed", String::as_str)
    }
}

/// Regions in the running, and why others are not.
#[derive(Debug, Default)]
struct Running<'c> {
    regions: Vec<&'c Region>,
    left_out: BTreeMap<String, String>,
}

impl Running<'_> {
    /// Keeps the regions for which there is no reason against.
    fn leave_out(&mut self, against: impl Fn(&Region) -> Option<String>) {
        let left_out = &mut self.left_out;
        self.regions.retain(|region| match against(region) {
            Some(reason) => {
                left_out.insert(region.id.clone(), reason);
                false
            }
            None => true,
        });
    }

    fn has(&self, region: &Region) -> bool {
        self.regions.iter().any(|r| r.id == region.id)
    }
}

impl<'c> Check<'c> {
    /// Candidates, must-haves and sizes. All commercial AWS regions and sizes 1 to 4 when nothing is said.
    pub(super) fn regions(&mut self, section: Option<&At<RegionsFile>>) -> Option<RegionChoice> {
        let empty = RegionsFile::default();
        let (file, span) = given(section).unwrap_or((&empty, Span::new(0, 0..0)));
        let errors_before = self.found.errors();
        let mut running = self.in_the_running(file);
        let must_not = self.excluded(file, &mut running);
        self.offering(file.services.as_ref(), &mut running);
        let must_have = self.wanted(file, &running, &must_not);
        if running.regions.is_empty() && self.found.errors() == errors_before {
            self.error_with_hint(span, "no region is left to choose from", none_left(&running));
        }
        let all = self.facts.regions;
        let order = |region: &&Region| all.iter().position(|r| r.id == region.id);
        running.regions.sort_by_key(order);
        let sizes = self.sizes(file.sizes.as_ref(), &running, must_have.len())?;
        let candidates: Vec<Region> = running.regions.iter().map(|&region| region.clone()).collect();
        Some(RegionChoice {
            must_have: positions(&candidates, &must_have),
            candidates,
            sizes,
            sizes_at: file.sizes.as_ref().map(|at| at.span),
            left_out: running.left_out,
        })
    }

    /// The listed candidates, or all regions of the providers, as far as partition and opt-in let them.
    fn in_the_running(&mut self, file: &RegionsFile) -> Running<'c> {
        let providers = self.providers(file);
        let partition = self.partition(file.partition.as_ref());
        let opt_in = given(file.opt_in.as_ref()).is_none_or(|(yes, _)| *yes);
        if let Some(list) = &file.candidates {
            return self.listed(list, &providers, partition.as_deref(), opt_in);
        }
        let mut running = Running {
            regions: self.facts.regions.iter().collect(),
            ..Running::default()
        };
        running.leave_out(|region| other_provider(region, &providers));
        // The commercial partition of a provider bears the provider's name.
        running
            .leave_out(|region| outside_partition(region, partition.as_deref().unwrap_or(&region.provider)));
        running.leave_out(|region| not_enabled(region, opt_in));
        running
    }

    fn providers(&mut self, file: &RegionsFile) -> Vec<String> {
        let Some((list, span)) = given(file.providers.as_ref()) else {
            return match file.candidates {
                Some(_) => self.known_providers().into_iter().map(str::to_owned).collect(),
                None => vec![DEFAULT_PROVIDER.to_owned()],
            };
        };
        let known = self.known_providers();
        if list.is_empty() {
            self.error_with_hint(
                span,
                "`providers` is empty",
                format!("known are {}", listed(&known)),
            );
        }
        let mut providers = Vec::new();
        for at in list {
            match at.get() {
                Some(name) if known.contains(name.as_str()) => providers.push(name.clone()),
                Some(name) => {
                    let message = format!("unknown provider `{}`", shortened(name));
                    self.error_with_hint(at.span, message, format!("known are {}", listed(&known)));
                }
                None => {}
            }
        }
        providers
    }

    fn known_providers(&self) -> BTreeSet<&'c str> {
        self.facts
            .regions
            .iter()
            .map(|region| region.provider.as_str())
            .collect()
    }

    fn partition(&mut self, field: Option<&At<String>>) -> Option<String> {
        let (name, span) = given(field)?;
        let known: BTreeSet<&str> = self
            .facts
            .regions
            .iter()
            .map(|region| region.partition.as_str())
            .collect();
        if known.contains(name.as_str()) {
            return Some(name.clone());
        }
        let message = format!("unknown partition `{}`", shortened(name));
        self.error_with_hint(span, message, format!("known are {}", listed(&known)));
        None
    }

    /// A region that is listed and left out at once contradicts itself.
    fn listed(
        &mut self,
        list: &At<Vec<At<String>>>,
        providers: &[String],
        partition: Option<&str>,
        opt_in: bool,
    ) -> Running<'c> {
        let mut running = Running::default();
        if list.get().is_some_and(Vec::is_empty) {
            self.error_with_hint(
                list.span,
                "`candidates` is empty",
                "leave it out for all regions of the providers",
            );
        }
        for (region, span) in self.region_list(list, "candidates") {
            let against = other_provider(region, providers)
                .or_else(|| outside_partition(region, partition?))
                .or_else(|| not_enabled(region, opt_in));
            match against {
                Some(reason) => self.error(
                    span,
                    format!("candidate `{}` contradicts itself: {reason}", region.id),
                ),
                None => running.regions.push(region),
            }
        }
        running
    }

    /// The regions that a list names. Unknown and repeated ones are noted.
    pub(super) fn region_list(&mut self, list: &At<Vec<At<String>>>, name: &str) -> Vec<(&'c Region, Span)> {
        let mut regions: Vec<(&Region, Span)> = Vec::new();
        for at in list.get().into_iter().flatten() {
            let Some(region) = self.region(at) else { continue };
            if regions.iter().any(|(earlier, _)| earlier.id == region.id) {
                self.error_with_hint(
                    at.span,
                    format!("`{}` stands twice in `{name}`", region.id),
                    "leave one out",
                );
            } else {
                regions.push((region, at.span));
            }
        }
        regions
    }

    /// The region a text names: by id, or by code where that says enough.
    pub(super) fn region(&mut self, at: &At<String>) -> Option<&'c Region> {
        let name = at.get()?;
        self.looked_up(at.span, |catalog| catalog.region(name))
    }

    fn excluded(&mut self, file: &RegionsFile, running: &mut Running<'c>) -> BTreeSet<String> {
        let Some(list) = &file.must_not_have else {
            return BTreeSet::new();
        };
        let ids: BTreeSet<String> = self
            .region_list(list, "must_not_have")
            .into_iter()
            .map(|(region, _)| region.id.clone())
            .collect();
        running.leave_out(|region| {
            ids.contains(&region.id)
                .then(|| "`must_not_have` excludes it".to_owned())
        });
        ids
    }

    /// The must-haves; each has to be in the running.
    fn wanted(
        &mut self,
        file: &RegionsFile,
        running: &Running<'c>,
        must_not: &BTreeSet<String>,
    ) -> Vec<String> {
        let Some(list) = &file.must_have else {
            return Vec::new();
        };
        let wanted = self.region_list(list, "must_have");
        for (region, span) in &wanted {
            if must_not.contains(&region.id) {
                let message = format!("`{}` stands in `must_have` and in `must_not_have`", region.id);
                self.error(*span, message);
            } else if !running.has(region) {
                let reason = running.left_out.get(&region.id);
                let reason = reason.map_or("it is not among `candidates`", String::as_str);
                self.error(
                    *span,
                    format!("must-have `{}` is no candidate: {reason}", region.id),
                );
            }
        }
        wanted.into_iter().map(|(region, _)| region.id.clone()).collect()
    }

    /// Leaves out regions that do not offer what is required.
    fn offering(&mut self, section: Option<&At<ServicesFile>>, running: &mut Running<'c>) {
        let Some((file, _)) = given(section) else { return };
        let Some(table) = self.table(&file.file) else {
            return;
        };
        let Some(services) = self.keep(Services::from_csv(&table, self.catalog), file.file.span) else {
            return;
        };
        for at in file.required.get().into_iter().flatten() {
            let Some(service) = at.get() else { continue };
            let offers = |region: &Region| services.offers_all(&region.id, &[service]);
            let first = running.regions.first().map_or(Ok(true), |region| offers(region));
            if self.keep(first, at.span).is_some() {
                running.leave_out(|region| {
                    let offered = offers(region).unwrap_or(false);
                    (!offered).then(|| format!("it does not offer `{}`", shortened(service)))
                });
            }
        }
    }

    fn sizes(
        &mut self,
        field: Option<&At<SizesFile>>,
        running: &Running<'_>,
        must_have: usize,
    ) -> Option<Vec<usize>> {
        let count = running.regions.len();
        let Some(at) = field else {
            return Some(default_sizes(count, must_have));
        };
        let wanted: Vec<(u64, Span)> = match at.get()? {
            SizesFile::One(size) => vec![(*size, at.span)],
            SizesFile::Several(list) => list.iter().filter_map(|at| Some((*at.get()?, at.span))).collect(),
            SizesFile::Range(text) => {
                let range = self.size_range(text, at.span)?;
                // Where both ends fit, all between do; one word about a range is enough.
                let (from, to) = (*range.start(), *range.end());
                let fit =
                    self.fits(from, at.span, count, must_have) && self.fits(to, at.span, count, must_have);
                return fit.then(|| range.map(|size| size as usize).collect());
            }
        };
        if wanted.is_empty() {
            let hint = "say sizes such as [1, 2, 3] or \"1..4\"";
            self.error_with_hint(at.span, "`sizes` is empty", hint);
        }
        let mut sizes = BTreeSet::new();
        for (size, span) in wanted {
            if self.fits(size, span, count, must_have) && !sizes.insert(size as usize) {
                let message = format!("size {size} stands twice in `sizes`");
                self.warn(span, message, "leave one out");
            }
        }
        Some(sizes.into_iter().collect())
    }

    fn fits(&mut self, size: u64, span: Span, candidates: usize, must_have: usize) -> bool {
        if size == 0 {
            self.error_with_hint(span, "a set of 0 regions serves nobody", "sizes start at 1");
        } else if candidates == 0 {
            // That there is no candidate has been said.
            return false;
        } else if size > candidates as u64 {
            let message = format!(
                "a set of {} is larger than the {}",
                counted(size as usize, "region"),
                counted(candidates, "candidate")
            );
            self.error(span, message);
        } else if size < must_have as u64 {
            let message = format!(
                "a set of {} cannot hold the {must_have} regions of `must_have`",
                counted(size as usize, "region")
            );
            self.error(span, message);
        } else {
            return true;
        }
        false
    }

    /// `3`, `1..4` or `1..=4`; both ends belong to it.
    pub(super) fn size_range(&mut self, text: &str, span: Span) -> Option<RangeInclusive<u64>> {
        let ends = match text.split_once("..") {
            Some((from, to)) => (from, to.strip_prefix('=').unwrap_or(to)),
            None => (text, text),
        };
        let number = |end: &str| end.trim().parse::<u64>().ok();
        match (number(ends.0), number(ends.1)) {
            (Some(from), Some(to)) if from <= to => Some(from..=to),
            (Some(from), Some(to)) => {
                self.error_with_hint(
                    span,
                    format!("sizes `{}` run backwards", shortened(text)),
                    format!("say \"{to}..{from}\""),
                );
                None
            }
            _ => {
                let message = format!("`{}` is not a range of sizes", shortened(text));
                self.error_with_hint(span, message, "say 3, [1, 2, 3] or \"1..4\" (4 included)");
                None
            }
        }
    }
}

fn other_provider(region: &Region, providers: &[String]) -> Option<String> {
    let known = providers.contains(&region.provider);
    (!known).then(|| format!("provider `{}` is not among `providers`", region.provider))
}

fn outside_partition(region: &Region, partition: &str) -> Option<String> {
    (region.partition != partition).then(|| format!("it is in the partition `{}`", region.partition))
}

fn not_enabled(region: &Region, opt_in: bool) -> Option<String> {
    (region.opt_in && !opt_in).then(|| "it has to be enabled first, and `opt_in` is false".to_owned())
}

fn none_left(running: &Running<'_>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in running.left_out.values() {
        *counts.entry(reason).or_default() += 1;
    }
    match counts.iter().max_by_key(|(_, count)| **count) {
        Some((reason, 1)) => format!("one is left out because {reason}"),
        Some((reason, count)) => format!("{count} are left out because {reason}"),
        None => "name candidates, or providers the catalogue knows".to_owned(),
    }
}

fn positions(candidates: &[Region], ids: &[String]) -> Vec<usize> {
    let found = |(i, region): (usize, &Region)| ids.contains(&region.id).then_some(i);
    candidates.iter().enumerate().filter_map(found).collect()
}

/// One to four, as far as there are candidates; never less than what every set must have.
fn default_sizes(candidates: usize, must_have: usize) -> Vec<usize> {
    let largest = DEFAULT_LARGEST_SIZE.max(must_have).min(candidates);
    (must_have.max(1)..=largest).collect()
}

fn listed(names: &BTreeSet<&str>) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
