//! What went wrong: service incidents by region, and outages that were written about.

use super::tables::FromRow;
use crate::basis::day::{Day, Minute};
use crate::basis::error::Result;
use crate::world::ingest::{Problems, Row};

/// A service incident, as a provider's status page told it.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Who runs it.
    pub provider: String,
    /// Region id; none where the provider puts it down to no region.
    pub region: Option<String>,
    /// First post about it.
    pub start: Minute,
    /// How long the service that was hit longest was hit, min; none where nobody says.
    pub minutes: Option<f64>,
    /// Services that it hit.
    pub services: u32,
}

impl FromRow for Incident {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let provider = problems.keep(row.text("provider"));
        let start = problems.keep(parsed(row, "start", Minute::parse));
        let minutes = problems.keep(row.get("minutes").map(|_| row.positive("minutes")).transpose());
        let services = problems.keep(row.positive("services"));
        Some(Incident {
            provider: provider?.to_owned(),
            region: row.get("region").map(str::to_owned),
            start: start?,
            minutes: minutes?,
            services: services? as u32,
        })
    }
}

/// How much an outage took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutageScope {
    /// One zone of a region.
    Zone,
    /// Several zones of a region.
    Zones,
    /// Services of a whole region.
    Region,
    /// Several regions.
    MultiRegion,
    /// The provider as a whole.
    Global,
}

impl OutageScope {
    /// All scopes, the narrowest first.
    pub const ALL: [OutageScope; 5] = [
        OutageScope::Zone,
        OutageScope::Zones,
        OutageScope::Region,
        OutageScope::MultiRegion,
        OutageScope::Global,
    ];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            OutageScope::Zone => "zone",
            OutageScope::Zones => "zones",
            OutageScope::Region => "region",
            OutageScope::MultiRegion => "multi-region",
            OutageScope::Global => "global",
        }
    }

    /// Whether one region is lost to those who need what failed: several of its zones, or its services.
    pub fn takes_one_region(self) -> bool {
        matches!(self, OutageScope::Zones | OutageScope::Region)
    }

    /// Whether regions are hit that have nothing in common but the provider.
    pub fn takes_several_regions(self) -> bool {
        matches!(self, OutageScope::MultiRegion | OutageScope::Global)
    }
}

/// An outage that was written about.
#[derive(Clone, Debug, PartialEq)]
pub struct Outage {
    /// Who runs it.
    pub provider: String,
    /// Region id; none where it was the provider as a whole.
    pub region: Option<String>,
    /// The day it began.
    pub date: Day,
    /// How much it took.
    pub scope: OutageScope,
    /// Whether a building failed: power, cooling, fire, water.
    pub physical: bool,
    /// How long it lasted, h.
    pub hours: f64,
    /// Whether it lasted at least so long, its end not being on record.
    pub lower_bound: bool,
    /// `retrieved`, `secondary`, `status-page` or `recall`: how well the row is vouched for.
    pub verification: String,
}

const VERIFICATIONS: [&str; 4] = ["retrieved", "secondary", "status-page", "recall"];

impl FromRow for Outage {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let provider = problems.keep(row.text("provider"));
        let date = problems.keep(parsed(row, "date", Day::parse));
        let scope = problems.keep(scope(row));
        let physical = problems.keep(row.yes_no("physical"));
        let hours = problems.keep(row.positive("hours"));
        let lower_bound = problems.keep(row.yes_no("lower_bound"));
        let verification = problems.keep(verification(row));
        Some(Outage {
            provider: provider?.to_owned(),
            region: row.get("region").map(str::to_owned),
            date: date?,
            scope: scope?,
            physical: physical?,
            hours: hours?,
            lower_bound: lower_bound?,
            verification: verification?,
        })
    }
}

fn parsed<T>(row: Row<'_>, column: &str, parse: impl Fn(&str) -> Result<T>) -> Result<T> {
    parse(row.text(column)?).map_err(|error| error.at(&row.place(column)))
}

fn scope(row: Row<'_>) -> Result<OutageScope> {
    let text = row.text("scope")?;
    let known = OutageScope::ALL.into_iter().find(|scope| scope.name() == text);
    let scope = known.ok_or_else(|| {
        let names = super::quoted(&OutageScope::ALL.map(OutageScope::name));
        row.wrong("scope", format!("scope must be one of {names}, found `{text}`"))
    })?;
    if row.get("region").is_none() && scope != OutageScope::Global {
        return Err(row.wrong(
            "region",
            format!("an outage of scope `{text}` must name its region"),
        ));
    }
    Ok(scope)
}

fn verification(row: Row<'_>) -> Result<String> {
    let text = row.text("verification")?;
    if VERIFICATIONS.contains(&text) {
        return Ok(text.to_owned());
    }
    let names = super::quoted(&VERIFICATIONS);
    Err(row.wrong(
        "verification",
        format!("verification must be one of {names}, found `{text}`"),
    ))
}
