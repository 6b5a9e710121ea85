//! `dev.sample(n)`: n readings, in slices, to `{min, max, avg}`.

use crate::arith::{Arithmetic, whole};

/// Readings in one slice: between two slices the engine checks its fuel and other work gets its turn.
pub const SLICE_READS: u32 = 16;

/// Fuel that one reading costs (a driver's work is worth some tens of the engine's instructions).
pub const READ_FUEL: u32 = 20;

/// Most readings of one call.
pub const MAX_READS: u32 = 1_000_000;

/// `n` was not a whole number of 1..=[`MAX_READS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadCount;

/// What a finished sampling found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The smallest reading.
    pub min: f64,
    /// The largest reading.
    pub max: f64,
    /// The arithmetic mean.
    pub avg: f64,
}

/// A sampling under way. It is four Numbers ([`Sampling::state`]), so that an engine can keep it for a native that is
/// called again and again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    done: f64,
    min: f64,
    max: f64,
    sum: f64,
}

impl Sampling {
    /// Checks the script's `n`.
    ///
    /// # Errors
    /// [`BadCount`] when `n` is not a whole number of 1..=[`MAX_READS`]: the caller throws a RangeError.
    pub fn count(n: f64) -> Result<u32, BadCount> {
        match whole(n, MAX_READS) {
            None | Some(0) => Err(BadCount),
            Some(count) => Ok(count),
        }
    }

    /// A sampling that has not read anything yet.
    pub const fn new() -> Self {
        // The first reading replaces min and max: with negative readings no start value of 0 may win.
        Sampling {
            done: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            sum: 0.0,
        }
    }

    /// The state as four Numbers. All zero means [`Sampling::new`].
    pub fn state(&self) -> [f64; 4] {
        [self.done, self.min, self.max, self.sum]
    }

    /// The sampling that [`Sampling::state`] described.
    pub fn from_state([done, min, max, sum]: [f64; 4]) -> Self {
        if done == 0.0 {
            Sampling::new()
        } else {
            Sampling { done, min, max, sum }
        }
    }

    /// Takes one reading.
    pub fn add<A: Arithmetic>(&mut self, reading: f64) {
        self.done = A::add(self.done, 1.0);
        self.sum = A::add(self.sum, reading);
        if reading < self.min {
            self.min = reading;
        }
        if reading > self.max {
            self.max = reading;
        }
    }

    /// Readings still to take in this slice of a sampling of `count`.
    pub fn slice(&self, count: u32) -> u32 {
        count.saturating_sub(self.done as u32).min(SLICE_READS)
    }

    /// The result, once `count` readings were taken.
    pub fn summary<A: Arithmetic>(&self, count: u32) -> Option<Summary> {
        if count == 0 || self.done < f64::from(count) {
            return None;
        }
        Some(Summary {
            min: self.min,
            max: self.max,
            avg: A::div(self.sum, self.done),
        })
    }
}

impl Default for Sampling {
    fn default() -> Self {
        Sampling::new()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::arith::Plain;
    use proptest::prelude::*;

    #[test]
    fn no_readings_is_an_error_not_a_division_by_zero() {
        for bad in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY, 1e9] {
            assert_eq!(Sampling::count(bad), Err(BadCount));
        }
        assert_eq!(Sampling::count(5000.0), Ok(5000));
        assert_eq!(Sampling::new().summary::<Plain>(0), None);
    }

    proptest! {
        /// Property (model: the readings in a list): min, max and mean are right for all data, negative data too,
        /// and wherever the sampling is cut into slices.
        #[test]
        fn summary_equals_that_of_the_list(readings in prop::collection::vec(-32768i32..=32767, 1..100)) {
            let count = readings.len() as u32;
            let mut state = [0.0; 4];
            let mut feed = readings.iter();
            let summary = loop {
                let mut sampling = Sampling::from_state(state);
                if let Some(summary) = sampling.summary::<Plain>(count) {
                    break summary;
                }
                let slice = sampling.slice(count);
                prop_assert!((1..=SLICE_READS).contains(&slice));
                for _ in 0..slice {
                    sampling.add::<Plain>(f64::from(*feed.next().unwrap()));
                }
                state = sampling.state();
            };
            let sum: i32 = readings.iter().sum();
            prop_assert_eq!(summary.min, f64::from(*readings.iter().min().unwrap()));
            prop_assert_eq!(summary.max, f64::from(*readings.iter().max().unwrap()));
            prop_assert_eq!(summary.avg, f64::from(sum) / f64::from(count));
        }
    }
}
