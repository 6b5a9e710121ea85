//! Whose arithmetic on doubles is used.
//!
//! A chip without hardware for them links a routine for each operation, about 2.6 kB for four. An engine that brings its
//! own lends them here, so that there is one set in the image.

/// The four operations of IEEE 754, rounded to the nearest.
pub trait Arithmetic {
    /// `a + b`
    fn add(a: f64, b: f64) -> f64;
    /// `a - b`
    fn sub(a: f64, b: f64) -> f64;
    /// `a * b`
    fn mul(a: f64, b: f64) -> f64;
    /// `a / b`
    fn div(a: f64, b: f64) -> f64;
}

/// The processor's, or what the compiler links in its place.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Arithmetic for Plain {
    fn add(a: f64, b: f64) -> f64 {
        a + b
    }
    fn sub(a: f64, b: f64) -> f64 {
        a - b
    }
    fn mul(a: f64, b: f64) -> f64 {
        a * b
    }
    fn div(a: f64, b: f64) -> f64 {
        a / b
    }
}

/// A script's Number as a whole number of 0..=`most`; `None` for any other.
#[inline(never)]
pub fn whole(number: f64, most: u32) -> Option<u32> {
    // On the bits: conversions and comparisons in software are calls, and larger.
    let bits = number.to_bits();
    if bits << 1 == 0 {
        return Some(0);
    }
    // A sign, NaN and infinity make it too large, a fraction too small.
    let exponent = ((bits >> 52) as u32).wrapping_sub(1023);
    if exponent > 31 {
        return None;
    }
    let mantissa = bits << 11 | 1 << 63;
    let whole = (mantissa >> (63 - exponent)) as u32;
    (whole <= most && mantissa << exponent << 1 == 0).then_some(whole)
}

/// `dividend / divisor`, cut, for a divisor of 1 to 2^63. It is asked for some times in a second: the compiler's routine is faster,
/// and 500 bytes larger on a chip that cannot divide.
#[inline(never)]
pub(crate) fn divided(mut dividend: u64, divisor: u64) -> u64 {
    let mut rest = 0u64;
    for _ in 0..u64::BITS {
        // The quotient moves in where the dividend moves out.
        rest = rest << 1 | dividend >> 63;
        dividend <<= 1;
        if rest >= divisor {
            rest = rest.wrapping_sub(divisor);
            dividend |= 1;
        }
    }
    dividend
}

#[cfg(test)]
mod tests {
    use super::{divided, whole};
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_are_told_from_all_others() {
        for (number, most, found) in [
            (0.0, 0, Some(0)),
            (-0.0, 4, Some(0)),
            (4.0, 4, Some(4)),
            (4_294_967_295.0, u32::MAX, Some(u32::MAX)),
            (4_294_967_296.0, u32::MAX, None),
            (5.0, 4, None),
            (0.5, 4, None),
            (-1.0, 4, None),
            (f64::NAN, 4, None),
            (f64::INFINITY, u32::MAX, None),
        ] {
            assert_eq!(whole(number, most), found, "{number}");
        }
    }

    proptest! {
        /// Property: the quotient is the processor's.
        #[test]
        fn a_quotient_is_the_processors(dividend: u64, divisor in 1..=1u64 << 63, bits in 0..63u32) {
            prop_assert_eq!(divided(dividend, divisor), dividend / divisor);
            let small = (divisor >> bits).max(1);
            prop_assert_eq!(divided(dividend, small), dividend / small);
        }
    }
}
