//! The payload of a container whose manifest holds: block by block into the spare slot, read back, marked as stored.

use super::*;

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    pub(crate) fn upload_chunk(&mut self, offset: u32, bytes: &[u8]) -> Step<usize> {
        if self.store.busy() || !core::mem::take(&mut self.may_write) {
            return Ok(None);
        }
        let Upload::Receiving { slot, ref chunks, .. } = self.upload else {
            return Err(self.deny_lost());
        };
        let (pair, mut checked) = (usize::from(slot.pair), chunks.clone());
        self.moved_now();
        // Before anything is programmed: no byte of a chunk that is wrong at its end is added to it.
        match self.check_chunks(slot, &mut checked, bytes) {
            Some(Ok(())) => {}
            Some(Err(error)) => return Err(self.payload_is_bad(pair, error)),
            None => return Err(self.deny_lost()),
        }
        let taken = match self.store.write(&mut self.flash, pair, offset, bytes) {
            Ok(Written::Taken(0)) => return Ok(None),
            Ok(Written::Taken(taken)) => taken as usize,
            // A power cut had left something else there: what is lost is asked for again from block 0.
            Ok(Written::Rewound(_)) | Err(Error::Offset(_)) => {
                self.upload = Upload::None;
                return Err(self.deny_lost());
            }
            Err(Error::PayloadLength(limit)) => {
                return Err(self.deny(envelope::PayloadError::TooLong(limit).into()));
            }
            Err(error) => return Err(self.give_up(error)),
        };
        let mut pushed = true;
        if let (Upload::Receiving { chunks, .. }, Some(piece)) = (&self.upload, bytes.get(..taken))
            && taken < bytes.len()
        {
            // Some are offered again: those that were taken count.
            checked = chunks.clone();
            pushed = matches!(self.check_chunks(slot, &mut checked, piece), Some(Ok(())));
        }
        if let Upload::Receiving { chunks, .. } = &mut self.upload
            && pushed
        {
            *chunks = checked;
        }
        Ok(Some(taken))
    }

    /// Adds bytes to the chunks, as the slot's manifest has them; none when it cannot be read.
    #[inline(never)]
    pub(super) fn check_chunks(
        &mut self,
        slot: Slot,
        chunks: &mut ChunkCheck,
        bytes: &[u8],
    ) -> Option<Result<(), envelope::PayloadError>> {
        self.with_manifest(slot, |_, signed| match &signed.manifest.payload {
            Some(payload) => chunks.push(payload, bytes),
            None => Err(envelope::PayloadError::TooLong(0)),
        })
    }

    /// A wrong payload under a good manifest costs the spare slot only.
    pub(super) fn payload_is_bad(&mut self, pair: usize, error: envelope::PayloadError) -> Denied {
        self.upload = Upload::None;
        if self.store.abandon(pair).is_ok() {
            self.then = Some((pair, Then::Nothing));
        }
        self.deny(error.into())
    }

    pub(crate) fn same_payload(&mut self, offset: u32, bytes: &[u8]) -> bool {
        let slot = match &self.upload {
            Upload::Receiving { slot, .. }
            | Upload::Checking { slot, .. }
            | Upload::Committing { slot, .. }
            | Upload::Done { slot }
            | Upload::Present { slot: Some(slot) } => *slot,
            // It was tried and is gone: there is nothing to compare with, and nothing will happen.
            Upload::Present { slot: None } => return true,
            _ => return false,
        };
        let mut piece = [0; 64];
        let mut at = offset;
        for expected in bytes.chunks(piece.len()) {
            let room = piece.get_mut(..expected.len()).unwrap_or(&mut []);
            let got = self.store.read(&mut self.flash, slot, at, room);
            if got != Ok(expected.len()) || room != expected {
                return false;
            }
            at = at.saturating_add(expected.len() as u32);
        }
        true
    }

    pub(crate) fn finish_upload(&mut self) -> Step<Finished> {
        const NOT_CREATED: Step<Finished> = Ok(Some(Finished { created: false }));
        match core::mem::replace(&mut self.upload, Upload::None) {
            Upload::Receiving {
                slot,
                chunks,
                created,
            } => {
                let complete = self.with_manifest(slot, |_, signed| match &signed.manifest.payload {
                    Some(payload) => chunks.finish(payload),
                    None => Err(envelope::PayloadError::TooShort { have: 0, expected: 0 }),
                });
                match complete {
                    Some(Ok(())) => {
                        self.check_from_start(slot, created);
                        Ok(None)
                    }
                    Some(Err(error)) => Err(self.deny(error.into())),
                    None => Err(self.deny_lost()),
                }
            }
            Upload::Checking { slot, check, created } => self.check_upload(slot, check, created),
            Upload::Committing { slot, created } => match self.store.busy() {
                true => {
                    let stepped = self.step_upload(&[]);
                    self.committed(slot, created, stepped)
                }
                false => self.committed(slot, created, Ok(Progress::Done)),
            },
            Upload::Present { slot } => {
                self.upload = Upload::Present { slot };
                NOT_CREATED
            }
            Upload::Done { slot } => {
                self.upload = Upload::Done { slot };
                NOT_CREATED
            }
            Upload::Command {
                pair,
                command,
                sequence,
                tag,
            } => self.raise_tried(pair, command, sequence, &tag),
            Upload::Raising { pair, command } => self.carry_out(pair, command),
            Upload::Commanding { pair } if self.store.busy() => {
                self.upload = Upload::Commanding { pair };
                Ok(None)
            }
            Upload::Commanding { .. } => NOT_CREATED,
            Upload::None | Upload::Beginning { .. } => Err(self.deny_lost()),
        }
    }

    #[inline(never)]
    pub(super) fn check_from_start(&mut self, slot: Slot, created: bool) {
        let check = Check::new(slot);
        self.upload = Upload::Checking { slot, check, created };
    }

    pub(super) fn check_upload(&mut self, slot: Slot, mut check: Check, created: bool) -> Step<Finished> {
        let pair = usize::from(slot.pair);
        match self.check_on(&mut check) {
            Some(Ok(Checked::More)) => self.upload = Upload::Checking { slot, check, created },
            // The mark waits for its turn; the payload is read again then, which changes nothing.
            Some(Ok(Checked::Good)) if self.store.busy() => self.check_from_start(slot, created),
            Some(Ok(Checked::Good)) => match self.store.commit(pair) {
                Ok(()) => self.upload = Upload::Committing { slot, created },
                Err(error) => return Err(self.deny_flash(error)),
            },
            Some(Ok(Checked::Bad(error))) => return Err(self.payload_is_bad(pair, error)),
            Some(Err(error)) => return Err(self.deny_flash(error)),
            None => return Err(self.deny_lost()),
        }
        Ok(None)
    }

    pub(super) fn committed(
        &mut self,
        slot: Slot,
        created: bool,
        stepped: Result<Progress, Error>,
    ) -> Step<Finished> {
        match stepped {
            Ok(Progress::Working) => {
                self.upload = Upload::Committing { slot, created };
                Ok(None)
            }
            Ok(Progress::Done) => {
                self.upload = Upload::Done { slot };
                let pair = usize::from(slot.pair);
                // What runs is torn down when the trial starts: this answer does not wait for it.
                if let Some(life) = self.lives.get_mut(pair) {
                    life.starts_failed = 0;
                }
                self.arrived(pair);
                Ok(Some(Finished { created }))
            }
            Err(error) => Err(self.deny_flash(error)),
        }
    }

    /// A new container is stored: its trial is scheduled.
    pub(super) fn arrived(&mut self, pair: usize) {
        self.teardown(pair);
        self.enter(pair, Phase::Choose);
    }
}
