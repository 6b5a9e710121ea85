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
}
