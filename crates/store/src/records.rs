//! The counters, the trust record, and the region as a whole.

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use crate::error::Error;
use crate::layout::ENTRY;
use crate::nor::{put, u32_at};
use crate::record::Body;
use crate::slot::{Mark, padded};
use crate::step::Operation;
use crate::store::{Slot, Store};

/// What the counters remember of a container id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// The highest sequence for which a trial was started.
    pub sequence: u32,
    /// First 12 bytes of the digest of its manifest.
    pub manifest_tag: [u8; 12],
}

impl<const K: usize> Store<K> {
    /// What is remembered of an id: a lower sequence must be refused.
    ///
    /// # Errors
    /// [`Error::Flash`], [`Error::IdLength`], [`Error::Damaged`].
    pub fn tried<F: ReadNorFlash>(&self, flash: &mut F, id: &[u8]) -> Result<Option<Tried>, Error> {
        if self.counters.damaged {
            return Err(Error::Damaged);
        }
        let (_, entry) = self.counters.entry(flash, &padded(id)?)?;
        Ok(entry.map(|entry| {
            let mut manifest_tag = [0; 12];
            put(&mut manifest_tag, 0, entry.get(20..).unwrap_or(&[]));
            Tried {
                sequence: u32_at(&entry, 16),
                manifest_tag,
            }
        }))
    }

    /// The trust record's version and length in bytes; `None` before the first.
    #[must_use]
    pub const fn trust(&self) -> Option<(u32, u32)> {
        if self.trust.exists() {
            Some((self.trust.version, self.trust.len))
        } else {
            None
        }
    }

    /// Reads the trust record as `read` reads a payload.
    ///
    /// # Errors
    /// [`Error::Flash`].
    pub fn read_trust<F: ReadNorFlash>(
        &self,
        flash: &mut F,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        let there = (self.trust.len.saturating_sub(offset) as usize).min(buf.len());
        self.trust
            .read(flash, offset, buf.get_mut(..there).unwrap_or(&mut []))?;
        Ok(there)
    }

    /// Raises `tried` of an id without a trial: for a command, which takes a sequence as a container does. Only when this is
    /// done may the command be obeyed.
    ///
    /// # Errors
    /// [`Error::Stale`] for a sequence below `tried`, [`Error::Conflict`] for the same one with another tag;
    /// [`Error::IdLength`], [`Error::Busy`], [`Error::Damaged`], [`Error::NoId`], [`Error::Flash`].
    pub fn raise_tried<F: NorFlash>(
        &mut self,
        flash: &mut F,
        id: &[u8],
        sequence: u32,
        manifest_tag: &[u8; 12],
    ) -> Result<(), Error> {
        self.idle()?;
        self.raise(flash, &padded(id)?, sequence, manifest_tag, None)
    }

    /// Starts to raise `tried`, and to mark a trial after that. With nothing to raise, the mark is all there is to do.
    pub(crate) fn raise<F: NorFlash>(
        &mut self,
        flash: &mut F,
        id: &[u8; 16],
        sequence: u32,
        manifest_tag: &[u8; 12],
        trial: Option<Slot>,
    ) -> Result<(), Error> {
        if self.counters.damaged {
            return Err(Error::Damaged);
        }
        let (index, old) = self.counters.entry(flash, id)?;
        let mut entry = [0; ENTRY as usize];
        put(&mut entry, 0, id);
        put(&mut entry, 16, &sequence.to_le_bytes());
        put(&mut entry, 20, manifest_tag);
        if let Some(old) = old {
            let tried = u32_at(&old, 16);
            if sequence < tried {
                return Err(Error::Stale(tried));
            }
            if sequence == tried && old != entry {
                return Err(Error::Conflict);
            }
            if sequence == tried && self.counters.settled {
                return trial.map_or(Ok(()), |slot| self.mark(slot, Mark::Trial, 0));
            }
        }
        if index >= self.layout.ids {
            return Err(Error::NoId(self.layout.ids));
        }
        self.write_entry(flash, (index, entry), trial)
    }

    fn write_entry<F: NorFlash>(
        &mut self,
        flash: &mut F,
        entry: (u32, [u8; ENTRY as usize]),
        trial: Option<Slot>,
    ) -> Result<(), Error> {
        let version = self.counters.version.wrapping_add(1);
        let writing = self
            .counters
            .begin(flash, version, Body::Entry(entry.0, &entry.1))?;
        self.operation = Operation::Counters {
            entry,
            writing,
            trial,
        };
        Ok(())
    }

    /// Forgets what was tried of an id: only for a trust update that retires the key of its scope.
    ///
    /// # Errors
    /// [`Error::State`] when nothing is remembered of it; [`Error::Busy`], [`Error::Damaged`], [`Error::Flash`].
    pub fn forget_tried<F: NorFlash>(&mut self, flash: &mut F, id: &[u8]) -> Result<(), Error> {
        self.idle()?;
        self.tried(flash, id)?.ok_or(Error::State)?;
        let (index, _) = self.counters.entry(flash, &padded(id)?)?;
        self.write_entry(flash, (index, [0; ENTRY as usize]), None)
    }

    /// Replaces the trust record. Give the same bytes to every `step` of this operation.
    ///
    /// # Errors
    /// [`Error::Stale`] unless `version` is higher than the one in flash; [`Error::RecordLength`], [`Error::Busy`],
    /// [`Error::Damaged`], [`Error::Flash`].
    pub fn set_trust<F: NorFlash>(&mut self, flash: &mut F, version: u32, bytes: &[u8]) -> Result<(), Error> {
        self.idle()?;
        if self.trust.exists() && version <= self.trust.version {
            return Err(Error::Stale(self.trust.version));
        }
        self.operation = Operation::Trust {
            writing: self.trust.begin(flash, version, Body::Bytes(bytes))?,
        };
        Ok(())
    }

    /// Makes firm what a power cut may have left open: a seal or a mark that was being programmed may read differently next
    /// time. Do this once after `mount`, before anything that was read is acted upon; most often no program is needed.
    ///
    /// # Errors
    /// [`Error::Busy`].
    pub fn settle(&mut self) -> Result<(), Error> {
        self.idle()?;
        self.operation = Operation::Settle { index: 0 };
        Ok(())
    }

    /// Erases the whole region: containers, then counters and trust. For provisioning.
    ///
    /// # Errors
    /// [`Error::Busy`].
    pub fn format(&mut self) -> Result<(), Error> {
        self.idle()?;
        self.operation = Operation::Format {
            at: self.layout.slot(0),
        };
        Ok(())
    }
}
