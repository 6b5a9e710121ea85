//! The mote's clock: a 32-bit counter of microseconds that wraps, started two seconds before its wrap, because a clock
//! that is wrong only after 71 minutes is found too late.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

/// Microseconds that the counter has left before its first wrap.
pub const BEFORE_WRAP_US: u32 = 2_000_000;

/// Where the time comes from.
#[derive(Debug, Clone)]
enum Base {
    Wall(Instant),
    Virtual(Rc<Cell<u64>>),
}

/// A clock that runs by itself, or one that a test moves.
#[derive(Debug, Clone)]
pub struct Clock(Base);

impl Clock {
    /// Follows the PC's monotonic clock.
    pub fn wall() -> Self {
        Self(Base::Wall(Instant::now()))
    }

    /// Stands still until [`advance_to_us`](Self::advance_to_us).
    pub fn at_rest() -> Self {
        Self(Base::Virtual(Rc::new(Cell::new(0))))
    }

    /// Microseconds since the clock was made: the simulator's own time, which no mote sees.
    pub fn elapsed_us(&self) -> u64 {
        match &self.0 {
            Base::Wall(start) => start.elapsed().as_micros() as u64,
            Base::Virtual(now) => now.get(),
        }
    }

    /// The hardware counter, all that the mote sees.
    pub fn counter(&self) -> u32 {
        (self.elapsed_us() as u32).wrapping_sub(BEFORE_WRAP_US)
    }

    /// Moves virtual time forward to `elapsed_us`; never back. A wall clock is not moved.
    pub fn advance_to_us(&self, elapsed_us: u64) {
        if let Base::Virtual(now) = &self.0 {
            now.set(now.get().max(elapsed_us));
        }
    }
}

/// Makes 64 bits of the counter: what the firmware of a mote with a 32-bit timer does. It must look at the counter at
/// least once in every wrap, 71 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extended {
    last: u32,
    wraps: u64,
}

impl Extended {
    /// Starts at what the counter shows.
    pub fn new(counter: u32) -> Self {
        Self {
            last: counter,
            wraps: 0,
        }
    }

    /// The monotonic time of a counter value that is not older than the one before.
    pub fn now_us(&mut self, counter: u32) -> u64 {
        self.wraps += u64::from(counter < self.last);
        self.last = counter;
        self.wraps << 32 | u64::from(counter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_wraps_two_seconds_after_the_start() {
        let clock = Clock::at_rest();
        assert_eq!(clock.counter(), u32::MAX - 1_999_999);
        clock.advance_to_us(1_999_999);
        assert_eq!(clock.counter(), u32::MAX);
        clock.advance_to_us(2_000_000);
        assert_eq!(clock.counter(), 0);
        clock.advance_to_us(5);
        assert_eq!(clock.elapsed_us(), 2_000_000, "time does not go back");
    }

    #[test]
    fn the_extended_counter_goes_on_over_every_wrap() {
        let clock = Clock::at_rest();
        let mut extended = Extended::new(clock.counter());
        let start = extended.now_us(clock.counter());
        for minutes in 1..=300 {
            clock.advance_to_us(minutes * 60_000_000);
            assert_eq!(extended.now_us(clock.counter()) - start, minutes * 60_000_000);
        }
    }
}
