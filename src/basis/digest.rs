//! A short name for some bytes: equal bytes, equal name.

/// 64-bit FNV-1a of `bytes`, as 16 hexadecimal digits. Tells versions of a file apart; no defence against malice.
///
/// ```
/// use isochrone::basis::digest::digest;
/// assert_eq!(digest(b"foobar"), "85944171f73967e8");
/// ```
///
/// Source: IETF draft-eastlake-fnv, offset basis and prime for 64 bits, and its test vectors.
pub fn digest(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_has_its_published_values() {
        assert_eq!(
            (digest(b"").as_str(), digest(b"a").as_str()),
            ("cbf29ce484222325", "af63dc4c8601ec8c")
        );
    }
}
