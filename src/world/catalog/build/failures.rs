//! The record of failures: service incidents by region, and the outages that providers wrote summaries of.

use super::Raw;
use super::sheet::{About, Sheet, decimals};
use crate::basis::error::Result;
use crate::world::ingest::Row;

pub(super) fn incidents(raw: &Raw) -> Result<Sheet> {
    let table = raw.read(
        "aws_region_incidents_2018_2023.csv",
        &[
            "provider",
            "region",
            "start_utc",
            "max_service_impact_min",
            "n_services",
        ],
    )?;
    let rows = table.collect(|row, problems| problems.keep(incident(row)))?;
    let sheet = Sheet::new(
        &About {
            source: "AWS Service Health Dashboard archive, via the history of outages/aws-outages (1100 commits, 2020-12 to 2023-04)",
            date: "2023-04-16",
            method: "posts of the same region that begin within 3 h are one incident; start = its first post, UTC; minutes = impact of the service that was hit longest, as stated, else from its first to its last post; services = how many it hit; a blank region is an incident that AWS puts down to none (global); minutes are blank where there was one post and no statement",
            faults: "thin after February 2022, when a new dashboard came: fit rates on what lies before; service incidents, not losses of whole regions: only two hit ten services or more; whoever wrote the posts decided what was worth one; two incidents within 3 h count as one; no incident of the China regions, which have a dashboard of their own; one provider only",
            licence: "none stated",
        },
        &["provider", "region", "start", "minutes", "services"],
    );
    Ok(sheet.with_rows(&rows))
}

fn incident(row: Row<'_>) -> Result<[String; 5]> {
    let provider = row.text("provider")?;
    let minutes = row.non_negative("max_service_impact_min")?;
    let known = minutes > 0.0;
    Ok([
        provider.to_owned(),
        region_id(provider, row.text("region")?),
        row.text("start_utc")?.to_owned(),
        if known {
            decimals(minutes, 0)
        } else {
            String::new()
        },
        decimals(row.positive("n_services")?, 0),
    ])
}

pub(super) fn outages(raw: &Raw) -> Result<Sheet> {
    let table = raw.read(
        "major_outages_curated.csv",
        &[
            "provider",
            "region",
            "date",
            "scope",
            "duration_hours",
            "source",
            "verification",
        ],
    )?;
    let rows = table.collect(|row, problems| problems.keep(outage(row)))?;
    let sheet = Sheet::new(
        &About {
            source: "post-event summaries and status pages of AWS, Azure and Google Cloud, press where there is none; a list by hand",
            date: "2026-03-01",
            method: "scope = zone (one zone), zones (several zones of a region), region (its services as a whole), multi-region, global, as the list words it; physical = the wording names power, cooling, fire, water, lightning or damage; hours as stated, by the longest service; lower_bound = the end is not on record; verification = retrieved (the source was read), secondary (another text about it), status-page (it is among the status posts), recall (the curator's memory)",
            faults: "what the curators remembered, not all there was: rates from it are too low, most so for Azure and Google Cloud; most rows are recall; region means that services of the whole region failed, hardly ever all of them; the last two rows are lower bounds; launch dates are known for AWS only, so rates can be had for AWS only",
            licence: "figures compiled by hand",
        },
        &[
            "provider",
            "region",
            "date",
            "scope",
            "physical",
            "hours",
            "lower_bound",
            "verification",
            "url",
        ],
    );
    Ok(sheet.with_rows(&rows))
}

fn outage(row: Row<'_>) -> Result<[String; 9]> {
    let (provider, wording) = (row.text("provider")?, row.text("scope")?);
    let verification = row.text("verification")?;
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let scope =
        scope(wording).ok_or_else(|| row.wrong("scope", format!("no scope can be read from `{wording}`")))?;
    let source = row.text("source")?;
    Ok([
        provider.to_owned(),
        region_id(provider, row.text("region")?),
        row.text("date")?.to_owned(),
        scope.to_owned(),
        yes_no(physical(wording)),
        decimals(row.positive("duration_hours")?, 2),
        yes_no(verification.contains("lower bound")),
        verified(verification).to_owned(),
        if source.starts_with("https://") {
            source
        } else {
            ""
        }
        .to_owned(),
    ])
}

/// `provider:code`, or nothing for what no single region is to blame for.
fn region_id(provider: &str, code: &str) -> String {
    if code == "global" {
        String::new()
    } else {
        format!("{provider}:{code}")
    }
}

/// The class that the wording of the list stands for.
fn scope(wording: &str) -> Option<&'static str> {
    let starts = |words: &[&str]| words.iter().any(|word| wording.starts_with(word));
    if starts(&["global"]) {
        Some("global")
    } else if starts(&["multi-region"]) {
        Some("multi-region")
    } else if starts(&["1 AZ", "1-AZ", "1 zone"]) {
        Some("zone")
    } else if starts(&["2-3 AZ"]) {
        Some("zones")
    } else if starts(&["region", "ELB state"]) {
        Some("region")
    } else {
        None
    }
}

/// Whether the wording tells of a building rather than of software or networks.
fn physical(wording: &str) -> bool {
    ["power", "cooling", "fire", "water", "lightning", "damage"]
        .iter()
        .any(|word| wording.contains(word))
}

/// How well a row is vouched for.
fn verified(words: &str) -> &'static str {
    if words.starts_with("retrieved") {
        "retrieved"
    } else if words.contains("secondary") {
        "secondary"
    } else if words.contains("in aws_status_events") {
        "status-page"
    } else {
        "recall"
    }
}
