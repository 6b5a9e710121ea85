//! The checks of a composition as a whole: over the records of the draft, before anything else knows of it.

use super::memory::{NONE, Stack};
use super::{Network, Refused, Why};
use crate::{Descriptor, Scope, interface};

impl Network<'_> {
    /// Whether interfaces fit, scopes are in order, channels differ, merges lead somewhere, and packets suffice.
    pub(super) fn check_draft(&mut self) -> Result<u16, Refused> {
        let (stacks, modules) = (self.draft.stacks, self.draft.modules);
        if self.draft.is_empty() {
            return self.refuse(Why::Empty);
        }
        let mut slots = 2;
        for at in stacks.0..stacks.1 {
            let Some(stack) = self.memory.stacks.get(usize::from(at)).copied() else {
                return self.refuse(Why::Empty);
            };
            if stack.count == 0 {
                return Err(self.refusal(stack.first, Why::Empty));
            }
            let offers = self.check_stack(stack)?;
            let channel = self.param(stack.first, 0) as u16;
            if let Some(stack) = self.memory.stacks.get_mut(usize::from(at)) {
                stack.pipe.channel = channel;
            }
            if self.find_stack(self.draft, channel) != Some(at) {
                return Err(self.refusal(stack.first, Why::ChannelTaken(channel)));
            }
            self.check_merge(stack, offers)?;
            for module in stack.first..stack.first + stack.count {
                let triggered = self
                    .record(module)
                    .is_some_and(|record| record.trigger_interval_ms != 0);
                slots += u16::from(self.descriptor(module).packets) + u16::from(triggered);
            }
        }
        for module in modules.0..modules.1 {
            let parents = self
                .memory
                .stacks
                .get(usize::from(stacks.0)..usize::from(stacks.1))
                .unwrap_or(&[]);
            let lonely = !parents.iter().any(|stack| stack.parent == module);
            if lonely && self.descriptor(module).merges != interface::NONE {
                return Err(self.refusal(module, Why::NothingMerged));
            }
        }
        if usize::from(slots) > self.memory.slots.len() {
            return self.refuse(Why::Slots(slots));
        }
        Ok(slots)
    }

    /// Checks the modules of one stack against each other; gives what the top offers.
    fn check_stack(&self, stack: Stack) -> Result<u16, Refused> {
        let mut below = interface::NONE;
        let mut scope = Scope::SingleHop;
        for module in stack.first..stack.first + stack.count {
            let Descriptor {
                needs,
                offers,
                scope: own,
                ..
            } = *self.descriptor(module);
            let why = if module == stack.first {
                (needs != interface::NONE || offers != interface::LINK).then_some(Why::NoChannel)
            } else if needs & below == 0 {
                Some(Why::Interface)
            } else if own < scope {
                Some(Why::Scope)
            } else {
                None
            };
            if let Some(why) = why {
                return Err(self.refusal(module, why));
            }
            scope = own;
            if offers != interface::SAME {
                below = offers;
            }
        }
        if stack.parent == NONE && scope != Scope::Input {
            return Err(self.refusal(stack.top(), Why::OpenTop));
        }
        Ok(below)
    }

    /// Checks where a stack with this top leads.
    fn check_merge(&self, stack: Stack, offers: u16) -> Result<(), Refused> {
        let (mut parent, mut steps) = (stack.parent, 0);
        while parent != NONE {
            if !self.draft.has_module(parent) {
                let number = u32::from(stack.parent - self.draft.modules.0);
                return Err(self.refusal(stack.top(), Why::NoParent(number)));
            }
            let next = self
                .record(parent)
                .and_then(|record| self.memory.stacks.get(usize::from(record.stack)));
            parent = next.map_or(NONE, |stack| stack.parent);
            steps += 1;
            if steps > self.draft.stacks.1 {
                return Err(self.refusal(stack.top(), Why::Cycle));
            }
        }
        if stack.parent != NONE && self.descriptor(stack.parent).merges & offers == 0 {
            return Err(self.refusal(stack.top(), Why::MergeInterface));
        }
        Ok(())
    }
}
