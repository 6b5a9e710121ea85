//! Control records: what `break`, `continue` and `return` go through, `switch`, and exceptions.

use super::expr::EXPR;
use super::pattern::LET;
use super::stmt::{CASE_TEST, CASES, CATCH_END, CATCH_PATTERN, FINALLY_END, LIST};
use super::{Compiler, NONE};
use crate::compiler::st;
use crate::heap::reg;
use crate::lexer::{NL_BEFORE, punct, tok};
use crate::names::n;
use crate::opcode as op;
use crate::value::{R, Value};

// A control record: six words on the stack, linked to the next outer one.

/// Below: the kind. From bit [`C_START`] on: where the statement starts in the text.
pub(super) const C_KIND: u32 = 0;
pub(super) const C_START: u32 = 4;
/// The label's name; of a switch, the jump to the next test; of a try, the jumps to its end.
pub(super) const C_LABEL: u32 = 1;
/// Jumps of `break`; of a try, calls of `finally`; of a scope, its first variable.
pub(super) const C_BREAKS: u32 = 2;
/// Jumps of `continue`; of a label, where its statement starts; of a switch, where the default is; of a try, its handler; of a scope, its first code.
pub(super) const C_CONTS: u32 = 3;
/// Words that it keeps on the operand stack; of a scope, its first inner function.
pub(super) const C_WORDS: u32 = 4;
pub(super) const C_PREV: u32 = 5;

pub(super) const C_LOOP: u32 = 1;
pub(super) const C_SWITCH: u32 = 2;
pub(super) const C_LABELLED: u32 = 3;
pub(super) const C_TRY: u32 = 4;
pub(super) const C_FINALLY: u32 = 5;
pub(super) const C_SCOPE: u32 = 6;

impl Compiler<'_, '_> {
    pub(crate) fn control_field(&self, rec: u32, field: u32) -> u32 {
        self.vm.v((rec + field) as usize).as_int() as u32
    }
    pub(super) fn control_kind(&self, rec: u32) -> u32 {
        self.control_field(rec, C_KIND) & ((1 << C_START) - 1)
    }
    /// Where the statement of a loop's or label's record starts in the text.
    pub(super) fn control_start(&self, rec: u32) -> u32 {
        self.control_field(rec, C_KIND) >> C_START
    }
    pub(crate) fn set_control_field(&mut self, rec: u32, field: u32, v: u32) {
        self.vm.set_v((rec + field) as usize, Value::int(v as i32));
    }
    pub(super) fn field(&self, field: u32) -> u32 {
        self.control_field(self.s[st::control], field)
    }
    pub(super) fn set_field(&mut self, field: u32, v: u32) {
        self.set_control_field(self.s[st::control], field, v);
    }
    pub(super) fn open(&mut self, kind: u32, label: u32, words: u32) {
        let prev = self.s[st::control];
        for w in [prev, words, NONE, NONE, label, kind] {
            self.keep(w);
        }
        self.s[st::control] = self.vm.r[reg::sp];
    }
    /// Closes the innermost record, which is on top of the stack.
    pub(super) fn close(&mut self) {
        self.s[st::control] = self.field(C_PREV);
        self.vm.drop_n(6);
    }
    pub(super) fn open_scope(&mut self) {
        let (vars, here, kids) = (self.var_count(), self.here(), self.s[st::kids]);
        self.open(C_SCOPE, 0, kids);
        self.set_field(C_BREAKS, vars);
        self.set_field(C_CONTS, here);
    }
    pub(super) fn close_scope(&mut self) -> R<()> {
        let (vars, start, kids) = (self.field(C_BREAKS), self.field(C_CONTS), self.field(C_WORDS));
        let switch = self.field(C_LABEL) != 0;
        self.close_block(start, vars, kids, switch)?;
        self.close();
        Ok(())
    }
    /// Adds a jump to a chain of the innermost record.
    pub(super) fn chain(&mut self, code: u8, field: u32, effect: i32) {
        let pos = self.jump(code, self.field(field), effect);
        self.set_field(field, pos);
    }

    // ---- leaving ----

    /// Emits what has to happen before control leaves all records inside of `to` (0: the function).
    pub(super) fn unwind(&mut self, to: u32, value: bool) {
        let mut rec = self.s[st::control];
        while rec != to && rec != 0 {
            match self.control_kind(rec) {
                C_TRY => {
                    self.op(if value { op::NIP_TRY } else { op::END_TRY }, -3);
                    if !value {
                        self.op(op::UNDEF, 1);
                    }
                    let calls = self.control_field(rec, C_BREAKS);
                    let call = self.jump(op::GOSUB, calls, 0);
                    self.set_control_field(rec, C_BREAKS, call);
                    if !value {
                        self.op(op::POP, -1);
                    }
                }
                C_SCOPE => {}
                _ => {
                    for _ in 0..self.control_field(rec, C_WORDS) {
                        self.op(if value { op::NIP } else { op::POP }, -1);
                    }
                }
            }
            rec = self.control_field(rec, C_PREV);
        }
    }
    pub(super) fn jump_out(&mut self, is_continue: bool) -> R<()> {
        let label = if self.s[st::tok] == tok::NAME && self.s[st::flags] & NL_BEFORE == 0 {
            self.s[st::val]
        } else {
            0
        };
        let mut rec = self.s[st::control];
        // The innermost loop seen, and where its statement starts, labels of its own included.
        let (mut inner_loop, mut start) = (0, 0);
        loop {
            if rec == 0 {
                return Err(self.error(match (is_continue, label) {
                    (true, 0) => "continue outside of a loop",
                    (false, 0) => "break outside of a loop or switch",
                    _ => "no such label around",
                }));
            }
            let kind = self.control_kind(rec);
            if label == 0 {
                if kind == C_LOOP || kind == C_SWITCH && !is_continue {
                    break;
                }
            } else if kind == C_LABELLED {
                if self.control_field(rec, C_CONTS) == start {
                    start = self.control_start(rec);
                } else {
                    inner_loop = 0;
                }
                if self.control_field(rec, C_LABEL) == label {
                    if is_continue {
                        if inner_loop == 0 {
                            return Err(self.error("continue needs the label of a loop"));
                        }
                        rec = inner_loop;
                    }
                    break;
                }
            } else if kind != C_SCOPE {
                inner_loop = if kind == C_LOOP { rec } else { 0 };
                start = self.control_start(rec);
            }
            rec = self.control_field(rec, C_PREV);
        }
        if label != 0 {
            self.next()?;
        }
        let depth = self.s[st::depth];
        self.unwind(rec, false);
        let field = if is_continue { C_CONTS } else { C_BREAKS };
        let chain = self.control_field(rec, field);
        let pos = self.jump(op::JMP, chain, 0);
        self.set_control_field(rec, field, pos);
        self.s[st::depth] = depth;
        Ok(())
    }

    // ---- switch ----

    pub(super) fn cases(&mut self) -> R<()> {
        if self.is_p(punct!(b"}")) {
            self.next()?;
            let over = self.jump(op::JMP, NONE, 0);
            let pending = self.field(C_LABEL);
            self.patch_here(pending)?;
            let default = self.field(C_CONTS);
            if default != NONE {
                self.jump_back(op::JMP, default, 0)?;
            }
            self.patch_here(over)?;
            let breaks = self.field(C_BREAKS);
            self.patch_here(breaks)?;
            self.op(op::POP, -1);
            self.close();
            return self.close_scope();
        }
        if self.is_word(n::DEFAULT) {
            self.next()?;
            self.expect(punct!(b":"))?;
            if self.field(C_CONTS) != NONE {
                return Err(self.error("two defaults in one switch"));
            }
            self.label();
            // The first test jumps over the bodies before it: what falls in here comes from the case above.
            let here = self.here();
            self.set_field(C_CONTS, here);
            self.go(CASES);
            self.go1(LIST, 2);
            return Ok(());
        }
        if !self.is_word(n::CASE) {
            return Err(self.expected(b"case"));
        }
        self.next()?;
        let fall = self.jump(op::JMP, NONE, 0);
        let pending = self.field(C_LABEL);
        self.patch_here(pending)?;
        self.go1(CASE_TEST, fall);
        self.go1(EXPR, 0);
        Ok(())
    }

    // ---- exceptions ----

    /// At the end of a try or catch block: the handler goes, `finally` is called, and the end is near.
    pub(super) fn leave_try(&mut self) {
        self.op(op::END_TRY, -3);
        self.op(op::UNDEF, 1);
        self.chain(op::GOSUB, C_BREAKS, 0);
        self.op(op::POP, -1);
        self.chain(op::JMP, C_LABEL, 0);
    }
    pub(super) fn try_end(&mut self) -> R<()> {
        self.expect(punct!(b"}"))?;
        self.close_scope()?;
        self.leave_try();
        let handler = self.field(C_CONTS);
        self.patch_here(handler)?;
        self.set_field(C_CONTS, NONE);
        self.shift_depth(1);
        if self.is_word(n::CATCH) {
            self.next()?;
            self.open_scope();
            if !self.is_p(punct!(b"(")) {
                self.op(op::POP, -1);
                return self.catch_body();
            }
            self.next()?;
            if self.at_pattern() {
                self.go(CATCH_PATTERN);
                return self.pattern(LET);
            }
            if self.s[st::tok] != tok::NAME {
                return Err(self.expected(b"a name"));
            }
            let name = self.s[st::val] as u16;
            self.check_binding(name)?;
            self.next()?;
            let slot = self.declare_block_var(name)?;
            self.op8(op::INIT_LOC, slot, -1);
            self.expect(punct!(b")"))?;
            return self.catch_body();
        }
        if !self.is_word(n::FINALLY) {
            return Err(self.error("catch or finally expected"));
        }
        self.finish_try()
    }
    pub(super) fn catch_body(&mut self) -> R<()> {
        self.expect(punct!(b"{"))?;
        let outer = self.field(C_PREV);
        let jump = self.jump(op::TRY, NONE, 3);
        self.set_control_field(outer, C_CONTS, jump);
        self.go(CATCH_END);
        self.go1(LIST, 1);
        Ok(())
    }
    /// Behind the catch block.
    pub(super) fn end_try(&mut self) -> R<()> {
        let handler = self.field(C_CONTS);
        self.patch_here(handler)?;
        self.shift_depth(1);
        self.finish_try()
    }
    /// What no handler caught passes `finally`, and goes on.
    pub(super) fn finish_try(&mut self) -> R<()> {
        self.chain(op::GOSUB, C_BREAKS, 0);
        self.op(op::THROW, -1);
        let (calls, end) = (self.field(C_BREAKS), self.field(C_LABEL));
        self.close();
        self.patch_here(calls)?;
        self.shift_depth(2);
        if self.is_word(n::FINALLY) {
            self.next()?;
            self.expect(punct!(b"{"))?;
            self.keep(end);
            self.open(C_FINALLY, 0, 2);
            self.open_scope();
            self.go(FINALLY_END);
            self.go1(LIST, 1);
            return Ok(());
        }
        self.op(op::RET_SUB, -2);
        self.patch_here(end)
    }
}
