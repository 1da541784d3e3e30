//! Pairs put together by country, region and technology, each group with its agreement.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::network::own::figures::{Agreement, Compared, FEW_CLUSTERS, agreement};
use crate::world::network::own::sample::{Sample, Start};

/// What a group of rows has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    AllUsers,
    Country,
    Region,
    Technology,
    Links,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::AllUsers => "users",
            Kind::Country => "country",
            Kind::Region => "region",
            Kind::Technology => "technology",
            Kind::Links => "links",
        }
    }
}

/// A group of rows.
pub(super) struct Group {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) found: Agreement,
}

/// Numbers for names, each of its own.
#[derive(Default)]
struct Numbers(BTreeMap<String, usize>);

impl Numbers {
    fn of(&mut self, name: String) -> usize {
        let next = self.0.len();
        *self.0.entry(name).or_insert(next)
    }
}

/// All groups that have a row, in the order in which they are told.
pub(super) fn groups(samples: &[Sample], compared: &[Compared]) -> Vec<Group> {
    let mut numbers = Numbers::default();
    let mut rows: BTreeMap<(Kind, String), Vec<Placed>> = BTreeMap::new();
    for (sample, row) in samples.iter().zip(compared) {
        let mut add = |kind: Kind, name: &str, coarse: [usize; 2], fine: usize| {
            rows.entry((kind, name.to_owned())).or_default().push(Placed {
                row: row.clone(),
                coarse,
                fine,
            });
        };
        let region = numbers.of(format!("to {}", sample.to.id));
        match &sample.from {
            Start::Users(users) => {
                let code = users.country.to_string();
                let country = numbers.of(format!("in {code}"));
                let from = numbers.of(format!("from {}", users.name));
                let pair = numbers.of(format!("{} to {}", users.name, sample.to.id));
                add(Kind::AllUsers, "", [country; 2], pair);
                add(Kind::Country, &code, [from; 2], pair);
                add(Kind::Region, &sample.to.id, [country; 2], from);
                add(Kind::Technology, users.technology.name(), [country; 2], pair);
            }
            Start::Region(from) => {
                let ends = [numbers.of(format!("to {}", from.id)), region];
                let pair = numbers.of(format!("{} to {}", from.id, sample.to.id));
                add(Kind::Links, "", ends, pair);
            }
        }
    }
    rows.into_iter()
        .filter_map(|((kind, name), rows)| {
            let found = agreement(&clustered(rows))?;
            Some(Group { kind, name, found })
        })
        .collect()
}

/// A row with what it goes wrong together with: countries, places or regions, and, where these are too few to say
/// anything, pairs or places.
struct Placed {
    row: Compared,
    coarse: [usize; 2],
    fine: usize,
}

fn clustered(rows: Vec<Placed>) -> Vec<Compared> {
    let coarse: BTreeSet<usize> = rows.iter().flat_map(|row| row.coarse).collect();
    // Links have two regions each: there may be more of these than rows.
    let enough = coarse.len().min(rows.len()) >= FEW_CLUSTERS;
    rows.into_iter()
        .map(|it| Compared {
            clusters: if enough { it.coarse } else { [it.fine; 2] },
            ..it.row
        })
        .collect()
}
