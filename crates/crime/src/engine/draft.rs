//! A composition in the making: built beside the one that runs, checked as a whole, opened, and only then switched
//! to. Whatever is refused on the way leaves the running stacks as they are.

use super::Network;
use super::memory::{BOTTOM, HEADER_FIELDS, Module, NEVER, NONE, Span, Stats, TRIGGER_WORDS, TRIGGERED};
use super::timers::DRAIN_US;
use super::{Cost, Refused, StackSpec, Trigger, Why};
use crate::composition::{Composer, Reader, read};
use crate::{Descriptor, Flow, Op};

impl Network<'_> {
    /// Exchanges all stacks for those of `specs`: prepared beside the old ones, checked as a whole, opened, and
    /// then switched to. The old ones get two seconds to finish what they have begun, and are closed.
    ///
    /// # Errors
    /// The first thing that is wrong; the stacks that ran go on.
    pub fn compose(&mut self, now: u64, specs: &[StackSpec<'_>]) -> Result<(), Refused> {
        self.begin_draft(now);
        self.fill_draft(specs);
        self.check_draft();
        self.switch();
        self.end_draft()
    }

    /// [`Self::compose`], with the stacks of a composition message (docs/spec/composition.md).
    ///
    /// # Errors
    /// The first thing that is wrong; the stacks that ran go on.
    pub fn compose_message(&mut self, now: u64, message: &[u8]) -> Result<(), Refused> {
        self.begin_draft(now);
        read(&mut Draft::new(self, message));
        self.check_draft();
        self.switch();
        self.end_draft()
    }

    /// Ends all stacks: they get two seconds to finish what they have begun, and are closed. What they still receive
    /// is left alone.
    pub fn dissolve(&mut self, now: u64) {
        self.begin_draft(now);
        // An empty draft has no module that could refuse to open.
        self.switch();
        debug_assert!(self.fault.is_none());
    }

    /// Whether [`Self::compose_message`] would take a message, as far as that is known before its modules are
    /// opened, and what it would cost. Nothing changes, but a composition that is still draining ends.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check_message(&mut self, now: u64, message: &[u8]) -> Result<Cost, Refused> {
        self.begin_draft(now);
        read(&mut Draft::new(self, message));
        let slots = self.check_draft();
        self.end_draft()?;
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
    }

    /// Begins a composition in the half of the memory that does not run. What is still draining there ends now.
    fn begin_draft(&mut self, now: u64) {
        self.set_now(now);
        self.end_old();
        // The half that does not run; of nothing, either will do.
        let running = self.active;
        let stacks = (self.memory.stacks.len() / 2) as u8 - running.stacks.0;
        let modules = (self.memory.modules.len() / 2) as u8 - running.modules.0;
        let words = (self.memory.words.len() / 2) as u16 - running.words.0;
        self.draft = Span {
            stacks: (stacks, stacks),
            modules: (modules, modules),
            words: (words, words),
        };
        self.blame = modules;
        self.fault = None;
    }

    /// What is not in use now belongs to nothing; its span stays to be looked at.
    fn end_draft(&mut self) -> Result<(), Refused> {
        self.forget(self.draft);
        match self.fault {
            None => Ok(()),
            Some(why) => Err(Refused {
                module: self.culprit.wrapping_sub(self.draft.modules.0),
                why,
            }),
        }
    }

    /// The fault of module `blame`, if nothing was wrong before.
    #[inline(never)]
    pub(super) fn refuse(&mut self, why: Why) {
        if self.fault.is_none() {
            self.fault = Some(why);
            self.culprit = self.blame;
        }
    }

    fn fill_draft(&mut self, specs: &[StackSpec<'_>]) {
        let mut draft = Draft::new(self, &[]);
        for stack in specs {
            draft.stack(stack.parent.is_some(), stack.parent.unwrap_or(0).into());
            for module in stack.modules {
                draft.module(u32::from(module.id));
                for (index, value) in module.params {
                    if draft.refused() {
                        return;
                    }
                    draft.param(u32::from(*index), *value);
                }
                if let Some(Trigger { interval_ms, times }) = module.trigger {
                    draft.trigger(interval_ms, u32::from(times));
                }
                draft.end_module();
            }
        }
    }

    /// Gives the draft `count` more words, all 0; none when there are not so many.
    #[inline(never)]
    fn add_words(&mut self, count: u32) -> Option<&mut [u32]> {
        let (base, end) = self.draft.words;
        let needed = count + u32::from(end - base);
        if needed as usize > self.memory.words.len() / 2 {
            self.refuse(Why::Words(needed));
            return None;
        }
        self.draft.words.1 = end + count as u16;
        let words = self
            .memory
            .words
            .get_mut(usize::from(end)..usize::from(end) + count as usize)?;
        words.fill(0);
        Some(words)
    }

    /// Opens the modules of the draft, and makes it the running composition; if nothing is wrong.
    fn switch(&mut self) {
        let draft = self.draft;
        for module in draft.modules.0..draft.modules.1 {
            if self.fault.is_some() {
                break;
            }
            self.blame = module;
            self.fresh();
            if self.call(module, Op::Open, 0) == Flow::Stop {
                self.close(draft);
                self.refuse(Why::Open);
            }
        }
        if self.fault.is_some() {
            return;
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
    }
}

/// What puts together a composition, module by module. Bytes lie before words, as in [`Network`].
#[repr(C)]
struct Draft<'a, 'm> {
    net: &'a mut Network<'m>,
    /// Of the module begun last, until it has all its parts.
    record: Module,
    /// Of the module begun last.
    descriptor: Option<&'m Descriptor>,
    /// In the header of the stack begun last.
    header_bits: u32,
    reader: Reader<'a>,
}

impl<'a, 'm> Draft<'a, 'm> {
    fn new(net: &'a mut Network<'m>, message: &'a [u8]) -> Draft<'a, 'm> {
        Draft {
            net,
            reader: Reader::new(message),
            descriptor: None,
            record: Module::EMPTY,
            header_bits: 0,
        }
    }

    fn value(&mut self, index: usize) -> Option<&mut u32> {
        let at = usize::from(self.record.params) + index;
        self.net.memory.words.get_mut(at)
    }

    /// What the module begun last adds to the header of its stack.
    #[inline(never)]
    fn add_header(&mut self, descriptor: &Descriptor) {
        let Some(stack) = self.net.memory.stacks.get_mut(usize::from(self.record.stack)) else {
            return;
        };
        if stack.count == 0 {
            self.record.ops |= BOTTOM;
            let channel = self.net.memory.words.get(usize::from(self.record.params));
            stack.pipe.channel = channel.map_or(0, |channel| *channel as u16);
        }
        stack.count += 1;
        let mut bits = self.header_bits;
        // On the air the attributes of higher modules come first: the list grows from its end.
        for field in descriptor.header.iter().rev() {
            if let Some(field) = self.net.framing.field(*field) {
                bits = stack.put_before(field, bits);
            }
        }
        self.header_bits = bits;
        stack.header_bytes = ((bits + 7) >> 3) as u8;
    }
}

impl<'a> Composer<'a> for Draft<'a, '_> {
    fn reader(&mut self) -> &mut Reader<'a> {
        &mut self.reader
    }

    fn refuse(&mut self, why: Why) {
        self.net.refuse(why);
    }

    fn refused(&self) -> bool {
        self.net.fault.is_some()
    }

    #[inline(always)]
    fn stack(&mut self, merged: bool, parent: u32) {
        let Network { draft, memory, .. } = &mut *self.net;
        let (base, stack) = draft.stacks;
        let before = stack - base;
        let half = memory.stacks.len() / 2;
        let record = match memory.stacks.get_mut(usize::from(stack)) {
            Some(record) if usize::from(before) < half => record,
            _ => return self.net.refuse(Why::Stacks(u32::from(before) + 1)),
        };
        draft.stacks.1 = stack + 1;
        self.record.stack = stack;
        self.header_bits = 0;
        // Whether there is such a module is seen in the check; until then, its number is where frames are counted later.
        record.pipe.stats = Stats {
            frames_in: parent,
            ..Stats::default()
        };
        record.pipe.untold = [0; 3];
        record.count = 0;
        record.first = draft.modules.1;
        record.header_from = HEADER_FIELDS as u8;
        record.parent = if !merged {
            NONE
        } else if (parent as usize) < memory.modules.len() / 2 {
            draft.modules.0 + parent as u8
        } else {
            NONE - 1
        };
    }

    /// With default parameters.
    #[inline(never)]
    fn module(&mut self, id: u32) {
        let registry = self.net.registry;
        let mut kind = 0;
        let descriptor = loop {
            let Some(descriptor) = registry.get(kind) else {
                return self.net.refuse(Why::UnknownModule(id));
            };
            if u32::from(descriptor.id) == id {
                break descriptor;
            }
            kind += 1;
        };
        let (base, module) = self.net.draft.modules;
        let before = usize::from(module - base);
        if before == self.net.memory.modules.len() / 2 {
            return self.net.refuse(Why::Modules(before as u32 + 1));
        }
        self.descriptor = Some(descriptor);
        self.record.kind = kind as u8;
        self.record.params = self.net.draft.words.1;
        self.record.handler = descriptor.handler;
        self.record.ops = descriptor.ops & Descriptor::ALL;
        if let Some(values) = self.net.add_words(descriptor.params.len() as u32) {
            for (word, param) in values.iter_mut().zip(descriptor.params) {
                *word = param.default;
            }
        }
    }

    #[inline(always)]
    fn param(&mut self, index: u32, value: u32) {
        let Some(descriptor) = self.descriptor else {
            return;
        };
        match descriptor.params.get(index as usize) {
            None => self.net.refuse(Why::UnknownParameter(index)),
            Some(param) if value < param.min || value > param.max => self.net.refuse(Why::OutOfRange(value)),
            _ => {
                if let Some(word) = self.value(index as usize) {
                    *word = value;
                }
            }
        };
    }

    #[inline(always)]
    fn trigger(&mut self, interval_ms: u32, times: u32) {
        let wrong = if interval_ms == 0 { interval_ms } else { times };
        if interval_ms == 0 || times > u32::from(u16::MAX) {
            self.net.refuse(Why::OutOfRange(wrong));
        }
        self.record.ops |= TRIGGERED | Op::Send.bit();
        if let Some([_, _, interval, left]) = self.net.add_words(TRIGGER_WORDS as u32) {
            (*interval, *left) = (interval_ms, times);
        }
    }

    /// Timers and state for it, now that its parameters are known; and what it adds to the header of its stack.
    #[inline(always)]
    fn end_module(&mut self) {
        let Some(descriptor) = self.descriptor else {
            return;
        };
        let (count, words) = descriptor.words_per;
        let entries = self.value(count.into()).map_or(0, |value| *value & 0xffff);
        let timers = 2 * u16::from(descriptor.timers);
        self.record.timers = self.net.draft.words.1;
        self.record.state = self.record.timers + timers;
        // A timer of 0 is off.
        self.net
            .add_words(u32::from(descriptor.words) + u32::from(timers) + entries * u32::from(words));
        self.record.end = self.net.draft.words.1;
        if self.refused() {
            return;
        }
        self.add_header(descriptor);
        let module = self.net.draft.modules.1;
        if let Some(record) = self.net.memory.modules.get_mut(usize::from(module)) {
            *record = self.record;
        }
        self.net.draft.modules.1 = module + 1;
        self.net.blame = module + 1;
    }
}
