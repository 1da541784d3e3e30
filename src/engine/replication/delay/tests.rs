//! Delays against closed forms.

use super::*;

fn exponential(mean: f64) -> Delay {
    Delay::of(&Dist::exponential(mean).unwrap())
}

fn close(found: f64, exact: f64, relative: f64) {
    assert!((found / exact - 1.0).abs() <= relative, "{found} for {exact}");
}

/// The sum of four exponentials of mean 1: `P(X > x) = e⁻ˣ (1 + x + x²/2 + x³/6)`.
#[test]
fn a_sum_has_the_quantiles_of_the_convolution() {
    let one = exponential(1.0);
    let four = one.plus(&one).plus(&one).plus(&one);
    close(four.mean(), 4.0, 1e-4);
    for p in [0.1, 0.5, 0.9, 0.95, 0.99, 0.999] {
        let x = four.quantile(p);
        let beyond = (-x).exp() * (1.0 + x + x * x / 2.0 + x.powi(3) / 6.0);
        // What 0.2 % of the value is worth in probability, from the density x³ e⁻ˣ / 6.
        let room = 0.002 * x * x.powi(3) / 6.0 * (-x).exp();
        assert!((1.0 - beyond - p).abs() < room, "{p}: {x} {}", 1.0 - beyond);
    }
}

#[test]
fn a_sum_keeps_the_mean_to_rounding() {
    let a = Delay::of(&Dist::log_normal(40.0, 0.5).unwrap());
    let b = Delay::of(&Dist::pareto(1.0, 1.51).unwrap());
    close(a.plus(&b).mean(), a.mean() + b.mean(), 1e-12);
}

/// The k-th of n exponentials of mean 1 has the mean `Σ 1/(n − i)`, `i` from 0 to k − 1.
#[test]
fn the_kth_of_alike_exponentials_has_the_mean_of_renyi() {
    let one = exponential(1.0);
    for n in 1..=6usize {
        for k in 1..=n {
            let exact: f64 = (0..k).map(|i| 1.0 / (n - i) as f64).sum();
            close(Delay::kth(k, &vec![&one; n]).mean(), exact, 2e-3);
        }
    }
}

/// The least of exponentials with rates 1 and 3 is exponential with rate 4; the larger one has the rest of the mean.
#[test]
fn the_kth_of_unlike_delays_is_exact_as_well() {
    let (slow, fast) = (exponential(1.0), exponential(1.0 / 3.0));
    let least = Delay::kth(1, &[&slow, &fast]);
    close(least.mean(), 0.25, 2e-3);
    close(least.quantile(0.99), 0.01f64.ln() / -4.0, 2e-3);
    close(Delay::kth(2, &[&slow, &fast]).mean(), 4.0 / 3.0 - 0.25, 2e-3);
}

/// One fixed at 10 and one exponential of mean 10: the first is `min(10, X)`.
#[test]
fn a_fixed_delay_among_others_is_a_jump() {
    let first = Delay::kth(1, &[&Delay::fixed(10.0), &exponential(10.0)]);
    close(first.mean(), 10.0 * (1.0 - (-1f64).exp()), 1e-3);
    assert!(
        (first.quantile(0.9) - 10.0).abs() < 1e-9,
        "{}",
        first.quantile(0.9)
    );
    let second = Delay::kth(2, &[&Delay::fixed(10.0), &exponential(10.0)]);
    assert!((second.quantile(0.3) - 10.0).abs() < 1e-9);
    // A jump that ends inside a slice is told to the slice.
    assert!((second.share_within(10.0) - (1.0 - (-1f64).exp())).abs() < 1.0 / 128.0);
}

#[test]
fn a_larger_k_is_never_sooner() {
    let of = [exponential(5.0), Delay::fixed(3.0), exponential(1.0)];
    let of: Vec<&Delay> = of.iter().collect();
    for p in [0.01, 0.3, 0.5, 0.9, 0.999] {
        let at = [1, 2, 3].map(|k| Delay::kth(k, &of).quantile(p));
        assert!(at[0] <= at[1] && at[1] <= at[2], "{at:?}");
    }
}

#[test]
fn draws_of_the_part_have_the_quantiles_of_the_delay() {
    let delay = exponential(10.0).plus(&Delay::fixed(70.0));
    let part = delay.to_part();
    for p in [0.1, 0.5, 0.9, 0.999] {
        close(part.shape.at(word(p)), delay.quantile(p), 1e-4);
    }
    assert_eq!(Delay::fixed(7.0).to_part().as_fixed(), Some(7.0));
}

#[test]
fn a_laplace_transform_is_that_of_the_exponential() {
    let delay = exponential(10.0).plus(&Delay::fixed(5.0));
    for rate in [0.001, 0.1, 1.0] {
        close(
            delay.laplace(rate),
            (-5.0 * rate).exp() / (1.0 + 10.0 * rate),
            2e-3,
        );
    }
}
