//! An answer's options and its payload.

use crate::Backend;
use crate::msg::{Block, Code, Header, Malformed, Writer, option};
use crate::render::Subject;

/// The options of an answer, and its code.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answer {
    pub(crate) code: u8,
    pub(crate) etag: Option<[u8; 8]>,
    pub(crate) observe: Option<u32>,
    pub(crate) format: Option<u16>,
    pub(crate) max_age: Option<u32>,
    pub(crate) block2: Option<Block>,
    pub(crate) block1: Option<Block>,
    pub(crate) size2: Option<u32>,
    pub(crate) size1: Option<u32>,
    pub(crate) echo: Option<[u8; 8]>,
}

pub(crate) type Fill<'f> = &'f mut dyn FnMut(&mut [u8]) -> usize;

impl Answer {
    pub(crate) fn new(code: Code) -> Answer {
        Answer {
            code: code.0,
            ..Answer::default()
        }
    }

    pub(crate) fn write(&self, header: Header, out: &mut [u8], fill: Fill<'_>) -> Result<usize, Malformed> {
        let mut w = Writer::new(out, header)?;
        w.set_code(Code(self.code));
        let numbers = [
            (option::OBSERVE, self.observe),
            (option::CONTENT_FORMAT, self.format.map(u32::from)),
            (option::MAX_AGE, self.max_age),
            (option::BLOCK2, self.block2.map(Block::value)),
            (option::BLOCK1, self.block1.map(Block::value)),
            (option::SIZE2, self.size2),
            (option::SIZE1, self.size1),
        ];
        if let Some(etag) = &self.etag {
            w.option(option::ETAG, etag)?;
        }
        for (number, value) in numbers {
            if let Some(value) = value {
                w.option_uint(number, value)?;
            }
        }
        if let Some(echo) = &self.echo {
            w.option(option::ECHO, echo)?;
        }
        w.payload_with(fill);
        Ok(w.finish())
    }
}

/// Writes a 2.05: the block of the representation, in the size asked for or the largest that fits.
pub(crate) fn content(
    subject: &Subject<'_>,
    mut answer: Answer,
    block: Block,
    asked: bool,
    header: Header,
    backend: &mut dyn Backend,
    out: &mut [u8],
) -> Result<usize, Malformed> {
    // Header, token, ETag, Observe, Content-Format, Max-Age, Block2, Size2, marker.
    let overhead = 4 + header.token.as_slice().len() + 9 + 4 + 3 + 1 + 4 + 6 + 1;
    let measure = subject.measure(backend);
    let room = out.len().saturating_sub(overhead);
    let exponent = block.size_exponent.min(Block::exponent_for(room).unwrap_or(0));
    let (from, size) = (block.offset(), 16usize << exponent);
    let whole = measure.len as usize <= size.min(room);
    if asked || !whole {
        let more = from.saturating_add(size as u32) < measure.len;
        answer.block2 = Some(Block::new(from >> (exponent + 4), more, exponent));
    }
    answer.etag = Some(measure.etag);
    answer.format = Some(subject.format);
    answer.write(header, out, &mut |room| {
        let n = size.min(room.len());
        subject.read(backend, from, room.get_mut(..n).unwrap_or(&mut []))
    })
}
