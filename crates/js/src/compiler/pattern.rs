//! Names that are bound, and patterns: destructuring in declarations, parameters, loops and assignments.
//!
//! The code of a pattern takes its parts from the value on top of the stack, which stays there. Where the
//! text has the pattern in front of the value, its code is cut out and put back behind it.

use super::Compiler;
#[cfg(feature = "destructuring")]
use crate::message::m;
use crate::opcode as op;

#[cfg(feature = "destructuring")]
use super::{ahead::Behind, grammar::part, stmt::NO_IN};
#[cfg(feature = "destructuring")]
use crate::{
    compiler::st,
    lexer::{punct, word},
    names::n,
    rom::f,
};

// What the names in a pattern are.

pub(super) const VARIABLE: u32 = 0;
pub(super) const LET: u32 = 1;
pub(super) const CONSTANT: u32 = 2;
pub(super) const PARAMETER: u32 = 3;
/// Not names, but whatever can be assigned to.
#[cfg(feature = "destructuring")]
pub(super) const TARGET: u32 = 4;

/// With what the names are: no default value may follow.
#[cfg(feature = "destructuring")]
const NO_DEFAULT: u32 = 8;
/// With the index or the count of names: the rest was taken, nothing may follow.
#[cfg(feature = "destructuring")]
const LAST: u32 = 1 << 17;
/// With the count of names: a key was computed.
#[cfg(feature = "destructuring")]
const COMPUTED: u32 = 1 << 16;

impl Compiler<'_, '_> {
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
    /// Stores the value on top in the reference whose parts were computed above it.
    pub(super) fn assign_below(&mut self, get: u8, operand: u16) {
        let words = target_words(get);
        self.shift_depth(words as i32);
        match words {
            1 => self.op(op::SWAP),
            2 => {
                self.op(op::ROT3);
                self.op(op::ROT3);
            }
            _ => {}
        }
        self.store(get, operand, false);
    }
}

#[cfg(feature = "destructuring")]
impl Compiler<'_, '_> {
    // ---- where patterns stand ----

    /// `[flags]` the pattern of a declaration, whose value comes behind it.
    pub(super) fn declaration_pattern(&mut self) {
        self.s[st::acc] = self.seen(0) >> 1;
        self.begin_pattern();
        let first = self.var_count();
        self.keep(first);
    }
    fn begin_pattern(&mut self) {
        let here = self.here();
        self.label();
        self.shift_depth(1);
        self.keep(here);
    }
    /// `[flags, start, first variable]` behind it.
    pub(super) fn pattern_declared(&mut self) {
        let first = self.pull();
        let start = self.pull();
        let flags = self.pull();
        self.s[st::depth] -= 1;
        self.cut(start);
        self.pattern_value(first, flags)
    }
    /// What a pattern declares has no value in the expression behind it.
    fn pattern_value(&mut self, first: u32, flags: u32) {
        let to = self.var_count();
        self.mark_lexical(first, to, true);
        self.expect(punct!(b"="));
        self.keep(flags);
        self.keep(first);
        self.s[st::acc] = flags & NO_IN;
    }
    /// `[code, flags, first variable]` behind the value.
    pub(super) fn pattern_initialized(&mut self) {
        let first = self.pull();
        let flags = self.pull();
        let to = self.var_count();
        self.mark_lexical(first, to, false);
        self.paste();
        self.op(op::POP);
        self.keep(flags);
    }
    /// `for ([` or `for ({`: a pattern if `of` or `in` stands behind it.
    pub(super) fn for_head(&mut self) {
        match self.ahead() {
            None => {}
            Some(Some(Behind::Loop)) => {
                self.keep(part!(ForDeclared));
                self.keep(VARIABLE << 1 | NO_IN);
                self.declaration_pattern();
                self.s[st::acc] = TARGET;
                self.goto(part!(ForPatternRest));
            }
            Some(_) => self.goto(part!(ForExpression)),
        }
    }
    /// `[ForDeclared, flags, start, first variable]` behind the pattern in the head of a `for`.
    pub(super) fn for_pattern(&mut self) {
        let first = self.pull();
        let start = self.pull();
        let flags = self.pull();
        self.s[st::depth] -= 1;
        let each = self.is_p(word(n::IN)) || self.is_p(word(n::OF));
        if each {
            // No `for (;;)` after all.
            self.pull();
        }
        self.cut(start);
        if each {
            return self.for_each(op::POP, 0);
        }
        // As a declaration: the rules behind it lie below the code that was cut out.
        self.goto(part!(PatternInitializer));
        self.pattern_value(first, flags)
    }
    /// The assignment to a pattern, at its bracket.
    pub(super) fn pattern_assignment(&mut self) {
        self.begin_pattern();
        self.s[st::acc] = TARGET;
    }

    // ---- what stands in patterns ----

    /// A pattern, at its bracket; operand: what its names are.
    pub(super) fn pattern(&mut self) {
        let array = self.is_p(punct!(b"["));
        self.keep(self.s[st::acc] & !NO_DEFAULT);
        self.keep(0);
        self.next();
        if array {
            self.op(op::ITER);
            return;
        }
        self.goto(part!(ObjectPattern));
        if self.is_p(punct!(b"}")) || self.is_p(punct!(b"...")) || self.is_p(punct!(b"[")) {
            // Nothing else would notice undefined or null.
            self.op(op::DUP);
            self.shift_depth(-1);
            self.op8(op::INTRINSIC, 5 << 3 | 1);
            self.op(op::POP);
        }
    }
    /// `[kind, index]`
    pub(super) fn pattern_element(&mut self) {
        let i = self.pull();
        self.op(op::DUP);
        if self.is_p(punct!(b"...")) {
            self.next();
            self.op16(op::ROM_FUN, f::ARRAY_REST);
            self.op(op::SWAP);
            self.number_out(i as f64);
            self.call_with(op::CALL, 1);
            self.keep(LAST);
        } else {
            self.number_out(i as f64);
            self.op(op::GET_ELEM);
            self.keep(i + 1);
        }
        self.pattern_kind();
    }
    /// `[kind, index]` or `[kind, count]`; result: what the next names are.
    pub(super) fn pattern_kind(&mut self) {
        let rest = if self.seen(0) & LAST != 0 { NO_DEFAULT } else { 0 };
        self.s[st::acc] = self.seen(1) | rest;
    }
    /// Behind the element or property that takes the rest.
    pub(super) fn is_last(&self) -> bool {
        self.seen(0) & LAST != 0
    }
    /// `[names…, kind, count]` at a key.
    pub(super) fn pattern_property(&mut self) {
        let shorthand = self.is_name();
        let name = self.property_name();
        let mut count = self.pull();
        let kind = self.pull();
        if name == 0 {
            self.op(op::GET_ELEM);
            count |= COMPUTED;
        } else {
            self.op_name(op::GET_FIELD, name as u16);
            self.keep(name);
            count += 1;
            if count & 0xff > 200 {
                self.error(m!("more than 200 names in one pattern"));
                return;
            }
        }
        self.s[st::lvalue] = super::NONE;
        self.keep(kind);
        self.keep(count);
        if self.is_p(punct!(b":")) {
            return self.next();
        }
        if !shorthand {
            self.expected(b":");
            return;
        }
        self.s[st::acc] = kind;
        self.goto(part!(ObjectPatternNext));
        self.follow(part!(ObjectPatternNext));
        self.pattern_name(name as u16)
    }
    pub(super) fn key_computed(&mut self) {
        let count = self.pull();
        self.keep(count | COMPUTED);
    }
    /// `...name` in an object: what the names before it left.
    pub(super) fn object_rest(&mut self) {
        let count = self.seen(0);
        if count & COMPUTED != 0 {
            self.error(m!("rest behind a computed key is not supported"));
            return;
        }
        self.op16(op::ROM_FUN, f::OBJECT_REST);
        self.op(op::SWAP);
        self.call_with(op::CALL, 0);
        for i in 0..count {
            let name = self.seen(2 + i as usize) as u16;
            self.op(op::DUP);
            self.op16(op::DEL_FIELD, name);
            self.op(op::POP);
            self.room_for_code();
        }
        self.pull();
        self.keep(count | LAST);
    }
    pub(super) fn object_pattern_end(&mut self) {
        let count = self.pull();
        self.pull();
        self.vm.drop_n((count & 0xff) as usize);
    }
    /// At what is assigned to, or at a name; operand: what it is.
    pub(super) fn target(&mut self) {
        if self.s[st::acc] & TARGET != 0 {
            self.begin_target();
            return;
        }
        if !self.is_name() {
            self.expected(b"a name");
            return;
        }
        let name = self.s[st::val] as u16;
        self.next();
        self.pattern_name(name)
    }
    fn begin_target(&mut self) {
        let here = self.here();
        self.label();
        self.keep(self.s[st::acc]);
        self.keep(here);
    }
    /// Behind the name that the value goes to; operand: what it is.
    fn pattern_name(&mut self, name: u16) {
        self.check_binding(name);
        let kind = self.s[st::acc];
        if kind & TARGET != 0 {
            self.begin_target();
            self.name_out(name);
            self.goto(part!(TargetEnd));
            return;
        }
        self.check_rest(kind);
        let kind = kind & !NO_DEFAULT;
        self.declare(kind, name);
        self.keep(kind);
        self.keep(name as u32);
        self.s[st::acc] = name as u32;
        self.goto(if self.is_p(punct!(b"=")) {
            part!(NameDefault)
        } else {
            part!(BindReturn)
        });
    }
    /// A rest has no default value.
    fn check_rest(&mut self, kind: u32) {
        if self.is_p(punct!(b"=")) && kind & NO_DEFAULT != 0 {
            self.unexpected();
        }
    }
    /// `[kind, start]` behind what is assigned to.
    pub(super) fn target_end(&mut self) {
        let start = self.pull();
        let kind = self.pull();
        self.check_rest(kind);
        let (get, operand) = self.reference();
        self.s[st::depth] -= target_words(get);
        self.cut(start);
        self.keep(operand as u32);
        self.keep(get as u32);
        if self.is_p(punct!(b"=")) {
            self.s[st::acc] = if get == op::GET_NAME { operand } else { n::EMPTY } as u32;
        } else {
            self.goto(part!(TargetStore));
        }
    }
    /// `[code, operand, get]` the value for it is on the stack.
    pub(super) fn target_store(&mut self) {
        let get = self.pull() as u8;
        let operand = self.pull() as u16;
        self.paste();
        self.assign_below(get, operand);
    }
    /// A pattern in a pattern.
    pub(super) fn nested(&mut self) {
        self.begin_target();
    }
    /// `[kind, start]` behind it.
    pub(super) fn nested_end(&mut self) {
        let start = self.pull();
        let kind = self.pull();
        self.check_rest(kind);
        if !self.is_p(punct!(b"=")) {
            self.op(op::POP);
            self.ret();
            return;
        }
        self.s[st::acc] = n::EMPTY as u32;
        self.cut(start)
    }
    fn declare(&mut self, kind: u32, name: u16) {
        match kind {
            VARIABLE => self.declare_var(name),
            PARAMETER => {
                if self.known(name) != 0 {
                    self.error(m!("two parameters with one name"));
                    return;
                }
                let slot = self.new_slot();
                self.add_var(name as u32 | slot << 16)
            }
            _ => self.declare_lexical(name, kind == CONSTANT),
        }
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
