//! What was measured: round trips between regions and landmarks, access quantiles, probes.

use super::tables::FromRow;
use crate::basis::geo::LatLon;
use crate::basis::units::{Km, Millis};
use crate::world::ingest::{Problems, Row};

/// What the figures of a [`RegionRtt`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// p50 and p90 over time.
    Quantiles,
    /// A mean stands in the place of p50; there is no p90.
    Mean,
    /// From a region to itself: what connecting costs without distance, not the round trip between zones.
    EndpointOverhead,
}

/// A measured round trip from one region to another.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionRtt {
    /// Region id at which the measurement starts.
    pub from: String,
    /// Region id to which it goes.
    pub to: String,
    /// Median, or mean (see `statistic`).
    pub p50: Millis,
    /// 90th percentile, where published.
    pub p90: Option<Millis>,
    /// What the figures are.
    pub statistic: Statistic,
}

impl FromRow for RegionRtt {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let p50 = problems.keep(row.millis("p50_ms"));
        let p90 = problems.keep(row.optional_millis("p90_ms"));
        let statistic = problems.keep(match row.get("statistic") {
            Some("quantiles") => Ok(Statistic::Quantiles),
            Some("mean") => Ok(Statistic::Mean),
            Some("endpoint_overhead") => Ok(Statistic::EndpointOverhead),
            _ => Err(row.wrong(
                "statistic",
                "statistic must be `quantiles`, `mean` or `endpoint_overhead`",
            )),
        });
        Some(RegionRtt {
            from: problems.keep(row.text("from"))?.to_owned(),
            to: problems.keep(row.text("to"))?.to_owned(),
            p50: p50?,
            p90: p90?,
            statistic: statistic?,
        })
    }
}

/// A host in a city, between which and others round trips are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// The source's number.
    pub id: u16,
    /// The city.
    pub city: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Where it stands.
    pub place: LatLon,
}

impl FromRow for Landmark {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let place = problems.keep(row.lat_lon());
        Some(Landmark {
            id: problems.keep(number::<u16>(row, "id"))?,
            city: problems.keep(row.text("city"))?.to_owned(),
            country: problems.keep(row.text("country"))?.to_owned(),
            place: place?,
        })
    }
}

/// The round trip between two landmarks, mean of both directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LandmarkRtt {
    /// The landmark with the smaller number.
    pub a: u16,
    /// The other.
    pub b: u16,
    /// Mean round trip.
    pub rtt: Millis,
}

impl FromRow for LandmarkRtt {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        Some(LandmarkRtt {
            a: problems.keep(number::<u16>(row, "a"))?,
            b: problems.keep(number::<u16>(row, "b"))?,
            rtt: problems.keep(row.millis("rtt_ms"))?,
        })
    }
}

/// The levels of [`AccessQuantiles::rtt`].
const LEVELS: [(&str, f64); 9] = [
    ("p1_ms", 0.01),
    ("p5_ms", 0.05),
    ("p10_ms", 0.10),
    ("p25_ms", 0.25),
    ("p50_ms", 0.50),
    ("p75_ms", 0.75),
    ("p90_ms", 0.90),
    ("p95_ms", 0.95),
    ("p99_ms", 0.99),
];

/// How far the users of a country are from their nearest measurement server.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessQuantiles {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Month of the tests, `YYYY-MM`.
    pub month: String,
    /// Tests behind the figures.
    pub n_tests: u64,
    /// Round trip at [`AccessQuantiles::LEVELS`].
    pub rtt: [Millis; 9],
}

impl AccessQuantiles {
    /// The levels of `rtt`, as shares.
    pub const LEVELS: [f64; 9] = {
        let mut levels = [0.0; 9];
        let mut i = 0;
        while i < 9 {
            levels[i] = LEVELS[i].1;
            i += 1;
        }
        levels
    };
}

impl FromRow for AccessQuantiles {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let mut rtt = [Millis::ZERO; 9];
        for (value, (column, _)) in rtt.iter_mut().zip(LEVELS) {
            *value = problems.keep(row.millis(column))?;
        }
        Some(AccessQuantiles {
            country: problems.keep(row.text("country"))?.to_owned(),
            month: problems.keep(row.text("month"))?.to_owned(),
            n_tests: problems.keep(number::<u64>(row, "n_tests"))?,
            rtt,
        })
    }
}

/// The round trip from a user's probe to a region: one traceroute.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeRtt {
    /// The probe's number.
    pub probe: u32,
    /// `lan`, `wifi`, `cellular` or `satellite`.
    pub technology: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Where the probe is.
    pub place: LatLon,
    /// Region id of the target.
    pub region: String,
    /// Round trip.
    pub rtt: Millis,
}

impl FromRow for ProbeRtt {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let place = problems.keep(row.lat_lon());
        Some(ProbeRtt {
            probe: problems.keep(number::<u32>(row, "probe_id"))?,
            technology: problems.keep(technology(row))?,
            country: problems.keep(row.text("country"))?.to_owned(),
            place: place?,
            region: problems.keep(row.text("region"))?.to_owned(),
            rtt: problems.keep(row.millis("rtt_ms"))?,
        })
    }
}

/// What an access technology adds over a wired line nearby, for one pair of probes.
#[derive(Clone, Debug, PartialEq)]
pub struct TechnologyDelta {
    /// `wifi`, `cellular` or `satellite`.
    pub technology: String,
    /// The probe.
    pub probe: u32,
    /// The wired probe it is compared with.
    pub wired_probe: u32,
    /// How far the two are apart.
    pub distance: Km,
    /// Round trip of the probe minus that of the wired one in ms; may be negative.
    pub difference_ms: f64,
}

impl FromRow for TechnologyDelta {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        Some(TechnologyDelta {
            technology: problems.keep(technology(row))?,
            probe: problems.keep(number::<u32>(row, "probe_id"))?,
            wired_probe: problems.keep(number::<u32>(row, "lan_probe_id"))?,
            distance: problems.keep(row.non_negative("dist_km").and_then(Km::new))?,
            difference_ms: problems.keep(row.number("diff_ms"))?,
        })
    }
}

/// The round trip from a probe to the first hop outside its home and its carrier's NAT.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstHop {
    /// The probe's number.
    pub probe: u32,
    /// `lan`, `wifi`, `cellular` or `satellite`.
    pub technology: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Median round trip.
    pub median: Millis,
}

impl FromRow for FirstHop {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        Some(FirstHop {
            probe: problems.keep(number::<u32>(row, "probe_id"))?,
            technology: problems.keep(technology(row))?,
            country: problems.keep(row.text("country"))?.to_owned(),
            median: problems.keep(row.millis("median_ms"))?,
        })
    }
}

fn technology(row: Row<'_>) -> crate::basis::error::Result<String> {
    match row.text("technology")? {
        known @ ("lan" | "wifi" | "cellular" | "satellite") => Ok(known.to_owned()),
        other => {
            let message =
                format!("technology must be `lan`, `wifi`, `cellular` or `satellite`, found `{other}`");
            Err(row.wrong("technology", message))
        }
    }
}

/// The whole number in `column`.
fn number<N: std::str::FromStr>(row: Row<'_>, column: &str) -> crate::basis::error::Result<N> {
    let text = row.text(column)?;
    let wrong = |_| {
        row.wrong(
            column,
            format!("column `{column}` must be a whole number in range, found `{text}`"),
        )
    };
    text.parse().map_err(wrong)
}
