//! Trials that end badly, fall-back, and power that goes at every operation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::*;
use motebox::envelope::Policy;
use motebox::store::mock::{Cells, Tear};

const GOOD: &str = "var answer = 42;";

fn confirmed(sequence: u32) -> Mote {
    let mut mote = Mote::new();
    mote.push(&Spec::new(sequence, GOOD));
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, sequence));
    mote
}

#[test]
fn a_script_that_throws_at_start_falls_back() {
    let mut mote = confirmed(1);
    assert_eq!(mote.push(&Spec::new(2, "throw new Error('no');")), (2, 4));
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    let error = mote.field("alarm", "error");
    assert!(error.starts_with("2: Error"), "{error}");
    mote.boot();
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    assert_eq!(mote.field("alarm", "error"), "2 threw at start");
    assert_eq!(
        mote.push(&Spec::new(2, "throw new Error('no');")),
        (2, 4),
        "tried: without effect"
    );
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
}

#[test]
fn a_script_that_loops_for_ever_falls_back() {
    let mut mote = confirmed(1);
    assert_eq!(mote.push(&Spec::new(2, "for(;;){}")), (2, 4));
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    let error = mote.field("alarm", "error");
    assert!(error.contains("200000 fuel"), "{error}");
    assert_eq!(mote.field("alarm", "fuel-kills"), "3");
}

/// The prototype could never replace a script that loops.
#[test]
fn an_endless_loop_does_not_keep_the_node_from_answering_or_from_taking_another() {
    let mut config = config();
    config.limits.fuel_per_event = u32::MAX;
    let flash = Mote::new().flash;
    let mut mote = Mote::with(flash, config);
    assert_eq!(mote.try_push(&Spec::new(1, "for(;;){}")).unwrap().code, (2, 1));
    for _ in 0..100 {
        mote.poll();
    }
    assert_eq!(mote.runs("alarm"), (TRIAL, 1));
    let answer = mote
        .request(motebox::coap::msg::Code::GET, ".well-known/core", &[])
        .unwrap();
    assert_eq!(answer.code, (2, 5));
    assert_eq!(mote.push(&Spec::new(2, GOOD)), (2, 4));
    assert_eq!(mote.runs("alarm"), (TRIAL, 2));
}

#[test]
fn a_confirmed_container_that_fails_its_starts_stays_down_and_says_why() {
    let mut mote = Mote::new();
    // Confirmed while it ran; the next boot finds it changed its mind.
    let source = "if (saul.get_by_name('brightness').read() > 5) throw new Error('dark');";
    mote.push(&Spec::new(1, source));
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    mote.world().sensors[0] = 9;
    mote.boot();
    mote.run_for(10_000_000);
    assert_eq!(mote.runs("alarm"), (FAILED, 1));
    assert_eq!(mote.field("alarm", "starts-failed"), "3");
    assert!(mote.field("alarm", "error").contains("dark"));
    assert_eq!(mote.push(&Spec::new(2, GOOD)), (2, 4));
    assert_eq!(mote.runs("alarm"), (TRIAL, 2));
}

#[test]
fn a_trial_of_policy_operator_or_script_ends_with_its_probation() {
    for policy in [Policy::Operator, Policy::Script] {
        let mut mote = confirmed(1);
        assert_eq!(mote.push(&Spec::new(2, GOOD).policy(policy)), (2, 4));
        mote.run_for(9_000_000);
        assert_eq!(mote.runs("alarm"), (TRIAL, 2));
        mote.run_for(2_000_000);
        assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
        assert_eq!(mote.field("alarm", "error"), "2 was not confirmed in time");
    }
}

#[test]
fn a_device_that_resets_during_a_trial_falls_back_after_four_starts() {
    let mut mote = confirmed(1);
    assert_eq!(mote.push(&Spec::new(2, GOOD)), (2, 4));
    for start in 1..=3 {
        mote.run_for(1_000_000);
        assert_eq!(mote.runs("alarm"), (TRIAL, 2), "start {start}");
        mote.boot();
    }
    mote.run_for(1_000_000);
    assert_eq!(mote.runs("alarm"), (TRIAL, 2));
    mote.boot();
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    assert_eq!(mote.field("alarm", "error"), "2 was reset too often");
}

#[test]
fn a_first_container_that_fails_leaves_nothing_running() {
    let mut mote = Mote::new();
    assert_eq!(mote.push(&Spec::new(1, "throw new Error('no');")), (2, 1));
    assert_eq!(mote.runs("alarm").0, FAILED);
    assert_eq!(mote.push(&Spec::new(2, GOOD)), (2, 4));
    assert_eq!(mote.runs("alarm"), (TRIAL, 2));
}

#[test]
fn a_newer_container_ends_a_trial_while_the_confirmed_one_runs() {
    let mut mote = confirmed(1);
    let long = format!("{}{GOOD}", "/* padding */".repeat(100));
    assert_eq!(mote.push(&Spec::new(2, &long)), (2, 4));
    assert_eq!(mote.runs("alarm"), (TRIAL, 2));
    let next = Spec::new(3, &long);
    let body = next.binary();
    for number in 0..10 {
        mote.put_block(
            1,
            "c/alarm",
            &body,
            motebox::coap::msg::format::CBOR_SEQ,
            2,
            number,
        )
        .unwrap();
    }
    mote.settle();
    assert_eq!(
        mote.runs("alarm"),
        (CONFIRMED, 1),
        "the trial's slot is being written"
    );
    assert_eq!(mote.push(&next), (2, 4));
    assert_eq!(mote.runs("alarm"), (TRIAL, 3));
}

#[test]
fn a_container_damaged_in_flash_does_not_run() {
    let mut mote = confirmed(1);
    mote.push(&Spec::new(2, "var answer = 43;"));
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 2));
    let at = {
        let flash = mote.flash.0.borrow();
        flash
            .bytes()
            .windows(16)
            .position(|w| w == b"var answer = 43;")
            .unwrap()
    };
    mote.flash.0.borrow_mut().corrupt(at, 1);
    mote.boot();
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    assert_eq!(mote.field("alarm", "error"), "2 is damaged in flash");
}

#[test]
fn a_container_whose_key_is_not_trusted_any_more_does_not_start() {
    let mut mote = confirmed(1);
    mote.config.keys = motebox::envelope::KeyRing(&[]);
    mote.boot();
    let status = mote.status("alarm");
    assert_eq!(status["state"], FAILED.to_string());
    assert_eq!(status["error"], "1 is not trusted any more");
    assert_eq!(status["fuel"], "0");
    mote.config.keys = keys();
    mote.boot();
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
}

/// Every flash operation of an update is cut once: afterwards the old or the new container runs, whole, and the same
/// upload then succeeds.
#[test]
fn power_may_go_at_every_operation_of_an_update() {
    let second = Spec::new(2, "var answer = 43;");
    for (cells, tear) in [
        (Cells::Strict, Tear::Bits),
        (Cells::Plain, Tear::Units),
        (Cells::Strict, Tear::Touched),
    ] {
        let mut cut = 0;
        loop {
            let mut mote = confirmed(1);
            let image = mote.flash.0.borrow().bytes().to_vec();
            *mote.flash.0.borrow_mut() = Chip::with_bytes(image, cells);
            mote.flash.0.borrow_mut().cut_after(cut, tear, cut + 1);
            let _ = mote.try_push(&second);
            for _ in 0..500 {
                mote.poll();
                mote.now += 100_000;
            }
            let was_cut = mote.flash.0.borrow().is_off();
            mote.boot();
            let (state, sequence) = mote.runs("alarm");
            assert!(
                matches!((state, sequence), (CONFIRMED, 1 | 2) | (TRIAL, 2)),
                "cut {cut} {tear:?}: state {state} sequence {sequence}"
            );
            let answer = mote.push(&second);
            assert_eq!(answer, (2, 4), "cut {cut} {tear:?}");
            let after = mote.runs("alarm");
            assert!(
                matches!(after, (TRIAL | CONFIRMED, 2)),
                "cut {cut} {tear:?}: {after:?}"
            );
            mote.run_for(11_000_000);
            assert_eq!(mote.runs("alarm"), (CONFIRMED, 2), "cut {cut} {tear:?}");
            assert_eq!(mote.flash.0.borrow().violations(), 0, "cut {cut} {tear:?}");
            if !was_cut {
                assert!(cut > 20, "an update takes more operations than {cut}");
                break;
            }
            cut += 1;
        }
    }
}
