//! How old the data behind a report are, and what of them its figures rest on.

use super::Assembler;
use crate::basis::error::Result;
use crate::report::model::{Assumption, DataAges, TableAge};
use crate::world::catalog::{Catalog, DataAge, TableKind};

impl Assembler<'_> {
    /// The age of every table; none where no table says its date.
    pub(super) fn ages(&self, catalog: &Catalog) -> Result<Option<DataAges>> {
        let ages = catalog.ages(self.scenario.as_of)?;
        let Some(as_of) = ages.as_of else { return Ok(None) };
        Ok(Some(DataAges {
            as_of: as_of.to_string(),
            given: ages.given,
            tables: ages.tables.iter().map(|age| self.table_age(age)).collect(),
        }))
    }

    fn table_age(&self, age: &DataAge) -> TableAge {
        let kind = age.kind.data_kind();
        TableAge {
            name: age.table.clone(),
            kind: kind.name().to_owned(),
            date: age.date.clone(),
            years: age.years,
            limit_years: kind.limit_years(),
            used: self.rests_on(age.kind),
            old: age.is_old(),
        }
    }

    /// Whether figures of this run rest on a table. Of the tables that paths are estimated from all count as soon as one
    /// path is estimated.
    fn rests_on(&self, kind: TableKind) -> bool {
        let scenario = self.scenario;
        let estimated = self.simulation.sources.user_pairs_estimated > 0;
        let of = |provider: &str| {
            scenario
                .candidates
                .iter()
                .any(|region| region.provider == provider)
        };
        match kind {
            TableKind::Regions => true,
            TableKind::Countries | TableKind::Metros => scenario.audience.weight_unit == "users",
            TableKind::EdgeLocations => scenario.edge.is_some(),
            TableKind::AwsRtts => of("aws"),
            TableKind::GcpRtts => of("gcp"),
            TableKind::IbmRtts => of("ibm"),
            TableKind::Landmarks | TableKind::LandmarkRtts | TableKind::ProbeRtts => estimated,
            TableKind::AccessQuantiles | TableKind::TechnologyDeltas | TableKind::FirstHops => {
                estimated && scenario.network.access
            }
            TableKind::Incidents | TableKind::Outages => scenario.recovery_asked,
            TableKind::InstancePrices | TableKind::TransferPrices => scenario.cost.is_some(),
        }
    }
}

/// The line among the assumptions; none where ages are not known.
pub(super) fn assumption(ages: Option<&DataAges>) -> Option<Assumption> {
    let ages = ages?;
    Some(Assumption {
        what: "age of the data".to_owned(),
        value: summary(ages),
        source: told_from(ages),
    })
}

/// All tables in use that are old.
fn summary(ages: &DataAges) -> String {
    let named = |it: &&TableAge| {
        let years = it.years.unwrap_or(0.0);
        format!(
            "{} of {} ({years:.1} years, limit {})",
            it.name, it.date, it.limit_years
        )
    };
    let old: Vec<String> = ages.old().iter().map(named).collect();
    if old.is_empty() {
        return "no table that these figures rest on is older than data of its kind should be".to_owned();
    }
    format!("older than data of their kind should be: {}", old.join(", "))
}

/// What ages are told from, and what the limits are.
fn told_from(ages: &DataAges) -> String {
    let from = if ages.given {
        "the day asked for"
    } else {
        "the newest table"
    };
    format!(
        "dates of the tables, as of {} ({from}); limits of ours: 1 year for prices, 2 for round trips, users, outages and \
         places",
        ages.as_of
    )
}
