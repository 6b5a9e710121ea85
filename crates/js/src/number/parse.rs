//! Text to numbers: `ToNumber` of strings, `parseFloat`, `parseInt`, numeric literals (ECMA-262 5.1, 7.8.3, 9.3.1, 15.1.2).
//!
//! A decimal text is read in two steps. Nineteen digits are scaled by the power of ten in 64 bits with a known bound on the error; that decides all but
//! one text in some hundreds. For the rest, the exact digits of the midpoint between the two floats in question are compared with
//! the text itself, which therefore may be of any length.

use super::big::{Digits, TEN, TEN_4, div_small, mul_small};
use super::soft::wide;
use super::{MANTISSA_BITS, MIN_EXP, SCRATCH_WORDS, add, from_u64, mul};
use core::cmp::Ordering;

/// Digits that fit 64 bits.
const KEPT: i32 = 19;
/// What the digits beyond [`KEPT`] add at most, in units of the scaled mantissa: 2^64 / 10^18.
const CUT_OFF: u64 = 19;
/// Values from 10^310 are infinite, those below 10^-325 are zero.
const POINT_RANGE: core::ops::Range<i32> = -325..311;
/// Where exponents stop counting.
const EXPONENT_MAX: i32 = 100_000_000;

/// Length in bytes of the white space or line end at the start of `text`, 0 when there is none (ECMA-262 5.1, 7.2 and 7.3; of
/// category Zs what Unicode has since 6.3).
pub fn whitespace(text: &[u8]) -> usize {
    match *text {
        [0x09..=0x0d | 0x20, ..] => 1,
        [0xc2, 0xa0, ..] => 2,
        [0xe1, 0x9a, 0x80, ..]
        | [0xe2, 0x80, 0x80..=0x8a | 0xa8 | 0xa9 | 0xaf, ..]
        | [0xe2, 0x81, 0x9f, ..]
        | [0xe3, 0x80, 0x80, ..]
        | [0xef, 0xbb, 0xbf, ..] => 3,
        _ => 0,
    }
}

/// `text` without the white space at its start.
pub fn trim_start(mut text: &[u8]) -> &[u8] {
    loop {
        match whitespace(text) {
            0 => return text,
            length => text = text.get(length..).unwrap_or_default(),
        }
    }
}

/// `text` without the white space at its end.
pub fn trim_end(mut text: &[u8]) -> &[u8] {
    'cut: loop {
        for length in 1..=3 {
            if let Some((rest, last)) = text
                .len()
                .checked_sub(length)
                .and_then(|at| text.split_at_checked(at))
                && whitespace(last) == length
            {
                text = rest;
                continue 'cut;
            }
        }
        return text;
    }
}

/// `text` without the white space on both sides: `String.prototype.trim`.
pub fn trim(text: &[u8]) -> &[u8] {
    trim_end(trim_start(text))
}

/// The number at the start of `text`: digits, a point, digits, an exponent, as much of it as there is, with a digit before or
/// after the point. No sign, no white space. Correctly rounded. Returns the number and the bytes that it took.
///
/// ```
/// use motebox_js::number::{SCRATCH_WORDS, parse_decimal};
/// assert_eq!(parse_decimal(b"1.5e+2px", &mut [0; SCRATCH_WORDS]), Some((150.0, 6)));
/// ```
pub fn parse_decimal(text: &[u8], scratch: &mut [u32]) -> Option<(f64, usize)> {
    let words = scratch.first_chunk_mut()?;
    let mut after_point = false;
    let mut seen = false;
    let mut kept = 0u64;
    // Significant digits so far; where the point is among them.
    let (mut count, mut point) = (0i32, 0i32);
    let mut used = 0;
    for &byte in text {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                if count != 0 || byte != b'0' {
                    if count < KEPT {
                        let (low, high) = (kept as u32, (kept >> 32) as u32);
                        kept = wide(low, 10) + (u64::from(high * 10) << 32) + u64::from(byte - b'0');
                    }
                    count += 1;
                    point += i32::from(!after_point);
                } else {
                    point -= i32::from(after_point);
                }
            }
            b'.' if !after_point => after_point = true,
            _ => break,
        }
        used += 1;
    }
    if !seen {
        return None;
    }
    let digits = text.get(..used).unwrap_or_default();
    let (exponent, length) = exponent(text.get(used..).unwrap_or_default());
    let point = point + exponent;
    Some((convert(kept, count, point, digits, words), used + length))
}

/// The exponent at the start of `text`, and its length; 0 and 0 when there is none.
fn exponent(text: &[u8]) -> (i32, usize) {
    let [b'e' | b'E', rest @ ..] = text else {
        return (0, 0);
    };
    let (negative, digits) = sign(rest);
    let mut value = 0;
    let mut length = 0;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            break;
        }
        value = (value * 10 + i32::from(byte - b'0')).min(EXPONENT_MAX);
        length += 1;
    }
    match length {
        0 => (0, 0),
        _ => (
            if negative { -value } else { value },
            text.len() - digits.len() + length,
        ),
    }
}

/// The float closest to `0.digits * 10^point`. `kept` are the first [`KEPT`] of `count` significant digits.
fn convert(kept: u64, count: i32, point: i32, digits: &[u8], words: &mut [u32; SCRATCH_WORDS]) -> f64 {
    if kept == 0 || point < POINT_RANGE.start {
        return 0.0;
    }
    if point >= POINT_RANGE.end {
        return f64::INFINITY;
    }
    let error = if count > KEPT { CUT_OFF } else { 0 };
    let (mantissa, exp, error) = scale(kept, point - count.min(KEPT), error);
    // Subnormal numbers have fewer bits.
    let shift = (63 - MANTISSA_BITS).max(MIN_EXP - exp);
    if shift > 65 {
        return 0.0;
    }
    let shift = shift as u32;
    let cut = mantissa.unbounded_shr(shift);
    let half = 1u64.unbounded_shl(shift - 1);
    let beyond_half = mantissa.wrapping_sub(cut.unbounded_shl(shift)).wrapping_sub(half) as i64;
    let exp = exp + shift as i32;
    if exp - MIN_EXP >= 0x7fe {
        return f64::INFINITY;
    }
    let up = if beyond_half.unsigned_abs() > error {
        beyond_half > 0
    } else {
        match compare(digits, point, Digits::new(words, cut * 2 + 1, exp - 1)) {
            Ordering::Less => false,
            Ordering::Equal => cut & 1 != 0,
            Ordering::Greater => true,
        }
    };
    f64::from_bits((((exp - MIN_EXP) as u64) << MANTISSA_BITS) + cut + u64::from(up))
}

/// `value * 10^power` as a mantissa with its upper bit set, its exponent, and the error in units of the mantissa.
fn scale(value: u64, mut power: i32, mut error: u64) -> (u64, i32, u64) {
    let (mut upper, mut low, mut exp) = (value, 0, 0);
    loop {
        let shift = upper.leading_zeros();
        let mantissa = upper << shift | u64::from(low).unbounded_shr(32u32.wrapping_sub(shift));
        exp -= shift as i32;
        if power == 0 {
            return (mantissa, exp, error);
        }
        let (step, factor) = if power.unsigned_abs() < 4 {
            (1, TEN)
        } else {
            (4, TEN_4)
        };
        let (first, second) = (mantissa as u32, (mantissa >> 32) as u32);
        let mut limbs;
        if power > 0 {
            power -= step;
            exp += 32;
            limbs = [first, second, 0];
            mul_small(&mut limbs, factor.get());
        } else {
            power += step;
            limbs = [0, first, second];
            div_small(&mut limbs, factor);
        }
        let [last, middle, high] = limbs;
        (upper, low) = (u64::from(high) << 32 | u64::from(middle), last);
        // A little over one unit is cut off here, and may double relative to the mantissa.
        error += 3;
    }
}

/// Compares `0.text * 10^point` with the number that `digits` gives.
fn compare(text: &[u8], point: i32, mut digits: Digits<'_>) -> Ordering {
    let mut order = point.cmp(&digits.point);
    for &byte in text
        .iter()
        .filter(|&&byte| byte != b'.')
        .skip_while(|&&byte| byte == b'0')
    {
        if order.is_eq() {
            order = (byte - b'0').cmp(&digits.next());
        }
    }
    if order.is_eq() && !digits.is_spent() {
        Ordering::Less
    } else {
        order
    }
}

/// The digits of `radix` (2 to 36) at the start of `text`, and how many they are; `None` for none. Exact and correctly rounded for ten
/// and the powers of two; for other radices from 2^53 on, rounded at each digit, as the standard allows.
pub fn parse_radix(text: &[u8], radix: u32, scratch: &mut [u32]) -> Option<(f64, usize)> {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'a'..=b'z' | b'A'..=b'Z' => u32::from((byte | 0x20) - b'a') + 10,
        _ => 36,
    };
    let length = text.iter().take_while(|&&byte| value(byte) < radix).count();
    let digits = text.get(..length).filter(|digits| !digits.is_empty())?;
    if radix == 10 {
        return parse_decimal(digits, scratch);
    }
    if !radix.is_power_of_two() {
        let base = f64::from(radix);
        let number = digits.iter().fold(0.0, |number, &byte| {
            add(mul(number, base), f64::from(value(byte)))
        });
        return Some((number, length));
    }
    let bits = radix.trailing_zeros();
    // The upper bits, those that were cut off joined into the lowest one, so that the conversion rounds as the whole would.
    let (mut mantissa, mut exp) = (0u64, 0u64);
    for &byte in digits {
        let digit = u64::from(value(byte));
        if mantissa >> 58 == 0 {
            mantissa = mantissa << bits | digit;
        } else {
            mantissa |= u64::from(digit != 0);
            exp += u64::from(bits);
        }
    }
    Some((
        mul(
            from_u64(mantissa),
            f64::from_bits((exp.min(1023) + 1023) << MANTISSA_BITS),
        ),
        length,
    ))
}

/// Splits a sign off: true for minus.
fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// `Infinity` or a decimal number at the start of `text`, with a sign.
fn signed_decimal<'t>(text: &'t [u8], scratch: &mut [u32]) -> Option<(f64, &'t [u8])> {
    let (negative, text) = sign(text);
    let (number, rest) = if let Some(rest) = text.strip_prefix(b"Infinity") {
        (f64::INFINITY, rest)
    } else {
        let (number, length) = parse_decimal(text, scratch)?;
        (number, text.get(length..)?)
    };
    Some((if negative { -number } else { number }, rest))
}

/// `ToNumber` of a string: the whole text, white space around it apart, as a number; empty is 0, anything else NaN
/// (ECMA-262 5.1, 9.3.1; and `0o`, `0b` of later editions).
pub fn string_to_number(text: &[u8], scratch: &mut [u32]) -> f64 {
    let text = trim(text);
    if text.is_empty() {
        return 0.0;
    }
    let radix = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => {
            return match signed_decimal(text, scratch) {
                Some((number, [])) => number,
                _ => f64::NAN,
            };
        }
    };
    let digits = text.get(2..).unwrap_or_default();
    match parse_radix(digits, radix, scratch) {
        Some((number, length)) if length == digits.len() => number,
        _ => f64::NAN,
    }
}

/// The global `parseFloat` of a string: the longest number at its start, NaN for none (ECMA-262 5.1, 15.1.2.3).
pub fn parse_float(text: &[u8], scratch: &mut [u32]) -> f64 {
    signed_decimal(trim_start(text), scratch).map_or(f64::NAN, |(number, _)| number)
}

/// The global `parseInt` of a string; `radix` is `ToInt32` of its second argument, 0 when there is none
/// (ECMA-262 5.1, 15.1.2.2). Exactness: see [`parse_radix`].
pub fn parse_int(text: &[u8], radix: i32, scratch: &mut [u32]) -> f64 {
    let (negative, mut text) = sign(trim_start(text));
    let mut radix = radix;
    if radix == 0 || radix == 16 {
        if let [b'0', b'x' | b'X', rest @ ..] = text {
            (text, radix) = (rest, 16);
        } else if radix == 0 {
            radix = 10;
        }
    }
    if !(2..=36).contains(&radix) {
        return f64::NAN;
    }
    match parse_radix(text, radix as u32, scratch) {
        Some((number, _)) if negative => -number,
        Some((number, _)) => number,
        None => f64::NAN,
    }
}
