//! How draws are made, as it is written.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::Deserializer;

use super::super::quantity::{Quantity, QuantityVisitor};

/// How the draws of a request are spread.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", expecting = "\"random\" or \"scrambled\"")]
pub(in super::super) enum PointsWord {
    /// By chance.
    #[default]
    Random,
    /// Over scrambled Sobol points.
    Scrambled,
}

/// How draws are dealt to user groups.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", expecting = "\"equal\" or \"by-weight\"")]
pub(in super::super) enum AllocationWord {
    /// The same number for each.
    #[default]
    Equal,
    /// In proportion to the weight, beyond a floor.
    ByWeight,
}

/// A tolerance, with a figure in front of it or without.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct PrecisionFile(pub(in super::super) Quantity);

impl<'de> Deserialize<'de> for PrecisionFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a share such as \"90%\" or 0.9");
        deserializer.deserialize_any(visitor).map(PrecisionFile)
    }
}

impl JsonSchema for PrecisionFile {
    fn schema_name() -> Cow<'static, str> {
        "Precision".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How large a standard error may be: a part of the figure (\"1%\" or 0.01), a time (\"0.5ms\") or \
                percentage points of a share (\"0.2pp\"), after the figure and a colon where it is not the objective: \
                \"p99:0.5ms\", \"within:150ms:0.2pp\".",
            "anyOf": [
                { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 },
                { "type": "string" }
            ],
            "examples": ["1%", "p99:0.5ms"]
        })
    }
}

/// A tolerance.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct ToleranceFile(pub(in super::super) Quantity);

impl<'de> Deserialize<'de> for ToleranceFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a tolerance such as \"1ms\" or \"1%\"");
        deserializer.deserialize_any(visitor).map(ToleranceFile)
    }
}

impl JsonSchema for ToleranceFile {
    fn schema_name() -> Cow<'static, str> {
        "Tolerance".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A part of a figure (\"1%\" or 0.01), a time (\"1ms\"), or percentage points of a share (\"0.2pp\").",
            "anyOf": [
                { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 },
                { "type": "string" }
            ],
            "examples": ["1ms", "1%"]
        })
    }
}
