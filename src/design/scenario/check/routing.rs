//! How users find their region: a policy with its records, time to live, and resolvers that stand elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::regions::RegionChoice;
use super::sets::Sets;
use super::{Check, nearest_three};
use crate::basis::dist::Dist;
use crate::basis::geo::LatLon;
use crate::design::routing::{Policy, Resolver, Routing};
use crate::design::scenario::decode::{At, Entries, shortened};
use crate::design::scenario::file::{PolicyWord, ResolverFile, RoutingFile};
use crate::design::scenario::quantity::NamesFile;
use crate::design::scenario::source::Span;
use crate::world::demand::Audience;

/// Records by country or continent: candidates in order of preference.
type Records = BTreeMap<String, Vec<usize>>;

const STEEPEST_BIAS: f64 = 99.0;

/// Shares of users may be rounded by this much before they are too many.
const ROUNDING: f64 = 1e-9;

/// What the parts of the section are read with.
#[derive(Clone, Copy)]
pub(super) struct Around<'r> {
    pub(super) choice: Option<&'r RegionChoice>,
    pub(super) sets: Option<&'r Sets>,
    pub(super) audience: Option<&'r Audience>,
}

impl Check<'_> {
    /// Latency-based with perfect knowledge when nothing is said.
    pub(super) fn routing(
        &mut self,
        section: Option<&At<RoutingFile>>,
        around: Around<'_>,
    ) -> Option<Routing> {
        let Some(at) = section else {
            return Some(Routing::perfect());
        };
        let file = at.get()?;
        let word = match &file.policy {
            Some(at) => at.get().copied(),
            None => Some(PolicyWord::default()),
        };
        let policy = word.and_then(|word| {
            self.expect_own_records(word, file);
            self.policy(word, file, at.span, around)
        });
        let ttl_s = match &file.ttl {
            Some(at) => self.seconds(at, "`ttl`"),
            None => Some(Routing::perfect().ttl_s),
        };
        let ignore_ttl = self.share_or(file.ignore_ttl.as_ref(), 0.0);
        let overstay_s = self.overstay(file, ignore_ttl);
        let resolvers = self.resolvers(file.resolver.as_ref());
        Some(Routing {
            policy: policy?,
            resolvers: resolvers?,
            ttl_s: ttl_s?,
            ignore_ttl: ignore_ttl?,
            overstay_s,
            stated: true,
        })
    }

    /// A record of another policy says that another policy was meant.
    fn expect_own_records(&mut self, word: PolicyWord, file: &RoutingFile) {
        let records = [
            (
                "countries",
                file.countries.as_ref().map(|at| at.span),
                PolicyWord::Geolocation,
            ),
            (
                "continents",
                file.continents.as_ref().map(|at| at.span),
                PolicyWord::Geolocation,
            ),
            (
                "default",
                file.default.as_ref().map(|at| at.span),
                PolicyWord::Geolocation,
            ),
            (
                "bias",
                file.bias.as_ref().map(|at| at.span),
                PolicyWord::Geoproximity,
            ),
            (
                "weights",
                file.weights.as_ref().map(|at| at.span),
                PolicyWord::Weighted,
            ),
            (
                "order",
                file.order.as_ref().map(|at| at.span),
                PolicyWord::Failover,
            ),
        ];
        for (name, span, owner) in records {
            if let Some(span) = span
                && owner != word
            {
                let message = format!("`{name}` does not go with the policy `{}`", word.name());
                let hint = format!("say policy = \"{}\", or leave `{name}` out", owner.name());
                self.error_with_hint(span, message, hint);
            }
        }
    }

    fn policy(
        &mut self,
        word: PolicyWord,
        file: &RoutingFile,
        span: Span,
        around: Around<'_>,
    ) -> Option<Policy> {
        match word {
            PolicyWord::Latency => Some(Policy::Latency),
            PolicyWord::Multivalue => Some(Policy::Multivalue),
            PolicyWord::Geolocation => self.geolocation(file, span, around),
            PolicyWord::Geoproximity => {
                let bias = self.by_region(file.bias.as_ref(), around.choice, "bias")?;
                Some(Policy::Geoproximity { bias })
            }
            PolicyWord::Weighted => self.weighted(file, span, around),
            PolicyWord::Failover => self.failover(file, span, around.choice),
        }
    }

    fn geolocation(&mut self, file: &RoutingFile, span: Span, around: Around<'_>) -> Option<Policy> {
        let countries = self.records(file.countries.as_ref(), around.choice, Self::country);
        let continents = self.records(file.continents.as_ref(), around.choice, Self::continent);
        let default = match &file.default {
            Some(at) => self.candidates(at, around.choice, "`default`"),
            None => Some(Vec::new()),
        };
        let (countries, continents) = (countries?, continents?);
        if file.default.is_none() {
            self.expect_everybody(&countries, &continents, span, around.audience?);
        }
        Some(Policy::Geolocation {
            countries,
            continents,
            default: default?,
        })
    }

    fn records(
        &mut self,
        field: Option<&At<Entries<NamesFile>>>,
        choice: Option<&RegionChoice>,
        name_of: impl Fn(&mut Self, &At<String>) -> Option<String>,
    ) -> Option<Records> {
        let mut records = Records::new();
        let Some(field) = field else {
            return Some(records);
        };
        let mut all = true;
        for (key, regions) in field.get()?.iter() {
            let name = name_of(self, key);
            let whose = format!("the record `{}`", key.get().map_or("?", String::as_str));
            let regions = self.candidates(regions, choice, &whose);
            let (Some(name), Some(regions)) = (name, regions) else {
                all = false;
                continue;
            };
            if records.insert(name.clone(), regions).is_some() {
                let message = format!("`{name}` has two records");
                self.error_with_hint(key.span, message, "name its regions in one list");
            }
        }
        all.then_some(records)
    }

    /// The continent a text means, as the catalogue names it: `north-america` → `North America`.
    fn continent(&mut self, at: &At<String>) -> Option<String> {
        let written = |name: &str| name.trim().to_lowercase().replace([' ', '_'], "-");
        let wanted = at.get()?;
        let outcome = self.catalog.countries();
        let countries = self.keep(outcome, at.span)?;
        let known: BTreeSet<&str> = countries
            .iter()
            .map(|country| country.continent.as_str())
            .collect();
        let found = known.iter().find(|name| written(name) == written(wanted));
        if found.is_none() {
            let names: Vec<String> = known.iter().map(|name| written(name)).collect();
            let hint = nearest_three(wanted, names.iter().map(String::as_str));
            self.error_with_hint(
                at.span,
                format!("unknown continent `{}`", shortened(wanted)),
                hint,
            );
        }
        found.map(|name| (*name).to_owned())
    }

    /// Without a default, a DNS service gives users of other countries no answer at all.
    fn expect_everybody(
        &mut self,
        countries: &Records,
        continents: &Records,
        span: Span,
        audience: &Audience,
    ) {
        let outcome = self.catalog.countries();
        let Some(catalogue) = self.keep(outcome, span) else {
            return;
        };
        let covered = |code: &str| {
            let continent = catalogue.iter().find(|country| country.iso2 == code);
            countries.contains_key(code)
                || continent.is_some_and(|country| continents.contains_key(&country.continent))
        };
        if let Some(group) = audience.groups.iter().find(|group| !covered(&group.country)) {
            let message = format!(
                "users of {} match no record, and there is no `default`",
                group.country
            );
            let hint = "say where everybody else goes, such as default = [\"us-east-1\"]";
            self.error_with_hint(span, message, hint);
        }
    }

    fn weighted(&mut self, file: &RoutingFile, span: Span, around: Around<'_>) -> Option<Policy> {
        if file.weights.is_none() {
            let hint = "say for instance weights = { \"us-east-1\" = 3, \"eu-west-1\" = 1 }";
            self.error_with_hint(span, "the policy `weighted` has no `weights`", hint);
            return None;
        }
        let weights = self.by_region(file.weights.as_ref(), around.choice, "weights")?;
        for set in around.sets.into_iter().flat_map(Sets::all) {
            if set.placement.regions.iter().all(|&region| weights[region] == 0.0) {
                let message = format!("no region of set `{}` has a weight above 0", set.placement.name);
                self.error_with_hint(
                    set.regions_at,
                    message,
                    "give one of them a weight under [routing]",
                );
            }
        }
        Some(Policy::Weighted { weights })
    }

    fn failover(&mut self, file: &RoutingFile, span: Span, choice: Option<&RegionChoice>) -> Option<Policy> {
        let Some(at) = &file.order else {
            let hint = "say for instance order = [\"us-east-1\", \"eu-west-1\"], the preferred one first";
            self.error_with_hint(span, "the policy `failover` has no `order`", hint);
            return None;
        };
        let order = self.candidate_list(at.get()?, at.span, choice, "`order`")?;
        Some(Policy::Failover { order })
    }

    /// A number for each candidate, 0 where none is given. `what` is `bias` or `weights`.
    fn by_region(
        &mut self,
        field: Option<&At<Entries<f64>>>,
        choice: Option<&RegionChoice>,
        what: &str,
    ) -> Option<Vec<f64>> {
        let mut numbers = vec![0.0; choice.map_or(0, |choice| choice.candidates.len())];
        let Some(field) = field else {
            return choice.map(|_| numbers);
        };
        let mut given = Vec::new();
        for (key, at) in field.get()?.iter() {
            let index = key.get().and_then(|name| {
                let whose = format!("`{what}`");
                self.candidate(name, key.span, choice, &whose)
            });
            self.expect_in_range(at, what);
            let (Some(index), Some(number)) = (index, at.get()) else {
                continue;
            };
            if given.contains(&index) {
                let message = format!(
                    "`{}` stands twice in `{what}`",
                    key.get().map_or("?", String::as_str)
                );
                self.error_with_hint(key.span, message, "leave one out");
            }
            given.push(index);
            numbers[index] = *number;
        }
        if what == "weights" && given.iter().all(|&index| numbers[index] == 0.0) {
            self.error_with_hint(
                field.span,
                "no weight is above 0",
                "give a region a weight such as 1",
            );
        }
        choice.map(|_| numbers)
    }

    fn expect_in_range(&mut self, at: &At<f64>, what: &str) {
        let Some(&number) = at.get() else { return };
        if what == "bias" && !(-STEEPEST_BIAS..=STEEPEST_BIAS).contains(&number) {
            self.error(
                at.span,
                format!("a bias must lie between -99 and 99, found {number}"),
            );
        }
        if what == "weights" && !(number >= 0.0 && number.is_finite()) {
            self.error(
                at.span,
                format!("a weight must be finite and not negative, found {number}"),
            );
        }
    }

    /// How much longer than they may some clients keep an answer, s; none also where it is wrong, which is noted.
    fn overstay(&mut self, file: &RoutingFile, ignore_ttl: Option<f64>) -> Option<Dist> {
        match (&file.overstay, &file.ignore_ttl) {
            (Some(at), Some(_)) => self.seconds_dist(at, "overstay"),
            (Some(at), None) => {
                let hint = "say which share of clients does, such as ignore_ttl = \"5%\"";
                self.error_with_hint(
                    at.span,
                    "`overstay` without clients that ignore the time to live",
                    hint,
                );
                None
            }
            (None, Some(at)) if ignore_ttl.is_some_and(|share| share > 0.0) => {
                let hint = "say how much longer they keep an answer, such as overstay = \"30min\"";
                self.error_with_hint(at.span, "`ignore_ttl` has no `overstay`", hint);
                None
            }
            (None, _) => None,
        }
    }

    fn resolvers(&mut self, list: Option<&At<Vec<At<ResolverFile>>>>) -> Option<Vec<Resolver>> {
        let Some(list) = list else {
            return Some(Vec::new());
        };
        let mut resolvers = Vec::new();
        for at in list.get()? {
            let Some(file) = at.get() else { continue };
            let Some(resolver) = self.resolver(file) else {
                continue;
            };
            self.expect_users_left(&resolvers, &resolver, file.share.span);
            resolvers.push(resolver);
        }
        (resolvers.len() == list.get()?.len()).then_some(resolvers)
    }

    fn resolver(&mut self, file: &ResolverFile) -> Option<Resolver> {
        let spot = self.spot(&file.at);
        let country = match (&file.country, &spot) {
            (Some(at), _) => self.country(at),
            (None, Some((_, Some(country)))) => Some(country.clone()),
            (None, Some((_, None))) => {
                let message = "a resolver at a place needs a `country`";
                self.error_with_hint(
                    file.at.span,
                    message,
                    "say for instance country = \"US\", or name a metro",
                );
                None
            }
            (None, None) => None,
        };
        let share = self.share(&file.share);
        let users = match &file.users {
            Some(list) => self.user_countries(list)?,
            None => Vec::new(),
        };
        Some(Resolver {
            place: spot?.0,
            country: country?,
            share: share?.get(),
            users,
        })
    }

    fn user_countries(&mut self, list: &At<Vec<At<String>>>) -> Option<Vec<String>> {
        if list.get()?.is_empty() {
            self.error_with_hint(list.span, "`users` is empty", "leave it out for all users");
        }
        let countries: Vec<Option<String>> = list.get()?.iter().map(|at| self.country(at)).collect();
        countries.into_iter().collect()
    }

    /// A place as `lat,lon`, or a metro with its country.
    fn spot(&mut self, at: &At<String>) -> Option<(LatLon, Option<String>)> {
        let text = at.get()?;
        if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
            let place = self.keep(LatLon::parse(&shortened(text)), at.span)?;
            return Some((place, None));
        }
        let metro = self.looked_up(at.span, |catalog| catalog.metro(text))?;
        Some((metro.place, Some(metro.country.clone())))
    }

    /// No country's users can ask more than one resolver each.
    fn expect_users_left(&mut self, earlier: &[Resolver], resolver: &Resolver, span: Span) {
        let taken = most_taken(earlier, resolver);
        if taken + resolver.share > 1.0 + ROUNDING {
            let message = format!(
                "the resolvers before it have {:.1} % of these users already",
                taken * 100.0
            );
            self.error_with_hint(
                span,
                message,
                "the shares of a country's users sum to at most 100%",
            );
        }
    }
}

/// The largest share of one country's users that `earlier` resolvers have, among the countries of `resolver`.
fn most_taken(earlier: &[Resolver], resolver: &Resolver) -> f64 {
    let everybody: f64 = share_of(earlier.iter().filter(|other| other.users.is_empty()));
    let named: Vec<&String> = if resolver.users.is_empty() {
        earlier.iter().flat_map(|other| &other.users).collect()
    } else {
        resolver.users.iter().collect()
    };
    let of_country = |code: &&String| share_of(earlier.iter().filter(|other| other.users.contains(code)));
    everybody + named.iter().map(of_country).fold(0.0, f64::max)
}

fn share_of<'r>(resolvers: impl Iterator<Item = &'r Resolver>) -> f64 {
    resolvers.map(|resolver| resolver.share).sum()
}
