//! Demand as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::demand::RateIs;
use crate::design::scenario::calendar::{HourFile, MonthFile, YearsFile};
use crate::design::scenario::decode::{At, Entries};
use crate::design::scenario::quantity::{ChangeFile, DurationFile};

/// How demand goes through the day, the week and the year, and how it grows. Needs the audience's rate. Default: it
/// is the same at every hour.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { curve = \"evening\", growth = \"30%\", start = \"2026-12\", horizon = \"3y\" }"
)]
pub(in super::super) struct DemandFile {
    /// What the audience's rate is: the "mean" over the year from the start, or the "peak", the busiest hour of that
    /// year without events. Default "mean".
    pub(in super::super) rate: Option<At<RateWord>>,
    /// How demand goes through the week in the users' local time: "flat"; "office" or "evening", whose shapes we
    /// assume. Not together with `weekday`. Default "flat".
    pub(in super::super) curve: Option<At<String>>,
    /// Demand by hour of a day from Monday to Friday, in the users' local time: 24 numbers from 0 h on, in any unit.
    pub(in super::super) weekday: Option<At<Vec<At<f64>>>>,
    /// The same for Saturday and Sunday, in the unit of `weekday`. Default: as on weekdays.
    pub(in super::super) weekend: Option<At<Vec<At<f64>>>>,
    /// Demand by month: 12 numbers, January first, in any unit. Default: all months alike.
    pub(in super::super) season: Option<At<Vec<At<f64>>>>,
    /// Growth a year, such as "30%" or "-5%": above -100%, at most 1000%. Default "0%".
    pub(in super::super) growth: Option<At<ChangeFile>>,
    /// Growth a year that is undercut in one case of 20. Needs `growth_high`.
    pub(in super::super) growth_low: Option<At<ChangeFile>>,
    /// Growth a year that is exceeded in one case of 20. Needs `growth_low`.
    pub(in super::super) growth_high: Option<At<ChangeFile>>,
    /// Growth a year of users in these countries instead: { DE = "10%" }.
    pub(in super::super) growth_of: Option<At<Entries<ChangeFile>>>,
    /// The month at whose start the audience's rate holds, such as "2026-12". Needed with a growth or a horizon.
    /// Default "2026-01": only its year matters then, which says when clocks change.
    pub(in super::super) start: Option<At<MonthFile>>,
    /// Years that are looked ahead, 0 to 30: "3y" or 3. Default 0.
    pub(in super::super) horizon: Option<At<YearsFile>>,
    /// Hours with more than usual: a sale, a match, a launch.
    pub(in super::super) event: Option<At<Vec<At<EventFile>>>>,
}

/// What the audience's rate is.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", expecting = "\"mean\" or \"peak\"")]
pub(in super::super) enum RateWord {
    /// The mean over the year from the start.
    Mean,
    /// The busiest hour of that year, events left out.
    Peak,
}

impl From<RateWord> for RateIs {
    fn from(word: RateWord) -> Self {
        match word {
            RateWord::Mean => RateIs::Mean,
            RateWord::Peak => RateIs::Peak,
        }
    }
}

/// Hours with more than usual.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { name = \"sale\", factor = 4, duration = \"2h\" }"
)]
pub(in super::super) struct EventFile {
    /// How tables and charts call it. No two events share a name.
    pub(in super::super) name: At<String>,
    /// Times as many requests, above 0.
    pub(in super::super) factor: At<f64>,
    /// How long it lasts, at most "168h".
    pub(in super::super) duration: At<DurationFile>,
    /// The time of day, UTC, at which it begins: "18:00". Default: at the worst hour for each region.
    pub(in super::super) at: Option<At<HourFile>>,
    /// Countries whose users take part: ISO 3166-1 alpha-2 codes such as "DE". Default: all.
    pub(in super::super) countries: Option<At<Vec<At<String>>>>,
}
