//! What is left of a question of cover once the plain part is settled.
//!
//! Users who are reached whenever another is need no thought, nor do sites that reach no more than another does; a user
//! with one site left opens it. Repeated until nothing changes, this leaves little of a sparse question. Source: Toregas
//! and others, *The location of emergency service facilities*, Operations Research 19, 1971.

/// A set of small numbers, a bit each.
type Bits = Vec<u64>;

/// A question of cover: who is left, with which sites, and which sites are open for sure.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    pub(super) users: Vec<usize>,
    pub(super) sites: Vec<usize>,
    pub(super) taken: Vec<usize>,
    /// Whether a user has no site at all.
    pub(super) hopeless: bool,
}

/// Both sides of who reaches whom, without what is settled.
struct Table {
    /// Sites of each user, empty once it is settled.
    reach: Vec<Bits>,
    /// Users of each site, empty once it is settled.
    serves: Vec<Bits>,
    user_left: Vec<bool>,
    site_left: Vec<bool>,
}

/// Settles what can be settled of "which of `sites` sites reach `users` users", of which `must` are open anyway.
pub(super) fn kernel(
    users: usize,
    sites: usize,
    must: &[usize],
    reaches: impl Fn(usize, usize) -> bool,
) -> Kernel {
    let mut table = Table {
        reach: (0..users)
            .map(|user| bits(sites, |site| reaches(user, site)))
            .collect(),
        serves: (0..sites)
            .map(|site| bits(users, |user| reaches(user, site)))
            .collect(),
        user_left: vec![true; users],
        site_left: vec![true; sites],
    };
    let mut taken = Vec::new();
    for &site in must {
        table.take(site, &mut taken);
    }
    let hopeless = (0..users).any(|user| table.user_left[user] && count(&table.reach[user]) == 0);
    let mut settled = true;
    while settled && !hopeless {
        settled = table.take_only_sites(&mut taken);
        settled |= table.drop_users();
        settled |= table.drop_sites();
    }
    let left = |left: &[bool]| (0..left.len()).filter(|&at| left[at]).collect();
    Kernel {
        users: left(&table.user_left),
        sites: left(&table.site_left),
        taken,
        hopeless,
    }
}

impl Table {
    /// Opens a site: it and its users are settled.
    fn take(&mut self, site: usize, taken: &mut Vec<usize>) {
        if self.site_left[site] {
            taken.push(site);
            for user in numbers(&self.serves[site]) {
                self.drop_user(user);
            }
            self.drop_site(site);
        }
    }

    fn drop_user(&mut self, user: usize) {
        self.user_left[user] = false;
        for site in numbers(&self.reach[user]) {
            clear(&mut self.serves[site], user);
        }
        self.reach[user].fill(0);
    }

    fn drop_site(&mut self, site: usize) {
        self.site_left[site] = false;
        for user in numbers(&self.serves[site]) {
            clear(&mut self.reach[user], site);
        }
        self.serves[site].fill(0);
    }

    /// Opens the only site of a user.
    fn take_only_sites(&mut self, taken: &mut Vec<usize>) -> bool {
        let before = taken.len();
        for user in 0..self.reach.len() {
            if self.user_left[user] && count(&self.reach[user]) == 1 {
                for site in numbers(&self.reach[user]) {
                    self.take(site, taken);
                }
            }
        }
        taken.len() > before
    }

    /// Leaves out users who have every site that another user has: whoever reaches that one reaches them.
    fn drop_users(&mut self) -> bool {
        let mut dropped = false;
        for user in 0..self.reach.len() {
            let other = |other: &usize| {
                *other != user && self.user_left[*other] && within(&self.reach[*other], &self.reach[user])
            };
            if self.user_left[user] && (0..self.reach.len()).any(|at| other(&at)) {
                self.drop_user(user);
                dropped = true;
            }
        }
        dropped
    }

    /// Leaves out sites that reach nobody whom another site does not reach.
    fn drop_sites(&mut self) -> bool {
        let mut dropped = false;
        for site in 0..self.serves.len() {
            let other = |other: &usize| {
                *other != site && self.site_left[*other] && within(&self.serves[site], &self.serves[*other])
            };
            let idle = count(&self.serves[site]) == 0;
            if self.site_left[site] && (idle || (0..self.serves.len()).any(|at| other(&at))) {
                self.drop_site(site);
                dropped = true;
            }
        }
        dropped
    }
}

fn bits(len: usize, has: impl Fn(usize) -> bool) -> Bits {
    let mut bits = vec![0; len.div_ceil(64)];
    for at in (0..len).filter(|&at| has(at)) {
        bits[at / 64] |= 1 << (at % 64);
    }
    bits
}

fn clear(bits: &mut Bits, at: usize) {
    bits[at / 64] &= !(1 << (at % 64));
}

fn count(bits: &Bits) -> u32 {
    bits.iter().map(|word| word.count_ones()).sum()
}

fn within(small: &Bits, large: &Bits) -> bool {
    small.iter().zip(large).all(|(small, large)| small & !large == 0)
}

fn numbers(bits: &Bits) -> Vec<usize> {
    let mut found = Vec::new();
    for (place, &word) in bits.iter().enumerate() {
        let mut rest = word;
        while rest != 0 {
            found.push(place * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
    found
}
