//! Routing as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::scenario::decode::{At, Entries};
use crate::design::scenario::distribution::DistFile;
use crate::design::scenario::quantity::{DurationFile, NamesFile, ShareFile};

/// How users find their region. The records of a policy go with that policy only.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { policy = \"latency\", ttl = \"60s\" }"
)]
pub(in super::super) struct RoutingFile {
    /// "latency", "geolocation", "geoproximity", "weighted", "failover" or "multivalue". Default "latency".
    pub(in super::super) policy: Option<At<PolicyWord>>,
    /// Geolocation: region, or regions in order of preference, by country: { DE = "eu-central-1" }.
    pub(in super::super) countries: Option<At<Entries<NamesFile>>>,
    /// Geolocation: the same by continent: "africa", "asia", "europe", "north-america", "oceania", "south-america".
    pub(in super::super) continents: Option<At<Entries<NamesFile>>>,
    /// Geolocation: regions for everybody else, in order of preference. Needed unless the records cover everybody.
    pub(in super::super) default: Option<At<NamesFile>>,
    /// Geoproximity: by region, −99 to 99; above 0 a region draws users from farther away. Default 0.
    pub(in super::super) bias: Option<At<Entries<f64>>>,
    /// Weighted: by region; a region without one gets nobody.
    pub(in super::super) weights: Option<At<Entries<f64>>>,
    /// Failover: regions, the preferred one first.
    pub(in super::super) order: Option<At<Vec<At<String>>>>,
    /// How long a resolver may keep an answer. Default "60s", the usual value for records with health checks.
    pub(in super::super) ttl: Option<At<DurationFile>>,
    /// Share of clients that keep an answer longer than they may. Default 0.
    pub(in super::super) ignore_ttl: Option<At<ShareFile>>,
    /// How much longer these keep it. Needed with `ignore_ttl`.
    pub(in super::super) overstay: Option<At<DistFile>>,
    /// Users whose resolver stands elsewhere, so that they are sent where it would be served best.
    pub(in super::super) resolver: Option<At<Vec<At<ResolverFile>>>>,
}

/// Who is meant to go where.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(
    rename_all = "kebab-case",
    expecting = "\"latency\", \"geolocation\", \"geoproximity\", \"weighted\", \"failover\" or \"multivalue\""
)]
pub(in super::super) enum PolicyWord {
    /// To the region with the least expected round trip.
    #[default]
    Latency,
    /// By country, else by continent, else the default.
    Geolocation,
    /// To the nearest region by distance, with a bias.
    Geoproximity,
    /// By weights, whoever asks.
    Weighted,
    /// Everything to the first region of an order; the rest stand by.
    Failover,
    /// To any region, evenly.
    Multivalue,
}

impl PolicyWord {
    /// The name used in files.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            PolicyWord::Latency => "latency",
            PolicyWord::Geolocation => "geolocation",
            PolicyWord::Geoproximity => "geoproximity",
            PolicyWord::Weighted => "weighted",
            PolicyWord::Failover => "failover",
            PolicyWord::Multivalue => "multivalue",
        }
    }
}

/// A resolver that does not stand where its users are and does not pass on who asks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { at = \"37.4,-122.1\", country = \"US\", share = \"10%\" }"
)]
pub(in super::super) struct ResolverFile {
    /// Where it stands: "lat,lon" in degrees, or a metro of the catalogue.
    pub(in super::super) at: At<String>,
    /// Country it stands in: ISO 3166-1 alpha-2. Default: the metro's.
    pub(in super::super) country: Option<At<String>>,
    /// Share of the users of `users` that ask it.
    pub(in super::super) share: At<ShareFile>,
    /// Countries whose users ask it. Default: all.
    pub(in super::super) users: Option<At<Vec<At<String>>>>,
}
