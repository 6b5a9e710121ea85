//! An answer's options, and a block of a representation.

use crate::Backend;
use crate::msg::{Block, Code, Header, Writer, option};
use crate::render::{Measure, Subject};
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

/// The options of an answer, and its code.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Answer {
    pub(crate) code: Code,
    /// Bit by bit which options there are.
    there: u16,
    values: [u32; NUMBERS.len()],
    /// ETag or Echo: never both.
    bytes: [u8; 8],
}

impl Answer {
    #[inline(never)]
    pub(crate) fn new(code: Code) -> Answer {
        Answer {
            code,
            there: 0,
            values: [0; NUMBERS.len()],
            bytes: [0; 8],
        }
    }

    #[inline(never)]
    pub(crate) fn set(&mut self, what: usize, value: u32) {
        if let Some(to) = self.values.get_mut(what) {
            *to = value;
            self.there |= 1 << what;
        }
    }

    /// ETag or Echo.
    pub(crate) fn set_bytes(&mut self, what: usize, bytes: &[u8; 8]) {
        self.bytes = *bytes;
        self.set(what, 0);
    }

    /// Writes header and options; the payload is the caller's.
    #[inline(never)]
    pub(crate) fn write<'o>(&self, header: &mut Header, out: &'o mut [u8]) -> Option<Writer<'o>> {
        header.code = self.code;
        let mut w = Writer::start(out, header).ok()?;
        let mut there = self.there;
        for (number, value) in NUMBERS.iter().zip(self.values) {
            let number = u16::from(*number);
            if there & 1 == 0 {
            } else if matches!(number, option::ETAG | option::ECHO) {
                w.option(number, &self.bytes).ok()?;
            } else {
                w.option_uint(number, value).ok()?;
            }
            there >>= 1;
        }
        Some(w)
    }
}

/// Writes a 2.05: the block of the representation, in the size wanted or the largest that fits; none when there is not even
/// room for the options. `asked`: the request has a Block2; `block` is its value.
#[inline(never)]
pub(crate) fn content(
    subject: &Subject<'_>,
    measure: &Measure,
    answer: &mut Answer,
    (asked, block): (bool, u32),
    header: &mut Header,
    backend: &mut dyn Backend,
    out: &mut [u8],
) -> Option<usize> {
    // Header, token, ETag, Observe, Content-Format, Max-Age, Block2, Size2, marker.
    let overhead = 4 + header.token.as_slice().len() + 9 + 4 + 3 + 1 + 4 + 6 + 1;
    let room = out.len().saturating_sub(overhead);
    let block = Block::of(block);
    let exponent = block.size_exponent.min(Block::exponent_for(room).unwrap_or(0));
    let (from, size) = (block.offset(), 16usize << exponent);
    let whole = measure.len as usize <= size.min(room);
    if asked || !whole {
        let more = from.saturating_add(size as u32) < measure.len;
        let block = Block::new(from >> (exponent + 4), more, exponent);
        answer.set(has::BLOCK2, block.value());
    }
    answer.set_bytes(has::ETAG, &measure.etag);
    answer.set(has::FORMAT, subject.format);
    let mut w = answer.write(header, out)?;
    let room = w.payload_room();
    let len = size.min(room.len());
    let len = subject.read(backend, from, cut(room, len));
    w.keep_payload(len);
    Some(w.finish())
}
