//! Time: the timers and triggers of modules, and the end of a composition that has been replaced.

use super::Network;
use super::memory::{Module, NEVER, NONE, Span, Stack, Use};
use crate::Op;

/// How long a composition that was replaced may finish what it has begun, in microseconds.
pub(super) const DRAIN_US: u64 = 2_000_000;

/// Milliseconds as microseconds. By halves, because a Cortex-M0 multiplies to 64 bits in a library function only.
#[inline(never)]
pub(super) fn micros(ms: u32) -> u64 {
    let (high, low) = ((ms >> 16) * 1000, (ms & 0xffff) * 1000);
    (u64::from(high) << 16) + u64::from(low)
}

impl Network<'_> {
    /// The word of a module's timer, if it has that timer.
    pub(super) fn timer_word(&self, module: u8, timer: u8) -> Option<u16> {
        let record = self.record(module);
        let word = record.timers + 2 * u16::from(timer);
        (word < record.state).then_some(word)
    }

    /// When the timer with these words expires; a timer of 0 is off, as new memory has it.
    pub(super) fn deadline(&self, word: u16) -> u64 {
        let words = self.memory.words.get(usize::from(word)..);
        match words.and_then(|words| words.first_chunk::<2>()) {
            Some([low, high]) if *low | *high != 0 => u64::from(*high) << 32 | u64::from(*low),
            _ => NEVER,
        }
    }

    /// Sets a timer.
    pub(super) fn set_deadline(&mut self, word: u16, deadline: u64) {
        let words = self.memory.words.get_mut(usize::from(word)..);
        if let Some([low, high]) = words.and_then(|words| words.first_chunk_mut::<2>()) {
            (*low, *high) = (deadline as u32, (deadline >> 32) as u32);
        }
    }

    /// When the next timer, trigger or end of a drain is due. With `run`, what is due now is done, each at most once.
    pub(super) fn sweep(&mut self, run: bool) -> u64 {
        let mut next = self.old_until;
        // Records that belong to nothing have no timers.
        for module in 0..self.memory.modules.len() as u8 {
            let Module { timers, state, .. } = *self.record(module);
            let mut word = self.record(module).first_deadline();
            while word < state {
                let at = self.deadline(word);
                next = next.min(at);
                let triggered = word < timers;
                if run && at <= self.now {
                    let op = if triggered {
                        self.trigger(module);
                        Op::Send
                    } else {
                        self.set_deadline(word, 0);
                        self.fresh();
                        Op::Timer
                    };
                    let flow = self.call(module, op, (word.wrapping_sub(timers) / 2) as u8);
                    // No module hears of the timer of another one: with `Flow::Go` this ends at once.
                    self.walk_on(module, op, Some(flow));
                }
                word = if triggered { timers } else { word + 2 };
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
            self.end_old();
        }
    }

    /// Ends it now.
    pub(super) fn end_old(&mut self) {
        self.close(self.old);
        self.old = Span::default();
        self.old_until = NEVER;
    }

    /// Closes stacks: every module from the top down, then what they still held, timers and triggers. What waits for
    /// the radio goes out yet.
    pub(super) fn close(&mut self, span: Span) {
        for at in span.stacks.0..span.stacks.1 {
            let Stack { first, count, .. } = *self.stack(at);
            for module in (first..first + count).rev() {
                self.fresh();
                self.call(module, Op::Close, 0);
            }
        }
        self.settle();
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
            if let Some(record) = self.memory.modules.get_mut(usize::from(module)) {
                let Module { ops, kind, stack, .. } = Module::VOID;
                (record.handler, record.ops) = (None, ops);
                // It has no timers either; whose its other words are, nobody asks then.
                (record.timers, record.state) = (0, 0);
                (record.kind, record.stack) = (kind, stack);
            }
        }
        for stack in span.stacks.0..span.stacks.1 {
            if let Some(record) = self.memory.stacks.get_mut(usize::from(stack)) {
                record.parent = NONE;
            }
        }
    }
}
