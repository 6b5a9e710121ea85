//! What is under way: one job of erasing, programming and marking, in the order that `docs/spec/flash.md`, section 7, gives,
//! with at most one program or erase a step. Every operation of the store is such a job.

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use crate::error::Error;
use crate::front::{self, Front, overlay};
use crate::layout::{CHUNK, ENTRY, FRONT};
use crate::nor::{BLANK, Chunk, Nor, u32_at};
use crate::record::Record;
use crate::slot::{SlotInfo, State};
use crate::store::{Pair, Slot, Store};

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do: `step` again.
    Working,
    /// Done, and in flash. With no operation under way, `step` answers this too.
    Done,
}

/// What is true when the job is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// There is no job.
    Idle,
    /// The slot is in this state.
    Mark(State),
    /// An attempt is counted.
    Attempt,
    /// The counters have a new version; then the slot's trial is marked, if so.
    Counters(bool),
    /// The trust record has a new version.
    Trust,
    /// Everything from this place on is firm: the records, then slot by slot.
    Settle(u32),
    /// The slot is empty; then the other one, if so.
    Drop(bool),
    /// The slots are erased; then the records, if so.
    Format(bool),
}

/// Erase, program, mark: each part may be empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    pub(crate) end: End,
    pub(crate) slot: Slot,
    /// Address of a second seal that is programmed first, if any.
    pub(crate) settle: Option<u32>,
    /// Address of a block that is erased first, if any.
    pub(crate) first: Option<u32>,
    /// Blocks to erase.
    pub(crate) erase: u32,
    pub(crate) erase_end: u32,
    /// Where a front and its body go, how far they are, and how long they are together.
    pub(crate) at: u32,
    pub(crate) offset: u32,
    pub(crate) len: u32,
    pub(crate) front: Front,
    /// The body is this copy's, with an entry replaced; else it is what the caller gives.
    pub(crate) old: Option<u32>,
    /// Where the entry goes, counted from the front's start; 0: there is none.
    pub(crate) entry_at: u32,
    pub(crate) entry: [u8; ENTRY as usize],
    /// Units to program, in turn, with this byte.
    pub(crate) unit: u32,
    pub(crate) units: u32,
    pub(crate) code: u8,
}

impl Job {
    pub(crate) const IDLE: Self = Job {
        end: End::Idle,
        slot: Slot { pair: 0, half: 0 },
        settle: None,
        first: None,
        erase: 0,
        erase_end: 0,
        at: 0,
        offset: 0,
        len: 0,
        front: [0; FRONT as usize],
        old: None,
        entry_at: 0,
        entry: [0; ENTRY as usize],
        unit: 0,
        units: 0,
        code: 0,
    };

    /// 64 bytes of front and body.
    fn chunk<F: ReadNorFlash>(&self, nor: &mut Nor<'_, F>, bytes: &[u8], offset: u32) -> Chunk {
        let mut chunk = match self.old {
            Some(old) => nor.chunk(old + offset, CHUNK.min(self.len - offset)),
            None => BLANK,
        };
        overlay(&mut chunk, offset, 0, &self.front);
        if self.entry_at > 0 {
            overlay(&mut chunk, offset, self.entry_at, &self.entry);
        } else {
            let body = (self.len - FRONT) as usize;
            overlay(&mut chunk, offset, FRONT, bytes.get(..body).unwrap_or(bytes));
        }
        chunk
    }

    /// Completes the front, once all else is set.
    pub(crate) fn seal<F: ReadNorFlash>(&mut self, nor: &mut Nor<'_, F>, bytes: &[u8]) {
        let mut sealed = self.front;
        front::seal(&mut sealed, |offset| self.chunk(nor, bytes, offset));
        self.front = sealed;
    }

    /// At most one program or erase; true when all is done.
    fn advance<F: NorFlash>(&mut self, nor: &mut Nor<'_, F>, bytes: &[u8]) -> bool {
        if let Some(seal) = self.settle.take() {
            // A refusal says that the unit was touched, which is all that a seal says.
            nor.program_unit(seal, 0);
            nor.forgive();
        } else if let Some(block) = self.first.take() {
            nor.erase(block);
        } else if self.erase < self.erase_end {
            nor.erase(self.erase);
            self.erase += nor.block;
        } else if self.offset < self.len {
            let chunk = self.chunk(nor, bytes, self.offset);
            nor.program(self.at + self.offset, &chunk);
            self.offset += CHUNK;
        } else if self.units > 0 {
            self.units -= 1;
            nor.program_unit(self.unit, self.code);
            self.unit += nor.unit;
            // ECC flash refuses a unit that a cut tore though it reads blank: the next one is enough. Of attempts, one is.
            let refused = self.units > 0 && nor.forgive();
            if self.end == End::Attempt && !refused {
                self.units = 0;
            }
        }
        self.erase >= self.erase_end && self.offset >= self.len && self.units == 0
    }
}

impl<const K: usize> Store<K> {
    /// Carries the operation under way on, with at most one program or erase.
    ///
    /// `bytes` is the manifest for `begin`, the record for `set_trust`, and ignored for all others.
    ///
    /// # Errors
    /// [`Error::Flash`]: the operation has ended as if power had gone.
    pub fn step<F: NorFlash>(&mut self, flash: &mut F, bytes: &[u8]) -> Result<Progress, Error> {
        let mut nor = Nor::new(flash, &self.map);
        let done = match self.job.end {
            End::Settle(from) => self.settle_step(&mut nor, from),
            _ => self.job.advance(&mut nor, bytes),
        };
        let fault = nor.end(());
        if fault.is_err() {
            self.job.end = End::Idle;
        } else if done {
            self.finish();
        }
        fault.map(|()| {
            if self.busy() {
                Progress::Working
            } else {
                Progress::Done
            }
        })
    }

    /// Steps until the operation under way is done: for those who may block.
    ///
    /// # Errors
    /// As [`Store::step`].
    pub fn run_to_end<F: NorFlash>(&mut self, flash: &mut F, bytes: &[u8]) -> Result<(), Error> {
        while self.step(flash, bytes)? == Progress::Working {}
        Ok(())
    }

    /// An empty job with this end.
    #[inline(never)]
    pub(crate) fn task(&mut self, end: End, slot: Slot) -> &mut Job {
        self.job = Job::IDLE;
        (self.job.end, self.job.slot) = (end, slot);
        &mut self.job
    }

    /// Starts to mark a slot.
    pub(crate) fn mark(&mut self, slot: Slot, state: State, code: u8) {
        let unit = self.mark_at(slot, state);
        let job = self.task(End::Mark(state), slot);
        (job.unit, job.units, job.code) = (unit, 2, code);
    }

    /// Starts to empty a slot, and the other one after it.
    pub(crate) fn drop_slot(&mut self, slot: Slot, other: bool) {
        let at = self.slot_at(slot);
        let job = self.task(End::Drop(other), slot);
        (job.erase, job.erase_end) = (at, at + 1);
    }

    /// What a finished job means for what is in RAM, and what follows it.
    fn finish(&mut self) {
        let (end, slot) = (self.job.end, self.job.slot);
        self.job.end = End::Idle;
        match end {
            End::Mark(state) => {
                if let Some(info) = self.get_mut(slot) {
                    info.state = state;
                }
            }
            End::Counters(trial) => {
                Self::renew(&mut self.counters, &self.job);
                if trial {
                    self.mark(slot, State::Trial, 0);
                }
            }
            End::Trust => Self::renew(&mut self.trust, &self.job),
            End::Drop(other) => {
                if let Some(info) = self.get_mut(slot) {
                    *info = SlotInfo::EMPTY;
                }
                let pair = self.pairs.get_mut(usize::from(slot.pair));
                if let Some(free) =
                    pair.filter(|pair| pair.slots.iter().all(|slot| slot.state == State::Empty))
                {
                    *free = Pair::NEW;
                }
                if other {
                    self.drop_slot(slot.other(), false);
                }
            }
            End::Format(records) => {
                self.pairs = [Pair::NEW; K];
                if records {
                    (self.job.erase, self.job.erase_end) = (self.layout.base, self.map.slots);
                    self.job.end = End::Format(false);
                } else {
                    self.counters = self.counters.erased();
                    self.trust = self.trust.erased();
                }
            }
            End::Idle | End::Attempt | End::Settle(_) => {}
        }
    }

    fn renew(record: &mut Record, job: &Job) {
        (record.current, record.version, record.len) = (Some(job.at), u32_at(&job.front, 8), job.len - FRONT);
    }

    /// Programs the next second unit of a seal or mark whose first a cut may have torn; true when there is none left.
    fn settle_step<F: NorFlash>(&mut self, nor: &mut Nor<'_, F>, from: u32) -> bool {
        for place in from..2 + 2 * K as u32 {
            let slot = Slot::at(place.wrapping_sub(2));
            let first = match place {
                0 => self.counters.current.map(|copy| self.counters.seal(nor, copy)),
                1 => self.trust.current.map(|copy| self.trust.seal(nor, copy)),
                _ => Some(self.get(slot).state)
                    .filter(|&state| state != State::Empty)
                    .map(|state| self.mark_at(slot, state)),
            };
            if let Some((first, code)) = first.and_then(|first| Some((first, nor.open(first)?))) {
                // As everywhere, a refusal says that the unit was touched, which is enough.
                nor.program_unit(first + nor.unit, code);
                nor.forgive();
                self.job.end = End::Settle(place + 1);
                return false;
            }
        }
        true
    }
}
