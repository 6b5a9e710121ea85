//! Reading what the store holds, through windows: nothing is ever mapped or kept.

use embedded_storage::nor_flash::ReadNorFlash;

use crate::error::Error;
use crate::layout::FIXED;
use crate::nor::{self, put};
use crate::slot::{Mark, State};
use crate::store::{Slot, Store};

impl<const K: usize> Store<K> {
    /// Address of a slot's payload in the flash's own offsets, for flash that is mapped.
    #[must_use]
    pub fn payload_at(&self, slot: Slot) -> u32 {
        self.place(slot).payload_at()
    }

    /// Reads the part of `buf` that lies within `len` from `offset` on; how many bytes that is.
    fn window<F: ReadNorFlash>(
        flash: &mut F,
        at: u32,
        len: u32,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        let there = (len.saturating_sub(offset) as usize).min(buf.len());
        match buf.get_mut(..there) {
            Some(buf) if there > 0 => nor::read(flash, at + offset, buf)?,
            _ => {}
        }
        Ok(there)
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
        let info = self.info(slot);
        let at = self.payload_at(slot);
        if info.state != State::Receiving {
            return Self::window(flash, at, info.payload_len, offset, buf);
        }
        let Some(pair) = self.pairs.get(usize::from(slot.pair)) else {
            return Ok(0);
        };
        let there = Self::window(flash, at, pair.reception.offset(), offset, buf)?;
        // What is only in RAM yet.
        let (tail, flashed) = pair.reception.tail();
        let from = offset.max(flashed);
        let bytes = tail.get((from - flashed) as usize..).unwrap_or(&[]);
        put(
            buf.get_mut(..there).unwrap_or(&mut []),
            (from - offset) as usize,
            bytes,
        );
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
        Self::window(
            flash,
            self.place(slot).at + FIXED as u32,
            self.info(slot).manifest_len,
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
        nor::read(flash, self.place(slot).at + 36, &mut digest)?;
        Ok(digest)
    }

    /// Why a slot failed: the reason given to [`Store::fail`], 0 when a power cut tore it, `None` when it did not fail.
    ///
    /// # Errors
    /// [`Error::Flash`].
    pub fn reason<F: ReadNorFlash>(&self, flash: &mut F, slot: Slot) -> Result<Option<u8>, Error> {
        if self.info(slot).state != State::Failed {
            return Ok(None);
        }
        for unit in [Mark::Failed as u32, Mark::Failed as u32 + 1] {
            if let Some((reason, false)) = self.place(slot).unit(flash, unit)? {
                return Ok(Some(reason));
            }
        }
        Ok(Some(0))
    }

    /// How many attempts of a kind the trial in this slot has had. A unit that a cut tore counts for every kind.
    ///
    /// # Errors
    /// [`Error::Flash`].
    pub fn attempts<F: ReadNorFlash>(&self, flash: &mut F, slot: Slot, kind: u8) -> Result<u32, Error> {
        Ok(self.place(slot).attempts(flash, kind)?.0)
    }
}
