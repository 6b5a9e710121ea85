//! What one step of each operation does: at most one program or one erase, in the order that
//! `docs/spec/flash.md`, section 7, gives.

use embedded_storage::nor_flash::NorFlash;

use crate::error::Error;
use crate::layout::{ATTEMPTS, CHUNK, ENTRY, FIXED};
use crate::nor::{self, BLANK, put};
use crate::record::{Body, Record, Writing};
use crate::slot::{FIRST_ATTEMPT, Mark, SlotInfo, State};
use crate::store::{Pair, Slot, Store};

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do: `step` again.
    Working,
    /// Done, and in flash. With no operation under way, `step` answers this too.
    Done,
}

/// The operation under way.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation {
    None,
    Begin {
        slot: Slot,
        fixed: [u8; FIXED],
        stage: u32,
    },
    Counters {
        entry: (u32, [u8; ENTRY as usize]),
        writing: Writing,
        trial: Option<Slot>,
    },
    Mark {
        slot: Slot,
        mark: Mark,
        code: u8,
        second: bool,
    },
    Attempt {
        slot: Slot,
        unit: u32,
        kind: u8,
    },
    Trust {
        writing: Writing,
    },
    Settle {
        index: usize,
    },
    Drop {
        slot: Slot,
        then: Option<Slot>,
    },
    Format {
        at: u32,
    },
}

impl<const K: usize> Store<K> {
    /// Carries the operation under way on, with at most one program or erase.
    ///
    /// `bytes` is the manifest for `begin`, the record for `set_trust`, and ignored for all others.
    ///
    /// # Errors
    /// [`Error::Flash`]: the operation has ended as if power had gone.
    pub fn step<F: NorFlash>(&mut self, flash: &mut F, bytes: &[u8]) -> Result<Progress, Error> {
        let operation = core::mem::replace(&mut self.operation, Operation::None);
        self.operation = self.advance(flash, bytes, operation)?;
        Ok(if self.busy() {
            Progress::Working
        } else {
            Progress::Done
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

    /// One step; what is left to do.
    fn advance<F: NorFlash>(
        &mut self,
        flash: &mut F,
        bytes: &[u8],
        now: Operation,
    ) -> Result<Operation, Error> {
        let layout = self.layout;
        Ok(match now {
            Operation::None => Operation::None,
            Operation::Begin { slot, fixed, stage } => self.begin_step(flash, bytes, slot, fixed, stage)?,
            Operation::Counters {
                entry,
                mut writing,
                trial,
            } => {
                if !self
                    .counters
                    .step(&layout, flash, Body::Entry(entry.0, &entry.1), &mut writing)?
                {
                    Operation::Counters {
                        entry,
                        writing,
                        trial,
                    }
                } else if let Some(slot) = trial {
                    Operation::Mark {
                        slot,
                        mark: Mark::Trial,
                        code: 0,
                        second: false,
                    }
                } else {
                    Operation::None
                }
            }
            Operation::Trust { mut writing } => {
                let done = self
                    .trust
                    .step(&layout, flash, Body::Bytes(bytes), &mut writing)?;
                if done {
                    Operation::None
                } else {
                    Operation::Trust { writing }
                }
            }
            Operation::Mark {
                slot,
                mark,
                code,
                second: false,
            } => {
                // An error is not the end: the driver of ECC flash refuses a unit that a cut tore, and the second one is
                // enough. When power is gone, the second one fails too.
                let _ = self.place(slot).program_unit(flash, mark as u32, code);
                Operation::Mark {
                    slot,
                    mark,
                    code,
                    second: true,
                }
            }
            Operation::Mark {
                slot,
                mark,
                code,
                second: true,
            } => {
                self.place(slot).program_unit(flash, mark as u32 + 1, code)?;
                self.set(
                    slot,
                    SlotInfo {
                        state: mark.state(),
                        ..self.info(slot)
                    },
                );
                Operation::None
            }
            Operation::Attempt { slot, unit, kind } => match self.place(slot).program_unit(flash, unit, kind)
            {
                Err(_) if unit + 1 < FIRST_ATTEMPT + ATTEMPTS => Operation::Attempt {
                    slot,
                    unit: unit + 1,
                    kind,
                },
                other => other.map(|()| Operation::None)?,
            },
            Operation::Settle { index } => self.settle_step(flash, index)?,
            Operation::Drop { slot, then } => {
                nor::erase(flash, layout.erase_size, self.place(slot).at)?;
                self.set(slot, SlotInfo::EMPTY);
                match self.pairs.get_mut(usize::from(slot.pair)) {
                    Some(pair) if pair.slots.iter().all(|slot| slot.state == State::Empty) => {
                        *pair = Pair::NEW
                    }
                    _ => {}
                }
                then.map_or(Operation::None, |slot| Operation::Drop { slot, then: None })
            }
            Operation::Format { at } => {
                nor::erase(flash, layout.erase_size, at)?;
                let next = at + layout.erase_size;
                if next == layout.slot(0) {
                    self.pairs = [Pair::NEW; K];
                    (self.counters, self.trust) = (Record::counters(&layout), Record::trust(&layout));
                    Operation::None
                } else if next < layout.base + layout.len_bytes(K as u32) {
                    Operation::Format { at: next }
                } else {
                    Operation::Format { at: layout.base }
                }
            }
        })
    }

    /// Programs second seals and second units of marks where a cut left only the first: records, then slot by slot.
    fn settle_step<F: NorFlash>(&mut self, flash: &mut F, index: usize) -> Result<Operation, Error> {
        let unit = self.layout.write_size;
        if self.counters.settle(unit, flash) || self.trust.settle(unit, flash) {
            return Ok(Operation::Settle { index });
        }
        if index >= 2 * K {
            return Ok(Operation::None);
        }
        let slot = Slot::new(index / 2, index % 2);
        if let Some(mark) = Mark::of(self.info(slot).state) {
            let place = self.place(slot);
            let units = (
                place.unit(flash, mark as u32)?,
                place.unit(flash, mark as u32 + 1)?,
            );
            if let (Some((code, torn)), None) = units {
                // As with seals, a refusal says that the unit was touched, which is enough.
                let _ = place.program_unit(flash, mark as u32 + 1, if torn { 0 } else { code });
            }
        }
        Ok(Operation::Settle { index: index + 1 })
    }

    /// Erases header, marks and as much of the payload's place as is needed, in this order; then programs the header.
    fn begin_step<F: NorFlash>(
        &mut self,
        flash: &mut F,
        manifest: &[u8],
        slot: Slot,
        fixed: [u8; FIXED],
        stage: u32,
    ) -> Result<Operation, Error> {
        let (place, info) = (self.place(slot), self.info(slot));
        let layout = place.layout;
        let blocks =
            (place.payload_at() - place.at + layout.round_to_block(info.payload_len)) / layout.erase_size;
        if stage < blocks {
            nor::erase(flash, layout.erase_size, place.at + stage * layout.erase_size)?;
            return Ok(Operation::Begin {
                slot,
                fixed,
                stage: stage + 1,
            });
        }
        let offset = (stage - blocks) * CHUNK;
        let mut chunk = BLANK;
        put(&mut chunk, 0, fixed.get(offset as usize..).unwrap_or(&[]));
        let fixed_left = FIXED.saturating_sub(offset as usize);
        let from = (offset as usize).saturating_sub(FIXED);
        put(&mut chunk, fixed_left, manifest.get(from..).unwrap_or(&[]));
        let left = (FIXED as u32 + info.manifest_len).saturating_sub(offset);
        nor::program(
            flash,
            layout.write_size,
            place.at + offset,
            &chunk,
            layout.round_to_unit(left),
        )?;
        Ok(if left > CHUNK {
            Operation::Begin {
                slot,
                fixed,
                stage: stage + 1,
            }
        } else {
            Operation::Mark {
                slot,
                mark: Mark::Receiving,
                code: 0,
                second: false,
            }
        })
    }
}
