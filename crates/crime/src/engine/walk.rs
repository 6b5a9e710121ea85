//! Walks: loops over the modules of a stack, and from stack to stack where they are merged. Nothing recurses, and
//! no walk takes more than [`MAX_STEPS`] calls, whatever modules answer.

use super::memory::{BOTTOM, Module, NONE, Stack, TOP, TRIGGER_WORDS, TRIGGERED, Use};
use super::timers::micros;
use super::{Cx, Network};
use crate::{Flow, Op};

/// The most module calls in one walk.
pub const MAX_STEPS: u8 = 64;

/// The marks of the two ends of a stack.
const ENDS: u16 = BOTTOM | TOP;
/// All marks.
const MARKS: u16 = ENDS | TRIGGERED;

/// For each operation the modules that its walk does not pass over: those that are called for it, and the last one. Those that
/// are sent through may have a trigger.
static WANTED: [u16; 13] = [
    up(Op::Open),
    up(Op::Recv),
    up(Op::Sent),
    up(Op::Dropped),
    up(Op::TimedOut),
    up(Op::NewRoute),
    up(Op::ReadChunk),
    up(Op::WriteChunk),
    down(Op::Send) | TRIGGERED,
    down(Op::Forward),
    down(Op::Discover),
    down(Op::Close),
    down(Op::Timer),
];

const fn up(op: Op) -> u16 {
    TOP | op.bit()
}

const fn down(op: Op) -> u16 {
    BOTTOM | op.bit()
}

fn wanted(op: Op) -> u16 {
    WANTED.get(op as usize).copied().unwrap_or(BOTTOM)
}

/// What leads to the next module.
fn ahead(wanted: u16) -> usize {
    // One back where the mark of the lowest module, which is the sign, is wanted.
    (wanted.cast_signed() >> 15 | 1) as usize
}

/// What a module without a function answers.
pub(super) fn end(hit: u16) -> Flow {
    if hit & BOTTOM != 0 {
        Flow::Transmit
    } else if hit & TOP != 0 {
        Flow::Deliver
    } else {
        Flow::Go
    }
}

impl Cx<'_, '_> {
    /// Goes where the answer of this module leads, and gives the operation that the next one is for, if there is one.
    fn follow(&mut self, mut op: Op, flow: Flow) -> Option<Op> {
        let at = self.module;
        self.merged = NONE;
        match flow {
            Flow::Go => {}
            Flow::Stop => return None,
            Flow::Turn(turned) => op = turned,
            Flow::Merged(turned) => {
                self.module = self.net.merged_top(at)?;
                return Some(turned);
            }
            Flow::Transmit => {
                if self.net.transmit(at) {
                    return None;
                }
                op = Op::Dropped;
            }
            Flow::Deliver => {
                self.net.deliver(at, op);
                return None;
            }
        }
        let wanted = wanted(op);
        let &Module { ops, stack, .. } = self.net.record(at);
        if ops & wanted & ENDS == 0 {
            self.module = at.wrapping_add(ahead(wanted) as u8);
            return Some(op);
        }
        // On where the stack is merged; where it is not, there is no such module.
        let parent = self.net.stack(stack).parent;
        (self.module, self.merged) = (parent, parent);
        op.goes_up().then_some(op)
    }
}

impl Network<'_> {
    /// Walks from a module on, beginning with its call, and then what that has asked for.
    #[inline(always)]
    pub(super) fn walk(&mut self, at: u8, op: Op) {
        self.walk_on(at, op, None);
        if self.uses.get() & (Use::Walk.bit() | Use::Merged.bit()) != 0 {
            self.run_spawned();
        }
    }

    /// Walks from a module on: from its answer if it has been asked already, else from its call.
    pub(super) fn walk_on(&mut self, at: u8, mut op: Op, mut answer: Option<Flow>) {
        let mut cx = self.at(at);
        let mut left = u32::from(MAX_STEPS);
        loop {
            if let Some(answer) = answer {
                match cx.follow(op, answer) {
                    Some(next) => op = next,
                    None => return,
                }
            }
            let mut at = usize::from(cx.module);
            let wanted = wanted(op);
            let ahead = ahead(wanted);
            answer = loop {
                let modules = &*cx.net.memory.modules;
                let (hit, handler) = loop {
                    let Some(&Module { handler, ops, .. }) = modules.get(at) else {
                        return;
                    };
                    if ops & wanted != 0 {
                        break (ops & wanted, handler);
                    }
                    // Past one that it means nothing to.
                    at = at.wrapping_add(ahead);
                };
                let Some(fewer) = left.checked_sub(1) else {
                    return;
                };
                left = fewer;
                cx.module = at as u8;
                if hit & MARKS != 0 {
                    if hit & TRIGGERED != 0 {
                        cx.net.start_trigger(at as u8);
                    }
                    if hit & !MARKS == 0 {
                        break Some(Flow::Go);
                    }
                }
                let Some(handler) = handler else {
                    break Some(end(hit));
                };
                let answer = handler(&mut cx, op);
                if answer != Flow::Go || hit & ENDS != 0 {
                    break Some(answer);
                }
                at = at.wrapping_add(ahead);
            };
        }
    }

    /// The top of the first stack that is merged into `module`.
    pub(super) fn merged_top(&self, module: u8) -> Option<u8> {
        let merged = self.memory.stacks.iter().find(|stack| stack.parent == module);
        merged.map(Stack::top)
    }

    /// Keeps the packet that is being sent for the module's trigger.
    #[inline(never)]
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
