//! The JSON Schema of scenario files, for editors.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;

use super::file::ScenarioFile;

/// The JSON Schema (draft 2020-12) of a scenario, indented, with a line end.
///
/// It is made from the types that files are read into, so it knows exactly the keys that are known.
///
/// ```
/// assert!(isochrone::design::scenario::schema_json().contains("\"built_in\""));
/// ```
pub fn schema_json() -> String {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    let schema = generator.into_root_schema_for::<ScenarioFile>();
    format!("{:#}\n", schema.as_value())
}
