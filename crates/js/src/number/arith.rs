//! Conversions to integers, remainder, rounding and square root, on the bits of the float: no libm, hardly any soft float.

use super::{MANTISSA_BITS, MIN_EXP, decode, is_negative};

const SIGN: u64 = 1 << 63;
const HIDDEN: u64 = 1 << MANTISSA_BITS;

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

/// `ToInteger`: toward zero, 0 for NaN (ECMA-262 5.1, 9.4). The sign of zero is kept.
pub fn to_integer(v: f64) -> f64 {
    if v.is_nan() { 0.0 } else { trunc(v) }
}

/// Adds `add(unit)` to the magnitude, `unit` being 1.0 in the places of the mantissa, and cuts the fraction off. For magnitudes from 1.
fn cut(v: f64, add: impl FnOnce(u64) -> u64) -> f64 {
    let (_, exp) = decode(v);
    if exp >= 0 {
        return v;
    }
    let unit = 1u64 << (-exp & 63);
    f64::from_bits((v.to_bits() + add(unit)) & !(unit - 1))
}

fn is_below_one(v: f64) -> bool {
    v.to_bits() << 1 < 1.0f64.to_bits() << 1
}

/// Toward zero; -0.5 gives -0.
pub fn trunc(v: f64) -> f64 {
    if is_below_one(v) {
        f64::from_bits(v.to_bits() & SIGN)
    } else {
        cut(v, |_| 0)
    }
}

/// `Math.floor`.
pub fn floor(v: f64) -> f64 {
    if !is_negative(v) || v.to_bits() == SIGN {
        trunc(v)
    } else if is_below_one(v) {
        -1.0
    } else {
        cut(v, |unit| unit - 1)
    }
}

/// `Math.ceil`; -0.5 gives -0.
pub fn ceil(v: f64) -> f64 {
    -floor(-v)
}

/// `Math.round`: to the nearest integer, halves upward; -0.5 gives -0.
pub fn round(v: f64) -> f64 {
    if !is_below_one(v) {
        // Halves of negative numbers go toward zero: one bit less than a half is added to their magnitude.
        return cut(v, |unit| (unit >> 1) - u64::from(is_negative(v)));
    }
    let sign = v.to_bits() & SIGN;
    let up = v.to_bits() & !SIGN >= 0.5f64.to_bits() + (sign >> 63);
    f64::from_bits(sign | if up { 1.0f64.to_bits() } else { 0 })
}

/// The divisor of a remainder, shifted left until its bit 52 is set, with its exponent and the shift.
fn divisor(b: f64) -> (u64, i32, u32) {
    let (mantissa, exp) = decode(b);
    let shift = (mantissa | 1).leading_zeros() - (63 - MANTISSA_BITS as u32);
    (mantissa << shift, exp - shift as i32, shift)
}

/// Turns of the loop that [`remainder`] takes for these operands, 0 to 2,097: what the caller meters. A turn is about 15 instructions on a
/// Cortex-M0.
pub fn remainder_steps(a: f64, b: f64) -> u32 {
    if !a.is_finite() || b == 0.0 {
        0
    } else {
        (decode(a).1 - divisor(b).1).max(0) as u32
    }
}

/// `a % b`: exact, with the sign of `a` (ECMA-262 5.1, 11.5.3). Cost: see [`remainder_steps`].
pub fn remainder(a: f64, b: f64) -> f64 {
    let (mut rest, exp) = decode(a);
    let (divisor, divisor_exp, shift) = divisor(b);
    if !a.is_finite() || b.is_nan() || divisor == 0 {
        return f64::NAN;
    }
    if exp < divisor_exp || b.is_infinite() {
        return a;
    }
    for _ in divisor_exp..exp {
        if rest >= divisor {
            rest -= divisor;
        }
        rest <<= 1;
    }
    if rest >= divisor {
        rest -= divisor;
    }
    let mut exp = divisor_exp + shift as i32;
    rest >>= shift;
    while rest < HIDDEN && exp > MIN_EXP {
        rest <<= 1;
        exp -= 1;
    }
    f64::from_bits((a.to_bits() & SIGN) + (((exp - MIN_EXP) as u64) << MANTISSA_BITS) + rest)
}

/// `Math.sqrt`, correctly rounded, digit by digit: 54 turns of 64-bit shift and subtract.
pub fn sqrt(v: f64) -> f64 {
    if v.is_nan() || v.to_bits() << 1 == 0 || v == f64::INFINITY {
        return v;
    }
    if is_negative(v) {
        return f64::NAN;
    }
    let (mut mantissa, mut exp) = decode(v);
    // The mantissa becomes 53 or 54 bits long, its exponent even: the root then has 27 bits before its point.
    while mantissa < HIDDEN || exp & 1 != 0 {
        mantissa <<= 1;
        exp -= 1;
    }
    let (mut root, mut rest) = (0u64, 0u64);
    // 27 pairs of bits are in the mantissa, 27 more are zeros behind it: 53 bits of the root and one to round by.
    mantissa <<= 10;
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
    // A root that ends in a half has a rest, so that there is no tie: the bit decides.
    let root = (root >> 1) + (root & 1);
    f64::from_bits((((exp / 2 - 26 - MIN_EXP) as u64) << MANTISSA_BITS) + root)
}
