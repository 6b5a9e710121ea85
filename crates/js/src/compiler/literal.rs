//! Literals: numbers, texts, arrays, objects, templates.

use super::expr::strict_reserved;
use super::grammar::part;
use super::{Compiler, ff};
use crate::compiler::st;
use crate::heap::integer;
#[cfg(feature = "regexp")]
use crate::heap::reg;
use crate::lexer::{punct, tok, word};
use crate::message::m;
use crate::names::n;
use crate::opcode as op;
#[cfg(feature = "regexp")]
use crate::value::{Thrown, Value};

impl Compiler<'_, '_> {
    /// The number that was read.
    fn number_read(&self) -> f64 {
        f64::from_bits(self.s[st::val] as u64 | (self.s[st::num_hi] as u64) << 32)
    }
    pub(super) fn number_literal(&mut self) {
        self.number_out(self.number_read());
    }
    pub(crate) fn number_out(&mut self, x: f64) {
        let Some(i) = integer(x) else {
            self.op(op::F64);
            for b in x.to_bits().to_le_bytes() {
                self.byte_out(b);
            }
            return;
        };
        let code = if i == i as i8 as i32 {
            op::I8
        } else if i == i as i16 as i32 {
            op::I16
        } else {
            op::I32
        };
        self.emit(code, i as u32);
    }
    pub(super) fn text_out(&mut self) {
        self.op16(op::STR, self.s[st::val] as u16);
    }

    // ---- objects ----

    /// The key of a property; result: whether it may stand for a variable too.
    pub(super) fn object_key(&mut self) {
        let shorthand = self.is_name();
        let name = self.property_name();
        self.keep(name);
        self.s[st::acc] = u32::from(shorthand);
    }
    /// The name at the current token, or 0 for a number, whose code is emitted.
    pub(super) fn property_name(&mut self) -> u32 {
        let mut name = self.s[st::val];
        match self.s[st::tok] {
            tok::NUM => {
                self.number_out(self.number_read());
                name = 0;
            }
            tok::STR => {}
            _ if self.is_any_word() => {}
            _ => {
                self.no_generator();
                self.expected(b"a name");
            }
        }
        self.next();
        name
    }
    /// `[name]` of a property that is just a name; operand: whether that may be.
    #[inline(never)]
    pub(super) fn shorthand(&mut self) {
        let name = self.pull() as u16;
        self.no_async(name);
        if self.s[st::acc] == 0 || self.strict() && strict_reserved(name) {
            self.expected(b":");
            return;
        }
        self.name_out(name);
        self.op16(op::INIT_FIELD, name);
    }
    /// Emits the instruction that gives the object a property; of a name, or (0) with the key on the operand stack.
    pub(super) fn init_field(&mut self, code: u8, name: u32) {
        if name != 0 {
            return self.op16(code, name as u16);
        }
        self.op(match code {
            op::INIT_GET => op::INIT_GETE,
            op::INIT_SET => op::INIT_SETE,
            _ => op::INIT_ELEM,
        });
    }
    /// At `get` or `set`: an accessor, unless it is a key itself.
    #[inline(never)]
    pub(super) fn accessor(&mut self) {
        let code = if self.is_p(word(n::GET)) {
            op::INIT_GET
        } else {
            op::INIT_SET
        };
        self.object_key();
        if self.is_p(punct!(b":"))
            || self.is_p(punct!(b","))
            || self.is_p(punct!(b"}"))
            || self.is_p(punct!(b"("))
        {
            self.goto(part!(Key));
            return;
        }
        self.pull();
        self.keep(code as u32);
        if self.is_p(punct!(b"[")) {
            return;
        }
        let name = if self.s[st::tok] == tok::NUM {
            let x = self.number_read();
            let text = self.vm.number(x).and_then(|v| self.vm.prim_to_str(v));
            let Ok(name) = text.and_then(|text| self.vm.script_name_of(text)) else {
                return self.fail();
            };
            self.next();
            name as u32
        } else {
            self.property_name()
        };
        self.keep(name);
        self.goto(part!(Accessor));
    }
    /// `[opcode, name]` behind an accessor's body: the number of its parameters is fixed.
    pub(super) fn check_accessor(&mut self) {
        let code = self.kid(self.s[st::first_kid] + (self.s[st::acc] & 0xff));
        let rest = self.vm.f(code, 0) >> ff::SHIFT & ff::REST != 0;
        if rest || self.vm.code_slots(code) != usize::from(self.seen(1) == op::INIT_SET as u32) {
            self.error(m!("a getter has no parameter, a setter has one"));
        }
    }

    // ---- templates, regular expressions ----

    /// The next piece of text of a template; result: whether an expression follows.
    pub(super) fn template(&mut self) {
        let more = self.template_part();
        self.text_out();
        self.s[st::acc] = u32::from(more);
    }
    /// A regular expression, at its slash: code that makes it anew each time. The pattern is checked now.
    #[cfg(feature = "regexp")]
    pub(super) fn regexp(&mut self) {
        let Ok((pattern, flags)) = self.regexp_text() else {
            return self.fail();
        };
        self.op16(op::ROM_FUN, crate::rom::REGEXP_CTOR);
        self.op(op::UNDEF);
        self.op16(op::STR, pattern);
        self.op16(op::STR, flags);
        self.call_with(op::NEW, 2);
        if crate::regexp::flags(self.vm.str_bytes(flags)).is_none() {
            self.error(crate::builtins::regexp::FLAGS);
            return;
        }
        let Ok(cell) = self.vm.regexp_begin(pattern) else {
            return self.fail();
        };
        self.vm.push(Value::cell(cell));
        self.keep(pattern as u32);
    }
    #[cfg(feature = "regexp")]
    pub(super) fn check_regexp(&mut self) {
        let pattern = self.pull();
        let slot = self.vm.r[reg::sp] as usize;
        match self.vm.regexp_step(slot, pattern as u16, 0) {
            Ok(Ok(None)) => {
                // The pattern is not through: this action again.
                self.keep(pattern);
                self.goto(part!(RegExpCheck));
            }
            Ok(Ok(Some(_))) => {
                let cell = self.vm.pop().payload();
                self.vm.drop_last(cell);
                self.next()
            }
            Ok(Err(error)) => {
                self.error_of(m!("<"), [error.message().as_bytes(), b""]);
            }
            Err(Thrown) => self.fail(),
        }
    }
}
