//! A composition in the making: built beside the one that runs, checked as a whole, opened, and only then switched
//! to. Whatever is refused on the way leaves the running stacks as they are.

use super::Network;
use super::memory::{Module, NEVER, NONE, Span, Stack};
use super::timers::DRAIN_US;
use crate::{Descriptor, Flow, Op, Scope, interface};

/// Sending again by the engine: what passes the module on its way down is sent once more from there, every
/// `interval_ms`, `times` times (0: until something else is sent, or the stack closes).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trigger {
    /// Milliseconds between two times, 1 or more.
    pub interval_ms: u32,
    /// How many times again.
    pub times: u16,
}

/// One module of a composition.
#[derive(Clone, Copy, Debug)]
pub struct ModuleSpec<'a> {
    /// Its registry id.
    pub id: u8,
    /// Parameters that differ from their default: index and value.
    pub params: &'a [(u8, u32)],
    /// Its trigger, if it has one.
    pub trigger: Option<Trigger>,
}

impl<'a> ModuleSpec<'a> {
    /// A module without trigger.
    #[must_use]
    pub const fn new(id: u8, params: &'a [(u8, u32)]) -> ModuleSpec<'a> {
        ModuleSpec {
            id,
            params,
            trigger: None,
        }
    }

    /// With a trigger.
    #[must_use]
    pub const fn triggered(self, interval_ms: u32, times: u16) -> ModuleSpec<'a> {
        ModuleSpec {
            trigger: Some(Trigger { interval_ms, times }),
            ..self
        }
    }
}

/// One stack of a composition: its modules from the channel to the top.
#[derive(Clone, Copy, Debug)]
pub struct StackSpec<'a> {
    /// The modules, bottom first.
    pub modules: &'a [ModuleSpec<'a>],
    /// The module that the stack is merged into, counted over all stacks of the composition from 0.
    pub parent: Option<u8>,
}

impl<'a> StackSpec<'a> {
    /// A stack with an application on top.
    #[must_use]
    pub const fn new(modules: &'a [ModuleSpec<'a>]) -> StackSpec<'a> {
        StackSpec {
            modules,
            parent: None,
        }
    }

    /// A stack that goes on at module `parent`.
    #[must_use]
    pub const fn merged(modules: &'a [ModuleSpec<'a>], parent: u8) -> StackSpec<'a> {
        StackSpec {
            modules,
            parent: Some(parent),
        }
    }
}

/// A composition was refused; the stacks go on that ran before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused {
    /// The offending module, counted over all stacks of the composition from 0.
    pub module: u8,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a composition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Why {
    /// No stack at all, or a stack without modules.
    Empty,
    /// The node has no module with this id.
    UnknownModule(u32),
    /// The module has no parameter with this index.
    UnknownParameter(u32),
    /// This value of the parameter with this index is out of its range; a trigger's interval has index 255.
    OutOfRange(u8, u32),
    /// A stack begins with something else than a channel.
    NoChannel,
    /// The module needs an interface that the one below does not offer.
    Interface,
    /// A singlehop module over a multihop one.
    Scope,
    /// The top of a stack is neither an application nor merged.
    OpenTop,
    /// Another stack has this channel already.
    ChannelTaken(u16),
    /// There is no module with this number to merge into.
    NoParent(u32),
    /// The stack is merged, over one or more others, into itself.
    Cycle,
    /// The module merged into does not take what this top offers.
    MergeInterface,
    /// A stack should be merged into the module, and none is.
    NothingMerged,
    /// This many records of stacks are needed, running ones included, and there are fewer.
    Stacks(u16),
    /// This many records of modules are needed, running ones included, and there are fewer.
    Modules(u16),
    /// This many words are needed, running stacks included, and there are fewer.
    Words(u32),
    /// This many packet slots are needed, and there are fewer.
    Slots(u16),
    /// The module could not be opened.
    Open,
}

impl Network<'_> {
    /// Exchanges all stacks for those of `specs`: prepared beside the old ones, checked as a whole, opened, and
    /// then switched to. The old ones get two seconds to finish what they have begun, and are closed.
    ///
    /// # Errors
    /// The first thing that is wrong; the stacks that ran go on.
    pub fn compose(&mut self, now: u64, specs: &[StackSpec<'_>]) -> Result<(), Refused> {
        self.begin_draft(now);
        let composed = self.fill_draft(specs).and_then(|()| self.finish_draft());
        self.draft = Span::default();
        composed
    }

    fn fill_draft(&mut self, specs: &[StackSpec<'_>]) -> Result<(), Refused> {
        for stack in specs {
            self.draft_stack(stack.parent.map(u32::from))?;
            for module in stack.modules {
                self.draft_module(u32::from(module.id))?;
                for (index, value) in module.params {
                    self.draft_param(u32::from(*index), *value)?;
                }
                if let Some(trigger) = module.trigger {
                    self.draft_trigger(trigger.interval_ms, trigger.times)?;
                }
            }
        }
        Ok(())
    }

    /// Begins a composition in the room behind the running one. What is still draining ends now.
    pub(crate) fn begin_draft(&mut self, now: u64) {
        self.set_now(now);
        self.old_until = self.now;
        self.drain();
        self.old_until = NEVER;
        self.pack_active();
        let Span {
            stacks: (_, stacks),
            modules: (_, modules),
            words: (_, words),
        } = self.active;
        self.draft = Span {
            stacks: (stacks, stacks),
            modules: (modules, modules),
            words: (words, words),
        };
    }

    /// Moves the running composition to the beginning of the memory.
    fn pack_active(&mut self) {
        let Span {
            stacks: (s0, s1),
            modules: (m0, m1),
            words: (w0, w1),
        } = self.active;
        if m0 == 0 {
            return;
        }
        let range = |from: u8, to: u8| usize::from(from)..usize::from(to);
        for stack in self.memory.stacks.get_mut(range(s0, s1)).unwrap_or(&mut []) {
            stack.first -= m0;
            if stack.parent != NONE {
                stack.parent -= m0;
            }
        }
        for module in self.memory.modules.get_mut(range(m0, m1)).unwrap_or(&mut []) {
            module.stack -= s0;
            module.words -= w0;
        }
        for slot in self
            .memory
            .slots
            .iter_mut()
            .filter(|slot| self.active.has_module(slot.module))
        {
            slot.module -= m0;
        }
        self.memory.stacks.copy_within(range(s0, s1), 0);
        self.memory.modules.copy_within(range(m0, m1), 0);
        self.memory.words.copy_within(usize::from(w0)..usize::from(w1), 0);
        self.active = Span {
            stacks: (0, s1 - s0),
            modules: (0, m1 - m0),
            words: (0, w1 - w0),
        };
    }

    /// A refusal of the module that was begun last.
    fn refuse<T>(&self, why: Why) -> Result<T, Refused> {
        Err(self.refusal(self.draft.modules.1.saturating_sub(1), why))
    }

    fn refusal(&self, module: u8, why: Why) -> Refused {
        Refused {
            module: module.saturating_sub(self.draft.modules.0),
            why,
        }
    }

    /// Begins a stack; `parent` is counted from the first module of the composition.
    pub(crate) fn draft_stack(&mut self, parent: Option<u32>) -> Result<(), Refused> {
        let at = self.draft.stacks.1;
        let parent = match parent {
            None => NONE,
            // What does not exist is found in the check, when it is known what does.
            Some(parent) => u8::try_from(parent + u32::from(self.draft.modules.0))
                .unwrap_or(NONE - 1)
                .min(NONE - 1),
        };
        let first = self.draft.modules.1;
        match self.memory.stacks.get_mut(usize::from(at)) {
            Some(stack) if at < NONE => {
                *stack = Stack {
                    first,
                    parent,
                    ..Stack::EMPTY
                };
                self.draft.stacks.1 = at + 1;
                Ok(())
            }
            _ => Err(self.refusal(first, Why::Stacks(u16::from(at) + 1))),
        }
    }

    /// Adds a module to the stack begun last, with default parameters.
    pub(crate) fn draft_module(&mut self, id: u32) -> Result<(), Refused> {
        let at = self.draft.modules.1;
        let unknown = self.refusal(at, Why::UnknownModule(id));
        let kind = self
            .registry
            .iter()
            .position(|descriptor| u32::from(descriptor.id) == id)
            .ok_or(unknown)?;
        let stack = self.draft.stacks.1.saturating_sub(1);
        let full = self.refusal(at, Why::Modules(u16::from(at) + 1));
        let words = self.draft.words.1;
        match self.memory.modules.get_mut(usize::from(at)) {
            Some(module) if at < NONE - 1 => {
                *module = Module {
                    kind: kind as u8,
                    stack,
                    words,
                    ..Module::EMPTY
                };
            }
            _ => return Err(full),
        }
        self.draft.modules.1 = at + 1;
        if let Some(stack) = self.memory.stacks.get_mut(usize::from(stack)) {
            stack.count += 1;
        }
        // Parameters first; how many words follow may depend on them.
        let params = self.descriptor(at).params;
        self.draft_words(at, params.len() as u32)?;
        for (word, param) in self.words(at).iter_mut().zip(params) {
            *word = param.default;
        }
        Ok(())
    }

    /// Gives the module begun last `count` more words, all 0.
    fn draft_words(&mut self, module: u8, count: u32) -> Result<(), Refused> {
        let from = self.draft.words.1;
        let needed = u32::from(from) + count;
        let refused = self.refusal(module, Why::Words(needed));
        let to = u16::try_from(needed).map_err(|_| refused)?;
        self.memory
            .words
            .get_mut(usize::from(from)..usize::from(to))
            .ok_or(refused)?
            .fill(0);
        self.draft.words.1 = to;
        if let Some(record) = self.record_mut(module) {
            record.word_count += to - from;
        }
        Ok(())
    }

    /// Sets a parameter of the module begun last.
    pub(crate) fn draft_param(&mut self, index: u32, value: u32) -> Result<(), Refused> {
        let at = self.draft.modules.1.saturating_sub(1);
        let Some(param) = self.descriptor(at).params.get(index as usize).copied() else {
            return self.refuse(Why::UnknownParameter(index));
        };
        if !(param.min..=param.max).contains(&value) {
            return self.refuse(Why::OutOfRange(index as u8, value));
        }
        if let Some(word) = self.words(at).get_mut(index as usize) {
            *word = value;
        }
        Ok(())
    }

    /// Gives the module begun last a trigger.
    pub(crate) fn draft_trigger(&mut self, interval_ms: u32, times: u16) -> Result<(), Refused> {
        if interval_ms == 0 {
            return self.refuse(Why::OutOfRange(255, 0));
        }
        let at = self.draft.modules.1.saturating_sub(1);
        if let Some(record) = self.record_mut(at) {
            (record.trigger_interval_ms, record.trigger_no) = (interval_ms, times);
        }
        Ok(())
    }

    /// Checks the composition as a whole, opens it, and switches to it.
    pub(crate) fn finish_draft(&mut self) -> Result<(), Refused> {
        self.check_draft()?;
        self.lay_out_state()?;
        let draft = self.draft;
        for module in draft.modules.0..draft.modules.1 {
            self.current.clear();
            if self.call(module, Op::Open, false, 0) == Flow::Stop {
                self.close(draft);
                return Err(self.refusal(module, Why::Open));
            }
        }
        for module in self.active.modules.0..self.active.modules.1 {
            self.stop_trigger(module);
        }
        (self.old, self.active) = (self.active, draft);
        self.old_until = if self.old.is_empty() {
            NEVER
        } else {
            self.now + DRAIN_US
        };
        Ok(())
    }

    /// Timers and state for every module, now that its parameters are known.
    fn lay_out_state(&mut self) -> Result<(), Refused> {
        // Words of one module lie together: take the parameters out, and lay all out again from the end.
        let (from, to) = self.draft.modules;
        let mut total: u32 = u32::from(self.draft.words.1);
        for module in from..to {
            total += self.extra_words(module);
        }
        let end = u16::try_from(total).unwrap_or(u16::MAX);
        if total > u32::from(end) || usize::from(end) > self.memory.words.len() {
            return self.refuse(Why::Words(total));
        }
        self.draft.words.1 = end;
        let mut end = end;
        for module in (from..to).rev() {
            let extra = self.extra_words(module) as u16;
            let timers = 2 * usize::from(self.descriptor(module).timers);
            let Some((words, count)) = self
                .record(module)
                .map(|record| (record.words, record.word_count))
            else {
                continue;
            };
            let begin = end - count - extra;
            let params = usize::from(words)..usize::from(words + count);
            self.memory.words.copy_within(params, usize::from(begin));
            if let Some(record) = self.record_mut(module) {
                (record.words, record.word_count) = (begin, count + extra);
            }
            if let Some(rest) = self.words(module).get_mut(usize::from(count)..) {
                let (timers, state) = rest.split_at_mut(timers.min(rest.len()));
                timers.fill(u32::MAX);
                state.fill(0);
            }
            end = begin;
        }
        Ok(())
    }

    /// Words for the timers and the state of a module.
    fn extra_words(&self, module: u8) -> u32 {
        let descriptor = self.descriptor(module);
        let table = descriptor.words_per.map_or(0, |(param, words)| {
            self.param(module, param).saturating_mul(u32::from(words))
        });
        (u32::from(descriptor.words) + 2 * u32::from(descriptor.timers)).saturating_add(table)
    }

    /// Whether interfaces fit, scopes are in order, channels differ, merges lead somewhere, and packets suffice.
    fn check_draft(&mut self) -> Result<(), Refused> {
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
        Ok(())
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
