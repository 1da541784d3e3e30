//! List prices: what a server costs an hour, and what a gigabyte costs that leaves a region.

use super::tables::FromRow;
use crate::basis::error::Result;
use crate::world::ingest::{Problems, Row};

/// What an instance costs in one region, on demand.
#[derive(Clone, Debug, PartialEq)]
pub struct InstancePrice {
    /// Region id.
    pub region: String,
    /// Its type as the provider calls it, such as `m7g.large`; `vcpu-hour` is one virtual processor.
    pub instance: String,
    /// US dollars an hour.
    pub usd_per_hour: f64,
    /// Whether it was worked out from the price of another size rather than read off a list.
    pub derived: bool,
}

impl FromRow for InstancePrice {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let region = problems.keep(row.text("region"));
        let instance = problems.keep(row.text("instance"));
        let usd_per_hour = problems.keep(row.positive("usd_per_hour"));
        let derived = problems.keep(either(row, "kind", ["measured", "derived"]));
        Some(InstancePrice {
            region: region?.to_owned(),
            instance: instance?.to_owned(),
            usd_per_hour: usd_per_hour?,
            derived: derived?,
        })
    }
}

/// What data costs that leaves a region: the first tier of a month.
#[derive(Clone, Debug, PartialEq)]
pub struct TransferPrice {
    /// Id of the region it leaves.
    pub from: String,
    /// Id of the region it goes to; none where it goes out to the internet.
    pub to: Option<String>,
    /// US dollars a GB of 10⁹ bytes.
    pub usd_per_gb: f64,
}

impl FromRow for TransferPrice {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let from = problems.keep(row.text("from"));
        let to = problems.keep(destination(row));
        let usd_per_gb = problems.keep(row.non_negative("usd_per_gb"));
        Some(TransferPrice {
            from: from?.to_owned(),
            to: to?.map(str::to_owned),
            usd_per_gb: usd_per_gb?,
        })
    }
}

fn destination(row: Row<'_>) -> Result<Option<&str>> {
    let between_regions = either(row, "kind", ["egress", "inter_region"])?;
    match (between_regions, row.get("to")) {
        (true, None) => {
            let error = row.wrong("to", "a price of `inter_region` must name the region `to`");
            Err(error.hint("out to the internet the kind is `egress`"))
        }
        (false, Some(to)) => {
            let message = format!("a price of `egress` goes out to the internet, found `{to}`");
            Err(row
                .wrong("to", message)
                .hint("leave `to` blank, or say `inter_region`"))
        }
        (_, to) => Ok(to),
    }
}

/// Whether `column` says the second of two words.
fn either(row: Row<'_>, column: &str, words: [&str; 2]) -> Result<bool> {
    let text = row.text(column)?;
    match words.iter().position(|word| *word == text) {
        Some(at) => Ok(at == 1),
        None => Err(row.wrong(
            column,
            format!(
                "{column} must be one of {}, found `{text}`",
                super::quoted(&words)
            ),
        )),
    }
}
