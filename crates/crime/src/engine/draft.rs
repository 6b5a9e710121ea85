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
        let composed = self
            .read_draft(message)
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
        debug_assert!(switched.is_ok());
        self.draft = Span::default();
    }

    /// Whether [`Self::compose_message`] would take a message, as far as that is known before its modules are
    /// opened, and what it would cost. Nothing changes, but a composition that is still draining ends.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check_message(&mut self, now: u64, message: &[u8]) -> Result<Cost, Refused> {
        self.begin_draft(now);
        let checked = self.read_draft(message).and_then(|()| self.check_draft());
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

    fn fill_draft(&mut self, specs: &[StackSpec<'_>]) -> Result<(), Why> {
        for stack in specs {
            self.add(Item::Stack {
                parent: stack.parent.map(u32::from),
            })?;
            for module in stack.modules {
                self.add(Item::Module {
                    id: u32::from(module.id),
                })?;
                for (index, value) in module.params {
                    self.add(Item::Param {
                        index: u32::from(*index),
                        value: *value,
                    })?;
                }
                if let Some(Trigger { interval_ms, times }) = module.trigger {
                    self.add(Item::Trigger {
                        interval_ms,
                        times: u32::from(times),
                    })?;
                }
            }
        }
        self.end_module()
    }

    fn read_draft(&mut self, message: &[u8]) -> Result<(), Why> {
        let mut items = Items::new(message);
        loop {
            let item = items.next();
            if !items.inside_module() {
                self.blame = self.draft.modules.1;
            }
            match item {
                Some(item) => self.add(item)?,
                None => break items.fault().map_or(Ok(()), Err)?,
            }
        }
        self.end_module()
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

    fn end_draft<T>(&mut self, done: Result<T, Why>) -> Result<T, Refused> {
        let module = self.blame.saturating_sub(self.draft.modules.0);
        self.forget(self.draft);
        self.draft = Span::default();
        done.map_err(|why| Refused { module, why })
    }

    /// Adds what comes next. What is refused is the fault of module `blame`.
    fn add(&mut self, item: Item) -> Result<(), Why> {
        let (stack, module) = (self.draft.stacks.1, self.draft.modules.1);
        match item {
            Item::Stack { parent } => {
                self.end_module()?;
                self.blame = module;
                // What does not exist is found in the check, when it is known what does.
                let parent = parent.map_or(NONE, |parent| {
                    parent
                        .saturating_add(self.draft.modules.0.into())
                        .min(u32::from(NONE) - 1) as u8
                });
                let before = stack - self.draft.stacks.0;
                let record = free_half(self.memory.stacks, self.draft.stacks.0).get_mut(usize::from(before));
                *record.ok_or(Why::Stacks(u16::from(before) + 1))? = Stack {
                    first: module,
                    parent,
                    ..Stack::EMPTY
                };
                self.draft.stacks.1 = stack + 1;
                Ok(())
            }
            Item::Module { id } => {
                self.end_module()?;
                self.blame = module;
                self.begin_module(stack - 1, module, id)
            }
            Item::Param { index, value } => {
                let module = module - 1;
                let param = self
                    .descriptor(module)
                    .params
                    .get(index as usize)
                    .ok_or(Why::UnknownParameter(index))?;
                if value < param.min || value > param.max {
                    return Err(Why::OutOfRange(index as u8, value));
                }
                if let Some(word) = self.words(module).get_mut(index as usize) {
                    *word = value;
                }
                Ok(())
            }
            Item::Trigger { interval_ms, times } => {
                if interval_ms == 0 {
                    return Err(Why::OutOfRange(255, 0));
                }
                if times > u32::from(u16::MAX) {
                    return Err(Why::OutOfRange(254, times));
                }
                if let Some(record) = self.record_mut(module - 1) {
                    (record.trigger_interval_ms, record.trigger_no) = (interval_ms, times as u16);
                }
                Ok(())
            }
        }
    }

    /// Adds a module to a stack, with default parameters.
    fn begin_module(&mut self, stack: u8, module: u8, id: u32) -> Result<(), Why> {
        let mut registry = self.registry.iter();
        let kind = registry
            .position(|descriptor| u32::from(descriptor.id) == id)
            .ok_or(Why::UnknownModule(id))?;
        let before = module - self.draft.modules.0;
        let record = free_half(self.memory.modules, self.draft.modules.0).get_mut(usize::from(before));
        *record.ok_or(Why::Modules(u16::from(before) + 1))? = Module {
            kind: kind as u8,
            stack,
            words: self.draft.words.1,
            ..Module::EMPTY
        };
        self.draft.modules.1 = module + 1;
        if let Some(stack) = self.memory.stacks.get_mut(usize::from(stack)) {
            stack.count += 1;
        }
        let params = self.descriptor(module).params;
        self.add_words(module, params.len() as u32)?;
        for (word, param) in self.words(module).iter_mut().zip(params) {
            *word = param.default;
        }
        Ok(())
    }

    /// Timers and state for the module begun last, now that its parameters are known.
    fn end_module(&mut self) -> Result<(), Why> {
        let (begin, end) = self.draft.modules;
        if begin == end {
            return Ok(());
        }
        let module = end - 1;
        self.blame = module;
        let descriptor = self.descriptor(module);
        // Ended already, when a stack has begun since.
        if self.words(module).len() != descriptor.params.len() {
            return Ok(());
        }
        let table = match descriptor.words_per {
            Some((count, words)) => (self.param(module, count) & 0xffff) * u32::from(words),
            None => 0,
        };
        // A timer of 0 is off.
        self.add_words(
            module,
            u32::from(descriptor.words) + 2 * u32::from(descriptor.timers) + table,
        )
    }

    /// Gives the module begun last `count` more words, all 0.
    fn add_words(&mut self, module: u8, count: u32) -> Result<(), Why> {
        let before = self.draft.words.1 - self.draft.words.0;
        let needed = count + u32::from(before);
        let words = free_half(self.memory.words, self.draft.words.0);
        let words = words.get_mut(usize::from(before)..needed as usize);
        words.ok_or(Why::Words(needed))?.fill(0);
        self.draft.words.1 += count as u16;
        if let Some(record) = self.record_mut(module) {
            record.word_count += count as u16;
        }
        Ok(())
    }

    /// Opens the modules of the draft, and makes it the running composition.
    fn switch(&mut self) -> Result<(), Why> {
        let draft = self.draft;
        for module in draft.modules.0..draft.modules.1 {
            self.blame = module;
            self.current.clear();
            if self.call(module, Op::Open, false, 0) == Flow::Stop {
                self.close(draft);
                return Err(Why::Open);
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
        Ok(())
    }
}

/// The half of some records that begins at `from`, which is 0 or the middle.
fn free_half<T>(records: &mut [T], from: impl Into<usize>) -> &mut [T] {
    let (from, half) = (from.into(), records.len() / 2);
    records.get_mut(from..from + half).unwrap_or(&mut [])
}
