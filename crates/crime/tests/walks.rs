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
use motebox_crime::modules::{app, broadcast, channel, id};
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
    handler: |cx, op| {
        let name = cx.param(0);
        SEEN.with_borrow_mut(|seen| seen.push((name, op)));
        if op == Op::Send {
            cx.hold();
            cx.arm(0, 60_000_000);
        }
        Flow::Go
    },
    ..Descriptor::PLAIN
};

/// Cannot be opened.
static CLOSED: Descriptor = Descriptor {
    id: 201,
    needs: interface::DATA,
    offers: interface::SAME,
    handler: |_, op| if op == Op::Open { Flow::Stop } else { Flow::Go },
    ..Descriptor::PLAIN
};

/// Turns every packet round, and asks for ever more walks.
static MIRROR: Descriptor = Descriptor {
    id: 202,
    needs: interface::DATA,
    offers: interface::SAME,
    handler: |cx: &mut Cx<'_, '_>, op| match op {
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
    },
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
