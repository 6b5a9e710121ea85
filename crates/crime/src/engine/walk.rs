//! Walks: loops over the modules of a stack, and from stack to stack where they are merged. Nothing recurses, and
//! no walk takes more than [`MAX_STEPS`] calls, whatever modules answer.

use super::memory::{BOTTOM, Module, NONE, Stack, TOP, TRIGGER_WORDS, TRIGGERED, Use};
use super::timers::micros;
use super::{Cx, Network};
use crate::{Flow, Op};

/// The most module calls in one walk.
pub const MAX_STEPS: u8 = 64;

/// The mark of the module where a walk ends, and what leads to the next one.
#[inline(always)]
fn way(op: Op) -> (u16, u8) {
    if op.goes_up() { (TOP, 1) } else { (BOTTOM, 0xff) }
}

impl Network<'_> {
    /// Walks from a module on: from its answer if it has been asked already, else from its call.
    pub(super) fn walk(&mut self, mut at: u8, mut op: Op, mut answer: Option<Flow>) {
        let mut merged = false;
        for _ in 0..MAX_STEPS {
            let mut record = self.record_here(at);
            if answer.is_none() {
                let (end, ahead) = way(op);
                // Past those that it means nothing to.
                while record.ops & (end | op.bit()) == 0 {
                    at = at.wrapping_add(ahead);
                    record = self.record_here(at);
                    merged = false;
                }
            }
            let &Module {
                handler, ops, stack, ..
            } = record;
            let flow = match (answer.take(), handler) {
                (Some(answer), _) => answer,
                (None, Some(handler)) if ops & op.bit() != 0 => {
                    if ops & TRIGGERED != 0 && op == Op::Send {
                        self.start_trigger(at);
                    }
                    let mut cx = Cx {
                        net: self,
                        module: at,
                        merged,
                        timer: 0,
                    };
                    handler(&mut cx, op)
                }
                _ => Flow::Go,
            };
            merged = false;
            match flow {
                Flow::Go => {}
                Flow::Stop => return,
                Flow::Turn(turned) => op = turned,
                Flow::Merged(turned) => {
                    let Some(down) = self.merged_top(at) else {
                        return;
                    };
                    (op, at) = (turned, down);
                    continue;
                }
                Flow::Transmit => {
                    if self.transmit(at) {
                        return;
                    }
                    op = Op::Dropped;
                }
                Flow::Deliver => {
                    self.deliver(at, op);
                    return;
                }
            }
            let (end, ahead) = way(op);
            if ops & end == 0 {
                at = at.wrapping_add(ahead);
                continue;
            }
            if !op.goes_up() {
                return;
            }
            // On where the stack is merged.
            at = self.stack(stack).parent;
            if at == NONE {
                return;
            }
            merged = true;
        }
    }

    /// The top of the first stack that is merged into `module`.
    pub(super) fn merged_top(&self, module: u8) -> Option<u8> {
        let merged = self.memory.stacks.iter().find(|stack| stack.parent == module);
        merged.map(Stack::top)
    }

    /// Keeps the packet that is being sent for the module's trigger.
    fn start_trigger(&mut self, module: u8) {
        self.stop_trigger(module);
        let stored = self.store(Use::Trigger, Op::Send, module);
        let now = self.now;
        if let Some([low, high, interval_ms, times]) = self.trigger_words(module) {
            *times = (*times & 0xffff) * 0x1_0001;
            if stored {
                let next = now + micros(*interval_ms);
                (*low, *high) = (next as u32, (next >> 32) as u32);
            }
        }
    }

    /// Sends nothing again that this module's trigger repeats.
    pub(super) fn stop_trigger(&mut self, module: u8) {
        if let Some([low, high, ..]) = self.trigger_words(module) {
            (*low, *high) = (0, 0);
        }
        let slot = self.oldest(Use::Trigger.bit(), module);
        self.free(slot);
    }

    /// Makes a trigger's packet the current one, to be sent again. The next time is counted from when this one was due, so nothing
    /// drifts; after a jump of the clock over whole intervals it is counted anew.
    pub(super) fn trigger(&mut self, module: u8) {
        let now = self.now;
        let Some([low, high, interval_ms, times]) = self.trigger_words(module) else {
            return;
        };
        let interval_us = micros(*interval_ms);
        let mut next = (u64::from(*high) << 32 | u64::from(*low)) + interval_us;
        if next <= now {
            next = now + interval_us;
        }
        let last = *times >> 16 == 1;
        if last {
            next = 0;
        }
        if *times != 0 {
            *times -= 1 << 16;
        }
        (*low, *high) = (next as u32, (next >> 32) as u32);
        let slot = self.oldest(Use::Trigger.bit(), module);
        self.load(slot);
        if last {
            self.free(slot);
        }
    }

    /// The words of a module's trigger, if it has one: see [`TRIGGER_WORDS`].
    fn trigger_words(&mut self, module: u8) -> Option<&mut [u32; TRIGGER_WORDS]> {
        let record = self.record(module);
        if record.ops & TRIGGERED == 0 {
            return None;
        }
        let first = usize::from(record.timers).wrapping_sub(TRIGGER_WORDS);
        self.memory.words.get_mut(first..)?.first_chunk_mut()
    }
}
