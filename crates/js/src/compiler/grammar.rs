//! What the grammar is written in, and the loop that follows it.
//!
//! A rule is a row of instructions of one to three bytes: a token that must stand here, an instruction to
//! emit, a rule to follow and come back from, an action in Rust. Calls and operands of rules stand on the engine's stack.
//! A call of a function with its arguments and the way out when it fails takes 10 to 14 bytes of Thumb code;
//! here the loop has the way out once.

use super::rules::RULES;
use super::{Compiler, NONE};
use crate::compiler::st;
use crate::value::R;

/// An instruction of the grammar as it is written down.
pub(super) enum I {
    /// Here starts the part of this name.
    Is(L),
    /// An action.
    Do(u8),
    /// Goes on there.
    Goto(L),
    /// Follows the rule there and comes back.
    Call(L),
    /// Whoever returns next comes there.
    Then(L),
    /// The operand of a rule, or its result.
    Set(u32),
    /// Emits an instruction of one byte.
    Op(u8),
    /// Emits a jump to a place that is not known yet, and keeps where it stands.
    Jump(u8),
    /// This token, or it is an error.
    Expect(u32),
    /// Behind this token, goes on there.
    If(u32, L),
    /// In front of this token, goes on there.
    At(u32, L),
    /// Goes on there if one of [`when`] holds.
    When(u8, L),
}

/// Conditions.
pub(super) mod when {
    /// At an identifier.
    pub(crate) const NAME: u8 = super::WHEN;
    /// At a bracket that starts a pattern.
    #[cfg(feature = "destructuring")]
    pub(crate) const PATTERN: u8 = super::WHEN + 1;
    /// Where a statement may end.
    pub(crate) const END: u8 = super::WHEN + 2;
    /// The operand is zero.
    pub(crate) const ZERO: u8 = super::WHEN + 3;
    /// Behind the parameter that takes the rest.
    pub(crate) const REST: u8 = super::WHEN + 4;
    /// Behind the part of a pattern that takes the rest.
    #[cfg(feature = "destructuring")]
    pub(crate) const LAST: u8 = super::WHEN + 5;
}

const GOTO: u8 = 0;
const CALL: u8 = 1;
const THEN: u8 = 2;
const SET: u8 = 3;
const OP: u8 = 4;
const JUMP: u8 = 5;
const EXPECT: u8 = 6;
const IF: u8 = 7;
const AT: u8 = 8;
const WHEN: u8 = 9;
/// The first action.
pub(super) const ACTION: u8 = 15;

impl I {
    const fn size(&self) -> usize {
        match self {
            I::Is(_) => 0,
            I::Do(_) => 1,
            I::Set(_) | I::Op(_) | I::Jump(_) | I::Expect(_) => 2,
            I::Goto(_) | I::Call(_) | I::Then(_) | I::When(..) => 3,
            I::If(..) | I::At(..) => 4,
        }
    }
    const fn bytes(&self) -> [u8; 4] {
        match self {
            I::Is(_) => [0; 4],
            I::Do(action) => [*action, 0, 0, 0],
            I::Set(k) => [SET, *k as u8, 0, 0],
            I::Op(code) => [OP, *code, 0, 0],
            I::Jump(code) => [JUMP, *code, 0, 0],
            I::Expect(token) => [EXPECT, *token as u8, 0, 0],
            I::Goto(to) => to_place(GOTO, 0, *to, 1),
            I::Call(to) => to_place(CALL, 0, *to, 1),
            I::Then(to) => to_place(THEN, 0, *to, 1),
            I::When(condition, to) => to_place(*condition, 0, *to, 1),
            I::If(token, to) => to_place(IF, *token as u8, *to, 2),
            I::At(token, to) => to_place(AT, *token as u8, *to, 2),
        }
    }
}
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn to_place(code: u8, token: u8, to: L, at: usize) -> [u8; 4] {
    let place = place(to);
    let mut out = [code, token, 0, 0];
    out[at] = place as u8;
    out[at + 1] = (place >> 8) as u8;
    out
}
/// Where the part of this name starts.
#[allow(clippy::indexing_slicing)] // runs at compile time
pub(super) const fn place(label: L) -> u32 {
    let mut at = 0;
    let (mut rule, mut i) = (0, 0);
    loop {
        if i == RULES[rule].len() {
            rule += 1;
            i = 0;
        }
        if let I::Is(l) = &RULES[rule][i]
            && *l as u32 == label as u32
        {
            return at;
        }
        at += RULES[rule][i].size() as u32;
        i += 1;
    }
}
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn bytes() -> usize {
    let mut sum = 0;
    let mut rule = 0;
    while rule < RULES.len() {
        let mut i = 0;
        while i < RULES[rule].len() {
            sum += RULES[rule][i].size();
            i += 1;
        }
        rule += 1;
    }
    sum
}
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn encode() -> [u8; bytes()] {
    let mut out = [0; bytes()];
    let (mut rule, mut at) = (0, 0);
    while rule < RULES.len() {
        let mut i = 0;
        while i < RULES[rule].len() {
            let bytes = RULES[rule][i].bytes();
            let mut k = 0;
            while k < RULES[rule][i].size() {
                out[at] = bytes[k];
                at += 1;
                k += 1;
            }
            i += 1;
        }
        rule += 1;
    }
    out
}
static CODE: [u8; bytes()] = encode();

/// The place of a part, for an action that goes there.
macro_rules! part {
    ($label:ident) => {
        const { crate::compiler::grammar::place(crate::compiler::grammar::L::$label) }
    };
}
pub(super) use part;

/// Names the parts of the grammar.
macro_rules! labels {
    ($($(#[$on:meta])* $name:ident)*) => {
        #[derive(Clone, Copy)]
        pub(super) enum L { $($(#[$on])* $name,)* }
    };
}
pub(super) use super::rules::L;
pub(super) use labels;

impl Compiler<'_, '_> {
    /// The next byte of the grammar.
    #[inline(never)]
    fn rule_byte(&mut self) -> u32 {
        let at = self.s[st::rule];
        self.s[st::rule] = at + 1;
        CODE.get(at as usize).copied().unwrap_or(0) as u32
    }
    fn rule_place(&mut self) -> u32 {
        self.rule_byte() | self.rule_byte() << 8
    }
    /// Goes on there.
    pub(super) fn goto(&mut self, place: u32) {
        self.s[st::rule] = place;
    }
    /// Follows the rule there, and comes back to the next instruction.
    pub(super) fn follow(&mut self, place: u32) {
        self.keep(self.s[st::rule]);
        self.goto(place);
    }
    /// Comes back from a rule.
    pub(super) fn ret(&mut self) {
        let place = self.pull();
        self.goto(place);
    }
    /// One instruction of the grammar.
    pub(super) fn step(&mut self) -> R<()> {
        let code = self.rule_byte();
        if code >= ACTION as u32 {
            return self.act(code);
        }
        let yes = match code as u8 {
            SET => {
                self.s[st::acc] = self.rule_byte();
                return Ok(());
            }
            OP => {
                let code = self.rule_byte() as u8;
                self.op(code);
                return Ok(());
            }
            JUMP => {
                let code = self.rule_byte() as u8;
                let pos = self.jump(code, NONE);
                self.keep(pos);
                return Ok(());
            }
            EXPECT => {
                let token = self.rule_byte();
                return self.expect(token);
            }
            IF | AT => self.rule_byte() == self.s[st::tok],
            when::NAME => self.is_name(),
            #[cfg(feature = "destructuring")]
            when::PATTERN => self.at_pattern(),
            when::END => self.statement_may_end(),
            when::ZERO => self.s[st::acc] == 0,
            when::REST => self.s[st::fn_flags] & super::ff::REST != 0,
            #[cfg(feature = "destructuring")]
            when::LAST => self.is_last(),
            _ => true,
        };
        let place = self.rule_place();
        if code == THEN as u32 {
            self.keep(place);
        } else if yes {
            if code == CALL as u32 {
                self.keep(self.s[st::rule]);
            }
            self.s[st::rule] = place;
            if code == IF as u32 {
                return self.next();
            }
        }
        Ok(())
    }
}
