//! What a user's own measurements make of the estimates: factors on levels and spreads, and how sure each is.
//!
//! ```text
//! path   (country, region)      · e^(all + country + region + pair)
//! access (country, technology)  · e^(country + technology)
//! link   (region, region)       · e^(all + region + region + pair)
//! ```
//! An effect is a logarithm, so 0 leaves everything as it is. Its `sd` is that of the whole level where nothing more
//! special is known, so what is not yet known of the other end is in it.

use std::collections::BTreeMap;

use crate::world::network::access::Technology;
use crate::world::network::rows::Country;

/// An effect with the standard deviation of the level that it makes, both logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The effect.
    pub effect: f64,
    /// Standard deviation of the level.
    pub sd: f64,
}

/// A factor on the spread between the users of one level.
///
/// A stated spread holds what is unknown of the level too: it was calibrated on countries that it had not seen. Where the
/// level becomes better known that part becomes smaller, whatever the factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// The factor on what is left of a stated spread without the level's part.
    pub factor: f64,
    /// Standard deviation of its logarithm.
    pub sd: f64,
    /// The level's part in a stated spread: of a path in scales of its estimate, of access as a logarithm.
    pub level: f64,
}

impl Factor {
    /// The standard deviation of a logarithm that was stated as `stated`, for a level of which `known` is known; `scale`
    /// is that of a path's estimate, and 1 for access.
    pub fn of(&self, stated: f64, scale: f64, known: Level) -> f64 {
        let within = within(stated, self.level * scale);
        // The rest of what was stated, which is no more than the level's part.
        let open = (stated * stated - within * within).sqrt();
        (self.factor * within).hypot(known.error(open))
    }
}

/// What is left of a stated spread without the part of its level, and never less than half of it.
pub fn within(stated: f64, open: f64) -> f64 {
    let least = stated / 2.0;
    (stated * stated - open * open).max(least * least).sqrt()
}

/// Effects on one kind of level: of all, of what it starts from, of where it goes, and of pairs of both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// Of all levels; none where nothing was fitted.
    pub all: Option<Effect>,
    /// By the first name.
    pub from: BTreeMap<String, Effect>,
    /// By the second name.
    pub to: BTreeMap<String, Effect>,
    /// By both.
    pub pairs: BTreeMap<(String, String), Effect>,
}

/// What a level rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Nothing was measured that would say anything of it.
    #[default]
    Nothing,
    /// What was measured elsewhere.
    Elsewhere,
    /// One of its ends.
    OneEnd,
    /// Both ends, each with others.
    BothEnds,
    /// The pair itself.
    Pair,
}

/// What a level is moved by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// Logarithm of the factor.
    pub log: f64,
    /// Standard deviation of the level's logarithm; none where nothing is known.
    pub sd: Option<f64>,
    /// What it rests on.
    pub basis: Basis,
}

impl Level {
    /// How far the level may lie from what it is said to be, where it would be `open` without measurements: never more.
    pub fn error(&self, open: f64) -> f64 {
        self.sd.map_or(open, |sd| sd.min(open))
    }
}

impl Levels {
    /// Nothing was fitted.
    pub fn is_empty(&self) -> bool {
        self.all.is_none()
    }

    /// What is known of the level from `from` to `to`.
    pub fn level(&self, from: Option<&str>, to: Option<&str>) -> Level {
        let from_effect = from.and_then(|name| self.from.get(name));
        let to_effect = to.and_then(|name| self.to.get(name));
        let pair = from
            .zip(to)
            .and_then(|(from, to)| self.pairs.get(&(from.to_owned(), to.to_owned())));
        self.put_together(from_effect, to_effect, pair)
    }

    /// The same where either name may stand first, and all are in [`from`](Self::from).
    pub fn level_both_ways(&self, a: &str, b: &str) -> Level {
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        let pair = self.pairs.get(&(low.to_owned(), high.to_owned()));
        self.put_together(self.from.get(low), self.from.get(high), pair)
    }

    fn put_together(&self, from: Option<&Effect>, to: Option<&Effect>, pair: Option<&Effect>) -> Level {
        let Some(all) = &self.all else {
            return Level::default();
        };
        let log = [Some(all), from, to, pair]
            .into_iter()
            .flatten()
            .map(|effect| effect.effect)
            .sum();
        let (sd, basis) = match (from, to, pair) {
            (_, _, Some(pair)) => (pair.sd, Basis::Pair),
            (Some(from), Some(to), None) => (crossed(all.sd, from.sd, to.sd), Basis::BothEnds),
            (Some(one), None, None) | (None, Some(one), None) => (one.sd, Basis::OneEnd),
            (None, None, None) => (all.sd, Basis::Elsewhere),
        };
        Level {
            log,
            sd: Some(sd),
            basis,
        }
    }
}

/// The standard deviation of a level of which both ends are known, but not the pair. Each of the three variances holds
/// what is unknown of the ends it does not know, so these cancel; that errors of the two ends go against each other, as
/// they do in a table of both, is left out: the figure is rather too great.
fn crossed(all: f64, from: f64, to: f64) -> f64 {
    let least = from.min(to) / 2.0;
    let variance = from * from + to * to - all * all;
    variance.max(least * least).sqrt()
}

/// What own measurements make of the estimates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    /// Paths from users to regions: country, then region.
    pub path: Levels,
    /// Access networks: country, then technology.
    pub access: Levels,
    /// Links between regions, by either.
    pub links: Levels,
    /// On the spread of a path between users; where there is none, stated spreads stay as they are.
    pub path_spread: Option<Factor>,
    /// On the spread of access between users, likewise.
    pub access_spread: Option<Factor>,
}

impl Calibration {
    /// What moves the path from `country` to `region`, which is none for a place that is no region.
    pub fn path_level(&self, country: Country, region: Option<&str>) -> Level {
        self.path.level(Some(&country.to_string()), region)
    }

    /// What moves the access of `technology` in `country`.
    pub fn access_level(&self, country: Country, technology: Technology) -> Level {
        self.access
            .level(Some(&country.to_string()), Some(technology.name()))
    }

    /// What moves the link between two regions.
    pub fn link_level(&self, a: &str, b: &str) -> Level {
        self.links.level_both_ways(a, b)
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.path.is_empty()
            && self.access.is_empty()
            && self.links.is_empty()
            && self.path_spread.is_none()
            && self.access_spread.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels() -> Levels {
        let effect = |effect, sd| Effect { effect, sd };
        Levels {
            all: Some(effect(0.1, 0.3)),
            from: BTreeMap::from([("BR".to_owned(), effect(0.2, 0.25))]),
            to: BTreeMap::from([("aws:x".to_owned(), effect(-0.05, 0.2))]),
            pairs: BTreeMap::from([(("BR".to_owned(), "aws:y".to_owned()), effect(0.01, 0.02))]),
        }
    }

    #[test]
    fn effects_add_up_and_the_most_special_error_counts() {
        let of = |from, to| levels().level(Some(from), Some(to));
        assert_eq!(of("DE", "aws:z").sd, Some(0.3));
        assert_eq!(of("BR", "aws:z").basis, Basis::OneEnd);
        let both = of("BR", "aws:x");
        assert!((both.log - 0.25).abs() < 1e-12);
        // 0.25² + 0.2² − 0.3²
        assert!((both.sd.unwrap() - 0.0125_f64.sqrt()).abs() < 1e-12);
        let pair = of("BR", "aws:y");
        assert!((pair.log - 0.31).abs() < 1e-12);
        assert_eq!(
            (pair.sd, pair.error(0.01), pair.error(0.5)),
            (Some(0.02), 0.01, 0.02)
        );
    }

    #[test]
    fn a_spread_is_as_stated_while_its_level_is_unknown() {
        let factor = Factor {
            factor: 1.0,
            sd: 0.1,
            level: 0.85,
        };
        let known = |sd| Level {
            sd: Some(sd),
            ..Level::default()
        };
        assert!((factor.of(0.15, 0.1, Level::default()) - 0.15).abs() < 1e-12);
        assert!((factor.of(0.15, 0.1, known(1e-9)) - within(0.15, 0.085)).abs() < 1e-12);
        assert_eq!(within(0.15, 0.2), 0.075);
        assert!(
            (factor.of(0.15, 1.0, known(9.0)) - 0.15).abs() < 1e-12,
            "never wider than stated"
        );
    }

    #[test]
    fn nothing_fitted_moves_nothing() {
        let calibration = Calibration::default();
        let level = calibration.path_level(Country::new("BR").unwrap(), Some("aws:x"));
        assert_eq!((level, level.error(0.4)), (Level::default(), 0.4));
        assert!(calibration.is_empty());
    }
}
