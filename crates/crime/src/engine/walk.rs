//! Walks: loops over the modules of a stack, and from stack to stack where they are merged. Nothing recurses, and
//! no walk takes more than [`MAX_STEPS`] calls, whatever modules answer.

use super::Network;
use super::memory::{NEVER, NONE, Stack, Use};
use crate::{Flow, Op};

/// The most module calls in one walk.
pub const MAX_STEPS: u8 = 64;

/// Where a walk begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    /// With this module.
    At { module: u8, op: Op },
    /// With this module, as its trigger wants: it is not triggered anew.
    Triggered { module: u8 },
    /// As if this module had answered with this flow.
    After { module: u8, flow: Flow },
}

impl Network<'_> {
    /// Walks. True when the walk came to the end of its way and nobody stopped it.
    pub(super) fn walk(&mut self, start: Start) -> bool {
        let (mut at, mut op, mut flow, mut triggered) = match start {
            Start::At { module, op } => (module, op, None, false),
            Start::Triggered { module } => (module, Op::Send, None, true),
            Start::After { module, flow } => (module, Op::Timer, Some(flow), false),
        };
        let mut merged = false;
        // The stack that the walk is in: none yet.
        let (mut first, mut top, mut parent) = (1, 0, NONE);
        for _ in 0..MAX_STEPS {
            if at < first || at > top {
                let stack = self.stack_of(at);
                (first, top, parent) = (stack.first, stack.top(), stack.parent);
            }
            let answer = match flow.take() {
                Some(answer) => answer,
                None => {
                    if op == Op::Send && !triggered {
                        self.start_trigger(at);
                    }
                    triggered = false;
                    self.call(at, op, merged, 0)
                }
            };
            merged = false;
            match answer {
                Flow::Stop => return false,
                Flow::Go => {}
                Flow::Turn(turned) => op = turned,
                Flow::Merged(turned) => {
                    let Some(down) = self.merged_top(at) else {
                        return true;
                    };
                    op = turned;
                    at = down;
                    continue;
                }
            }
            if !op.goes_up() {
                if at <= first {
                    return true;
                }
                at -= 1;
            } else if at < top {
                at += 1;
            } else {
                // On where the stack is merged.
                if parent == NONE {
                    return true;
                }
                at = parent;
                merged = true;
            }
        }
        false
    }

    /// The top of the first stack that is merged into `module`.
    pub(super) fn merged_top(&self, module: u8) -> Option<u8> {
        let merged = self.memory.stacks.iter().find(|stack| stack.parent == module);
        merged.map(Stack::top)
    }

    /// Keeps the packet that is being sent for the module's trigger, if it has one.
    fn start_trigger(&mut self, module: u8) {
        let record = self.record(module);
        if record.trigger_interval_ms == 0 {
            return;
        }
        let interval_us = u64::from(record.trigger_interval_ms) * 1000;
        let (at, times) = (self.now + interval_us, record.trigger_no);
        self.stop_trigger(module);
        let stored = self.store(Use::Trigger, Op::Send, module);
        if let Some(record) = self.record_mut(module) {
            record.trigger_at = if stored { at } else { NEVER };
            record.triggers_left = times;
        }
    }

    /// Sends a trigger's packet again. The next time is counted from when this one was due, so nothing
    /// drifts; after a jump of the clock over whole intervals it is counted anew.
    pub(super) fn trigger(&mut self, module: u8) {
        let now = self.now;
        let Some(record) = self.record_mut(module) else {
            return;
        };
        let interval_us = u64::from(record.trigger_interval_ms).max(1) * 1000;
        let mut next = record.trigger_at + interval_us;
        if next <= now {
            next = now + interval_us;
        }
        let mut last = false;
        if record.trigger_no != 0 {
            record.triggers_left = record.triggers_left.saturating_sub(1);
            last = record.triggers_left == 0;
        }
        record.trigger_at = if last { NEVER } else { next };
        if let Some(slot) = self.oldest(Use::Trigger.bit(), module) {
            self.load(slot);
            if last {
                self.free(slot);
            }
            self.walk(Start::Triggered { module });
        }
    }
}
