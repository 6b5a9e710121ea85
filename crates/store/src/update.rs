//! The life of a container: received, committed, tried, confirmed or failed, deleted (`docs/spec/lifecycle.md`).

use embedded_storage::nor_flash::NorFlash;

use crate::error::Error;
use crate::front::{Header, fill, padded};
use crate::layout::{ATTEMPTS, ENTRY, FRONT, up};
use crate::nor::Nor;
use crate::receive::{Reception, Written};
use crate::slot::{self, FIRST_ATTEMPT, SlotInfo, State};
use crate::step::End;
use crate::store::{Slot, Store};

impl<const K: usize> Store<K> {
    /// Starts to receive a container whose manifest the caller has verified: erases the spare slot, then writes the header.
    /// Give the same manifest to every `step` of this operation. The answer is the slot.
    ///
    /// A trial in the spare slot ends, as does a reception. The current confirmed container is not touched.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Damaged`], [`Error::IdLength`], [`Error::RecordLength`], [`Error::PayloadLength`],
    /// [`Error::NoPair`], [`Error::NoId`], [`Error::Flash`]; nothing has changed then.
    pub fn begin<F: NorFlash>(&mut self, flash: &mut F, header: &Header<'_>) -> Result<Slot, Error> {
        self.idle()?;
        if self.damaged() {
            return Err(Error::Damaged);
        }
        let mut id = [0; 16];
        padded(header.id, &mut id)?;
        if header.manifest.len() > self.layout.manifest_max as usize {
            return Err(Error::RecordLength(self.layout.manifest_max));
        }
        if header.payload_len > self.layout.payload_max {
            return Err(Error::PayloadLength(self.layout.payload_max));
        }
        let mut nor = Nor::new(flash, &self.map);
        let (place, _) = self.counters.entry(&mut nor, &id, &mut [0; ENTRY as usize]);
        nor.end(())?;
        self.room(place)?;
        let index = self
            .find(header.id)
            .or_else(|| self.pairs.iter().position(|pair| pair.id == [0; 16]));
        let Some((index, pair)) = index.and_then(|index| Some((index, self.pairs.get_mut(index)?))) else {
            return Err(Error::NoPair(K as u32));
        };
        let slot = Slot::new(index, pair.spare());
        let newest = pair.slots.iter().map(|slot| slot.generation).max().unwrap_or(0);
        let info = SlotInfo {
            state: State::Empty,
            sequence: header.sequence,
            payload_len: header.payload_len,
            manifest_len: header.manifest.len() as u32,
            generation: newest.wrapping_add(1),
        };
        let bound = pair.id == id;
        pair.id = id;
        pair.reception = Reception::NEW;
        if let Some(place) = self.get_mut(slot) {
            *place = info;
        }
        let at = self.slot_at(slot);
        let marks = at + self.map.marks;
        // A delete that was cut may have left the other slot's header half erased: it must not come back beside another id.
        let first = (!bound).then_some(self.slot_at(slot.other()));
        let erase_end = at + self.map.payload + up(info.payload_len, self.map.block);
        let numbers = [
            info.manifest_len,
            info.sequence,
            info.payload_len,
            info.generation,
        ];
        let job = self.task(End::Mark(State::Receiving), slot);
        (job.first, job.erase, job.erase_end) = (first, at, erase_end);
        (job.at, job.len) = (at, FRONT + info.manifest_len);
        fill(&mut job.front, b'S', numbers, &id, header.digest);
        (job.unit, job.units) = (marks, 2);
        job.seal(&mut nor, header.manifest);
        Ok(slot)
    }

    fn receiving(&self, pair: usize) -> Result<Slot, Error> {
        self.idle()?;
        self.newest(pair, State::Receiving).ok_or(Error::State)
    }

    /// Offset of the next payload byte that the slot in reception wants.
    #[must_use]
    pub fn offset(&self, pair: usize) -> u32 {
        self.pairs.get(pair).map_or(0, |pair| pair.reception.offset())
    }

    /// Takes payload bytes from `offset` on, with at most one program or erase: call again with the rest until all are
    /// taken. Complete write units are in flash then; the rest waits in RAM for the bytes that follow.
    ///
    /// # Errors
    /// [`Error::Busy`]; [`Error::State`] when the pair receives nothing; [`Error::Offset`] when `offset` is not
    /// [`Store::offset`]; [`Error::PayloadLength`] for bytes behind the end (none is taken); [`Error::Flash`].
    pub fn write<F: NorFlash>(
        &mut self,
        flash: &mut F,
        pair: usize,
        offset: u32,
        bytes: &[u8],
    ) -> Result<Written, Error> {
        let slot = self.receiving(pair)?;
        let (at, len) = (self.payload_at(slot), self.get(slot).payload_len);
        let pair = self.pairs.get_mut(pair).ok_or(Error::State)?;
        let mut reception = pair.reception;
        if reception.offset() != offset {
            return Err(Error::Offset(reception.offset()));
        }
        if bytes.len() > (len - offset) as usize {
            return Err(Error::PayloadLength(len));
        }
        let mut nor = Nor::new(flash, &self.map);
        let written = reception.write(&mut nor, at, len, bytes);
        nor.end(())?;
        pair.reception = reception;
        Ok(written)
    }

    /// Marks the container in reception as whole and verified. The caller has read the payload back from flash and found
    /// its digest right.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::State`]; [`Error::Incomplete`] when bytes are missing.
    pub fn commit(&mut self, pair: usize) -> Result<(), Error> {
        let slot = self.receiving(pair)?;
        let reception = &self.pairs.get(pair).ok_or(Error::State)?.reception;
        if !reception.complete(self.get(slot).payload_len) {
            return Err(Error::Incomplete(reception.offset()));
        }
        self.mark(slot, State::Stored, 0);
        Ok(())
    }

    /// Gives up a reception: its slot becomes empty.
    ///
    /// # Errors
    /// [`Error::Busy`]; [`Error::State`] when the pair receives nothing.
    pub fn abandon(&mut self, pair: usize) -> Result<(), Error> {
        let slot = self.receiving(pair)?;
        self.drop_slot(slot, false);
        Ok(())
    }

    /// Starts the trial of a stored container: raises `tried`, then marks the slot. Only when this is done may the
    /// container run. `manifest_tag` is the first 12 bytes of the manifest's digest.
    ///
    /// # Errors
    /// [`Error::Stale`] for a sequence below `tried`, [`Error::Conflict`] for the same one with another tag;
    /// [`Error::Busy`], [`Error::State`], [`Error::Damaged`], [`Error::NoId`], [`Error::Flash`].
    pub fn start_trial<F: NorFlash>(
        &mut self,
        flash: &mut F,
        slot: Slot,
        manifest_tag: &[u8; 12],
    ) -> Result<(), Error> {
        self.idle()?;
        let info = *self.get(slot);
        let pair = self
            .pairs
            .get(usize::from(slot.pair))
            .filter(|_| info.state == State::Stored);
        let id = pair.ok_or(Error::State)?.id;
        self.raise(flash, &id, info.sequence, manifest_tag, Some(slot))
    }

    /// Counts an attempt of a trial, for good: a start, a kill, what the caller's `kind` (0 to 254) says.
    ///
    /// # Errors
    /// [`Error::Attempts`] when all units are used: the caller ends the trial. [`Error::Busy`], [`Error::State`],
    /// [`Error::Flash`].
    pub fn attempt<F: NorFlash>(&mut self, flash: &mut F, slot: Slot, kind: u8) -> Result<(), Error> {
        self.idle()?;
        if self.get(slot).state != State::Trial || kind == 0xff {
            return Err(Error::State);
        }
        let mut nor = Nor::new(flash, &self.map);
        let at = self.slot_at(slot);
        let (_, free) = slot::attempts(&mut nor, &self.map, at, kind);
        nor.end(())?;
        let units = FIRST_ATTEMPT + ATTEMPTS - free;
        if units == 0 {
            return Err(Error::Attempts(ATTEMPTS));
        }
        let unit = at + self.map.marks + free * self.map.unit;
        let job = self.task(End::Attempt, slot);
        (job.unit, job.units, job.code) = (unit, units, kind);
        Ok(())
    }

    /// Confirms the container on trial. It is the current one from then on.
    ///
    /// # Errors
    /// [`Error::Busy`]; [`Error::State`] when the slot is not on trial.
    pub fn confirm(&mut self, slot: Slot) -> Result<(), Error> {
        self.idle()?;
        if self.get(slot).state != State::Trial {
            return Err(Error::State);
        }
        self.mark(slot, State::Confirmed, 0);
        Ok(())
    }

    /// Marks a stored, tried or confirmed container as failed, for the caller's `reason` (1 to 254). It is never started
    /// again. What runs then is the newest confirmed one that is left.
    ///
    /// # Errors
    /// [`Error::Busy`]; [`Error::State`] when the slot holds nothing that could run.
    pub fn fail(&mut self, slot: Slot, reason: u8) -> Result<(), Error> {
        self.idle()?;
        let runs = matches!(
            self.get(slot).state,
            State::Stored | State::Trial | State::Confirmed
        );
        if !runs || matches!(reason, 0 | 0xff) {
            return Err(Error::State);
        }
        self.mark(slot, State::Failed, reason);
        Ok(())
    }

    /// Goes back from the current confirmed container to the one before it: the current one fails for `reason`.
    ///
    /// # Errors
    /// [`Error::Busy`]; [`Error::State`] when there is no other confirmed container.
    pub fn revert(&mut self, pair: usize, reason: u8) -> Result<(), Error> {
        let previous = self.previous(pair).ok_or(Error::State)?;
        self.fail(previous.other(), reason)
    }

    /// Deletes both of a pair's containers and frees the pair. `tried` stays.
    ///
    /// # Errors
    /// [`Error::Busy`]; [`Error::State`] when the pair is free.
    pub fn delete(&mut self, pair: usize) -> Result<(), Error> {
        self.idle()?;
        self.id(pair).ok_or(Error::State)?;
        // What runs goes last, so that a cut never brings an older one back.
        let last = [State::Confirmed, State::Trial]
            .iter()
            .find_map(|&state| self.newest(pair, state));
        let last = last.unwrap_or(Slot::new(pair, 1));
        self.drop_slot(last.other(), true);
        Ok(())
    }
}
