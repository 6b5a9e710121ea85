//! Array and object literals.

use super::expr::*;
use super::{Compiler, ff};
use crate::lexer::{punct, tok};
use crate::names::n;
use crate::opcode as op;
use crate::value::R;

impl Compiler<'_, '_> {
    pub(super) fn array(&mut self, state: u32) -> R<()> {
        if state == ARRAY_NEXT {
            self.op(op::APPEND, -1);
            if !self.is_p(punct!(b"]")) {
                self.expect(punct!(b","))?;
            }
        }
        while self.is_p(punct!(b",")) {
            self.next()?;
            self.op(op::APPEND_HOLE, 0);
        }
        if self.is_p(punct!(b"]")) {
            return self.next();
        }
        self.go(ARRAY_NEXT);
        self.go1(ASSIGN, 0);
        Ok(())
    }
    pub(super) fn object(&mut self, state: u32) -> R<()> {
        if state == OBJECT_NEXT && !self.is_p(punct!(b"}")) {
            self.expect(punct!(b","))?;
        }
        if self.is_p(punct!(b"}")) {
            return self.next();
        }
        let accessor = if self.is_word(n::GET) {
            FN_GET
        } else if self.is_word(n::SET) {
            FN_SET
        } else {
            FN_EXPR
        };
        let (kind, name) = self.property_name()?;
        if accessor != FN_EXPR
            && kind == tok::NAME
            && !self.is_p(punct!(b":"))
            && !self.is_p(punct!(b","))
            && !self.is_p(punct!(b"}"))
        {
            let name = if self.s.tok == tok::NUM {
                let x = f64::from_bits(self.s.num_lo as u64 | (self.s.num_hi as u64) << 32);
                let v = self.vm.number(x)?;
                let text = self.vm.prim_to_str(v)?;
                let name = self.vm.script_name_of(text)?;
                self.next()?;
                name
            } else {
                self.property_name()?.1
            };
            self.keep(accessor);
            self.function(FUNCTION_END, name, ff::METHOD)?;
            if self.s.params != u32::from(accessor == FN_SET) {
                return Err(self.error("a getter has no parameter, a setter has one"));
            }
            return Ok(());
        }
        self.expect(punct!(b":"))?;
        if kind == tok::NUM {
            self.go(INDEX_VALUE_END);
        } else {
            self.go1(OBJECT_VALUE, name as u32);
        }
        self.go1(ASSIGN, 0);
        Ok(())
    }
    /// The name in front of a colon; a number's code is emitted.
    pub(super) fn property_name(&mut self) -> R<(u32, u16)> {
        let (kind, name) = (self.s.tok, self.s.val as u16);
        match kind {
            tok::NAME | tok::WORD | tok::STR => {
                self.next()?;
                Ok((if kind == tok::WORD { tok::NAME } else { kind }, name))
            }
            tok::NUM => {
                let x = f64::from_bits(self.s.num_lo as u64 | (self.s.num_hi as u64) << 32);
                self.number_out(x);
                self.next()?;
                Ok((kind, 0))
            }
            _ => Err(self.unexpected()),
        }
    }
}
