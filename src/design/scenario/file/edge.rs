//! Edge locations as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::design::edge::Carrier;
use crate::design::scenario::decode::At;
use crate::design::scenario::quantity::{NamesFile, ShareFile};

/// A CDN in front of the regions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { hits = \"90%\" }")]
pub(in super::super) struct CdnFile {
    /// Share of static requests that the edge location has a copy for.
    pub(in super::super) hits: At<ShareFile>,
    /// The edge locations: a network of the catalogue ("cloudfront"), a list of their ids ("cloudfront:fra"), or a
    /// CSV or sheet of an .xlsx workbook with the columns `id,country,lat,lon` and optionally `city`. Default: all
    /// the catalogue has.
    pub(in super::super) edges: Option<At<NamesFile>>,
    /// Whose network carries a request from the edge location to the region. Default "backbone".
    pub(in super::super) origin: Option<At<CarrierWord>>,
}

/// An anycast on-ramp in front of the regions. With a CDN beside it, both have the same edge locations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { edges = \"cloudfront\" }")]
pub(in super::super) struct AnycastFile {
    /// The edge locations, as for `cdn`. Default: those of the CDN if there is one, else all the catalogue has.
    pub(in super::super) edges: Option<At<NamesFile>>,
    /// Whose network carries a request from the edge location to the region. Default: as for the CDN if there is
    /// one, else "backbone".
    pub(in super::super) origin: Option<At<CarrierWord>>,
}

/// Whose network carries a leg.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", expecting = "\"backbone\" or \"public\"")]
pub(in super::super) enum CarrierWord {
    /// The provider's own network.
    Backbone,
    /// The public internet.
    Public,
}

impl From<CarrierWord> for Carrier {
    fn from(word: CarrierWord) -> Self {
        match word {
            CarrierWord::Backbone => Carrier::Backbone,
            CarrierWord::Public => Carrier::Public,
        }
    }
}
