//! Receiving a payload: ascending programs, and where to go on after a power cut (`docs/spec/flash.md`, section 6).

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use crate::layout::{CHUNK, Resume, up};
use crate::nor::{BLANK, Chunk, Nor, put};

/// What became of bytes offered to `write`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// So many bytes from the front were taken (0: this call went into an erase). Offer the rest again.
    Taken(u32),
    /// Flash and the bytes differ where a power cut had left off: reception goes on at this earlier offset.
    Rewound(u32),
}

/// Where reception stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reception {
    /// Offset of the first byte that is not in flash: a multiple of the write unit, or the payload's end.
    flashed: u32,
    /// Bytes behind it that are less than a unit.
    tail: Chunk,
    tail_len: u32,
    /// Units below this offset may be in flash already: compare first.
    compare_end: u32,
    /// One more than the offset of the block that was received anew since the mount, or 0: a driver that refuses a program there has no excuse left.
    rewound: u32,
    /// Blocks from here to the end below are erased before anything else.
    erase: u32,
    erase_end: u32,
}

impl Reception {
    pub(crate) const NEW: Self = Reception {
        flashed: 0,
        tail: [0; CHUNK as usize],
        tail_len: 0,
        compare_end: 0,
        rewound: 0,
        erase: 0,
        erase_end: 0,
    };

    /// Offset of the next byte that is wanted.
    pub(crate) const fn offset(&self) -> u32 {
        self.flashed + self.tail_len
    }

    /// The bytes that are only in RAM, and their offset.
    pub(crate) const fn tail(&self) -> (&Chunk, u32) {
        (&self.tail, self.flashed)
    }

    /// Whether all is in flash.
    pub(crate) const fn complete(&self, payload_len: u32) -> bool {
        self.flashed >= payload_len && self.erase >= self.erase_end
    }

    /// Finds where to go on; it was new before.
    pub(crate) fn mount<F: ReadNorFlash>(&mut self, nor: &mut Nor<'_, F>, resume: Resume, at: u32, len: u32) {
        // `next` ends as the end of the last chunk that is not blank.
        let mut next = up(len, CHUNK);
        while next > 0 && nor.blank(at + next - CHUNK, CHUNK) {
            next -= CHUNK;
        }
        self.flashed = next.saturating_sub(CHUNK);
        self.compare_end = next;
        if resume == Resume::Block {
            self.rewind(nor.block);
            // A torn chunk that reads blank may be the first of the next block.
            self.erase_end = up(next + 1, nor.block).min(up(len, nor.block));
        }
    }

    /// Goes back to the start of the erase block.
    fn rewind(&mut self, block: u32) {
        let start = self.flashed & !(block - 1);
        *self = Self {
            flashed: start,
            erase: start,
            erase_end: start + block,
            rewound: start + 1,
            ..Self::NEW
        };
    }

    /// Takes bytes; at most one program or erase. The caller has seen to it that they do not go beyond `len`.
    pub(crate) fn write<F: NorFlash>(
        &mut self,
        nor: &mut Nor<'_, F>,
        at: u32,
        len: u32,
        bytes: &[u8],
    ) -> Written {
        if self.erase < self.erase_end {
            nor.erase(at + self.erase);
            self.erase += nor.block;
            return Written::Taken(0);
        }
        let comparing = self.flashed < self.compare_end;
        // Up to the end of the 64 B chunk, of the payload, or of this unit.
        let room = if comparing {
            nor.unit
        } else {
            CHUNK - self.flashed % CHUNK
        };
        let room = room.min(len - self.flashed);
        let taken = (room - self.tail_len).min(bytes.len() as u32);
        put(
            &mut self.tail,
            self.tail_len as usize,
            bytes.get(..taken as usize).unwrap_or(&[]),
        );
        let have = self.tail_len + taken;
        let last = self.flashed + have == len;
        let done = if last { have } else { have & !(nor.unit - 1) };
        let mut rest = BLANK;
        put(&mut rest, 0, self.tail.get(done as usize..).unwrap_or(&[]));
        // What is programmed: all up to `done`, blank behind it.
        put(&mut self.tail, done as usize, &BLANK);
        if done > 0 {
            let there = nor.chunk(at + self.flashed, if comparing { up(done, nor.unit) } else { 0 });
            let mut fits = there == self.tail;
            if there == BLANK {
                nor.program(at + self.flashed, &self.tail);
                // ECC flash refuses a unit that a cut tore though it reads blank; a second time there is no excuse.
                fits = (self.flashed & !(nor.block - 1)) + 1 == self.rewound || !nor.forgive();
            }
            if !fits {
                self.rewind(nor.block);
                return Written::Rewound(self.flashed);
            }
        }
        self.flashed += done;
        self.tail_len = have - done;
        self.tail = rest;
        Written::Taken(taken)
    }
}
