//! The packet slots, and the records behind a module's number.

use super::Network;
use super::memory::{Memory, Module, NONE, Pipe, Stack, Use};
use crate::{Descriptor, Op, Packet, wire};

/// No slot.
pub(super) const NO_SLOT: usize = usize::MAX;

/// What stands where a number names no record, or a record no module of the registry.
pub(super) static NO_DESCRIPTOR: Descriptor = Descriptor::PLAIN;
static NO_MODULE: Module = Module::VOID;
static NO_STACK: Stack = Stack::VOID;

impl<'m> Network<'m> {
    /// A module's record. One copy of this is enough, but for walks.
    #[inline(never)]
    pub(super) fn record(&self, module: u8) -> &Module {
        self.record_here(module)
    }

    #[inline(always)]
    pub(super) fn record_here(&self, module: u8) -> &Module {
        self.memory.modules.get(usize::from(module)).unwrap_or(&NO_MODULE)
    }

    pub(super) fn descriptor(&self, module: u8) -> &'m Descriptor {
        self.registry
            .get(usize::from(self.record(module).kind))
            .copied()
            .unwrap_or(&NO_DESCRIPTOR)
    }

    /// The modules of the half of the memory that a module is in: from one number up to another.
    pub(super) fn half_of(&self, module: u8) -> (u8, u8) {
        let half = (self.memory.modules.len() / 2) as u8;
        if module < half {
            (0, half)
        } else {
            (half, half + half)
        }
    }

    /// The first module from one number up to another with this registry id.
    pub(super) fn find_module(&self, (from, to): (u8, u8), id: u8) -> Option<u8> {
        (from..to).find(|&module| self.descriptor(module).id == id)
    }

    /// A stack by its number.
    pub(super) fn stack(&self, stack: u8) -> &Stack {
        self.memory.stacks.get(usize::from(stack)).unwrap_or(&NO_STACK)
    }

    /// The stack of a module.
    pub(super) fn stack_of(&self, module: u8) -> &Stack {
        self.stack(self.record(module).stack)
    }

    #[inline(never)]
    pub(super) fn pipe_mut(&mut self, module: u8) -> Option<&mut Pipe> {
        self.pipe_here(module)
    }

    #[inline(always)]
    pub(super) fn pipe_here(&mut self, module: u8) -> Option<&mut Pipe> {
        let Memory { stacks, modules, .. } = &mut self.memory;
        let stack = modules.get(usize::from(module))?.stack;
        stacks.get_mut(usize::from(stack)).map(|stack| &mut stack.pipe)
    }

    pub(super) fn param(&self, module: u8, index: u8) -> u32 {
        self.param_here(module, index)
    }

    #[inline(always)]
    pub(super) fn param_here(&self, module: u8, index: u8) -> u32 {
        let Some(record) = self.memory.modules.get(usize::from(module)) else {
            return 0;
        };
        let at = usize::from(record.params) + usize::from(index);
        self.memory.words.get(at).copied().unwrap_or(0)
    }

    pub(super) fn state(&mut self, module: u8) -> &mut [u32] {
        let Module { state, end, .. } = *self.record(module);
        self.memory
            .words
            .get_mut(usize::from(state)..usize::from(end))
            .unwrap_or(&mut [])
    }

    /// The slot that has waited longest, among those of some uses (a sum of [`Use::bit`]) and of one module, or of
    /// any for [`NONE`]; [`NO_SLOT`] when there is none.
    pub(super) fn oldest(&self, uses: u8, module: u8) -> usize {
        let (mut oldest, mut most) = (NO_SLOT, 0);
        let may_be = self.uses.get();
        if uses & may_be == 0 {
            return NO_SLOT;
        }
        for (at, slot) in self.memory.slots.iter().enumerate() {
            if uses & slot.used.bit() != 0 && (module == NONE || module == slot.module) {
                let age = self.order.wrapping_sub(slot.order);
                if age > most {
                    (oldest, most) = (at, age);
                }
            }
        }
        if module == NONE && most == 0 {
            self.uses.set(may_be & !uses);
        }
        oldest
    }

    /// The slot that has waited longest for this use, of any module; it is no longer used so. [`NO_SLOT`] when there is none.
    pub(super) fn take(&mut self, used: Use, next: Use) -> usize {
        let (uses, bit) = (self.uses.get(), used.bit());
        if uses & bit == 0 {
            return NO_SLOT;
        }
        let mut slot = self.lent;
        if self.alone == bit {
            self.uses.set(uses & !bit);
        } else {
            slot = self.oldest(bit, NONE);
        }
        if let Some(entry) = self.memory.slots.get_mut(slot) {
            entry.used = next;
        }
        slot
    }

    /// Copies the current packet to a free slot. False, and counted as dropped, when there is none.
    pub(super) fn store(&mut self, used: Use, op: Op, module: u8) -> bool {
        let kept = self.lend(used, op, module);
        self.settle();
        kept
    }

    /// Takes a free slot for the current packet, which goes there when another one takes its place. False, and counted as
    /// dropped, when there is none.
    pub(super) fn lend(&mut self, used: Use, op: Op, module: u8) -> bool {
        if self.lent != NO_SLOT {
            self.settle();
        }
        let order = self.order;
        self.order = order.wrapping_add(1);
        for (at, slot) in self.memory.slots.iter_mut().enumerate() {
            if slot.used == Use::Free {
                let uses = self.uses.get();
                self.uses.set(uses | used.bit());
                (slot.used, slot.op, slot.module, slot.order) = (used, op, module, order);
                self.alone = used.bit() & !uses;
                self.lent = at;
                return true;
            }
        }
        if let Some(pipe) = self.pipe_mut(module) {
            pipe.stats.dropped = pipe.stats.dropped.wrapping_add(1);
        }
        false
    }

    /// Copies the current packet to the slot that it has been lent, so that it can change.
    #[inline(never)]
    pub(super) fn settle(&mut self) {
        let lent = core::mem::replace(&mut self.lent, NO_SLOT);
        self.alone = 0;
        if let Some(slot) = self.memory.slots.get_mut(lent) {
            slot.packet.copy_from(&self.current);
        }
    }

    /// The packet of a slot, wherever it lies.
    pub(super) fn packet_of(&self, slot: usize) -> &Packet {
        match self.memory.slots.get(slot) {
            Some(entry) if slot != self.lent => &entry.packet,
            _ => &self.current,
        }
    }

    /// An empty current packet.
    pub(super) fn fresh(&mut self) -> &mut Packet {
        if self.lent != NO_SLOT {
            self.settle();
        }
        self.current.wipe();
        &mut self.current
    }

    /// Makes the packet of a slot the current one.
    pub(super) fn load(&mut self, slot: usize) -> bool {
        self.settle();
        let Some(slot) = self.memory.slots.get(slot) else {
            return false;
        };
        self.current.copy_from(&slot.packet);
        true
    }

    pub(super) fn free(&mut self, slot: usize) -> bool {
        let Some(slot) = self.memory.slots.get_mut(slot) else {
            return false;
        };
        slot.used = Use::Free;
        true
    }

    /// Puts the header of its stack on the current packet, which waits for the radio then.
    #[inline(never)]
    pub(super) fn transmit(&mut self, module: u8) -> bool {
        if !self.lend(Use::Out, Op::Send, module) {
            return false;
        }
        let Memory { stacks, modules, .. } = &self.memory;
        if let Some(record) = modules.get(usize::from(module))
            && let Some(stack) = stacks.get(usize::from(record.stack))
            && let header_bytes = usize::from(stack.header_bytes)
            && let Some((attrs, out)) = wire::begin(stack.pipe.channel, header_bytes, &mut self.current)
        {
            wire::pack_addresses(attrs, stack.fields(), out);
            return true;
        }
        let lent = core::mem::replace(&mut self.lent, NO_SLOT);
        self.free(lent);
        false
    }

    #[inline(never)]
    pub(super) fn deliver(&mut self, module: u8, op: Op) -> bool {
        const PAYLOADS: u16 = Op::Recv.bit() | Op::ReadChunk.bit() | Op::WriteChunk.bit();
        if op.bit() & PAYLOADS != 0 {
            // Half of the slots are enough for an application that does not look; the others keep the network going.
            let slots = self.memory.slots.iter();
            let room = self.uses.get() & Use::In.bit() == 0
                || slots.filter(|slot| slot.used == Use::In).count() * 2 < self.memory.slots.len();
            return room && self.lend(Use::In, op, module);
        }
        // In the order of the operations; the others are none.
        let outcome = (op as usize).wrapping_sub(Op::Sent as usize);
        if let Some(count) = self
            .pipe_mut(module)
            .and_then(|pipe| pipe.untold.get_mut(outcome))
        {
            *count = count.saturating_add(1);
        }
        true
    }
}
