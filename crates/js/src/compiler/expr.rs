//! Expressions: what their rules do. Precedence climbing has its recursion on the engine's stack.

use super::grammar::part;
use super::scope::too_soon;
use super::{Compiler, EVAL, NONE, SPREADS};
use crate::compiler::st;
use crate::lexer::{PUNCTUATION, p, punct, tok, word};
use crate::message::m;
use crate::names::n;
use crate::opcode as op;

#[cfg(feature = "spread")]
use crate::rom::f;

/// With the count of arguments: they go into an array; the argument under way is spread.
const IN_ARRAY: u32 = 0x100;

/// No operator: a plain assignment.
const PLAIN: u8 = 0xff;

/// What a token is as a binary operator: precedence (0: it is none) and opcode; for an assignment, 0x80 and the
/// operator's opcode, if it has one.
static OPERATORS: [(u8, u8); COUNT] = operators();
const FIRST: u32 = p(b"=");
/// They are the last punctuations.
const COUNT: usize = PUNCTUATION.len() - (FIRST - tok::PUNCT) as usize;
const ASSIGNS: u8 = 0x80;

#[allow(clippy::indexing_slicing)] // runs at compile time
const fn operators() -> [(u8, u8); COUNT] {
    const LIST: [(&[u8], u8, u8); COUNT] = [
        (b"||", 1, op::J_TRUE_KEEP),
        (b"&&", 2, op::J_FALSE_KEEP),
        (b"|", 3, op::OR),
        (b"^", 4, op::XOR),
        (b"&", 5, op::AND),
        (b"==", 6, op::EQ),
        (b"!=", 6, op::NE),
        (b"===", 6, op::SEQ),
        (b"!==", 6, op::SNE),
        (b"<", 7, op::LT),
        (b">", 7, op::GT),
        (b"<=", 7, op::LE),
        (b">=", 7, op::GE),
        (b"<<", 8, op::SHL),
        (b">>", 8, op::SHR),
        (b">>>", 8, op::USHR),
        (b"+", 9, op::ADD),
        (b"-", 9, op::SUB),
        (b"*", 10, op::MUL),
        (b"/", 10, op::DIV),
        (b"%", 10, op::MOD),
        (b"=", ASSIGNS, PLAIN),
        (b"+=", ASSIGNS, op::ADD),
        (b"-=", ASSIGNS, op::SUB),
        (b"*=", ASSIGNS, op::MUL),
        (b"/=", ASSIGNS, op::DIV),
        (b"%=", ASSIGNS, op::MOD),
        (b"<<=", ASSIGNS, op::SHL),
        (b">>=", ASSIGNS, op::SHR),
        (b">>>=", ASSIGNS, op::USHR),
        (b"&=", ASSIGNS, op::AND),
        (b"|=", ASSIGNS, op::OR),
        (b"^=", ASSIGNS, op::XOR),
    ];
    let mut out = [(0, 0); COUNT];
    let mut i = 0;
    while i < LIST.len() {
        out[(p(LIST[i].0) - FIRST) as usize] = (LIST[i].1, LIST[i].2);
        i += 1;
    }
    out
}
/// The operator that a token is.
fn operator(token: u32) -> (u8, u8) {
    let i = token.wrapping_sub(FIRST) as usize;
    OPERATORS.get(i).copied().unwrap_or((0, 0))
}

/// What stands in front of an operand, and its instruction.
static PREFIXES: [(u8, u8); 9] = [
    (punct!(b"-") as u8, op::NEG),
    (punct!(b"!") as u8, op::NOT),
    (punct!(b"+") as u8, op::PLUS),
    (punct!(b"~") as u8, op::BITNOT),
    (punct!(b"++") as u8, op::INC),
    (punct!(b"--") as u8, op::DEC),
    (word(n::TYPEOF) as u8, op::TYPEOF),
    (word(n::DELETE) as u8, op::DEL_ELEM),
    (word(n::VOID) as u8, op::POP),
];
/// With the opcode of a binary operator: it is the place of a jump, over what its right side may leave out.
const PLACE: u32 = 1 << 16;

impl Compiler<'_, '_> {
    // ---- operators ----

    /// Operand: no `in`; `[no_in]`, and the operand of what follows: operators of all precedences.
    pub(super) fn assign(&mut self) {
        self.s[st::assign_at] = self.s[st::start];
        let no_in = self.s[st::acc];
        self.keep(no_in);
        self.s[st::acc] = 1 << 1 | no_in;
    }
    /// `[no_in]` behind a conditional expression: at an assignment operator, or the expression ends.
    #[inline(never)]
    pub(super) fn assign_operator(&mut self) {
        self.s[st::acc] = self.pull();
        let (ASSIGNS, operator) = operator(self.s[st::tok]) else {
            self.ret();
            return;
        };
        let (get, operand) = self.reference();
        self.next();
        if get == op::GET_NAME {
            self.hint(operand);
        }
        if operator != PLAIN {
            self.get_again(get, operand);
        }
        self.keep(operand as u32);
        self.keep(get as u32);
        self.keep(operator as u32);
    }
    /// `[operand, get, operator]` behind the right side.
    pub(super) fn assign_end(&mut self) {
        let operator = self.pull() as u8;
        let get = self.pull() as u8;
        let operand = self.pull() as u16;
        if operator != PLAIN {
            self.op(operator);
        }
        self.store(get, operand, true);
    }
    /// `[least precedence << 1 | no_in]` behind an operand: at an operator, or this level ends. Leaves the opcode or the place
    /// of a jump.
    #[inline(never)]
    pub(super) fn binary_operator(&mut self) {
        let level = self.seen(0);
        let token = self.s[st::tok];
        let (precedence, code) = if token == word(n::INSTANCEOF) {
            (7, op::INSTANCEOF)
        } else if token == word(n::IN) && level & 1 == 0 {
            (7, op::IN)
        } else {
            operator(token)
        };
        let precedence = precedence as u32;
        if precedence < level >> 1 || precedence >= ASSIGNS as u32 {
            self.pull();
            self.ret();
            return;
        }
        self.next();
        let mut word = code as u32;
        if matches!(code, op::J_TRUE_KEEP | op::J_FALSE_KEEP) {
            word = self.jump(code, NONE) | PLACE;
        }
        self.s[st::lvalue] = NONE;
        self.keep(word);
        self.s[st::acc] = (precedence + 1) << 1 | level & 1;
    }
    pub(super) fn binary_end(&mut self) {
        let word = self.pull();
        if word & PLACE != 0 {
            return self.patch_here(word & !PLACE);
        }
        self.op(word as u8);
    }
    /// At an operator in front of its operand, whose opcode stays on the stack; or at an operand.
    #[inline(never)]
    pub(super) fn prefix(&mut self) {
        for (token, code) in PREFIXES {
            if self.s[st::tok] == token as u32 {
                self.keep(code as u32);
                return self.next();
            }
        }
        self.goto(part!(Operand));
    }
    /// `[opcode]` behind the operand.
    #[inline(never)]
    pub(super) fn unary_end(&mut self) {
        let code = self.pull() as u8;
        match code {
            op::DEL_ELEM => return self.delete_end(),
            op::POP => {
                self.drop_value();
                self.op(op::UNDEF);
                return;
            }
            op::INC | op::DEC => {
                let (get, operand) = self.reference();
                self.get_again(get, operand);
                self.op(code);
                self.store(get, operand, true);
                return;
            }
            op::TYPEOF if self.last_op() == op::GET_NAME && self.s[st::lvalue] != NONE => {
                let pos = self.s[st::last];
                self.set_code(pos, op::TYPEOF_NAME);
            }
            op::NEG if self.negate() => return,
            _ => {}
        }
        self.op(code);
    }
    /// A negative literal is a constant.
    fn negate(&mut self) -> bool {
        let pos = self.s[st::last];
        let value = match self.last_op() {
            op::I8 => self.code(pos + 1) as i8 as i32,
            op::I16 => self.code16(pos + 1) as i16 as i32,
            op::F64 => {
                let top = self.code(pos + 8) ^ 0x80;
                self.set_code(pos + 8, top);
                return true;
            }
            _ => 0,
        };
        if value == 0 {
            return false;
        }
        self.cut_to(pos);
        self.s[st::depth] -= 1;
        self.number_out(-(value as f64));
        true
    }
    fn delete_end(&mut self) {
        let pos = self.s[st::lvalue];
        if pos == NONE {
            self.drop_value();
            self.op(op::TRUE);
            return;
        }
        match self.code(pos) {
            op::GET_FIELD => {
                let name = self.code16(pos + 1);
                self.cut_to(pos);
                self.op16(op::DEL_FIELD, name);
            }
            op::GET_ELEM => {
                self.cut_to(pos);
                self.s[st::depth] += 1;
                self.op(op::DEL_ELEM);
            }
            op::GET_NAME => {
                if self.strict() {
                    self.error(m!("delete of a name in strict code"));
                    return;
                }
                self.set_code(pos, op::DEL_NAME);
                self.s[st::lvalue] = NONE;
                self.s[st::last] = NONE;
            }
            _ => {
                if self.strict() {
                    self.error(m!("delete of a name in strict code"));
                    return;
                }
                self.drop_value();
                self.op(op::FALSE);
            }
        }
    }

    // ---- primaries ----

    /// Reads a variable.
    pub(crate) fn name_out(&mut self, name: u16) {
        let var = self.known(name);
        if var == 0 {
            self.op_name(op::GET_NAME, name);
        } else if too_soon(var) {
            self.op(op::TDZ_ERR);
        } else {
            if self.in_switch(self.s[st::read]) {
                self.op_slot(op::TDZ, var);
            }
            self.op_slot(op::GET_LOC, var);
        }
        self.s[st::lvalue] = self.s[st::last];
    }
    pub(super) fn identifier_value(&mut self) {
        let name = self.s[st::val] as u16;
        self.check_name(name);
        let start = self.s[st::start];
        self.next();
        if self.is_p(punct!(b"=>")) && start == self.s[st::assign_at] {
            return self.arrow(start, Some(name));
        }
        self.no_async(name);
        self.name_out(name);
    }
    /// At the parenthesis of an expression: `x = (function () {})` is named like `x = function () {}`.
    pub(super) fn group(&mut self) {
        let hinted = self.s[st::hint_at] == self.s[st::start];
        self.next();
        if hinted {
            self.s[st::hint_at] = self.s[st::start];
        }
    }

    // ---- members and calls ----

    /// Behind a dot.
    pub(super) fn dot(&mut self) {
        if !self.is_any_word() {
            self.expected(b"a name");
            return;
        }
        let name = self.s[st::val] as u16;
        self.next();
        self.op_name(op::GET_FIELD, name);
        self.s[st::lvalue] = self.s[st::last];
    }
    /// In front of the arguments: the function, and what is `this` to it.
    #[inline(never)]
    pub(super) fn callee(&mut self) {
        let pos = self.s[st::lvalue];
        let get = if pos == NONE { op::NOP } else { self.code(pos) };
        if EVAL && get == op::GET_NAME && self.code16(pos + 1) == n::EVAL {
            self.error(m!("direct eval is not supported"));
            return;
        }
        let method = match get {
            op::GET_FIELD => op::GET_METHOD,
            op::GET_ELEM => op::GET_ELEM_METHOD,
            _ => {
                self.op(op::UNDEF);
                return;
            }
        };
        self.set_code(pos, method);
        self.shift_depth(1);
        self.s[st::lvalue] = NONE;
    }
    pub(super) fn argument_limit(&mut self) {
        if self.seen(0) & 0xff >= 250 {
            self.error(m!("more than 250 arguments"));
        }
    }
    /// Operand: the number of arguments.
    pub(super) fn call(&mut self, code: u8) {
        let count = self.s[st::acc];
        if SPREADS && count & IN_ARRAY != 0 {
            return self.op(if code == op::NEW {
                op::NEW_CALL_ARR
            } else {
                op::CALL_ARR
            });
        }
        self.call_with(code, count);
    }
    /// An instruction that takes so many values from the stack, besides those that it always takes.
    pub(super) fn call_with(&mut self, code: u8, count: u32) {
        self.shift_depth(-(count as i32));
        self.emit(code, count);
    }
    #[cfg(feature = "spread")]
    pub(super) fn argument_end(&mut self) {
        if self.seen(0) & IN_ARRAY != 0 {
            self.op(op::APPEND);
        }
    }
    /// `[count]` behind `...`: the arguments before are in an array from now on.
    #[cfg(feature = "spread")]
    pub(super) fn spread_argument(&mut self) {
        let count = self.pull();
        self.keep(count | IN_ARRAY);
        if count & IN_ARRAY == 0 {
            self.call_with(op::NEW_ARR, count & 0xff);
        }
        self.spread_begin(f::SPREAD);
    }
    /// Behind `...`: what follows is spread into what is on top of the stack.
    #[cfg(feature = "spread")]
    pub(super) fn spread_begin(&mut self, function: u16) {
        self.op16(op::ROM_FUN, function);
        self.op(op::SWAP);
    }
    #[cfg(all(test, feature = "full"))]
    pub(super) fn intrinsic_end(&mut self) {
        let count = self.pull();
        let id = self.pull();
        if id == 0xff {
            return self.call_with(op::CALL, count - 2);
        }
        self.shift_depth(-(count as i32));
        self.op8(op::INTRINSIC, (id << 3 | count) as u8);
    }
}

/// Words that are names in sloppy code only.
static STRICT_WORDS: [u16; 9] = [
    n::LET,
    n::STATIC,
    n::YIELD,
    n::IMPLEMENTS,
    n::INTERFACE,
    n::PACKAGE,
    n::PRIVATE,
    n::PROTECTED,
    n::PUBLIC,
];
pub(crate) fn strict_reserved(name: u16) -> bool {
    STRICT_WORDS.contains(&name)
}
