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
    /// Calls the function of the host that was asked for. Without a job then, it waits; the token is in `reg::host`.
    #[inline(never)]
    pub(super) fn call_host<H: Host>(&mut self, host: &mut H) -> Option<Exit> {
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
        let exit = self.answered(outcome, base, ret, how);
        if let Outcome::Suspend(token) = outcome
            && self.r[reg::job] != job::IDLE
        {
            host.dropped(token);
        }
        exit
    }
    /// Goes on with what the host's function came to.
    #[inline(never)]
    fn answered(&mut self, outcome: Outcome, base: usize, ret: Value, how: u32) -> Option<Exit> {
        if outcome == Outcome::Again {
            self.r[reg::job] = job::AGAIN;
            return None;
        }
        self.r[reg::again] = 0;
        let result = match outcome {
            Outcome::Return => self.finish_call(base, ret, how),
            Outcome::Suspend(token) => {
                self.r[reg::sp] = base as u32 + 2;
                self.set_aside(token, how)
            }
            _ => Err(Thrown),
        };
        self.settle(result)
    }
    /// Copies the stack and the registers of the running job into a cell; there is no job any more.
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
        self.set_job(job::IDLE, token);
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
        // There are two at most: it is behind the first one.
        const { assert!(Engine::MAX_ACTIVATIONS == 2) };
        self.set_f_hi(self.r[reg::saved] as u16, 1, next);
    }
    pub(super) fn restore(&mut self, token: u32, with: Resume<'_>) -> Result<(), JobError> {
        let saved = self.find_saved(token);
        if saved == 0 {
            return Err(JobError::NoSuchToken);
        }
        let words = (self.f_lo(saved, 1) as usize).wrapping_sub(SAVED_HEAD);
        self.clear_stack();
        // What it comes back with is made first: it may move the cell. Until the job goes on, it is in the exception's register.
        let answer = match with {
            Resume::Value(arg) => self.value_of(arg),
            Resume::Throw(kind, message) => {
                self.throw_text(kind, message);
                Err(Thrown)
            }
        };
        let job = match answer {
            Ok(v) => {
                self.r[reg::exc] = v.0;
                job::RESUMED
            }
            Err(Thrown) => job::THROWING,
        };
        // Its stack, and what its frame may push besides, must fit above the heap.
        let mut fits = self.ensure_stack(words + 1);
        if fits {
            let head = self.find_saved(token) as usize + 2;
            let sp = self.mem.len().wrapping_sub(words);
            self.move_words(head + SAVED_HEAD, words, sp);
            self.r[reg::sp] = sp as u32;
            self.r[reg::slimit] = sp as u32;
            let field = |vm: &Self, i: usize| vm.v(head + i).as_int() as u32;
            self.r[reg::fp] = field(self, 2);
            self.r[reg::hp] = field(self, 3);
            self.r[reg::host_how] = field(self, 5);
            if self.r[reg::fp] != 0 {
                self.enter_code(field(self, 4));
            }
            if self.r[reg::slimit] < self.r[reg::heap_top] {
                self.collect(0);
            }
            fits = self.r[reg::slimit] >= self.r[reg::heap_top];
        }
        if !fits {
            self.clear_stack();
            return Err(JobError::OutOfMemory);
        }
        self.unlink_saved(token);
        self.r[reg::job] = job;
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
    #[inline(never)]
    pub(super) fn foreign_str(&mut self, text: &[u8]) -> R<Value> {
        let mut h = 0;
        loop {
            let (mut rest, mut to) = (text, 0);
            while let Some((c, mut len)) = decode(rest) {
                // What encodes back to the same bytes was UTF-8.
                let mut out = [0; 4];
                let n = encode(c, &mut out);
                let mut bytes = out.get(..n).unwrap_or(&[]);
                if (0xd800..0xe000).contains(&c) || c > 0x10_ffff || !rest.starts_with(bytes) {
                    (bytes, len) = (b"\xef\xbf\xbd", 1);
                }
                if h != 0 {
                    self.fill_str(h, to, bytes);
                }
                to += bytes.len();
                rest = rest.get(len..).unwrap_or(&[]);
            }
            if h != 0 {
                return Ok(self.finish_str(h));
            }
            h = self.alloc_str(to)?;
        }
    }

    // ---- roots ----

    /// How many roots the table has room for.
    #[inline(never)]
    fn room_of_roots(&self) -> usize {
        let table = self.r[reg::roots] as u16;
        if table == 0 {
            0
        } else {
            self.f_lo(table, 1) as usize / 2
        }
    }
    pub(super) fn root_value(&self, root: Root) -> Option<Value> {
        let at = self.r[reg::roots] as usize + 2 + 2 * root.index as usize;
        let v = self.v(at);
        let live = (root.index as usize) < self.room_of_roots()
            && v != Value::HOLE
            && self.v(at + 1) == Value::int(root.generation as i32);
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
        let cap = self.room_of_roots();
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
