//! Conversions to integers, remainder, rounding and square root, on the bits of the float: no libm, hardly any soft float.

use super::soft::{add, normal, pack, sub};
use super::{MANTISSA_BITS, decode, is_finite, is_nan, is_negative, is_zero, less};

const SIGN: u64 = 1 << 63;

/// `ToUint32`: modulo 2^32, 0 for what is not finite (ECMA-262 5.1, 9.6).
pub fn to_uint32(v: f64) -> u32 {
    to_int32(v) as u32
}

/// `ToInt32`: modulo 2^32 into the signed range, 0 for what is not finite (ECMA-262 5.1, 9.5).
pub fn to_int32(v: f64) -> i32 {
    let (mantissa, exp) = decode(v);
    // Infinity and NaN have an exponent that shifts everything out.
    let low = if exp < 0 {
        mantissa.unbounded_shr(exp.unsigned_abs())
    } else {
        mantissa.unbounded_shl(exp.unsigned_abs())
    };
    let low = low as i32;
    if is_negative(v) { low.wrapping_neg() } else { low }
}

/// Toward zero, 0 for NaN, as far as 32 bits go.
pub(crate) fn saturate(v: f64) -> i32 {
    if is_nan(v) || decode(v).1 < 31 - MANTISSA_BITS {
        to_int32(v)
    } else if is_negative(v) {
        i32::MIN
    } else {
        i32::MAX
    }
}

/// `ToInteger`: toward zero, 0 for NaN (ECMA-262 5.1, 9.4). The sign of zero is kept.
pub fn to_integer(v: f64) -> f64 {
    if is_nan(v) { 0.0 } else { trunc(v) }
}

/// Toward zero; -0.5 gives -0.
pub fn trunc(v: f64) -> f64 {
    let exp = decode(v).1;
    if exp >= 0 {
        return v;
    }
    let kept = if exp < -MANTISSA_BITS {
        SIGN
    } else {
        u64::MAX << (-exp & 63)
    };
    f64::from_bits(v.to_bits() & kept)
}

/// `Math.floor`.
pub fn floor(v: f64) -> f64 {
    let cut = trunc(v);
    if is_negative(v) && cut.to_bits() != v.to_bits() {
        sub(cut, 1.0)
    } else {
        cut
    }
}

/// `Math.ceil`; -0.5 gives -0.
pub fn ceil(v: f64) -> f64 {
    -floor(-v)
}

/// `Math.round`: to the nearest integer, halves upward; -0.5 gives -0.
pub fn round(v: f64) -> f64 {
    let low = floor(v);
    // The distance is exact wherever it is not 0.
    let near = if less(sub(v, low), 0.5) {
        low
    } else {
        add(low, 1.0)
    };
    f64::from_bits(near.to_bits() | v.to_bits() & SIGN)
}

/// `a % b`: exact, with the sign of `a` (ECMA-262 5.1, 11.5.3). Its loop takes up to 2,098 turns of about 15 instructions on a
/// Cortex-M0; an eighth of them is taken off `fuel`.
pub fn remainder(a: f64, b: f64, fuel: &mut i32) -> f64 {
    let ((mut rest, exp), (divisor, divisor_exp)) = (normal(a), normal(b));
    if !is_finite(a) || is_nan(b) || divisor == 0 {
        return f64::NAN;
    }
    if exp < divisor_exp || !is_finite(b) {
        return a;
    }
    *fuel -= (exp - divisor_exp) / 8;
    for _ in divisor_exp..=exp {
        if rest >= divisor {
            rest -= divisor;
        }
        rest <<= 1;
    }
    pack(a.to_bits() & SIGN, rest, divisor_exp - 1)
}

/// `Math.sqrt`, correctly rounded, digit by digit: 54 turns of 64-bit shift and subtract.
pub fn sqrt(v: f64) -> f64 {
    if is_zero(v) || v.to_bits() == f64::INFINITY.to_bits() {
        return v;
    }
    if is_negative(v) || is_nan(v) {
        return f64::NAN;
    }
    let (mut mantissa, exp) = normal(v);
    // The mantissa becomes 53 or 54 bits long, its exponent even: the root then has 27 bits before its point, of its pairs
    // of bits 27 are in the mantissa, and 27 more are zeros behind it.
    mantissa <<= 10 + (exp & 1);
    let (mut root, mut rest) = (0u64, 0u64);
    for _ in 0..54 {
        rest = rest << 2 | mantissa >> 62;
        mantissa <<= 2;
        let trial = root << 2 | 1;
        root <<= 1;
        if rest >= trial {
            rest -= trial;
            root |= 1;
        }
    }
    // A root that ends in a half has a rest: there is no tie.
    pack(0, root << 1 | u64::from(rest != 0), (exp >> 1) - 28)
}
