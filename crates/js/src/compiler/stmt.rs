//! Statements.

use super::ahead::Behind;
use super::control::*;
use super::expr::{ASSIGN, COMMA, EXPR, POSTFIX};
use super::pattern::{CONSTANT, LET, TARGET, VARIABLE, target_words};
use super::scope::slot_of;
use super::{Compiler, DESTRUCTURING, NONE, ff};
use crate::compiler::st;
use crate::lexer::{ESCAPED, NL_BEFORE, OCTAL, punct, tok};
use crate::names::n;
use crate::opcode as op;
use crate::value::R;

// States; operands in brackets.

/// Statement states start here.
pub(crate) const FIRST: u32 = 64;
pub(crate) const PROGRAM: u32 = 64;
const PROGRAM_END: u32 = 65;
/// `[end]` statements up to a closing brace (1), the end of a case (2), or the end of the script (0)
pub(super) const LIST: u32 = 66;
/// `[place]`
const STATEMENT: u32 = 67;
const BLOCK_END: u32 = 68;
/// behind an expression that is a statement
const EXPR_END: u32 = 69;
/// `[no_in]` a variable of a `var`
const VAR: u32 = 70;
/// `[no_in, name]` behind its initial value
const VAR_INIT: u32 = 71;
/// `[no_in]` behind one variable
const VAR_NEXT: u32 = 72;
const SEMICOLON: u32 = 73;
const IF_COND: u32 = 74;
/// `[jump]`
const IF_THEN: u32 = 75;
/// `[jump]`
const IF_ELSE: u32 = 76;
/// `[start]` of the condition
const WHILE_COND: u32 = 77;
/// `[body, jump]`
const WHILE_END: u32 = 78;
/// `[body]`
const DO_COND: u32 = 79;
/// `[body]`
const DO_END: u32 = 80;
/// `[start]` behind the first expression of a `for`
const FOR_INIT: u32 = 81;
/// `[jump, start]` behind the condition
const FOR_COND: u32 = 82;
/// `[jump, condition, start]` behind the update
const FOR_UPDATE: u32 = 83;
/// `[jump, condition, body]`
const FOR_END: u32 = 84;
/// behind the object of a `for-in`; below it, the code of the target was cut out
const FOR_IN_OBJECT: u32 = 85;
/// `[next]`
const FOR_IN_END: u32 = 86;
const RETURN_END: u32 = 87;
const THROW_END: u32 = 88;
const SWITCH_HEAD: u32 = 89;
/// between two cases
pub(super) const CASES: u32 = 90;
pub(super) const CASE_TEST: u32 = 91;
const TRY_END: u32 = 92;
pub(super) const CATCH_END: u32 = 93;
pub(super) const FINALLY_END: u32 = 94;
const LABEL_END: u32 = 95;
/// behind the body of any function
const BODY_END: u32 = 96;
/// `[kind, name]` behind the body of a function declaration
const DECLARATION_END: u32 = 97;
/// `[kind]` behind `var`, `let` or `const` of a `for`
const FOR_VAR: u32 = 98;
/// behind the pattern of a `catch`
pub(super) const CATCH_PATTERN: u32 = 100;
/// `[flags, start, first variable]` behind the pattern of a declaration
const VAR_PATTERN: u32 = 101;
/// `[code, flags, first variable]` behind the value for it
const VAR_PATTERN_INIT: u32 = 102;
/// `[kind, start, first variable]` behind the pattern in the head of a `for`
const FOR_PATTERN: u32 = 103;
/// at a bracket in the head of a `for`
const FOR_HEAD: u32 = 104;
/// closes the scope of a loop's or switch's head
const SCOPE_END: u32 = 105;

// Where a statement stands, and so what it may declare.

/// The body of a loop: nothing.
const BODY: u32 = 0;
/// In a list: anything.
const ITEM: u32 = 1;
/// Behind `if (…)` or `else`: a function, in sloppy code.
const BRANCH: u32 = 2;
/// Behind a label in a list: a function, in sloppy code.
const LABELLED: u32 = 3;

/// Flags of a variable declaration: no `in` operator; above it the kind.
const NO_IN: u32 = 1;
/// The first slot of a script's top level.
const VALUE_SLOT: u8 = 2;
const NO_DECLARATION: &str = "a declaration needs a block here";

impl Compiler<'_, '_> {
    pub(crate) fn statement_state(&mut self, state: u32) -> R<Option<u16>> {
        match state {
            PROGRAM => {
                self.next()?;
                if self.counts_value() {
                    self.new_slot()?;
                }
                self.go(PROGRAM_END);
                self.go1(LIST, 0);
                self.directives()?;
            }
            PROGRAM_END => {
                self.s[st::name] = 0;
                if self.counts_value() {
                    self.op8(op::GET_LOC, VALUE_SLOT, 1);
                    self.op(op::RETURN, -1);
                }
                let code = self.finish_code()?;
                self.vm.link_globals(code);
                return Ok(Some(code));
            }
            LIST => {
                let end = self.pull();
                let ended = match end {
                    0 => self.s[st::tok] == tok::EOF,
                    1 => self.is_p(punct!(b"}")),
                    _ => self.is_p(punct!(b"}")) || self.is_word(n::CASE) || self.is_word(n::DEFAULT),
                };
                if !ended {
                    self.go1(LIST, end);
                    self.go1(STATEMENT, ITEM);
                }
            }
            STATEMENT => {
                let place = self.pull();
                self.statement(place)?;
            }
            BLOCK_END => {
                self.expect(punct!(b"}"))?;
                self.close_scope()?;
            }
            SCOPE_END => self.close_scope()?,
            CATCH_PATTERN if DESTRUCTURING => {
                self.op(op::POP, -1);
                self.expect(punct!(b")"))?;
                self.catch_body()?;
            }
            EXPR_END => {
                if self.counts_value() {
                    self.op8(op::PUT_LOC, VALUE_SLOT, -1);
                } else {
                    self.drop_value();
                }
                self.semicolon()?;
            }
            SEMICOLON => self.semicolon()?,
            VAR => self.variable()?,
            VAR_INIT => {
                let name = self.pull() as u16;
                let flags = self.pull();
                self.bind(flags >> 1, name);
                self.go1(VAR_NEXT, flags);
            }
            VAR_PATTERN if DESTRUCTURING => self.variable_pattern()?,
            VAR_PATTERN_INIT if DESTRUCTURING => {
                let first = self.pull();
                let flags = self.pull();
                let to = self.var_count();
                self.mark_lexical(first, to, false);
                self.paste()?;
                self.op(op::POP, -1);
                self.go1(VAR_NEXT, flags);
            }
            VAR_NEXT => {
                let no_in = self.pull();
                if self.is_p(punct!(b",")) {
                    self.next()?;
                    self.go1(VAR, no_in);
                }
            }
            IF_COND => {
                self.expect(punct!(b")"))?;
                let jump = self.jump(op::J_FALSE, NONE, -1);
                self.go1(IF_THEN, jump);
                self.go1(STATEMENT, BRANCH);
            }
            IF_THEN => {
                let jump = self.pull();
                if self.is_word(n::ELSE) {
                    self.next()?;
                    let end = self.jump(op::JMP, NONE, 0);
                    self.patch_here(jump)?;
                    self.go1(IF_ELSE, end);
                    self.go1(STATEMENT, BRANCH);
                } else {
                    self.patch_here(jump)?;
                }
            }
            IF_ELSE => {
                let jump = self.pull();
                self.patch_here(jump)?;
            }
            WHILE_COND => {
                let start = self.pull();
                self.expect(punct!(b")"))?;
                self.s[st::depth] -= 1;
                self.cut(start)?;
                self.label();
                self.go2(WHILE_END, start, start - 3);
                self.go1(STATEMENT, BODY);
            }
            WHILE_END => {
                let jump = self.pull();
                let body = self.pull();
                self.end_loop(Some(jump), body)?;
            }
            DO_COND => {
                if !self.is_word(n::WHILE) {
                    return Err(self.expected(b"while"));
                }
                self.next()?;
                self.expect(punct!(b"("))?;
                let conts = self.field(C_CONTS);
                self.patch_here(conts)?;
                self.go(DO_END);
                self.go1(EXPR, 0);
            }
            DO_END => {
                let body = self.pull();
                self.expect(punct!(b")"))?;
                if self.is_p(punct!(b";")) {
                    self.next()?;
                }
                self.jump_back(op::J_TRUE, body, -1)?;
                self.end_control()?;
            }
            FOR_VAR => self.for_var()?,
            FOR_PATTERN if DESTRUCTURING => self.for_pattern()?,
            FOR_HEAD if DESTRUCTURING => self.for_head()?,
            FOR_INIT => {
                let start = self.pull();
                if self.is_word(n::IN) || self.is_word(n::OF) {
                    return self.for_in(start).map(|()| None);
                }
                if start != NONE {
                    self.drop_value();
                }
                self.for_condition()?;
            }
            FOR_COND => {
                let start = self.pull();
                let jump = self.pull();
                let tested = self.here() != start;
                self.expect(punct!(b";"))?;
                if tested {
                    self.s[st::depth] -= 1;
                    self.cut(start)?;
                }
                self.keep(jump);
                self.keep(u32::from(tested));
                let here = self.here();
                self.go1(FOR_UPDATE, here);
                self.label();
                if !self.is_p(punct!(b")")) {
                    self.go1(EXPR, 0);
                }
            }
            FOR_UPDATE => {
                let start = self.pull();
                let tested = self.pull();
                let jump = self.pull();
                if self.here() != start {
                    self.drop_value();
                }
                self.expect(punct!(b")"))?;
                self.cut(start)?;
                self.label();
                self.keep(jump);
                self.go2(FOR_END, tested, start);
                self.go1(STATEMENT, BODY);
            }
            FOR_END => {
                let body = self.pull();
                let tested = self.pull();
                let jump = self.pull();
                let conts = self.field(C_CONTS);
                self.patch_here(conts)?;
                self.copy_cells();
                self.paste()?;
                self.patch_here(jump)?;
                if tested != 0 {
                    self.paste()?;
                    self.s[st::depth] += 1;
                    self.jump_back(op::J_TRUE, body, -1)?;
                } else {
                    self.jump_back(op::JMP, body, 0)?;
                }
                self.end_control()?;
            }
            FOR_IN_OBJECT => self.for_in_object()?,
            FOR_IN_END => {
                let next = self.pull();
                let conts = self.field(C_CONTS);
                self.patch_to(conts, next)?;
                self.jump_back(op::JMP, next, 0)?;
                let breaks = self.field(C_BREAKS);
                self.patch_here(breaks)?;
                for _ in 0..3 {
                    self.op(op::POP, -1);
                }
                self.close();
            }
            RETURN_END => {
                let depth = self.s[st::depth] - 1;
                self.unwind(0, true);
                self.op(op::RETURN, -1);
                self.s[st::depth] = depth;
                self.semicolon()?;
            }
            THROW_END => {
                self.op(op::THROW, -1);
                self.semicolon()?;
            }
            SWITCH_HEAD => {
                self.expect(punct!(b")"))?;
                self.expect(punct!(b"{"))?;
                self.open_scope();
                self.set_field(C_LABEL, 1);
                // C_LABEL: jump to the next test; C_CONTS: where the default's code is.
                self.open(C_SWITCH, NONE, 1);
                self.chain(op::JMP, C_LABEL, 0);
                self.go(CASES);
            }
            CASES => self.cases()?,
            CASE_TEST => {
                self.expect(punct!(b":"))?;
                let fall = self.pull();
                // Behind J_CASE and the jump to the next test starts the body.
                let hit = self.jump(op::J_CASE, NONE, -1);
                self.set_field(C_LABEL, NONE);
                self.chain(op::JMP, C_LABEL, 0);
                self.patch_here(hit)?;
                self.patch_here(fall)?;
                self.go(CASES);
                self.go1(LIST, 2);
            }
            TRY_END => self.try_end()?,
            CATCH_END => {
                self.expect(punct!(b"}"))?;
                self.close_scope()?;
                self.leave_try();
                self.end_try()?;
            }
            FINALLY_END => {
                self.expect(punct!(b"}"))?;
                self.close_scope()?;
                self.close();
                self.op(op::RET_SUB, -2);
                let end = self.pull();
                self.patch_here(end)?;
            }
            LABEL_END => {
                let breaks = self.field(C_BREAKS);
                self.patch_here(breaks)?;
                self.close();
            }
            BODY_END => {
                if !self.is_p(punct!(b"}")) {
                    return Err(self.expected(b"}"));
                }
                let kid = self.leave_function()?;
                self.s[st::new_kid] = kid as u32;
            }
            DECLARATION_END => {
                let name = self.pull() as u16;
                self.pull();
                self.next()?;
                let kid = self.s[st::new_kid] as u8;
                if self.in_block() {
                    return self.declare_block_function(name, kid).map(|()| None);
                }
                self.check_var(name)?;
                if self.s[st::fn_flags] & ff::SCRIPT == 0 {
                    self.declare_var(name)?;
                }
                self.declare_function(name, kid)?;
            }
            _ => return Err(self.unexpected()),
        }
        Ok(None)
    }

    // ---- functions ----

    /// Behind the opening brace of a function's body.
    pub(crate) fn body(&mut self) -> R<()> {
        self.go(BODY_END);
        self.go1(LIST, 1);
        self.directives()
    }
    /// `"use strict"` and its like.
    fn directives(&mut self) -> R<()> {
        let mut octal = false;
        while self.s[st::tok] == tok::STR {
            let saved = self.s;
            octal |= self.s[st::flags] & OCTAL != 0;
            let strict = self.vm.str_bytes(self.s[st::val] as u16) == b"use strict"
                && self.s[st::flags] & ESCAPED == 0;
            self.next()?;
            let ends = self.is_p(punct!(b";"))
                || self.is_p(punct!(b"}"))
                || self.s[st::tok] == tok::EOF
                || self.s[st::flags] & NL_BEFORE != 0 && !self.continues();
            if !ends {
                self.s = saved;
                return Ok(());
            }
            if strict {
                if self.s[st::fn_flags] & ff::COMPLEX != 0 {
                    return Err(self.error("use strict needs plain parameters"));
                }
                self.s[st::fn_flags] |= ff::STRICT;
                self.check_parameters()?;
            }
            if octal && self.strict() {
                return Err(self.error("octal escape in strict code"));
            }
            if self.is_p(punct!(b";")) {
                self.next()?;
            }
        }
        Ok(())
    }
    /// Whether a token on a new line goes on with the expression before it.
    fn continues(&self) -> bool {
        if self.s[st::tok] == tok::WORD {
            return self.s[st::val] as u16 == n::IN || self.s[st::val] as u16 == n::INSTANCEOF;
        }
        self.s[st::tok] >= tok::PUNCT
            && !self.is_p(punct!(b"{"))
            && !self.is_p(punct!(b"++"))
            && !self.is_p(punct!(b"--"))
            && !self.is_p(punct!(b"!"))
            && !self.is_p(punct!(b"~"))
    }
    /// A name that is about to be bound.
    pub(crate) fn check_binding(&mut self, name: u16) -> R<()> {
        if self.strict() && (name == n::EVAL || name == n::ARGUMENTS || super::expr::strict_reserved(name)) {
            return Err(self.error("name that strict code cannot bind"));
        }
        Ok(())
    }

    // ---- statements ----

    fn statement(&mut self, place: u32) -> R<()> {
        #[cfg(feature = "lines")]
        if !self.is_word(n::FUNCTION) && !self.is_p(punct!(b"{")) && !self.is_p(punct!(b";")) {
            self.note_line();
        }
        match self.s[st::tok] {
            tok::WORD if self.is_word(n::CONST) && place == ITEM => {
                self.next()?;
                self.go(SEMICOLON);
                self.go1(VAR, CONSTANT << 1);
                return Ok(());
            }
            tok::WORD if self.s[st::flags] & ESCAPED == 0 => return self.word_statement(place),
            _ if self.is_p(punct!(b"{")) => {
                self.next()?;
                self.open_scope();
                self.go(BLOCK_END);
                self.go1(LIST, 1);
                return Ok(());
            }
            _ if self.is_p(punct!(b";")) => return self.next(),
            tok::NAME => {
                let name = self.s[st::val] as u16;
                let let_word = self.is_word(n::LET);
                let start = self.s[st::start];
                self.s[st::assign_at] = start;
                self.next()?;
                if let_word && self.starts_binding() {
                    if place == ITEM {
                        self.go(SEMICOLON);
                        self.go1(VAR, LET << 1);
                        return Ok(());
                    }
                    if self.s[st::flags] & NL_BEFORE == 0 || self.is_p(punct!(b"[")) {
                        return Err(self.error(NO_DECLARATION));
                    }
                }
                if self.strict() && super::expr::strict_reserved(name) {
                    return Err(self.error("reserved word of strict code"));
                }
                if self.is_p(punct!(b":")) {
                    return self.labelled(name, start, place);
                }
                self.no_async(name)?;
                self.go(EXPR_END);
                self.resume_expression();
                if self.is_p(punct!(b"=>")) {
                    return self.arrow(start, Some(name));
                }
                self.name_out(name);
                return Ok(());
            }
            _ => {}
        }
        self.go(EXPR_END);
        self.go1(EXPR, 0);
        Ok(())
    }
    fn labelled(&mut self, name: u16, start: u32, place: u32) -> R<()> {
        let mut rec = self.s[st::control];
        while rec != 0 {
            if self.control_kind(rec) == C_LABELLED && self.control_field(rec, C_LABEL) == name as u32 {
                return Err(self.error("label is in use already"));
            }
            rec = self.control_field(rec, C_PREV);
        }
        self.next()?;
        self.open(C_LABELLED | start << C_START, name as u32, 0);
        let body = self.s[st::start];
        self.set_field(C_CONTS, body);
        self.go(LABEL_END);
        self.go1(STATEMENT, if place == ITEM { LABELLED } else { BODY });
        Ok(())
    }
    fn word_statement(&mut self, place: u32) -> R<()> {
        let word = self.s[st::val] as u16;
        match word {
            n::VAR => {
                self.next()?;
                self.go(SEMICOLON);
                self.go1(VAR, 0);
            }
            n::IF => {
                self.next()?;
                self.expect(punct!(b"("))?;
                self.go(IF_COND);
                self.go1(EXPR, 0);
            }
            n::WHILE => {
                let start = self.s[st::start];
                self.next()?;
                self.expect(punct!(b"("))?;
                self.open(C_LOOP | start << C_START, 0, 0);
                self.jump(op::JMP, NONE, 0);
                self.label();
                let here = self.here();
                self.go1(WHILE_COND, here);
                self.go1(EXPR, 0);
            }
            n::DO => {
                let start = self.s[st::start];
                self.next()?;
                self.open(C_LOOP | start << C_START, 0, 0);
                self.label();
                let here = self.here();
                self.keep(here);
                self.go(DO_COND);
                self.go1(STATEMENT, BODY);
            }
            n::FOR => self.for_statement()?,
            n::CONTINUE | n::BREAK => {
                self.next()?;
                self.jump_out(word == n::CONTINUE)?;
                self.semicolon()?;
            }
            n::RETURN => {
                if self.s[st::fn_flags] & ff::SCRIPT != 0 {
                    return Err(self.error("return outside of a function"));
                }
                self.next()?;
                if self.statement_may_end() {
                    let depth = self.s[st::depth];
                    self.op(op::UNDEF, 1);
                    self.unwind(0, true);
                    self.op(op::RETURN, -1);
                    self.s[st::depth] = depth;
                    return self.semicolon();
                }
                self.go(RETURN_END);
                self.go1(EXPR, 0);
            }
            n::THROW => {
                self.next()?;
                if self.s[st::flags] & NL_BEFORE != 0 {
                    return Err(self.error("the value of throw must stand on its line"));
                }
                self.go(THROW_END);
                self.go1(EXPR, 0);
            }
            n::SWITCH => {
                self.next()?;
                self.expect(punct!(b"("))?;
                self.go(SWITCH_HEAD);
                self.go1(EXPR, 0);
            }
            n::TRY => {
                self.next()?;
                self.open(C_TRY, NONE, 3);
                self.chain(op::TRY, C_CONTS, 3);
                self.expect(punct!(b"{"))?;
                self.open_scope();
                self.go(TRY_END);
                self.go1(LIST, 1);
            }
            n::FUNCTION => {
                if place == BODY || place != ITEM && self.strict() {
                    return Err(self.error(NO_DECLARATION));
                }
                self.next()?;
                self.no_generator()?;
                if self.s[st::tok] != tok::NAME {
                    return Err(self.expected(b"a name"));
                }
                let name = self.s[st::val] as u16;
                self.check_binding(name)?;
                self.next()?;
                self.keep(0);
                self.function(DECLARATION_END, name, 0)?;
            }
            n::DEBUGGER => {
                self.next()?;
                self.semicolon()?;
            }
            n::CLASS | n::IMPORT | n::EXPORT | n::WITH | n::CONST | n::ENUM => return Err(self.unexpected()),
            _ => {
                self.go(EXPR_END);
                self.go1(EXPR, 0);
            }
        }
        Ok(())
    }
    /// Whether `let` in front of this token declares something.
    fn starts_binding(&self) -> bool {
        self.s[st::tok] == tok::NAME || self.is_p(punct!(b"[")) || self.is_p(punct!(b"{"))
    }
    fn variable(&mut self) -> R<()> {
        let flags = self.pull();
        let kind = flags >> 1;
        if self.at_pattern() {
            self.keep(flags);
            return self.declaration_pattern(VAR_PATTERN, kind);
        }
        let name = self.declared_name(kind)?;
        if self.is_p(punct!(b"=")) {
            self.next()?;
            self.hint(name);
            self.go2(VAR_INIT, flags, name as u32);
            self.go1(ASSIGN, flags & NO_IN);
            return Ok(());
        }
        if kind == CONSTANT {
            return Err(self.error("a constant needs a value"));
        }
        if kind == LET {
            self.op(op::UNDEF, 1);
            self.init_lexical(name);
        }
        self.go1(VAR_NEXT, flags);
        Ok(())
    }
    /// Declares the name at the current token.
    fn declared_name(&mut self, kind: u32) -> R<u16> {
        if self.s[st::tok] != tok::NAME {
            return Err(self.expected(b"a name"));
        }
        let name = self.s[st::val] as u16;
        self.check_binding(name)?;
        self.next()?;
        if kind == VARIABLE {
            self.declare_var(name)?;
        } else {
            self.declare_lexical(name, kind == CONSTANT)?;
        }
        Ok(name)
    }
    /// The pattern of a declaration, whose value comes behind it.
    fn declaration_pattern(&mut self, end: u32, kind: u32) -> R<()> {
        let (here, first) = (self.here(), self.var_count());
        self.label();
        self.shift_depth(1);
        self.keep(here);
        self.go1(end, first);
        self.pattern(kind)
    }
    fn variable_pattern(&mut self) -> R<()> {
        let first = self.pull();
        let start = self.pull();
        let flags = self.pull();
        self.s[st::depth] -= 1;
        self.cut(start)?;
        let to = self.var_count();
        self.mark_lexical(first, to, true);
        self.expect(punct!(b"="))?;
        self.keep(flags);
        self.go1(VAR_PATTERN_INIT, first);
        self.go1(ASSIGN, flags & NO_IN);
        Ok(())
    }
    /// Stores the value on top in a variable.
    pub(super) fn put_variable(&mut self, name: u16) {
        match self.find_var(name, self.s[st::vars]) {
            Some(i) => {
                let slot = slot_of(self.var(i));
                self.op8(op::PUT_LOC, slot, -1);
            }
            None => self.op_name(op::PUT_NAME, name, -1),
        }
    }

    // ---- loops ----

    /// The end of a loop whose condition was cut out: `jump` goes to the condition.
    fn end_loop(&mut self, jump: Option<u32>, body: u32) -> R<()> {
        let conts = self.field(C_CONTS);
        self.patch_here(conts)?;
        if let Some(jump) = jump {
            self.patch_here(jump)?;
        }
        self.paste()?;
        self.s[st::depth] += 1;
        self.jump_back(op::J_TRUE, body, -1)?;
        self.end_control()
    }
    fn end_control(&mut self) -> R<()> {
        let breaks = self.field(C_BREAKS);
        self.patch_here(breaks)?;
        self.close();
        Ok(())
    }
    fn for_statement(&mut self) -> R<()> {
        let start = self.s[st::start];
        self.next()?;
        self.expect(punct!(b"("))?;
        self.open_scope();
        self.go(SCOPE_END);
        // The scope is closed behind the loop: its record must lie below the loop's, the state above it.
        self.open(C_LOOP | start << C_START, 0, 0);
        if self.is_p(punct!(b";")) {
            return self.for_condition();
        }
        let mut kind = None;
        if self.is_word(n::VAR) {
            kind = Some(VARIABLE);
        } else if self.is_word(n::CONST) {
            kind = Some(CONSTANT);
        }
        if kind.is_some() {
            self.next()?;
        } else if self.is_word(n::LET) {
            let saved = self.s;
            self.next()?;
            if self.starts_binding() {
                kind = Some(LET);
            } else {
                self.s = saved;
            }
        }
        if let Some(kind) = kind {
            self.go1(FOR_VAR, kind);
            return Ok(());
        }
        if self.at_pattern() {
            self.go(FOR_HEAD);
            return Ok(());
        }
        self.for_expression();
        Ok(())
    }
    fn for_expression(&mut self) {
        let here = self.here();
        self.label();
        self.go1(FOR_INIT, here);
        self.go1(EXPR, 1);
    }
    /// `for ([` or `for ({`: a pattern if `of` or `in` stands behind it.
    fn for_head(&mut self) -> R<()> {
        match self.ahead(FOR_HEAD)? {
            None => Ok(()),
            Some(Some(Behind::Loop)) => {
                self.go1(FOR_INIT, NONE);
                self.keep(VARIABLE);
                self.declaration_pattern(FOR_PATTERN, TARGET)
            }
            Some(_) => {
                self.for_expression();
                Ok(())
            }
        }
    }
    /// Behind `for (var`, `for (let` or `for (const`.
    fn for_var(&mut self) -> R<()> {
        let kind = self.pull();
        if self.at_pattern() {
            self.go1(FOR_INIT, NONE);
            self.keep(kind);
            return self.declaration_pattern(FOR_PATTERN, kind);
        }
        let name = self.declared_name(kind)?;
        if self.is_word(n::IN) || self.is_word(n::OF) {
            let here = self.here();
            self.label();
            if kind == VARIABLE {
                self.name_out(name);
                return self.for_in(here);
            }
            self.cut(here)?;
            let slot = self
                .find_var(name, self.s[st::vars])
                .map_or(0, |i| slot_of(self.var(i)));
            return self.for_each(op::INIT_LOC, slot as u16);
        }
        self.go1(FOR_INIT, NONE);
        if self.is_p(punct!(b"=")) {
            self.next()?;
            self.hint(name);
            self.go2(VAR_INIT, kind << 1 | NO_IN, name as u32);
            self.go1(ASSIGN, NO_IN);
            return Ok(());
        }
        if kind == CONSTANT {
            return Err(self.error("a constant needs a value"));
        }
        if kind == LET {
            self.op(op::UNDEF, 1);
            self.init_lexical(name);
        }
        self.go1(VAR_NEXT, kind << 1 | NO_IN);
        Ok(())
    }
    fn for_pattern(&mut self) -> R<()> {
        let first = self.pull();
        let start = self.pull();
        let kind = self.pull();
        self.s[st::depth] -= 1;
        let each = self.is_word(n::IN) || self.is_word(n::OF);
        if each {
            // No `for (;;)` after all.
            self.pull();
            self.pull();
        }
        self.cut(start)?;
        if each {
            return self.for_each(op::POP, 0);
        }
        self.expect(punct!(b"="))?;
        // As a declaration: the states behind it lie below the code that was cut out.
        let to = self.var_count();
        self.mark_lexical(first, to, true);
        self.keep(kind << 1 | NO_IN);
        self.go1(VAR_PATTERN_INIT, first);
        self.go1(ASSIGN, NO_IN);
        Ok(())
    }
    fn for_condition(&mut self) -> R<()> {
        self.expect(punct!(b";"))?;
        let jump = self.jump(op::JMP, NONE, 0);
        self.label();
        let here = self.here();
        self.go2(FOR_COND, jump, here);
        if !self.is_p(punct!(b";")) {
            self.go1(EXPR, 0);
        }
        Ok(())
    }
    /// At `in` or `of`: the code of the target, from `start` on, is cut out, to run behind each key.
    fn for_in(&mut self, start: u32) -> R<()> {
        if start == NONE || self.s[st::lvalue] == NONE {
            return Err(self.error("this cannot be assigned to"));
        }
        let (get, operand) = self.reference()?;
        self.s[st::depth] -= target_words(get);
        self.cut(start)?;
        self.for_each(get, operand)
    }
    /// At `in` or `of`, when the code of the target was cut out.
    fn for_each(&mut self, get: u8, operand: u16) -> R<()> {
        let of = self.is_word(n::OF);
        self.mark_scope(true);
        // The code of the target was compiled without the words of the loop on the stack.
        self.s[st::max_depth] += 3;
        self.next()?;
        self.keep(operand as u32);
        self.keep(get as u32);
        self.go1(FOR_IN_OBJECT, u32::from(of));
        self.go1(if of { ASSIGN } else { EXPR }, 0);
        Ok(())
    }
    fn for_in_object(&mut self) -> R<()> {
        let of = self.pull();
        let get = self.pull() as u8;
        let operand = self.pull() as u16;
        self.expect(punct!(b")"))?;
        self.mark_scope(false);
        self.op(if of != 0 { op::FOR_OF } else { op::FOR_IN }, 2);
        self.label();
        let next = self.here();
        // The target's code is still on the stack: paste it behind the jump, then use the record below.
        let end = self.jump(op::FOR_IN_NEXT, NONE, 1);
        self.paste()?;
        self.assign_below(get, operand);
        self.label();
        self.set_field(C_WORDS, 3);
        self.set_field(C_BREAKS, end);
        self.go1(FOR_IN_END, next);
        self.go1(STATEMENT, BODY);
        Ok(())
    }

    /// The rest of an expression whose first name was read by the statement.
    fn resume_expression(&mut self) {
        self.go1(COMMA, 0);
        self.expression_behind_name();
        self.go1(POSTFIX, 0);
    }
}
