//! The value of Block1 and Block2 (RFC 7959 section 2.2).

use super::writer::uint;

/// Which block of a body, of which size, and whether more follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// Number of the block, 0 to 2^20 - 1.
    pub number: u32,
    /// More blocks follow.
    pub more: bool,
    /// Exponent of the size, 0 to 6: 16 to 1024 bytes. 7 is kept when parsed: it is reserved over UDP.
    pub size_exponent: u8,
}

impl Block {
    /// Highest block number.
    pub const MAX_NUMBER: u32 = (1 << 20) - 1;

    /// The block of this number and size.
    pub const fn new(number: u32, more: bool, size_exponent: u8) -> Block {
        Block {
            number,
            more,
            size_exponent,
        }
    }

    /// From the option's value; none when it is longer than 3 bytes.
    pub fn parse(value: &[u8]) -> Option<Block> {
        let v = uint(value).filter(|_| value.len() <= 3)?;
        Some(Block::of(v))
    }

    /// From the option's value as a number.
    pub(crate) const fn of(value: u32) -> Block {
        Block {
            number: value >> 4,
            more: value & 8 != 0,
            size_exponent: (value & 7) as u8,
        }
    }

    /// The option's value as a number, for [`super::Writer::option_uint`].
    pub const fn value(self) -> u32 {
        Self::value_of(self.number, self.more, self.size_exponent)
    }

    /// The same without a block.
    #[inline(never)]
    pub(crate) const fn value_of(number: u32, more: bool, size_exponent: u8) -> u32 {
        (number & Self::MAX_NUMBER) << 4 | (more as u32) << 3 | (size_exponent & 7) as u32
    }

    /// Bytes of a full block.
    pub const fn size(self) -> usize {
        16 << self.size_exponent
    }

    /// Where the block begins in the body.
    pub const fn offset(self) -> u32 {
        self.number << (self.size_exponent + 4)
    }

    /// The largest exponent whose block is not larger than `bytes`; none under 16.
    pub const fn exponent_for(bytes: usize) -> Option<u8> {
        match bytes {
            0..16 => None,
            1024.. => Some(6),
            _ => {
                let mut exponent = 0;
                while bytes >= 32 << exponent {
                    exponent += 1;
                }
                Some(exponent)
            }
        }
    }
}
