//! Ed25519 signatures checked with little flash and little RAM (RFC 8032, 5.1.7, with the cofactor).
//!
//! One formula for adding points serves for doubling too: on this curve it has no exceptions. So it needs no case
//! distinctions, and the points of small order that a crafted key brings along go through it like all others.

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

    /// The generator B.
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
            0xa5b7_dda3, 0x6dde_8ab3, 0x7751_52f5, 0x20f0_9f80, 0x64ab_e37d, 0x66ea_4e8e, 0xd78b_7665, 0x6787_5f0f,
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

    /// Adds a point, itself too: "add-2008-hwcd-3", complete because d is no square (Hisil, Wong, Carter, Dawson 2008).
    #[inline(never)]
    fn add(&mut self, other: &Self) {
        let a = self.y.minus(&self.x).times(&other.y.minus(&other.x));
        let b = self.y.plus(&self.x).times(&other.y.plus(&other.x));
        let c = self.t.times(&other.t).times(&Fe::D);
        let c = c.plus(&c);
        let d = self.z.times(&other.z);
        let d = d.plus(&d);
        let (e, f, g, h) = (b.minus(&a), d.minus(&c), d.plus(&c), b.plus(&a));
        self.x = e.times(&f);
        self.y = g.times(&h);
        self.z = f.times(&g);
        self.t = e.times(&h);
    }

    fn double(&mut self) {
        let same = *self;
        self.add(&same);
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
        let mut both = key;
        both.add(&Point::GENERATOR);
        let s = Fe::from_bytes(s);
        let mut sum = Point::NEUTRAL;
        for place in (0..253).rev() {
            let bit = |words: &[u32; 8]| words.get(place / 32).is_some_and(|word| word >> (place % 32) & 1 != 0);
            sum.double();
            match (bit(&s.0), bit(&hashed)) {
                (false, false) => {}
                (true, false) => sum.add(&Point::GENERATOR),
                (false, true) => sum.add(&key),
                (true, true) => sum.add(&both),
            }
        }
        sum.add(&nonce);
        for _ in 0..3 {
            sum.double();
        }
        sum.x.is_zero() && sum.y.minus(&sum.z).is_zero()
    }
}
