//! Seeded numbers of the simulator. Its own, so that a seed gives the same run with every compiler and library.

/// SplitMix64: small, fast, and good enough for losses and delays.
#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to `below` - 1; `below` is not 0.
    pub(super) fn below(&mut self, below: u32) -> u32 {
        (((self.next() >> 32) * u64::from(below)) >> 32) as u32
    }

    /// True in `share` of 65,536 cases.
    pub(super) fn chance(&mut self, share: u32) -> bool {
        share >= ALWAYS || share > 0 && self.below(ALWAYS) < share
    }
}

/// A chance of 1.
pub(super) const ALWAYS: u32 = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_what_they_say() {
        let mut rng = Rng::new(1);
        let hits = (0..100_000).filter(|_| rng.chance(ALWAYS / 4)).count();
        assert!((24_500..25_500).contains(&hits), "{hits}");
        assert!((0..1000).all(|_| rng.chance(ALWAYS) && !rng.chance(0)));
        assert!((0..1000).all(|_| rng.below(3) < 3));
    }
}
