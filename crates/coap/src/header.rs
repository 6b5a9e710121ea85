//! The beginning of a container's body, byte by byte: collecting the envelope out of a form, and spelling a form's
//! header from an envelope that is there (`docs/spec/container.md` section 5).

use crate::msg::Code;
use crate::window::{hex_digit, hex_value};
use crate::{MAX_ENVELOPE, Refusal};

const PREFIX: &[u8] = b"/*motebox1 ";
const SUFFIX: &[u8] = b"*/\n";

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
    pub(crate) fn len(&self) -> u32 {
        let n = match self.form {
            Form::Text => PREFIX.len() + base64_len(self.envelope_len) + 65 + SUFFIX.len(),
            Form::Binary => self.envelope_len + self.payload_len.map_or(0, |n| bstr_head(n).1),
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

    /// Byte `at` of the header; `envelope` gives the envelope's bytes.
    pub(crate) fn byte(&self, at: usize, envelope: &mut dyn FnMut(usize) -> u8) -> u8 {
        if self.form != Form::Text {
            return match at.checked_sub(self.envelope_len) {
                None => envelope(at),
                Some(i) => bstr_head(self.payload_len.unwrap_or(0))
                    .0
                    .get(i)
                    .copied()
                    .unwrap_or(0),
            };
        }
        text_byte(at, base64_len(self.envelope_len), self.payload_digest, &mut |i| {
            if i < self.envelope_len { envelope(i) } else { 0 }
        })
    }
}

/// Characters of base64url without padding for so many bytes.
fn base64_len(bytes: usize) -> usize {
    // Divided by three, rounded up: exact far beyond the longest envelope, and no division on chips that have none.
    ((bytes * 4 + 2) * 0xaaab) >> 17
}

/// The head of a byte string in its shortest form, and how long it is.
fn bstr_head(len: u32) -> ([u8; 5], usize) {
    let [a, b, c, d] = len.to_be_bytes();
    match len {
        0..24 => ([0x40 | d, 0, 0, 0, 0], 1),
        24..0x100 => ([0x58, d, 0, 0, 0], 2),
        0x100..0x1_0000 => ([0x59, c, d, 0, 0], 3),
        _ => ([0x5a, a, b, c, d], 5),
    }
}

fn text_byte(at: usize, characters: usize, digest: &[u8; 32], envelope: &mut dyn FnMut(usize) -> u8) -> u8 {
    let Some(i) = at.checked_sub(PREFIX.len()) else {
        return PREFIX.get(at).copied().unwrap_or(0);
    };
    let Some(i) = i.checked_sub(characters) else {
        let (byte, shift) = (i * 6 / 8, i * 6 % 8);
        let low = if shift > 2 { envelope(byte + 1) } else { 0 };
        let pair = u16::from_be_bytes([envelope(byte), low]);
        return match (pair >> (10 - shift) & 63) as u8 {
            v @ 0..26 => b'A' + v,
            v @ 26..52 => b'a' + (v - 26),
            v @ 52..62 => b'0' + (v - 52),
            62 => b'-',
            _ => b'_',
        };
    };
    let Some(i) = i.checked_sub(1) else { return b' ' };
    match digest.get(i / 2) {
        Some(b) => hex_digit(if i & 1 == 0 { b >> 4 } else { *b }),
        None => SUFFIX.get(i - 64).copied().unwrap_or(0),
    }
}

fn base64_value(character: u8) -> Option<u8> {
    Some(match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
}

/// A header that comes in piece by piece. The envelope collects in RAM; all else is checked and forgotten.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) envelope: [u8; MAX_ENVELOPE],
    /// Text form: the payload's digest that the line claims.
    pub(crate) digest: [u8; 32],
    pub(crate) form: Form,
    /// Bytes of the body taken so far.
    pub(crate) taken: u16,
    /// Complete bytes of the envelope.
    pub(crate) envelope_len: u16,
    /// Text: characters of base64. Binary: bytes still to skip in the item at hand.
    units: u16,
    /// Where in the form: see the two `take_` functions.
    stage: u8,
    /// Binary: bytes of an item's length still to come.
    length_bytes: u8,
}

/// Past the last byte of the header.
const COMPLETE: u8 = 0xff;

impl Header {
    pub(crate) const fn new() -> Header {
        Header {
            envelope: [0; MAX_ENVELOPE],
            digest: [0; 32],
            form: Form::Alone,
            taken: 0,
            envelope_len: 0,
            units: 0,
            stage: 0,
            length_bytes: 0,
        }
    }

    pub(crate) fn start(&mut self, form: Form) {
        (self.form, self.taken, self.envelope_len, self.units) = (form, 0, 0, 0);
        (self.stage, self.length_bytes) = (0, 0);
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.stage == COMPLETE
    }

    pub(crate) fn envelope(&self) -> &[u8] {
        self.envelope.get(..usize::from(self.envelope_len)).unwrap_or(&[])
    }

    /// Takes bytes up to the end of the header, and says how many.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<usize, Refusal> {
        let mut used = 0;
        for b in bytes {
            if self.is_complete() {
                break;
            }
            match self.form {
                Form::Text => self.take_text(*b),
                _ => self.take_binary(*b),
            }?;
            self.taken += 1;
            used += 1;
        }
        Ok(used)
    }

    /// Whether these bytes, as far as they lie in what was taken, are the same.
    pub(crate) fn repeats(&self, offset: usize, bytes: &[u8]) -> bool {
        let envelope = |i: usize| self.envelope.get(i).copied().unwrap_or(0);
        let taken = usize::from(self.taken);
        (offset..taken).zip(bytes).all(|(at, b)| {
            *b == match self.form {
                Form::Text => text_byte(at, self.units.into(), &self.digest, &mut |i| envelope(i)),
                _ => envelope(at),
            }
        })
    }

    fn bad(&self, text: &'static str) -> Refusal {
        Refusal::new(Code::BAD_REQUEST, text).number(self.taken.into())
    }

    /// Stages 0: prefix and base64; 1..=64: digits of the digest; 65..: end.
    fn take_text(&mut self, b: u8) -> Result<(), Refusal> {
        let at = usize::from(self.taken);
        match self.stage {
            0 if at < PREFIX.len() => {
                if PREFIX.get(at) != Some(&b) {
                    return Err(self.bad("1304 header line"));
                }
            }
            0 if b == b' ' => {
                let bits = self.units * 6;
                let spare = self.envelope.get(usize::from(bits / 8)).map_or(0, |b| *b);
                // One character alone is no byte; and the bits behind the last byte are zero.
                if bits % 8 == 6 || (!bits.is_multiple_of(8) && spare != 0) {
                    return Err(self.bad("1306 base64 padding"));
                }
                self.envelope_len = bits / 8;
                self.stage = 1;
            }
            0 => {
                let v = base64_value(b).ok_or(self.bad("1305 base64"))?;
                let (byte, shift) = (usize::from(self.units) * 6 / 8, self.units * 6 % 8);
                let [high, low] = (u16::from(v) << (10 - shift)).to_be_bytes();
                let too_long = Refusal::new(Code::BAD_REQUEST, "1307 envelope").limit(MAX_ENVELOPE as u32);
                let first = self.envelope.get_mut(byte).ok_or(too_long)?;
                *first = if shift == 0 { high } else { *first | high };
                match self.envelope.get_mut(byte + 1) {
                    Some(second) if shift > 2 => *second = low,
                    None if low != 0 => return Err(too_long),
                    _ => {}
                }
                self.units += 1;
            }
            1..=64 => {
                let v = hex_value(b).ok_or(self.bad("1308 digest"))?;
                let i = usize::from(self.stage - 1);
                if let Some(to) = self.digest.get_mut(i / 2) {
                    *to = if i & 1 == 0 { v << 4 } else { *to | v };
                }
                self.stage += 1;
            }
            _ => {
                let i = usize::from(self.stage - 65);
                if SUFFIX.get(i) != Some(&b) {
                    return Err(self.bad("1309 header end"));
                }
                self.stage = if i + 1 == SUFFIX.len() {
                    COMPLETE
                } else {
                    self.stage + 1
                };
            }
        }
        Ok(())
    }

    /// Stages 0: tag; 1: array; 2: protected; 3: unprotected; 4: manifest; 5: signature.
    fn take_binary(&mut self, b: u8) -> Result<(), Refusal> {
        let at = usize::from(self.envelope_len);
        let too_long = Refusal::new(Code::BAD_REQUEST, "1307 envelope").limit(MAX_ENVELOPE as u32);
        *self.envelope.get_mut(at).ok_or(too_long)? = b;
        if self.length_bytes > 0 {
            self.length_bytes -= 1;
            let first = self.units == 0 && self.length_bytes > 0;
            self.units = self.units << 8 | u16::from(b);
            // Shortest form: one byte of length is at least 24, two are at least 256.
            if (first && b == 0) || (self.length_bytes == 0 && self.units < 24) {
                return Err(self.bad("1102 long head"));
            }
            self.stage += u8::from(self.length_bytes == 0);
        } else if self.units > 0 {
            self.units -= 1;
        } else {
            match (self.stage, b) {
                (0, 0xd2) | (1, 0x84) | (3, 0xa0) => self.stage += 1,
                (2 | 4 | 5, 0x40..0x58) => {
                    self.units = u16::from(b & 31);
                    self.stage += 1;
                }
                (2 | 4 | 5, 0x58 | 0x59) => self.length_bytes = b - 0x57,
                (0, _) => return Err(self.bad("1110 no tag 18")),
                (1, _) => return Err(self.bad("1112 no array of four")),
                (3, _) => return Err(self.bad("1119 unprotected header")),
                _ => return Err(self.bad("1105 no byte string")),
            }
        }
        self.envelope_len += 1;
        if usize::from(self.envelope_len) + usize::from(self.units) > MAX_ENVELOPE && self.length_bytes == 0 {
            return Err(too_long);
        }
        if self.stage == 6 && self.units == 0 && self.length_bytes == 0 {
            self.stage = COMPLETE;
        }
        Ok(())
    }
}
