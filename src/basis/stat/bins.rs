//! Logarithmic bins cut out of the bits of an `f32`: 64 to the octave, no logarithm taken.
//!
//! A bin's number is the exponent and the first six bits of the mantissa. Within an octave bins are equally
//! wide, so a bin is 0.8 to 1.6 % of its value. Integer counts make every sum exact, whatever the order.

/// Bits of the mantissa that number the bins of an octave.
const SUB_BITS: u32 = 6;
/// Bins to the octave.
pub const PER_OCTAVE: usize = 1 << SUB_BITS;
/// Exponent of the lowest value with a bin of its own: 2⁻² ms. Below lies the zero bin.
const LOW_EXPONENT: i32 = -2;
/// Octaves covered: 0.25 ms to 32.8 s. Above lies the overflow bin.
const OCTAVES: usize = 17;
/// Number of bins, the zero bin at the bottom and the overflow bin at the top included.
pub const COUNT: usize = OCTAVES * PER_OCTAVE + 2;

const SHIFT: u32 = 23 - SUB_BITS;
/// What `bits >> SHIFT` is for the lowest value of bin 1.
const FIRST: u32 = (((LOW_EXPONENT + 127) as u32) << 23) >> SHIFT;

/// The bin of `x` ms. Negative values and NaN cannot come out of a latency; they would fall into bin 0.
///
/// ```
/// use isochrone::basis::stat::bins;
/// let bin = bins::of(100.0);
/// assert!(bins::lower(bin) <= 100.0 && 100.0 < bins::upper(bin));
/// assert_eq!(bins::of(0.0), 0);
/// assert_eq!(bins::of(1e9), bins::COUNT - 1);
/// ```
#[inline(always)]
pub fn of(x: f32) -> usize {
    let x = if x > 0.0 { x } else { 0.0 };
    let step = (x.to_bits() >> SHIFT) + 1;
    (step.max(FIRST) - FIRST).min(COUNT as u32 - 1) as usize
}

/// The lowest value in `bin`, ms.
pub fn lower(bin: usize) -> f64 {
    if bin == 0 {
        0.0
    } else {
        f64::from(f32::from_bits((FIRST + bin as u32 - 1) << SHIFT))
    }
}

/// The value that `bin` ends before, ms; infinite for the overflow bin.
pub fn upper(bin: usize) -> f64 {
    if bin + 1 >= COUNT {
        f64::INFINITY
    } else {
        lower(bin + 1)
    }
}

/// Where `x` falls: its bin, and the part of the bin's width that lies below `x` (0 to 1).
pub fn position(x: f64) -> (usize, f64) {
    let mut bin = of(x as f32);
    // `x as f32` may round up across an edge.
    if lower(bin) > x {
        bin -= 1;
    }
    let width = upper(bin) - lower(bin);
    (
        bin,
        if width.is_finite() {
            ((x - lower(bin)) / width).clamp(0.0, 1.0)
        } else {
            1.0
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge_opens_its_own_bin() {
        for bin in 1..COUNT {
            let edge = lower(bin) as f32;
            assert_eq!(of(edge), bin);
            assert_eq!(of(f32::from_bits(edge.to_bits() - 1)), bin - 1);
        }
    }

    #[test]
    fn bins_are_narrow_from_a_quarter_millisecond_to_half_a_minute() {
        for bin in 1..COUNT - 1 {
            assert!((upper(bin) - lower(bin)) / lower(bin) <= 1.0 / 64.0);
        }
        assert_eq!((lower(1), lower(COUNT - 1)), (0.25, 32_768.0));
    }

    #[test]
    fn nothing_falls_out() {
        for x in [f32::NAN, -1.0, 0.0, f32::INFINITY, f32::MIN_POSITIVE, 1e30] {
            assert!(of(x) < COUNT);
        }
    }
}
