//! Array and object literals, and template literals.

use super::expr::*;
use super::{Compiler, SPREADS, ff};
use crate::compiler::st;
#[cfg(feature = "regexp")]
use crate::heap::reg;
use crate::lexer::{punct, tok};
use crate::names::n;
use crate::opcode as op;
use crate::rom::f;
use crate::value::R;
#[cfg(feature = "regexp")]
use crate::value::Value;

impl Compiler<'_, '_> {
    /// Elements, from the first one on or from behind one.
    pub(super) fn array(&mut self, state: u32) -> R<()> {
        if state == ARRAY_NEXT {
            self.op(op::APPEND, -1);
            return self.array_next();
        }
        while self.is_p(punct!(b",")) {
            self.next()?;
            self.op(op::APPEND_HOLE, 0);
        }
        if self.is_p(punct!(b"]")) {
            return self.next();
        }
        if SPREADS && self.is_p(punct!(b"...")) {
            self.spread_begin(f::SPREAD)?;
            self.go(ARRAY_SPREAD_END);
        } else {
            self.go(ARRAY_NEXT);
        }
        self.go1(ASSIGN, 0);
        Ok(())
    }
    pub(super) fn array_next(&mut self) -> R<()> {
        if !self.is_p(punct!(b"]")) {
            self.expect(punct!(b","))?;
        }
        self.array(ARRAY)
    }
    pub(super) fn object(&mut self, state: u32) -> R<()> {
        if state == OBJECT_NEXT && !self.is_p(punct!(b"}")) {
            self.expect(punct!(b","))?;
        }
        if self.is_p(punct!(b"}")) {
            return self.next();
        }
        if SPREADS && self.is_p(punct!(b"...")) {
            self.spread_begin(f::OBJECT_SPREAD)?;
            self.go(OBJECT_SPREAD_END);
            self.go1(ASSIGN, 0);
            return Ok(());
        }
        let accessor = if self.is_word(n::GET) {
            FN_GET
        } else if self.is_word(n::SET) {
            FN_SET
        } else {
            FN_EXPR
        };
        if self.is_p(punct!(b"[")) {
            return self.key(FN_EXPR);
        }
        let word = self.s[st::tok] == tok::NAME;
        let (kind, name) = self.property_name()?;
        if accessor != FN_EXPR && !self.ends_key() {
            if self.is_p(punct!(b"[")) {
                return self.key(accessor);
            }
            let name = if self.s[st::tok] == tok::NUM {
                let x = f64::from_bits(self.s[st::num_lo] as u64 | (self.s[st::num_hi] as u64) << 32);
                let v = self.vm.number(x)?;
                let text = self.vm.prim_to_str(v)?;
                let name = self.vm.script_name_of(text)?;
                self.next()?;
                name
            } else {
                self.property_name()?.1
            };
            self.keep(accessor);
            return self.function(FUNCTION_END, name, ff::METHOD);
        }
        if self.is_p(punct!(b"(")) {
            if kind == tok::NUM {
                return self.key_function(FN_METHOD);
            }
            self.keep(FN_METHOD);
            return self.function(FUNCTION_END, name, ff::METHOD);
        }
        if !self.is_p(punct!(b":")) {
            self.no_async(name)?;
            if !word || kind == tok::NUM || self.strict() && strict_reserved(name) {
                return Err(self.expected(b":"));
            }
            self.name_out(name);
            self.op16(op::INIT_FIELD, name, -1);
            self.go(OBJECT_NEXT);
            return Ok(());
        }
        self.next()?;
        self.hint(if kind == tok::NUM { n::EMPTY } else { name });
        if kind == tok::NUM {
            self.go(INDEX_VALUE_END);
        } else {
            self.go1(OBJECT_VALUE, name as u32);
        }
        self.go1(ASSIGN, 0);
        Ok(())
    }
    /// What follows a name that is a key by itself.
    fn ends_key(&self) -> bool {
        self.is_p(punct!(b":"))
            || self.is_p(punct!(b","))
            || self.is_p(punct!(b"}"))
            || self.is_p(punct!(b"("))
    }
    /// A computed key, at its bracket.
    fn key(&mut self, accessor: u32) -> R<()> {
        self.next()?;
        self.go1(KEY_END, accessor);
        self.go1(ASSIGN, 0);
        Ok(())
    }
    /// Behind the expression of a computed key.
    pub(super) fn computed_key(&mut self) -> R<()> {
        let accessor = self.pull();
        self.expect(punct!(b"]"))?;
        self.op(op::TO_PRIM, 0);
        if accessor != FN_EXPR {
            return self.key_function(accessor);
        }
        if self.is_p(punct!(b"(")) {
            return self.key_function(FN_METHOD);
        }
        self.expect(punct!(b":"))?;
        self.go(INDEX_VALUE_END);
        self.go1(ASSIGN, 0);
        Ok(())
    }
    fn key_function(&mut self, kind: u32) -> R<()> {
        // `KEY_FUNCTION_END` has its kind where other ends have the name.
        self.keep(n::EMPTY as u32);
        self.keep(kind);
        self.keep(KEY_FUNCTION_END);
        self.open_function(n::EMPTY, ff::METHOD);
        self.expect(punct!(b"("))?;
        self.go(super::function::PARAMS);
        Ok(())
    }
    /// Behind an accessor's body: the number of its parameters is fixed.
    pub(super) fn check_accessor(&mut self, kind: u32) -> R<()> {
        let code = self.kid(self.s[st::new_kid] as usize);
        let rest = self.vm.f(code, 0) >> ff::SHIFT & ff::REST != 0;
        if rest || self.vm.code_slots(code) != usize::from(kind == FN_SET) {
            return Err(self.error("a getter has no parameter, a setter has one"));
        }
        Ok(())
    }
    /// The name in front of a colon; a number's code is emitted.
    pub(super) fn property_name(&mut self) -> R<(u32, u16)> {
        let (kind, name) = (self.s[st::tok], self.s[st::val] as u16);
        match kind {
            tok::NAME | tok::WORD | tok::STR => {
                self.next()?;
                Ok((if kind == tok::WORD { tok::NAME } else { kind }, name))
            }
            tok::NUM => {
                let x = f64::from_bits(self.s[st::num_lo] as u64 | (self.s[st::num_hi] as u64) << 32);
                self.number_out(x);
                self.next()?;
                Ok((kind, 0))
            }
            _ => {
                self.no_generator()?;
                Err(self.expected(b"a name"))
            }
        }
    }
    /// The next piece of text of a template, from its start or from behind an expression.
    pub(super) fn template(&mut self, first: bool) -> R<()> {
        let more = self.template_part()?;
        self.op16(op::STR, self.s[st::val] as u16, 1);
        if !first {
            self.op(op::ADD, -1);
        }
        self.next()?;
        if more {
            self.go(TEMPLATE_NEXT);
            self.go1(EXPR, 0);
        }
        Ok(())
    }
    /// A regular expression, at its slash: code that makes it anew each time. The pattern is checked now.
    #[cfg(feature = "regexp")]
    pub(super) fn regexp(&mut self) -> R<()> {
        let (pattern, flags) = self.regexp_text()?;
        self.op16(op::ROM_FUN, crate::rom::REGEXP_CTOR, 1);
        self.op(op::UNDEF, 1);
        self.op16(op::STR, pattern, 1);
        self.op16(op::STR, flags, 1);
        self.op8(op::NEW, 2, -3);
        if crate::regexp::flags(self.vm.str_bytes(flags)).is_none() {
            return Err(self.error(crate::builtins::regexp::FLAGS));
        }
        let cell = self.vm.regexp_begin(pattern)?;
        self.vm.push(Value::cell(cell));
        self.go1(REGEXP, pattern as u32);
        Ok(())
    }
    #[cfg(feature = "regexp")]
    pub(super) fn check_regexp(&mut self) -> R<()> {
        let pattern = self.pull();
        let slot = self.vm.r[reg::sp] as usize;
        match self.vm.regexp_step(slot, pattern as u16, 0)? {
            Ok(None) => {
                self.go1(REGEXP, pattern);
                Ok(())
            }
            Ok(Some(_)) => {
                let cell = self.vm.pop().payload();
                self.vm.drop_last(cell);
                self.next()
            }
            Err(error) => Err(self.error(error.message())),
        }
    }
}
