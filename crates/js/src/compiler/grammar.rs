//! What the grammar is written in, and the loop that follows it.
//!
//! A rule is a row of instructions of one to three bytes: a token that must stand here, an instruction to
//! emit, a rule to follow and come back from, an action in Rust. Calls and operands of rules stand on the engine's stack.
//! A call of a function with its arguments and the way out when it fails takes 10 to 14 bytes of Thumb code;
//! here the loop has the way out once.

use super::Compiler;
use super::rules::RULES;
use super::step::a;
use crate::compiler::st;
use crate::lexer::{NL_BEFORE, OCTAL};
use crate::message::Message;

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
    /// Emits an instruction, whose operand is zero.
    Op(u8),
    /// Emits a jump to a place that is not known yet, and keeps where it stands.
    Jump(u8),
    /// Emits a jump to the place that was kept.
    Back(u8),
    /// This is wrong.
    Error(Message),
    /// Emits a jump that joins a chain of the innermost control record.
    Chain(u8, u32),
    /// Such a chain lands here.
    Patch(u32),
    /// So many values more, or fewer, are on the operand stack.
    Depth(i8),
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
    /// Behind the end of a line.
    pub(crate) const LINE: u8 = super::WHEN + 6;
    /// In strict code, at a literal with an old octal number.
    pub(crate) const OCTAL: u8 = super::WHEN + 7;
}

const GOTO: u8 = 0;
const CALL: u8 = 1;
const THEN: u8 = 2;
const IF: u8 = 3;
const AT: u8 = 4;
/// Names no place.
const SET: u8 = 5;
const WHEN: u8 = 6;
/// With an instruction that names a place: it is near, and stands there as one byte, counted from behind it.
const NEAR: u8 = 16;
/// The first action.
pub(super) const ACTION: u8 = 32;

impl I {
    /// The place that it names.
    const fn to(&self) -> Option<L> {
        match self {
            I::Goto(to) | I::Call(to) | I::Then(to) | I::When(_, to) | I::If(_, to) | I::At(_, to) => {
                Some(*to)
            }
            _ => None,
        }
    }
    /// Bytes, where a place takes two.
    const fn most(&self) -> usize {
        match self {
            I::Is(_) => 0,
            I::Do(_) => 1,
            I::Set(_)
            | I::Op(_)
            | I::Jump(_)
            | I::Back(_)
            | I::Patch(_)
            | I::Depth(_)
            | I::Expect(_)
            | I::Error(_) => 2,
            I::Goto(_) | I::Call(_) | I::Then(_) | I::When(..) | I::Chain(..) => 3,
            I::If(..) | I::At(..) => 4,
        }
    }
    /// Code and operand.
    const fn bytes(&self) -> [u8; 2] {
        match self {
            I::Is(_) => [0, 0],
            I::Do(code) | I::When(code, _) => [*code, 0],
            I::Set(k) => [SET, *k as u8],
            I::Op(code) => [a::OP, *code],
            I::Jump(code) => [a::JUMP, *code],
            I::Back(code) => [a::BACK, *code],
            I::Error(message) => [a::ERROR, message.number()],
            I::Chain(code, _) => [a::CHAIN, *code],
            I::Patch(field) => [a::PATCH_FIELD, *field as u8],
            I::Depth(change) => [a::DEPTH, *change as u8],
            I::Expect(token) => [a::EXPECT, *token as u8],
            I::Goto(_) => [GOTO, 0],
            I::Call(_) => [CALL, 0],
            I::Then(_) => [THEN, 0],
            I::If(token, _) => [IF, *token as u8],
            I::At(token, _) => [AT, *token as u8],
        }
    }
}

/// Instructions in all rules.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn count() -> usize {
    let (mut sum, mut rule) = (0, 0);
    while rule < RULES.len() {
        sum += RULES[rule].len();
        rule += 1;
    }
    sum
}
/// What the rules become: where each instruction and each part starts.
struct Layout {
    at: [u16; count() + 1],
    parts: [u16; L::COUNT],
}
/// The places of all instructions, if every place that is named takes two bytes, or, by an earlier layout, one where it is near.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn layout(earlier: Option<&Layout>) -> Layout {
    let mut out = Layout {
        at: [0; count() + 1],
        parts: [0; L::COUNT],
    };
    let (mut rule, mut i, mut n, mut at) = (0, 0, 0, 0);
    while n < count() {
        if i == RULES[rule].len() {
            rule += 1;
            i = 0;
            continue;
        }
        let instruction = &RULES[rule][i];
        if let I::Is(part) = instruction {
            out.parts[*part as usize] = at as u16;
        }
        out.at[n] = at as u16;
        at += instruction.most();
        if let Some(earlier) = earlier
            && let Some(to) = instruction.to()
            && is_near(earlier, n, to)
        {
            at -= 1;
        }
        i += 1;
        n += 1;
    }
    out.at[n] = at as u16;
    out
}
/// Whether a place is near by a layout in which no distance is too small.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn is_near(layout: &Layout, n: usize, to: L) -> bool {
    let distance = layout.parts[to as usize] as i32 - layout.at[n + 1] as i32;
    -128 <= distance && distance <= 127
}
const LAYOUT: Layout = layout(Some(&layout(None)));
#[allow(clippy::indexing_slicing)] // runs at compile time
const BYTES: usize = LAYOUT.at[count()] as usize;

/// Where the part of this name starts.
#[allow(clippy::indexing_slicing)] // runs at compile time
pub(super) const fn place(label: L) -> u32 {
    LAYOUT.parts[label as usize] as u32
}
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn encode() -> [u8; BYTES] {
    let far = layout(None);
    let mut out = [0; BYTES];
    let (mut rule, mut i, mut n) = (0, 0, 0);
    while n < count() {
        if i == RULES[rule].len() {
            rule += 1;
            i = 0;
            continue;
        }
        let instruction = &RULES[rule][i];
        let (at, end) = (LAYOUT.at[n] as usize, LAYOUT.at[n + 1] as usize);
        let [code, operand] = instruction.bytes();
        if at < end {
            out[at] = code;
        }
        if at + 1 < end {
            out[at + 1] = operand;
        }
        if let I::Chain(_, field) = instruction {
            out[at + 2] = *field as u8;
        }
        if let Some(to) = instruction.to() {
            let place = LAYOUT.parts[to as usize] as usize;
            if is_near(&far, n, to) {
                out[at] |= NEAR;
                out[end - 1] = (place as i32 - end as i32) as u8;
            } else {
                out[end - 2] = place as u8;
                out[end - 1] = (place >> 8) as u8;
            }
        }
        i += 1;
        n += 1;
    }
    out
}
static CODE: [u8; BYTES] = encode();

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
        pub(super) enum L { $($(#[$on])* $name,)* End }
        impl L {
            pub(super) const COUNT: usize = L::End as usize;
        }
    };
}
pub(super) use super::rules::L;
pub(super) use labels;

impl Compiler<'_, '_> {
    /// The next byte of the grammar.
    #[inline(never)]
    pub(super) fn rule_byte(&mut self) -> u32 {
        let at = self.s[st::rule];
        self.s[st::rule] = at + 1;
        CODE.get(at as usize).copied().unwrap_or(0) as u32
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
    /// Follows the grammar up to the next instruction that does more than to choose the way.
    pub(super) fn step(&mut self) {
        loop {
            let first = self.rule_byte();
            if first >= ACTION as u32 {
                return self.act(first);
            }
            let code = first & !(NEAR as u32);
            let yes = match code as u8 {
                SET => {
                    self.s[st::acc] = self.rule_byte();
                    continue;
                }
                IF | AT => self.rule_byte() == self.s[st::tok],
                when::NAME => self.is_name(),
                #[cfg(feature = "destructuring")]
                when::PATTERN => self.at_pattern(),
                when::END => self.statement_may_end(),
                when::ZERO => self.s[st::acc] == 0,
                when::LINE => self.s[st::flags] & NL_BEFORE != 0,
                when::OCTAL => self.s[st::flags] & OCTAL != 0 && self.strict(),
                when::REST => self.s[st::fn_flags] & super::ff::REST != 0,
                #[cfg(feature = "destructuring")]
                when::LAST => self.is_last(),
                _ => true,
            };
            if !yes {
                // The place is passed over.
                self.s[st::rule] += if first != code { 1 } else { 2 };
                continue;
            }
            let mut place = self.rule_byte();
            if first != code {
                place = self.s[st::rule].wrapping_add_signed(place as i8 as i32);
            } else {
                place |= self.rule_byte() << 8;
            }
            if code == THEN as u32 {
                return self.keep(place);
            }
            if code == CALL as u32 {
                self.keep(self.s[st::rule]);
                return self.goto(place);
            }
            self.goto(place);
            if code == IF as u32 {
                return self.next();
            }
        }
    }
}
