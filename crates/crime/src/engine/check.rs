//! The checks of a composition as a whole: over the records of the draft, before anything else knows of it.

use super::memory::{NONE, Stack};
use super::{Network, Why};
use crate::{Scope, interface};

impl Network<'_> {
    /// Whether interfaces fit, scopes are in order, channels differ, merges lead somewhere, and packets suffice.
    /// Gives the number of packet slots that are needed.
    pub(super) fn check_draft(&mut self) -> Result<u16, Why> {
        let (stacks, modules) = (self.draft.stacks, self.draft.modules);
        if stacks.0 == stacks.1 {
            return Err(Why::Empty);
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
                return Err(Why::NothingMerged);
            }
            let triggered = self.record(module).trigger_interval_ms != 0;
            slots += u16::from(descriptor.packets) + u16::from(triggered);
        }
        if usize::from(slots) > self.memory.slots.len() {
            return Err(Why::Slots(slots));
        }
        Ok(slots)
    }

    /// Checks the modules of one stack against each other, and where the stack leads.
    fn check_stack(&mut self, at: u8) -> Result<(), Why> {
        let Some(Stack {
            first, count, parent, ..
        }) = self.memory.stacks.get(usize::from(at)).copied()
        else {
            return Err(Why::Empty);
        };
        self.blame = first;
        if count == 0 {
            return Err(Why::Empty);
        }
        let (mut below, mut scope, mut header_bits) = (interface::NONE, Scope::SingleHop, 0);
        for module in first..first + count {
            self.blame = module;
            let descriptor = self.descriptor(module);
            if module == first {
                if descriptor.needs != interface::NONE || descriptor.offers != interface::LINK {
                    return Err(Why::NoChannel);
                }
            } else if descriptor.needs & below == 0 {
                return Err(Why::Interface);
            }
            if descriptor.scope < scope {
                return Err(Why::Scope);
            }
            scope = descriptor.scope;
            for field in descriptor.header {
                header_bits += self.framing.bits(*field);
            }
            if descriptor.offers != interface::SAME {
                below = descriptor.offers;
            }
        }
        if parent == NONE {
            if scope != Scope::Input {
                return Err(Why::OpenTop);
            }
        } else {
            if !self.draft.has_module(parent) {
                return Err(Why::NoParent(u32::from(
                    parent.wrapping_sub(self.draft.modules.0),
                )));
            }
            if !self.ends(parent) {
                return Err(Why::Cycle);
            }
            if self.descriptor(parent).merges & below == 0 {
                return Err(Why::MergeInterface);
            }
        }
        self.blame = first;
        let channel = self.param(first, 0) as u16;
        if let Some(stack) = self.memory.stacks.get_mut(usize::from(at)) {
            stack.pipe.channel = channel;
            // More than a packet has room for is given up when it is sent.
            stack.header_bytes = header_bits.div_ceil(8).min(255) as u8;
        }
        if self.find_stack(self.draft, channel) != Some(at) {
            return Err(Why::ChannelTaken(channel));
        }
        Ok(())
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
