//! Multihop, flooding, routes on demand: frames by the rules of Rime, and what happens between several nodes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Air, Node, line};
use motebox_crime::modules::id;
use motebox_crime::{Address, ModuleSpec, Op, StackSpec};

const fn plain(id: u8) -> ModuleSpec<'static> {
    ModuleSpec::new(id, &[])
}

/// ProtoStack's three stacks: data, requests merged into mesh, replies merged into route discovery.
const DATA: [ModuleSpec<'static>; 6] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 132)]),
    plain(id::BROADCAST),
    plain(id::UNICAST),
    plain(id::MULTIHOP),
    plain(id::MESH),
    plain(id::APP),
];
const REQUESTS: [ModuleSpec<'static>; 5] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 133)]),
    plain(id::BROADCAST),
    plain(id::POLITE),
    plain(id::NETFLOOD),
    plain(id::ROUTE_DISCOVERY),
];
const REPLIES: [ModuleSpec<'static>; 3] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 134)]),
    plain(id::BROADCAST),
    plain(id::UNICAST),
];
const MESH: [StackSpec<'static>; 3] = [
    StackSpec::new(&DATA),
    StackSpec::merged(&REQUESTS, 4),
    StackSpec::merged(&REPLIES, 10),
];

fn mesh(nodes: u8) -> Air {
    Air::new((1..=nodes).map(|a| Node::new(a, &MESH)).collect(), line)
}

#[test]
fn a_mesh_finds_its_way() {
    let mut air = mesh(4);
    air.nodes[0].send(0, 132, 4, b"Hello");
    let frames = air.run(9_000_000);
    let expected = [
        // The request floods; each relay adds a hop.
        (1, "8500010000000100000004000000"),
        (2, "8500020000000100010004000000"),
        (3, "8500030000000100020004000000"),
        // The reply comes back.
        (4, "86000300040000000100 0400"),
        (3, "86000200030000010100 0400"),
        (2, "86000100020000020100 0400"),
        // The data goes.
        (1, "84000100040008100008 0048656c6c6f"),
        (2, "84000100040010180010 0048656c6c6f"),
        (3, "84000100040018200018 0048656c6c6f"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(from, frame)| (*from, frame.replace(' ', "")))
        .collect();
    assert_eq!(frames, expected);

    let events = air.nodes[3].full_events();
    let (event, payload) = &events[0];
    assert_eq!(
        (event.op, event.from, event.hops, &payload[..]),
        (Op::Recv, Address::new(1, 0), 3, &b"Hello"[..])
    );
    assert_eq!(events.len(), 1);
    assert_eq!(air.nodes[0].events(), [(Op::Sent, vec![])]);
    for relay in [1, 2] {
        assert_eq!(air.nodes[relay].events(), []);
    }

    // The way back is known already; and so is the way there.
    air.nodes[3].send(9_000_000, 132, 1, b"!");
    air.nodes[0].send(9_000_000, 132, 4, b"?");
    let frames = air.run(10_000_000);
    assert_eq!(frames.len(), 6);
    assert!(frames.iter().all(|(_, frame)| frame.starts_with("8400")));
    assert_eq!(
        air.nodes[0].events(),
        [(Op::Recv, b"!".to_vec()), (Op::Sent, vec![])]
    );
}

#[test]
fn a_node_that_is_not_there_times_out() {
    let mut air = mesh(2);
    air.nodes[0].send(0, 132, 9, b"A");
    air.nodes[0].send(1_000_000, 132, 8, b"B");
    let frames = air.run(9_999_000);
    // One request at a time; the second packet takes the place of the first.
    assert_eq!(frames.len(), 2, "{frames:?}");
    assert_eq!(air.nodes[0].events(), []);
    air.run(20_000_000);
    assert_eq!(air.nodes[0].events(), [(Op::TimedOut, vec![])]);
    // And the next one is asked for again.
    air.nodes[0].send(20_000_000, 132, 2, b"C");
    air.run(29_000_000);
    assert_eq!(air.nodes[1].events(), [(Op::Recv, b"C".to_vec())]);
}

#[test]
fn routes_live_sixty_seconds() {
    let mut air = mesh(2);
    air.nodes[0].send(0, 132, 2, b"A");
    assert_eq!(air.run(50_000_000).len(), 3);
    air.nodes[0].send(50_000_000, 132, 2, b"B");
    assert_eq!(air.run(109_000_000).len(), 1);
    air.nodes[0].send(109_000_000, 132, 2, b"C");
    assert_eq!(air.run(170_000_000).len(), 1);
    // Used last at 109 s.
    air.nodes[0].send(170_000_000, 132, 2, b"D");
    assert_eq!(air.run(180_000_000).len(), 3);
}

#[test]
fn transit_without_a_route_asks_for_one() {
    let mut air = mesh(3);
    // Node 1 believes in a route over node 2, which knows nothing.
    air.nodes[1].hear(0, "8400010003000810000800 41".replace(' ', "").as_str());
    let frames = air.run(5_000_000);
    let data: Vec<_> = frames
        .iter()
        .filter(|(_, frame)| frame.starts_with("8400"))
        .collect();
    assert_eq!(data, [&(2, "840001000300101800100041".to_string())]);
    assert_eq!(air.nodes[2].events(), [(Op::Recv, b"A".to_vec())]);
    assert_eq!(air.nodes[1].events(), []);
}

#[test]
fn a_loop_of_routes_ends_at_the_hop_limit() {
    // Nodes 2 and 3 each think that 9.0 is behind the other, as forged replies would make them.
    let mut air = mesh(3);
    let forged_to_2 = "8600020003000000020009 00".replace(' ', "");
    let forged_to_3 = "8600030002000000030009 00".replace(' ', "");
    air.nodes[1].hear(0, &forged_to_2);
    air.nodes[2].hear(0, &forged_to_3);
    air.nodes[0].hear(0, "8600010002000000010009 00".replace(' ', "").as_str());
    air.nodes[0].send(0, 132, 9, b"A");
    let frames = air.run(10_000_000);
    assert_eq!(frames.len(), 31);
}

const FLOOD: [ModuleSpec<'static>; 5] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 150)]),
    plain(id::BROADCAST),
    plain(id::IPOLITE),
    ModuleSpec::new(id::NETFLOOD, &[(1, 7)]),
    plain(id::APP),
];

#[test]
fn a_flood_as_captured() {
    let mut air = Air::new(
        (1..=3).map(|a| Node::new(a, &[StackSpec::new(&FLOOD)])).collect(),
        line,
    );
    air.nodes[0].send(0, 150, 0, b"Hello\0");
    let frames = air.run(10_000_000);
    let frames: Vec<_> = frames
        .iter()
        .map(|(from, frame)| (*from, frame.as_str()))
        .collect();
    assert_eq!(
        frames,
        [
            (1, "9600010007000100000048656c6c6f00"),
            (2, "9600020007000100010048656c6c6f00"),
            (3, "9600030007000100020048656c6c6f00"),
        ]
    );
    let times: Vec<u64> = air.trace.iter().map(|(at, ..)| *at).collect();
    assert_eq!(times[0], 0);
    assert!(
        (1_000_000..2_001_000).contains(&(times[1] - times[0])),
        "{times:?}"
    );
    for node in [1, 2] {
        let events = air.nodes[node].full_events();
        assert_eq!(events[0].1, b"Hello\0");
        assert_eq!(events[0].0.from, Address::new(1, 0));
        assert_eq!(usize::from(events[0].0.hops), node);
    }
    // Heard again, it is old; the next one is new, and so is one from a node that began anew.
    let mut hear = |seq: &str| {
        let now = air.now;
        air.nodes[2].hear(now, &format!("96000200{seq}01000100ff"));
        air.nodes[2]
            .events()
            .iter()
            .filter(|(op, _)| *op == Op::Recv)
            .count()
    };
    assert_eq!(hear("0700"), 0);
    assert_eq!(hear("0800"), 1);
    assert_eq!(hear("0600"), 0);
    assert_eq!(hear("ff00"), 1);
    assert_eq!(hear("0000"), 1);
}

#[test]
fn a_flood_stops_at_sixteen_hops() {
    let mut node = Node::new(9, &[StackSpec::new(&FLOOD)]);
    node.hear(0, "960002000700010010004142");
    assert_eq!(node.run(5_000_000), []);
    node.hear(5_000_000, "96000200080001000f004142");
    assert_eq!(node.run(10_000_000).len(), 1);
    assert_eq!(node.events().iter().filter(|(op, _)| *op == Op::Recv).count(), 2);
}

const RELAY: [ModuleSpec<'static>; 6] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 135)]),
    plain(id::BROADCAST),
    plain(id::UNICAST),
    plain(id::MULTIHOP),
    ModuleSpec::new(id::ROUTE, &[(3, 2)]),
    plain(id::APP),
];

#[test]
fn multihop_as_captured() {
    let mut one = Node::new(1, &[StackSpec::new(&RELAY)]);
    one.send(0, 135, 3, b"Hello\0");
    let first = "870001000300081000080048656c6c6f00";
    assert_eq!(one.frames(0), [first]);

    let mut relay = RELAY;
    relay[4] = ModuleSpec::new(id::ROUTE, &[(3, 3)]);
    let mut two = Node::new(2, &[StackSpec::new(&relay)]);
    two.hear(0, first);
    let second = "870001000300101800100048656c6c6f00";
    assert_eq!(two.frames(0), [second]);
    assert_eq!(two.events(), []);

    let mut three = Node::new(3, &[StackSpec::new(&RELAY)]);
    three.hear(0, second);
    assert_eq!(three.full_events()[0].0.hops, 2);
    // It has learnt the way back over node 2, and not the parameter's.
    three.send(0, 135, 1, b"!");
    assert_eq!(three.frames(0), ["87000300010008100018 0021".replace(' ', "")]);
}

#[test]
fn random_routes_go_over_neighbours_heard() {
    let mut relay = RELAY;
    relay[4] = ModuleSpec::new(id::ROUTE, &[(2, 1)]);
    let mut node = Node::new(1, &[StackSpec::new(&relay)]);
    node.send(0, 135, 9, b"A");
    assert_eq!(node.events(), [(Op::Dropped, vec![])]);
    for neighbour in 2..5u8 {
        let (high, low) = (neighbour >> 5, neighbour << 3);
        node.hear(
            0,
            &format!("8700{neighbour:02x}000100 0808 00{low:02x}{high:02x} 42").replace(' ', ""),
        );
    }
    let mut next_hops = std::collections::BTreeSet::new();
    for _ in 0..100 {
        node.send(0, 135, 9, b"A");
        for frame in node.frames(0) {
            next_hops.insert(frame[12..16].to_string());
        }
        node.events();
    }
    assert_eq!(next_hops.len(), 3, "{next_hops:?}");
}

#[test]
fn polite_waits_and_gives_way() {
    let polite = [
        ModuleSpec::new(id::CHANNEL, &[(0, 136)]),
        ModuleSpec::new(id::ABC, &[]),
        ModuleSpec::new(id::POLITE, &[(0, 1000)]),
        plain(id::APP),
    ];
    let mut node = Node::new(1, &[StackSpec::new(&polite)]);
    node.send(0, 136, 0, b"Hello\0");
    let frames = node.run(2_000_000);
    assert_eq!(frames[0].1, "880048656c6c6f00");
    assert!((500_000..1_000_000).contains(&frames[0].0), "{frames:?}");
    assert_eq!(node.events(), [(Op::Sent, vec![])]);

    node.send(2_000_000, 136, 0, b"Hello\0");
    // As long and the first four bytes the same; a longer one or another one does not count.
    node.hear(2_100_000, "880048656c6c6f0000");
    node.hear(2_100_000, "880048656c000000");
    assert_ne!(node.0.poll(2_100_000), motebox_crime::NEVER);
    node.hear(2_200_000, "880048656c6c0000");
    assert_eq!(node.run(4_000_000), []);
    let ops: Vec<Op> = node.events().iter().map(|(op, _)| *op).collect();
    assert_eq!(ops, [Op::Recv, Op::Recv, Op::Recv, Op::Dropped]);
}

#[test]
fn ipolite_counts_duplicates_and_keeps_the_newest() {
    let stack = [
        ModuleSpec::new(id::CHANNEL, &[(0, 138)]),
        plain(id::BROADCAST),
        ModuleSpec::new(id::IPOLITE, &[(0, 1000), (2, 2)]),
        plain(id::APP),
    ];
    let mut node = Node::new(1, &[StackSpec::new(&stack)]);
    node.send(0, 138, 0, b"Hello\0");
    node.hear(1, "8a00020048656c6c6f00");
    assert_eq!(
        node.run(1_000_000)
            .iter()
            .map(|(_, frame)| frame.as_str())
            .collect::<Vec<_>>(),
        ["8a00010048656c6c6f00"]
    );
    node.send(1_000_000, 138, 0, b"Hello\0");
    node.send(1_000_000, 138, 0, b"World\0");
    node.hear(1_000_001, "8a000200576f726c6400");
    node.hear(1_000_002, "8a000300576f726c6400");
    assert_eq!(node.run(3_000_000), []);
}
