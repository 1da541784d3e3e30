//! Which losses are asked about: every loss of up to so many regions of a set, and those the scenario names.

use crate::design::recovery::{Loss, LossQuestions};

/// The losses to look at for a set of active regions: by number of regions, in the order of the regions, then the named
/// ones in theirs. `name` tells the name of a candidate.
pub fn losses_of(active: &[usize], asked: &LossQuestions, name: &dyn Fn(usize) -> String) -> Vec<Loss> {
    let mut losses: Vec<Loss> = (1..=asked.lose_any.max(1).min(active.len()))
        .flat_map(|size| subsets(active, size))
        .map(|regions| Loss {
            name: regions
                .iter()
                .map(|region| name(*region))
                .collect::<Vec<_>>()
                .join(" + "),
            regions,
            links: Vec::new(),
            impaired: Vec::new(),
        })
        .collect();
    losses.extend(asked.named.iter().cloned());
    losses
}

/// All subsets of `size` elements, in lexicographic order of their places.
pub fn subsets(of: &[usize], size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    (0..of.len())
        .flat_map(|first| {
            subsets(&of[first + 1..], size - 1)
                .into_iter()
                .map(move |rest| std::iter::once(of[first]).chain(rest).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loss_of_up_to_two_regions_is_asked_about_once() {
        let asked = LossQuestions {
            lose_any: 2,
            named: Vec::new(),
        };
        let names: Vec<String> = losses_of(&[3, 5, 8], &asked, &|region| region.to_string())
            .into_iter()
            .map(|loss| loss.name)
            .collect();
        assert_eq!(names, ["3", "5", "8", "3 + 5", "3 + 8", "5 + 8"]);
    }

    #[test]
    fn no_set_is_asked_to_lose_more_than_it_has() {
        let asked = LossQuestions {
            lose_any: 5,
            named: Vec::new(),
        };
        assert_eq!(losses_of(&[1, 2], &asked, &|r| r.to_string()).len(), 3);
    }
}
