extern crate std;
use super::*;
use proptest::prelude::*;
use std::vec::Vec;

const WATCH: Watch = Watch {
    device: 7,
    threshold: 800.0,
    comparison: Comparison::GreaterOrEqual,
};

#[test]
fn a_one_shot_fires_once() {
    let mut timers = Timers::<u8, 2>::new();
    let handle = timers.once(10, 5, 1).unwrap();
    assert_eq!(timers.due(14), None);
    assert_eq!(timers.next_deadline(), 15);
    assert_eq!(timers.due(15), Some(Due::Call(handle, 1)));
    assert_eq!(timers.due(100), None, "not due while its callback runs");
    assert_eq!(timers.done(handle, false, 16), Some(1));
    assert!(timers.is_empty());
    assert_eq!(timers.next_deadline(), NEVER);
}

#[test]
fn missed_periods_are_skipped_and_the_phase_is_kept() {
    let mut timers = Timers::<u8, 2>::new();
    let handle = timers.interval(0, 10_000, 1).unwrap();
    assert!(timers.due(10_000).is_some());
    assert_eq!(timers.done(handle, false, 47_000), None);
    assert_eq!(timers.next_deadline(), 50_000);
}

#[test]
fn a_callback_that_returns_false_stops_its_interval() {
    let mut timers = Timers::<u8, 2>::new();
    let handle = timers.interval(0, 10_000, 1).unwrap();
    assert!(timers.due(10_000).is_some());
    assert_eq!(timers.done(handle, true, 10_100), Some(1));
    assert_eq!(timers.next_deadline(), NEVER);
}

#[test]
fn a_change_makes_the_watches_of_that_device_due_and_nothing_else() {
    let mut timers = Timers::<u8, 3>::new();
    let watched = timers.watch(0, 100_000, WATCH, 1).unwrap();
    let other = Watch { device: 8, ..WATCH };
    timers.watch(0, 90_000, other, 2).unwrap();
    timers.interval(0, 80_000, 3).unwrap();
    timers.changed(9, 30_000);
    assert_eq!(timers.next_deadline(), 80_000);
    timers.changed(WATCH.device, 30_000);
    assert_eq!(timers.next_deadline(), 30_000);
    assert_eq!(timers.due(30_000), Some(Due::Poll(watched, WATCH)));
    assert_eq!(timers.observed(watched, Some(900.0), 30_000), Some(1));
    timers.changed(WATCH.device, 30_100);
    assert_eq!(timers.due(30_100), None, "its callback runs");
    assert_eq!(timers.done(watched, false, 30_200), None);
    // Its period begins anew at the change.
    assert_eq!(timers.next_deadline(), 80_000);
    assert!(matches!(timers.due(80_000), Some(Due::Call(_, 3))));
    assert!(matches!(timers.due(90_000), Some(Due::Poll(_, _))));
    assert_eq!(timers.next_deadline(), 130_000);
}

/// The prototype freed the timer object while its callback ran, and used it afterwards.
#[test]
fn clear_during_the_own_callback_leaves_nothing_to_use_after() {
    let mut timers = Timers::<u8, 1>::new();
    let handle = timers.interval(0, 10_000, 1).unwrap();
    assert!(timers.due(10_000).is_some());
    assert_eq!(timers.clear(handle), Some(1));
    // The callback sets up another timer, which gets the same slot, before it ends.
    let other = timers.once(10_000, 1, 2).unwrap();
    assert_ne!(handle, other);
    assert_eq!(timers.done(handle, true, 10_001), None);
    assert_eq!(timers.clear(handle), None);
    assert_eq!(timers.due(10_001), Some(Due::Call(other, 2)));
}

#[test]
fn a_watch_fires_on_the_edge_and_rearms_when_the_condition_is_false_again() {
    let mut timers = Timers::<u8, 1>::new();
    let handle = timers.watch(0, POLL_PERIOD_US, WATCH, 9).unwrap();
    let mut fired = Vec::new();
    for (poll, reading) in [799.0, 800.0, 900.0, 800.0, 100.0, 801.0].into_iter().enumerate() {
        let now = POLL_PERIOD_US * (poll as u64 + 1);
        assert_eq!(timers.due(now), Some(Due::Poll(handle, WATCH)));
        if timers.observed(handle, Some(reading), now) == Some(9) {
            fired.push(poll);
            assert_eq!(timers.done(handle, false, now), None);
        }
    }
    assert_eq!(fired, [1, 5]);
}

#[test]
fn a_sensor_that_cannot_be_read_is_no_edge() {
    let mut timers = Timers::<u8, 1>::new();
    let handle = timers.watch(0, POLL_PERIOD_US, WATCH, 9).unwrap();
    assert!(timers.due(POLL_PERIOD_US).is_some());
    assert_eq!(timers.observed(handle, None, POLL_PERIOD_US), None);
    assert_eq!(timers.next_deadline(), 2 * POLL_PERIOD_US);
}

#[test]
fn the_table_says_how_many_it_holds() {
    let mut timers = Timers::<u8, 2>::new();
    timers.once(0, 0, 0).unwrap();
    timers.interval(0, 0, 0).unwrap();
    assert_eq!(timers.once(0, 0, 0), Err(TimersFull(2)));
}

#[test]
fn an_interval_of_nothing_does_not_eat_the_processor() {
    let mut timers = Timers::<u8, 1>::new();
    timers.interval(0, 0, 0).unwrap();
    assert_eq!(timers.next_deadline(), MIN_PERIOD_US);
}

#[test]
fn durations() {
    assert_eq!(duration_us(0.0), Ok(0));
    assert_eq!(duration_us(1.9), Ok(1));
    assert_eq!(duration_us(f64::NAN), Err(BadDuration));
    assert_eq!(duration_us(-1.0), Err(BadDuration));
    assert_eq!(duration_us(f64::INFINITY), Err(BadDuration));
}

proptest! {
    /// Property (model: a list of live handles): whatever is set, cleared and fired in any order, a handle works until
    /// its timer is over and never after, and `len` is the number of live ones.
    #[test]
    fn a_handle_works_exactly_as_long_as_its_timer(steps in prop::collection::vec((0u8..5, any::<prop::sample::Index>()), 1..200)) {
        let mut timers = Timers::<u32, 4>::new();
        let mut live: Vec<Handle> = Vec::new();
        let mut dead: Vec<Handle> = Vec::new();
        let mut now = 0;
        for (step, (action, pick)) in steps.into_iter().enumerate() {
            now += 700;
            match action {
                0 => if let Ok(handle) = timers.once(now, 500, step as u32) { live.push(handle) },
                1 => if let Ok(handle) = timers.interval(now, 2_000, step as u32) { live.push(handle) },
                2 if !live.is_empty() => {
                    let handle = live.remove(pick.index(live.len()));
                    prop_assert!(timers.clear(handle).is_some());
                    dead.push(handle);
                }
                3 if !dead.is_empty() => {
                    let handle = dead[pick.index(dead.len())];
                    prop_assert_eq!(timers.clear(handle), None);
                    prop_assert_eq!(timers.done(handle, true, now), None);
                }
                _ => if let Some(Due::Call(handle, _)) = timers.due(now) {
                    prop_assert!(live.contains(&handle));
                    if timers.done(handle, false, now).is_some() {
                        live.retain(|h| *h != handle);
                        dead.push(handle);
                    }
                },
            }
            prop_assert_eq!(timers.len(), live.len());
        }
    }

    /// Property: after an interval's callback ended at `now`, the next deadline lies after `now`, by one period at most,
    /// and a whole number of periods after the start.
    #[test]
    fn an_interval_keeps_its_phase(start in 0u64..1 << 50, period in MIN_PERIOD_US..1 << 40, late in 0u64..1 << 50) {
        let mut timers = Timers::<u8, 1>::new();
        let handle = timers.interval(start, period, 0).unwrap();
        let now = start + period + late;
        prop_assert!(timers.due(now).is_some());
        timers.done(handle, false, now);
        let next = timers.next_deadline();
        prop_assert!(next > now && next <= now + period);
        prop_assert_eq!((next - start) % period, 0);
    }
}
