//! collect: what a sink, a router and a source do, each alone and together.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod air;
mod common;

use air::Air;
use common::{Node, config, hex};
use motebox_crime::modules::id;
use motebox_crime::{Address, Attr, ModuleSpec, Op, Refused, StackSpec, Why};
use proptest::prelude::*;

const S: u64 = 1_000_000;

fn compose(node: &mut Node, params: &[(u8, u32)]) -> Result<(), Refused> {
    let data = [
        ModuleSpec::new(id::CHANNEL, &[(0, 131)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::UNICAST, &[]),
        ModuleSpec::new(id::COLLECT, params),
        ModuleSpec::new(id::APP, &[]),
    ];
    let announcements = [
        ModuleSpec::new(id::CHANNEL, &[(0, 2)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::ANNOUNCEMENT, &[]),
    ];
    node.compose(0, &[StackSpec::new(&data), StackSpec::merged(&announcements, 3)])
}

fn node(a: u8, params: &[(u8, u32)]) -> Node {
    let mut node = Node::with(config(a));
    compose(&mut node, params).unwrap();
    node
}

fn sink(a: u8) -> Node {
    node(a, &[(0, 1)])
}

/// A node whose only neighbour, 1.0, announces this distance.
fn with_parent(a: u8, metric: u8, params: &[(u8, u32)]) -> Node {
    let mut node = node(a, params);
    node.hear(0, &format!("0200010001008200{metric:02x}00"));
    node
}

/// Frames on the data channel until then, without probes.
fn data(node: &mut Node, until: u64) -> Vec<(u64, String)> {
    let frames = node.run(until).into_iter();
    frames
        .filter(|(_, hex)| hex.starts_with("8300") && hex.len() > 32)
        .collect()
}

#[test]
fn a_packet_waits_for_a_way_to_the_sink() {
    let mut node = node(2, &[]);
    node.send(0, 131, 0, b"Hello\0");
    let frames = node.run(10 * S);
    // While there is none, the node announces that it has none.
    assert!(
        frames.iter().all(|(_, hex)| hex == "0200020001008200ff01"),
        "{frames:?}"
    );
    assert!(!frames.is_empty());
    node.hear(10 * S, "02000100010082000000");
    // Two words of address, numbers, ttl and hops, transmissions and type, receiver and sender; flags, 0, distance.
    assert_eq!(
        node.frames(10 * S),
        ["83000200000af1780400080000008000".to_string() + "48656c6c6f00"]
    );
}

#[test]
fn a_packet_is_sent_until_it_is_acknowledged() {
    let mut node = with_parent(2, 0, &[]);
    node.send(0, 131, 0, b"Hello\0");
    let times: Vec<u64> = data(&mut node, 20 * S).iter().map(|(at, _)| *at).collect();
    for pair in times.windows(2) {
        assert!((2 * S..4 * S).contains(&(pair[1] - pair[0])), "{times:?}");
    }
    assert!(times.len() >= 5);
    // From the wrong node, or with the wrong number, it is none.
    node.hear(
        20 * S,
        "83000000000a00040800040000000000"
            .replace("040000000000", "0c0000000000")
            .as_str(),
    );
    node.hear(20 * S, "83000000000b00040800040000000000");
    assert!(node.events().is_empty());
    node.hear(20 * S, "83000000000a00040800040000000000");
    assert_eq!(node.events(), vec![(Op::Sent, b"".to_vec())]);
    assert!(data(&mut node, 60 * S).is_empty());
}

#[test]
fn a_packet_is_given_up_after_its_transmissions() {
    let mut node = with_parent(2, 0, &[(2, 3)]);
    node.send(0, 131, 0, b"Hello\0");
    let frames = data(&mut node, 30 * S);
    assert_eq!(frames.len(), 3);
    assert_eq!(node.events(), vec![(Op::TimedOut, vec![])]);
    // Its own wish comes first, up to what the header can say.
    for (wish, sent) in [(1, 1), (40, 31)] {
        let mut node = with_parent(2, 0, &[(5, 100)]);
        node.0
            .send_with(0, 131, Address::NONE, b"x", &[(Attr::MaxRexmit, wish)])
            .unwrap();
        assert_eq!(data(&mut node, 30 * S).len(), sent);
    }
}

#[test]
fn a_packet_without_way_does_not_wait_for_ever() {
    let mut node = node(2, &[(2, 3), (5, 1000)]);
    node.send(0, 131, 0, b"Hello\0");
    node.run(5_900_000);
    assert!(node.events().is_empty());
    node.run(6_100_000);
    assert_eq!(node.events(), vec![(Op::TimedOut, vec![])]);
}

#[test]
fn the_queue_is_bounded() {
    let mut node = node(2, &[]);
    for _ in 0..3 {
        node.send(0, 131, 0, b"x");
    }
    assert!(node.events().is_empty());
    node.send(0, 131, 0, b"x");
    assert_eq!(node.events(), vec![(Op::Dropped, vec![])]);
    // They leave in order, each after the one before.
    node.hear(S, "02000100010082000000");
    for number in 0..3u8 {
        let frames: Vec<_> = node
            .frames(S)
            .into_iter()
            .filter(|f| f.starts_with("8300"))
            .collect();
        assert_eq!(frames.len(), 1);
        assert!(
            frames[0].starts_with(&format!("83000200{number:02x}{:02x}f178", 10 + number)),
            "{frames:?}"
        );
        node.hear(S, &format!("8300000000{:02x}00040800040000000000", 10 + number));
    }
    assert!(node.frames(S).iter().all(|frame| !frame.starts_with("8300")));
    assert_eq!(node.events(), vec![(Op::Sent, vec![]); 3]);
}

#[test]
fn a_sink_delivers_once_and_acknowledges_always() {
    let mut sink = sink(1);
    let packet = "83000300000bf27804000800000008004869";
    for _ in 0..3 {
        sink.hear(0, packet);
        assert_eq!(sink.frames(0), ["83000000000b00040800040000000000"]);
    }
    let events = sink.full_events();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].0.from, events[0].0.hops, &events[0].1[..]),
        (Address::new(3, 0), 2, &b"Hi"[..])
    );
    // A probe is acknowledged and not delivered.
    sink.hear(0, "83000200ff0a11780400080000008000");
    assert_eq!(sink.frames(0), ["83000000000a00040800040000000000"]);
    assert!(sink.events().is_empty());
    // Its own packets are there already.
    sink.send(0, 131, 0, b"own");
    assert_eq!(sink.events(), vec![(Op::Recv, b"own".to_vec())]);
    assert!(sink.frames(0).is_empty());
}

#[test]
fn a_router_says_what_is_wrong() {
    let mut router = with_parent(2, 0, &[]);
    let flags = |router: &mut Node, packet: &str| {
        router.hear(0, packet);
        let frames = router.frames(0);
        frames
            .iter()
            .find(|f| f[10..].starts_with(&packet[10..12]) && f[4..8] == *"0000")
            .map(|f| f[24..26].to_string())
    };
    // Distance 0x90 is farther than this node's 0x80: fine. It has hop 2 and time to live 14 then.
    assert_eq!(
        flags(&mut router, "83000300000bf17808000c000000900048").as_deref(),
        Some("00")
    );
    // As far as, or nearer than, this node: its idea of distances is old. The queue is full then, too.
    assert_eq!(
        flags(&mut router, "83000300010cf17808000c000000800048").as_deref(),
        Some("10")
    );
    assert_eq!(
        flags(&mut router, "83000300020df17808000c000000900048").as_deref(),
        Some("c0")
    );
    // A duplicate is acknowledged while the queue is full.
    assert_eq!(
        flags(&mut router, "83000300000bf17808000c000000900048").as_deref(),
        Some("80")
    );
    // At the end of its hops.
    assert_eq!(
        flags(&mut router, "83000300030e1f7808000c000000900048").as_deref(),
        Some("e0")
    );
    // One without a way is silent.
    let mut lost = node(2, &[]);
    assert_eq!(flags(&mut lost, "83000300000bf17808000c000000900048"), None);
}

#[test]
fn an_acknowledgement_that_says_dropped_is_not_the_end() {
    let mut node = with_parent(2, 0, &[]);
    node.send(0, 131, 0, b"Hello\0");
    assert_eq!(data(&mut node, 0).len(), 1);
    node.hear(0, "83000000000a000408000400c0000000");
    assert!(node.events().is_empty());
    let again = data(&mut node, 9 * S);
    assert!((4 * S..8 * S).contains(&again[0].0), "{again:?}");
    node.hear(9 * S, "83000000000a00040800040060000000");
    assert_eq!(node.events(), vec![(Op::Sent, vec![])]);
}

#[test]
fn a_much_better_neighbour_is_chosen_and_a_little_better_one_not() {
    let mut node = with_parent(2, 40, &[]);
    node.hear(0, "02000500010082001e00");
    node.send(0, 131, 0, b"x");
    let to = |frames: Vec<(u64, String)>| frames.last().unwrap().1[16..20].to_string();
    assert_eq!(to(data(&mut node, 0)), "0400", "10 less is not much");
    node.hear(0, "02000600010082001b00");
    assert_eq!(to(data(&mut node, 5 * S)), "1800", "13 less is");
    // It loses its way: the second best, and its neighbours soon hear from this one.
    node.hear(5 * S, "0200060001008200ff01");
    assert_eq!(to(data(&mut node, 10 * S)), "1400");
}

#[test]
fn everything_arrives_over_a_lossy_line() {
    let mut nodes = vec![sink(1)];
    nodes.extend((2..=6).map(|a| node(a, &[])));
    let mut n = 0u32;
    let mut air = Air::new(nodes, move |from, to, _| {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        from.abs_diff(to) == 1 && n >> 16 & 0xff >= 50
    });
    air.run(120 * S);
    let mut arrived = Vec::new();
    for round in 0..10u8 {
        let now = air.now;
        air.nodes[5].send(now, 131, 0, &[6, round]);
        air.nodes[3].send(now, 131, 0, &[4, round]);
        air.run(now + 30 * S);
        arrived.extend(air.nodes[0].events());
    }
    air.run(air.now + 120 * S);
    arrived.extend(air.nodes[0].events());
    // No packet is there twice, and hardly one is missing.
    let all = arrived.len();
    arrived.sort_by(|a, b| a.1.cmp(&b.1));
    arrived.dedup();
    assert_eq!(arrived.len(), all);
    assert!(all >= 19, "{all}");
    // Nodes know how far they are: 8 a hop and more.
    assert!(
        air.take()
            .iter()
            .any(|frame| frame.node == 5 && frame.hex.starts_with("0200060001008200"))
    );
}

#[test]
fn a_way_is_probed_when_it_has_been_silent() {
    let mut node = with_parent(2, 0, &[(6, 10_000)]);
    node.run(S);
    node.hear(S, "83000000000a00040800040000000000");
    let probes = |node: &mut Node, until| {
        let frames = node.run(until);
        frames
            .iter()
            .filter(|(_, f)| f.starts_with("83000200ff") && f.len() == 32)
            .count()
    };
    let before = probes(&mut node, 300 * S);
    assert!(before >= 10, "{before}");
}

#[test]
fn a_jump_of_the_clock_does_no_harm() {
    let mut node = with_parent(2, 0, &[]);
    node.send(0, 131, 0, b"x");
    node.frames(0);
    let far = 1_000_000 * S;
    for step in 0..10 {
        let now = far + step;
        let _ = node.0.poll(now);
        assert!(node.frames(now).len() <= 4);
    }
    assert!(node.0.poll(0) > far);
}

#[test]
fn parameters_have_ranges_and_announcements_are_needed() {
    let outside = [
        (0, 2),
        (1, 2),
        (2, 0),
        (2, 32),
        (3, 0),
        (3, 33),
        (4, 65_536),
        (5, 99),
        (5, 60_001),
        (6, 86_400_001),
    ];
    for param in outside {
        let refused = compose(&mut Node::with(config(1)), &[param]).unwrap_err();
        assert_eq!((refused.module, refused.why), (3, Why::OutOfRange(param.1)));
    }
    let lonely = [
        ModuleSpec::new(id::CHANNEL, &[(0, 131)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::UNICAST, &[]),
        ModuleSpec::new(id::COLLECT, &[]),
        ModuleSpec::new(id::APP, &[]),
    ];
    let refused = Node::with(config(1))
        .compose(0, &[StackSpec::new(&lonely)])
        .unwrap_err();
    assert_eq!((refused.module, refused.why), (3, Why::NothingMerged));
}

proptest! {
    #[test]
    fn any_frame_is_survived(
        is_sink: bool,
        frames in prop::collection::vec((0u64..5_000_000, any::<bool>(), any::<bool>(), 0u8..4, prop::collection::vec(any::<u8>(), 0..60)), 0..60)
    ) {
        let mut node = if is_sink { sink(2) } else { with_parent(2, 0, &[(3, 2)]) };
        let mut now = 0;
        for (pause, data, fits, from, bytes) in &frames {
            now += pause;
            let mut frame = if *data { vec![131, 0] } else { vec![2, 0, *from, 0, 1, 0, 130, 0] };
            if *data && *fits {
                // A header for this node, from one of a few, and anything after it.
                frame.extend_from_slice(&[3, 0, 1, 10, 0xf1, 0x78 | (from & 1) << 2, 0x08, 0, from << 2, 0]);
            }
            frame.extend_from_slice(bytes);
            node.hear(now, &hex(&frame));
            let _ = node.0.poll(now);
            prop_assert!(node.frames(now).len() <= 6);
            if bytes.len() % 5 == 0 {
                node.send(now, 131, 0, bytes);
            }
            node.events();
        }
    }
}
