//! Uniform numbers for the bootstrap of a fit: a draw depends on its key only.

/// 2⁶⁴ divided by the golden ratio, the increment of `SplitMix64`.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Draw `index` of the stream `seed`, strictly between 0 and 1.
///
/// Source: the output function of `SplitMix64` (Steele, Lea and Flood, Fast splittable pseudorandom number generators,
/// OOPSLA 2014), applied to the seed and then to its sum with the index.
pub(super) fn uniform(seed: u64, index: u64) -> f64 {
    let bits = mix(mix(seed).wrapping_add(index.wrapping_mul(GOLDEN)));
    ((bits >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(GOLDEN);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    /// The first outputs of SplitMix64 from state 0, as every implementation lists them.
    #[test]
    fn the_mixing_is_that_of_splitmix64() {
        assert_eq!(super::mix(0), 0xE220_A839_7B1D_CDAF);
        assert_eq!(super::mix(super::GOLDEN), 0x6E78_9E6A_A1B9_65F4);
    }
}
