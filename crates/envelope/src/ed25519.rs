//! Ed25519 signatures checked with little flash and little RAM (RFC 8032, 5.1.7, with the cofactor).
//!
//! On this curve the formulas for adding and doubling have no exceptions. So nothing here distinguishes cases, and points of
//! small order that a crafted key brings along go through it like all others.

use crate::Verifier;
use crate::field::Fe;
use crate::sha512::Sha512;

/// The group order L.
#[rustfmt::skip]
const ORDER: [u32; 8] = [
    0x5cf5_d3ed, 0x5812_631a, 0xa2f7_9cd6, 0x14de_f9de, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x1000_0000,
];

/// Our own: small, with as little stack as a callback. Cofactored equation, as [`Compact`](crate::Compact) has it: the two
/// give the same verdict on every signature that passes the guard. It checks signatures and knows no secret.
#[derive(Clone, Copy, Debug, Default)]
pub struct Small;

/// A point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.
#[derive(Clone, Copy)]
struct Point {
    x: Fe,
    y: Fe,
    z: Fe,
    t: Fe,
}

impl Point {
    const NEUTRAL: Self = Self {
        x: Fe::ZERO,
        y: Fe::ONE,
        z: Fe::ONE,
        t: Fe::ZERO,
    };

    /// The generator B, prepared.
    #[rustfmt::skip]
    const GENERATOR: Self = Self {
        x: Fe([
            0x8f25_d51a, 0xc956_2d60, 0x9525_a7b2, 0x692c_c760, 0xfdd6_dc5c, 0xc0a4_e231, 0xcd6e_53fe, 0x2169_36d3,
        ]),
        y: Fe([
            0x6666_6658, 0x6666_6666, 0x6666_6666, 0x6666_6666, 0x6666_6666, 0x6666_6666, 0x6666_6666, 0x6666_6666,
        ]),
        z: Fe::ONE,
        t: Fe([
            0x877a_aa68, 0xabc9_1205, 0xccaa_c49e, 0x26d9_e823, 0xdd43_598c, 0x5a1b_7dcb, 0x9f0c_65a8, 0x6f11_7b68,
        ]),
    };

    /// The inverse of the point that these bytes encode, if they do.
    #[inline(never)]
    fn decode_negated(&mut self, bytes: &[u8; 32]) -> bool {
        *self = Self::NEUTRAL;
        self.y = Fe::from_bytes(bytes);
        let square = self.y.times(&self.y);
        let Some(root) = square
            .minus(&Fe::ONE)
            .root_of_ratio(&square.times(&Fe::D).plus(&Fe::ONE))
        else {
            return false;
        };
        self.x = root;
        if root.is_odd() == (bytes[31] >> 7 != 0) {
            self.x = Fe::ZERO.minus(&root);
        }
        self.t = self.x.times(&self.y);
        true
    }

    /// Adds or subtracts a point that was [`prepared`](Self::prepare): "add-2008-hwcd-3", complete because d is no square (Hisil, Wong,
    /// Carter, Dawson 2008).
    #[inline(never)]
    fn add(&mut self, other: &Self, minus: bool) {
        let mut other = *other;
        if minus {
            other.x = Fe::ZERO.minus(&other.x);
            other.t = Fe::ZERO.minus(&other.t);
        }
        let a = self.y.minus(&self.x).times(&other.y.minus(&other.x));
        let b = self.y.plus(&self.x).times(&other.y.plus(&other.x));
        let c = self.t.times(&other.t);
        let d = self.z.times(&other.z);
        let d = d.plus(&d);
        self.assemble([&b.minus(&a), &d.minus(&c), &d.plus(&c), &b.plus(&a)], true);
    }

    /// Doubles: "dbl-2008-hwcd", complete too. T is made only when it is wanted, as it is before an addition.
    #[inline(never)]
    fn double(&mut self, with_t: bool) {
        let a = self.x.times(&self.x);
        let b = self.y.times(&self.y);
        let c = self.z.times(&self.z);
        let sum = self.x.plus(&self.y);
        let h = a.plus(&b);
        let e = h.minus(&sum.times(&sum));
        let g = a.minus(&b);
        let f = c.plus(&c).plus(&g);
        self.assemble([&e, &f, &g, &h], with_t);
    }

    /// What both formulas end with.
    #[inline(never)]
    fn assemble(&mut self, [e, f, g, h]: [&Fe; 4], with_t: bool) {
        self.x = e.times(f);
        self.y = g.times(h);
        self.z = f.times(g);
        if with_t {
            self.t = e.times(h);
        }
    }

    /// Multiplies T by 2d, as it is wanted of a point that is added.
    fn prepare(&mut self) {
        self.t = self.t.times(&Fe::D);
        self.t = self.t.plus(&self.t);
    }
}

/// The remainder of a digest modulo L: bit by bit, the highest first.
fn reduce(digest: &[u64; 8]) -> [u32; 8] {
    let mut rest = [0; 8];
    // The digest is a number whose lowest byte comes first.
    for word in digest.iter().rev() {
        for bit in (0..64).map(|place| word.swap_bytes() >> (63 - place) & 1) {
            let mut carry = bit as u32;
            for word in &mut rest {
                let shifted = *word << 1 | carry;
                carry = *word >> 31;
                *word = shifted;
            }
            let mut less = rest;
            let mut borrow = 0;
            for (word, &order) in less.iter_mut().zip(&ORDER) {
                borrow += i64::from(*word) - i64::from(order);
                *word = borrow as u32;
                borrow >>= 32;
            }
            if borrow == 0 {
                rest = less;
            }
        }
    }
    rest
}

/// A scalar k in non-adjacent form: digits -1, 0 and 1, of which two thirds are 0.
struct Scalar {
    once: Fe,
    thrice: Fe,
}

impl Scalar {
    /// k is below 2^253, so nothing is folded.
    fn new(once: Fe) -> Self {
        let thrice = once.plus(&once).plus(&once);
        Self { once, thrice }
    }

    /// The digit of 2^place: 3k - k, bit by bit without borrowing, is 2k.
    fn digit(&self, place: usize) -> i32 {
        let place = place + 1;
        let bit = |words: &Fe| words.0.get(place / 32).map_or(0, |word| word >> (place % 32) & 1);
        bit(&self.thrice) as i32 - bit(&self.once) as i32
    }
}

impl Verifier for Small {
    /// 8 (S B - h A - R) = 0, with h the hash of R, A and the message.
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        let ([r, s], _) = signature.as_chunks::<32>() else {
            return false;
        };
        let mut hash = Sha512::new();
        hash.update(r);
        hash.update(public_key);
        hash.update(message);
        let hashed = reduce(hash.finish());
        let mut key = Point::NEUTRAL;
        let mut nonce = Point::NEUTRAL;
        if !key.decode_negated(public_key) || !nonce.decode_negated(r) {
            return false;
        }
        let (mut both, mut apart) = (key, key);
        both.add(&Point::GENERATOR, false);
        apart.x = Fe::ZERO.minus(&key.x);
        apart.t = Fe::ZERO.minus(&key.t);
        apart.add(&Point::GENERATOR, false);
        for point in [&mut key, &mut nonce, &mut both, &mut apart] {
            point.prepare();
        }
        let (s, hashed) = (Scalar::new(Fe::from_bytes(s)), Scalar::new(Fe(hashed)));
        let mut sum = Point::NEUTRAL;
        for place in (0..255).rev() {
            let (point, minus) = match (s.digit(place), hashed.digit(place)) {
                (0, 0) => {
                    // the last one is followed by an addition
                    sum.double(place == 0);
                    continue;
                }
                (one, 0) => (&Point::GENERATOR, one < 0),
                (0, other) => (&key, other < 0),
                (one, other) if one == other => (&both, one < 0),
                (one, _) => (&apart, one < 0),
            };
            sum.double(true);
            sum.add(point, minus);
        }
        sum.add(&nonce, false);
        for _ in 0..3 {
            sum.double(false);
        }
        sum.x.is_zero() && sum.y.minus(&sum.z).is_zero()
    }
}
