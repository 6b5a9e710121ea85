//! Containers of kind "stack composition": the node's radio stacks, and the frames that they send and receive.
//!
//! All stacks of a node are one composition, so one container of that kind runs at a time. It has the life of any other:
//! signed, stored, tried, confirmed or fallen back from (`docs/spec/lifecycle.md`). What a start is to a script is to it
//! that its stacks were composed; a newer one is prepared beside it and switched to at once.

use crate::config::{Board, Flash};
use crate::engine::{Function, Given};
use crate::inner::Inner;
use crate::life::Reason;
use crate::node::Node;
use crate::run::JobKind;
use motebox_crime::{
    Address, Attr, Event, FRAME_BYTES, Frame, Ignored, Info, NEVER, Network, Op, PACKET_BYTES, Refused,
    SendError,
};
use motebox_script::message::Message;
use motebox_store::Slot;

/// Bytes of the longest composition message that a node takes.
pub const MAX_COMPOSITION: usize = 512;

/// The stacks, and whose they are.
pub(crate) struct Stacks<'n> {
    pub(crate) network: Option<Network<'n>>,
    /// The container whose composition runs, with its slot and sequence.
    of: Option<(usize, Slot, u32)>,
    /// What came out of a stack last and nobody has taken yet, with its payload.
    event: Option<Event>,
    payload: [u8; PACKET_BYTES],
}

impl Stacks<'_> {
    pub(crate) const fn new() -> Self {
        Stacks {
            network: None,
            of: None,
            event: None,
            payload: [0; PACKET_BYTES],
        }
    }

    /// The stacks of this container end, if they run: what they have begun they may finish.
    pub(crate) fn end(&mut self, pair: usize, now: u64) {
        if self.of.is_some_and(|(of, ..)| of == pair) {
            self.of = None;
            if let Some(network) = &mut self.network {
                network.dissolve(now);
            }
        }
    }

    /// What is to be taken next.
    fn look(&mut self) -> Option<Event> {
        if self.event.is_none() {
            self.event = self.network.as_mut()?.next_event(&mut self.payload);
        }
        self.event
    }

    /// Lets the stacks work. Returns when to come again.
    pub(crate) fn poll(&mut self, now: u64) -> u64 {
        self.network.as_mut().map_or(NEVER, |network| network.poll(now))
    }
}

fn explain(refused: &Refused, error: &mut Message) {
    let (number, detail) = refused.why.number();
    error
        .text("composition refused: ")
        .number(number.into())
        .text(" (")
        .number(detail)
        .text(") at module ")
        .number(refused.module.into());
}

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    /// Composes the stacks of a container that was checked. `true` when they run, or did already.
    pub(crate) fn start_stacks(&mut self, pair: usize, slot: Slot) -> bool {
        let info = self.store.info(slot);
        let this = (pair, slot, info.sequence);
        if self.stacks.of == Some(this) {
            // It was fallen back to before anything else had taken its place.
            return true;
        }
        let mut error = Message::new();
        error.number(info.sequence).text(": ");
        if self.stacks.of.is_some_and(|(of, ..)| of != pair) {
            error.text("another container has the stacks");
        } else {
            match self.compose(slot, info.payload_len) {
                Ok(()) => {
                    self.stacks.of = Some(this);
                    return true;
                }
                Err(Some(refused)) => explain(&refused, &mut error),
                Err(None) => {
                    error.text("the composition cannot be read");
                }
            }
        }
        self.log_line(pair, error.as_str().as_bytes());
        if let Some(life) = self.lives.get_mut(pair) {
            life.error = error;
        }
        self.end_badly(pair, slot, Reason::Threw);
        false
    }

    /// Makes the next packet that came for this container its engine's job.
    pub(crate) fn next_packet(&mut self, pair: usize) -> bool {
        let Some(event) = self.stacks.look() else {
            return false;
        };
        let Some(callback) = self.receiver(pair, event.channel) else {
            return false;
        };
        self.stacks.event = None;
        let Some(engine) = self.engines.get_mut(pair).filter(|_| event.op == Op::Recv) else {
            // How a packet of its own went: no script is told.
            return true;
        };
        let mut from = Message::new();
        motebox_script::radio::tell_address(event.from.0, &mut from);
        let info = [
            ("hops", f64::from(event.hops)),
            ("rssi", f64::from(event.rssi_dbm)),
            ("lqi", f64::from(event.lqi)),
        ];
        let given = [
            Given::Bytes(self.stacks.payload.get(..event.len).unwrap_or(&[])),
            Given::Str(from.as_str().as_bytes()),
            Given::Numbers(&info),
        ];
        if engine.call(callback, &given) {
            self.begin_job(pair, JobKind::Answer);
        }
        true
    }

    /// The function of a container that receives from a channel.
    fn receiver(&self, pair: usize, channel: u16) -> Option<Function> {
        let receivers = &self.setups.get(pair)?.receivers;
        receivers
            .iter()
            .find(|(of, _)| *of == channel)
            .map(|(_, callback)| *callback)
    }

    #[inline(never)]
    fn compose(&mut self, slot: Slot, length: u32) -> Result<(), Option<Refused>> {
        let mut room = [0; MAX_COMPOSITION];
        let message = room.get_mut(..length as usize).ok_or(None)?;
        self.store
            .read(&mut self.flash, slot, 0, message)
            .map_err(|_| None)?;
        let network = self.stacks.network.as_mut().ok_or(None)?;
        network.compose_message(self.now, message).map_err(Some)
    }
}

/// The radio's side of a node (cargo feature `stacks`).
impl<'n, F: Flash, B: Board, const N: usize> Node<'n, F, B, N> {
    /// Gives the node its stacks: before the first [`Node::poll`]. A node without takes no container of kind
    /// "composition". Its memory takes two compositions at a time: the one that runs, and the one that is prepared.
    pub fn set_network(&mut self, network: Network<'n>) {
        self.inner.stacks.network = Some(network);
    }

    /// Takes in a frame from the radio; [`Node::poll`] is due after it.
    ///
    /// # Errors
    /// Why the frame was left alone; [`Ignored::Channel`] also where there are no stacks.
    pub fn radio_receive(&mut self, now: u64, frame: &[u8], info: Info) -> Result<(), Ignored> {
        match &mut self.inner.stacks.network {
            Some(network) => network.receive(now, frame, info),
            None => Err(Ignored::Channel(0)),
        }
    }

    /// The next frame to transmit: to be asked for after every call, until none comes. What was given before counts as
    /// sent, unless [`Node::frame_done`] has said otherwise.
    pub fn next_frame(&mut self, now: u64, out: &mut [u8; FRAME_BYTES]) -> Option<Frame> {
        self.inner.stacks.network.as_mut()?.next_frame(now, out)
    }

    /// Tells how the frame that was given last went.
    pub fn frame_done(&mut self, now: u64, sent: bool) {
        if let Some(network) = &mut self.inner.stacks.network {
            network.frame_done(now, sent);
        }
    }

    /// The next thing that a stack has for the firmware: to be asked for after every call, until none comes. What a script
    /// receives from is the script's and does not come here. A payload that is longer than `payload` is cut.
    pub fn next_stack_event(&mut self, payload: &mut [u8]) -> Option<Event> {
        let event = self.inner.stacks.look()?;
        if (0..N).any(|pair| self.inner.receiver(pair, event.channel).is_some()) {
            return None;
        }
        self.inner.stacks.event = None;
        for (to, from) in payload.iter_mut().zip(&self.inner.stacks.payload) {
            *to = *from;
        }
        Some(Event {
            len: event.len.min(payload.len()),
            ..event
        })
    }

    /// Sends a payload of the firmware's down the stack of a channel.
    ///
    /// # Errors
    /// Why it was not taken; [`SendError::Channel`] also where there are no stacks.
    pub fn stack_send(
        &mut self,
        now: u64,
        channel: u16,
        to: Address,
        payload: &[u8],
    ) -> Result<(), SendError> {
        self.stack_send_with(now, channel, to, payload, &[])
    }

    /// [`Node::stack_send`] with attributes of the packet, such as the number of the chunk that a stack has asked for.
    ///
    /// # Errors
    /// As [`Node::stack_send`].
    pub fn stack_send_with(
        &mut self,
        now: u64,
        channel: u16,
        to: Address,
        payload: &[u8],
        attrs: &[(Attr, u16)],
    ) -> Result<(), SendError> {
        match &mut self.inner.stacks.network {
            Some(network) => network.send_with(now, channel, to, payload, attrs),
            None => Err(SendError::Channel(channel)),
        }
    }

    /// The stacks, to look at.
    pub fn network(&self) -> Option<&Network<'n>> {
        self.inner.stacks.network.as_ref()
    }
}
