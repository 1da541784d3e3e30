//! Losses that the file asks about.

use super::Check;
use super::regions::RegionChoice;
use crate::design::recovery::{Impairment, Loss, LossQuestions};
use crate::design::scenario::decode::{At, shortened};
use crate::design::scenario::file::{ImpairedFile, LossFile};

impl Check<'_> {
    /// All losses of one region, and those that the file names.
    pub(super) fn losses(
        &mut self,
        list: Option<&At<Vec<At<LossFile>>>>,
        choice: Option<&RegionChoice>,
    ) -> LossQuestions {
        let mut questions = LossQuestions {
            lose_any: 1,
            named: Vec::new(),
        };
        for at in list.and_then(At::get).into_iter().flatten() {
            let Some(file) = at.get() else { continue };
            let earlier = questions.named.iter().map(|loss| loss.name.as_str());
            let name = self.unique_name(&file.name, "loss", earlier);
            let shown = file.name.get().map_or("?", String::as_str);
            let owner = format!("loss `{}`", shortened(shown));
            if file.regions.is_none() && file.links.is_none() && file.impaired.is_none() {
                let hint = "say regions = [\"eu-west-1\"], links = [[\"eu-west-1\", \"us-east-1\"]] or impaired = […]";
                self.error_with_hint(at.span, format!("{owner} loses nothing"), hint);
                continue;
            }
            if let (Some(name), Some(loss)) = (name, self.loss_of(file, choice, &owner)) {
                questions.named.push(Loss { name, ..loss });
            }
        }
        questions
    }

    fn loss_of(&mut self, file: &LossFile, choice: Option<&RegionChoice>, owner: &str) -> Option<Loss> {
        let mut regions = match &file.regions {
            Some(at) => at
                .get()
                .and_then(|list| self.candidate_list(list, at.span, choice, owner)),
            None => Some(Vec::new()),
        };
        let links = match &file.links {
            Some(at) => self.pairs(at, choice, owner),
            None => Some(Vec::new()),
        };
        let lost = regions.clone().unwrap_or_default();
        let impaired = match &file.impaired {
            Some(at) => self.impaired(at, choice, &lost, owner),
            None => Some(Vec::new()),
        };
        if let Some(regions) = &mut regions {
            regions.sort_unstable();
        }
        Some(Loss {
            name: String::new(),
            regions: regions?,
            links: links?,
            impaired: impaired?,
        })
    }

    fn impaired(
        &mut self,
        list: &At<Vec<At<ImpairedFile>>>,
        choice: Option<&RegionChoice>,
        lost: &[usize],
        owner: &str,
    ) -> Option<Vec<(usize, Impairment)>> {
        let mut impaired: Vec<(usize, Impairment)> = Vec::new();
        if list.get()?.is_empty() {
            let hint = "name a region, such as { region = \"eu-west-1\", capacity_left = \"50%\" }";
            self.error_with_hint(list.span, format!("`impaired` of {owner} is empty"), hint);
        }
        for at in list.get()? {
            let Some(file) = at.get() else { continue };
            let named = file.region.get();
            let region = named.and_then(|name| self.candidate(name, file.region.span, choice, owner));
            let what = self.impairment(file.capacity_left.as_ref(), file.added.as_ref(), at.span, owner);
            let (Some(region), Some(what)) = (region, what) else {
                continue;
            };
            let shown = shortened(named.map_or("?", String::as_str));
            if lost.contains(&region) {
                let message = format!("`{shown}` is lost and impaired at once in {owner}");
                self.error_with_hint(file.region.span, message, "leave one out");
            } else if impaired.iter().any(|(other, _)| *other == region) {
                let message = format!("`{shown}` is impaired twice in {owner}");
                self.error_with_hint(file.region.span, message, "leave one out");
            }
            impaired.push((region, what));
        }
        impaired.sort_by_key(|(region, _)| *region);
        (impaired.len() == list.get()?.len()).then_some(impaired)
    }
}
