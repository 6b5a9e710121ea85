//! Writes a message into a buffer of the caller's.

use super::{Code, Header, Malformed};
use crate::window::copy;

/// Option values and numbers up to four bytes, big endian without leading zeros (RFC 7252 section 3.2); leading
/// zeros are accepted. None when longer.
pub fn uint(value: &[u8]) -> Option<u32> {
    (value.len() <= 4).then(|| value.iter().fold(0, |v, b| v << 8 | u32::from(*b)))
}

/// A message in the making: header first, options in ascending order, payload last.
#[derive(Debug)]
pub struct Writer<'b> {
    buf: &'b mut [u8],
    len: usize,
    last_option: u16,
}

impl<'b> Writer<'b> {
    /// Starts with header and token. [`Malformed::Buffer`] when they do not fit.
    pub fn new(buf: &'b mut [u8], header: Header) -> Result<Writer<'b>, Malformed> {
        let token = header.token;
        let token = token.as_slice();
        let [high, low] = header.id.to_be_bytes();
        let mut w = Writer {
            buf,
            len: 0,
            last_option: 0,
        };
        w.put(&[
            0x40 | (header.kind as u8) << 4 | token.len() as u8,
            header.code.0,
            high,
            low,
        ])?;
        w.put(token)?;
        Ok(w)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        self.buf
            .get_mut(self.len..)
            .and_then(|room| copy(room, bytes))
            .ok_or(Malformed::Buffer)?;
        self.len += bytes.len();
        Ok(())
    }

    /// Changes the code that was given with the header.
    pub fn set_code(&mut self, code: Code) {
        if let Some(b) = self.buf.get_mut(1) {
            *b = code.0;
        }
    }

    /// Appends an option. [`Malformed::Buffer`] when it does not fit, is longer than 65,804 bytes, or has a lower
    /// number than the one before; nothing is written then.
    pub fn option(&mut self, number: u16, value: &[u8]) -> Result<(), Malformed> {
        let delta = number.checked_sub(self.last_option).ok_or(Malformed::Buffer)?;
        let (before, mut head, mut at) = (self.len, [0u8; 5], 1usize);
        let mut first = 0u8;
        for part in [usize::from(delta), value.len()] {
            let (nibble, more, count) = match part {
                0..13 => (part as u8, 0, 0),
                13..269 => (13, (part - 13) as u16, 1),
                269..65_805 => (14, (part - 269) as u16, 2),
                _ => return Err(Malformed::Buffer),
            };
            first = first << 4 | nibble;
            let more = more.to_be_bytes();
            for b in more.get(2 - count..).unwrap_or(&[]) {
                if let Some(to) = head.get_mut(at) {
                    *to = *b;
                    at += 1;
                }
            }
        }
        head[0] = first;
        let wrote = self
            .put(head.get(..at).unwrap_or(&[]))
            .and_then(|()| self.put(value));
        match wrote {
            Ok(()) => self.last_option = number,
            Err(_) => self.len = before,
        }
        wrote
    }

    /// Appends an option that holds a number, in the fewest bytes (none for 0).
    pub fn option_uint(&mut self, number: u16, value: u32) -> Result<(), Malformed> {
        let bytes = value.to_be_bytes();
        let skip = (value.leading_zeros() / 8) as usize;
        self.option(number, bytes.get(skip..).unwrap_or(&[]))
    }

    /// Appends the payload; nothing when it is empty. To be called at most once, last.
    pub fn payload(&mut self, payload: &[u8]) -> Result<(), Malformed> {
        let before = self.len;
        if payload.is_empty() {
            return Ok(());
        }
        let wrote = self.put(&[0xff]).and_then(|()| self.put(payload));
        if wrote.is_err() {
            self.len = before;
        }
        wrote
    }

    /// Lets `fill` write the payload in place: it gets the room behind the marker and says how many bytes it used.
    pub fn payload_with(&mut self, fill: impl FnOnce(&mut [u8]) -> usize) {
        if let Some([marker, room @ ..]) = self.buf.get_mut(self.len..) {
            let used = fill(room).min(room.len());
            if used > 0 {
                *marker = 0xff;
                self.len += 1 + used;
            }
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
