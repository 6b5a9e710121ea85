//! Numbers to decimal text: `ToString`, `toFixed`, `toExponential`, `toPrecision` (ECMA-262 5.1, 9.8.1 and 15.7.4.5 to 15.7.4.7).

use super::big::Digits;
use super::{MANTISSA_BITS, MIN_EXP, SCRATCH_WORDS, decode, is_finite, is_nan, is_negative, is_zero, less};

/// Bytes that [`shortest`] writes at most: `-0.0000012345678901234567`.
pub const OUT_MAX: usize = 25;
/// Bytes that the printers of decimal text write at most: `toFixed(100)` of -(10^21 - 1).
pub const TEXT_MAX: usize = 123;

/// Text under construction; what does not fit is counted only.
pub(super) struct Text<'o> {
    out: &'o mut [u8],
    pub(super) len: usize,
}

impl<'o> Text<'o> {
    pub(super) fn new(out: &'o mut [u8]) -> Self {
        Text { out, len: 0 }
    }

    pub(super) fn push(&mut self, byte: u8) {
        if let Some(slot) = self.out.get_mut(self.len) {
            *slot = byte;
        }
        self.len += 1;
    }

    pub(super) fn push_all(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.push(byte);
        }
    }

    pub(super) fn insert(&mut self, at: usize, mut byte: u8) {
        self.len += 1;
        for slot in self.out.iter_mut().take(self.len).skip(at) {
            core::mem::swap(slot, &mut byte);
        }
    }

    pub(super) fn from(&mut self, start: usize) -> &mut [u8] {
        self.out.get_mut(start..self.len).unwrap_or_default()
    }

    /// Adds one unit in the last place to the digits from `start` on. True when that made one digit more.
    fn round_up(&mut self, start: usize) -> bool {
        for digit in self.from(start).iter_mut().rev() {
            if *digit != b'9' {
                *digit += 1;
                return false;
            }
            *digit = b'0';
        }
        self.insert(start, b'1');
        true
    }

    /// Puts the point (or the zeros that lead to it) into the digits from `start` on.
    fn set_point(&mut self, start: usize, point: i32) {
        let count = (self.len - start) as i32;
        for _ in count..point {
            self.push(b'0');
        }
        for _ in point..1 {
            self.insert(start, b'0');
        }
        if point < count {
            self.insert(start + point.max(1) as usize, b'.');
        }
    }

    /// Turns the digits from `start` on into `d.ddde±x`.
    fn set_exponent(&mut self, start: usize, point: i32) {
        if self.len > start + 1 {
            self.insert(start + 1, b'.');
        }
        let exponent = point - 1;
        self.push(b'e');
        self.push(if exponent < 0 { b'-' } else { b'+' });
        self.push_integer(exponent.unsigned_abs());
    }

    fn push_integer(&mut self, mut n: u32) {
        let at = self.len;
        loop {
            self.insert(at, b'0' + (n % 10) as u8);
            n /= 10;
            if n == 0 {
                break;
            }
        }
    }

    /// Writes the first `count` digits of a magnitude, rounded half up as the `to…` functions ask; `count <= 0` may still round up
    /// to a one. Returns where the point is now.
    fn push_rounded(&mut self, digits: &mut Digits<'_>, count: i32, keep_count: bool) -> i32 {
        let start = self.len;
        for _ in 0..count {
            let digit = digits.next();
            self.push(b'0' + digit);
        }
        if count < 0 || digits.next() < 5 || !self.round_up(start) {
            return digits.point;
        }
        if keep_count {
            self.len -= 1;
        }
        digits.point + 1
    }
}

/// The words to work in and the text with its sign, or the finished text of what is no finite number.
fn begin<'o, 's>(
    v: f64,
    scratch: &'s mut [u32],
    out: &'o mut [u8],
) -> Result<(Text<'o>, &'s mut [u32; SCRATCH_WORDS]), usize> {
    let mut text = Text::new(out);
    if is_nan(v) {
        text.push_all(b"NaN");
        return Err(text.len);
    }
    if is_negative(v) && !is_zero(v) {
        text.push(b'-');
    }
    if !is_finite(v) {
        text.push_all(b"Infinity");
        return Err(text.len);
    }
    Ok((text, scratch.first_chunk_mut().ok_or(0usize)?))
}

/// `String(n)` of an integer. `out` should hold 11 bytes.
pub fn integer(n: i32, out: &mut [u8]) -> usize {
    let mut text = Text::new(out);
    if n < 0 {
        text.push(b'-');
    }
    text.push_integer(n.unsigned_abs());
    text.len
}

/// What printing `v` costs, for the caller to meter: 1 to 87,600 steps of about 20 instructions on a Cortex-M0. It is exact digits of
/// large numbers that are dear: the cost grows with the square of the distance of `v` from 1, counted in bits. [`to_fixed`] and its kin cost a
/// third.
pub fn print_steps(v: f64) -> u32 {
    let (mantissa, exp) = decode(v);
    let limbs = exp.unsigned_abs() / 32 + 2;
    let each = if exp > 0 { 85 } else { 10 };
    if mantissa != 0 && is_finite(v) {
        560 + each * limbs * limbs
    } else {
        1
    }
}

/// Where the point may stand at most in the text of a number without an exponent.
const LAST_POINT: i32 = 21;

/// `String(v)`: the fewest digits that read back as `v`, and of those texts the closest. `out` should hold [`OUT_MAX`] bytes.
///
/// ```
/// use motebox_js::number::{OUT_MAX, SCRATCH_WORDS, shortest};
/// let (mut scratch, mut out) = ([0; SCRATCH_WORDS], [0; OUT_MAX]);
/// let len = shortest(0.1 + 0.2, &mut scratch, &mut out);
/// assert_eq!(&out[..len], b"0.30000000000000004");
/// ```
pub fn shortest(v: f64, scratch: &mut [u32], out: &mut [u8]) -> usize {
    rounded(v, None, LAST_POINT, scratch, out)
}

/// `v.toFixed(digits)`. `digits` is 0 to 100 (the caller throws a RangeError beyond); `out` should hold [`TEXT_MAX`] bytes.
pub fn to_fixed(v: f64, digits: u32, scratch: &mut [u32], out: &mut [u8]) -> usize {
    let magnitude = f64::from_bits(v.to_bits() & !(1 << 63));
    if !less(magnitude, 1e21) {
        return shortest(v, scratch, out);
    }
    let (mut text, words) = match begin(v, scratch, out) {
        Ok(begun) => begun,
        Err(len) => return len,
    };
    let start = text.len;
    let (mantissa, exp) = decode(v);
    let mut source = Digits::new(words, mantissa, exp);
    let places = digits as i32;
    let count = source.point + places;
    text.push_rounded(&mut source, count, false);
    // Numbers below 1 have given fewer digits than there are places.
    while text.len < start + digits as usize + 1 {
        text.insert(start, b'0');
    }
    if digits != 0 {
        text.insert(text.len - digits as usize, b'.');
    }
    text.len
}

/// `v.toExponential(digits)`, with `None` for `undefined`. `digits` is 0 to 100; `out` should hold [`TEXT_MAX`] bytes.
pub fn to_exponential(v: f64, digits: Option<u32>, scratch: &mut [u32], out: &mut [u8]) -> usize {
    // Of what is not finite, which has no digits, any number may be asked for.
    let count = digits.map(|digits| (digits as i32).wrapping_add(1));
    rounded(v, count, i32::MIN, scratch, out)
}

/// `v.toPrecision(digits)`, with `None` for `undefined`, which is the same as [`shortest`]. `digits` is 1 to 100; `out` should hold
/// [`TEXT_MAX`] bytes.
pub fn to_precision(v: f64, digits: Option<u32>, scratch: &mut [u32], out: &mut [u8]) -> usize {
    let digits = digits.map(|digits| digits as i32);
    rounded(v, digits, digits.unwrap_or(LAST_POINT), scratch, out)
}

/// `count` significant digits, with an exponent when the point lies outside of -5 to `last_point`.
fn rounded(v: f64, count: Option<i32>, last_point: i32, scratch: &mut [u32], out: &mut [u8]) -> usize {
    let (mut text, words) = match begin(v, scratch, out) {
        Ok(begun) => begun,
        Err(len) => return len,
    };
    let start = text.len;
    let point = match count {
        None => push_shortest(&mut text, v, words),
        Some(count) => {
            let (mantissa, exp) = decode(v);
            let mut source = Digits::new(words, mantissa, exp);
            if mantissa == 0 {
                source.point = 1;
            }
            text.push_rounded(&mut source, count, true)
        }
    };
    if (-5..=last_point).contains(&point) {
        text.set_point(start, point);
    } else {
        text.set_exponent(start, point);
    }
    text.len
}

/// Digits that decide: 17 tell any two floats apart, one more may be a leading zero, one more tells how to round.
const DECIDING: usize = 19;

/// The digits of one of the three numbers that decide, all counted from the same power of ten.
#[derive(Default)]
struct Prefix {
    digits: [u8; DECIDING],
    /// Digits without the zeros at the end; more than `DECIDING` when others follow.
    count: usize,
}

impl Prefix {
    /// The digits of `mantissa * 2^exp` from `top` on, by default from their own point. Returns where that is.
    fn set(&mut self, words: &mut [u32; SCRATCH_WORDS], mantissa: u64, exp: i32, top: Option<i32>) -> i32 {
        let mut source = Digits::new(words, mantissa, exp);
        let point = top.unwrap_or(source.point);
        let lead = (point - source.point) as usize;
        for (i, digit) in self.digits.iter_mut().enumerate().skip(lead) {
            *digit = source.next();
            if *digit != 0 {
                self.count = i + 1;
            }
        }
        if !source.is_spent() {
            self.count = DECIDING + 1;
        }
        point
    }
}

/// Writes the shortest digits of the magnitude of `v` and returns where the point is.
///
/// `low` and `high` are half way to the neighbours of `v`: every text between them reads back as `v`, and so do these two themselves when the mantissa
/// is even. For one more digit at a time, the texts just below and just above `v` are tried, until one of them lies between.
fn push_shortest(text: &mut Text<'_>, v: f64, words: &mut [u32; SCRATCH_WORDS]) -> i32 {
    let (mantissa, exp) = decode(v);
    if mantissa == 0 {
        text.push(b'0');
        return 1;
    }
    let inclusive = mantissa & 1 == 0;
    // Below a power of two, the neighbour is only half as far.
    let below = if mantissa == 1 << MANTISSA_BITS && exp > MIN_EXP {
        1
    } else {
        2
    };
    let (mut low, mut exact, mut high) = (Prefix::default(), Prefix::default(), Prefix::default());
    let mut point = high.set(words, mantissa * 4 + 2, exp - 2, None);
    low.set(words, mantissa * 4 - below, exp - 2, Some(point));
    exact.set(words, mantissa * 4, exp - 2, Some(point));
    let start = text.len;
    // Distances, in units of the current digit; 2 stands for all that are more than 1.
    let (mut to_low, mut to_high) = (0i8, 0i8);
    let mut count = 0;
    let mut digits = exact.digits.iter();
    for (low_digit, high_digit) in low.digits.iter().zip(&high.digits) {
        let digit = digits.next().copied().unwrap_or_default();
        count += 1;
        to_low = (to_low * 10 + (digit as i8 - *low_digit as i8)).min(2);
        to_high = (to_high * 10 + (*high_digit as i8 - digit as i8)).min(2);
        text.push(b'0' + digit);
        let down_fits = to_low > 0 || (inclusive && low.count <= count);
        let up_fits = to_high > 1 || (to_high == 1 && (inclusive || high.count > count));
        if !down_fits && !up_fits {
            if text.len == start + 1 && digit == 0 {
                text.len = start;
                point -= 1;
            }
            continue;
        }
        let next = digits.next().copied().unwrap_or_default();
        let tie = next == 5 && exact.count == count + 1;
        let up_is_closer = if tie { digit & 1 != 0 } else { next >= 5 };
        if up_fits && (up_is_closer || !down_fits) {
            text.round_up(start);
        }
        break;
    }
    point
}
