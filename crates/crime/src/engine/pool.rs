//! The packet slots, and the records behind a module's number.

use super::Network;
use super::memory::{Module, NONE, Pipe, Slot, Span, Stack, Use};
use crate::{Descriptor, Field, Op};

/// Stands where a record does not name a module of the registry.
static NOTHING: Descriptor = Descriptor::PLAIN;

/// The attributes of a stack's header in air order: from the top module down.
pub(super) fn fields<'a>(
    registry: &'a [&'a Descriptor],
    modules: &'a [Module],
    stack: Stack,
) -> impl Iterator<Item = Field> + Clone + 'a {
    let first = usize::from(stack.first);
    let modules = modules
        .get(first..first + usize::from(stack.count))
        .unwrap_or(&[]);
    modules.iter().rev().flat_map(move |module| {
        registry
            .get(usize::from(module.kind))
            .map_or(&[][..], |descriptor| descriptor.header)
            .iter()
            .copied()
    })
}

impl<'m> Network<'m> {
    pub(super) fn record(&self, module: u8) -> Option<&Module> {
        self.memory.modules.get(usize::from(module))
    }

    pub(super) fn record_mut(&mut self, module: u8) -> Option<&mut Module> {
        self.memory.modules.get_mut(usize::from(module))
    }

    pub(super) fn descriptor(&self, module: u8) -> &'m Descriptor {
        let kind = self.record(module).map_or(NONE, |record| record.kind);
        self.registry.get(usize::from(kind)).copied().unwrap_or(&NOTHING)
    }

    /// The composition that a module belongs to.
    pub(super) fn span_of(&self, module: u8) -> Span {
        let spans = [self.active, self.old, self.draft];
        spans
            .into_iter()
            .find(|span| span.has_module(module))
            .unwrap_or_default()
    }

    /// The first module from one number up to another with this registry id.
    pub(super) fn find_module(&self, (from, to): (u8, u8), id: u8) -> Option<u8> {
        (from..to).find(|&module| self.descriptor(module).id == id)
    }

    /// The stack of a module.
    pub(super) fn stack_of(&self, module: u8) -> Stack {
        let stack = self.record(module).map_or(NONE, |record| record.stack);
        self.memory
            .stacks
            .get(usize::from(stack))
            .copied()
            .unwrap_or(Stack::EMPTY)
    }

    pub(super) fn pipe_mut(&mut self, module: u8) -> Option<&mut Pipe> {
        let stack = self.record(module)?.stack;
        self.memory
            .stacks
            .get_mut(usize::from(stack))
            .map(|stack| &mut stack.pipe)
    }

    /// All words of a module: parameters, two for each timer, state.
    pub(super) fn words(&mut self, module: u8) -> &mut [u32] {
        let Some((first, count)) = self
            .record(module)
            .map(|record| (record.words, record.word_count))
        else {
            return &mut [];
        };
        let first = usize::from(first);
        self.memory
            .words
            .get_mut(first..first + usize::from(count))
            .unwrap_or(&mut [])
    }

    pub(super) fn param(&self, module: u8, index: u8) -> u32 {
        let at = self
            .record(module)
            .map_or(usize::MAX, |record| usize::from(record.words + u16::from(index)));
        self.memory.words.get(at).copied().unwrap_or(0)
    }

    pub(super) fn state(&mut self, module: u8) -> &mut [u32] {
        let descriptor = self.descriptor(module);
        let before = descriptor.params.len() + 2 * usize::from(descriptor.timers);
        self.words(module).get_mut(before..).unwrap_or(&mut [])
    }

    /// The slot of a use that has waited longest.
    pub(super) fn oldest(&self, wanted: impl Fn(Use) -> bool) -> Option<usize> {
        self.oldest_slot(|slot| wanted(slot.used))
    }

    fn oldest_slot(&self, wanted: impl Fn(&Slot) -> bool) -> Option<usize> {
        let now = self.order;
        let slots = self
            .memory
            .slots
            .iter()
            .enumerate()
            .filter(|(_, slot)| wanted(slot));
        slots
            .max_by_key(|(_, slot)| now.wrapping_sub(slot.order))
            .map(|(at, _)| at)
    }

    pub(super) fn find_slot(&self, used: Use, module: u8) -> Option<usize> {
        self.oldest_slot(|slot| slot.used == used && slot.module == module)
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
        let stack = self
            .record(module)
            .and_then(|record| self.memory.stacks.get(usize::from(record.stack)));
        let stack = stack.copied().unwrap_or(Stack::EMPTY);
        let fields = fields(self.registry, self.memory.modules, stack);
        let Some(slot) = self.memory.slots.get_mut(slot) else {
            return false;
        };
        let packed = self.framing.pack(stack.pipe.channel, fields, &mut slot.packet);
        if !packed {
            slot.used = Use::Free;
        }
        packed
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
