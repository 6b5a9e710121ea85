//! The mote: the node, its clock and its loop, as any product has them.

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};
use motebox::coap::{Endpoint, Peer, Request, Security};
use motebox::script::device::{DeviceError, Devices, Values};
use motebox::{Answer, Board, Flash, Node, RequestId};
use motebox_firmware::board::{self, ChipFlash};
use motebox_firmware::probe::{self, Phase};
use motebox_hal::{Clock, Mapped, Table};

use crate::PDU_BYTES;
use crate::room::{self, EVENTS, Event};

/// The node of this firmware.
pub type TheNode = Node<'static, Heard, Desk, 2>;

/// Containers' lines stay in their log rings, where the operator reads them.
pub fn nowhere(_: &str, _: &[u8]) {}

/// The chip's flash, and an ear for the engine's first look at a script: there its compilation begins.
pub struct Heard(pub Mapped<ChipFlash>);

impl ErrorType for Heard {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Heard {
    const READ_SIZE: usize = Mapped::<ChipFlash>::READ_SIZE;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        self.0.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl NorFlash for Heard {
    const WRITE_SIZE: usize = Mapped::<ChipFlash>::WRITE_SIZE;
    const ERASE_SIZE: usize = Mapped::<ChipFlash>::ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        self.0.erase(from, to)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        self.0.write(offset, bytes)
    }
}

impl Flash for Heard {
    fn mapped(&self) -> Option<&[u8]> {
        if probe::current() == Phase::Start {
            probe::enter(Phase::Compile);
        }
        self.0.mapped()
    }
}

/// The board table, and an ear for the first call of a script: there its compilation has ended.
pub struct Desk(pub Table<'static, fn(&str, &[u8]), 5>);

impl Devices for Desk {
    fn by_name(&self, name: &[u8]) -> Option<u16> {
        if probe::current() == Phase::Compile {
            probe::enter(Phase::Run);
        }
        self.0.by_name(name)
    }

    fn by_class(&self, class: u8) -> Option<u16> {
        self.0.by_class(class)
    }

    fn class_number(&self, name: &str) -> Option<u8> {
        self.0.class_number(name)
    }

    fn read(&mut self, device: u16, axis: u8) -> Result<(i16, i8), DeviceError> {
        self.0.read(device, axis)
    }

    fn write_scale(&self, device: u16) -> i8 {
        self.0.write_scale(device)
    }

    fn write(&mut self, device: u16, values: &Values) -> Result<(), DeviceError> {
        self.0.write(device, values)
    }

    fn safe_value(&self, device: u16) -> Option<Values> {
        self.0.safe_value(device)
    }
}

impl Board for Desk {
    fn log(&mut self, container: &str, piece: &[u8]) {
        self.0.log(container, piece);
    }
}

/// The poll in a frame of its own: inlined, part of what it takes of the stack would count as its caller's.
#[inline(never)]
fn poll(node: &mut TheNode, now: u64) -> u64 {
    node.poll(now)
}

/// The same for a datagram.
#[inline(never)]
fn handle(node: &mut TheNode, request: &Request<'_>, answer: &mut [u8; PDU_BYTES]) -> Answer {
    node.handle(request, answer)
}

/// A request that a script sent to the cloud, as far as the scenario looks at it.
#[derive(Clone, Copy)]
pub struct Told {
    /// Names it.
    pub id: RequestId,
    /// It said ALARM! to the right address.
    pub right: bool,
}

/// A node that runs.
pub struct Mote {
    node: &'static mut TheNode,
    clock: Clock,
    deadline: u64,
    /// What the poll that comes counts for.
    pub phase: Phase,
    /// What it counts for from the next event on.
    pub on_event: Option<Phase>,
    /// The newest request to the cloud.
    pub told: Option<Told>,
    /// Requests to the cloud so far.
    pub requests: u32,
    /// Answers of the cloud so far.
    pub answered: u32,
}

impl Mote {
    /// A node that was just made.
    pub fn new(node: &'static mut TheNode, clock: Clock) -> Self {
        Mote {
            node,
            clock,
            deadline: 0,
            phase: Phase::Poll,
            on_event: None,
            told: None,
            requests: 0,
            answered: 0,
        }
    }

    /// Microseconds since the start.
    pub fn now(&mut self) -> u64 {
        self.clock.now_us(board::counter())
    }

    /// Goes through the loop once: events, one poll, the requests of scripts.
    pub fn turn(&mut self) {
        let now = self.now();
        while let Some(event) = EVENTS.take() {
            self.phase = self.on_event.take().unwrap_or(self.phase);
            match event {
                Event::Sampled(channel, raw) => {
                    room::sampled(channel, raw);
                    self.node.device_changed(channel as u16, now);
                }
                Event::CloudAnswers => self.cloud_answers(),
            }
        }
        probe::enter(self.phase);
        self.deadline = poll(self.node, now);
        let ended = probe::enter(Phase::Scenario);
        // A start goes on in the next slice with what it has come to.
        if matches!(ended, Phase::Compile | Phase::Run) {
            self.phase = ended;
        }
        while let Some(outgoing) = self.node.next_request() {
            let right = outgoing.payload == b"ALARM!" && outgoing.path().eq([b"coap".as_slice()]);
            self.told = Some(Told {
                id: outgoing.id,
                right: right && outgoing.endpoint.port == 5683,
            });
            self.requests += 1;
            room::ask_cloud();
        }
        // Nobody observes here, and no script asks for a reboot; a product sends the one, and does the other.
        let mut notification = [0; PDU_BYTES];
        while self.node.next_notification(now, &mut notification).is_some() {}
        if self.node.take_reboot() {
            self.node.shut_down();
            cortex_m::peripheral::SCB::sys_reset()
        }
    }

    /// Sleeps until an interrupt, unless there is something to do.
    pub fn sleep(&mut self) {
        let now = self.now();
        if self.deadline > now {
            // An interrupt that comes between the question and the sleep ends it at once: it pends meanwhile.
            cortex_m::interrupt::disable();
            if EVENTS.is_empty() {
                cortex_m::asm::wfi();
            }
            // SAFETY: no critical section is open here.
            unsafe { cortex_m::interrupt::enable() };
        }
    }

    /// When the node wants to be polled again.
    pub fn deadline(&self) -> u64 {
        self.deadline
    }

    /// Polls, for this phase, until there is nothing to do before a later time.
    pub fn settle(&mut self, phase: Phase) {
        self.phase = phase;
        self.turn();
        while self.deadline <= self.now() {
            self.turn();
        }
        self.phase = Phase::Poll;
    }

    fn cloud_answers(&mut self) {
        if let Some(told) = self.told {
            // 2.04 without a body.
            self.node.completed(told.id, Some((0x44, &[])));
            self.answered += 1;
        }
    }

    /// Hands a datagram in until it is answered, polling in between. Returns the length of the answer, 0 for none.
    pub fn handle(&mut self, datagram: &[u8], phase: Phase, answer: &mut [u8; PDU_BYTES]) -> usize {
        // An address of the documentation's, and a port.
        let from = b"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x99\x16\x33";
        loop {
            let request = Request {
                datagram,
                length_bytes: datagram.len(),
                peer: Peer {
                    endpoint: Endpoint::new(from).unwrap_or(Endpoint::NONE),
                    security: Security::None,
                    identity: &[],
                },
                multicast: false,
                from_self: false,
                max_response_bytes: PDU_BYTES,
                now: self.now(),
            };
            probe::enter(phase);
            let outcome = handle(self.node, &request, answer);
            probe::enter(Phase::Scenario);
            match outcome {
                Answer::Send(length) => return length,
                Answer::Pending => {
                    let before = core::mem::replace(&mut self.phase, phase);
                    self.turn();
                    self.phase = before;
                }
                _ => return 0,
            }
        }
    }
}
