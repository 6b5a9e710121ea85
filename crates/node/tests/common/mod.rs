//! A mote for tests: the store's flash that loses power, a board of three devices, a signer, and a client that speaks CoAP.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use motebox::coap::msg::{Block, Code, Header, Kind as Type, Message, Writer, format, option};
use motebox::coap::{Endpoint, Peer, Request, Security};
use motebox::envelope::{
    Command, Compact, Confirm, Context, Device, Encoding, Grants, Host, IdScope, KeyRecord, KeyRing, Kind,
    KindSet, Limits, Manifest, Path, Payload, Permissions, PermissionsSpec, Policy, Sha256, SigningKey,
    Target, key_id, write_text_header,
};
use motebox::script::device::{DeviceError, Devices, Values};
use motebox::store::Layout;
use motebox::store::mock::{Cells, MockError, MockFlash};
use motebox::{Answer, Board, Config, Flash, Node};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub type Chip = MockFlash<16, 256>;

/// The chip, shared between the node and the test.
#[derive(Clone)]
pub struct TestFlash(pub Rc<RefCell<Chip>>);

impl ErrorType for TestFlash {
    type Error = MockError;
}
impl ReadNorFlash for TestFlash {
    const READ_SIZE: usize = Chip::READ_SIZE;
    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), MockError> {
        self.0.borrow_mut().read(offset, bytes)
    }
    fn capacity(&self) -> usize {
        self.0.borrow().capacity()
    }
}
impl NorFlash for TestFlash {
    const WRITE_SIZE: usize = Chip::WRITE_SIZE;
    const ERASE_SIZE: usize = Chip::ERASE_SIZE;
    fn erase(&mut self, from: u32, to: u32) -> Result<(), MockError> {
        self.0.borrow_mut().erase(from, to)
    }
    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), MockError> {
        self.0.borrow_mut().write(offset, bytes)
    }
}
impl Flash for TestFlash {}

/// Devices 0 brightness, 1 sound (both sensors), 2 buzzer (an actuator, safe at 0).
#[derive(Default)]
pub struct World {
    pub sensors: [i16; 2],
    pub buzzer: i16,
    pub writes: Vec<i16>,
    pub reads: u32,
    pub log: String,
    /// Power and channel of the radio.
    pub radio: (i8, u8),
}

#[derive(Clone, Default)]
pub struct TestBoard(pub Rc<RefCell<World>>);

impl Devices for TestBoard {
    fn by_name(&self, name: &[u8]) -> Option<u16> {
        [&b"brightness"[..], b"sound", b"buzzer"]
            .iter()
            .position(|n| *n == name)
            .map(|i| i as u16)
    }
    fn by_class(&self, class: u8) -> Option<u16> {
        [0x86, 0x8a, 0x42]
            .iter()
            .position(|c| *c == class)
            .map(|i| i as u16)
    }
    fn class_number(&self, name: &str) -> Option<u8> {
        match name {
            "SENSE_LIGHT" => Some(0x86),
            "ACT_DIMMER" => Some(0x42),
            _ => None,
        }
    }
    fn read(&mut self, device: u16, axis: u8) -> Result<(i16, i8), DeviceError> {
        let mut world = self.0.borrow_mut();
        world.reads += 1;
        match (device, axis) {
            (0 | 1, 0) => Ok((world.sensors[usize::from(device)], 0)),
            (0 | 1, axis) => Err(DeviceError::NoAxis(axis)),
            _ => Err(DeviceError::NotSupported),
        }
    }
    fn write_scale(&self, _: u16) -> i8 {
        0
    }
    fn write(&mut self, device: u16, values: &Values) -> Result<(), DeviceError> {
        if device != 2 {
            return Err(DeviceError::NotSupported);
        }
        let mut world = self.0.borrow_mut();
        world.buzzer = values.values[0];
        world.writes.push(values.values[0]);
        Ok(())
    }
    fn safe_value(&self, device: u16) -> Option<Values> {
        (device == 2).then_some(Values::one(0, 0))
    }
}

impl Board for TestBoard {
    fn log(&mut self, _: &str, piece: &[u8]) {
        self.0.borrow_mut().log.push_str(&String::from_utf8_lossy(piece));
    }
    #[cfg(feature = "stacks")]
    fn radio_energy(&mut self, channel: u8) -> Option<i16> {
        (channel != 26).then_some(-90 + i16::from(channel))
    }
    #[cfg(feature = "stacks")]
    fn radio_power(&mut self, dbm: i8) -> Option<i8> {
        self.0.borrow_mut().radio.0 = dbm;
        Some(dbm)
    }
    #[cfg(feature = "stacks")]
    fn radio_channel(&mut self, channel: u8) -> bool {
        self.0.borrow_mut().radio.1 = channel;
        true
    }
}

pub const SEED: [u8; 32] = [7; 32];
pub const STRANGER: [u8; 32] = [8; 32];
pub const DEVICE: &[u8] = b"mote-1";

/// What a container of a test is signed with.
#[derive(Clone)]
pub struct Spec {
    pub id: &'static str,
    pub kind: Kind,
    pub sequence: u32,
    pub target: Target<'static>,
    pub source: Vec<u8>,
    pub seed: [u8; 32],
    pub context: Context,
    pub policy: Policy,
    pub probation_s: u32,
    pub limits: Limits,
    pub devices: Vec<Device<'static>>,
    pub paths: Vec<Path<'static>>,
    pub peers: Vec<motebox::envelope::Peer<'static>>,
    pub reboot: bool,
    pub radio: Option<motebox::envelope::Radio>,
    pub data: bool,
    pub command: Option<(Command, u32)>,
}

/// 2001:db8::1
pub const CLOUD: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

impl Spec {
    pub fn new(sequence: u32, source: &str) -> Spec {
        let device = |name, read, write| Device {
            name,
            read,
            write,
            per_minute: 0,
            range: None,
        };
        Spec {
            id: "alarm",
            kind: Kind::Script,
            sequence,
            target: Target::Any,
            source: source.as_bytes().to_vec(),
            seed: SEED,
            context: Context::Production,
            policy: Policy::Auto,
            probation_s: 10,
            limits: Limits::default(),
            devices: vec![
                device(b"brightness", true, false),
                device(b"sound", true, false),
                device(b"buzzer", false, true),
            ],
            paths: vec![Path {
                path: b"alarm",
                secured: false,
            }],
            peers: vec![motebox::envelope::Peer {
                secured: false,
                host: Host::V6(&CLOUD),
                port: 5683,
                methods: 2,
                prefix: b"coap",
            }],
            reboot: false,
            radio: None,
            data: false,
            command: None,
        }
    }

    pub fn command(sequence: u32, command: Command, base: u32) -> Spec {
        Spec {
            kind: Kind::Command,
            command: Some((command, base)),
            ..Spec::new(sequence, "")
        }
    }

    pub fn policy(mut self, policy: Policy) -> Spec {
        self.policy = policy;
        self
    }

    pub fn id(mut self, id: &'static str) -> Spec {
        self.id = id;
        self
    }

    /// The COSE_Sign1.
    pub fn envelope(&self) -> Vec<u8> {
        let (mut permissions, mut manifest, mut out) = ([0; 256], [0; 256], [0; 400]);
        let spec = PermissionsSpec {
            devices: &self.devices,
            paths: &self.paths,
            peers: &self.peers,
            reboot: self.reboot,
            radio: self.radio,
            data: self.data,
        };
        let script = self.kind != Kind::Command;
        let digest = Sha256::of(&self.source);
        let chunks: Vec<u8> = self
            .source
            .chunks(1024)
            .flat_map(|chunk| Sha256::of(chunk)[..8].to_vec())
            .collect();
        let length = self.source.len() as u32;
        let payload = Payload {
            length,
            sha256: &digest,
            encoding: Encoding::Identity,
            transmitted: length,
            chunks: if self.source.len() > 1024 { &chunks } else { &[] },
        };
        let full = Manifest {
            kind: self.kind,
            id: self.id.as_bytes(),
            sequence: self.sequence,
            target: self.target,
            payload: script.then_some(payload),
            permissions: if script {
                spec.encode(&mut permissions).unwrap()
            } else {
                Permissions::NONE
            },
            limits: self.limits,
            confirm: script.then_some(Confirm {
                policy: self.policy,
                probation_s: self.probation_s,
            }),
            base: self.command.map(|(_, base)| base),
            command: self.command.map(|(command, _)| command),
        };
        let manifest_len = full.encode(&mut manifest).unwrap();
        let key = SigningKey::from_seed(&self.seed);
        let id = key_id(&key.public_key());
        let length = key
            .sign1(&manifest[..manifest_len], &id, self.context, &mut out)
            .unwrap();
        out[..length].to_vec()
    }

    /// The digest of the manifest.
    pub fn digest(&self) -> [u8; 32] {
        motebox::envelope::Sign1::parse(&self.envelope())
            .unwrap()
            .manifest_digest()
    }

    pub fn binary(&self) -> Vec<u8> {
        let mut out = self.envelope();
        if self.kind == Kind::Command {
            return out;
        }
        match self.source.len() {
            n @ 0..=23 => out.push(0x40 | n as u8),
            n @ 24..=255 => out.extend([0x58, n as u8]),
            n => out.extend([0x59, (n >> 8) as u8, n as u8]),
        }
        out.extend(&self.source);
        out
    }

    pub fn text(&self) -> Vec<u8> {
        let mut out = vec![0; 600];
        let length = write_text_header(&self.envelope(), &Sha256::of(&self.source), &mut out).unwrap();
        out.truncate(length);
        out.extend(&self.source);
        out
    }
}

/// A leaked key ring: tests need one for as long as they live.
pub fn keys() -> KeyRing<'static> {
    let key = SigningKey::from_seed(&SEED);
    let id: &'static [u8] = Box::leak(Box::new(key_id(&key.public_key())));
    KeyRing(Box::leak(Box::new([KeyRecord {
        key_id: id,
        public_key: key.public_key(),
        ids: IdScope::ANY,
        kinds: KindSet::ALL,
        grants: Grants::Everything,
        epoch: 0,
    }])))
}

pub fn layout() -> Layout {
    Layout::of::<TestFlash>(0, 4096)
}

pub fn config() -> Config<'static> {
    let mut config = Config::new(
        DEVICE,
        b"test-mote",
        keys(),
        &Compact,
        layout(),
        0x1234_5678_9abc_def0,
    );
    config.limits.fuel_per_event = 200_000;
    config.open_read = true;
    config.alias = motebox::coap::Id::new(b"alarm");
    config
}

pub const START: u64 = u32::MAX as u64 - 1_000_000;

pub struct Mote {
    pub node: Option<Node<'static, TestFlash, TestBoard, 2>>,
    pub flash: TestFlash,
    pub board: TestBoard,
    pub config: Config<'static>,
    pub now: u64,
    pub mid: u16,
    /// What scripts sent: method flags, path, payload; and the id to complete it with.
    pub sent: Vec<(motebox::RequestId, u8, String, Vec<u8>)>,
    pub rebooted: bool,
    /// Its address in radio stacks, if it has any.
    pub radio: Option<u8>,
}

/// An answer that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub code: (u8, u8),
    pub payload: Vec<u8>,
    pub options: BTreeMap<u16, Vec<u8>>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.payload).into_owned()
    }
}

pub fn endpoint(number: u8) -> Endpoint {
    Endpoint::new(&[number; 18]).unwrap()
}

impl Mote {
    pub fn new() -> Mote {
        let flash = TestFlash(Rc::new(RefCell::new(Chip::new(64 * 1024, Cells::Strict))));
        Mote::with(flash, config())
    }

    pub fn with(flash: TestFlash, config: Config<'static>) -> Mote {
        let mut mote = Mote {
            node: None,
            flash,
            board: TestBoard::default(),
            config,
            now: START,
            mid: 0,
            sent: Vec::new(),
            rebooted: false,
            radio: None,
        };
        mote.boot();
        mote
    }

    /// A mote that takes compositions too.
    #[cfg(feature = "stacks")]
    pub fn with_radio(address: u8) -> Mote {
        let mut mote = Mote::new();
        mote.radio = Some(address);
        mote.boot();
        mote
    }

    /// As after a reset: RAM is gone, flash stays, the board's outputs stay.
    pub fn boot(&mut self) {
        self.node = None;
        self.flash.0.borrow_mut().power_up();
        let arenas = [(); 2].map(|()| &mut *vec![0u32; 1500].leak());
        self.node = Some(
            Node::new(
                Box::leak(Box::new(self.config)),
                self.flash.clone(),
                self.board.clone(),
                arenas,
            )
            .unwrap(),
        );
        #[cfg(feature = "stacks")]
        if let Some(address) = self.radio {
            use motebox::crime::{Address, Config, Framing, Network, Storage, modules};
            let storage = Box::leak(Box::new(Storage::<6, 40, 600, 8>::new()));
            let config = Config {
                address: Address::new(address, 0),
                seed: address.into(),
                framing: Framing::default(),
            };
            let network = Network::new(storage.memory(), modules::REGISTRY, config);
            self.node().set_network(network);
        }
        self.settle();
    }

    pub fn node(&mut self) -> &mut Node<'static, TestFlash, TestBoard, 2> {
        self.node.as_mut().unwrap()
    }

    pub fn poll(&mut self) -> u64 {
        let now = self.now;
        let next = self.node().poll(now);
        while let Some(o) = self.node.as_mut().unwrap().next_request() {
            let path: Vec<String> = o
                .path()
                .map(|s| String::from_utf8_lossy(s).into_owned())
                .collect();
            let entry = (o.id, o.method.flags(), path.join("/"), o.payload.to_vec());
            self.sent.push(entry);
        }
        self.rebooted |= self.node().take_reboot();
        next
    }

    /// Polls until nothing is to be done at this moment.
    pub fn settle(&mut self) {
        for _ in 0..200_000 {
            if self.poll() > self.now {
                return;
            }
            self.now += 1;
        }
        panic!("the node never comes to rest");
    }

    /// Lets so much time pass, with every deadline served.
    pub fn run_for(&mut self, us: u64) {
        let end = self.now + us;
        loop {
            let next = self.poll();
            if next <= self.now {
                self.now += 1;
            } else if next > end || self.now >= end {
                self.now = self.now.max(end);
                return;
            } else {
                self.now = next;
            }
        }
    }

    /// One message in, its answer out; `None` when nothing is sent.
    pub fn exchange(&mut self, from: u8, datagram: &[u8]) -> Option<Reply> {
        let bytes = self.exchange_raw(from, datagram)?;
        let message = Message::parse(&bytes).unwrap();
        let options = message.options().map(|o| (o.number, o.value.to_vec())).collect();
        let code = message.code();
        Some(Reply {
            code: (code.class(), code.detail()),
            payload: message.payload().to_vec(),
            options,
        })
    }

    pub fn exchange_raw(&mut self, from: u8, datagram: &[u8]) -> Option<Vec<u8>> {
        for _ in 0..100_000 {
            match self.handle(from, datagram) {
                (Answer::Send(_), bytes) => return Some(bytes),
                (Answer::Pending, _) => {
                    if self.poll() > self.now {
                        self.now += 1_000;
                    } else {
                        self.now += 1;
                    }
                }
                _ => return None,
            }
            if self.flash.0.borrow().is_off() {
                return None;
            }
        }
        panic!("a request is pending for ever");
    }

    pub fn handle(&mut self, from: u8, datagram: &[u8]) -> (Answer, Vec<u8>) {
        let mut out = [0; 1280];
        let request = Request {
            datagram,
            length_bytes: datagram.len(),
            peer: Peer {
                endpoint: endpoint(from),
                security: Security::None,
                identity: &[],
            },
            multicast: false,
            from_self: false,
            max_response_bytes: 1280,
            now: self.now,
        };
        let answer = self.node().handle(&request, &mut out);
        let length = if let Answer::Send(length) = answer {
            length
        } else {
            0
        };
        (answer, out[..length].to_vec())
    }

    pub fn message(&mut self, code: Code, path: &str, options: &[(u16, Vec<u8>)], payload: &[u8]) -> Vec<u8> {
        self.mid = self.mid.wrapping_add(1);
        let mut out = vec![0; 2000];
        let mut writer = Writer::new(&mut out, Header::new(Type::Con, code, self.mid, &[1])).unwrap();
        let mut all: Vec<(u16, Vec<u8>)> = path
            .split('/')
            .filter(|s| !s.is_empty())
            .map(|s| (option::URI_PATH, s.as_bytes().to_vec()))
            .chain(options.iter().cloned())
            .collect();
        all.sort_by_key(|(number, _)| *number);
        for (number, value) in &all {
            writer.option(*number, value).unwrap();
        }
        writer.payload(payload).unwrap();
        let length = writer.finish();
        out.truncate(length);
        out
    }

    pub fn request(&mut self, code: Code, path: &str, payload: &[u8]) -> Option<Reply> {
        let datagram = self.message(code, path, &[], payload);
        self.exchange(1, &datagram)
    }

    /// One block of an upload.
    pub fn put_block(
        &mut self,
        from: u8,
        path: &str,
        body: &[u8],
        format: u16,
        szx: u8,
        number: u32,
    ) -> Option<Reply> {
        let size = 16usize << szx;
        let start = (number as usize * size).min(body.len());
        let end = (start + size).min(body.len());
        let block = Block::new(number, end < body.len(), szx);
        let mut value = block.value().to_be_bytes().to_vec();
        while value.first() == Some(&0) {
            value.remove(0);
        }
        let mut options = vec![(option::BLOCK1, value)];
        if format != 0 {
            options.push((option::CONTENT_FORMAT, vec![format as u8]));
        }
        let datagram = self.message(Code::PUT, path, &options, &body[start..end]);
        self.exchange(from, &datagram)
    }

    /// Uploads a body block by block; the last answer, or the first that is not 2.31.
    pub fn put(&mut self, path: &str, body: &[u8], content_format: u16) -> Option<Reply> {
        let szx = 2;
        let size = 16usize << szx;
        let mut last = None;
        for number in 0..body.len().div_ceil(size) as u32 {
            last = Some(self.put_block(1, path, body, content_format, szx, number)?);
            if last.as_ref().unwrap().code != (2, 31) {
                break;
            }
        }
        last
    }

    /// Uploads a body in one message.
    pub fn put_whole(&mut self, path: &str, body: &[u8], content_format: u16) -> Reply {
        let mut options = vec![];
        if content_format != 0 {
            options.push((option::CONTENT_FORMAT, vec![content_format as u8]));
        }
        let datagram = self.message(Code::PUT, path, &options, body);
        self.exchange(1, &datagram).expect("answered")
    }

    /// Uploads a container in binary form to its own path and lets the node settle.
    pub fn push(&mut self, spec: &Spec) -> (u8, u8) {
        let mut code = (4, 8);
        // 4.08 says that something was lost: a client begins again at block 0.
        for _ in 0..4 {
            code = self.try_push(spec).expect("answered").code;
            if code != (4, 8) {
                break;
            }
        }
        self.settle();
        code
    }

    pub fn try_push(&mut self, spec: &Spec) -> Option<Reply> {
        let path = format!("c/{}", spec.id);
        let form = if spec.kind == Kind::Command {
            format::COSE_SIGN1
        } else {
            format::CBOR_SEQ
        };
        self.put(&path, &spec.binary(), form)
    }

    /// The status in its text form: names to values.
    pub fn status(&mut self, id: &str) -> BTreeMap<String, String> {
        let path = format!("c/{id}/status");
        let mut text = Vec::new();
        for number in 0.. {
            let mut value = Block::new(number, false, 2).value().to_be_bytes().to_vec();
            while value.first() == Some(&0) {
                value.remove(0);
            }
            let options = [(option::ACCEPT, vec![]), (option::BLOCK2, value)];
            let datagram = self.message(Code::GET, &path, &options, &[]);
            let reply = self.exchange(1, &datagram).unwrap();
            if reply.code != (2, 5) {
                return BTreeMap::from([("code".into(), format!("{:?}", reply.code))]);
            }
            text.extend(&reply.payload);
            let more = reply
                .options
                .get(&option::BLOCK2)
                .is_some_and(|v| v.last().is_some_and(|b| b & 8 != 0));
            if !more {
                break;
            }
        }
        String::from_utf8(text)
            .unwrap()
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect()
    }

    pub fn field(&mut self, id: &str, name: &str) -> String {
        self.status(id).get(name).cloned().unwrap_or_default()
    }

    /// State and sequence of what runs.
    pub fn runs(&mut self, id: &str) -> (u8, u32) {
        let status = self.status(id);
        let number = |name: &str| status.get(name).and_then(|v| v.parse().ok()).unwrap_or(0);
        (number("state") as u8, number("sequence"))
    }

    pub fn operations(&self) -> u64 {
        self.flash.0.borrow().operations()
    }

    pub fn world(&self) -> std::cell::RefMut<'_, World> {
        self.board.0.borrow_mut()
    }
}

pub const TRIAL: u8 = 3;
pub const CONFIRMED: u8 = 4;
pub const FAILED: u8 = 5;
