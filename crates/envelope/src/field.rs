//! The field of Ed25519, integers modulo p = 2^255 - 19, written for size: eight words, loops, no tables.
//!
//! Nothing here is secret (signatures are only checked), so nothing takes care to take the same time. Any eight words are
//! an element; [`Fe::is_zero`] and [`Fe::is_odd`] look at the canonical one.

/// An element, the lowest word first, not necessarily below p.
#[derive(Clone, Copy)]
pub(crate) struct Fe(pub(crate) [u32; 8]);

/// The product of two words. A Cortex-M0, which has no instruction for it (nor for atomic changes, which is what can be asked
/// here), does it in four parts faster than by the compiler's routine for 64 bits.
fn wide(a: u32, b: u32) -> u64 {
    if cfg!(target_has_atomic = "32") {
        u64::from(a) * u64::from(b)
    } else {
        wide_by_halves(a, b)
    }
}

fn wide_by_halves(a: u32, b: u32) -> u64 {
    let (a_low, a_high) = (a & 0xffff, a >> 16);
    let (b_low, b_high) = (b & 0xffff, b >> 16);
    let low = a_low * b_low;
    // At most 2^32 - 2^17 + 1 and 2^16 - 1 together: no carry is lost.
    let middle = a_high * b_low + (low >> 16);
    let upper = a_low * b_high + (middle & 0xffff);
    let high = a_high * b_high + (middle >> 16) + (upper >> 16);
    u64::from(high) << 32 | u64::from(upper << 16 | low & 0xffff)
}

impl Fe {
    pub(crate) const ZERO: Self = Self([0; 8]);
    pub(crate) const ONE: Self = Self([1, 0, 0, 0, 0, 0, 0, 0]);
    /// d of the curve, -121665 / 121666.
    #[rustfmt::skip]
    pub(crate) const D: Self = Self([
        0x1359_78a3, 0x75eb_4dca, 0x4141_d8ab, 0x0070_0a4d, 0x7779_e898, 0x8cc7_4079, 0x2b6f_fe73, 0x5203_6cee,
    ]);
    /// A square root of -1.
    #[rustfmt::skip]
    const ROOT: Self = Self([
        0x4a0e_a0b0, 0xc4ee_1b27, 0xad2f_e478, 0x2f43_1806, 0x3dfb_d7a7, 0x2b4d_0099, 0x4fc1_df0b, 0x2b83_2480,
    ]);

    /// The number in these bytes, the lowest first, without its highest bit.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut element = Self::ZERO;
        for (word, bytes) in element.0.iter_mut().zip(bytes.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        element.0[7] &= !0 >> 1;
        element
    }

    /// Adds `carry * 2^256`, which is `carry * 38`; the carry is small.
    fn fold(&mut self, mut carry: i32) {
        while carry != 0 {
            carry *= 38;
            for word in &mut self.0 {
                let sum = i64::from(*word) + i64::from(carry);
                *word = sum as u32;
                carry = (sum >> 32) as i32;
                if carry == 0 {
                    return;
                }
            }
        }
    }

    #[inline(never)]
    fn linear(&self, other: &Self, minus: bool) -> Self {
        let mut sum = *self;
        // a - b = a + !b + 1 - 2^256
        let flip = if minus { !0 } else { 0 };
        let mut carry = u64::from(minus);
        for (word, &other) in sum.0.iter_mut().zip(&other.0) {
            carry += u64::from(*word) + u64::from(other ^ flip);
            *word = carry as u32;
            carry >>= 32;
        }
        sum.fold(carry as i32 - i32::from(minus));
        sum
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        self.linear(other, false)
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.linear(other, true)
    }

    /// The product, word by word as on paper.
    #[inline(never)]
    pub(crate) fn times(&self, other: &Self) -> Self {
        let mut product = Self::ZERO;
        let mut high = [0; 8];
        for (low, &own) in product.0.iter_mut().zip(&self.0) {
            // Each row lies one word above the one before: its lowest word is done, the others move down.
            let mut place = low;
            let mut carry = 0;
            for (next, &other) in high.iter_mut().zip(&other.0) {
                let sum = wide(own, other) + u64::from(*next) + u64::from(carry);
                *place = sum as u32;
                carry = (sum >> 32) as u32;
                place = next;
            }
            *place = carry;
        }
        let mut carry = 0;
        for (word, &high) in product.0.iter_mut().zip(&high) {
            let sum = wide(38, high) + u64::from(*word) + u64::from(carry);
            *word = sum as u32;
            carry = (sum >> 32) as u32;
        }
        product.fold(carry as i32);
        product
    }

    /// The representative below p.
    fn canonical(&self) -> Self {
        let mut least = *self;
        // bit 255 is worth 19; at most p + 19 is left after the second time, and what of it lies above p shows when 19 is added
        for _ in 0..2 {
            let top = least.0[7] >> 31;
            least.0[7] &= !0 >> 1;
            least = least.plus(&Self([19 * top, 0, 0, 0, 0, 0, 0, 0]));
        }
        let mut above = least.plus(&Self([19, 0, 0, 0, 0, 0, 0, 0]));
        if above.0[7] >> 31 == 0 {
            return least;
        }
        above.0[7] &= !0 >> 1;
        above
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.canonical().0 == [0; 8]
    }

    pub(crate) fn is_odd(&self) -> bool {
        self.canonical().0[0] & 1 != 0
    }

    /// The power (p - 5) / 8 = 2^252 - 3.
    fn power(&self) -> Self {
        let mut power = *self;
        let mut ones = 1;
        // exponents of nothing but ones: 1, 3, 7, 15, 31, 62, 125 and 250 of them
        for odd in [true, true, true, true, false, true, false] {
            let before = power;
            for _ in 0..ones {
                power = power.times(&power);
            }
            power = power.times(&before);
            ones *= 2;
            if odd {
                power = power.times(&power).times(self);
                ones += 1;
            }
        }
        for _ in 0..2 {
            power = power.times(&power);
        }
        power.times(self)
    }

    /// A square root of `self / other`, if there is one (RFC 8032, 5.1.3).
    pub(crate) fn root_of_ratio(&self, other: &Self) -> Option<Self> {
        let cube = other.times(other).times(other);
        let seventh = cube.times(&cube).times(other);
        let mut root = self.times(&cube).times(&self.times(&seventh).power());
        for _ in 0..2 {
            if root.times(&root).times(other).minus(self).is_zero() {
                return Some(root);
            }
            root = root.times(&Self::ROOT);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Fe, wide_by_halves};

    #[test]
    fn a_product_in_four_parts_is_the_product() {
        let edges = [
            0,
            1,
            0xffff,
            0x1_0000,
            0xffff_0001,
            0x8000_0000,
            0xffff_fffe,
            0xffff_ffff,
        ];
        let mut word = 1u32;
        for round in 0..10_000 {
            word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let other = *edges.get(round % edges.len()).unwrap_or(&word);
            for (a, b) in [
                (word, other),
                (other, word),
                (other, other),
                (word, word.rotate_left(9)),
            ] {
                assert_eq!(wide_by_halves(a, b), u64::from(a) * u64::from(b), "{a} * {b}");
            }
        }
    }

    /// Elements that are not canonical, with all their carries: 2^256 - 1 = 37, p = 0, 2p + 1 = 1.
    #[test]
    fn elements_above_p_are_what_they_are_below() {
        let all = Fe([!0; 8]);
        let small = |word| Fe([word, 0, 0, 0, 0, 0, 0, 0]);
        assert!(all.minus(&small(37)).is_zero());
        assert!(all.times(&all).minus(&small(37 * 37)).is_zero());
        assert!(all.plus(&all).minus(&small(74)).is_zero());
        assert!(Fe::ZERO.minus(&all).plus(&small(37)).is_zero());
        let p = Fe([0xffff_ffed, !0, !0, !0, !0, !0, !0, !0 >> 1]);
        assert!(p.is_zero() && !p.is_odd());
        assert!(p.plus(&p).plus(&Fe::ONE).is_odd());
        assert!(
            p.minus(&Fe::ONE)
                .times(&p.minus(&Fe::ONE))
                .minus(&Fe::ONE)
                .is_zero()
        );
    }
}
