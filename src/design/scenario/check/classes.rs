//! The kinds of requests: their shares, what they carry, what they do to stores, whom they call.

use super::regions::RegionChoice;
use super::stores::Stores;
use super::{Check, given};
use crate::design::request::{Call, Callee, ClassKind, Operation, RequestClass, StoreAccess, Transfer, Via};
use crate::design::scenario::decode::At;
use crate::design::scenario::file::{AccessWord, CallFile, ClassFile, OperationFile, ScenarioFile};
use crate::design::scenario::size::BandwidthFile;
use crate::design::scenario::source::Span;
use crate::design::store::StoreKind;

/// How far the shares may miss 1: rounding, not a share that was forgotten.
const SHARE_SUM_TOLERANCE: f64 = 1e-6;

const MOST_TIMES: u64 = 1000;
const MOST_SEGMENTS: u64 = 100_000;
const USUAL_WINDOW: u64 = 10;

/// How a call names the region that leads a store.
const LEADER_OF: &str = "leader of ";

/// A class, and where its parts stand.
#[derive(Debug)]
pub(super) struct ClassRow {
    pub(super) class: RequestClass,
    pub(super) via_at: Span,
    pub(super) calls_at: Option<Span>,
    /// Where each call says whom it goes to.
    pub(super) callees_at: Vec<Span>,
}

impl ClassRow {
    pub(super) fn into_class(self) -> RequestClass {
        self.class
    }
}

/// What names in a class are looked up in.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) choice: Option<&'k RegionChoice>,
    pub(super) stores: &'k Stores,
}

impl Check<'_> {
    /// The classes, or the one simple request that a file without classes describes.
    pub(super) fn classes(&mut self, file: &ScenarioFile, known: Known<'_>) -> Option<Vec<ClassRow>> {
        let Some(list) = &file.class else {
            let class = self.request(file.request.as_ref())?;
            return Some(vec![ClassRow {
                class,
                via_at: Span::new(0, 0..0),
                calls_at: None,
                callees_at: Vec::new(),
            }]);
        };
        if let Some(request) = &file.request {
            let message = "`request` and `class` both say what a request does";
            self.error_with_hint(request.span, message, "keep one of them");
        }
        let files = list.get()?;
        if files.is_empty() {
            let hint = "describe at least one, or leave it out for the simple request";
            self.error_with_hint(list.span, "`class` is empty", hint);
        }
        let mut names: Vec<&str> = Vec::new();
        let mut rows = Vec::new();
        for at in files {
            let Some(class) = at.get() else { continue };
            self.unique_name(&class.name, "class", names.iter().copied());
            names.extend(class.name.get().map(String::as_str));
            rows.extend(self.class(class, known));
        }
        self.expect_whole(files);
        (rows.len() == files.len()).then(|| with_whole_shares(rows))
    }

    /// Shares that do not add up leave it open what the rest of the requests does.
    fn expect_whole(&mut self, files: &[At<ClassFile>]) {
        let shares: Option<Vec<f64>> = files
            .iter()
            .map(|at| {
                let share = at.get()?.share.get()?.share();
                Some(share.ok()?.get())
            })
            .collect();
        let (Some(shares), Some(last)) = (shares, files.last().and_then(At::get)) else {
            return;
        };
        let sum = sum_of(shares.into_iter());
        if (sum - 1.0).abs() > SHARE_SUM_TOLERANCE {
            let sum = (sum * 1e6).round() / 1e6;
            let message = format!("the shares of the classes must sum to 1, found {sum}");
            let hint = format!("they are parts of all requests; {}", missing(sum));
            self.error_with_hint(last.share.span, message, hint);
        }
    }

    fn class(&mut self, file: &ClassFile, known: Known<'_>) -> Option<ClassRow> {
        let name = file.name.get().map_or("?", String::as_str);
        let owner = format!("class `{name}`");
        let share = self.class_share(file);
        let exchanges = self.count(file.exchanges.as_ref(), 1, 1..=MOST_TIMES, "exchanges");
        let transfer = self.transfer(file);
        let service = self.dist_or_zero(file.service.as_ref(), &owner);
        let connection = self.connection(file.connection.as_ref(), &owner);
        let operations = self.operations(file, known.stores, &owner);
        let calls = self.calls(file.call.as_ref(), known, &owner);
        let via = match &file.via {
            Some(at) => (*at.get()?).into(),
            None => Via::Direct,
        };
        let kind = (*file.kind.get()?).into();
        self.expect_kept_or_worked_on(file, kind, via, &owner);
        Some(ClassRow {
            class: RequestClass {
                name: name.to_owned(),
                kind,
                share: share?,
                via,
                connection: connection?,
                exchanges: u32::try_from(exchanges?).ok()?,
                transfer: transfer?,
                service: service?,
                operations: operations?,
                calls: calls?,
            },
            via_at: file.via.as_ref().map_or(file.name.span, |at| at.span),
            calls_at: file.call.as_ref().map(|at| at.span),
            callees_at: callees_at(file),
        })
    }

    /// What the edge keeps reaches no store and calls nobody; only its misses would, and they are another class.
    fn expect_kept_or_worked_on(&mut self, file: &ClassFile, kind: ClassKind, via: Via, owner: &str) {
        let work = [
            ("operation", file.operation.as_ref().map(|at| at.span)),
            ("call", file.call.as_ref().map(|at| at.span)),
        ];
        if kind != ClassKind::Static || via != Via::Cdn {
            return;
        }
        for (key, span) in work {
            let Some(span) = span else { continue };
            let message =
                format!("{owner} is static and kept by the CDN: what the edge answers makes no `{key}`");
            let hint = "give the misses a class of kind \"read\" with a share of their own, and leave this one to the hits";
            self.error_with_hint(span, message, hint);
        }
    }

    fn class_share(&mut self, file: &ClassFile) -> Option<f64> {
        let share = self.share(&file.share)?.get();
        if share == 0.0 {
            let message = "the share of a class must be above 0%";
            self.error_with_hint(file.share.span, message, "leave out a class nobody asks for");
        }
        Some(share)
    }

    fn transfer(&mut self, file: &ClassFile) -> Option<Transfer> {
        let bytes = match &file.bytes {
            Some(at) => self.keep(at.get()?.bytes(), at.span),
            None => Some(0.0),
        };
        let bandwidth = file.bandwidth.as_ref().map(|at| self.bandwidth(at));
        let window = 1..=MOST_SEGMENTS;
        let initial = self.count(
            file.initial_window.as_ref(),
            USUAL_WINDOW,
            window.clone(),
            "initial_window",
        );
        let warm = self.count(file.warm_window.as_ref(), USUAL_WINDOW, window, "warm_window");
        Some(Transfer {
            bytes: bytes?,
            bandwidth: match bandwidth {
                Some(bandwidth) => Some(bandwidth?),
                None => None,
            },
            initial_window: u32::try_from(initial?).ok()?,
            warm_window: u32::try_from(warm?).ok()?,
        })
    }

    /// Bytes a millisecond, above zero.
    fn bandwidth(&mut self, at: &At<BandwidthFile>) -> Option<f64> {
        let bandwidth = self.keep(at.get()?.bytes_per_ms(), at.span)?;
        if bandwidth == 0.0 {
            let message = "a bandwidth of 0 lets nothing through";
            self.error_with_hint(at.span, message, "leave it out for an unlimited one");
            return None;
        }
        Some(bandwidth)
    }

    fn operations(&mut self, file: &ClassFile, stores: &Stores, owner: &str) -> Option<Vec<Operation>> {
        let Some(list) = &file.operation else {
            return Some(Vec::new());
        };
        let kind = file.kind.get().map(|word| ClassKind::from(*word));
        let operations: Vec<Option<Operation>> = list
            .get()?
            .iter()
            .map(|at| {
                let operation = at.get()?;
                self.lint_operation(operation, kind, stores, owner);
                self.operation(operation, stores)
            })
            .collect();
        operations.into_iter().collect()
    }

    fn operation(&mut self, file: &OperationFile, stores: &Stores) -> Option<Operation> {
        let times = self.count(file.times.as_ref(), 1, 1..=MOST_TIMES, "times");
        let store = self.store_named(file.store.get()?, file.store.span, stores);
        Some(Operation {
            store: store?,
            access: (*file.access.get()?).into(),
            times: u32::try_from(times?).ok()?,
        })
    }

    /// Operations that are not what they seem.
    fn lint_operation(
        &mut self,
        file: &OperationFile,
        kind: Option<ClassKind>,
        stores: &Stores,
        owner: &str,
    ) {
        let (Some(name), Some((access, span))) = (file.store.get(), given(Some(&file.access))) else {
            return;
        };
        if matches!(access, AccessWord::Write) && kind.is_some_and(|kind| kind != ClassKind::Write) {
            let message = format!("{owner} writes to `{name}`, but its kind is not `write`");
            self.warn(span, message, "say kind = \"write\", or split the class");
        }
        let store = stores.understood().find(|(_, _, store)| store.name == *name);
        let Some((_, _, store)) = store else { return };
        match (StoreAccess::from(*access), &store.kind) {
            (_, StoreKind::None) => {
                let message = format!("store `{name}` keeps no state: nothing is read or written there");
                self.warn(
                    file.store.span,
                    message,
                    "leave the operation out, or give the store a kind",
                );
            }
            (StoreAccess::ReadFresh, StoreKind::ObjectReplication { .. } | StoreKind::MultiLeader { .. }) => {
                let message = format!(
                    "store `{name}` of kind `{}` has no fresh read: the nearest copy answers, as for read-local",
                    store.kind.name()
                );
                let hint = "say \"read-local\", or use a store with a leader or a quorum";
                self.warn(span, message, hint);
            }
            _ => {}
        }
    }

    fn calls(
        &mut self,
        list: Option<&At<Vec<At<CallFile>>>>,
        known: Known<'_>,
        owner: &str,
    ) -> Option<Vec<Call>> {
        let Some(list) = list else {
            return Some(Vec::new());
        };
        let calls: Vec<Option<Call>> = list
            .get()?
            .iter()
            .map(|at| self.call(at.get()?, known, owner))
            .collect();
        calls.into_iter().collect()
    }

    fn call(&mut self, file: &CallFile, known: Known<'_>, owner: &str) -> Option<Call> {
        let to = self.callee(&file.to, known, owner);
        let times = self.count(file.times.as_ref(), 1, 1..=MOST_TIMES, "times");
        let service = self.dist_or_zero(file.service.as_ref(), &format!("a call of {owner}"));
        Some(Call {
            to: to?,
            times: u32::try_from(times?).ok()?,
            parallel: given(file.parallel.as_ref()).is_some_and(|(yes, _)| *yes),
            service: service?,
        })
    }

    fn callee(&mut self, at: &At<String>, known: Known<'_>, owner: &str) -> Option<Callee> {
        let name = at.get()?;
        if let Some(store) = name.strip_prefix(LEADER_OF) {
            let store = self.led_store(store.trim(), at.span, known.stores)?;
            return Some(Callee::Leader(store));
        }
        let whose = format!("a call of {owner}");
        self.candidate(name, at.span, known.choice, &whose)
            .map(Callee::Region)
    }
}

fn callees_at(file: &ClassFile) -> Vec<Span> {
    let calls = file.call.as_ref().and_then(At::get).into_iter().flatten();
    calls.filter_map(|at| Some(at.get()?.to.span)).collect()
}

/// Folded from the smallest up, so that the order of the classes does not matter.
fn sum_of(shares: impl Iterator<Item = f64>) -> f64 {
    let mut shares: Vec<f64> = shares.collect();
    shares.sort_by(f64::total_cmp);
    shares.iter().sum()
}

fn missing(sum: f64) -> String {
    let rest = ((1.0 - sum).abs() * 1e6).round() / 1e4;
    if sum < 1.0 {
        format!("{rest} % of them are missing")
    } else {
        format!("these are {rest} % too many")
    }
}

/// What rounding left is spread evenly, so that the shares sum to 1.
fn with_whole_shares(mut rows: Vec<ClassRow>) -> Vec<ClassRow> {
    let sum = sum_of(rows.iter().map(|row| row.class.share));
    for row in &mut rows {
        row.class.share /= sum;
    }
    rows
}
