//! The life of each container: what is to run, its trial, how it ends, and what is fallen back to
//! (`docs/spec/lifecycle.md`).
//!
//! Everything durable is a mark in the store; what is kept here can be lost at any time. One step at a time: [`Inner::advance`]
//! starts at most one flash operation, or reads one piece of a payload.

use crate::config::{Board, Flash};
use crate::inner::{Inner, Then};
use crate::run::{Job, Waiting};
use motebox_coap::Current;
use motebox_envelope::{Kind, MAX_SIGN1, Manifest, PayloadCheck, PayloadError, Place, Policy, Sign1};
use motebox_script::message::Message;
use motebox_script::permission::Limits;
use motebox_store::{Error, Slot, State, Store};

/// Starts of one trial; with the last one the device was reset during it so often, less one.
pub const MAX_STARTS: u32 = 4;
/// Events of one trial that may be killed for fuel; with the last one the trial has failed.
pub const MAX_KILLS: u8 = 3;
/// Starts in a row of a confirmed container that may fail; after the last one it stays down.
pub const MAX_FAILED_STARTS: u8 = 3;
/// How long a confirmed container rests before it is started again, in microseconds.
const REST_US: u64 = 1_000_000;
/// Bytes of payload that are read back and hashed in one step.
const CHECK_STEP: usize = 256;
/// The kind of attempt that a start is, in the store's marks.
const ATTEMPT_START: u8 = 1;

/// Why a container failed; the numbers are kept in flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Reason {
    /// An exception that nobody caught, at the start; of a composition, that it was refused.
    Threw = 1,
    /// It ran out of memory.
    Memory = 2,
    /// It was killed for fuel too often.
    Fuel = 3,
    /// The device was reset too often during the trial.
    Resets = 4,
    /// The probation ended and nobody had confirmed it.
    Probation = 5,
    /// An operator's command.
    Reverted = 6,
    /// The payload in flash is not the one that was signed.
    Damaged = 7,
    /// A newer one came during the trial.
    Superseded = 8,
    /// The store does not let its sequence be tried.
    Sequence = 9,
}

impl Reason {
    fn text(code: u8) -> &'static str {
        const TEXTS: [&str; 9] = [
            "threw at start",
            "ran out of memory",
            "was killed for fuel",
            "was reset too often",
            "was not confirmed in time",
            "was reverted",
            "is damaged in flash",
            "gave way to a newer one",
            "has a used sequence",
        ];
        TEXTS
            .get(usize::from(code).wrapping_sub(1))
            .copied()
            .unwrap_or("failed")
    }
}

/// What a container is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// To be found out from the store.
    Choose,
    /// The payload is read back before it may run.
    Check(Slot),
    /// The trial was marked; the start has to be.
    Attempt(Slot),
    /// The engine has it.
    Run(Slot),
    /// To be marked as failed.
    Fail(Slot, Reason),
    /// Waits to be started again.
    Rest(u64),
    /// Nothing runs until something new comes.
    Down,
    /// Stopped by a command.
    Stopped,
}

/// The trial of what runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trial {
    pub(crate) policy: Policy,
    pub(crate) ends: u64,
}

/// One container's life.
// What is small comes first: a Cortex-M0 reaches the first 31 bytes and the first 31 words of a struct with one instruction, and what
// lies behind with three. So in `Setup` and `Inner`.
#[repr(C)]
pub(crate) struct Life {
    /// The top level ended or waits.
    pub(crate) started: bool,
    /// Which kind of event is looked at first.
    pub(crate) turn: u8,
    pub(crate) kills: u8,
    pub(crate) starts_failed: u8,
    /// Of what was started last.
    kind: Kind,
    /// Slots that may not run before the next boot: their key is not trusted (any more).
    barred: [bool; 2],
    /// The start of this trial was marked since boot.
    attempted: Option<Slot>,
    /// Changes whenever the status does.
    pub(crate) version: u32,
    pub(crate) fuel_kills: u32,
    pub(crate) tried: Option<u32>,
    pub(crate) phase: Phase,
    pub(crate) trial: Option<Trial>,
    pub(crate) error: Message,
    pub(crate) shown: Option<Shown>,
    pub(crate) job: Option<Job>,
    pub(crate) waiting: [Option<Waiting>; 2],
}

/// What is shown of a container without reading flash.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) slot: Slot,
    pub(crate) kind: Kind,
    pub(crate) current: Current,
}

impl Life {
    pub(crate) const fn new() -> Self {
        Life {
            phase: Phase::Choose,
            trial: None,
            kind: Kind::Script,
            started: false,
            attempted: None,
            barred: [false; 2],
            job: None,
            waiting: [const { None }; 2],
            turn: 0,
            kills: 0,
            fuel_kills: 0,
            starts_failed: 0,
            error: Message::new(),
            version: 0,
            shown: None,
            tried: None,
        }
    }

    /// Everything as at boot; the version goes on.
    pub(crate) fn forget(&mut self) {
        let version = self.version;
        *self = Life::new();
        self.version = version.wrapping_add(1);
    }

    #[inline(never)]
    pub(crate) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.version = self.version.wrapping_add(1);
    }

    pub(crate) fn running(&self) -> Option<Slot> {
        match self.phase {
            Phase::Run(slot) => Some(slot),
            _ => None,
        }
    }

    fn is_barred(&self, slot: Slot) -> bool {
        self.barred.get(usize::from(slot.half)).copied().unwrap_or(true)
    }

    pub(crate) fn fail_text(&mut self, sequence: u32, reason: u8) {
        self.error
            .clear()
            .number(sequence)
            .text(" ")
            .text(Reason::text(reason));
    }
}

/// A payload that is being read back.
pub(crate) struct Check {
    pub(crate) slot: Slot,
    at: u32,
    hash: PayloadCheck,
}

/// What was signed, as it lies in a slot.
pub(crate) struct Signed<'r> {
    pub(crate) sign1: &'r Sign1<'r>,
    pub(crate) manifest: &'r Manifest<'r>,
    envelope: &'r [u8],
}

/// What a step of a check found.
pub(crate) enum Checked {
    More,
    Good,
    Bad(PayloadError),
}

impl Check {
    pub(crate) fn new(slot: Slot) -> Self {
        Check {
            slot,
            at: 0,
            hash: PayloadCheck::new(),
        }
    }

    /// Reads on; at most [`CHECK_STEP`] bytes.
    pub(crate) fn step<F: Flash, const N: usize>(
        &mut self,
        store: &Store<N>,
        flash: &mut crate::flash::Counted<F>,
        kind: Kind,
        payload: &motebox_envelope::Payload<'_>,
    ) -> Result<Checked, Error> {
        let mut piece = [0; CHECK_STEP];
        let got = store.read(flash, self.slot, self.at, &mut piece)?;
        self.hash.update(piece.get(..got).unwrap_or(&[]));
        self.at += got as u32;
        if got == CHECK_STEP {
            return Ok(Checked::More);
        }
        match self.hash.clone().finish(kind, payload) {
            Ok(()) => Ok(Checked::Good),
            Err(error) => Ok(Checked::Bad(error)),
        }
    }
}

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    /// Reads a slot's COSE_Sign1 and looks at it.
    pub(crate) fn with_manifest<T>(
        &mut self,
        slot: Slot,
        mut look: impl FnMut(&mut Self, &Signed<'_>) -> T,
    ) -> Option<T> {
        let mut seen = None;
        self.look_at(slot, &mut |inner, signed| seen = Some(look(inner, signed)));
        seen
    }

    /// The part of it that is the same for everybody.
    #[inline(never)]
    fn look_at(&mut self, slot: Slot, look: &mut dyn FnMut(&mut Self, &Signed<'_>)) {
        let mut room = [0; MAX_SIGN1];
        let Ok(length) = self.store.manifest(&mut self.flash, slot, 0, &mut room) else {
            return;
        };
        let envelope = room.get(..length).unwrap_or(&[]);
        let parsed = Sign1::parse(envelope);
        let Ok(sign1) = &parsed else { return };
        let parsed = Manifest::parse(sign1.manifest);
        let Ok(manifest) = &parsed else { return };
        look(
            self,
            &Signed {
                sign1,
                manifest,
                envelope,
            },
        );
    }

    /// Reads the payload on that is being checked; none when its manifest cannot be read.
    #[inline(never)]
    pub(crate) fn check_on(&mut self, check: &mut Check) -> Option<Result<Checked, Error>> {
        self.with_manifest(check.slot, |inner, signed| {
            let manifest = signed.manifest;
            match &manifest.payload {
                Some(payload) => check.step(&inner.store, &mut inner.flash, manifest.kind, payload),
                None => Ok(Checked::Bad(PayloadError::Digest)),
            }
        })
    }

    /// One step of this container's life. Returns whether there is more to do at once. Called only when no flash operation
    /// is under way.
    pub(crate) fn advance(&mut self, pair: usize) -> bool {
        let Some(life) = self.lives.get(pair) else {
            return false;
        };
        match life.phase {
            Phase::Choose => self.choose(pair),
            Phase::Check(slot) => self.check_slot(pair, slot),
            Phase::Attempt(slot) => self.attempt(pair, slot),
            Phase::Fail(slot, reason) => {
                let started = self.store.fail(slot, reason as u8);
                self.operation(pair, started, Then::Choose)
            }
            Phase::Rest(until) if until <= self.now => {
                self.enter(pair, Phase::Choose);
                true
            }
            Phase::Run(slot) => self.watch_trial(pair, slot),
            Phase::Rest(_) | Phase::Down | Phase::Stopped => false,
        }
    }

    pub(crate) fn enter(&mut self, pair: usize, phase: Phase) {
        #[cfg(feature = "stacks")]
        if matches!(phase, Phase::Down | Phase::Stopped) {
            self.stacks.end(pair, self.now);
        }
        if let Some(life) = self.lives.get_mut(pair) {
            life.enter(phase);
        }
        self.refresh(pair);
    }

    /// Remembers what is to follow a flash operation that was begun; one that could not be begun takes the container down.
    pub(crate) fn operation(&mut self, pair: usize, started: Result<(), Error>, then: Then) -> bool {
        match started {
            Ok(()) => {
                self.then = Some((pair, then));
                true
            }
            Err(error) => {
                self.flash_failed(pair, error);
                true
            }
        }
    }

    pub(crate) fn flash_failed(&mut self, pair: usize, error: Error) {
        let text = match error {
            Error::Damaged => "the store is damaged: format it",
            Error::NoId(_) => "no room to remember another id",
            _ => "flash failed",
        };
        if let Some(life) = self.lives.get_mut(pair) {
            life.error.clear().text(text);
        }
        self.teardown(pair);
        self.enter(pair, Phase::Down);
    }

    /// What is to run: what was stored last, else what is on trial, else the newest confirmed one.
    fn choose(&mut self, pair: usize) -> bool {
        let Some(life) = self.lives.get(pair) else {
            return false;
        };
        let candidates = [State::Stored, State::Trial, State::Confirmed];
        let newest = candidates
            .into_iter()
            .find_map(|state| self.store.newest(pair, state));
        let usable = |slot: &Slot| !life.is_barred(*slot);
        let slot = newest.filter(usable).or_else(|| {
            // A barred one is no target; what else is confirmed may run.
            let confirmed = self.store.newest(pair, State::Confirmed).filter(usable);
            confirmed.or_else(|| self.store.previous(pair).filter(usable))
        });
        if life.error.as_str().is_empty() {
            self.explain_failure(pair, slot);
        }
        self.enter(pair, slot.map_or(Phase::Down, Phase::Check));
        true
    }

    /// After a boot: why a newer container than the one that is to run did not stay.
    fn explain_failure(&mut self, pair: usize, chosen: Option<Slot>) {
        let Some(failed) = self.store.newest(pair, State::Failed) else {
            return;
        };
        let info = self.store.info(failed);
        if chosen.is_some_and(|slot| self.store.info(slot).generation > info.generation) {
            return;
        }
        if let (Ok(Some(reason)), Some(life)) = (
            self.store.reason(&mut self.flash, failed),
            self.lives.get_mut(pair),
        ) {
            life.fail_text(info.sequence, reason);
        }
    }

    fn check_slot(&mut self, pair: usize, slot: Slot) -> bool {
        if self.check.as_ref().is_none_or(|check| check.slot != slot) {
            if !self.is_trusted(slot) {
                return self.bar(pair, slot);
            }
            self.check = Some(Check::new(slot));
            return true;
        }
        let Some(mut check) = self.check.take() else {
            return true;
        };
        let checked = self.check_on(&mut check);
        match checked {
            Some(Ok(Checked::More)) => {
                self.check = Some(check);
                true
            }
            Some(Ok(Checked::Good)) => self.passed(pair, slot),
            Some(Err(error)) => {
                self.flash_failed(pair, error);
                true
            }
            Some(Ok(Checked::Bad(_))) | None => {
                self.log_line(pair, b"the payload in flash is not the signed one");
                self.end_badly(pair, slot, Reason::Damaged);
                true
            }
        }
    }

    /// Whether the key that signed a slot's container is still trusted with it, and it is for this device.
    fn is_trusted(&mut self, slot: Slot) -> bool {
        let trusted = self.with_manifest(slot, |inner, signed| {
            let manifest = signed.manifest;
            let place = Place {
                id: manifest.id,
                there: manifest.base,
                tried: None,
                ..inner.place()
            };
            motebox_envelope::check(signed.sign1, manifest, &place, &inner.config.keys).is_ok()
        });
        trusted.unwrap_or(false)
    }

    fn bar(&mut self, pair: usize, slot: Slot) -> bool {
        let sequence = self.store.info(slot).sequence;
        if let Some(life) = self.lives.get_mut(pair) {
            if let Some(barred) = life.barred.get_mut(usize::from(slot.half)) {
                *barred = true;
            }
            life.error
                .clear()
                .number(sequence)
                .text(" is not trusted any more");
        }
        self.enter(pair, Phase::Choose);
        true
    }

    /// The payload is the signed one: on to the trial, or to its start.
    fn passed(&mut self, pair: usize, slot: Slot) -> bool {
        match self.store.info(slot).state {
            State::Stored => self.begin_trial(pair, slot),
            State::Trial => {
                self.enter(pair, Phase::Attempt(slot));
                true
            }
            State::Confirmed => {
                self.start(pair, slot);
                true
            }
            _ => {
                self.enter(pair, Phase::Choose);
                true
            }
        }
    }

    fn begin_trial(&mut self, pair: usize, slot: Slot) -> bool {
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

    fn attempt(&mut self, pair: usize, slot: Slot) -> bool {
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
    fn watch_trial(&mut self, pair: usize, slot: Slot) -> bool {
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

    /// Reads what is shown of a container: what runs, or would.
    pub(crate) fn refresh(&mut self, pair: usize) {
        let Some(life) = self.lives.get(pair) else { return };
        let slot = match life.phase {
            Phase::Check(slot) | Phase::Attempt(slot) | Phase::Run(slot) => Some(slot),
            _ => [State::Confirmed, State::Trial, State::Stored]
                .into_iter()
                .find_map(|state| self.store.newest(pair, state)),
        };
        let shown = slot.and_then(|slot| {
            self.with_manifest(slot, |_, signed| {
                let manifest = signed.manifest;
                let payload = manifest.payload?;
                let current = Current {
                    sequence: manifest.sequence,
                    digest: signed.sign1.manifest_digest(),
                    payload_digest: *payload.sha256,
                    envelope_len: signed.envelope.len() as u16,
                    payload_len: payload.length,
                    text_form: manifest.kind == Kind::Script,
                };
                Some(Shown {
                    slot,
                    kind: manifest.kind,
                    current,
                })
            })?
        });
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
            life.shown = shown;
            life.tried = tried.map(|tried| tried.sequence);
        }
    }
}
