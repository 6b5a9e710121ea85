//! The order of walks, and modules that behave badly: made visible by modules of the test's own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::cell::RefCell;

use common::{bytes, config};
use motebox_crime::modules::{self, app, broadcast, channel, id};
use motebox_crime::{
    Address, Cx, Descriptor, FRAME_BYTES, Flow, Info, MAX_STEPS, ModuleSpec, NEVER, Network, Op, StackSpec,
    Storage, Why, interface,
};

thread_local! {
    static SEEN: RefCell<Vec<(u32, Op)>> = const { RefCell::new(Vec::new()) };
}

fn seen() -> Vec<(u32, Op)> {
    SEEN.take()
}

/// Writes down what comes past; its parameter is its name.
static RECORDER: Descriptor = Descriptor {
    id: 200,
    needs: interface::DATA,
    offers: interface::SAME,
    params: &[motebox_crime::Param::new(0, 9, 0)],
    timers: 1,
    packets: 1,
    handler: Some(|cx, op| {
        let name = cx.param(0);
        SEEN.with_borrow_mut(|seen| seen.push((name, op)));
        if op == Op::Send {
            cx.hold();
            cx.arm(0, 60_000_000);
        }
        Flow::Go
    }),
    ..Descriptor::PLAIN
};

/// Cannot be opened.
static CLOSED: Descriptor = Descriptor {
    id: 201,
    needs: interface::DATA,
    offers: interface::SAME,
    handler: Some(|_, op| if op == Op::Open { Flow::Stop } else { Flow::Go }),
    ..Descriptor::PLAIN
};

/// Turns every packet round, and asks for ever more walks.
static MIRROR: Descriptor = Descriptor {
    id: 202,
    needs: interface::DATA,
    offers: interface::SAME,
    handler: Some(|cx: &mut Cx<'_, '_>, op| match op {
        Op::Recv => {
            SEEN.with_borrow_mut(|seen| seen.push((0, op)));
            cx.spawn(Flow::Turn(Op::Recv));
            cx.spawn(Flow::Turn(Op::Send));
            Flow::Turn(Op::Send)
        }
        Op::Send => {
            SEEN.with_borrow_mut(|seen| seen.push((0, op)));
            Flow::Turn(Op::Recv)
        }
        _ => Flow::Go,
    }),
    ..Descriptor::PLAIN
};

static REGISTRY: [&Descriptor; 6] = [
    &channel::DESCRIPTOR,
    &broadcast::DESCRIPTOR,
    &app::DESCRIPTOR,
    &RECORDER,
    &CLOSED,
    &MIRROR,
];

const CHANNEL: ModuleSpec<'static> = ModuleSpec::new(id::CHANNEL, &[(0, 129)]);
const BROADCAST: ModuleSpec<'static> = ModuleSpec::new(id::BROADCAST, &[]);
const APP: ModuleSpec<'static> = ModuleSpec::new(id::APP, &[]);
const ONE: ModuleSpec<'static> = ModuleSpec::new(200, &[(0, 1)]);
const TWO: ModuleSpec<'static> = ModuleSpec::new(200, &[(0, 2)]);

type Room = Storage<4, 20, 60, 8>;

#[test]
fn open_and_received_go_up_sending_and_closing_go_down() {
    let mut room = Room::new();
    let mut network = Network::new(room.memory(), &REGISTRY, config(1));
    let stack = [CHANNEL, ONE, BROADCAST, TWO, APP];
    network.compose(0, &[StackSpec::new(&stack)]).unwrap();
    assert_eq!(seen(), [(1, Op::Open), (2, Op::Open)]);
    network.send(0, 129, Address::NONE, b"A").unwrap();
    assert_eq!(seen(), [(2, Op::Send), (1, Op::Send)]);
    let mut out = [0; FRAME_BYTES];
    assert!(network.next_frame(0, &mut out).is_some());
    network.frame_done(0, true);
    assert_eq!(seen(), [(1, Op::Sent), (2, Op::Sent)]);
    network.receive(0, &bytes("8100020041"), Info::default()).unwrap();
    assert_eq!(seen(), [(1, Op::Recv), (2, Op::Recv)]);

    // Both keep a packet and have a timer: they get their two seconds, and then all of it is gone.
    let other = [ModuleSpec::new(id::CHANNEL, &[(0, 130)]), APP];
    network.compose(1_000, &[StackSpec::new(&other)]).unwrap();
    assert_eq!(network.poll(1_000), 2_001_000);
    assert_eq!(seen(), []);
    assert_eq!(network.poll(2_001_000), NEVER);
    assert_eq!(seen(), [(2, Op::Close), (1, Op::Close)]);
    assert_eq!(network.poll(100_000_000), NEVER);
    assert_eq!(seen(), []);
}

#[test]
fn what_cannot_be_opened_changes_nothing() {
    let mut room = Room::new();
    let mut network = Network::new(room.memory(), &REGISTRY, config(1));
    network
        .compose(0, &[StackSpec::new(&[CHANNEL, ONE, APP])])
        .unwrap();
    seen();
    let stack = [
        ModuleSpec::new(id::CHANNEL, &[(0, 130)]),
        TWO,
        ModuleSpec::new(201, &[]),
        APP,
    ];
    let refused = network.compose(0, &[StackSpec::new(&stack)]).unwrap_err();
    assert_eq!((refused.module, refused.why), (2, Why::Open));
    // What had been opened is closed again; what runs has noticed nothing.
    assert_eq!(seen(), [(2, Op::Open), (2, Op::Close)]);
    assert_eq!(network.stacks()[0].pipe.channel, 129);
    network.send(0, 129, Address::NONE, b"A").unwrap();
    assert!(network.next_frame(0, &mut [0; FRAME_BYTES]).is_some());
    assert_eq!(network.poll(0), 60_000_000);
}

#[test]
fn modules_that_never_end_are_ended() {
    let mut room = Room::new();
    let mut network = Network::new(room.memory(), &REGISTRY, config(1));
    let mirror = ModuleSpec::new(202, &[]);
    network
        .compose(0, &[StackSpec::new(&[CHANNEL, mirror, BROADCAST, mirror, APP])])
        .unwrap();
    network.receive(0, &bytes("8100020041"), Info::default()).unwrap();
    // One walk for the frame, and so many as a call may start at most; none longer than allowed.
    let calls = seen().len();
    assert!((20..=33 * usize::from(MAX_STEPS)).contains(&calls), "{calls}");
    // Every further call ends too.
    network.poll(5);
    assert!(seen().len() <= 65 * usize::from(MAX_STEPS));
}

/// The library's modules that are passed over, as they are and as ones that are asked about everything. The two ends have
/// one answer for all that they are asked about, so they stay as they are.
#[test]
fn what_passes_a_module_by_means_nothing_to_it() {
    let asked = |descriptor: &Descriptor| -> &'static Descriptor {
        Box::leak(Box::new(Descriptor {
            ops: Descriptor::ALL,
            ..*descriptor
        }))
    };
    let all: Vec<&Descriptor> = modules::REGISTRY
        .iter()
        .map(|module| match module.id {
            id::CHANNEL | id::APP => module,
            _ => asked(module),
        })
        .collect();
    assert!(
        modules::REGISTRY
            .iter()
            .any(|module| module.ops != Descriptor::ALL)
    );
    let stacks: [&[u8]; 4] = [
        &[id::CHANNEL, id::ABC, id::APP],
        &[id::CHANNEL, id::ABC, id::BROADCAST, id::UNICAST, id::APP],
        &[id::CHANNEL, id::BROADCAST, id::UNICAST, id::RUNICAST, id::APP],
        &[id::CHANNEL, id::BROADCAST, id::UNICAST, id::ECHO_APP],
    ];
    for ids in stacks {
        let modules: Vec<ModuleSpec<'_>> = ids.iter().map(|id| ModuleSpec::new(*id, &[])).collect();
        let life = |registry: &[&Descriptor]| {
            let mut room = Room::new();
            let mut network = Network::new(room.memory(), registry, config(1));
            network.compose(0, &[StackSpec::new(&modules)]).unwrap();
            let (mut out, mut payload, mut seen) = ([0; FRAME_BYTES], [0; 16], Vec::new());
            for now in [0, 1_500_000, 3_000_000, 9_000_000] {
                network.send(now, 128, Address::new(2, 0), b"A").unwrap();
                // From 2.0 to 1.0 and to 3.0, an acknowledgement of runicast's, and without addresses.
                for frame in ["80000100020041", "80000300020041", "8000010002008041", "800041"] {
                    let heard = network.receive(now, &bytes(frame), Info::default());
                    seen.push(format!("{heard:?}"));
                }
                network.poll(now);
                while let Some(frame) = network.next_frame(now, &mut out) {
                    seen.push(format!("{:02x?}", &out[..frame.len]));
                    assert!(seen.len() < 300, "{ids:?}: no end");
                    network.frame_done(now, now != 1_500_000);
                }
                while let Some(event) = network.next_event(&mut payload) {
                    seen.push(format!("{event:?} {payload:?}"));
                }
            }
            seen
        };
        let seen = life(modules::REGISTRY);
        assert!(seen.len() > 20, "{ids:?}");
        assert_eq!(seen, life(&all), "{ids:?}");
    }
}

/// A packet stays where it is until another one comes: what waits then is what was sent, and what was received.
#[test]
fn packets_that_wait_are_not_touched_by_those_that_come() {
    let mut room = Room::new();
    let mut network = Network::new(room.memory(), modules::REGISTRY, config(1));
    let stack = [CHANNEL, BROADCAST, APP];
    network.compose(0, &[StackSpec::new(&stack)]).unwrap();
    let (mut out, mut payload) = ([0; FRAME_BYTES], [0; 16]);
    let mut next = |network: &mut Network<'_>| {
        let frame = network.next_frame(0, &mut out)?;
        Some(out[..frame.len].to_vec())
    };
    network.send(0, 129, Address::NONE, b"one").unwrap();
    network.receive(0, &bytes("8100020062"), Info::default()).unwrap();
    network.send(0, 129, Address::NONE, b"two").unwrap();
    assert_eq!(next(&mut network).unwrap(), b"\x81\0\x01\0one");
    network.receive(0, &bytes("8100030063"), Info::default()).unwrap();
    assert_eq!(next(&mut network).unwrap(), b"\x81\0\x01\0two");
    network.send(0, 129, Address::NONE, b"three").unwrap();
    network.frame_done(0, false);
    assert_eq!(next(&mut network).unwrap(), b"\x81\0\x01\0three");
    assert_eq!(next(&mut network), None);
    let mut told = Vec::new();
    while let Some(event) = network.next_event(&mut payload) {
        told.push((event.op, event.from, payload[..event.len].to_vec()));
    }
    assert_eq!(
        told,
        [
            (Op::Recv, Address::new(2, 0), b"b".to_vec()),
            (Op::Recv, Address::new(3, 0), b"c".to_vec()),
            (Op::Sent, Address::NONE, vec![]),
            (Op::Sent, Address::NONE, vec![]),
            (Op::Dropped, Address::NONE, vec![]),
        ]
    );
}
