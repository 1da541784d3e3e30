//! Cuts of the network.

use super::Check;
use super::regions::RegionChoice;
use crate::design::scenario::Cut;
use crate::design::scenario::decode::{At, shortened};
use crate::design::scenario::file::CutFile;

impl Check<'_> {
    pub(super) fn cuts(
        &mut self,
        list: Option<&At<Vec<At<CutFile>>>>,
        choice: Option<&RegionChoice>,
    ) -> Option<Vec<Cut>> {
        let Some(list) = list else {
            return Some(Vec::new());
        };
        let mut names: Vec<&str> = Vec::new();
        let mut cuts = Vec::new();
        for at in list.get()? {
            let Some(file) = at.get() else { continue };
            let name = self.unique_name(&file.name, "cut", names.iter().copied());
            names.extend(file.name.get().map(String::as_str));
            let shown = file.name.get().map_or("?", String::as_str);
            let pairs = self.pairs(&file.between, choice, &format!("cut `{}`", shortened(shown)));
            if let (Some(name), Some(pairs)) = (name, pairs) {
                cuts.push(Cut { name, pairs });
            }
        }
        (cuts.len() == list.get()?.len()).then_some(cuts)
    }

    /// The pairs of regions that `owner` cuts off from each other.
    pub(super) fn pairs(
        &mut self,
        list: &At<Vec<At<Vec<At<String>>>>>,
        choice: Option<&RegionChoice>,
        owner: &str,
    ) -> Option<Vec<(usize, usize)>> {
        if list.get()?.is_empty() {
            let hint = "name the pairs, such as between = [[\"eu-west-1\", \"us-east-1\"]]";
            self.error_with_hint(list.span, format!("{owner} cuts nothing"), hint);
            return None;
        }
        let mut pairs = Vec::new();
        for at in list.get()? {
            let Some(pair) = self.pair(at, choice, owner) else {
                continue;
            };
            if pairs.contains(&pair) {
                self.error_with_hint(
                    at.span,
                    format!("the pair stands twice in {owner}"),
                    "leave one out",
                );
            }
            pairs.push(pair);
        }
        (pairs.len() == list.get()?.len()).then_some(pairs)
    }

    /// A pair of two regions, the earlier candidate first.
    fn pair(
        &mut self,
        at: &At<Vec<At<String>>>,
        choice: Option<&RegionChoice>,
        owner: &str,
    ) -> Option<(usize, usize)> {
        let [a, b] = at.get()?.as_slice() else {
            let count = at.get()?.len();
            let message = format!("a cut lies between two regions, found {count}");
            self.error_with_hint(
                at.span,
                message,
                "say for instance [\"eu-west-1\", \"us-east-1\"]",
            );
            return None;
        };
        let first = a
            .get()
            .and_then(|name| self.candidate(name, a.span, choice, owner));
        let second = b
            .get()
            .and_then(|name| self.candidate(name, b.span, choice, owner));
        let (first, second) = (first?, second?);
        if first == second {
            let message = "a region is not cut off from itself";
            self.error_with_hint(b.span, message, "name two different regions");
        }
        Some((first.min(second), first.max(second)))
    }
}
