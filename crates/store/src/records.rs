//! The counters, the trust record, and the region as a whole.

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use crate::error::Error;
use crate::front::{fill, padded};
use crate::layout::{ENTRY, FRONT, TRUST_MAX};
use crate::nor::{Nor, put, u32_at};
use crate::record::Record;
use crate::slot::State;
use crate::step::{End, Job};
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
        let mut nor = Nor::new(flash, &self.map);
        let (mut key, mut entry) = ([0; 16], [0; ENTRY as usize]);
        padded(id, &mut key)?;
        let (_, there) = self.counters.entry(&mut nor, &key, &mut entry);
        nor.end(())?;
        let mut manifest_tag = [0; 12];
        put(&mut manifest_tag, 0, entry.get(20..).unwrap_or(&[]));
        let tried = Tried {
            sequence: u32_at(&entry, 16),
            manifest_tag,
        };
        Ok(there.then_some(tried))
    }

    /// The trust record's version and length in bytes; `None` before the first.
    #[must_use]
    pub const fn trust(&self) -> Option<(u32, u32)> {
        match self.trust.current {
            Some(_) => Some((self.trust.version, self.trust.len)),
            None => None,
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
        let at = self.trust.current.unwrap_or(0) + FRONT;
        self.window(flash, at, self.trust.len, offset, buf)
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
        let mut key = [0; 16];
        padded(id, &mut key)?;
        self.raise(flash, &key, sequence, manifest_tag, None)
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
        let mut entry = [0; ENTRY as usize];
        put(&mut entry, 0, id);
        put(&mut entry, 16, &sequence.to_le_bytes());
        put(&mut entry, 20, manifest_tag);
        let mut nor = Nor::new(flash, &self.map);
        let mut old = [0; ENTRY as usize];
        let (place, there) = self.counters.entry(&mut nor, id, &mut old);
        nor.end(())?;
        let (tried, same) = (u32_at(&old, 16), there && old == entry);
        if there && sequence < tried {
            return Err(Error::Stale(tried));
        }
        if there && sequence == tried && !same {
            return Err(Error::Conflict);
        }
        self.room(place)?;
        if same && Self::unsettled(&self.counters, &mut nor).is_none() {
            if let Some(slot) = trial {
                self.mark(slot, State::Trial, 0);
            }
            return self.started(&nor);
        }
        self.write_entry(&mut nor, place, &entry, trial)
    }

    /// Whether an entry fits at this offset of the counters' body.
    pub(crate) fn room(&self, place: u32) -> Result<(), Error> {
        let ids = self.layout.ids;
        if place < ENTRY * ids {
            Ok(())
        } else {
            Err(Error::NoId(ids))
        }
    }

    /// Address of a record's second seal, if it is blank.
    fn unsettled<F: ReadNorFlash>(record: &Record, nor: &mut Nor<'_, F>) -> Option<u32> {
        let first = record.seal(nor, record.current?);
        nor.open(first).map(|_| first + nor.unit)
    }

    fn write_entry<F: NorFlash>(
        &mut self,
        nor: &mut Nor<'_, F>,
        place: u32,
        entry: &[u8; ENTRY as usize],
        trial: Option<Slot>,
    ) -> Result<(), Error> {
        let (record, body) = (self.counters, self.counters.len.max(place + ENTRY));
        let end = End::Counters(trial.is_some());
        let slot = trial.unwrap_or(Slot::at(0));
        let job = self.task(end, slot);
        (job.old, job.entry_at, job.entry) = (record.current, FRONT + place, *entry);
        Self::renewal(job, &record, nor, [body, record.version.wrapping_add(1)], &[]);
        self.started(nor)
    }

    /// Lets a job go that a fault has made worthless.
    fn started<F: ReadNorFlash>(&mut self, nor: &Nor<'_, F>) -> Result<(), Error> {
        let fault = nor.end(());
        if fault.is_err() {
            self.job.end = End::Idle;
        }
        fault
    }

    /// Completes the job that writes a record's next version: body length and version, and the body if the caller gives it.
    fn renewal<F: ReadNorFlash>(
        job: &mut Job,
        record: &Record,
        nor: &mut Nor<'_, F>,
        numbers: [u32; 2],
        bytes: &[u8],
    ) {
        let [body, version] = numbers;
        let magic = if job.entry_at > 0 { b'C' } else { b'T' };
        job.settle = Self::unsettled(record, nor);
        job.at = record.next();
        (job.erase, job.erase_end) = (job.at, job.at + record.area);
        job.len = FRONT + body;
        (job.unit, job.units) = (record.seal(nor, job.at), 2);
        fill(&mut job.front, magic, [body, version, 0, 0], &[0; 16], &[0; 32]);
        job.seal(nor, bytes);
    }

    /// Forgets what was tried of an id: only for a trust update that retires the key of its scope.
    ///
    /// # Errors
    /// [`Error::State`] when nothing is remembered of it; [`Error::Busy`], [`Error::Damaged`], [`Error::Flash`].
    pub fn forget_tried<F: NorFlash>(&mut self, flash: &mut F, id: &[u8]) -> Result<(), Error> {
        self.idle()?;
        self.tried(flash, id)?.ok_or(Error::State)?;
        let mut nor = Nor::new(flash, &self.map);
        let mut key = [0; 16];
        padded(id, &mut key)?;
        let (place, _) = self.counters.entry(&mut nor, &key, &mut [0; ENTRY as usize]);
        self.write_entry(&mut nor, place, &[0; ENTRY as usize], None)
    }

    /// Replaces the trust record. Give the same bytes to every `step` of this operation.
    ///
    /// # Errors
    /// [`Error::Stale`] unless `version` is higher than the one in flash; [`Error::RecordLength`], [`Error::Busy`],
    /// [`Error::Damaged`], [`Error::Flash`].
    pub fn set_trust<F: NorFlash>(&mut self, flash: &mut F, version: u32, bytes: &[u8]) -> Result<(), Error> {
        self.idle()?;
        if self.trust.damaged {
            return Err(Error::Damaged);
        }
        if bytes.len() > TRUST_MAX as usize {
            return Err(Error::RecordLength(TRUST_MAX));
        }
        if self.trust.current.is_some() && version <= self.trust.version {
            return Err(Error::Stale(self.trust.version));
        }
        let mut nor = Nor::new(flash, &self.map);
        let record = self.trust;
        let job = self.task(End::Trust, Slot::at(0));
        Self::renewal(job, &record, &mut nor, [bytes.len() as u32, version], bytes);
        self.started(&nor)
    }

    /// Makes firm what a power cut may have left open: a seal or a mark that was being programmed may read differently next
    /// time. Do this once after `mount`, before anything that was read is acted upon; most often no program is needed.
    ///
    /// # Errors
    /// [`Error::Busy`].
    pub fn settle(&mut self) -> Result<(), Error> {
        self.idle()?;
        self.job.end = End::Settle(0);
        Ok(())
    }

    /// Erases the whole region: containers, then counters and trust. For provisioning.
    ///
    /// # Errors
    /// [`Error::Busy`].
    pub fn format(&mut self) -> Result<(), Error> {
        self.idle()?;
        let (erase, slots) = (self.map.slots, 2 * K as u32);
        let erase_end = erase + slots * self.map.slot_len;
        let job = self.task(End::Format(true), Slot::at(0));
        (job.erase, job.erase_end) = (erase, erase_end);
        Ok(())
    }
}
