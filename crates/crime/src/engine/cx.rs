//! What a module sees of the engine while one of its operations runs.

use super::memory::{BOTTOM, Module, NEVER, NONE, Slot, Use};
use super::timers::micros;
use super::walk::end;
use super::{MAX_SPAWNED, Network};
use crate::{Address, Attr, Descriptor, Flow, Op, Packet, Scope};

/// The world of a module for the time of one call: its parameters, state and timers, the current packet, and what
/// the engine does for it.
#[derive(Debug)]
pub struct Cx<'a, 'm> {
    pub(super) net: &'a mut Network<'m>,
    pub(super) module: u8,
    /// The module at which the walk came out of a stack that is merged into it.
    pub(super) merged: u8,
    pub(super) timer: u8,
}

impl Cx<'_, '_> {
    /// Microseconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.net.now
    }

    /// This node's address.
    #[must_use]
    pub fn address(&self) -> Address {
        self.net.address
    }

    /// The packet that is on the walk. During `Open`, `Close` and `Timer` it is empty.
    pub fn packet(&mut self) -> &mut Packet {
        &mut self.net.current
    }

    /// The packet that is on the walk, to look at.
    #[must_use]
    pub fn current(&self) -> &Packet {
        &self.net.current
    }

    /// An attribute of the current packet.
    #[must_use]
    pub fn get(&self, attr: Attr) -> u16 {
        self.net.current.get(attr)
    }

    /// Sets an attribute of the current packet.
    pub fn set(&mut self, attr: Attr, value: u16) {
        self.net.current.set(attr, value);
    }

    /// Whether the walk came out of a stack that is merged into this module.
    #[must_use]
    pub fn merged(&self) -> bool {
        self.merged == self.module
    }

    /// The module's own entry in the registry: for a handler that is shared by several, and finds there which one it is.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        self.net.descriptor(self.module)
    }

    /// The number of the timer that expired, for `Op::Timer`.
    #[must_use]
    pub fn timer(&self) -> u8 {
        self.timer
    }

    /// A parameter, by index; within its range.
    #[must_use]
    pub fn param(&self, index: u8) -> u32 {
        self.net.param(self.module, index)
    }

    /// [`Self::param`] without a call, for what every packet passes.
    #[inline(always)]
    pub(crate) fn param_here(&self, index: u8) -> u32 {
        self.net.param_here(self.module, index)
    }

    /// A parameter in milliseconds, as microseconds.
    #[must_use]
    pub fn param_us(&self, index: u8) -> u64 {
        micros(self.param(index))
    }

    /// The module's state: as many words as its descriptor says, all 0 when it is opened.
    pub fn state(&mut self) -> &mut [u32] {
        self.net.state(self.module)
    }

    /// The state of the first module of this composition with registry id `id`; empty when there is none.
    pub fn peer(&mut self, id: u8) -> &mut [u32] {
        match self.net.find_module(self.net.half_of(self.module), id) {
            Some(module) => self.net.state(module),
            None => &mut [],
        }
    }

    /// A parameter of the first module of this composition with registry id `id`; 0 when there is none.
    #[must_use]
    pub fn peer_param(&self, id: u8, index: u8) -> u32 {
        self.net
            .find_module(self.net.half_of(self.module), id)
            .map_or(0, |module| self.net.param(module, index))
    }

    /// A parameter of the module of this stack with registry id `id`; 0 when there is none.
    #[must_use]
    pub fn stack_param(&self, id: u8, index: u8) -> u32 {
        let stack = self.net.stack_of(self.module);
        let modules = (stack.first, stack.first.saturating_add(stack.count));
        self.net
            .find_module(modules, id)
            .map_or(0, |module| self.net.param(module, index))
    }

    /// Whether an application is the module above this one.
    #[must_use]
    pub fn below_application(&self) -> bool {
        let stack = self.net.stack_of(self.module);
        self.module < stack.top() && self.net.descriptor(self.module + 1).scope == Scope::Input
    }

    /// Starts a timer, or sets it anew; it expires once, `after_us` from now.
    pub fn arm(&mut self, timer: u8, after_us: u64) {
        let at = self.net.now.saturating_add(after_us).max(1);
        self.set_timer(timer, at);
    }

    /// Stops a timer.
    pub fn disarm(&mut self, timer: u8) {
        self.set_timer(timer, 0);
    }

    fn set_timer(&mut self, timer: u8, at: u64) {
        if let Some(word) = self.net.timer_word(self.module, timer) {
            self.net.set_deadline(word, at);
        }
    }

    /// When a timer expires; [`crate::NEVER`] when it is off.
    #[must_use]
    pub fn deadline(&self, timer: u8) -> u64 {
        self.net
            .timer_word(self.module, timer)
            .map_or(NEVER, |word| self.net.deadline(word))
    }

    /// A number from 0 to `below` - 1; 0 when `below` is 0.
    pub fn random(&mut self, below: u32) -> u32 {
        self.net.random(below)
    }

    /// A time from half of `interval_ms` to all of it, in microseconds: how Rime spreads packets.
    pub fn random_half_us(&mut self, interval_ms: u32) -> u64 {
        let half = interval_ms / 2;
        micros(half + self.random(half))
    }

    /// Keeps a copy of the current packet, in place of the one kept before. False when no slot is free.
    pub fn hold(&mut self) -> bool {
        self.release();
        self.net.store(Use::Held, Op::Open, self.module)
    }

    /// Keeps a copy of the current packet behind those kept already; [`Self::held`], [`Self::recall`] and
    /// [`Self::release`] are about the oldest. For modules whose descriptor allows several. False when no slot is free.
    pub fn enqueue(&mut self) -> bool {
        self.net.store(Use::Held, Op::Open, self.module)
    }

    /// The packet kept.
    #[must_use]
    pub fn held(&self) -> Option<&Packet> {
        let slot = self.net.oldest(Use::Held.bit(), self.module);
        self.net.memory.slots.get(slot).map(|slot| &slot.packet)
    }

    /// Makes the packet kept the current one, and goes on keeping it. False when there is none.
    pub fn recall(&mut self) -> bool {
        let slot = self.net.oldest(Use::Held.bit(), self.module);
        self.net.load(slot)
    }

    /// Keeps no packet any more. True when there was one.
    pub fn release(&mut self) -> bool {
        let slot = self.net.oldest(Use::Held.bit(), self.module);
        self.net.free(slot)
    }

    /// Begins another walk from this module with a copy of the current packet, after the present walk:
    /// `Flow::Turn` or `Flow::Merged`. False when no slot is free or `flow` is neither.
    pub fn spawn(&mut self, flow: Flow) -> bool {
        match flow {
            Flow::Turn(op) => self.net.store(Use::Walk, op, self.module),
            Flow::Merged(op) => self.net.store(Use::Merged, op, self.module),
            _ => false,
        }
    }

    /// Leaves a copy of the current packet, or an outcome, for the application, and the walk goes on; where it ends with
    /// that, [`Flow::Deliver`] takes less. False when there is no slot.
    pub fn deliver(&mut self, op: Op) -> bool {
        let delivered = self.net.deliver(self.module, op);
        self.net.settle();
        delivered
    }
}

impl<'m> Network<'m> {
    /// The world of a module.
    pub(super) fn at(&mut self, module: u8) -> Cx<'_, 'm> {
        Cx {
            net: self,
            module,
            merged: NONE,
            timer: 0,
        }
    }

    /// Calls one module, outside of a walk.
    pub(super) fn call(&mut self, module: u8, op: Op, timer: u8) -> Flow {
        let &Module { handler, ops, .. } = self.record(module);
        let Some(handler) = handler else {
            // Only a trigger sends outside of a walk, and nobody looks at the answer to another operation.
            return end(ops & BOTTOM);
        };
        let mut cx = self.at(module);
        cx.timer = timer;
        handler(&mut cx, op)
    }

    /// The walk that modules have asked for first.
    pub(super) fn next_spawned(&self) -> usize {
        self.oldest(Use::Walk.bit() | Use::Merged.bit(), NONE)
    }

    /// Runs the walks that modules have asked for, so many at most.
    pub(super) fn run_spawned(&mut self) {
        for _ in 0..MAX_SPAWNED {
            let slot = self.next_spawned();
            let Some(&Slot { used, op, module, .. }) = self.memory.slots.get(slot) else {
                return;
            };
            self.load(slot);
            self.free(slot);
            let flow = if used == Use::Merged {
                Flow::Merged(op)
            } else {
                Flow::Turn(op)
            };
            self.walk_on(module, op, Some(flow));
        }
    }
}
