//! A record kept twice, written whole into the copy that is not current: the counters and the trust record
//! (`docs/spec/flash.md`, section 3).

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use crate::error::Error;
use crate::layout::{CHUNK, ENTRY, Layout, TRUST_MAX};
use crate::nor::{self, BLANK, Chunk, Crc, put, u32_at};

/// Bytes before the body that mean something.
const HEAD: usize = 16;

/// One of the two records, as mounted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record {
    magic: [u8; 4],
    at: u32,
    area: u32,
    body_max: u32,
    /// Which copy counts.
    copy: Option<u32>,
    pub(crate) version: u32,
    pub(crate) len: u32,
    pub(crate) settled: bool,
    pub(crate) damaged: bool,
}

/// The body to be written.
#[derive(Clone, Copy)]
pub(crate) enum Body<'a> {
    /// The caller's bytes.
    Bytes(&'a [u8]),
    /// The current body with one entry replaced.
    Entry(u32, &'a [u8; ENTRY as usize]),
}

/// A record being written: what its header says, and how far it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing {
    version: u32,
    len: u32,
    crc: u32,
    stage: u32,
}

impl Record {
    pub(crate) const fn counters(layout: &Layout) -> Self {
        Self::new(*b"MBC1", layout.base, layout.counters_len(), ENTRY * layout.ids)
    }

    pub(crate) const fn trust(layout: &Layout) -> Self {
        Self::new(
            *b"MBT1",
            layout.base + 2 * layout.counters_len(),
            layout.trust_len(),
            TRUST_MAX,
        )
    }

    const fn new(magic: [u8; 4], at: u32, area: u32, body_max: u32) -> Self {
        Record {
            magic,
            at,
            area,
            body_max,
            copy: None,
            version: 0,
            len: 0,
            settled: true,
            damaged: false,
        }
    }

    pub(crate) const fn exists(&self) -> bool {
        self.copy.is_some()
    }

    const fn copy_at(&self, copy: u32) -> u32 {
        self.at + copy * self.area
    }

    /// Finds the copy that counts.
    pub(crate) fn mount<F: ReadNorFlash>(&mut self, unit: u32, flash: &mut F) -> Result<(), Error> {
        let mut blank = false;
        for copy in 0..2 {
            let at = self.copy_at(copy);
            let mut head = [0; HEAD];
            nor::read(flash, at, &mut head)?;
            blank |= nor::is_blank(&head);
            let (version, len) = (u32_at(&head, 4), u32_at(&head, 8));
            if !head.starts_with(&self.magic) || len > self.body_max {
                continue;
            }
            let mut crc = Crc::new();
            crc.add(head.get(..12).unwrap_or(&[]));
            crc.add_flash(flash, at + CHUNK, len)?;
            let seal = |n: u32| at + self.area - n * unit;
            let settled = !nor::reads_blank(flash, seal(1), unit)?;
            let sealed = settled || !nor::reads_blank(flash, seal(2), unit)?;
            if sealed && crc.end() == u32_at(&head, 12) && (self.copy.is_none() || version > self.version) {
                (self.copy, self.version, self.len, self.settled) = (Some(copy), version, len, settled);
            }
        }
        self.damaged = self.copy.is_none() && !blank;
        Ok(())
    }

    /// Reads part of the body; the caller keeps within `len`.
    pub(crate) fn read<F: ReadNorFlash>(
        &self,
        flash: &mut F,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<(), Error> {
        match self.copy {
            Some(copy) => nor::read(flash, self.copy_at(copy) + CHUNK + offset, buf),
            None => Ok(()),
        }
    }

    /// Where the entry of an id is, and what it holds; without one, the first free place.
    pub(crate) fn entry<F: ReadNorFlash>(
        &self,
        flash: &mut F,
        id: &[u8; 16],
    ) -> Result<(u32, Option<[u8; ENTRY as usize]>), Error> {
        let (count, mut free) = (self.len / ENTRY, None);
        for index in 0..count {
            let mut entry = [0; ENTRY as usize];
            self.read(flash, index * ENTRY, &mut entry)?;
            if entry.starts_with(id) {
                return Ok((index, Some(entry)));
            }
            if free.is_none() && entry.starts_with(&[0]) {
                free = Some(index);
            }
        }
        Ok((free.unwrap_or(count), None))
    }

    /// 64 bytes of the new body; what lies behind its end is blank.
    fn chunk<F: ReadNorFlash>(
        &self,
        flash: &mut F,
        body: Body<'_>,
        offset: u32,
        len: u32,
    ) -> Result<Chunk, Error> {
        let mut chunk = BLANK;
        match body {
            Body::Bytes(bytes) => put(&mut chunk, 0, bytes.get(offset as usize..).unwrap_or(&[])),
            Body::Entry(index, new) => {
                for half in 0..CHUNK / ENTRY {
                    let place = offset + half * ENTRY;
                    let mut entry = [0; ENTRY as usize];
                    if place / ENTRY == index {
                        entry = *new;
                    } else if place < self.len {
                        self.read(flash, place, &mut entry)?;
                    }
                    if place < len {
                        put(&mut chunk, (half * ENTRY) as usize, &entry);
                    }
                }
            }
        }
        Ok(chunk)
    }

    fn head(&self, version: u32, len: u32) -> Chunk {
        let mut head = BLANK;
        put(&mut head, 0, &self.magic);
        put(&mut head, 4, &version.to_le_bytes());
        put(&mut head, 8, &len.to_le_bytes());
        head
    }

    /// Prepares a new version. Touches nothing but RAM.
    pub(crate) fn begin<F: ReadNorFlash>(
        &self,
        flash: &mut F,
        version: u32,
        body: Body<'_>,
    ) -> Result<Writing, Error> {
        if self.damaged {
            return Err(Error::Damaged);
        }
        let len = match body {
            Body::Bytes(bytes) => bytes.len() as u32,
            Body::Entry(index, _) => self.len.max((index + 1) * ENTRY),
        };
        if len > self.body_max {
            return Err(Error::RecordLength(self.body_max));
        }
        let mut crc = Crc::new();
        crc.add(self.head(version, len).get(..12).unwrap_or(&[]));
        let mut offset = 0;
        while offset < len {
            let chunk = self.chunk(flash, body, offset, len)?;
            crc.add(chunk.get(..(len - offset).min(CHUNK) as usize).unwrap_or(&[]));
            offset += CHUNK;
        }
        Ok(Writing {
            version,
            len,
            crc: crc.end(),
            stage: 0,
        })
    }

    /// Makes the current copy's seal firm, if a cut left that open. True: there was something to do.
    pub(crate) fn settle<F: NorFlash>(&mut self, unit: u32, flash: &mut F) -> bool {
        let Some(copy) = self.copy.filter(|_| !self.settled) else {
            return false;
        };
        // An error is no news: a driver that refuses this unit has seen it touched, which is all that a seal says.
        let _ = nor::program(flash, unit, self.copy_at(copy) + self.area - unit, &[0; 64], unit);
        self.settled = true;
        true
    }

    /// One program or erase towards the new version. True: it is current now.
    pub(crate) fn step<F: NorFlash>(
        &mut self,
        layout: &Layout,
        flash: &mut F,
        body: Body<'_>,
        writing: &mut Writing,
    ) -> Result<bool, Error> {
        let (unit, block) = (layout.write_size, layout.erase_size);
        if self.settle(unit, flash) {
            return Ok(false);
        }
        let copy = self.copy.map_or(0, |copy| 1 - copy);
        let at = self.copy_at(copy);
        let stage = writing.stage;
        let blocks = self.area / block;
        let chunks = writing.len.div_ceil(CHUNK);
        if stage < blocks {
            nor::erase(flash, block, at + stage * block)?;
        } else if stage == blocks {
            let mut head = self.head(writing.version, writing.len);
            put(&mut head, 12, &writing.crc.to_le_bytes());
            nor::program(flash, unit, at, &head, layout.round_to_unit(HEAD as u32))?;
        } else if stage <= blocks + chunks {
            let offset = (stage - blocks - 1) * CHUNK;
            let chunk = self.chunk(flash, body, offset, writing.len)?;
            let len = layout.round_to_unit((writing.len - offset).min(CHUNK));
            nor::program(flash, unit, at + CHUNK + offset, &chunk, len)?;
        } else {
            let last = stage > blocks + chunks + 1;
            let seal = at + self.area - if last { unit } else { 2 * unit };
            nor::program(flash, unit, seal, &[0; 64], unit)?;
            if last {
                (self.copy, self.version, self.len) = (Some(copy), writing.version, writing.len);
                return Ok(true);
            }
        }
        writing.stage += 1;
        Ok(false)
    }
}
