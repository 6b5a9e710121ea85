//! `let`, `const` and functions of blocks.

use super::control::{C_BREAKS, C_CONTS, C_LABEL, C_LABELLED, C_LOOP, C_PREV, C_SCOPE, C_SWITCH, C_TRY};
use super::scope::*;
use super::{Compiler, NONE};
use crate::compiler::st;
use crate::heap::lo;
use crate::message::m;
use crate::names::n;
use crate::opcode as op;

impl Compiler<'_, '_> {
    /// The innermost open scope's record (0: the function itself).
    fn scope_record(&self) -> u32 {
        let mut rec = self.s[st::control];
        while rec != 0 && self.control_kind(rec) != C_SCOPE {
            rec = self.control_field(rec, C_PREV);
        }
        rec
    }
    /// Whether declarations here belong to a block.
    pub(super) fn in_block(&self) -> bool {
        self.scope_record() != 0
    }
    fn scope_start(&self) -> u32 {
        match self.scope_record() {
            0 => self.s[st::vars],
            rec => self.control_field(rec, C_BREAKS),
        }
    }
    /// A variable of the innermost scope that is not initialized yet.
    pub(super) fn declare_lexical(&mut self, name: u16, constant: bool) {
        if name == n::LET {
            self.error(m!("let is no name for a variable of a block"));
            return;
        }
        let from = self.scope_start();
        for i in from..self.var_count() {
            let var = self.var(i);
            if lo(var) == name && !is_note(var) && !is_free(var) {
                self.twice();
                return;
            }
        }
        let flags = LEX | UNINIT | if constant { CONST } else { 0 };
        self.add_lexical(name, flags);
    }
    fn twice(&mut self) {
        self.error(m!("this name is declared already"));
    }
    fn add_lexical(&mut self, name: u16, flags: u32) -> u8 {
        let block = if self.in_block() { BLOCK } else { 0 };
        let slot = self.new_slot();
        self.add_var(name as u32 | slot << 16 | flags | block);
        slot as u8
    }
    /// `var` of a name that a block around declares.
    pub(super) fn check_var(&mut self, name: u16) {
        if let Some(i) = self.find_var(name, self.s[st::vars])
            && self.var(i) & LEX != 0
        {
            self.twice();
        }
    }
    /// Stores the value on top as the first one of the variable.
    pub(super) fn init_lexical(&mut self, name: u16) {
        if let Some(i) = self.find_var(name, self.s[st::vars]) {
            let var = self.var(i) & !UNINIT;
            self.set_var(i, var);
            self.op8(op::INIT_LOC, slot_of(var));
        }
    }
    /// Marks the variables from number `from` to `to` as initialized, or not.
    pub(super) fn mark_lexical(&mut self, from: u32, to: u32, uninit: bool) {
        for i in from..to {
            let var = self.var(i);
            if var & LEX != 0 && is_variable(var) {
                self.set_var(i, if uninit { var | UNINIT } else { var & !UNINIT });
            }
        }
    }
    /// Marks all variables of the innermost scope.
    pub(super) fn mark_scope(&mut self, uninit: bool) {
        let (from, to) = (self.scope_start(), self.var_count());
        self.mark_lexical(from, to, uninit);
    }
    /// Whether the variable belongs to the cases of a switch, which may be entered behind its declaration.
    pub(super) fn in_switch(&self, i: u32) -> bool {
        let mut rec = self.s[st::control];
        while rec != 0 {
            if self.control_kind(rec) == C_SCOPE && self.control_field(rec, C_BREAKS) <= i {
                return self.control_field(rec, C_LABEL) != 0;
            }
            rec = self.control_field(rec, C_PREV);
        }
        false
    }
    /// Whether the slot holds a constant.
    pub(super) fn is_constant(&self, slot: u8) -> bool {
        (self.s[st::vars]..self.var_count()).any(|i| {
            let var = self.var(i);
            var & CONST != 0 && is_variable(var) && slot_of(var) == slot
        })
    }
    /// A new round of a loop: variables of its head that were captured get new cells.
    pub(super) fn copy_cells(&mut self) {
        let (from, first_kid) = {
            let rec = self.scope_record();
            if rec == 0 {
                return;
            }
            (
                self.control_field(rec, C_BREAKS),
                self.control_field(rec, super::control::C_WORDS),
            )
        };
        for i in from..self.var_count() {
            let var = self.var(i);
            if var & LEX != 0 && is_variable(var) && self.wanted(lo(var), first_kid) {
                self.op8(op::COPY_CELL, slot_of(var));
            }
        }
    }
    /// A function declaration inside of a block: the block's from its start; in sloppy code the function's
    /// variable gets it too where the declaration stands.
    pub(super) fn declare_block_function(&mut self, name: u16, kid: u8) {
        let from = self.scope_start();
        let mut slot = None;
        for i in from..self.var_count() {
            let var = self.var(i);
            if lo(var) == name && is_variable(var) {
                if self.strict() || !self.is_block_function(name, from) {
                    self.twice();
                    return;
                }
                slot = Some(slot_of(var));
            }
        }
        let slot = match slot {
            Some(slot) => slot,
            None => self.add_lexical(name, LEX),
        };
        self.add_var(name as u32 | (kid as u32) << 16 | HOISTED | BLOCK);
        let hidden = match self.find_var_before(name, from) {
            Some(i) => self.var(i) & LEX != 0,
            None => false,
        };
        if self.strict() || hidden {
            return;
        }
        self.declare_var_unchecked(name);
        self.op8(op::GET_LOC, slot);
        match self.find_var_before(name, self.scope_start()) {
            Some(i) => {
                let outer = slot_of(self.var(i));
                self.op8(op::PUT_LOC, outer);
            }
            None => self.op_name(op::PUT_NAME, name),
        }
        self.label();
    }
    fn is_block_function(&self, name: u16, from: u32) -> bool {
        (from..self.var_count()).any(|i| {
            let var = self.var(i);
            is_hoisted(var) && lo(var) == name
        })
    }
    /// An instruction that stands before the declaration that it means.
    pub(super) fn early(&mut self, pos: u32, from: u32) {
        let code = self.code(pos);
        let (name, outer) = match code {
            op::GET_NAME..=op::PUT_NAME => (self.code16(pos + 1), false),
            op::GET_LOC | op::SET_LOC | op::PUT_LOC | op::INC_LOC | op::DEC_LOC => {
                let slot = self.code(pos + 1);
                let name = (self.s[st::vars]..from).find_map(|i| {
                    let var = self.var(i);
                    (is_variable(var) && slot_of(var) == slot).then_some(lo(var))
                });
                match name {
                    Some(name) => (name, true),
                    None => return,
                }
            }
            _ => return,
        };
        let Some(i) = self.find_var(name, from) else {
            return;
        };
        let var = self.var(i);
        if var & LEX == 0 {
            return;
        }
        if self.is_block_function(name, from) {
            match code {
                op::GET_LOC => self.set_code(pos + 1, slot_of(var)),
                op::GET_NAME | op::TYPEOF_NAME => self.localize(pos, var),
                _ => {}
            }
        } else {
            self.too_early(pos, if outer { 2 } else { 4 });
        }
    }
    /// An instruction of so many bytes throws.
    pub(super) fn too_early(&mut self, pos: u32, size: u32) {
        for i in 0..size {
            self.set_code(pos + i, if i == 0 { op::TDZ_ERR } else { op::NOP });
        }
    }
    /// What runs when the block is entered, in front of its code: cells for captured variables, functions.
    pub(super) fn block_entry(&mut self, start: u32, from: u32, switch: bool) {
        let end = self.here();
        self.label();
        self.shift_depth(2);
        self.shift_depth(-2);
        for i in from..self.var_count() {
            let var = self.var(i);
            if is_variable(var) && var & LEX != 0 {
                if var & CAPTURED != 0 {
                    self.op8(op::NEW_CELL, slot_of(var));
                } else if switch {
                    self.op8(op::HOLE, slot_of(var));
                }
                self.room_for_code();
            }
        }
        for i in from..self.var_count() {
            let var = self.var(i);
            if is_hoisted(var)
                && let Some(v) = self.find_var(lo(var), from)
            {
                let v = self.var(v);
                self.op8(op::CLOSURE, slot_of(var));
                let init = if v & CAPTURED != 0 {
                    op::INIT_CELL
                } else {
                    op::INIT_LOC
                };
                self.op8(init, slot_of(v));
                self.room_for_code();
            }
        }
        let more = self.here() - end;
        if more == 0 || self.failed {
            return;
        }
        self.turn(start, end, more);
        self.label();
        let mut rec = self.s[st::control];
        while rec != 0 {
            let fields: &[u32] = match self.control_kind(rec) {
                C_LOOP => &[C_BREAKS, C_CONTS],
                C_LABELLED | C_SWITCH => &[C_BREAKS],
                C_TRY => &[C_BREAKS, C_LABEL, C_CONTS],
                _ => &[],
            };
            for &field in fields {
                self.shift_chain(rec, field, start, more);
            }
            rec = self.control_field(rec, C_PREV);
        }
    }
    /// The code from `end` on, `more` bytes, goes in front of `start`.
    fn turn(&mut self, start: u32, end: u32, more: u32) {
        let (from, len) = (self.place_of(start), (end - start + more) as usize);
        self.vm.fuel -= (len as u32 * more / 16) as i32;
        for _ in 0..more {
            let last = self.code(end + more - 1);
            self.vm.move_bytes(from, len - 1, from + 1);
            self.set_code(start, last);
        }
    }
    /// Jumps that wait for their target moved.
    fn shift_chain(&mut self, rec: u32, field: u32, start: u32, by: u32) {
        let mut pos = self.control_field(rec, field);
        if pos == NONE || pos < start {
            return;
        }
        self.set_control_field(rec, field, pos + by);
        loop {
            let link = self.code16(pos + by + 1) as u32;
            if link == NONE || link < start {
                return;
            }
            self.set_code16(pos + by + 1, (link + by) as u16);
            pos = link;
        }
    }
    /// In the parameters, names of later ones are used too early.
    pub(super) fn early_parameters(&mut self) {
        let mut pos = 0;
        while pos < self.here() {
            if (op::GET_NAME..=op::PUT_NAME).contains(&self.code(pos))
                && self.find_var(self.code16(pos + 1), self.s[st::vars]).is_some()
            {
                self.too_early(pos, 4);
            }
            pos += self.code_size(pos);
        }
    }
}
