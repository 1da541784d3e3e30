//! Who asks.

use super::{Check, users};
use crate::design::scenario::decode::{At, shortened};
use crate::design::scenario::file::{AccessFile, AudienceFile};
use crate::design::scenario::quantity::ShareFile;
use crate::design::scenario::source::Span;
use crate::world::demand::audience::{Rate, Selection, any_access};
use crate::world::demand::{Audience, Technology};

/// Shares may miss 1 by this much, as three times 0.333 does; they are scaled to sum to 1.
const SHARE_SUM_TOLERANCE: f64 = 0.001_001;

/// A mix of access technologies, shares summing to 1.
pub(super) type Mix = Vec<(Technology, f64)>;

impl Check<'_> {
    /// Who asks. There is no default: the answer depends on it more than on anything else.
    pub(super) fn audience(&mut self, section: Option<&At<AudienceFile>>) -> Option<Audience> {
        let Some(at) = section else {
            self.error_with_hint(
                Span::new(0, 0..0),
                "the scenario has no audience",
                "say for instance [audience] and below it built_in = \"world\"",
            );
            return None;
        };
        let file = at.get()?;
        let mix = match &file.access {
            Some(at) => self.access(at),
            None => Some(any_access()),
        };
        let audience = self.people(file, at.span, mix.as_deref());
        let rate = self.rate(file, audience.as_ref());
        let audience = audience?.with_rate(rate?);
        self.expect_somebody(&audience, at.span);
        mix.map(|_| audience)
    }

    /// Exactly one of the four ways to say who.
    fn people(
        &mut self,
        file: &AudienceFile,
        span: Span,
        mix: Option<&[(Technology, f64)]>,
    ) -> Option<Audience> {
        let mix = mix.map_or_else(any_access, <[_]>::to_vec);
        match (&file.built_in, &file.countries, &file.file, &file.at_regions) {
            (Some(name), None, None, None) => Some(self.built_in(file, name)?.with_access(&mix)),
            (None, Some(list), None, None) => Some(self.of_countries(file, list)?.with_access(&mix)),
            (None, None, Some(name), None) => {
                self.expect_no_min_users(file);
                users::read(self, name, &mix)
            }
            (None, None, None, Some(list)) => {
                self.expect_no_min_users(file);
                self.of_regions(file, list)
            }
            (None, None, None, None) => {
                self.error_with_hint(
                    span,
                    "the audience is empty",
                    "say one of `built_in`, `countries`, `file` or `at_regions`",
                );
                None
            }
            _ => {
                let message = "the audience is described more than once";
                self.error_with_hint(
                    span,
                    message,
                    "keep one of `built_in`, `countries`, `file` and `at_regions`",
                );
                None
            }
        }
    }

    fn built_in(&mut self, file: &AudienceFile, name: &At<String>) -> Option<Audience> {
        let selection = Selection::named(name.get()?, self.catalog);
        let selection = self.keep(selection, name.span)?;
        self.internet_users(file, &selection, name.span)
    }

    fn of_countries(&mut self, file: &AudienceFile, list: &At<Vec<At<String>>>) -> Option<Audience> {
        let mut codes: Vec<String> = Vec::new();
        let mut all_known = true;
        for at in list.get()? {
            let Some(code) = at.get() else { continue };
            let country = self.looked_up(at.span, |catalog| catalog.country(code));
            let Some(country) = country else {
                all_known = false;
                continue;
            };
            if codes.contains(&country.iso2) {
                let message = format!("`{}` stands twice in `countries`", country.iso2);
                self.error_with_hint(at.span, message, "leave one out");
            } else {
                codes.push(country.iso2.clone());
            }
        }
        if all_known {
            self.internet_users(file, &Selection::Countries(codes), list.span)
        } else {
            None
        }
    }

    fn internet_users(&mut self, file: &AudienceFile, selection: &Selection, span: Span) -> Option<Audience> {
        let min_users = match &file.min_users {
            Some(at) => self.min_users(at)?,
            None => 0.0,
        };
        let audience = Audience::internet_users(self.catalog, selection, min_users);
        let audience = self.keep(audience, span)?;
        if let (Selection::Countries(_), false) = (selection, audience.missing.is_empty()) {
            let message = format!(
                "no figure of internet users is known for {}",
                audience.missing.join(", ")
            );
            self.warn(span, message, "bring your own users with `file`");
        }
        Some(audience)
    }

    fn min_users(&mut self, at: &At<f64>) -> Option<f64> {
        let number = *at.get()?;
        if number >= 0.0 && number.is_finite() {
            return Some(number);
        }
        self.error(
            at.span,
            format!("`min_users` must be finite and not negative, found {number}"),
        );
        None
    }

    fn expect_no_min_users(&mut self, file: &AudienceFile) {
        if let Some(at) = &file.min_users {
            self.error_with_hint(
                at.span,
                "`min_users` goes with `built_in` or `countries` only",
                "leave the rows out of your own list",
            );
        }
    }

    fn of_regions(&mut self, file: &AudienceFile, list: &At<Vec<At<String>>>) -> Option<Audience> {
        if let Some(at) = &file.access {
            let hint = "leave `access` out";
            self.error_with_hint(at.span, "clients inside regions have no access network", hint);
        }
        let wanted = list.get()?.len();
        let regions: Vec<_> = self
            .region_list(list, "at_regions")
            .into_iter()
            .map(|(region, _)| region)
            .collect();
        if regions.len() != wanted {
            return None;
        }
        self.keep(Audience::at_regions(self.catalog, &regions), list.span)
    }

    /// The outer `None` says that a rate is wrong.
    fn rate(&mut self, file: &AudienceFile, audience: Option<&Audience>) -> Option<Rate> {
        match (&file.requests_per_user_per_second, &file.requests_per_second) {
            (None, None) => Some(Rate::Unstated),
            (Some(each), None) => {
                let rate = self.positive(each, "`requests_per_user_per_second`")?;
                if let Some(audience) = audience
                    && audience.weight_unit != "users"
                {
                    let message = format!(
                        "a rate per user needs users, but the audience counts {}",
                        audience.weight_unit
                    );
                    self.error_with_hint(each.span, message, "say `requests_per_second` for all of them");
                }
                Some(Rate::PerUser(rate))
            }
            (None, Some(all)) => {
                let rate = self.positive(all, "`requests_per_second`")?;
                if audience.is_some_and(|audience| audience.weight_unit == "requests/s") {
                    let message = "the requests per second stand in the users' file already";
                    self.error_with_hint(all.span, message, "leave one out");
                }
                Some(Rate::Total(rate))
            }
            (Some(_), Some(all)) => {
                let message = "two rates are given: per user, and for all users";
                self.error_with_hint(all.span, message, "leave one out");
                None
            }
        }
    }

    fn expect_somebody(&mut self, audience: &Audience, span: Span) {
        if audience.groups.is_empty() {
            let hint = match audience.missing.as_slice() {
                [] => "lower `min_users`, or name more countries",
                _ => "no figure is known for these countries: bring your own users with `file`",
            };
            self.error_with_hint(span, "the audience is empty", hint);
        }
    }

    fn access(&mut self, at: &At<AccessFile>) -> Option<Mix> {
        let file = at.get()?;
        let fields = [
            (Technology::Any, &file.any),
            (Technology::Lan, &file.lan),
            (Technology::Wifi, &file.wifi),
            (Technology::Cellular, &file.cellular),
            (Technology::Satellite, &file.satellite),
        ];
        let mut mix = Mix::new();
        for (technology, field) in fields {
            if let Some(share) = field {
                mix.push((technology, self.access_share(share)?));
            }
        }
        match whole(&mix) {
            Ok(mix) => Some(mix),
            Err(message) => {
                self.error_with_hint(
                    at.span,
                    message,
                    "shares are parts of 1, or percentages such as \"50%\"",
                );
                None
            }
        }
    }

    fn access_share(&mut self, at: &At<ShareFile>) -> Option<f64> {
        self.share(at).map(crate::basis::units::Share::get)
    }
}

/// The mix scaled to sum to exactly 1, without technologies nobody uses; or what is wrong with its sum.
pub(super) fn whole(mix: &[(Technology, f64)]) -> Result<Mix, String> {
    let sum: f64 = mix.iter().map(|(_, share)| share).sum();
    if (sum - 1.0).abs() > SHARE_SUM_TOLERANCE {
        let sum = (sum * 1e6).round() / 1e6;
        return Err(format!(
            "access shares must sum to 1, found {}",
            shortened(&sum.to_string())
        ));
    }
    let used = mix.iter().filter(|(_, share)| *share > 0.0);
    Ok(used
        .map(|&(technology, share)| (technology, share / sum))
        .collect())
}
