//! Calls: of closures, bound functions, built-ins and the host; frames, their arguments, and how results come back.

use crate::api::Type;
use crate::compiler::ff;
use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::object::{Get, Key};
use crate::opcode as op;
use crate::rom::{self, Args, Code};
use crate::value::{R, Value};
use crate::vm::{BUILT_IN, Exit, RESERVE, first_byte, kind};

impl Vm<'_> {
    /// Calls what stands below `argc` arguments and `this`.
    pub(crate) fn call(&mut self, argc: usize, how: u32) -> R<()> {
        let mut argc = argc;
        loop {
            let base = self.r[reg::sp] as usize + argc;
            let f = self.v(base + 1);
            if f.is_cell() {
                return self.frame(base, argc, how);
            }
            if !f.is_obj() {
                return Err(self.not_callable(f));
            }
            let o = f.payload();
            if !Self::is_rom(o) {
                match self.cell_type(o) {
                    t::FUNC => return self.frame(base, argc, how),
                    t::BOUND => {
                        argc = self.unbind(base, argc, how & kind::MASK == kind::CONSTRUCT)?;
                        continue;
                    }
                    _ => return Err(self.not_callable(f)),
                }
            }
            if let Some(function) = rom::function(o) {
                match function.code() {
                    Code::Call => {
                        if argc == 0 {
                            self.push(Value::UNDEFINED);
                            argc = 1;
                        }
                        // `this` is the function to call, the first argument its `this`.
                        let sp = self.r[reg::sp] as usize;
                        self.move_words(sp, argc + 1, sp + 1);
                        self.drop_n(1);
                        argc -= 1;
                        continue;
                    }
                    Code::Apply => {
                        argc = self.spread_apply(base, argc)?;
                        continue;
                    }
                    #[cfg(feature = "eval")]
                    Code::Compile => return self.compile_text(base, how),
                    #[cfg(feature = "typed-arrays")]
                    Code::Typed(kind) => {
                        if how & kind::MASK != kind::CONSTRUCT {
                            return Err(self.type_error(m!("a typed array needs new")));
                        }
                        self.set_v(base + 1, Value::obj(rom::f::TYPED_NEW));
                        self.set_v(base, Value::int(kind as i32));
                        continue;
                    }
                    #[cfg(feature = "typed-arrays")]
                    Code::Checked(of) => {
                        self.valid_view(self.v(base))?;
                        self.set_v(base + 1, Value::obj(of));
                        continue;
                    }
                    #[cfg(feature = "date")]
                    Code::Date => {
                        let new = how & kind::MASK == kind::CONSTRUCT;
                        let f = if new {
                            rom::f::DATE_NEW
                        } else {
                            rom::f::DATE_CALLED
                        };
                        self.set_v(base + 1, Value::obj(f));
                        continue;
                    }
                    Code::Js(_) => return self.frame(base, argc, how),
                    Code::Native => {
                        let first = self.to_convert(function.convert(), base, argc);
                        if first != 0 {
                            return self.convert_argument(first, argc, how);
                        }
                        let args = Args {
                            base,
                            count: argc,
                            construct: how & kind::MASK == kind::CONSTRUCT,
                        };
                        let v = rom::run(self, rom::function_of(o), args)?;
                        #[cfg(feature = "typed-arrays")]
                        if v == Value::HOLE {
                            // It has looked at the first argument, and needs a number for the second now.
                            return self.convert_argument(2 << 2 | 1, argc, how);
                        }
                        return self.finish_call(base, v, how);
                    }
                }
            }
            if let Some(i) = rom::host_function(self.lib, o) {
                let first = self.host_convert(i, base, argc)?;
                if first != 0 {
                    return self.convert_argument(first, argc, how);
                }
                self.r[reg::host] = i as u32 | (argc as u32) << 16;
                self.r[reg::host_how] = how;
                self.pending = Some(Exit::Host);
                return Ok(());
            }
            return Err(self.not_callable(f));
        }
    }
    /// Has the compiler work on the string that is the first argument; its code is the result.
    #[cfg(feature = "eval")]
    fn compile_text(&mut self, base: usize, how: u32) -> R<()> {
        let s = self.v(base - 1).payload();
        let len = self.str_bytes(s).len();
        let copy = self.alloc_str(len)?;
        let s = self.v(base - 1).payload();
        self.copy_str(copy, 0, s, 0, len);
        self.r[reg::again] = copy as u32;
        self.r[reg::host] = base as u32;
        self.r[reg::host_how] = how;
        if let Err(e) = self.start_compiler(len as u32, crate::compiler::text::CELL) {
            self.r[reg::again] = 0;
            self.r[reg::comp] = 0;
            self.r[reg::buf] = 0;
            return Err(e);
        }
        self.pending = Some(Exit::Compile);
        Ok(())
    }
    /// The first of `this` (0) and the arguments that is an object and must become a primitive: its number, and the hint in the
    /// lowest two bits; 0 for none.
    fn to_convert(&self, convert: u8, base: usize, argc: usize) -> u32 {
        let mut hints = convert as u32;
        let mut i = 0;
        while i <= argc && hints != 0 {
            if hints & 3 != 0 && self.v(base - i).is_obj() {
                return (i as u32) << 2 | hints & 3;
            }
            // The last two bits are for all that follow.
            if i < 3 {
                hints >>= 2;
            }
            i += 1;
        }
        0
    }
    /// The same for a function of the host; also checks the arguments that must be functions.
    fn host_convert(&mut self, i: u16, base: usize, argc: usize) -> R<u32> {
        let Some(function) = self.lib.functions.get(i as usize) else {
            return Ok(0);
        };
        if argc < function.required as usize {
            return Err(self.type_error(m!("an argument is missing")));
        }
        for a in 0..argc {
            let Some(&kind) = function.args.get(a).or(function.rest.as_ref()) else {
                break;
            };
            let at = base - 1 - a;
            let v = self.v(at);
            if kind == Type::Callable && !self.is_callable(v) {
                return Err(self.type_error(m!("an argument must be a function")));
            }
            if kind == Type::Any || kind == Type::Callable {
                continue;
            }
            if v.is_obj() {
                // The hint is 1 for a number and 2 for a string.
                return Ok((a as u32 + 1) << 2 | kind as u32);
            }
            let converted = if kind == Type::String {
                self.prim_to_str(v)?
            } else if v.is_number() {
                v
            } else {
                let x = self.prim_to_number(v);
                self.number(x)?
            };
            self.set_v(at, converted);
        }
        Ok(0)
    }
    /// Turns the object `depth` words below the top into a primitive, and runs the instruction again.
    pub(crate) fn coerce(&mut self, depth: usize, hint: u8) -> R<()> {
        let size = op::size(self.ins as u8) as u32;
        self.r[reg::pc] = self.r[reg::pc].wrapping_sub(size);
        self.to_primitive(depth, hint, kind::REPLACE)
    }
    /// The same for `this` or an argument of a call, as [`Self::to_convert`] names it; the call then goes on.
    #[inline(never)]
    fn convert_argument(&mut self, which: u32, argc: usize, how: u32) -> R<()> {
        let (depth, hint) = (argc - (which >> 2) as usize, which as u8 & 3);
        if !self.ensure_stack(RESERVE) {
            return Err(self.stack_overflow());
        }
        self.push(Value::int((argc as u32 | how << 8) as i32));
        self.to_primitive(depth + 1, hint, kind::RECALL)
    }
    #[allow(clippy::wrong_self_convention)]
    pub(crate) fn to_primitive(&mut self, depth: usize, hint: u8, how: u32) -> R<()> {
        if depth > 255 {
            return Err(self.range_error(m!("more than 200 arguments")));
        }
        let mut v = self.top(depth);
        if v.is_cell() {
            v = Value(self.f(v.payload(), 1));
        }
        #[cfg(feature = "date")]
        let hint = if hint == 0 && self.is_date(v) { 2 } else { hint };
        self.push(Value::obj(rom::f::TO_PRIMITIVE));
        self.push(Value::UNDEFINED);
        self.push(v);
        self.push(Value::int(hint as i32));
        self.call(2, how | (depth as u32) << kind::SHIFT)
    }
    /// The result of a call that has no frame: its words go, the result goes where `how` says.
    pub(crate) fn finish_call(&mut self, base: usize, v: Value, how: u32) -> R<()> {
        self.r[reg::sp] = base as u32 + 2;
        self.deliver(v, how)
    }
    /// Puts the result of a call where `how` says; the end of the job becomes pending.
    pub(crate) fn deliver(&mut self, v: Value, how: u32) -> R<()> {
        let depth = (how >> kind::SHIFT & 0xff) as usize;
        match how & kind::MASK {
            kind::DROP => {}
            kind::REPLACE => self.set_top(depth, v),
            kind::CELL => {
                let cell = self.top(depth).payload();
                self.set_f(cell, 1, v.0);
            }
            kind::RECALL => {
                self.set_top(depth, v);
                let again = self.pop().as_int() as u32;
                return self.call(again as usize & 0xff, again >> 8);
            }
            kind::BASE => {
                self.r[reg::result] = v.0;
                self.pending = Some(Exit::Done);
            }
            _ => self.push(v),
        }
        Ok(())
    }
    /// Leaves the running frame.
    #[inline(never)]
    pub(crate) fn leave(&mut self, v: Value) -> R<()> {
        let fp = self.r[reg::fp] as usize;
        let params = self.frame_shape().params() as usize;
        let ret = self.v(fp.wrapping_sub(params)).as_int() as u32;
        let caller = self.v(fp.wrapping_sub(params + 1)).as_int() as u32;
        let how = ret & ((1 << kind::BITS) - 1);
        let mut v = v;
        if how & kind::MASK == kind::CONSTRUCT && !v.is_obj() {
            v = self.v(fp + 1);
        }
        self.r[reg::sp] = (fp as u32).wrapping_add(3);
        self.r[reg::fp] = caller;
        if caller != 0 {
            self.enter_code(ret >> kind::BITS);
        } else {
            self.pay();
            self.r[reg::code] = 0;
            self.set_limit();
        }
        self.deliver(v, how)
    }
    /// A frame for the function below `base`, whose code is a cell or in flash.
    fn frame(&mut self, base: usize, argc: usize, how: u32) -> R<()> {
        let f = self.v(base + 1);
        let code = self.code_of(f);
        let shape = self.shape(code, f);
        let flags = if code != 0 {
            self.f(code, 0) >> ff::SHIFT
        } else if shape.wants_arguments() {
            ff::STRICT | BUILT_IN | ff::ARGS
        } else {
            ff::STRICT | BUILT_IN
        };
        let params = shape.params() as usize;
        let (mut arguments, mut rest) = (Value::UNDEFINED, Value::UNDEFINED);
        let need = (shape.words() as usize).saturating_sub(argc.min(params)) + RESERVE + 4;
        let room = (self.r[reg::sp] as usize).saturating_sub(self.used_top());
        if room < need || flags & (ff::ARGS | ff::REST) != 0 {
            if !self.ensure_stack(need) {
                return Err(self.stack_overflow());
            }
            if flags & ff::ARGS != 0 {
                arguments = self.arguments_object(base, argc, flags)?;
            }
            if flags & ff::REST != 0 {
                self.push(arguments);
                rest = self.copy_down(base, argc, params.saturating_sub(1))?;
                arguments = self.pop();
            }
        }
        self.fit(argc, params);
        if flags & ff::REST != 0 {
            self.set_top(0, rest);
        }
        let (back, caller) = (self.pc_offset(), self.r[reg::fp]);
        self.push(Value::int((back << kind::BITS | how) as i32));
        self.push(Value::int(caller as i32));
        self.r[reg::fp] = base as u32 - 1;
        self.fit(0, shape.locals() as usize);
        if flags & ff::ARGS != 0 {
            self.push(arguments);
        }
        self.note_high_water();
        // Cells may have moved.
        let code = self.code_of(self.v(base + 1));
        let mut entry = shape.entry();
        if code != 0 {
            entry += first_byte(self.f(code, 1));
        }
        self.enter(code, shape, entry);
        Ok(())
    }
    /// Of `n` words on top of the stack, `wanted` stay; those that miss are undefined.
    #[inline(never)]
    fn fit(&mut self, n: usize, wanted: usize) {
        self.drop_n(n.saturating_sub(wanted));
        for _ in n..wanted {
            self.push(Value::UNDEFINED);
        }
    }
    /// An array of the arguments from number `from` on.
    fn copy_down(&mut self, base: usize, argc: usize, from: usize) -> R<Value> {
        let n = argc.saturating_sub(from);
        let a = self.new_array(n as u32, n)?;
        let elems = self.f_lo(a.payload(), 3) as usize;
        for i in 0..n {
            let v = self.v(base - 1 - from - i);
            self.set_v(elems + 2 + i, v);
        }
        Ok(a)
    }
    /// `n` values from the stack as an array, which the caller pushes.
    pub(crate) fn pack_array(&mut self, n: usize) -> R<Value> {
        let a = self.copy_down(self.r[reg::sp] as usize + n, n, 0)?;
        self.drop_n(n);
        Ok(a)
    }
    /// The elements of the array on top in its place, as arguments.
    #[inline(never)]
    pub(crate) fn unpack_array(&mut self) -> R<usize> {
        let a = self.top(0).payload();
        let n = self.f(a, 2) as usize;
        if n > 200 {
            return Err(self.range_error(m!("more than 200 arguments")));
        }
        if !self.ensure_stack(n + RESERVE) {
            return Err(self.stack_overflow());
        }
        let a = self.pop().payload();
        let elems = self.f_lo(a, 3) as usize;
        for i in 0..n {
            let v = self.v(elems + 2 + i);
            self.push(v);
        }
        self.fuel -= n as i32;
        Ok(n)
    }
    #[inline(never)]
    fn arguments_object(&mut self, base: usize, argc: usize, flags: u32) -> R<Value> {
        let a = self.copy_down(base, argc, 0)?;
        let h = a.payload();
        self.set_f(h, 0, t::ARR | class::ARGUMENTS << CLASS_SHIFT);
        self.set_f_lo(h, 1, rom::OBJECT_PROTO);
        self.push(a);
        let slot = self.r[reg::sp] as usize;
        let mut done = self.define_raw(h, n::LENGTH, Value::int(argc as i32), WRITABLE | CONFIGURABLE);
        if done.is_ok() && flags & BUILT_IN == 0 {
            let a = self.v(slot).payload();
            done = if flags & (ff::STRICT | ff::COMPLEX) == 0 {
                self.define_raw(a, n::CALLEE, self.v(base + 1), WRITABLE | CONFIGURABLE)
            } else {
                self.define_raw(a, n::CALLEE, Value::obj(rom::f::THROWER), ACCESSOR)
            };
        }
        let a = self.pop();
        done.map(|()| a)
    }
    /// Sloppy `arguments`: elements and parameters share their cells. The object is on top of the stack.
    #[inline(never)]
    pub(crate) fn map_arguments(&mut self) {
        let code = self.r[reg::code] as u16;
        if self.strict() || self.f(code, 0) >> ff::SHIFT & ff::COMPLEX != 0 {
            return;
        }
        let params = self.frame_shape().params() as usize;
        let a = self.top(0).payload();
        let elems = self.f_lo(a, 3) as usize;
        let count = (self.f(a, 2) as usize).min(params);
        for i in 0..count {
            let cell = self.v((self.r[reg::fp] as usize).wrapping_sub(i));
            if cell.is_cell() {
                self.set_v(elems + 2 + i, cell);
            }
        }
    }
    /// What bound functions stand for.
    #[inline(never)]
    pub(crate) fn target(&self, f: Value) -> Value {
        let mut f = f;
        while f.is_obj() && !Self::is_rom(f.payload()) && self.cell_type(f.payload()) == t::BOUND {
            let elems = self.f_lo(f.payload(), 2) as usize;
            f = self.v(elems + 2);
        }
        f
    }
    /// Whether `new` may be applied to it.
    pub(crate) fn is_constructor(&self, f: Value) -> bool {
        let f = self.target(f);
        f.is_obj() && {
            let o = f.payload();
            if Self::is_rom(o) {
                rom::is_constructor(o)
            } else {
                self.cell_type(o) == t::FUNC && self.is_constructor_code(self.f_lo(o, 2))
            }
        }
    }
    /// `new`: what is called stands below a free word for `this` and the arguments.
    #[inline(never)]
    pub(crate) fn construct(&mut self, argc: usize) -> R<()> {
        let base = self.r[reg::sp] as usize + argc;
        let f = self.target(self.v(base + 1));
        if !self.is_constructor(f) {
            return Err(self.type_error(m!("not a constructor")));
        }
        if !Self::is_rom(f.payload()) {
            if !self.ensure_stack(RESERVE) {
                return Err(self.stack_overflow());
            }
            self.push(f);
            let slot = self.r[reg::sp] as usize;
            let got = self.get(slot, Key::PROTOTYPE);
            self.drop_n(1);
            let this = match got? {
                Get::Getter(_) => return Err(self.type_error(m!("prototype is an accessor"))),
                Get::Value(p) if p.is_obj() => self.new_object(p.payload())?,
                _ => self.new_object(rom::OBJECT_PROTO)?,
            };
            self.set_v(base, this);
        } else if cfg!(feature = "regexp") {
            // What tells built-ins in JavaScript that they construct.
            self.set_v(base, Value::TRUE);
        }
        self.call(argc, kind::CONSTRUCT)
    }
    /// Puts a bound function's target, `this` and arguments in place of it.
    #[inline(never)]
    fn unbind(&mut self, base: usize, argc: usize, construct: bool) -> R<usize> {
        let f = self.v(base + 1).payload();
        let extra = self.f_lo(self.f_lo(f, 2), 1) as usize - 2;
        if !self.ensure_stack(extra + RESERVE) {
            return Err(self.stack_overflow());
        }
        let elems = self.f_lo(self.v(base + 1).payload(), 2) as usize;
        let sp = self.r[reg::sp] as usize;
        self.move_words(sp, argc, sp - extra);
        self.r[reg::sp] -= extra as u32;
        for i in 0..extra {
            let v = self.v(elems + 4 + i);
            self.set_v(base - 1 - i, v);
        }
        let (target, this) = (self.v(elems + 2), self.v(elems + 3));
        self.set_v(base + 1, target);
        if !construct {
            self.set_v(base, this);
        }
        self.fuel -= 1;
        Ok(argc + extra)
    }
    /// `f.apply(this, list)` becomes `f` with the list's elements as arguments.
    #[inline(never)]
    fn spread_apply(&mut self, base: usize, argc: usize) -> R<usize> {
        let f = self.v(base);
        if !self.is_callable(f) {
            return Err(self.type_error(m!("apply needs a function")));
        }
        self.fit(argc, 2);
        let list = self.top(0);
        let mut count = 0;
        if !list.is_nullish() {
            if !list.is_obj() {
                return Err(self.type_error(m!("apply needs an array of arguments")));
            }
            count = self.array_length(list.payload()).unwrap_or(0) as usize;
        }
        if count > 200 {
            return Err(self.range_error(m!("more than 200 arguments")));
        }
        if !self.ensure_stack(count + RESERVE) {
            return Err(self.stack_overflow());
        }
        // `f`, `this`, and the list, which stays where it is until it was read.
        self.move_words(base - 2, 3, base - 1);
        self.r[reg::sp] = base as u32 - 1;
        for i in 0..count {
            let v = match self.get(base - 1, Key::at(i as u32))? {
                Get::Value(v) => v,
                Get::Absent => Value::UNDEFINED,
                Get::Getter(_) => return Err(self.type_error(m!("apply of a list with accessors"))),
            };
            self.push(v);
        }
        let from = self.r[reg::sp] as usize;
        self.move_words(from, count, from + 1);
        self.drop_n(1);
        self.fuel -= count as i32;
        Ok(count)
    }
    /// Calls a getter or setter: its function, `this` and the arguments are on the stack.
    pub(crate) fn call_accessor(&mut self, argc: usize, how: u32) -> R<()> {
        self.call(argc, how)
    }
}
