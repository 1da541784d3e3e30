//! How long an answer takes to arrive once its first byte could: slow start, then bandwidth.
//!
//! ```text
//! rounds = ceil(log2(bytes / (window · 1460) + 1)),  at least 1, the first of which is the exchange itself
//! ```
//! The window doubles each round trip until it fills the way (bandwidth × RTT); from there on bytes flow at the
//! bandwidth. Source: RFC 5681 (slow start), RFC 6928 (window of ten segments).

/// Bytes in a segment: an Ethernet frame less the headers of IP and TCP.
pub const SEGMENT_BYTES: f64 = 1460.0;

/// Round trips after the exchange when nothing limits the bandwidth.
///
/// ```
/// use isochrone::engine::latency::slow_start::rounds_after_first;
/// assert_eq!(rounds_after_first(0.0, 10), 0);
/// assert_eq!(rounds_after_first(14_600.0, 10), 0);
/// assert_eq!(rounds_after_first(14_601.0, 10), 1); // the rest comes in a second flight of 20
/// assert_eq!(rounds_after_first(100_000.0, 10), 2); // 10 + 20 + 40 segments hold 102 200 bytes
/// ```
pub fn rounds_after_first(bytes: f64, window: u32) -> u32 {
    let mut flight = f64::from(window.max(1)) * SEGMENT_BYTES;
    let (mut left, mut rounds) = (bytes, 0);
    while left > flight {
        left -= flight;
        flight *= 2.0;
        rounds += 1;
    }
    rounds
}

/// Milliseconds after the exchange: round trips of slow start, then what is left at `bandwidth` (bytes a ms).
///
/// ```
/// use isochrone::engine::latency::slow_start::transfer_ms;
/// // 100 kB at 1.25 kB/ms (10 Mbit/s) over 100 ms: flights of 14.6, 29.2 and 58.4 kB take no more than 125 kB of
/// // way, so two more round trips pass, and the last 56.2 kB take 44.96 ms.
/// assert!((transfer_ms(100_000.0, 10, 1250.0, 100.0) - 244.96).abs() < 1e-9);
/// // Over 4 ms the way holds 5 kB: less than the first flight, so all flows at the bandwidth at once.
/// assert_eq!(transfer_ms(100_000.0, 10, 1250.0, 4.0), 80.0);
/// ```
pub fn transfer_ms(bytes: f64, window: u32, bandwidth: f64, rtt_ms: f64) -> f64 {
    let way = bandwidth * rtt_ms;
    let mut flight = f64::from(window.max(1)) * SEGMENT_BYTES;
    let (mut left, mut ms) = (bytes, 0.0);
    while left > flight && flight < way {
        left -= flight;
        flight *= 2.0;
        ms += rtt_ms;
    }
    ms + left / bandwidth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_those_of_the_closed_form() {
        for bytes in [1.0, 14_600.0, 14_601.0, 43_800.0, 43_801.0, 1e6, 1e9] {
            let closed = (bytes / 14_600.0 + 1.0_f64).log2().ceil().max(1.0) as u32 - 1;
            assert_eq!(rounds_after_first(bytes, 10), closed, "{bytes} bytes");
        }
    }

    #[test]
    fn more_bandwidth_a_wider_window_or_a_shorter_way_never_takes_longer() {
        let ms = transfer_ms;
        for bytes in [1e3, 5e4, 1e6, 3e7] {
            for rtt in [5.0, 40.0, 200.0] {
                assert!(ms(bytes, 10, 2000.0, rtt) <= ms(bytes, 10, 1000.0, rtt));
                assert!(ms(bytes, 20, 1000.0, rtt) <= ms(bytes, 10, 1000.0, rtt));
                assert!(ms(bytes, 10, 1000.0, rtt) <= ms(bytes, 10, 1000.0, rtt * 1.3));
            }
        }
    }

    #[test]
    fn endless_bandwidth_leaves_the_rounds() {
        let endless = transfer_ms(1e6, 10, 1e15, 50.0);
        assert!((endless - 50.0 * f64::from(rounds_after_first(1e6, 10))).abs() < 1e-6);
    }
}
