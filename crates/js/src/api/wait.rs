//! Calls of the host, activations that wait, and the functions that the host keeps.

use super::engine::{SAVED_HEAD, job};
use super::*;
use crate::heap::reg;
use crate::heap::{Vm, lo, t};
use crate::message::m;
use crate::rom::Args;
use crate::string::{decode, encode};
use crate::value::{R, Thrown, Value};
use crate::vm::Exit;

impl Vm<'_> {
    /// Calls the function of the host that was asked for.
    #[inline(never)]
    pub(super) fn call_host<H: Host>(&mut self, host: &mut H) -> Option<Step> {
        let (asked, how) = (self.r[reg::host], self.r[reg::host_how]);
        let count = (asked >> 16) as usize;
        let base = self.r[reg::sp] as usize + count;
        let entry = self.lib.functions.get(lo(asked) as usize)?;
        self.fuel -= 8;
        let mut cx = Native {
            vm: self,
            args: Args {
                base,
                count,
                construct: false,
            },
            index: entry.index,
            ret: Value::UNDEFINED,
        };
        let outcome = host.call(entry.id, &mut cx);
        let ret = cx.ret;
        let step = self.answered(outcome, base, ret, how);
        if let Outcome::Suspend(token) = outcome
            && step != Some(Step::Waiting(token))
        {
            host.dropped(token);
        }
        step
    }
    /// Goes on with what the host's function came to.
    #[inline(never)]
    fn answered(&mut self, outcome: Outcome, base: usize, ret: Value, how: u32) -> Option<Step> {
        if outcome == Outcome::Again {
            self.r[reg::job] = job::AGAIN;
            return None;
        }
        self.r[reg::again] = 0;
        let result = match outcome {
            Outcome::Return => self.finish_call(base, ret, how),
            Outcome::Suspend(token) => {
                self.r[reg::sp] = base as u32 + 2;
                let aside = self.set_aside(token, how);
                if aside.is_ok() {
                    self.clear_stack();
                    self.r[reg::job] = job::IDLE;
                    return Some(Step::Waiting(token));
                }
                aside
            }
            _ => Err(Thrown),
        };
        match self.settle(result)? {
            Exit::Done => Some(self.end(Step::Done)),
            Exit::Threw => Some(self.end(Step::Threw)),
            Exit::Host => {
                // A host function right behind another one: it is called in the next turn.
                self.r[reg::job] = job::AGAIN;
                None
            }
            Exit::Fuel => Some(Step::OutOfFuel),
            #[cfg(feature = "eval")]
            Exit::Compile => {
                self.r[reg::job] = job::COMPILE;
                None
            }
        }
    }
    /// Copies the stack and the registers of the running job into a cell.
    fn set_aside(&mut self, token: u32, how: u32) -> R<()> {
        let words = self.mem.len() - self.r[reg::sp] as usize;
        let (mut waiting, mut at) = (0, self.r[reg::saved] as u16);
        while at != 0 {
            waiting += 1;
            at = self.f_hi(at, 1);
        }
        if waiting >= Engine::MAX_ACTIVATIONS {
            return Err(self.range_error(m!("more than 2 calls would wait at once")));
        }
        if (2 + SAVED_HEAD + words) * 4 > Engine::MAX_ACTIVATION_BYTES {
            return Err(self.range_error(m!("a call that waits is too deep (more than 160 bytes)")));
        }
        let pc = self.pc_offset();
        let h = self.alloc(t::SAVED, 2 + SAVED_HEAD + words)?;
        self.set_f(
            h,
            1,
            crate::heap::pack((SAVED_HEAD + words) as u16, self.r[reg::saved] as u16),
        );
        let head = [
            (token & 0xffff) as i32,
            (token >> 16) as i32,
            self.r[reg::fp] as i32,
            self.r[reg::hp] as i32,
            pc as i32,
            how as i32,
        ];
        for (i, w) in head.into_iter().enumerate() {
            self.set_v(h as usize + 2 + i, Value::int(w));
        }
        let sp = self.r[reg::sp] as usize;
        self.move_words(sp, words, h as usize + 2 + SAVED_HEAD);
        self.r[reg::saved] = h as u32;
        Ok(())
    }
    fn find_saved(&self, token: u32) -> u16 {
        let mut at = self.r[reg::saved] as u16;
        while at != 0 {
            let low = self.v(at as usize + 2).as_int() as u32;
            let high = self.v(at as usize + 3).as_int() as u32;
            if low | high << 16 == token {
                break;
            }
            at = self.f_hi(at, 1);
        }
        at
    }
    pub(super) fn unlink_saved(&mut self, token: u32) {
        let found = self.find_saved(token);
        if found == 0 {
            return;
        }
        let next = self.f_hi(found, 1);
        if self.r[reg::saved] as u16 == found {
            self.r[reg::saved] = next as u32;
            return;
        }
        let mut at = self.r[reg::saved] as u16;
        while at != 0 {
            if self.f_hi(at, 1) == found {
                self.set_f_hi(at, 1, next);
                return;
            }
            at = self.f_hi(at, 1);
        }
    }
    pub(super) fn restore(&mut self, token: u32, with: Resume<'_>) -> Result<(), JobError> {
        if self.find_saved(token) == 0 {
            return Err(JobError::NoSuchToken);
        }
        self.clear_stack();
        // What it comes back with is made first: it may move the cell.
        let answer = match with {
            Resume::Value(arg) => self.value_of(arg).ok(),
            Resume::Throw(kind, message) => {
                self.throw_text(kind, message);
                None
            }
        };
        if let Some(v) = answer {
            self.push(v);
        }
        // Its stack, and what its frame may push besides, must fit above the heap.
        let words = (self.f_lo(self.find_saved(token), 1) as usize).saturating_sub(SAVED_HEAD);
        if !self.ensure_stack(words + 1) {
            self.clear_stack();
            return Err(JobError::OutOfMemory);
        }
        let answer = answer.map(|_| self.pop());
        let h = self.find_saved(token);
        let sp = self.mem.len().saturating_sub(words);
        let from = h as usize + 2 + SAVED_HEAD;
        self.move_words(from, words, sp);
        self.r[reg::sp] = sp as u32;
        self.r[reg::slimit] = sp as u32;
        let field = |vm: &Self, i: usize| vm.v(h as usize + 2 + i).as_int() as u32;
        let (fp, hp, pc, how) = (field(self, 2), field(self, 3), field(self, 4), field(self, 5));
        self.r[reg::fp] = fp;
        self.r[reg::hp] = hp;
        if fp != 0 {
            self.enter_code(pc);
        }
        let mut answer = answer;
        if self.r[reg::slimit] < self.r[reg::heap_top] {
            if let Some(v) = answer {
                self.push(v);
            }
            self.collect(0);
            answer = answer.map(|_| self.pop());
            if self.r[reg::slimit] < self.r[reg::heap_top] {
                self.clear_stack();
                return Err(JobError::OutOfMemory);
            }
        }
        self.unlink_saved(token);
        self.r[reg::host_how] = how;
        match answer {
            Some(v) => {
                self.push(v);
                self.r[reg::job] = job::RESUMED;
            }
            None => self.r[reg::job] = job::THROWING,
        }
        Ok(())
    }
    /// A value of the host's.
    pub(crate) fn value_of(&mut self, arg: Arg<'_>) -> R<Value> {
        match arg {
            Arg::Undefined => Ok(Value::UNDEFINED),
            Arg::Null => Ok(Value::NULL),
            Arg::Bool(b) => Ok(Value::bool(b)),
            Arg::Number(x) => self.number(x),
            Arg::Str(text) => self.foreign_str(text),
            Arg::Numbers(members) => self.numbers(members),
            #[cfg(feature = "typed-arrays")]
            Arg::Bytes(bytes) => self.new_bytes(bytes),
        }
    }
    /// A string of bytes that nobody checked: what is not UTF-8 becomes U+FFFD.
    pub(super) fn foreign_str(&mut self, text: &[u8]) -> R<Value> {
        let mut h = 0;
        for pass in 0..2 {
            let (mut at, mut to) = (0, 0);
            while let Some(rest) = text.get(at..)
                && let Some((c, mut len)) = decode(rest)
            {
                // What encodes back to the same bytes was UTF-8.
                let mut out = [0; 4];
                let mut n = encode(c, &mut out);
                if (0xd800..0xe000).contains(&c) || c > 0x10_ffff || rest.get(..len) != out.get(..n) {
                    n = encode(0xfffd, &mut out);
                    len = 1;
                }
                if pass == 1 {
                    self.fill_str(h, to, out.get(..n).unwrap_or(&[]));
                }
                to += n;
                at += len;
            }
            if pass == 0 {
                h = self.alloc_str(to)?;
            }
        }
        Ok(self.finish_str(h))
    }

    // ---- roots ----

    pub(super) fn root_value(&self, root: Root) -> Option<Value> {
        let table = self.r[reg::roots] as usize;
        let at = table + 2 + 2 * root.index as usize;
        let cap = if table == 0 {
            0
        } else {
            lo(self.w(table + 1)) as usize / 2
        };
        let v = self.v(at);
        let live = (root.index as usize) < cap
            && v != Value::HOLE
            && self.v(at + 1).as_int() == root.generation as i32;
        if live { Some(v) } else { None }
    }
    pub(super) fn release_root(&mut self, root: Root) {
        if self.root_value(root).is_some() {
            let at = self.r[reg::roots] as usize + 2 + 2 * root.index as usize;
            self.set_v(at, Value::HOLE);
        }
    }
    pub(super) fn add_root(&mut self, slot: usize) -> Result<Root, RootsFull> {
        let table = self.r[reg::roots] as usize;
        let cap = if table == 0 {
            0
        } else {
            lo(self.w(table + 1)) as usize / 2
        };
        let mut index = (0..cap).find(|i| self.v(table + 2 + 2 * i) == Value::HOLE);
        if index.is_none() {
            if cap >= Engine::MAX_ROOTS {
                return Err(RootsFull);
            }
            let new = self.new_elems(2 * (cap + 2)).map_err(|_| RootsFull)? as usize;
            let old = self.r[reg::roots] as usize;
            if cap != 0 {
                self.move_words(old + 2, 2 * cap, new + 2);
            }
            self.r[reg::roots] = new as u32;
            index = Some(cap);
        }
        let index = index.unwrap_or(0);
        let generation = self.r[reg::root_gen].wrapping_add(1) & 0x7fff;
        self.r[reg::root_gen] = generation;
        let at = self.r[reg::roots] as usize + 2 + 2 * index;
        let v = self.v(slot);
        self.set_v(at, v);
        self.set_v(at + 1, Value::int(generation as i32));
        Ok(Root {
            index: index as u16,
            generation: generation as u16,
        })
    }
}
