//! A record kept twice, written whole into the copy that is not current: the counters and the trust record
//! (`docs/spec/flash.md`, section 3).

use embedded_storage::nor_flash::ReadNorFlash;

use crate::front;
use crate::layout::{ENTRY, FRONT};
use crate::nor::{Nor, is_blank, u32_at};

/// One of the two records, as mounted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record {
    /// Address of the first copy, and the length of each.
    at: u32,
    pub(crate) area: u32,
    /// Address of the copy that counts.
    pub(crate) current: Option<u32>,
    pub(crate) version: u32,
    pub(crate) len: u32,
    pub(crate) damaged: bool,
}

impl Record {
    pub(crate) const fn new(at: u32, area: u32) -> Self {
        Record {
            at,
            area,
            current: None,
            version: 0,
            len: 0,
            damaged: false,
        }
    }

    /// The same record with nothing in it.
    pub(crate) const fn erased(&self) -> Self {
        Self::new(self.at, self.area)
    }

    /// Finds the copy that counts.
    pub(crate) fn mount<F: ReadNorFlash>(&mut self, nor: &mut Nor<'_, F>, magic: u8, max: u32) {
        let mut blank = false;
        for at in [self.at, self.at + self.area] {
            let mut front = [0; FRONT as usize];
            let good = front::read(nor, at, magic, max, &mut front);
            blank |= is_blank(&front);
            let version = u32_at(&front, 8);
            let seal = self.seal(nor, at);
            let sealed = !(nor.blank(seal, nor.unit) && nor.blank(seal + nor.unit, nor.unit));
            if good && sealed && (self.current.is_none() || version > self.version) {
                (self.current, self.version, self.len) = (Some(at), version, u32_at(&front, 4));
            }
        }
        self.damaged = self.current.is_none() && !blank;
    }

    /// Address of the first seal of a copy.
    pub(crate) const fn seal<F>(&self, nor: &Nor<'_, F>, copy: u32) -> u32 {
        copy + self.area - 2 * nor.unit
    }

    /// Where the next version goes.
    pub(crate) fn next(&self) -> u32 {
        if self.current == Some(self.at) {
            self.at + self.area
        } else {
            self.at
        }
    }

    /// Reads part of the body; the caller keeps within `len`.
    pub(crate) fn read<F: ReadNorFlash>(&self, nor: &mut Nor<'_, F>, offset: u32, buf: &mut [u8]) {
        if let Some(at) = self.current {
            nor.read(at + FRONT + offset, buf);
        }
    }

    /// Offset of the entry of an id in the body, and whether it is there, with what it holds; without one, of the first free
    /// place.
    pub(crate) fn entry<F: ReadNorFlash>(
        &self,
        nor: &mut Nor<'_, F>,
        id: &[u8; 16],
        entry: &mut [u8; ENTRY as usize],
    ) -> (u32, bool) {
        let (mut offset, mut free) = (0, self.len);
        while offset < self.len {
            self.read(nor, offset, entry);
            if entry.starts_with(id) {
                return (offset, true);
            }
            if entry.starts_with(&[0]) && free == self.len {
                free = offset;
            }
            offset += ENTRY;
        }
        (free, false)
    }
}
