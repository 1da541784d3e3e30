//! Regions: the places a provider lets you deploy to.

use super::tables::FromRow;
use crate::basis::error::{Error, Result, nearest_names};
use crate::basis::geo::{LatLon, fibre_rtt};
use crate::basis::units::{Km, Millis};
use crate::world::ingest::{Problems, Row};

/// A place a provider lets you deploy to.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// `provider:code`, such as `aws:eu-west-1`.
    pub id: String,
    /// `aws`, `azure`, `gcp`, `ibm` or the user's own.
    pub provider: String,
    /// The provider's code, such as `eu-west-1`.
    pub code: String,
    /// The provider's name for it, such as `Europe (Ireland)`.
    pub name: String,
    /// The city it is in or near, where known.
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Continent of the country.
    pub continent: String,
    /// Where it stands, to a city's width.
    pub place: LatLon,
    /// Whose law holds at the *place*: `EU`, `EEA`, `UK`, else the country's code.
    pub jurisdiction: String,
    /// The company that runs it, where known.
    pub operator: Option<String>,
    /// Whose law holds for the *operator*.
    pub operator_jurisdiction: String,
    /// Accounts and credentials do not cross partitions: `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, `azure` …
    pub partition: String,
    /// Whether an account must enable it first.
    pub opt_in: bool,
    /// Availability zones, where known.
    pub zones: Option<u8>,
    /// Day it opened, `YYYY-MM-DD`, where known.
    pub launch_date: Option<String>,
}

/// How far two places are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// Along the great circle.
    pub great_circle: Km,
    /// The least round trip light in fibre needs for it.
    pub fibre_rtt: Millis,
}

impl Region {
    /// How far it is to `other`, and what light in fibre needs for the way there and back.
    pub fn distance(&self, other: &Region) -> Distance {
        let great_circle = self.place.distance(other.place);
        Distance {
            great_circle,
            fibre_rtt: fibre_rtt(great_circle),
        }
    }
}

impl FromRow for Region {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let mut text = |column| problems.keep(row.text(column)).map(str::to_owned);
        let (id, provider, code) = (text("id"), text("provider"), text("code"));
        let (name, country, continent) = (text("name"), text("country"), text("continent"));
        let (jurisdiction, partition) = (text("jurisdiction"), text("partition"));
        let operator_jurisdiction = text("operator_jurisdiction");
        let place = problems.keep(row.lat_lon());
        let opt_in = problems.keep(row.yes_no("opt_in"));
        let zones = problems.keep(row.optional_number("zones"));
        let blank = |column| row.get(column).map(str::to_owned);
        let region = Region {
            id: id?,
            provider: provider?,
            code: code?,
            name: name?,
            city: blank("city"),
            country: country?,
            continent: continent?,
            place: place?,
            jurisdiction: jurisdiction?,
            operator: blank("operator"),
            operator_jurisdiction: operator_jurisdiction?,
            partition: partition?,
            opt_in: opt_in?,
            zones: zones?.map(|zones| zones as u8),
            launch_date: blank("launch_date"),
        };
        let expected = format!("{}:{}", region.provider, region.code);
        if region.id != expected {
            let message = format!("region id must be `{expected}`, found `{}`", region.id);
            return problems.keep(Err(row.wrong("id", message)));
        }
        Some(region)
    }
}

/// Which regions are wanted; the default takes all.
///
/// ```
/// use isochrone::world::catalog::{Catalog, RegionFilter};
/// let catalog = Catalog::embedded();
/// let filter = RegionFilter::default().provider("aws").partition("aws").without_opt_in();
/// let ids = catalog.select(&filter).unwrap();
/// assert!(ids.iter().any(|r| r.code == "eu-west-1") && ids.iter().all(|r| r.code != "af-south-1"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct RegionFilter {
    providers: Vec<String>,
    partitions: Vec<String>,
    jurisdictions: Vec<String>,
    without_opt_in: bool,
}

impl RegionFilter {
    /// Regions of this provider (or of one named earlier).
    pub fn provider(mut self, provider: impl Into<String>) -> Self {
        self.providers.push(provider.into());
        self
    }

    /// Regions of this partition (or of one named earlier).
    pub fn partition(mut self, partition: impl Into<String>) -> Self {
        self.partitions.push(partition.into());
        self
    }

    /// Regions whose place is in this jurisdiction (or in one named earlier).
    pub fn jurisdiction(mut self, jurisdiction: impl Into<String>) -> Self {
        self.jurisdictions.push(jurisdiction.into());
        self
    }

    /// Only regions that every account can use at once.
    pub fn without_opt_in(mut self) -> Self {
        self.without_opt_in = true;
        self
    }

    /// Whether `region` is wanted.
    pub fn accepts(&self, region: &Region) -> bool {
        let among = |wanted: &[String], own: &str| wanted.is_empty() || wanted.iter().any(|w| w == own);
        among(&self.providers, &region.provider)
            && among(&self.partitions, &region.partition)
            && among(&self.jurisdictions, &region.jurisdiction)
            && !(self.without_opt_in && region.opt_in)
    }

    /// The regions that are wanted, in their order.
    pub(super) fn select<'a>(&self, regions: &'a [Region]) -> Result<Vec<&'a Region>> {
        known(
            "provider",
            &self.providers,
            regions.iter().map(|r| r.provider.as_str()),
        )?;
        known(
            "partition",
            &self.partitions,
            regions.iter().map(|r| r.partition.as_str()),
        )?;
        known(
            "jurisdiction",
            &self.jurisdictions,
            regions.iter().map(|r| r.jurisdiction.as_str()),
        )?;
        Ok(regions.iter().filter(|region| self.accepts(region)).collect())
    }
}

fn known<'a>(what: &str, wanted: &[String], names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    match wanted.iter().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let near = nearest_names(unknown, names, 3);
            Err(Error::input(format!("no region has the {what} `{unknown}`"))
                .hint(format!("the nearest are {}", super::quoted(&near))))
        }
    }
}
