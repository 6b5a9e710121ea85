//! Objects in chunks: rucb, rudolph1 and rudolph2, over links that lose frames, with applications that go away.
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
const ALL: [u8; 3] = [id::RUCB, id::RUDOLPH1, id::RUDOLPH2];
const CHANNEL: u16 = 140;

const fn plain(module: u8) -> ModuleSpec<'static> {
    ModuleSpec::new(module, &[])
}

fn compose(node: &mut Node, module: u8, params: &[(u8, u32)]) -> Result<(), Refused> {
    let channel = ModuleSpec::new(id::CHANNEL, &[(0, CHANNEL as u32)]);
    let top = ModuleSpec::new(module, params);
    let (broadcast, app) = (plain(id::BROADCAST), plain(id::APP));
    match module {
        id::RUCB => {
            let stack = [
                channel,
                broadcast,
                plain(id::UNICAST),
                plain(id::RUNICAST),
                top,
                app,
            ];
            node.compose(0, &[StackSpec::new(&stack)])
        }
        id::RUDOLPH1 => {
            let trickle = ModuleSpec::new(id::TRICKLE, &[(0, 500)]);
            let repairs = [
                ModuleSpec::new(id::CHANNEL, &[(0, CHANNEL as u32 + 1)]),
                broadcast,
                ModuleSpec::new(id::IPOLITE, &[(1, 4)]),
            ];
            let stack = [channel, broadcast, trickle, top, app];
            node.compose(0, &[StackSpec::new(&stack), StackSpec::merged(&repairs, 3)])
        }
        _ => {
            let polite = ModuleSpec::new(id::POLITE, &[(1, 1)]);
            node.compose(0, &[StackSpec::new(&[channel, plain(id::ABC), polite, top, app])])
        }
    }
}

fn node(a: u8, module: u8) -> Node {
    let mut node = Node::with(config(a));
    compose(&mut node, module, &[]).unwrap();
    node
}

fn object(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 7 + i / 64) as u8).collect()
}

fn chunk_of(object: &[u8], number: usize) -> &[u8] {
    let from = (number * 64).min(object.len());
    &object[from..(from + 64).min(object.len())]
}

fn send(node: &mut Node, now: u64, to: u8, object: &[u8], number: u16) {
    let chunk = chunk_of(object, usize::from(number));
    node.0
        .send_with(now, CHANNEL, Address::new(to, 0), chunk, &[(Attr::Chunk, number)])
        .unwrap();
}

/// Nodes with applications that keep what comes, and give what is asked for.
struct World {
    air: Air,
    objects: Vec<Vec<u8>>,
    /// Numbers of the chunks that came, and what else the applications were told.
    chunks: Vec<Vec<u16>>,
    told: Vec<Vec<Op>>,
}

impl World {
    fn new(nodes: usize, module: u8, reach: impl FnMut(usize, usize, &str) -> bool + 'static) -> World {
        let each = (1..=nodes as u8).map(|a| node(a, module));
        World {
            air: Air::new(each.collect(), reach),
            objects: vec![Vec::new(); nodes],
            chunks: vec![Vec::new(); nodes],
            told: vec![Vec::new(); nodes],
        }
    }

    fn begin(&mut self, object: Vec<u8>) {
        let now = self.air.now;
        send(&mut self.air.nodes[0], now, 2, &object, 0);
        self.objects[0] = object;
    }

    fn run(&mut self, until: u64) {
        while self.air.now < until {
            let step = (self.air.now + 100_000).min(until);
            self.air.run(step);
            let now = self.air.now;
            for (at, node) in self.air.nodes.iter_mut().enumerate() {
                for (event, payload) in node.full_events() {
                    match event.op {
                        Op::ReadChunk => send(node, now, 2, &self.objects[at], event.chunk),
                        Op::WriteChunk => {
                            self.objects[at].resize(usize::from(event.chunk) * 64, 0);
                            self.objects[at].extend_from_slice(&payload);
                            self.chunks[at].push(event.chunk);
                        }
                        op => self.told[at].push(op),
                    }
                }
            }
        }
    }
}

/// Loses some of the frames between neighbours of a line, always the same ones.
fn lossy(percent: u32) -> impl FnMut(usize, usize, &str) -> bool {
    let mut n = 1u32;
    move |from, to, _| {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        from.abs_diff(to) == 1 && (n >> 16) % 100 >= percent
    }
}

#[test]
fn objects_of_every_length_arrive_whole_and_once() {
    for module in ALL {
        for len in [0, 1, 63, 64, 65, 128, 150, 640] {
            let mut world = World::new(2, module, lossy(0));
            world.begin(object(len));
            world.run(60 * S);
            assert_eq!(world.objects[1], object(len), "{module} {len}");
            let chunks: Vec<u16> = (0..=(len / 64) as u16).collect();
            assert_eq!(world.chunks[1], chunks, "{module} {len}");
            let told = if module == id::RUCB {
                vec![Op::Sent]
            } else {
                vec![]
            };
            assert_eq!(world.told, [told, vec![]], "{module} {len}");
        }
    }
}

#[test]
fn objects_arrive_over_links_that_lose_frames() {
    for module in ALL {
        let nodes = if module == id::RUCB { 2 } else { 4 };
        let mut world = World::new(nodes, module, lossy(20));
        world.begin(object(500));
        world.run(400 * S);
        for at in 1..nodes {
            assert_eq!(world.objects[at], object(500), "{module} node {at}");
            assert_eq!(
                world.chunks[at],
                (0..8).collect::<Vec<u16>>(),
                "{module} node {at}"
            );
        }
    }
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    for module in ALL {
        let mut world = World::new(2, module, lossy(0));
        world.begin(object(100));
        world.run(30 * S);
        let new: Vec<u8> = object(200).into_iter().rev().collect();
        world.begin(new.clone());
        world.run(90 * S);
        assert_eq!(world.objects[1], new, "{module}");
    }
}

#[test]
fn a_node_that_comes_late_is_repaired() {
    for module in [id::RUDOLPH1, id::RUDOLPH2] {
        let late = std::rc::Rc::new(std::cell::Cell::new(false));
        let heard = late.clone();
        let mut world = World::new(2, module, move |_, _, _| heard.get());
        world.begin(object(300));
        world.run(40 * S);
        assert!(world.chunks[1].is_empty(), "{module}");
        late.set(true);
        world.run(300 * S);
        assert_eq!(world.objects[1], object(300), "{module}");
    }
}

#[test]
fn a_chunk_that_nobody_asked_for_is_dropped() {
    for module in ALL {
        let mut node = node(1, module);
        send(&mut node, 0, 2, &object(200), 1);
        assert_eq!(node.events(), vec![(Op::Dropped, vec![])], "{module}");
        node.0
            .send_with(0, CHANNEL, Address::new(2, 0), &[7; 65], &[])
            .unwrap();
        assert_eq!(node.events(), vec![(Op::Dropped, vec![])], "{module}");
        assert!(node.frames(0).is_empty(), "{module}");
    }
}

#[test]
fn rucb_gives_up_and_can_begin_again() {
    let mut world = World::new(2, id::RUCB, |_, _, _| false);
    world.begin(object(100));
    world.run(7_900_000);
    assert!(world.told[0].is_empty());
    assert_eq!(world.air.take().len(), 8);
    // While one is under way, another one is dropped.
    send(&mut world.air.nodes[0], 7_900_000, 2, &object(10), 0);
    world.run(8_100_000);
    assert_eq!(world.told[0], [Op::Dropped, Op::TimedOut]);
    world.air.reach = Box::new(lossy(0));
    world.begin(object(70));
    world.run(20 * S);
    assert_eq!(world.objects[1], object(70));
    assert_eq!(world.told[0], [Op::Dropped, Op::TimedOut, Op::Sent]);
}

#[test]
fn rucb_asks_an_application_again_that_does_not_answer() {
    let mut node = node(1, id::RUCB);
    send(&mut node, 0, 2, &object(100), 0);
    node.frames(0);
    node.hear(0, "8c0080200040 00".replace(' ', "").as_str());
    assert_eq!(node.events(), vec![(Op::ReadChunk, vec![])]);
    node.run(10 * S);
    assert_eq!(
        node.full_events()
            .iter()
            .map(|(e, _)| (e.op, e.chunk))
            .collect::<Vec<_>>(),
        [(Op::ReadChunk, 1)]
    );
    send(&mut node, 10 * S, 2, &object(100), 1);
    assert_eq!(node.frames(10 * S).len(), 1);
}

#[test]
fn a_silent_rucb_sender_loses_its_turn() {
    let full = hex(&[1; 64]);
    // From 1.0 and 3.0 to 2.0: chunks with numbers 0 and 1.
    let from = |a: u8, number: u8, data: &str| format!("8c00{:02x}4000{:02x}00{data}", number << 5, a << 5);
    let mut node = node(2, id::RUCB);
    let chunks = |node: &mut Node| {
        let events = node.full_events();
        events
            .iter()
            .map(|(e, p)| (e.from.0[0], e.chunk, p.len()))
            .collect::<Vec<_>>()
    };
    node.hear(0, &from(1, 0, &full));
    assert_eq!(chunks(&mut node), [(1, 0, 64)]);
    node.hear(S, &from(3, 0, &full));
    assert_eq!(chunks(&mut node), []);
    node.run(10 * S);
    node.hear(10 * S, &from(3, 1, &full));
    assert_eq!(chunks(&mut node), [(3, 0, 64)]);
    // The same number once more is the same packet; a short one is the end; what follows that empty is nothing.
    node.hear(10 * S, &from(3, 1, &full));
    node.hear(10 * S, &from(3, 2, "ab"));
    node.hear(10 * S, &from(3, 3, ""));
    assert_eq!(chunks(&mut node), [(3, 1, 1)]);
    node.hear(10 * S, &from(1, 1, "abcd"));
    assert_eq!(chunks(&mut node), [(1, 0, 2)]);
}

#[test]
fn rudolph1_asks_for_what_it_misses_and_repairs_what_others_miss() {
    let mut node = node(2, id::RUDOLPH1);
    let data = |seqno: u8, version: u8, chunk: u8, data: &[u8]| {
        format!(
            "8c00{seqno:02x}010000{version:02x}{chunk:02x}00{:02x}{}00",
            data.len(),
            hex(data)
        )
    };
    let repairs = |node: &mut Node, until| {
        let frames = node
            .run(until)
            .into_iter()
            .filter(|(_, frame)| frame.starts_with("8d00"));
        frames.map(|(at, frame)| (at / 1000, frame)).collect::<Vec<_>>()
    };
    node.hear(0, &data(1, 1, 1, &[1; 64]));
    let asked = repairs(&mut node, S);
    assert_eq!(asked.len(), 1);
    assert!((125..250).contains(&asked[0].0));
    assert_eq!(asked[0].1, "8d00020001010000");
    // Somebody else asks for the same: once is enough.
    node.hear(S, &data(2, 1, 2, &[2; 64]));
    node.hear(S + 1, "8d00030001010000");
    assert!(repairs(&mut node, 2 * S).is_empty());
    // The repair comes, and there is more to ask for.
    node.hear(
        2 * S,
        &format!("8d000100000100 0040{}00", "00".repeat(64)).replace(' ', ""),
    );
    assert_eq!(node.events(), vec![(Op::WriteChunk, vec![0; 64])]);
    assert_eq!(repairs(&mut node, 3 * S)[0].1, "8d00020001010100");
    // Somebody misses what this node has: its application is asked.
    node.hear(3 * S, "8d00030001010000");
    assert_eq!(node.events(), vec![(Op::ReadChunk, vec![])]);
    send(&mut node, 3 * S, 0, &[0; 64], 0);
    let repair = repairs(&mut node, 4 * S);
    assert!((3125..3250).contains(&repair[0].0));
    assert_eq!(
        repair[0].1,
        format!("8d00020000010000 40{}00", "00".repeat(64)).replace(' ', "")
    );
    // Not for what it does not have itself, nor for a version that is to come.
    node.hear(4 * S, "8d00030001010100");
    node.hear(4 * S, "8d00030001020000");
    assert!(node.events().is_empty());
    // Old versions are ignored; requests for them get the present one.
    node.hear(4 * S, &data(3, 0, 1, b"old"));
    assert!(node.events().is_empty());
    node.hear(4 * S, "8d00030001000500");
    assert_eq!(node.full_events()[0].0.chunk, 0);
}

#[test]
fn rudolph1_waits_with_the_next_chunk_while_others_miss_something() {
    let mut node = node(1, id::RUDOLPH1);
    send(&mut node, 0, 0, &object(640), 0);
    node.hear(S, "8d00030001017700");
    node.run(3_900_000);
    assert!(node.events().is_empty());
    node.run(4 * S);
    assert_eq!(
        node.full_events()
            .iter()
            .map(|(e, _)| (e.op, e.chunk))
            .collect::<Vec<_>>(),
        [(Op::ReadChunk, 1)]
    );
}

#[test]
fn rudolph2_listens_to_nodes_nearer_the_source_only() {
    let mut node = node(3, id::RUDOLPH2);
    let data = |hops: u8, version: u8, chunk: u8, data: &[u8]| {
        format!("8c0000{hops:02x}{version:02x}00{chunk:02x}00{}", hex(data))
    };
    node.hear(0, &data(2, 1, 0, &[0; 64]));
    assert_eq!(node.events(), vec![(Op::WriteChunk, vec![0; 64])]);
    node.hear(0, &data(3, 1, 1, &[1; 64]));
    node.hear(0, &data(64, 9, 0, &[1; 64]));
    assert!(node.events().is_empty());
    // It misses chunk 1, and is three hops away.
    node.hear(0, &data(2, 1, 2, &[2; 64]));
    assert_eq!(
        node.run(S)
            .into_iter()
            .map(|(_, frame)| frame)
            .collect::<Vec<_>>(),
        ["8c00010301000100"]
    );
    // While it lacks something itself, it answers nobody; then only nodes farther away.
    node.hear(S, "8c00010401000000");
    assert!(node.events().is_empty());
    node.hear(S, &data(2, 1, 1, b"end"));
    let told: Vec<_> = node.full_events().iter().map(|(e, _)| (e.op, e.chunk)).collect();
    assert_eq!(told, [(Op::WriteChunk, 1), (Op::ReadChunk, 0)]);
    node.hear(S, "8c00010301000100");
    assert!(node.events().is_empty());
    node.hear(S, "8c00010401000100");
    assert_eq!(node.full_events()[0].0.chunk, 1);
}

#[test]
fn jumps_of_the_clock_do_no_harm() {
    for module in ALL {
        let mut node = node(1, module);
        send(&mut node, 0, 2, &object(640), 0);
        let far = 1_000_000 * S;
        for step in 0..20 {
            let _ = node.0.poll(far + step);
            assert!(node.frames(far + step).len() <= 4, "{module}");
            for (event, _) in node.full_events() {
                if event.op == Op::ReadChunk {
                    send(&mut node, far + step, 2, &object(640), event.chunk);
                }
            }
        }
        assert!(node.0.poll(0) > far, "{module}");
    }
}

#[test]
fn parameters_have_ranges() {
    let outside: [(u8, &[(u8, u32)]); 3] = [
        (id::RUCB, &[(0, 0), (0, 256), (1, 999), (1, 3_600_001)]),
        (id::RUDOLPH1, &[(0, 19), (0, 60_001)]),
        (id::RUDOLPH2, &[(0, 19), (0, 15_001), (1, 19), (1, 60_001)]),
    ];
    for (module, params) in outside {
        for param in params {
            let refused = compose(&mut Node::with(config(1)), module, &[*param]).unwrap_err();
            assert_eq!(refused.why, Why::OutOfRange(param.1), "{module}");
        }
    }
    let stack = [
        plain(id::CHANNEL),
        plain(id::BROADCAST),
        plain(id::TRICKLE),
        plain(id::RUDOLPH1),
        plain(id::APP),
    ];
    let refused = Node::with(config(1))
        .compose(0, &[StackSpec::new(&stack)])
        .unwrap_err();
    assert_eq!((refused.module, refused.why), (3, Why::NothingMerged));
}

proptest! {
    #[test]
    fn any_frame_and_any_chunk_is_survived(
        steps in prop::collection::vec((0u64..3_000_000, 0u8..4, 0u16..3, prop::collection::vec(0u8..4, 0..12), 0usize..80), 0..60)
    ) {
        for module in ALL {
            let mut node = node(2, module);
            let mut now = 0;
            for (pause, what, chunk, head, len) in &steps {
                now += pause;
                let mut bytes = head.clone();
                bytes.resize(head.len() + len, 1);
                match what {
                    0 => {
                        bytes.truncate(70);
                        let _ = node.0.send_with(now, CHANNEL, Address::new(1, 0), &bytes, &[(Attr::Chunk, *chunk)]);
                    }
                    1 => node.hear(now, &format!("8d000100{}", hex(&bytes))),
                    // A header that fits rucb: from 1.0 to 2.0.
                    2 => node.hear(now, &format!("8c00{:02x}40002000{}", chunk << 5, hex(&bytes))),
                    _ => node.hear(now, &format!("8c00{}", hex(&bytes))),
                }
                let _ = node.0.poll(now);
                prop_assert!(node.frames(now).len() <= 5);
                for (event, payload) in node.full_events() {
                    prop_assert!(event.op != Op::WriteChunk || payload.len() <= 64);
                }
            }
        }
    }
}
