//! Variables: declaration, and the resolution of names when a scope or a function ends.

use super::{Compiler, DESTRUCTURING, control, ff};
use crate::compiler::st;
use crate::heap::*;
use crate::message::{Message, m};
use crate::names::n;
use crate::opcode::{self as op};
use crate::vm::first_byte;
use crate::words::Field;

/// Most slots of a frame: what an instruction's operand can name.
const MOST_SLOTS: u32 = 250;
const TOO_MANY_SLOTS: Message = m!("more than 250 variables in one function");
/// Where an entry has its slot.
pub(super) const SLOT: u32 = 0xff << 16;
/// Flags of a variable, in the top byte of its word (name, then slot, then flags).
pub(crate) const CAPTURED: u32 = 1 << 24;
/// A formal parameter.
pub(super) const PARAM: u32 = 2 << 24;
/// The variable is the name of the function expression itself: writes are ignored.
const SELF_NAME: u32 = 4 << 24;
/// The same bit of a [`LEX`] or [`PARAM`]: it has no value yet at this place of the text.
pub(super) const UNINIT: u32 = SELF_NAME;
/// Not a variable: a function declaration, whose "slot" is the number of the inner function.
pub(super) const HOISTED: u32 = 8 << 24;
/// Not a variable: a captured name of an outer function, whose "slot" is its number.
pub(super) const FREE: u32 = 16 << 24;
/// Belongs to a block.
pub(crate) const BLOCK: u32 = 32 << 24;
/// Declared by `let` or `const`, or a function of a block.
pub(super) const LEX: u32 = 64 << 24;
pub(super) const CONST: u32 = 128 << 24;
/// Not a variable: what [`super::ahead`] found out about the bracket at a place of the text.
pub(super) const NOTE: u32 = HOISTED | FREE;
/// Where the place stands in such an entry.
pub(super) const NOTE_PLACE: u32 = 0xff_ffff;

pub(super) fn is_note(var: u32) -> bool {
    var & NOTE == NOTE
}
pub(super) fn is_variable(var: u32) -> bool {
    var & NOTE == 0
}
pub(super) fn is_hoisted(var: u32) -> bool {
    var & NOTE == HOISTED
}
pub(super) fn is_free(var: u32) -> bool {
    var & NOTE == FREE
}
fn is_self_name(var: u32) -> bool {
    var & (SELF_NAME | LEX | PARAM) == SELF_NAME
}

/// Whether a variable has no value yet at this place of the text.
pub(super) fn too_soon(var: u32) -> bool {
    var & (LEX | PARAM) != 0 && var & UNINIT != 0
}

/// Kinds of entries in a CODE cell's list of captures, in the top byte.
pub(crate) mod cap {
    /// The lower half is a name that is still to be found.
    pub(crate) const PENDING: u32 = 0;
    /// The lower half is a slot of the enclosing function.
    pub(crate) const LOCAL: u32 = 1 << 24;
    /// The lower half is a capture of the enclosing function.
    pub(crate) const FREE: u32 = 2 << 24;
    /// The lower half is the name of a global variable.
    pub(crate) const GLOBAL: u32 = 1 << 31;
    pub(crate) const KIND: u32 = 0xff << 24;
}

/// Whether an instruction is one on a name.
pub(super) fn is_on_name(code: u8) -> bool {
    (code as u32).wrapping_sub(op::GET_NAME as u32) <= (op::DEL_NAME - op::GET_NAME) as u32
}
/// How far an instruction on a global name is behind the same one on a captured name: they stand in the same order.
const NAME_OF_FREE: u8 = op::GET_NAME - op::GET_FREE;
const _: () = assert!(op::PUT_NAME - op::PUT_FREE == NAME_OF_FREE);

pub(super) fn slot_of(var: u32) -> u8 {
    (var >> 16) as u8
}

impl Compiler<'_, '_> {
    pub(crate) fn var_count(&self) -> u32 {
        self.s[st::var_count]
    }
    pub(super) fn var(&self, i: u32) -> u32 {
        self.vm.f(self.vm.r[reg::vars] as u16, 2 + i as usize)
    }
    pub(super) fn set_var(&mut self, i: u32, var: u32) {
        self.vm.set_f(self.vm.r[reg::vars] as u16, 2 + i as usize, var);
    }
    pub(crate) fn drop_vars(&mut self, count: u32) {
        self.s[st::var_count] = count;
    }
    pub(super) fn add_var(&mut self, var: u32) {
        self.add_entry(reg::vars, st::var_count, t::WORDS, var);
    }
    /// Adds to a list of so many entries; 0 is the value on top of the stack.
    #[inline(never)]
    pub(super) fn add_entry(&mut self, list: Field, count: Field, kind: u32, entry: u32) {
        if self.failed() {
            return;
        }
        let number = self.s.get(count);
        if self.vm.add_to_list(list, kind, number as usize, entry).is_err() {
            return self.fail();
        }
        self.s.set(count, number + 1);
    }
    /// The last entry from number `from` on that is `key` where `mask` has bits; 0 if there is none. Its
    /// number is in [`st::read`].
    #[inline(never)]
    pub(super) fn find(&mut self, key: u32, mask: u32, from: u32) -> u32 {
        self.s[st::read] = self.var_count();
        self.find_next(key, mask, from)
    }
    /// The same, of those below the number that was found last.
    #[inline(never)]
    pub(super) fn find_next(&mut self, key: u32, mask: u32, from: u32) -> u32 {
        let mut i = self.s[st::read];
        while i > from {
            i -= 1;
            let var = self.var(i);
            if var & mask == key {
                self.s[st::read] = i;
                return var;
            }
        }
        0
    }
    /// The innermost variable of this name, not further out than number `from`; 0 if there is none.
    #[inline(never)]
    pub(super) fn find_var(&mut self, name: u16, from: u32) -> u32 {
        self.find(name as u32, 0xffff | NOTE, from)
    }
    /// The function's innermost variable of this name; 0 if there is none.
    #[inline(never)]
    pub(super) fn known(&mut self, name: u16) -> u32 {
        self.find_var(name, self.s[st::vars])
    }
    /// Notes what stands behind the bracket at a place of the text.
    pub(super) fn note(&mut self, place: u32, looping: bool) {
        let flags = if looping { CAPTURED } else { 0 };
        self.add_var(place & NOTE_PLACE | NOTE | BLOCK | flags)
    }
    /// The names of parameters differ, and keep the rules of strict code.
    #[inline(never)]
    pub(crate) fn check_parameters(&mut self) {
        for i in self.s[st::vars]..self.var_count() {
            let var = self.var(i);
            let name = lo(var);
            if name == 0 || !is_variable(var) {
                continue;
            }
            self.check_binding(name);
            self.known(name);
            if self.s[st::read] != i {
                self.error(m!("two parameters with one name"));
                return;
            }
        }
    }
    pub(crate) fn add_param(&mut self, name: u16) {
        let slot = self.s[st::params];
        if DESTRUCTURING && self.s[st::locals] != 0 {
            self.lift_locals();
        }
        // Of two parameters with one name, the last one counts.
        self.add_var(name as u32 | slot << 16 | PARAM);
        self.s[st::params] += 1;
    }
    /// A parameter comes behind the variables of a pattern, whose slots stand behind all parameters: they move up by one.
    fn lift_locals(&mut self) {
        let first = self.s[st::params];
        if first + 3 + self.s[st::locals] > MOST_SLOTS {
            self.error(TOO_MANY_SLOTS);
            return;
        }
        for i in self.s[st::vars]..self.var_count() {
            let var = self.var(i);
            if is_variable(var) && slot_of(var) as u32 >= first {
                self.set_var(i, var + (1 << 16));
            }
        }
        let mut pos = 0;
        while pos < self.here() {
            let slot = self.code(pos + 1);
            if matches!(
                self.code(pos),
                op::GET_LOC..=op::INIT_LOC | op::INC_LOC | op::DEC_LOC | op::TDZ
            ) && slot as u32 >= first
            {
                self.set_code(pos + 1, slot + 1);
            }
            pos += self.code_size(pos);
        }
    }
    /// A slot for one more variable of this function.
    pub(super) fn new_slot(&mut self) -> u32 {
        let slot = self.s[st::params] + 2 + self.s[st::locals];
        self.s[st::locals] += 1;
        if slot > MOST_SLOTS {
            self.error(TOO_MANY_SLOTS);
        }
        slot
    }
    /// `var name`, or the name of a function declaration.
    pub(crate) fn declare_var(&mut self, name: u16) {
        self.check_var(name);
        self.declare_var_unchecked(name)
    }
    pub(super) fn declare_var_unchecked(&mut self, name: u16) {
        if self.s[st::fn_flags] & ff::SCRIPT != 0 {
            // A property of the global object: noted once, made when the script starts.
            let var = name as u32 | HOISTED | 0xff << 16;
            if self.find(var, u32::MAX, self.s[st::vars]) == 0 {
                self.insert_fn_var(var);
            }
            return;
        }
        let mask = 0xffff | NOTE | BLOCK;
        if self.find(name as u32, mask, self.s[st::vars]) == 0 {
            let slot = self.new_slot();
            self.insert_fn_var(name as u32 | slot << 16)
        }
    }
    /// Function-level entries stand before those of open blocks.
    fn insert_fn_var(&mut self, var: u32) {
        self.add_var(var);
        if self.failed() {
            return;
        }
        let mut i = self.var_count() - 1;
        while i > self.s[st::vars] && self.var(i - 1) & BLOCK != 0 {
            let before = self.var(i - 1);
            self.set_var(i, before);
            self.set_var(i - 1, var);
            i -= 1;
        }
        // The variables of open blocks moved up by one.
        let mut rec = self.s[st::control];
        while rec != 0 {
            if self.control_field(rec, control::C_KIND) == control::C_SCOPE {
                let from = self.control_field(rec, control::C_BREAKS);
                self.set_control_field(rec, control::C_BREAKS, from + 1);
            }
            rec = self.control_field(rec, control::C_PREV);
        }
    }
    /// A function declaration: inner function number `kid` is to be stored in `name` before the body runs.
    pub(crate) fn declare_function(&mut self, name: u16, kid: u8) {
        self.insert_fn_var(name as u32 | (kid as u32) << 16 | HOISTED)
    }

    // ---- inner functions that are finished ----

    /// The finished function of this number in the list of all.
    pub(crate) fn kid(&self, i: u32) -> u16 {
        self.vm.v((self.vm.r[reg::kids] + 2 + i) as usize).payload()
    }

    // ---- resolution ----

    /// Points captures of inner functions, by name, at variables from number `from` on. What is not found when the function
    /// ends, they look for further out.
    fn resolve_captures(&mut self, from: u32, first_kid: u32, end: bool) {
        for k in first_kid..self.s[st::kids] {
            for c in 0..capture_count(self.vm, self.kid(k)) {
                let entry = self.vm.f(self.kid(k), 4 + c);
                if entry & cap::KIND != cap::PENDING {
                    continue;
                }
                let var = self.find_var(lo(entry), from);
                let to = if var != 0 {
                    self.set_var(self.s[st::read], var | CAPTURED);
                    cap::LOCAL | slot_of(var) as u32
                } else if !end {
                    continue;
                } else if self.s[st::fn_flags] & ff::SCRIPT != 0 {
                    cap::GLOBAL | entry
                } else {
                    cap::FREE | self.free_var(lo(entry)) as u32
                };
                let code = self.kid(k);
                self.vm.set_f(code, 4 + c, to);
            }
        }
        self.vm.fuel -= (self.s[st::kids] - self.s[st::first_kid]) as i32;
    }
    /// Ends a block whose code starts at `start`, whose variables start at number `from`, and whose inner
    /// functions start at `first_kid`.
    pub(crate) fn close_block(&mut self, start: u32, from: u32, first_kid: u32, switch: bool) {
        if self.var_count() == from {
            return;
        }
        self.resolve_captures(from, first_kid, false);
        let end = self.here();
        self.block_entry(from, switch);
        let mut pos = start;
        while pos < self.here() {
            self.early(pos, from);
            self.cellify(pos, from);
            pos += self.code_size(pos);
        }
        self.enter_first(start, end);
        self.drop_vars(from);
    }
    /// An instruction on a slot whose variable was captured works on its cell from now on.
    fn cellify(&mut self, pos: u32, from: u32) {
        self.vm.fuel -= 1;
        let code = self.code(pos);
        let to = match code {
            op::GET_LOC..=op::PUT_LOC => code - (op::GET_LOC - op::GET_CELL),
            op::INIT_LOC => op::INIT_CELL,
            op::INC_LOC..=op::DEC_LOC => code + (op::INC_CELL - op::INC_LOC),
            _ => return,
        };
        let key = (self.code(pos + 1) as u32) << 16 | CAPTURED;
        let var = self.find(key, SLOT | NOTE | CAPTURED, from);
        if var != 0 {
            let constant = to == op::INIT_CELL && var & CONST != 0;
            self.set_code(pos, if constant { op::INIT_CONST } else { to });
        }
    }
    /// Resolves every name of the function; returns where execution starts.
    pub(crate) fn close_function(&mut self) -> u32 {
        let from = self.s[st::vars];
        let script = self.s[st::fn_flags] & ff::SCRIPT != 0;
        if self.s[st::fn_flags] & ff::ARROW == 0 {
            self.add_implicit(n::THIS);
            if !script {
                self.add_implicit(n::ARGUMENTS);
            }
        }
        if !script && self.s[st::fn_flags] & ff::NAMED != 0 {
            self.add_implicit(self.s[st::name] as u16);
        }
        self.resolve_captures(from, self.s[st::first_kid], true);
        if self.s[st::fn_flags] & (ff::ARGS | ff::STRICT | ff::COMPLEX) == ff::ARGS {
            // Sloppy `arguments` and the parameters are the same variables.
            for i in from..self.var_count() {
                let var = self.var(i);
                if var & (PARAM | NOTE) == PARAM {
                    self.set_var(i, var | CAPTURED);
                }
            }
        }
        let entry = self.here();
        self.prologue(script);
        let end = self.here();
        let mut pos = 0;
        while pos < end {
            let code = self.code(pos);
            if is_on_name(code) {
                let name = self.code16(pos + 1);
                let var = self.find_var(name, from);
                if var & LEX != 0 {
                    self.too_early(pos, 4);
                } else if var != 0 {
                    self.localize(pos, var);
                } else if !script && code != op::DEL_NAME {
                    let free = self.free_var(name);
                    self.set_code(pos, code - NAME_OF_FREE);
                    self.set_code16(pos + 1, free as u16);
                }
            }
            self.cellify(pos, from);
            pos += self.code_size(pos);
        }
        if end == entry {
            return 0;
        }
        self.jump_back(op::JMP, 0);
        entry
    }
    /// `arguments` and the function's own name are variables only where they are used.
    fn add_implicit(&mut self, name: u16) {
        let var = self.known(name);
        if var != 0 {
            if name == n::ARGUMENTS && var & (PARAM | LEX) == 0 {
                // `var arguments` is the object until it is assigned.
                self.s[st::fn_flags] |= ff::ARGS;
            }
            return;
        }
        let mut used = self.wanted(name, self.s[st::first_kid]);
        let mut pos = 0;
        while pos < self.here() && !used && name != n::THIS {
            let code = self.code(pos);
            used = is_on_name(code) && self.code16(pos + 1) == name;
            pos += self.code_size(pos);
        }
        if !used {
            return;
        }
        let mut flags = SELF_NAME;
        if name == n::ARGUMENTS {
            self.s[st::fn_flags] |= ff::ARGS;
            flags = 0;
        }
        let slot = self.new_slot();
        self.add_var(name as u32 | slot << 16 | flags)
    }
    /// Whether inner functions from `first_kid` on use this name of a function around them.
    pub(super) fn wanted(&self, name: u16, first_kid: u32) -> bool {
        (first_kid..self.s[st::kids]).any(|k| {
            let code = self.kid(k);
            (0..capture_count(self.vm, code)).any(|c| self.vm.f(code, 4 + c) == cap::PENDING | name as u32)
        })
    }
    /// Turns an instruction on a name into one on a slot.
    pub(super) fn localize(&mut self, pos: u32, var: u32) {
        let code = self.code(pos);
        let put = code == op::PUT_NAME;
        let (mut operand, mut last) = (slot_of(var), op::NOP2);
        let first = match code {
            op::GET_NAME | op::TYPEOF_NAME => op::GET_LOC,
            // The name of a function expression is constant.
            _ if code == op::DEL_NAME || is_self_name(var) => {
                operand = if put { op::POP } else { op::NOP };
                last = op::NOP;
                if code == op::DEL_NAME {
                    op::FALSE
                } else if self.strict() {
                    op::CONST_ERR
                } else {
                    op::NOP
                }
            }
            _ if put => op::PUT_LOC,
            _ => op::SET_LOC,
        };
        self.set_code(pos, first);
        self.set_code(pos + 1, operand);
        // Its operand is the hint.
        self.set_code(pos + 2, last);
    }
    /// The number of a captured outer name.
    fn free_var(&mut self, name: u16) -> u8 {
        let from = self.s[st::vars];
        let var = self.find(name as u32 | FREE, 0xffff | NOTE, from);
        if var != 0 {
            return slot_of(var);
        }
        // They are numbered in their order.
        let last = self.find(FREE, NOTE, from);
        let number = if last == 0 { 0 } else { slot_of(last) as u32 + 1 };
        if number > 250 {
            self.error(m!("more than 250 outer names in one function"));
        }
        self.add_var(name as u32 | number << 16 | FREE);
        number as u8
    }
    /// What runs before the body: cells for captured variables, `arguments`, function declarations.
    fn prologue(&mut self, script: bool) {
        let from = self.s[st::vars];
        self.label();
        self.s[st::depth] = 0;
        // The parameters' cells first: `arguments` shares them.
        self.make_cells(PARAM);
        if self.s[st::fn_flags] & ff::ARGS != 0 {
            let var = self.known(n::ARGUMENTS);
            if var != 0 {
                self.op_slot(op::MAKE_ARGS, var);
            }
        }
        self.make_cells(0);
        let var = self.known(n::THIS);
        if var != 0 {
            // Only arrow functions ask for it.
            self.op(op::THIS);
            self.op_slot(op::PUT_LOC, var);
        }
        let var = self.known(self.s[st::name] as u16);
        if is_self_name(var) {
            self.op(op::CALLEE);
            self.op_slot(op::PUT_LOC, var);
        }
        self.hoist(from, if script { op::DECL_FUN } else { op::PUT_LOC });
    }
    /// Function declarations from number `from` on; the instruction stores one.
    #[inline(never)]
    pub(super) fn hoist(&mut self, from: u32, store: u8) {
        for i in from..self.var_count() {
            let var = self.var(i);
            if !is_hoisted(var) {
                continue;
            }
            let mut code = store;
            let mut to = lo(var) as u32;
            if code != op::DECL_FUN {
                to = self.find_var(lo(var), from) >> 16;
            } else if slot_of(var) == 0xff {
                code = op::DECL_VAR;
            }
            if code != op::DECL_VAR {
                self.op_slot(op::CLOSURE, var);
            }
            self.emit(code, to);
            self.room_for_code();
        }
    }
    fn make_cells(&mut self, kind: u32) {
        for i in self.s[st::vars]..self.var_count() {
            let var = self.var(i);
            if var & (NOTE | CAPTURED | PARAM) == CAPTURED | kind {
                let make = if var & LEX != 0 {
                    op::NEW_CELL
                } else {
                    op::MAKE_CELL
                };
                self.op_slot(make, var);
                self.room_for_code();
            }
        }
    }
    pub(super) fn room_for_code(&mut self) {
        self.has_room(super::STATE_ROOM);
    }
    pub(crate) fn capture_count(&mut self) -> usize {
        match self.find(FREE, NOTE, self.s[st::vars]) {
            0 => 0,
            last => slot_of(last) as usize + 1,
        }
    }
    pub(crate) fn store_captures(&mut self, code: u16) {
        for i in self.s[st::vars]..self.var_count() {
            let var = self.var(i);
            if is_free(var) {
                self.vm
                    .set_f(code, 4 + slot_of(var) as usize, cap::PENDING | lo(var) as u32);
            }
        }
    }
}

pub(crate) fn capture_count(vm: &Vm<'_>, code: u16) -> usize {
    (vm.f(code, 1) >> 16 & 0xff) as usize
}

impl Compiler<'_, '_> {
    /// After the whole script: captures that turned out to be global become global names, from the outer
    /// functions to the inner ones. Work list: the headers' upper halves. Those that stay are numbered anew, in bits that their
    /// entries do not use.
    pub(super) fn link_globals(&mut self, script: u16) {
        let mut list = script;
        while list != 0 {
            let code = list;
            list = self.vm.f_hi(code, 0);
            self.vm.set_f_hi(code, 0, 0);
            let caps = capture_count(self.vm, code);
            for k in 0..(self.vm.f(code, 1) >> 24) as usize {
                let kid = self.vm.half(code, 4 + caps, k);
                let mut live = 0;
                for c in 4..4 + capture_count(self.vm, kid) {
                    let mut entry = self.vm.f(kid, c);
                    if entry & cap::KIND == cap::FREE {
                        let outer = self.vm.f(code, 4 + lo(entry) as usize);
                        entry = if is_global(outer) {
                            outer
                        } else {
                            cap::FREE | slot_of(outer) as u32
                        };
                    }
                    if !is_global(entry) {
                        entry |= live;
                        live += 1 << 16;
                    }
                    self.vm.set_f(kid, c, entry);
                }
                self.vm.set_f_hi(kid, 0, list);
                list = kid;
            }
            if caps != 0 {
                self.drop_global_captures(code, caps);
            }
        }
    }
    /// Takes the names out of a function's captures.
    fn drop_global_captures(&mut self, code: u16, caps: usize) {
        let w1 = self.vm.f(code, 1);
        // Nothing is in the buffer any more.
        self.vm.r[reg::buf] = code as u32;
        self.s[st::base] = first_byte(w1);
        let mut pos = 0;
        while pos < lo(w1) as u32 {
            let opcode = self.code(pos);
            if (opcode as u32).wrapping_sub(op::GET_FREE as u32) <= (op::PUT_FREE - op::GET_FREE) as u32 {
                let entry = self.vm.f(code, 4 + self.code(pos + 1) as usize);
                let mut operand = slot_of(entry) as u16;
                if is_global(entry) {
                    operand = lo(entry);
                    self.set_code(pos, opcode + NAME_OF_FREE);
                }
                self.set_code16(pos + 1, operand);
            }
            pos += self.code_size(pos);
        }
        let mut live = 4;
        for c in 4..4 + caps {
            let entry = self.vm.f(code, c);
            if !is_global(entry) {
                self.vm.set_f(code, live, entry & !SLOT);
                live += 1;
            }
        }
        let gone = 4 + caps - live;
        let words = self.vm.size_of(code as usize);
        self.vm.set_f(code, 1, w1 - ((gone as u32) << 16));
        let at = code as usize + live;
        self.vm.move_words(at + gone, words - gone - live, at);
        self.vm.shrink(code as usize, words, words - gone);
    }
}
fn is_global(entry: u32) -> bool {
    entry & cap::GLOBAL != 0
}
