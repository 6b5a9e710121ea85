//! Statements: what their rules do.

use super::control::*;
use super::grammar::part;
use super::pattern::{CONSTANT, LET, VARIABLE, target_words};
use super::scope::slot_of;
use super::{Compiler, NONE, ff};
use crate::compiler::st;
use crate::lexer::{ESCAPED, NL_BEFORE, OCTAL, punct, tok, word};
use crate::message::{Message, m};
use crate::names::n;
use crate::opcode as op;

// Where a statement stands, and so what it may declare.

/// The body of a loop: nothing.
pub(super) const BODY: u32 = 0;
/// In a list: anything.
pub(super) const ITEM: u32 = 1;
/// Behind `if (…)` or `else`: a function, in sloppy code.
pub(super) const BRANCH: u32 = 2;
/// Behind a label in a list: a function, in sloppy code.
const LABELLED: u32 = 3;

/// Flags of a variable declaration: no `in` operator; above it the kind.
pub(super) const NO_IN: u32 = 1;
/// The first slot of a script's top level.
const VALUE_SLOT: u8 = 2;
const NO_DECLARATION: Message = m!("a declaration needs a block here");

impl Compiler<'_, '_> {
    #[cfg(feature = "eval")]
    pub(super) fn value_slot(&mut self) {
        if self.counts_value() {
            self.new_slot();
        }
    }
    #[inline(never)]
    pub(super) fn end_program(&mut self) {
        self.s[st::name] = 0;
        if self.counts_value() {
            self.op8(op::GET_LOC, VALUE_SLOT);
            self.op(op::RETURN);
        }
        let code = self.finish_code();
        self.link_globals(code);
        self.s[st::acc] = code as u32;
        self.goto(NONE);
    }
    #[cfg(feature = "lines")]
    pub(super) fn line(&mut self) {
        if !self.is_p(word(n::FUNCTION)) && !self.is_p(punct!(b"{")) && !self.is_p(punct!(b";")) {
            self.note_line();
        }
    }
    /// Behind an expression that is a statement.
    pub(super) fn expression_value(&mut self) {
        if self.counts_value() {
            self.op8(op::PUT_LOC, VALUE_SLOT);
        } else {
            self.drop_value();
        }
    }
    /// `"use strict"` and its like.
    #[inline(never)]
    pub(super) fn directives(&mut self) {
        let mut octal = false;
        while self.s[st::tok] == tok::STR {
            octal |= self.s[st::flags] & OCTAL != 0;
            let strict = self.vm.str_bytes(self.s[st::val] as u16) == b"use strict"
                && self.s[st::flags] & ESCAPED == 0;
            self.hold();
            self.next();
            if !self.statement_may_end() || self.continues() {
                self.back();
                return;
            }
            self.vm.drop_n(super::HELD_WORDS);
            if strict {
                if self.s[st::fn_flags] & ff::COMPLEX != 0 {
                    self.error(m!("use strict needs plain parameters"));
                    return;
                }
                self.s[st::fn_flags] |= ff::STRICT;
                // Strict code was announced behind the parameters.
                self.check_parameters();
                if self.s[st::fn_flags] & (ff::METHOD | ff::SCRIPT) == 0 {
                    self.check_binding(self.s[st::name] as u16);
                }
            }
            if octal && self.strict() {
                self.error(m!("octal escape in strict code"));
                return;
            }
            if self.is_p(punct!(b";")) {
                self.next();
            }
        }
    }
    /// Whether a token on a new line goes on with the expression before it.
    fn continues(&self) -> bool {
        const NOT: [u8; 7] = [
            punct!(b"{") as u8,
            punct!(b"}") as u8,
            punct!(b";") as u8,
            punct!(b"++") as u8,
            punct!(b"--") as u8,
            punct!(b"!") as u8,
            punct!(b"~") as u8,
        ];
        let token = self.s[st::tok];
        token == word(n::IN)
            || token == word(n::INSTANCEOF)
            || (tok::PUNCT..tok::KEY).contains(&token) && !NOT.contains(&(token as u8))
    }
    /// A name that is about to be bound.
    pub(crate) fn check_binding(&mut self, name: u16) {
        if self.strict() && (name == n::EVAL || name == n::ARGUMENTS || super::expr::strict_reserved(name)) {
            self.error(m!("name that strict code cannot bind"));
        }
    }
    /// The name at the current token, which is about to be bound.
    pub(super) fn binding_name(&mut self) -> u16 {
        if !self.is_name() {
            self.expected(b"a name");
        }
        let name = self.s[st::val] as u16;
        self.check_binding(name);
        self.next();
        name
    }

    // ---- statements that start with a name ----

    #[inline(never)]
    pub(super) fn name_statement(&mut self) {
        let name = self.s[st::val] as u16;
        let let_word = self.is_p(word(n::LET));
        let start = self.s[st::start];
        let place = self.s[st::acc];
        self.hold();
        self.next();
        if let_word && self.starts_binding() {
            if place == ITEM {
                self.s[st::acc] = LET << 1;
                self.vm.drop_n(super::HELD_WORDS);
                self.goto(part!(Declaration));
                return;
            }
            if self.s[st::flags] & NL_BEFORE == 0 || self.is_p(punct!(b"[")) {
                self.error(NO_DECLARATION);
                return;
            }
        }
        self.check_name(name);
        if self.is_p(punct!(b":")) {
            self.vm.drop_n(super::HELD_WORDS);
            return self.labelled(name, start, place);
        }
        self.back();
    }
    /// A name that is used: strict code has more reserved words.
    pub(super) fn check_name(&mut self, name: u16) {
        if self.strict() && super::expr::strict_reserved(name) {
            self.error(m!("reserved word of strict code"));
        }
    }
    fn labelled(&mut self, name: u16, start: u32, place: u32) {
        let mut rec = self.s[st::control];
        while rec != 0 {
            if self.control_kind(rec) == C_LABELLED && self.control_field(rec, C_LABEL) == name as u32 {
                self.error(m!("label is in use already"));
                return;
            }
            rec = self.control_field(rec, C_PREV);
        }
        self.next();
        self.open(C_LABELLED | start << C_START, name as u32, 0);
        let body = self.s[st::start];
        self.set_field(C_CONTS, body);
        self.s[st::acc] = if place == ITEM { LABELLED } else { BODY };
        self.goto(part!(Labelled));
    }
    /// Whether `let` in front of this token declares something.
    pub(super) fn starts_binding(&self) -> bool {
        self.is_name() || self.is_p(punct!(b"[")) || self.is_p(punct!(b"{"))
    }

    // ---- statements that start with a word ----

    pub(super) fn need_item(&mut self) {
        if self.s[st::acc] != ITEM {
            self.unexpected();
        }
    }
    pub(super) fn check_return(&mut self) {
        if self.s[st::fn_flags] & ff::SCRIPT != 0 {
            self.error(m!("return outside of a function"));
            return;
        }
        self.next()
    }
    pub(super) fn return_value(&mut self) {
        let depth = self.s[st::depth] - 1;
        self.unwind(0, true);
        self.op(op::RETURN);
        self.s[st::depth] = depth;
    }
    pub(super) fn check_function(&mut self) {
        let place = self.s[st::acc];
        if place == BODY || place != ITEM && self.strict() {
            self.error(NO_DECLARATION);
        }
    }
    /// Behind the body of a function declaration.
    #[inline(never)]
    pub(super) fn declare_function_statement(&mut self) {
        let name = self.pull() as u16;
        let kid = self.s[st::acc] as u8;
        self.next();
        if self.in_block() {
            return self.declare_block_function(name, kid);
        }
        self.check_var(name);
        if self.s[st::fn_flags] & ff::SCRIPT == 0 {
            self.declare_var(name);
        }
        self.declare_function(name, kid)
    }

    // ---- declarations ----

    /// Declares the name at the current token, of the kind in the flags on top of the stack.
    #[inline(never)]
    pub(super) fn declared_name(&mut self) {
        let kind = self.seen(0) >> 1;
        let name = self.binding_name();
        self.keep(name as u32);
        if kind == VARIABLE {
            self.declare_var(name)
        } else {
            self.declare_lexical(name, kind == CONSTANT)
        }
    }
    /// `[flags, name]` a declaration without a value.
    #[inline(never)]
    pub(super) fn no_initializer(&mut self) {
        let name = self.pull() as u16;
        let kind = self.seen(0) >> 1;
        if kind == CONSTANT {
            self.error(m!("a constant needs a value"));
            return;
        }
        if kind == LET {
            self.op(op::UNDEF);
            self.init_lexical(name);
        }
    }
    /// Stores the value on top in a variable.
    pub(super) fn put_variable(&mut self, name: u16) {
        let var = self.known(name);
        self.put(name, var);
    }
    /// The same, where the variable was looked for: 0 if the function has none of this name.
    pub(super) fn put(&mut self, name: u16, var: u32) {
        if var == 0 {
            self.op_name(op::PUT_NAME, name);
        } else {
            self.op_slot(op::PUT_LOC, var);
        }
    }

    // ---- loops ----

    /// At the word that starts a loop.
    pub(super) fn begin_loop(&mut self) {
        let start = self.s[st::start];
        self.open(C_LOOP | start << C_START, 0, 0);
        self.next()
    }
    /// The condition comes back, and the jump to the body.
    fn loop_back(&mut self, body: u32, tested: bool) {
        let mut code = op::JMP;
        if tested {
            self.paste();
            self.s[st::depth] += 1;
            code = op::J_TRUE;
        }
        self.jump_back(code, body);
        self.end_control()
    }
    pub(super) fn end_control(&mut self) {
        self.patch_field(C_BREAKS);
        self.close();
    }
    /// `for (let`: a declaration, or an expression with a variable of this name.
    #[inline(never)]
    pub(super) fn for_let(&mut self) {
        self.hold();
        self.next();
        if self.starts_binding() {
            self.vm.drop_n(super::HELD_WORDS);
            self.s[st::acc] = LET << 1 | NO_IN;
            self.goto(part!(ForDeclaration));
        } else {
            self.back();
        }
    }
    /// `[jump, start]` behind the condition, which is cut out.
    #[inline(never)]
    pub(super) fn for_test(&mut self) {
        let start = self.pull();
        let jump = self.pull();
        let tested = self.here() != start;
        if tested {
            self.s[st::depth] -= 1;
            self.cut(start);
        }
        self.keep(jump);
        self.keep(u32::from(tested));
        let here = self.here();
        self.keep(here);
        self.label();
    }
    /// `[condition, jump, tested, start]` behind the update, if there is one.
    pub(super) fn for_drop(&mut self) {
        if self.here() != self.seen(0) {
            self.drop_value();
        }
    }
    /// `[condition, jump, tested, start]` behind the update, which is cut out.
    #[inline(never)]
    pub(super) fn for_update(&mut self) {
        let start = self.pull();
        let tested = self.pull();
        let jump = self.pull();
        self.cut(start);
        self.label();
        self.keep(jump);
        self.keep(tested);
        self.keep(start);
    }
    /// `[condition, update, jump, tested, body]`
    #[inline(never)]
    pub(super) fn for_end(&mut self) {
        let body = self.pull();
        let tested = self.pull();
        let jump = self.pull();
        self.patch_field(C_CONTS);
        self.copy_cells();
        self.paste();
        self.patch_here(jump);
        self.loop_back(body, tested != 0)
    }
    /// `[ForDeclared, flags, name]` at `in` or `of`.
    #[inline(never)]
    pub(super) fn for_var_in(&mut self) {
        let name = self.pull() as u16;
        let kind = self.pull() >> 1;
        self.pull();
        let here = self.here();
        self.label();
        if kind == VARIABLE {
            self.name_out(name);
            return self.for_in(here);
        }
        self.cut(here);
        let slot = slot_of(self.known(name));
        self.for_each(op::INIT_LOC, slot as u16)
    }
    /// At `in` or `of`: the code of the target, from `start` on, is cut out, to run behind each key.
    pub(super) fn for_in(&mut self, start: u32) {
        let (get, operand) = self.reference();
        self.s[st::depth] -= target_words(get);
        self.cut(start);
        self.for_each(get, operand)
    }
    /// At `in` or `of`, when the code of the target was cut out.
    pub(super) fn for_each(&mut self, get: u8, operand: u16) {
        let of = self.is_p(word(n::OF));
        self.mark_scope(true);
        // The code of the target was compiled without the words of the loop on the stack.
        self.s[st::max_depth] += 3;
        self.next();
        self.keep(operand as u32);
        self.keep(get as u32);
        self.keep(u32::from(of));
        self.goto(part!(ForObject));
        self.follow(if of { part!(AssignPlain) } else { part!(Expression) });
    }
    /// `[code of the target, operand, get, of]` behind the object.
    #[inline(never)]
    pub(super) fn for_object(&mut self) {
        let of = self.pull();
        let get = self.pull() as u8;
        let operand = self.pull() as u16;
        self.expect(punct!(b")"));
        self.mark_scope(false);
        self.op(if of != 0 { op::FOR_OF } else { op::FOR_IN });
        self.label();
        let next = self.here();
        // The target's code is still on the stack: paste it behind the jump, then use the record below.
        let end = self.jump(op::FOR_IN_NEXT, NONE);
        self.paste();
        self.assign_below(get, operand);
        self.label();
        self.set_field(C_WORDS, 3);
        self.set_field(C_BREAKS, end);
        self.keep(next);
    }
    /// `[next]` behind the body.
    pub(super) fn for_in_round(&mut self) {
        let next = self.seen(0);
        let conts = self.field(C_CONTS);
        self.patch_to(conts, next);
    }
}
