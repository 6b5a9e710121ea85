//! Uploads under everything that clients and networks do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod mock;

use mock::{Manifest, Mote, block, id};
use motebox_coap::Security;
use motebox_coap::msg::Code;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Step {
    /// Which of the two versions.
    version: bool,
    /// Where in the body, in 1/256.
    at: u8,
    exponent: u8,
    from: u8,
    /// Follow the last block of this version instead of `at`.
    next: bool,
    /// Flip a bit in the block.
    corrupt: bool,
    secured: bool,
    wait_ms: u16,
    binary: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let rare = || prop::bool::weighted(0.02);
    (
        prop::bool::weighted(0.3),
        any::<u8>(),
        0..=6u8,
        1..=2u8,
        prop::bool::weighted(0.85),
        rare(),
        rare(),
        prop_oneof![9 => 0..100u16, 1 => 0..20_000u16],
        rare(),
    )
        .prop_map(
            |(version, at, exponent, from, next, corrupt, secured, wait_ms, binary)| Step {
                version,
                at,
                exponent,
                from,
                next,
                corrupt,
                secured,
                wait_ms,
                binary,
            },
        )
}

fn script(len: usize, seed: u8) -> Vec<u8> {
    (0..len).map(|i| (i as u8).wrapping_mul(31) ^ seed).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Property: whatever blocks two clients send in whatever order, sizes, forms, with bits flipped and repeats, what
    /// runs is at any time nothing or one of the two signed payloads, byte for byte; it never goes from the higher to the lower
    /// sequence; flash is written in whole units one after the other (the mock asserts it). And afterwards an orderly
    /// client gets through in at most three tries.
    #[test]
    fn stored_bytes_are_signed_bytes(
        steps in prop::collection::vec(step(), 0..160),
        sizes in (1..900usize, 1..900usize),
        unit in prop::sample::select(vec![1usize, 2, 8, 16, 64]),
        slow in 0..3u32,
        last_exponent in 0..=6u8,
    ) {
        let versions = [
            Manifest::new("alarm", 1, &script(sizes.0, 1)),
            Manifest::new("alarm", 2, &script(sizes.1, 2)),
        ];
        let mut mote = Mote::new();
        (mote.node.unit, mote.node.slow) = (unit, slow);
        let mut ends = [0usize; 2];
        let mut ran_second = false;
        for s in &steps {
            mote.now += u64::from(s.wait_ms) * 1000;
            let v = usize::from(s.version);
            let (format, body) = if s.binary { (63, versions[v].binary()) } else { (0, versions[v].text()) };
            let size = 16usize << s.exponent;
            let at = if s.next { ends[v] } else { body.len() * usize::from(s.at) / 256 };
            let n = (at / size).min((body.len() - 1) / size);
            let mut ask = block("/c/alarm", format, &body, n, s.exponent, s.from);
            if s.corrupt {
                let i = usize::from(s.at) % ask.payload.len();
                ask.payload[i] ^= 1 << (s.at % 8);
            }
            ask.security = if s.secured { Security::Dtls } else { Security::None };
            let code = mote.code(&ask);
            prop_assert!(code.class() == 2 || code.class() == 4 || code == Code::UNAVAILABLE, "{:?}", code);
            if code == Code::CONTINUE {
                ends[v] = (n + 1) * size;
            } else {
                ends[v] = 0;
            }
            if let Some(payload) = mote.node.payload(&id("alarm")) {
                let which = versions.iter().position(|m| m.payload.as_deref() == Some(payload));
                prop_assert!(which.is_some(), "bytes that nobody signed");
                prop_assert!(!ran_second || which == Some(1));
                ran_second = which == Some(1);
            }
        }
        // Everybody is gone for a while.
        let mut codes = vec![];
        for _ in 0..3 {
            mote.now += 60_000_000;
            let code = mote.put("/c/alarm", 0, &versions[1].text(), last_exponent, 3).code;
            codes.push(code);
            if code.class() == 2 {
                break;
            }
        }
        prop_assert_eq!(codes.last().unwrap().class(), 2, "{:?}", codes);
        prop_assert_eq!(mote.node.payload(&id("alarm")), versions[1].payload.as_deref());
    }

    /// Property: a client that changes the block size at every block, and repeats blocks, stores exactly what it sends.
    #[test]
    fn any_block_sizes_store_the_body(
        len in 1..1500usize, exponents in prop::collection::vec(0..=6u8, 1..50), repeats in prop::collection::vec(0..3u8, 1..50),
        unit in prop::sample::select(vec![1usize, 4, 32]), binary: bool,
    ) {
        let m = Manifest::new("alarm", 1, &script(len, 9));
        let (format, body) = if binary { (63, m.binary()) } else { (0, m.text()) };
        let mut mote = Mote::new();
        mote.node.unit = unit;
        let (mut at, mut i) = (0usize, 0usize);
        let mut code = Code::CONTINUE;
        while at < body.len() {
            let mut exponent = exponents[i % exponents.len()];
            // A block begins at a multiple of its size: overlap backwards where it does not.
            if at == 0 || at % (16 << exponent) + (16 << exponent) < at { exponent = exponent.min(6); }
            let size = 16usize << exponent;
            let n = at / size;
            for _ in 0..=repeats[i % repeats.len()] {
                code = mote.code(&block("/c/alarm", format, &body, n, exponent, 1));
                prop_assert!(code == Code::CONTINUE || code == Code::CREATED, "{:?}", code);
            }
            at = (n + 1) * size;
            i += 1;
        }
        prop_assert_eq!(code, Code::CREATED);
        prop_assert_eq!(mote.node.payload(&id("alarm")), m.payload.as_deref());
        prop_assert_eq!(mote.node.commits, 1);
    }

    /// Property: a body that is no container ends in an error of the client's, stores nothing and erases nothing.
    #[test]
    fn random_bodies_are_refused(
        body in prop::collection::vec(any::<u8>(), 1..800), prefix in 0..14usize, exponent in 0..=6u8,
        format in prop::sample::select(vec![0u32, 18, 63]),
    ) {
        let begin: &[u8] = if format == 0 { b"/*motebox1 " } else { b"\xd2\x84\x43abc\xa0\x58\x40" };
        let mut bytes = begin[..prefix.min(begin.len())].to_vec();
        bytes.extend(body);
        let mut mote = Mote::new();
        let code = mote.put("/c/alarm", format, &bytes, exponent, 1).code;
        prop_assert_eq!(code.class(), 4);
        prop_assert_eq!((mote.node.erases, mote.node.programs, mote.node.commits), (0, 0, 0));
    }
}
