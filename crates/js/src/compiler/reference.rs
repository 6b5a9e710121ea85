//! References: what can be assigned to, read again, stepped, and dropped.

use super::{Compiler, NONE};
use crate::compiler::st;
use crate::lexer::{NL_BEFORE, punct};
use crate::message::m;
use crate::names::n;
use crate::opcode as op;

/// Instructions on what can be assigned to: its read, which takes what it needs; one that leaves that; writes that keep the
/// value, and that do not.
static FORMS: [[u8; 4]; 4] = [
    [op::GET_LOC, op::GET_LOC, op::SET_LOC, op::PUT_LOC],
    [op::GET_NAME, op::GET_NAME, op::SET_NAME, op::PUT_NAME],
    [op::GET_FIELD, op::GET_FIELD2, op::SET_FIELD, op::PUT_FIELD],
    [op::GET_ELEM, op::GET_ELEM2, op::SET_ELEM, op::PUT_ELEM],
];
const GET: usize = 0;
const AGAIN: usize = 1;
const SET: usize = 2;
const PUT: usize = 3;

/// The instruction that does `to` where `code` does `from`; others stay as they are.
#[inline(always)]
fn form(code: u8, from: usize, to: usize) -> u8 {
    form_word(code as u32, from, to) as u8
}
#[inline(never)]
fn form_word(code: u32, from: usize, to: usize) -> u32 {
    for forms in &FORMS {
        if forms.get(from).is_some_and(|from| *from as u32 == code) {
            return forms.get(to).copied().unwrap_or(0) as u32;
        }
    }
    code
}

impl Compiler<'_, '_> {
    /// Takes the read of the reference just compiled back; what is left on the stack is what a write
    /// needs. Returns the opcode of the read, and its name or slot.
    pub(crate) fn reference(&mut self) -> (u8, u16) {
        let pos = self.s[st::lvalue];
        if pos == NONE {
            self.error(m!("this cannot be assigned to"));
            return (op::NOP, 0);
        }
        let get = self.code(pos);
        let operand = self.operand(pos);
        if get == op::GET_NAME && self.strict() && (operand == n::EVAL || operand == n::ARGUMENTS) {
            self.error(m!("eval and arguments cannot be assigned in strict code"));
        }
        self.cut_to(pos);
        self.shift_depth(-op::effect_of(get));
        (get, operand)
    }
    /// Reads the reference for an operator, keeping what the write needs.
    pub(crate) fn get_again(&mut self, get: u8, operand: u16) {
        self.emit(form(get, GET, AGAIN), operand as u32);
    }
    /// Writes the value on top to the reference.
    pub(crate) fn store(&mut self, get: u8, operand: u16, keep: bool) {
        match get {
            op::TDZ_ERR => self.throwing(op::TDZ_ERR, keep),
            op::GET_LOC if self.is_constant(operand as u8) => self.throwing(op::CONST_ERR, keep),
            _ => self.emit(form(get, GET, if keep { SET } else { PUT }), operand as u32),
        }
    }
    /// A write that throws.
    fn throwing(&mut self, code: u8, keep: bool) {
        self.op(code);
        if code == op::TDZ_ERR {
            self.shift_depth(-1);
        }
        if !keep {
            self.op(op::POP);
        }
    }
    /// The value on top is not needed: drops it, or does not make it in the first place.
    pub(crate) fn drop_value(&mut self) {
        if self.s[st::post_end] == self.here() && self.s[st::last] != NONE {
            return self.drop_old_value();
        }
        let last = self.last_op();
        let put = form(last, SET, PUT);
        if put == last {
            return self.op(op::POP);
        }
        let pos = self.s[st::last];
        self.set_code(pos, put);
        self.s[st::depth] -= 1;
        self.s[st::last] = NONE;
        self.s[st::lvalue] = NONE;
    }
    /// Rewrites a postfix increment whose old value is not used.
    pub(super) fn drop_old_value(&mut self) {
        let pos = self.s[st::post];
        let get = self.code(pos);
        let operand = self.operand(pos);
        let last = self.s[st::last];
        let step = self.code(last - 1);
        self.cut_to(pos);
        self.s[st::post_end] = NONE;
        let read = form(get, AGAIN, GET);
        self.s[st::depth] = self.s[st::depth] - 1 + super::pattern::target_words(read);
        if get == op::GET_LOC {
            self.op8(
                if step == op::INC { op::INC_LOC } else { op::DEC_LOC },
                operand as u8,
            );
            self.s[st::last] = NONE;
            return;
        }
        self.get_again(read, operand);
        self.op(step);
        self.store(read, operand, false);
        self.s[st::last] = NONE;
    }
    #[inline(never)]
    pub(super) fn post_increment(&mut self) {
        if self.s[st::flags] & NL_BEFORE != 0 {
            return;
        }
        let step = if self.is_p(punct!(b"++")) {
            op::INC
        } else if self.is_p(punct!(b"--")) {
            op::DEC
        } else {
            return;
        };
        let (get, operand) = self.reference();
        self.next();
        let start = self.here();
        self.get_again(get, operand);
        self.op(op::TO_NUM);
        self.op(op::DUP);
        match get {
            op::GET_FIELD => self.op(op::ROT3),
            op::GET_ELEM => self.op(op::ROT4),
            _ => {}
        }
        self.op(step);
        self.store(get, operand, false);
        if get == op::TDZ_ERR || get == op::GET_LOC && self.is_constant(operand as u8) {
            return;
        }
        self.s[st::post] = start;
        self.s[st::post_end] = self.here();
    }
}
