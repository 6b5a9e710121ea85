//! Monotonic time of 64 bits from a hardware counter of at most 32.
//!
//! The node wants microseconds that never wrap and never go back. Timers of microcontrollers count 16 to 32 bits at some
//! frequency; [`Clock`] adds up the differences. It must be asked at least once in every wrap of the counter: with 32 bits at
//! 1 MHz within 71 minutes, with 24 bits at 32,768 Hz within 8.5 minutes. [`Clock::longest_sleep_us`] says it in numbers.

/// Why a clock cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockError {
    /// A counter has 1 to 32 bits; these were given.
    Bits(u8),
    /// A counter that does not count has no frequency: 0 Hz were given.
    Stopped,
}

/// Extends a counter that counts up and wraps.
///
/// ```
/// use motebox_hal::Clock;
///
/// // A 32-bit timer at 1 MHz that is about to wrap.
/// let mut clock = Clock::new(32, 1_000_000, 0xffff_ff00)?;
/// assert_eq!(clock.now_us(0xffff_ff00), 0);
/// assert_eq!(clock.now_us(0x0000_0100), 512);
///
/// // The 24-bit real-time counter of an nRF51 at 32,768 Hz: no fraction is lost on the way.
/// let mut clock = Clock::new(24, 32_768, 0)?;
/// assert_eq!(clock.now_us(1), 30);
/// assert_eq!(clock.now_us(32_768), 1_000_000);
/// # Ok::<(), motebox_hal::ClockError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    mask: u32,
    hz: u32,
    last: u32,
    us: u64,
    /// What is over of the last whole microsecond, in 1/`hz` microseconds.
    rest: u32,
}

impl Clock {
    /// A clock at 0 whose counter of `bits` bits runs at `hz` and shows `counter` now.
    ///
    /// # Errors
    /// [`ClockError`] for a counter that there cannot be: a mistake of the firmware.
    pub const fn new(bits: u8, hz: u32, counter: u32) -> Result<Self, ClockError> {
        if bits == 0 || bits > 32 {
            return Err(ClockError::Bits(bits));
        }
        if hz == 0 {
            return Err(ClockError::Stopped);
        }
        let mask = u32::MAX >> (32 - bits);
        Ok(Clock {
            mask,
            hz,
            last: counter & mask,
            us: 0,
            rest: 0,
        })
    }

    /// Microseconds since the clock was made, at a moment when the counter shows `counter`. Costs two divisions of 64 bits,
    /// none at 1 MHz.
    pub const fn now_us(&mut self, counter: u32) -> u64 {
        let ticks = counter.wrapping_sub(self.last) & self.mask;
        self.last = counter & self.mask;
        if self.hz == 1_000_000 {
            self.us += ticks as u64;
        } else {
            // Below 2^32 x 10^6 + 2^32, which fits 64 bits.
            let fractions = ticks as u64 * 1_000_000 + self.rest as u64;
            // `hz` is not 0: the constructor refuses it.
            if let (Some(whole), Some(rest)) = (
                fractions.checked_div(self.hz as u64),
                fractions.checked_rem(self.hz as u64),
            ) {
                self.us += whole;
                self.rest = rest as u32;
            }
        }
        self.us
    }

    /// How long the firmware may sleep without asking, in microseconds: a whole wrap, less one tick. Take the smaller one of
    /// this and the time to the node's deadline.
    pub const fn longest_sleep_us(&self) -> u64 {
        match (self.mask as u64 * 1_000_000).checked_div(self.hz as u64) {
            Some(us) => us,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counters_that_cannot_be_are_refused() {
        assert_eq!(Clock::new(0, 1, 0), Err(ClockError::Bits(0)));
        assert_eq!(Clock::new(33, 1, 0), Err(ClockError::Bits(33)));
        assert_eq!(Clock::new(32, 0, 0), Err(ClockError::Stopped));
    }

    #[test]
    fn the_longest_sleep_ends_before_the_wrap() {
        let clock = Clock::new(32, 1_000_000, 0).unwrap();
        assert_eq!(clock.longest_sleep_us(), u64::from(u32::MAX));
        let clock = Clock::new(24, 32_768, 0).unwrap();
        assert_eq!(clock.longest_sleep_us(), 511_999_969);
    }

    proptest! {
        /// Property (model: one counter of 64 bits that never wraps): whatever the width, the frequency, where the counter
        /// stands at first and how often it is asked, the time is the whole microseconds of the ticks so far.
        #[test]
        fn time_is_that_of_a_counter_that_never_wraps(
            bits in 8u8..=32, hz in 1u32..=200_000_000, start: u32, steps in prop::collection::vec(any::<u32>(), 1..50)
        ) {
            let mask = u32::MAX >> (32 - bits);
            let mut clock = Clock::new(bits, hz, start).unwrap();
            let mut total = 0u64;
            for step in steps {
                total += u64::from(step & mask);
                let counter = start.wrapping_add(total as u32) & mask;
                let expected = u128::from(total) * 1_000_000 / u128::from(hz);
                prop_assert_eq!(u128::from(clock.now_us(counter)), expected);
            }
        }
    }
}
