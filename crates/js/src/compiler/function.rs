//! Functions: parameters, arrows, bodies.

use super::grammar::part;
use super::pattern::PARAMETER;
use super::scope::{PARAM, UNINIT};
use super::step::BRACE;
use super::{Compiler, ff};
use crate::compiler::st;
use crate::lexer::punct;
use crate::message::m;
use crate::names::n;
use crate::opcode as op;

/// Words of the rules that wait behind the first operand of an assignment expression, on the way from `Assign` to `Primary`.
const TAIL_WORDS: usize = 6;

impl Compiler<'_, '_> {
    /// Begins an arrow function at its parenthesis or its only parameter.
    pub(super) fn arrow(&mut self, start: u32, parameter: Option<u16>) {
        let name = self.hinted_name(start);
        // It is a whole assignment expression: no operator, member or call can follow.
        self.vm.drop_n(TAIL_WORDS);
        self.keep(part!(Arrow));
        self.open_function(name, ff::ARROW | ff::METHOD);
        match parameter {
            Some(parameter) => {
                self.goto(part!(ArrowBody));
                self.check_binding(parameter);
                self.add_param(parameter)
            }
            None => {
                self.goto(part!(Parameters));
                self.next()
            }
        }
    }
    /// A function expression; `[name]`, and the result its flags.
    #[inline(never)]
    pub(super) fn function_expression(&mut self) {
        let mut name = self.hinted_name(self.s[st::start]);
        self.s[st::acc] = 0;
        self.next();
        self.no_generator();
        if self.is_name() {
            name = self.binding_name();
            self.s[st::acc] = ff::NAMED;
        }
        self.keep(name as u32);
    }
    /// Behind `function`: a star would make it a generator.
    pub(super) fn no_generator(&mut self) {
        if self.is_p(punct!(b"*")) {
            self.error(m!("generators are not supported"));
        }
    }
    /// Behind a function's body: its result is the number of the inner function, and whether the brace is still to be passed.
    pub(super) fn closure(&mut self) {
        let kid = self.s[st::acc];
        if kid & BRACE != 0 {
            self.next();
        }
        self.emit(op::CLOSURE, kid);
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
    pub(super) fn complex(&mut self) {
        if self.s[st::fn_flags] & ff::COMPLEX == 0 {
            self.s[st::fn_flags] |= ff::COMPLEX;
            let length = self.s[st::params];
            self.emit(op::NOP2, length);
        }
    }
    /// A parameter, whose default value may follow.
    #[inline(never)]
    pub(super) fn parameter(&mut self) {
        let slot = self.s[st::params];
        if slot >= 200 {
            self.error(m!("more than 200 parameters"));
            return;
        }
        #[cfg(feature = "destructuring")]
        if self.at_pattern() {
            self.complex();
            self.add_param(0);
            self.emit(op::GET_LOC, slot);
            self.s[st::acc] = PARAMETER;
            self.goto(part!(ParameterPattern));
            return;
        }
        let name = self.s[st::val] as u16;
        if self.strict() && self.is_name() && self.known(name) != 0 {
            self.error(m!("two parameters with one name"));
            return;
        }
        self.binding_name();
        if self.is_p(punct!(b"=")) && self.s[st::fn_flags] & ff::REST == 0 {
            self.complex();
            self.add_param(name);
            self.mark_parameter(name, true);
            self.emit(op::GET_LOC, slot);
            self.keep(PARAMETER);
            self.keep(name as u32);
            self.s[st::acc] = name as u32;
            self.goto(part!(ParameterDefault));
            return;
        }
        self.add_param(name)
    }
    /// Whether the value of a parameter is there yet.
    pub(super) fn mark_parameter(&mut self, name: u16, uninit: bool) {
        let var = self.known(name);
        if var & PARAM != 0 {
            let var = if uninit { var | UNINIT } else { var & !UNINIT };
            self.set_var(self.s[st::read], var);
        }
    }
    /// Behind the parameters.
    #[inline(never)]
    pub(super) fn parameters_end(&mut self) {
        if self.s[st::fn_flags] & (ff::COMPLEX | ff::METHOD) != 0 {
            self.check_parameters();
            self.early_parameters();
        }
        if self.s[st::fn_flags] & ff::ARROW != 0 {
            self.goto(part!(ArrowBody));
        }
    }
    /// `this`, which an arrow function has from the function around.
    pub(super) fn this_out(&mut self) {
        if self.s[st::fn_flags] & ff::ARROW != 0 {
            self.op_name(op::GET_NAME, n::THIS);
            self.s[st::lvalue] = super::NONE;
            self.s[st::last] = super::NONE;
        } else {
            self.op(op::THIS);
        }
    }
}
