//! What a set of regions is billed for.

use super::names::some_of;
use super::regions::RegionChoice;
use super::score::COST;
use super::stores::Stores;
use super::{Check, given};
use crate::basis::error::nearest_names;
use crate::design::capacity::Capacity;
use crate::design::cost::{CostPlan, Currency};
use crate::design::recovery::{Role, Standby};
use crate::design::request::RequestClass;
use crate::design::scenario::decode::{At, shortened};
use crate::design::scenario::file::{ClassFile, CostFile, ScenarioFile, StandbyShareFile};
use crate::design::scenario::quantity::ShareFile;
use crate::design::scenario::size::BytesFile;
use crate::design::scenario::source::Span;
use crate::world::demand::Audience;
use crate::world::prices::{Item, PriceList};

const USD: &str = "USD";

/// What costs are read with.
#[derive(Clone, Copy)]
pub(super) struct Billed<'b> {
    pub(super) choice: Option<&'b RegionChoice>,
    pub(super) audience: Option<&'b Audience>,
    pub(super) classes: Option<&'b [RequestClass]>,
    pub(super) stores: &'b Stores,
    pub(super) capacity: Option<&'b Capacity>,
    /// Those of all sets, and those that stand by for every set.
    pub(super) standbys: &'b [Standby],
}

/// Bytes of one class that bills count, where the class says them.
#[derive(Clone, Copy, Debug, Default)]
struct ClassBytes {
    /// Whether it says how large its answer is.
    answer_told: bool,
    call: Option<f64>,
    cross_zone: Option<f64>,
}

fn budget(file: &ScenarioFile) -> Option<&At<f64>> {
    given(file.targets.as_ref()).and_then(|(targets, _)| targets.budget.as_ref())
}

impl Check<'_> {
    /// What is billed; none where the file does not ask, or something is wrong, which has been noted.
    pub(super) fn cost(&mut self, file: &ScenarioFile, billed: Billed<'_>) -> Option<CostPlan> {
        // Classes say bytes that only bills count; they are checked in any case.
        let of_classes = self.bytes_of_classes(file);
        let at = file.cost.as_ref()?;
        let section = at.get()?;
        self.expect_rate("[cost]", at.span, billed.audience);
        let prices = self.prices(section);
        let reserved = self.reserved(section);
        let standby_share = self.standby_share(section.standby.as_ref());
        let currency = self.currency(section);
        let multiplier = match &section.multiplier {
            Some(at) => self.positive(at, "`multiplier`"),
            None => Some(1.0),
        };
        let [answer, call, cross_zone] = [
            &section.answer_bytes,
            &section.call_bytes,
            &section.cross_zone_bytes,
        ]
        .map(|field| self.bytes(field.as_ref()));
        let classes = billed.classes?;
        let plan = CostPlan {
            instance: self.instance(section, prices.as_ref()?, billed.choice?, budget(file).is_some()),
            prices: prices?,
            reserved_share: reserved?.0,
            reserved_discount: reserved?.1,
            call_bytes: of_classes
                .iter()
                .map(|class| class.call.or(call).unwrap_or(0.0))
                .collect(),
            answer_bytes: answer_bytes(classes, &of_classes, answer),
            cross_zone_bytes: cross_zone_bytes(&of_classes, cross_zone),
            stored_bytes: billed.stores.rows().iter().map(|row| row.stored).collect(),
            standby_share: standby_share?,
            currency: currency?,
            multiplier: multiplier?,
        };
        self.lint_free(at.span, section, &plan, billed);
        Some(plan)
    }

    /// A budget and a score that count costs need to know of them.
    pub(super) fn expect_costs(&mut self, file: &ScenarioFile) {
        if file.cost.is_some() {
            return;
        }
        let budget = budget(file);
        let score = file.score.as_ref().and_then(At::get).into_iter().flatten();
        let of = score.filter_map(|at| Some(&at.get()?.of));
        let counted = of.filter(|of| of.get().is_some_and(|name| name == COST));
        let asking = counted.map(|of| ("the score counts costs", of.span));
        let promised = budget.map(|at| ("a budget is promised", at.span));
        let all: Vec<(&str, Span)> = asking.chain(promised).collect();
        for (what, span) in all {
            let message = format!("{what}, but there is no [cost]");
            self.error_with_hint(
                span,
                message,
                "say [cost], and below it instance = \"m7g.xlarge\"",
            );
        }
    }

    /// What the classes say of bytes, in their order; nothing of the simple request.
    fn bytes_of_classes(&mut self, file: &ScenarioFile) -> Vec<ClassBytes> {
        let Some((list, _)) = given(file.class.as_ref()) else {
            return vec![ClassBytes::default()];
        };
        let mut bytes_of = |class: &ClassFile| ClassBytes {
            answer_told: class.bytes.is_some(),
            call: self.bytes(class.call_bytes.as_ref()),
            cross_zone: self.bytes(class.cross_zone_bytes.as_ref()),
        };
        list.iter()
            .map(|at| at.get().map_or_else(ClassBytes::default, &mut bytes_of))
            .collect()
    }

    /// The bytes that a field means.
    pub(super) fn bytes(&mut self, field: Option<&At<BytesFile>>) -> Option<f64> {
        let at = field?;
        self.keep(at.get()?.bytes(), at.span)
    }

    /// The prices of the tables, under the user's own.
    fn prices(&mut self, section: &CostFile) -> Option<PriceList> {
        let place = section.prices.as_ref().map_or(Span::new(0, 0..0), |at| at.span);
        let prices = PriceList::embedded(self.catalog);
        let prices = self.keep(prices, place)?;
        let Some(name) = &section.prices else {
            return Some(prices);
        };
        let table = self.table(name)?;
        self.keep(prices.with_table(&table), name.span)
    }

    /// The instance type. One that has no price anywhere was probably misspelt.
    fn instance(
        &mut self,
        section: &CostFile,
        prices: &PriceList,
        choice: &RegionChoice,
        budgeted: bool,
    ) -> Option<String> {
        let at = section.instance.as_ref()?;
        let name = at.get()?.trim();
        if name.is_empty() {
            let hint = "say for instance \"m7g.xlarge\", or leave it out";
            self.error_with_hint(at.span, "the name of an instance type is empty", hint);
            return None;
        }
        let unpriced: Vec<&str> = choice
            .candidates
            .iter()
            .map(|region| region.id.as_str())
            .filter(|region| prices.find(Item::Instance, region, None, Some(name)).is_none())
            .collect();
        if unpriced.len() == choice.candidates.len() {
            let message = format!(
                "instance type `{}` has no price in any candidate",
                shortened(name)
            );
            let hint = self.nearest_instances(name);
            self.warn(at.span, message, hint);
        } else if !unpriced.is_empty() {
            let message = format!("instance type `{name}` has no price in {}", some_of(&unpriced));
            let mut hint = "give it one in a sheet of your own, named by `prices`".to_owned();
            if budgeted {
                hint += "; what is not known to be too dear keeps the budget";
            }
            self.warn(at.span, message, hint);
        }
        Some(name.to_owned())
    }

    fn nearest_instances(&self, name: &str) -> String {
        let own = "give it one in a sheet of your own, named by `prices`";
        let known = self.catalog.instance_prices().unwrap_or_default();
        let names = known.iter().map(|price| price.instance.as_str());
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        match nearest_names(&shortened(name), names, 1).first() {
            // A type that is priced elsewhere is not misspelt.
            Some(nearest) if *nearest != name => format!("did you mean `{nearest}`? else {own}"),
            _ => own.to_owned(),
        }
    }

    /// Share and discount, which only together say what is saved.
    fn reserved(&mut self, section: &CostFile) -> Option<(f64, f64)> {
        let share = self.share_or(section.reserved.as_ref(), 0.0);
        let discount = self.share_or(section.reserved_discount.as_ref(), 0.0);
        match (&section.reserved, &section.reserved_discount) {
            (Some(at), None) => {
                let hint = "say what reserving saves, such as reserved_discount = \"30%\"";
                self.error_with_hint(at.span, "`reserved` without a `reserved_discount`", hint);
            }
            (None, Some(at)) => {
                let hint = "say how much is reserved, such as reserved = \"60%\"";
                self.error_with_hint(at.span, "`reserved_discount` without `reserved`", hint);
            }
            (_, Some(at)) if discount == Some(1.0) => {
                let message = "`reserved_discount` must be below 100%: nobody gives servers away";
                self.error_with_hint(at.span, message, "say for instance \"30%\"");
            }
            _ => {}
        }
        Some((share?, discount?))
    }

    /// By role in the order of [`Role::ALL`].
    fn standby_share(&mut self, field: Option<&At<StandbyShareFile>>) -> Option<[f64; 5]> {
        let usual = [1.0, 1.0, 1.0, 0.0, 0.0];
        let Some(at) = field else { return Some(usual) };
        let file = at.get()?;
        let fields: [Option<&At<ShareFile>>; 5] = [
            None,
            file.hot.as_ref(),
            file.warm.as_ref(),
            file.pilot_light.as_ref(),
            file.backup.as_ref(),
        ];
        let mut shares = usual;
        for (share, field) in shares.iter_mut().zip(fields) {
            *share = self.share_or(field, *share)?;
        }
        Some(shares)
    }

    fn currency(&mut self, section: &CostFile) -> Option<Currency> {
        let name = match &section.currency {
            Some(at) => self.currency_name(at),
            None => Some(USD.to_owned()),
        };
        let per_usd = section.per_usd.as_ref().map(|at| self.positive(at, "`per_usd`"));
        let (name, per_usd) = (name?, per_usd.flatten());
        match (&section.currency, &section.per_usd, per_usd) {
            (Some(at), None, _) if name != USD => {
                let hint = format!("say what a US dollar is worth, such as per_usd = 0.92 for {name}");
                self.error_with_hint(at.span, format!("`currency` \"{name}\" without `per_usd`"), hint);
            }
            (_, Some(at), Some(per_usd)) if name == USD && per_usd != 1.0 => {
                let message = format!("a US dollar is worth 1 USD, found {per_usd}");
                self.error_with_hint(at.span, message, "say which currency it is, such as \"EUR\"");
            }
            _ => {}
        }
        Some(Currency {
            name,
            per_usd: per_usd.unwrap_or(1.0),
        })
    }

    fn currency_name(&mut self, at: &At<String>) -> Option<String> {
        let name = at.get()?;
        if name.len() == 3 && name.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return Some(name.clone());
        }
        let message = format!("`{}` is no currency", shortened(name));
        self.error_with_hint(at.span, message, "say three letters, such as \"EUR\"");
        None
    }

    /// What is billed as nothing because nobody said how much it is.
    fn lint_free(&mut self, span: Span, section: &CostFile, plan: &CostPlan, billed: Billed<'_>) {
        match (billed.capacity, &section.instance) {
            (None, Some(at)) => {
                let message = "nobody says how many servers there are: instances cannot be billed";
                self.warn(at.span, message, "say size = true under [capacity]");
            }
            (Some(_), None) => {
                let message = "[cost] names no instance type: servers are not billed";
                self.warn(span, message, "say for instance instance = \"m7g.xlarge\"");
            }
            _ => {}
        }
        if plan.answer_bytes.iter().all(|bytes| *bytes == 0.0) {
            let message = "every answer has 0 B: what users are sent is billed as nothing";
            let hint = "say `bytes` in a [[class]], or answer_bytes = \"60 KB\" under [cost]";
            self.warn(span, message, hint);
        }
        let classes = billed.classes.unwrap_or_default();
        let free = classes.iter().zip(&plan.call_bytes);
        let mut free = free.filter(|(class, bytes)| !class.calls.is_empty() && **bytes == 0.0);
        if let Some((class, _)) = free.next() {
            let message = format!(
                "calls of class `{}` have 0 B: they are billed as nothing",
                class.name
            );
            self.warn(
                span,
                message,
                "say call_bytes = \"4 KB\" in the [[class]] or under [cost]",
            );
        }
        let told = given(section.standby.as_ref()).is_some_and(|(file, _)| file.warm.is_some());
        if !told && billed.standbys.iter().any(|standby| standby.role == Role::Warm) {
            let message = "nobody says how far a warm standby is scaled down: it is billed at full size";
            self.warn(
                span,
                message,
                "say for instance standby = { warm = \"30%\" } under [cost]",
            );
        }
    }
}

/// By class: its own, else what is told for all.
fn answer_bytes(classes: &[RequestClass], of_classes: &[ClassBytes], told: Option<f64>) -> Vec<f64> {
    let bytes = |(class, said): (&RequestClass, &ClassBytes)| match told {
        Some(told) if !said.answer_told => told,
        _ => class.transfer.bytes,
    };
    classes.iter().zip(of_classes).map(bytes).collect()
}

/// By class: its own, else what is told for all; none where nobody says any.
fn cross_zone_bytes(of_classes: &[ClassBytes], told: Option<f64>) -> Option<Vec<f64>> {
    let said = told.is_some() || of_classes.iter().any(|class| class.cross_zone.is_some());
    let bytes = |class: &ClassBytes| class.cross_zone.or(told).unwrap_or(0.0);
    said.then(|| of_classes.iter().map(bytes).collect())
}
