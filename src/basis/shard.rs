//! Numbered work, cut into parts for as many machines.

use std::fmt;

/// Part I of N of some numbered work: unit u belongs to part (u mod N) + 1.
///
/// Neighbouring units tend to take much the same time, so they are dealt out like cards: no part gets all the long ones.
///
/// ```
/// use isochrone::basis::shard::Shard;
/// let second = Shard::new(2, 3).unwrap();
/// let own: Vec<u64> = (0..8).filter(|unit| second.owns(*unit)).collect();
/// assert_eq!((own, second.to_string().as_str()), (vec![1, 4, 7], "2 of 3"));
/// assert_eq!((Shard::new(0, 3), Shard::new(4, 3)), (None, None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// All of the work.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// Part `number` of `of`, counted from 1; `None` where there is no such part.
    pub fn new(number: u32, of: u32) -> Option<Self> {
        (1..=of).contains(&number).then_some(Shard { number, of })
    }

    /// Which part it is, from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many parts there are.
    pub fn of(self) -> u32 {
        self.of
    }

    /// Whether `unit`, counted from 0, belongs to this part.
    pub fn owns(self, unit: u64) -> bool {
        unit % u64::from(self.of) == u64::from(self.number - 1)
    }

    /// How many of `units` belong to this part.
    pub fn count(self, units: u64) -> u64 {
        let (of, before) = (u64::from(self.of), u64::from(self.number - 1));
        units.saturating_sub(before).div_ceil(of)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_belongs_to_exactly_one_part() {
        for of in 1..9 {
            let parts: Vec<Shard> = (1..=of).filter_map(|number| Shard::new(number, of)).collect();
            for units in 0..25_u64 {
                for unit in 0..units {
                    assert_eq!(parts.iter().filter(|part| part.owns(unit)).count(), 1);
                }
                for part in &parts {
                    let own = (0..units).filter(|unit| part.owns(*unit)).count();
                    assert_eq!(own as u64, part.count(units), "{part} of {units}");
                }
            }
        }
    }
}
