//! A composition in the making: built beside the one that runs, checked as a whole, opened, and only then switched
//! to. Whatever is refused on the way leaves the running stacks as they are.

use super::Network;
use super::memory::{BOTTOM, HEADER_FIELDS, Module, NEVER, NONE, Span, Stack, TRIGGER_WORDS, TRIGGERED};
use super::timers::DRAIN_US;
use super::{Cost, Refused, StackSpec, Trigger, Why};
use crate::composition::{Composer, read};
use crate::{Descriptor, Flow, Op};

/// Where the state of a module is that has not all its words yet.
const NOT_YET: u16 = u16::MAX;

impl Network<'_> {
    /// Exchanges all stacks for those of `specs`: prepared beside the old ones, checked as a whole, opened, and
    /// then switched to. The old ones get two seconds to finish what they have begun, and are closed.
    ///
    /// # Errors
    /// The first thing that is wrong; the stacks that ran go on.
    pub fn compose(&mut self, now: u64, specs: &[StackSpec<'_>]) -> Result<(), Refused> {
        self.begin_draft(now);
        let composed = self
            .fill_draft(specs)
            .and_then(|()| self.check_draft())
            .and_then(|_| self.switch());
        self.end_draft(composed)
    }

    /// [`Self::compose`], with the stacks of a composition message (docs/spec/composition.md).
    ///
    /// # Errors
    /// The first thing that is wrong; the stacks that ran go on.
    pub fn compose_message(&mut self, now: u64, message: &[u8]) -> Result<(), Refused> {
        self.begin_draft(now);
        let composed = read(message, &mut Draft(self))
            .and_then(|()| self.check_draft())
            .and_then(|_| self.switch());
        self.end_draft(composed)
    }

    /// Ends all stacks: they get two seconds to finish what they have begun, and are closed. What they still receive
    /// is left alone.
    pub fn dissolve(&mut self, now: u64) {
        self.begin_draft(now);
        // An empty draft has no module that could refuse to open.
        let switched = self.switch();
        debug_assert!(switched.is_some());
        self.draft = Span::default();
    }

    /// Whether [`Self::compose_message`] would take a message, as far as that is known before its modules are
    /// opened, and what it would cost. Nothing changes, but a composition that is still draining ends.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check_message(&mut self, now: u64, message: &[u8]) -> Result<Cost, Refused> {
        self.begin_draft(now);
        let checked = read(message, &mut Draft(self)).and_then(|()| self.check_draft());
        let Span {
            stacks,
            modules,
            words,
        } = self.draft;
        let cost = checked.map(|slots| Cost {
            stacks: stacks.1 - stacks.0,
            modules: modules.1 - modules.0,
            words: words.1 - words.0,
            slots,
        });
        self.end_draft(cost)
    }

    /// Begins a composition in the half of the memory that does not run. What is still draining there ends now.
    fn begin_draft(&mut self, now: u64) {
        self.set_now(now);
        self.old_until = 0;
        self.drain();
        self.old_until = NEVER;
        let behind = self.active.modules.0 == 0 && !self.active.is_empty();
        let base = |len: usize| if behind { len / 2 } else { 0 };
        let (stacks, modules) = (
            base(self.memory.stacks.len()) as u8,
            base(self.memory.modules.len()) as u8,
        );
        let words = base(self.memory.words.len()) as u16;
        self.draft = Span {
            stacks: (stacks, stacks),
            modules: (modules, modules),
            words: (words, words),
        };
        self.blame = modules;
    }

    fn end_draft<T>(&mut self, done: Option<T>) -> Result<T, Refused> {
        let module = self.blame.saturating_sub(self.draft.modules.0);
        self.forget(self.draft);
        self.draft = Span::default();
        let why = self.fault;
        done.ok_or(Refused { module, why })
    }

    /// The fault of module `blame`.
    #[inline(always)]
    pub(super) fn refuse<T>(&mut self, why: Why) -> Option<T> {
        self.fault = why;
        None
    }

    fn fill_draft(&mut self, specs: &[StackSpec<'_>]) -> Option<()> {
        let mut draft = Draft(self);
        for stack in specs {
            draft.end_module()?;
            draft.stack(stack.parent.map(u32::from))?;
            for module in stack.modules {
                draft.end_module()?;
                draft.module(u32::from(module.id))?;
                for (index, value) in module.params {
                    draft.param(u32::from(*index), *value)?;
                }
                if let Some(Trigger { interval_ms, times }) = module.trigger {
                    draft.trigger(interval_ms, u32::from(times))?;
                }
            }
        }
        draft.end_module()
    }

    /// Gives the module begun last `count` more words, all 0.
    fn add_words(&mut self, module: u8, count: u32) -> Option<&mut [u32]> {
        let before = self.draft.words.1 - self.draft.words.0;
        let needed = count + u32::from(before);
        let words = free_half(self.memory.words, self.draft.words.0);
        let Some(words) = words.get_mut(usize::from(before)..needed as usize) else {
            self.fault = Why::Words(needed);
            return None;
        };
        words.fill(0);
        self.draft.words.1 += count as u16;
        if let Some(record) = self.memory.modules.get_mut(usize::from(module)) {
            record.end += count as u16;
        }
        Some(words)
    }

    pub(super) fn mark(&mut self, module: u8, marks: u16) {
        if let Some(record) = self.memory.modules.get_mut(usize::from(module)) {
            record.ops |= marks;
        }
    }

    /// Opens the modules of the draft, and makes it the running composition.
    fn switch(&mut self) -> Option<()> {
        let draft = self.draft;
        for module in draft.modules.0..draft.modules.1 {
            self.blame = module;
            self.fresh();
            if self.call(module, Op::Open, 0) == Flow::Stop {
                self.close(draft);
                return self.refuse(Why::Open);
            }
        }
        for module in self.active.modules.0..self.active.modules.1 {
            self.stop_trigger(module);
        }
        (self.old, self.active, self.draft) = (self.active, draft, Span::default());
        self.old_until = if self.old.is_empty() {
            NEVER
        } else {
            self.now + DRAIN_US
        };
        Some(())
    }
}

/// What puts together a composition; of what it refuses of it, module `blame` is at fault.
struct Draft<'a, 'm>(&'a mut Network<'m>);

impl Composer for Draft<'_, '_> {
    fn refuse(&mut self, why: Why) {
        self.0.fault = why;
    }

    /// Timers and state for the module begun last, now that its parameters are known.
    fn end_module(&mut self) -> Option<()> {
        let (begin, end) = self.0.draft.modules;
        let module = end.wrapping_sub(1);
        let &Module {
            state,
            end: timers_at,
            ..
        } = self.0.record(module);
        // Ended already, when a stack has begun since.
        if begin != end && state == NOT_YET {
            let descriptor = self.0.descriptor(module);
            let (count, words) = descriptor.words_per;
            let table = (self.0.param(module, count) & 0xffff) * u32::from(words);
            let timers = 2 * u32::from(descriptor.timers);
            // A timer of 0 is off.
            self.0
                .add_words(module, u32::from(descriptor.words) + timers + table)?;
            if let Some(record) = self.0.memory.modules.get_mut(usize::from(module)) {
                record.timers = timers_at;
                record.state = timers_at + timers as u16;
            }
        }
        self.0.blame = end;
        Some(())
    }

    fn stack(&mut self, parent: Option<u32>) -> Option<()> {
        let (stack, module) = (self.0.draft.stacks.1, self.0.draft.modules.1);
        // What does not exist is found in the check, when it is known what does.
        let parent = parent.map_or(NONE, |parent| {
            parent
                .saturating_add(self.0.draft.modules.0.into())
                .min(u32::from(NONE) - 1) as u8
        });
        let before = stack - self.0.draft.stacks.0;
        let record = free_half(self.0.memory.stacks, self.0.draft.stacks.0).get_mut(usize::from(before));
        let Some(record) = record else {
            return self.0.refuse(Why::Stacks(u16::from(before) + 1));
        };
        *record = Stack {
            first: module,
            parent,
            header_from: HEADER_FIELDS as u8,
            ..Stack::EMPTY
        };
        self.0.draft.stacks.1 = stack + 1;
        Some(())
    }

    /// With default parameters.
    fn module(&mut self, id: u32) -> Option<()> {
        let (stack, module) = (self.0.draft.stacks.1 - 1, self.0.draft.modules.1);
        let mut registry = self.0.registry.iter().enumerate();
        let Some((kind, descriptor)) = registry.find(|(_, descriptor)| u32::from(descriptor.id) == id) else {
            return self.0.refuse(Why::UnknownModule(id));
        };
        let before = module - self.0.draft.modules.0;
        let words = self.0.draft.words.1;
        let record = free_half(self.0.memory.modules, self.0.draft.modules.0).get_mut(usize::from(before));
        let Some(record) = record else {
            return self.0.refuse(Why::Modules(u16::from(before) + 1));
        };
        *record = Module {
            handler: Some(descriptor.handler),
            ops: descriptor.ops & Descriptor::ALL,
            params: words,
            timers: words,
            state: NOT_YET,
            end: words,
            kind: kind as u8,
            stack,
        };
        self.0.draft.modules.1 = module + 1;
        if let Some(stack) = self.0.memory.stacks.get_mut(usize::from(stack)) {
            if stack.count == 0 {
                record.ops |= BOTTOM;
            }
            stack.count += 1;
        }
        let values = self.0.add_words(module, descriptor.params.len() as u32)?;
        for (word, param) in values.iter_mut().zip(descriptor.params) {
            *word = param.default;
        }
        Some(())
    }

    fn param(&mut self, index: u32, value: u32) -> Option<()> {
        let module = self.0.blame;
        let Some(param) = self.0.descriptor(module).params.get(index as usize) else {
            return self.0.refuse(Why::UnknownParameter(index));
        };
        if value < param.min || value > param.max {
            return self.0.refuse(Why::OutOfRange(index as u8, value));
        }
        let at = usize::from(self.0.record(module).params) + index as usize;
        if let Some(word) = self.0.memory.words.get_mut(at) {
            *word = value;
        }
        Some(())
    }

    fn trigger(&mut self, interval_ms: u32, times: u32) -> Option<()> {
        if interval_ms == 0 {
            return self.0.refuse(Why::OutOfRange(255, 0));
        }
        if times > u32::from(u16::MAX) {
            return self.0.refuse(Why::OutOfRange(254, times));
        }
        let module = self.0.blame;
        self.0.mark(module, TRIGGERED | Op::Send.bit());
        if let [_, _, interval, left] = self.0.add_words(module, TRIGGER_WORDS as u32)? {
            (*interval, *left) = (interval_ms, times);
        }
        Some(())
    }
}

/// The half of some records that begins at `from`, which is 0 or the middle.
fn free_half<T>(records: &mut [T], from: impl Into<usize>) -> &mut [T] {
    let (from, half) = (from.into(), records.len() / 2);
    records.get_mut(from..from + half).unwrap_or(&mut [])
}
