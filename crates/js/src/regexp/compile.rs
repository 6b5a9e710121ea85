//! From a pattern to its program, one term at a time.
//!
//! The memory holds, from its start, the program; from its end, what must be kept between two calls, and below
//! that a frame for each open group. A quantifier is known only behind what it repeats: its instructions are put
//! in front of that, which moves up. Jumps are relative, so moving does them no harm.

use super::text::{Text, canonical};
use super::{Error, GLOBAL, HEADER, IGNORE_CASE, MULTILINE, UNLIMITED, op};
use crate::string::encode;
use crate::words::{Words, fields};

/// How far [`compile`] came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compiled {
    /// The program is the first so many bytes of the memory.
    Done(usize),
    /// Call again with the same memory.
    OutOfFuel,
    /// Call again with more memory, zeroed.
    OutOfMemory,
    /// The pattern is none.
    Error(Error),
}

fields! {
    /// What is kept between two calls.
    mod st;
    const STATE_WORDS;
    /// Not 0: the program was begun.
    begun,
    /// Byte offset in the pattern.
    at,
    /// Bytes of the program.
    len,
    /// Open groups, the pattern itself among them.
    depth,
    /// Groups that capture so far, the whole match among them.
    groups,
    /// Groups in all, once they were counted.
    total,
    /// Most registers used at once.
    registers,
    /// What the last term was: see `atom`.
    atom,
    /// Where its code starts.
    atom_start,
    /// Groups in front of it.
    atom_groups,
    /// Registers that it uses.
    atom_registers,
}
pub(super) mod atom {
    /// Nothing that can be repeated.
    pub(in crate::regexp) const NONE: u32 = 0;
    /// Matches one unit.
    pub(in crate::regexp) const UNIT: u32 = 1;
    pub(in crate::regexp) const OTHER: u32 = 2;
    /// Matches nothing, perhaps.
    pub(in crate::regexp) const MAYBE_EMPTY: u32 = 3;
}
/// Halves of words of an open group's frame.
mod fr {
    pub(super) const START: usize = 0;
    /// Where the code of the current alternative starts.
    pub(super) const ALTERNATIVE: usize = 1;
    /// The last jump behind the group; it holds the place of the one before.
    pub(super) const JUMPS: usize = 2;
    /// Kind of the group, and its number shifted by 8.
    pub(super) const KIND: usize = 3;
    pub(super) const GROUPS: usize = 4;
    pub(super) const REGISTERS: usize = 5;
    /// Not 0: the current alternative matches something.
    pub(super) const FILLED: usize = 6;
    /// Not 0: another alternative may match nothing.
    pub(super) const EMPTY: usize = 7;
    pub(super) const WORDS: usize = 4;
}
mod kind {
    pub(super) const GROUP: u16 = 0;
    pub(super) const PLAIN: u16 = 1;
    pub(super) const LOOK: u16 = 2;
    pub(super) const NOT_LOOK: u16 = 3;
}
/// Most groups, how deep they may nest, and most registers.
const MOST: u32 = 250;
const MOST_BYTES: usize = i16::MAX as usize;

pub(super) enum Stop {
    Memory,
    Wrong(Error),
}
pub(super) type R<T> = Result<T, Stop>;

/// Compiles `pattern` with [flags](super::flags) into `memory`, which must be zero when this is called first, for
/// about as much fuel as there is. Some 60 bytes, and 8 for each byte of the pattern, are enough for most.
pub fn compile(pattern: &[u8], flags: u8, memory: &mut [u32], fuel: &mut i32) -> Compiled {
    let Some(end) = memory.len().checked_sub(STATE_WORDS) else {
        return Compiled::OutOfMemory;
    };
    let state = Words::load(memory.get(end..).unwrap_or(&[]));
    let mut this = Compile {
        pattern: Text(pattern),
        ignore_case: flags & IGNORE_CASE != 0,
        memory,
        end,
        s: state,
        fuel,
    };
    let result = this.run(flags & (GLOBAL | IGNORE_CASE | MULTILINE));
    let state = this.s;
    state.store(memory.get_mut(end..).unwrap_or(&mut []));
    match result {
        Ok(true) => Compiled::Done(state[st::len] as usize),
        Ok(false) => Compiled::OutOfFuel,
        Err(Stop::Memory) => Compiled::OutOfMemory,
        Err(Stop::Wrong(error)) => Compiled::Error(error),
    }
}

pub(super) struct Compile<'a> {
    pub(super) pattern: Text<'a>,
    ignore_case: bool,
    memory: &'a mut [u32],
    /// First word of the state.
    end: usize,
    pub(super) s: Words<STATE_WORDS>,
    pub(super) fuel: &'a mut i32,
}

impl Compile<'_> {
    /// True when the program is complete.
    fn run(&mut self, flags: u8) -> R<bool> {
        if self.s[st::begun] == 0 {
            self.emit(&[flags, 0, 0])?;
            self.s[st::begun] = 1;
            // Group 0 is the match; it needs no instructions.
            self.s[st::groups] = 1;
            self.open(kind::PLAIN)?;
        }
        while *self.fuel > 0 {
            *self.fuel -= 2;
            if self.term()? {
                let counts = [self.s[st::groups] as u8, self.s[st::registers] as u8];
                self.put(1, &counts);
                return Ok(true);
            }
        }
        Ok(false)
    }
    pub(super) fn wrong<T>(&self, error: fn(u16) -> Error) -> R<T> {
        Err(Stop::Wrong(error(self.s[st::at].min(0xffff) as u16)))
    }

    // ---- the pattern ----

    pub(super) fn peek(&self) -> Option<u16> {
        self.pattern.unit(self.at()).map(|(unit, _)| unit)
    }
    /// The byte `n` behind the place; 0 where there is none.
    pub(super) fn byte(&self, n: usize) -> u8 {
        self.pattern.0.get(self.at() + n).copied().unwrap_or(0)
    }
    fn at(&self) -> usize {
        self.s[st::at] as usize
    }
    pub(super) fn next(&mut self) -> Option<u16> {
        let (unit, end) = self.pattern.unit(self.at())?;
        self.s[st::at] = end as u32;
        Some(unit)
    }
    pub(super) fn eat(&mut self, text: &[u8]) -> bool {
        let found = self
            .pattern
            .0
            .get(self.at()..)
            .is_some_and(|rest| rest.starts_with(text));
        if found {
            self.s[st::at] += text.len() as u32;
        }
        found
    }

    // ---- the program ----

    pub(super) fn len(&self) -> usize {
        self.s[st::len] as usize
    }
    /// First word of the innermost frame.
    fn frames(&self) -> usize {
        self.end.saturating_sub(self.s[st::depth] as usize * fr::WORDS)
    }
    fn frame(&self, half: usize) -> u16 {
        let word = self.memory.get(self.frames() + half / 2).copied().unwrap_or(0);
        (word >> (half % 2 * 16)) as u16
    }
    fn set_frame(&mut self, half: usize, value: u16) {
        let (i, shift) = (self.frames() + half / 2, half % 2 * 16);
        if let Some(word) = self.memory.get_mut(i) {
            *word = *word & !(0xffff << shift) | (value as u32) << shift;
        }
    }
    fn code(&self, at: usize, n: usize) -> u16 {
        let bytes: &[u8] = bytemuck::cast_slice(self.memory);
        (0..n)
            .rev()
            .fold(0, |v, i| v << 8 | bytes.get(at + i).copied().unwrap_or(0) as u16)
    }
    pub(super) fn put(&mut self, at: usize, code: &[u8]) {
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(self.memory);
        if let Some(to) = bytes.get_mut(at..) {
            crate::heap::copy(to, code);
        }
    }
    fn room(&mut self, bytes: usize) -> R<()> {
        let len = self.len() + bytes;
        if len > MOST_BYTES {
            return self.wrong(Error::TooLarge);
        }
        if len > self.frames() * 4 {
            Err(Stop::Memory)
        } else {
            Ok(())
        }
    }
    pub(super) fn emit(&mut self, code: &[u8]) -> R<()> {
        self.room(code.len())?;
        self.put(self.len(), code);
        self.s[st::len] += code.len() as u32;
        Ok(())
    }
    pub(super) fn emit_unit(&mut self, unit: u16) -> R<()> {
        let mut text = [0; 4];
        let n = encode(unit as u32, &mut text);
        self.emit(text.get(..n).unwrap_or(&[]))
    }
    /// Puts an instruction in front of what was compiled from `at` on.
    fn insert(&mut self, at: usize, code: &[u8]) -> R<()> {
        self.room(code.len())?;
        let n = self.len().saturating_sub(at);
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(self.memory);
        crate::heap::shift(bytes, at, n, at + code.len());
        *self.fuel -= n as i32 / 8;
        self.put(at, code);
        self.s[st::len] += code.len() as u32;
        Ok(())
    }
    /// Makes the jump whose operand is at `at` go to `to`.
    fn patch(&mut self, at: usize, to: usize) {
        let distance = to.wrapping_sub(at + 2) as u16;
        self.put(at, &distance.to_le_bytes());
    }

    // ---- terms ----

    /// Closes the account of the last term, to which no quantifier belongs any more.
    fn settle(&mut self) {
        let (what, used) = (self.s[st::atom], self.s[st::atom_registers]);
        self.s[st::atom] = atom::NONE;
        if what != atom::NONE {
            self.account(what != atom::MAYBE_EMPTY, used);
        }
    }
    fn account(&mut self, filled: bool, registers: u32) {
        if filled {
            self.set_frame(fr::FILLED, 1);
        }
        let most = self.frame(fr::REGISTERS).max(registers as u16);
        self.set_frame(fr::REGISTERS, most);
        self.s[st::registers] = self.s[st::registers].max(registers);
    }
    /// Starts a term that can be repeated.
    pub(super) fn begin(&mut self, what: u32) {
        self.settle();
        self.s[st::atom] = what;
        self.s[st::atom_start] = self.s[st::len];
        self.s[st::atom_groups] = self.s[st::groups];
        self.s[st::atom_registers] = 0;
    }
    /// True at the end of the pattern.
    fn term(&mut self) -> R<bool> {
        let start = self.s[st::at];
        let Some(unit) = self.next() else {
            if self.s[st::depth] != 1 {
                return self.wrong(Error::Parenthesis);
            }
            self.close()?;
            self.emit(&[op::MATCH])?;
            return Ok(true);
        };
        match u8::try_from(unit).unwrap_or(0) {
            b'|' => self.alternative()?,
            b'(' => self.group()?,
            b')' if self.s[st::depth] == 1 => return self.wrong(Error::Parenthesis),
            b')' => self.close()?,
            b'^' => self.assertion(op::LINE_START)?,
            b'$' => self.assertion(op::LINE_END)?,
            b'.' => {
                self.begin(atom::UNIT);
                self.emit(&[op::ANY])?;
            }
            b'[' => self.class()?,
            b'\\' => self.escape()?,
            b'*' => self.quantifier(0, UNLIMITED)?,
            b'+' => self.quantifier(1, UNLIMITED)?,
            b'?' => self.quantifier(0, 1)?,
            b'{' => match self.braces()? {
                Some((least, most)) => self.quantifier(least, most)?,
                None => {
                    self.s[st::at] = start + 1;
                    self.unit(unit)?;
                }
            },
            _ => self.unit(unit)?,
        }
        Ok(false)
    }
    pub(super) fn assertion(&mut self, code: u8) -> R<()> {
        self.settle();
        self.emit(&[code])
    }
    pub(super) fn unit(&mut self, unit: u16) -> R<()> {
        self.begin(atom::UNIT);
        self.emit(&[op::CHAR])?;
        self.emit_unit(if self.ignore_case { canonical(unit) } else { unit })
    }

    // ---- groups and alternatives ----

    fn group(&mut self) -> R<()> {
        let kind = if !self.eat(b"?") {
            kind::GROUP
        } else if self.eat(b":") {
            kind::PLAIN
        } else if self.eat(b"=") {
            kind::LOOK
        } else if self.eat(b"!") {
            kind::NOT_LOOK
        } else {
            return self.wrong(Error::Group);
        };
        self.settle();
        self.open(kind)
    }
    fn open(&mut self, kind: u16) -> R<()> {
        self.room(fr::WORDS * 4)?;
        let (start, groups) = (self.len(), self.s[st::groups]);
        self.s[st::depth] += 1;
        // What is nested deeper would move up too often.
        if groups > MOST || self.s[st::depth] > MOST + 1 {
            return self.wrong(Error::TooLarge);
        }
        for half in 0..2 * fr::WORDS {
            self.set_frame(half, 0);
        }
        self.set_frame(fr::START, start as u16);
        self.set_frame(fr::KIND, kind | (groups as u16) << 8);
        self.set_frame(fr::GROUPS, groups as u16);
        match kind {
            kind::GROUP => {
                self.s[st::groups] += 1;
                self.emit(&[op::OPEN, groups as u8])?;
            }
            kind::LOOK => self.emit(&[op::LOOK, 0])?,
            kind::NOT_LOOK => self.emit(&[op::NOT_LOOK, 0, 0, 0])?,
            _ => {}
        }
        self.set_frame(fr::ALTERNATIVE, self.len() as u16);
        Ok(())
    }
    fn end_alternative(&mut self) {
        self.settle();
        if self.frame(fr::FILLED) == 0 {
            self.set_frame(fr::EMPTY, 1);
        }
        self.set_frame(fr::FILLED, 0);
    }
    fn alternative(&mut self) -> R<()> {
        self.end_alternative();
        let start = self.frame(fr::ALTERNATIVE) as usize;
        self.insert(start, &[op::SPLIT, 0, 0])?;
        let [low, high] = self.frame(fr::JUMPS).to_le_bytes();
        self.set_frame(fr::JUMPS, self.len() as u16);
        self.emit(&[op::JMP, low, high])?;
        self.patch(start + 1, self.len());
        self.set_frame(fr::ALTERNATIVE, self.len() as u16);
        Ok(())
    }
    fn close(&mut self) -> R<()> {
        self.end_alternative();
        let mut jump = self.frame(fr::JUMPS) as usize;
        while jump != 0 {
            let before = self.code(jump + 1, 2) as usize;
            self.patch(jump + 1, self.len());
            *self.fuel -= 1;
            jump = before;
        }
        let [kind, number] = self.frame(fr::KIND).to_le_bytes();
        let mut registers = self.frame(fr::REGISTERS) as u32;
        let start = self.frame(fr::START) as usize;
        let register = registers as u8;
        match kind as u16 {
            kind::GROUP => self.emit(&[op::CLOSE, number])?,
            kind::LOOK => {
                self.emit(&[op::LOOK_END, register])?;
                self.put(start + 1, &[register]);
                registers += 2;
            }
            kind::NOT_LOOK => {
                self.emit(&[op::NOT_LOOK_END, register])?;
                self.put(start + 1, &[register]);
                self.patch(start + 2, self.len());
                registers += 1;
            }
            _ => {}
        }
        if registers > MOST {
            return self.wrong(Error::TooLarge);
        }
        let empty = kind as u16 >= kind::LOOK || self.frame(fr::EMPTY) != 0;
        self.s[st::atom] = if empty { atom::MAYBE_EMPTY } else { atom::OTHER };
        self.s[st::atom_start] = start as u32;
        self.s[st::atom_groups] = self.frame(fr::GROUPS) as u32;
        self.s[st::atom_registers] = registers;
        self.s[st::registers] = self.s[st::registers].max(registers);
        self.s[st::depth] -= 1;
        Ok(())
    }

    // ---- quantifiers ----

    /// `{n}`, `{n,}` or `{n,m}` behind the brace; `None` where it is none, and so the brace a character.
    fn braces(&mut self) -> R<Option<(u16, u16)>> {
        let Some(least) = self.decimal() else {
            return Ok(None);
        };
        let mut most = least;
        if self.eat(b",") {
            most = if self.byte(0) == b'}' {
                u32::MAX
            } else {
                self.decimal().unwrap_or(0)
            };
        }
        if !self.eat(b"}") {
            return Ok(None);
        }
        if most < least {
            return self.wrong(Error::Order);
        }
        let least = least.min(UNLIMITED as u32 - 1) as u16;
        Ok(Some((least, most.min(UNLIMITED as u32) as u16)))
    }
    pub(super) fn decimal(&mut self) -> Option<u32> {
        let mut value = None;
        while self.byte(0).is_ascii_digit() {
            let digit = (self.byte(0) - b'0') as u32;
            value = Some(value.unwrap_or(0u32).saturating_mul(10).saturating_add(digit));
            self.s[st::at] += 1;
        }
        value
    }
    fn quantifier(&mut self, least: u16, most: u16) -> R<()> {
        let (what, start) = (self.s[st::atom], self.s[st::atom_start] as usize);
        if what == atom::NONE {
            return self.wrong(Error::NothingToRepeat);
        }
        let lazy = self.eat(b"?");
        let filled = what != atom::MAYBE_EMPTY;
        self.s[st::atom] = atom::NONE;
        if most == 0 {
            self.s[st::len] = start as u32;
            return Ok(());
        }
        let [[a, b], [c, d]] = [least.to_le_bytes(), most.to_le_bytes()];
        let mut registers = self.s[st::atom_registers];
        if what == atom::UNIT {
            self.insert(start, &[if lazy { op::EACH_LAZY } else { op::EACH }, a, b, c, d])?;
        } else {
            let register = registers as u8;
            registers += 2;
            if registers > MOST {
                return self.wrong(Error::TooLarge);
            }
            let groups = (self.s[st::atom_groups] as u8, self.s[st::groups] as u8);
            self.insert(
                start,
                &[
                    op::LOOP_BEGIN,
                    register,
                    if lazy { op::LOOP_LAZY } else { op::LOOP },
                    register,
                    a,
                    b,
                    c,
                    d,
                    0,
                    0,
                    op::ENTER,
                    register,
                    groups.0,
                    groups.1,
                ],
            )?;
            let again = if filled {
                op::LOOP_END
            } else {
                op::LOOP_END_CHECKED
            };
            self.emit(&[again, register, 0, 0])?;
            let head = start + op::LOOP_BEGIN_SIZE;
            self.patch(self.len() - 2, head);
            self.patch(head + op::LOOP_SIZE - 2, self.len());
        }
        self.account(filled && least > 0, registers);
        Ok(())
    }
}
const _: () = assert!(op::LOOP_BEGIN_SIZE + op::LOOP_SIZE + op::ENTER_SIZE == 14 && HEADER == 3);
