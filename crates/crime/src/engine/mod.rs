//! The network of one node: what is composed, and what drives it. It knows no protocol.

mod check;
mod cx;
mod draft;
mod memory;
mod pool;
mod spec;
mod timers;
mod walk;

pub use cx::Cx;
pub use memory::{Memory, Module, NEVER, Pipe, Slot, Stack, Stats, Storage};
pub use spec::{Cost, ModuleSpec, Refused, StackSpec, Trigger, Why};
pub use walk::MAX_STEPS;

use core::cell::Cell;

use memory::{NONE, Span, Use};
use pool::NO_SLOT;

use crate::packet::copy;
use crate::wire::{self, Framing, Link};
use crate::{Address, Attr, Descriptor, Op, PACKET_BYTES, Packet};

/// The longest frame: a packet and the longest MAC header.
pub const FRAME_BYTES: usize = PACKET_BYTES + 9;

/// The most walks that modules' requests may start in one call from outside; more wait for the next `poll`.
const MAX_SPAWNED: u8 = 32;

/// What a node is told when it is made.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The node's address.
    pub address: Address,
    /// Seeds the delays that modules choose. Nodes of one network need different ones.
    pub seed: u32,
    /// How frames look.
    pub framing: Framing,
}

/// What the radio knows of a received frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Received signal strength, dBm.
    pub rssi_dbm: i16,
    /// Link quality indicator.
    pub lqi: u8,
    /// Link addresses, where the framing is raw and the radio has them beside the frame.
    pub link: Link,
}

/// Why a received frame went nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Ignored {
    /// It is not of this node's MAC framing, or of another PAN.
    Framing,
    /// Its MAC header names another node.
    NotForUs,
    /// It is shorter than its header, or longer than [`PACKET_BYTES`].
    Length,
    /// There is no stack on this channel.
    Channel(u16),
}

/// Why a payload was not sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SendError {
    /// There is no stack with an application on this channel.
    Channel(u16),
    /// The payload is longer than this many bytes.
    TooLong(usize),
}

/// A frame to transmit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    /// Its length in bytes.
    pub len: usize,
    /// Whom it is for (0.0: everybody), and who this node is: for a radio that writes the MAC header itself.
    pub link: Link,
    /// Its channel.
    pub channel: u16,
}

/// Something for the application.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// What: `Recv`, `Sent`, `Dropped`, `TimedOut`, `ReadChunk` or `WriteChunk`.
    pub op: Op,
    /// The channel of the stack.
    pub channel: u16,
    /// Where the packet comes from, if that is known: end to end where the stack has ends.
    pub from: Address,
    /// Hops that it took, where the stack counts them.
    pub hops: u8,
    /// Signal strength of its last hop, dBm.
    pub rssi_dbm: i16,
    /// Link quality of its last hop.
    pub lqi: u8,
    /// Number of the chunk, for `ReadChunk` and `WriteChunk`.
    pub chunk: u16,
    /// Length of the payload.
    pub len: usize,
}

/// The experimental network of one node: stacks, packets on their way, and time.
///
/// Bytes lie before words, and the current packet last: a Cortex-M0 reaches near fields with less code.
#[repr(C)]
#[derive(Debug)]
pub struct Network<'m> {
    /// Uses that a slot may have; what is not in it, none has.
    uses: Cell<u8>,
    /// The use of the slot that is the current packet's, if no other one had this use when it got it.
    alone: u8,
    /// The module that the next refusal of a draft is about.
    blame: u8,
    /// The module that the first refusal of a draft was about.
    culprit: u8,
    active: Span,
    old: Span,
    draft: Span,
    framing: Framing,
    address: Address,
    /// Why a draft is refused: what was wrong first.
    fault: Option<Why>,
    memory: Memory<'m>,
    registry: &'m [&'m Descriptor],
    /// The slot that is the current packet's; it lies in `current` as yet. [`NO_SLOT`] for none.
    lent: usize,
    /// The slot of the frame that the radio has; [`NO_SLOT`] for none.
    air: usize,
    now: u64,
    old_until: u64,
    order: u32,
    rng: u32,
    current: Packet,
    mac_sequence: u8,
}

impl<'m> Network<'m> {
    /// A node without stacks. `registry` is the modules that compositions may name, e.g.
    /// [`crate::modules::REGISTRY`].
    #[must_use]
    pub fn new(memory: Memory<'m>, registry: &'m [&'m Descriptor], config: Config) -> Network<'m> {
        let Memory {
            stacks,
            modules,
            words,
            slots,
        } = memory;
        let memory = Memory {
            stacks: first(stacks, usize::from(NONE) - 1),
            modules: first(modules, usize::from(NONE) - 1),
            words: first(words, usize::from(u16::MAX)),
            slots,
        };
        let mut network = Network {
            memory,
            registry,
            current: Packet::EMPTY,
            now: 0,
            old_until: NEVER,
            active: Span::default(),
            old: Span::default(),
            draft: Span::default(),
            order: 0,
            rng: config.seed ^ 0x9e37_79b9,
            address: config.address,
            framing: config.framing,
            alone: 0,
            mac_sequence: 0,
            blame: 0,
            culprit: 0,
            fault: None,
            uses: Cell::new(0),
            lent: NO_SLOT,
            air: NO_SLOT,
        };
        if network.rng == 0 {
            network.rng = 1;
        }
        for slot in network.memory.slots.iter_mut() {
            slot.used = Use::Free;
        }
        network.memory.modules.fill(Module::VOID);
        network.memory.stacks.fill(Stack::VOID);
        network.mac_sequence = network.random(256) as u8;
        network
    }

    /// This node's address.
    #[must_use]
    pub fn address(&self) -> Address {
        self.address
    }

    /// The stacks that run.
    #[must_use]
    pub fn stacks(&self) -> &[Stack] {
        let (from, to) = self.active.stacks;
        self.memory
            .stacks
            .get(usize::from(from)..usize::from(to))
            .unwrap_or(&[])
    }

    /// The state of a running module, by the channel of its stack and its registry id; empty when there is none.
    /// What it holds, the module's file says.
    #[must_use]
    pub fn module_state(&self, channel: u16, id: u8) -> &[u32] {
        let mut running = self.stacks().iter();
        let Some(&Stack { first, count, .. }) = running.find(|stack| stack.pipe.channel == channel) else {
            return &[];
        };
        let Some(module) = self.find_module((first, first + count), id) else {
            return &[];
        };
        let &Module { state, end, .. } = self.record(module);
        self.memory
            .words
            .get(usize::from(state)..usize::from(end))
            .unwrap_or(&[])
    }

    /// Bytes of the Rime header of each packet of a running stack, channel number included.
    #[must_use]
    pub fn header_bytes(&self, stack: &Stack) -> usize {
        2 + usize::from(stack.header_bytes)
    }

    /// Takes in a frame from the radio. At most [`MAX_STEPS`] module calls, and those of the walks that they
    /// ask for.
    ///
    /// # Errors
    /// Why the frame went nowhere; nothing has changed then.
    pub fn receive(&mut self, now: u64, frame: &[u8], info: Info) -> Result<(), Ignored> {
        self.set_now(now);
        let (link, rime) = self.framing.decapsulate(frame).ok_or(Ignored::Framing)?;
        let link = link.unwrap_or(info.link);
        if !link.to.is_none() && link.to != self.address {
            return Err(Ignored::NotForUs);
        }
        let (channel, rest) = rime.split_first_chunk::<2>().ok_or(Ignored::Length)?;
        let channel = u16::from_le_bytes(*channel);
        let mut stack = self.stack_on(self.active, channel);
        if stack == NONE {
            stack = self.stack_on(self.old, channel);
        }
        self.fresh();
        let Some(stack) = self.memory.stacks.get_mut(usize::from(stack)) else {
            return Err(Ignored::Channel(channel));
        };
        let (header, payload) = rest
            .split_at_checked(usize::from(stack.header_bytes))
            .filter(|_| rime.len() <= PACKET_BYTES)
            .ok_or(Ignored::Length)?;
        stack.pipe.stats.frames_in = stack.pipe.stats.frames_in.wrapping_add(1);
        self.current.set(Attr::Sender, link.from.value());
        self.current.set(Attr::Receiver, link.to.value());
        self.current.set(Attr::Rssi, info.rssi_dbm as u16);
        self.current.set(Attr::Lqi, u16::from(info.lqi));
        self.current.set_payload(payload);
        let fields = stack.fields().iter().copied();
        wire::unpack(header, fields, self.current.attrs_mut());
        let first = stack.first;
        self.walk(first, Op::Recv);
        Ok(())
    }

    /// Sends `payload` through the stack on `channel`, to a node or, with 0.0, to whom the stack's parameters
    /// say. What becomes of it is an event later.
    ///
    /// # Errors
    /// No such stack, or a payload that fits no packet; nothing has changed then.
    pub fn send(&mut self, now: u64, channel: u16, to: Address, payload: &[u8]) -> Result<(), SendError> {
        self.send_with(now, channel, to, payload, &[])
    }

    /// [`Self::send`], with further attributes for the modules on the way.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub fn send_with(
        &mut self,
        now: u64,
        channel: u16,
        to: Address,
        payload: &[u8],
        attrs: &[(Attr, u16)],
    ) -> Result<(), SendError> {
        self.set_now(now);
        let stack = self.stack_on(self.active, channel);
        let module = match self.memory.stacks.get(usize::from(stack)) {
            Some(stack) if stack.parent == NONE => stack.top(),
            _ => return Err(SendError::Channel(channel)),
        };
        let packet = self.fresh();
        if !packet.fill(payload) {
            return Err(SendError::TooLong(PACKET_BYTES));
        }
        packet.set(Attr::EReceiver, to.value());
        for (attr, value) in attrs {
            packet.set(*attr, *value);
        }
        self.walk(module, Op::Send);
        Ok(())
    }

    /// Does what is due, and says when it wants to be called again ([`NEVER`]: not before something else
    /// happens). A call from outside may bring that time forward, so it is asked again after each.
    pub fn poll(&mut self, now: u64) -> u64 {
        self.set_now(now);
        self.run_spawned();
        self.sweep(true);
        self.run_spawned();
        self.drain();
        if self.next_spawned() != NO_SLOT {
            self.now
        } else {
            self.sweep(false)
        }
    }

    /// The next frame for the radio, if there is one. The one before counts as transmitted, unless
    /// [`Self::frame_done`] has said otherwise.
    pub fn next_frame(&mut self, now: u64, out: &mut [u8; FRAME_BYTES]) -> Option<Frame> {
        if self.air != NO_SLOT {
            self.frame_done(now, true);
        }
        let slot = self.take(Use::Out, Use::Air);
        let sequence = self.mac_sequence;
        self.mac_sequence = sequence.wrapping_add(1);
        let module = self.memory.slots.get(slot)?.module;
        self.air = slot;
        let packet = self.packet_of(slot);
        let rime = packet.payload();
        let channel = u16::from_le_bytes(*rime.first_chunk::<2>()?);
        let link = Link {
            from: self.address,
            to: packet.address(Attr::Receiver),
        };
        let len = self.framing.encapsulate(sequence, link, rime, out)?;
        if let Some(pipe) = self.pipe_here(module) {
            pipe.stats.frames_out = pipe.stats.frames_out.wrapping_add(1);
        }
        Some(Frame { len, link, channel })
    }

    /// What became of the frame that [`Self::next_frame`] gave last: on the air, or given up by the MAC (no
    /// acknowledgement, no free channel). Does nothing when there is none.
    pub fn frame_done(&mut self, now: u64, sent: bool) {
        let air = core::mem::replace(&mut self.air, NO_SLOT);
        let Some(slot) = self.memory.slots.get_mut(air) else {
            return;
        };
        slot.used = Use::Free;
        let module = slot.module;
        if self.lent == air {
            // Its attributes are there still.
            self.lent = NO_SLOT;
            self.current.set_empty();
        } else {
            self.settle();
            if let Some(slot) = self.memory.slots.get(air) {
                self.current.copy_attrs(&slot.packet);
            }
        }
        self.set_now(now);
        let op = if sent { Op::Sent } else { Op::Dropped };
        self.walk(module, op);
    }

    /// The next thing for the application: a received payload, copied to `payload` (as much as fits; `len`
    /// is all of it), or the outcome of something sent.
    pub fn next_event(&mut self, payload: &mut [u8]) -> Option<Event> {
        let mut slot = NO_SLOT;
        if self.uses.get() & Use::In.bit() != 0 {
            slot = self.take(Use::In, Use::Free);
        }
        let Some(&Slot { op, module, .. }) = self.memory.slots.get(slot) else {
            let (op, channel) = self.next_outcome()?;
            return Some(Event {
                op,
                channel,
                from: Address::NONE,
                hops: 0,
                rssi_dbm: 0,
                lqi: 0,
                chunk: 0,
                len: 0,
            });
        };
        let packet = self.packet_of(slot);
        copy(payload, packet.payload());
        let event = Event {
            op,
            channel: self.stack_of(module).pipe.channel,
            from: packet.source(),
            hops: packet.get(Attr::Hops) as u8,
            rssi_dbm: packet.get(Attr::Rssi) as i16,
            lqi: packet.get(Attr::Lqi) as u8,
            chunk: packet.get(Attr::Chunk),
            len: packet.payload().len(),
        };
        if self.lent == slot {
            self.lent = NO_SLOT;
        }
        Some(event)
    }

    /// The next outcome that the application has not been told, and the channel.
    fn next_outcome(&mut self) -> Option<(Op, u16)> {
        let (from, to) = self.active.stacks;
        for stack in self.memory.stacks.get_mut(usize::from(from)..usize::from(to))? {
            for (outcome, count) in stack.pipe.untold.iter_mut().enumerate() {
                if *count != 0 {
                    *count -= 1;
                    let op = match outcome {
                        0 => Op::Sent,
                        1 => Op::Dropped,
                        _ => Op::TimedOut,
                    };
                    return Some((op, stack.pipe.channel));
                }
            }
        }
        None
    }

    #[inline(never)]
    fn set_now(&mut self, now: u64) {
        // Never back, and never so far that a deadline would not fit: 2^62 microseconds are 146,000 years.
        if self.now < now {
            self.now = now.min(1 << 62);
        }
    }

    /// Xorshift: good enough to spread packets, and not for secrets.
    fn random(&mut self, below: u32) -> u32 {
        self.rng ^= self.rng << 13;
        self.rng ^= self.rng >> 17;
        self.rng ^= self.rng << 5;
        self.rng.checked_rem(below).unwrap_or(0)
    }

    /// The first stack on a channel, or [`NONE`].
    fn stack_on(&self, span: Span, channel: u16) -> u8 {
        let (from, to) = span.stacks;
        let on = |at: &u8| self.stack(*at).pipe.channel == channel;
        (from..to).find(on).unwrap_or(NONE)
    }
}

/// The first `most` records, or all.
fn first<T>(records: &mut [T], most: usize) -> &mut [T] {
    let most = most.min(records.len());
    records.get_mut(..most).unwrap_or(&mut [])
}
