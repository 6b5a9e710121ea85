//! A sink for a representation that is made anew for each block: it keeps only the bytes of that block, and counts
//! and hashes all. So nothing is ever held as a whole, however long.

/// Major types of CBOR (RFC 8949 section 3.1), as they stand in the first byte.
pub(crate) mod major {
    pub(crate) const UINT: u8 = 0;
    pub(crate) const NEGATIVE: u8 = 1 << 5;
    pub(crate) const BYTES: u8 = 2 << 5;
    pub(crate) const TEXT: u8 = 3 << 5;
    pub(crate) const ARRAY: u8 = 4 << 5;
    pub(crate) const MAP: u8 = 5 << 5;
    pub(crate) const FALSE: u8 = 0xf4;
    pub(crate) const FLOAT64: u8 = 0xfb;
}

/// The prime of FNV-1a in 64 bits, but for its bit 40.
const PRIME: u32 = 435;

/// Bytes `from..from + out.len()` of what is put into it.
#[derive(Debug)]
pub(crate) struct Window<'b> {
    out: &'b mut [u8],
    from: u32,
    at: u32,
    /// FNV-1a, the lower word first.
    hash: [u32; 2],
    hashing: bool,
}

impl<'b> Window<'b> {
    #[inline(never)]
    pub(crate) fn new(out: &'b mut [u8], from: u32) -> Window<'b> {
        Window {
            out,
            from,
            at: 0,
            hash: [0x8422_2325, 0xcbf2_9ce4],
            hashing: true,
        }
    }

    #[inline(never)]
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.byte(*b);
        }
    }

    #[inline(never)]
    pub(crate) fn byte(&mut self, byte: u8) {
        // Before the window the place wraps round, and is none.
        if let Some(to) = self.out.get_mut(self.at.wrapping_sub(self.from) as usize) {
            *to = byte;
        }
        self.at = self.at.saturating_add(1);
        if self.hashing {
            // Times 2^40 + 435, word by word: the chips in mind multiply no 64 bits.
            let [low, high] = self.hash;
            let low = low ^ u32::from(byte);
            let carry = ((low >> 16) * PRIME + (((low & 0xffff) * PRIME) >> 16)) >> 16;
            let high = high.wrapping_mul(PRIME).wrapping_add(carry);
            self.hash = [low.wrapping_mul(PRIME), high.wrapping_add(low << 8)];
        }
    }

    /// The head of a CBOR item: `major` in its three upper bits, the value in the shortest form.
    #[inline(never)]
    pub(crate) fn head(&mut self, major: u8, value: u64) {
        let (more, short) = cbor_head(value);
        self.byte(major | short);
        self.put(value.to_be_bytes().get(8 - more..).unwrap_or(&[]));
    }

    /// A CBOR string, of text or bytes.
    #[inline(never)]
    pub(crate) fn string(&mut self, major: u8, bytes: &[u8]) {
        self.head(major, bytes.len() as u64);
        self.put(bytes);
    }

    pub(crate) fn decimal(&mut self, value: u64) {
        // Bit by bit: no 64-bit division on chips that have none. Of so many bits from the first 1 on come half as many digits
        // at most, and one.
        let mut digits = [0u8; 20];
        let (mut rest, mut bits) = (value, 0);
        for _ in 0..64 {
            let mut carry = (rest >> 63) as u8;
            rest <<= 1;
            bits |= carry;
            let digits = digits.iter_mut().rev();
            for d in digits.take(usize::from(bits / 2) + 1) {
                *d = *d * 2 + carry;
                carry = u8::from(*d > 9);
                *d -= carry * 10;
            }
            bits += bits.min(1);
        }
        let zeros = digits.iter().take(19).take_while(|d| **d == 0).count();
        for d in digits.iter().skip(zeros) {
            self.byte(b'0' + d);
        }
    }

    pub(crate) fn hex(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.byte(hex_digit(b >> 4));
            self.byte(hex_digit(*b));
        }
    }

    /// Whether what follows counts for the ETag.
    pub(crate) fn count_for_etag(&mut self, counts: bool) {
        self.hashing = counts;
    }

    /// Bytes put so far, kept or not.
    pub(crate) fn total(&self) -> u32 {
        self.at
    }

    /// FNV-1a of the bytes put so far that count for it.
    pub(crate) fn etag(&self) -> [u8; 8] {
        let [low, high] = self.hash;
        (u64::from(high) << 32 | u64::from(low)).to_be_bytes()
    }
}

/// The first `len` bytes; none when there are fewer.
pub(crate) fn cut(out: &mut [u8], len: usize) -> &mut [u8] {
    out.get_mut(..len).unwrap_or(&mut [])
}

/// Copies `from` to the beginning of `to`; none when it is too short. (`copy_from_slice` brings a panic along.)
#[inline(never)]
pub(crate) fn copy(to: &mut [u8], from: &[u8]) -> Option<()> {
    let room = to.get_mut(..from.len())?;
    room.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    Some(())
}

/// The lower-case digit of the low four bits.
#[inline(never)]
pub(crate) fn hex_digit(nibble: u8) -> u8 {
    match nibble & 15 {
        n @ 0..10 => b'0' + n,
        n => b'a' - 10 + n,
    }
}

/// The value of a lower-case digit.
#[inline(never)]
pub(crate) fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// The head of a CBOR item in its shortest form: how many bytes of value follow the first byte, and the lower bits of that.
#[inline(never)]
pub(crate) const fn cbor_head(value: u64) -> (usize, u8) {
    let low = value as u32;
    if value >> 32 != 0 {
        (8, 27)
    } else if low >= 0x1_0000 {
        (4, 26)
    } else if low >= 0x100 {
        (2, 25)
    } else if low >= 24 {
        (1, 24)
    } else {
        (0, low as u8)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::Window;
    use std::string::ToString;

    #[test]
    fn the_etag_is_fnv_1a() {
        // Of draft-eastlake-fnv, appendix C.
        for (text, hash) in [
            ("", 0xcbf2_9ce4_8422_2325u64),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            let mut window = Window::new(&mut [], 0);
            window.put(text.as_bytes());
            assert_eq!(u64::from_be_bytes(window.etag()), hash);
        }
    }

    #[test]
    fn numbers_are_what_the_standard_library_prints() {
        let powers = (0..20u32).map(|digits| 10u64.pow(digits));
        let bits = (0..64u32).map(|bit| 1u64 << bit);
        let around = powers.chain(bits).flat_map(|n| [n - 1, n, n + 1]);
        for number in around.chain([u64::MAX, 7_777_777_777, 1_234_567_890_123_456_789]) {
            let mut out = [0; 32];
            let mut window = Window::new(&mut out, 0);
            window.decimal(number);
            let length = window.total() as usize;
            assert_eq!(out.get(..length), Some(number.to_string().as_bytes()));
        }
    }
}
