//! Functions: parameters, arrows, bodies.

use super::expr::{ASSIGN, FN_EXPR, FUNCTION_END};
use super::pattern::{PARAMETER, PAT_NAME};
use super::scope::{LEX, PARAM, UNINIT, is_variable};
use super::{Compiler, ff};
use crate::compiler::st;
use crate::heap::lo;
use crate::lexer::{NL_BEFORE, punct, tok};
use crate::names::n;
use crate::opcode as op;
use crate::value::R;

// States; operands in brackets.

/// at a parameter, or at the closing parenthesis
pub(super) const PARAMS: u32 = 33;
/// behind a parameter
pub(super) const PARAMS_NEXT: u32 = 34;
/// behind the expression that is an arrow function's body
pub(super) const ARROW_END: u32 = 35;

/// Words of the states that wait behind the first operand of an assignment expression.
const TAIL_WORDS: usize = 8;

impl Compiler<'_, '_> {
    /// Begins a function; its name is kept for `end`, which runs behind the body.
    pub(crate) fn function(&mut self, end: u32, name: u16, flags: u32) -> R<()> {
        self.keep(name as u32);
        self.keep(end);
        // The saved function lies above the end state: `leave_function` takes it off first.
        self.open_function(name, flags);
        self.expect(punct!(b"("))?;
        self.go(PARAMS);
        Ok(())
    }
    /// Begins an arrow function at its parenthesis or its only parameter.
    pub(super) fn arrow(&mut self, start: u32, parameter: Option<u16>) -> R<()> {
        let name = self.hinted_name(start);
        // It is a whole assignment expression: no operator, member or call can follow.
        self.vm.drop_n(TAIL_WORDS);
        self.keep(FN_EXPR);
        self.keep(name as u32);
        self.keep(FUNCTION_END);
        self.open_function(name, ff::ARROW | ff::METHOD);
        match parameter {
            Some(parameter) => {
                self.check_binding(parameter)?;
                self.add_param(parameter)?;
                self.arrow_body()
            }
            None => {
                self.next()?;
                self.go(PARAMS);
                Ok(())
            }
        }
    }
    /// A function expression that starts at the next token takes this name.
    pub(super) fn hint(&mut self, name: u16) {
        self.s[st::hint] = name as u32;
        self.s[st::hint_at] = self.s[st::start];
    }
    pub(super) fn hinted_name(&self, start: u32) -> u16 {
        if self.s[st::hint_at] == start && self.s[st::hint] != 0 {
            self.s[st::hint] as u16
        } else {
            n::EMPTY
        }
    }

    /// The parameters turn out to be more than names: what counts for `length` ends here.
    fn complex(&mut self) {
        if self.s[st::fn_flags] & ff::COMPLEX == 0 {
            self.s[st::fn_flags] |= ff::COMPLEX;
            let length = self.s[st::params] as u8;
            self.op8(op::NOP2, length, 0);
        }
    }
    pub(super) fn parameters(&mut self) -> R<()> {
        if self.is_p(punct!(b")")) {
            return self.params_end();
        }
        if self.is_p(punct!(b"...")) {
            self.next()?;
            self.complex();
            self.s[st::fn_flags] |= ff::REST;
        }
        if self.s[st::params] >= 200 {
            return Err(self.error("more than 200 parameters"));
        }
        self.go(PARAMS_NEXT);
        if self.at_pattern() {
            self.complex();
            let slot = self.s[st::params] as u8;
            self.add_param(0)?;
            self.op8(op::GET_LOC, slot, 1);
            return self.target(PARAMETER);
        }
        if self.s[st::tok] != tok::NAME {
            return Err(self.expected(b"a name"));
        }
        let name = self.s[st::val] as u16;
        self.check_binding(name)?;
        if self.find_var(name, self.s[st::vars]).is_some() && self.strict() {
            return Err(self.error("two parameters with one name"));
        }
        let slot = self.s[st::params] as u8;
        self.next()?;
        if self.is_p(punct!(b"=")) && self.s[st::fn_flags] & ff::REST == 0 {
            self.complex();
            self.add_param(name)?;
            self.mark_parameter(name, true);
            self.op8(op::GET_LOC, slot, 1);
            self.go2(PAT_NAME, PARAMETER, name as u32);
            return self.default_value(name);
        }
        self.add_param(name)
    }
    /// Whether the value of a parameter is there yet.
    pub(super) fn mark_parameter(&mut self, name: u16, uninit: bool) {
        if let Some(i) = self.find_var(name, self.s[st::vars]) {
            let var = self.var(i);
            if var & PARAM != 0 {
                self.set_var(i, if uninit { var | UNINIT } else { var & !UNINIT });
            }
        }
    }
    pub(super) fn parameters_next(&mut self) -> R<()> {
        if self.is_p(punct!(b",")) && self.s[st::fn_flags] & ff::REST == 0 {
            self.next()?;
            self.go(PARAMS);
            return Ok(());
        }
        self.params_end()
    }
    fn params_end(&mut self) -> R<()> {
        self.expect(punct!(b")"))?;
        if self.s[st::fn_flags] & (ff::COMPLEX | ff::METHOD) != 0 {
            for i in self.s[st::vars]..self.var_count() {
                let var = self.var(i);
                let name = lo(var);
                if name != 0 && is_variable(var) && self.find_var(name, self.s[st::vars]) != Some(i) {
                    return Err(self.error("two parameters with one name"));
                }
            }
            self.early_parameters();
        }
        if self.s[st::fn_flags] & ff::ARROW != 0 {
            return self.arrow_body();
        }
        self.expect(punct!(b"{"))?;
        self.body()
    }
    /// At `=>`.
    fn arrow_body(&mut self) -> R<()> {
        if self.s[st::flags] & NL_BEFORE != 0 {
            return Err(self.unexpected());
        }
        self.expect(punct!(b"=>"))?;
        if self.is_p(punct!(b"{")) {
            self.next()?;
            return self.body();
        }
        self.go(ARROW_END);
        self.go1(ASSIGN, 0);
        Ok(())
    }
    pub(super) fn arrow_end(&mut self) -> R<()> {
        self.op(op::RETURN, -1);
        let kid = self.leave_function()?;
        self.s[st::new_kid] = kid as u32;
        // What would run behind a body's brace: the expression ended in front of the current token.
        for _ in 0..3 {
            self.pull();
        }
        self.op8(op::CLOSURE, kid, 1);
        Ok(())
    }
    /// `this`, which an arrow function has from the function around.
    pub(super) fn this_out(&mut self) {
        if self.s[st::fn_flags] & ff::ARROW != 0 {
            self.op_name(op::GET_NAME, n::THIS, 1);
            self.s[st::lvalue] = super::NONE;
            self.s[st::last] = super::NONE;
        } else {
            self.op(op::THIS, 1);
        }
    }
    /// Whether a variable has its value at this place of the text.
    pub(super) fn too_soon(&self, i: u32) -> bool {
        let var = self.var(i);
        var & (LEX | PARAM) != 0 && var & UNINIT != 0
    }
}
