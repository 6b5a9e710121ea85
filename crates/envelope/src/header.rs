//! Takes a container's header (what stands before the payload) out of either form, from pieces of any size.
//!
//! Its memory is one COSE_Sign1. Text is decoded on the way, so a line of 534 characters needs no more.

use crate::cbor::{Reader, code, major};
use crate::text::{END, MAGIC, base64_value, hex_value};
use crate::{CoseError, Encoding, Fault, FormError, Kind, MAX_SIGN1, Manifest, Sign1};

/// How a container is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A CBOR sequence of COSE_Sign1 and payload.
    Binary,
    /// JavaScript with the COSE_Sign1 in a comment.
    Text,
}

/// What a piece brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The header goes on in the next piece.
    More,
    /// The header is whole; the payload begins at this offset of the piece.
    Complete(usize),
}

/// A header of the accepted form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// Its signature, not looked at.
    pub sign1: Sign1<'a>,
    /// What it says.
    pub manifest: Manifest<'a>,
    /// The COSE_Sign1's bytes, to store or to convert.
    pub sign1_bytes: &'a [u8],
    /// Offset of the payload in the container.
    pub payload_at: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Binary: in the COSE_Sign1, of which this many bytes are needed at least.
    Sign1(usize),
    /// Binary: in the payload's head.
    PayloadHead,
    /// Text: in `/*motebox1 `.
    Magic,
    /// Text: in the base64url.
    Base64,
    /// Text: in the hash.
    Hash,
    /// Text: in `*/` and LF.
    End,
    /// Whole.
    Complete,
    /// Refused; the reader stays refused.
    Refused(FormError),
}

/// Reads a header. About 420 bytes.
#[derive(Clone)]
pub struct HeaderReader {
    sign1: [u8; MAX_SIGN1],
    length: usize,
    form: Form,
    state: State,
    /// Bytes of the container that were taken.
    at: u32,
    /// Bytes or digits of the part that the state names.
    count: usize,
    /// Text: bits of the base64, the last ones lowest. Binary: the payload's length as the manifest has it.
    bits: u32,
    /// How many of them no byte was made of.
    bit_count: u32,
    payload_head: [u8; 5],
    hash: [u8; 32],
}

impl HeaderReader {
    /// Before the first byte.
    #[must_use]
    pub const fn new(form: Form) -> Self {
        Self {
            sign1: [0; MAX_SIGN1],
            length: 0,
            form,
            state: match form {
                Form::Binary => State::Sign1(1),
                Form::Text => State::Magic,
            },
            at: 0,
            count: 0,
            bits: 0,
            bit_count: 0,
            payload_head: [0; 5],
            hash: [0; 32],
        }
    }

    /// Bytes of the container that were taken so far.
    #[must_use]
    pub const fn at(&self) -> u32 {
        self.at
    }

    /// Takes in the next piece, up to the end of the header.
    ///
    /// # Errors
    /// [`FormError`], again and again once it was refused.
    pub fn push(&mut self, piece: &[u8]) -> Result<Progress, FormError> {
        let mut index = 0;
        loop {
            match (self.state, piece.get(index)) {
                (State::Complete, _) => return Ok(Progress::Complete(index)),
                (State::Refused(error), _) => return Err(error),
                (_, None) => return Ok(Progress::More),
                (_, Some(byte)) => self.take(*byte),
            }
            if !matches!(self.state, State::Refused(_)) {
                self.at += 1;
            }
            index += 1;
        }
    }

    /// The header, once it is whole.
    ///
    /// # Errors
    /// [`FormError::Incomplete`] before that; the refusal after one.
    pub fn header(&self) -> Result<Header<'_>, FormError> {
        match self.state {
            State::Complete => self.parts(),
            State::Refused(error) => Err(error),
            State::Sign1(needed) => Err(FormError::Incomplete(needed as u32)),
            _ => Err(FormError::Incomplete(self.at + 1)),
        }
    }

    /// Reads a container that is whole: header and payload as transmitted. What follows a command is refused here; the payload's own length and
    /// digests are for [`ChunkCheck`](crate::ChunkCheck) and [`PayloadCheck`](crate::PayloadCheck).
    ///
    /// # Errors
    /// [`FormError`].
    pub fn read<'a, 'b>(&'a mut self, container: &'b [u8]) -> Result<(Header<'a>, &'b [u8]), FormError> {
        *self = Self::new(self.form);
        let payload = match self.push(container)? {
            Progress::Complete(used) => container.get(used..).unwrap_or(&[]),
            Progress::More => &[],
        };
        let header = self.header()?;
        if header.manifest.payload.is_none() && !payload.is_empty() {
            return Err(FormError::Trailing(header.payload_at));
        }
        Ok((header, payload))
    }

    fn parts(&self) -> Result<Header<'_>, FormError> {
        let sign1_bytes = self.sign1.get(..self.length).unwrap_or(&[]);
        let sign1 = Sign1::parse(sign1_bytes)?;
        let manifest = Manifest::parse(sign1.manifest)?;
        Ok(Header {
            sign1,
            manifest,
            sign1_bytes,
            payload_at: self.at,
        })
    }

    fn refuse(&mut self, error: FormError) {
        self.state = State::Refused(error);
    }

    fn take(&mut self, byte: u8) {
        match self.state {
            State::Sign1(needed) => self.take_sign1(byte, needed),
            State::PayloadHead => self.take_payload_head(byte),
            State::Magic => self.take_magic(byte),
            State::Base64 => self.take_base64(byte),
            State::Hash => self.take_hash(byte),
            State::End => self.take_end(byte),
            State::Complete | State::Refused(_) => {}
        }
    }

    #[inline(never)]
    fn append(&mut self, byte: u8) {
        match self.sign1.get_mut(self.length) {
            Some(place) => {
                *place = byte;
                self.length += 1;
            }
            None => self.refuse(FormError::TooLong(MAX_SIGN1 as u32)),
        }
    }

    fn take_sign1(&mut self, byte: u8, needed: usize) {
        self.append(byte);
        if self.length < needed {
            return;
        }
        let sign1 = Sign1::parse(self.sign1.get(..self.length).unwrap_or(&[]));
        let manifest = match sign1 {
            Err(CoseError::Cbor(Fault::Truncated { needed })) if needed as usize <= MAX_SIGN1 => {
                return self.state = State::Sign1(needed as usize);
            }
            Err(CoseError::Cbor(Fault::Truncated { .. })) => {
                return self.refuse(FormError::TooLong(MAX_SIGN1 as u32));
            }
            Err(error) => return self.refuse(error.into()),
            Ok(sign1) => Manifest::parse(sign1.manifest),
        };
        match manifest {
            Err(error) => self.refuse(error.into()),
            Ok(manifest) => {
                self.bits = manifest.payload.map_or(0, |payload| payload.transmitted);
                self.state = if manifest.kind == Kind::Command {
                    State::Complete
                } else {
                    State::PayloadHead
                };
            }
        }
    }

    fn take_payload_head(&mut self, byte: u8) {
        if let Some(place) = self.payload_head.get_mut(self.count) {
            *place = byte;
        }
        self.count += 1;
        let mut reader = Reader::new(self.payload_head.get(..self.count).unwrap_or(&[]));
        if reader.head() == major::BYTES {
            let (have, expected) = (reader.argument, self.bits);
            if have == expected {
                self.state = State::Complete;
            } else {
                self.refuse(FormError::PayloadLength { have, expected });
            }
        } else if reader.refusal().0 != code::TRUNCATED || self.count == self.payload_head.len() {
            self.refuse(FormError::PayloadHead(self.length as u32));
        }
    }

    fn take_magic(&mut self, byte: u8) {
        if MAGIC.get(self.count) != Some(&byte) {
            return self.refuse(match (self.count, byte) {
                (0, 0xef | 0xfe | 0xff) => FormError::ByteOrderMark,
                (0, b' ' | b'\t' | b'\r' | b'\n') => FormError::Blank,
                (0, b'#') => FormError::Shebang,
                _ => FormError::NoHeader(self.at),
            });
        }
        self.count += 1;
        if self.count == MAGIC.len() {
            self.state = State::Base64;
        }
    }

    fn take_base64(&mut self, byte: u8) {
        if byte == b' ' {
            // 0, 2 or 4 bits may be left over, and are zero; 6 are a character too many
            if self.bit_count == 6 || self.bits & ((1 << self.bit_count) - 1) != 0 {
                return self.refuse(FormError::Base64End(self.at));
            }
            (self.state, self.count) = (State::Hash, 0);
            return;
        }
        let Some(value) = base64_value(byte) else {
            return self.refuse(FormError::Base64(self.at));
        };
        self.bits = self.bits << 6 | value;
        self.bit_count += 6;
        if self.bit_count >= 8 {
            self.bit_count -= 8;
            self.append((self.bits >> self.bit_count) as u8);
        }
    }

    fn take_hash(&mut self, digit: u8) {
        let Some(value) = hex_value(digit) else {
            return self.refuse(FormError::Hex(self.at));
        };
        if let Some(place) = self.hash.get_mut(self.count / 2) {
            *place = *place << 4 | value;
        }
        self.count += 1;
        if self.count == 64 {
            (self.state, self.count) = (State::End, 0);
        }
    }

    fn take_end(&mut self, byte: u8) {
        if END.get(self.count) != Some(&byte) {
            return self.refuse(match (self.count, byte) {
                (2, b'\r') => FormError::CarriageReturn(self.at),
                _ => FormError::HeaderEnd(self.at),
            });
        }
        self.count += 1;
        if self.count < END.len() {
            return;
        }
        let manifest = match self.parts() {
            Ok(header) => header.manifest,
            Err(error) => return self.refuse(error),
        };
        self.state = match manifest.payload {
            Some(payload) if manifest.kind == Kind::Script && payload.encoding == Encoding::Identity => {
                if *payload.sha256 == self.hash {
                    State::Complete
                } else {
                    State::Refused(FormError::HeaderHash)
                }
            }
            _ => State::Refused(FormError::NotText(manifest.kind as u32)),
        };
    }
}
