//! The mote: a [`motebox::Node`] on simulated hardware, behind the most unkind system that Motebox supports. Sans-IO as the
//! node itself: datagrams come in and go out, time is the clock's, so the same mote runs behind sockets and in tests.
//!
//! What makes the system unkind: flash is not mapped; a request is waited for on the one CoAP thread for 250 ms at most and
//! never answered later than that (gcoap); messages are cut at the PDU; the clock is 32 bits wide and about to wrap.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::net::SocketAddrV6;
use std::rc::Rc;

use motebox::envelope::{Compact, Context, Grants, IdScope, KeyRecord, KeyRing, KindSet};
use motebox::script::device::{DeviceError, Devices, Values};
use motebox::script::peer::Address;
use motebox::store::Layout;
use motebox::{Answer, BuildError, Config, Node};
use motebox_coap::msg::Message;
use motebox_coap::{Endpoint, Id, Outcome, Peer, Refusal, Request, Resource, Security};
use motebox_crime::{Framing, Network, Storage};

use crate::bench::{Bench, Traffic};
use crate::board::Board;
use crate::clock::{Clock, Extended};
use crate::flash::Flash;
use crate::net::MOTE_ADDRESS;
use crate::packet::{Code, Kind, Packet};
use crate::requests::Requests;
use crate::transceiver::Transceiver;

mod antenna;

pub use antenna::{RadioEvent, RadioFrame};

/// Containers that the mote has room for.
pub const PAIRS: usize = 2;
/// Arena of each container, in bytes.
pub const ARENA_BYTES: usize = 4096;
/// Longest payload of a container, in bytes.
pub const PAYLOAD_BYTES: u32 = 4096;
/// Bytes of flash that the mote has: what its store needs.
pub const FLASH_BYTES: usize = LAYOUT.len_bytes(PAIRS as u32) as usize;

const LAYOUT: Layout = Layout::of::<Flash>(0, PAYLOAD_BYTES);
/// How long gcoap's thread waits for the answer to a request.
const MAILBOX_US: u64 = 250_000;
/// How long a flash operation takes; a real one takes longer.
const FLASH_OPERATION_US: u64 = 100;
/// The counter must be looked at within a wrap.
const LONGEST_SLEEP_US: u64 = 30 * 60 * 1_000_000;
/// Largest answer that is composed: a whole datagram of IPv6's minimum MTU.
const OUT_BYTES: usize = 1280;

/// What makes one mote differ from another.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its id, 1 to 16 bytes.
    pub device_id: Vec<u8>,
    /// Its class, 1 to 16 characters.
    pub class: String,
    /// The first trusted key: id and Ed25519 public key.
    pub key_id: Vec<u8>,
    /// The public key.
    pub public_key: [u8; 32],
    /// Takes signatures for development, and no others.
    pub development: bool,
    /// Shows scripts and logs to everybody.
    pub open_read: bool,
    /// Largest CoAP message, in bytes.
    pub pdu_bytes: usize,
    /// The container id behind `/riot/script`.
    pub alias: Option<Id>,
    /// Where its randomness comes from.
    pub seed: u64,
    /// Its address in radio stacks; without one it takes no compositions.
    pub radio: Option<motebox_crime::Address>,
    /// How its radio frames look.
    pub framing: Framing,
}

impl Settings {
    /// The most unkind mote, trusting this key.
    pub fn new(key_id: &[u8], public_key: [u8; 32]) -> Self {
        Self {
            device_id: b"mote".to_vec(),
            class: "sim".into(),
            key_id: key_id.to_vec(),
            public_key,
            development: false,
            open_read: false,
            pdu_bytes: 128,
            alias: None,
            seed: 1,
            radio: Some(motebox_crime::Address::new(1, 0)),
            framing: Framing::default(),
        }
    }
}

/// What containers printed: container id and text, piece by piece.
pub type Printed = Rc<RefCell<Vec<(String, Vec<u8>)>>>;

/// What outlives a loss of power: hardware, settings, and the simulator's counts.
#[derive(Clone)]
pub struct World {
    /// Fixed at the factory.
    pub settings: Settings,
    /// Devices.
    pub board: Board,
    /// Flash and supply.
    pub flash: Flash,
    /// Time.
    pub clock: Clock,
    /// Datagrams so far.
    pub traffic: Rc<Cell<Traffic>>,
    /// Boots so far.
    pub boots: Rc<Cell<u32>>,
    /// The mote's own output, for who sits beside it.
    pub output: Printed,
    /// The radio chip.
    pub transceiver: Transceiver,
}

impl World {
    /// A new mote that was never switched on.
    pub fn new(settings: Settings, flash: Flash, clock: Clock) -> Self {
        Self {
            settings,
            board: Board::alarm(),
            flash,
            clock,
            traffic: Rc::default(),
            boots: Rc::default(),
            output: Rc::default(),
            transceiver: Transceiver::default(),
        }
    }

    /// The bench around it.
    pub fn bench(&self) -> Bench {
        Bench {
            board: self.board.clone(),
            flash: self.flash.clone(),
            clock: self.clock.clone(),
            traffic: Rc::clone(&self.traffic),
            boots: Rc::clone(&self.boots),
            transceiver: self.transceiver.clone(),
        }
    }

    fn count(&self, add: impl FnOnce(&mut Traffic)) {
        let mut traffic = self.traffic.get();
        add(&mut traffic);
        self.traffic.set(traffic);
    }
}

/// Records for two compositions at a time, 4 stacks of 20 modules with 300 words each, and packets on their way.
type Stacks = Storage<8, 40, 600, 10>;

/// RAM: the arenas of the containers, and the memory of the radio stacks. What is in it does not survive a boot.
pub struct Ram {
    arenas: [Vec<u32>; PAIRS],
    stacks: Box<Stacks>,
}

impl Ram {
    /// Of the usual size.
    pub fn new() -> Self {
        Self::with_arenas(ARENA_BYTES)
    }

    /// With arenas of this many bytes, rounded down to whole words.
    pub fn with_arenas(bytes: usize) -> Self {
        Self {
            arenas: std::array::from_fn(|_| vec![0; bytes / 4]),
            stacks: Box::new(Stacks::new()),
        }
    }
}

impl Default for Ram {
    fn default() -> Self {
        Self::new()
    }
}

/// What the firmware keeps for the node during one boot: its key ring and its configuration.
#[derive(Default)]
pub struct Firmware<'n> {
    keys: Option<[KeyRecord<'n>; 1]>,
    config: Option<Config<'n>>,
}

/// The firmware's side of the board: the devices, and a line to print on.
struct Desk {
    board: Board,
    output: Printed,
    transceiver: Transceiver,
}

impl Devices for Desk {
    fn by_name(&self, name: &[u8]) -> Option<u16> {
        self.board.by_name(name)
    }

    fn by_class(&self, class: u8) -> Option<u16> {
        self.board.by_class(class)
    }

    fn class_number(&self, name: &str) -> Option<u8> {
        self.board.class_number(name)
    }

    fn read(&mut self, device: u16, axis: u8) -> Result<(i16, i8), DeviceError> {
        self.board.read(device, axis)
    }

    fn write_scale(&self, device: u16) -> i8 {
        self.board.write_scale(device)
    }

    fn write(&mut self, device: u16, values: &Values) -> Result<(), DeviceError> {
        self.board.write(device, values)
    }

    fn safe_value(&self, device: u16) -> Option<Values> {
        self.board.safe_value(device)
    }
}

impl motebox::Board for Desk {
    fn log(&mut self, container: &str, piece: &[u8]) {
        self.output
            .borrow_mut()
            .push((container.to_string(), piece.to_vec()));
    }

    fn radio_energy(&mut self, channel: u8) -> Option<i16> {
        self.transceiver.energy_dbm(channel)
    }

    fn radio_power(&mut self, dbm: i8) -> Option<i8> {
        self.transceiver.set_power(dbm)
    }

    fn radio_channel(&mut self, channel: u8) -> bool {
        self.transceiver.tune(channel)
    }
}

/// Not mapped: the engine reads scripts through a window.
impl motebox::Flash for Flash {}

/// Why a mote stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The supply was cut.
    PowerLost,
    /// A script with that right asked for it.
    Reboot,
}

/// A datagram and the peer, by the addresses of the simulated network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datagram {
    /// Where it comes from, or goes to.
    pub peer: SocketAddrV6,
    /// The message.
    pub bytes: Vec<u8>,
}

/// A mote that is on.
pub struct Running<'n> {
    node: Node<'n, Flash, Desk, PAIRS>,
    /// Says what the PDU takes, for datagrams that the node never sees whole.
    refuser: Resource,
    world: &'n World,
    extended: Extended,
    requests: Requests,
    mailbox: VecDeque<Datagram>,
    /// The request that the CoAP thread waits on, and since when.
    waiting: Option<(Datagram, u64)>,
    outbox: Vec<Datagram>,
    antenna: VecDeque<RadioFrame>,
    radio_events: VecDeque<RadioEvent>,
    out: Vec<u8>,
    deadline: u64,
    now: u64,
}

impl<'n> Running<'n> {
    /// Switches the mote on.
    ///
    /// # Errors
    /// The node was not built: the flash holds another layout, or the arenas are too small.
    pub fn boot(
        world: &'n World,
        ram: &'n mut Ram,
        firmware: &'n mut Firmware<'n>,
    ) -> Result<Self, BuildError> {
        world.boots.set(world.boots.get() + 1);
        let settings = &world.settings;
        let keys = firmware.keys.insert([KeyRecord {
            key_id: &settings.key_id,
            public_key: settings.public_key,
            ids: IdScope::ANY,
            kinds: KindSet::ALL,
            grants: Grants::Everything,
            epoch: 0,
        }]);
        let boots = world.boots.get();
        let seed = settings
            .seed
            .wrapping_mul(u64::from(boots))
            .wrapping_add(0x9E37_79B9_7F4A_7C15);
        let class = settings.class.as_bytes();
        let config = firmware.config.insert(Config {
            context: if settings.development {
                Context::Development
            } else {
                Context::Production
            },
            open_read: settings.open_read,
            alias: settings.alias,
            resets: Some(boots),
            max_request_bytes: settings.pdu_bytes,
            ..Config::new(&settings.device_id, class, KeyRing(keys), &Compact, LAYOUT, seed)
        });
        let desk = Desk {
            board: world.board.clone(),
            output: Rc::clone(&world.output),
            transceiver: world.transceiver.clone(),
        };
        let arenas = ram.arenas.each_mut().map(Vec::as_mut_slice);
        let mut node = Node::new(config, world.flash.clone(), desk, arenas)?;
        if let Some(address) = settings.radio {
            let config = motebox_crime::Config {
                address,
                seed: (seed >> 32) as u32 ^ u32::from(address.value()),
                framing: settings.framing,
            };
            let registry = motebox_crime::modules::REGISTRY;
            node.set_network(Network::new(ram.stacks.memory(), registry, config));
        }
        // One address is fewer than the node can hold.
        let _ = node.set_addresses(&[Address::V6(MOTE_ADDRESS.octets())]);
        let limits = motebox_coap::Config {
            max_request_bytes: settings.pdu_bytes,
            ..motebox_coap::Config::new([0; 16], 0)
        };
        Ok(Self {
            node,
            refuser: Resource::new(limits),
            world,
            extended: Extended::new(world.clock.counter()),
            requests: Requests::new(seed),
            mailbox: VecDeque::new(),
            waiting: None,
            outbox: Vec::new(),
            antenna: VecDeque::new(),
            radio_events: VecDeque::new(),
            out: vec![0; OUT_BYTES],
            deadline: 0,
            now: 0,
        })
    }

    /// A datagram arrived, as an interrupt tells it: it waits for its turn.
    pub fn deliver(&mut self, datagram: Datagram) {
        self.world.count(|traffic| {
            traffic.received += 1;
            traffic.received_bytes += datagram.bytes.len() as u64;
        });
        self.mailbox.push_back(datagram);
    }

    /// Goes through the loop of the firmware once.
    ///
    /// # Errors
    /// [`Stopped`]: the mote is off, or wants to boot again; nothing leaves it any more.
    pub fn turn(&mut self) -> Result<(), Stopped> {
        self.now = self.extended.now_us(self.world.clock.counter());
        let now = self.now;
        if self.waiting.is_none()
            && let Some(datagram) = self.mailbox.pop_front()
        {
            self.handle(datagram, now);
        }
        self.deadline = self.node.poll(now);
        if let Some((datagram, since)) = self.waiting.take() {
            self.handle(datagram, since);
        }
        self.send_requests();
        self.send_notifications();
        self.empty_stacks();
        for (peer, bytes) in self.requests.due(now) {
            self.outbox.push(Datagram { peer, bytes });
        }
        if !self.world.flash.powered() {
            self.outbox.clear();
            self.antenna.clear();
            return Err(Stopped::PowerLost);
        }
        if self.node.take_reboot() {
            self.node.shut_down();
            return Err(Stopped::Reboot);
        }
        Ok(())
    }

    /// The next datagram that leaves the mote.
    pub fn next_datagram(&mut self) -> Option<Datagram> {
        if self.outbox.is_empty() {
            return None;
        }
        let datagram = self.outbox.remove(0);
        self.world.count(|traffic| {
            traffic.sent += 1;
            traffic.sent_bytes += datagram.bytes.len() as u64;
        });
        Some(datagram)
    }

    /// How long nothing is to be done unless a datagram arrives, in microseconds.
    pub fn idle_us(&self) -> u64 {
        let requests = self.requests.deadline();
        // A request that waits for flash is handled again after each operation.
        let waiting = self
            .waiting
            .as_ref()
            .map_or(u64::MAX, |_| self.now + FLASH_OPERATION_US);
        let busy = !self.outbox.is_empty() || (self.waiting.is_none() && !self.mailbox.is_empty());
        let next = if busy {
            self.now
        } else {
            self.deadline.min(requests).min(waiting)
        };
        next.saturating_sub(self.now).min(LONGEST_SLEEP_US)
    }

    fn handle(&mut self, datagram: Datagram, since: u64) {
        let pdu = self.world.settings.pdu_bytes;
        let bytes = &datagram.bytes[..datagram.bytes.len().min(pdu)];
        let request = Request {
            datagram: bytes,
            length_bytes: datagram.bytes.len(),
            peer: Peer {
                endpoint: endpoint(datagram.peer),
                security: Security::None,
                identity: &[],
            },
            multicast: false,
            from_self: false,
            max_response_bytes: pdu,
            now: self.now,
        };
        if datagram.bytes.len() > pdu {
            return self.refuse_size(&request, datagram.peer);
        }
        let mut answer = self.node.handle(&request, &mut self.out);
        let late = self.now.saturating_sub(since) >= MAILBOX_US;
        if answer == Answer::Pending && late {
            // Nothing for CON: the retransmission finds the answer. NON is told to come again.
            let con = Packet::from_bytes(bytes).is_some_and(|packet| packet.header.kind == Kind::Con);
            answer = if con {
                Answer::Silent
            } else {
                self.node.refuse_busy(&request, &mut self.out)
            };
        }
        match answer {
            Answer::Send(length) => {
                let bytes = self.out.get(..length).unwrap_or(&[]).to_vec();
                self.outbox.push(Datagram {
                    peer: datagram.peer,
                    bytes,
                });
            }
            Answer::Silent => {}
            Answer::Pending => self.waiting = Some((datagram, since)),
            Answer::NotMine => self.take_response(&datagram),
        }
    }

    /// A datagram larger than the PDU: a request is told the block size that fits, anything else is lost.
    fn refuse_size(&mut self, request: &Request<'_>, peer: SocketAddrV6) {
        let is_request = Message::parse(request.datagram).is_ok_and(|message| message.code().is_request());
        if !is_request {
            return;
        }
        let (bytes, limit) = (request.length_bytes as u32, request.datagram.len() as u32);
        let refusal = Refusal::beyond(Code::TOO_LARGE, "datagram", bytes, limit);
        if let Outcome::Reply(length) = self.refuser.refuse(request, &refusal, &mut self.out) {
            let bytes = self.out.get(..length).unwrap_or(&[]).to_vec();
            self.outbox.push(Datagram { peer, bytes });
        }
    }

    fn take_response(&mut self, datagram: &Datagram) {
        let Some(packet) = Packet::from_bytes(&datagram.bytes) else {
            return;
        };
        let response = self.requests.take(datagram.peer, &packet);
        if let Some(answered) = response.answered {
            let answer = answered
                .answer
                .as_ref()
                .map(|(code, body)| (*code, body.as_slice()));
            self.node.completed(answered.id, answer);
        }
        if let Some(bytes) = response.reply {
            self.outbox.push(Datagram {
                peer: datagram.peer,
                bytes,
            });
        }
    }

    fn send_requests(&mut self) {
        let mut refused = Vec::new();
        while let Some(request) = self.node.next_request() {
            let port = request.endpoint.port;
            match request.endpoint.address {
                // There is no DTLS and no IPv4 in this network.
                Address::V6(octets) if !request.endpoint.secure => {
                    let peer = SocketAddrV6::new(octets.into(), port, 0, 0);
                    let bytes = self.requests.send(&request, peer, self.now);
                    self.outbox.push(Datagram { peer, bytes });
                }
                _ => refused.push(request.id),
            }
        }
        for id in refused {
            self.node.completed(id, None);
        }
    }

    fn send_notifications(&mut self) {
        let pdu = self.world.settings.pdu_bytes.min(self.out.len());
        while let Some(notification) = self.node.next_notification(self.now, &mut self.out[..pdu]) {
            let bytes = self.out[..notification.len].to_vec();
            if let Some(peer) = peer(&notification.to) {
                self.outbox.push(Datagram { peer, bytes });
            }
        }
    }
}

/// Address and port as the node compares them.
fn endpoint(peer: SocketAddrV6) -> Endpoint {
    let mut bytes = peer.ip().octets().to_vec();
    bytes.extend(peer.port().to_be_bytes());
    Endpoint::new(&bytes).unwrap_or(Endpoint::NONE)
}

fn peer(endpoint: &Endpoint) -> Option<SocketAddrV6> {
    let (address, port) = endpoint.as_slice().split_first_chunk::<16>()?;
    let port = u16::from_be_bytes(port.try_into().ok()?);
    Some(SocketAddrV6::new((*address).into(), port, 0, 0))
}
