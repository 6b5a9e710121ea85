//! Stacks of the core modules, and what the engine does for all of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Node, config, hex};
use motebox_crime::modules::id;
use motebox_crime::{
    Address, FRAME_BYTES, Framing, Ignored, Info, Link, Mac, ModuleSpec, NEVER, Op, SendError, StackSpec, Why,
};

const APP: ModuleSpec<'static> = ModuleSpec::new(id::APP, &[]);
const BROADCAST: ModuleSpec<'static> = ModuleSpec::new(id::BROADCAST, &[]);
const UNICAST: ModuleSpec<'static> = ModuleSpec::new(id::UNICAST, &[]);

fn abc() -> [ModuleSpec<'static>; 3] {
    [
        ModuleSpec::new(id::CHANNEL, &[(0, 128)]),
        ModuleSpec::new(id::ABC, &[]),
        APP,
    ]
}

fn broadcast() -> [ModuleSpec<'static>; 3] {
    [ModuleSpec::new(id::CHANNEL, &[(0, 129)]), BROADCAST, APP]
}

fn unicast() -> [ModuleSpec<'static>; 4] {
    [ModuleSpec::new(id::CHANNEL, &[(0, 146)]), BROADCAST, UNICAST, APP]
}

#[test]
fn captured_frames() {
    let mut node = Node::new(
        1,
        &[
            StackSpec::new(&abc()),
            StackSpec::new(&broadcast()),
            StackSpec::new(&unicast()),
        ],
    );
    node.send(0, 128, 0, b"Hello\0");
    node.send(0, 129, 0, b"Hello\0");
    node.send(0, 146, 2, b"Hello\0");
    let frames = [
        "800048656c6c6f00",
        "8100010048656c6c6f00",
        "92000200010048656c6c6f00",
    ];
    assert_eq!(node.frames(0), frames);
    // Each was sent, and the application is told.
    assert_eq!(node.events(), vec![(Op::Sent, vec![]); 3]);

    let mut two = Node::new(
        2,
        &[
            StackSpec::new(&abc()),
            StackSpec::new(&broadcast()),
            StackSpec::new(&unicast()),
        ],
    );
    for frame in frames {
        two.hear(0, frame);
    }
    let events = two.full_events();
    assert_eq!(
        events.iter().map(|(event, _)| event.channel).collect::<Vec<_>>(),
        [128, 129, 146]
    );
    assert!(
        events
            .iter()
            .all(|(event, payload)| event.op == Op::Recv && payload == b"Hello\0")
    );
    assert_eq!(events[0].0.from, Address::NONE);
    assert_eq!(events[2].0.from, Address::new(1, 0));
    assert_eq!((events[2].0.rssi_dbm, events[2].0.lqi), (-60, 100));
}

#[test]
fn unicast_is_for_its_receiver_only() {
    let mut three = Node::new(3, &[StackSpec::new(&unicast())]);
    three.hear(0, "92000200010048656c6c6f00");
    assert_eq!(three.events(), []);
    assert_eq!(three.0.stacks()[0].pipe.stats.frames_in, 1);
}

#[test]
fn receivers_are_who_send_says_or_the_parameter() {
    let with_receiver = [
        ModuleSpec::new(id::CHANNEL, &[(0, 146)]),
        BROADCAST,
        ModuleSpec::new(id::UNICAST, &[(0, 0x0105)]),
        APP,
    ];
    let mut node = Node::new(1, &[StackSpec::new(&with_receiver)]);
    node.send(0, 146, 0, b"A");
    node.send(0, 146, 2, b"B");
    assert_eq!(node.frames(0), ["92000501010041", "92000200010042"]);
    // With neither, the packet is given up, and the application is told.
    let mut node = Node::new(1, &[StackSpec::new(&unicast())]);
    node.send(0, 146, 0, b"A");
    assert_eq!(node.frames(0), [""; 0]);
    assert_eq!(node.events(), [(Op::Dropped, vec![])]);
}

#[test]
fn the_sender_can_be_set() {
    let stack = [
        ModuleSpec::new(id::CHANNEL, &[(0, 0x1234)]),
        ModuleSpec::new(id::BROADCAST, &[(0, 0x0709)]),
        APP,
    ];
    let mut node = Node::new(1, &[StackSpec::new(&stack)]);
    node.send(0, 0x1234, 0, b"x");
    assert_eq!(node.frames(0), ["3412090778"]);
}

#[test]
fn echo_answers_its_sender() {
    let echo = [
        ModuleSpec::new(id::CHANNEL, &[(0, 146)]),
        BROADCAST,
        UNICAST,
        ModuleSpec::new(id::ECHO_APP, &[]),
    ];
    let mut node = Node::new(2, &[StackSpec::new(&echo)]);
    node.hear(0, "92000200010048656c6c6f00");
    assert_eq!(node.frames(0), ["92000100020048656c6c6f00"]);
}

#[test]
fn triggers_repeat_without_drift() {
    let stack = [
        ModuleSpec::new(id::CHANNEL, &[(0, 148)]),
        ModuleSpec::new(id::BROADCAST, &[]).triggered(1000, 3),
        APP,
    ];
    let mut node = Node::new(1, &[StackSpec::new(&stack)]);
    node.send(0, 148, 0, b"Hello\0");
    // Each poll comes 7 ms late; the times do not move.
    let mut deadlines = vec![node.0.poll(0)];
    for _ in 0..3 {
        deadlines.push(node.0.poll(deadlines.last().unwrap() + 7_000));
    }
    assert_eq!(deadlines, [1_000_000, 2_000_000, 3_000_000, NEVER]);
    assert_eq!(node.frames(4_000_000), ["9400010048656c6c6f00"; 4]);
    // The slot is free again.
    assert!(node.events().len() == 4);
}

#[test]
fn two_triggers_live_side_by_side_and_a_new_packet_replaces_the_old() {
    let one = [
        ModuleSpec::new(id::CHANNEL, &[(0, 147)]),
        BROADCAST,
        UNICAST.triggered(1000, 0),
        APP,
    ];
    let two = [
        ModuleSpec::new(id::CHANNEL, &[(0, 148)]),
        BROADCAST.triggered(700, 0),
        APP,
    ];
    let mut node = Node::new(1, &[StackSpec::new(&one), StackSpec::new(&two)]);
    node.send(0, 147, 2, b"A");
    node.send(0, 148, 0, b"B");
    node.send(0, 148, 0, b"C");
    let frames = node.run(2_100_000);
    let times: Vec<(u64, &str)> = frames.iter().map(|(at, frame)| (*at, frame.as_str())).collect();
    let (a, b, c) = ("93000200010041", "9400010042", "9400010043");
    assert_eq!(
        times,
        [
            (0, a),
            (0, b),
            (0, c),
            (700_000, c),
            (1_000_000, a),
            (1_400_000, c),
            (2_000_000, a),
            (2_100_000, c)
        ]
    );
}

#[test]
fn a_clock_that_jumps_does_not_make_a_storm() {
    let stack = [
        ModuleSpec::new(id::CHANNEL, &[(0, 148)]),
        BROADCAST.triggered(1, 0),
        APP,
    ];
    let mut node = Node::new(1, &[StackSpec::new(&stack)]);
    node.send(0, 148, 0, b"A");
    node.frames(0);
    let year = 365 * 86_400_000_000;
    assert!(node.0.poll(year) > year);
    assert_eq!(node.frames(year).len(), 1);
    // Back again: time stands.
    assert!(node.0.poll(5) > year);
}

#[test]
fn the_radio_says_what_became_of_a_frame() {
    let mut node = Node::new(1, &[StackSpec::new(&broadcast())]);
    let mut out = [0; FRAME_BYTES];
    node.send(0, 129, 0, b"A");
    node.send(0, 129, 0, b"B");
    assert!(node.0.next_frame(0, &mut out).is_some());
    assert_eq!(node.events(), []);
    node.0.frame_done(0, false);
    assert_eq!(node.events(), [(Op::Dropped, vec![])]);
    assert!(node.0.next_frame(0, &mut out).is_some());
    assert!(node.0.next_frame(0, &mut out).is_none());
    assert_eq!(node.events(), [(Op::Sent, vec![])]);
    node.0.frame_done(0, true);
    assert_eq!(node.events(), []);
}

#[test]
fn what_waits_keeps_its_order_whatever_comes_between() {
    let mut node = Node::new(1, &[StackSpec::new(&broadcast())]);
    let mut out = [0; FRAME_BYTES];
    let mut air = |node: &mut Node| node.0.next_frame(0, &mut out).map(|frame| out[frame.len - 1]);
    // One frame, put aside by one that is received, and then two and three of them.
    node.send(0, 129, 0, b"A");
    node.hear(0, "8100020078");
    node.send(0, 129, 0, b"B");
    node.hear(0, "8100020079");
    assert_eq!(air(&mut node), Some(b'A'));
    node.send(0, 129, 0, b"C");
    assert_eq!([air(&mut node), air(&mut node)], [Some(b'B'), Some(b'C')]);
    assert_eq!(air(&mut node), None);
    // Alone again, and then not.
    node.send(0, 129, 0, b"D");
    assert_eq!(air(&mut node), Some(b'D'));
    node.send(0, 129, 0, b"E");
    node.send(0, 129, 0, b"F");
    assert_eq!([air(&mut node), air(&mut node)], [Some(b'E'), Some(b'F')]);
    node.0.frame_done(0, true);
    let received = [(Op::Recv, b"x".to_vec()), (Op::Recv, b"y".to_vec())];
    let events = node.events();
    assert_eq!(events[..2], received);
    assert_eq!(events[2..], vec![(Op::Sent, vec![]); 6]);
    // What cannot be sent leaves nothing behind.
    assert!(node.0.send(0, 129, Address::NONE, &[7; 128]).is_ok());
    assert_eq!(air(&mut node), None);
    assert_eq!(node.events(), [(Op::Dropped, vec![])]);
}

#[test]
fn framings_from_end_to_end() {
    for (mac, link_addresses, air) in [
        (Mac::Raw, true, "920048"),
        (Mac::NullMac, false, "0200010092000200010048"),
        (Mac::NullMac, true, "02000100920048"),
        (Mac::Ieee802154 { pan: 0xabcd }, true, "cdab00020001920048"),
        (
            Mac::Ieee802154 { pan: 0xabcd },
            false,
            "cdab000200019200020001 0048",
        ),
    ] {
        let framing = Framing { mac, link_addresses };
        let node = |a| {
            let mut node = Node::with(motebox_crime::Config { framing, ..config(a) });
            node.compose(0, &[StackSpec::new(&unicast())]).unwrap();
            node
        };
        let (mut one, mut two, mut three) = (node(1), node(2), node(3));
        one.send(0, 146, 2, b"H");
        let mut out = [0; FRAME_BYTES];
        let frame = one.0.next_frame(0, &mut out).unwrap();
        assert!(
            hex(&out[..frame.len]).ends_with(&air.replace(' ', "")),
            "{mac:?} {}",
            hex(&out[..frame.len])
        );
        let info = Info {
            link: frame.link,
            ..Info::default()
        };
        two.0.receive(0, &out[..frame.len], info).unwrap();
        let events = two.full_events();
        assert_eq!(
            (events[0].0.from, &events[0].1[..]),
            (Address::new(1, 0), &b"H"[..])
        );
        let heard = three.0.receive(0, &out[..frame.len], info);
        assert_eq!(
            heard,
            if mac == Mac::Raw && !link_addresses {
                Ok(())
            } else {
                Err(Ignored::NotForUs)
            }
        );
        assert_eq!(three.events(), []);
    }
}

#[test]
fn what_goes_nowhere_says_why() {
    let mut node = Node::new(1, &[StackSpec::new(&unicast())]);
    let mut hear = |frame: &[u8]| node.0.receive(0, frame, Info::default());
    assert_eq!(hear(&[]), Err(Ignored::Length));
    assert_eq!(hear(&[0x92]), Err(Ignored::Length));
    assert_eq!(hear(&[0x92, 0, 1, 0, 2]), Err(Ignored::Length));
    assert_eq!(hear(&[0x92; 129]), Err(Ignored::Channel(0x9292)));
    let mut long = [0; 129];
    long[0] = 0x92;
    assert_eq!(hear(&long), Err(Ignored::Length));
    assert_eq!(hear(&[0x93, 0, 1]), Err(Ignored::Channel(0x93)));
    let link = Link {
        from: Address::new(2, 0),
        to: Address::new(3, 0),
    };
    let other = node.0.receive(
        0,
        &long[..100],
        Info {
            link,
            ..Info::default()
        },
    );
    assert_eq!(other, Err(Ignored::NotForUs));
    let to = Address::NONE;
    assert_eq!(node.0.send(0, 7, to, b""), Err(SendError::Channel(7)));
    assert_eq!(node.0.send(0, 146, to, &[0; 129]), Err(SendError::TooLong(128)));
}

#[test]
fn packets_too_long_for_their_header_are_given_up() {
    let mut node = Node::new(1, &[StackSpec::new(&unicast())]);
    node.send(0, 146, 2, &[0; 122]);
    node.send(0, 146, 2, &[0; 123]);
    assert_eq!(node.frames(0).iter().map(String::len).collect::<Vec<_>>(), [256]);
    assert_eq!(
        node.events().iter().map(|(op, _)| *op).collect::<Vec<_>>(),
        [Op::Sent, Op::Dropped]
    );
}

#[test]
fn an_application_that_does_not_look_does_not_stop_the_network() {
    let mut node = Node::new(2, &[StackSpec::new(&broadcast())]);
    for _ in 0..100 {
        node.hear(0, "8100010048");
    }
    node.send(0, 129, 0, b"A");
    assert_eq!(node.frames(0).len(), 1);
    assert_eq!(node.events().iter().filter(|(op, _)| *op == Op::Recv).count(), 6);
}

#[test]
fn a_stack_that_does_not_fit_is_refused_and_the_old_one_goes_on() {
    let mut node = Node::new(1, &[StackSpec::new(&broadcast())]);
    let channel = |params| ModuleSpec::new(id::CHANNEL, params);
    let plain = channel(&[]);
    let cases: &[(&[ModuleSpec<'_>], u8, Why)] = &[
        (&[], 0, Why::Empty),
        (
            &[plain, ModuleSpec::new(200, &[]), APP],
            1,
            Why::UnknownModule(200),
        ),
        (
            &[plain, ModuleSpec::new(id::BROADCAST, &[(1, 0)]), APP],
            1,
            Why::UnknownParameter(1),
        ),
        (
            &[channel(&[(0, 0x10000)]), BROADCAST, APP],
            0,
            Why::OutOfRange(0x10000),
        ),
        (&[BROADCAST, APP], 0, Why::NoChannel),
        (&[plain, UNICAST, APP], 1, Why::Interface),
        (&[plain, APP, BROADCAST], 2, Why::Interface),
        (&[plain, BROADCAST, UNICAST], 2, Why::OpenTop),
        (&[plain, BROADCAST.triggered(0, 1), APP], 1, Why::OutOfRange(0)),
    ];
    for (modules, module, why) in cases {
        let refused = node.compose(0, &[StackSpec::new(modules)]).unwrap_err();
        assert_eq!((refused.module, refused.why), (*module, *why));
    }
    let modules = unicast();
    let twice = [StackSpec::new(&modules), StackSpec::new(&modules)];
    let refused = node.compose(0, &twice).unwrap_err();
    assert_eq!((refused.module, refused.why), (4, Why::ChannelTaken(146)));
    assert_eq!(node.compose(0, &[]).unwrap_err().why, Why::Empty);

    node.send(0, 129, 0, b"A");
    assert_eq!(node.frames(0), ["8100010041"]);
}

#[test]
fn an_exchange_lets_the_old_stack_finish() {
    let mut node = Node::new(1, &[StackSpec::new(&broadcast())]);
    node.send(0, 129, 0, b"old");
    node.compose(1_000, &[StackSpec::new(&unicast())]).unwrap();
    node.send(1_000, 146, 2, b"new");
    assert_eq!(
        node.0.send(1_000, 129, Address::NONE, b"late"),
        Err(SendError::Channel(129))
    );
    assert_eq!(node.0.poll(1_000), 2_001_000);
    assert_eq!(node.frames(1_000), ["810001006f6c64", "9200020001006e6577"]);
    // Nothing is under way: it need not wait any longer.
    assert_eq!(node.0.poll(1_000), NEVER);
    // Again and again: memory for two is enough for ever.
    for round in 0..100 {
        node.compose(
            2_000 + round,
            &[StackSpec::new(&broadcast()), StackSpec::new(&unicast())],
        )
        .unwrap();
        node.send(2_000 + round, 146, 2, b"x");
    }
    assert_eq!(node.0.stacks().len(), 2);
}
