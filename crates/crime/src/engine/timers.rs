//! Time: the timers and triggers of modules, and the end of a composition that has been replaced.

use super::Network;
use super::memory::{NEVER, NONE, Span, Stack, Use};
use super::walk::Start;
use crate::{Flow, Op};

/// How long a composition that was replaced may finish what it has begun, in microseconds.
pub(super) const DRAIN_US: u64 = 2_000_000;

impl Network<'_> {
    pub(super) fn deadline(&self, module: u8, timer: u8) -> u64 {
        let descriptor = self.descriptor(module);
        let Some(record) = self.record(module) else {
            return NEVER;
        };
        let at = usize::from(record.words) + descriptor.params.len() + 2 * usize::from(timer);
        match self.memory.words.get(at..at + 2) {
            Some([low, high]) if timer < descriptor.timers => u64::from(*high) << 32 | u64::from(*low),
            _ => NEVER,
        }
    }

    pub(super) fn set_deadline(&mut self, module: u8, timer: u8, deadline: u64) {
        let descriptor = self.descriptor(module);
        if timer >= descriptor.timers {
            return;
        }
        let at = descriptor.params.len() + 2 * usize::from(timer);
        if let Some([low, high]) = self.words(module).get_mut(at..at + 2) {
            *low = deadline as u32;
            *high = (deadline >> 32) as u32;
        }
    }

    /// Calls every module whose timer or trigger is due, each at most once.
    pub(super) fn run_timers(&mut self) {
        for span in [self.active, self.old] {
            for module in span.modules.0..span.modules.1 {
                if self
                    .record(module)
                    .is_some_and(|record| record.trigger_at <= self.now)
                {
                    self.trigger(module);
                }
                for timer in 0..self.descriptor(module).timers {
                    if self.deadline(module, timer) <= self.now {
                        self.set_deadline(module, timer, NEVER);
                        self.current.clear();
                        let flow = self.call(module, Op::Timer, false, timer);
                        if flow != Flow::Go {
                            self.walk(Start::After { module, flow });
                        }
                    }
                }
            }
        }
    }

    pub(super) fn next_deadline(&self) -> u64 {
        let mut next = if self.old.is_empty() {
            NEVER
        } else {
            self.old_until
        };
        for span in [self.active, self.old] {
            for module in span.modules.0..span.modules.1 {
                if let Some(record) = self.record(module) {
                    next = next.min(record.trigger_at);
                }
                for timer in 0..self.descriptor(module).timers {
                    next = next.min(self.deadline(module, timer));
                }
            }
        }
        next
    }

    /// Ends the old composition when it has nothing under way any more, or has had its time.
    pub(super) fn drain(&mut self) {
        let under_way = |used| matches!(used, Use::Held | Use::Walk | Use::Merged | Use::Out | Use::Air);
        let old = self.old;
        let busy = self
            .memory
            .slots
            .iter()
            .any(|slot| under_way(slot.used) && old.has_module(slot.module));
        if !old.is_empty() && (!busy || self.now >= self.old_until) {
            self.close(old);
            self.old = Span::default();
            self.old_until = NEVER;
        }
    }

    /// Closes stacks: timers and triggers off, then every module from the top down, then what they still
    /// held. What waits for the radio goes out yet.
    pub(super) fn close(&mut self, span: Span) {
        for module in span.modules.0..span.modules.1 {
            self.stop_trigger(module);
            for timer in 0..self.descriptor(module).timers {
                self.set_deadline(module, timer, NEVER);
            }
        }
        for at in span.stacks.0..span.stacks.1 {
            let stack = self
                .memory
                .stacks
                .get(usize::from(at))
                .copied()
                .unwrap_or(Stack::EMPTY);
            for module in (stack.first..stack.first + stack.count).rev() {
                self.current.clear();
                self.call(module, Op::Close, false, 0);
            }
        }
        for slot in self
            .memory
            .slots
            .iter_mut()
            .filter(|slot| span.has_module(slot.module))
        {
            slot.module = NONE;
            if !matches!(slot.used, Use::Out | Use::Air) {
                slot.used = Use::Free;
            }
        }
    }

    /// Sends nothing again that this module's trigger repeats.
    pub(super) fn stop_trigger(&mut self, module: u8) {
        if let Some(record) = self.record_mut(module) {
            record.trigger_at = NEVER;
        }
        if let Some(slot) = self.find_slot(Use::Trigger, module) {
            self.free(slot);
        }
    }
}
