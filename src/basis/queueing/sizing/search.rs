//! The least number of servers that meets a condition, without trying all.
//!
//! Servers beyond the load are tried in leaps that double, with Erlang B carried on by its recursion; between the last
//! two leaps the number is halved in. What promises ask beyond the load grows with the root of the load, so a million
//! erlang take some ten thousand steps of the recursion and two dozen trials.

use super::MOST_SERVERS;
use crate::basis::queueing::{erlang_b, one_more};

/// The least number of servers, above `offered` (erlang) and at least 1, for which `met` holds when told the number and
/// its Erlang B. `met` never ceases to hold as servers are added. The search begins at `from`, or one below it. None
/// where no number up to [`MOST_SERVERS`] does.
pub(super) fn least(offered: f64, from: u32, met: impl Fn(u32, f64) -> bool) -> Option<u32> {
    let first = (offered as u32 + 1).max(from.saturating_sub(1));
    let mut blocked = vec![erlang_b(first, offered)];
    let mut fails_at = None;
    let mut at = 0;
    while !met(first + at, blocked[at as usize]) {
        fails_at = Some(at);
        at = 2 * at + 1;
        if first + at > MOST_SERVERS {
            return None;
        }
        carry_on(&mut blocked, first, at, offered);
    }
    let Some(mut low) = fails_at else {
        return Some(first);
    };
    while at - low > 1 {
        let middle = low + (at - low) / 2;
        if met(first + middle, blocked[middle as usize]) {
            at = middle;
        } else {
            low = middle;
        }
    }
    Some(first + at)
}

/// Erlang B up to `first + to` servers.
fn carry_on(blocked: &mut Vec<f64>, first: u32, to: u32, offered: f64) {
    let mut last = blocked[blocked.len() - 1];
    for more in blocked.len() as u32..=to {
        last = one_more(last, first + more, offered);
        blocked.push(last);
    }
}
