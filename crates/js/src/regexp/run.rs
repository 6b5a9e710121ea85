//! Matching: one instruction after the other, with the alternatives left in the caller's memory.
//!
//! What there is to go back to, and what changed since, is one stack of pairs of words: an alternative (`place
//! in the program | ALTERNATIVE`, position), what a repetition took (`its place | GREEDY or LAZY`, positions), or
//! a word that was overwritten (its number, what it was).

use super::text::{Text, canonical, in_class, line_end};
use super::{HEADER, IGNORE_CASE, MULTILINE, UNLIMITED, flags_of, groups, op, registers};
use crate::string::decode;

/// What [`Run::step`] came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Matched {
    /// The groups tell where.
    Yes,
    /// Nowhere.
    No,
    /// Call again.
    OutOfFuel,
    /// Call again with more memory whose first words are these.
    OutOfMemory,
}

/// Words of the memory in front of the groups' places: what a match keeps between two steps, in this order.
pub(crate) const STACK: usize = 6;
/// The one of them where a match starts, before its first step.
pub(crate) const START_WORD: usize = 1;
/// A place that is not set.
pub(crate) const UNSET: u32 = u32::MAX;

const ALTERNATIVE: u32 = 1 << 31;
const GREEDY: u32 = 1 << 30;
const LAZY: u32 = 1 << 29;

/// A match under way.
pub struct Run<'a> {
    program: &'a [u8],
    text: Text<'a>,
    memory: &'a mut [u32],
    ignore_case: bool,
    /// First words of the registers and of the stack.
    registers: usize,
    stack: usize,
    /// Place in the program; 0 before the first step.
    pc: usize,
    at: usize,
    /// Where the attempt under way started.
    start: usize,
    /// Words of the stack in use.
    sp: usize,
    /// Of the repetition under way: how many so far, and the position after the least that is asked for.
    count: u32,
    least_at: u32,
}

/// The stack is full.
struct Full;

impl<'a> Run<'a> {
    /// A match of a program that [`compile`](super::compile()) made, in memory of at least
    /// [`words`](super::words), to be started or gone on with.
    pub fn new(program: &'a [u8], text: &'a [u8], memory: &'a mut [u32]) -> Self {
        let [pc, at, start, sp, count, least_at] = *memory.first_chunk().unwrap_or(&[0; STACK]);
        let first = STACK + 2 * groups(program);
        Run {
            program,
            text: Text(text),
            memory,
            ignore_case: flags_of(program) & IGNORE_CASE != 0,
            registers: first,
            stack: first + registers(program),
            pc: pc as usize,
            at: at as usize,
            start: start as usize,
            sp: sp as usize,
            count,
            least_at,
        }
    }
    /// Begins to look for a match from position `at` on. False where there is too little memory, or the text is
    /// longer than 65,535 bytes.
    pub fn start(&mut self, at: usize) -> bool {
        self.at = at;
        self.pc = 0;
        self.store();
        self.memory.len() >= super::words(self.program) && self.text.0.len() <= 0xffff
    }
    fn store(&mut self) {
        let (pc, at, start, sp) = (self.pc as u32, self.at as u32, self.start as u32, self.sp as u32);
        if let Some(words) = self.memory.first_chunk_mut() {
            *words = [pc, at, start, sp, self.count, self.least_at];
        }
    }
    /// The position where a group starts, and the one behind it; `None` where it took no part.
    pub fn group(&self, i: usize) -> Option<(usize, usize)> {
        let (from, to) = (self.word(STACK + 2 * i), self.word(STACK + 2 * i + 1));
        if i >= groups(self.program) || from == UNSET || to == UNSET {
            return None;
        }
        Some((from as usize, to as usize))
    }
    /// Goes on for about as much fuel as there is.
    pub fn step(&mut self, fuel: &mut i32) -> Matched {
        if self.pc == 0 {
            self.begin();
        }
        let result = loop {
            // Room for what one instruction leaves on the stack.
            if self.memory.len() < self.stack + self.sp + 4 {
                break Matched::OutOfMemory;
            }
            if *fuel <= 0 {
                break Matched::OutOfFuel;
            }
            *fuel -= 1;
            let code = self.byte(self.pc);
            if code == op::MATCH {
                self.set(STACK + 1, self.at as u32);
                break Matched::Yes;
            }
            match self.instruction(code, fuel) {
                Ok(true) => {}
                Ok(false) => {
                    if !self.back(fuel) {
                        // The next attempt starts one unit further.
                        match self.text.unit(self.start) {
                            Some((_, next)) => self.at = next,
                            None => break Matched::No,
                        }
                        self.begin();
                    }
                }
                Err(Full) => break Matched::OutOfMemory,
            }
        };
        self.store();
        result
    }
    fn begin(&mut self) {
        self.pc = HEADER;
        self.start = self.at;
        self.sp = 0;
        self.count = 0;
        if let Some(places) = self.memory.get_mut(STACK..self.registers) {
            places.fill(UNSET);
        }
        self.set(STACK, self.at as u32);
    }

    #[inline(never)]
    fn word(&self, i: usize) -> u32 {
        self.memory.get(i).copied().unwrap_or(0)
    }
    #[inline(never)]
    fn set(&mut self, i: usize, value: u32) {
        if let Some(word) = self.memory.get_mut(i) {
            *word = value;
        }
    }
    #[inline(never)]
    fn byte(&self, at: usize) -> u8 {
        self.program.get(at).copied().unwrap_or(op::FAIL)
    }
    fn half(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.byte(at), self.byte(at + 1)])
    }
    /// Where the jump whose operand is at `at` goes to.
    fn target(&self, at: usize) -> usize {
        (at + 2).wrapping_add_signed(self.half(at) as i16 as isize) & 0xffff
    }
    fn place(group: u8) -> usize {
        STACK + 2 * group as usize
    }

    // ---- the stack ----

    fn push(&mut self, what: u32, value: u32) {
        self.set(self.stack + self.sp, what);
        self.set(self.stack + self.sp + 1, value);
        self.sp += 2;
    }
    /// An alternative: to go on here, at that place of the program.
    fn push_alternative(&mut self, pc: usize) {
        self.push(pc as u32 | ALTERNATIVE, self.at as u32);
    }
    fn pop(&mut self) -> (u32, u32) {
        self.sp = self.sp.saturating_sub(2);
        (
            self.word(self.stack + self.sp),
            self.word(self.stack + self.sp + 1),
        )
    }
    /// Undoes a change; an alternative is no change.
    fn undo(&mut self, what: u32, value: u32) {
        if (what as usize) < self.stack && what as usize >= STACK {
            self.set(what as usize, value);
        }
    }
    /// Overwrites a place or register, to be undone where there is something to go back to.
    fn change(&mut self, i: usize, value: u32) {
        let old = self.word(i);
        if old != value && i < self.stack {
            if self.sp != 0 {
                self.push(i as u32, old);
            }
            self.set(i, value);
        }
    }
    /// Goes back to the last alternative; false where there is none.
    fn back(&mut self, fuel: &mut i32) -> bool {
        while self.sp != 0 {
            *fuel -= 1;
            let (what, value) = self.pop();
            let pc = what as usize & 0xffff;
            if what & ALTERNATIVE != 0 {
                (self.pc, self.at) = (pc, value as usize);
                return true;
            }
            if what & (GREEDY | LAZY) == 0 {
                self.undo(what, value);
                continue;
            }
            let (at, other) = (value as usize & 0xffff, value >> 16);
            let unit = pc + op::EACH_SIZE;
            if what & GREEDY != 0 {
                // One unit less, down to where the least ended.
                self.at = self.text.before(at).map_or(0, |(_, from)| from);
                if self.at > other as usize {
                    self.push(what, self.at as u32 | other << 16);
                }
                self.pc = self.behind(unit);
                return true;
            }
            if let Some(end) = self.matches(unit, at, fuel) {
                // One unit more, as long as that many may be.
                let left = if other == UNLIMITED as u32 {
                    other
                } else {
                    other.saturating_sub(1)
                };
                if left != 0 {
                    self.push(what, end as u32 | left << 16);
                }
                (self.pc, self.at) = (self.behind(unit), end);
                return true;
            }
        }
        false
    }
    // ---- instructions ----

    /// The place behind an instruction that matches one unit.
    fn behind(&self, pc: usize) -> usize {
        pc + match self.byte(pc) {
            op::CHAR => 1 + decode(self.program.get(pc + 1..).unwrap_or(&[])).map_or(0, |(_, width)| width),
            op::CLASS => 4 + self.half(pc + 2) as usize,
            _ => 1,
        }
    }
    /// The position behind the unit at `at`, if the instruction at `pc` matches it.
    fn matches(&self, pc: usize, at: usize, fuel: &mut i32) -> Option<usize> {
        let (unit, end) = self.text.unit(at)?;
        let fits = match self.byte(pc) {
            op::CHAR => {
                let (wanted, _) = decode(self.program.get(pc + 1..).unwrap_or(&[]))?;
                wanted == if self.ignore_case { canonical(unit) } else { unit } as u32
            }
            op::ANY => !line_end(unit),
            op::CLASS => {
                let len = self.half(pc + 2) as usize;
                *fuel -= len as i32 / 32;
                let ranges = self.program.get(pc + 4..pc + 4 + len).unwrap_or(&[]);
                in_class(unit, self.byte(pc + 1), ranges, self.ignore_case)
            }
            _ => false,
        };
        fits.then_some(end)
    }
    /// One instruction; false where it does not match.
    fn instruction(&mut self, code: u8, fuel: &mut i32) -> Result<bool, Full> {
        let (pc, at) = (self.pc, self.at);
        let operand = self.byte(pc + 1);
        let r = self.registers + operand as usize;
        match code {
            op::CHAR..=op::LAST_UNIT => match self.matches(pc, at, fuel) {
                Some(end) => (self.pc, self.at) = (self.behind(pc), end),
                None => return Ok(false),
            },
            op::SPLIT => {
                self.push_alternative(self.target(pc + 1));
                self.pc = pc + 3;
            }
            op::JMP => self.pc = self.target(pc + 1),
            op::OPEN | op::CLOSE => {
                let place = Self::place(operand) + usize::from(code == op::CLOSE);
                self.change(place, at as u32);
                self.pc = pc + 2;
            }
            op::BACK => {
                if let Some((from, to)) = self.group(operand as usize) {
                    match self.again(from, to, fuel) {
                        Some(end) => self.at = end,
                        None => return Ok(false),
                    }
                }
                self.pc = pc + 2;
            }
            op::LINE_START..=op::NOT_WORD => {
                self.pc = pc + 1;
                return Ok(self.holds(code));
            }
            op::EACH | op::EACH_LAZY => return Ok(self.each(code == op::EACH, fuel)),
            op::LOOP_BEGIN => {
                self.change(r, 0);
                self.pc = pc + op::LOOP_BEGIN_SIZE;
            }
            op::LOOP | op::LOOP_LAZY => {
                let count = self.word(r);
                let (least, most) = (self.half(pc + 2), self.half(pc + 4));
                let (out, round) = (self.target(pc + 6), pc + op::LOOP_SIZE);
                let (first, then) = if code == op::LOOP {
                    (round, out)
                } else {
                    (out, round)
                };
                if count < least as u32 {
                    self.pc = round;
                } else if most != UNLIMITED && count >= most as u32 {
                    self.pc = out;
                } else {
                    self.push_alternative(then);
                    self.pc = first;
                }
            }
            op::ENTER => {
                let places = Self::place(self.byte(pc + 2))..Self::place(self.byte(pc + 3));
                // Each place may go to the stack.
                let room = self.memory.len().saturating_sub(self.stack + self.sp);
                if room < 2 * places.len() + 4 {
                    return Err(Full);
                }
                *fuel -= places.len() as i32 / 4;
                let r = r + 1;
                self.change(r, at as u32);
                for place in places {
                    self.change(place, UNSET);
                }
                self.pc = pc + op::ENTER_SIZE;
            }
            op::LOOP_END | op::LOOP_END_CHECKED => {
                let head = self.target(pc + 2);
                let (count, least, most) = (self.word(r), self.half(head + 2), self.half(head + 4));
                let needed = count < least as u32;
                if code == op::LOOP_END_CHECKED && !needed && self.word(r + 1) == at as u32 {
                    return Ok(false);
                }
                if needed || most != UNLIMITED {
                    self.change(r, count.wrapping_add(1));
                }
                self.pc = head;
            }
            op::LOOK => {
                self.change(r + 1, at as u32);
                self.remember_height(r);
                self.pc = pc + 2;
            }
            op::LOOK_END => {
                self.at = self.word(r + 1) as usize;
                self.forget_alternatives(self.word(r) as usize, fuel);
                self.pc = pc + 2;
            }
            op::NOT_LOOK => {
                self.remember_height(r);
                self.push_alternative(self.target(pc + 2));
                self.pc = pc + 4;
            }
            op::NOT_LOOK_END => {
                let height = self.word(r) as usize;
                while self.sp > height {
                    *fuel -= 1;
                    let (what, value) = self.pop();
                    self.undo(what, value);
                }
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    /// Writes the height of the stack into a register.
    fn remember_height(&mut self, r: usize) {
        if r < self.stack {
            if self.sp != 0 {
                self.push(r as u32, self.word(r));
            }
            self.set(r, self.sp as u32);
        }
    }
    /// Of what was pushed above `height`, only what was overwritten stays.
    fn forget_alternatives(&mut self, height: usize, fuel: &mut i32) {
        let (mut from, mut to) = (height, height);
        let sp = self.sp;
        while from < sp {
            *fuel -= 1;
            let (what, value) = (self.word(self.stack + from), self.word(self.stack + from + 1));
            if what & (ALTERNATIVE | GREEDY | LAZY) == 0 {
                self.set(self.stack + to, what);
                self.set(self.stack + to + 1, value);
                to += 2;
            }
            from += 2;
        }
        self.sp = to.min(sp);
    }
    /// An assertion about the place.
    fn holds(&self, code: u8) -> bool {
        let lines = flags_of(self.program) & MULTILINE != 0;
        match code {
            op::LINE_START => self
                .text
                .before(self.at)
                .is_none_or(|(unit, _)| lines && line_end(unit)),
            op::LINE_END => self
                .text
                .unit(self.at)
                .is_none_or(|(unit, _)| lines && line_end(unit)),
            _ => (self.text.word_before(self.at) != self.text.word_at(self.at)) == (code == op::WORD),
        }
    }
    /// The position behind the text of a group, if it stands here again.
    fn again(&self, mut from: usize, to: usize, fuel: &mut i32) -> Option<usize> {
        let mut at = self.at;
        while from < to {
            *fuel -= 1;
            let ((a, next_a), (b, next_b)) = (self.text.unit(from)?, self.text.unit(at)?);
            if a != b && !(self.ignore_case && canonical(a) == canonical(b)) {
                return None;
            }
            (from, at) = (next_a, next_b);
        }
        Some(at)
    }
    /// A repetition of one unit, without a stack of its own. It may stop in the middle; false where there are too
    /// few.
    fn each(&mut self, greedy: bool, fuel: &mut i32) -> bool {
        let (least, most) = (self.half(self.pc + 1) as u32, self.half(self.pc + 3) as u32);
        let unit = self.pc + op::EACH_SIZE;
        let mut count = core::mem::take(&mut self.count);
        loop {
            if count == least {
                self.least_at = self.at as u32;
            }
            // No text has more than UNLIMITED units.
            if count >= if greedy { most } else { least } {
                break;
            }
            match self.matches(unit, self.at, fuel) {
                Some(end) => self.at = end,
                None => break,
            }
            count += 1;
            *fuel -= 1;
            if *fuel <= 0 {
                self.count = count;
                return true;
            }
        }
        if count < least {
            return false;
        }
        let (at, least_at) = (self.at as u32, self.least_at);
        if greedy && at > least_at {
            self.push(self.pc as u32 | GREEDY, at | least_at << 16);
        } else if !greedy && most > least {
            let left = if most == UNLIMITED as u32 {
                most
            } else {
                most - least
            };
            self.push(self.pc as u32 | LAZY, at | left << 16);
        }
        self.pc = self.behind(unit);
        true
    }
}
