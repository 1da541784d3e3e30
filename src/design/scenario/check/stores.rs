//! Where state lives.

use super::names::any_of;
use super::regions::RegionChoice;
use super::{Check, given};
use crate::basis::dist::Dist;
use crate::design::recovery::Term;
use crate::design::scenario::decode::At;
use crate::design::scenario::distribution::DistFile;
use crate::design::scenario::file::{CoordinatorWord, LegsFile, StoreFile, StoreWord};
use crate::design::scenario::quantity::NamesFile;
use crate::design::scenario::source::Span;
use crate::design::store::{Coordinator, Leader, Legs, Members, PartitionChoice, Store, StoreKind};

/// More copies than this are not a quorum anybody runs.
const MOST_COPIES: u64 = 1000;

/// The stores of a file in file order, as far as they could be understood.
#[derive(Debug, Default)]
pub(super) struct Stores {
    rows: Vec<StoreRow>,
}

/// A store, and where its parts stand.
#[derive(Debug)]
pub(super) struct StoreRow {
    pub(super) name: Option<String>,
    pub(super) store: Option<Store>,
    pub(super) name_at: Span,
    pub(super) leader_at: Option<Span>,
    pub(super) members_at: Option<Span>,
    /// What is kept in each copy, bytes, where the file says it.
    pub(super) stored: Option<f64>,
    /// Time to promote a copy by the file's own word, and where it stands.
    pub(super) promotion: Option<(Term, Span)>,
}

impl Stores {
    /// All of them, where each could be understood.
    pub(super) fn all(&self) -> Option<Vec<Store>> {
        self.rows.iter().map(|row| row.store.clone()).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// One row for each store, in file order.
    pub(super) fn rows(&self) -> &[StoreRow] {
        &self.rows
    }

    pub(super) fn row(&self, index: usize) -> &StoreRow {
        &self.rows[index]
    }

    /// The stores that could be understood, with their indices.
    pub(super) fn understood(&self) -> impl Iterator<Item = (usize, &StoreRow, &Store)> {
        let rows = self.rows.iter().enumerate();
        rows.filter_map(|(i, row)| Some((i, row, row.store.as_ref()?)))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(|row| row.name.as_deref())
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.name.as_deref() == Some(name))
    }
}

/// What the parts of a store are read with.
struct Reading<'r> {
    word: StoreWord,
    file: &'r StoreFile,
    span: Span,
    choice: Option<&'r RegionChoice>,
    owner: String,
}

impl Check<'_> {
    pub(super) fn stores(
        &mut self,
        list: Option<&At<Vec<At<StoreFile>>>>,
        choice: Option<&RegionChoice>,
    ) -> Stores {
        let mut stores = Stores::default();
        for at in list.and_then(At::get).into_iter().flatten() {
            let row = match at.get() {
                Some(file) => self.store_row(file, at.span, choice, &stores),
                None => unread(at.span),
            };
            stores.rows.push(row);
        }
        stores
    }

    fn store_row(
        &mut self,
        file: &StoreFile,
        span: Span,
        choice: Option<&RegionChoice>,
        earlier: &Stores,
    ) -> StoreRow {
        let name = self.unique_name(&file.name, "store", earlier.names());
        let shown = name.as_deref().unwrap_or("?");
        let store = self.store(file, span, choice, shown);
        let promotion = self.promotion(file, shown);
        StoreRow {
            store,
            name,
            name_at: file.name.span,
            leader_at: file.leader.as_ref().map(|at| at.span),
            members_at: file.members.as_ref().map(|at| at.span),
            stored: self.bytes(file.stored.as_ref()),
            promotion,
        }
    }

    fn store(
        &mut self,
        file: &StoreFile,
        span: Span,
        choice: Option<&RegionChoice>,
        name: &str,
    ) -> Option<Store> {
        let reading = Reading {
            word: *file.kind.get()?,
            file,
            span,
            choice,
            owner: format!("store `{name}`"),
        };
        self.expect_keys_of_the_kind(&reading);
        let members = self.members(&reading);
        let kind = self.store_kind(&reading, members.as_ref());
        let service = self.dist_or_zero(file.service.as_ref(), &reading.owner);
        let bytes_per_write = match &file.bytes_per_write {
            Some(at) => self.keep(at.get()?.bytes(), at.span),
            None => Some(0.0),
        };
        let partition = match &file.partition {
            Some(at) => (*at.get()?).into(),
            None => usual_choice(reading.word),
        };
        Some(Store {
            name: name.to_owned(),
            kind: kind?,
            members: members?,
            service: service?,
            bytes_per_write: bytes_per_write?,
            partition,
        })
    }

    /// Time to make a copy the leader, where the file says it. Without a leader there is nothing to promote.
    fn promotion(&mut self, file: &StoreFile, name: &str) -> Option<(Term, Span)> {
        let at = file.promotion.as_ref()?;
        let term = self.term(at, &format!("`promotion` of store `{name}`"));
        let serving = CoordinatorWord::Serving;
        let word = file
            .coordinator
            .as_ref()
            .map_or(Some(serving), |at| at.get().copied());
        if file.kind.get() == Some(&StoreWord::Quorum) && word == Some(serving) {
            let message = format!("store `{name}` has a `promotion`, but nobody leads it");
            self.error_with_hint(at.span, message, "say coordinator = \"leader\", or leave it out");
        }
        Some((term?, at.span))
    }

    /// A key of another kind says that something else was meant.
    fn expect_keys_of_the_kind(&mut self, reading: &Reading<'_>) {
        for (name, key, kinds) in keys_of_kinds(reading.file) {
            if let Some(span) = key
                && !kinds.contains(&reading.word)
            {
                let message = format!("`{name}` does not go with the kind `{}`", reading.word.name());
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                let hint = format!("leave it out; it goes with {}", any_of(&kinds));
                self.error_with_hint(span, message, hint);
            }
        }
    }

    fn members(&mut self, reading: &Reading<'_>) -> Option<Members> {
        let Some(at) = &reading.file.members else {
            return Some(Members::All);
        };
        match at.get()? {
            NamesFile::One(word) if word == "all" => Some(Members::All),
            _ => {
                let whose = format!("the members of {}", reading.owner);
                let mut named = self.candidates(at, reading.choice, &whose)?;
                named.sort_unstable();
                Some(Members::Named(named))
            }
        }
    }

    fn store_kind(&mut self, reading: &Reading<'_>, members: Option<&Members>) -> Option<StoreKind> {
        let file = reading.file;
        let yes = |field: &Option<At<bool>>, default| given(field.as_ref()).map_or(default, |(yes, _)| *yes);
        match reading.word {
            StoreWord::SingleLeader => {
                let (leader, lag) = (self.leader(reading, members), self.lag(reading));
                Some(StoreKind::SingleLeader {
                    leader: leader?,
                    lag: lag?,
                    forwarding: yes(&file.forwarding, true),
                })
            }
            StoreWord::MultiLeader => {
                let (lag, keys) = (self.lag(reading), self.keys(reading));
                Some(StoreKind::MultiLeader {
                    lag: lag?,
                    keys: keys?,
                })
            }
            StoreWord::Quorum => self.quorum(reading, members),
            StoreWord::ObjectReplication => Some(StoreKind::ObjectReplication {
                lag: self.lag(reading)?,
                time_control: yes(&file.time_control, false),
            }),
            StoreWord::None => Some(StoreKind::None),
        }
    }

    /// How far copies are behind. Providers claim bands, not distributions, so nothing stands in for it.
    fn lag(&mut self, reading: &Reading<'_>) -> Option<Dist> {
        if let Some(at) = &reading.file.lag {
            return self.dist(at, &format!("lag of {}", reading.owner));
        }
        let claim = match reading.word {
            StoreWord::SingleLeader => "AWS claims typically below 1 s for Aurora Global Database",
            StoreWord::MultiLeader => "AWS claims usually within 1 s for DynamoDB global tables",
            _ => "AWS claims 99.99 % of objects within 15 min for S3 with time control",
        };
        let message = format!("{} has no `lag`", reading.owner);
        self.error_with_hint(
            reading.span,
            message,
            format!("say for instance lag = \"1s\": {claim}"),
        );
        None
    }

    fn keys(&mut self, reading: &Reading<'_>) -> Option<f64> {
        let Some(at) = &reading.file.keys else {
            let message = format!("{} has no `keys`", reading.owner);
            let hint = "say how many keys the writes spread over, such as keys = 1e6: conflicts depend on it";
            self.error_with_hint(reading.span, message, hint);
            return None;
        };
        let keys = *at.get()?;
        if keys >= 1.0 && keys.is_finite() {
            return Some(keys);
        }
        self.error(
            at.span,
            format!("`keys` must be at least 1 and finite, found {keys}"),
        );
        None
    }

    fn leader(&mut self, reading: &Reading<'_>, members: Option<&Members>) -> Option<Leader> {
        let Some(at) = &reading.file.leader else {
            return Some(Leader::Search);
        };
        let name = at.get()?;
        if name == "search" {
            return Some(Leader::Search);
        }
        let whose = format!("the leader of {}", reading.owner);
        let index = self.candidate(name, at.span, reading.choice, &whose)?;
        self.expect_member(index, at.span, members, reading);
        Some(Leader::Fixed(index))
    }

    fn expect_member(&mut self, index: usize, span: Span, members: Option<&Members>, reading: &Reading<'_>) {
        if let (Some(Members::Named(named)), Some(choice)) = (members, reading.choice)
            && !named.contains(&index)
        {
            let region = &choice.candidates[index].id;
            let message = format!("the leader `{region}` is no member of {}", reading.owner);
            self.error_with_hint(span, message, "add it to `members`, or let one of them lead");
        }
    }

    fn quorum(&mut self, reading: &Reading<'_>, members: Option<&Members>) -> Option<StoreKind> {
        let file = reading.file;
        let n = self.copies(reading, members);
        let r = self.answers(reading, file.r.as_ref(), "r");
        let w = self.answers(reading, file.w.as_ref(), "w");
        let coordinator = self.coordinator(reading, members);
        let legs = match &file.legs {
            Some(at) => Some(self.legs(at.get()?, at.span, reading)?),
            None => None,
        };
        let (r, w) = (r?, w?);
        for (name, field, count) in [("r", &file.r, r), ("w", &file.w, w)] {
            if let (Some(n), Some(at)) = (n, field)
                && count > n
            {
                let message = format!(
                    "`{name}` = {count} is more than the {n} copies of {}",
                    reading.owner
                );
                self.error_with_hint(at.span, message, format!("say {name} = 1 to {n}"));
            }
        }
        Some(StoreKind::Quorum {
            n,
            r,
            w,
            coordinator: coordinator?,
            legs,
        })
    }

    /// How many copies there are; none means one for each region of whatever set, or that it is wrong, which is noted.
    fn copies(&mut self, reading: &Reading<'_>, members: Option<&Members>) -> Option<u32> {
        let file = reading.file;
        let Some(at) = &file.n else {
            if let Some(legs) = &file.legs {
                let message = format!("{} has `legs` but no `n`", reading.owner);
                self.error_with_hint(legs.span, message, "say how many copies there are, such as n = 3");
                return None;
            }
            return match members? {
                Members::All => None,
                Members::Named(named) => Some(named.len() as u32),
            };
        };
        let n = self.count(Some(at), 1, 1..=MOST_COPIES, "n")?;
        if let (None, Some(choice)) = (&file.legs, reading.choice) {
            let room = match members? {
                Members::All => choice.candidates.len(),
                Members::Named(named) => named.len(),
            };
            let named = matches!(members, Some(Members::Named(_)));
            if n > room as u64 || (named && n != room as u64) {
                let what = if named { "members" } else { "candidates" };
                let message = format!("{n} copies of {}, but {room} {what}", reading.owner);
                self.error_with_hint(at.span, message, "each copy needs a region of its own");
            }
        }
        u32::try_from(n).ok()
    }

    fn answers(&mut self, reading: &Reading<'_>, field: Option<&At<u64>>, name: &str) -> Option<u32> {
        if field.is_none() {
            let message = format!("{} has no `{name}`", reading.owner);
            let hint = "a majority of n = 3 is 2; r + w above n makes every read see the latest write";
            self.error_with_hint(reading.span, message, hint);
            return None;
        }
        let count = self.count(field, 1, 1..=MOST_COPIES, name)?;
        u32::try_from(count).ok()
    }

    fn coordinator(&mut self, reading: &Reading<'_>, members: Option<&Members>) -> Option<Coordinator> {
        let word = match &reading.file.coordinator {
            Some(at) => *at.get()?,
            None => CoordinatorWord::default(),
        };
        match (word, &reading.file.leader) {
            (CoordinatorWord::Leader, _) => Some(Coordinator::Leader(self.leader(reading, members)?)),
            (CoordinatorWord::Serving, None) => Some(Coordinator::Serving),
            (CoordinatorWord::Serving, Some(at)) => {
                let message = format!("{} has a `leader`, but nobody asks it", reading.owner);
                self.error_with_hint(at.span, message, "say coordinator = \"leader\", or leave it out");
                None
            }
        }
    }

    fn legs(&mut self, file: &LegsFile, span: Span, reading: &Reading<'_>) -> Option<Legs> {
        if let Some((NamesFile::Several(_), _)) = given(reading.file.members.as_ref()) {
            let message = format!("{} has `legs` and a list of `members`", reading.owner);
            let hint = "leave one out: with `legs` the copies stand nowhere, with `members` the ways between regions count";
            self.error_with_hint(span, message, hint);
        }
        let mut leg =
            |at: &At<DistFile>, name: &str| self.dist(at, &format!("leg `{name}` of {}", reading.owner));
        let write = leg(&file.write, "write");
        let ack = leg(&file.ack, "ack");
        let read = leg(&file.read, "read");
        let response = leg(&file.response, "response");
        let remote_ms = match &file.remote {
            Some(at) => self.millis(at)?.ms(),
            None => 0.0,
        };
        Some(Legs {
            write: write?,
            ack: ack?,
            read: read?,
            response: response?,
            remote_ms,
        })
    }

    /// A distribution, or no time at all.
    pub(super) fn dist_or_zero(&mut self, field: Option<&At<DistFile>>, owner: &str) -> Option<Dist> {
        match field {
            Some(at) => self.dist(at, &format!("service of {owner}")),
            None => Some(Dist::zero()),
        }
    }

    /// The store that `name` means.
    pub(super) fn store_named(&mut self, name: &str, span: Span, stores: &Stores) -> Option<usize> {
        let index = stores.index(name);
        if index.is_none() {
            self.unknown(name, span, ("store", "[[store]]"), stores.names());
        }
        index
    }

    /// The store that `name` means, which has to have a leader.
    pub(super) fn led_store(&mut self, name: &str, span: Span, stores: &Stores) -> Option<usize> {
        let index = self.store_named(name, span, stores)?;
        if let Some(store) = &stores.row(index).store
            && store.kind.leader().is_none()
        {
            let message = format!(
                "store `{}` has no leader: its kind is `{}`",
                store.name,
                store.kind.name()
            );
            let hint = "stores of kind `single_leader`, and `quorum` with coordinator = \"leader\", have one";
            self.error_with_hint(span, message, hint);
        }
        Some(index)
    }
}

fn unread(span: Span) -> StoreRow {
    StoreRow {
        name: None,
        store: None,
        name_at: span,
        leader_at: None,
        members_at: None,
        stored: None,
        promotion: None,
    }
}

/// Databases with one order of writes refuse; those that take writes anywhere diverge.
fn usual_choice(word: StoreWord) -> PartitionChoice {
    match word {
        StoreWord::SingleLeader | StoreWord::Quorum => PartitionChoice::Refuse,
        StoreWord::MultiLeader | StoreWord::ObjectReplication | StoreWord::None => PartitionChoice::Diverge,
    }
}

type KeyOfKinds = (&'static str, Option<Span>, &'static [StoreWord]);

/// The keys that go with some kinds only.
fn keys_of_kinds(file: &StoreFile) -> [KeyOfKinds; 14] {
    use StoreWord::{MultiLeader, ObjectReplication, Quorum, SingleLeader};
    const STATE: &[StoreWord] = &[SingleLeader, MultiLeader, Quorum, ObjectReplication];
    const LAG: &[StoreWord] = &[SingleLeader, MultiLeader, ObjectReplication];
    const QUORUM: &[StoreWord] = &[Quorum];
    [
        ("leader", at(file.leader.as_ref()), &[SingleLeader, Quorum]),
        ("members", at(file.members.as_ref()), STATE),
        ("lag", at(file.lag.as_ref()), LAG),
        ("forwarding", at(file.forwarding.as_ref()), &[SingleLeader]),
        ("keys", at(file.keys.as_ref()), &[MultiLeader]),
        (
            "time_control",
            at(file.time_control.as_ref()),
            &[ObjectReplication],
        ),
        ("n", at(file.n.as_ref()), QUORUM),
        ("r", at(file.r.as_ref()), QUORUM),
        ("w", at(file.w.as_ref()), QUORUM),
        ("coordinator", at(file.coordinator.as_ref()), QUORUM),
        ("legs", at(file.legs.as_ref()), QUORUM),
        ("promotion", at(file.promotion.as_ref()), &[SingleLeader, Quorum]),
        ("bytes_per_write", at(file.bytes_per_write.as_ref()), STATE),
        ("partition", at(file.partition.as_ref()), STATE),
    ]
}

fn at<T>(field: Option<&At<T>>) -> Option<Span> {
    field.map(|at| at.span)
}
