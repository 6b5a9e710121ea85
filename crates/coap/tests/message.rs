//! The codec against other people's messages, and the message layer's rules.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod mock;

use mock::{Manifest, Mote, ask, get, peer};
use motebox_coap::msg::{
    self, Block, Cached, Code, Header, Kind, Malformed, Message, ReplyCache, Writer, option, uint,
};
use motebox_coap::{Outcome, Security};
use proptest::prelude::*;

/// RFC 7252 appendix A, figures 16 to 19: GET /temperature and its answers, as bytes.
#[test]
fn examples_of_rfc_7252() {
    let con = b"\x40\x01\x7d\x34\xbbtemperature";
    let m = Message::parse(con).unwrap();
    assert_eq!(*m.header(), Header::new(Kind::Con, Code::GET, 0x7d34, &[]));
    assert!(m.path_is(b"temperature"));
    let ack = b"\x60\x45\x7d\x34\xff22.3 C";
    let m = Message::parse(ack).unwrap();
    assert_eq!(
        (m.header().kind, m.code(), m.payload()),
        (Kind::Ack, Code::CONTENT, &b"22.3 C"[..])
    );
    let token = b"\x41\x01\x7d\x35\x20\xbbtemperature";
    let m = Message::parse(token).unwrap();
    assert_eq!(m.header().token.as_slice(), [0x20]);
    // And written, they are the same bytes.
    let mut buf = [0; 64];
    let mut w = Writer::new(&mut buf, *m.header()).unwrap();
    w.option(option::URI_PATH, b"temperature").unwrap();
    let len = w.finish();
    assert_eq!(&buf[..len], token);
    let mut w = Writer::new(&mut buf, Header::new(Kind::Ack, Code::CONTENT, 0x7d34, &[])).unwrap();
    w.payload(b"22.3 C").unwrap();
    let len = w.finish();
    assert_eq!(&buf[..len], ack);
    assert_eq!(msg::ack(0x7d35), *b"\x60\x00\x7d\x35");
    assert_eq!(msg::reset(0xad7b), *b"\x70\x00\xad\x7b");
}

/// RFC 7959 section 2.2 and the figures of section 3: `num/more/size` as option values.
#[test]
fn examples_of_rfc_7959() {
    for (value, number, more, size) in [
        (&[][..], 0, false, 16),
        (&[0x0b][..], 0, true, 128),
        (&[0x1b][..], 1, true, 128),
        (&[0x23][..], 2, false, 128),
        (&[0x12][..], 1, false, 64),
        (&[0xff, 0xf6][..], 4095, false, 1024),
    ] {
        let b = Block::parse(value).unwrap();
        assert_eq!((b.number, b.more, b.size()), (number, more, size));
        assert_eq!(b.offset() as usize, number as usize * size);
        assert_eq!(uint(value), Some(b.value()));
    }
    assert_eq!(Block::parse(&[0, 0, 0, 0]), None);
    assert_eq!(Block::exponent_for(15), None);
    assert_eq!(
        (
            Block::exponent_for(16),
            Block::exponent_for(1023),
            Block::exponent_for(9000)
        ),
        (Some(0), Some(5), Some(6))
    );
}

#[test]
fn malformed_messages() {
    let short = Err(Malformed::Short);
    let format = Err(Malformed::Format {
        kind: Kind::Con,
        id: 0x0102,
    });
    for (datagram, error) in [
        (&b""[..], short),
        (b"\x40\x01\x01", short),
        (b"\x80\x01\x01\x02", Err(Malformed::Version)),
        (b"\x49\x01\x01\x02123456789", format),
        (b"\x44\x01\x01\x02123", format),
        (b"\x40\x01\x01\x02\xff", format),
        (b"\x40\x01\x01\x02\xf0", format),
        (b"\x40\x01\x01\x02\x0f", format),
        (b"\x40\x01\x01\x02\x01", format),
        (b"\x40\x01\x01\x02\xd0", format),
        (b"\x40\x01\x01\x02\xe0\x01", format),
        (b"\x40\x01\x01\x02\x0e\xff\xff1", format),
        // Option numbers end at 65535.
        (
            b"\x40\x01\x01\x02\xe0\xfe\xf2\x10",
            Err(Malformed::Format {
                kind: Kind::Con,
                id: 0x0102,
            }),
        ),
        (b"\x40\x01\x01\x02\xe0\xff\xff", format),
        // An empty message is four bytes.
        (b"\x41\x00\x01\x021", format),
        (b"\x40\x00\x01\x02\xff1", format),
    ] {
        assert_eq!(Message::parse(datagram).map(|_| ()), error, "{datagram:x?}");
    }
    let highest = b"\x40\x01\x01\x02\xe0\xfe\xf2";
    assert_eq!(
        Message::parse(highest).unwrap().options().next().unwrap().number,
        65535
    );
}

#[test]
fn a_writer_refuses_what_does_not_fit_and_stays_whole() {
    let mut buf = [0; 12];
    assert!(Writer::new(&mut buf[..5], Header::new(Kind::Con, Code::GET, 1, b"12")).is_err());
    let mut w = Writer::new(&mut buf, Header::new(Kind::Con, Code::GET, 1, b"12")).unwrap();
    w.option(11, b"ab").unwrap();
    assert_eq!(w.option(11, b"abc"), Err(Malformed::Buffer));
    assert_eq!(w.option(3, b""), Err(Malformed::Buffer));
    assert_eq!(w.payload(b"abc"), Err(Malformed::Buffer));
    w.payload(b"ab").unwrap();
    let len = w.finish();
    let m = Message::parse(&buf[..len]).unwrap();
    assert_eq!((m.find(11), m.payload()), (Some(&b"ab"[..]), &b"ab"[..]));
}

#[test]
fn truncated_requests_never_do_anything_else() {
    let mut mote = Mote::new();
    let v1 = Manifest::new("alarm", 1, b"1");
    let put = ask(Code::PUT, "/c/alarm")
        .num(option::CONTENT_FORMAT, 0)
        .body(&v1.text());
    let whole = put.datagram();
    let mut out = [0; 256];
    for len in 0..whole.len() {
        match mote.raw(&whole[..len], len, &put, &mut out) {
            Outcome::Reply(n) => {
                let code = mock::Answer::parse(&out[..n]).code;
                assert!(code == Code::EMPTY || code.class() == 4, "{len} bytes: {code:?}");
            }
            outcome => assert!(
                matches!(outcome, Outcome::Ignore | Outcome::NotMine),
                "{len} bytes: {outcome:?}"
            ),
        }
        assert_eq!(mote.node.commits, 0);
    }
    assert_eq!(mote.code(&put), Code::CREATED);
}

#[test]
fn message_layer() {
    let mut mote = Mote::new();
    let mut out = [0; 256];
    let any = get("/c");
    let mut raw = |mote: &mut Mote, bytes: &[u8]| match mote.raw(bytes, bytes.len(), &any, &mut out) {
        Outcome::Reply(n) => Ok(out[..n].to_vec()),
        other => Err(other),
    };
    // Ping, malformed CON, malformed NON, reserved class, another version.
    assert_eq!(
        raw(&mut mote, b"\x40\x00\x12\x34"),
        Ok(b"\x70\x00\x12\x34".to_vec())
    );
    assert_eq!(
        raw(&mut mote, b"\x40\x01\x12\x34\xff"),
        Ok(b"\x70\x00\x12\x34".to_vec())
    );
    assert_eq!(raw(&mut mote, b"\x50\x01\x12\x34\xff"), Err(Outcome::Ignore));
    assert_eq!(
        raw(&mut mote, b"\x40\x21\x12\x34"),
        Ok(b"\x70\x00\x12\x34".to_vec())
    );
    assert_eq!(raw(&mut mote, b"\x80\x01\x12\x34"), Err(Outcome::Ignore));
    // Responses, and acknowledgements of nothing, are the node's.
    assert_eq!(raw(&mut mote, b"\x60\x45\x12\x34"), Err(Outcome::NotMine));
    assert_eq!(raw(&mut mote, b"\x50\x44\x12\x34"), Err(Outcome::NotMine));
    assert_eq!(raw(&mut mote, b"\x60\x00\x12\x34"), Err(Outcome::NotMine));
    // A CON is answered with its id and token, a NON with ids of ours.
    let con = mote.send(&get("/c")).unwrap();
    assert_eq!((con.kind, con.id, con.token), (Kind::Ack, 7, vec![1, 2]));
    let non = mote.send(&get("/c").non()).unwrap();
    assert_eq!((non.kind, non.id, non.token), (Kind::Non, 100, vec![1, 2]));
    assert_eq!(mote.send(&get("/c").non()).unwrap().id, 101);
}

#[test]
fn options_that_cannot_be_used() {
    let mut mote = Mote::new();
    mote.node.links.push(("alarm", "buzzer"));
    let long = [b'x'; 256];
    let kb = vec![b'y'; 1024];
    for (ask, code) in [
        (get("/c").opt(9, b"oscore"), Code::BAD_OPTION),
        (get("/c").opt(65001, b""), Code::BAD_OPTION),
        (get("/c").opt(65000, b"elective"), Code::CONTENT),
        (
            get("/c").opt(258, &[26]).opt(292, b"tag").opt(16, &[5]),
            Code::CONTENT,
        ),
        (
            get("/c")
                .opt(option::URI_HOST, b"mote")
                .opt(option::URI_PORT, &[0x16, 0x33]),
            Code::CONTENT,
        ),
        (get("/c").opt(option::URI_HOST, b""), Code::BAD_OPTION),
        (
            get("/c").opt(option::URI_HOST, b"a").opt(option::URI_HOST, b"b"),
            Code::BAD_OPTION,
        ),
        (
            get("/c").opt(option::ACCEPT, &[60]).opt(option::ACCEPT, &[60]),
            Code::BAD_OPTION,
        ),
        (get("/c").opt(option::ACCEPT, &[0, 0, 60]), Code::BAD_OPTION),
        (get("/c").opt(option::IF_NONE_MATCH, &[1]), Code::BAD_OPTION),
        (get("/c").opt(option::IF_MATCH, &[1; 9]), Code::BAD_OPTION),
        (get("/c").opt(option::URI_PATH, &long), Code::BAD_OPTION),
        (get("/c").opt(option::URI_QUERY, &kb), Code::BAD_OPTION),
        (
            get("/c").opt(option::PROXY_URI, b"coap://x/"),
            Code::PROXYING_NOT_SUPPORTED,
        ),
        (
            get("/c").opt(option::PROXY_SCHEME, b"coap"),
            Code::PROXYING_NOT_SUPPORTED,
        ),
        (
            get("/alarm").opt(option::PROXY_SCHEME, b"coap"),
            Code::PROXYING_NOT_SUPPORTED,
        ),
        (get("/alarm").opt(9, b""), Code::BAD_OPTION),
        (get("/c").block(option::BLOCK2, 0, false, 7), Code::BAD_REQUEST),
        (get("/c").block(option::BLOCK2, 9, false, 2), Code::BAD_REQUEST),
    ] {
        assert_eq!(mote.code(&ask), code, "{ask:?}");
        if code == Code::BAD_OPTION {
            let reset = mote.send(&ask.non()).unwrap();
            assert_eq!((reset.kind, reset.code, reset.id), (Kind::Rst, Code::EMPTY, 7));
        }
    }
    // 1 kB of path and of query, in segments that are allowed.
    let path = (0..5).fold(get("/c"), |a, _| a.opt(option::URI_PATH, &long[..205]));
    assert_eq!(mote.code(&path), Code::NOT_FOUND);
    let other = (0..5).fold(get("/"), |a, _| a.opt(option::URI_PATH, &long[..205]));
    assert_eq!(mote.once(&other, &mut [0; 99]), Outcome::NotMine);
    let query = (0..5).fold(get("/.well-known/core"), |a, _| {
        a.opt(option::URI_QUERY, &long[..205])
    });
    assert_eq!(
        (mote.code(&query), mote.send(&query).unwrap().payload.len()),
        (Code::CONTENT, 0)
    );
    assert_eq!(
        mote.code(&(0..5).fold(get("/c/alarm/status"), |a, _| {
            a.opt(option::URI_QUERY, &long[..205])
        })),
        Code::CONTENT
    );
}

#[test]
fn paths() {
    let mut mote = Mote::new();
    for path in [
        "/c/Alarm",
        "/c/a_b",
        "/c/12345678901234567",
        "/c/alarm/x",
        "/c/alarm/log/x",
        "/c/none",
        "/c/none/status",
    ] {
        assert_eq!(mote.code(&get(path)), Code::NOT_FOUND, "{path}");
    }
    assert_eq!(mote.code(&get("/c").opt(option::URI_PATH, b"")), Code::NOT_FOUND);
    // A segment that holds a slash is not two segments.
    let sly = get("/").opt(option::URI_PATH, b"c/alarm");
    assert_eq!(mote.once(&sly, &mut [0; 99]), Outcome::NotMine);
    let sly = get("/").opt(option::URI_PATH, b"riot/script");
    assert_eq!(mote.once(&sly, &mut [0; 99]), Outcome::NotMine);
    for (ask, path, is) in [
        (get("/a/b"), "a/b", true),
        (get("/a/b"), "a", false),
        (get("/a"), "a/b", false),
        (get("/ab"), "a", false),
        (get("/"), "", true),
        (get("/"), "a", false),
        (get("/").opt(11, b"a/b"), "a/b", false),
    ] {
        assert_eq!(
            Message::parse(&ask.datagram()).unwrap().path_is(path.as_bytes()),
            is,
            "{ask:?} {path}"
        );
    }
}

#[test]
fn from_the_node_itself_and_from_multicast() {
    let mut mote = Mote::new();
    let v1 = Manifest::new("alarm", 1, b"1");
    for path in ["/c", "/c/alarm", "/c/alarm/status", "/riot/script"] {
        let mut own = get(path);
        own.from_self = true;
        assert_eq!(mote.code(&own), Code::FORBIDDEN, "{path}");
        own.code = Code::PUT;
        own.payload = v1.text();
        assert_eq!(mote.code(&own), Code::FORBIDDEN, "{path}");
    }
    let many = |ask: mock::Ask| mock::Ask {
        multicast: true,
        kind: Kind::Non,
        ..ask
    };
    assert_eq!(mote.code(&many(get("/.well-known/core"))), Code::CONTENT);
    for silent in [
        many(get("/.well-known/core?rt=nothing")),
        many(get("/c")),
        many(get("/c/alarm/status")),
        many(get("/.well-known/core").opt(9, b"")),
        many(ask(Code::PUT, "/.well-known/core")),
        many(ask(Code::PUT, "/c/alarm").body(&v1.text())),
        mock::Ask {
            multicast: true,
            ..get("/.well-known/core")
        },
    ] {
        assert_eq!(mote.send(&silent), None, "{silent:?}");
    }
    assert_eq!(mote.node.checks, 0);
}

#[test]
fn the_reply_cache_answers_duplicates() {
    let mut cache = ReplyCache::<2, 8>::new();
    let (a, b) = (peer(1), peer(2));
    assert_eq!(cache.see(a, 1, 10), Cached::New);
    assert_eq!(cache.see(a, 1, 10), Cached::Working);
    assert_eq!(cache.see(b, 1, 10), Cached::New);
    cache.answer(a, 1, b"answer");
    assert_eq!(cache.see(a, 1, 20), Cached::Answered(b"answer"));
    assert_eq!(cache.see(b, 1, 20), Cached::Working);
    cache.answer(b, 1, b"much too long");
    assert_eq!(cache.see(b, 1, 20), Cached::Answered(b""));
    // The third takes the oldest's place; and ids are used again after their lifetime.
    assert_eq!(cache.see(a, 2, 30), Cached::New);
    assert_eq!(cache.see(b, 1, 40), Cached::Answered(b""));
    assert_eq!(cache.see(a, 1, 40), Cached::New);
    assert_eq!(cache.see(a, 1, 40 + ReplyCache::<2, 8>::LIFETIME_US), Cached::New);
}

type Parts = (u8, u8, u16, Vec<u8>, Vec<(u16, Vec<u8>)>, Vec<u8>);

fn parts() -> impl Strategy<Value = Parts> {
    let bytes = |n| proptest::collection::vec(any::<u8>(), 0..n);
    let number = prop_oneof![0..40u16, any::<u16>()];
    let options = proptest::collection::vec((number, bytes(300)), 0..8);
    (0..4u8, 1..=255u8, any::<u16>(), bytes(9), options, bytes(100))
}

proptest! {
    /// Property: what the writer writes, the parser reads back, option by option; and every strict prefix either is
    /// refused or has fewer options or a shorter payload.
    #[test]
    fn messages_round_trip((kind, code, id, token, mut options, payload) in parts()) {
        options.sort_by_key(|o| o.0);
        let kind = [Kind::Con, Kind::Non, Kind::Ack, Kind::Rst][usize::from(kind)];
        let mut buf = vec![0; 4000];
        let header = Header::new(kind, Code(code), id, &token);
        let mut w = Writer::new(&mut buf, header).unwrap();
        for (number, value) in &options {
            w.option(*number, value).unwrap();
        }
        w.payload(&payload).unwrap();
        let len = w.finish();
        let m = Message::parse(&buf[..len]).unwrap();
        prop_assert_eq!(*m.header(), header);
        let read: Vec<_> = m.options().map(|o| (o.number, o.value.to_vec())).collect();
        prop_assert_eq!(&read, &options);
        prop_assert_eq!(m.payload(), &payload[..]);
        for cut in 0..len {
            if let Ok(m) = Message::parse(&buf[..cut]) {
                prop_assert!(m.options().count() < options.len() || m.payload().len() < payload.len());
            }
        }
    }

    /// Property: no datagram makes the resource panic, whoever sends it; what it answers is a well-formed message that fits.
    #[test]
    fn random_datagrams_do_not_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..80), room in 0..100usize, multicast: bool, secured: bool
    ) {
        let mut mote = Mote::new();
        let mut ask = get("/");
        ask.multicast = multicast;
        ask.security = if secured { Security::Oscore } else { Security::None };
        let mut datagram = bytes;
        for (at, mask) in [(0, 0x77), (1, 0x07)] {
            // Mostly of our version, mostly requests.
            if let Some(b) = datagram.get_mut(at) {
                *b = *b & mask | if at == 0 { 0x40 } else { 0 };
            }
        }
        let mut out = vec![0; room];
        let len = datagram.len();
        if let Outcome::Reply(n) = mote.raw(&datagram, len, &ask, &mut out) {
            prop_assert!(Message::parse(&out[..n]).is_ok());
        }
    }
}

/// What a node pays in RAM: mostly one envelope, one write unit, and two observers.
#[test]
fn the_resource_fits_its_ram() {
    let size = size_of::<motebox_coap::Resource>();
    assert!(size <= 1_200, "{size}");
}
