//! How much of something happened in the last minute.

/// Width of one slot of the window, in microseconds.
const SLOT_US: u64 = 15_000_000;
/// Slots that together cover any 60 s: four whole ones and the one that has just begun.
const SLOTS: usize = 5;

/// A sliding window of one minute, in slots of 15 s.
///
/// The promise is strict: in **any** 60 s, however they lie, at most the limit gets through. The price is that a
/// spent unit comes back after 60 to 75 s, not after exactly 60. 16 bytes; no clock of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter {
    /// Number of the newest slot since time 0 (wraps after two thousand years).
    newest: u32,
    counts: [u16; SLOTS],
}

impl Meter {
    /// An empty window.
    pub const fn new() -> Self {
        Meter {
            newest: 0,
            counts: [0; SLOTS],
        }
    }

    fn advance(&mut self, now: u64) {
        let slot = crate::arith::divided(now, SLOT_US) as u32;
        let passed = slot.wrapping_sub(self.newest);
        // As many as there are empty the window.
        for _ in 0..passed.min(SLOTS as u32) {
            self.counts.rotate_right(1);
            if let Some(first) = self.counts.first_mut() {
                *first = 0;
            }
        }
        self.newest = slot;
    }

    /// What the window holds at `now`.
    #[inline(never)]
    pub fn count(&mut self, now: u64) -> u32 {
        self.advance(now);
        self.counts.iter().map(|c| u32::from(*c)).sum()
    }

    /// Takes `amount` if the window then holds at most `limit` (both in the same unit; the largest limit that is
    /// counted exactly is 65,535). Returns whether it was taken; if not, nothing changed.
    pub fn take(&mut self, amount: u32, limit: u32, now: u64) -> bool {
        let limit = limit.min(u32::from(u16::MAX));
        let held = self.count(now);
        if amount > limit.saturating_sub(held) {
            return false;
        }
        if let Some(first) = self.counts.first_mut() {
            // held + amount <= 65,535, so neither narrowing nor adding can lose anything.
            *first = first.saturating_add(amount as u16);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    #[test]
    fn spent_units_come_back() {
        let mut meter = Meter::new();
        let start = u64::from(u32::MAX) - 5;
        assert!(meter.take(10, 10, start));
        assert!(!meter.take(1, 10, start + 59_000_000));
        assert!(meter.take(10, 10, start + 75_000_000));
    }

    #[test]
    fn a_limit_of_zero_lets_nothing_through() {
        assert!(!Meter::new().take(1, 0, 0));
    }

    proptest! {
        /// Property (model: the list of all takings): no 60 s long interval ever contains more than the limit.
        #[test]
        fn no_minute_holds_more_than_the_limit(
            steps in prop::collection::vec((0u64..30_000_000, 1u32..40), 1..200), limit in 1u32..100
        ) {
            let mut meter = Meter::new();
            let mut now = 0u64;
            let mut taken: Vec<(u64, u32)> = Vec::new();
            for (wait, amount) in steps {
                now += wait;
                if meter.take(amount, limit, now) {
                    taken.push((now, amount));
                }
            }
            for (start, _) in &taken {
                let in_minute: u32 =
                    taken.iter().filter(|(t, _)| t >= start && *t < start + 60_000_000).map(|(_, a)| a).sum();
                prop_assert!(in_minute <= limit);
            }
        }
    }
}
