//! The beginning of a container's body, byte by byte: collecting the envelope out of a form, and spelling a form's
//! header from an envelope that is there (`docs/spec/container.md` section 5).

use crate::MAX_ENVELOPE;
use crate::why::Why;
use crate::window::{cbor_head, hex_digit, hex_value, major};

const PREFIX: &[u8] = b"/*motebox1 ";
const SUFFIX: &[u8] = b"*/\n";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How the body of a container is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// Comment line with envelope and digest, then the source.
    Text,
    /// Envelope, then a bstr.
    Binary,
    /// The envelope alone.
    Alone,
}

/// Everything that a header is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape<'a> {
    pub(crate) form: Form,
    pub(crate) envelope_len: usize,
    pub(crate) payload_digest: &'a [u8; 32],
    /// None: no payload belongs to it.
    pub(crate) payload_len: Option<u32>,
}

impl Shape<'_> {
    /// Bytes before the payload.
    #[inline(never)]
    pub(crate) fn len(&self) -> u32 {
        let n = match self.form {
            Form::Text => PREFIX.len() + base64_len(self.envelope_len) + 65 + SUFFIX.len(),
            Form::Binary => self.envelope_len + self.payload_len.map_or(0, |n| 1 + cbor_head(n.into()).0),
            Form::Alone => self.envelope_len,
        };
        n as u32
    }

    /// Bytes of the whole body.
    pub(crate) fn body_len(&self) -> u32 {
        let payload = if self.form == Form::Alone {
            0
        } else {
            self.payload_len.unwrap_or(0)
        };
        self.len().saturating_add(payload)
    }

    /// Byte `at` of the header; `envelope` gives the envelope's bytes, and zeros behind it.
    #[inline(never)]
    pub(crate) fn byte(&self, at: usize, envelope: &mut dyn FnMut(usize) -> u8) -> u8 {
        if self.form == Form::Text {
            return text_byte(at, base64_len(self.envelope_len), self.payload_digest, envelope);
        }
        match at.checked_sub(self.envelope_len) {
            None => envelope(at),
            Some(i) => self.head_byte(i),
        }
    }

    /// Byte `i` of the head that stands before the payload.
    #[inline(never)]
    pub(crate) fn head_byte(&self, i: usize) -> u8 {
        let value = u64::from(self.payload_len.unwrap_or(0));
        let (more, short) = cbor_head(value);
        match i.checked_sub(1) {
            None => major::BYTES | short,
            Some(i) => value.to_be_bytes().get(8 - more + i).copied().unwrap_or(0),
        }
    }
}

/// Characters of base64url without padding for so many bytes.
fn base64_len(bytes: usize) -> usize {
    // Divided by three, rounded up: exact far beyond the longest envelope, and no division on chips that have none.
    ((bytes * 4 + 2) * 0xaaab) >> 17
}

#[inline(never)]
fn text_byte(at: usize, characters: usize, digest: &[u8; 32], envelope: &mut dyn FnMut(usize) -> u8) -> u8 {
    if let Some(b) = PREFIX.get(at) {
        return *b;
    }
    let i = at - PREFIX.len();
    if i < characters {
        let (byte, shift) = (i * 6 / 8, i * 6 % 8);
        // The second byte only where the character reaches into it.
        let low = if shift > 2 { envelope(byte + 1) } else { 0 };
        let pair = u32::from(envelope(byte)) << 8 | u32::from(low);
        return ALPHABET
            .get((pair >> (10 - shift) & 63) as usize)
            .copied()
            .unwrap_or(0);
    }
    let Some(i) = (i - characters).checked_sub(1) else {
        return b' ';
    };
    match digest.get(i / 2) {
        Some(b) => hex_digit(if i & 1 == 0 { b >> 4 } else { *b }),
        None => SUFFIX.get(i - 64).copied().unwrap_or(0),
    }
}

/// A header that comes in piece by piece. The envelope collects in RAM; all else is checked and forgotten.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Header {
    pub(crate) form: Form,
    /// Where in the form: see the two `take_` functions.
    stage: u8,
    /// Binary: bytes of an item's length still to come.
    length_bytes: u8,
    /// Bytes of the body taken so far.
    pub(crate) taken: u32,
    /// Complete bytes of the envelope.
    pub(crate) envelope_len: u32,
    /// Text: characters of base64. Binary: bytes still to skip in the item at hand.
    units: u32,
    /// Text form: the payload's digest that the line claims.
    pub(crate) digest: [u8; 32],
    /// Zero behind what was collected.
    pub(crate) envelope: [u8; MAX_ENVELOPE],
}

/// No byte: a string stands here.
const STRING: u32 = 0x100;
/// Past the last byte of the header.
const COMPLETE: u8 = 0xff;

impl Header {
    pub(crate) const fn new() -> Header {
        Header {
            form: Form::Text,
            stage: 0,
            length_bytes: 0,
            taken: 0,
            envelope_len: 0,
            units: 0,
            digest: [0; 32],
            envelope: [0; MAX_ENVELOPE],
        }
    }

    pub(crate) fn start(&mut self, form: Form) {
        (self.form, self.stage, self.length_bytes) = (form, 0, 0);
        (self.taken, self.envelope_len, self.units) = (0, 0, 0);
        self.digest.fill(0);
        self.envelope.fill(0);
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.stage == COMPLETE
    }

    pub(crate) fn envelope(&self) -> &[u8] {
        self.envelope.get(..self.envelope_len as usize).unwrap_or(&[])
    }

    /// Takes bytes up to the end of the header.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), Why> {
        for b in bytes {
            if self.is_complete() {
                break;
            }
            if self.form == Form::Text {
                self.take_text(*b)?;
            } else {
                self.take_binary(*b)?;
            }
            self.taken += 1;
        }
        Ok(())
    }

    /// Whether these bytes, as far as they lie in what was taken, are the same.
    #[inline(never)]
    pub(crate) fn repeats(&self, offset: u32, bytes: &[u8]) -> bool {
        let mut envelope = |i: usize| self.envelope.get(i).copied().unwrap_or(0);
        for (at, b) in (offset..self.taken).zip(bytes) {
            let kept = if self.form == Form::Text {
                text_byte(at as usize, self.units as usize, &self.digest, &mut envelope)
            } else {
                envelope(at as usize)
            };
            if *b != kept {
                return false;
            }
        }
        true
    }

    /// Stages 0: prefix and base64; 1..=64: digits of the digest; 65..: end.
    #[inline(never)]
    fn take_text(&mut self, b: u8) -> Result<(), Why> {
        if let Some(expected) = PREFIX.get(self.taken as usize) {
            return if *expected == b {
                Ok(())
            } else {
                Err(Why::HeaderLine)
            };
        }
        let i = u32::from(self.stage);
        if i > 64 {
            if SUFFIX.get(i as usize - 65) != Some(&b) {
                return Err(Why::HeaderEnd);
            }
            self.stage = if b == b'\n' { COMPLETE } else { self.stage + 1 };
        } else if i > 0 {
            let v = hex_value(b).ok_or(Why::Digest)?;
            if let Some(to) = self.digest.get_mut((i as usize - 1) / 2) {
                *to |= if i & 1 == 0 { v } else { v << 4 };
            }
            self.stage += 1;
        } else {
            let bits = self.units * 6;
            let (byte, shift) = ((bits / 8) as usize, bits % 8);
            if b == b' ' {
                // One character alone is no byte; and the bits behind the last byte are zero.
                if shift == 6 || self.envelope.get(byte).is_some_and(|spare| *spare != 0) {
                    return Err(Why::Padding);
                }
                (self.envelope_len, self.stage) = (byte as u32, 1);
                return Ok(());
            }
            let v = ALPHABET.iter().position(|c| *c == b).ok_or(Why::Base64)?;
            let pair = (v as u32) << (10 - shift);
            *self.envelope.get_mut(byte).ok_or(Why::Envelope)? |= (pair >> 8) as u8;
            // The longest envelope ends with a character: nothing of that one is lost.
            if let Some(second) = self.envelope.get_mut(byte + 1) {
                *second |= pair as u8;
            }
            self.units += 1;
        }
        Ok(())
    }

    /// Stages 0: tag; 1: array; 2: protected; 3: unprotected; 4: manifest; 5: signature.
    #[inline(never)]
    fn take_binary(&mut self, b: u8) -> Result<(), Why> {
        let at = self.envelope_len as usize;
        *self.envelope.get_mut(at).ok_or(Why::Envelope)? = b;
        if self.length_bytes > 0 {
            self.length_bytes -= 1;
            let first = self.units == 0 && self.length_bytes > 0;
            self.units = self.units << 8 | u32::from(b);
            // Shortest form: one byte of length is at least 24, two are at least 256.
            if (first && b == 0) || (self.length_bytes == 0 && self.units < 24) {
                return Err(Why::LongHead);
            }
            self.stage += u8::from(self.length_bytes == 0);
        } else if self.units > 0 {
            self.units -= 1;
        } else {
            // The one byte that there can be, or the head of a string.
            let (fixed, why) = match self.stage {
                0 => (0xd2, Why::NoTag),
                1 => (0x84, Why::NoArray),
                3 => (0xa0, Why::Unprotected),
                _ => (STRING, Why::NoByteString),
            };
            match b {
                0x58 | 0x59 if fixed == STRING => self.length_bytes = b - 0x57,
                0x40..0x58 if fixed == STRING => {
                    self.units = u32::from(b & 31);
                    self.stage += 1;
                }
                _ if u32::from(b) == fixed => self.stage += 1,
                _ => return Err(why),
            }
        }
        self.envelope_len += 1;
        if self.length_bytes == 0 {
            if self.envelope_len + self.units > MAX_ENVELOPE as u32 {
                return Err(Why::Envelope);
            }
            if self.stage == 6 && self.units == 0 {
                self.stage = COMPLETE;
            }
        }
        Ok(())
    }
}
