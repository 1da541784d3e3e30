//! Names that a file gives to things, and names by which it refers to regions.

use super::regions::RegionChoice;
use super::{Check, nearest_three};
use crate::basis::units::Share;
use crate::design::scenario::decode::{At, shortened};
use crate::design::scenario::quantity::{NamesFile, ShareFile};
use crate::design::scenario::source::{Found, Span};

impl Check<'_> {
    /// The name of a thing that no earlier one of its kind has; `noun` is the kind, such as `store`.
    pub(super) fn unique_name<'n>(
        &mut self,
        at: &At<String>,
        noun: &str,
        earlier: impl IntoIterator<Item = &'n str>,
    ) -> Option<String> {
        let name = at.get()?;
        if name.trim().is_empty() {
            let hint = "tables and charts need something to call it by";
            self.error_with_hint(at.span, format!("the name of a {noun} is empty"), hint);
            return None;
        }
        if earlier.into_iter().any(|other| other == name) {
            let message = format!("`{}` is the name of an earlier {noun}", shortened(name));
            self.error_with_hint(at.span, message, "give each its own name");
            return None;
        }
        Some(name.clone())
    }

    /// The candidate that `name` means; `whose` says who names it. Nothing is said of a region that is known when
    /// the candidates are not.
    pub(super) fn candidate(
        &mut self,
        name: &str,
        span: Span,
        choice: Option<&RegionChoice>,
        whose: &str,
    ) -> Option<usize> {
        let region = self.looked_up(span, |catalog| catalog.region(name))?;
        let choice = choice?;
        let index = choice.index(&region.id);
        if index.is_none() {
            let reason = choice.reason(&region.id);
            let message = format!("`{}` of {whose} is no candidate: {reason}", region.id);
            self.error_with_hint(span, message, "add it to the candidates under [regions]");
        }
        index
    }

    /// The candidates that one name or several mean, in file order. `None` when one of them is wrong.
    pub(super) fn candidates(
        &mut self,
        at: &At<NamesFile>,
        choice: Option<&RegionChoice>,
        whose: &str,
    ) -> Option<Vec<usize>> {
        match at.get()? {
            NamesFile::One(name) => Some(vec![self.candidate(name, at.span, choice, whose)?]),
            NamesFile::Several(list) => self.candidate_list(list, at.span, choice, whose),
        }
    }

    /// The candidates of a list, in file order, none of them twice. `None` when one of them is wrong.
    pub(super) fn candidate_list(
        &mut self,
        list: &[At<String>],
        span: Span,
        choice: Option<&RegionChoice>,
        whose: &str,
    ) -> Option<Vec<usize>> {
        if list.is_empty() {
            self.error_with_hint(span, format!("the list of {whose} is empty"), "name a region");
            return None;
        }
        let mut found: Vec<usize> = Vec::new();
        for at in list {
            let Some(name) = at.get() else { continue };
            let Some(index) = self.candidate(name, at.span, choice, whose) else {
                continue;
            };
            if found.contains(&index) {
                let message = format!("`{}` stands twice in {whose}", shortened(name));
                self.error_with_hint(at.span, message, "leave one out");
            }
            found.push(index);
        }
        (found.len() == list.len()).then_some(found)
    }

    /// The ISO code of the country that a text means.
    pub(super) fn country(&mut self, at: &At<String>) -> Option<String> {
        let code = at.get()?;
        let country = self.looked_up(at.span, |catalog| catalog.country(code))?;
        Some(country.iso2.clone())
    }

    /// The share a field means, or `default`.
    pub(super) fn share_or(&mut self, field: Option<&At<ShareFile>>, default: f64) -> Option<f64> {
        match field {
            Some(at) => self.share(at).map(Share::get),
            None => Some(default),
        }
    }

    /// Notes that `name` is not among `known`; `noun` says what it should be and `section` where it is described.
    pub(super) fn unknown<'n>(
        &mut self,
        name: &str,
        span: Span,
        (noun, section): (&str, &str),
        known: impl IntoIterator<Item = &'n str>,
    ) {
        self.found.push_error_with(|| {
            let mut known = known.into_iter().peekable();
            let hint = match known.peek() {
                Some(_) => nearest_three(name, known),
                None => format!("describe it under {section}"),
            };
            Found::error(span, format!("unknown {noun} `{}`", shortened(name))).hint(hint)
        });
    }
}

/// "`a`, `b`, `c` and 4 more", for those that something is about.
pub(super) fn some_of(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match (quoted.split_last(), names.len().saturating_sub(SHOWN)) {
        (None, _) => String::new(),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, rest)), 0) => format!("{} and {last}", rest.join(", ")),
        (_, more) => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// "`a`, `b` or `c`", for what a list allows.
pub(super) fn any_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
