//! Providers, regions, edge locations, metros and countries: embedded from `data/`, replaceable.
//!
//! The [`Catalog`] holds one table of each [`TableKind`]. Tables are parsed when they are first asked for, so
//! listing regions does not read twelve thousand round trips.
//!
//! ```
//! use isochrone::world::catalog::Catalog;
//! let catalog = Catalog::embedded();
//! let dublin = catalog.region("aws:eu-west-1").unwrap();
//! assert_eq!((dublin.city.as_deref(), dublin.jurisdiction.as_str()), (Some("Dublin"), "EU"));
//! assert_eq!(dublin.operator_jurisdiction, "US");
//! ```

mod tables;

mod geography;

mod measured;

mod prices;

mod record;

mod region;

mod services;

mod users;

mod age;

mod build;

mod data_set;

pub use age::{DataAge, DataAges, DataKind, first_day_of};
pub use build::build_tables;
pub use data_set::DataSet;
pub use geography::{Country, EdgeLocation, Metro};
pub use measured::{
    AccessQuantiles, FirstHop, Landmark, LandmarkRtt, ProbeRtt, RegionRtt, Statistic, TechnologyDelta,
};
pub use prices::{InstancePrice, TransferPrice};
pub use record::{Incident, Outage, OutageScope};
pub use region::{Distance, Region, RegionFilter};
pub use services::Services;
pub use tables::{DataTable, TableKind};
pub use users::PlacedUsers;

pub(in crate::world) use tables::comment;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::basis::error::{Error, Result, nearest_names};
use crate::basis::geo::LatLon;
use crate::basis::units::Km;
use crate::world::ingest::{Problems, Table};
use build::slug;
use tables::{Given, Stored};

/// Where metros stand in their table: each row of a user's list looks one up.
#[derive(Debug, Default)]
struct MetroNames {
    by_id: BTreeMap<String, Vec<usize>>,
    /// By the name as ids write it.
    by_name: BTreeMap<String, Vec<usize>>,
}

impl MetroNames {
    fn of(metros: &[Metro]) -> Self {
        let mut names = MetroNames::default();
        for (at, metro) in metros.iter().enumerate() {
            names.by_id.entry(metro.id.clone()).or_default().push(at);
            names.by_name.entry(slug(&metro.name)).or_default().push(at);
        }
        names
    }

    /// The metro of this id, or else all of this name.
    fn called(&self, name: &str) -> &[usize] {
        let by_id = self.by_id.get(name);
        by_id
            .or_else(|| self.by_name.get(&slug(name)))
            .map_or(&[], Vec::as_slice)
    }
}

/// Everything known of the world beforehand: one table of each [`TableKind`].
#[derive(Debug)]
pub struct Catalog {
    regions: Stored<Region>,
    countries: Stored<Country>,
    metros: Stored<Metro>,
    metro_names: OnceLock<MetroNames>,
    edge_locations: Stored<EdgeLocation>,
    aws_rtts: Stored<RegionRtt>,
    gcp_rtts: Stored<RegionRtt>,
    ibm_rtts: Stored<RegionRtt>,
    landmarks: Stored<Landmark>,
    landmark_rtts: Stored<LandmarkRtt>,
    access_quantiles: Stored<AccessQuantiles>,
    technology_deltas: Stored<TechnologyDelta>,
    first_hops: Stored<FirstHop>,
    probe_rtts: Stored<ProbeRtt>,
    incidents: Stored<Incident>,
    outages: Stored<Outage>,
    instance_prices: Stored<InstancePrice>,
    transfer_prices: Stored<TransferPrice>,
}

impl Catalog {
    /// The tables that came with this version.
    pub fn embedded() -> Self {
        Catalog {
            regions: Stored::embedded(TableKind::Regions),
            countries: Stored::embedded(TableKind::Countries),
            metros: Stored::embedded(TableKind::Metros),
            metro_names: OnceLock::new(),
            edge_locations: Stored::embedded(TableKind::EdgeLocations),
            aws_rtts: Stored::embedded(TableKind::AwsRtts),
            gcp_rtts: Stored::embedded(TableKind::GcpRtts),
            ibm_rtts: Stored::embedded(TableKind::IbmRtts),
            landmarks: Stored::embedded(TableKind::Landmarks),
            landmark_rtts: Stored::embedded(TableKind::LandmarkRtts),
            access_quantiles: Stored::embedded(TableKind::AccessQuantiles),
            technology_deltas: Stored::embedded(TableKind::TechnologyDeltas),
            first_hops: Stored::embedded(TableKind::FirstHops),
            probe_rtts: Stored::embedded(TableKind::ProbeRtts),
            incidents: Stored::embedded(TableKind::Incidents),
            outages: Stored::embedded(TableKind::Outages),
            instance_prices: Stored::embedded(TableKind::InstancePrices),
            transfer_prices: Stored::embedded(TableKind::TransferPrices),
        }
    }

    /// The same catalogue with the table `kind` replaced by the user's `text`, called `name` in messages.
    ///
    /// # Errors
    /// Every problem of the table: columns missing or unknown, values of the wrong kind, keys that stand twice.
    pub fn with_table(
        self,
        kind: TableKind,
        name: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Result<Self> {
        self.with_given(kind, name.into(), Given::Text(text.into()))
    }

    fn with_given(mut self, kind: TableKind, name: Cow<'static, str>, text: Given) -> Result<Self> {
        match kind {
            TableKind::Regions => self.regions = Stored::of_user(kind, name, text)?,
            TableKind::Countries => self.countries = Stored::of_user(kind, name, text)?,
            TableKind::Metros => {
                self.metros = Stored::of_user(kind, name, text)?;
                self.metro_names = OnceLock::new();
            }
            TableKind::EdgeLocations => self.edge_locations = Stored::of_user(kind, name, text)?,
            TableKind::AwsRtts => self.aws_rtts = Stored::of_user(kind, name, text)?,
            TableKind::GcpRtts => self.gcp_rtts = Stored::of_user(kind, name, text)?,
            TableKind::IbmRtts => self.ibm_rtts = Stored::of_user(kind, name, text)?,
            TableKind::Landmarks => self.landmarks = Stored::of_user(kind, name, text)?,
            TableKind::LandmarkRtts => self.landmark_rtts = Stored::of_user(kind, name, text)?,
            TableKind::AccessQuantiles => self.access_quantiles = Stored::of_user(kind, name, text)?,
            TableKind::TechnologyDeltas => self.technology_deltas = Stored::of_user(kind, name, text)?,
            TableKind::FirstHops => self.first_hops = Stored::of_user(kind, name, text)?,
            TableKind::ProbeRtts => self.probe_rtts = Stored::of_user(kind, name, text)?,
            TableKind::Incidents => self.incidents = Stored::of_user(kind, name, text)?,
            TableKind::Outages => self.outages = Stored::of_user(kind, name, text)?,
            TableKind::InstancePrices => self.instance_prices = Stored::of_user(kind, name, text)?,
            TableKind::TransferPrices => self.transfer_prices = Stored::of_user(kind, name, text)?,
        }
        Ok(self)
    }

    /// The same catalogue with the table `kind` read from a file of the same columns as that in `data/`: a CSV, or a
    /// sheet of a workbook (see [`Table::read`]).
    ///
    /// # Errors
    /// When the file cannot be read as a table, and as [`Catalog::with_table`].
    pub fn with_file(self, kind: TableKind, path: &std::path::Path) -> Result<Self> {
        let table = Table::read(path)?;
        let name = table.name().to_owned();
        match table.source_text().map(str::to_owned) {
            Some(text) => self.with_table(kind, name, text),
            None => self.with_given(kind, name.into(), Given::Sheet(Box::new(table))),
        }
    }

    /// Where the table `kind` comes from, its date, digest and number of rows.
    ///
    /// # Errors
    /// When the table cannot be parsed.
    pub fn data_table(&self, kind: TableKind) -> Result<DataTable> {
        match kind {
            TableKind::Regions => self.regions.about(),
            TableKind::Countries => self.countries.about(),
            TableKind::Metros => self.metros.about(),
            TableKind::EdgeLocations => self.edge_locations.about(),
            TableKind::AwsRtts => self.aws_rtts.about(),
            TableKind::GcpRtts => self.gcp_rtts.about(),
            TableKind::IbmRtts => self.ibm_rtts.about(),
            TableKind::Landmarks => self.landmarks.about(),
            TableKind::LandmarkRtts => self.landmark_rtts.about(),
            TableKind::AccessQuantiles => self.access_quantiles.about(),
            TableKind::TechnologyDeltas => self.technology_deltas.about(),
            TableKind::FirstHops => self.first_hops.about(),
            TableKind::ProbeRtts => self.probe_rtts.about(),
            TableKind::Incidents => self.incidents.about(),
            TableKind::Outages => self.outages.about(),
            TableKind::InstancePrices => self.instance_prices.about(),
            TableKind::TransferPrices => self.transfer_prices.about(),
        }
    }

    /// The regions of all providers, in table order.
    ///
    /// # Errors
    /// When the table cannot be parsed; this holds for each of the methods that give a table.
    pub fn regions(&self) -> Result<&[Region]> {
        self.regions.rows()
    }

    /// Countries and territories.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn countries(&self) -> Result<&[Country]> {
        self.countries.rows()
    }

    /// Metros, the most populous first.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn metros(&self) -> Result<&[Metro]> {
        self.metros.rows()
    }

    /// Cities with a CDN point of presence.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn edge_locations(&self) -> Result<&[EdgeLocation]> {
        self.edge_locations.rows()
    }

    /// Measured round trips between regions of one provider, directed, all providers one after another. Rows of
    /// [`Statistic::EndpointOverhead`] (from a region to itself) are among them.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn region_rtts(&self) -> Result<impl Iterator<Item = &RegionRtt>> {
        let tables = [
            self.aws_rtts.rows()?,
            self.gcp_rtts.rows()?,
            self.ibm_rtts.rows()?,
        ];
        Ok(tables.into_iter().flatten())
    }

    /// Hosts in cities between which round trips are known.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn landmarks(&self) -> Result<&[Landmark]> {
        self.landmarks.rows()
    }

    /// Round trips between landmarks, one for each unordered pair.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn landmark_rtts(&self) -> Result<&[LandmarkRtt]> {
        self.landmark_rtts.rows()
    }

    /// How far a country's users are from their nearest measurement server.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn access_quantiles(&self) -> Result<&[AccessQuantiles]> {
        self.access_quantiles.rows()
    }

    /// What an access technology adds over a wired line nearby.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn technology_deltas(&self) -> Result<&[TechnologyDelta]> {
        self.technology_deltas.rows()
    }

    /// Round trips from probes to their first public hop.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn first_hops(&self) -> Result<&[FirstHop]> {
        self.first_hops.rows()
    }

    /// Round trips from users' probes to regions.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn probe_rtts(&self) -> Result<&[ProbeRtt]> {
        self.probe_rtts.rows()
    }

    /// Service incidents, in the order of their start.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn incidents(&self) -> Result<&[Incident]> {
        self.incidents.rows()
    }

    /// Outages that were written about.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn outages(&self) -> Result<&[Outage]> {
        self.outages.rows()
    }

    /// What instances cost an hour, by region.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn instance_prices(&self) -> Result<&[InstancePrice]> {
        self.instance_prices.rows()
    }

    /// What data costs that leaves a region, to the internet or to another region: the first tier of a month.
    ///
    /// # Errors
    /// As [`Catalog::regions`].
    pub fn transfer_prices(&self) -> Result<&[TransferPrice]> {
        self.transfer_prices.rows()
    }

    /// The region with this id (`aws:eu-west-1`), or with this code where only one provider uses it.
    ///
    /// ```
    /// use isochrone::world::catalog::Catalog;
    /// let catalog = Catalog::embedded();
    /// assert_eq!(catalog.region("eu-west-1").unwrap().id, "aws:eu-west-1");
    /// let error = catalog.region("eu-wset-1").unwrap_err();
    /// assert_eq!(error.to_string(), "region `eu-wset-1` is unknown");
    /// assert!(error.problems()[0].hint.as_deref().unwrap().contains("`eu-west-1`"));
    /// ```
    ///
    /// # Errors
    /// When no region has this name (the three nearest are named), or several have it.
    pub fn region(&self, name: &str) -> Result<&Region> {
        region_called(self.regions()?, name)
    }

    /// The metro with this id (`tokyo-jp`), or with this name where only one metro has it.
    ///
    /// ```
    /// use isochrone::world::catalog::Catalog;
    /// let catalog = Catalog::embedded();
    /// assert_eq!(catalog.metro("São Paulo").unwrap().id, "sao-paulo-br");
    /// ```
    ///
    /// # Errors
    /// When no metro has this name (the three nearest are named), or several have it.
    pub fn metro(&self, name: &str) -> Result<&Metro> {
        let metros = self.metros()?;
        let names = self.metro_names.get_or_init(|| MetroNames::of(metros));
        let found: Vec<&Metro> = names.called(name).iter().map(|at| &metros[*at]).collect();
        only_one(
            "metro",
            name,
            &found,
            |m| &m.id,
            metros.iter().map(|m| m.id.as_str()),
        )
    }

    /// The country with this ISO code, of two letters or three, in either case.
    ///
    /// # Errors
    /// When there is none (the three nearest codes are named).
    pub fn country(&self, code: &str) -> Result<&Country> {
        let countries = self.countries()?;
        let matches = |c: &&Country| c.iso2.eq_ignore_ascii_case(code) || c.iso3.eq_ignore_ascii_case(code);
        let found: Vec<&Country> = countries.iter().filter(matches).collect();
        only_one(
            "country",
            code,
            &found,
            |c| &c.iso2,
            countries.iter().map(|c| c.iso2.as_str()),
        )
    }

    /// The regions that pass `filter`, in table order.
    ///
    /// # Errors
    /// When the filter names a provider or partition that no region has, and as [`Catalog::regions`].
    pub fn select(&self, filter: &RegionFilter) -> Result<Vec<&Region>> {
        filter.select(self.regions()?)
    }

    /// The `n` regions nearest to `place` that pass `filter`, nearest first.
    ///
    /// ```
    /// use isochrone::basis::geo::LatLon;
    /// use isochrone::world::catalog::{Catalog, RegionFilter};
    /// let catalog = Catalog::embedded();
    /// let filter = RegionFilter::default().provider("aws");
    /// let near = catalog.near(LatLon::parse("51.5,-0.1").unwrap(), 2, &filter).unwrap();
    /// let ids: Vec<&str> = near.iter().map(|(_, region)| region.id.as_str()).collect();
    /// assert_eq!(ids, ["aws:eu-west-2", "aws:eu-west-3"]);
    /// ```
    ///
    /// # Errors
    /// As [`Catalog::select`].
    pub fn near(&self, place: LatLon, n: usize, filter: &RegionFilter) -> Result<Vec<(Km, &Region)>> {
        let regions = self.select(filter)?;
        let mut near: Vec<(Km, &Region)> = regions
            .into_iter()
            .map(|r| (place.distance(r.place), r))
            .collect();
        near.sort_by(|(a, x), (b, y)| a.km().total_cmp(&b.km()).then_with(|| x.id.cmp(&y.id)));
        near.truncate(n);
        Ok(near)
    }

    /// How far two regions are apart, and what light in fibre needs for the way there and back.
    ///
    /// # Errors
    /// As [`Catalog::region`].
    pub fn distance(&self, a: &str, b: &str) -> Result<Distance> {
        Ok(self.region(a)?.distance(self.region(b)?))
    }

    /// Checks what each table says of another: that countries, regions and landmarks it names exist.
    ///
    /// The embedded tables keep to this; it is meant for after tables were replaced.
    ///
    /// # Errors
    /// One problem for each name that does not exist.
    pub fn check(&self) -> Result<()> {
        let mut problems = Problems::default();
        let countries = self.countries()?;
        let country_exists = |code: &str| countries.iter().any(|c| c.iso2 == code);
        let mut expect = |ok: bool, what: &str, name: &str, table: &str| {
            if !ok {
                let message = format!("{what} `{name}` in the table of {table} is unknown");
                problems.push(crate::basis::error::Problem::error(message));
            }
        };
        for region in self.regions()? {
            expect(
                country_exists(&region.country),
                "country",
                &region.country,
                "regions",
            );
        }
        for metro in self.metros()? {
            expect(
                country_exists(&metro.country),
                "country",
                &metro.country,
                "metros",
            );
        }
        let regions = self.regions()?;
        for pair in self.region_rtts()? {
            for id in [&pair.from, &pair.to] {
                expect(
                    regions.iter().any(|r| r.id == *id),
                    "region",
                    id,
                    "measured round trips",
                );
            }
        }
        let incidents = self.incidents()?.iter().map(|it| (&it.region, "incidents"));
        let outages = self.outages()?.iter().map(|it| (&it.region, "outages"));
        for (region, table) in incidents.chain(outages) {
            if let Some(id) = region {
                expect(regions.iter().any(|r| r.id == *id), "region", id, table);
            }
        }
        let instances = self
            .instance_prices()?
            .iter()
            .map(|it| (&it.region, "instance prices"));
        let transfers = self.transfer_prices()?.iter();
        let transfers = transfers.flat_map(|it| [Some(&it.from), it.to.as_ref()]);
        let transfers = transfers.flatten().map(|id| (id, "transfer prices"));
        for (id, table) in instances.chain(transfers) {
            expect(regions.iter().any(|r| r.id == *id), "region", id, table);
        }
        problems.finish(())
    }
}

/// The region of `regions` that [`Catalog::region`] finds.
pub(in crate::world) fn region_called<'a>(regions: &'a [Region], name: &str) -> Result<&'a Region> {
    let found: Vec<&Region> = regions
        .iter()
        .filter(|r| r.id == name || r.code == name)
        .collect();
    let with_provider = name.contains(':');
    let names = regions.iter().map(|r| {
        if with_provider {
            r.id.as_str()
        } else {
            r.code.as_str()
        }
    });
    only_one("region", name, &found, |r| &r.id, names)
}

/// The one thing found, or the error that says that there are none or several.
fn only_one<'a, T>(
    what: &str,
    name: &str,
    found: &[&'a T],
    id: impl Fn(&'a T) -> &'a str,
    names: impl Iterator<Item = &'a str>,
) -> Result<&'a T> {
    match found {
        [one] => Ok(one),
        [] => {
            let near = nearest_names(name, names, 3);
            Err(Error::input(format!("{what} `{name}` is unknown"))
                .hint(format!("the nearest names are {}", quoted(&near))))
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|thing| id(thing)).collect();
            Err(Error::input(format!("{what} `{name}` could be several"))
                .hint(format!("say one of {}", quoted(&ids))))
        }
    }
}

pub(in crate::world) fn quoted(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests;
