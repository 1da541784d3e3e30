//! The tables themselves: their files, columns and provenance, parsed on first use.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::basis::digest::digest;
use crate::basis::error::{Problem, Result};
use crate::world::ingest::{Problems, Row, Table};

/// The kinds of table in a catalogue, one file of `data/` each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableKind {
    /// Regions of all providers.
    Regions,
    /// Countries with their internet users.
    Countries,
    /// Metros with population and time zone.
    Metros,
    /// Cities with a CDN point of presence.
    EdgeLocations,
    /// Round trips between AWS regions.
    AwsRtts,
    /// Round trips between Google Cloud regions.
    GcpRtts,
    /// Round trips between IBM Cloud regions.
    IbmRtts,
    /// Hosts between which round trips are known.
    Landmarks,
    /// Round trips between landmarks.
    LandmarkRtts,
    /// Access quantiles by country.
    AccessQuantiles,
    /// What access technologies add over a wired line.
    TechnologyDeltas,
    /// Round trips to the first public hop.
    FirstHops,
    /// Round trips from probes to regions.
    ProbeRtts,
    /// Service incidents by region.
    Incidents,
    /// Outages that were written about.
    Outages,
    /// What instances cost an hour.
    InstancePrices,
    /// What data costs that leaves a region.
    TransferPrices,
}

/// What is fixed for a kind of table.
struct Schema {
    file: &'static str,
    text: &'static str,
    columns: &'static [&'static str],
    /// The one or two columns that together stand once.
    key: &'static [&'static str],
}

macro_rules! embedded {
    ($file:literal, columns: $columns:expr, key: $key:expr) => {
        Schema {
            file: $file,
            text: include_str!(concat!("../../../data/", $file)),
            columns: $columns,
            key: $key,
        }
    };
}

const REGION_RTT: &[&str] = &["from", "to", "p50_ms", "p90_ms", "statistic"];

impl TableKind {
    /// All kinds, in the order of their files' making.
    pub const ALL: [TableKind; 17] = [
        TableKind::Regions,
        TableKind::Countries,
        TableKind::Metros,
        TableKind::EdgeLocations,
        TableKind::AwsRtts,
        TableKind::GcpRtts,
        TableKind::IbmRtts,
        TableKind::Landmarks,
        TableKind::LandmarkRtts,
        TableKind::AccessQuantiles,
        TableKind::TechnologyDeltas,
        TableKind::FirstHops,
        TableKind::ProbeRtts,
        TableKind::Incidents,
        TableKind::Outages,
        TableKind::InstancePrices,
        TableKind::TransferPrices,
    ];

    /// The file's name inside `data/`.
    pub fn file(self) -> &'static str {
        self.schema().file
    }

    /// The columns a file of this kind has.
    pub fn columns(self) -> &'static [&'static str] {
        self.schema().columns
    }

    /// The one or two columns whose values together name a row; empty where rows have no name.
    pub fn key(self) -> &'static [&'static str] {
        self.schema().key
    }

    /// The embedded table's text.
    pub fn embedded_text(self) -> &'static str {
        self.schema().text
    }

    fn schema(self) -> Schema {
        match self {
            TableKind::Regions => embedded!("regions.csv", columns: &[
                "id", "provider", "code", "name", "city", "country", "continent", "lat", "lon", "jurisdiction",
                "operator", "operator_jurisdiction", "partition", "opt_in", "zones", "launch_date",
            ], key: &["id"]),
            TableKind::Countries => embedded!("countries.csv", columns: &[
                "iso2", "iso3", "name", "continent", "lat", "lon", "population", "internet_users", "users_year",
                "eu", "eea", "jurisdiction",
            ], key: &["iso2"]),
            TableKind::Metros => embedded!("metros.csv", columns: &[
                "id", "name", "country", "lat", "lon", "population", "iana_zone",
            ], key: &["id"]),
            TableKind::EdgeLocations => embedded!("edge_locations.csv", columns: &[
                "id", "city", "country", "lat", "lon", "price_class",
            ], key: &["id"]),
            TableKind::AwsRtts => {
                embedded!("network/aws_rtts.csv", columns: REGION_RTT, key: &["from", "to"])
            }
            TableKind::GcpRtts => {
                embedded!("network/gcp_rtts.csv", columns: REGION_RTT, key: &["from", "to"])
            }
            TableKind::IbmRtts => {
                embedded!("network/ibm_rtts.csv", columns: REGION_RTT, key: &["from", "to"])
            }
            TableKind::Landmarks => embedded!("network/landmarks.csv", columns: &[
                "id", "city", "country", "lat", "lon",
            ], key: &["id"]),
            TableKind::LandmarkRtts => embedded!("network/landmark_rtts.csv", columns: &[
                "a", "b", "rtt_ms",
            ], key: &["a", "b"]),
            TableKind::AccessQuantiles => embedded!("network/access_quantiles.csv", columns: &[
                "country", "month", "n_tests", "p1_ms", "p5_ms", "p10_ms", "p25_ms", "p50_ms", "p75_ms", "p90_ms",
                "p95_ms", "p99_ms",
            ], key: &["country"]),
            TableKind::TechnologyDeltas => embedded!("network/access_technology_delta.csv", columns: &[
                "technology", "probe_id", "lan_probe_id", "dist_km", "diff_ms",
            ], key: &[]),
            TableKind::FirstHops => embedded!("network/first_hop.csv", columns: &[
                "probe_id", "technology", "country", "median_ms",
            ], key: &["probe_id", "technology"]),
            TableKind::ProbeRtts => embedded!("network/probe_rtts.csv", columns: &[
                "probe_id", "technology", "country", "lat", "lon", "region", "rtt_ms",
            ], key: &[]),
            TableKind::Incidents => embedded!("incidents.csv", columns: &[
                "provider", "region", "start", "minutes", "services",
            ], key: &["region", "start"]),
            TableKind::Outages => embedded!("outages.csv", columns: &[
                "provider", "region", "date", "scope", "physical", "hours", "lower_bound", "verification", "url",
            ], key: &[]),
            TableKind::InstancePrices => embedded!("prices/instances.csv", columns: &[
                "region", "instance", "usd_per_hour", "kind",
            ], key: &["region", "instance"]),
            TableKind::TransferPrices => embedded!("prices/transfer.csv", columns: &[
                "kind", "from", "to", "usd_per_gb",
            ], key: &["from", "to"]),
        }
    }
}

/// Where a table comes from, for the provenance of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataTable {
    /// Its file: inside `data/` for an embedded table, as the user named it otherwise.
    pub name: String,
    /// Who measured or published it.
    pub source: String,
    /// The date of the figures, as exactly as it is known; empty when a user's table does not say.
    pub date: String,
    /// How it was made from the source.
    pub method: String,
    /// What is known to be wrong with it.
    pub faults: String,
    /// On what terms the figures may be used.
    pub licence: String,
    /// 64-bit FNV-1a of the file's bytes, 16 hexadecimal digits.
    pub digest: String,
    /// Rows below the header.
    pub rows: usize,
}

/// A value that one row of a table gives.
pub(super) trait FromRow: Sized {
    /// The value of `row`; what is wrong goes into `problems`.
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self>;
}

/// What a table is read from.
#[derive(Debug)]
pub(super) enum Given {
    /// A CSV text, parsed when rows are asked for.
    Text(Cow<'static, str>),
    /// A table read already, from a sheet of a workbook.
    Sheet(Box<Table>),
}

/// A table's text and, once somebody asked, its rows.
#[derive(Debug)]
pub(super) struct Stored<T> {
    kind: TableKind,
    name: Cow<'static, str>,
    text: Given,
    rows: OnceLock<Result<Vec<T>>>,
}

impl<T: FromRow> Stored<T> {
    pub(super) fn embedded(kind: TableKind) -> Self {
        Stored {
            kind,
            name: kind.file().into(),
            text: Given::Text(kind.embedded_text().into()),
            rows: OnceLock::new(),
        }
    }

    /// A user's table; it is parsed at once, so that its problems come out where it is given.
    pub(super) fn of_user(kind: TableKind, name: Cow<'static, str>, text: Given) -> Result<Self> {
        let stored = Stored {
            kind,
            name,
            text,
            rows: OnceLock::new(),
        };
        stored.rows()?;
        Ok(stored)
    }

    pub(super) fn rows(&self) -> Result<&[T]> {
        match self.rows.get_or_init(|| self.parse()) {
            Ok(rows) => Ok(rows),
            Err(error) => Err(error.clone()),
        }
    }

    fn parse(&self) -> Result<Vec<T>> {
        match &self.text {
            Given::Text(text) => self.rows_of(&Table::parse(self.name.clone(), text.clone())?),
            Given::Sheet(table) => self.rows_of(table),
        }
    }

    fn rows_of(&self, table: &Table) -> Result<Vec<T>> {
        table.expect_columns(self.kind.columns(), &[])?;
        refuse_repeated_keys(table, self.kind.schema().key)?;
        table.collect(T::from_row)
    }

    pub(super) fn about(&self) -> Result<DataTable> {
        let (comments, digest) = match &self.text {
            Given::Text(text) => (text.as_ref(), digest(text.as_bytes())),
            Given::Sheet(table) => (table.comments(), table.digest()),
        };
        let said = |key| comment(comments, key).unwrap_or_default();
        Ok(DataTable {
            name: self.name.clone().into_owned(),
            source: said("source"),
            date: said("date"),
            method: said("method"),
            faults: said("faults"),
            licence: said("licence"),
            digest,
            rows: self.rows()?.len(),
        })
    }
}

fn refuse_repeated_keys(table: &Table, key: &[&str]) -> Result<()> {
    let (Some(first), second) = (key.first(), key.get(1)) else {
        return Ok(());
    };
    let mut problems = Problems::default();
    let mut seen: BTreeMap<(Option<&str>, Option<&str>), Row<'_>> = BTreeMap::new();
    for row in table.rows() {
        let name = (row.get(first), second.and_then(|column| row.get(column)));
        if let Some(earlier) = seen.insert(name, row) {
            let shown: Vec<&str> = [name.0, name.1].into_iter().flatten().collect();
            let message = format!(
                "`{}` stands twice, first in {}",
                shown.join(" "),
                earlier.place(first).line_in_words()
            );
            problems.push(Problem::error(message).at(row.place(first)));
        }
    }
    problems.finish(())
}

/// What the comment lines `# key: …` above the header say, joined with blanks.
pub(in crate::world) fn comment(text: &str, key: &str) -> Option<String> {
    let lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .take_while(|line| line.starts_with('#'));
    let values = lines.filter_map(|line| {
        let (name, value) = line.trim_start_matches('#').split_once(':')?;
        name.trim().eq_ignore_ascii_case(key).then(|| value.trim())
    });
    let values: Vec<&str> = values.collect();
    (!values.is_empty()).then(|| values.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_one_key_are_joined_and_those_below_the_header_do_not_count() {
        let text = "# source: one\n# date: 2025\n# Source: two\na,b\n# faults: none\n";
        assert_eq!(comment(text, "source").as_deref(), Some("one two"));
        assert_eq!(comment(text, "faults"), None);
    }
}
