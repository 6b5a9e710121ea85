//! Values that a script records, for whoever reads `/c/{id}/data`: the newest few.

use heapless::{Deque, String};

/// Longest name of a value, in bytes.
pub const NAME_BYTES: usize = 12;
/// Longest unit, in bytes.
pub const UNIT_BYTES: usize = 6;

/// One recorded value.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// What it is.
    pub name: String<NAME_BYTES>,
    /// Its unit as SenML (RFC 8428) writes it; empty when unknown.
    pub unit: String<UNIT_BYTES>,
    /// Its value.
    pub value: f64,
    /// When it was recorded, in microseconds.
    pub at: u64,
}

/// Why a value was not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// A name has 1 to [`NAME_BYTES`] bytes of letters, digits and `-:./_`, and begins with a letter or digit.
    Name,
    /// A unit has at most [`UNIT_BYTES`] printable ASCII bytes.
    Unit,
    /// SenML has finite numbers only.
    Value,
}

/// The newest `N` values.
#[derive(Clone, Debug)]
pub struct Ring<const N: usize> {
    samples: Deque<Sample, N>,
    /// How many there ever were; wraps.
    count: u32,
}

impl<const N: usize> Ring<N> {
    /// None.
    pub const fn new() -> Self {
        Ring {
            samples: Deque::new(),
            count: 0,
        }
    }

    /// Records a value; the oldest one gives way.
    ///
    /// # Errors
    /// [`RecordError`]; nothing is recorded then.
    pub fn record(&mut self, name: &[u8], value: f64, unit: &[u8], now: u64) -> Result<(), RecordError> {
        let named = name.first().is_some_and(u8::is_ascii_alphanumeric)
            && name
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"-:./_".contains(b));
        let name = core::str::from_utf8(name)
            .ok()
            .and_then(|name| String::try_from(name).ok());
        let name = name.filter(|_| named).ok_or(RecordError::Name)?;
        let printable = unit.iter().all(u8::is_ascii_graphic);
        let unit = core::str::from_utf8(unit)
            .ok()
            .and_then(|unit| String::try_from(unit).ok());
        let unit = unit.filter(|_| printable).ok_or(RecordError::Unit)?;
        if !value.is_finite() {
            return Err(RecordError::Value);
        }
        if self.samples.is_full() {
            self.samples.pop_front();
        }
        self.count = self.count.wrapping_add(1);
        let sample = Sample {
            name,
            unit,
            value,
            at: now,
        };
        // There is room: one was taken out.
        let _ = self.samples.push_back(sample);
        Ok(())
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Sample> {
        self.samples.iter()
    }

    /// How many were ever recorded; wraps.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.samples.clear();
    }
}

impl<const N: usize> Default for Ring<N> {
    fn default() -> Self {
        Ring::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_gives_way() {
        let mut ring = Ring::<3>::new();
        for i in 0..5u8 {
            assert_eq!(ring.record(b"t", i.into(), b"Cel", i.into()), Ok(()));
        }
        assert!(ring.iter().map(|s| s.value).eq([2.0, 3.0, 4.0]));
        assert_eq!(ring.count(), 5);
    }

    #[test]
    fn what_senml_cannot_say_is_refused() {
        let mut ring = Ring::<3>::new();
        for name in [&b""[..], b"-a", b"a b", b"1234567890123", b"\xff"] {
            assert_eq!(ring.record(name, 0.0, b"", 0), Err(RecordError::Name));
        }
        assert_eq!(ring.record(b"t", 0.0, b"1234567", 0), Err(RecordError::Unit));
        assert_eq!(ring.record(b"t", 0.0, b"a b", 0), Err(RecordError::Unit));
        for value in [f64::NAN, f64::INFINITY] {
            assert_eq!(ring.record(b"t", value, b"", 0), Err(RecordError::Value));
        }
        assert_eq!((ring.iter().count(), ring.count()), (0, 0));
    }
}
