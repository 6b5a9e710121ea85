//! The packet slots, and the records behind a module's number.

use super::Network;
use super::memory::{Module, NONE, Pipe, Stack, Use};
use crate::wire::FIRST_BIT;
use crate::{Descriptor, Field, Op};

/// What stands where a number names no record, or a record no module of the registry.
static NO_DESCRIPTOR: Descriptor = Descriptor::PLAIN;
static NO_MODULE: Module = Module::EMPTY;
static NO_STACK: Stack = Stack::EMPTY;

/// Goes through the attributes of a stack's header in air order: from the top module down.
fn each_field(registry: &[&Descriptor], modules: &[Module], first: u8, count: u8, f: &mut dyn FnMut(Field)) {
    for module in (first..first + count).rev() {
        let kind = modules
            .get(usize::from(module))
            .map_or(NONE, |module| module.kind);
        for field in registry
            .get(usize::from(kind))
            .map_or(&[][..], |descriptor| descriptor.header)
        {
            f(*field);
        }
    }
}

impl<'m> Network<'m> {
    pub(super) fn record(&self, module: u8) -> &Module {
        self.memory.modules.get(usize::from(module)).unwrap_or(&NO_MODULE)
    }

    pub(super) fn record_mut(&mut self, module: u8) -> Option<&mut Module> {
        self.memory.modules.get_mut(usize::from(module))
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

    pub(super) fn pipe_mut(&mut self, module: u8) -> Option<&mut Pipe> {
        let stack = self.record(module).stack;
        self.memory
            .stacks
            .get_mut(usize::from(stack))
            .map(|stack| &mut stack.pipe)
    }

    /// All words of a module: parameters, two for each timer, state.
    pub(super) fn words(&mut self, module: u8) -> &mut [u32] {
        let Module {
            words, word_count, ..
        } = *self.record(module);
        let first = usize::from(words);
        self.memory
            .words
            .get_mut(first..first + usize::from(word_count))
            .unwrap_or(&mut [])
    }

    pub(super) fn param(&self, module: u8, index: u8) -> u32 {
        let at = usize::from(self.record(module).words) + usize::from(index);
        self.memory.words.get(at).copied().unwrap_or(0)
    }

    pub(super) fn state(&mut self, module: u8) -> &mut [u32] {
        let descriptor = self.descriptor(module);
        let before = descriptor.params.len() + 2 * usize::from(descriptor.timers);
        self.words(module).get_mut(before..).unwrap_or(&mut [])
    }

    /// The slot that has waited longest, among those of some uses (a sum of [`Use::bit`]) and of one module, or of
    /// any for [`NONE`].
    pub(super) fn oldest(&self, uses: u8, module: u8) -> Option<usize> {
        let (mut oldest, mut most) = (None, 0);
        let may_be = self.uses.get();
        if uses & may_be == 0 {
            return None;
        }
        for (at, slot) in self.memory.slots.iter().enumerate() {
            if uses & slot.used.bit() == 0 {
                continue;
            }
            let age = self.order.wrapping_sub(slot.order);
            if (module == NONE || module == slot.module) && age > most {
                (oldest, most) = (Some(at), age);
            }
        }
        if module == NONE && oldest.is_none() {
            self.uses.set(may_be & !uses);
        }
        oldest
    }

    pub(super) fn store(&mut self, used: Use, op: Op, module: u8) -> bool {
        self.store_at(used, op, module).is_some()
    }

    /// Copies the current packet to a free slot. `None`, and counted as dropped, when there is none.
    fn store_at(&mut self, used: Use, op: Op, module: u8) -> Option<usize> {
        let order = self.order;
        self.order = order.wrapping_add(1);
        match self
            .memory
            .slots
            .iter_mut()
            .enumerate()
            .find(|(_, slot)| slot.used == Use::Free)
        {
            Some((at, slot)) => {
                self.uses.set(self.uses.get() | used.bit());
                slot.packet.copy_from(&self.current);
                (slot.used, slot.op, slot.module, slot.order) = (used, op, module, order);
                Some(at)
            }
            None => {
                if let Some(pipe) = self.pipe_mut(module) {
                    pipe.stats.dropped = pipe.stats.dropped.wrapping_add(1);
                }
                None
            }
        }
    }

    /// Makes the packet of a slot the current one.
    pub(super) fn load(&mut self, slot: usize) -> bool {
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

    pub(super) fn transmit(&mut self, module: u8) -> bool {
        let Some(slot) = self.store_at(Use::Out, Op::Send, module) else {
            return false;
        };
        let &Stack {
            first,
            count,
            header_bytes,
            pipe: Pipe { channel, .. },
            ..
        } = self.stack_of(module);
        let Some(slot) = self.memory.slots.get_mut(slot) else {
            return false;
        };
        if !self
            .framing
            .begin(channel, usize::from(header_bytes), &mut slot.packet)
        {
            slot.used = Use::Free;
            return false;
        }
        let mut bit = FIRST_BIT;
        each_field(self.registry, self.memory.modules, first, count, &mut |field| {
            self.framing.put(field, &mut slot.packet, &mut bit);
        });
        true
    }

    /// Takes the header of a stack's packets off the current packet. False when that is shorter.
    pub(super) fn unpack(&mut self, stack: u8) -> bool {
        let &Stack {
            first,
            count,
            header_bytes,
            ..
        } = self.stack(stack);
        let header_bytes = 2 + usize::from(header_bytes);
        if self.current.payload().len() < header_bytes {
            return false;
        }
        let mut bit = FIRST_BIT;
        let packet = &mut self.current;
        each_field(self.registry, self.memory.modules, first, count, &mut |field| {
            self.framing.take(field, packet, &mut bit);
        });
        self.current.skip(header_bytes);
        true
    }

    pub(super) fn deliver(&mut self, module: u8, op: Op) -> bool {
        let outcome = match op {
            Op::Recv | Op::ReadChunk | Op::WriteChunk => {
                // Half of the slots are enough for an application that does not look; the others keep the
                // network going.
                let waiting = self
                    .memory
                    .slots
                    .iter()
                    .filter(|slot| slot.used == Use::In)
                    .count();
                return waiting * 2 < self.memory.slots.len() && self.store(Use::In, op, module);
            }
            Op::Sent => 0,
            Op::Dropped => 1,
            Op::TimedOut => 2,
            _ => return true,
        };
        if let Some(count) = self
            .pipe_mut(module)
            .and_then(|pipe| pipe.untold.get_mut(outcome))
        {
            *count = count.saturating_add(1);
        }
        true
    }
}
