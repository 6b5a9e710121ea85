//! The network: frames, compositions, and several nodes under forged frames.

use motebox_crime::composition::{Item, items};
use motebox_crime::modules::{self, id};
use motebox_crime::{
    Address, Config, FRAME_BYTES, Framing, Info, Link, Mac, ModuleSpec, Network, StackSpec, Storage,
};

type Room = Storage<24, 100, 3_000, 12>;

const APP: ModuleSpec<'static> = plain(id::APP);
const BROADCAST: ModuleSpec<'static> = plain(id::BROADCAST);
const UNICAST: ModuleSpec<'static> = plain(id::UNICAST);

const fn plain(id: u8) -> ModuleSpec<'static> {
    ModuleSpec::new(id, &[])
}

const fn channel(params: &'static [(u8, u32)]) -> ModuleSpec<'static> {
    ModuleSpec::new(id::CHANNEL, params)
}

/// Every kind of stack on one node.
const STACKS: [StackSpec<'static>; 9] = [
    StackSpec::new(&[
        channel(&[(0, 1)]),
        BROADCAST,
        UNICAST,
        plain(id::MULTIHOP),
        plain(id::MESH),
        APP,
    ]),
    StackSpec::merged(
        &[
            channel(&[(0, 2)]),
            BROADCAST,
            plain(id::POLITE),
            plain(id::NETFLOOD),
            plain(id::ROUTE_DISCOVERY),
        ],
        4,
    ),
    StackSpec::merged(&[channel(&[(0, 3)]), BROADCAST, UNICAST], 10),
    StackSpec::new(&[
        channel(&[(0, 4)]),
        BROADCAST,
        UNICAST,
        plain(id::RUNICAST),
        plain(id::LINK_STATS),
        APP,
    ]),
    StackSpec::new(&[
        channel(&[(0, 5)]),
        BROADCAST,
        plain(id::IPOLITE),
        plain(id::NETFLOOD),
        plain(id::ECHO_APP),
    ]),
    StackSpec::new(&[
        channel(&[(0, 6)]),
        BROADCAST,
        UNICAST,
        plain(id::MULTIHOP),
        ModuleSpec::new(id::ROUTE, &[(2, 1)]),
        APP,
    ]),
    StackSpec::new(&[channel(&[(0, 7)]), plain(id::ABC), plain(id::POLITE), APP]),
    StackSpec::new(&[channel(&[(0, 8)]), BROADCAST, UNICAST.triggered(7, 3), APP]),
    StackSpec::new(&[channel(&[(0, 9)]), BROADCAST, plain(id::TRICKLE), APP]),
];

fn config(a: u8, framing: Framing) -> Config {
    Config {
        address: Address::new(a, 0),
        seed: u32::from(a),
        framing,
    }
}

/// Takes out what a node has to say; none of it is without end.
fn empty(network: &mut Network<'_>, now: u64, mut heard: impl FnMut(&[u8], Link)) {
    let mut out = [0; FRAME_BYTES];
    let mut rounds = 0;
    loop {
        while let Some(frame) = network.next_frame(now, &mut out) {
            heard(out.get(..frame.len).expect("a frame in its buffer"), frame.link);
            rounds += 1;
            assert!(rounds < 500, "frames without end");
        }
        while network.next_event(&mut out).is_some() {
            rounds += 1;
            assert!(rounds < 3_000, "events without end");
        }
        if network.poll(now) > now {
            return;
        }
        rounds += 1;
        assert!(rounds < 3_000, "time stands still");
    }
}

/// The next step of a script of bytes: how, a delay, and a frame.
fn step<'a>(bytes: &mut &'a [u8]) -> Option<(u8, u64, &'a [u8])> {
    let (&[how, d0, d1, len], rest) = bytes.split_first_chunk::<4>()?;
    let (frame, rest) = rest.split_at(usize::from(len).min(rest.len()));
    *bytes = rest;
    // Microseconds, milliseconds, minutes, or a jump of years.
    let shift = [0, 10, 26, 46][usize::from(how & 3)];
    Some((how >> 2, u64::from(u16::from_le_bytes([d0, d1])) << shift, frame))
}

/// Frames of anybody, in any order of time, to a node with every kind of stack.
pub fn crime_frame(bytes: &[u8]) {
    let Some((&choice, mut bytes)) = bytes.split_first() else {
        return;
    };
    let mac = [Mac::Raw, Mac::NullMac, Mac::Ieee802154 { pan: 0xabcd }][usize::from(choice % 3)];
    let framing = Framing {
        mac,
        link_addresses: choice & 64 != 0,
    };
    let mut room = Box::new(Room::new());
    let mut network = Network::new(room.memory(), modules::REGISTRY, config(1, framing));
    network.compose(0, &STACKS).expect("room for all stacks");
    let mut now = 0u64;
    while let Some((how, delay, frame)) = step(&mut bytes) {
        now = now.saturating_add(delay);
        let link = Link {
            from: Address::new(how & 3, 0),
            to: Address::new(how >> 2 & 1, 0),
        };
        let info = Info {
            rssi_dbm: i16::from(how) - 100,
            lqi: how,
            link,
        };
        if how & 32 != 0 {
            let to = Address::new(how & 7, 0);
            let _ = network.send(now, u16::from(how & 15), to, frame);
        } else if mac != Mac::Raw && how & 16 != 0 {
            let _ = network.receive(now, frame, info);
        } else {
            let mut out = [0; 300];
            if let Some(len) = framing.encapsulate(how, link, frame, &mut out) {
                let _ = network.receive(now, out.get(..len).expect("its length"), info);
            }
        }
        if how & 8 != 0 {
            network.frame_done(now, how & 1 != 0);
        }
        empty(&mut network, now, |_, _| {});
    }
}

/// Any bytes as a composition message: refused, and the stacks that ran go on; or taken, and then it is the only message for
/// this composition, and a second one replaces it.
pub fn crime_composition(bytes: &[u8]) {
    let mut room = Box::new(Room::new());
    let mut network = Network::new(room.memory(), modules::REGISTRY, config(1, Framing::default()));
    let old = [channel(&[(0, 129)]), BROADCAST, APP];
    network
        .compose(0, &[StackSpec::new(&old)])
        .expect("a small stack");
    let checked = network.check_message(0, bytes);
    match network.compose_message(0, bytes) {
        Err(refused) => {
            let opened = refused.why.number().0 == 2305;
            assert!(opened || checked == Err(refused), "checked and composed differ");
            network.send(0, 129, Address::NONE, b"A").expect("the old stack");
            let mut frames = 0;
            empty(&mut network, 0, |_, _| frames += 1);
            assert_eq!(frames, 1);
        }
        Ok(()) => {
            assert_eq!(written_again(bytes), bytes);
            for stack in 0..network.stacks().len() {
                let channel = network.stacks()[stack].pipe.channel;
                let _ = network.send(0, channel, Address::new(2, 0), b"A");
            }
            empty(&mut network, 0, |_, _| {});
            let mut now = 0;
            for _ in 0..50 {
                let next = network.poll(now);
                if next == motebox_crime::NEVER {
                    break;
                }
                now = next.max(now);
                empty(&mut network, now, |_, _| {});
            }
            network
                .compose(now, &[StackSpec::new(&old)])
                .expect("the small stack again");
            now += 3_000_000;
            empty(&mut network, now, |_, _| {});
            assert_eq!(
                network.poll(now),
                motebox_crime::NEVER,
                "a timer outlived its stack"
            );
        }
    }
}

/// The message of the items of a message.
fn written_again(message: &[u8]) -> Vec<u8> {
    let mut stacks: Vec<(Option<u8>, Vec<Written>)> = Vec::new();
    let read = items(message, |item| {
        let last = stacks.last_mut();
        match item {
            Item::Stack { parent } => stacks.push((parent.map(|parent| parent as u8), Vec::new())),
            Item::Module { id } => last.expect("a stack").1.push((id as u8, Vec::new(), None)),
            Item::Param { index, value } => {
                let module = last.and_then(|stack| stack.1.last_mut()).expect("a module");
                module.1.push((index as u8, value));
            }
            Item::Trigger { interval_ms, times } => {
                let module = last.and_then(|stack| stack.1.last_mut()).expect("a module");
                module.2 = Some((interval_ms, times as u16));
            }
        }
    });
    assert_eq!(read, Ok(()));
    let modules: Vec<Vec<ModuleSpec<'_>>> = stacks.iter().map(|(_, modules)| specs(modules)).collect();
    let specs: Vec<StackSpec<'_>> = stacks
        .iter()
        .zip(&modules)
        .map(|((parent, _), modules)| StackSpec {
            modules,
            parent: *parent,
        })
        .collect();
    let mut out = vec![0; message.len() + 1];
    let len = motebox_crime::composition::encode(&specs, &mut out).expect("room for as many bytes");
    out.truncate(len);
    out
}

/// A module's id, parameters and trigger.
type Written = (u8, Vec<(u8, u32)>, Option<(u32, u16)>);

fn specs(modules: &[Written]) -> Vec<ModuleSpec<'_>> {
    modules
        .iter()
        .map(|(id, params, trigger)| {
            let plain = ModuleSpec::new(*id, params);
            trigger.map_or(plain, |(interval_ms, times)| plain.triggered(interval_ms, times))
        })
        .collect()
}

/// Four nodes that hear each other as the bytes say, while frames are lost, changed, repeated and forged.
pub fn crime_network(bytes: &[u8]) {
    const NODES: usize = 4;
    let mut rooms: Vec<Box<Room>> = (0..NODES).map(|_| Box::new(Room::new())).collect();
    let mut nodes: Vec<Network<'_>> = rooms
        .iter_mut()
        .enumerate()
        .map(|(at, room)| {
            let config = config(at as u8 + 1, Framing::default());
            let mut network = Network::new(room.memory(), modules::REGISTRY, config);
            network.compose(0, &STACKS).expect("room for all stacks");
            network
        })
        .collect();
    let mut air: Vec<(usize, Vec<u8>)> = Vec::new();
    let (mut now, mut bytes) = (0u64, bytes);
    while let Some((how, delay, forged)) = step(&mut bytes) {
        now = now.saturating_add(delay);
        let at = usize::from(how) % NODES;
        if how & 32 != 0 {
            let to = Address::new(1 + (how >> 2 & 3), 0);
            let _ = nodes[at].send(now, 1 + u16::from(how & 7), to, forged);
        } else {
            air.push((at, forged.to_vec()));
        }
        // Frames of one moment; what they cause is for the next one, so that a storm is bounded by the script.
        let mut next = Vec::new();
        for (number, (from, mut frame)) in air.drain(..).enumerate() {
            let fate = forged.get(number).copied().unwrap_or(0xf0);
            if fate & 1 != 0
                && let Some(byte) = frame.get_mut(usize::from(fate >> 1))
            {
                *byte ^= 1 << (fate & 7);
            }
            for (to, node) in nodes.iter_mut().enumerate() {
                if to != from && fate & (16 << to) != 0 {
                    let _ = node.receive(now, &frame, Info::default());
                }
            }
        }
        for (at, node) in nodes.iter_mut().enumerate() {
            empty(node, now, |frame, _| next.push((at, frame.to_vec())));
        }
        assert!(next.len() < 1_000, "a storm");
        air = next;
    }
}
