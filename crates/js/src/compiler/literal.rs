//! Literals: numbers, texts, arrays, objects, templates.

use super::expr::strict_reserved;
use super::grammar::part;
use super::{Compiler, ff};
use crate::compiler::st;
use crate::heap::integer;
#[cfg(feature = "regexp")]
use crate::heap::reg;
use crate::lexer::{OCTAL, punct, tok, word};
use crate::message::m;
use crate::names::n;
use crate::opcode as op;
use crate::value::R;
#[cfg(feature = "regexp")]
use crate::value::Value;

impl Compiler<'_, '_> {
    /// The number that was read.
    fn number_read(&self) -> f64 {
        f64::from_bits(self.s[st::val] as u64 | (self.s[st::num_hi] as u64) << 32)
    }
    pub(super) fn number_literal(&mut self) -> R<()> {
        if self.s[st::flags] & OCTAL != 0 && self.strict() {
            return Err(self.error(m!("old octal number in strict code")));
        }
        self.number_out(self.number_read());
        Ok(())
    }
    pub(crate) fn number_out(&mut self, x: f64) {
        let Some(i) = integer(x) else {
            self.op(op::F64);
            for b in x.to_bits().to_le_bytes() {
                self.byte_out(b);
            }
            return;
        };
        if let Ok(b) = i8::try_from(i) {
            self.op8(op::I8, b as u8);
        } else if let Ok(w) = i16::try_from(i) {
            self.op16(op::I16, w as u16);
        } else {
            self.op16(op::I32, i as u16);
            self.word_out((i >> 16) as u16);
        }
    }
    pub(super) fn text_literal(&mut self) -> R<()> {
        if self.s[st::flags] & OCTAL != 0 && self.strict() {
            return Err(self.error(m!("octal escape in strict code")));
        }
        self.text_out();
        Ok(())
    }
    fn text_out(&mut self) {
        self.op16(op::STR, self.s[st::val] as u16);
    }
    /// At the brace of an object, or at nothing that is an expression.
    pub(super) fn open_object(&mut self) -> R<()> {
        if !self.is_p(punct!(b"{")) {
            return Err(self.expected(b"an expression"));
        }
        self.op(op::NEW_OBJ);
        self.next()
    }
    /// Elements that are left out.
    pub(super) fn holes(&mut self) -> R<()> {
        while self.is_p(punct!(b",")) {
            self.next()?;
            self.op(op::APPEND_HOLE);
        }
        Ok(())
    }

    // ---- objects ----

    /// The key of a property; result: whether it may stand for a variable too.
    pub(super) fn object_key(&mut self) -> R<()> {
        let shorthand = self.is_name();
        let name = self.property_name()?;
        self.keep(name);
        self.s[st::acc] = u32::from(shorthand);
        Ok(())
    }
    /// The name at the current token, or 0 for a number, whose code is emitted.
    pub(super) fn property_name(&mut self) -> R<u32> {
        let mut name = self.s[st::val];
        match self.s[st::tok] {
            tok::NUM => {
                self.number_out(self.number_read());
                name = 0;
            }
            tok::STR => {}
            _ if self.is_any_word() => {}
            _ => {
                self.no_generator()?;
                return Err(self.expected(b"a name"));
            }
        }
        self.next()?;
        Ok(name)
    }
    /// `[name]` of a property that is just a name; operand: whether that may be.
    pub(super) fn shorthand(&mut self) -> R<()> {
        let name = self.pull() as u16;
        self.no_async(name)?;
        if self.s[st::acc] == 0 || self.strict() && strict_reserved(name) {
            return Err(self.expected(b":"));
        }
        self.name_out(name);
        self.op16(op::INIT_FIELD, name);
        Ok(())
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
    pub(super) fn accessor(&mut self) -> R<()> {
        let code = if self.is_p(word(n::GET)) {
            op::INIT_GET
        } else {
            op::INIT_SET
        };
        self.object_key()?;
        if self.is_p(punct!(b":"))
            || self.is_p(punct!(b","))
            || self.is_p(punct!(b"}"))
            || self.is_p(punct!(b"("))
        {
            self.goto(part!(Key));
            return Ok(());
        }
        self.pull();
        self.keep(code as u32);
        if self.is_p(punct!(b"[")) {
            return Ok(());
        }
        let name = if self.s[st::tok] == tok::NUM {
            let v = self.vm.number(self.number_read())?;
            let text = self.vm.prim_to_str(v)?;
            let name = self.vm.script_name_of(text)?;
            self.next()?;
            name as u32
        } else {
            self.property_name()?
        };
        self.keep(name);
        self.goto(part!(Accessor));
        Ok(())
    }
    /// `[opcode, name]` behind an accessor's body: the number of its parameters is fixed.
    pub(super) fn check_accessor(&mut self) -> R<()> {
        let code = self.kid((self.s[st::acc] & 0xff) as usize);
        let rest = self.vm.f(code, 0) >> ff::SHIFT & ff::REST != 0;
        if rest || self.vm.code_slots(code) != usize::from(self.seen(1) == op::INIT_SET as u32) {
            return Err(self.error(m!("a getter has no parameter, a setter has one")));
        }
        Ok(())
    }

    // ---- templates, regular expressions ----

    /// The next piece of text of a template; result: whether an expression follows.
    pub(super) fn template(&mut self) -> R<()> {
        let more = self.template_part()?;
        self.text_out();
        self.s[st::acc] = u32::from(more);
        Ok(())
    }
    /// A regular expression, at its slash: code that makes it anew each time. The pattern is checked now.
    #[cfg(feature = "regexp")]
    pub(super) fn regexp(&mut self) -> R<()> {
        let (pattern, flags) = self.regexp_text()?;
        self.op16(op::ROM_FUN, crate::rom::REGEXP_CTOR);
        self.op(op::UNDEF);
        self.op16(op::STR, pattern);
        self.op16(op::STR, flags);
        self.call_with(op::NEW, 2);
        if crate::regexp::flags(self.vm.str_bytes(flags)).is_none() {
            return Err(self.error(crate::builtins::regexp::FLAGS));
        }
        let cell = self.vm.regexp_begin(pattern)?;
        self.vm.push(Value::cell(cell));
        self.keep(pattern as u32);
        Ok(())
    }
    #[cfg(feature = "regexp")]
    pub(super) fn check_regexp(&mut self) -> R<()> {
        let pattern = self.pull();
        let slot = self.vm.r[reg::sp] as usize;
        match self.vm.regexp_step(slot, pattern as u16, 0)? {
            Ok(None) => {
                // The pattern is not through: this action again.
                self.keep(pattern);
                self.goto(part!(RegExpCheck));
                Ok(())
            }
            Ok(Some(_)) => {
                let cell = self.vm.pop().payload();
                self.vm.drop_last(cell);
                self.next()
            }
            Err(error) => Err(self.error_of([error.message().as_bytes(), b"", b"", b""])),
        }
    }
}
