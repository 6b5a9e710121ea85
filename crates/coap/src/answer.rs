//! An answer: its options, and a block of a representation.

use crate::Backend;
use crate::msg::{Block, Code, Header, Writer, option};
use crate::render::Subject;
use crate::window::cut;

/// The options that an answer can have: places in [`NUMBERS`].
pub(crate) mod has {
    pub(crate) const ETAG: usize = 0;
    pub(crate) const OBSERVE: usize = 1;
    pub(crate) const FORMAT: usize = 2;
    pub(crate) const MAX_AGE: usize = 3;
    pub(crate) const BLOCK2: usize = 4;
    pub(crate) const BLOCK1: usize = 5;
    pub(crate) const SIZE2: usize = 6;
    pub(crate) const SIZE1: usize = 7;
    pub(crate) const ECHO: usize = 8;
}

/// Their numbers, ascending.
const NUMBERS: [u8; 9] = [
    option::ETAG as u8,
    option::OBSERVE as u8,
    option::CONTENT_FORMAT as u8,
    option::MAX_AGE as u8,
    option::BLOCK2 as u8,
    option::BLOCK1 as u8,
    option::SIZE2 as u8,
    option::SIZE1 as u8,
    option::ECHO as u8,
];

/// An answer in the making: its header, its options, and of a representation which block.
#[repr(C)]
pub(crate) struct Answer {
    /// Bit by bit which options there are.
    there: u32,
    values: [u32; NUMBERS.len()],
    /// ETag or Echo: never both.
    pub(crate) bytes: [u8; 8],
    /// Length of the whole representation.
    pub(crate) len: u32,
    /// The value of the request's Block2; without one, number 0 of the largest size.
    pub(crate) block: u32,
    /// The request has a Block2.
    pub(crate) asked: bool,
    pub(crate) code: Code,
}

impl Answer {
    #[inline(never)]
    pub(crate) fn new(code: Code) -> Answer {
        Answer {
            there: 0,
            values: [0; NUMBERS.len()],
            bytes: [0; 8],
            len: 0,
            block: 0,
            asked: false,
            code,
        }
    }

    #[inline(never)]
    pub(crate) fn set(&mut self, what: usize, value: u32) {
        if let Some(to) = self.values.get_mut(what) {
            *to = value;
            self.there |= 1 << what;
        }
    }

    /// Writes header and options, false when they do not fit; the payload is the caller's.
    #[inline(never)]
    pub(crate) fn write(&self, header: &mut Header, w: &mut Writer<'_>) -> bool {
        header.code = self.code;
        let mut fits = w.start(header);
        let mut there = self.there;
        for (number, value) in NUMBERS.iter().zip(self.values) {
            let number = u16::from(*number);
            if there & 1 == 0 {
            } else if matches!(number, option::ETAG | option::ECHO) {
                fits &= w.option(number, &self.bytes).is_ok();
            } else {
                fits &= w.option_uint(number, value).is_ok();
            }
            there >>= 1;
        }
        fits
    }

    /// Writes the block of the representation, in the size asked for or the largest that fits; none when there is not even
    /// room for the options. The representation was measured.
    #[inline(never)]
    pub(crate) fn content(
        &mut self,
        subject: &Subject<'_>,
        header: &mut Header,
        backend: &mut dyn Backend,
        out: &mut [u8],
    ) -> Option<usize> {
        // Header, token, ETag, Observe, Content-Format, Max-Age, Block2, Size2, marker.
        let overhead = 4 + header.token.as_slice().len() + 9 + 4 + 3 + 1 + 4 + 6 + 1;
        let room = out.len().saturating_sub(overhead);
        let block = Block::of(self.block);
        let exponent = block.size_exponent.min(Block::exponent_for(room).unwrap_or(0));
        let (from, size) = (block.offset(), 16usize << exponent);
        if self.asked || self.len as usize > size.min(room) {
            let more = from.saturating_add(size as u32) < self.len;
            let block = Block::value_of(from >> (exponent + 4), more, exponent);
            self.set(has::BLOCK2, block);
        }
        self.set(has::ETAG, 0);
        self.set(has::FORMAT, subject.format);
        let mut w = Writer::into(out);
        if !self.write(header, &mut w) {
            return None;
        }
        let room = w.payload_room();
        let len = size.min(room.len());
        let len = subject.read(backend, from, cut(room, len));
        w.keep_payload(len);
        Some(w.finish())
    }
}
