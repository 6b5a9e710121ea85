//! Expressions: precedence climbing with its recursion on the engine's stack.

use super::ahead::{Behind, SCAN};
use super::function::{ARROW_END, PARAMS, PARAMS_NEXT};
use super::pattern::{PAT_ARRAY, PAT_ASSIGN_END};
use super::scope::slot_of;
use super::{Compiler, DESTRUCTURING, EVAL, NONE, SPREADS, ff};
use crate::compiler::st;
use crate::heap::integer;
use crate::lexer::{ESCAPED, OCTAL, PUNCTUATION, p, punct, tok};
use crate::names::n;
use crate::opcode as op;
use crate::rom::f;
use crate::value::R;

// States. Operands, pushed before the state, are named in brackets.

/// `[no_in]` an expression with commas
pub(crate) const EXPR: u32 = 1;
/// `[no_in]` behind an assignment expression that may go on with a comma
pub(crate) const COMMA: u32 = 2;
/// `[no_in]` an assignment expression
pub(crate) const ASSIGN: u32 = 3;
/// `[no_in]` behind its first operand: `?` or an assignment operator may follow
pub(super) const ASSIGN_TAIL: u32 = 4;
/// `[no_in, min]` behind an operand: binary operators of at least this precedence
pub(super) const BINARY: u32 = 5;
/// `[opcode]`
pub(super) const BINARY_END: u32 = 6;
/// `[jump]`
pub(super) const LOGIC_END: u32 = 7;
pub(super) const UNARY: u32 = 8;
/// `[opcode]`
pub(super) const UNARY_END: u32 = 9;
/// `[opcode]` prefix increment
pub(super) const PREFIX_END: u32 = 10;
/// `[new]` behind a primary expression: members and calls; in a `new`, no calls
pub(crate) const POSTFIX: u32 = 11;
/// Behind a left-hand side: `++` or `--`
pub(super) const POST_INC: u32 = 12;
pub(super) const INDEX_END: u32 = 13;
/// `[count]` of a call's arguments
pub(super) const ARGS: u32 = 14;
pub(super) const ARGS_NEXT: u32 = 15;
/// `[count]` of the arguments of `new`
pub(super) const NEW_ARGS: u32 = 16;
pub(super) const NEW_ARGS_NEXT: u32 = 17;
/// behind the callee of `new`
pub(super) const NEW_CALLEE: u32 = 18;
/// `[no_in, jump]` behind `?` operand
pub(super) const COND_ELSE: u32 = 19;
/// `[jump]`
pub(super) const COND_END: u32 = 20;
/// `[operand, opcode, operator]` behind the right side of an assignment
pub(super) const ASSIGN_END: u32 = 21;
pub(super) const PAREN_END: u32 = 22;
pub(super) const ARRAY: u32 = 23;
pub(super) const ARRAY_NEXT: u32 = 24;
pub(super) const OBJECT: u32 = 25;
/// `[name]` behind the value of a property
pub(super) const OBJECT_VALUE: u32 = 26;
pub(super) const OBJECT_NEXT: u32 = 27;
/// `[kind, name]` behind the body of a function that is part of an expression
pub(crate) const FUNCTION_END: u32 = 28;
pub(super) const DELETE_END: u32 = 29;
pub(super) const TYPEOF_END: u32 = 30;
pub(super) const INDEX_VALUE_END: u32 = 31;
#[cfg(all(test, feature = "full"))]
pub(super) const INTRINSIC_ARGS: u32 = 32;
/// a primary expression, once what its bracket starts is known
pub(super) const PRIMARY: u32 = 36;
/// behind an expression in a template literal
pub(super) const TEMPLATE_NEXT: u32 = 37;
/// behind the expression of a computed key
pub(super) const KEY_END: u32 = 38;
/// `[kind]` behind the body of a method or accessor with a computed key
pub(super) const KEY_FUNCTION_END: u32 = 39;
/// behind an object spread into another one
pub(super) const OBJECT_SPREAD_END: u32 = 41;
/// `cell [name, name]` a regular expression whose pattern is being checked: the cell, pattern and flags
#[cfg(feature = "regexp")]
pub(super) const REGEXP: u32 = 56;
/// behind what is spread into an array literal
pub(super) const ARRAY_SPREAD_END: u32 = 55;

/// With the count of arguments: they go into an array; the argument under way is spread.
const IN_ARRAY: u32 = 0x100;
const SPREAD: u32 = 0x200;

/// What a function in an expression is for (operand of FUNCTION_END).
pub(crate) const FN_EXPR: u32 = 0;
pub(crate) const FN_GET: u32 = 1;
pub(crate) const FN_SET: u32 = 2;
pub(crate) const FN_METHOD: u32 = 3;

/// No operator: a plain assignment.
const PLAIN: u32 = 0xff;

/// What a token is as a binary operator: precedence (0: it is none) and opcode; for an assignment, 0x80 and the
/// operator's opcode, if it has one.
static OPERATORS: [(u8, u8); PUNCTUATION.len()] = operators();
const ASSIGNS: u8 = 0x80;

#[allow(clippy::indexing_slicing)] // runs at compile time
const fn operators() -> [(u8, u8); PUNCTUATION.len()] {
    const LIST: [(&[u8], u8, u8); 33] = [
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
        (b"=", ASSIGNS, PLAIN as u8),
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
    let mut out = [(0, 0); PUNCTUATION.len()];
    let mut i = 0;
    while i < LIST.len() {
        out[(p(LIST[i].0) - tok::PUNCT) as usize] = (LIST[i].1, LIST[i].2);
        i += 1;
    }
    out
}
/// The operator that a token is.
fn operator(token: u32) -> (u8, u8) {
    let i = token.wrapping_sub(tok::PUNCT) as usize;
    OPERATORS.get(i).copied().unwrap_or((0, 0))
}

impl Compiler<'_, '_> {
    #[inline(never)]
    pub(crate) fn expression_state(&mut self, state: u32) -> R<()> {
        match state {
            EXPR => {
                let no_in = self.pull();
                self.go1(COMMA, no_in);
                self.go1(ASSIGN, no_in);
            }
            COMMA => {
                let no_in = self.pull();
                if self.is_p(punct!(b",")) {
                    self.next()?;
                    self.drop_value();
                    self.go1(COMMA, no_in | 2);
                    self.go1(ASSIGN, no_in & 1);
                } else if no_in & 2 != 0 {
                    // `(a, b)` is not a reference.
                    self.s[st::lvalue] = NONE;
                }
            }
            ASSIGN => {
                let no_in = self.pull() & 1;
                self.s[st::assign_at] = self.s[st::start];
                self.go1(ASSIGN_TAIL, no_in);
                self.go2(BINARY, no_in, 1);
                self.go(UNARY);
            }
            ASSIGN_TAIL => return self.assign_tail(),
            BINARY => return self.binary_tail(),
            BINARY_END => {
                let code = self.pull() as u8;
                self.op(code, -1);
            }
            LOGIC_END => {
                let jump = self.pull();
                self.patch_here(jump)?;
            }
            UNARY => return self.unary(),
            UNARY_END => {
                let code = self.pull() as u8;
                self.unary_end(code);
            }
            TYPEOF_END => {
                if let Some(op::GET_NAME) = self.last_op()
                    && self.s[st::lvalue] != NONE
                {
                    let pos = self.s[st::last];
                    self.set_code(pos, op::TYPEOF_NAME);
                }
                self.op(op::TYPEOF, 0);
            }
            DELETE_END => return self.delete_end(),
            PREFIX_END => {
                let code = self.pull() as u8;
                let (get, operand) = self.reference()?;
                self.get_again(get, operand);
                self.op(code, 0);
                self.store(get, operand, true);
            }
            POSTFIX => return self.postfix(),
            POST_INC => return self.post_increment(),
            INDEX_END => {
                self.expect(punct!(b"]"))?;
                self.op(op::GET_ELEM, -1);
                self.s[st::lvalue] = self.s[st::last];
            }
            ARGS | NEW_ARGS => return self.arguments(state),
            ARGS_NEXT | NEW_ARGS_NEXT => {
                let mut count = self.pull();
                if SPREADS && count & SPREAD != 0 {
                    self.spread_end();
                    count &= !SPREAD;
                } else if SPREADS && count & IN_ARRAY != 0 {
                    self.op(op::APPEND, -1);
                }
                if self.is_p(punct!(b",")) {
                    self.next()?;
                    if count & 0xff >= 250 {
                        return Err(self.error("more than 250 arguments"));
                    }
                    self.go1(state - 1, count);
                } else {
                    self.expect(punct!(b")"))?;
                    self.call(state == NEW_ARGS_NEXT, count);
                }
            }
            PARAMS => return self.parameters(),
            PARAMS_NEXT => return self.parameters_next(),
            ARROW_END => return self.arrow_end(),
            SCAN => return self.scan(),
            #[cfg(feature = "regexp")]
            REGEXP => return self.check_regexp(),
            PRIMARY => return self.primary(),
            PAT_ARRAY..=PAT_ASSIGN_END => return self.pattern_state(state),
            TEMPLATE_NEXT => {
                if !self.is_p(punct!(b"}")) {
                    return Err(self.expected(b"}"));
                }
                self.op(op::TO_PRIM, 0);
                self.op(op::ADD, -1);
                return self.template(false);
            }
            KEY_END => return self.computed_key(),
            KEY_FUNCTION_END => {
                let kind = self.pull();
                self.pull();
                if matches!(kind, FN_GET | FN_SET) {
                    self.check_accessor(kind)?;
                }
                self.next()?;
                self.op8(op::CLOSURE, self.s[st::new_kid] as u8, 1);
                let code = match kind {
                    FN_GET => op::INIT_GETE,
                    FN_SET => op::INIT_SETE,
                    _ => op::INIT_ELEM,
                };
                self.op(code, -2);
                self.go(OBJECT_NEXT);
            }
            OBJECT_SPREAD_END if SPREADS => {
                self.spread_end();
                self.go(OBJECT_NEXT);
            }
            ARRAY_SPREAD_END if SPREADS => {
                self.spread_end();
                return self.array_next();
            }
            NEW_CALLEE => {
                self.op(op::UNDEF, 1);
                if self.is_p(punct!(b"(")) {
                    self.next()?;
                    self.go1(NEW_ARGS, 0);
                } else {
                    self.call(true, 0);
                }
            }
            COND_ELSE => {
                let jump = self.pull();
                let no_in = self.pull();
                self.expect(punct!(b":"))?;
                let end = self.jump(op::JMP, NONE, -1);
                self.patch_here(jump)?;
                self.go1(COND_END, end);
                self.go1(ASSIGN, no_in);
            }
            COND_END => {
                let jump = self.pull();
                self.patch_here(jump)?;
            }
            ASSIGN_END => {
                let operator = self.pull();
                let get = self.pull() as u8;
                let operand = self.pull() as u16;
                if operator != PLAIN {
                    self.op(operator as u8, -1);
                }
                self.store(get, operand, true);
            }
            PAREN_END => {
                let lvalue = self.s[st::lvalue];
                self.expect(punct!(b")"))?;
                self.s[st::lvalue] = lvalue;
            }
            ARRAY | ARRAY_NEXT => return self.array(state),
            OBJECT | OBJECT_NEXT => return self.object(state),
            OBJECT_VALUE => {
                let name = self.pull() as u16;
                self.op16(op::INIT_FIELD, name, -1);
                self.go(OBJECT_NEXT);
            }
            FUNCTION_END => {
                let name = self.pull() as u16;
                let kind = self.pull();
                if matches!(kind, FN_GET | FN_SET) {
                    self.check_accessor(kind)?;
                }
                self.next()?;
                self.op8(op::CLOSURE, self.s[st::new_kid] as u8, 1);
                match kind {
                    FN_GET => self.op16(op::INIT_GET, name, -1),
                    FN_SET => self.op16(op::INIT_SET, name, -1),
                    FN_METHOD => self.op16(op::INIT_FIELD, name, -1),
                    _ => return Ok(()),
                }
                self.go(OBJECT_NEXT);
            }
            INDEX_VALUE_END => {
                self.op(op::INIT_ELEM, -2);
                self.go(OBJECT_NEXT);
            }
            #[cfg(all(test, feature = "full"))]
            INTRINSIC_ARGS => {
                let count = self.pull();
                let id = self.pull();
                if count > 0 && self.is_p(punct!(b",")) {
                    self.next()?;
                } else if self.is_p(punct!(b")")) {
                    self.next()?;
                    if id == 0xff {
                        self.op8(op::CALL, count as u8 - 2, 1 - count as i32);
                    } else {
                        self.op8(op::INTRINSIC, (id << 3 | count) as u8, 1 - count as i32);
                    }
                    return Ok(());
                }
                self.go2(INTRINSIC_ARGS, id, count + 1);
                self.go1(ASSIGN, 0);
            }
            _ => return Err(self.unexpected()),
        }
        Ok(())
    }

    // ---- operators ----

    fn assign_tail(&mut self) -> R<()> {
        let no_in = self.pull();
        if self.is_p(punct!(b"?")) {
            self.next()?;
            let jump = self.jump(op::J_FALSE, NONE, -1);
            self.go2(COND_ELSE, no_in, jump);
            self.go1(ASSIGN, 0);
            return Ok(());
        }
        let (ASSIGNS, code) = operator(self.s[st::tok]) else {
            return Ok(());
        };
        let operator = code as u32;
        let (get, operand) = self.reference()?;
        self.next()?;
        if get == op::GET_NAME {
            self.hint(operand);
        }
        if operator != PLAIN {
            self.get_again(get, operand);
        }
        self.keep(operand as u32);
        self.go2(ASSIGN_END, get as u32, operator);
        self.go1(ASSIGN, no_in);
        Ok(())
    }
    /// The states of an assignment expression, behind its first primary expression.
    pub(crate) fn expression_behind_name(&mut self) {
        self.go1(ASSIGN_TAIL, 0);
        self.go2(BINARY, 0, 1);
        self.go(POST_INC);
    }
    fn binary_tail(&mut self) -> R<()> {
        let min = self.pull();
        let no_in = self.pull();
        let (precedence, code) = if self.is_word(n::INSTANCEOF) {
            (7, op::INSTANCEOF)
        } else if self.is_word(n::IN) && no_in == 0 {
            (7, op::IN)
        } else {
            operator(self.s[st::tok])
        };
        let precedence = precedence as u32;
        if precedence < min || precedence >= ASSIGNS as u32 {
            return Ok(());
        }
        self.next()?;
        self.go2(BINARY, no_in, min);
        if matches!(code, op::J_TRUE_KEEP | op::J_FALSE_KEEP) {
            let jump = self.jump(code, NONE, -1);
            self.go1(LOGIC_END, jump);
        } else {
            self.s[st::lvalue] = NONE;
            self.go1(BINARY_END, code as u32);
        }
        self.go2(BINARY, no_in, precedence + 1);
        self.go(UNARY);
        Ok(())
    }
    fn unary(&mut self) -> R<()> {
        if self.s[st::tok] == tok::WORD && self.s[st::flags] & ESCAPED == 0 {
            let state = match self.s[st::val] as u16 {
                n::TYPEOF => Some((TYPEOF_END, 0)),
                n::DELETE => Some((DELETE_END, 0)),
                n::VOID => Some((UNARY_END, op::POP)),
                _ => None,
            };
            if let Some((state, code)) = state {
                self.next()?;
                if state == UNARY_END {
                    self.go1(state, code as u32)
                } else {
                    self.go(state)
                }
                self.go(UNARY);
                return Ok(());
            }
        }
        if self.s[st::tok] >= tok::PUNCT {
            let (state, code) = match self.s[st::tok] {
                v if v == punct!(b"-") => (UNARY_END, op::NEG),
                v if v == punct!(b"+") => (UNARY_END, op::PLUS),
                v if v == punct!(b"!") => (UNARY_END, op::NOT),
                v if v == punct!(b"~") => (UNARY_END, op::BITNOT),
                v if v == punct!(b"++") => (PREFIX_END, op::INC),
                v if v == punct!(b"--") => (PREFIX_END, op::DEC),
                _ => (0, 0),
            };
            if state != 0 {
                self.next()?;
                self.go1(state, code as u32);
                self.go(UNARY);
                return Ok(());
            }
        }
        self.go(POST_INC);
        self.go1(POSTFIX, 0);
        self.primary()
    }
    fn unary_end(&mut self, code: u8) {
        if code == op::POP {
            self.drop_value();
            self.op(op::UNDEF, 1);
            return;
        }
        // A negative literal is a constant.
        if code == op::NEG
            && let Some(last) = self.last_op()
        {
            let pos = self.s[st::last];
            let value = match last {
                op::I8 => self.code(pos + 1) as i8 as i32,
                op::I16 => self.code16(pos + 1) as i16 as i32,
                op::F64 => {
                    let top = self.code(pos + 8) ^ 0x80;
                    self.set_code(pos + 8, top);
                    return;
                }
                _ => 0,
            };
            if value != 0 {
                self.cut_to(pos);
                self.s[st::depth] -= 1;
                self.number_out(-(value as f64));
                return;
            }
        }
        self.op(code, 0);
    }
    fn delete_end(&mut self) -> R<()> {
        let pos = self.s[st::lvalue];
        if pos == NONE {
            self.drop_value();
            self.op(op::TRUE, 1);
            return Ok(());
        }
        match self.code(pos) {
            op::GET_FIELD => {
                let name = self.code16(pos + 1);
                self.cut_to(pos);
                self.op16(op::DEL_FIELD, name, 0);
            }
            op::GET_ELEM => {
                self.cut_to(pos);
                self.s[st::depth] += 1;
                self.op(op::DEL_ELEM, -1);
            }
            op::GET_NAME => {
                if self.strict() {
                    return Err(self.error("delete of a name in strict code"));
                }
                self.set_code(pos, op::DEL_NAME);
                self.s[st::lvalue] = NONE;
                self.s[st::last] = NONE;
            }
            _ => {
                if self.strict() {
                    return Err(self.error("delete of a name in strict code"));
                }
                self.drop_value();
                self.op(op::FALSE, 1);
            }
        }
        Ok(())
    }

    // ---- primaries ----

    pub(crate) fn number_out(&mut self, x: f64) {
        let Some(i) = integer(x) else {
            self.op(op::F64, 1);
            for b in x.to_bits().to_le_bytes() {
                self.byte_out(b);
            }
            return;
        };
        if let Ok(b) = i8::try_from(i) {
            self.op8(op::I8, b as u8, 1);
        } else if let Ok(w) = i16::try_from(i) {
            self.op16(op::I16, w as u16, 1);
        } else {
            self.op16(op::I32, i as u16, 1);
            self.word_out((i >> 16) as u16);
        }
    }
    /// Reads a variable.
    pub(crate) fn name_out(&mut self, name: u16) {
        match self.find_var(name, self.s[st::vars]) {
            Some(i) if self.too_soon(i) => self.op(op::TDZ_ERR, 1),
            Some(i) => {
                let slot = slot_of(self.var(i));
                if self.in_switch(i) {
                    self.op8(op::TDZ, slot, 0);
                }
                self.op8(op::GET_LOC, slot, 1);
            }
            None => self.op_name(op::GET_NAME, name, 1),
        }
        self.s[st::lvalue] = self.s[st::last];
    }
    pub(super) fn primary(&mut self) -> R<()> {
        match self.s[st::tok] {
            tok::NUM => {
                if self.s[st::flags] & OCTAL != 0 && self.strict() {
                    return Err(self.error("old octal number in strict code"));
                }
                let x = f64::from_bits(self.s[st::num_lo] as u64 | (self.s[st::num_hi] as u64) << 32);
                self.number_out(x);
                self.next()
            }
            tok::STR => {
                if self.s[st::flags] & OCTAL != 0 && self.strict() {
                    return Err(self.error("octal escape in strict code"));
                }
                self.op16(op::STR, self.s[st::val] as u16, 1);
                self.next()
            }
            tok::NAME => {
                let name = self.s[st::val] as u16;
                if self.strict() && strict_reserved(name) {
                    return Err(self.error("reserved word of strict code"));
                }
                let start = self.s[st::start];
                self.next()?;
                if self.is_p(punct!(b"=>")) && start == self.s[st::assign_at] {
                    return self.arrow(start, Some(name));
                }
                self.no_async(name)?;
                self.name_out(name);
                Ok(())
            }
            tok::WORD if self.s[st::flags] & ESCAPED == 0 => self.word_primary(),
            _ if self.s[st::start] == self.s[st::assign_at]
                && (self.is_p(punct!(b"(")) || self.at_pattern()) =>
            {
                let Some(behind) = self.ahead(PRIMARY)? else {
                    return Ok(());
                };
                if behind != Some(Behind::Target) {
                    return self.primary_bracket();
                }
                if self.is_p(punct!(b"(")) {
                    let start = self.s[st::start];
                    return self.arrow(start, None);
                }
                if DESTRUCTURING {
                    return self.pattern_assignment();
                }
                Err(self.unexpected())
            }
            _ if self.is_p(punct!(b"`")) => self.template(true),
            #[cfg(feature = "regexp")]
            _ if self.is_p(punct!(b"/")) || self.is_p(punct!(b"/=")) => self.regexp(),
            #[cfg(all(test, feature = "full"))]
            _ if self.is_p(punct!(b"%")) => {
                let id = self.intrinsic_name()?.unwrap_or(0xff);
                self.go2(INTRINSIC_ARGS, id as u32, 0);
                Ok(())
            }
            _ => self.primary_bracket(),
        }
    }
    fn primary_bracket(&mut self) -> R<()> {
        match self.s[st::tok] {
            _ if self.is_p(punct!(b"(")) => {
                // `x = (function () {})` is named like `x = function () {}`.
                let hinted = self.s[st::hint_at] == self.s[st::start];
                self.next()?;
                if hinted {
                    self.s[st::hint_at] = self.s[st::start];
                }
                self.go(PAREN_END);
                self.go1(EXPR, 0);
                Ok(())
            }
            _ if self.is_p(punct!(b"[")) => {
                self.next()?;
                self.op8(op::NEW_ARR, 0, 1);
                self.go(ARRAY);
                Ok(())
            }
            _ if self.is_p(punct!(b"{")) => {
                self.next()?;
                self.op(op::NEW_OBJ, 1);
                self.go(OBJECT);
                Ok(())
            }
            _ => Err(self.expected(b"an expression")),
        }
    }
    fn word_primary(&mut self) -> R<()> {
        let code = match self.s[st::val] as u16 {
            n::THIS => {
                self.this_out();
                return self.next();
            }
            n::NULL => op::NULL,
            n::TRUE => op::TRUE,
            n::FALSE => op::FALSE,
            n::FUNCTION => {
                let hinted = self.hinted_name(self.s[st::start]);
                self.next()?;
                self.no_generator()?;
                let mut name = hinted;
                let mut flags = 0;
                if self.s[st::tok] == tok::NAME {
                    name = self.s[st::val] as u16;
                    self.check_binding(name)?;
                    flags = ff::NAMED;
                    self.next()?;
                }
                self.keep(FN_EXPR);
                return self.function(FUNCTION_END, name, flags);
            }
            n::NEW => {
                self.next()?;
                self.go(NEW_CALLEE);
                self.go1(POSTFIX, 1);
                return if self.is_word(n::NEW) {
                    self.word_primary_nested()
                } else {
                    self.primary()
                };
            }
            _ => return Err(self.expected(b"an expression")),
        };
        self.op(code, 1);
        self.next()
    }
    /// `new new …`: each level is one state, not one call.
    fn word_primary_nested(&mut self) -> R<()> {
        while self.is_word(n::NEW) {
            self.next()?;
            self.go(NEW_CALLEE);
            self.go1(POSTFIX, 1);
            if !self.vm.ensure_stack(super::STATE_ROOM) {
                return Err(self.vm.out_of_memory());
            }
        }
        // Only a word other than `new` follows: no further nesting.
        self.primary()
    }
    /// Behind `function`: a star would make it a generator.
    pub(crate) fn no_generator(&mut self) -> R<()> {
        if self.is_p(punct!(b"*")) {
            Err(self.error("generators are not supported"))
        } else {
            Ok(())
        }
    }

    // ---- members and calls ----

    fn postfix(&mut self) -> R<()> {
        let new = self.pull();
        if self.is_p(punct!(b".")) {
            self.next()?;
            if self.s[st::tok] != tok::NAME && self.s[st::tok] != tok::WORD {
                return Err(self.expected(b"a name"));
            }
            let name = self.s[st::val] as u16;
            self.next()?;
            self.op_name(op::GET_FIELD, name, 0);
            self.s[st::lvalue] = self.s[st::last];
            self.go1(POSTFIX, new);
        } else if self.is_p(punct!(b"[")) {
            self.next()?;
            self.go1(POSTFIX, new);
            self.go(INDEX_END);
            self.go1(EXPR, 0);
        } else if self.is_p(punct!(b"(")) && new == 0 {
            self.next()?;
            let pos = self.s[st::lvalue];
            let get = if pos == NONE { op::NOP } else { self.code(pos) };
            if EVAL && get == op::GET_NAME && self.code16(pos + 1) == n::EVAL {
                return Err(self.error("direct eval is not supported"));
            }
            if get == op::GET_FIELD {
                self.set_code(pos, op::GET_METHOD);
                self.shift_depth(1);
                self.s[st::lvalue] = NONE;
            } else if get == op::GET_ELEM {
                self.set_code(pos, op::GET_ELEM_METHOD);
                self.shift_depth(1);
                self.s[st::lvalue] = NONE;
            } else {
                self.op(op::UNDEF, 1);
            }
            self.go1(POSTFIX, 0);
            self.go1(ARGS, 0);
        } else if self.is_p(punct!(b"`")) {
            return Err(self.error("tagged templates are not supported"));
        }
        Ok(())
    }
    fn arguments(&mut self, state: u32) -> R<()> {
        let mut count = self.pull();
        if self.is_p(punct!(b")")) {
            self.next()?;
            self.call(state == NEW_ARGS, count);
            return Ok(());
        }
        if SPREADS && self.is_p(punct!(b"...")) {
            if count & IN_ARRAY == 0 {
                self.op8(op::NEW_ARR, count as u8, 1 - count as i32);
                count |= IN_ARRAY;
            }
            self.spread_begin(f::SPREAD)?;
            self.go1(state + 1, count | SPREAD);
        } else {
            self.go1(state + 1, count + 1);
        }
        self.go1(ASSIGN, 0);
        Ok(())
    }
    /// At `...`: what follows is spread into what is on top of the stack.
    pub(super) fn spread_begin(&mut self, function: u16) -> R<()> {
        self.next()?;
        self.op16(op::ROM_FUN, function, 1);
        self.op(op::SWAP, 0);
        Ok(())
    }
    pub(super) fn spread_end(&mut self) {
        self.op8(op::CALL, 1, -2);
    }
    fn call(&mut self, new: bool, count: u32) {
        if SPREADS && count & IN_ARRAY != 0 {
            return self.op(if new { op::NEW_CALL_ARR } else { op::CALL_ARR }, -2);
        }
        self.op8(
            if new { op::NEW } else { op::CALL },
            count as u8,
            -(count as i32) - 1,
        );
    }
}

/// Words that are names in sloppy code only.
pub(crate) fn strict_reserved(name: u16) -> bool {
    matches!(
        name,
        n::LET
            | n::STATIC
            | n::YIELD
            | n::IMPLEMENTS
            | n::INTERFACE
            | n::PACKAGE
            | n::PRIVATE
            | n::PROTECTED
            | n::PUBLIC
    )
}
