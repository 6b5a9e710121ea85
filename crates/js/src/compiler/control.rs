//! Control records: what `break`, `continue` and `return` go through, `switch`, and exceptions.

use super::{Compiler, NONE};
use crate::compiler::st;
use crate::heap::reg;
use crate::lexer::NL_BEFORE;
use crate::message::m;
use crate::opcode as op;
use crate::value::Value;

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
    #[inline(never)]
    pub(super) fn field(&self, field: u32) -> u32 {
        if self.failed() {
            return NONE;
        }
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
    #[inline(never)]
    pub(super) fn close_scope(&mut self) {
        let (vars, start, kids) = (self.field(C_BREAKS), self.field(C_CONTS), self.field(C_WORDS));
        let switch = self.field(C_LABEL) != 0;
        self.close_block(start, vars, kids, switch);
        self.close();
    }
    /// A chain of jumps of the innermost record lands here; another one may begin.
    pub(super) fn patch_field(&mut self, field: u32) {
        let jumps = self.field(field);
        self.set_field(field, NONE);
        self.patch_here(jumps)
    }
    /// Adds a jump to a chain of the innermost record.
    pub(super) fn chain(&mut self, code: u8, field: u32) {
        self.chain_of(self.s[st::control], code, field);
    }
    /// The same, of any record.
    #[inline(never)]
    fn chain_of(&mut self, rec: u32, code: u8, field: u32) {
        let pos = self.jump(code, self.control_field(rec, field));
        self.set_control_field(rec, field, pos);
    }

    // ---- leaving ----

    /// Emits what has to happen before control leaves all records inside of `to` (0: the function).
    pub(super) fn unwind(&mut self, to: u32, value: bool) {
        let mut rec = self.s[st::control];
        while rec != to && rec != 0 {
            match self.control_kind(rec) {
                C_TRY => {
                    self.op(if value { op::NIP_TRY } else { op::END_TRY });
                    if !value {
                        self.op(op::UNDEF);
                    }
                    self.chain_of(rec, op::GOSUB, C_BREAKS);
                    if !value {
                        self.op(op::POP);
                    }
                }
                C_SCOPE => {}
                _ => {
                    for _ in 0..self.control_field(rec, C_WORDS) {
                        self.op(if value { op::NIP } else { op::POP });
                    }
                }
            }
            rec = self.control_field(rec, C_PREV);
        }
    }
    /// `break` or (operand 1) `continue`.
    #[inline(never)]
    pub(super) fn jump_out(&mut self) {
        let is_continue = self.s[st::acc] != 0;
        let label = if self.is_name() && self.s[st::flags] & NL_BEFORE == 0 {
            self.s[st::val]
        } else {
            0
        };
        let mut rec = self.s[st::control];
        // The innermost loop seen, and where its statement starts, labels of its own included.
        let (mut inner_loop, mut start) = (0, 0);
        loop {
            if rec == 0 {
                {
                    self.error(match (is_continue, label) {
                        (true, 0) => m!("continue outside of a loop"),
                        (false, 0) => m!("break outside of a loop or switch"),
                        _ => m!("no such label around"),
                    });
                    return;
                }
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
                            self.error(m!("continue needs the label of a loop"));
                            return;
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
            self.next();
        }
        let depth = self.s[st::depth];
        self.unwind(rec, false);
        let field = if is_continue { C_CONTS } else { C_BREAKS };
        self.chain_of(rec, op::JMP, field);
        self.s[st::depth] = depth;
    }

    // ---- switch ----

    /// Behind the brace. In the record: the jump to the next test, and where the default's code is.
    pub(super) fn switch(&mut self) {
        self.open_scope();
        self.set_field(C_LABEL, 1);
        self.open(C_SWITCH, NONE, 1);
    }
    pub(super) fn default_case(&mut self) {
        if self.field(C_CONTS) != NONE {
            self.error(m!("two defaults in one switch"));
            return;
        }
        self.label();
        // The first test jumps over the bodies before it: what falls in here comes from the case above.
        let here = self.here();
        self.set_field(C_CONTS, here);
    }
    /// Where no case fits: to the default, if there is one.
    pub(super) fn default_jump(&mut self) {
        let default = self.field(C_CONTS);
        if default != NONE {
            self.jump_back(op::JMP, default);
        }
    }

    // ---- exceptions ----

    pub(super) fn catch_name(&mut self) {
        let name = self.binding_name();
        let slot = self.add_lexical(name, 0);
        self.op8(op::INIT_LOC, slot);
    }
    pub(super) fn catch_body(&mut self) {
        let outer = self.field(C_PREV);
        self.chain_of(outer, op::TRY, C_CONTS);
    }
    /// The record of a try goes; the jumps to its end stay on the stack.
    pub(super) fn close_try(&mut self) {
        let end = self.field(C_LABEL);
        self.close();
        self.keep(end);
    }
}
