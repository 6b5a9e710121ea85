//! SHA-256 (FIPS 180-4), written for size: one loop of 64 rounds over a schedule of 16 words.
//!
//! It stands here because the crate that others use brings panic paths and more flash (docs/why/codecs.md).

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
const ROUND: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];

/// The same of the square roots of the first 8 primes.
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

const BLOCK: usize = 64;

/// A running SHA-256. 104 bytes; clone it to look at a digest on the way.
#[derive(Clone)]
pub struct Sha256 {
    state: [u32; 8],
    block: [u8; BLOCK],
    /// Bytes taken in; those beyond the last whole block wait in `block`.
    length: u64,
}

impl Sha256 {
    /// A digest of nothing yet.
    #[must_use]
    #[inline(never)]
    pub const fn new() -> Self {
        Self {
            state: START,
            block: [0; BLOCK],
            length: 0,
        }
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let filled = self.length as usize % BLOCK;
            let places = self.block.iter_mut().skip(filled);
            let taken = places.zip(rest).map(|(place, byte)| *place = *byte).count();
            self.length += taken as u64;
            rest = rest.get(taken..).unwrap_or(&[]);
            if filled + taken == BLOCK {
                compress(&mut self.state, &self.block);
            }
        }
    }

    /// The digest of all that was taken in.
    #[must_use]
    pub fn finish(mut self) -> [u8; 32] {
        let bits = self.length << 3;
        self.update(&[0x80]);
        while self.length as usize % BLOCK != BLOCK - 8 {
            self.update(&[0]);
        }
        self.update(&bits.to_be_bytes());
        let mut digest = [0; 32];
        for (to, word) in digest.as_chunks_mut().0.iter_mut().zip(&self.state) {
            *to = word.to_be_bytes();
        }
        digest
    }

    /// The digest of one piece.
    #[must_use]
    pub fn of(bytes: &[u8]) -> [u8; 32] {
        let mut hash = Self::new();
        hash.update(bytes);
        hash.finish()
    }
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

fn compress(state: &mut [u32; 8], block: &[u8; BLOCK]) {
    let mut schedule = [0; 16];
    for (word, bytes) in schedule.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (round, constant) in ROUND.iter().enumerate() {
        let at = |ahead: usize| schedule.get((round + ahead) % 16).copied().unwrap_or(0);
        let word = at(0);
        let (near, far) = (at(1), at(14));
        let near = near.rotate_right(7) ^ near.rotate_right(18) ^ near >> 3;
        let far = far.rotate_right(17) ^ far.rotate_right(19) ^ far >> 10;
        // the word of 16 rounds later; in the last 16 rounds nobody reads it
        let later = word.wrapping_add(near).wrapping_add(at(9)).wrapping_add(far);
        if let Some(place) = schedule.get_mut(round % 16) {
            *place = later;
        }
        let turned = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let first = h
            .wrapping_add(turned)
            .wrapping_add(e & f ^ !e & g)
            .wrapping_add(*constant)
            .wrapping_add(word);
        let turned = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let second = turned.wrapping_add(a & b ^ a & c ^ b & c);
        (h, g, f, e, d, c, b, a) = (
            g,
            f,
            e,
            d.wrapping_add(first),
            c,
            b,
            a,
            first.wrapping_add(second),
        );
    }
    for (sum, value) in state.iter_mut().zip(&[a, b, c, d, e, f, g, h]) {
        *sum = sum.wrapping_add(*value);
    }
}
