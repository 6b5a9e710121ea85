//! The field of Ed25519, integers modulo p = 2^255 - 19, written for size: eight words, loops, no tables.
//!
//! Nothing here is secret (signatures are only checked), so nothing takes care to take the same time. Any eight words are
//! an element; [`Fe::is_zero`] and [`Fe::is_odd`] look at the canonical one.

/// An element, the lowest word first, not necessarily below p.
#[derive(Clone, Copy)]
pub(crate) struct Fe(pub(crate) [u32; 8]);

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

    /// Adds `carry * 2^256`, which is `carry * 38`.
    fn fold(&mut self, mut carry: i64) {
        while carry != 0 {
            carry *= 38;
            for word in &mut self.0 {
                carry += i64::from(*word);
                *word = carry as u32;
                carry >>= 32;
            }
        }
    }

    #[inline(never)]
    fn linear(&self, other: &Self, minus: bool) -> Self {
        let mut sum = *self;
        let mut carry = 0;
        for (word, &other) in sum.0.iter_mut().zip(&other.0) {
            let other = i64::from(other);
            carry += i64::from(*word) + if minus { -other } else { other };
            *word = carry as u32;
            carry >>= 32;
        }
        sum.fold(carry);
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
        let mut wide = [0; 16];
        for (shift, &own) in self.0.iter().enumerate() {
            let mut carry = 0;
            let mut places = wide.iter_mut().skip(shift);
            for (&other, place) in other.0.iter().zip(&mut places) {
                carry += u64::from(own) * u64::from(other) + u64::from(*place);
                *place = carry as u32;
                carry >>= 32;
            }
            if let Some(place) = places.next() {
                *place = carry as u32;
            }
        }
        let mut product = Self::ZERO;
        let mut carry = 0;
        let (low, high) = wide.split_at(8);
        for ((word, &low), &high) in product.0.iter_mut().zip(low).zip(high) {
            carry += i64::from(low) + 38 * i64::from(high);
            *word = carry as u32;
            carry >>= 32;
        }
        product.fold(carry);
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
