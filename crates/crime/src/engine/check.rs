//! The checks of a composition as a whole: over the records of the draft, before anything else knows of it.

use super::memory::{NONE, Stack, TOP, TRIGGERED};
use super::{Network, Why};
use crate::{Scope, interface};

impl Network<'_> {
    /// Whether interfaces fit, scopes are in order, channels differ, merges lead somewhere, and packets suffice.
    /// Gives the number of packet slots that are needed.
    pub(super) fn check_draft(&mut self) -> Option<u16> {
        let (stacks, modules) = (self.draft.stacks, self.draft.modules);
        if stacks.0 == stacks.1 {
            return self.refuse(Why::Empty);
        }
        for at in stacks.0..stacks.1 {
            self.check_stack(at)?;
        }
        // A frame in and a frame out, and what modules and triggers keep.
        let mut slots = 2;
        for module in modules.0..modules.1 {
            self.blame = module;
            let descriptor = self.descriptor(module);
            if descriptor.merges != interface::NONE && self.merged_top(module).is_none() {
                return self.refuse(Why::NothingMerged);
            }
            let triggered = self.record(module).ops & TRIGGERED != 0;
            slots += u16::from(descriptor.packets) + u16::from(triggered);
        }
        if usize::from(slots) > self.memory.slots.len() {
            return self.refuse(Why::Slots(slots));
        }
        Some(slots)
    }

    /// Checks the modules of one stack against each other, and where the stack leads; notes its channel, and what its
    /// packets have in their header.
    fn check_stack(&mut self, at: u8) -> Option<()> {
        let mut stack = *self.stack(at);
        let Stack {
            first, count, parent, ..
        } = stack;
        self.blame = first;
        if count == 0 {
            return self.refuse(Why::Empty);
        }
        let (mut below, mut scope, mut header_bits) = (interface::NONE, Scope::SingleHop, 0);
        for module in first..first + count {
            self.blame = module;
            let descriptor = self.descriptor(module);
            if module == first {
                if descriptor.needs != interface::NONE || descriptor.offers != interface::LINK {
                    return self.refuse(Why::NoChannel);
                }
            } else if descriptor.needs & below == 0 {
                return self.refuse(Why::Interface);
            }
            if descriptor.scope < scope {
                return self.refuse(Why::Scope);
            }
            scope = descriptor.scope;
            if descriptor.offers != interface::SAME {
                below = descriptor.offers;
            }
            // On the air the attributes of higher modules come first: the list grows from its end.
            for field in descriptor.header.iter().rev() {
                if let Some(field) = self.framing.field(*field) {
                    header_bits += field.bits();
                    // More than that is given up when it is sent, as is more than a packet has room for.
                    let place = stack.header_from.checked_sub(1);
                    match place.and_then(|place| stack.header.get_mut(usize::from(place))) {
                        Some(place) => *place = field,
                        None => header_bits |= 1 << 16,
                    }
                    stack.header_from = place.unwrap_or(0);
                }
            }
        }
        if parent == NONE {
            if scope != Scope::Input {
                return self.refuse(Why::OpenTop);
            }
        } else {
            if !self.draft.has_module(parent) {
                return self.refuse(Why::NoParent(u32::from(
                    parent.wrapping_sub(self.draft.modules.0),
                )));
            }
            if !self.ends(parent) {
                return self.refuse(Why::Cycle);
            }
            if self.descriptor(parent).merges & below == 0 {
                return self.refuse(Why::MergeInterface);
            }
        }
        self.mark(self.blame, TOP);
        self.blame = first;
        stack.pipe.channel = self.param(first, 0) as u16;
        stack.header_bytes = header_bits.div_ceil(8).min(255) as u8;
        if let Some(record) = self.memory.stacks.get_mut(usize::from(at)) {
            *record = stack;
        }
        if self.find_stack(self.draft, stack.pipe.channel) != Some(at) {
            return self.refuse(Why::ChannelTaken(stack.pipe.channel));
        }
        Some(())
    }

    /// Whether the stacks that a stack is merged into, one over the other, come to an end.
    fn ends(&self, mut parent: u8) -> bool {
        // No way without a cycle is longer than there are stacks.
        for _ in self.draft.stacks.0..self.draft.stacks.1 {
            parent = self.stack_of(parent).parent;
        }
        parent == NONE
    }
}
