//! Starts and trials: from the first attempt to the end of the probation, or to the version before.

use super::*;

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    pub(super) fn begin_trial(&mut self, pair: usize, slot: Slot) -> bool {
        if let Some(older) = self.store.newest(pair, State::Trial) {
            let started = self.store.fail(older, Reason::Superseded as u8);
            return self.operation(pair, started, Then::Choose);
        }
        let digest = self.with_manifest(slot, |_, signed| signed.sign1.manifest_digest());
        let tag = digest.and_then(|digest| digest.first_chunk::<12>().copied());
        let Some(tag) = tag else {
            self.end_badly(pair, slot, Reason::Damaged);
            return true;
        };
        if let Some(life) = self.lives.get_mut(pair) {
            life.kills = 0;
            life.attempted = None;
            life.error.clear();
        }
        match self.store.start_trial(&mut self.flash, slot, &tag) {
            Err(Error::Stale(_) | Error::Conflict) => {
                self.end_badly(pair, slot, Reason::Sequence);
                true
            }
            started => self.operation(pair, started, Then::Attempt(slot)),
        }
    }

    pub(super) fn attempt(&mut self, pair: usize, slot: Slot) -> bool {
        let Some(life) = self.lives.get_mut(pair) else {
            return false;
        };
        if life.attempted == Some(slot) {
            self.start(pair, slot);
            return true;
        }
        match self.store.attempts(&mut self.flash, slot, ATTEMPT_START) {
            Ok(starts) if starts >= MAX_STARTS => {
                self.end_badly(pair, slot, Reason::Resets);
                return true;
            }
            Ok(_) => life.attempted = Some(slot),
            Err(error) => {
                self.flash_failed(pair, error);
                return true;
            }
        }
        match self.store.attempt(&mut self.flash, slot, ATTEMPT_START) {
            Err(Error::Attempts(_)) => {
                self.end_badly(pair, slot, Reason::Resets);
                true
            }
            started => self.operation(pair, started, Then::Start(slot)),
        }
    }

    /// Hands the source to the engine. What it may do comes from its manifest.
    pub(crate) fn start(&mut self, pair: usize, slot: Slot) {
        self.teardown(pair);
        let device = self.config.limits;
        let now = self.now;
        let on_trial = self.store.info(slot).state == State::Trial;
        let heap = self.with_manifest(slot, |inner, signed| {
            let manifest = signed.manifest;
            let (Some(setup), Some(life)) = (inner.setups.get_mut(pair), inner.lives.get_mut(pair)) else {
                return None;
            };
            let wanted = &manifest.limits;
            let least = |wanted: Option<u32>, own: u32| wanted.unwrap_or(own).min(own);
            setup.limits = Limits {
                heap_bytes: wanted.heap_bytes.unwrap_or(u32::MAX),
                fuel_per_event: least(wanted.fuel_per_event, device.fuel_per_event),
                timers: least(wanted.timers, u32::from(device.timers)) as u8,
                log_bytes_per_minute: least(wanted.log_bytes, device.log_bytes_per_minute),
                messages_per_minute: least(wanted.messages_per_minute, device.messages_per_minute),
                bytes_per_minute: least(wanted.bytes_per_minute, device.bytes_per_minute),
            };
            // A permissions map is part of a manifest, for which the room is made.
            setup
                .granted
                .extend_from_slice(manifest.permissions.as_bytes())
                .ok()?;
            setup.sequence = manifest.sequence;
            life.kind = manifest.kind;
            life.trial = manifest.confirm.filter(|_| on_trial).map(|confirm| Trial {
                policy: confirm.policy,
                ends: now.saturating_add(u64::from(confirm.probation_s) * 1_000_000),
            });
            setup.may_confirm = life.trial.is_some_and(|trial| trial.policy == Policy::Script);
            Some((setup.limits.heap_bytes, setup.limits.fuel_per_event))
        });
        let length = self.store.info(slot).payload_len;
        let Some(Some((heap_bytes, fuel))) = heap else {
            self.end_badly(pair, slot, Reason::Damaged);
            return;
        };
        #[cfg(feature = "stacks")]
        if self
            .lives
            .get(pair)
            .is_some_and(|life| life.kind == Kind::Composition)
        {
            if self.start_stacks(pair, slot) {
                if let Some(life) = self.lives.get_mut(pair) {
                    life.started = true;
                    life.starts_failed = 0;
                    life.version = life.version.wrapping_add(1);
                }
                self.enter(pair, Phase::Run(slot));
            }
            return;
        }
        #[cfg(feature = "stacks")]
        self.stacks.end(pair, self.now);
        if let (Some(engine), Some(life)) = (self.engines.get_mut(pair), self.lives.get_mut(pair)) {
            life.started = false;
            if engine.load(length, heap_bytes) {
                life.job = Some(Job::top(fuel));
            } else {
                life.error.clear().text("the heap limit is too small to start");
                self.end_badly(pair, slot, Reason::Memory);
                return;
            }
        }
        self.enter(pair, Phase::Run(slot));
    }

    /// Confirms or ends the trial of what runs when its time has come.
    pub(super) fn watch_trial(&mut self, pair: usize, slot: Slot) -> bool {
        let (Some(life), Some(setup)) = (self.lives.get(pair), self.setups.get(pair)) else {
            return false;
        };
        let Some(trial) = life.trial else { return false };
        let ended = trial.ends <= self.now;
        let confirmed = match trial.policy {
            Policy::Auto => ended && life.started,
            Policy::Script => setup.confirmed,
            Policy::Operator => false,
        };
        if confirmed {
            let started = self.store.confirm(slot);
            return self.operation(pair, started, Then::Confirmed);
        }
        // A start that takes longer than an automatic probation is the fuel limit's business, not this one's.
        if ended && trial.policy != Policy::Auto {
            self.end_badly(pair, slot, Reason::Probation);
            return true;
        }
        false
    }

    /// The start failed, or a trial did: tear down, and either mark it or try again.
    pub(crate) fn end_badly(&mut self, pair: usize, slot: Slot, reason: Reason) {
        self.teardown(pair);
        let info = self.store.info(slot);
        let again_at = self.now.saturating_add(REST_US);
        let Some(life) = self.lives.get_mut(pair) else {
            return;
        };
        let durable = info.state != State::Confirmed || matches!(reason, Reason::Damaged | Reason::Reverted);
        if !matches!(reason, Reason::Threw | Reason::Memory | Reason::Fuel) || life.error.as_str().is_empty()
        {
            // The others were explained in more detail where they happened.
            life.fail_text(info.sequence, reason as u8);
        }
        if durable {
            life.trial = None;
            self.enter(pair, Phase::Fail(slot, reason));
            return;
        }
        life.starts_failed = life.starts_failed.saturating_add(1);
        let phase = if life.starts_failed < MAX_FAILED_STARTS {
            Phase::Rest(again_at)
        } else {
            Phase::Down
        };
        self.enter(pair, phase);
    }

    /// What is shown of a container from now on, read from a slot's manifest and put in its place at once: it is 100 B that would lie on
    /// the stack of whatever reads a manifest.
    #[inline(never)]
    fn show(&mut self, pair: usize, slot: Option<Slot>) {
        if let Some(life) = self.lives.get_mut(pair) {
            life.shown = None;
        }
        let Some(slot) = slot else { return };
        self.with_manifest(slot, |inner, signed| {
            let manifest = signed.manifest;
            let (Some(payload), Some(life)) = (manifest.payload, inner.lives.get_mut(pair)) else {
                return;
            };
            let current = Current {
                sequence: manifest.sequence,
                digest: signed.sign1.manifest_digest(),
                payload_digest: *payload.sha256,
                envelope_len: signed.envelope.len() as u16,
                payload_len: payload.length,
                text_form: manifest.kind == Kind::Script,
            };
            life.shown = Some(Shown {
                slot,
                kind: manifest.kind,
                current,
            });
        });
    }

    /// Reads what is shown of a container: what runs, or would.
    pub(crate) fn refresh(&mut self, pair: usize) {
        let Some(life) = self.lives.get(pair) else { return };
        let slot = match life.phase {
            Phase::Check(slot) | Phase::Attempt(slot) | Phase::Run(slot) => Some(slot),
            _ => [State::Confirmed, State::Trial, State::Stored]
                .into_iter()
                .find_map(|state| self.store.newest(pair, state)),
        };
        self.show(pair, slot);
        let mut id = [0; 16];
        let id = self.store.id(pair).map(|from| {
            for (to, from) in id.iter_mut().zip(from) {
                *to = *from;
            }
            id.get(..from.len()).unwrap_or(&[])
        });
        let tried = id.and_then(|id| self.store.tried(&mut self.flash, id).ok()?);
        if let (Some(setup), Some(id)) = (self.setups.get_mut(pair), id.and_then(motebox_coap::Id::new)) {
            setup.id = Some(id);
        }
        if let Some(life) = self.lives.get_mut(pair) {
            life.tried = tried.map(|tried| tried.sequence);
        }
    }
}
