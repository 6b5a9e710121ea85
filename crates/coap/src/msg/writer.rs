//! Writes a message into a buffer of the caller's.

use super::{Code, Header, Malformed};

/// Option values and numbers up to four bytes, big endian without leading zeros (RFC 7252 section 3.2); leading
/// zeros are accepted. None when longer.
#[inline(never)]
pub fn uint(value: &[u8]) -> Option<u32> {
    (value.len() <= 4).then(|| value.iter().fold(0, |v, b| v << 8 | u32::from(*b)))
}

/// Delta or length of an option in its first byte: 13 and 14 say that one or two more bytes follow.
fn nibble(part: u32) -> u32 {
    match part {
        0..13 => part,
        13..269 => 13,
        _ => 14,
    }
}

/// A message in the making: header first, options in ascending order, payload last.
#[derive(Debug)]
pub struct Writer<'b> {
    buf: &'b mut [u8],
    len: usize,
    last_option: u16,
    /// Something did not fit.
    full: bool,
}

impl<'b> Writer<'b> {
    /// Starts with header and token. [`Malformed::Buffer`] when they do not fit.
    pub fn new(buf: &'b mut [u8], header: Header) -> Result<Writer<'b>, Malformed> {
        let mut w = Writer::into(buf);
        match w.start(&header) {
            true => Ok(w),
            false => Err(Malformed::Buffer),
        }
    }

    /// Nothing is written yet.
    pub(crate) fn into(buf: &'b mut [u8]) -> Writer<'b> {
        Writer {
            buf,
            len: 0,
            last_option: 0,
            full: false,
        }
    }

    /// Writes header and token; false when they do not fit.
    #[inline(never)]
    pub(crate) fn start(&mut self, header: &Header) -> bool {
        let token = header.token.as_slice();
        self.byte(0x40 | u32::from(header.kind as u8) << 4 | token.len() as u32);
        self.byte(header.code.0.into());
        self.byte(u32::from(header.id) >> 8);
        self.byte(header.id.into());
        self.put(token);
        !self.full
    }

    /// One byte, of which the low eight bits count.
    #[inline(never)]
    fn byte(&mut self, byte: u32) {
        match self.buf.get_mut(self.len) {
            Some(to) => {
                *to = byte as u8;
                self.len += 1;
            }
            None => self.full = true,
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.byte((*b).into());
        }
    }

    /// Takes back what did not fit.
    fn settle(&mut self, before: usize) -> Result<(), Malformed> {
        if !self.full {
            return Ok(());
        }
        (self.len, self.full) = (before, false);
        Err(Malformed::Buffer)
    }

    /// Changes the code that was given with the header.
    pub fn set_code(&mut self, code: Code) {
        if let Some(b) = self.buf.get_mut(1) {
            *b = code.0;
        }
    }

    /// Appends an option. [`Malformed::Buffer`] when it does not fit, is longer than 65,804 bytes, or has a lower
    /// number than the one before; nothing is written then.
    #[inline(never)]
    pub fn option(&mut self, number: u16, value: &[u8]) -> Result<(), Malformed> {
        let (before, len) = (self.len, value.len());
        if number < self.last_option || len > 65_804 {
            return Err(Malformed::Buffer);
        }
        let (delta, len) = (u32::from(number - self.last_option), len as u32);
        self.byte(nibble(delta) << 4 | nibble(len));
        self.extend(delta);
        self.extend(len);
        self.put(value);
        self.settle(before)?;
        self.last_option = number;
        Ok(())
    }

    /// What does not fit into the four bits of [`nibble`].
    #[inline(never)]
    fn extend(&mut self, part: u32) {
        if part >= 269 {
            self.byte((part - 269) >> 8);
            self.byte(part - 269);
        } else if part >= 13 {
            self.byte(part - 13);
        }
    }

    /// Appends an option that holds a number, in the fewest bytes (none for 0).
    #[inline(never)]
    pub fn option_uint(&mut self, number: u16, value: u32) -> Result<(), Malformed> {
        let bytes = value.to_be_bytes();
        let mut shortest = bytes.as_slice();
        while let [0, rest @ ..] = shortest {
            shortest = rest;
        }
        self.option(number, shortest)
    }

    /// Appends the payload; nothing when it is empty. To be called at most once, last.
    pub fn payload(&mut self, payload: &[u8]) -> Result<(), Malformed> {
        let before = self.len;
        if payload.is_empty() {
            return Ok(());
        }
        self.byte(0xff);
        self.put(payload);
        self.settle(before)
    }

    /// Lets `fill` write the payload in place: it gets the room behind the marker and says how many bytes it used.
    pub fn payload_with(&mut self, fill: impl FnOnce(&mut [u8]) -> usize) {
        let room = self.payload_room();
        let used = fill(room).min(room.len());
        self.keep_payload(used);
    }

    /// Where the payload goes, behind its marker; empty when there is not even room for that.
    pub(crate) fn payload_room(&mut self) -> &mut [u8] {
        self.buf.get_mut(self.len + 1..).unwrap_or(&mut [])
    }

    /// Says how much of [`payload_room`](Self::payload_room) was used.
    pub(crate) fn keep_payload(&mut self, len: usize) {
        if len > 0 {
            self.byte(0xff);
            self.len += len;
        }
    }

    /// Bytes left for payload and its marker, or more options.
    pub fn room(&self) -> usize {
        self.buf.len() - self.len
    }

    /// The message's length; it lies at the beginning of the buffer.
    pub fn finish(self) -> usize {
        self.len
    }
}
