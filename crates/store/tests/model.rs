//! Random operations with random power cuts against a model that fits on a page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

/// A caller of the store, shared by the test files.
mod common;

use std::collections::BTreeMap;

use common::*;
use motebox_store::mock::{Cells, Tear};
use motebox_store::{Error, Header, Resume, Slot, State};
use proptest::prelude::*;

const IDS: [&str; 3] = ["alarm", "b", "sixteen-letters."];
const W: usize = 4;
const E: usize = 256;

/// One call of the store, as the caller sees it. Which slot it means follows from the state.
#[derive(Debug, Clone, Copy)]
enum Call {
    Begin(usize),
    /// So many bytes more.
    Write(usize, usize),
    Commit(usize),
    Trial(usize),
    Attempt(usize),
    Confirm(usize),
    Fail(usize, State),
    Revert(usize),
    Delete(usize),
    Abandon(usize),
    Forget(usize),
    Trust(u32),
}

fn call() -> impl Strategy<Value = Call> {
    let id = || 0..IDS.len();
    let state = prop_oneof![Just(State::Stored), Just(State::Trial), Just(State::Confirmed)];
    prop_oneof![
        4 => id().prop_map(Call::Begin),
        4 => (id(), 1..500usize).prop_map(|(id, len)| Call::Write(id, len)),
        6 => id().prop_map(Call::Commit),
        6 => id().prop_map(Call::Trial),
        2 => id().prop_map(Call::Attempt),
        6 => id().prop_map(Call::Confirm),
        2 => (id(), state).prop_map(|(id, state)| Call::Fail(id, state)),
        1 => id().prop_map(Call::Revert),
        1 => id().prop_map(Call::Delete),
        1 => id().prop_map(Call::Abandon),
        1 => id().prop_map(Call::Forget),
        2 => (1..9u32).prop_map(Call::Trust),
    ]
}

/// What must be in flash: slot by slot, its id, sequence and state; what was tried; the trust version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Model {
    slots: BTreeMap<(u8, u8), (usize, u32, State)>,
    tried: BTreeMap<usize, u32>,
    trust: u32,
}

impl Model {
    /// Reads a store back as a model, and checks that what could run is whole.
    fn seen(store: &TestStore, flash: &mut Flash<W, E>) -> Self {
        let mut model = Model::default();
        for pair in 0..PAIRS as u8 {
            for half in 0..2 {
                let (slot, place) = (Slot { pair, half }, (pair, half));
                let info = store.info(slot);
                if info.state == State::Empty {
                    continue;
                }
                let id = IDS
                    .iter()
                    .position(|id| store.id(pair.into()) == Some(id.as_bytes()))
                    .unwrap();
                let container = Container::new(IDS[id], info.sequence);
                let payload = payload_of(store, flash, slot);
                // Property: whatever is there was sent, in its place (never bytes of another container or of before).
                assert!(container.payload().starts_with(&payload), "{slot:?} {info:?}");
                assert_eq!(container.manifest(), manifest_of(store, flash, slot));
                // Property: what is stored, tried or confirmed is whole.
                assert!(info.state == State::Receiving || whole(store, flash, slot));
                model.slots.insert(place, (id, info.sequence, info.state));
            }
        }
        for (id, name) in IDS.iter().enumerate() {
            if let Some(tried) = store.tried(flash, name.as_bytes()).unwrap() {
                model.tried.insert(id, tried.sequence);
            }
        }
        if let Some((version, len)) = store.trust() {
            let mut bytes = vec![0; len as usize];
            store.read_trust(flash, 0, &mut bytes).unwrap();
            assert_eq!(bytes, trust_bytes(version));
            model.trust = version;
        }
        model
    }

    fn set(&mut self, slot: Slot, state: State) {
        self.slots.get_mut(&(slot.pair, slot.half)).unwrap().2 = state;
    }

    fn remove(&mut self, slot: Slot) {
        self.slots.remove(&(slot.pair, slot.half));
    }
}

/// Sequences rise with each `Begin`; some are stale on purpose.
fn next_sequence(model: &Model, id: usize, step: u32) -> u32 {
    let tried = model.tried.get(&id).copied().unwrap_or(0);
    if step.is_multiple_of(7) {
        tried.saturating_sub(1).max(1)
    } else {
        tried + 1
    }
}

/// Carries a call out, and says what flash must look like afterwards: what it may look like on the way there is the list's
/// rest. The model is not told what the store did, with one exception: which spare slot it chose.
fn carry_out(
    store: &mut TestStore,
    flash: &mut Flash<W, E>,
    model: &Model,
    call: Call,
    step: u32,
) -> (Vec<Model>, Result<(), Error>) {
    let mut after = model.clone();
    let newest = |store: &TestStore, id: usize, state| {
        let pair = store.find(IDS[id].as_bytes())?;
        store.newest(pair, state)
    };
    let mut between = Vec::new();
    let mut bytes = Vec::new();
    let started = match call {
        Call::Begin(id) => {
            let container = Container::new(IDS[id], next_sequence(model, id, step));
            let (payload, manifest, digest) = (container.payload(), container.manifest(), container.digest());
            let header = Header {
                id: container.id.as_bytes(),
                sequence: container.sequence,
                payload_len: payload.len() as u32,
                digest: &digest,
                manifest: &manifest,
            };
            let current = newest(store, id, State::Confirmed);
            bytes.clone_from(&manifest);
            store.begin(flash, &header).map(|slot| {
                // Property: the current confirmed container's slot is never taken.
                assert_ne!(Some(slot), current);
                after.remove(slot);
                between.push(after.clone());
                after
                    .slots
                    .insert((slot.pair, slot.half), (id, container.sequence, State::Receiving));
            })
        }
        Call::Write(id, len) => match newest(store, id, State::Receiving) {
            None => Err(Error::State),
            Some(slot) => {
                let payload = Container::new(IDS[id], store.info(slot).sequence).payload();
                let end = payload.len().min(store.offset(slot.pair.into()) as usize + len);
                receive(store, flash, slot.pair.into(), &payload[..end])
            }
        },
        Call::Commit(id) => match newest(store, id, State::Receiving) {
            None => Err(Error::State),
            Some(slot) => store
                .commit(slot.pair.into())
                .map(|()| after.set(slot, State::Stored)),
        },
        Call::Trial(id) => match newest(store, id, State::Stored) {
            None => Err(Error::State),
            Some(slot) => {
                let container = Container::new(IDS[id], store.info(slot).sequence);
                let started = store.start_trial(flash, slot, &container.tag());
                // Property: exactly the sequences below the one tried are stale.
                let tried = model.tried.get(&id).copied().unwrap_or(0);
                assert_eq!(started.is_err(), container.sequence < tried, "{started:?}");
                started.map(|()| {
                    after.tried.insert(id, container.sequence);
                    between.push(after.clone());
                    after.set(slot, State::Trial);
                })
            }
        },
        Call::Attempt(id) => match newest(store, id, State::Trial) {
            None => Err(Error::State),
            Some(slot) => store.attempt(flash, slot, START),
        },
        Call::Confirm(id) => match newest(store, id, State::Trial) {
            None => Err(Error::State),
            Some(slot) => store.confirm(slot).map(|()| after.set(slot, State::Confirmed)),
        },
        Call::Fail(id, state) => match newest(store, id, state) {
            None => Err(Error::State),
            Some(slot) => store.fail(slot, THREW).map(|()| after.set(slot, State::Failed)),
        },
        Call::Revert(id) => match newest(store, id, State::Confirmed) {
            None => Err(Error::State),
            Some(slot) => store
                .revert(slot.pair.into(), REVERTED)
                .map(|()| after.set(slot, State::Failed)),
        },
        Call::Delete(id) => match store.find(IDS[id].as_bytes()) {
            None => Err(Error::State),
            Some(pair) => {
                let current = newest(store, id, State::Confirmed).or(newest(store, id, State::Trial));
                store.delete(pair).map(|()| {
                    // Property: what runs goes last.
                    let last = current.unwrap_or(Slot {
                        pair: pair as u8,
                        half: 1,
                    });
                    after.remove(last.other());
                    between.push(after.clone());
                    after.remove(last);
                })
            }
        },
        Call::Abandon(id) => match newest(store, id, State::Receiving) {
            None => Err(Error::State),
            Some(slot) => store.abandon(slot.pair.into()).map(|()| after.remove(slot)),
        },
        Call::Forget(id) => store.forget_tried(flash, IDS[id].as_bytes()).map(|()| {
            after.tried.remove(&id);
        }),
        Call::Trust(version) => {
            bytes = trust_bytes(version);
            let set = store.set_trust(flash, version, &bytes);
            // Property: exactly the versions that do not rise are refused.
            assert_eq!(set.is_err(), version <= model.trust, "{set:?}");
            set.map(|()| after.trust = version)
        }
    };
    let done = started.and_then(|()| store.run_to_end(flash, &bytes));
    let mut allowed = vec![after];
    allowed.append(&mut between);
    (allowed, done)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    // Property of the model: without a cut, flash is as the call leaves the model; a call that is refused changes nothing;
    // after a cut, flash is as before the call, after it, or at the call's one named stop between (begin: the spare slot
    // is empty; trial: `tried` is raised; delete: the slot that does not run is gone). And no write unit is programmed twice.
    #[test]
    fn flash_is_as_before_or_after(
        calls in prop::collection::vec((call(), prop::option::weighted(0.2, (0..40u64, 0..7usize))), 1..60),
        strict in any::<bool>(),
        by_block in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let cells = if strict { Cells::Strict } else { Cells::Plain };
        let resume = if by_block { Resume::Block } else { Resume::Unit };
        let mut flash = blank::<W, E>(cells);
        let mut store = TestStore::mount(layout::<W, E>(resume), &mut flash).unwrap();
        let mut model = Model::default();
        for (step, (call, cut)) in calls.into_iter().enumerate() {
            if let Some((at, tear)) = cut {
                flash.cut_after(at, Tear::ALL[tear], seed.wrapping_add(step as u64));
            }
            let (allowed, done) = carry_out(&mut store, &mut flash, &model, call, step as u32);
            if flash.is_off() {
                flash.power_up();
                store = TestStore::mount(layout::<W, E>(resume), &mut flash).unwrap();
                store.settle().unwrap();
                store.run_to_end(&mut flash, &[]).unwrap();
                let seen = Model::seen(&store, &mut flash);
                prop_assert!(seen == model || allowed.contains(&seen), "{call:?}: {model:?} -> {seen:?}");
                model = seen;
            } else {
                flash.power_up();
                let seen = Model::seen(&store, &mut flash);
                let expected = if done.is_ok() { &allowed[0] } else { &model };
                prop_assert_eq!(&seen, expected, "{:?} {:?}", call, done);
                model = seen;
                // Property: a mount sees what the store has in RAM (but for bytes below a unit).
                let again = TestStore::mount(layout::<W, E>(resume), &mut flash).unwrap();
                prop_assert_eq!(&Model::seen(&again, &mut flash), &model);
            }
            prop_assert_eq!(flash.violations(), 0);
        }
    }
}
