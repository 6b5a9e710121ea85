//! `let`, `const` and functions of blocks.

use super::control::{C_BREAKS, C_CONTS, C_LABEL, C_LABELLED, C_LOOP, C_PREV, C_SCOPE, C_SWITCH, C_TRY};
use super::scope::*;
use super::{Compiler, NONE};
use crate::compiler::st;
use crate::heap::lo;
use crate::message::m;
use crate::names::n;
use crate::opcode as op;

/// Which fields of a control record are chains of jumps: four bits for each kind.
const CHAINS: u32 = (1 << C_BREAKS | 1 << C_CONTS) << (4 * C_LOOP)
    | 1 << C_BREAKS << (4 * C_LABELLED)
    | 1 << C_BREAKS << (4 * C_SWITCH)
    | (1 << C_LABEL | 1 << C_BREAKS | 1 << C_CONTS) << (4 * C_TRY);

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
        // Variables and functions.
        if self.find(name as u32, 0xffff | FREE, from) != 0 {
            self.twice();
            return;
        }
        let flags = LEX | UNINIT | if constant { CONST } else { 0 };
        self.add_lexical(name, flags);
    }
    fn twice(&mut self) {
        self.error(m!("this name is declared already"));
    }
    pub(super) fn add_lexical(&mut self, name: u16, flags: u32) -> u8 {
        let block = if self.in_block() { BLOCK } else { 0 };
        let slot = self.new_slot();
        self.add_var(name as u32 | slot << 16 | flags | block);
        slot as u8
    }
    /// `var` of a name that a block around declares.
    pub(super) fn check_var(&mut self, name: u16) {
        if self.known(name) & LEX != 0 {
            self.twice();
        }
    }
    /// Stores the value on top as the first one of the variable.
    pub(super) fn init_lexical(&mut self, name: u16) {
        let var = self.known(name);
        if var != 0 {
            self.set_var(self.s[st::read], var & !UNINIT);
            self.op_slot(op::INIT_LOC, var);
        }
    }
    /// Marks the variables from number `from` to `to` as initialized, or not.
    pub(super) fn mark_lexical(&mut self, from: u32, to: u32, uninit: bool) {
        for i in from..to {
            let var = self.var(i);
            if var & (NOTE | LEX) == LEX {
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
    pub(super) fn is_constant(&mut self, slot: u8) -> bool {
        let key = (slot as u32) << 16 | CONST;
        self.find(key, SLOT | NOTE | CONST, self.s[st::vars]) != 0
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
            if var & (NOTE | LEX) == LEX && self.wanted(lo(var), first_kid) {
                self.op_slot(op::COPY_CELL, var);
            }
        }
    }
    /// A function declaration inside of a block: the block's from its start; in sloppy code the function's
    /// variable gets it too where the declaration stands.
    pub(super) fn declare_block_function(&mut self, name: u16, kid: u8) {
        let from = self.scope_start();
        let var = self.find_var(name, from);
        let slot = if var == 0 {
            self.add_lexical(name, LEX)
        } else if self.strict() || !self.is_block_function(name, from) {
            self.twice();
            return;
        } else {
            slot_of(var)
        };
        self.add_var(name as u32 | (kid as u32) << 16 | HOISTED | BLOCK);
        if self.strict() || self.find_outer(name) & LEX != 0 {
            return;
        }
        self.declare_var_unchecked(name);
        self.op8(op::GET_LOC, slot);
        let var = self.find_outer(name);
        self.put(name, var);
        self.label();
    }
    /// The function's variable of this name outside of the innermost scope.
    fn find_outer(&mut self, name: u16) -> u32 {
        self.s[st::read] = self.scope_start();
        self.find_next(name as u32, 0xffff | NOTE, self.s[st::vars])
    }
    fn is_block_function(&mut self, name: u16, from: u32) -> bool {
        self.find(name as u32 | HOISTED, 0xffff | NOTE, from) != 0
    }
    /// An instruction that stands before the declaration that it means.
    pub(super) fn early(&mut self, pos: u32, from: u32) {
        let code = self.code(pos);
        let (name, size) = match code {
            op::GET_NAME..=op::PUT_NAME => (self.code16(pos + 1), 4),
            op::GET_LOC | op::SET_LOC | op::PUT_LOC | op::INC_LOC | op::DEC_LOC => {
                let slot = self.code(pos + 1) as u32;
                self.s[st::read] = from;
                let var = self.find_next(slot << 16, SLOT | NOTE, self.s[st::vars]);
                if var == 0 {
                    return;
                }
                (lo(var), 2)
            }
            _ => return,
        };
        let var = self.find_var(name, from);
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
            self.too_early(pos, size);
        }
    }
    /// An instruction of so many bytes throws.
    pub(super) fn too_early(&mut self, pos: u32, size: u32) {
        for i in 0..size {
            self.set_code(pos + i, if i == 0 { op::TDZ_ERR } else { op::NOP });
        }
    }
    /// What runs when the block is entered: cells for captured variables, functions.
    pub(super) fn block_entry(&mut self, from: u32, switch: bool) {
        self.label();
        self.shift_depth(2);
        self.shift_depth(-2);
        for i in from..self.var_count() {
            let var = self.var(i);
            if var & (NOTE | LEX) == LEX {
                if var & CAPTURED != 0 {
                    self.op_slot(op::NEW_CELL, var);
                } else if switch {
                    self.op_slot(op::HOLE, var);
                }
                self.room_for_code();
            }
        }
        self.hoist(from, op::INIT_LOC);
    }
    /// The code from `end` on runs first: in front of that from `start` on.
    pub(super) fn enter_first(&mut self, start: u32, end: u32) {
        if self.failed() || self.here() == end {
            return;
        }
        let more = self.here() - end;
        self.turn(start, end, more);
        self.label();
        let mut rec = self.s[st::control];
        while rec != 0 {
            let kind = self.control_kind(rec);
            for field in C_LABEL..C_CONTS + 1 {
                if CHAINS >> (4 * kind + field) & 1 != 0 {
                    self.shift_chain(rec, field, start, more);
                }
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
            let code = self.code(pos);
            if is_on_name(code) && code != op::DEL_NAME && self.known(self.code16(pos + 1)) != 0 {
                self.too_early(pos, 4);
            }
            pos += self.code_size(pos);
        }
    }
}
