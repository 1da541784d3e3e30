//! JSON: the one format that is complete, versioned and read back.
//!
//! Floats print as the shortest digits that read back to the same number, so a report survives any number of round
//! trips bit by bit. A figure that is not a finite number has no JSON form and is refused rather than turned into
//! `null`, which no reader could tell from a missing one.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::basis::error::{Error, Place, Problem, Result};
use crate::report::model::{
    Reach, RegionMatrix, Report, SCHEMA, SCHEMA_VERSION, SITES_SCHEMA, UsersAfter, UsersResult,
};

/// `report` as indented JSON with a line feed at its end. The same report gives the same bytes.
///
/// # Errors
/// When a figure is infinite or not a number.
///
/// ```
/// use isochrone::report::export::json::{from_json, to_json};
/// let report = isochrone::report::sample::sample_report(2, 3);
/// let bytes = to_json(&report).unwrap();
/// assert_eq!(from_json("report.json", &bytes).unwrap(), report);
/// ```
pub fn to_json(report: &Report) -> Result<Vec<u8>> {
    to_finite_json(report)
}

/// Any value as indented JSON, refusing figures that are not finite.
pub(crate) fn to_finite_json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = Serializer::with_formatter(&mut bytes, Finite(PrettyFormatter::new()));
    value.serialize(&mut writer).map_err(|error| {
        Error::input(format!("the report cannot be written as JSON: {error}"))
            .hint("look for weights, factors, prices or durations that are far too large or too small")
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a report that [`to_json`] wrote; `file` is its name for messages.
///
/// # Errors
/// When the bytes are not JSON, not a report of this program, of a schema version that this program does not know,
/// or when their parts do not fit together.
pub fn from_json(file: &str, bytes: &[u8]) -> Result<Report> {
    let header: Header = serde_json::from_slice(bytes).map_err(|error| unreadable(file, &error))?;
    header.check(file)?;
    let report: Report = serde_json::from_slice(bytes).map_err(|error| unreadable(file, &error))?;
    check_parts(file, &report)?;
    Ok(report)
}

/// Whether `bytes` call themselves a report of this program, whatever else may be wrong with them.
pub fn is_report(bytes: &[u8]) -> bool {
    let header = serde_json::from_slice::<Header>(bytes);
    header.is_ok_and(|header| header.schema.is_some_and(|schema| schema == SCHEMA))
}

/// What is read before anything else, so that a file of another kind or time gets a message about that.
#[derive(Deserialize)]
struct Header {
    schema: Option<serde_json::Value>,
    schema_version: Option<serde_json::Value>,
}

impl Header {
    fn check(&self, file: &str) -> Result<()> {
        match &self.schema {
            Some(schema) if schema == SCHEMA => self.check_version(file),
            Some(schema) if schema == SITES_SCHEMA => Err(Error::input(format!(
                "{file} is the report of a search for sites, which is written once and not drawn or compared"
            ))
            .hint("`search` writes every format of it: --export FILE, or --output DIR")),
            Some(other) => Err(Error::input(format!(
                "{file} is not an isochrone report: its `schema` is {other}, not \"{SCHEMA}\""
            ))),
            None => Err(
                Error::input(format!("{file} is not an isochrone report: it has no `schema`"))
                    .hint("a report is what --export FILE.json writes"),
            ),
        }
    }

    fn check_version(&self, file: &str) -> Result<()> {
        match self.schema_version.as_ref().and_then(serde_json::Value::as_u64) {
            Some(version) if version == u64::from(SCHEMA_VERSION) => Ok(()),
            Some(version) if version > u64::from(SCHEMA_VERSION) => Err(Error::input(format!(
                "{file} has schema version {version}, and this program knows {SCHEMA_VERSION}"
            ))
            .hint("a newer version of isochrone wrote it; read it with that one")),
            Some(version) => Err(Error::input(format!(
                "{file} has schema version {version}, which was never released"
            ))),
            None => Err(Error::input(format!("{file} does not say its `schema_version`"))),
        }
    }
}

fn unreadable(file: &str, error: &serde_json::Error) -> Error {
    let place = Place {
        file: file.to_owned(),
        sheet: None,
        line: error.line().max(1),
        column: error.column().max(1),
        span: 0..0,
    };
    let text = error.to_string();
    // serde_json repeats the place at the end of its sentence.
    let what = text.split(" at line ").next().unwrap_or(&text);
    let problem = Problem::error(format!("the report cannot be read: {what}")).at(place);
    Error::problems_in_input(vec![problem])
}

/// What the types cannot say: every index points somewhere and the matrix is square.
fn check_parts(file: &str, report: &Report) -> Result<()> {
    if let Some(baseline) = report.baseline.filter(|&at| at >= report.sets.len()) {
        return Err(Error::input(format!(
            "{file}: the baseline is set {baseline} of {}, counted from 0",
            report.sets.len()
        )));
    }
    let front = report.recovery.iter().flat_map(|it| &it.front);
    if let Some(at) = front.copied().find(|&at| at >= report.sets.len()) {
        return Err(Error::input(format!(
            "{file}: the front names set {at} of {}, counted from 0",
            report.sets.len()
        )));
    }
    if !is_square(&report.region_matrix) {
        return Err(Error::input(format!(
            "{file}: the region matrix must have a row and a column for each of its {} regions",
            report.region_matrix.regions.len()
        )));
    }
    check_atlas(file, report)
}

/// Columns of users are as long as the atlas has users, and name regions and users that it has.
fn check_atlas(file: &str, report: &Report) -> Result<()> {
    let Some(atlas) = &report.atlas else {
        return Ok(());
    };
    let (users, regions) = (atlas.users.len(), atlas.regions.len());
    let known = |column: &[Option<usize>]| column.iter().flatten().all(|&at| at < regions);
    let whole = |it: &UsersResult| {
        [it.region.len(), it.p50_ms.len(), it.p95_ms.len()] == [users; 3] && known(&it.region)
    };
    let part = |it: &UsersAfter| {
        [it.region.len(), it.p95_ms.len()] == [it.user.len(); 2]
            && known(&it.region)
            && it.user.iter().all(|&at| at < users)
    };
    for set in &report.sets {
        let losses = set.recovery.iter().flat_map(|it| &it.losses);
        if !set.users.iter().all(whole) || !losses.filter_map(|loss| loss.users.as_ref()).all(part) {
            return Err(Error::input(format!(
                "{file}: the columns of users of `{}` do not fit the atlas of {users} users and {regions} regions",
                set.name
            )));
        }
    }
    let reach = atlas.reach.as_ref();
    let fits = |it: &Reach| {
        let places = it.latitudes.len();
        it.longitudes.len() == places
            && it.rtt_p50_ms.len() == it.regions.len()
            && it.rtt_p50_ms.iter().all(|row| row.len() == places)
            && it.regions.iter().all(|&at| at < regions)
    };
    if !reach.is_none_or(fits) {
        return Err(Error::input(format!(
            "{file}: the grid of the atlas has another number of places in some column"
        )));
    }
    Ok(())
}

fn is_square(matrix: &RegionMatrix) -> bool {
    let n = matrix.regions.len();
    fits(&matrix.p50_ms, n) && fits(&matrix.p90_ms, n) && fits(&matrix.measured, n)
}

fn fits<T>(table: &[Vec<T>], n: usize) -> bool {
    table.len() == n && table.iter().all(|row| row.len() == n)
}

/// Indents like [`PrettyFormatter`] and refuses `null`: absent fields are left out, so only a figure that is not
/// finite can ask for one.
struct Finite<'a>(PrettyFormatter<'a>);

impl Formatter for Finite<'_> {
    fn write_null<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        Err(io::Error::other("a figure is infinite or not a number"))
    }
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }
    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }
    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}
