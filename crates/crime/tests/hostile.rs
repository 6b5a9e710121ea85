//! Hostile air: any bytes as frames, any order of time, storms, forged routes. Nothing panics, and the work and the memory
//! for one frame stay bounded. The nodes have every module of the registry, those that are added later too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::cell::Cell;

use common::{Air, bytes, config};
use motebox_crime::modules::{self, id};
use motebox_crime::{
    Address, Attr, Config, Cx, Descriptor, FRAME_BYTES, Field, Flow, Framing, Info, Link, Mac, ModuleSpec,
    NEVER, Network, Op, Packet, Scope, StackSpec, Storage, interface,
};
use proptest::prelude::*;

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

/// A module that counts how often it is called; it stands on every channel.
static COUNTER: Descriptor = Descriptor {
    id: 200,
    needs: interface::LINK,
    offers: interface::SAME,
    handler: Some(count),
    ..Descriptor::PLAIN
};

fn count(_: &mut Cx<'_, '_>, _: Op) -> Flow {
    CALLS.set(CALLS.get() + 1);
    Flow::Go
}

fn calls() -> u32 {
    CALLS.replace(0)
}

fn registry() -> &'static [&'static Descriptor] {
    let mut registry = modules::REGISTRY.to_vec();
    registry.push(&COUNTER);
    registry.leak()
}

/// Ids from the channel up to a module that offers one of `wanted`.
fn chain(wanted: u16) -> Vec<u8> {
    if wanted & interface::LINK != 0 {
        return vec![id::CHANNEL, COUNTER.id];
    }
    let module = modules::REGISTRY
        .iter()
        .find(|module| module.offers & wanted != 0 && module.offers != interface::SAME)
        .expect("somebody offers it");
    let mut ids = chain(module.needs);
    ids.push(module.id);
    ids
}

/// What stands above a module that offers this: itself and whatever is needed up to an application, or to a top that is
/// merged. Modules that need no merged stack are taken first.
fn above(offers: u16) -> Vec<u8> {
    if offers == interface::NONE {
        return Vec::new();
    }
    if offers & interface::DATA != 0 || offers == interface::SAME {
        return vec![id::APP];
    }
    let mut takers: Vec<_> = modules::REGISTRY
        .iter()
        .filter(|module| module.needs & offers != 0 && module.scope != Scope::Input)
        .collect();
    takers.sort_by_key(|module| module.merges);
    takers.first().map_or(Vec::new(), |taker| {
        let mut ids = vec![taker.id];
        ids.extend(above(taker.offers));
        ids
    })
}

fn library(id: u8) -> Option<&'static Descriptor> {
    modules::REGISTRY.iter().copied().find(|module| module.id == id)
}

/// A composition that has the module in it, with whatever it needs below, above and merged into it: parents and ids.
fn around(module: &Descriptor) -> Vec<(Option<u8>, Vec<u8>)> {
    let whole = |module: &Descriptor| {
        let mut ids = if module.id == id::CHANNEL {
            vec![]
        } else {
            chain(module.needs)
        };
        ids.push(module.id);
        ids.extend(above(module.offers));
        ids
    };
    let mut stacks = vec![(None, whole(module))];
    let top = library(*stacks[0].1.last().unwrap()).unwrap();
    if top.scope != Scope::Input {
        let parent = modules::REGISTRY
            .iter()
            .find(|parent| parent.merges & top.offers != 0);
        let parent = parent.expect("a top of the library is merged into something");
        let ids = whole(parent);
        let at = stacks[0].1.len() + ids.iter().position(|id| *id == parent.id).unwrap();
        stacks[0].0 = Some(at as u8);
        stacks.push((None, ids));
    }
    // Whoever needs a stack merged into it gets one; that may need one in turn.
    let mut stack = 0;
    while stack < stacks.len() {
        let before: usize = stacks[..stack].iter().map(|(_, ids)| ids.len()).sum();
        for (index, id) in stacks[stack].1.clone().into_iter().enumerate() {
            let merges = library(id).map_or(interface::NONE, |module| module.merges);
            let at = Some((before + index) as u8);
            if merges != interface::NONE && !stacks.iter().any(|(parent, _)| *parent == at) {
                stacks.push((at, chain(merges)));
            }
        }
        stack += 1;
    }
    stacks
}

type Room = Storage<16, 120, 6000, 8>;

struct Rig {
    network: Network<'static>,
    channels: Vec<u16>,
}

/// One node with a composition around `module`.
fn rig(module: &Descriptor, config: Config) -> Rig {
    let room: &'static mut Room = Box::leak(Box::new(Room::new()));
    let mut network = Network::new(room.memory(), registry(), config);
    let stacks = around(module);
    let channels: Vec<Vec<(u8, u32)>> = (0..stacks.len()).map(|at| vec![(0, 128 + at as u32)]).collect();
    let specs: Vec<Vec<ModuleSpec<'_>>> = stacks
        .iter()
        .zip(&channels)
        .map(|((_, ids), channel)| {
            let params = |id| if id == id::CHANNEL { &channel[..] } else { &[] };
            ids.iter().map(|id| ModuleSpec::new(*id, params(*id))).collect()
        })
        .collect();
    let specs: Vec<StackSpec<'_>> = stacks
        .iter()
        .zip(&specs)
        .map(|((parent, _), modules)| StackSpec {
            modules,
            parent: *parent,
        })
        .collect();
    network
        .compose(0, &specs)
        .unwrap_or_else(|refused| panic!("{} {refused:?} {stacks:?}", module.id));
    let channels = network.stacks().iter().map(|stack| stack.pipe.channel).collect();
    Rig { network, channels }
}

/// Takes away what a node has to give; each frame must be one.
fn empty(network: &mut Network<'_>, now: u64) -> usize {
    let mut out = [0; FRAME_BYTES];
    let mut frames = 0;
    while let Some(frame) = network.next_frame(now, &mut out) {
        assert!(frame.len >= 2 && frame.len <= FRAME_BYTES);
        frames += 1;
        assert!(frames < 100, "frames without end");
    }
    let mut events = 0;
    while network.next_event(&mut out).is_some() {
        events += 1;
        assert!(events < 2_000, "events without end");
    }
    frames
}

/// Polls until time must pass; how often is bounded.
fn settle(network: &mut Network<'_>, now: u64) {
    for _ in 0..1_000 {
        if network.poll(now) > now {
            return;
        }
        empty(network, now);
    }
    panic!("it always wants to be polled again");
}

/// The most calls of one module for one frame: a few walks of one packet, not one for each packet that is kept.
const MOST_CALLS: u32 = 200;

fn mac() -> impl Strategy<Value = Framing> {
    let mac = prop_oneof![
        Just(Mac::Raw),
        Just(Mac::NullMac),
        Just(Mac::Ieee802154 { pan: 0xabcd })
    ];
    (mac, any::<bool>()).prop_map(|(mac, link_addresses)| Framing { mac, link_addresses })
}

#[test]
fn every_module_has_a_composition() {
    for module in modules::REGISTRY {
        rig(module, config(1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived_by_every_module(
        module in 0..modules::REGISTRY.len(),
        framing in mac(),
        frames in prop::collection::vec((any::<u64>(), prop::collection::vec(any::<u8>(), 0..140), any::<u8>()), 1..40),
    ) {
        let mut rig = rig(modules::REGISTRY[module], Config { framing, ..config(1) });
        let mut now = 0;
        let mut at = 0;
        for (delay, mut bytes, how) in frames {
            // Mostly short steps, sometimes a jump, sometimes back.
            now = match how & 7 {
                0 => delay >> 2,
                1 => delay & 0xffff_ffff,
                _ => now.wrapping_add(delay & 0x3f_ffff),
            };
            let stacks = rig.channels.len();
            at = (at + 1 + usize::from(how >> 5)) % stacks;
            if how & 128 != 0 {
                // Small numbers, so that addresses, types and sequence numbers are met.
                bytes.iter_mut().for_each(|byte| *byte &= 3);
            }
            let link = Link { from: Address::new(2, 0), to: Address::NONE };
            let mut frame = vec![0; FRAME_BYTES];
            // Two of three are for a channel that is there.
            if how % 3 != 0 {
                bytes.splice(0..0, rig.channels[at].to_le_bytes());
                bytes.truncate(128);
                let len = framing.encapsulate(how, link, &bytes, &mut frame).unwrap();
                frame.truncate(len);
            } else {
                frame = bytes.clone();
            }
            calls();
            let _ = rig.network.receive(now, &frame, Info { rssi_dbm: -(i16::from(how)), lqi: how, link });
            prop_assert!(calls() <= MOST_CALLS);
            if how & 8 != 0 {
                let _ = rig.network.send(now, rig.channels[at], Address::new(how & 3, 0), &bytes);
                prop_assert!(calls() <= MOST_CALLS);
            }
            if how & 16 != 0 {
                rig.network.frame_done(now, how & 64 != 0);
            }
            empty(&mut rig.network, now);
            settle(&mut rig.network, now);
            now = now.min(1 << 60);
        }
    }

    #[test]
    fn headers_come_back(
        channel: u16,
        list in prop::collection::vec((0u8..10, prop_oneof![1u8..=8, Just(16u8)]), 0..10),
        values in prop::collection::vec(any::<u16>(), 14),
        payload in prop::collection::vec(any::<u8>(), 0..90),
    ) {
        const ATTRS: [Attr; 10] = [
            Attr::Sender, Attr::Receiver, Attr::ESender, Attr::EReceiver, Attr::Hops, Attr::PacketType, Attr::PacketId,
            Attr::EPacketId, Attr::Ttl, Attr::MaxRexmit,
        ];
        let mut fields: Vec<Field> = Vec::new();
        for (attr, bits) in list {
            if !fields.iter().any(|field| field.attr == ATTRS[usize::from(attr)]) {
                fields.push(Field::new(ATTRS[usize::from(attr)], bits));
            }
        }
        let framing = Framing::default();
        let mut packet = Packet::EMPTY;
        prop_assert!(packet.set_payload(&payload));
        for (field, value) in fields.iter().zip(&values) {
            packet.set(field.attr, *value);
        }
        prop_assert!(framing.pack(channel, fields.iter().copied(), &mut packet));
        let bits: usize = fields.iter().map(|field| usize::from(field.bits)).sum();
        prop_assert_eq!(packet.payload().len(), 2 + bits.div_ceil(8) + payload.len());
        prop_assert_eq!(&packet.payload()[..2], &channel.to_le_bytes());
        let mut back = Packet::EMPTY;
        prop_assert!(back.set_payload(packet.payload()));
        prop_assert!(framing.unpack(fields.iter().copied(), &mut back));
        prop_assert_eq!(back.payload(), &payload[..]);
        for (field, value) in fields.iter().zip(&values) {
            let mask = if field.bits == 16 { u16::MAX } else { (1 << field.bits) - 1 };
            prop_assert_eq!(back.get(field.attr), value & mask);
        }
    }

    #[test]
    fn any_message_is_refused_or_works(message in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut rig = rig(&modules::mesh::DESCRIPTOR, config(1));
        let before = rig.channels.clone();
        let outcome = rig.network.compose_message(0, &message);
        let after: Vec<u16> = rig.network.stacks().iter().map(|stack| stack.pipe.channel).collect();
        prop_assert!(outcome.is_ok() || before == after);
    }
}

const FLOOD: [ModuleSpec<'static>; 6] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 133)]),
    ModuleSpec::new(id::BROADCAST, &[]),
    ModuleSpec::new(id::POLITE, &[]),
    ModuleSpec::new(id::NETFLOOD, &[]),
    ModuleSpec::new(id::ROUTE_DISCOVERY, &[]),
    ModuleSpec::new(id::APP, &[]),
];

/// A storm of requests from forged originators: one relay for each interval of politeness, whatever comes.
#[test]
fn a_storm_of_requests_is_relayed_at_the_rate_of_politeness() {
    let data = [
        ModuleSpec::new(id::CHANNEL, &[(0, 132)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::UNICAST, &[]),
        ModuleSpec::new(id::MULTIHOP, &[]),
        ModuleSpec::new(id::MESH, &[]),
        ModuleSpec::new(id::APP, &[]),
    ];
    let replies = [
        ModuleSpec::new(id::CHANNEL, &[(0, 134)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::UNICAST, &[]),
    ];
    let stacks = [
        StackSpec::new(&data),
        StackSpec::merged(&FLOOD[..5], 4),
        StackSpec::merged(&replies, 10),
    ];
    let mut node = common::Node::new(1, &stacks);
    let mut frames = 0;
    for n in 0..10_000u32 {
        let now = u64::from(n) * 1_000;
        let [o0, o1, ..] = (n + 2).to_le_bytes();
        let request = [0x85, 0, 9, 0, n as u8, 0, o0, o1, 0, 0, 77, 7, n as u8, 0];
        let _ = node.0.receive(now, &request, Info::default());
        node.0.poll(now);
        frames += node.frames(now).len();
    }
    // Ten seconds: each newer packet takes the place of the one that waits, so few or none go out.
    assert!(frames <= 10, "{frames}");
    // And requests for this node are answered one by one, a frame for a frame.
    for n in 0..100u8 {
        let now = 20_000_000 + u64::from(n);
        let request = [0x85, 0, 9, 0, n, 1, 5, n, 0, 0, 1, 0, n, 0];
        let _ = node.0.receive(now, &request, Info::default());
        assert!(node.frames(now).len() <= 1);
    }
    // The table has been overrun all the time; a route can still be found.
    node.send(60_000_000, 132, 3, b"A");
    node.frames(60_000_000);
    node.hear(60_100_000, "860001000300000001000300");
    assert_eq!(node.frames(60_100_000).len(), 1);
}

/// Everybody hears everybody: a flood is said by each node at most once, and most stay silent.
#[test]
fn a_flood_in_a_crowd_ends() {
    let mut flood = FLOOD;
    flood[4] = FLOOD[5];
    let nodes = (1..=40)
        .map(|a| common::Node::new(a, &[StackSpec::new(&flood[..5])]))
        .collect();
    let mut air = Air::new(nodes, |_, _| true);
    air.nodes[0].send(0, 133, 0, b"A");
    let frames = air.run(60_000_000);
    assert!((2..=40).contains(&frames.len()), "{}", frames.len());
    let said: std::collections::BTreeSet<usize> = frames.iter().map(|(from, _)| *from).collect();
    assert_eq!(said.len(), frames.len());
    assert_eq!(air.nodes[0].0.poll(60_000_000), NEVER);
}

/// Replies that send each other in circles end at their hop limit.
#[test]
fn forged_replies_do_not_circle_for_ever() {
    let mut air = Air::new(
        (1..=2)
            .map(|a| {
                let mut node = common::Node::with(config(a));
                let message = bytes(
                    "840187f68201a1001884030409 0a05 86048201a10018850307 0b0c 840a8201a10018860304"
                        .replace(' ', "")
                        .as_str(),
                );
                node.0.compose_message(0, &message).unwrap();
                node
            })
            .collect(),
        |_, _| true,
    );
    // Each has a route to 9.0 over the other one.
    air.nodes[0].hear(0, "86000100020000000100 0900".replace(' ', "").as_str());
    air.nodes[1].hear(0, "86000200010000000200 0900".replace(' ', "").as_str());
    // A reply for 9.0, from 8.0.
    air.nodes[0].hear(0, "86000100020000000900 0800".replace(' ', "").as_str());
    let frames = air.run(60_000_000);
    assert_eq!(frames.len(), 32);
}
