//! Reading what the store holds, through windows: nothing is ever mapped or kept.

use embedded_storage::nor_flash::ReadNorFlash;

use crate::error::Error;
use crate::layout::FRONT;
use crate::nor::{Nor, put};
use crate::slot::{self, State};
use crate::store::{Slot, Store};

impl<const K: usize> Store<K> {
    /// Address of a slot's payload in the flash's own offsets, for flash that is mapped.
    #[must_use]
    pub fn payload_at(&self, slot: Slot) -> u32 {
        self.slot_at(slot) + self.map.payload
    }

    /// Reads the part of `buf` that lies within `len` from `offset` on; how many bytes that is.
    pub(crate) fn window<F: ReadNorFlash>(
        &self,
        flash: &mut F,
        at: u32,
        len: u32,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        let mut nor = Nor::new(flash, &self.map);
        let there = (len.saturating_sub(offset) as usize).min(buf.len());
        if let Some(buf) = buf.get_mut(..there).filter(|buf| !buf.is_empty()) {
            nor.read(at + offset, buf);
        }
        nor.end(there)
    }

    /// Reads the payload through a window: up to `buf.len()` bytes from `offset` on, and how many there were. While a slot
    /// is receiving, the bytes that came so far.
    ///
    /// # Errors
    /// [`Error::Flash`].
    pub fn read<F: ReadNorFlash>(
        &self,
        flash: &mut F,
        slot: Slot,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        let info = self.get(slot);
        let receiving = self
            .pairs
            .get(usize::from(slot.pair))
            .filter(|_| info.state == State::Receiving);
        let len = receiving.map_or(info.payload_len, |pair| pair.reception.offset());
        let there = self.window(flash, self.payload_at(slot), len, offset, buf)?;
        if let Some(pair) = receiving {
            // What is only in RAM yet.
            let (tail, flashed) = pair.reception.tail();
            let from = offset.max(flashed);
            let bytes = tail.get((from - flashed) as usize..).unwrap_or(&[]);
            put(
                buf.get_mut(..there).unwrap_or(&mut []),
                (from - offset) as usize,
                bytes,
            );
        }
        Ok(there)
    }

    /// Reads the manifest as `read` reads the payload.
    ///
    /// # Errors
    /// [`Error::Flash`].
    pub fn manifest<F: ReadNorFlash>(
        &self,
        flash: &mut F,
        slot: Slot,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        self.window(
            flash,
            self.slot_at(slot) + FRONT,
            self.get(slot).manifest_len,
            offset,
            buf,
        )
    }

    /// The payload's digest as the header has it.
    ///
    /// # Errors
    /// [`Error::Flash`].
    pub fn digest<F: ReadNorFlash>(&self, flash: &mut F, slot: Slot) -> Result<[u8; 32], Error> {
        let mut digest = [0; 32];
        self.window(flash, self.slot_at(slot) + 36, 32, 0, &mut digest)?;
        Ok(digest)
    }

    /// Why a slot failed: the reason given to [`Store::fail`], 0 when a power cut tore it, `None` when it did not fail.
    ///
    /// # Errors
    /// [`Error::Flash`].
    pub fn reason<F: ReadNorFlash>(&self, flash: &mut F, slot: Slot) -> Result<Option<u8>, Error> {
        if self.get(slot).state != State::Failed {
            return Ok(None);
        }
        let mut nor = Nor::new(flash, &self.map);
        let first = self.mark_at(slot, State::Failed);
        let mut reason = 0;
        for unit in [first + nor.unit, first] {
            if let Some((code, false)) = nor.mark(unit) {
                reason = code;
            }
        }
        nor.end(Some(reason))
    }

    /// How many attempts of a kind the trial in this slot has had. A unit that a cut tore counts for every kind.
    ///
    /// # Errors
    /// [`Error::Flash`].
    pub fn attempts<F: ReadNorFlash>(&self, flash: &mut F, slot: Slot, kind: u8) -> Result<u32, Error> {
        let mut nor = Nor::new(flash, &self.map);
        let (count, _) = slot::attempts(&mut nor, &self.map, self.slot_at(slot), kind);
        nor.end(count)
    }
}
