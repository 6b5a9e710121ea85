//! The checks of a composition as a whole: over the records of the draft, before anything else knows of it.

use super::memory::{BOTTOM, MERGED, Module, NONE, TOP, TRIGGERED};
use super::{Network, Why};
use crate::{Descriptor, Scope, interface};

/// What is known of the modules that were checked.
struct Checked {
    /// Packet slots that they need.
    slots: u16,
    /// Of the last one.
    scope: Scope,
    /// What it offers.
    offers: u16,
    /// What is behind the last module of its stack.
    end: usize,
}

impl<'m> Network<'m> {
    /// Whether interfaces fit, scopes are in order, channels differ, merges lead somewhere, and packets suffice.
    /// Gives the number of packet slots that are needed.
    #[inline(never)]
    pub(super) fn check_draft(&mut self) -> u16 {
        // A frame in and a frame out, and what modules and triggers keep.
        let mut checked = Checked {
            slots: 2,
            scope: Scope::SingleHop,
            offers: interface::NONE,
            end: 0,
        };
        let (at, to) = self.draft.stacks;
        let (mut at, to) = (usize::from(at), usize::from(to));
        if at == to {
            self.refuse(Why::Empty);
        }
        while at != to {
            self.check_stack(at, &mut checked);
            at += 1;
        }
        let (first, end) = self.draft.modules;
        for module in first..end {
            self.blame = module;
            if let Some((record, descriptor)) = self.look(module.into())
                && descriptor.merges != interface::NONE
                && record.ops & MERGED == 0
            {
                self.refuse(Why::NothingMerged);
            }
        }
        if usize::from(checked.slots) > self.memory.slots.len() {
            self.refuse(Why::Slots(checked.slots.into()));
        }
        checked.slots
    }

    /// Checks the modules of one stack against each other, and where the stack leads.
    #[inline(always)]
    fn check_stack(&mut self, at: usize, checked: &mut Checked) {
        let Some(stack) = self.memory.stacks.get_mut(at) else {
            return;
        };
        let wanted = core::mem::take(&mut stack.pipe.stats.frames_in);
        let (first, parent, channel) = (usize::from(stack.first), stack.parent, stack.pipe.channel);
        let count = stack.count;
        if count == 0 {
            self.blame = first as u8;
            self.refuse(Why::Empty);
        }
        checked.scope = Scope::SingleHop;
        let end = first + usize::from(count);
        checked.end = end;
        for module in first..end {
            self.check_module(module, checked);
        }
        let why = if parent == NONE {
            (checked.scope != Scope::Input).then_some(Why::OpenTop)
        } else if wanted >= u32::from(self.draft.modules.1 - self.draft.modules.0) {
            Some(Why::NoParent(wanted))
        } else if !self.ends(parent) {
            Some(Why::Cycle)
        } else if let Some((record, descriptor)) = self.look(parent.into()) {
            record.ops |= MERGED;
            (descriptor.merges & checked.offers == 0).then_some(Why::MergeInterface)
        } else {
            None
        };
        if let Some(why) = why {
            self.refuse(why);
        }
        self.blame = first as u8;
        if usize::from(self.stack_on(self.draft, channel)) != at {
            self.refuse(Why::ChannelTaken(channel.into()));
        }
    }

    /// Checks a module against the one below it.
    #[inline(always)]
    fn check_module(&mut self, module: usize, checked: &mut Checked) {
        self.blame = module as u8;
        let Some((record, descriptor)) = self.look(module) else {
            return;
        };
        let ops = record.ops;
        if checked.end == module + 1 {
            record.ops = ops | TOP;
        }
        checked.slots += u16::from(descriptor.packets) + u16::from(ops & TRIGGERED != 0);
        if ops & BOTTOM != 0 {
            if descriptor.needs != interface::NONE || descriptor.offers != interface::LINK {
                self.refuse(Why::NoChannel);
            }
        } else if descriptor.needs & checked.offers == 0 {
            self.refuse(Why::Interface);
        }
        if descriptor.scope < checked.scope {
            self.refuse(Why::Scope);
        }
        checked.scope = descriptor.scope;
        if descriptor.offers & interface::SAME == 0 {
            checked.offers = descriptor.offers;
        }
    }

    /// Whether the stacks that a stack is merged into, one over the other, come to an end.
    #[inline(always)]
    fn ends(&self, mut parent: u8) -> bool {
        // No way without a cycle is longer than there are stacks.
        for _ in self.draft.stacks.0..self.draft.stacks.1 {
            parent = self.stack_of(parent).parent;
        }
        parent == NONE
    }

    /// A module of the draft.
    #[inline(never)]
    fn look(&mut self, module: usize) -> Option<(&mut Module, &'m Descriptor)> {
        let record = self.memory.modules.get_mut(module)?;
        let descriptor = self.registry.get(usize::from(record.kind)).copied()?;
        Some((record, descriptor))
    }
}
