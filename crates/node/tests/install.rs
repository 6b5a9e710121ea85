//! Containers come in over CoAP: what is taken, what is refused, and what a refusal costs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::*;
use motebox::coap::msg::{Code, format, option};
use motebox::envelope::{Command, Compact, Context, Policy, Target, Verifier};
use motebox::{BuildError, Node};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

const GOOD: &str = "var answer = 42;";

#[test]
fn a_container_is_installed_tried_and_confirmed() {
    let mut mote = Mote::new();
    assert_eq!(mote.push(&Spec::new(1, GOOD)), (2, 1));
    assert_eq!(mote.runs("alarm"), (TRIAL, 1));
    mote.run_for(9_000_000);
    assert_eq!(mote.runs("alarm"), (TRIAL, 1));
    mote.run_for(1_100_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    assert_eq!(mote.push(&Spec::new(2, "var answer = 43;")), (2, 4));
    assert_eq!(mote.runs("alarm"), (TRIAL, 2));
    mote.boot();
    mote.run_for(10_100_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 2));
    assert_eq!(mote.field("alarm", "fallback"), "1");
    assert_eq!(mote.field("alarm", "tried"), "2");
    assert_eq!(mote.field("alarm", "development"), "0");
    assert_eq!(mote.flash.0.borrow().violations(), 0);
}

#[test]
fn a_node_can_be_built_where_it_is_to_stay() {
    let mut mote = Mote::new();
    assert_eq!(mote.push(&Spec::new(7, GOOD)), (2, 1));
    mote.node = None;
    let mut build = |words: usize| {
        let place = Box::leak(Box::new(MaybeUninit::uninit()));
        let config = Box::leak(Box::new(mote.config));
        let arenas = [vec![0u32; 1500].leak(), vec![0u32; words].leak()];
        Node::new_in(place, config, mote.flash.clone(), mote.board.clone(), arenas).map(|node| {
            while node.poll(mote.now) <= mote.now {
                mote.now += 1;
            }
            node.status(0).unwrap().sequence
        })
    };
    assert_eq!(build(1500), Ok(7), "it finds what is in flash");
    assert_eq!(build(1), Err(BuildError::Arena(1)));
}

#[test]
fn the_text_form_comes_back_as_it_was_sent() {
    let mut mote = Mote::new();
    let body = Spec::new(1, GOOD).text();
    assert_eq!(mote.put("c/alarm", &body, format::TEXT).unwrap().code, (2, 1));
    mote.settle();
    let mut got: Vec<u8> = Vec::new();
    for number in 0u32.. {
        let value = if number == 0 {
            vec![2]
        } else {
            vec![(number << 4 | 2) as u8]
        };
        let datagram = mote.message(Code::GET, "riot/script", &[(option::BLOCK2, value)], &[]);
        let reply = mote.exchange(1, &datagram).unwrap();
        assert_eq!(reply.code, (2, 5), "{}", reply.text());
        got.extend(&reply.payload);
        if reply.payload.len() < 64 {
            break;
        }
    }
    assert_eq!(got, body);
}

#[test]
fn what_must_be_refused_costs_no_erase_and_no_program() {
    let mut mote = Mote::new();
    mote.push(&Spec::new(5, GOOD));
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 5));
    let good = Spec::new(6, "var answer = 1;");
    let mut changed = good.binary();
    // A byte of the manifest: the digit of a device's name.
    let at = changed.windows(6).position(|w| w == b"buzzer").unwrap();
    changed[at] = b'f';
    let mut unsigned = good.binary();
    let end = good.envelope().len();
    unsigned[end - 64..end].fill(0);
    let cases: Vec<(&str, Vec<u8>, (u8, u8))> = vec![
        ("no container", b"print('hello')".to_vec(), (4, 0)),
        ("unsigned", unsigned, (4, 3)),
        ("changed manifest", changed, (4, 3)),
        (
            "a stranger's",
            Spec {
                seed: STRANGER,
                ..good.clone()
            }
            .binary(),
            (4, 3),
        ),
        (
            "for development",
            Spec {
                context: Context::Development,
                ..good.clone()
            }
            .binary(),
            (4, 3),
        ),
        ("older", Spec::new(4, GOOD).binary(), (4, 9)),
        (
            "the same sequence with another manifest",
            Spec::new(5, "var answer = 7;").binary(),
            (4, 9),
        ),
        (
            "for another device",
            Spec {
                target: Target::Device(b"mote-2"),
                ..good.clone()
            }
            .binary(),
            (4, 3),
        ),
        (
            "for another class",
            Spec {
                target: Target::Class(b"other"),
                ..good.clone()
            }
            .binary(),
            (4, 3),
        ),
        (
            "for another id",
            Spec {
                id: "other",
                ..good.clone()
            }
            .binary(),
            (4, 3),
        ),
        ("too large", Spec::new(6, &"x;".repeat(2049)).binary(), (4, 13)),
        (
            "a command about another version",
            Spec::command(6, Command::Stop, 3).binary(),
            (4, 9),
        ),
    ];
    for (what, body, code) in cases {
        // Three failed signatures are free, each further one has its price in time.
        mote.now += 60_000_000;
        let before = mote.operations();
        let form = if what.contains("command") {
            format::COSE_SIGN1
        } else {
            format::CBOR_SEQ
        };
        let reply = mote.put("c/alarm", &body, form).unwrap();
        assert_eq!(reply.code, code, "{what}: {}", reply.text());
        mote.settle();
        assert_eq!(mote.operations(), before, "{what} cost a flash operation");
        assert_eq!(mote.runs("alarm"), (CONFIRMED, 5), "{what}");
    }
    assert_eq!(mote.push(&good), (2, 4));
}

#[test]
fn a_signature_that_failed_is_remembered_and_further_ones_wait() {
    let mut mote = Mote::new();
    let forged = |sequence| {
        let spec = Spec::new(sequence, GOOD);
        let mut body = spec.binary();
        let end = spec.envelope().len();
        body[end - 1] ^= 1;
        body
    };
    for sequence in 1..=3 {
        assert_ne!(
            mote.put("c/alarm", &forged(sequence), format::CBOR_SEQ)
                .unwrap()
                .code
                .0,
            2
        );
    }
    let reply = mote.put("c/alarm", &forged(4), format::CBOR_SEQ).unwrap();
    assert_eq!(reply.code, (4, 29), "{}", reply.text());
    assert!(reply.options.contains_key(&option::MAX_AGE));
    mote.now += 60_000_000;
    assert_eq!(mote.push(&Spec::new(1, GOOD)), (2, 1));
}

/// Counts how often it is asked.
struct Counting(AtomicU32);

impl Verifier for Counting {
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.fetch_add(1, Relaxed);
        Compact.verify(public_key, message, signature)
    }
}

#[test]
fn each_envelope_is_checked_once_and_has_a_verdict_of_its_own() {
    static COUNTING: Counting = Counting(AtomicU32::new(0));
    let mut mote = Mote::new();
    mote.config.verifier = &COUNTING;
    mote.boot();
    let spec = Spec::new(1, GOOD);
    let mut forged = spec.binary();
    let end = spec.envelope().len();
    forged[end - 1] ^= 1;
    let forged = |mote: &mut Mote| mote.put("c/alarm", &forged, format::CBOR_SEQ).unwrap().code;
    assert_eq!(forged(&mut mote), (4, 3));
    assert_eq!(COUNTING.0.load(Relaxed), 1);
    assert_eq!(mote.push(&spec), (2, 1));
    assert_eq!(COUNTING.0.load(Relaxed), 2);
    assert_eq!(
        forged(&mut mote),
        (4, 3),
        "the manifest is the same, the signature is not"
    );
    assert_eq!(COUNTING.0.load(Relaxed), 3);
}

#[test]
fn a_changed_payload_costs_the_spare_slot_only_and_not_for_ever() {
    let mut mote = Mote::new();
    mote.push(&Spec::new(1, GOOD));
    mote.run_for(11_000_000);
    let mut body = Spec::new(2, "var answer = 43;").binary();
    *body.last_mut().unwrap() ^= 1;
    let mut erases = Vec::new();
    for _ in 0..5 {
        mote.now += 60_000_000;
        let before: u32 = mote.flash.0.borrow().erases().iter().sum();
        let reply = mote.put("c/alarm", &body, format::CBOR_SEQ).unwrap();
        assert_eq!(reply.code.0, 4, "{}", reply.text());
        mote.settle();
        assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
        erases.push(mote.flash.0.borrow().erases().iter().sum::<u32>() - before);
    }
    assert!(erases[..3].iter().all(|e| *e > 0), "{erases:?}");
    assert_eq!(erases[3..], [0, 0], "the same manifest has had its three tries");
    assert_eq!(mote.push(&Spec::new(3, "var answer = 44;")), (2, 4));
    assert_eq!(mote.runs("alarm"), (TRIAL, 3));
}

#[test]
fn the_very_same_container_again_changes_nothing() {
    let mut mote = Mote::new();
    let spec = Spec::new(1, GOOD);
    mote.push(&spec);
    mote.run_for(11_000_000);
    let before = mote.operations();
    for _ in 0..2 {
        mote.boot();
        assert_eq!(mote.push(&spec), (2, 4));
    }
    assert_eq!(mote.operations(), before);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
}

#[test]
fn an_upload_goes_on_after_a_reset_without_writing_twice() {
    let mut mote = Mote::new();
    let source = format!("{}var answer = 42;", "/* padding */".repeat(150));
    let spec = Spec::new(1, &source);
    let body = spec.binary();
    let blocks = body.len().div_ceil(64) as u32;
    for number in 0..blocks / 2 {
        assert_eq!(
            mote.put_block(1, "c/alarm", &body, format::CBOR_SEQ, 2, number)
                .unwrap()
                .code,
            (2, 31)
        );
    }
    mote.boot();
    let before: u32 = mote.flash.0.borrow().erases().iter().sum();
    assert_eq!(mote.push(&spec), (2, 1));
    assert_eq!(mote.runs("alarm"), (TRIAL, 1));
    // Raising `tried` erases one copy of the counters, in one block; the slot is not erased again.
    let after: u32 = mote.flash.0.borrow().erases().iter().sum();
    assert!(after - before <= 2, "{}", after - before);
    assert_eq!(mote.flash.0.borrow().violations(), 0);
}

#[test]
fn two_containers_live_side_by_side_and_a_third_finds_no_place() {
    let mut mote = Mote::new();
    assert_eq!(mote.push(&Spec::new(1, GOOD)), (2, 1));
    assert_eq!(mote.push(&Spec::new(1, GOOD).id("other")), (2, 1));
    assert_eq!(mote.push(&Spec::new(1, GOOD).id("third")), (4, 9));
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    assert_eq!(mote.runs("other"), (CONFIRMED, 1));
    assert_eq!(
        mote.push(&Spec::command(2, Command::Delete, 1).id("other")),
        (2, 4)
    );
    assert_eq!(
        mote.status("other").get("code").map(String::as_str),
        Some("(4, 4)")
    );
    // What was tried of a deleted id is not forgotten.
    assert_eq!(mote.push(&Spec::new(1, GOOD).id("other")), (4, 9));
    assert_eq!(mote.push(&Spec::new(1, GOOD).id("third")), (2, 1));
}

#[test]
fn commands_confirm_revert_and_stop() {
    let mut mote = Mote::new();
    assert_eq!(mote.push(&Spec::new(1, GOOD).policy(Policy::Operator)), (2, 1));
    mote.run_for(5_000_000);
    assert_eq!(mote.push(&Spec::command(2, Command::Confirm, 1)), (2, 4));
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    mote.run_for(20_000_000);
    assert_eq!(mote.push(&Spec::new(3, GOOD)), (2, 4));
    assert_eq!(mote.push(&Spec::command(4, Command::Revert, 3)), (2, 4));
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    assert_eq!(mote.push(&Spec::new(5, GOOD)), (2, 4));
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 5));
    assert_eq!(mote.push(&Spec::command(6, Command::Revert, 5)), (2, 4));
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    assert_eq!(mote.push(&Spec::command(7, Command::Stop, 1)), (2, 4));
    assert_eq!(mote.runs("alarm").0, 6);
    assert_eq!(mote.field("alarm", "tried"), "7");
    assert_eq!(
        mote.push(&Spec::new(7, GOOD)),
        (4, 9),
        "the command has used this sequence"
    );
}
