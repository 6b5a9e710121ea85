//! The run: nodes, their radios, and the queue of what happens when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;

use motebox_crime::{
    Address, Attr, Config, Event, FRAME_BYTES, Framing, Info, Link, Mac, NEVER, Network, Op, PACKET_BYTES,
    Refused, SendError, StackSpec, modules,
};

use super::medium::{Counts, Medium};
use super::object::Object;
use super::rng::{ALWAYS, Rng};
use super::topology::{Hop, Links};
use super::{Room, Topology, TopologyError};

/// Addresses are two bytes; 0.0 is everybody, and 255.255 is everybody in IEEE 802.15.4.
const MOST_NODES: usize = 0xfffe;
/// A node is polled this often at one time; then time goes on by a microsecond.
const MOST_POLLS: usize = 64;
/// Unslotted CSMA/CA as IEEE 802.15.4 has it by default: backoffs of 0 to 2^exponent - 1 periods, the exponent from 3
/// to 5, five looks at the channel, then the transmitter needs its time.
const BACKOFF_US: u64 = 320;
const BACKOFF_EXPONENTS: std::ops::RangeInclusive<u8> = 3..=5;
const LOOKS: u8 = 5;
const TURNAROUND_US: u64 = 192;

/// What makes one run differ from another, topology and stacks aside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Where all randomness comes from.
    pub seed: u64,
    /// How frames look.
    pub framing: Framing,
    /// Second byte of the addresses: nodes are 1.H, 2.H, … 255.H, and go on with 0.H+1.
    pub address_high: u8,
    /// Share of receptions that is lost, 0 to 1.
    pub loss: f64,
    /// From the end of a frame to its reception, microseconds.
    pub delay_us: u64,
    /// Overlapping frames spoil each other, and stations listen before they send. Without it the air has room
    /// for everything at once.
    pub collisions: bool,
    /// Signal strength differs from frame to frame by up to this many dB either way.
    pub fading_db: u8,
}

impl Default for Settings {
    /// Raw frames, no loss, no delay, collisions, seed 1.
    fn default() -> Self {
        Self {
            seed: 1,
            framing: Framing::default(),
            address_high: 0,
            loss: 0.0,
            delay_us: 0,
            collisions: true,
            fading_db: 0,
        }
    }
}

/// Who wants to know what happens. Times are microseconds of virtual time.
pub trait Observer {
    /// A frame goes on the air, from `node`.
    fn frame(&mut self, now: u64, node: Address, frame: &[u8]) {
        let _ = (now, node, frame);
    }

    /// Something for the application of `node`.
    fn event(&mut self, now: u64, node: Address, event: &Event, payload: &[u8]) {
        let _ = (now, node, event, payload);
    }

    /// A payload could not be sent.
    fn unsent(&mut self, now: u64, node: Address, error: SendError) {
        let _ = (now, node, error);
    }
}

/// Nobody.
impl Observer for () {}

/// There is no node with this address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoNode(pub Address);

impl fmt::Display for NoNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no node {}.{}", self.0.0[0], self.0.0[1])
    }
}

impl std::error::Error for NoNode {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A node's deadline.
    Poll(u32),
    /// A node looks whether the channel is free.
    Look(u32),
    /// Transmissions, by number.
    Begin(u32),
    End(u32),
    Deliver(u32),
    /// An application sends, by number.
    Send(u32),
}

/// A node with its radio.
#[derive(Debug)]
struct Station<'m> {
    net: Network<'m>,
    /// When the queue polls it next, and when it does so after that, as far as it is worth remembering: a node
    /// with one far and many near deadlines would fill the queue with copies of the far one.
    queued: u64,
    queued_later: u64,
    /// The frame that the radio has.
    sending: Option<u32>,
    looks: u8,
    /// What the application has of an object in chunks.
    object: Option<Box<Object>>,
}

/// A payload that waits for its time.
#[derive(Debug)]
struct Pending {
    node: u32,
    channel: u16,
    to: Address,
    payload: Vec<u8>,
    in_chunks: bool,
}

/// A network of nodes on virtual time.
#[derive(Debug)]
pub struct Simulation<'m> {
    settings: Settings,
    stations: Vec<Station<'m>>,
    medium: Medium,
    rng: Rng,
    now: u64,
    queue: BinaryHeap<Reverse<(u64, u64, What)>>,
    queued: u64,
    pending: Vec<Pending>,
}

impl<'m> Simulation<'m> {
    /// As many nodes as `room` is for, without stacks.
    ///
    /// # Errors
    /// [`TopologyError`]: such a network cannot be.
    pub fn new(settings: Settings, topology: &Topology, room: &'m mut Room) -> Result<Self, TopologyError> {
        let nodes = room.nodes();
        let most = MOST_NODES - usize::from(settings.address_high) * 256;
        if nodes > most {
            return Err(TopologyError::TooMany(most));
        }
        let mut medium = Medium::new(Links::new(topology, nodes)?, nodes);
        medium.collisions = settings.collisions;
        medium.loss = (settings.loss.clamp(0.0, 1.0) * f64::from(ALWAYS)) as u32;
        medium.fading_db = settings.fading_db;
        let mut rng = Rng::new(settings.seed);
        let stations = room
            .memories()
            .into_iter()
            .enumerate()
            .map(|(index, memory)| Station {
                net: Network::new(
                    memory,
                    modules::REGISTRY,
                    Config {
                        address: address(&settings, index),
                        seed: rng.next() as u32,
                        framing: settings.framing,
                    },
                ),
                queued: NEVER,
                queued_later: NEVER,
                sending: None,
                looks: 0,
                object: None,
            })
            .collect();
        Ok(Self {
            settings,
            stations,
            medium,
            rng,
            now: 0,
            queue: BinaryHeap::new(),
            queued: 0,
            pending: Vec::new(),
        })
    }

    /// Microseconds since the beginning.
    #[must_use]
    pub fn now_us(&self) -> u64 {
        self.now
    }

    /// What has happened on the air.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.medium.counts
    }

    /// Addresses of all nodes.
    pub fn addresses(&self) -> impl Iterator<Item = Address> + '_ {
        self.stations.iter().map(|station| station.net.address())
    }

    /// A node's network, to look at.
    ///
    /// # Errors
    /// There is no such node.
    pub fn node(&self, node: Address) -> Result<&Network<'m>, NoNode> {
        Ok(&self.stations[self.index(node)?].net)
    }

    /// For every node the neighbour on the shortest way to `to`; `None` for `to` itself, and where no way is.
    ///
    /// # Errors
    /// There is no such node.
    pub fn next_hops(&self, to: Address) -> Result<Vec<Option<Address>>, NoNode> {
        let to = self.index(to)?;
        let mut hops = vec![None; self.stations.len()];
        let mut reached = std::collections::VecDeque::from([to]);
        while let Some(node) = reached.pop_front() {
            for hop in self.medium.links().of(node) {
                let neighbour = hop.to as usize;
                if neighbour != to && hops[neighbour].is_none() {
                    hops[neighbour] = Some(self.stations[node].net.address());
                    reached.push_back(neighbour);
                }
            }
        }
        Ok(hops)
    }

    /// Gives every node these stacks, now.
    ///
    /// # Errors
    /// The first node that refuses them, and why; those before it have them.
    pub fn compose(&mut self, stacks: &[StackSpec<'_>]) -> Result<(), Refused> {
        for index in 0..self.stations.len() {
            self.compose_index(index, stacks)?;
        }
        Ok(())
    }

    /// Gives one node these stacks, now.
    ///
    /// # Errors
    /// There is no such node, or it refuses them.
    pub fn compose_node(
        &mut self,
        node: Address,
        stacks: &[StackSpec<'_>],
    ) -> Result<Result<(), Refused>, NoNode> {
        let index = self.index(node)?;
        Ok(self.compose_index(index, stacks))
    }

    fn compose_index(&mut self, index: usize, stacks: &[StackSpec<'_>]) -> Result<(), Refused> {
        self.stations[index].net.compose(self.now, stacks)?;
        // Whatever opening wants sent goes out in the run.
        self.poll_at(index as u32, self.now);
        Ok(())
    }

    /// Has the application of `node` send a payload when it is time.
    ///
    /// # Errors
    /// There is no such node.
    pub fn send_at(
        &mut self,
        time_us: u64,
        node: Address,
        channel: u16,
        to: Address,
        payload: &[u8],
    ) -> Result<(), NoNode> {
        self.queue_send(time_us, node, channel, to, payload, false)
    }

    /// Has the application of `node` begin an object when it is time, in chunks of 64 bytes as the stack asks for
    /// them. Applications that get chunks keep them, and give them to stacks that ask.
    ///
    /// # Errors
    /// There is no such node.
    pub fn send_object_at(
        &mut self,
        time_us: u64,
        node: Address,
        channel: u16,
        to: Address,
        object: &[u8],
    ) -> Result<(), NoNode> {
        self.queue_send(time_us, node, channel, to, object, true)
    }

    fn queue_send(
        &mut self,
        time_us: u64,
        node: Address,
        channel: u16,
        to: Address,
        payload: &[u8],
        in_chunks: bool,
    ) -> Result<(), NoNode> {
        let node = self.index(node)? as u32;
        self.pending.push(Pending {
            node,
            channel,
            to,
            payload: payload.to_vec(),
            in_chunks,
        });
        let number = self.pending.len() as u32 - 1;
        self.push(time_us.max(self.now), What::Send(number));
        Ok(())
    }

    /// What the application of a node has of an object in chunks.
    ///
    /// # Errors
    /// There is no such node.
    pub fn object(&self, node: Address) -> Result<&[u8], NoNode> {
        let object = self.stations[self.index(node)?].object.as_ref();
        Ok(object.map_or(&[], |object| object.bytes()))
    }

    /// Goes on until `time_us`, that moment included, or until nothing is left to happen.
    pub fn run_until(&mut self, time_us: u64, observer: &mut dyn Observer) {
        while let Some(&Reverse((at, _, what))) = self.queue.peek() {
            if at > time_us {
                break;
            }
            self.queue.pop();
            self.now = at;
            self.happen(what, observer);
        }
        self.now = self.now.max(time_us);
    }

    /// Whether nothing is left to happen.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.queue.is_empty()
    }

    fn happen(&mut self, what: What, observer: &mut dyn Observer) {
        match what {
            What::Poll(node) => {
                let station = &mut self.stations[node as usize];
                // Else an earlier poll took the place of this one, and queued the next itself.
                if station.queued == self.now {
                    station.queued = std::mem::replace(&mut station.queued_later, NEVER);
                    self.settle(node, observer);
                }
            }
            What::Look(node) => self.look(node, observer),
            What::Begin(number) => {
                let until = self.medium.begin(number, self.now);
                self.push(until, What::End(number));
                let transmission = self.medium.transmission(number);
                let from = self.stations[transmission.from as usize].net.address();
                observer.frame(self.now, from, transmission.bytes());
            }
            What::End(number) => {
                self.medium.end(number, &mut self.rng);
                // It has arrived before its sender does anything else about it.
                if self.settings.delay_us == 0 {
                    self.deliver(number, observer, true);
                } else {
                    self.push(self.now + self.settings.delay_us, What::Deliver(number));
                    self.done(self.medium.transmission(number).from, true, observer);
                }
            }
            What::Deliver(number) => self.deliver(number, observer, false),
            What::Send(number) => self.send(number, observer),
        }
    }

    fn send(&mut self, number: u32, observer: &mut dyn Observer) {
        let Pending {
            node,
            channel,
            to,
            ref payload,
            in_chunks,
        } = self.pending[number as usize];
        let station = &mut self.stations[node as usize];
        let sent = if in_chunks {
            let object = station.object.insert(Box::new(Object::new(to, payload)));
            let first = [(Attr::Chunk, 0)];
            station
                .net
                .send_with(self.now, channel, to, object.chunk(0), &first)
        } else {
            station.net.send(self.now, channel, to, payload)
        };
        match sent {
            Ok(()) => self.settle(node, observer),
            Err(error) => observer.unsent(self.now, station.net.address(), error),
        }
    }

    /// The radio of `node` looks at the channel, and sends, waits, or gives up.
    fn look(&mut self, node: u32, observer: &mut dyn Observer) {
        let station = &mut self.stations[node as usize];
        let Some(number) = station.sending else {
            return;
        };
        if !self.medium.is_busy(node, self.now) {
            self.push(self.now + TURNAROUND_US, What::Begin(number));
            return;
        }
        station.looks += 1;
        if station.looks < LOOKS {
            self.back_off(node);
            return;
        }
        self.medium.counts.given_up += 1;
        self.medium.forget(number);
        self.done(node, false, observer);
    }

    fn back_off(&mut self, node: u32) {
        let looks = self.stations[node as usize].looks;
        let exponent = (BACKOFF_EXPONENTS.start() + looks).min(*BACKOFF_EXPONENTS.end());
        let periods = u64::from(self.rng.below(1 << exponent));
        self.push(self.now + periods * BACKOFF_US, What::Look(node));
    }

    /// The radio of `node` is done with its frame.
    fn done(&mut self, node: u32, sent: bool, observer: &mut dyn Observer) {
        let station = &mut self.stations[node as usize];
        station.sending = None;
        station.net.frame_done(self.now, sent);
        self.settle(node, observer);
    }

    /// A transmission arrives at those who heard it.
    fn deliver(&mut self, number: u32, observer: &mut dyn Observer, is_end: bool) {
        let transmission = self.medium.transmission(number);
        let (from, len, link) = (transmission.from, transmission.frame.len, transmission.frame.link);
        let bytes = transmission.bytes;
        for at in 0..transmission.hearers.len() {
            let (node, rssi_dbm) = self.medium.transmission(number).hearers[at];
            if self.hear(node, &bytes[..len], rssi_dbm, link) {
                self.settle(node, observer);
            } else {
                self.medium.counts.ignored += 1;
            }
        }
        self.medium.forget(number);
        if is_end {
            self.done(from, true, observer);
        }
    }

    fn hear(&mut self, node: u32, frame: &[u8], rssi_dbm: i16, link: Link) -> bool {
        let lqi = Hop::lqi(rssi_dbm);
        // Addresses beside a frame are there only where all stations agree to send them so.
        let framing = self.settings.framing;
        let beside = framing.mac == Mac::Raw && framing.link_addresses;
        let link = if beside { link } else { Link::default() };
        let info = Info { rssi_dbm, lqi, link };
        self.stations[node as usize]
            .net
            .receive(self.now, frame, info)
            .is_ok()
    }

    /// Takes out of a node what it has to say after a call, and asks when it wants the next one.
    fn settle(&mut self, node: u32, observer: &mut dyn Observer) {
        let now = self.now;
        let mut next = now;
        let mut payload = [0; PACKET_BYTES];
        for _ in 0..MOST_POLLS {
            self.take_frame(node);
            let station = &mut self.stations[node as usize];
            let net = &mut station.net;
            while let Some(event) = net.next_event(&mut payload) {
                let payload = &payload[..event.len.min(PACKET_BYTES)];
                observer.event(now, net.address(), &event, payload);
                match event.op {
                    Op::WriteChunk => {
                        let object = station.object.get_or_insert_default();
                        object.write(event.chunk, payload);
                    }
                    Op::ReadChunk => {
                        let object = station.object.get_or_insert_default();
                        let (to, number) = (object.to(), [(Attr::Chunk, event.chunk)]);
                        let chunk = object.chunk(event.chunk);
                        // A stack that asks takes the answer; one exchanged meanwhile asks no more.
                        let _ = net.send_with(now, event.channel, to, chunk, &number);
                        next = now;
                    }
                    _ => {}
                }
            }
            if next > now {
                break;
            }
            next = net.poll(now);
        }
        if next != NEVER {
            self.poll_at(node, next.max(now + 1));
        }
    }

    /// Gives the radio a frame, when it has none.
    fn take_frame(&mut self, node: u32) {
        let station = &mut self.stations[node as usize];
        if station.sending.is_some() {
            return;
        }
        let mut bytes = [0; FRAME_BYTES];
        let Some(frame) = station.net.next_frame(self.now, &mut bytes) else {
            return;
        };
        let number = self.medium.keep(node, frame, &bytes);
        station.sending = Some(number);
        station.looks = 0;
        if self.settings.collisions {
            self.back_off(node);
        } else {
            self.push(self.now, What::Begin(number));
        }
    }

    /// Queues a poll, unless an earlier one is queued.
    fn poll_at(&mut self, node: u32, time_us: u64) {
        let station = &mut self.stations[node as usize];
        if time_us < station.queued {
            station.queued_later = std::mem::replace(&mut station.queued, time_us);
            self.push(time_us, What::Poll(node));
        }
    }

    fn push(&mut self, time_us: u64, what: What) {
        self.queue.push(Reverse((time_us, self.queued, what)));
        self.queued += 1;
    }

    fn index(&self, node: Address) -> Result<usize, NoNode> {
        let first = usize::from(address(&self.settings, 0).value());
        usize::from(node.value())
            .checked_sub(first)
            .filter(|&index| index < self.stations.len())
            .ok_or(NoNode(node))
    }
}

/// The address of a node.
fn address(settings: &Settings, index: usize) -> Address {
    Address::from_value((usize::from(settings.address_high) * 256 + index + 1) as u16)
}
