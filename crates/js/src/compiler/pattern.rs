//! Patterns: destructuring in declarations, parameters, loops and assignments.
//!
//! The code of a pattern takes its parts from the value on top of the stack, which stays there. Where the
//! text has the pattern in front of the value, its code is cut out and put back behind it.

use super::expr::{ASSIGN, POSTFIX};
use super::{Compiler, DESTRUCTURING};
use crate::compiler::st;
use crate::lexer::{punct, tok};
use crate::names::n;
use crate::opcode as op;
use crate::rom::f;
use crate::value::R;

// What the names in a pattern are.

pub(super) const VARIABLE: u32 = 0;
pub(super) const LET: u32 = 1;
pub(super) const CONSTANT: u32 = 2;
pub(super) const PARAMETER: u32 = 3;
/// Not names, but whatever can be assigned to.
pub(super) const TARGET: u32 = 4;

// States; operands in brackets.

/// `[kind, index]` at an element
pub(super) const PAT_ARRAY: u32 = 42;
/// `[kind, next index]` behind an element
pub(super) const PAT_ARRAY_NEXT: u32 = 43;
/// `[names…, kind, count]` at a property
pub(super) const PAT_OBJECT: u32 = 44;
/// `[names…, kind, count]` behind a property
pub(super) const PAT_OBJECT_NEXT: u32 = 45;
/// `[names…, kind, count]` behind the expression of a computed key
pub(super) const PAT_KEY: u32 = 46;
/// `[kind, name]` the value for a name is on the stack
pub(super) const PAT_NAME: u32 = 47;
/// `[jump]` behind a default value
pub(super) const PAT_DEFAULT: u32 = 48;
/// `[start]` behind a pattern in a pattern
pub(super) const PAT_NESTED: u32 = 49;
/// `[code]` behind its default value
pub(super) const PAT_NESTED_DEFAULT: u32 = 50;
/// `[start]` behind what is assigned to
pub(super) const PAT_TARGET: u32 = 51;
/// `[code, operand, get]` the value for it is on the stack
pub(super) const PAT_TARGET_STORE: u32 = 52;
/// `[start]` behind the pattern of an assignment
pub(super) const PAT_ASSIGN: u32 = 53;
/// `[code]` behind the value of an assignment
pub(super) const PAT_ASSIGN_END: u32 = 54;

/// With the index in a state: the rest was taken, nothing may follow.
const LAST: u32 = 1 << 16;
/// With the count of names: a key was computed.
const COMPUTED: u32 = 1 << 16;

impl Compiler<'_, '_> {
    /// The assignment to a pattern, at its bracket.
    pub(super) fn pattern_assignment(&mut self) -> R<()> {
        let here = self.here();
        self.label();
        self.shift_depth(1);
        self.go1(PAT_ASSIGN, here);
        self.pattern(TARGET)
    }
    /// A pattern, at its bracket.
    pub(super) fn pattern(&mut self, kind: u32) -> R<()> {
        let array = self.is_p(punct!(b"["));
        self.next()?;
        if array {
            self.op(op::ITER, 0);
            self.go2(PAT_ARRAY, kind, 0);
            return Ok(());
        }
        if self.is_p(punct!(b"}")) || self.is_p(punct!(b"...")) || self.is_p(punct!(b"[")) {
            // Nothing else would notice undefined or null.
            self.op(op::DUP, 1);
            self.op8(op::INTRINSIC, 5 << 3 | 1, 0);
            self.op(op::POP, -1);
        }
        self.go2(PAT_OBJECT, kind, 0);
        Ok(())
    }
    pub(super) fn pattern_state(&mut self, state: u32) -> R<()> {
        let b = self.pull();
        match state {
            PAT_NAME => {
                let kind = self.pull();
                self.bind(kind, b as u16);
                Ok(())
            }
            PAT_DEFAULT => self.patch_here(b),
            _ if !DESTRUCTURING => Err(self.unexpected()),
            PAT_ARRAY | PAT_ARRAY_NEXT => {
                let kind = self.pull();
                if self.is_p(punct!(b"]")) {
                    return self.next();
                }
                if state == PAT_ARRAY_NEXT {
                    if b & LAST != 0 {
                        return Err(self.expected(b"]"));
                    }
                    self.expect(punct!(b","))?;
                    self.go2(PAT_ARRAY, kind, b);
                    return Ok(());
                }
                self.pattern_element(kind, b)
            }
            PAT_OBJECT | PAT_OBJECT_NEXT => {
                let kind = self.pull();
                if self.is_p(punct!(b"}")) {
                    self.vm.drop_n((b & 0xff) as usize);
                    return self.next();
                }
                if state == PAT_OBJECT_NEXT {
                    if b & LAST << 1 != 0 {
                        return Err(self.expected(b"}"));
                    }
                    self.expect(punct!(b","))?;
                    self.go2(PAT_OBJECT, kind, b);
                    return Ok(());
                }
                self.pattern_property(kind, b)
            }
            PAT_KEY => {
                let kind = self.pull();
                self.expect(punct!(b"]"))?;
                self.op(op::TO_PRIM, 0);
                self.op(op::GET_ELEM, -1);
                self.expect(punct!(b":"))?;
                self.go2(PAT_OBJECT_NEXT, kind, b | COMPUTED);
                self.target(kind)
            }
            PAT_NESTED => {
                self.check_rest()?;
                if !self.is_p(punct!(b"=")) {
                    self.op(op::POP, -1);
                    return Ok(());
                }
                self.cut(b)?;
                self.go(PAT_NESTED_DEFAULT);
                self.default_value(n::EMPTY)
            }
            PAT_NESTED_DEFAULT => {
                self.keep(b);
                self.paste()?;
                self.op(op::POP, -1);
                Ok(())
            }
            PAT_TARGET => {
                self.check_rest()?;
                let (get, operand) = self.reference()?;
                self.s[st::depth] -= target_words(get);
                self.cut(b)?;
                self.keep(operand as u32);
                self.go1(PAT_TARGET_STORE, get as u32);
                if self.is_p(punct!(b"=")) {
                    let name = if get == op::GET_NAME { operand } else { n::EMPTY };
                    return self.default_value(name);
                }
                Ok(())
            }
            PAT_TARGET_STORE => {
                let operand = self.pull() as u16;
                self.paste()?;
                self.assign_below(b as u8, operand);
                Ok(())
            }
            PAT_ASSIGN => {
                self.s[st::depth] -= 1;
                self.cut(b)?;
                self.expect(punct!(b"="))?;
                self.go(PAT_ASSIGN_END);
                self.go1(ASSIGN, 0);
                Ok(())
            }
            _ => {
                self.keep(b);
                self.paste()?;
                self.label();
                Ok(())
            }
        }
    }
    /// Stores the value on top in the reference whose parts were computed above it.
    pub(super) fn assign_below(&mut self, get: u8, operand: u16) {
        let words = target_words(get);
        self.shift_depth(words as i32);
        match words {
            1 => self.op(op::SWAP, 0),
            2 => {
                self.op(op::ROT3, 0);
                self.op(op::ROT3, 0);
            }
            _ => {}
        }
        self.store(get, operand, false);
    }
    fn pattern_element(&mut self, kind: u32, i: u32) -> R<()> {
        if self.is_p(punct!(b",")) {
            self.next()?;
            self.go2(PAT_ARRAY, kind, i + 1);
            return Ok(());
        }
        self.op(op::DUP, 1);
        if self.is_p(punct!(b"...")) {
            self.next()?;
            self.op16(op::ROM_FUN, f::ARRAY_REST, 1);
            self.op(op::SWAP, 0);
            self.number_out(i as f64);
            self.op8(op::CALL, 1, -2);
            self.go2(PAT_ARRAY_NEXT, kind, LAST);
        } else {
            self.number_out(i as f64);
            self.op(op::GET_ELEM, -1);
            self.go2(PAT_ARRAY_NEXT, kind, i + 1);
        }
        self.target(kind)
    }
    fn pattern_property(&mut self, kind: u32, count: u32) -> R<()> {
        self.op(op::DUP, 1);
        if self.is_p(punct!(b"...")) {
            return self.object_rest(kind, count);
        }
        if self.is_p(punct!(b"[")) {
            self.next()?;
            self.go2(PAT_KEY, kind, count);
            self.go1(ASSIGN, 0);
            return Ok(());
        }
        let shorthand = self.s[st::tok] == tok::NAME;
        let (key, name) = self.property_name()?;
        let mut count = count;
        if key == tok::NUM {
            self.op(op::GET_ELEM, -1);
            count |= COMPUTED;
        } else {
            self.op_name(op::GET_FIELD, name, 0);
            self.keep(name as u32);
            count += 1;
            if count & 0xff > 200 {
                return Err(self.error("more than 200 names in one pattern"));
            }
        }
        self.s[st::lvalue] = super::NONE;
        self.go2(PAT_OBJECT_NEXT, kind, count);
        if self.is_p(punct!(b":")) {
            self.next()?;
            return self.target(kind);
        }
        if !shorthand || key == tok::NUM {
            return Err(self.expected(b":"));
        }
        self.pattern_name(kind, name)
    }
    /// `...name` in an object: what the names before it left.
    fn object_rest(&mut self, kind: u32, count: u32) -> R<()> {
        if count & COMPUTED != 0 {
            return Err(self.error("rest behind a computed key is not supported"));
        }
        self.next()?;
        self.op16(op::ROM_FUN, f::OBJECT_REST, 1);
        self.op(op::SWAP, 0);
        self.op8(op::CALL, 0, -1);
        for i in 0..count as usize {
            let name = self.vm.top(i).as_int() as u16;
            self.op(op::DUP, 1);
            self.op16(op::DEL_FIELD, name, 0);
            self.op(op::POP, -1);
            self.room_for_code()?;
        }
        self.go2(PAT_OBJECT_NEXT, kind, count | LAST << 1);
        self.target(kind)
    }
    /// Where the value on top goes: a name, a pattern, or anything that can be assigned to.
    pub(super) fn target(&mut self, kind: u32) -> R<()> {
        let here = self.here();
        if self.at_pattern() {
            self.label();
            self.go1(PAT_NESTED, here);
            return self.pattern(kind);
        }
        if DESTRUCTURING && kind == TARGET {
            self.label();
            self.go1(PAT_TARGET, here);
            self.go1(POSTFIX, 0);
            return self.primary();
        }
        if self.s[st::tok] != tok::NAME {
            return Err(self.expected(b"a name"));
        }
        let name = self.s[st::val] as u16;
        self.next()?;
        self.pattern_name(kind, name)
    }
    /// Behind the name that the value goes to.
    fn pattern_name(&mut self, kind: u32, name: u16) -> R<()> {
        self.check_binding(name)?;
        if DESTRUCTURING && kind == TARGET {
            let here = self.here();
            self.label();
            self.name_out(name);
            self.go1(PAT_TARGET, here);
            return Ok(());
        }
        self.check_rest()?;
        self.declare(kind, name)?;
        self.go2(PAT_NAME, kind, name as u32);
        if self.is_p(punct!(b"=")) {
            return self.default_value(name);
        }
        Ok(())
    }
    /// With the state of the pattern on top: a rest has no default value.
    fn check_rest(&mut self) -> R<()> {
        let rest = match self.vm.top(0).as_int() as u32 {
            PAT_ARRAY_NEXT => LAST,
            PAT_OBJECT_NEXT => LAST << 1,
            _ => 0,
        };
        if self.is_p(punct!(b"=")) && self.vm.top(1).as_int() as u32 & rest != 0 {
            return Err(self.unexpected());
        }
        Ok(())
    }
    fn declare(&mut self, kind: u32, name: u16) -> R<()> {
        match kind {
            VARIABLE => self.declare_var(name),
            PARAMETER => {
                if self.find_var(name, self.s[st::vars]).is_some() {
                    return Err(self.error("two parameters with one name"));
                }
                let slot = self.new_slot()?;
                self.add_var(name as u32 | slot << 16)
            }
            _ => self.declare_lexical(name, kind == CONSTANT),
        }
    }
    /// Stores the value on top as what the name has first.
    pub(super) fn bind(&mut self, kind: u32, name: u16) {
        match kind {
            VARIABLE => self.put_variable(name),
            PARAMETER => {
                self.mark_parameter(name, false);
                self.put_variable(name);
            }
            _ => self.init_lexical(name),
        }
    }
    /// At `=`: what is taken where the value on top is undefined.
    pub(super) fn default_value(&mut self, name: u16) -> R<()> {
        self.next()?;
        self.hint(name);
        self.op(op::DUP, 1);
        self.op(op::UNDEF, 1);
        self.op(op::SEQ, -1);
        let jump = self.jump(op::J_FALSE, super::NONE, -1);
        self.op(op::POP, -1);
        self.go1(PAT_DEFAULT, jump);
        self.go1(ASSIGN, 0);
        Ok(())
    }
}

/// Words that a reference keeps on the stack.
pub(super) fn target_words(get: u8) -> u32 {
    match get {
        op::GET_FIELD => 1,
        op::GET_ELEM => 2,
        _ => 0,
    }
}
