//! What capacities settle about sites before anything is relaxed.

use super::bound::Fix;
use super::matrix::beyond;
use super::sums::Sums;

/// Closes sites that would get more than they can take in any set that is left; `false` when no set is left.
///
/// A user whose cheapest site of all that are left is open goes there, so every set brings a site at least these.
pub(super) fn settle(sums: &Sums, fix: &mut [Fix]) -> bool {
    let Some(limits) = &sums.limits else { return true };
    loop {
        let left: Vec<usize> = (0..sums.sites()).filter(|&site| fix[site] != Fix::Out).collect();
        let named: Vec<usize> = left.iter().map(|&site| sums.site_of[site]).collect();
        let loads = limits.loads(&named);
        let mut settled = true;
        for ((&site, &name), &load) in left.iter().zip(&named).zip(&loads) {
            if beyond(load, limits.capacity(name)) {
                if fix[site] == Fix::In {
                    return false;
                }
                fix[site] = Fix::Out;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    !beyond(limits.least_room(), most_room(sums, fix))
}

/// The weight that the largest sites still possible can take together.
fn most_room(sums: &Sums, fix: &[Fix]) -> f64 {
    let room = |wanted: Fix| -> Vec<f64> {
        (0..sums.sites())
            .filter(|&site| fix[site] == wanted)
            .filter_map(|site| Some(sums.limits.as_ref()?.capacity(sums.site_of[site])))
            .collect()
    };
    let open = room(Fix::In);
    let mut free = room(Fix::Free);
    free.sort_by(|a, b| b.total_cmp(a));
    open.iter()
        .chain(free.iter().take(sums.most.saturating_sub(open.len())))
        .sum()
}
