//! A composition in the making: built beside the one that runs, checked as a whole, opened, and only then switched
//! to. Whatever is refused on the way leaves the running stacks as they are.

use super::Network;
use super::memory::{Module, NEVER, NONE, Span, Stack};
use super::timers::DRAIN_US;
use super::{Cost, Refused, StackSpec, Trigger, Why};
use crate::composition::{Item, Items};
use crate::{Flow, Op};

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

    /// [`Self::compose`], with the stacks of a composition message (docs/spec/composition.md).
    ///
    /// # Errors
    /// The first thing that is wrong; the stacks that ran go on.
    pub fn compose_message(&mut self, now: u64, message: &[u8]) -> Result<(), Refused> {
        self.begin_draft(now);
        let composed = self.read_draft(message).and_then(|()| self.finish_draft());
        self.draft = Span::default();
        composed
    }

    /// Whether [`Self::compose_message`] would take a message, as far as that is known before its modules are
    /// opened, and what it would cost. Nothing changes, but a composition that is still draining ends.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check_message(&mut self, now: u64, message: &[u8]) -> Result<Cost, Refused> {
        self.begin_draft(now);
        let checked = self.read_draft(message).and_then(|()| self.check_draft());
        let cost = checked.and_then(|slots| {
            self.lay_out_state()?;
            let Span {
                stacks,
                modules,
                words,
            } = self.draft;
            Ok(Cost {
                stacks: stacks.1 - stacks.0,
                modules: modules.1 - modules.0,
                words: words.1 - words.0,
                slots,
            })
        });
        self.draft = Span::default();
        cost
    }

    fn fill_draft(&mut self, specs: &[StackSpec<'_>]) -> Result<(), Refused> {
        for stack in specs {
            self.draft_item(Item::Stack {
                parent: stack.parent.map(u32::from),
            })?;
            for module in stack.modules {
                self.draft_item(Item::Module {
                    id: u32::from(module.id),
                })?;
                for (index, value) in module.params {
                    self.draft_item(Item::Param {
                        index: u32::from(*index),
                        value: *value,
                    })?;
                }
                if let Some(Trigger { interval_ms, times }) = module.trigger {
                    self.draft_item(Item::Trigger {
                        interval_ms,
                        times: u32::from(times),
                    })?;
                }
            }
        }
        Ok(())
    }

    fn read_draft(&mut self, message: &[u8]) -> Result<(), Refused> {
        let mut items = Items::new(message).map_err(|why| self.refusal(0, why))?;
        while let Some(item) = items.next() {
            match item {
                Ok(item) => self.draft_item(item)?,
                Err(why) if items.inside_module() => return self.refuse(why),
                Err(why) => return Err(self.refusal(self.draft.modules.1, why)),
            }
        }
        Ok(())
    }

    fn draft_item(&mut self, item: Item) -> Result<(), Refused> {
        match item {
            Item::Stack { parent } => self.draft_stack(parent),
            Item::Module { id } => self.draft_module(id),
            Item::Param { index, value } => self.draft_param(index, value),
            Item::Trigger { interval_ms, times } => self.draft_trigger(interval_ms, times),
        }
    }

    /// Begins a composition in the room behind the running one. What is still draining ends now.
    fn begin_draft(&mut self, now: u64) {
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
    pub(super) fn refuse<T>(&self, why: Why) -> Result<T, Refused> {
        Err(self.refusal(self.draft.modules.1.saturating_sub(1), why))
    }

    pub(super) fn refusal(&self, module: u8, why: Why) -> Refused {
        Refused {
            module: module.saturating_sub(self.draft.modules.0),
            why,
        }
    }

    /// Begins a stack; `parent` is counted from the first module of the composition.
    fn draft_stack(&mut self, parent: Option<u32>) -> Result<(), Refused> {
        let at = self.draft.stacks.1;
        let parent = match parent {
            None => NONE,
            // What does not exist is found in the check, when it is known what does.
            Some(parent) => u8::try_from(parent.saturating_add(u32::from(self.draft.modules.0)))
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
    fn draft_module(&mut self, id: u32) -> Result<(), Refused> {
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
    fn draft_param(&mut self, index: u32, value: u32) -> Result<(), Refused> {
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
    fn draft_trigger(&mut self, interval_ms: u32, times: u32) -> Result<(), Refused> {
        if interval_ms == 0 {
            return self.refuse(Why::OutOfRange(255, 0));
        }
        let Ok(times) = u16::try_from(times) else {
            return self.refuse(Why::OutOfRange(254, times));
        };
        let at = self.draft.modules.1.saturating_sub(1);
        if let Some(record) = self.record_mut(at) {
            (record.trigger_interval_ms, record.trigger_no) = (interval_ms, times);
        }
        Ok(())
    }

    /// Checks the composition as a whole, opens it, and switches to it.
    fn finish_draft(&mut self) -> Result<(), Refused> {
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
}
