//! timesynch: nodes whose clocks differ agree on the time of the best one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Node, bytes, config, hex};
use motebox_crime::modules::{id, timesynch};
use motebox_crime::{ModuleSpec, Op, Refused, StackSpec, Why};
use proptest::prelude::*;

const S: u64 = 1_000_000;

fn compose(node: &mut Node, params: &[(u8, u32)]) -> Result<(), Refused> {
    let stack = [
        ModuleSpec::new(id::CHANNEL, &[(0, 7)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::TIMESYNCH, params),
        ModuleSpec::new(id::APP, &[]),
    ];
    node.compose(0, &[StackSpec::new(&stack)])
}

fn node(a: u8, params: &[(u8, u32)]) -> Node {
    let mut node = Node::with(config(a));
    compose(&mut node, params).unwrap();
    node
}

/// Level, and the common time when the node's own clock shows `now`.
fn time(node: &Node, now: u64) -> (u8, u16) {
    let (level, offset) = timesynch::offset(node.0.module_state(7, id::TIMESYNCH)).unwrap();
    (level, timesynch::ticks(now, 32_768).wrapping_add(offset))
}

#[test]
fn a_message_is_that_of_each_kind_of_mote() {
    for (layout, len, stamp, clock, rate) in [(0, 32, 30, 6, 128), (1, 36, 32, 8, 128), (2, 40, 36, 8, 1000)]
    {
        let mut node = node(1, &[(2, 3), (4, layout)]);
        let (at, frame) = node.run(8 * S).remove(0);
        let message = bytes(&frame).split_off(4);
        assert_eq!(message.len(), len);
        assert_eq!(message[..4], [3, 0, 0, 0]);
        let ticks = (at as u128 * 32_768 / 1_000_000) as u16;
        assert_eq!(message[stamp..stamp + 2], ticks.to_le_bytes());
        assert_eq!(message[clock..clock + 4], ((at * rate / S) as u32).to_le_bytes());
        assert_eq!(message[stamp - 20..stamp - 16], ((at / S) as u32).to_le_bytes());
        assert!(message[stamp - 16..stamp].iter().all(|byte| *byte == 0));
    }
}

#[test]
fn messages_come_ever_more_rarely_until_something_changes() {
    let mut node = node(1, &[(2, 3)]);
    let times: Vec<u64> = node.run(2000 * S).into_iter().map(|(at, _)| at).collect();
    let (mut begin, mut length) = (0, 8 * S);
    for at in &times {
        assert!((begin..begin + length).contains(at), "{at}");
        begin += length;
        length = (2 * length).min(300 * S);
    }
    assert!(times.len() >= 10);
    node.send(2000 * S, 7, 0, &[3]);
    assert!(node.run(2008 * S).len() <= 1, "the level is what it was");
    node.send(2100 * S, 7, 0, &[2]);
    assert!(
        node.run(2108 * S)
            .iter()
            .any(|(_, frame)| frame.starts_with("070001000200"))
    );
}

#[test]
fn who_hears_of_a_better_time_takes_it_over() {
    // The clock of the second one is 1000 s behind, that of the third one 2000 s ahead of the second.
    let mut nodes = [node(1, &[(2, 1)]), node(2, &[]), node(3, &[])];
    let ahead = [1000 * S, 0, 2000 * S];
    let (at, frame) = nodes[0].run(1404 * S).pop().unwrap();
    let now = at - ahead[0];
    nodes[1].hear(now + ahead[1], &frame);
    let events = nodes[1].events();
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].0, events[0].1[0], events[0].1.len()), (Op::Recv, 2, 4));
    assert_eq!(time(&nodes[1], now + ahead[1]), (2, time(&nodes[0], at).1));
    // It tells its neighbour within the first interval.
    let from = now + ahead[1];
    let (at, frame) = nodes[1].run(from + 8 * S).pop().unwrap();
    nodes[2].hear(at - ahead[1] + ahead[2], &frame);
    let later = at - ahead[1];
    assert_eq!(
        time(&nodes[2], later + ahead[2]),
        (3, time(&nodes[1], later + ahead[1]).1)
    );
    assert!(
        time(&nodes[2], later + ahead[2])
            .1
            .abs_diff(time(&nodes[0], later + ahead[0]).1)
            <= 2
    );
    // A time that is no better changes nothing, and the same one is no news.
    let before = time(&nodes[2], 0);
    nodes[2].events();
    nodes[2].hear(3000 * S, &format!("070009000300{}", "55".repeat(30)));
    assert_eq!((time(&nodes[2], 0), nodes[2].events()), (before, vec![]));
    nodes[0].hear(3000 * S, &frame);
    assert_eq!(time(&nodes[0], 0), (1, 0));
}

#[test]
fn all_layouts_are_understood_and_nothing_else() {
    for (len, stamp) in [(32, 30), (36, 32), (40, 36)] {
        let mut node = node(2, &[]);
        let mut message = vec![0xee; len];
        (message[0], message[2], message[3]) = (4, 0x34, 0x12);
        (message[stamp], message[stamp + 1]) = (0x01, 0x01);
        node.hear(0, &format!("07000100{}", hex(&message)));
        assert_eq!(time(&node, 0), (5, 0x1335), "{len}");
        message.pop();
        message[0] = 0;
        node.hear(0, &format!("07000100{}", hex(&message)));
        assert_eq!(time(&node, 0), (5, 0x1335), "{len}");
    }
}

#[test]
fn ticks_are_exact_and_wrap() {
    for (now, rate, ticks) in [
        (1_000_000, 32_768, 32_768),
        (2_000_000, 32_768, 0),
        (30, 32_768, 0),
        (31, 32_768, 1),
        (3_600_000_000_123, 1000, (3_600_000_000u64 & 0xffff) as u16),
        (u64::MAX, 1_000_000, u64::MAX as u16),
    ] {
        assert_eq!(timesynch::ticks(now, rate), ticks, "{now} {rate}");
    }
}

#[test]
fn parameters_have_ranges() {
    for param in [(0, 1), (1, 1), (2, 256), (3, 0), (3, 1_000_001), (4, 3)] {
        let refused = compose(&mut Node::with(config(1)), &[param]).unwrap_err();
        assert_eq!((refused.module, refused.why), (2, Why::OutOfRange(param.1)));
    }
    let mut node = node(1, &[]);
    node.send(0, 7, 0, &[]);
    assert_eq!(node.events(), vec![(Op::Dropped, vec![])]);
}

proptest! {
    #[test]
    fn any_frame_is_survived(frames in prop::collection::vec((any::<u64>(), prop::collection::vec(any::<u8>(), 0..50)), 0..40)) {
        let mut node = node(1, &[]);
        let mut now = 0u64;
        for (pause, bytes) in frames {
            now = now.saturating_add(pause >> 20);
            node.hear(now, &format!("0700{}", hex(&bytes)));
            let _ = node.0.poll(now);
            prop_assert!(node.frames(now).len() <= 1);
            node.events();
        }
    }
}
