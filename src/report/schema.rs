//! The JSON Schema of report files, for whoever reads them.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};

use super::model::{Report, SitesReport};

/// The JSON Schema (draft 2020-12) of a report, indented, with a line end.
///
/// It is made from the types that reports are written from, so it knows exactly the fields that there are.
///
/// ```
/// assert!(isochrone::report::schema::schema_json().contains("\"isochrone-report\""));
/// ```
pub fn schema_json() -> String {
    schema_of::<Report>()
}

/// The JSON Schema (draft 2020-12) of the report of a question of sites, indented, with a line end.
///
/// ```
/// assert!(isochrone::report::schema::sites_schema_json().contains("\"isochrone-sites\""));
/// ```
pub fn sites_schema_json() -> String {
    schema_of::<SitesReport>()
}

/// The JSON Schema (draft 2020-12) of `T`, indented, with a line end.
pub(super) fn schema_of<T: JsonSchema>() -> String {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    let schema = generator.into_root_schema_for::<T>();
    format!("{:#}\n", schema.as_value())
}
