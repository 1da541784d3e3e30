//! How demand grows, and how far ahead it is looked.

use std::collections::BTreeMap;

use super::Check;
use super::sizing::percent;
use crate::design::demand::Growth;
use crate::design::scenario::decode::{At, Entries};
use crate::design::scenario::file::DemandFile;
use crate::design::scenario::quantity::ChangeFile;
use crate::world::demand::Audience;

/// Elevenfold in a year: what is said beyond is a percentage without its sign.
const MOST_GROWTH: f64 = 10.0;

const MOST_YEARS: u32 = 30;

/// Growth and horizon, checked.
#[derive(Debug)]
pub(super) struct Grown {
    pub(super) growth: Growth,
    pub(super) of_country: BTreeMap<String, f64>,
    pub(super) horizon_years: u32,
    /// Whether the file says anything of growth.
    told: bool,
}

impl Grown {
    /// Whether it matters from which month on things grow.
    pub(super) fn needs_a_start(&self) -> bool {
        self.told || self.horizon_years > 0
    }
}

impl Check<'_> {
    pub(super) fn grown(&mut self, file: &DemandFile, audience: Option<&Audience>) -> Option<Grown> {
        let per_year = match &file.growth {
            Some(at) => self.growth(at, "growth"),
            None => Some(0.0),
        };
        let interval = self.growth_interval(file, per_year);
        let of_country = self.growth_of(file.growth_of.as_ref(), audience);
        let horizon_years = self.horizon(file);
        let told = file.growth.is_some() || file.growth_of.is_some();
        if let (Some(at), Some(1..), false) = (&file.horizon, horizon_years, told) {
            let message = "nothing grows: every year of the horizon is as the first";
            self.warn(at.span, message, "say for instance growth = \"30%\"");
        }
        Some(Grown {
            growth: Growth {
                per_year: per_year?,
                interval,
            },
            of_country,
            horizon_years: horizon_years?,
            told,
        })
    }

    fn growth(&mut self, at: &At<ChangeFile>, what: &str) -> Option<f64> {
        let file = at.get()?;
        let growth = self.keep(file.change(), at.span)?;
        if growth <= -1.0 {
            let message = format!("`{what}` must be above -100%, found {}", percent(growth));
            self.error_with_hint(at.span, message, "nobody would be left after a year");
            return None;
        }
        if growth > MOST_GROWTH {
            let most = percent(MOST_GROWTH);
            let message = format!("`{what}` of {} is more than {most} a year", percent(growth));
            self.error_with_hint(at.span, message, "a percentage has its sign, such as \"30%\"");
            return None;
        }
        Some(growth)
    }

    /// The 90 % interval around the growth.
    fn growth_interval(&mut self, file: &DemandFile, growth: Option<f64>) -> Option<(f64, f64)> {
        let ends = [
            ("growth_low", &file.growth_low, "growth_high"),
            ("growth_high", &file.growth_high, "growth_low"),
        ];
        let [low, high] = ends.map(|(key, field, _)| self.growth(field.as_ref()?, key));
        let (low_at, high_at) = (file.growth_low.as_ref(), file.growth_high.as_ref());
        for (key, field, other) in ends {
            let Some(at) = field else { continue };
            if low_at.is_none() || high_at.is_none() {
                let hint = format!("say `{other}` as well: nine cases of ten lie between them");
                self.error_with_hint(at.span, format!("`{key}` without `{other}`"), hint);
            } else if file.growth.is_none() {
                let hint = "say the growth that is planned with, such as growth = \"30%\"";
                self.error_with_hint(at.span, format!("`{key}` without `growth`"), hint);
            }
        }
        let planned = growth.filter(|_| file.growth.is_some())?;
        if let (Some(at), Some(low)) = (low_at, low.filter(|low| *low > planned)) {
            let (low, planned) = (percent(low), percent(planned));
            let message = format!("`growth_low` of {low} is above `growth` of {planned}");
            self.error_with_hint(at.span, message, "it is undercut in one case of 20 only");
        }
        if let (Some(at), Some(high)) = (high_at, high.filter(|high| *high < planned)) {
            let (high, planned) = (percent(high), percent(planned));
            let message = format!("`growth_high` of {high} is below `growth` of {planned}");
            self.error_with_hint(at.span, message, "it is exceeded in one case of 20 only");
        }
        low.zip(high)
    }

    fn growth_of(
        &mut self,
        entries: Option<&At<Entries<ChangeFile>>>,
        audience: Option<&Audience>,
    ) -> BTreeMap<String, f64> {
        let mut of_country = BTreeMap::new();
        let entries = entries.and_then(At::get);
        for (key, at) in entries.into_iter().flat_map(Entries::iter) {
            let shown = key.get().map_or("?", String::as_str);
            let growth = self.growth(at, &format!("growth of {shown}"));
            let country = self.country_asking(key, audience, "`growth_of`");
            let (Some(country), Some(growth)) = (country, growth) else {
                continue;
            };
            if of_country.insert(country.clone(), growth).is_some() {
                let message = format!("`{country}` stands twice in `growth_of`");
                self.error_with_hint(key.span, message, "leave one out");
            }
        }
        of_country
    }

    /// The country that a text means; a warning where nobody of the audience is there.
    pub(super) fn country_asking(
        &mut self,
        at: &At<String>,
        audience: Option<&Audience>,
        whose: &str,
    ) -> Option<String> {
        let country = self.country(at)?;
        let asks = |audience: &Audience| audience.groups.iter().any(|group| group.country == country);
        if audience.is_some_and(|audience| !asks(audience)) {
            let message = format!("nobody of the audience is in `{country}` of {whose}");
            self.warn(
                at.span,
                message,
                "leave it out, or add its users under [audience]",
            );
        }
        Some(country)
    }

    fn horizon(&mut self, file: &DemandFile) -> Option<u32> {
        let Some(at) = &file.horizon else { return Some(0) };
        let years = self.keep(at.get()?.years(), at.span)?;
        if years <= MOST_YEARS {
            return Some(years);
        }
        let message = format!("`horizon` must lie between 0 and {MOST_YEARS} years, found {years}");
        self.error(at.span, message);
        None
    }
}
