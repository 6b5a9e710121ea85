//! Announcements and neighbour discovery: what they send when, and what they make of what they hear.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod air;
mod common;

use air::Air;
use common::{Node, hex};
use motebox_crime::modules::id;
use motebox_crime::{Address, Attr, ModuleSpec, Op, StackSpec, Why};
use proptest::prelude::*;

const S: u64 = 1_000_000;

fn stack<'a>(module: ModuleSpec<'a>, channel: &'static [(u8, u32)]) -> [ModuleSpec<'a>; 4] {
    [
        ModuleSpec::new(id::CHANNEL, channel),
        ModuleSpec::new(id::BROADCAST, &[]),
        module,
        ModuleSpec::new(id::APP, &[]),
    ]
}

fn announcing(a: u8) -> Node {
    Node::new(
        a,
        &[StackSpec::new(&stack(
            ModuleSpec::new(id::ANNOUNCEMENT, &[]),
            &[(0, 2)],
        ))],
    )
}

fn discovering(a: u8) -> Node {
    let module = ModuleSpec::new(id::NEIGHBOR_DISCOVERY, &[]);
    Node::new(a, &[StackSpec::new(&stack(module, &[(0, 130)]))])
}

/// Times of frames, and that all of them are `frame`.
fn times(frames: Vec<(u64, String)>, frame: &str) -> Vec<u64> {
    assert!(frames.iter().all(|(_, hex)| hex == frame), "{frames:?}");
    frames.into_iter().map(|(at, _)| at).collect()
}

#[test]
fn a_value_is_said_once_in_each_interval() {
    let mut node = announcing(1);
    assert!(node.run(60 * S).is_empty(), "there is nothing to say");
    let mut node = announcing(1);
    node.send(0, 2, 0, &[0x34, 0x12, 0x78, 0x56]);
    let times = times(node.run(7300 * S), "02000100010034127856");
    // Intervals of 4, 8, 16 … seconds up to an hour; anywhere in each.
    let (mut begin, mut length) = (0, 4 * S);
    for at in &times {
        assert!((begin..begin + length).contains(at), "{at}");
        begin += length;
        length = (length * 2).min(3600 * S);
    }
    assert!(times.len() >= 11);
    assert!(node.events().is_empty());
}

#[test]
fn a_changed_value_waits_and_a_new_or_urgent_one_begins_anew() {
    let mut node = announcing(1);
    node.send(0, 2, 0, &[1, 0, 10, 0]);
    node.run(59 * S);
    // The next intervals are from 60 s to 124 s and 252 s. A changed value is said once in each.
    node.send(59 * S, 2, 0, &[1, 0, 11, 0]);
    assert_eq!(times(node.run(123 * S), "02000100010001000b00").len(), 1);
    assert_eq!(times(node.run(251 * S), "02000100010001000b00").len(), 1);
    node.send(252 * S, 2, 0, &[2, 0, 20, 0]);
    let both = times(node.run(256 * S), "02000100020001000b0002001400");
    assert_eq!(both.len(), 1);
    node.run(600 * S);
    let urgent = [(Attr::Urgent, 1)];
    node.0
        .send_with(600 * S, 2, Address::NONE, &[2, 0, 21, 0], &urgent)
        .unwrap();
    assert_eq!(times(node.run(604 * S), "02000100020001000b0002001500").len(), 1);
}

#[test]
fn a_value_is_taken_back_and_a_full_table_drops() {
    let mut node = announcing(1);
    node.send(0, 2, 0, &[1, 0, 1, 0, 2, 0, 2, 0, 3, 0, 3, 0, 4, 0, 4, 0]);
    assert!(node.events().is_empty());
    node.send(0, 2, 0, &[5, 0, 5, 0]);
    assert_eq!(node.events(), vec![(Op::Dropped, vec![])]);
    node.send(0, 2, 0, &[2, 0]);
    node.send(0, 2, 0, &[5, 0, 5, 0]);
    assert!(node.events().is_empty());
    times(node.run(4 * S), "02000100040001000100030003000400040005000500");
    for id in [1, 3, 4, 5, 6] {
        node.send(4 * S, 2, 0, &[id, 0]);
    }
    assert!(node.run(100 * S).is_empty());
}

#[test]
fn announcements_heard_come_up_as_pairs() {
    let mut node = announcing(1);
    node.hear(0, "02000200020001000b0002001400");
    // More bytes than the count says are left away.
    node.hear(0, "02000300010001000c00ffff");
    // A count too large, no count, and no values, are nothing.
    node.hear(0, "02000300020001000c00");
    node.hear(0, "0200030001");
    node.hear(0, "020003000000");
    node.hear(0, "0200030001c001000c00");
    let events = node.full_events();
    let heard: Vec<_> = events
        .iter()
        .map(|(event, payload)| (event.from, hex(payload)))
        .collect();
    assert_eq!(
        heard,
        [
            (Address::new(2, 0), "01000b0002001400".to_string()),
            (Address::new(3, 0), "01000c00".to_string()),
        ]
    );
}

#[test]
fn a_neighbour_is_told_in_the_second_half_of_each_interval() {
    let mut node = discovering(1);
    assert!(
        node.run(60 * S).is_empty(),
        "nothing before it is told what to say"
    );
    let mut node = discovering(1);
    node.send(0, 130, 0, &[0x34, 0x12]);
    let times = times(node.run(2500 * S), "820001003412");
    let (mut begin, mut length) = (0, 4 * S);
    for at in &times {
        assert!((begin + length / 2..begin + length).contains(at), "{at}");
        begin += length;
        length = (length * 2).min(600 * S);
    }
    assert!(times.len() >= 10, "{}", times.len());
    assert!(node.events().is_empty());
}

#[test]
fn a_new_value_keeps_the_interval_and_an_urgent_one_begins_anew() {
    let mut node = discovering(1);
    node.send(0, 130, 0, &[1, 0]);
    node.run(28 * S);
    node.send(28 * S, 130, 0, &[2, 0]);
    assert!(node.run(43 * S).is_empty());
    assert_eq!(times(node.run(60 * S), "820001000200").len(), 1);
    let urgent = [(Attr::Urgent, 1)];
    node.0
        .send_with(60 * S, 130, Address::NONE, &[3, 0], &urgent)
        .unwrap();
    assert_eq!(times(node.run(64 * S), "820001000300").len(), 1);
    node.send(64 * S, 130, 0, &[3]);
    assert_eq!(node.events(), vec![(Op::Dropped, vec![])]);
}

#[test]
fn neighbours_find_each_other() {
    let mut air = Air::line((1..=3).map(discovering).collect());
    for (at, node) in air.nodes.iter_mut().enumerate() {
        node.send(0, 130, 0, &[at as u8, 7]);
    }
    air.run(5 * S);
    let heard = |node: &mut Node| {
        let mut from: Vec<_> = node
            .full_events()
            .iter()
            .map(|(e, p)| (e.from.0[0], p.clone()))
            .collect();
        from.sort();
        from.dedup();
        from
    };
    assert_eq!(heard(&mut air.nodes[0]), [(2, vec![1, 7])]);
    assert_eq!(heard(&mut air.nodes[1]), [(1, vec![0, 7]), (3, vec![2, 7])]);
    // Too short is nothing; what is longer is cut.
    air.nodes[0].hear(6 * S, "8200090001");
    air.nodes[0].hear(6 * S, "820009000102ff");
    assert_eq!(heard(&mut air.nodes[0]), [(9, vec![1, 2])]);
}

#[test]
fn a_jump_of_the_clock_does_no_harm() {
    let far = 100_000 * S;
    for (mut node, channel, payload) in [
        (announcing(1), 2, &[1, 0, 1, 0][..]),
        (discovering(1), 130, &[1, 0][..]),
    ] {
        node.send(0, channel, 0, payload);
        assert!(node.0.poll(far) > far);
        assert_eq!(node.frames(far).len(), 1);
    }
}

#[test]
fn parameters_have_ranges() {
    let refused = |module: u8, param: (u8, u32)| {
        let params = [param];
        let module = ModuleSpec::new(module, &params);
        let stack = stack(module, &[(0, 2)]);
        Node::with(common::config(1)).compose(0, &[StackSpec::new(&stack)])
    };
    for module in [id::ANNOUNCEMENT, id::NEIGHBOR_DISCOVERY] {
        for param in [(0, 1), (0, 86_400_001), (1, 1), (1, 86_400_001)] {
            assert_eq!(refused(module, param).unwrap_err().why, Why::OutOfRange(param.1));
        }
    }
    for param in [(2, 0), (2, 25)] {
        assert_eq!(
            refused(id::ANNOUNCEMENT, param).unwrap_err().why,
            Why::OutOfRange(param.1)
        );
    }
    assert!(refused(id::ANNOUNCEMENT, (2, 24)).is_ok());
}

proptest! {
    #[test]
    fn any_frame_and_any_payload_is_survived(
        frames in prop::collection::vec((0u64..3_000_000, any::<bool>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..128)), 0..40)
    ) {
        for (mut node, channel) in [(announcing(1), 2u16), (discovering(1), 130)] {
            let mut now = 0;
            for (pause, send, urgent, bytes) in &frames {
                now += pause;
                if *send {
                    let urgent = [(Attr::Urgent, u16::from(*urgent))];
                    let _ = node.0.send_with(now, channel, Address::NONE, bytes, &urgent);
                } else {
                    let mut frame = channel.to_le_bytes().to_vec();
                    frame.extend_from_slice(bytes);
                    node.hear(now, &hex(&frame));
                }
                let _ = node.0.poll(now);
                prop_assert!(node.frames(now).len() <= 1);
                node.events();
            }
        }
    }
}
