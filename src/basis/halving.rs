//! Halving: where something that holds at first ceases to hold.

/// Halvings that leave no number between the ends of any bracket of positive numbers that are not tiny.
pub const TO_THE_LAST_DIGIT: usize = 200;

/// Narrows `low..high` around the place up to which `holds` does, by so many halvings, or until no number is left between
/// the ends. Nothing is asked of the ends themselves: where it holds nowhere `low` stays, where it holds throughout, `high`.
///
/// ```
/// use isochrone::basis::halving::{TO_THE_LAST_DIGIT, halve};
/// let (low, high) = halve((0.0, 2.0), TO_THE_LAST_DIGIT, |x| x * x < 2.0);
/// assert!(low < std::f64::consts::SQRT_2 && std::f64::consts::SQRT_2 <= high);
/// assert_eq!(high, low.next_up());
/// // An eighth of the bracket after three.
/// assert_eq!(halve((0.0, 8.0), 3, |x| x < 5.5), (5.0, 6.0));
/// ```
pub fn halve((mut low, mut high): (f64, f64), times: usize, holds: impl Fn(f64) -> bool) -> (f64, f64) {
    for _ in 0..times {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_nowhere_or_throughout_is_told_by_the_end_that_stays() {
        assert_eq!(halve((1.0, 3.0), TO_THE_LAST_DIGIT, |_| false).0, 1.0);
        assert_eq!(halve((1.0, 3.0), TO_THE_LAST_DIGIT, |_| true).1, 3.0);
        assert_eq!(halve((3.0, 3.0), 5, |_| true), (3.0, 3.0));
    }
}
