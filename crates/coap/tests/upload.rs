//! A PUT, block by block, good and bad.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod mock;

use mock::{Manifest, Mote, ask, block, get, id};
use motebox_coap::Security;
use motebox_coap::msg::{Code, option};

fn script(len: usize) -> Vec<u8> {
    (0..len).map(|i| b"print('light');\n"[i % 16]).collect()
}

/// A mote that runs version 1.
fn running() -> (Mote, Vec<u8>) {
    let mut mote = Mote::new();
    let old = Manifest::new("alarm", 1, b"old script");
    assert_eq!(mote.put("/c/alarm", 0, &old.text(), 6, 1).code, Code::CREATED);
    (mote, b"old script".to_vec())
}

#[test]
fn every_block_size_and_form_stores_the_same_bytes() {
    for exponent in 0..=6 {
        for unit in [1, 2, 16, 64] {
            for slow in [0, 1, 3] {
                let mut mote = Mote::new();
                (mote.node.unit, mote.node.slow) = (unit, slow);
                let v1 = Manifest::new("alarm", 1, &script(1000));
                let v2 = Manifest::new("alarm", 2, &script(777));
                assert_eq!(
                    mote.put("/c/alarm", 0, &v1.text(), exponent, 1).code,
                    Code::CREATED
                );
                assert_eq!(mote.node.payload(&id("alarm")), Some(&script(1000)[..]));
                assert_eq!(
                    mote.put("/c/alarm", 63, &v2.binary(), exponent, 1).code,
                    Code::CHANGED
                );
                assert_eq!(mote.node.payload(&id("alarm")), Some(&script(777)[..]));
                assert_eq!((mote.node.checks, mote.node.erases, mote.node.commits), (2, 2, 2));
                assert_eq!(slow > 0, mote.polls > 0);
            }
        }
    }
}

#[test]
fn without_block_option_one_datagram_is_enough() {
    let mut mote = Mote::new();
    let v1 = Manifest::new("alarm", 1, b"1");
    let put = ask(Code::PUT, "/c/alarm").body(&v1.text());
    let answer = mote.send(&put).unwrap();
    assert_eq!(
        (answer.code, answer.option(option::BLOCK1)),
        (Code::CREATED, None)
    );
    // The acknowledgement was lost: the same again is the same answer, and happens once.
    assert_eq!(mote.code(&put), Code::CREATED);
    assert_eq!((mote.node.commits, mote.node.checks), (1, 1));
}

#[test]
fn content_formats_of_a_put() {
    let v1 = Manifest::new("alarm", 1, b"1");
    for (format, body, code) in [
        (Some(0), v1.text(), Code::CREATED),
        (Some(10002), v1.text(), Code::CREATED),
        (None, v1.text(), Code::CREATED),
        (Some(63), v1.binary(), Code::CREATED),
        (Some(0), v1.binary(), Code::BAD_REQUEST),
        (Some(63), v1.text(), Code::BAD_REQUEST),
        (Some(60), v1.binary(), Code::UNSUPPORTED_FORMAT),
        (Some(70_000), v1.binary(), Code::UNSUPPORTED_FORMAT),
    ] {
        let mut mote = Mote::new();
        let mut put = ask(Code::PUT, "/c/alarm").body(&body);
        if let Some(f) = format {
            put = put.num(option::CONTENT_FORMAT, f);
        }
        assert_eq!(mote.code(&put), code, "{format:?}");
    }
}

#[test]
fn a_command_is_an_envelope_alone() {
    let (mut mote, _) = running();
    let stop = Manifest {
        id: "alarm".into(),
        sequence: 2,
        payload: None,
    };
    assert_eq!(
        mote.put("/c/alarm", 18, &stop.envelope(), 2, 1).code,
        Code::CHANGED
    );
    let stop = Manifest {
        id: "alarm".into(),
        sequence: 3,
        payload: None,
    };
    assert_eq!(
        mote.put("/c/alarm", 63, &stop.envelope(), 1, 1).code,
        Code::CREATED
    );
    assert_eq!(mote.node.commits, 3);
    // A payload behind it is too much.
    let mut more = Manifest {
        id: "alarm".into(),
        sequence: 4,
        payload: None,
    }
    .envelope();
    more.push(0x40);
    assert_eq!(mote.put("/c/alarm", 63, &more, 6, 1).code, Code::TOO_LARGE);
    // An envelope that wants a payload, alone.
    let v5 = Manifest::new("alarm", 5, b"5");
    assert_eq!(
        mote.put("/c/alarm", 18, &v5.envelope(), 6, 1).code,
        Code::BAD_REQUEST
    );
    assert_eq!(mote.node.commits, 3);
}

#[test]
fn the_alias_takes_put_and_post() {
    for code in [Code::PUT, Code::POST] {
        let mut mote = Mote::new();
        let v1 = Manifest::new("alarm", 1, b"1");
        assert_eq!(
            mote.code(&ask(code, "/riot/script").body(&v1.text())),
            Code::CREATED
        );
        assert_eq!(
            mote.send(&get("/riot/script").secured()).unwrap().payload,
            v1.text()
        );
        assert_eq!(
            mote.code(&ask(Code::DELETE, "/riot/script")),
            Code::METHOD_NOT_ALLOWED
        );
    }
    let mut mote = Mote::new();
    for path in ["/c/alarm", "/c", "/c/alarm/status", "/.well-known/core"] {
        assert_eq!(
            mote.code(&ask(Code::POST, path)),
            Code::METHOD_NOT_ALLOWED,
            "{path}"
        );
        assert_eq!(
            mote.code(&ask(Code::DELETE, path)),
            Code::METHOD_NOT_ALLOWED,
            "{path}"
        );
    }
}

#[test]
fn truncated_at_every_byte() {
    let (mut mote, old) = running();
    let v2 = Manifest::new("alarm", 2, &script(100));
    for (format, body) in [(0, v2.text()), (63, v2.binary())] {
        for len in 0..body.len() {
            let code = mote.put("/c/alarm", format, &body[..len], 6, 1).code;
            assert_eq!(code, Code::BAD_REQUEST, "form {format}, {len} bytes");
        }
    }
    assert_eq!(mote.node.payload(&id("alarm")), Some(&old[..]));
    assert_eq!(mote.node.commits, 1);
    // And it still takes the whole one.
    assert_eq!(mote.put("/c/alarm", 0, &v2.text(), 6, 1).code, Code::CHANGED);
}

#[test]
fn bit_flips_in_the_header_cost_no_erase() {
    let (mut mote, old) = running();
    let v2 = Manifest::new("alarm", 2, &script(100));
    for (format, body, header) in [
        (0, v2.text(), v2.text().len() - 100),
        (63, v2.binary(), v2.envelope().len()),
    ] {
        for at in 0..header {
            for bit in 0..8 {
                let mut bad = body.clone();
                bad[at] ^= 1 << bit;
                mote.now += 20_000_000;
                let answer = mote.put("/c/alarm", format, &bad, 6, 1);
                // The signature's second half and the protected header mean nothing to this mock.
                let spare = |i: usize| (3..6).contains(&i) || i + 32 >= v2.envelope().len();
                if format == 63 && spare(at) || format == 0 && answer.code.class() == 2 {
                    (mote, _) = running();
                    continue;
                }
                assert_eq!(
                    answer.code.class(),
                    4,
                    "form {format}, byte {at}, bit {bit}: {answer:?}"
                );
                assert_eq!(mote.node.payload(&id("alarm")), Some(&old[..]));
                assert_eq!(mote.node.erases, 1, "form {format}, byte {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn blocks_out_of_order_repeated_and_overlapping() {
    let (mut mote, old) = running();
    let body = Manifest::new("alarm", 2, &script(600)).text();
    let send = |mote: &mut Mote, n, e| mote.code(&block("/c/alarm", 0, &body, n, e, 1));
    // Cold, and a gap.
    assert_eq!(send(&mut mote, 3, 2), Code::INCOMPLETE);
    assert_eq!(send(&mut mote, 0, 2), Code::CONTINUE);
    assert_eq!(send(&mut mote, 2, 2), Code::INCOMPLETE);
    assert_eq!(send(&mut mote, 1, 2), Code::CONTINUE);
    // Repeated, in the header.
    assert_eq!(send(&mut mote, 1, 2), Code::CONTINUE);
    assert_eq!(send(&mut mote, 0, 2), Code::CONTINUE);
    // Another size on the way: 64-byte blocks 2, 3 are 32-byte blocks 4..8; and overlapping ones.
    for n in 4..8 {
        assert_eq!(send(&mut mote, n, 1), Code::CONTINUE);
    }
    assert_eq!(send(&mut mote, 1, 3), Code::CONTINUE);
    for n in 2..5 {
        assert_eq!(send(&mut mote, n, 3), Code::CONTINUE);
    }
    let programs = mote.node.programs;
    assert!(programs > 0);
    // Repeated, in the payload: compared, not written.
    assert_eq!(send(&mut mote, 4, 3), Code::CONTINUE);
    assert_eq!(send(&mut mote, 8, 2), Code::CONTINUE);
    assert_eq!(mote.node.programs, programs);
    // Reaches back and goes on.
    assert_eq!(send(&mut mote, 2, 4), Code::CONTINUE);
    assert!(mote.node.programs > programs);
    assert_eq!(mote.node.payload(&id("alarm")), Some(&old[..]));
    for n in 12..body.len().div_ceil(64) {
        send(&mut mote, n, 2);
    }
    assert_eq!(mote.node.payload(&id("alarm")), Some(&script(600)[..]));
    // The last block again: the same answer, no second commit.
    let last = (body.len() - 1) / 64;
    assert_eq!(send(&mut mote, last, 2), Code::CHANGED);
    assert_eq!(send(&mut mote, last, 2), Code::CHANGED);
    assert_eq!((mote.node.commits, mote.node.erases), (2, 2));
}

#[test]
fn a_block_that_comes_again_and_differs() {
    let (mut mote, old) = running();
    let v2 = Manifest::new("alarm", 2, &script(600));
    let body = v2.binary();
    for n in 0..8 {
        assert_eq!(mote.code(&block("/c/alarm", 63, &body, n, 2, 1)), Code::CONTINUE);
    }
    let mut bad = block("/c/alarm", 63, &body, 7, 2, 1);
    bad.payload[5] ^= 1;
    assert_eq!(mote.code(&bad), Code::INCOMPLETE);
    assert_eq!(mote.node.payload(&id("alarm")), Some(&old[..]));
    // From the beginning it goes well, and what was doubted is written anew.
    assert_eq!(mote.put("/c/alarm", 63, &body, 2, 1).code, Code::CHANGED);
    assert_eq!(mote.node.erases, 3);
    // A finished one is not doubted: it was verified.
    assert_eq!(mote.code(&bad), Code::INCOMPLETE);
    assert_eq!(mote.code(&block("/c/alarm", 63, &body, 7, 2, 1)), Code::CONTINUE);
    let mut bad = v2.binary();
    *bad.last_mut().unwrap() ^= 1;
    assert_eq!(mote.put("/c/alarm", 63, &bad, 6, 1).code, Code::BAD_REQUEST);
    assert_eq!(mote.node.payload(&id("alarm")), Some(&script(600)[..]));
}

#[test]
fn two_versions_that_begin_alike_do_not_get_stuck() {
    // 16-byte blocks: the first ones of both versions are the same bytes.
    for first_blocks in [1, 4, 30] {
        let mut mote = Mote::new();
        let (v1, v2) = (
            Manifest::new("alarm", 1, &script(300)),
            Manifest::new("alarm", 2, &script(310)),
        );
        assert_eq!(v1.text()[..16], v2.text()[..16]);
        for n in 0..first_blocks {
            assert_eq!(
                mote.code(&block("/c/alarm", 0, &v1.text(), n, 0, 1)),
                Code::CONTINUE
            );
        }
        let mut answer = mote.put("/c/alarm", 0, &v2.text(), 0, 1);
        if answer.code == Code::INCOMPLETE {
            answer = mote.put("/c/alarm", 0, &v2.text(), 0, 1);
        }
        assert_eq!(answer.code, Code::CREATED);
        assert_eq!(mote.node.payload(&id("alarm")), Some(&script(310)[..]));
        let v3 = Manifest::new("alarm", 3, &script(100));
        assert_eq!(mote.put("/c/alarm", 0, &v3.text(), 0, 1).code, Code::CHANGED);
    }
}

#[test]
fn block_0_that_comes_again_late_does_not_disturb() {
    let mut mote = Mote::new();
    let body = Manifest::new("alarm", 1, &script(600)).text();
    let blocks = body.len().div_ceil(64);
    for n in 0..blocks {
        let code = mote.code(&block("/c/alarm", 0, &body, n, 2, 1));
        assert_eq!(
            code,
            if n + 1 == blocks {
                Code::CREATED
            } else {
                Code::CONTINUE
            }
        );
        assert_eq!(
            mote.code(&block("/c/alarm", 0, &body, 0, 2, 1)),
            Code::CONTINUE,
            "after {n}"
        );
    }
    assert_eq!(mote.node.payload(&id("alarm")), Some(&script(600)[..]));
}

#[test]
fn the_last_block_never_comes_and_another_goes_on() {
    let (mut mote, old) = running();
    let v2 = Manifest::new("alarm", 2, &script(600));
    let body = v2.text();
    let blocks = body.len().div_ceil(64);
    for n in 0..blocks - 1 {
        assert_eq!(mote.code(&block("/c/alarm", 0, &body, n, 2, 1)), Code::CONTINUE);
    }
    mote.now += 3_600_000_000;
    assert_eq!(mote.node.payload(&id("alarm")), Some(&old[..]));
    let (programs, checks) = (mote.node.programs, mote.node.checks);
    // Another endpoint, from the beginning: what is there is not written again, nor the manifest checked again.
    assert_eq!(mote.put("/c/alarm", 0, &body, 3, 2).code, Code::CHANGED);
    assert!(mote.node.programs - programs <= 2);
    assert_eq!((mote.node.checks, mote.node.erases), (checks, 2));
}

#[test]
fn resume_by_digest_from_any_endpoint() {
    let mut mote = Mote::new();
    let v1 = Manifest::new("alarm", 1, &script(600));
    let body = v1.binary();
    for n in 0..8 {
        assert_eq!(mote.code(&block("/c/alarm", 63, &body, n, 2, 1)), Code::CONTINUE);
    }
    let hex: String = mock::sha(&v1.bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let text = mote
        .send(&get("/c/alarm/status").num(option::ACCEPT, 0).secured())
        .unwrap();
    assert!(
        text.body().contains(&format!("upload-digest {hex}\nreceived ")),
        "{}",
        text.body()
    );
    for (query, code) in [
        (String::new(), Code::INCOMPLETE),
        (format!("?d={}", &hex[..14]), Code::INCOMPLETE),
        ("?d=0123456789abcdef".into(), Code::INCOMPLETE),
        (format!("?d={}x", &hex[..16]), Code::INCOMPLETE),
        (format!("?d={}", &hex[..16]), Code::CONTINUE),
        (format!("?d={hex}"), Code::CONTINUE),
    ] {
        assert_eq!(
            mote.code(&block(&format!("/c/alarm{query}"), 63, &body, 8, 2, 9)),
            code,
            "{query}"
        );
    }
    for n in 9..body.len().div_ceil(64) {
        mote.code(&block(&format!("/c/alarm?d={hex}"), 63, &body, n, 2, n as u8));
    }
    assert_eq!(mote.node.payload(&id("alarm")), Some(&script(600)[..]));
}

#[test]
fn two_clients_at_once() {
    let (mut mote, _) = running();
    let (a, b) = (
        Manifest::new("alarm", 2, &script(600)).text(),
        Manifest::new("alarm", 3, &script(500)).text(),
    );
    // The header belongs to the first for as long as it moves…
    assert_eq!(mote.code(&block("/c/alarm", 0, &a, 0, 1, 1)), Code::CONTINUE);
    let busy = mote.send(&block("/c/alarm", 0, &b, 0, 1, 2)).unwrap();
    assert_eq!(
        (busy.code, busy.number(option::MAX_AGE)),
        (Code::UNAVAILABLE, Some(2))
    );
    assert_eq!(mote.code(&block("/c/alarm", 0, &a, 1, 1, 1)), Code::CONTINUE);
    // …a secured one takes its place at once…
    let mut secured = block("/c/alarm", 0, &b, 0, 1, 2);
    secured.security = Security::Dtls;
    assert_eq!(mote.code(&secured), Code::CONTINUE);
    assert_eq!(mote.code(&block("/c/alarm", 0, &a, 2, 1, 1)), Code::INCOMPLETE);
    // …and so does anybody when it stands still.
    mote.now += 2_000_000;
    assert_eq!(mote.code(&block("/c/alarm", 0, &a, 0, 1, 1)), Code::CONTINUE);
    for n in 1..20 {
        assert_eq!(mote.code(&block("/c/alarm", 0, &a, n, 1, 1)), Code::CONTINUE);
    }
    assert_eq!(mote.node.erases, 2);
    // The manifest is verified: only a higher sequence replaces it.
    let low = Manifest::new("alarm", 2, &script(601)).text();
    assert_eq!(mote.put("/c/alarm", 0, &low, 6, 3).code, Code::CONFLICT);
    assert_eq!(mote.code(&block("/c/alarm", 0, &a, 20, 1, 1)), Code::CONTINUE);
    assert_eq!(mote.put("/c/alarm", 0, &b, 1, 2).code, Code::CHANGED);
    assert_eq!(mote.code(&block("/c/alarm", 0, &a, 21, 1, 1)), Code::INCOMPLETE);
    assert_eq!(mote.node.payload(&id("alarm")), Some(&script(500)[..]));
}

#[test]
fn another_container_waits_for_an_upload_that_moves() {
    let mut mote = Mote::new();
    let a = Manifest::new("alarm", 1, &script(600)).text();
    for n in 0..8 {
        assert_eq!(mote.code(&block("/c/alarm", 0, &a, n, 2, 1)), Code::CONTINUE);
    }
    let b = Manifest::new("light", 1, &script(50)).text();
    let busy = mote.put("/c/light", 0, &b, 6, 2);
    assert_eq!(
        (busy.code, busy.number(option::MAX_AGE)),
        (Code::UNAVAILABLE, Some(10))
    );
    assert_eq!(mote.code(&block("/c/alarm", 0, &a, 8, 2, 1)), Code::CONTINUE);
    mote.now += 10_000_000;
    assert_eq!(mote.put("/c/light", 0, &b, 6, 2).code, Code::CREATED);
}

#[test]
fn one_request_at_a_time_waits_for_flash() {
    let mut mote = Mote::new();
    mote.node.slow = 2;
    let mut out = [0; 256];
    let body = Manifest::new("alarm", 1, &script(50)).text();
    let put = block("/c/alarm", 0, &body, 0, 6, 1);
    assert_eq!(mote.once(&put, &mut out), motebox_coap::Outcome::Pending);
    let busy = mote.send(&block("/c/light", 0, &body, 0, 6, 2)).unwrap();
    assert_eq!(
        (busy.code, busy.number(option::MAX_AGE)),
        (Code::UNAVAILABLE, Some(1))
    );
    // Reading goes on.
    assert_eq!(mote.code(&get("/c/alarm/status")), Code::CONTENT);
    assert_eq!(mote.code(&put), Code::CREATED);
    assert_eq!((mote.node.erases, mote.node.commits), (1, 1));
}

#[test]
fn longer_and_shorter_than_announced() {
    let (mut mote, old) = running();
    let v2 = Manifest::new("alarm", 2, &script(600));
    for (format, mut body) in [(0, v2.text()), (63, v2.binary())] {
        for exponent in [2, 6] {
            let whole = body.len();
            body.extend(script(200));
            let long = mote.put("/c/alarm", format, &body, exponent, 1);
            assert_eq!(
                (long.code, long.number(option::SIZE1)),
                (Code::TOO_LARGE, Some(whole as u32))
            );
            assert!(long.body().contains(&format!("limit {whole}")), "{}", long.body());
            body.truncate(whole - 1);
            assert_eq!(
                mote.put("/c/alarm", format, &body, exponent, 1).code,
                Code::BAD_REQUEST
            );
            body.truncate(whole - 1);
            body.push(if format == 0 {
                v2.text()[whole - 1]
            } else {
                v2.binary()[whole - 1]
            });
        }
    }
    assert_eq!(mote.node.payload(&id("alarm")), Some(&old[..]));
    // The head of the byte string says more than the manifest.
    let mut head = v2.envelope();
    head.extend(mock::bstr(&script(700)));
    assert_eq!(mote.put("/c/alarm", 63, &head, 6, 1).code, Code::TOO_LARGE);
    let mut head = v2.envelope();
    head.extend(mock::bstr(&script(20)));
    assert_eq!(mote.put("/c/alarm", 63, &head, 6, 1).code, Code::BAD_REQUEST);
    // Too large for the slot, as Size1 says at once and as the manifest says.
    let early = mote
        .send(&block("/c/alarm", 0, &v2.text(), 0, 2, 1).num(option::SIZE1, 70_000))
        .unwrap();
    assert_eq!(
        (early.code, early.number(option::SIZE1)),
        (Code::TOO_LARGE, Some(16_384))
    );
    assert_eq!(early.body(), "body 70000 limit 16384");
    let v9 = Manifest::new("alarm", 9, &script(20_000));
    assert_eq!(mote.put("/c/alarm", 63, &v9.binary(), 6, 1).code, Code::TOO_LARGE);
    assert_eq!((mote.node.commits, mote.node.erases), (1, 2));
}

#[test]
fn a_changed_payload_costs_the_spare_slot_only() {
    let (mut mote, old) = running();
    let mut body = Manifest::new("alarm", 2, &script(600)).text();
    *body.last_mut().unwrap() ^= 1;
    assert_eq!(mote.put("/c/alarm", 0, &body, 4, 1).code, Code::BAD_REQUEST);
    assert_eq!(mote.node.payload(&id("alarm")), Some(&old[..]));
    *body.last_mut().unwrap() ^= 1;
    assert_eq!(mote.put("/c/alarm", 0, &body, 4, 1).code, Code::CHANGED);
}

#[test]
fn the_same_container_again_has_no_effect() {
    let (mut mote, old) = running();
    let v1 = Manifest::new("alarm", 1, &old);
    let mut fresh = Mote::new();
    std::mem::swap(&mut fresh.node, &mut mote.node);
    for (format, body) in [(0, v1.text()), (63, v1.binary())] {
        assert_eq!(fresh.put("/c/alarm", format, &body, 1, 4).code, Code::CHANGED);
    }
    assert_eq!((fresh.node.commits, fresh.node.erases), (1, 1));
}

#[test]
fn bogus_manifests_are_remembered_and_rate_limited() {
    let (mut mote, _) = running();
    let forged = |n: u32| {
        let mut e = Manifest::new("alarm", n, b"x").envelope();
        let at = e.len() - 64;
        e[at] ^= 1;
        e
    };
    assert_eq!(mote.put("/c/alarm", 18, &forged(2), 6, 1).code, Code::FORBIDDEN);
    let checks = mote.node.checks;
    // The same again costs nothing, however often.
    for _ in 0..20 {
        assert_eq!(mote.put("/c/alarm", 18, &forged(2), 6, 1).code, Code::FORBIDDEN);
    }
    assert_eq!(mote.node.checks, checks);
    assert_eq!(mote.put("/c/alarm", 18, &forged(3), 6, 1).code, Code::FORBIDDEN);
    assert_eq!(mote.put("/c/alarm", 18, &forged(4), 6, 2).code, Code::FORBIDDEN);
    let limited = mote.put("/c/alarm", 18, &forged(5), 6, 3);
    assert_eq!(limited.code, Code::TOO_MANY_REQUESTS);
    assert!((1..=11).contains(&limited.number(option::MAX_AGE).unwrap()));
    assert_eq!(mote.node.checks, checks + 2);
    // A secured peer is not held up; and after the wait there is one more.
    let v6 = Manifest::new("alarm", 6, b"6").text();
    assert_eq!(
        mote.code(&ask(Code::PUT, "/c/alarm").body(&v6).secured()),
        Code::CHANGED
    );
    mote.now += 11_000_000;
    assert_eq!(mote.put("/c/alarm", 18, &forged(7), 6, 3).code, Code::FORBIDDEN);
    assert_eq!(
        mote.put("/c/alarm", 18, &forged(8), 6, 3).code,
        Code::TOO_MANY_REQUESTS
    );
    assert_eq!(mote.node.erases, 2);
}

#[test]
fn conditions() {
    let (mut mote, _) = running();
    let v2 = Manifest::new("alarm", 2, b"2");
    let put = |options: &[(u16, &[u8])]| {
        let ask = ask(Code::PUT, "/c/alarm").body(&v2.text());
        options.iter().fold(ask, |a, (n, v)| a.opt(*n, v))
    };
    let etag = mote
        .send(&get("/c/alarm"))
        .unwrap()
        .option(option::ETAG)
        .unwrap()
        .to_vec();
    assert_eq!(
        mote.code(&put(&[(option::IF_NONE_MATCH, &[])])),
        Code::PRECONDITION_FAILED
    );
    assert_eq!(
        mote.code(&put(&[(option::IF_MATCH, &[1; 8])])),
        Code::PRECONDITION_FAILED
    );
    assert_eq!(mote.node.erases, 1);
    // At block 0 already.
    let first = block("/c/alarm", 0, &v2.text(), 0, 0, 1).opt(option::IF_NONE_MATCH, &[]);
    assert_eq!(mote.code(&first), Code::PRECONDITION_FAILED);
    let matching = put(&[(option::IF_MATCH, &[1; 8]), (option::IF_MATCH, &etag)]);
    assert_eq!(mote.code(&matching), Code::CHANGED);
    // Again: its own effect does not refuse it.
    assert_eq!(mote.code(&matching), Code::CHANGED);
    let mut mote = Mote::new();
    assert_eq!(
        mote.code(&put(&[(option::IF_MATCH, &[])])),
        Code::PRECONDITION_FAILED
    );
    let new = put(&[(option::IF_NONE_MATCH, &[])]);
    assert_eq!(mote.code(&new), Code::CREATED);
    assert_eq!(mote.code(&new), Code::CREATED);
}

#[test]
fn malformed_blocks() {
    let mut mote = Mote::new();
    let body = Manifest::new("alarm", 1, &script(100)).text();
    let put = |n, more, e, len: usize| {
        ask(Code::PUT, "/c/alarm")
            .body(&body[..len])
            .block(option::BLOCK1, n, more, e)
    };
    for bad in [
        put(0, true, 7, 64),
        put(0, true, 2, 63),
        put(0, true, 2, 65),
        put(0, false, 0, 17),
    ] {
        assert_eq!(mote.code(&bad), Code::BAD_REQUEST);
    }
    assert_eq!(
        mote.code(&put(0, true, 2, 64).opt(option::BLOCK1, &[0])),
        Code::BAD_OPTION
    );
    assert_eq!(
        mote.code(&ask(Code::PUT, "/c/alarm").opt(option::BLOCK1, &[0, 0, 0, 0])),
        Code::BAD_OPTION
    );
    // The highest block number there is.
    assert_eq!(mote.code(&put(0xf_ffff, true, 6, 64)), Code::BAD_REQUEST);
    let far = ask(Code::PUT, "/c/alarm")
        .body(&[0; 1024])
        .block(option::BLOCK1, 0xf_ffff, true, 6);
    assert_eq!(mote.code(&far), Code::INCOMPLETE);
}

#[test]
fn a_small_pdu_names_the_block_size_that_fits() {
    let mut mote = Mote::with(|c| c.max_request_bytes = 128);
    let body = Manifest::new("alarm", 1, &script(600)).text();
    for exponent in [3, 4, 5, 6] {
        let mut first = block("/c/alarm", 0, &body, 0, exponent, 1);
        for cut in [None, Some(128)] {
            first.cut = cut;
            let answer = mote.send(&first).unwrap();
            assert_eq!(answer.code, Code::TOO_LARGE);
            let hint = answer.block(option::BLOCK1).unwrap();
            assert_eq!((hint.number, hint.more, hint.size_exponent), (0, true, 2));
            assert_eq!(answer.number(option::SIZE1), Some(16_384));
        }
    }
    // A long host name leaves less room.
    let host = block("/c/alarm", 0, &body, 0, 2, 1).opt(option::URI_HOST, &[b'h'; 50]);
    let answer = mote.send(&host).unwrap();
    assert_eq!(answer.block(option::BLOCK1).unwrap().size_exponent, 1);
    // The same place, in the smaller size.
    let later = block("/c/alarm", 0, &body, 2, 4, 1);
    assert_eq!(
        mote.send(&later).unwrap().block(option::BLOCK1).unwrap().number,
        8
    );
    // No block fits beside these options.
    let full = block("/c/alarm", 0, &body, 0, 2, 1).opt(option::URI_HOST, &[b'h'; 110]);
    assert_eq!(mote.send(&full).unwrap().block(option::BLOCK1), None);
    assert_eq!(mote.put("/c/alarm", 0, &body, 2, 1).code, Code::CREATED);
}
