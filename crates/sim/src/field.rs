//! Several motes in one process on virtual time: their radios hear each other along a line, and an operator speaks CoAP
//! to each of them. For demonstrations and tests of scripts and radio stacks together; thousands of nodes without scripts
//! are [`crate::radio`]'s.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddrV6;

use motebox_crime::Info;

use crate::clock::Clock;
use crate::mote::{Datagram, Running, Stopped};
use crate::packet::{Block, Code, Packet, Token, format, option};

/// Where the operator is, in the simulated network.
const OPERATOR: &str = "[2001:db8::9]:40000";
/// Blocks of 64 bytes fit the PDU of every mote.
const BLOCK_EXPONENT: u8 = 2;
/// A request is sent so often, and each time waited for so long.
const TRIES: u32 = 4;
const PATIENCE_US: u64 = 2_000_000;
/// How often an answer is looked for.
const LOOK_US: u64 = 5_000;
/// CBOR sequence: the content format of a container in binary form.
const BINARY: u16 = 63;
/// IEEE 802.15.4 at 250 kbit/s, and the bytes of the physical layer.
const US_PER_BYTE: u64 = 32;
const BYTES_AROUND: u64 = 8;
/// How a neighbour is heard that sends with 0 dBm.
const NEIGHBOUR: (i16, u8) = (-60, 110);

/// Why something did not come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldError {
    /// There is no such mote.
    NoMote(usize),
    /// A mote stopped.
    Stopped(Stopped),
    /// No answer came.
    Silent,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMote(number) => write!(f, "there is no mote {number}"),
            Self::Stopped(Stopped::PowerLost) => f.write_str("a mote lost its power"),
            Self::Stopped(Stopped::Reboot) => f.write_str("a mote wants to boot"),
            Self::Silent => f.write_str("the mote does not answer"),
        }
    }
}

impl std::error::Error for FieldError {}

/// A frame that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flown {
    /// When, in microseconds of the field's time.
    pub at_us: u64,
    /// The number of the mote that sent it.
    pub from: usize,
    /// The frame.
    pub bytes: Vec<u8>,
}

/// A frame on its way to one mote.
struct OnAir {
    channel: u8,
    rssi_dbm: i16,
    bytes: Vec<u8>,
}

/// Motes in a line: each that is tuned to the same channel hears the one before and the one after.
pub struct Field<'n> {
    clock: Clock,
    motes: Vec<Running<'n>>,
    /// Frames on their way, by when they arrive and in the order of sending: for whom.
    air: BTreeMap<(u64, u64), (usize, OnAir)>,
    sent: u64,
    flown: Vec<Flown>,
    answers: Vec<(usize, Packet)>,
    message_id: u16,
    coap_bytes: u64,
    radio_bytes: u64,
}

impl<'n> Field<'n> {
    /// Motes whose worlds all have this clock, which stands still without the field.
    pub fn new(clock: Clock, motes: Vec<Running<'n>>) -> Self {
        Self {
            clock,
            motes,
            air: BTreeMap::new(),
            sent: 0,
            flown: Vec::new(),
            answers: Vec::new(),
            message_id: 0,
            coap_bytes: 0,
            radio_bytes: 0,
        }
    }

    /// A mote, counted from 0.
    ///
    /// # Errors
    /// There is none.
    pub fn mote(&mut self, number: usize) -> Result<&mut Running<'n>, FieldError> {
        self.motes.get_mut(number).ok_or(FieldError::NoMote(number))
    }

    /// The frames since the last call.
    pub fn take_flown(&mut self) -> Vec<Flown> {
        std::mem::take(&mut self.flown)
    }

    /// Bytes of CoAP between the operator and the motes so far.
    pub fn coap_bytes(&self) -> u64 {
        self.coap_bytes
    }

    /// Bytes of all frames so far.
    pub fn radio_bytes(&self) -> u64 {
        self.radio_bytes
    }

    /// Lets time pass.
    ///
    /// # Errors
    /// A mote stopped.
    pub fn run_us(&mut self, us: u64) -> Result<(), FieldError> {
        let end = self.clock.elapsed_us() + us;
        loop {
            let now = self.clock.elapsed_us();
            while let Some(entry) = self.air.first_entry().filter(|entry| entry.key().0 <= now) {
                let (to, frame) = entry.remove();
                let mote = self.mote(to)?;
                mote.transceiver().set_frame(frame.channel, None);
                let info = Info {
                    rssi_dbm: frame.rssi_dbm,
                    lqi: NEIGHBOUR.1,
                    ..Info::default()
                };
                if mote.transceiver().channel() == frame.channel {
                    // What a mote has no use for it leaves alone.
                    let _ = mote.hear(&frame.bytes, info);
                }
            }
            for number in 0..self.motes.len() {
                self.turn(number, now)?;
            }
            let idle_us = self.motes.iter().map(Running::idle_us).min().unwrap_or(u64::MAX);
            let arrival = self.air.keys().next().map_or(u64::MAX, |(at, _)| *at);
            let next = now.saturating_add(idle_us).min(arrival).max(now);
            if next > end {
                self.clock.advance_to_us(end);
                return Ok(());
            }
            self.clock.advance_to_us(next);
        }
    }

    /// Lets one mote work, and takes what it sends.
    fn turn(&mut self, number: usize, now: u64) -> Result<(), FieldError> {
        let motes = self.motes.len();
        let Some(mote) = self.motes.get_mut(number) else {
            return Ok(());
        };
        mote.turn().map_err(FieldError::Stopped)?;
        while let Some(datagram) = mote.next_datagram() {
            self.coap_bytes += datagram.bytes.len() as u64;
            if let Some(packet) = Packet::from_bytes(&datagram.bytes) {
                self.answers.push((number, packet));
            }
        }
        let channel = mote.transceiver().channel();
        let rssi_dbm = NEIGHBOUR.0 + i16::from(mote.transceiver().power_dbm());
        let frames: Vec<Vec<u8>> = std::iter::from_fn(|| mote.next_frame())
            .map(|frame| frame.bytes)
            .collect();
        for bytes in frames {
            let at = now + (bytes.len() as u64 + BYTES_AROUND) * US_PER_BYTE;
            let neighbours = [
                number.checked_sub(1),
                Some(number + 1).filter(|next| *next < motes),
            ];
            for to in neighbours.into_iter().flatten() {
                self.mote(to)?.transceiver().set_frame(channel, Some(rssi_dbm));
                let frame = OnAir {
                    channel,
                    rssi_dbm,
                    bytes: bytes.clone(),
                };
                self.air.insert((at, self.sent), (to, frame));
                self.sent += 1;
            }
            self.radio_bytes += bytes.len() as u64;
            self.flown.push(Flown {
                at_us: now,
                from: number,
                bytes,
            });
        }
        Ok(())
    }

    /// Sends a request of the operator's to a mote, again where no answer comes, and gives the answer.
    ///
    /// # Errors
    /// No answer, no mote, or one that stopped.
    pub fn ask(&mut self, mote: usize, mut request: Packet) -> Result<Packet, FieldError> {
        self.message_id = self.message_id.wrapping_add(1);
        request.header.id = self.message_id;
        request.header.token = Token::new(&self.message_id.to_be_bytes());
        let peer: SocketAddrV6 = OPERATOR.parse().map_err(|_| FieldError::Silent)?;
        for _ in 0..TRIES {
            let bytes = request.to_bytes();
            self.coap_bytes += bytes.len() as u64;
            self.mote(mote)?.deliver(Datagram { peer, bytes });
            for _ in 0..PATIENCE_US / LOOK_US {
                self.run_us(LOOK_US)?;
                let answer = self
                    .answers
                    .iter()
                    .position(|(from, answer)| *from == mote && answer.header.token == request.header.token);
                if let Some(at) = answer {
                    return Ok(self.answers.swap_remove(at).1);
                }
            }
        }
        Err(FieldError::Silent)
    }

    /// Uploads a container in either form; the answer to the last block, or to the first that was refused. As a client
    /// must, it begins again when the mote says that it lost the upload.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn push(&mut self, mote: usize, id: &str, container: &[u8]) -> Result<Packet, FieldError> {
        let binary = container.starts_with(&[0xd2]);
        let form = if binary { BINARY } else { format::TEXT };
        let blocks: Vec<&[u8]> = container.chunks(16 << BLOCK_EXPONENT).collect();
        let (mut starts, mut number) = (1, 0);
        loop {
            let more = number + 1 < blocks.len();
            let request = Packet::request(Code::PUT, &format!("/c/{id}"))
                .with_uint(option::CONTENT_FORMAT, form.into())
                .with_block(option::BLOCK1, Block::new(number as u32, more, BLOCK_EXPONENT))
                .with_payload(blocks.get(number).copied().unwrap_or(&[]));
            let answer = self.ask(mote, request)?;
            match answer.code() {
                Code::CONTINUE => number += 1,
                Code::INCOMPLETE if starts < 3 => (number, starts) = (0, starts + 1),
                _ => return Ok(answer),
            }
        }
    }

    /// Reads a resource as text, block by block; empty where the mote refuses.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn read(&mut self, mote: usize, path: &str) -> Result<String, FieldError> {
        let mut text = String::new();
        for number in 0.. {
            let request = Packet::request(Code::GET, path)
                .with_uint(option::ACCEPT, format::TEXT.into())
                .with_block(option::BLOCK2, Block::new(number, false, BLOCK_EXPONENT));
            let answer = self.ask(mote, request)?;
            if !answer.is_success() {
                break;
            }
            text += &answer.text();
            if !answer.get_block(option::BLOCK2).is_some_and(|block| block.more) {
                break;
            }
        }
        Ok(text)
    }

    /// One line of a container's status.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn status(&mut self, mote: usize, id: &str, name: &str) -> Result<String, FieldError> {
        let status = self.read(mote, &format!("/c/{id}/status"))?;
        let mut lines = status.lines().filter_map(|line| line.split_once(' '));
        let found = lines.find(|(of, _)| *of == name);
        Ok(found.map_or_else(String::new, |(_, value)| value.to_string()))
    }
}
