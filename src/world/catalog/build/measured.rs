//! Round trips between regions, between landmarks, and from users' probes; access quantiles by country.

use std::collections::BTreeMap;

use super::Raw;
use super::geography::country_facts;
use super::sheet::{About, Sheet, decimals};
use crate::basis::error::{Error, Result};
use crate::basis::geo::{LatLon, fibre_rtt};

const REGION_RTT_COLUMNS: [&str; 5] = ["from", "to", "p50_ms", "p90_ms", "statistic"];

pub(super) fn aws_rtts(raw: &Raw) -> Result<Sheet> {
    let table = raw.read(
        "aws_rtt_cloudping_2025-07_p50_p90.csv",
        &["from_region", "to_region", "percentile", "rtt_ms"],
    )?;
    let mut pairs: BTreeMap<(String, String), BTreeMap<String, f64>> = BTreeMap::new();
    for row in table.rows() {
        let pair = (
            row.text("from_region")?.to_owned(),
            row.text("to_region")?.to_owned(),
        );
        let percentile = row.text("percentile")?.to_owned();
        pairs
            .entry(pair)
            .or_default()
            .insert(percentile, row.positive("rtt_ms")?);
    }
    let mut sheet = Sheet::new(
        &About {
            source: "cloudping.co, one-year window, via commonwarexyz/monorepo@a9f5875 examples/estimator",
            date: "2025-07-17",
            method: "p50 and p90 of TCP connects from a function in `from` to the database endpoint of `to`; directed, 33 x 33 complete; where from = to the statistic is `endpoint_overhead`: it is what connecting costs without distance, and not the round trip between zones",
            faults: "every figure holds 2-3 ms of endpoint overhead; no ap-southeast-6, eusc, GovCloud or China; no p10, p25, p75 or p99: whatever is said of those is extrapolated; a second snapshot (2025-10) agrees to a median of 0.23 %",
            licence: "not stated for the figures; the repository is Apache-2.0 or MIT",
        },
        &REGION_RTT_COLUMNS,
    );
    for ((from, to), at) in &pairs {
        let level = |name: &str| {
            at.get(name)
                .map(|ms| decimals(*ms, 3))
                .ok_or_else(|| Error::input(format!("{from} to {to} has no {name}")))
        };
        let statistic = if from == to {
            "endpoint_overhead"
        } else {
            "quantiles"
        };
        let (p50, p90) = (level("p50")?, level("p90")?);
        sheet.row(&[
            &format!("aws:{from}"),
            &format!("aws:{to}"),
            &p50,
            &p90,
            statistic,
        ]);
    }
    Ok(sheet)
}

pub(super) fn gcp_rtts(raw: &Raw) -> Result<Sheet> {
    let table = raw.read(
        "gcp_rtt_premium_2022-04.csv",
        &[
            "from_region",
            "to_region",
            "avg_ms_median_over_zone_pairs",
            "suspect",
        ],
    )?;
    let mut least: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in table.rows().filter(|row| row.get("suspect").is_none()) {
        let (from, to) = (row.text("from_region")?, row.text("to_region")?);
        let rtt = row.positive("avg_ms_median_over_zone_pairs")?;
        for pair in [(from, to), (to, from)] {
            least
                .entry(pair)
                .and_modify(|ms| *ms = ms.min(rtt))
                .or_insert(rtt);
        }
    }
    let mut sheet = Sheet::new(
        &About {
            source: "skyplane-project/skyplane@f1628c9 profiles/latency.csv",
            date: "2022-04-16",
            method: "premium tier; mean of a few pings, median over zone pairs, the lesser of both directions written for both; directions flagged as suspect (asymmetry above 15 % or faster than fibre) left out",
            faults: "a mean of few pings, not a median; noisy; 27 regions of 2022, none opened since; 82 of 351 pairs left out as suspect",
            licence: "Apache-2.0",
        },
        &REGION_RTT_COLUMNS,
    );
    for ((from, to), rtt) in &least {
        sheet.row(&[
            &format!("gcp:{from}"),
            &format!("gcp:{to}"),
            &decimals(*rtt, 3),
            "",
            "mean",
        ]);
    }
    Ok(sheet)
}

pub(super) fn ibm_rtts(raw: &Raw) -> Result<Sheet> {
    let table = raw.read("ibm_rtt_latest.csv", &["from_region", "to_region", "rtt_ms"])?;
    let mut pairs: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in table.rows() {
        pairs.insert(
            (row.text("from_region")?, row.text("to_region")?),
            row.positive("rtt_ms")?,
        );
    }
    let mut sheet = Sheet::new(
        &About {
            source: "ibm-cloud-docs/vpc@3fdff6f _include-segments/network-latency.md",
            date: "2026-08-16",
            method: "mean over the 30 days to the date, as published, directed, 13 regions complete",
            faults: "a mean, not a median; whole milliseconds",
            licence: "not stated",
        },
        &REGION_RTT_COLUMNS,
    );
    for ((from, to), rtt) in &pairs {
        sheet.row(&[
            &format!("ibm:{from}"),
            &format!("ibm:{to}"),
            &decimals(*rtt, 3),
            "",
            "mean",
        ]);
    }
    Ok(sheet)
}

struct Landmark {
    city: String,
    country: String,
    place: LatLon,
}

/// The landmark hosts by the source's number, those with suspect coordinates left out.
fn landmark_hosts(raw: &Raw) -> Result<BTreeMap<u16, Landmark>> {
    let codes = country_codes(raw)?;
    let table = raw.read(
        "wondernetwork_servers_open.csv",
        &["id", "city", "country", "coord_suspect"],
    )?;
    let hosts = table.collect(|row, problems| {
        let id = problems.keep(row.non_negative("id"))? as u16;
        let name = problems.keep(row.text("country"))?;
        let unknown = || row.wrong("country", format!("country `{name}` is unknown"));
        let country = problems.keep(codes.get(name).cloned().ok_or_else(unknown))?;
        let city = problems.keep(row.text("city"))?.to_owned();
        let place = problems.keep(row.lat_lon())?;
        Some((
            row.get("coord_suspect").is_none(),
            id,
            Landmark { city, country, place },
        ))
    })?;
    Ok(hosts
        .into_iter()
        .filter(|(sound, ..)| *sound)
        .map(|(_, id, host)| (id, host))
        .collect())
}

/// Country names to ISO codes, with the two names the landmark table spells otherwise.
fn country_codes(raw: &Raw) -> Result<BTreeMap<String, String>> {
    let own = country_facts(raw)?
        .into_iter()
        .map(|(code, facts)| (facts.name, code));
    let other = [("Czech Republic", "CZ"), ("Turkey", "TR")];
    Ok(own
        .chain(other.map(|(name, code)| (name.to_owned(), code.to_owned())))
        .collect())
}

pub(super) fn landmarks(raw: &Raw) -> Result<Sheet> {
    let mut sheet = Sheet::new(
        &About {
            source: "WonderNetwork, \"a day in the life of the internet\", via sm86/geo-latency-data@ad13da0",
            date: "2020-07-19",
            method: "one row for each ping host; id is the source's number; country names turned into ISO codes",
            faults: "hosts in data centres, without a last mile; the host in La Ceiba is left out, its coordinates are wrong; the host in Rome answers Milan and Lugano faster than light in fibre could",
            licence: "not stated (public release)",
        },
        &["id", "city", "country", "lat", "lon"],
    );
    for (id, host) in landmark_hosts(raw)? {
        let (lat, lon) = (decimals(host.place.lat(), 4), decimals(host.place.lon(), 4));
        sheet.row(&[&id.to_string(), &host.city, &host.country, &lat, &lon]);
    }
    Ok(sheet)
}

pub(super) fn landmark_rtts(raw: &Raw) -> Result<Sheet> {
    let hosts = landmark_hosts(raw)?;
    let table = raw.read(
        "wondernetwork_city_pings_open.csv",
        &["from_id", "to_id", "avg_ms"],
    )?;
    let mut pairs: BTreeMap<(u16, u16), Vec<f64>> = BTreeMap::new();
    for row in table.rows() {
        let (a, b) = (
            row.non_negative("from_id")? as u16,
            row.non_negative("to_id")? as u16,
        );
        let (Some(from), Some(to)) = (hosts.get(&a), hosts.get(&b)) else {
            continue;
        };
        let rtt = row.non_negative("avg_ms")?;
        if rtt >= fibre_rtt(from.place.distance(to.place)).ms() {
            pairs.entry((a.min(b), a.max(b))).or_default().push(rtt);
        }
    }
    let mut sheet = Sheet::new(
        &About {
            source: "WonderNetwork, \"a day in the life of the internet\", via sm86/geo-latency-data@ad13da0",
            date: "2020-07-19",
            method: "mean of the averages of both directions (one, where the other is missing), one row for each unordered pair a < b; directions faster than light in fibre left out",
            faults: "one day in 2020; averages of about 30 pings, so no tail over time; 5 directed rows (Rome-Milan, Rome-Lugano, Zhangjiakou-Santiago) left out as faster than fibre",
            licence: "not stated (public release)",
        },
        &["a", "b", "rtt_ms"],
    );
    for ((a, b), rtts) in &pairs {
        let mean = rtts.iter().sum::<f64>() / rtts.len() as f64;
        sheet.row(&[a.to_string(), b.to_string(), decimals(mean, 3)]);
    }
    Ok(sheet)
}

/// The newest month is taken when it rests on this many tests.
const ENOUGH_TESTS: f64 = 200.0;

const LEVELS: [&str; 9] = ["p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99"];

pub(super) fn access_quantiles(raw: &Raw) -> Result<Sheet> {
    let known = country_facts(raw)?;
    let table = raw.read(
        "mlab_country_access_rtt.csv",
        &["country_iso2", "month", "n_tests"],
    )?;
    // Months ascend, so the newest row of a country comes last.
    let mut months: BTreeMap<(&str, &str), (f64, Vec<String>)> = BTreeMap::new();
    for row in table.rows() {
        let (country, month) = (row.text("country_iso2")?, row.text("month")?);
        let quantiles = LEVELS
            .iter()
            .map(|level| Ok(decimals(row.non_negative(&format!("rtt_{level}_ms"))?, 3)));
        let quantiles = quantiles.collect::<Result<Vec<String>>>()?;
        if known.contains_key(country) {
            months.insert((country, month), (row.non_negative("n_tests")?, quantiles));
        }
    }
    let mut chosen: BTreeMap<&str, (&str, f64, &[String])> = BTreeMap::new();
    for ((country, month), (tests, quantiles)) in &months {
        let more = chosen
            .get(country)
            .is_none_or(|(_, earlier, _)| *tests >= ENOUGH_TESTS || tests >= earlier);
        if more {
            chosen.insert(country, (month, *tests, quantiles));
        }
    }
    let columns: Vec<String> = LEVELS.iter().map(|level| format!("{level}_ms")).collect();
    let mut sheet = Sheet::new(
        &About {
            source: "M-Lab NDT MinRTT via m-lab/iqb@dbd7401 prototype/cache/v0",
            date: "2025-10",
            method: "quantiles over tests of the least RTT to the nearest M-Lab server, all access technologies together; October 2025 where it has 200 tests or more, else whichever of October 2024 and 2025 has more",
            faults: "the figure holds the way to the nearest server, which is abroad for some countries (China: p50 of 259-306 ms is path, not access); spread across users, not over time; small countries are unreliable: look at n_tests",
            licence: "CC0",
        },
        &[
            &["country", "month", "n_tests"][..],
            &columns.iter().map(String::as_str).collect::<Vec<_>>(),
        ]
        .concat(),
    );
    for (country, (month, tests, quantiles)) in chosen {
        let head = [country.to_owned(), month.to_owned(), decimals(tests, 0)];
        sheet.row(&[&head, quantiles].concat());
    }
    Ok(sheet)
}

const PROBE_SOURCE: &str = "RIPE Atlas, February 2023, via JustusvonderBeek/ConMobAssignment3@be2bf08";

const PROBE_LICENCE: &str = "none stated; RIPE Atlas terms";

pub(super) fn access_technology_delta(raw: &Raw) -> Result<Sheet> {
    let columns = ["technology", "probe_id", "lan_probe_id", "dist_km", "diff_ms"];
    copied(
        raw,
        "ripe_access_tech_minus_lan.csv",
        &columns,
        &columns,
        &About {
            source: PROBE_SOURCE,
            date: "2023-02-09",
            method: "RTT of a Wi-Fi, cellular or satellite probe to an AWS region minus that of the nearest wired probe",
            faults: "the two probes stand up to some hundred km apart, so single differences may be negative",
            licence: PROBE_LICENCE,
        },
    )
}

pub(super) fn first_hop(raw: &Raw) -> Result<Sheet> {
    let from = ["probe_id", "technology", "country_iso2", "median_ms"];
    let to = ["probe_id", "technology", "country", "median_ms"];
    copied(
        raw,
        "ripe_lastmile_first_public_hop.csv",
        &from,
        &to,
        &About {
            source: PROBE_SOURCE,
            date: "2023-02-09",
            method: "median RTT to the first hop that is neither private nor carrier NAT, by probe and technology",
            faults: "home network and access together; some carriers hide their hops, so the first one seen may be far",
            licence: PROBE_LICENCE,
        },
    )
}

/// A table whose columns are taken over as they stand.
fn copied(raw: &Raw, file: &str, from: &[&str], to: &[&str], about: &About) -> Result<Sheet> {
    let table = raw.read(file, from)?;
    let mut sheet = Sheet::new(about, to);
    for row in table.rows() {
        let cells = from
            .iter()
            .map(|column| row.text(column))
            .collect::<Result<Vec<&str>>>()?;
        sheet.row(&cells);
    }
    Ok(sheet)
}

pub(super) fn probe_rtts(raw: &Raw) -> Result<Sheet> {
    let table = raw.read(
        "ripe_probe_to_aws_rtt_open.csv",
        &[
            "probe_id",
            "technology",
            "country_iso2",
            "lat",
            "lon",
            "provider",
            "region",
            "rtt_ms",
        ],
    )?;
    let mut sheet = Sheet::new(
        &About {
            source: PROBE_SOURCE,
            date: "2023-02-09",
            method: "one row for each traceroute that reached an AWS region: RTT of its last hop, mean of three; probes without coordinates left out",
            faults: "single traceroutes; a wired probe carries the coordinates of the probe it is matched with, within 50 km; volunteers' probes are not a sample of users",
            licence: PROBE_LICENCE,
        },
        &[
            "probe_id",
            "technology",
            "country",
            "lat",
            "lon",
            "region",
            "rtt_ms",
        ],
    );
    let placed = |row: &crate::world::ingest::Row<'_>| row.get("lat").is_some() && row.get("lon").is_some();
    for row in table.rows().filter(placed) {
        let at = row.lat_lon()?;
        sheet.row(&[
            row.text("probe_id")?,
            row.text("technology")?,
            row.text("country_iso2")?,
            &decimals(at.lat(), 4),
            &decimals(at.lon(), 4),
            &format!("{}:{}", row.text("provider")?, row.text("region")?),
            &decimals(row.non_negative("rtt_ms")?, 3),
        ]);
    }
    Ok(sheet)
}
