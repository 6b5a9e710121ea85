//! `Number.prototype.toString` for a radix other than ten (ECMA-262 5.1, 15.7.4.2).

use super::big::{div_small, place, significant};
use super::print::Text;
use super::{add, decode, equal, floor, is_finite, is_negative, less, mul, shortest, sub, to_uint32};
use core::num::NonZeroU32;

/// Bytes that [`to_radix`] writes at most: the smallest number in radix 2. Most numbers need below 60.
pub const RADIX_MAX: usize = 1077;

fn digit(value: u32) -> u8 {
    if value < 10 {
        b'0' + value as u8
    } else {
        b'a' - 10 + value as u8
    }
}

/// `v.toString(radix)`. `radix` is 2 to 36 (the caller throws a RangeError beyond; it is clamped here). The integer part is exact; the fraction has the
/// fewest digits that tell `v` from its neighbour, as V8 prints it. Ten is the same as [`shortest`].
///
/// The length may be more than `out` holds: call again with a buffer of that length ([`RADIX_MAX`] is always enough).
pub fn to_radix(v: f64, radix: u32, scratch: &mut [u32], out: &mut [u8]) -> usize {
    let base = NonZeroU32::MIN.saturating_add(radix.clamp(2, 36) - 1);
    if base.get() == 10 || !is_finite(v) {
        return shortest(v, scratch, out);
    }
    let Some(words) = scratch.first_chunk_mut() else {
        return 0;
    };
    let mut text = Text::new(out);
    let magnitude = f64::from_bits(v.to_bits() & !(1 << 63));
    if is_negative(v) && magnitude.to_bits() != 0 {
        text.push(b'-');
    }
    let start = text.len;
    let whole = floor(magnitude);
    let (mantissa, exp) = decode(whole);
    // An integer has no fraction bits, but a small one is stored with a negative exponent.
    let (mantissa, exp) = if exp < 0 {
        (mantissa.unbounded_shr(exp.unsigned_abs()), 0)
    } else {
        (mantissa, exp)
    };
    let mut limbs = place(words, mantissa, exp).1;
    // As many digits at a time as a 16-bit divisor gives.
    let (mut group, mut digits) = (base, 1);
    while group.get() * base.get() < 1 << 16 {
        group = group.saturating_mul(base);
        digits += 1;
    }
    loop {
        limbs = significant(limbs);
        let mut rest = div_small(limbs, group);
        let more = limbs.iter().any(|&limb| limb != 0);
        for i in 0..digits {
            if i == 0 || more || rest != 0 {
                text.push(digit(rest % base));
            }
            rest /= base;
        }
        if !more {
            break;
        }
    }
    let mut order = text.from(start);
    while let [first, between @ .., last] = order {
        core::mem::swap(first, last);
        order = between;
    }
    push_fraction(&mut text, magnitude, sub(magnitude, whole), base.get());
    text.len
}

/// Digits of `fraction` until what is left is less than half the distance from `magnitude` to its neighbour.
fn push_fraction(text: &mut Text<'_>, magnitude: f64, mut fraction: f64, base: u32) {
    let radix = f64::from(base);
    let mut delta = mul(sub(f64::from_bits(magnitude.to_bits() + 1), magnitude), 0.5);
    if delta.to_bits() == 0 {
        delta = f64::from_bits(1);
    }
    if less(fraction, delta) {
        return;
    }
    text.push(b'.');
    loop {
        fraction = mul(fraction, radix);
        delta = mul(delta, radix);
        let value = to_uint32(fraction);
        text.push(digit(value));
        fraction = sub(fraction, f64::from(value));
        let up = less(0.5, fraction) || equal(fraction, 0.5) && value & 1 != 0;
        if up && less(1.0, add(fraction, delta)) {
            round_up(text, base);
            return;
        }
        if less(fraction, delta) {
            return;
        }
    }
}

/// Adds one unit in the last place; digits after the point that become zero are dropped, and the point with them.
fn round_up(text: &mut Text<'_>, base: u32) {
    let mut after_point = true;
    let mut at = text.len;
    while at > 0 {
        at -= 1;
        let Some(slot) = text.from(at).first_mut() else {
            continue;
        };
        let value = match *slot {
            b'.' => {
                after_point = false;
                text.len = at;
                continue;
            }
            b'-' => {
                at += 1;
                break;
            }
            letter @ b'a'.. => letter - b'a' + 10,
            figure => figure - b'0',
        };
        if u32::from(value) + 1 < base {
            *slot = digit(u32::from(value) + 1);
            return;
        }
        if after_point {
            text.len = at;
        } else {
            *slot = b'0';
        }
    }
    text.insert(at, b'1');
}
