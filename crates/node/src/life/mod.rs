//! The life of each container: what is to run, its trial, how it ends, and what is fallen back to
//! (`docs/spec/lifecycle.md`).
//!
//! Everything durable is a mark in the store; what is kept here can be lost at any time. One step at a time: [`Inner::advance`]
//! starts at most one flash operation, or reads one piece of a payload.

mod check;
mod trial;

pub(crate) use check::{Check, Checked};

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
    #[inline(never)]
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

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
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
            self.begin_check(slot);
            return true;
        }
        match self.check_further() {
            Some(Ok(Checked::More)) => true,
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

    /// A function of its own, as the next one: the state of a check lies on their stack, and not below the start of what was
    /// checked.
    #[inline(never)]
    fn begin_check(&mut self, slot: Slot) {
        self.check = Some(Check::new(slot));
    }

    /// A piece of the check under way; `None` if there is none, or its slot's container cannot be read.
    #[inline(never)]
    fn check_further(&mut self) -> Option<Result<Checked, Error>> {
        let mut check = self.check.take()?;
        let checked = self.check_on(&mut check);
        if matches!(checked, Some(Ok(Checked::More))) {
            self.check = Some(check);
        }
        checked
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
}
