//! Containers without a payload: confirm, revert, stop, delete.

use super::*;

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    pub(super) fn accept_command(
        &mut self,
        manifest: &Manifest<'_>,
        pair: Option<usize>,
        digest: &[u8; 32],
    ) -> Step<u32> {
        let (Some(pair), Some(command)) = (pair, manifest.command) else {
            return Err(self.deny_lost());
        };
        let on_trial = self.store.newest(pair, State::Trial).is_some();
        let possible = match command {
            // Confirming what is confirmed is no change.
            Command::Confirm => on_trial || self.store.newest(pair, State::Confirmed).is_some(),
            Command::Revert => on_trial || self.store.previous(pair).is_some(),
            _ => true,
        };
        if !possible {
            self.why = Refusal::new(Code::CONFLICT, "nothing to confirm or to go back to");
            return Err(Denied);
        }
        self.upload = Upload::Command {
            pair,
            command,
            sequence: manifest.sequence,
            tag: digest.first_chunk().copied().unwrap_or_default(),
        };
        Ok(Some(0))
    }

    /// A command takes its sequence before it is obeyed, so that it can be replayed as little as a container.
    pub(super) fn raise_tried(
        &mut self,
        pair: usize,
        command: Command,
        sequence: u32,
        tag: &[u8; 12],
    ) -> Step<Finished> {
        if self.store.busy() {
            self.upload = Upload::Command {
                pair,
                command,
                sequence,
                tag: *tag,
            };
            return Ok(None);
        }
        let Some(id) = self.setups.get(pair).and_then(|setup| setup.id) else {
            return Err(self.deny_lost());
        };
        match self
            .store
            .raise_tried(&mut self.flash, id.as_slice(), sequence, tag)
        {
            Ok(()) => {
                if self.store.busy() {
                    self.then = Some((pair, Then::Nothing));
                }
                self.upload = Upload::Raising { pair, command };
                Ok(None)
            }
            Err(error) => Err(self.deny_flash(error)),
        }
    }

    pub(super) fn carry_out(&mut self, pair: usize, command: Command) -> Step<Finished> {
        if self.store.busy() || self.then.is_some() {
            self.upload = Upload::Raising { pair, command };
            return Ok(None);
        }
        self.refresh(pair);
        let trial = self.store.newest(pair, State::Trial);
        let (started, then) = match (command, trial) {
            (Command::Confirm, Some(slot)) => (self.store.confirm(slot), Then::Confirmed),
            (Command::Confirm, None) => return Ok(Some(Finished { created: false })),
            (Command::Revert, Some(slot)) => {
                self.end_badly(pair, slot, Reason::Reverted);
                self.upload = Upload::Commanding { pair };
                return Ok(None);
            }
            (Command::Revert, None) => {
                self.teardown(pair);
                (self.store.revert(pair, Reason::Reverted as u8), Then::Choose)
            }
            (Command::Stop, _) => {
                self.teardown(pair);
                self.enter(pair, Phase::Stopped);
                return Ok(Some(Finished { created: false }));
            }
            (Command::Delete, _) => {
                self.teardown(pair);
                (self.store.delete(pair), Then::Choose)
            }
        };
        if let Err(error) = started {
            return Err(self.deny_flash(error));
        }
        self.then = Some((pair, then));
        self.upload = Upload::Commanding { pair };
        Ok(None)
    }
}
