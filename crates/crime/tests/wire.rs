//! Headers and framings, byte for byte: frames captured from a running Contiki, and others by the rules.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{bytes, hex};
use motebox_crime::{Address, Attr, Field, Framing, Link, Mac, Packet};

const S: Field = Field::new(Attr::Sender, 16);
const R: Field = Field::new(Attr::Receiver, 16);
const ES: Field = Field::new(Attr::ESender, 16);
const ER: Field = Field::new(Attr::EReceiver, 16);
const HOPS5: Field = Field::new(Attr::Hops, 5);
const TYPE: Field = Field::new(Attr::PacketType, 1);
const ID2: Field = Field::new(Attr::PacketId, 2);
const EID8: Field = Field::new(Attr::EPacketId, 8);
const COLLECT: [Field; 9] = [
    ES,
    EID8,
    Field::new(Attr::PacketId, 8),
    Field::new(Attr::Ttl, 4),
    Field::new(Attr::Hops, 4),
    Field::new(Attr::MaxRexmit, 5),
    TYPE,
    R,
    S,
];

fn packet(attrs: &[(Attr, u16)], payload: &[u8]) -> Packet {
    let mut packet = Packet::EMPTY;
    assert!(packet.set_payload(payload));
    for (attr, value) in attrs {
        packet.set(*attr, *value);
    }
    packet
}

fn addr(a: u8, b: u8) -> u16 {
    Address::new(a, b).value()
}

#[track_caller]
fn both_ways(
    framing: Framing,
    channel: u16,
    fields: &[Field],
    attrs: &[(Attr, u16)],
    payload: &[u8],
    air: &str,
) {
    let mut out = packet(attrs, payload);
    assert!(framing.pack(channel, fields.iter().copied(), &mut out));
    assert_eq!(hex(out.payload()), air);
    let mut back = packet(&[], &bytes(air));
    assert!(framing.unpack(fields.iter().copied(), &mut back));
    assert_eq!(back.payload(), payload);
    for (attr, value) in attrs {
        assert_eq!(back.get(*attr), *value, "{attr:?}");
    }
}

#[test]
fn captured_headers() {
    let raw = Framing::default();
    let (one, two, three) = (addr(1, 0), addr(2, 0), addr(3, 0));
    let hello = b"Hello\0";
    both_ways(raw, 128, &[], &[], hello, "800048656c6c6f00");
    both_ways(
        raw,
        129,
        &[S],
        &[(Attr::Sender, one)],
        hello,
        "8100010048656c6c6f00",
    );
    let to_two = [(Attr::Receiver, two), (Attr::Sender, one)];
    both_ways(raw, 146, &[R, S], &to_two, hello, "92000200010048656c6c6f00");
    let data = [(Attr::PacketId, 1), (Attr::Receiver, two), (Attr::Sender, one)];
    both_ways(
        raw,
        144,
        &[TYPE, ID2, R, S],
        &data,
        hello,
        "9000204000200048656c6c6f00",
    );
    let ack = [
        (Attr::PacketType, 1),
        (Attr::PacketId, 1),
        (Attr::Receiver, one),
        (Attr::Sender, two),
    ];
    both_ways(raw, 144, &[TYPE, ID2, R, S], &ack, b"", "9000a020004000");
    let relayed = [
        (Attr::ESender, one),
        (Attr::EReceiver, three),
        (Attr::Hops, 2),
        (Attr::Receiver, three),
        (Attr::Sender, two),
    ];
    both_ways(
        raw,
        135,
        &[ES, ER, HOPS5, R, S],
        &relayed,
        hello,
        "870001000300101800100048656c6c6f00",
    );
    let trickle = [(Attr::EPacketId, 1), (Attr::Sender, two)];
    both_ways(raw, 128, &[EID8, S], &trickle, hello, "800001020048656c6c6f00");
}

#[test]
fn derived_headers() {
    let raw = Framing::default();
    // Both address bytes and both channel bytes count.
    let attrs = [
        (Attr::Receiver, addr(0xab, 0xcd)),
        (Attr::Sender, addr(0x12, 0x34)),
    ];
    both_ways(raw, 0x1234, &[R, S], &attrs, b"!", "3412abcd123421");
    // collect, 78 bits: ES 7.1, EID 9, ID 200, TTL 10, HOPS 3, MAXREXMIT 31, data, R 2.5, S 7.1, two bits of padding.
    let attrs = [
        (Attr::ESender, addr(7, 1)),
        (Attr::EPacketId, 9),
        (Attr::PacketId, 200),
        (Attr::Ttl, 10),
        (Attr::Hops, 3),
        (Attr::MaxRexmit, 31),
        (Attr::PacketType, 0),
        (Attr::Receiver, addr(2, 5)),
        (Attr::Sender, addr(7, 1)),
    ];
    // 11111 0 | 00000010 00000101 00000111 00000001 | 00
    both_ways(raw, 131, &COLLECT, &attrs, b"\x01", "8300070109c8a3f808141c0401");
}

#[test]
fn link_addresses_stay_with_the_mac() {
    let framing = Framing {
        link_addresses: true,
        ..Framing::default()
    };
    let mut out = packet(
        &[(Attr::Receiver, addr(2, 0)), (Attr::Sender, addr(1, 0))],
        b"Hello\0",
    );
    assert!(framing.pack(146, [R, S].into_iter(), &mut out));
    assert_eq!(hex(out.payload()), "920048656c6c6f00");
    let attrs = [
        (Attr::ESender, addr(1, 0)),
        (Attr::EReceiver, addr(3, 0)),
        (Attr::Hops, 1),
    ];
    both_ways(
        framing,
        135,
        &[ES, ER, HOPS5, R, S],
        &attrs,
        b"A",
        "8700010003000841",
    );
    // What the MAC said is not touched.
    let mut back = packet(&[(Attr::Sender, addr(9, 0))], &bytes("920041"));
    assert!(framing.unpack([R, S].into_iter(), &mut back));
    assert_eq!((back.get(Attr::Sender), back.payload()), (addr(9, 0), &b"A"[..]));
}

#[test]
fn padding_is_zero_and_not_looked_at() {
    let raw = Framing::default();
    let mut junk = packet(&[], &bytes("9000a02000401f"));
    assert!(raw.unpack([TYPE, ID2, R, S].into_iter(), &mut junk));
    assert_eq!(junk.get(Attr::PacketType), 1);
    assert_eq!(junk.address(Attr::Sender), Address::new(2, 0));
    assert!(junk.payload().is_empty());
}

#[test]
fn a_short_header_is_refused() {
    for len in 0..7 {
        let mut short = packet(&[], &bytes("9000a020004000")[..len]);
        assert!(
            !Framing::default().unpack([TYPE, ID2, R, S].into_iter(), &mut short),
            "{len}"
        );
    }
}

#[test]
fn a_value_too_wide_keeps_its_low_bits() {
    let mut out = packet(&[(Attr::Hops, 33), (Attr::Receiver, 0)], b"");
    assert!(Framing::default().pack(1, [HOPS5, R].into_iter(), &mut out));
    assert_eq!(hex(out.payload()), "0100080000");
}

#[test]
fn ieee_802_15_4() {
    let framing = Framing {
        mac: Mac::Ieee802154 { pan: 0xabcd },
        link_addresses: false,
    };
    let rime = bytes("8100010048656c6c6f00");
    let mut out = [0; 127];
    let link = Link {
        from: Address::new(1, 0),
        to: Address::NONE,
    };
    let len = framing.encapsulate(7, link, &rime, &mut out).unwrap();
    assert_eq!(hex(&out[..len]), "419807cdabffff00018100010048656c6c6f00");
    assert_eq!(framing.decapsulate(&out[..len]), Some((Some(link), &rime[..])));

    let link = Link {
        from: Address::new(0x12, 0x34),
        to: Address::new(2, 0),
    };
    let len = framing.encapsulate(0, link, &rime, &mut out).unwrap();
    assert_eq!(hex(&out[..9]), "419800cdab00023412");
    assert_eq!(framing.decapsulate(&out[..len]), Some((Some(link), &rime[..])));

    // An acknowledgement may be asked for; what else differs is another kind of frame.
    out[0] = 0x61;
    assert!(framing.decapsulate(&out[..len]).is_some());
    for (at, value) in [(0, 0x42), (0, 0x49), (0, 0x01), (1, 0x9c), (1, 0xd8), (3, 0xce)] {
        let mut other = out;
        (other[0], other[at]) = (0x41, value);
        assert_eq!(
            framing.decapsulate(&other[..len]),
            None,
            "byte {at} = {value:02x}"
        );
    }
    assert_eq!(framing.decapsulate(&out[..8]), None);
    assert_eq!(framing.encapsulate(0, link, &rime, &mut [0; 18]), None);
}

#[test]
fn nullmac() {
    let framing = Framing {
        mac: Mac::NullMac,
        link_addresses: false,
    };
    let rime = bytes("8100010048656c6c6f00");
    let link = Link {
        from: Address::new(1, 2),
        to: Address::new(3, 4),
    };
    let mut out = [0; 127];
    let len = framing.encapsulate(0, link, &rime, &mut out).unwrap();
    assert_eq!(hex(&out[..len]), "030401028100010048656c6c6f00");
    assert_eq!(framing.decapsulate(&out[..len]), Some((Some(link), &rime[..])));
    assert_eq!(framing.decapsulate(&out[..3]), None);
}
