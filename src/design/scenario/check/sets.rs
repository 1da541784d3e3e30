//! The named sets and the baseline.

use super::Check;
use super::regions::RegionChoice;
use crate::design::placement::Placement;
use crate::design::scenario::decode::{At, given};
use crate::design::scenario::file::ScenarioFile;
use crate::design::scenario::source::Span;

/// The sets a file names, checked.
#[derive(Debug, Default)]
pub(super) struct Sets {
    pub(super) placements: Vec<Placement>,
    pub(super) baseline: Option<Placement>,
}

impl Check<'_> {
    pub(super) fn sets(&mut self, file: &ScenarioFile, choice: &RegionChoice) -> Sets {
        let mut sets = Sets::default();
        if let Some((baseline, _)) = given(file.baseline.as_ref()) {
            sets.baseline = self.set(baseline.name.as_ref(), &baseline.regions, choice);
        }
        for at in file.placement.as_ref().and_then(At::get).into_iter().flatten() {
            let Some(placement) = at.get() else { continue };
            let Some(set) = self.set(placement.name.as_ref(), &placement.regions, choice) else {
                continue;
            };
            let name_span = placement.name.as_ref().map_or(at.span, |name| name.span);
            self.compare_with_earlier(&set, name_span, placement.regions.span, &sets);
            sets.placements.push(set);
        }
        sets
    }

    fn set(
        &mut self,
        name: Option<&At<String>>,
        regions: &At<Vec<At<String>>>,
        choice: &RegionChoice,
    ) -> Option<Placement> {
        if regions.get()?.is_empty() {
            self.error_with_hint(
                regions.span,
                "a set of 0 regions serves nobody",
                "name at least one region",
            );
            return None;
        }
        let wanted = regions.get()?.len();
        let listed = self.region_list(regions, "regions");
        let name = match name {
            Some(at) if at.get()?.trim().is_empty() => {
                self.error_with_hint(
                    at.span,
                    "the name of a set is empty",
                    "leave it out to name it by its regions",
                );
                return None;
            }
            Some(at) => at.get()?.clone(),
            None => listed
                .iter()
                .map(|(region, _)| region.code.as_str())
                .collect::<Vec<_>>()
                .join(" + "),
        };
        let mut members = Vec::new();
        for (region, at) in &listed {
            if let Some(index) = choice.index(&region.id) {
                members.push(index);
                continue;
            }
            let reason = choice.reason(&region.id);
            let message = format!("`{}` of set `{name}` is no candidate: {reason}", region.id);
            self.error_with_hint(*at, message, "add it to the candidates under [regions]");
        }
        members.sort_unstable();
        (members.len() == wanted).then_some(Placement {
            name,
            regions: members,
            leaders: Vec::new(),
        })
    }

    fn compare_with_earlier(&mut self, set: &Placement, name_span: Span, regions_span: Span, sets: &Sets) {
        if let Some(baseline) = &sets.baseline
            && baseline.name == set.name
            && baseline.regions != set.regions
        {
            let message = format!(
                "`{}` is also the name of the baseline, which has other regions",
                set.name
            );
            self.error(name_span, message);
        }
        if sets.placements.iter().any(|earlier| earlier.name == set.name) {
            self.error(name_span, format!("two sets are called `{}`", set.name));
        }
        if let Some(same) = sets
            .placements
            .iter()
            .find(|earlier| earlier.regions == set.regions)
        {
            let message = format!("set `{}` has the same regions as `{}`", set.name, same.name);
            self.error_with_hint(regions_span, message, "leave one out");
        }
    }
}
