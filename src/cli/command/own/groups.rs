//! Pairs put together by country, region and technology, each group with its agreement.

use std::collections::BTreeMap;

use crate::world::network::own::figures::{Agreement, Compared, agreement};
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
    let mut rows: BTreeMap<(Kind, String), Vec<Compared>> = BTreeMap::new();
    let mut add = |kind: Kind, name: &str, row: &Compared, clusters: [usize; 2]| {
        rows.entry((kind, name.to_owned())).or_default().push(Compared {
            clusters,
            ..row.clone()
        });
    };
    for (sample, row) in samples.iter().zip(compared) {
        let region = numbers.of(format!("to {}", sample.to.id));
        match &sample.from {
            Start::Users(users) => {
                let code = users.country.to_string();
                let country = numbers.of(format!("in {code}"));
                let from = numbers.of(format!("from {}", users.name));
                // Rows go wrong together by country and by region; within either, by the other.
                add(Kind::AllUsers, "", row, [country, region]);
                add(Kind::Country, &code, row, [from, region]);
                add(Kind::Region, &sample.to.id, row, [country, from]);
                add(Kind::Technology, users.technology.name(), row, [country, region]);
            }
            Start::Region(from) => {
                let from = numbers.of(format!("to {}", from.id));
                add(Kind::Links, "", row, [from, region]);
            }
        }
    }
    rows.into_iter()
        .filter_map(|((kind, name), rows)| {
            let found = agreement(&rows)?;
            Some(Group { kind, name, found })
        })
        .collect()
}
