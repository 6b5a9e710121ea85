//! `RegExp`: where patterns, programs and matches meet the arena. What goes over objects is in `rom_regexp.js`.
//!
//! Compiling and matching may take long. Each keeps all it needs in a WORDS cell; the function in JavaScript holds it, and
//! calls again until it gets something else than that cell.

use crate::heap::*;
use crate::message::{Message, m};
use crate::names::n;
use crate::regexp::{self, Compiled, Error, GLOBAL, IGNORE_CASE, MULTILINE, Matched, Run};
use crate::rom::{self, Args};
use crate::string::{Units, unit_offset};
use crate::value::{R, Value};

// Words of a REGEXP cell.
const SOURCE: usize = 2;
const PROGRAM: usize = 3;

fn is_regexp(vm: &Vm<'_>, v: Value) -> bool {
    v.is_obj() && !Vm::is_rom(v.payload()) && vm.cell_type(v.payload()) == t::REGEXP
}
fn flags_of(vm: &Vm<'_>, re: u16) -> u8 {
    let [flags, ..] = vm.f(Value(vm.f(re, PROGRAM)).payload(), 2).to_ne_bytes();
    flags
}

/// What came of working on a cell.
enum Worked {
    /// Bytes of the program, or groups of the match.
    Done(usize),
    None,
    OutOfFuel,
    OutOfMemory,
    Wrong(Error),
}

impl Vm<'_> {
    /// A cell of words that are not traced.
    fn new_words(&mut self, words: usize) -> R<u16> {
        if words > 0xff00 {
            return Err(self.out_of_memory());
        }
        let h = self.alloc(t::WORDS, 2 + words)?;
        self.set_f_hi(h, 1, words as u16);
        Ok(h)
    }
    /// More words for the WORDS cell in a stack slot; with `keep`, what it holds stays.
    fn more_words(&mut self, slot: usize, keep: bool) -> R<()> {
        let old = self.v(slot).payload();
        let words = self.f_hi(old, 1) as usize;
        let more = words / 2 + 16;
        if keep && self.grow_last(old as usize + 2 + words, more) {
            self.set_f_hi(old, 1, (words + more) as u16);
            return Ok(());
        }
        if !keep {
            self.set_v(slot, Value::UNDEFINED);
        }
        let h = self.new_words(words + more)?;
        if keep {
            let old = self.v(slot).payload() as usize;
            self.move_words(old + 2, words, h as usize + 2);
        }
        self.set_v(slot, Value::cell(h));
        Ok(())
    }
    /// Goes on with what is in a WORDS cell: with the match of a program, itself in a WORDS cell, against a string; with
    /// program 0, compiling the string with some flags.
    fn work_on(&mut self, words: u16, s: u16, program: u16, flags: u8) -> Worked {
        // Damaged code may bring any other cell.
        if self.cell_type(words) != t::WORDS {
            return Worked::None;
        }
        let (at, len) = (words as usize + 2, self.f_hi(words, 1) as usize);
        let outer = self.outer_text(s);
        let cell = self.text_cell(s);
        let bytes = |cell: u16, len: usize| {
            let start = (cell as usize + 2) * 4;
            start..start + len
        };
        let text = bytes(cell, self.f_lo(cell, 1) as usize);
        let code = bytes(program, 4 * self.f_hi(program, 1) as usize);
        // One unit at least: it must go on, however little there is.
        let before = self.fuel.max(1);
        let mut fuel = before;
        let (below, rest) = self.mem.split_at_mut_checked(at).unwrap_or((&mut [], &mut []));
        let (words, above) = rest.split_at_mut_checked(len).unwrap_or((&mut [], &mut []));
        let (below, above): (&[u8], &[u8]) = (bytemuck::cast_slice(below), bytemuck::cast_slice(above));
        let piece = |range: core::ops::Range<usize>| {
            let (part, less) = if range.start < at * 4 {
                (below, 0)
            } else {
                (above, (at + len) * 4)
            };
            part.get(range.start.saturating_sub(less)..range.end.saturating_sub(less))
                .unwrap_or(&[])
        };
        let text = outer.unwrap_or(piece(text));
        let worked = if program == 0 {
            match regexp::compile(text, flags, words, &mut fuel) {
                Compiled::Done(len) => Worked::Done(len),
                Compiled::OutOfFuel => Worked::OutOfFuel,
                Compiled::OutOfMemory => Worked::OutOfMemory,
                Compiled::Error(error) => Worked::Wrong(error),
            }
        } else {
            let code = piece(code);
            match Run::new(code, text, words).step(&mut fuel) {
                Matched::Yes => Worked::Done(regexp::groups(code)),
                Matched::No => Worked::None,
                Matched::OutOfFuel => Worked::OutOfFuel,
                Matched::OutOfMemory => Worked::OutOfMemory,
            }
        };
        self.fuel -= before - fuel;
        worked
    }
    /// A cell to compile a pattern in.
    pub(crate) fn regexp_begin(&mut self, pattern: u16) -> R<u16> {
        let bytes = self.str_bytes(pattern).len();
        self.new_words(32 + bytes.min(0x4000))
    }
    /// Goes on with compiling the pattern in the WORDS cell of a stack slot; bytes of the program when it is complete.
    pub(crate) fn regexp_step(
        &mut self,
        slot: usize,
        pattern: u16,
        flags: u8,
    ) -> R<Result<Option<usize>, Error>> {
        let words = self.v(slot).payload();
        match self.work_on(words, pattern, 0, flags) {
            Worked::Done(len) => return Ok(Ok(Some(len))),
            Worked::Wrong(error) => return Ok(Err(error)),
            Worked::OutOfMemory => self.more_words(slot, false)?,
            _ => {}
        }
        Ok(Ok(None))
    }
}

/// (value): flags of a regular expression, -1 for anything else.
pub(crate) fn flags(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.arg(args, 0);
    Ok(Value::int(if is_regexp(vm, v) {
        flags_of(vm, v.payload()) as i32
    } else {
        -1
    }))
}
/// (pattern, flags, cell): the regular expression, or the cell to call again with. `this` is one that becomes another,
/// or undefined.
pub(crate) fn compile(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let letters = vm.arg(args, 1).payload();
    let Some(flags) = regexp::flags(vm.str_bytes(letters)) else {
        return Err(vm.throw(rom::SYNTAX_ERROR_PROTO, FLAGS));
    };
    let slot = args.base - 3;
    let pattern = vm.arg(args, 0).payload();
    if vm.v(slot) == Value::UNDEFINED {
        let h = vm.regexp_begin(pattern)?;
        vm.set_v(slot, Value::cell(h));
        return Ok(vm.v(slot));
    }
    let len = match vm.regexp_step(slot, pattern, flags)? {
        Ok(Some(len)) => len,
        Ok(None) => return Ok(vm.v(slot)),
        Err(error) => {
            let message = vm.new_str(error.message().as_bytes());
            return Err(vm.throw_error(rom::SYNTAX_ERROR_PROTO, message));
        }
    };
    // The program is the beginning of the cell; the rest goes.
    let h = vm.v(slot).payload();
    let (old, new) = (vm.f_hi(h, 1) as usize, len.div_ceil(4));
    vm.set_f_hi(h, 1, new as u16);
    vm.shrink(h as usize, 2 + old, 2 + new);
    let mut re = vm.this_arg(args);
    if !is_regexp(vm, re) {
        let h = vm.alloc(t::REGEXP | class::REGEXP << CLASS_SHIFT, 4)?;
        vm.set_f(h, 1, pack(rom::REGEXP_PROTO, 0));
        re = Value::obj(h);
        vm.set_v(args.base, re);
        vm.define_raw(h, n::LAST_INDEX, Value::int(0), WRITABLE)?;
        re = vm.this_arg(args);
    }
    let (source, program) = (vm.arg(args, 0), vm.v(slot));
    vm.set_f(re.payload(), SOURCE, source.0);
    vm.set_f(re.payload(), PROGRAM, program.0);
    Ok(re)
}
/// What the letters of the flags must be.
pub(crate) const FLAGS: Message = m!("flags of a regular expression are g, i and m");

/// (text, unit to start from, cell): how many groups a match has, null where there is none, or the cell to call again with.
/// `this` is the regular expression.
pub(crate) fn run(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let slot = args.base - 3;
    let program = Value(vm.f(vm.this_arg(args).payload(), PROGRAM)).payload();
    if vm.v(slot) == Value::UNDEFINED {
        let start = (program as usize + 2) * 4;
        let words = regexp::words(vm.bytes().get(start..).unwrap_or(&[]));
        let h = vm.new_words(words)?;
        vm.set_v(slot, Value::cell(h));
        let s = vm.arg(args, 0).payload();
        let mut at = vm.arg(args, 1).as_int().max(0) as usize;
        if !vm.is_ascii(s) {
            vm.fuel -= at as i32 / 4;
            let (lead, half) = unit_offset(vm.str_bytes(s), at);
            at = lead + 2 * usize::from(half);
        }
        vm.set_f(h, 2 + regexp::START_WORD, at as u32);
        return Ok(vm.v(slot));
    }
    let (words, s) = (vm.v(slot).payload(), vm.arg(args, 0).payload());
    match vm.work_on(words, s, program, 0) {
        Worked::Done(groups) => return Ok(Value::int(groups as i32)),
        Worked::None => return Ok(Value::NULL),
        Worked::OutOfMemory => vm.more_words(slot, true)?,
        _ => {}
    }
    Ok(vm.v(slot))
}
/// Unit index of a position in a string.
fn unit_index(vm: &mut Vm<'_>, s: u16, at: u32) -> usize {
    let at = at as usize;
    if vm.is_ascii(s) {
        return at;
    }
    vm.fuel -= at as i32 / 4;
    let text = vm.str_bytes(s);
    let half = text.get(at).is_some_and(|b| b & 0xc0 == 0x80);
    let lead = if half { at.saturating_sub(2) } else { at };
    Units::new(text.get(..lead).unwrap_or(&[])).count() + usize::from(half)
}
/// (text, group, cell): the text of a group after a match, undefined where it took no part; of group -1, the unit index
/// of the match. `this` is the regular expression.
pub(crate) fn group(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let (s, words) = (vm.arg(args, 0).payload(), vm.arg(args, 2).payload());
    let i = vm.arg(args, 1).as_int();
    let place = 2 + regexp::GROUPS_WORD + 2 * i.max(0) as usize;
    let (from, to) = (vm.f(words, place), vm.f(words, place + 1));
    if from == regexp::UNSET || to == regexp::UNSET {
        return Ok(Value::UNDEFINED);
    }
    let from = unit_index(vm, s, from);
    if i < 0 {
        return Ok(Value::int(from as i32));
    }
    let to = unit_index(vm, s, to);
    vm.substring(s, from, to)
}

// ---- getters ----

fn this_regexp(vm: &mut Vm<'_>, args: Args) -> R<u16> {
    let v = vm.this_arg(args);
    if is_regexp(vm, v) {
        Ok(v.payload())
    } else {
        Err(vm.type_error(m!("a regular expression is needed")))
    }
}
fn flag(vm: &mut Vm<'_>, args: Args, flag: u8) -> R<Value> {
    if vm.this_arg(args) == Value::obj(rom::REGEXP_PROTO) {
        return Ok(Value::UNDEFINED);
    }
    let re = this_regexp(vm, args)?;
    Ok(Value::bool(flags_of(vm, re) & flag != 0))
}
pub(crate) fn global(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    flag(vm, args, GLOBAL)
}
pub(crate) fn ignore_case(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    flag(vm, args, IGNORE_CASE)
}
pub(crate) fn multiline(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    flag(vm, args, MULTILINE)
}
/// The pattern, so that it is one again between slashes.
pub(crate) fn source(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let empty = vm.this_arg(args) == Value::obj(rom::REGEXP_PROTO);
    let source = if empty {
        n::EMPTY
    } else {
        let re = this_regexp(vm, args)?;
        Value(vm.f(re, SOURCE)).payload()
    };
    let len = vm.str_bytes(source).len();
    if len == 0 {
        return vm.new_str(b"(?:)");
    }
    vm.fuel -= len as i32 / 4;
    // First how long it gets, then the copy.
    let (mut h, mut source) = (0, source);
    for pass in 0..2 {
        let (mut at, mut to) = (0, 0);
        let (mut class, mut escaped) = (false, false);
        while at < len {
            let rest = vm.str_bytes(source).get(at..).unwrap_or(&[]);
            let (used, instead): (usize, &[u8]) = match *rest {
                [b'\n', ..] => (1, b"\\n"),
                [b'\r', ..] => (1, b"\\r"),
                [0xe2, 0x80, 0xa8, ..] => (3, b"\\u2028"),
                [0xe2, 0x80, 0xa9, ..] => (3, b"\\u2029"),
                [b'/', ..] if !class && !escaped => (1, b"\\/"),
                [b, ..] => {
                    class = match b {
                        b'[' if !escaped => true,
                        b']' if !escaped => false,
                        _ => class,
                    };
                    escaped = b == b'\\' && !escaped;
                    (1, &[])
                }
                [] => break,
            };
            // An escaped end of a line has its backslash already.
            let instead = if escaped && !instead.is_empty() {
                escaped = false;
                instead.get(1..).unwrap_or(&[])
            } else {
                instead
            };
            let n = if instead.is_empty() { used } else { instead.len() };
            if pass == 1 {
                if instead.is_empty() {
                    vm.copy_str(h, to, source, at, used);
                } else {
                    vm.fill_str(h, to, instead);
                }
            }
            at += used;
            to += n;
        }
        if pass == 0 {
            if to == len {
                return Ok(Value::str(source));
            }
            h = vm.alloc_str(to)?;
            source = Value(vm.f(vm.this_arg(args).payload(), SOURCE)).payload();
        }
    }
    Ok(vm.finish_str(h))
}
