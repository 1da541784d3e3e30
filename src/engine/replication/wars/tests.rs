//! Quorums against sums done by hand, and the laws they obey.

use super::*;
use crate::basis::dist::Dist;
use crate::engine::replication::delay::Delay;

fn random(mean: f64) -> Vec<Part> {
    vec![Part::once(Dist::exponential(mean).unwrap().shape())]
}

fn unlike() -> Messages {
    Messages {
        write: random(5.0),
        ack: random(1.0),
        read: random(1.0),
        response: random(2.0),
        ..Messages::default()
    }
}

fn all_quorums(n: usize) -> Vec<Quorum> {
    (1..=n)
        .flat_map(|r| (1..=n).map(move |w| Quorum { r, w }))
        .collect()
}

fn found(copies: &Copies, quorums: &[Quorum], runs: u32) -> Vec<Outcome> {
    simulate(copies, quorums, runs, 11, Watch::default()).unwrap()
}

fn fixed(write: f64, ack: f64, read: f64, response: f64) -> Messages {
    let part = |ms| vec![Part::fixed(ms)];
    Messages {
        way: vec![],
        write: part(write),
        ack: part(ack),
        read: part(read),
        response: part(response),
    }
}

/// W + A = 2, 9, 31 and R + S = 7, 2, 4. With r = 1 the second copy answers, with W − R = 8 − 1 = 7.
#[test]
fn fixed_messages_give_the_times_of_a_sum_by_hand() {
    let copies = vec![
        fixed(1.0, 1.0, 3.0, 4.0),
        fixed(8.0, 1.0, 1.0, 1.0),
        fixed(30.0, 1.0, 2.0, 2.0),
    ];
    let copies = Copies::seen_from(vec![copies], vec![1.0], vec![1.0]).unwrap();
    let time = |r, w| {
        let one = &found(&copies, &[Quorum { r, w }], 1)[0];
        assert!(one.read.is_exact() && one.write.is_exact() && one.needed.is_exact());
        [&one.read, &one.write, &one.needed].map(|times| times.quantile(0.5).value)
    };
    assert_eq!(time(1, 1), [2.0, 2.0, 5.0]);
    // The two first to answer are 7 and 28 behind.
    assert_eq!(time(2, 1), [4.0, 2.0, 5.0]);
    assert_eq!(time(1, 2), [2.0, 9.0, 0.0]);
    assert_eq!(time(3, 1), [7.0, 2.0, 0.0]);
    assert_eq!(time(1, 3), [2.0, 31.0, 0.0]);
}

/// Two places 40 ms apart, both messages without spread otherwise: writer and reader in the same place see at once,
/// in different ones after the way of 20 ms less the acknowledgement already waited for.
#[test]
fn who_asks_where_is_weighed_exactly() {
    let copies = Copies::one_near(2, &fixed(1.0, 1.0, 0.5, 0.5), 20.0);
    let one = &found(&copies, &[Quorum { r: 1, w: 1 }], 1)[0];
    assert_eq!(one.read.quantile(0.99).value, 1.0);
    assert_eq!(one.write.quantile(0.99).value, 2.0);
    assert_eq!(one.needed.share_within(0.0).value, 0.5);
    // W = 21 there, R = 0.5, done at 2: 18.5 ms later.
    assert_eq!(one.needed.quantile(0.75).value, 18.5);
    assert_eq!(one.needed.mean().value, 9.25);
}

#[test]
fn draws_agree_with_the_definition() {
    let (copies, quorums) = (Copies::one_near(4, &unlike(), 3.0), all_quorums(4));
    let plan = Plan::new(&copies, &quorums, 11);
    let mut scratch = Scratch::new(4);
    for stratum in [0, 5, 14] {
        let Stratum { writer, reader, .. } = plan.strata[stratum];
        let mut legs = vec![[[0f64; 4]; 4]; 64];
        for copy in 0..4 {
            let draw = Draw {
                seed: 11,
                copy: copy as u32,
                stratum: stratum as u32,
                first: 64,
                length: 64,
            };
            for (place, numbers) in [(writer, [0u8, 1, 4]), (reader, [2, 3, 5])] {
                let (mut there, mut back, mut way) = (vec![], vec![], vec![]);
                draw.legs(
                    &copies.places[place][copy],
                    numbers,
                    [&mut there, &mut back, &mut way],
                );
                for trial in 0..64 {
                    legs[trial][copy][usize::from(numbers[0])] = f64::from(there[trial]);
                    legs[trial][copy][usize::from(numbers[1])] = f64::from(back[trial]);
                }
            }
        }
        scratch.operations(&plan, stratum, 64, 64);
        for (trial, legs) in legs.iter().enumerate() {
            let writes: Vec<[f64; 2]> = legs.iter().map(|leg| [leg[0], leg[1]]).collect();
            let reads: Vec<[f64; 2]> = legs.iter().map(|leg| [leg[2], leg[3]]).collect();
            for quorum in &quorums {
                let drawn = scratch.ahead[quorum.r - 1][trial] - scratch.done[quorum.w - 1][trial];
                let exact = needed(*quorum, &writes, &reads);
                assert!((f64::from(drawn.max(0.0)) - exact).abs() < 1e-4, "{quorum:?}");
                if quorum.always_fresh(4) {
                    // Not by decree: the draws themselves never need time.
                    assert!(drawn <= 0.0 && exact == 0.0, "{quorum:?}");
                }
            }
        }
    }
}

/// The tolerance is four standard errors of the draw and 0.3 % of the convolution.
#[test]
fn latencies_agree_with_the_convolution() {
    let found = found(&Copies::alike(3, &unlike()), &all_quorums(3), 400_000);
    let leg = |parts: &[Part], then: &[Part]| Delay::sum(parts).plus(&Delay::sum(then));
    let (write, read) = (leg(&random(5.0), &random(1.0)), leg(&random(1.0), &random(2.0)));
    for outcome in &found {
        let Quorum { r, w } = outcome.quorum;
        for (times, one, k) in [(&outcome.write, &write, w), (&outcome.read, &read, r)] {
            let whole = Delay::kth(k, &[one; 3]);
            for (drawn, folded) in [0.5, 0.95, 0.99, 0.999]
                .map(|p| (times.quantile(p), whole.quantile(p)))
                .into_iter()
                .chain([(times.mean(), whole.mean())])
            {
                let room = 4.0 * drawn.std_error + 3e-3 * folded;
                assert!((drawn.value - folded).abs() < room, "{drawn:?} {folded}");
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_result() {
    let copies = Copies::one_near(3, &unlike(), 20.0);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let found = pool.install(|| found(&copies, &all_quorums(3), 300_001));
        format!("{found:?}")
    };
    let one = run(1);
    assert!(one == run(2) && one == run(8));
}

#[test]
fn strata_share_the_runs_to_within_one() {
    let strata = Copies::one_near(3, &unlike(), 1.0).strata();
    let tasks = tasks(&strata, 100_000);
    for stratum in 0..9 {
        let mine = tasks.iter().filter(|task| task.stratum == stratum);
        let runs: usize = mine.map(|task| task.length).sum();
        assert!((11_111..=11_112).contains(&runs), "{runs}");
    }
    assert_eq!(tasks.iter().map(|task| task.length).sum::<usize>(), 100_000);
}

#[test]
fn a_quorum_of_more_copies_than_there_are_is_refused() {
    let copies = Copies::alike(3, &unlike());
    let error = simulate(&copies, &[Quorum { r: 1, w: 4 }], 10, 1, Watch::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "w must lie between 1 and the number of copies, 3, found 4"
    );
    assert!(simulate(&copies, &[Quorum { r: 0, w: 1 }], 10, 1, Watch::default()).is_err());
    assert!(simulate(&copies, &[Quorum { r: 1, w: 1 }], 0, 1, Watch::default()).is_err());
}
