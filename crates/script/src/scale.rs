//! Between a script's Number and what a driver speaks: an `int16` times a power of ten.
//!
//! RIOT's `phydat_t` and other sensor interfaces carry values this way. Up to 10^22 a power of ten is exact in a
//! double, so one multiplication or division gives the correctly rounded Number: 2215 x 10^-2 is 22.15, not
//! 22.150000000000002. No `pow` is linked for it.

use crate::arith::Arithmetic;

/// A Number that a driver cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScaleError {
    /// The value is NaN or infinite.
    NotFinite,
    /// The value, divided by 10 to the power given here, does not fit -32768..=32767.
    OutOfRange(i8),
}

fn power_of_ten<A: Arithmetic>(exponent: u8) -> f64 {
    let mut power = 1.0;
    for _ in 0..exponent {
        power = A::mul(power, 10.0);
    }
    power
}

/// `value` x 10^`scale` as a Number; exact to the last digit for scales of -22..=22.
pub fn to_number<A: Arithmetic>(value: i16, scale: i8) -> f64 {
    let power = power_of_ten::<A>(scale.unsigned_abs());
    if scale < 0 {
        A::div(f64::from(value), power)
    } else {
        A::mul(f64::from(value), power)
    }
}

/// The `int16` that gives `number` at the driver's `scale`, rounded to the nearest, halves away from zero.
///
/// # Errors
/// [`ScaleError::NotFinite`] for NaN and infinities, [`ScaleError::OutOfRange`] when it does not fit: the caller
/// throws; a value is never clamped or wrapped on its way to an actuator.
pub fn from_number<A: Arithmetic>(number: f64, scale: i8) -> Result<i16, ScaleError> {
    if !number.is_finite() {
        return Err(ScaleError::NotFinite);
    }
    let power = power_of_ten::<A>(scale.unsigned_abs());
    let scaled = if scale < 0 {
        A::mul(number, power)
    } else {
        A::div(number, power)
    };
    let rounded = A::add(scaled, if scaled < 0.0 { -0.5 } else { 0.5 }) as i32;
    i16::try_from(rounded).map_err(|_| ScaleError::OutOfRange(scale))
}

#[cfg(test)]
mod tests {
    use super::{ScaleError, from_number as from, to_number as to};
    use crate::arith::Plain;
    use proptest::prelude::*;

    fn to_number(value: i16, scale: i8) -> f64 {
        to::<Plain>(value, scale)
    }
    fn from_number(number: f64, scale: i8) -> Result<i16, ScaleError> {
        from::<Plain>(number, scale)
    }

    #[test]
    fn a_sensor_value_reads_as_a_person_would_write_it() {
        assert_eq!(to_number(2215, -2), 22.15);
        assert_eq!(to_number(-4, 0), -4.0);
        assert_eq!(to_number(3, 2), 300.0);
        assert_eq!(to_number(-32768, -12), -0.000000032768);
    }

    #[test]
    fn what_does_not_fit_is_refused_not_wrapped() {
        assert_eq!(from_number(32767.4, 0), Ok(32767));
        assert_eq!(from_number(32768.0, 0), Err(ScaleError::OutOfRange(0)));
        assert_eq!(from_number(-32769.0, 0), Err(ScaleError::OutOfRange(0)));
        assert_eq!(from_number(1e300, -2), Err(ScaleError::OutOfRange(-2)));
        assert_eq!(from_number(f64::NAN, 0), Err(ScaleError::NotFinite));
        assert_eq!(from_number(f64::INFINITY, 0), Err(ScaleError::NotFinite));
        assert_eq!(from_number(-0.5, 0), Ok(-1));
    }

    proptest! {
        /// Property: what was read can be written back unchanged, at every scale that hardware uses.
        #[test]
        fn reading_then_writing_is_the_identity(value: i16, scale in -22i8..=22) {
            prop_assert_eq!(from_number(to_number(value, scale), scale), Ok(value));
        }

        /// Property: the Number is the double nearest to the decimal text of value and scale.
        #[test]
        fn reading_is_correctly_rounded(value: i16, scale in -22i8..=22) {
            let text = std::format!("{value}e{scale}");
            prop_assert_eq!(to_number(value, scale), text.parse::<f64>().unwrap());
        }
    }

    extern crate std;
}
