//! The virtual machine: one loop, frames on the engine's stack, no recursion.
//!
//! A frame, from higher words to lower: the function, `this`, the parameters (slot 0 on), where to return
//! to, the caller's frame, the other variables, the operands. Slot k is the word `fp - k`.

use crate::compiler::{DESTRUCTURING, SPREADS, ff};
use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::object::Key;
use crate::opcode::word as op;
use crate::rom::{self, Code};
use crate::romlink::{ROM_HEAD, rom_byte};
use crate::run::code_at;
use crate::value::{R, Value};

/// Added to `pc` where it counts bytes of the code in flash.
pub(crate) const ROM_PC: u32 = 1 << 30;
/// Words below a frame's operands that natives may use without asking: some values, and the scratch of number
/// text. So nothing moves while a number is read or printed.
pub(crate) const RESERVE: usize = 14 + crate::number::SCRATCH_WORDS;

/// Added to the flags of a function in flash.
pub(crate) const BUILT_IN: u32 = 1 << 16;

/// What happens with the result of a call, in the frame's return word.
pub(crate) mod kind {
    /// Pushed.
    pub(crate) const NORMAL: u32 = 0;
    /// Of a constructor: pushed if it is an object, else `this`.
    pub(crate) const CONSTRUCT: u32 = 1;
    /// Dropped.
    pub(crate) const DROP: u32 = 2;
    /// Stored n words below the top (n in the next eight bits).
    pub(crate) const REPLACE: u32 = 3;
    /// The job is over.
    pub(crate) const BASE: u32 = 4;
    /// Pushed; the call was not the instruction itself (a getter).
    pub(crate) const GETTER: u32 = 5;
    /// Stored in the cell that is n words below the top.
    pub(crate) const CELL: u32 = 6;
    /// Stored n words below the top, and the call is made whose arguments and kind the top word has.
    pub(crate) const RECALL: u32 = 7;
    pub(crate) const MASK: u32 = 7;
    pub(crate) const SHIFT: u32 = 3;
    pub(crate) const BITS: u32 = 11;
}

/// Why the loop was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Out of fuel.
    Fuel,
    /// The job's result is in its register.
    Done,
    /// Nobody caught the exception.
    Threw,
    /// A function of the host is to be called: its number and argument count are in `reg::host`, the kind in
    /// `reg::host_how`, the arguments on the stack.
    Host,
    /// The compiler has work.
    #[cfg(feature = "eval")]
    Compile,
}

impl Vm<'_> {
    // ---- code ----

    /// The next opcode.
    pub(crate) fn code_byte(&self) -> u8 {
        let [code, ..] = *code_at(self.mem, self.r[reg::pc]);
        code
    }
    /// Four bytes of code from `pc` on, the first one lowest.
    #[inline(never)]
    pub(crate) fn code_word(&self, pc: u32) -> u32 {
        let &[a, b, c, d, _] = code_at(self.mem, pc);
        u32::from_le_bytes([a, b, c, d])
    }
    // The operands of the running instruction: bytes, or a name in front of a byte.
    #[inline]
    pub(crate) fn operand(&self) -> usize {
        (self.ins >> 8 & 0xff) as usize
    }
    #[inline]
    pub(crate) fn operand16(&self) -> u16 {
        (self.ins >> 8) as u16
    }
    /// First byte of a code cell's instructions.
    pub(crate) fn code_base(&self, code: u16) -> u32 {
        code as u32 * 4 + first_byte(self.f(code, 1))
    }
    /// What the places in running code are counted from: its cell, or the code in flash.
    #[inline(never)]
    fn pc_base(&self) -> u32 {
        match self.r[reg::code] {
            0 => ROM_PC,
            code => code * 4,
        }
    }
    /// `pc` relative to the running code.
    #[inline(never)]
    pub(crate) fn pc_offset(&self) -> u32 {
        self.r[reg::pc].wrapping_sub(self.pc_base())
    }
    /// Points the registers at the code of the function in the frame, `offset` bytes into it.
    pub(crate) fn enter_code(&mut self, offset: u32) {
        let f = self.v((self.r[reg::fp] as usize).wrapping_add(2));
        let code = self.code_of(f);
        self.enter(code, self.shape(code, f), offset);
    }
    /// The same for a code cell (0: code in flash) whose shape is known.
    pub(crate) fn enter(&mut self, code: u16, shape: Shape, offset: u32) {
        // For the line in the code before this.
        self.pay();
        self.r[reg::code] = code as u32;
        self.r[reg::pc] = self.pc_base().wrapping_add(offset);
        self.mark = self.r[reg::pc];
        self.r[reg::slimit] = self.r[reg::fp].saturating_sub(shape.words() + RESERVE as u32);
    }
    /// The code cell of a function value; 0 for code in flash.
    pub(crate) fn code_of(&self, f: Value) -> u16 {
        if f.is_cell() {
            return f.payload();
        }
        if Self::is_rom(f.payload()) {
            0
        } else {
            self.f_lo(f.payload(), 2)
        }
    }
    /// The shape of frames of a code cell, or of function `f`, whose code is in flash.
    pub(crate) fn shape(&self, code: u16, f: Value) -> Shape {
        if code != 0 {
            return Shape(self.f(code, 2) >> 16, self.f(code, 3));
        }
        rom_shape(f.payload())
    }
    /// The shape of the running frame, and the flags of its function.
    pub(crate) fn frame_shape(&self) -> Shape {
        self.shape(
            self.r[reg::code] as u16,
            self.v((self.r[reg::fp] as usize).wrapping_add(2)),
        )
    }
    /// The heap ends below what the running frame may push to.
    #[cfg(feature = "eval")]
    pub(crate) fn set_frame_limit(&mut self) {
        let words = self.frame_shape().words() + RESERVE as u32;
        self.r[reg::slimit] = self.r[reg::fp].saturating_sub(words);
    }
    /// Without a frame: the heap ends below the stack.
    pub(crate) fn set_limit(&mut self) {
        self.r[reg::slimit] = self.r[reg::sp].saturating_sub(RESERVE as u32);
    }
    pub(crate) fn is_constructor_code(&self, code: u16) -> bool {
        self.f(code, 0) >> ff::SHIFT & ff::METHOD == 0
    }
    pub(crate) fn strict(&self) -> bool {
        self.r[reg::code] == 0 || self.f(self.r[reg::code] as u16, 0) >> ff::SHIFT & ff::STRICT != 0
    }

    // ---- jobs ----

    /// Prepares the call that starts a job: the function, `this` and `argc` arguments are on the stack.
    pub(crate) fn start_call(&mut self, argc: usize) -> R<()> {
        self.r[reg::fp] = 0;
        self.r[reg::hp] = 0;
        self.r[reg::code] = 0;
        self.r[reg::pc] = ROM_PC;
        self.set_limit();
        self.call(argc, kind::BASE)
    }
    /// Empties the stack.
    #[inline(never)]
    pub(crate) fn clear_stack(&mut self) {
        self.r[reg::sp] = self.mem.len() as u32;
        self.set_limit();
        self.r[reg::fp] = 0;
        self.r[reg::hp] = 0;
        self.r[reg::code] = 0;
        self.r[reg::pc] = ROM_PC;
        self.r[reg::again] = 0;
    }

    /// Runs until the fuel is used up, the job ends, or the host is needed.
    pub(crate) fn run(&mut self) -> Exit {
        self.mark = self.r[reg::pc];
        loop {
            if self.run_block().is_err() && !self.catch() {
                return Exit::Threw;
            }
            if let Some(exit) = self.pending.take() {
                return exit;
            }
            if self.fuel <= 0 {
                return Exit::Fuel;
            }
        }
    }
    /// Hands the exception to the innermost handler; false if there is none.
    pub(crate) fn catch(&mut self) -> bool {
        let hp = self.r[reg::hp] as usize;
        if hp == 0 {
            return false;
        }
        let (pc, fp, prev) = (
            self.v(hp).as_int(),
            self.v(hp + 1).as_int(),
            self.v(hp + 2).as_int(),
        );
        self.r[reg::sp] = (hp as u32).wrapping_add(3);
        self.r[reg::fp] = fp as u32;
        self.r[reg::hp] = prev as u32;
        self.enter_code(pc as u32);
        let exc = Value(self.r[reg::exc]);
        self.r[reg::exc] = Value::UNDEFINED.0;
        self.push(exc);
        true
    }
    pub(crate) fn pay(&mut self) {
        self.fuel -= (self.r[reg::pc].wrapping_sub(self.mark) as i32).clamp(1, 1 << 12);
    }

    // ---- the loop ----

    /// The opcode of the running instruction.
    #[inline(always)]
    pub(crate) fn opcode(&self) -> u32 {
        self.ins & 0xff
    }
    /// Instructions that are longer or seldom.
    #[inline(never)]
    pub(crate) fn rare(&mut self) -> R<()> {
        let code = self.opcode();
        // What many of them ask for.
        let (v, name) = (self.top(0), self.operand16());
        if let op::LT..=op::JF_SNE = code {
            return self.compare();
        }
        match code {
            op::GET_FIELD | op::GET_METHOD | op::GET_FIELD2 => return self.get_field(),
            op::SET_FIELD | op::PUT_FIELD => return self.put_field(),
            op::GET_ELEM | op::GET_ELEM_METHOD | op::GET_ELEM2 => return self.get_elem(code),
            op::SET_ELEM | op::PUT_ELEM => return self.put_elem(),
            op::GET_NAME | op::TYPEOF_NAME => return self.get_name(),
            op::SET_NAME | op::PUT_NAME => return self.put_name(),
            op::ADD..=op::XOR => return self.arithmetic(),
            op::F64 => return self.push_literal(),
            op::INC_LOC | op::DEC_LOC | op::INC_CELL | op::DEC_CELL => return self.step_variable(),
            op::DEL_FIELD | op::DEL_ELEM => return self.delete_op(),
            op::J_TRUE | op::J_FALSE | op::J_TRUE_KEEP | op::J_FALSE_KEEP => {
                let jump = (code == op::J_TRUE || code == op::J_TRUE_KEEP) == self.truthy(v);
                if !(jump && code >= op::J_TRUE_KEEP) {
                    self.drop_n(1);
                }
                self.branch(jump);
            }
            op::NOT => {
                let b = self.truthy(v);
                self.set_top(0, Value::bool(!b));
            }
            // The loop does what is allowed.
            op::GET_FREE | op::TYPEOF_FREE | op::SET_FREE | op::PUT_FREE => {
                let cell = self.captured(self.operand());
                return self.check_write(cell);
            }
            op::CALL => {
                let argc = self.operand();
                return self.call(argc, kind::NORMAL);
            }
            op::RETURN => return self.leave(v),
            op::RETURN_UNDEF => return self.leave(Value::UNDEFINED),
            op::DEL_NAME => {
                self.push(Value::obj(rom::GLOBAL));
                let done = self.delete(self.r[reg::sp] as usize, Key::name(name))?;
                self.set_top(0, Value::bool(done));
            }
            op::J_CASE => {
                self.drop_n(1);
                if self.strict_equal(self.top(0), v) {
                    self.take();
                }
            }
            op::TYPEOF => {
                let name = self.type_name(v);
                self.set_top(0, Value::str(name));
            }
            op::NEW => {
                let argc = self.operand();
                return self.construct(argc);
            }
            op::ROM_FUN => {
                self.push(Value::obj(name));
            }
            op::CALLEE => {
                let f = self.v((self.r[reg::fp] as usize).wrapping_add(2));
                self.push(f);
            }
            op::NEW_OBJ => {
                let o = self.new_object(rom::OBJECT_PROTO)?;
                self.push(o);
            }
            op::NEW_ARR => {
                let n = self.operand();
                let a = self.pack_array(n)?;
                self.push(a);
            }
            op::CLOSURE => {
                let f = self.closure()?;
                self.push(f);
            }
            op::THIS => {
                let this = self.this()?;
                self.push(this);
            }
            op::INSTANCEOF | op::IN => return self.relation(),
            op::NEG | op::PLUS | op::BITNOT | op::INC | op::DEC | op::TO_NUM => return self.unary(),
            op::INTRINSIC => return self.intrinsic(),
            op::LENGTH => return self.get_length(),
            op::FOR_IN => return self.for_in(),
            op::DUP2 => {
                let below = self.top(1);
                self.push(below);
                self.push(v);
            }
            op::SWAP => self.rotate(1),
            op::ROT3 => self.rotate(2),
            op::ROT4 => self.rotate(3),
            op::NIP => {
                self.drop_n(1);
                self.set_top(0, v);
            }
            op::INIT_CELL | op::INIT_CONST => {
                let slot = self.slot();
                // Whoever captured the variable before this shares the cell.
                let cell = self.v(slot);
                if !(cell.is_cell() && self.f(cell.payload(), 1) == Value::HOLE.0) {
                    let cell = self.new_cell(self.r[reg::sp] as usize)?;
                    self.set_v(slot, cell);
                }
                let cell = self.v(slot).payload();
                let v = self.pop();
                self.set_f(cell, 1, v.0);
                if code == op::INIT_CONST {
                    self.set_flag(cell, CONSTANT);
                }
            }
            op::TDZ => {
                let slot = self.slot();
                let mut v = self.v(slot);
                if v.is_cell() {
                    v = Value(self.f(v.payload(), 1));
                }
                if v == Value::HOLE {
                    return Err(self.too_early());
                }
            }
            op::TDZ_ERR => return Err(self.too_early()),
            op::HOLE | op::NEW_CELL | op::MAKE_CELL | op::COPY_CELL => {
                let slot = self.slot();
                if code == op::HOLE || code == op::NEW_CELL {
                    self.set_v(slot, Value::HOLE);
                }
                if code != op::HOLE {
                    let cell = self.new_cell(slot)?;
                    self.set_v(slot, cell);
                }
            }
            op::TO_PRIM => {
                if v.is_obj() {
                    return self.coerce(0, 2);
                }
            }
            op::CALL_ARR | op::NEW_CALL_ARR if SPREADS => {
                let argc = self.unpack_array()?;
                if code == op::CALL_ARR {
                    return self.call(argc, kind::NORMAL);
                }
                return self.construct(argc);
            }
            op::ITER if DESTRUCTURING => return self.iterable(),
            op::FOR_OF => {
                self.check_iterable()?;
                self.push(Value::UNDEFINED);
                self.push(Value::int(0));
            }
            op::MAKE_ARGS => {
                let slot = self.slot();
                self.map_arguments();
                let v = self.pop();
                self.set_v(slot, v);
            }
            op::CONST_ERR => return Err(self.type_error(m!("assignment to a constant"))),
            op::DECL_VAR | op::DECL_FUN => {
                let known = code == op::DECL_VAR && self.find_own(rom::GLOBAL, Key::name(name)).is_some();
                if !known {
                    let v = if code == op::DECL_FUN { v } else { Value::UNDEFINED };
                    self.define_raw(rom::GLOBAL, name, v, WRITABLE | ENUMERABLE)?;
                }
                if code == op::DECL_FUN {
                    self.drop_n(1);
                }
            }
            op::APPEND if self.f(self.top(1).payload(), 0) & TYPE_MASK == t::ARR => {
                let a = self.top(1).payload();
                let len = self.f(a, 2);
                self.set_element(a, len, v)?;
                self.drop_n(1);
            }
            op::APPEND_HOLE => {
                let a = v.payload();
                let len = self.f(a, 2);
                self.set_f(a, 2, len.wrapping_add(1));
            }
            op::INIT_FIELD | op::INIT_GET | op::INIT_SET | op::INIT_ELEM | op::INIT_GETE | op::INIT_SETE => {
                let (key, below) = if code <= op::INIT_SET {
                    (self.name_key(name), 1)
                } else {
                    (self.prim_to_key(self.top(1))?, 2)
                };
                if code == op::INIT_FIELD || code == op::INIT_ELEM {
                    let (o, v) = (self.top(below).payload(), self.top(0));
                    self.define(o, key, v, DATA)?;
                    self.drop_n(below);
                } else {
                    let getter = code == op::INIT_GET || code == op::INIT_GETE;
                    return self.init_accessor(key, getter, below);
                }
            }
            op::TRY => {
                let handler = self.pc_offset().wrapping_add_signed(name as i16 as i32);
                let (fp, hp) = (self.r[reg::fp], self.r[reg::hp]);
                self.push(Value::int(hp as i32));
                self.push(Value::int(fp as i32));
                self.push(Value::int(handler as i32));
                self.r[reg::hp] = self.r[reg::sp];
            }
            op::END_TRY | op::NIP_TRY => {
                if code == op::NIP_TRY {
                    self.drop_n(1);
                }
                self.r[reg::hp] = self.top(2).as_int() as u32;
                self.drop_n(3);
                if code == op::NIP_TRY {
                    self.push(v);
                }
            }
            op::THROW => {
                self.r[reg::exc] = v.0;
                return Err(crate::value::Thrown);
            }
            op::GOSUB => {
                let back = self.pc_offset();
                self.push(Value::int(back as i32));
                self.take();
            }
            op::RET_SUB => {
                self.drop_n(1);
                self.go_to(self.pc_base().wrapping_add(v.as_int() as u32));
            }
            op::FOR_IN_NEXT => {
                if !self.for_in_next()? {
                    self.take();
                }
            }
            _ => return Err(self.type_error(m!("bad instruction"))),
        }
        Ok(())
    }
    /// The double behind the opcode.
    fn push_literal(&mut self) -> R<()> {
        let end = self.r[reg::pc];
        let low = self.code_word(end.wrapping_sub(8)) as u64;
        let high = self.code_word(end.wrapping_sub(4)) as u64;
        self.push_number(f64::from_bits(high << 32 | low))
    }
    /// Pays for the straight line, and jumps as the instruction says.
    #[inline(never)]
    pub(crate) fn take(&mut self) {
        let offset = self.operand16() as i16;
        self.go_to(self.r[reg::pc].wrapping_add_signed(offset as i32));
    }
    /// A jump that is taken or not, and in flash is one byte shorter than it is counted.
    #[inline(never)]
    pub(crate) fn branch(&mut self, taken: bool) {
        if self.r[reg::pc] & ROM_PC != 0 {
            self.ins = self.ins as i16 as u32;
            self.r[reg::pc] = self.r[reg::pc].wrapping_sub(1);
        }
        if taken {
            self.take();
        }
    }
    fn go_to(&mut self, pc: u32) {
        self.pay();
        self.r[reg::pc] = pc;
        self.mark = pc;
    }
    /// The slot that the operand names.
    #[inline]
    pub(crate) fn slot(&self) -> usize {
        let k = self.operand();
        (self.r[reg::fp] as usize).wrapping_sub(k)
    }
    /// `… a … b -> … b a …`: the top goes `n` places down.
    fn rotate(&mut self, n: usize) {
        let v = self.top(0);
        for i in 0..n {
            let next = self.top(i + 1);
            self.set_top(i, next);
        }
        self.set_top(n, v);
    }
    /// `this`, as sloppy code sees it.
    #[inline(never)]
    fn this(&mut self) -> R<Value> {
        let at = self.r[reg::fp] as usize + 1;
        let this = self.v(at);
        if this.is_obj() || self.strict() {
            return Ok(this);
        }
        if this.is_nullish() {
            return Ok(Value::obj(rom::GLOBAL));
        }
        let object = self.to_object(this)?;
        self.set_v(at, object);
        Ok(object)
    }
    /// The cell of the running function's captured variable number `i`.
    #[inline(never)]
    fn captured(&self, i: usize) -> u16 {
        let f = self.v((self.r[reg::fp] as usize).wrapping_add(2)).payload();
        self.half(f, 3, i)
    }
    /// Half number `i` of those that start at field `n` of a cell.
    #[inline(never)]
    pub(crate) fn half(&self, h: u16, n: usize, i: usize) -> u16 {
        let w = self.f(h, n + i / 2);
        (w >> (i % 2 * 16)) as u16
    }
    /// Sets one of them, which is zero.
    #[inline(never)]
    pub(crate) fn add_half(&mut self, h: u16, n: usize, i: usize, half: u16) {
        let w = self.f(h, n + i / 2) | (half as u32) << (i % 2 * 16);
        self.set_f(h, n + i / 2, w);
    }
    /// The closure of the running code's inner function whose number follows.
    #[inline(never)]
    fn closure(&mut self) -> R<Value> {
        use crate::compiler::cap;
        let kid = |vm: &Self| {
            let outer = vm.r[reg::code] as u16;
            let captures = vm.f(outer, 1) >> 16 & 0xff;
            vm.half(outer, 4 + captures as usize, vm.operand())
        };
        let caps = (self.f(kid(self), 1) >> 16 & 0xff) as usize;
        let h = self.alloc_object(t::FUNC, 3 + caps.div_ceil(2), rom::FUNCTION_PROTO)?;
        let code = kid(self);
        self.set_f(h, 2, pack(code, caps as u16));
        for c in 0..caps {
            let entry = self.f(code, 4 + c);
            let i = lo(entry) as usize;
            let cell = if entry & cap::KIND == cap::LOCAL {
                self.v((self.r[reg::fp] as usize).wrapping_sub(i)).payload()
            } else {
                self.captured(i)
            };
            self.add_half(h, 3, c, cell);
        }
        Ok(Value::obj(h))
    }
    pub(crate) fn type_name(&self, v: Value) -> u16 {
        if v.is_number() {
            return n::NUMBER;
        }
        if v.is_str() {
            return n::STRING;
        }
        if v.is_bool() {
            return n::BOOLEAN;
        }
        if self.is_callable(v) {
            return n::FUNCTION;
        }
        if v == Value::UNDEFINED {
            n::UNDEFINED
        } else {
            n::OBJECT
        }
    }
}

/// Parameters and other variables, a byte each, and whether a function in flash wants its arguments as an object; operand
/// stack and entry point, a half each.
#[derive(Clone, Copy)]
pub(crate) struct Shape(u32, u32);
impl Shape {
    pub(crate) fn params(self) -> u32 {
        self.0 & 0xff
    }
    pub(crate) fn locals(self) -> u32 {
        self.0 >> 8 & 0xff
    }
    pub(crate) fn wants_arguments(self) -> bool {
        self.0 >> 16 != 0
    }
    pub(crate) fn entry(self) -> u32 {
        self.1 >> 16
    }
    /// Words of a frame below the function and `this`.
    pub(crate) fn words(self) -> u32 {
        self.params() + 2 + self.locals() + (self.1 & 0xffff)
    }
}
/// The same for a function whose code is in flash.
#[inline(never)]
pub(crate) fn rom_shape(f: u16) -> Shape {
    match rom::function(f).map(rom::Function::code) {
        Some(Code::Js(at)) => {
            let counts = rom_byte(at, 0);
            Shape(
                counts & 7 | counts >> 4 << 8 | (counts & 8) << 16,
                rom_byte(at, 1) | (at as u32 + ROM_HEAD) << 16,
            )
        }
        _ => Shape(0, 0),
    }
}
/// Bytes of a code cell before its instructions, by its first word.
pub(crate) fn first_byte(w1: u32) -> u32 {
    let (caps, kids) = (w1 >> 16 & 0xff, w1 >> 24);
    (4 + caps + kids.div_ceil(2)) * 4
}
/// A 32-bit integer as a value, if it needs no cell.
pub(crate) fn small(i: i32) -> Option<Value> {
    let v = Value::int(i);
    if v.as_int() == i { Some(v) } else { None }
}
