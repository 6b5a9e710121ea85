//! Discovery, list, status, log, data, containers; rights, block-wise answers and observation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod mock;

use mock::{Answer, Ask, Manifest, Mote, block, get, id, peer, sha};
use motebox_coap::msg::{self, Code, Kind, option};

fn loaded(payload: &[u8]) -> (Mote, Manifest) {
    let mut mote = Mote::new();
    let v1 = Manifest::new("alarm", 1, payload);
    assert_eq!(mote.put("/c/alarm", 0, &v1.text(), 6, 1).code, Code::CREATED);
    (mote, v1)
}

fn links(mote: &mut Mote, query: &str) -> Vec<String> {
    let (body, _) = mote.fetch(&get(&format!("/.well-known/core{query}")), 6);
    let text = String::from_utf8(body).unwrap();
    text.split(',')
        .filter(|l| !l.is_empty())
        .map(str::to_string)
        .collect()
}

#[test]
fn discovery_and_its_filters() {
    let (mut mote, _) = loaded(b"12345");
    mote.node.links.push(("alarm/off now", "buzzer loud"));
    let all = links(&mut mote, "");
    assert_eq!(
        all,
        [
            "</c>;rt=\"motebox.list\";ct=\"60 0\"",
            "</c/alarm>;rt=\"motebox.container\";ct=\"0 63 18\";title=\"alarm\";sz=5",
            "</c/alarm/status>;rt=\"motebox.status\";ct=\"60 0\";obs",
            "</c/alarm/log>;rt=\"motebox.log\";ct=\"0 60\";obs",
            "</c/alarm/data>;rt=\"motebox.data\";ct=\"112\";obs",
            "</riot/script>;rt=\"motebox.container\";ct=\"0 63 18\";title=\"alarm\";sz=5",
            "</alarm/off%20now>;rt=\"buzzer loud\"",
        ]
    );
    for (query, expected) in [
        ("?rt=motebox.list", vec![0]),
        ("?rt=motebox.container", vec![1, 5]),
        ("?rt=motebox*", vec![0, 1, 2, 3, 4, 5]),
        ("?rt=*", vec![0, 1, 2, 3, 4, 5, 6]),
        ("?rt=loud", vec![6]),
        ("?rt=buzzer", vec![6]),
        ("?rt=buzzer loud", vec![6]),
        ("?rt=buzz", vec![]),
        ("?href=/c", vec![0]),
        ("?href=/c/alarm*", vec![1, 2, 3, 4]),
        ("?href=/alarm/off%20now", vec![6]),
        ("?ct=63", vec![1, 5]),
        ("?ct=6", vec![]),
        ("?title=alarm", vec![1, 5]),
        ("?sz=5", vec![1, 5]),
        ("?obs", vec![2, 3, 4]),
        ("?obs&rt=motebox.log", vec![3]),
        ("?if=core", vec![]),
        ("?rt=", vec![]),
    ] {
        let expected: Vec<_> = expected.iter().map(|i: &usize| all[*i].clone()).collect();
        if expected.is_empty() {
            let answer = mote.send(&get(&format!("/.well-known/core{query}"))).unwrap();
            assert_eq!((answer.code, answer.payload.len()), (Code::CONTENT, 0), "{query}");
        } else {
            assert_eq!(links(&mut mote, query), expected, "{query}");
        }
    }
}

#[test]
fn a_container_in_its_forms_in_every_block_size() {
    let payload: Vec<u8> = (0..=255).cycle().take(700).collect();
    let (mut mote, v1) = loaded(&payload);
    let etag = &sha(&v1.bytes())[..8];
    for (accept, body) in [
        (None, v1.text()),
        (Some(0), v1.text()),
        (Some(63), v1.binary()),
        (Some(18), v1.envelope()),
    ] {
        for exponent in 0..=6 {
            for path in ["/c/alarm", "/riot/script"] {
                let mut ask = get(path).secured();
                if let Some(a) = accept {
                    ask = ask.num(option::ACCEPT, a);
                }
                let (read, answers) = mote.fetch(&ask, exponent);
                assert_eq!(read, body);
                for a in answers {
                    assert_eq!(a.option(option::ETAG), Some(etag));
                    assert_eq!(a.number(option::CONTENT_FORMAT), Some(accept.unwrap_or(0)));
                }
            }
        }
    }
    for refused in [60, 40, 257, 65535] {
        assert_eq!(
            mote.code(&get("/c/alarm").num(option::ACCEPT, refused)),
            Code::NOT_ACCEPTABLE
        );
    }
    let valid = mote.send(&get("/c/alarm").opt(option::ETAG, etag)).unwrap();
    assert_eq!(
        (valid.code, valid.payload.len(), valid.option(option::ETAG)),
        (Code::VALID, 0, Some(etag))
    );
    let size = mote.send(&get("/c/alarm").num(option::SIZE2, 0)).unwrap();
    assert_eq!(size.number(option::SIZE2), Some(v1.text().len() as u32));
}

#[test]
fn list_status_log_and_data() {
    let (mut mote, v1) = loaded(b"x");
    mote.node.ids.push(id("empty"));
    let digest = sha(&v1.bytes());
    let hex = |b: &[u8]| b.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let text = |mote: &mut Mote, path: &str| {
        String::from_utf8(mote.fetch(&get(path).num(option::ACCEPT, 0), 6).0).unwrap()
    };
    assert_eq!(
        text(&mut mote, "/c"),
        format!("alarm 4 1 {}\nempty 0 0 \n", hex(&digest[..8]))
    );
    let mut list = b"\x82\x84\x65alarm\x04\x01\x48".to_vec();
    list.extend(&digest[..8]);
    list.extend(b"\x84\x65empty\x00\x00\x40");
    assert_eq!(mote.fetch(&get("/c"), 6).0, list);
    assert_eq!(
        text(&mut mote, "/c/alarm/status"),
        format!(
            "id alarm\nstate 4\nsequence 1\ndigest {}\nheap-used 1234\n",
            hex(&digest)
        )
    );
    let mut status = b"\xa5\x00\x65alarm\x01\x04\x03\x01\x04\x58\x20".to_vec();
    status.extend(digest);
    status.extend(b"\x18\x31\x19\x04\xd2");
    assert_eq!(mote.fetch(&get("/c/alarm/status"), 6).0, status);
    assert_eq!(text(&mut mote, "/c/alarm/log"), "line 1\nline 2\n");
    let log = mote.fetch(&get("/c/alarm/log").num(option::ACCEPT, 60), 0).0;
    assert_eq!(log, b"\x82\x18\x64\x4eline 1\nline 2\n");
    let data = mote.fetch(&get("/c/alarm/data"), 6).0;
    let mut expected = b"\x82\xa4\x00\x6abrightness\x01\x62lx\x02\xfb".to_vec();
    expected.extend(21.5f64.to_be_bytes());
    expected.extend(b"\x06\xfb\0\0\0\0\0\0\0\0\xa3\x00\x65count\x02\xfb");
    expected.extend(3f64.to_be_bytes());
    expected.extend(b"\x06\xfb");
    expected.extend((-2f64).to_be_bytes());
    assert_eq!(data, expected);
    assert_eq!(mote.code(&get("/c/empty")), Code::NOT_FOUND);
    assert_eq!(mote.code(&get("/c/empty/status")), Code::CONTENT);
}

#[test]
fn figures_of_the_moment_do_not_make_another_status() {
    let (mut mote, _) = loaded(b"x");
    let etag = |mote: &mut Mote| {
        let answer = mote.send(&get("/c/alarm/status")).unwrap();
        answer.option(option::ETAG).unwrap().to_vec()
    };
    let before = etag(&mut mote);
    mote.node.heap_used += 1;
    assert_eq!(
        etag(&mut mote),
        before,
        "a client that reads block by block keeps all of them"
    );
    let asked_again = mote
        .send(&get("/c/alarm/status").opt(option::ETAG, &before))
        .unwrap();
    assert_eq!(
        asked_again.code,
        Code::CONTENT,
        "but never 2.03: its figures would be old ones"
    );
    mote.node.ids.push(id("other"));
    mote.node.ids.swap(0, 1);
    let other = mote.send(&get("/c/other/status")).unwrap();
    assert_ne!(other.option(option::ETAG), Some(&before[..]));
}

#[test]
fn an_upload_shows_in_the_status() {
    let mut mote = Mote::new();
    let v1 = Manifest::new("alarm", 1, &[b'x'; 600]);
    for n in 0..8 {
        mote.send(&block("/c/alarm", 63, &v1.binary(), n, 2, 1));
    }
    let received = 8 * 64 - (v1.binary().len() - 600);
    let status = mote.fetch(&get("/c/alarm/status").num(option::ACCEPT, 0), 6).0;
    let status = String::from_utf8(status).unwrap();
    assert!(
        status.contains(&format!("\nreceived {received}\nupload-length 600\nheap-used")),
        "{status}"
    );
    let cbor = mote.fetch(&get("/c/alarm/status"), 6).0;
    assert_eq!(
        (cbor[0], &cbor[cbor.len() - 5..]),
        (0xa6, &b"\x18\x31\x19\x04\xd2"[..])
    );
    assert!(
        cbor.windows(36)
            .any(|w| w[..4] == [0x11, 0x58, 0x20, sha(&v1.bytes())[0]])
    );
}

#[test]
fn rights_to_read() {
    let (mut mote, _) = loaded(b"x");
    mote.node.may_read = false;
    for path in ["/c/alarm", "/c/alarm/log", "/c/alarm/data", "/riot/script"] {
        assert_eq!(mote.code(&get(path)), Code::UNAUTHORIZED, "{path}");
        assert_eq!(mote.code(&get(path).secured()), Code::CONTENT, "{path}");
    }
    for path in ["/.well-known/core", "/c", "/c/alarm/status"] {
        assert_eq!(mote.code(&get(path)), Code::CONTENT, "{path}");
    }
    let text =
        |mote: &mut Mote, ask: Ask| String::from_utf8(mote.fetch(&ask.num(option::ACCEPT, 0), 6).0).unwrap();
    let (short, long) = (get("/c/alarm/status"), get("/c/alarm/status").secured());
    assert!(!text(&mut mote, short).contains("heap-used"));
    assert!(text(&mut mote, long).contains("heap-used"));
}

#[test]
fn errors_as_text_and_as_problem_details() {
    let mut mote = Mote::new();
    let answer = mote.send(&get("/c/none")).unwrap();
    assert_eq!(
        (answer.body(), answer.number(option::CONTENT_FORMAT)),
        ("no such container", Some(0))
    );
    let put = mock::ask(Code::PUT, "/c/alarm")
        .num(option::SIZE1, 70_000)
        .body(&Manifest::new("alarm", 1, b"x").text());
    assert_eq!(mote.send(&put).unwrap().body(), "body 70000 limit 16384");
    let problem = mote.send(&put.num(option::ACCEPT, 257)).unwrap();
    assert_eq!(problem.number(option::CONTENT_FORMAT), Some(257));
    assert_eq!(
        problem.payload,
        b"\xa3\x20\x64body\x21\x7170000 limit 16384\x23\x18\x8d"
    );
    let problem = mote.send(&get("/c/none").num(option::ACCEPT, 257)).unwrap();
    assert_eq!(problem.payload, b"\xa2\x20\x71no such container\x23\x18\x84");
}

#[test]
fn small_answers_to_endpoints_that_proved_nothing() {
    let (mut mote, v1) = loaded(&[b'x'; 900]);
    for path in ["/c/alarm", "/c/alarm/log", "/.well-known/core"] {
        let answer = mote.send(&get(path)).unwrap();
        assert!(answer.len <= 136, "{path}: {}", answer.len);
    }
    let whole = mote.send(&get("/c/alarm").secured()).unwrap();
    assert_eq!(
        (
            whole.payload.len(),
            whole.block(option::BLOCK2).unwrap().size_exponent
        ),
        (1024, 6)
    );
    assert_eq!(mote.fetch(&get("/c/alarm"), 6).0, v1.text());
    let mut small = get("/c/alarm").secured();
    small.max_response_bytes = 128;
    let answer = mote.send(&small).unwrap();
    assert!(answer.len <= 128 && answer.payload.len() == 64);
}

fn poll(mote: &mut Mote) -> Option<Answer> {
    let mut out = [0; 300];
    let n = mote.resource.poll(mote.now, &mut mote.node, &mut out)?;
    assert_eq!(n.to, peer(5));
    Some(Answer::parse(&out[..n.len]))
}

fn observe(path: &str, token: u8) -> Ask {
    let mut ask = get(path).opt(option::OBSERVE, &[]).from(5).secured();
    ask.token = vec![token];
    ask
}

#[test]
fn observation() {
    let (mut mote, _) = loaded(b"x");
    let first = mote.send(&observe("/c/alarm/log", 1)).unwrap();
    assert_eq!(
        (first.code, first.number(option::OBSERVE)),
        (Code::CONTENT, Some(0))
    );
    assert_eq!(
        (poll(&mut mote), mote.resource.deadline(&mote.node)),
        (None, u64::MAX)
    );
    mote.node.versions += 1;
    mote.node.log.extend(b"line 3\n");
    // Not before the minimum period.
    assert_eq!(mote.resource.deadline(&mote.node), mote.now + 1_000_000);
    mote.now += 999_999;
    assert_eq!(poll(&mut mote), None);
    mote.now += 1;
    let n = poll(&mut mote).unwrap();
    assert_eq!(
        (n.kind, n.code, n.token.as_slice(), n.number(option::OBSERVE)),
        (Kind::Con, Code::CONTENT, &[1][..], Some(1))
    );
    assert_eq!(
        (n.body(), n.number(option::CONTENT_FORMAT)),
        ("line 1\nline 2\nline 3\n", Some(0))
    );
    assert_eq!(poll(&mut mote), None);
    // Acknowledged: it goes on, with NON.
    let ack = msg::ack(n.id);
    assert_eq!(
        mote.raw(&ack, 4, &get("/").from(5), &mut []),
        motebox_coap::Outcome::Ignore
    );
    for sequence in 2..=17 {
        (mote.node.versions, mote.now) = (sequence + 10, mote.now + 1_000_000);
        let n = poll(&mut mote).unwrap();
        assert_eq!(n.number(option::OBSERVE), Some(sequence));
        assert_eq!(n.kind, if sequence == 17 { Kind::Con } else { Kind::Non });
    }
    // Not acknowledged: it ends.
    (mote.node.versions, mote.now) = (99, mote.now + 1_000_000);
    assert_eq!(poll(&mut mote), None);
    mote.now += 10_000_000;
    assert_eq!(
        (poll(&mut mote), mote.resource.deadline(&mote.node)),
        (None, u64::MAX)
    );
}

#[test]
fn observation_ends() {
    let (mut mote, _) = loaded(b"x");
    let change = |mote: &mut Mote| {
        mote.node.versions += 1;
        mote.now += 20_000_000;
        poll(mote)
    };
    // Two and not more; the same token again is the same observation.
    for (token, taken) in [(1, true), (2, true), (1, true), (3, false)] {
        let answer = mote.send(&observe("/c/alarm/status", token)).unwrap();
        assert_eq!(
            (answer.code, answer.option(option::OBSERVE).is_some()),
            (Code::CONTENT, taken)
        );
    }
    // Deregistration.
    let mut stop = observe("/c/alarm/status", 2);
    stop.options
        .iter_mut()
        .filter(|o| o.0 == option::OBSERVE)
        .for_each(|o| o.1 = vec![1]);
    assert_eq!(mote.send(&stop).unwrap().option(option::OBSERVE), None);
    let n = change(&mut mote).unwrap();
    assert_eq!(n.token, [1]);
    // RST.
    assert_eq!(poll(&mut mote), None);
    assert_eq!(
        mote.raw(&msg::reset(n.id), 4, &get("/").from(4), &mut []),
        motebox_coap::Outcome::NotMine
    );
    assert_eq!(
        mote.raw(&msg::reset(n.id), 4, &get("/").from(5), &mut []),
        motebox_coap::Outcome::Ignore
    );
    assert_eq!(change(&mut mote), None);
    // The container goes.
    mote.send(&observe("/c/alarm/data", 7));
    mote.node.ids.clear();
    assert_eq!(change(&mut mote).unwrap().code, Code::NOT_FOUND);
    assert_eq!(change(&mut mote), None);
    // Not observable.
    mote.node.ids.push(id("alarm"));
    assert_eq!(
        mote.send(&observe("/c", 1)).unwrap().option(option::OBSERVE),
        None
    );
}

#[test]
fn observation_without_security_wants_echo() {
    let (mut mote, _) = loaded(b"x");
    let plain = get("/c/alarm/status").opt(option::OBSERVE, &[]).from(5);
    let refused = mote.send(&plain).unwrap();
    let echo = refused.option(option::ECHO).unwrap().to_vec();
    assert_eq!(
        (refused.code, echo.len(), refused.option(option::OBSERVE)),
        (Code::UNAUTHORIZED, 8, None)
    );
    let observed = |mote: &mut Mote, ask: Ask| mote.send(&ask).unwrap().option(option::OBSERVE).is_some();
    assert!(!observed(&mut mote, plain.clone().opt(option::ECHO, &[1; 8])));
    assert!(!observed(
        &mut mote,
        plain.clone().opt(option::ECHO, &echo).from(6)
    ));
    assert!(observed(&mut mote, plain.clone().opt(option::ECHO, &echo)));
    // An endpoint that proved itself gets large answers.
    assert!(
        mote.send(&get("/.well-known/core").from(5).opt(option::ECHO, &echo))
            .unwrap()
            .len
            > 136
    );
    mote.now += 3 << 26;
    assert!(!observed(&mut mote, plain.opt(option::ECHO, &echo)));
}
