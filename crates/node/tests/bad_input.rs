//! What comes over the air and is not what it should be: each has a code, and the running script stays untouched.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::*;
use motebox::Answer;
use motebox::coap::msg::{Block, Code, format, option};
use proptest::prelude::*;

const GOOD: &str = "var answer = 42;";

fn confirmed() -> Mote {
    let mut mote = Mote::new();
    mote.push(&Spec::new(1, GOOD));
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    mote
}

fn untouched(mote: &mut Mote, what: &str) {
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1), "{what}");
}

/// A source of several blocks.
fn long(sequence: u32) -> Spec {
    Spec::new(sequence, &format!("{}{GOOD}", "/* padding */".repeat(40)))
}

#[test]
fn a_container_cut_short_at_every_byte_is_refused() {
    let mut mote = confirmed();
    let text = Spec::new(2, GOOD).text();
    let binary = Spec::new(2, GOOD).binary();
    for (body, form) in [(text, format::TEXT), (binary, format::CBOR_SEQ)] {
        for length in 0..body.len() {
            let reply = mote.put_whole("c/alarm", &body[..length], form);
            assert_eq!(reply.code, (4, 0), "{length} bytes: {}", reply.text());
        }
    }
    mote.settle();
    untouched(&mut mote, "cut short");
}

#[test]
fn a_container_with_any_bit_flipped_is_refused() {
    let mut mote = confirmed();
    let body = Spec::new(2, GOOD).binary();
    let envelope = Spec::new(2, GOOD).envelope().len();
    for at in 0..body.len() {
        let mut flipped = body.clone();
        flipped[at] ^= 1 << (at % 8);
        mote.now += 60_000_000;
        let before = mote.operations();
        let reply = mote.put_whole("c/alarm", &flipped, format::CBOR_SEQ);
        assert_eq!(reply.code.0, 4, "byte {at}: {:?} {}", reply.code, reply.text());
        if at < envelope {
            assert_eq!(
                mote.operations(),
                before,
                "byte {at} of the envelope cost a flash operation"
            );
        }
        mote.settle();
        untouched(&mut mote, "flipped");
    }
}

#[test]
fn blocks_out_of_order_repeated_and_overlapping() {
    let mut mote = confirmed();
    let spec = long(2);
    let body = spec.binary();
    let put = |mote: &mut Mote, szx, number| {
        mote.put_block(1, "c/alarm", &body, format::CBOR_SEQ, szx, number)
            .unwrap()
            .code
    };
    assert_eq!(put(&mut mote, 2, 3), (4, 8), "cold");
    assert_eq!(put(&mut mote, 2, 0), (2, 31));
    assert_eq!(put(&mut mote, 2, 2), (4, 8), "a gap");
    assert_eq!(put(&mut mote, 2, 1), (2, 31));
    assert_eq!(put(&mut mote, 2, 1), (2, 31), "repeated");
    assert_eq!(put(&mut mote, 2, 0), (2, 31), "repeated from the start");
    assert_eq!(put(&mut mote, 3, 0), (2, 31), "repeated in another size");
    assert_eq!(put(&mut mote, 4, 0), (2, 31), "overlapping");
    untouched(&mut mote, "receiving");
    let blocks = body.len().div_ceil(128) as u32;
    for number in 2..blocks - 1 {
        assert_eq!(put(&mut mote, 3, number), (2, 31));
    }
    assert_eq!(put(&mut mote, 3, blocks - 1), (2, 4));
    let operations = mote.operations();
    assert_eq!(put(&mut mote, 3, blocks - 1), (2, 4), "the last one again");
    assert_eq!(mote.operations(), operations);
    mote.settle();
    assert_eq!(mote.runs("alarm"), (TRIAL, 2));
    assert_eq!(mote.field("alarm", "tried"), "2");
    assert_eq!(mote.flash.0.borrow().violations(), 0);
}

#[test]
fn two_clients_at_once_do_not_mix() {
    let mut mote = confirmed();
    let (one, two) = (long(2).binary(), Spec::new(1, GOOD).id("other").binary());
    assert_eq!(
        mote.put_block(1, "c/alarm", &one, format::CBOR_SEQ, 2, 0)
            .unwrap()
            .code,
        (2, 31)
    );
    let second = mote
        .put_block(2, "c/other", &two, format::CBOR_SEQ, 2, 0)
        .unwrap();
    assert_eq!(second.code, (5, 3));
    assert!(second.options.contains_key(&option::MAX_AGE));
    let blocks = one.len().div_ceil(64) as u32;
    for number in 1..blocks {
        let reply = mote
            .put_block(1, "c/alarm", &one, format::CBOR_SEQ, 2, number)
            .unwrap();
        assert_eq!(
            reply.code,
            if number + 1 < blocks { (2, 31) } else { (2, 4) },
            "{}",
            reply.text()
        );
    }
    mote.settle();
    assert_eq!(mote.runs("alarm"), (TRIAL, 2));
    mote.now += 20_000_000;
    assert_eq!(mote.push(&Spec::new(1, GOOD).id("other")), (2, 1));
}

#[test]
fn a_last_block_that_never_comes_leaves_the_old_one_running() {
    let mut mote = confirmed();
    let body = long(2).binary();
    for number in 0..body.len() as u32 / 64 {
        assert_eq!(
            mote.put_block(1, "c/alarm", &body, format::CBOR_SEQ, 2, number)
                .unwrap()
                .code,
            (2, 31)
        );
    }
    mote.run_for(3_600_000_000);
    untouched(&mut mote, "an hour later");
    mote.boot();
    untouched(&mut mote, "after a reset");
    assert_eq!(mote.push(&Spec::new(3, GOOD)), (2, 4));
    assert_eq!(mote.runs("alarm"), (TRIAL, 3));
}

#[test]
fn a_payload_longer_than_announced_is_refused() {
    let mut mote = confirmed();
    let mut text = Spec::new(2, GOOD).text();
    text.extend(b"print('more')");
    let reply = mote.put("c/alarm", &text, format::TEXT).unwrap();
    assert_eq!(reply.code.0, 4, "{}", reply.text());
    mote.settle();
    untouched(&mut mote, "longer");
    let mut binary = long(3).binary();
    binary.extend([0; 100]);
    let reply = mote.put("c/alarm", &binary, format::CBOR_SEQ).unwrap();
    assert_eq!(reply.code.0, 4, "{}", reply.text());
    mote.settle();
    untouched(&mut mote, "longer");
}

/// In the prototype block 5 was taken before block 0, and written behind the buffer.
#[test]
fn a_block_far_behind_everything_is_refused() {
    let mut mote = confirmed();
    let operations = mote.operations();
    for number in [5, 1000, 0xfffff] {
        let mut value = Block::new(number, true, 2).value().to_be_bytes().to_vec();
        while value.first() == Some(&0) {
            value.remove(0);
        }
        let datagram = mote.message(Code::PUT, "c/alarm", &[(option::BLOCK1, value)], &[b'x'; 64]);
        assert_eq!(mote.exchange(1, &datagram).unwrap().code, (4, 8), "{number}");
    }
    assert_eq!(mote.operations(), operations);
    untouched(&mut mote, "far blocks");
}

#[test]
fn paths_and_queries_of_a_kilobyte_and_unknown_critical_options() {
    let mut mote = confirmed();
    let long = "x".repeat(1000);
    // Uri-Path holds 255 bytes at most: a longer one is a critical option of a wrong length.
    let datagram = mote.message(Code::GET, &long, &[], &[]);
    assert_eq!(mote.exchange(1, &datagram).unwrap().code, (4, 2));
    let many = "a/".repeat(400);
    let datagram = mote.message(Code::PUT, &many, &[], b"x");
    assert_eq!(mote.exchange(1, &datagram).unwrap().code, (4, 4));
    let query = vec![(option::URI_QUERY, long.as_bytes().to_vec())];
    let datagram = mote.message(Code::PUT, "c/alarm", &query, b"x");
    assert_eq!(mote.exchange(1, &datagram).unwrap().code.0, 4);
    for path in ["c/alarm", "alarm", ".well-known/core"] {
        let datagram = mote.message(Code::PUT, path, &[(9, vec![1])], b"x");
        assert_eq!(mote.exchange(1, &datagram).unwrap().code, (4, 2), "{path}");
    }
    untouched(&mut mote, "odd requests");
}

/// Neither POST nor DELETE, nor a NUL byte, nor an unsigned text has any effect.
#[test]
fn what_is_not_signed_changes_nothing() {
    let mut mote = confirmed();
    for code in [Code::POST, Code::DELETE] {
        assert_eq!(mote.request(code, "c/alarm", b"").unwrap().code, (4, 5));
    }
    assert_eq!(
        mote.request(Code::DELETE, "riot/script", b"").unwrap().code,
        (4, 5)
    );
    assert_eq!(
        mote.request(Code::POST, "riot/script", b"print(1)\0")
            .unwrap()
            .code,
        (4, 0)
    );
    untouched(&mut mote, "unsigned");
}

#[test]
fn a_request_from_the_node_itself_is_refused() {
    let mut mote = confirmed();
    let datagram = mote.message(Code::GET, "c/alarm", &[], &[]);
    let mut out = [0; 1280];
    let request = motebox::coap::Request {
        datagram: &datagram,
        length_bytes: datagram.len(),
        peer: motebox::coap::Peer {
            endpoint: endpoint(1),
            security: motebox::coap::Security::None,
            identity: &[],
        },
        multicast: false,
        from_self: true,
        max_response_bytes: 1280,
        now: mote.now,
    };
    let answer = mote.node().handle(&request, &mut out);
    assert!(matches!(answer, Answer::Send(_)));
    assert_eq!(out[1], 0x83);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Property: whatever datagrams come in, the node answers or stays silent, and the container goes on running.
    #[test]
    fn any_datagram_leaves_the_container_running(
        datagrams in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 1..20)
    ) {
        let mut mote = confirmed();
        for mut datagram in datagrams {
            if let Some(first) = datagram.first_mut() {
                *first = *first & 0x3f | 0x40;
            }
            mote.exchange_raw(3, &datagram);
        }
        mote.settle();
        untouched(&mut mote, "noise");
    }
}
