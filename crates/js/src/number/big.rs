//! The one large number behind printing and parsing: a fixed-point value that gives up its decimal digits one by one.
//!
//! A float is `mantissa * 2^exp`, so its decimal expansion ends: 309 digits before the point at most, or 1,076 after it. The integer
//! part is divided down to groups of eight digits, which overwrite the space that its quotient leaves; the fraction is multiplied up by
//! 10^8 for each group asked for. Division is by 16-bit numbers only, so that no 64-bit division is linked.

use super::SCRATCH_WORDS;
use super::soft::wide;
use core::num::NonZeroU32;

/// 10^4, the largest power of ten that [`div_small`] takes.
pub(super) const TEN_4: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999);
pub(super) const TEN: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// Digits to a group.
const GROUP: u8 = 8;

/// Divides the little-endian number by `divisor`, which must be below 2^16, and returns the remainder.
pub(super) fn div_small(limbs: &mut [u32], divisor: NonZeroU32) -> u32 {
    let mut rest = 0;
    for limb in limbs.iter_mut().rev() {
        let high = (rest << 16) | (*limb >> 16);
        let low = ((high % divisor) << 16) | (*limb & 0xffff);
        *limb = ((high / divisor) << 16) | (low / divisor);
        rest = low % divisor;
    }
    rest
}

/// Multiplies the little-endian number by `factor` and returns what runs over.
pub(super) fn mul_small(limbs: &mut [u32], factor: u32) -> u32 {
    let mut carry = 0;
    for limb in limbs {
        let product = wide(*limb, factor) + u64::from(carry);
        *limb = product as u32;
        carry = (product >> 32) as u32;
    }
    carry
}

/// The limbs without the zeros at their upper end.
pub(super) fn significant(mut limbs: &mut [u32]) -> &mut [u32] {
    while let [rest @ .., 0] = limbs {
        limbs = rest;
    }
    limbs
}

/// Writes `mantissa * 2^exp` (mantissa below 2^56, bits from 2^1024 to 2^-1088 only) as fixed point.
/// Returns the limbs of the fraction and those of the integer part.
pub(super) fn place(words: &mut [u32; SCRATCH_WORDS], mantissa: u64, exp: i32) -> (&mut [u32], &mut [u32]) {
    words.fill(0);
    let fraction = if exp < 0 { (31 - exp) / 32 } else { 0 };
    let at = fraction * 32 + exp;
    let bit = at & 31;
    let low = (mantissa & 0xffff_ffff) << bit;
    let high = ((mantissa >> 32) << bit) + (low >> 32);
    for (word, value) in
        words
            .iter_mut()
            .skip((at >> 5) as usize)
            .zip([low as u32, high as u32, (high >> 32) as u32])
    {
        *word = value;
    }
    words.split_at_mut_checked(fraction as usize).unwrap_or_default()
}

/// The decimal digits of a float, most significant first, without leading zeros, then zeros for ever.
pub(super) struct Digits<'w> {
    /// Groups of the integer part that are still to come.
    whole: &'w [u32],
    /// What is left of the fraction, little-endian, below 1.
    fraction: &'w mut [u32],
    /// The digits of the current group that are left, at its upper end.
    group: u32,
    /// How many they are.
    left: u8,
    /// Where the point is: the value is `0.d1 d2 d3… * 10^point`.
    pub(super) point: i32,
}

impl<'w> Digits<'w> {
    /// The digits of `mantissa * 2^exp`; ranges as for [`place`]. In two parts, so that nobody has to copy them.
    #[inline(always)]
    pub(super) fn new(words: &'w mut [u32; SCRATCH_WORDS], mantissa: u64, exp: i32) -> Self {
        let mut digits = Self::placed(words, mantissa, exp);
        digits.begin(mantissa != 0);
        digits
    }
    #[inline(never)]
    fn placed(words: &'w mut [u32; SCRATCH_WORDS], mantissa: u64, exp: i32) -> Self {
        let (fraction, whole) = place(words, mantissa, exp);
        let mut first = whole.len();
        loop {
            let limbs = significant(whole.get_mut(..first).unwrap_or_default());
            if limbs.is_empty() {
                break;
            }
            let low = div_small(limbs, TEN_4);
            let high = div_small(limbs, TEN_4);
            first -= 1;
            if let Some(word) = whole.get_mut(first) {
                *word = high * TEN_4.get() + low;
            }
        }
        let whole = whole.get(first..).unwrap_or_default();
        let point = whole.len() as i32 * i32::from(GROUP);
        Digits {
            whole,
            fraction,
            group: 0,
            left: 0,
            point,
        }
    }
    /// Goes to the first digit that is not zero, where there is one.
    #[inline(never)]
    fn begin(&mut self, any: bool) {
        if any {
            self.load();
            while self.group == 0 {
                self.point -= i32::from(GROUP);
                self.load();
            }
        }
        while self.left != 0 && self.group < 10_000_000 {
            self.group *= 10;
            self.left -= 1;
            self.point -= 1;
        }
    }

    fn load(&mut self) {
        self.left = GROUP;
        if let Some((group, rest)) = self.whole.split_first() {
            self.whole = rest;
            self.group = *group;
            return;
        }
        // Each turn makes eight more low bits zero: limbs that have become zero need no more work.
        let mut limbs = core::mem::take(&mut self.fraction);
        while let [0, rest @ ..] = limbs {
            limbs = rest;
        }
        self.group = mul_small(limbs, 100_000_000);
        self.fraction = limbs;
    }

    /// The next digit, 0 to 9.
    pub(super) fn next(&mut self) -> u8 {
        if self.left == 0 {
            self.load();
        }
        self.left -= 1;
        let digit = self.group / 10_000_000;
        self.group = (self.group % 10_000_000) * 10;
        digit as u8
    }

    /// True when all digits still to come are zero.
    pub(super) fn is_spent(&self) -> bool {
        self.group == 0
            && self.whole.iter().all(|&word| word == 0)
            && self.fraction.iter().all(|&word| word == 0)
    }
}
