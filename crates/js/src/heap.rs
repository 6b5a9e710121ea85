//! The arena: registers first, then cells that grow upwards, and the stack that grows down from the end.
//!
//! A cell is one header word and its contents. The header holds the cell's type, flags and class in its
//! lower half; its upper half is the collector's (list link while marking, new place while moving).

use crate::api::{Library, Source};
use crate::message::m;
use crate::names;
use crate::value::{HEAP_END, INT_MAX, INT_MIN, R, ROM_NAME, Thrown, Value};
use crate::words::{Field, Words, fields};

/// Cell types.
pub(crate) mod t {
    pub(crate) const FREE: u32 = 0;
    /// `[header] [low word] [high word]`
    pub(crate) const FLOAT: u32 = 1;
    /// `[header: ASCII, INTERNED] [length in bytes | next interned] [bytes…]`
    pub(crate) const STR: u32 = 2;
    /// `[header: class] [prototype | properties]`
    pub(crate) const OBJ: u32 = 3;
    /// `[header: class] [prototype | properties] [value]`
    pub(crate) const BOX: u32 = 4;
    /// `[header] [prototype | properties] [class of the host] [payload of the host]`
    pub(crate) const HOST: u32 = 5;
    /// `[header: class, SLOW] [prototype | properties] [length] [elements | 0]`
    pub(crate) const ARR: u32 = 6;
    /// `[header] [prototype | properties] [code | captures] [captured cells, two a word…]`
    pub(crate) const FUNC: u32 = 7;
    /// `[header] [prototype | properties] [elements: target, this, arguments… | 0]`
    pub(crate) const BOUND: u32 = 8;
    /// `[header] [count | capacity] ([key | flags] [value])…`
    pub(crate) const PROPS: u32 = 9;
    /// `[header] [capacity | 0] [values…]`
    pub(crate) const ELEMS: u32 = 10;
    /// A captured variable: `[header] [value]`
    pub(crate) const CELL: u32 = 11;
    /// Accessors: `[header] [getter] [setter]`
    pub(crate) const PAIR: u32 = 12;
    /// `[header: flags] [bytes | captures 8, children 8] [name | parameters 8, locals 8] [stack | entry]
    /// [captures…] [children, two a word…] [code bytes…]`
    pub(crate) const CODE: u32 = 13;
    /// Names of the script: `[header] [count | capacity] [entries…]`
    pub(crate) const NAMES: u32 = 14;
    /// Words that are not traced: `[header] [count | capacity] [words…]`
    pub(crate) const WORDS: u32 = 15;
    /// A set-aside activation: `[header] [words | next] [words, all of them values…]`
    pub(crate) const SAVED: u32 = 16;
    /// What a script changed of an object in flash: `[header] [reference in flash | properties] [next | 0]`
    pub(crate) const SHADOW: u32 = 17;
    /// A typed array or data view: `[header: class] [prototype | properties] [buffer | kind] [offset | length, in bytes]`
    #[cfg(feature = "typed-arrays")]
    pub(crate) const VIEW: u32 = 18;
    /// `[header: class] [prototype | properties] [source] [program: a WORDS cell's value]`
    #[cfg(feature = "regexp")]
    pub(crate) const REGEXP: u32 = 19;
}

/// What a word of a cell holds, for the collector.
pub(crate) mod holds {
    /// References in its halves.
    pub(crate) const LOW: u32 = 1;
    pub(crate) const HIGH: u32 = 2;
    pub(crate) const BOTH: u32 = LOW | HIGH;
    /// A value.
    pub(crate) const VALUE: u32 = 4;
    /// By turns a key in the lower half, and a value.
    pub(crate) const PAIRS: u32 = 7;
    /// No reference.
    pub(crate) const NOTHING: u32 = 8;
}
/// By cell type: how many words it has (0: its contents tell), and what the words behind the header hold; what the last
/// entry says goes for all that follow.
#[allow(clippy::indexing_slicing)] // runs at compile time
pub(crate) static LAYOUTS: [u16; 20] = {
    use holds::*;
    let mut all = [(NOTHING << 4) as u16; 20];
    let mut i = 0;
    while i < KINDS.len() {
        let (kind, words, [a, b, c]) = KINDS[i];
        all[kind as usize] = (words | a << 4 | b << 8 | c << 12) as u16;
        i += 1;
    }
    all
};
const KINDS: &[(u32, u32, [u32; 3])] = {
    use holds::*;
    &[
        (t::FLOAT, 3, [NOTHING, 0, 0]),
        (t::STR, 0, [HIGH, NOTHING, 0]),
        (t::OBJ, 2, [BOTH, 0, 0]),
        (t::BOX, 3, [BOTH, VALUE, 0]),
        (t::HOST, 4, [BOTH, NOTHING, 0]),
        (t::ARR, 4, [BOTH, NOTHING, LOW]),
        (t::FUNC, 0, [BOTH, LOW, BOTH]),
        (t::BOUND, 3, [BOTH, LOW, 0]),
        (t::PROPS, 0, [NOTHING, PAIRS, 0]),
        (t::ELEMS, 0, [NOTHING, VALUE, 0]),
        (t::CELL, 2, [VALUE, 0, 0]),
        (t::PAIR, 3, [VALUE, 0, 0]),
        // Its inner functions; those are not behind the header.
        (t::CODE, 0, [BOTH, 0, 0]),
        (t::NAMES, 0, [NOTHING, VALUE, 0]),
        (t::SAVED, 0, [HIGH, VALUE, 0]),
        (t::SHADOW, 3, [HIGH, LOW, 0]),
        #[cfg(feature = "typed-arrays")]
        (t::VIEW, 4, [BOTH, LOW, NOTHING]),
        #[cfg(feature = "regexp")]
        (t::REGEXP, 4, [BOTH, VALUE, 0]),
    ]
};

/// Header flags.
pub(crate) const TYPE_MASK: u32 = 0x1f;
pub(crate) const MARK: u32 = 1 << 5;
/// In [`Vm::grey`]: cells have their new places, references are brought up to date.
pub(crate) const UPDATE: u32 = u32::MAX;
/// No property can be added.
pub(crate) const NONEXT: u32 = 1 << 6;
/// STR: all bytes below 0x80.
pub(crate) const ASCII: u32 = 1 << 7;
/// STR: the canonical copy of this text, on the chain of interned strings.
pub(crate) const INTERNED: u32 = 1 << 8;
/// ARR: elements are ordinary properties.
pub(crate) const SLOW: u32 = 1 << 7;
/// ARR: `length` is read-only.
pub(crate) const LEN_RO: u32 = 1 << 8;
/// CELL: a constant, no more writes.
pub(crate) const CONSTANT: u32 = 1 << 7;
/// FUNC: `prototype` exists as an ordinary property (or was deleted).
pub(crate) const PROTO_DONE: u32 = 1 << 7;
/// FUNC: `length` and `name` exist as ordinary properties (or were deleted).
pub(crate) const META_DONE: u32 = 1 << 8;
pub(crate) const CLASS_SHIFT: u32 = 12;
pub(crate) const CLASS_MASK: u32 = 0xf << CLASS_SHIFT;

/// `[[Class]]` of an object cell.
pub(crate) mod class {
    pub(crate) const OBJECT: u32 = 0;
    pub(crate) const ERROR: u32 = 1;
    pub(crate) const BOOLEAN: u32 = 2;
    pub(crate) const NUMBER: u32 = 3;
    pub(crate) const STRING: u32 = 4;
    pub(crate) const ARGUMENTS: u32 = 5;
    pub(crate) const ARRAY: u32 = 6;
    pub(crate) const FUNCTION: u32 = 7;
    pub(crate) const MATH: u32 = 8;
    #[cfg(feature = "date")]
    pub(crate) const DATE: u32 = 13;
    #[cfg(feature = "typed-arrays")]
    pub(crate) const BUFFER: u32 = 11;
    #[cfg(feature = "typed-arrays")]
    pub(crate) const VIEW: u32 = 12;
    #[cfg(feature = "json")]
    pub(crate) const JSON: u32 = 9;
    #[cfg(feature = "regexp")]
    pub(crate) const REGEXP: u32 = 10;
}

/// Property flags, in the upper half of a property's key word.
pub(crate) const WRITABLE: u32 = 1;
pub(crate) const ENUMERABLE: u32 = 2;
pub(crate) const CONFIGURABLE: u32 = 4;
/// The value is a PAIR cell.
pub(crate) const ACCESSOR: u32 = 8;
/// In a SHADOW: the property of the table in flash is gone.
pub(crate) const DELETED: u32 = 16;
pub(crate) const DATA: u32 = WRITABLE | ENUMERABLE | CONFIGURABLE;

fields! {
    /// The registers: what the engine remembers between two steps, in the first words of the arena.
    mod reg;
    const STATE_WORDS;
    // Those that are asked for most come first: an instruction reaches the first thirty words of the machine.
    /// First free word above the cells.
    heap_top,
    /// Lowest used word of the stack.
    sp,
    /// The running frame: slot k is the word `fp - k`.
    fp,
    /// Next instruction: byte index into the arena, or into the ROM code with `ROM_PC` added.
    pc,
    /// CODE cell that runs (0: code in flash, or none).
    code,
    /// Innermost exception handler on the stack (0: none).
    hp,
    /// The heap must stay below this word: what the running frame may push to.
    slimit,
    /// The global object's own properties: an OBJ cell.
    global,
    /// The exception under way (a value).
    exc,
    /// Code buffer of the compiler: first word, above the heap (0: none).
    buf,
    /// Code buffer of the compiler: bytes in use.
    buf_len,
    /// WORDS cell: variables of the functions under compilation.
    vars,
    /// NAMES cell: code cells finished but whose parents are not (values).
    kids,
    /// State of a native that asked to be called again: a BOX-less ELEMS cell (0: none).
    again,
    /// State of the compiler: a WORDS cell (0: nothing is being compiled).
    comp,
    /// What the engine is doing: see `api::job`.
    job,
    /// Parameters of the job: see `api::job`.
    host,
    host_how,
    /// What the last job returned (a value).
    result,
    /// Chain of interned strings (weak).
    interned,
    /// NAMES cell.
    names,
    /// ELEMS cell of the host's roots.
    roots,
    /// Chain of SAVED cells.
    saved,
    /// Chain of SHADOW cells.
    shadows,
    /// Test switch: collect and move everything at every allocation; or the number of the allocation that fails.
    stress,
    /// Most words of the arena ever in use (heap and stack together).
    high_water,
    /// Collections so far; with stress, cells also move by this modulo 3.
    collections,
    /// Generations of the roots (a WORDS cell is not worth it): bumped at each release.
    root_gen,
    /// Random number state.
    random,
    /// Total fuel burnt, low and high word.
    fuel_lo,
    fuel_hi,
    /// The host's clocks: since 1970, and since its start, both in milliseconds; doubles, low and high word.
    #[cfg(feature = "date")]
    wall_lo,
    #[cfg(feature = "date")]
    wall_hi,
    #[cfg(feature = "date")]
    up_lo,
    #[cfg(feature = "date")]
    up_hi,
}
/// The registers that hold a cell, or 0.
pub(crate) const CELL_REGISTERS: &[Field] = &[
    reg::code,
    reg::global,
    reg::shadows,
    reg::names,
    reg::roots,
    reg::saved,
    reg::vars,
    reg::kids,
    reg::again,
    reg::comp,
];
pub(crate) type Regs = Words<STATE_WORDS>;

/// Everything an operation works on for the length of one entry into the engine. In this order: what is asked for most
/// lies within the reach of an instruction.
#[repr(C)]
pub(crate) struct Vm<'a> {
    pub(crate) mem: &'a mut [u32],
    /// Fuel left in this step; may go below zero (debt).
    pub(crate) fuel: i32,
    /// Where the straight line started that has not been paid for.
    pub(crate) mark: u32,
    /// The instruction under execution: its opcode lowest, then three bytes of operands.
    pub(crate) ins: u32,
    /// Zero: what is read outside of the arena.
    nothing: u32,
    /// Where a write outside of the arena goes.
    lost: u32,
    /// While marking, the last cell that was marked but not looked into; or [`UPDATE`].
    pub(crate) grey: u32,
    pub(crate) lib: &'static Library,
    pub(crate) r: Regs,
    /// The source text where it is mapped, else empty.
    pub(crate) rom: &'a [u8],
    pub(crate) source: &'a dyn Source,
    /// The object that a property was found in.
    pub(crate) found: u32,
    /// An exit that an instruction came to by calling an accessor.
    pub(crate) pending: Option<crate::vm::Exit>,
}

pub(crate) fn lo(w: u32) -> u16 {
    w as u16
}
pub(crate) fn hi(w: u32) -> u16 {
    (w >> 16) as u16
}
pub(crate) fn pack(lo: u16, hi: u16) -> u32 {
    lo as u32 | (hi as u32) << 16
}

/// The integer of 31 bits that a double is, if it is one; on its bits, for want of hardware that compares doubles.
pub(crate) fn integer(x: f64) -> Option<i32> {
    let bits = x.to_bits();
    let (high, low) = ((bits >> 32) as u32, bits as u32);
    let exp = (high >> 20 & 0x7ff).wrapping_sub(1023);
    if exp > 30 {
        return if bits == 0 { Some(0) } else { None };
    }
    // The first 32 bits of the significand, of which the integer takes exp + 1.
    let top = 1 << 31 | high << 11 | low >> 21;
    if low << 11 | top << 1 << exp != 0 {
        return None;
    }
    let size = (top >> (31 - exp)) as i32;
    let i = if high >> 31 != 0 { -size } else { size };
    (INT_MIN..=INT_MAX).contains(&i).then_some(i)
}
/// `copy_from_slice` without a path to a panic: as much as both hold.
#[inline(never)]
pub(crate) fn copy<T: Copy>(to: &mut [T], from: &[T]) {
    let n = to.len().min(from.len());
    let (Some(to), Some(from)) = (to.get_mut(..n), from.get(..n)) else {
        return;
    };
    // Words eight at a time: the processor loads and stores several at once. Most texts are short.
    let many = if size_of::<T>() == 4 { n & !7 } else { 0 };
    let (Some((many_to, to)), Some((many_from, from))) =
        (to.split_at_mut_checked(many), from.split_at_checked(many))
    else {
        return;
    };
    for (to, from) in many_to.chunks_exact_mut(8).zip(many_from.chunks_exact(8)) {
        if let (Some(to), Some(from)) = (to.first_chunk_mut::<4>(), from.first_chunk()) {
            *to = *from;
        }
        if let (Some(to), Some(from)) = (to.last_chunk_mut::<4>(), from.last_chunk()) {
            *to = *from;
        }
    }
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
/// `copy_within` without a path to a panic: out of bounds, nothing or a part is moved.
pub(crate) fn shift<T: Copy>(all: &mut [T], from: usize, n: usize, to: usize) {
    let (low, high) = if from < to { (from, to) } else { (to, from) };
    if high - low >= n
        && let Some((a, b)) = all.split_at_mut_checked(high)
        && let Some(a) = a.get_mut(low..).and_then(|a| a.get_mut(..n))
        && let Some(b) = b.get_mut(..n)
    {
        if from < to {
            copy(b, a)
        } else {
            copy(a, b)
        }
        return;
    }
    // They overlap: from the end that is written first.
    for i in 0..n {
        let i = if from < to { n - 1 - i } else { i };
        if let Some(&v) = all.get(from + i)
            && let Some(w) = all.get_mut(to + i)
        {
            *w = v;
        }
    }
}

impl<'a> Vm<'a> {
    /// For one entry into the engine whose arena is set up; [`Self::begin`] comes next. (In one function, it would be copied.)
    #[inline(never)]
    pub(crate) fn new(mem: &'a mut [u32], lib: &'static Library, source: &'a dyn Source, fuel: i32) -> Self {
        Vm {
            r: Regs::new(),
            mem,
            lib,
            rom: source.mapped().unwrap_or(&[]),
            source,
            fuel,
            ins: 0,
            mark: 0,
            pending: None,
            nothing: 0,
            lost: 0,
            found: 0,
            grey: 0,
        }
    }
    /// Takes the registers out of the arena.
    #[inline(never)]
    pub(crate) fn begin(&mut self) {
        self.r.fill(self.mem);
    }
    /// Puts the registers back into the arena.
    #[inline(never)]
    pub(crate) fn finish(&mut self) {
        self.r.store(self.mem);
    }
    // The accessors are calls: the loop has its own, everything else is seldom. Each of them needs more of the machine
    // than the arena's address and length: otherwise the compiler would hand over these two instead of the machine, and
    // every call would load both.
    /// [`Self::w`] in place, where it is asked for most.
    #[inline(always)]
    pub(crate) fn at(&self, i: usize) -> u32 {
        *self.mem.get(i).unwrap_or(&self.nothing)
    }
    #[inline(always)]
    pub(crate) fn set_at(&mut self, i: usize, v: u32) {
        *self.mem.get_mut(i).unwrap_or(&mut self.lost) = v;
    }
    /// Word `i`; zero where there is none.
    #[inline(never)]
    pub(crate) fn w(&self, i: usize) -> u32 {
        self.at(i)
    }
    /// Writes word `i`; nothing happens where there is none.
    #[inline(never)]
    pub(crate) fn set_w(&mut self, i: usize, v: u32) {
        self.set_at(i, v);
    }
    #[inline(always)]
    pub(crate) fn v(&self, i: usize) -> Value {
        Value(self.w(i))
    }
    #[inline(always)]
    pub(crate) fn set_v(&mut self, i: usize, v: Value) {
        self.set_w(i, v.0);
    }
    /// Field `n` of cell `h`; field 0 is the header.
    #[inline(never)]
    pub(crate) fn f(&self, h: u16, n: usize) -> u32 {
        self.at(h as usize + n)
    }
    #[inline(never)]
    pub(crate) fn set_f(&mut self, h: u16, n: usize, v: u32) {
        self.set_at(h as usize + n, v);
    }
    #[inline(always)]
    pub(crate) fn f_lo(&self, h: u16, n: usize) -> u16 {
        lo(self.f(h, n))
    }
    #[inline(always)]
    pub(crate) fn f_hi(&self, h: u16, n: usize) -> u16 {
        hi(self.f(h, n))
    }
    #[inline(never)]
    pub(crate) fn set_f_lo(&mut self, h: u16, n: usize, v: u16) {
        let w = self.at(h as usize + n);
        self.set_at(h as usize + n, w & 0xffff_0000 | v as u32);
    }
    #[inline(never)]
    pub(crate) fn set_f_hi(&mut self, h: u16, n: usize, v: u16) {
        let w = self.at(h as usize + n);
        self.set_at(h as usize + n, w & 0xffff | (v as u32) << 16);
    }
    /// Of what has no cell, 0: a type that no cell in use has.
    #[inline(never)]
    pub(crate) fn header(&self, h: u16) -> u32 {
        if h >= HEAP_END { 0 } else { self.at(h as usize) }
    }
    #[inline(always)]
    pub(crate) fn cell_type(&self, h: u16) -> u32 {
        self.header(h) & TYPE_MASK
    }
    #[inline(always)]
    pub(crate) fn flag(&self, h: u16, flag: u32) -> bool {
        self.header(h) & flag != 0
    }
    #[inline(never)]
    pub(crate) fn set_flag(&mut self, h: u16, flag: u32) {
        let w = self.at(h as usize);
        self.set_at(h as usize, w | flag);
    }
    #[inline(always)]
    pub(crate) fn class(&self, h: u16) -> u32 {
        self.header(h) >> CLASS_SHIFT & 0xf
    }
    /// Moves `n` words; nothing happens where they are not in the arena.
    pub(crate) fn move_words(&mut self, from: usize, n: usize, to: usize) {
        shift(self.mem, from, n, to);
    }
    /// The same with bytes.
    pub(crate) fn move_bytes(&mut self, from: usize, n: usize, to: usize) {
        // Whole words where they are, from the end that is written last.
        let whole = if (from | to) & 3 == 0 && to >= from + n {
            n & !3
        } else {
            0
        };
        if whole != 0 {
            self.move_words(from / 4, whole / 4, to / 4);
        }
        shift(self.bytes_mut(), from + whole, n - whole, to + whole);
    }
    /// The arena as bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self.mem)
    }
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(self.mem)
    }

    // ---- stack ----

    #[inline(never)]
    pub(crate) fn push(&mut self, v: Value) {
        let sp = self.r[reg::sp].wrapping_sub(1);
        self.r[reg::sp] = sp;
        self.set_at(sp as usize, v.0);
    }
    #[inline(never)]
    pub(crate) fn pop(&mut self) -> Value {
        let sp = self.r[reg::sp];
        self.r[reg::sp] = sp.wrapping_add(1);
        Value(self.at(sp as usize))
    }
    /// The value `n` places below the top of the stack.
    #[inline(never)]
    pub(crate) fn top(&self, n: usize) -> Value {
        Value(self.at(self.r[reg::sp] as usize + n))
    }
    #[inline(never)]
    pub(crate) fn set_top(&mut self, n: usize, v: Value) {
        self.set_at(self.r[reg::sp] as usize + n, v.0);
    }
    #[inline(always)]
    pub(crate) fn drop_n(&mut self, n: usize) {
        self.r[reg::sp] = self.r[reg::sp].wrapping_add(n as u32);
    }

    // ---- allocation ----

    pub(crate) fn used_top(&self) -> usize {
        if self.r[reg::buf] != 0 {
            self.r[reg::buf] as usize + (self.r[reg::buf_len] as usize).div_ceil(4)
        } else {
            self.r[reg::heap_top] as usize
        }
    }
    /// A new cell of `words` words (header included), zeroed; everything may have moved afterwards.
    pub(crate) fn alloc(&mut self, kind: u32, words: usize) -> R<u16> {
        let h = self.take_cell(words)?;
        if let Some(cell) = self.mem.get_mut(h as usize..h as usize + words) {
            cell.fill(0);
        }
        self.set_f(h, 0, kind);
        Ok(h)
    }
    fn take_cell(&mut self, words: usize) -> R<u16> {
        if self.r[reg::stress] != 0 {
            self.stressed()?;
        }
        if !self.reserve(words) {
            self.collect(0);
            if !self.reserve(words) {
                return Err(self.out_of_memory());
            }
        }
        let at = self.r[reg::heap_top];
        self.r[reg::heap_top] += words as u32;
        self.note_high_water();
        Ok(at as u16)
    }
    fn reserve(&mut self, words: usize) -> bool {
        let new_top = self.r[reg::heap_top] as usize + words;
        let limit = self.r[reg::slimit].min(self.r[reg::sp]) as usize;
        if self.r[reg::buf] == 0 {
            return new_top <= limit.min(HEAP_END as usize);
        }
        // The code buffer lies above the heap, and goes up with it.
        let gap = (self.r[reg::buf] - self.r[reg::heap_top]) as usize;
        let room = limit.saturating_sub(self.used_top() - gap);
        if new_top > HEAP_END as usize || words > room {
            return false;
        }
        if words > gap {
            let slack = (room - words).min(16);
            self.move_buffer(new_top + slack);
        }
        true
    }
    fn move_buffer(&mut self, to: usize) {
        let from = self.r[reg::buf] as usize;
        let n = (self.r[reg::buf_len] as usize).div_ceil(4);
        if from + n <= self.mem.len() && to + n <= self.mem.len() {
            self.move_words(from, n, to);
            self.r[reg::buf] = to as u32;
        }
    }
    /// Makes sure that `words` more words can be pushed on the stack (or put into the code buffer).
    pub(crate) fn ensure_stack(&mut self, words: usize) -> bool {
        let room = |vm: &Self| (vm.r[reg::sp] as usize).saturating_sub(vm.used_top());
        if room(self) >= words {
            return true;
        }
        if self.r[reg::buf] != 0 {
            self.move_buffer(self.r[reg::heap_top] as usize);
            if room(self) >= words {
                return true;
            }
        }
        self.collect(0);
        if self.r[reg::buf] != 0 {
            self.move_buffer(self.r[reg::heap_top] as usize);
        }
        room(self) >= words
    }
    pub(crate) fn note_high_water(&mut self) {
        let used = self.used_top() + self.mem.len().saturating_sub(self.r[reg::sp] as usize);
        self.r[reg::high_water] = self.r[reg::high_water].max(used as u32);
    }
    fn stressed(&mut self) -> R<()> {
        if self.r[reg::stress] == 1 {
            let pad = self.r[reg::collections] as usize & 3;
            let pad = if self.reserve(pad) { pad } else { 0 };
            self.collect(pad);
        } else {
            self.r[reg::stress] -= 1;
            if self.r[reg::stress] == 1 {
                // The allocation that the test wants to fail; the switch goes off with it.
                self.r[reg::stress] = 0;
                return Err(self.out_of_memory());
            }
        }
        Ok(())
    }
    /// Sets the exception that was prepared in flash for this case.
    #[cold]
    pub(crate) fn out_of_memory(&mut self) -> Thrown {
        self.r[reg::exc] = Value::obj(crate::rom::OUT_OF_MEMORY).0;
        Thrown
    }

    // ---- cells ----

    pub(crate) fn new_float(&mut self, x: f64) -> R<Value> {
        let h = self.take_cell(3)?;
        let b = x.to_bits();
        if let Some(cell) = self.mem.get_mut(h as usize..h as usize + 3) {
            cell.copy_from_slice(&[t::FLOAT, b as u32, (b >> 32) as u32]);
        }
        Ok(Value::float_ref(h))
    }
    /// A number as a value: an immediate where it is an integer of 31 bits, else a boxed double.
    pub(crate) fn number(&mut self, x: f64) -> R<Value> {
        match integer(x) {
            Some(i) => Ok(Value::int(i)),
            None => self.new_float(x),
        }
    }
    /// The double behind a number value; NaN for anything else.
    pub(crate) fn to_f64(&self, v: Value) -> f64 {
        if v.is_int() {
            return v.as_int() as f64;
        }
        if !v.is_float() {
            return f64::NAN;
        }
        let r = v.payload();
        if r >= HEAP_END {
            return crate::rom::float(r);
        }
        f64::from_bits(self.f(r, 1) as u64 | (self.f(r, 2) as u64) << 32)
    }
    /// A captured variable with the value in a slot, or that of the variable there.
    pub(crate) fn new_cell(&mut self, slot: usize) -> R<Value> {
        let h = self.alloc(t::CELL, 2)?;
        let mut v = self.v(slot);
        if v.is_cell() {
            v = Value(self.f(v.payload(), 1));
        }
        self.set_f(h, 1, v.0);
        Ok(Value::cell(h))
    }
    /// Words of cell `h`, header included.
    pub(crate) fn size_of(&self, h: usize) -> usize {
        let (hdr, w1) = (self.at(h), self.at(h + 1));
        let kind = hdr & TYPE_MASK;
        let fixed = LAYOUTS.get(kind as usize).map_or(0, |layout| layout & 0xf);
        if fixed != 0 {
            return fixed as usize;
        }
        match kind {
            t::FREE => (hdr >> 16) as usize,
            t::STR => 2 + (lo(w1) as usize).div_ceil(4),
            t::FUNC => 3 + (hi(self.w(h + 2)) as usize).div_ceil(2),
            t::PROPS => 2 + 2 * hi(w1) as usize,
            t::ELEMS | t::SAVED => 2 + lo(w1) as usize,
            t::NAMES | t::WORDS => 2 + hi(w1) as usize,
            t::CODE => {
                let (bytes, caps, kids) = (lo(w1) as usize, (w1 >> 16 & 0xff) as usize, (w1 >> 24) as usize);
                4 + caps + kids.div_ceil(2) + bytes.div_ceil(4)
            }
            _ => 1,
        }
        .max(1)
    }
    /// Gives the tail of a cell back: `size_of` must already say `new` words.
    pub(crate) fn shrink(&mut self, h: usize, old: usize, new: usize) {
        if old > new {
            if h + old == self.r[reg::heap_top] as usize {
                self.r[reg::heap_top] = (h + new) as u32;
            } else {
                self.set_w(h + new, t::FREE | ((old - new) as u32) << 16);
            }
        }
    }

    // ---- strings ----

    /// The bytes of a string reference.
    pub(crate) fn str_bytes(&self, s: u16) -> &[u8] {
        match self.outer_text(s) {
            Some(text) => text,
            None => self.cell_bytes(self.text_cell(s)),
        }
    }
    fn name_entry(&self, s: u16) -> u32 {
        self.at(self.r[reg::names] as usize + 2 + (s - HEAP_END) as usize)
    }
    /// The text of a string reference that has no cell: in flash, or in the mapped source.
    pub(crate) fn outer_text(&self, s: u16) -> Option<&'a [u8]> {
        if s >= ROM_NAME {
            return Some(names::rom_text(self.lib, s));
        }
        if s >= HEAP_END {
            let e = self.name_entry(s);
            if e & 1 == 0 {
                return Some(self.mapped_text((e >> 12) as usize, (e >> 2 & 0x3ff) as usize));
            }
        }
        None
    }
    /// A piece of the mapped source.
    #[inline(never)]
    pub(crate) fn mapped_text(&self, at: usize, len: usize) -> &'a [u8] {
        self.rom.get(at..at + len).unwrap_or(&[])
    }
    /// The string cell behind a reference that has one.
    pub(crate) fn text_cell(&self, s: u16) -> u16 {
        if s >= HEAP_END {
            Value(self.name_entry(s)).payload()
        } else {
            s
        }
    }
    pub(crate) fn cell_bytes(&self, h: u16) -> &[u8] {
        let start = (h as usize + 2) * 4;
        let len = lo(self.at(h as usize + 1)) as usize;
        self.bytes().get(start..start + len).unwrap_or(&[])
    }
    /// Whether all bytes of the string are below 0x80, so that bytes are characters.
    pub(crate) fn is_ascii(&self, s: u16) -> bool {
        if s >= ROM_NAME {
            return true;
        }
        if s >= HEAP_END {
            let e = self.name_entry(s);
            return if e & 1 == 0 {
                e & 2 != 0
            } else {
                self.flag(Value(e).payload(), ASCII)
            };
        }
        self.at(s as usize) & ASCII != 0
    }
    /// A string cell of `len` bytes, not filled in yet.
    pub(crate) fn alloc_str(&mut self, len: usize) -> R<u16> {
        if len > 0xffff {
            return Err(self.range_error(m!("string longer than 65535 bytes")));
        }
        let words = 2 + len.div_ceil(4);
        let h = self.take_cell(words)?;
        // No byte behind the text, nor of a text that is not complete, is anything left over.
        self.set_at(h as usize + words - 1, 0);
        if let Some([header, size]) = self.mem.get_mut(h as usize..h as usize + 2) {
            *header = t::STR;
            *size = len as u32;
        }
        Ok(h)
    }
    /// Fills in the ASCII flag once the bytes are there.
    pub(crate) fn finish_str(&mut self, h: u16) -> Value {
        // Behind the text, its last word holds zeros.
        let start = h as usize + 2;
        let words = lo(self.at(start - 1)).div_ceil(4) as usize;
        if let Some(text) = self.mem.get(start..start + words)
            && text.iter().all(|w| w & 0x8080_8080 == 0)
        {
            self.set_flag(h, ASCII);
        }
        Value::str(h)
    }
    /// A string of bytes that are not in the arena. Bytes must be UTF-8 or WTF-8.
    pub(crate) fn new_str(&mut self, text: &[u8]) -> R<Value> {
        let h = self.alloc_str(text.len())?;
        self.fill_str(h, 0, text);
        Ok(self.finish_str(h))
    }
    pub(crate) fn fill_str(&mut self, h: u16, at: usize, text: &[u8]) {
        let start = (h as usize + 2) * 4 + at;
        if let Some(to) = self
            .bytes_mut()
            .get_mut(start..)
            .and_then(|to| to.get_mut(..text.len()))
        {
            copy(to, text);
        }
    }
    /// Copies bytes of string `s` from `from` on into the string cell `h` at `at`. Nothing moves.
    pub(crate) fn copy_str(&mut self, h: u16, at: usize, s: u16, from: usize, len: usize) {
        if let Some(text) = self.outer_text(s) {
            self.fill_str(h, at, text.get(from..from + len).unwrap_or(&[]));
            return;
        }
        let to = (h as usize + 2) * 4 + at;
        let cell = self.text_cell(s);
        let start = (cell as usize + 2) * 4 + from;
        self.move_bytes(start, len, to);
    }
}
