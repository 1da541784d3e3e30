//! List prices of servers and of data that leaves a region.

use std::collections::{BTreeMap, BTreeSet};

use super::Raw;
use super::sheet::{About, Sheet, decimals};
use crate::basis::error::{Problem, Result};
use crate::world::ingest::{Problems, Row, Table};

/// The raw list's name for one virtual processor of Google Cloud.
const RAW_VCPU: &str = "vcpu-hour (gce reference)";

/// Finer than any price on the lists.
const PLACES: usize = 9;

/// A row of the raw list of instances.
struct InstanceRow<'t> {
    region: String,
    instance: &'t str,
    usd_per_hour: f64,
    derived: bool,
    row: Row<'t>,
}

pub(super) fn instances(raw: &Raw) -> Result<Sheet> {
    let table = raw.read(
        "instance_prices.csv",
        &["provider", "region", "instance", "usd_per_hour", "kind"],
    )?;
    let regions = region_ids(raw)?;
    let (rows, elsewhere) = one_each(&table, &regions)?;
    let faults = format!(
        "read by hand off an indexed copy of the lists; the date is that of taking them, on which day each price held is not stated; m7g in 23 AWS regions, m6gd.12xlarge in 24, x2iedn.32xlarge in 25, m5.large in us-east-1 and m6g.xlarge in eu-south-1 alone, a vCPU in 40 of Google Cloud; no price of Azure or IBM; one raw row stood twice (m7g.large in us-east-1, derived and read, both 0.0816): the one that was read is kept, and where two differed the making of the table would stop; {}",
        left_out(elsewhere)
    );
    let sheet = Sheet::new(
        &About {
            source: "AWS: skypilot-org/skypilot-catalog@00148f2 catalogs/v8/aws/vms.csv, vantage-sh/ec2instances.info@4ef36cd, aws/karpenter-provider-aws@1d92708; GCP: GoogleCloudPlatform/region-picker@565d8fa data/prices.json",
            date: "2026-11",
            method: "on-demand price in US dollars an hour, without discounts or taxes; kind = measured (read off a list) or derived (m7g.large = half of m7g.xlarge, as sizes of one family cost in proportion); vcpu-hour = one virtual processor of Google Cloud, the reference price of its region picker, without memory",
            faults: &faults,
            licence: "mixed, by source; prices are facts that the providers publish",
        },
        &["region", "instance", "usd_per_hour", "kind"],
    );
    Ok(sheet.with_rows(&rows))
}

/// One row for each region and instance, and how many name a region that is not in the list of regions.
fn one_each(table: &Table, regions: &BTreeSet<String>) -> Result<(Vec<[String; 4]>, usize)> {
    let mut kept: Vec<InstanceRow<'_>> = Vec::new();
    let mut at: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let (mut problems, mut elsewhere) = (Problems::default(), 0);
    for row in table.rows() {
        let Some(read) = problems.keep(instance(row)) else {
            continue;
        };
        if !regions.contains(&read.region) {
            elsewhere += 1;
            continue;
        }
        match at.get(&(read.region.clone(), read.instance)) {
            None => {
                at.insert((read.region.clone(), read.instance), kept.len());
                kept.push(read);
            }
            Some(&earlier) if kept[earlier].usd_per_hour != read.usd_per_hour => {
                problems.push(contradiction(&kept[earlier], &read));
            }
            Some(&earlier) => kept[earlier].derived &= read.derived,
        }
    }
    let rows = kept.iter().map(cells).collect();
    problems.finish((rows, elsewhere))
}

fn instance(row: Row<'_>) -> Result<InstanceRow<'_>> {
    let kind = row.text("kind")?;
    let derived = kind.starts_with("derived");
    if !derived && kind != "measured" {
        return Err(row.wrong("kind", format!("no kind can be read from `{kind}`")));
    }
    let name = row.text("instance")?;
    Ok(InstanceRow {
        region: format!("{}:{}", row.text("provider")?, row.text("region")?),
        instance: if name == RAW_VCPU { "vcpu-hour" } else { name },
        usd_per_hour: row.positive("usd_per_hour")?,
        derived,
        row,
    })
}

fn contradiction(earlier: &InstanceRow<'_>, later: &InstanceRow<'_>) -> Problem {
    Problem::error(format!(
        "`{}` in `{}` costs {} USD/hour here and {} USD/hour in line {}",
        later.instance,
        later.region,
        later.usd_per_hour,
        earlier.usd_per_hour,
        earlier.row.line()
    ))
    .at(later.row.place("usd_per_hour"))
}

fn cells(price: &InstanceRow<'_>) -> [String; 4] {
    [
        price.region.clone(),
        price.instance.to_owned(),
        decimals(price.usd_per_hour, PLACES),
        if price.derived { "derived" } else { "measured" }.to_owned(),
    ]
}

pub(super) fn transfer(raw: &Raw) -> Result<Sheet> {
    let table = raw.read(
        "aws_data_transfer_prices.csv",
        &["provider", "kind", "from", "to", "price", "unit"],
    )?;
    let regions = region_ids(raw)?;
    let read = table.collect(|row, problems| problems.keep(transfer_row(row)))?;
    let all = read.len();
    let known = |id: &String| id.is_empty() || regions.contains(id);
    let rows: Vec<[String; 4]> = read
        .into_iter()
        .filter(|[_, from, to, _]| known(from) && known(to))
        .collect();
    let faults = format!(
        "the first tier of a month only, so that large amounts are priced too high; whatever a month gives away for nothing is not taken off; AWS only, 26 regions, none opened since; no way from ap-southeast-3 to ap-northeast-3 or sa-east-1; {}",
        left_out(all - rows.len())
    );
    let sheet = Sheet::new(
        &About {
            source: "skyplane-project/skyplane@0513671 skyplane/data/aws_transfer_costs.csv",
            date: "2023-04",
            method: "US dollars a GB (10^9 bytes) that leaves `from`; kind = egress (out to the internet, `to` is blank) or inter_region (to the region `to`)",
            faults: &faults,
            licence: "Apache-2.0",
        },
        &["kind", "from", "to", "usd_per_gb"],
    );
    Ok(sheet.with_rows(&rows))
}

fn transfer_row(row: Row<'_>) -> Result<[String; 4]> {
    let (provider, unit) = (row.text("provider")?, row.text("unit")?);
    if unit != "USD/GB" {
        return Err(row.wrong("unit", format!("the unit must be `USD/GB`, found `{unit}`")));
    }
    let id = |code: &str| format!("{provider}:{code}");
    let (kind, to) = match (row.text("kind")?, row.text("to")?) {
        ("internet_egress", "internet") => ("egress", String::new()),
        ("inter_region", to) => ("inter_region", id(to)),
        (kind, to) => {
            let message = format!("no price can be read from kind `{kind}` to `{to}`");
            return Err(row.wrong("kind", message));
        }
    };
    Ok([
        kind.to_owned(),
        id(row.text("from")?),
        to,
        decimals(row.non_negative("price")?, PLACES),
    ])
}

fn region_ids(raw: &Raw) -> Result<BTreeSet<String>> {
    let ids = raw
        .read("regions.csv", &["provider", "code"])?
        .collect(|row, problems| {
            let provider = problems.keep(row.text("provider"))?;
            Some(format!("{provider}:{}", problems.keep(row.text("code"))?))
        })?;
    Ok(ids.into_iter().collect())
}

fn left_out(rows: usize) -> String {
    match rows {
        0 => "no row named a region that is not in the table of regions".to_owned(),
        1 => "1 row of a region that is not in the table of regions is left out".to_owned(),
        more => format!("{more} rows of regions that are not in the table of regions are left out"),
    }
}
