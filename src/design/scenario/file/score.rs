//! What the score counts, as it is written.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::Deserializer;

use crate::design::scenario::decode::At;
use crate::design::scenario::quantity::{DurationFile, Quantity, QuantityVisitor, ShareFile};

/// A measure that the score counts. It is worth 1 at the target and beyond, 0 at the limit and beyond, and falls
/// evenly between.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { of = \"p95\", weight = 0.5, target = \"100ms\", limit = \"400ms\" }"
)]
pub(in super::super) struct UtilityFile {
    /// "mean", "p50", "p90", "p95", "p99", "within:150ms", "worst-country" or "worst-group" of the latency; the same
    /// after the worst loss of one region, as "p95-after-loss"; "availability"; "rto-p95" or "rpo-p95", at any percentile;
    /// "cost", what a month costs in the currency of [cost].
    pub(in super::super) of: At<String>,
    /// Its weight against the others; weights are scaled to sum 1.
    pub(in super::super) weight: At<f64>,
    /// Worth 1 from here on: a duration, a share for "within:…" and "availability", or a number for "cost".
    pub(in super::super) target: At<LevelFile>,
    /// Worth 0 from here on.
    pub(in super::super) limit: At<LevelFile>,
}

/// A duration, a share or an amount of money, whichever the measure has.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct LevelFile(pub(in super::super) Quantity);

impl<'de> Deserialize<'de> for LevelFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor(
            "a duration such as \"150ms\", a share such as \"99.9%\" or an amount such as 20000",
        );
        deserializer.deserialize_any(visitor).map(LevelFile)
    }
}

impl JsonSchema for LevelFile {
    fn schema_name() -> Cow<'static, str> {
        "Level".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let duration = generator.subschema_for::<DurationFile>();
        let share = generator.subschema_for::<ShareFile>();
        json_schema!({
            "description": "A duration, a share, or an amount of money a month, whichever the measure has.",
            "anyOf": [duration, share, { "type": "number", "minimum": 0 }]
        })
    }
}
