//! trickle: frames as Contiki sends them, its timing, and what it does with what it hears.
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
use motebox_crime::{ModuleSpec, Op, StackSpec, Why};
use proptest::prelude::*;

fn stack() -> [ModuleSpec<'static>; 4] {
    [
        ModuleSpec::new(id::CHANNEL, &[(0, 128)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::TRICKLE, &[]),
        ModuleSpec::new(id::APP, &[]),
    ]
}

fn node(a: u8) -> Node {
    Node::new(a, &[StackSpec::new(&stack())])
}

#[test]
fn frames_are_those_that_contiki_sends() {
    let (mut one, mut two) = (node(1), node(2));
    one.send(0, 128, 0, b"Hello\0");
    assert_eq!(one.frames(0), ["800001010048656c6c6f00"]);
    two.hear(0, "800001010048656c6c6f00");
    assert_eq!(two.events(), vec![(Op::Recv, b"Hello\0".to_vec())]);
    assert_eq!(two.run(999_000)[0].1, "800001020048656c6c6f00");
    assert_eq!(one.events(), vec![(Op::Sent, vec![])]);
}

#[test]
fn a_lonely_node_repeats_ever_more_rarely() {
    let mut node = node(1);
    node.send(0, 128, 0, b"x");
    let times: Vec<u64> = node.run(100_000_000).into_iter().map(|(at, _)| at).collect();
    // At once, then in the second half of intervals of 1, 2, 4, 8, 16, 16, 16 … seconds.
    assert_eq!(times[0], 0);
    let (mut begin, mut length) = (0, 1_000_000);
    for (n, at) in times[1..].iter().enumerate() {
        assert!((begin + length / 2..begin + length).contains(at), "{n}: {at}");
        begin += length;
        length = (length * 2).min(16_000_000);
    }
    assert_eq!(times.len(), 1 + 5 + (100 - 31) / 16);
    // The application heard of its own sending, and of no repetition.
    assert_eq!(node.events(), vec![(Op::Sent, vec![])]);
}

#[test]
fn a_duplicate_in_an_interval_keeps_the_node_silent() {
    let mut node = node(1);
    node.send(0, 128, 0, b"x");
    assert_eq!(node.frames(0).len(), 1);
    node.hear(100_000, "8000010200ff");
    assert!(node.run(1_499_000).is_empty());
    // In the next interval nobody else was heard.
    assert_eq!(node.run(3_000_000).len(), 1);
    assert!(node.events().iter().all(|(op, _)| *op == Op::Sent));
}

#[test]
fn redundancy_says_how_many_duplicates_it_takes() {
    let mut stack = stack();
    stack[2] = ModuleSpec::new(id::TRICKLE, &[(2, 2)]);
    let mut node = Node::new(1, &[StackSpec::new(&stack)]);
    node.send(0, 128, 0, b"x");
    assert_eq!(node.frames(0).len(), 1);
    node.hear(100_000, "8000010200ff");
    assert_eq!(node.run(1_000_000).len(), 1);
    node.hear(1_000_001, "8000010200ff");
    node.hear(1_000_002, "8000010300ff");
    assert!(node.run(2_999_000).is_empty());
}

#[test]
fn who_is_behind_gets_the_newest_packet_at_once() {
    let mut node = node(1);
    node.send(0, 128, 0, b"a");
    node.send(10, 128, 0, b"b");
    assert_eq!(node.frames(10), ["800001010061", "800002010062"]);
    node.hear(20, "8000010200ff");
    assert_eq!(node.frames(20), ["800002010062"]);
    // 0x82 is 128 ahead of 2: by the arithmetic of wrapping numbers that is behind.
    node.hear(30, "8000820200ff");
    assert_eq!(node.frames(30), ["800002010062"]);
    assert!(node.events().iter().all(|(op, _)| *op == Op::Sent));
    // One that has nothing to send stays silent.
    let mut empty = Node::new(3, &[StackSpec::new(&stack())]);
    empty.hear(20, "8000ff0200ff");
    assert!(empty.run(60_000_000).is_empty());
}

#[test]
fn numbers_wrap() {
    let mut node = node(1);
    for n in 0..=255u8 {
        node.send(u64::from(n), 128, 0, &[n]);
        assert_eq!(
            node.frames(u64::from(n)),
            [format!("8000{:02x}0100{n:02x}", n.wrapping_add(1))]
        );
    }
    node.hear(1000, "8000010200ff");
    assert!(node.events().contains(&(Op::Recv, vec![0xff])));
}

#[test]
fn the_newest_packet_comes_everywhere() {
    let mut air = Air::line((1..=6).map(node).collect());
    air.nodes[2].send(0, 128, 0, b"old");
    air.run(500_000);
    air.nodes[2].send(500_000, 128, 0, b"new");
    air.run(10_000_000);
    for (at, node) in air.nodes.iter_mut().enumerate() {
        let last = node.events().into_iter().rfind(|(op, _)| *op == Op::Recv);
        assert_eq!(
            last.map(|(_, payload)| payload),
            (at != 2).then(|| b"new".to_vec()),
            "{at}"
        );
    }
    let before = air.take().len();
    air.run(20_000_000);
    let after = air.take().len();
    // In ten later seconds there is less on the air.
    assert!(after * 2 < before, "{after} of {before}");
}

#[test]
fn a_jump_of_the_clock_does_no_harm() {
    let mut node = node(1);
    node.send(0, 128, 0, b"x");
    assert_eq!(node.frames(0).len(), 1);
    let far = 3_600_000_000_000;
    assert!(node.0.poll(far) > far);
    assert_eq!(node.frames(far).len(), 1);
    assert!(node.0.poll(0) > far);
    assert!(node.frames(0).is_empty());
}

#[test]
fn parameters_have_ranges() {
    for (param, value) in [(0, 1), (0, 65_536), (1, 11), (2, 0), (2, 256)] {
        let params = [(param, value)];
        let mut stack = stack();
        stack[2] = ModuleSpec::new(id::TRICKLE, &params);
        let refused = Node::with(common::config(1))
            .compose(0, &[StackSpec::new(&stack)])
            .unwrap_err();
        assert_eq!((refused.module, refused.why), (2, Why::OutOfRange(value)));
    }
}

proptest! {
    #[test]
    fn any_frame_is_survived(frames in prop::collection::vec((0u64..3_000_000, prop::collection::vec(any::<u8>(), 0..140)), 0..40)) {
        let mut node = node(1);
        let mut now = 0;
        for (pause, mut frame) in frames {
            now += pause;
            frame.splice(0..0, [128, 0]);
            node.hear(now, &hex(&frame));
            let _ = node.0.poll(now);
            prop_assert!(node.frames(now).len() <= 4);
            node.events();
        }
    }
}
