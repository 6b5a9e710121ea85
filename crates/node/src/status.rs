//! What a container does, as numbers: for the firmware, and for the status report of the resource.

use crate::config::{Board, Flash};
use crate::inner::Inner;
use crate::life::Phase;
use motebox_coap::Id;
use motebox_store as store;

/// The states of a container; the numbers are those of the status report (`docs/spec/resource.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Nothing is in its slots.
    Empty = 0,
    /// The first one is being received.
    Receiving = 1,
    /// Verified, not started yet.
    Stored = 2,
    /// On trial.
    Trial = 3,
    /// It runs, or is to run.
    Confirmed = 4,
    /// It failed and nothing runs in its place.
    Failed = 5,
    /// Stopped by a command, or by [`crate::Node::shut_down`].
    Stopped = 6,
}

/// One container, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its id; `None` for a place that no container was bound to.
    pub id: Option<Id>,
    /// What it is about.
    pub state: State,
    /// Sequence of the container that the resource shows; 0 without one.
    pub sequence: u32,
    /// Bytes of its arena.
    pub arena_bytes: u32,
    /// Bytes of the arena in use.
    pub used_bytes: u32,
    /// The most that was ever in use since its engine was set up.
    pub high_water_bytes: u32,
    /// Fuel burnt since its engine was set up.
    pub fuel: u64,
}

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    pub(crate) fn state(&self, pair: usize) -> State {
        let Some(life) = self.lives.get(pair) else {
            return State::Empty;
        };
        let has = |state| self.store.newest(pair, state).is_some();
        match life.phase {
            Phase::Stopped => State::Stopped,
            Phase::Run(slot) if self.store.info(slot).state == store::State::Trial => State::Trial,
            Phase::Run(_) => State::Confirmed,
            _ if has(store::State::Stored) => State::Stored,
            _ if has(store::State::Trial) => State::Trial,
            Phase::Down if has(store::State::Confirmed) => State::Failed,
            _ if has(store::State::Confirmed) => State::Confirmed,
            _ if has(store::State::Failed) => State::Failed,
            _ if has(store::State::Receiving) => State::Receiving,
            _ => State::Empty,
        }
    }

    pub(crate) fn overview(&self, pair: usize) -> Option<Status> {
        let (life, engine) = (self.lives.get(pair)?, self.engines.get(pair)?);
        let memory = engine.memory();
        Some(Status {
            id: self.store.id(pair).and_then(Id::new),
            state: self.state(pair),
            sequence: life.shown.map_or(0, |shown| shown.current.sequence),
            arena_bytes: memory.size,
            used_bytes: memory.used,
            high_water_bytes: memory.high_water,
            fuel: engine.fuel_used(),
        })
    }
}
