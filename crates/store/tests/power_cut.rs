//! Power goes in every program and erase of every operation, and leaves the cells in every way the mock knows. Then: the
//! old container or the new one, whole; nothing that must not go down has; and the operation can be completed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

/// A caller of the store, shared by the test files.
mod common;

use common::*;
use motebox_store::mock::{Cells, Tear};
use motebox_store::{Error, Resume, State};

const A1: Container = Container::new("alarm", 1);
const A2: Container = Container::new("alarm", 2);
const A3: Container = Container::new("alarm", 3);
const B1: Container = Container::new("b", 1);

/// What is interrupted. Every one can be called again and then completes what is missing.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// The payload's first half, no more.
    Half(Container),
    Trial(Container),
    Confirm(Container),
    Fail(Container),
    Revert(&'static str),
    Trust(u32),
    Delete(&'static str),
    Forget(&'static str),
    Abandon(&'static str),
    Format,
}

impl Act {
    fn run<const W: usize, const E: usize>(
        self,
        store: &mut TestStore,
        flash: &mut Flash<W, E>,
    ) -> Result<(), Error> {
        match self {
            Act::Half(container) => {
                let slot = bring(store, flash, container, State::Receiving)?;
                let payload = container.payload();
                return receive(store, flash, slot.pair.into(), &payload[..payload.len() / 2]);
            }
            Act::Trial(container) => {
                bring(store, flash, container, State::Trial)?;
                return Ok(());
            }
            Act::Confirm(container) => {
                bring(store, flash, container, State::Confirmed)?;
                return Ok(());
            }
            Act::Fail(container) => {
                let pair = store.find(container.id.as_bytes());
                let failed = pair.and_then(|pair| store.newest(pair, State::Failed));
                if failed.is_none_or(|slot| store.info(slot).sequence != container.sequence) {
                    let slot = bring(store, flash, container, State::Trial)?;
                    store.fail(slot, THREW)?;
                }
            }
            Act::Revert(id) => {
                let pair = store.find(id.as_bytes()).unwrap();
                if store.previous(pair).is_some() {
                    store.revert(pair, REVERTED)?;
                }
            }
            Act::Trust(version) => return trust(store, flash, version),
            Act::Delete(id) => match store.find(id.as_bytes()) {
                Some(pair) => store.delete(pair)?,
                None => return Ok(()),
            },
            Act::Forget(id) => match store.forget_tried(flash, id.as_bytes()) {
                Err(Error::State) => return Ok(()),
                other => other?,
            },
            Act::Abandon(id) => match store
                .find(id.as_bytes())
                .and_then(|pair| store.newest(pair, State::Receiving))
            {
                Some(slot) => store.abandon(slot.pair.into())?,
                None => return Ok(()),
            },
            Act::Format => store.format()?,
        }
        store.run_to_end(flash, &[])
    }
}

/// What a user would see of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
struct View {
    /// Of `alarm` and `b`: the confirmed container's sequence, what else could run, and `tried`.
    confirmed: [Option<u32>; 2],
    trial: [Option<u32>; 2],
    tried: [u32; 2],
    trust: Option<u32>,
}

fn view<const W: usize, const E: usize>(store: &TestStore, flash: &mut Flash<W, E>) -> View {
    let mut view = View {
        confirmed: [None; 2],
        trial: [None; 2],
        tried: [0; 2],
        trust: None,
    };
    assert!(!store.damaged(), "a cut looks like damage");
    for (index, id) in ["alarm", "b"].into_iter().enumerate() {
        view.tried[index] = store
            .tried(flash, id.as_bytes())
            .unwrap()
            .map_or(0, |tried| tried.sequence);
        let Some(pair) = store.find(id.as_bytes()) else {
            continue;
        };
        assert_eq!(store.id(pair), Some(id.as_bytes()));
        for state in [State::Stored, State::Trial, State::Confirmed] {
            let Some(slot) = store.newest(pair, state) else {
                continue;
            };
            let sequence = store.info(slot).sequence;
            assert!(whole(store, flash, slot), "{state:?} {sequence} is not whole");
            assert!(payload_of(store, flash, slot) == Container::new(id, sequence).payload());
            if state >= State::Trial {
                assert!(
                    view.tried[index] >= sequence,
                    "{sequence} runs, tried is {}",
                    view.tried[index]
                );
            }
            match state {
                State::Confirmed => view.confirmed[index] = Some(sequence),
                State::Trial => view.trial[index] = Some(sequence),
                _ => {}
            }
        }
    }
    if let Some((version, len)) = store.trust() {
        let mut bytes = vec![0; len as usize];
        store.read_trust(flash, 0, &mut bytes).unwrap();
        assert!(bytes == trust_bytes(version), "trust {version} is not whole");
        view.trust = Some(version);
    }
    view
}

fn mounted<const W: usize, const E: usize>(resume: Resume, flash: &mut Flash<W, E>) -> TestStore {
    let before = flash.operations();
    let store = TestStore::mount(layout::<W, E>(resume), flash).unwrap();
    assert_eq!(before, flash.operations(), "mounting changes flash");
    store
}

fn mounted_twice<const W: usize, const E: usize>(resume: Resume, flash: &mut Flash<W, E>) {
    let (store, again) = (mounted(resume, flash), mounted(resume, flash));
    assert_eq!(
        format!("{store:?}"),
        format!("{again:?}"),
        "mounting twice gives two answers"
    );
}

fn settled<const W: usize, const E: usize>(resume: Resume, flash: &mut Flash<W, E>) -> TestStore {
    let mut store = mounted(resume, flash);
    store.settle().unwrap();
    store.run_to_end(flash, &[]).unwrap();
    store
}

/// Names the cut when an assertion anywhere below it fails.
struct Place(String);

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in: {}", self.0);
        }
    }
}

struct Scenario {
    name: &'static str,
    before: &'static [Act],
    act: Act,
}

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "first install",
        before: &[],
        act: Act::Confirm(A1),
    },
    Scenario {
        name: "update",
        before: &[Act::Confirm(A1)],
        act: Act::Confirm(A2),
    },
    Scenario {
        name: "update over an older confirmed one",
        before: &[Act::Confirm(A1), Act::Confirm(A2)],
        act: Act::Confirm(A3),
    },
    Scenario {
        name: "trial that fails",
        before: &[Act::Confirm(A1)],
        act: Act::Fail(A2),
    },
    Scenario {
        name: "first trial fails",
        before: &[],
        act: Act::Fail(A1),
    },
    Scenario {
        name: "update over a failed one",
        before: &[Act::Confirm(A1), Act::Fail(A2)],
        act: Act::Confirm(A3),
    },
    Scenario {
        name: "revert",
        before: &[Act::Confirm(A1), Act::Confirm(A2)],
        act: Act::Revert("alarm"),
    },
    Scenario {
        name: "update after a revert",
        before: &[Act::Confirm(A1), Act::Confirm(A2), Act::Revert("alarm")],
        act: Act::Confirm(A3),
    },
    Scenario {
        name: "first trust",
        before: &[],
        act: Act::Trust(1),
    },
    Scenario {
        name: "trust update",
        before: &[Act::Confirm(A1), Act::Trust(1), Act::Trust(2)],
        act: Act::Trust(7),
    },
    Scenario {
        name: "delete",
        before: &[Act::Confirm(A1), Act::Confirm(A2)],
        act: Act::Delete("alarm"),
    },
    Scenario {
        name: "another id",
        before: &[Act::Confirm(A1), Act::Confirm(A2)],
        act: Act::Confirm(B1),
    },
    Scenario {
        name: "forget tried",
        before: &[Act::Confirm(B1), Act::Delete("b"), Act::Confirm(A1)],
        act: Act::Forget("b"),
    },
    Scenario {
        name: "give a reception up",
        before: &[Act::Confirm(A1), Act::Half(A2)],
        act: Act::Abandon("alarm"),
    },
    Scenario {
        name: "go on with a reception",
        before: &[Act::Confirm(A1), Act::Half(A2)],
        act: Act::Confirm(A2),
    },
    Scenario {
        name: "pre-empt a reception",
        before: &[Act::Confirm(A1), Act::Half(A2)],
        act: Act::Confirm(A3),
    },
    Scenario {
        name: "pre-empt a trial",
        before: &[Act::Confirm(A1), Act::Trial(A2)],
        act: Act::Confirm(A3),
    },
    Scenario {
        name: "pre-empt the first trial",
        before: &[Act::Trial(A1)],
        act: Act::Confirm(A2),
    },
    Scenario {
        name: "format",
        before: &[Act::Confirm(A1), Act::Trust(1)],
        act: Act::Format,
    },
];

fn check(scenario: &Scenario, old: &View, seen: &View, goal: &View) {
    let formats = matches!(scenario.act, Act::Format);
    for id in 0..2 {
        let confirmed = seen.confirmed[id];
        // The old or the new, never neither, never something else.
        assert!(
            confirmed == old.confirmed[id] || confirmed == goal.confirmed[id],
            "{old:?} {seen:?}"
        );
        let forgets = matches!(scenario.act, Act::Forget(_)) && seen.tried[id] == goal.tried[id];
        assert!(
            formats || forgets || seen.tried[id] >= old.tried[id],
            "tried went down: {old:?} {seen:?}"
        );
    }
    assert!(
        formats || seen.trust >= old.trust,
        "trust went down: {old:?} {seen:?}"
    );
}

/// Cuts a scenario at each operation; returns how many cuts were tried.
fn cut_everywhere<const W: usize, const E: usize>(scenario: &Scenario, cells: Cells, resume: Resume) -> u32 {
    let mut start = blank::<W, E>(cells);
    let mut store = settled(resume, &mut start);
    for act in scenario.before {
        act.run(&mut store, &mut start).unwrap();
    }
    let old = view(&store, &mut start);
    let mut flash = start.clone();
    let before = flash.operations();
    let mut store = settled(resume, &mut flash);
    scenario.act.run(&mut store, &mut flash).unwrap();
    let goal = view(&store, &mut flash);
    let count = flash.operations() - before;
    assert!(count > 0 && flash.violations() == 0, "{}", scenario.name);

    let mut cuts = 0;
    for at in 0..count {
        for tear in Tear::ALL {
            let seeds = if matches!(tear, Tear::Before | Tear::Touched | Tear::After) {
                1
            } else {
                2
            };
            for seed in 0..seeds {
                let _place = Place(format!(
                    "{W}/{E} {cells:?} {resume:?} {}, cut {at} {tear:?} {seed}",
                    scenario.name
                ));
                let mut flash = start.clone();
                let mut store = settled(resume, &mut flash);
                flash.cut_after(at, tear, seed + 1000 * at);
                let cut = scenario.act.run(&mut store, &mut flash);
                assert!(flash.is_off() && matches!(cut, Err(Error::Flash(_))), "{cut:?}");
                flash.power_up();
                mounted_twice(resume, &mut flash);
                // What the first mount shows, once settled, stays.
                let mut floor = old.clone();
                for _ in 0..2 {
                    flash.power_up();
                    let store = settled(resume, &mut flash);
                    let seen = view(&store, &mut flash);
                    check(scenario, &floor, &seen, &goal);
                    check(scenario, &old, &seen, &goal);
                    (floor.tried, floor.trust) = (seen.tried, seen.trust);
                }
                // It goes on, and is complete afterwards, and still after a pause.
                let mut store = settled(resume, &mut flash);
                scenario
                    .act
                    .run(&mut store, &mut flash)
                    .unwrap_or_else(|error| panic!("stuck: {error:?}"));
                for _ in 0..2 {
                    flash.power_up();
                    let mut store = settled(resume, &mut flash);
                    if cells == Cells::Unstable && matches!(scenario.act, Act::Delete(_)) {
                        // A block that was half erased may read as before again: whoever deletes repeats it.
                        scenario.act.run(&mut store, &mut flash).unwrap();
                    }
                    assert_eq!(view(&store, &mut flash), goal);
                }
                assert_eq!(flash.violations(), 0, "a unit was programmed twice");
                cuts += 1;
            }
        }
    }
    cuts
}

fn all<const W: usize, const E: usize>() {
    let mut cuts = 0;
    for scenario in SCENARIOS {
        cuts += cut_everywhere::<W, E>(scenario, Cells::Plain, Resume::Unit);
        cuts += cut_everywhere::<W, E>(scenario, Cells::Strict, Resume::Unit);
        cuts += cut_everywhere::<W, E>(scenario, Cells::Unstable, Resume::Block);
    }
    println!("write unit {W}, erase block {E}: {cuts} cuts");
}

#[test]
fn samr21_pages_of_64_rows_of_256() {
    all::<64, 256>();
}

#[test]
fn stm32f1_half_words_pages_of_1024() {
    all::<2, 1024>();
}

#[test]
fn nrf52_words_pages_of_4096() {
    all::<4, 4096>();
}

#[test]
fn bytes_blocks_of_256() {
    all::<1, 256>();
}

/// A delete is cut, and the slot reads empty. Another id takes the pair. When the deleted container appears after all, it
/// must not be taken for the other id's, or the other way round.
#[test]
fn a_slot_that_appears_late_keeps_its_distance() {
    let mut start = blank::<4, 256>(Cells::Unstable);
    let mut store = settled(Resume::Block, &mut start);
    for act in [Act::Confirm(A1), Act::Confirm(A2)] {
        act.run(&mut store, &mut start).unwrap();
    }
    // The second id fits nowhere but into the pair that becomes free.
    bring(
        &mut store,
        &mut start,
        Container::new("other", 1),
        State::Confirmed,
    )
    .unwrap();
    let mut taken = 0;
    for at in 0..2 {
        for seed in 0..60 {
            let mut flash = start.clone();
            let mut store = settled(Resume::Block, &mut flash);
            flash.cut_after(at, Tear::Bits, seed);
            assert!(Act::Delete("alarm").run(&mut store, &mut flash).is_err());
            flash.power_up();
            let mut store = settled(Resume::Block, &mut flash);
            if store.find(b"alarm").is_some() {
                continue;
            }
            taken += 1;
            Act::Confirm(B1).run(&mut store, &mut flash).unwrap();
            for _ in 0..8 {
                flash.power_up();
                let store = settled(Resume::Block, &mut flash);
                assert_eq!(
                    view(&store, &mut flash).confirmed,
                    [None, Some(1)],
                    "cut {at}, seed {seed}"
                );
            }
        }
    }
    assert!(taken > 10, "the slot never read empty: {taken}");
}

/// A revert is cut, and its mark reads blank. The other slot goes to an update. When the mark appears after all, the last
/// confirmed container must not go with it.
#[test]
fn a_mark_that_appears_late_takes_nothing_away() {
    let mut start = blank::<4, 256>(Cells::Unstable);
    let mut store = settled(Resume::Block, &mut start);
    for act in [Act::Confirm(A1), Act::Confirm(A2)] {
        act.run(&mut store, &mut start).unwrap();
    }
    let mut appeared = 0;
    for seed in 0..200 {
        let mut flash = start.clone();
        let mut store = settled(Resume::Block, &mut flash);
        flash.cut_after(0, Tear::Bits, seed);
        assert!(Act::Revert("alarm").run(&mut store, &mut flash).is_err());
        flash.power_up();
        let mut store = settled(Resume::Block, &mut flash);
        if view(&store, &mut flash).confirmed[0] != Some(2) {
            continue;
        }
        Act::Half(A3).run(&mut store, &mut flash).unwrap();
        let quiet = flash.bytes().to_vec();
        for _ in 0..8 {
            flash.power_up();
            appeared += u32::from(flash.bytes() != quiet);
            let mut store = settled(Resume::Block, &mut flash);
            assert_eq!(view(&store, &mut flash).confirmed[0], Some(2), "seed {seed}");
            Act::Half(A3).run(&mut store, &mut flash).unwrap();
        }
        let mut store = settled(Resume::Block, &mut flash);
        Act::Confirm(A3).run(&mut store, &mut flash).unwrap();
        assert_eq!(view(&store, &mut flash).confirmed[0], Some(3));
    }
    assert!(appeared > 20, "the mark never appeared: {appeared}");
}
