//! Receiving a payload: ascending programs, and where to go on after a power cut (`docs/spec/flash.md`, section 6).

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use crate::error::Error;
use crate::layout::{CHUNK, Layout, Resume};
use crate::nor::{self, BLANK, Chunk, put};

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
    /// The block that was received anew since the mount: a driver that refuses a program there has no excuse left.
    rewound: u32,
    /// Blocks from here to the end below are erased before anything else.
    erase: u32,
    erase_end: u32,
}

impl Reception {
    pub(crate) const NEW: Self = Reception {
        flashed: 0,
        tail: BLANK,
        tail_len: 0,
        compare_end: 0,
        rewound: u32::MAX,
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

    /// Finds where to go on.
    pub(crate) fn mount<F: ReadNorFlash>(
        layout: &Layout,
        flash: &mut F,
        at: u32,
        len: u32,
    ) -> Result<Self, Error> {
        let mut reception = Self::NEW;
        let mut next = layout.round_to_unit(len).div_ceil(CHUNK) * CHUNK;
        // `next` ends as the first offset of the first chunk that no program can have reached but a torn one.
        while next > 0 && nor::reads_blank(flash, at + next - CHUNK, CHUNK)? {
            next -= CHUNK;
        }
        reception.flashed = next.saturating_sub(CHUNK);
        match layout.resume {
            Resume::Unit => reception.compare_end = next,
            Resume::Block => {
                reception.rewind(layout, reception.flashed);
                reception.erase_end = layout.round_to_block(len).min(layout.round_to_block(next + 1));
            }
        }
        Ok(reception)
    }

    fn rewind(&mut self, layout: &Layout, to: u32) {
        let start = to - to % layout.erase_size;
        *self = Self {
            flashed: start,
            erase: start,
            erase_end: start + layout.erase_size,
            rewound: start,
            ..Self::NEW
        };
    }

    /// Takes bytes; at most one program or erase.
    pub(crate) fn write<F: NorFlash>(
        &mut self,
        layout: &Layout,
        flash: &mut F,
        at: u32,
        len: u32,
        bytes: &[u8],
    ) -> Result<Written, Error> {
        let unit = layout.write_size;
        if self.erase < self.erase_end {
            nor::erase(flash, layout.erase_size, at + self.erase)?;
            self.erase += layout.erase_size;
            return Ok(Written::Taken(0));
        }
        let comparing = self.flashed < self.compare_end;
        // Up to the end of the 64 B chunk, of the payload, or of this unit.
        let room = if comparing {
            unit
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
        let whole = if last {
            layout.round_to_unit(have)
        } else {
            have - have % unit
        };
        if whole > 0 {
            if last {
                put(&mut self.tail, have as usize, &BLANK);
            }
            let there = comparing && !nor::reads_blank(flash, at + self.flashed, whole)?;
            let fits = if there {
                let mut is = BLANK;
                if let Some(is) = is.get_mut(..whole as usize) {
                    nor::read(flash, at + self.flashed, is)?;
                }
                is.iter()
                    .zip(&self.tail)
                    .take(whole as usize)
                    .all(|(is, should)| is == should)
            } else {
                match nor::program(flash, unit, at + self.flashed, &self.tail, whole) {
                    // A unit that a cut tore but that reads blank, on ECC flash.
                    Err(_) if self.flashed - self.flashed % layout.erase_size != self.rewound => false,
                    other => other.map(|()| true)?,
                }
            };
            if !fits {
                self.rewind(layout, self.flashed);
                return Ok(Written::Rewound(self.flashed));
            }
        }
        let done = whole.min(have);
        self.flashed += done;
        self.tail_len = have - done;
        let kept = self.tail;
        put(&mut self.tail, 0, kept.get(done as usize..).unwrap_or(&[]));
        Ok(Written::Taken(taken))
    }
}
