//! A laboratory in virtual time: a mote, a cloud and an operator, and nobody ever sleeps.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::net::SocketAddrV6;

use motebox_envelope::{
    CHUNK, CHUNK_DIGEST, Confirm, Context, Device, Encoding, Host, Kind, Limits, Manifest, Path, Payload,
    Peer, Permissions, PermissionsSpec, Policy, Radio, Sha256, SigningKey, Target, key_id, method,
    write_text_header,
};
use motebox_sim::mote::{Datagram, Running, Settings, Stopped, World};
use motebox_sim::packet::{Block, Code, Packet, Token, format, option};

/// The container of all tests.
pub const ID: &str = "alarm";
const SEED: [u8; 32] = [7; 32];
const OPERATOR: &str = "[2001:db8::9]:40000";
const CLOUD: &str = "[2001:db8::1]:5683";
const BLOCK_EXPONENT: u8 = 2;
/// A CBOR sequence.
const BINARY: u16 = 63;

/// Settings of a mote that trusts the tests' key.
pub fn settings() -> Settings {
    let key = SigningKey::from_seed(&SEED).public_key();
    Settings {
        open_read: true,
        ..Settings::new(&key_id(&key), key)
    }
}

/// A script in text form, with what the alarm scenario needs, confirmed after a second.
pub fn signed(sequence: u32, source: &str) -> Vec<u8> {
    let sensor = |name| Device {
        name,
        read: true,
        write: false,
        per_minute: 0,
        range: None,
    };
    let buzzer = Device {
        name: b"buzzer",
        read: false,
        write: true,
        per_minute: 0,
        range: None,
    };
    let cloud: SocketAddrV6 = CLOUD.parse().unwrap();
    let address = cloud.ip().octets();
    let spec = PermissionsSpec {
        devices: &[sensor(b"brightness"), sensor(b"sound"), buzzer],
        paths: &[Path {
            path: b"alarm",
            secured: false,
        }],
        peers: &[Peer {
            secured: false,
            host: Host::V6(&address),
            port: cloud.port(),
            methods: method::POST,
            prefix: b"coap",
        }],
        ..PermissionsSpec::default()
    };
    let mut room = [0; 256];
    let permissions = spec.encode(&mut room).unwrap();
    let (sign1, sha256) = sign(ID, Kind::Script, sequence, permissions, source.as_bytes());
    let mut line = [0; 600];
    let length = write_text_header(&sign1, &sha256, &mut line).unwrap();
    [&line[..length], source.as_bytes()].concat()
}

/// A script that may use the radio on channels 11 and 20, up to -3 dBm, in text form.
pub fn signed_for_radio(id: &str, source: &str) -> Vec<u8> {
    let spec = PermissionsSpec {
        radio: Some(Radio {
            channels: 1 << 11 | 1 << 20,
            max_power_dbm: -3,
            scan: true,
        }),
        ..PermissionsSpec::default()
    };
    let mut room = [0; 256];
    let permissions = spec.encode(&mut room).unwrap();
    let (sign1, sha256) = sign(id, Kind::Script, 1, permissions, source.as_bytes());
    let mut line = [0; 600];
    let length = write_text_header(&sign1, &sha256, &mut line).unwrap();
    [&line[..length], source.as_bytes()].concat()
}

/// A composition in binary form, confirmed after a second.
pub fn signed_composition(sequence: u32, message: &[u8]) -> Vec<u8> {
    assert!((24..256).contains(&message.len()));
    let (sign1, _) = sign(ID, Kind::Composition, sequence, Permissions::NONE, message);
    [&sign1[..], &[0x58, message.len() as u8], message].concat()
}

fn sign(
    id: &str,
    kind: Kind,
    sequence: u32,
    permissions: Permissions<'_>,
    payload: &[u8],
) -> (Vec<u8>, [u8; 32]) {
    let sha256 = Sha256::of(payload);
    let chunks: Vec<u8> = match payload.len() > CHUNK as usize {
        true => payload
            .chunks(CHUNK as usize)
            .flat_map(|c| Sha256::of(c)[..CHUNK_DIGEST].to_vec())
            .collect(),
        false => Vec::new(),
    };
    let manifest = Manifest {
        kind,
        id: id.as_bytes(),
        sequence,
        target: Target::Any,
        payload: Some(Payload {
            length: payload.len() as u32,
            sha256: &sha256,
            encoding: Encoding::Identity,
            transmitted: payload.len() as u32,
            chunks: &chunks,
        }),
        permissions,
        limits: Limits::default(),
        confirm: Some(Confirm {
            policy: Policy::Auto,
            probation_s: 1,
        }),
        base: None,
        command: None,
    };
    let (mut bytes, mut sign1) = ([0; 256], [0; 342]);
    let length = manifest.encode(&mut bytes).unwrap();
    let key = SigningKey::from_seed(&SEED);
    let length = key
        .sign1(
            &bytes[..length],
            &key_id(&key.public_key()),
            Context::Production,
            &mut sign1,
        )
        .unwrap();
    (sign1[..length].to_vec(), sha256)
}

/// One boot of a mote with everybody around it.
pub struct Lab<'n> {
    pub mote: Running<'n>,
    world: &'n World,
    /// Bodies that arrived at the cloud, retransmissions left out.
    pub cloud: Vec<String>,
    pub cloud_answers: bool,
    heard_ids: Vec<u16>,
    answers: Vec<Packet>,
    message_id: u16,
}

impl<'n> Lab<'n> {
    pub fn new(world: &'n World, mote: Running<'n>) -> Self {
        // Other ids than in the boot before: the mote may remember those.
        let message_id = (world.boots.get() as u16) << 12;
        Self {
            mote,
            world,
            cloud: Vec::new(),
            cloud_answers: true,
            heard_ids: Vec::new(),
            answers: Vec::new(),
            message_id,
        }
    }

    /// Lets time pass; `Err` when the mote stopped.
    pub fn run_us(&mut self, us: u64) -> Result<(), Stopped> {
        let end = self.world.clock.elapsed_us() + us;
        loop {
            self.turn()?;
            let next = self.world.clock.elapsed_us() + self.mote.idle_us();
            if next > end {
                self.world.clock.advance_to_us(end);
                return Ok(());
            }
            self.world.clock.advance_to_us(next);
        }
    }

    pub fn run_ms(&mut self, ms: u64) {
        self.run_us(ms * 1000).unwrap();
    }

    fn turn(&mut self) -> Result<(), Stopped> {
        self.mote.turn()?;
        while let Some(datagram) = self.mote.next_datagram() {
            let packet = Packet::from_bytes(&datagram.bytes).unwrap();
            if datagram.peer == CLOUD.parse().unwrap() {
                self.cloud_gets(&packet);
            } else {
                self.answers.push(packet);
            }
        }
        Ok(())
    }

    fn cloud_gets(&mut self, packet: &Packet) {
        if !self.heard_ids.contains(&packet.header.id) {
            self.heard_ids.push(packet.header.id);
            self.cloud.push(packet.text());
        }
        if self.cloud_answers {
            let answer = packet.answer(Code::CHANGED, 0);
            self.mote.deliver(Datagram {
                peer: CLOUD.parse().unwrap(),
                bytes: answer.to_bytes(),
            });
        }
    }

    /// Sends a request, four times at most, and returns the answer.
    pub fn ask(&mut self, request: Packet) -> Result<Packet, Stopped> {
        self.message_id += 1;
        let mut request = request;
        request.header.id = self.message_id;
        request.header.token = Token::new(&self.message_id.to_be_bytes());
        for _ in 0..4 {
            self.mote.deliver(Datagram {
                peer: OPERATOR.parse().unwrap(),
                bytes: request.to_bytes(),
            });
            for _ in 0..400 {
                self.run_us(5_000)?;
                let answer = self
                    .answers
                    .iter()
                    .position(|answer| answer.header.token == request.header.token);
                if let Some(at) = answer {
                    return Ok(self.answers.swap_remove(at));
                }
            }
        }
        panic!("no answer to {request:?}");
    }

    /// Sends a datagram and waits for nothing.
    pub fn send(&mut self, packet: &Packet) {
        self.mote.deliver(Datagram {
            peer: OPERATOR.parse().unwrap(),
            bytes: packet.to_bytes(),
        });
    }

    /// What the operator heard since the last time.
    pub fn heard(&mut self) -> Vec<Packet> {
        std::mem::take(&mut self.answers)
    }

    pub fn get(&mut self, path: &str) -> Packet {
        self.ask(Packet::request(Code::GET, path).with_uint(option::ACCEPT, format::TEXT.into()))
            .unwrap()
    }

    pub fn put(&mut self, path: &str, body: &str) -> Packet {
        self.ask(Packet::request(Code::PUT, path).with_payload(body.as_bytes()))
            .unwrap()
    }

    /// Uploads a container in text form; the answer to the last block, or to the first that was refused. As a client must,
    /// it begins again when the mote says that it lost the upload.
    pub fn upload(&mut self, container: &[u8]) -> Result<Packet, Stopped> {
        let blocks: Vec<&[u8]> = container.chunks(16 << BLOCK_EXPONENT).collect();
        let mut starts = 1;
        let mut number = 0;
        loop {
            let more = number + 1 < blocks.len();
            let form = if container.starts_with(&[0xd2]) {
                BINARY
            } else {
                format::TEXT
            };
            let request = Packet::request(Code::PUT, &format!("/c/{ID}"))
                .with_uint(option::CONTENT_FORMAT, form.into())
                .with_block(option::BLOCK1, Block::new(number as u32, more, BLOCK_EXPONENT))
                .with_payload(blocks[number]);
            let answer = self.ask(request)?;
            match answer.code() {
                Code::CONTINUE => number += 1,
                Code::INCOMPLETE if starts < 3 => (number, starts) = (0, starts + 1),
                _ => return Ok(answer),
            }
        }
    }

    /// Uploads what must be taken, and waits for its start.
    pub fn install(&mut self, sequence: u32, source: &str) {
        self.install_signed(sequence, &signed(sequence, source));
    }

    /// The same with a composition.
    pub fn install_composition(&mut self, sequence: u32, message: &[u8]) {
        self.install_signed(sequence, &signed_composition(sequence, message));
    }

    fn install_signed(&mut self, sequence: u32, file: &[u8]) {
        let answer = self.upload(file).unwrap();
        assert!(answer.is_success(), "{answer:?} {}", answer.text());
        for _ in 0..100 {
            self.run_ms(20);
            let status = self.status();
            if status.get("sequence").map(String::as_str) == Some(&sequence.to_string()) {
                return;
            }
        }
        panic!("sequence {sequence} does not start: {:?}", self.status());
    }

    /// The status in text form: names and values.
    pub fn status(&mut self) -> BTreeMap<String, String> {
        let mut text = String::new();
        for number in 0.. {
            let request = Packet::request(Code::GET, &format!("/c/{ID}/status"))
                .with_uint(option::ACCEPT, format::TEXT.into())
                .with_block(option::BLOCK2, Block::new(number, false, BLOCK_EXPONENT));
            let answer = self.ask(request).unwrap();
            assert_eq!(answer.code(), Code::CONTENT);
            text += &answer.text();
            if !answer.get_block(option::BLOCK2).is_some_and(|block| block.more) {
                break;
            }
        }
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        lines
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect()
    }

    /// Sets a sensor.
    pub fn set(&mut self, device: &str, value: &str) {
        let put = Packet::request(Code::PUT, &format!("/bench/{device}")).with_payload(value.as_bytes());
        assert!(self.world.bench().answer(&put, 0).is_success());
    }

    /// Reads a device as the room has it.
    pub fn read(&self, device: &str) -> String {
        self.world
            .bench()
            .answer(&Packet::request(Code::GET, &format!("/bench/{device}")), 0)
            .text()
    }

    /// One cycle of the scenario: dark, then light and noise, then dark again. It is so long that a message in each keeps to
    /// the 60 that a device lets through in any minute.
    pub fn light_and_sound(&mut self) {
        self.set("sound", "900");
        self.set("brightness", "900");
        self.run_ms(400);
        self.set("brightness", "100");
        self.set("sound", "40");
        self.run_ms(1300);
    }
}
