//! Regular expressions of ECMAScript 5.1 (15.10), with the leniencies of Annex B.
//!
//! [`compile`] turns a pattern into a small program; [`Run`] matches it against a text. Both work in memory of
//! the caller's, call nothing but themselves, and stop when their fuel is used up: called again with the same
//! memory, they go on. So `(a*)*b` burns fuel and nothing else.
//!
//! Patterns and texts are WTF-8, matched by UTF-16 units as the language asks. A position is a byte offset; the
//! second half of a character of four bytes is the offset of its third byte.
//!
//! ```
//! use motebox_js::regexp::*;
//!
//! let (mut program, mut memory, mut fuel) = ([0; 64], [0; 64], 1000);
//! assert!(matches!(compile(br"(\w+)@(\w+)", 0, &mut program, &mut fuel), Compiled::Done(_)));
//! let mut run = Run::new(code(&program), b"to: ann@home", &mut memory);
//! assert!(run.start(0));
//! assert_eq!(run.step(&mut fuel), Matched::Yes);
//! assert_eq!(run.group(0), Some((4, 12)));
//! assert_eq!(run.group(2), Some((8, 12)));
//! ```
//!
//! A program is not to be taken from anybody but [`compile`]: a damaged one does no harm, but what it matches is
//! anybody's guess.

mod class;
mod compile;
mod run;
#[cfg(test)]
mod tests;
mod text;

pub use compile::{Compiled, compile};
pub use run::{Matched, Run};
pub(crate) use run::{STACK as GROUPS_WORD, START_WORD, UNSET};

/// Flag `g`: kept for the caller, without a meaning here.
pub const GLOBAL: u8 = 1;
/// Flag `i`: letters match in either case.
pub const IGNORE_CASE: u8 = 2;
/// Flag `m`: `^` and `$` match at the ends of lines.
pub const MULTILINE: u8 = 4;

/// What is wrong with a pattern. The number is the byte offset in the pattern where it was noticed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Error {
    /// A quantifier follows nothing that can be repeated.
    NothingToRepeat(u16),
    /// A group is not closed, or closed twice.
    Parenthesis(u16),
    /// `(?` is not followed by one of `:`, `=` and `!`.
    Group(u16),
    /// A character class is not closed.
    Class(u16),
    /// The ends of a range are in the wrong order, of characters or of repetitions.
    Order(u16),
    /// A backslash ends the pattern.
    Escape(u16),
    /// More than 250 groups, groups nested deeper than that, 125 repetitions nested, or a program of more than
    /// 32,767 bytes.
    TooLarge(u16),
}
impl Error {
    /// What is wrong, as a message.
    pub fn message(self) -> &'static str {
        match self {
            Error::NothingToRepeat(_) => "nothing to repeat in a regular expression",
            Error::Parenthesis(_) => "unbalanced parenthesis in a regular expression",
            Error::Group(_) => "unknown kind of group in a regular expression",
            Error::Class(_) => "class is not closed in a regular expression",
            Error::Order(_) => "range out of order in a regular expression",
            Error::Escape(_) => "escape is not complete in a regular expression",
            Error::TooLarge(_) => "regular expression is too large",
        }
    }
}

/// The flags that a text of `g`, `i` and `m` in any order stands for; `None` where it holds anything else, or one
/// of them twice. (`u`, `y` and what came later are not supported.)
pub fn flags(text: &[u8]) -> Option<u8> {
    text.iter().try_fold(0, |flags, letter| {
        let flag = match letter {
            b'g' => GLOBAL,
            b'i' => IGNORE_CASE,
            b'm' => MULTILINE,
            _ => return None,
        };
        (flags & flag == 0).then_some(flags | flag)
    })
}
/// The memory that a program was compiled into, as [`Run`] takes it. What follows the program may be cut off.
pub fn code(memory: &[u32]) -> &[u8] {
    bytemuck::cast_slice(memory)
}
/// The flags that a program was compiled with.
pub fn flags_of(program: &[u8]) -> u8 {
    program.first().copied().unwrap_or(0)
}
/// Groups of a program, with the whole match as group 0.
pub fn groups(program: &[u8]) -> usize {
    program.get(1).copied().unwrap_or(0) as usize
}
/// Words of memory that a [`Run`] of the program needs at least. With more there is room for alternatives to go
/// back to, two words each.
pub fn words(program: &[u8]) -> usize {
    run::STACK + 2 * groups(program) + registers(program) + 16
}
fn registers(program: &[u8]) -> usize {
    program.get(2).copied().unwrap_or(0) as usize
}

/// In front of the code: flags, groups, registers.
const HEADER: usize = 3;
/// No upper limit of repetitions, and a place that is not set.
const UNLIMITED: u16 = u16::MAX;

/// The instructions. `j` is a signed jump of two bytes relative to the end of the instruction, `r` a register.
mod op {
    /// No way on from here.
    pub(super) const FAIL: u8 = 0;
    // What matches one unit, and can be repeated by EACH.
    /// A unit in WTF-8; where case is ignored, as `text::canonical` has it.
    pub(super) const CHAR: u8 = 1;
    /// Anything but the end of a line.
    pub(super) const ANY: u8 = 2;
    /// `sets, length (2)`, and ranges: two units in WTF-8 each.
    pub(super) const CLASS: u8 = 3;
    /// All above.
    pub(super) const LAST_UNIT: u8 = CLASS;

    pub(super) const MATCH: u8 = 4;
    /// `j`: the other alternative.
    pub(super) const SPLIT: u8 = 5;
    /// `j`
    pub(super) const JMP: u8 = 6;
    /// `group`
    pub(super) const OPEN: u8 = 7;
    pub(super) const CLOSE: u8 = 8;
    pub(super) const BACK: u8 = 9;
    pub(super) const LINE_START: u8 = 10;
    pub(super) const LINE_END: u8 = 11;
    pub(super) const WORD: u8 = 12;
    pub(super) const NOT_WORD: u8 = 13;
    /// `least (2), most (2)`, and what matches one unit.
    pub(super) const EACH: u8 = 14;
    pub(super) const EACH_LAZY: u8 = 15;
    /// `r`: no repetition yet.
    pub(super) const LOOP_BEGIN: u8 = 16;
    /// `r, least (2), most (2), j`: another round (what follows), or out of the loop.
    pub(super) const LOOP: u8 = 17;
    pub(super) const LOOP_LAZY: u8 = 18;
    /// `r, first group, behind the last group`: their places are forgotten; r + 1 is where the round starts.
    pub(super) const ENTER: u8 = 19;
    /// `r, j`: a round is over, back to LOOP.
    pub(super) const LOOP_END: u8 = 20;
    /// The same, where a round without progress is none.
    pub(super) const LOOP_END_CHECKED: u8 = 21;
    /// `r`: what matches up to LOOK_END is not consumed.
    pub(super) const LOOK: u8 = 22;
    pub(super) const LOOK_END: u8 = 23;
    /// `r, j`: goes there unless what follows matches up to NOT_LOOK_END.
    pub(super) const NOT_LOOK: u8 = 24;
    pub(super) const NOT_LOOK_END: u8 = 25;

    /// Bytes of the repetition's own part.
    pub(super) const EACH_SIZE: usize = 5;
    pub(super) const LOOP_BEGIN_SIZE: usize = 2;
    pub(super) const LOOP_SIZE: usize = 8;
    pub(super) const ENTER_SIZE: usize = 4;
}
/// Sets of a class.
mod set {
    pub(super) const DIGIT: u8 = 1;
    pub(super) const NOT_DIGIT: u8 = 2;
    pub(super) const SPACE: u8 = 4;
    pub(super) const NOT_SPACE: u8 = 8;
    pub(super) const WORD: u8 = 16;
    pub(super) const NOT_WORD: u8 = 32;
    /// What is in none of the sets and ranges.
    pub(super) const NEGATED: u8 = 64;
}
