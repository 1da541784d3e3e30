//! `isochrone schema`: the JSON Schema of a file format, for editors.

use crate::basis::error::{Error, Result};
use crate::cli::args::{SchemaArgs, SchemaKind};
use crate::cli::config::Config;
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;
use crate::design::scenario::{reference_markdown, schema_json};
use crate::report::{diff, drift, schema};

/// Prints the schema.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(args: &SchemaArgs, settings: &Settings) -> Ending {
    if args.markdown && args.kind != SchemaKind::Scenario {
        return Err(Error::input("only the keys of a scenario are told as a document")
            .hint("isochrone schema scenario --markdown")
            .into());
    }
    let schema = match args.kind {
        SchemaKind::Scenario if args.markdown => reference_markdown(),
        SchemaKind::Scenario => schema_json(),
        SchemaKind::Report => schema::schema_json(),
        SchemaKind::Sites => schema::sites_schema_json(),
        SchemaKind::Diff => diff::schema_json(),
        SchemaKind::DataDiff => drift::data_schema_json(),
        SchemaKind::MeasuredDiff => drift::measured_schema_json(),
        SchemaKind::Config => config_schema()?,
    };
    settings.out.raw(schema.as_bytes())?;
    Ok(Exit::Done)
}

fn config_schema() -> Result<String> {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(Config))
        .map_err(|error| Error::internal(format!("cannot write the schema: {error}")))?;
    Ok(schema + "\n")
}
