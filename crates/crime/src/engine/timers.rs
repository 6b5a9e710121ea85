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
        let at = usize::from(self.record(module).words) + descriptor.params.len() + 2 * usize::from(timer);
        match self.memory.words.get(at..at + 2) {
            Some([low, high]) if timer < descriptor.timers && *low | *high != 0 => {
                u64::from(*high) << 32 | u64::from(*low)
            }
            _ => NEVER,
        }
    }

    /// Sets a timer; 0 is off, as new memory has it.
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

    /// When the next timer, trigger or end of a drain is due. With `run`, what is due now is done, each at most once.
    pub(super) fn sweep(&mut self, run: bool) -> u64 {
        let mut next = self.old_until;
        // Records that belong to nothing have no timers.
        for module in 0..self.memory.modules.len() as u8 {
            let at = self.record(module).trigger_at;
            next = next.min(at);
            if run && at <= self.now {
                self.trigger(module);
            }
            for timer in 0..self.descriptor(module).timers {
                let at = self.deadline(module, timer);
                next = next.min(at);
                if run && at <= self.now {
                    self.set_deadline(module, timer, 0);
                    self.current.clear();
                    let flow = self.call(module, Op::Timer, false, timer);
                    if flow != Flow::Go {
                        self.walk(Start::After { module, flow });
                    }
                }
            }
        }
        next
    }

    /// Ends the old composition when it has nothing under way any more, or has had its time.
    pub(super) fn drain(&mut self) {
        const UNDER_WAY: u8 =
            Use::Held.bit() | Use::Walk.bit() | Use::Merged.bit() | Use::Out.bit() | Use::Air.bit();
        let old = self.old;
        let busy = self
            .memory
            .slots
            .iter()
            .any(|slot| slot.used.bit() & UNDER_WAY != 0 && old.has_module(slot.module));
        if !old.is_empty() && (!busy || self.now >= self.old_until) {
            self.close(old);
            self.old = Span::default();
            self.old_until = NEVER;
        }
    }

    /// Closes stacks: every module from the top down, then what they still held, timers and triggers. What waits for
    /// the radio goes out yet.
    pub(super) fn close(&mut self, span: Span) {
        for at in span.stacks.0..span.stacks.1 {
            let Stack { first, count, .. } = *self.stack(at);
            for module in (first..first + count).rev() {
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
            if slot.used.bit() & (Use::Out.bit() | Use::Air.bit()) == 0 {
                slot.used = Use::Free;
            }
        }
        self.forget(span);
    }

    /// Lets the records of a composition belong to nothing.
    pub(super) fn forget(&mut self, span: Span) {
        for module in span.modules.0..span.modules.1 {
            if let Some(record) = self.record_mut(module) {
                // Without a kind it has no timers.
                record.kind = NONE;
                record.trigger_at = NEVER;
            }
        }
        for stack in span.stacks.0..span.stacks.1 {
            if let Some(record) = self.memory.stacks.get_mut(usize::from(stack)) {
                record.parent = NONE;
            }
        }
    }

    /// Sends nothing again that this module's trigger repeats.
    pub(super) fn stop_trigger(&mut self, module: u8) {
        if let Some(record) = self.record_mut(module) {
            record.trigger_at = NEVER;
        }
        if let Some(slot) = self.oldest(Use::Trigger.bit(), module) {
            self.free(slot);
        }
    }
}
